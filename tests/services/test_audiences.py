"""Who is in an audience: every list by itself, all of them together, and nobody by mistake."""

from typing import Any

import pytest
from sqlalchemy import select

from tests.support import building
from tests.support.world import Actor, World
from xinno_core.models import (
    Event,
    NoticeClass,
    Participant,
    Preference,
    QuestionKind,
    Registration,
    RegistrationState,
)
from xinno_core.services.audiences import count_people, read_choosables, select_people
from xinno_core.services.gate import Reason

CONFIRMED = {"states": ["confirmed"]}
OPTIONS = [{"key": key, "label": {"en": key}} for key in ("bread", "soup", 'so"up', "so'up")]
QUESTIONS = (
    {"key": "food", "kind": QuestionKind.SINGLE, "text": {"en": "Food?"}, "options": OPTIONS},
    {"key": "days", "kind": QuestionKind.MULTIPLE, "text": {"en": "Days?"}, "options": OPTIONS},
    {"key": "first", "kind": QuestionKind.YES_NO, "text": {"en": "First time?"}},
    {"key": "why", "kind": QuestionKind.TEXT, "text": {"en": "Why?"}},
)
PEOPLE: dict[str, dict[str, Any]] = {
    "Anna": {"answers": {"food": "soup", "days": ["bread", "soup"], "first": "yes"}},
    "Boris": {"answers": {"food": "bread", "days": ["soup"], "first": "no", "why": "soup"}},
    "Cecilia": {"role": "speaker", "target": "hei", "answers": {"food": None, "days": []}},
    "Dora": {"language": "de", "state": RegistrationState.WAITLISTED, "answers": {}},
    "Egon": {"language": "de", "target": "hei", "answers": {"first": "yes", "food": 'so"up'}},
    "Filip": {"state": RegistrationState.CANCELLED, "answers": {"food": "soup"}},
    "Greta": {"state": RegistrationState.DECLINED, "answers": {"food": "soup"}},
}


@pytest.fixture
async def event(world: World) -> Event:
    made = await world.event(roles=(building.VISITOR, building.SPEAKER), questions=QUESTIONS)
    for name, facts in PEOPLE.items():
        await _register(world, made, name, facts)
    return made


@pytest.mark.parametrize(
    "narrowed, names",
    [
        ({}, "Anna Boris Cecilia Egon"),
        ({"states": []}, ""),
        ({"states": ["waitlisted", "cancelled"]}, "Dora Filip"),
        ({"roles": ["speaker"]}, "Cecilia"),
        ({"roles": []}, ""),
        ({"languages": ["de"]}, "Egon"),
        ({"targets": ["hei"]}, "Cecilia Egon"),
        ({"targets": ["hei"], "roles": ["visitor"]}, "Egon"),
        ({"answers": {"food": ["soup"]}}, "Anna"),
        ({"answers": {"food": ["soup", "bread"]}}, "Anna Boris"),
        ({"answers": {"days": ["soup"]}}, "Anna Boris"),
        ({"answers": {"days": ["bread"]}}, "Anna"),
        ({"answers": {"first": ["yes"]}}, "Anna Egon"),
        ({"answers": {"first": ["yes"], "food": ["soup"]}}, "Anna"),
        ({"answers": {"first": ["yes"], "days": ["no"]}}, ""),
        ({"answers": {"food": ['so"up']}}, "Egon"),
        ({"answers": {"food": ["so'up", "') OR 1=1 --"]}}, ""),
        ({"answers": {"food": []}}, ""),
        ({"answers": {'fo"od': ["soup"]}}, ""),
    ],
)
async def test_lists_narrow_together(
    world: World, event: Event, narrowed: dict[str, Any], names: str
) -> None:
    assert await _names(world, event, {**CONFIRMED, **narrowed}) == names.split()


async def test_without_a_state_it_is_for_nobody(world: World, event: Event) -> None:
    assert await _names(world, event, {}) == []
    assert await _names(world, event, {"roles": ["visitor"]}) == []


async def test_another_event_has_an_audience_of_its_own(world: World, event: Event) -> None:
    other = await world.event("Other")
    assert await _names(world, other, CONFIRMED) == []


async def test_who_would_not_get_it_is_counted_with_the_reason(world: World, event: Event) -> None:
    async with world.database.writing() as session:
        people = {person.name: person for person in await session.scalars(select(Participant))}
        people["Boris"].reachable = False
        people["Egon"].telegram_id = None
        session.add(Preference(participant_id=people["Anna"].id, muted=["surveys", "news"]))
        session.add(Preference(participant_id=people["Cecilia"].id, pace=0, muted=["newsletter"]))
    counts = {}
    async with world.database.reading() as session:
        for kind in (NoticeClass.CRITICAL, NoticeClass.SERVICE, NoticeClass.OPTIONAL):
            counts[kind] = await count_people(session, CONFIRMED, event.id, notice_class=kind)
    closed = {Reason.UNREACHABLE: 1, Reason.NO_TELEGRAM: 1}
    assert counts[NoticeClass.CRITICAL].reached == {"en": 2}
    assert counts[NoticeClass.CRITICAL].missed == closed
    assert counts[NoticeClass.SERVICE].reached == {"en": 1}
    assert counts[NoticeClass.SERVICE].missed == {**closed, Reason.MUTED: 1}
    assert counts[NoticeClass.OPTIONAL].total == 0
    assert counts[NoticeClass.OPTIONAL].missed == {**closed, Reason.MUTED: 1, Reason.PACE_OFF: 1}


async def test_only_questions_of_the_registration_with_options_are_offered(world: World) -> None:
    """What people answer to a survey, without their name, never picks anybody out."""
    rating = {"key": "useful", "kind": "single", "text": {"en": "Useful?"}, "options": OPTIONS}
    event = await world.event(questions=QUESTIONS, survey=(rating,))
    async with world.database.reading() as session:
        found = await read_choosables(session, event)
    assert [asked.key for asked in found.questions] == ["food", "days", "first"]
    assert [option.key for option in found.questions[2].options] == ["yes", "no"]


async def _register(world: World, event: Event, name: str, facts: dict[str, Any]) -> Actor:
    actor = await world.participant(name, language=facts.get("language", "en"))
    state = facts.get("state", RegistrationState.CONFIRMED)
    async with world.database.writing() as session:
        person = await world.person(session, actor)
        session.add(
            Registration(
                event_id=event.id,
                participant_id=person.id,
                role=facts.get("role", "visitor"),
                target=facts.get("target", "sme"),
                state=state,
                queue_number=1 if state is RegistrationState.WAITLISTED else None,
                confirmed_at=world.now,
                answers=facts["answers"],
                created_at=world.now,
            )
        )
    return actor


async def _names(world: World, event: Event, audience: dict[str, Any]) -> list[str]:
    async with world.database.reading() as session:
        people = select_people(audience, event.id)
        found = await session.scalars(
            select(Participant.name).where(Participant.id.in_(people)).order_by(Participant.name)
        )
        return [name or "" for name in found]
