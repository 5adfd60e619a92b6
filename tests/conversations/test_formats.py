"""Each format that comes with the assistant, from the import to the end of its journey."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from tests.support.world import Actor, World
from xinno_core.blueprints.read import Blueprint, packaged, read
from xinno_core.blueprints.survey import Survey
from xinno_core.database import seal_of
from xinno_core.models import (
    Ballot,
    Envelope,
    Event,
    EventSession,
    Notice,
    NoticeClass,
    NoticeKind,
    NoticeState,
    Participant,
    Registration,
    RegistrationState,
    Response,
    Rule,
    SessionSeat,
    SurveyMode,
)
from xinno_core.models import Survey as SurveyRow
from xinno_core.services import participants, surveys
from xinno_core.services.blueprints import import_blueprint
from xinno_core.services.invitations import payload
from xinno_core.texts.actions import ChooseSession, Decide, Register, StartSurvey

IN_EVERY_RUN = {"course-padova", "collab-talks", "small-business-expo", "transborder"}
"""Four that differ most; the others are told with `--long`."""


def _marks(path: Path, place: int) -> list[pytest.MarkDecorator]:
    """Leave out what takes its time: all formats in all languages."""
    return [] if path.stem in IN_EVERY_RUN and not place else [pytest.mark.long]


FORMATS = [
    pytest.param(
        path,
        language,
        id=f"{path.stem}-{language}",
        marks=_marks(path, place),
    )
    for path in packaged()
    for place, language in enumerate(read(path).event.languages)
]
SURVEYS = [
    pytest.param(
        path,
        survey.key,
        id=f"{path.stem}-{survey.key}",
        marks=_marks(path, place),
    )
    for path in packaged()
    for place, survey in enumerate(read(path).surveys)
]
MOST_SCREENS = 30
AFTERWARDS = timedelta(days=70)
"""So long after an event its journey may still ask what became of it."""

LONGEST_NIGHT = timedelta(hours=13)

RIGHTLY_SKIPPED = {"superseded", "answered_already", "not_open", "nothing_to_show"}
OF_NO_USE_ANY_MORE = "too_late"


@dataclass
class Staged:
    """A format with an event of its own, and who organises it."""

    world: World
    blueprint: Blueprint
    event: Event
    organiser: Actor


@pytest.mark.parametrize("path, language", FORMATS)
async def test_a_format_carries_each_role_to_its_end(
    world: World, path: Path, language: str
) -> None:
    """Someone registers in each role, chooses workshops, and hears all that the journey says."""
    staged = await _stage(world, path)
    people = [await _take_part(staged, role.key, language) for role in staged.blueprint.roles]
    for person in people:
        await _choose_workshops(staged, person)
    async with world.database.reading() as session:
        states = set(
            await session.scalars(
                select(Registration.state).where(Registration.event_id == staged.event.id)
            )
        )
        seats = (await session.scalars(select(SessionSeat.state))).all()
    assert states == {RegistrationState.CONFIRMED}
    assert bool(seats) is any(one.choice == "own" for one in staged.blueprint.sessions)

    await world.move_to(staged.event.ends_at + AFTERWARDS)

    async with world.database.reading() as session:
        notices = (
            await session.scalars(select(Notice).where(Notice.event_id == staged.event.id))
        ).all()
    unsent = [one for one in notices if one.state is not NoticeState.SENT]
    # An exercise for the day before an event on a Monday finds no workday on which it may come.
    optional = {one.reason for one in unsent if one.notice_class is NoticeClass.OPTIONAL}
    assert optional <= RIGHTLY_SKIPPED | {OF_NO_USE_ANY_MORE}
    others = {one.reason for one in unsent if one.notice_class is not NoticeClass.OPTIONAL}
    assert others <= RIGHTLY_SKIPPED
    told = {one.kind.value for one in notices}
    # The rest of the journey is for a waiting list, and everybody has a place.
    for_guests = (rule for rule in staged.blueprint.journey if "confirmed" in rule.audience.states)
    expected = {rule.kind for rule in for_guests} | {"confirmation"}
    assert told - {"request", "media_missing"} == expected
    for person in people:
        assert person.notices, f"{person.name} was never written to"


@pytest.mark.parametrize("path, key", SURVEYS)
async def test_a_format_asks_and_keeps_what_is_answered(world: World, path: Path, key: str) -> None:
    """Each survey is opened from its invitation, and every answer is kept, without the ballot."""
    staged = await _stage(world, path)
    survey = next(one for one in staged.blueprint.surveys if one.key == key)
    role = _who_is_asked(staged.blueprint, survey)
    person = await _take_part(staged, role, staged.blueprint.event.lead_language)
    survey_id = await _wait_for(staged, key)
    await person.press_data(f"{StartSurvey.code}:{survey_id}")
    await person.press_first()  # on after what is said about the answers
    for _ in survey.questions:
        await person.answer_somehow()
    async with world.database.reading() as session:
        ballot = (await session.scalars(select(Ballot))).one()
        asked = await session.get_one(SurveyRow, survey_id)
        if asked.mode is SurveyMode.ANONYMOUS:
            envelope = await session.get_one(Envelope, (survey_id, ballot.participant_id))
            place = surveys.place_of(survey_id, ballot.participant_id)
            answers = seal_of(session).open_json(envelope.sealed, place=place)
        else:
            answers = (await session.scalars(select(Response))).one().answers
    assert set(answers) == {one.key for one in survey.questions}


async def _stage(world: World, path: Path) -> Staged:
    """Import the format, with the others of its series, as a pilot's installation holds them."""
    blueprint = read(path)
    for other in packaged():
        found = read(other)
        if other != path and _series(found) and _series(found) == _series(blueprint):
            async with world.database.writing() as session:
                assert not (await import_blueprint(session, found, now=world.now)).problems
    async with world.database.writing() as session:
        outcome = await import_blueprint(session, blueprint, now=world.now)
        assert not outcome.problems
        event = await session.get_one(Event, outcome.event_id)
    organiser = await world.organiser("Orga", of=blueprint.region.key)
    return Staged(world, blueprint, event, organiser)


