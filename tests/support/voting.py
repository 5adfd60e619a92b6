"""People who answer an anonymous survey, in the chat, in each other's midst, as people do."""

import json
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from handlers.chat.buttons import pack
from tests.support.attacker import Case, Person, Said
from tests.support.world import Actor, World
from xinno_core.models import Participant, Registration, RegistrationState, Survey
from xinno_core.texts.actions import BeginSurvey, FormBack, FormOption, StartSurvey
from xinno_core.texts.surveys import AS_IT_IS

CHANCE = random.SystemRandom()
WAYS = 16
AT_ONCE = 4
QUESTIONS = (
    {
        "key": "first",
        "kind": "single",
        "text": {"en": "What helped most?"},
        "options": [{"key": f"o{way}", "label": {"en": f"Way {way}"}} for way in range(WAYS)],
    },
    {
        "key": "second",
        "kind": "single",
        "text": {"en": "And what next?"},
        "options": [{"key": f"n{way}", "label": {"en": f"Next {way}"}} for way in range(WAYS)],
    },
    *(
        {
            "key": f"why_{way}",
            "kind": "text",
            "text": {"en": "Why?"},
            "only_if": {"question": "first", "is": [f"o{way}"]},
        }
        for way in range(WAYS)
    ),
)
"""The third question tells the first answer: which question is asked can betray, too."""

Then = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Voting:
    """Who answers what in one survey."""

    survey_id: int
    voters: tuple[Actor, ...]
    said: tuple[Said, ...]
    of: dict[int, int]
    """Telegram id to the place of the answer."""


async def people(world: World, number: int) -> list[Actor]:
    """So many participants, whose names say nothing."""
    return await world.participants(*(f"P{one}" for one in range(number)))


async def voting(world: World, voters: list[Actor], number: int = 1) -> Voting:
    """A survey of an event at which they all have a place; each will say something else."""
    event = await world.event(f"Talk {number}", survey=QUESTIONS, seats=None)
    async with world.database.writing() as session:
        found = await session.scalars(
            select(Participant).where(Participant.telegram_id.in_([one.id for one in voters]))
        )
        for person in found:
            session.add(
                Registration(
                    event_id=event.id,
                    participant_id=person.id,
                    role="visitor",
                    state=RegistrationState.CONFIRMED,
                    answers={},
                    revision=1,
                    created_at=world.now,
                    confirmed_at=world.now,
                )
            )
        survey_id = await session.scalar(select(Survey.id).where(Survey.event_id == event.id))
    assert survey_id is not None
    said = tuple(_said(survey_id, place) for place in range(len(voters)))
    of = CHANCE.sample(range(len(voters)), len(voters))
    return Voting(
        survey_id,
        tuple(CHANCE.sample(voters, len(voters))),
        said,
        {voter.id: of[place] for place, voter in enumerate(voters)},
    )


def _said(survey_id: int, place: int) -> Said:
    """The answer with this number: of a length of its own, and with words of its own."""
    first, second = place % WAYS, (place // WAYS + place) % WAYS
    own = f"because{survey_id:02}x{place:02}" + "y" * (5 * place)
    return Said(
        {"first": f"o{first}", "second": f"n{second}", f"why_{first}": own},
        f"because{survey_id:02}x{place:02}".encode(),
        (
            f"why_{first}".encode(),
            json.dumps({"data": _button(survey_id, 0, first)})[1:-1].encode(),
            json.dumps({"data": _button(survey_id, 1, second)})[1:-1].encode(),
            f'"first":"o{first}"'.encode(),
            f'"first": "o{first}"'.encode(),
            f'"second":"n{second}"'.encode(),
            f'"second": "n{second}"'.encode(),
        ),
    )


def _button(survey_id: int, field: int, option: int) -> str:
    return pack(FormOption(f"survey.{survey_id}", field, option))


async def votes(
    world: World, one: Voting, *, stop_before_the_last: bool = False, after_each: Then | None = None
) -> Case:
    """All of them answer, some at a time; the case as the attacker will know it."""
    waiting, seen = list(one.voters), list[Actor]()
    active: list[tuple[Actor, AsyncGenerator[bool, None]]] = []
    while waiting or active:
        while waiting and len(active) < AT_ONCE:
            voter = waiting.pop()
            place = len(seen) + len(active)
            active.append((voter, _answers(world, one, voter, habit=place)))
        voter, steps = CHANCE.choice(active)
        world.clock.set(world.now + timedelta(seconds=CHANCE.randint(5, 300)))
        is_last = await anext(steps)
        if not is_last:
            continue
        if not stop_before_the_last:
            await anext(steps, None)
            assert "Thank you" in voter.screen.text
        active.remove((voter, steps))
        await steps.aclose()
        seen.append(voter)
        if after_each is not None:
            await after_each()
    return await _case(world, one, seen)


async def _answers(
    world: World, one: Voting, voter: Actor, *, habit: int
) -> AsyncGenerator[bool, None]:
    """One person's steps; the first says that before the last has been reached."""
    survey_id = one.survey_id
    said = one.said[one.of[voter.id]]
    first, second = int(said.answers["first"][1:]), int(said.answers["second"][1:])
    other = (first + 1) % WAYS
    if habit % 5 == 0:
        await voter.press_data(pack(StartSurvey(survey_id)))
        yield False
        await voter.press("To the questions")
    else:
        await voter.press_data(pack(BeginSurvey(survey_id, AS_IT_IS)))
    yield False
    if habit % 5 == 1:  # types before pressing
        await voter.type(said.answers[f"why_{first}"])
        assert "What helped most?" in voter.screen.text
        yield False
    if habit % 5 == 3:  # goes back
        await voter.press_data(_button(survey_id, 0, other))
        yield False
        await voter.press_data(pack(FormBack(f"survey.{survey_id}", 1)))
        yield False
    if habit % 5 == 4:  # takes back what was handed in
        for press in (_button(survey_id, 0, other), _button(survey_id, 1, second)):
            await voter.press_data(press)
            yield False
        await voter.type("said too fast")
        yield False
        await voter.press("Change my answers")
        yield False
    await voter.press_data(_button(survey_id, 0, first))
    yield False
    await voter.press_data(_button(survey_id, 1, second))
    yield True
    await voter.type(said.answers[f"why_{first}"])


async def _case(world: World, one: Voting, seen: list[Actor]) -> Case:
    async with world.database.reading() as session:
        ids = {actor.id: (await world.person(session, actor)).id for actor in seen}
    # The attacker has the answers in an order that has nothing to do with anybody.
    order = CHANCE.sample(range(len(one.said)), len(one.said))
    return Case(
        one.survey_id,
        tuple(Person(ids[actor.id], actor.id) for actor in seen),
        tuple(one.said[place] for place in order),
        tuple(order.index(one.of[actor.id]) for actor in seen),
    )