def _series(blueprint: Blueprint) -> str | None:
    return blueprint.series.key if blueprint.series else None


async def _take_part(staged: Staged, role: str, language: str) -> Actor:
    """A newcomer follows a link, passes the notice, answers whatever is asked, and is let in."""
    world, event = staged.world, staged.event
    choice = next(one for one in staged.blueprint.roles if one.key == role)
    person = world.newcomer(f"A {role}", language=language)
    invited = choice.register_by == "invited"
    link = payload(world.secret, event_id=event.id, role=role) if invited else f"e_{event.key}"
    await person.open_link(link)
    await person.press_first()  # on after the privacy notice
    await person.press_first()  # yes to exercises
    async with world.database.writing() as session:
        await participants.give_consent(
            session,
            participant=await world.person(session, person),
            purpose=participants.purpose("invitations"),
            given=True,
            now=world.now,
        )
    await person.press_data(f"{Register.code}:{event.id}:{role}")
    for _ in range(MOST_SCREENS):
        if not person.is_asked:
            break
        await person.answer_somehow()
    await world.tick()
    if choice.register_by == "approval":
        async with world.database.reading() as session:
            asked = await _registration(session, world, person, event)
        await staged.organiser.press_data(f"{Decide.code}:{asked.id}:{asked.revision}:yes")
        await world.tick()
    return person


async def _choose_workshops(staged: Staged, person: Actor) -> None:
    """Choose each workshop that is open to the person's role, whatever overlaps."""
    async with staged.world.database.reading() as session:
        own = await _registration(session, staged.world, person, staged.event)
        slots = await session.scalars(
            select(EventSession).where(
                EventSession.event_id == staged.event.id, EventSession.by_choice.is_(True)
            )
        )
        chosen = [slot.id for slot in slots if slot.is_for(own.role)]
    for session_id in chosen:
        await person.press_data(f"{ChooseSession.code}:{session_id}:1")


async def _registration(
    session: AsyncSession, world: World, person: Actor, event: Event
) -> Registration:
    found = await session.scalar(
        select(Registration)
        .join(Participant, Participant.id == Registration.participant_id)
        .where(Participant.telegram_id == person.id, Registration.event_id == event.id)
    )
    assert found is not None, f"{person.name} is not registered:\n{person.sees()}"
    return found


def _who_is_asked(blueprint: Blueprint, survey: Survey) -> str:
    """The first role to which the journey sends this survey."""
    only = blueprint.surveys[0].key if len(blueprint.surveys) == 1 else None
    rules = [
        rule
        for rule in blueprint.journey
        if rule.kind == "survey" and (rule.survey or only) == survey.key
    ]
    roles = [role.key for role in blueprint.roles]
    return next(key for key in roles if any(key in (r.audience.roles or roles) for r in rules))


async def _wait_for(staged: Staged, key: str) -> int:
    """Let time pass until the survey has been sent; its id."""
    world = staged.world
    async with world.database.reading() as session:
        survey = await session.scalar(
            select(SurveyRow).where(SurveyRow.event_id == staged.event.id, SurveyRow.key == key)
        )
        assert survey is not None
        named = or_(Rule.survey == key, Rule.survey.is_(None))
        due = await session.scalars(
            select(Rule.due_at).where(
                Rule.event_id == staged.event.id, Rule.kind == NoticeKind.SURVEY, named
            )
        )
    for at in sorted(due):
        await world.move_to(at + LONGEST_NIGHT)
        async with world.database.reading() as session:
            sent = await session.scalars(
                select(Notice.params).where(
                    Notice.kind == NoticeKind.SURVEY, Notice.state == NoticeState.SENT
                )
            )
            if any(params.get("survey_id") == survey.id for params in sent):
                return survey.id
    msg = f"the survey {key} was never sent"
    raise AssertionError(msg)
