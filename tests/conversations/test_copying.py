"""Stories of copying an event: everything it says, at another time, and nothing of its people."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from tests.blueprints.small import written
from tests.blueprints.whole import WHOLE
from tests.support.world import Actor, World
from xinno_core.blueprints.read import read
from xinno_core.models import (
    Audit,
    Ballot,
    Event,
    EventSession,
    EventState,
    Limit,
    Question,
    Registration,
    Rule,
    Survey,
    SurveyMode,
    SurveyVersion,
)
from xinno_core.services.blueprints import import_blueprint

Part = TypeVar("Part", EventSession, Limit, Question, Survey, Rule)
PARTS: tuple[Any, ...] = (EventSession, Limit, Question, Survey, Rule)
SOURCE = WHOLE.replace("on: 2026-12-10", "on: 2027-03-25").replace(
    "on: 2027-01-14", "on: 2027-04-22"
)
"""Its second day is a week later, behind the last Sunday of March."""


async def test_a_copy_has_all_that_the_event_says_at_another_time(
    world: World, tmp_path: Path
) -> None:
    """From over the change of the hour to over the next one: the wall clock keeps its hours."""
    await _import(world, tmp_path)
    olga = await world.organiser("Olga", of="gmunden")
    await _copy(olga, "Collab Talks", starts="2027-10-27 19:00")

    said = olga.screen.text
    assert "Copied. The new event is a draft" in said
    assert "Thursday, 25 March 2027, 18:00 → Wednesday, 27 October 2027, 19:00" in said
    assert "Second day: Thursday, 1 April 2027, 09:00 → Wednesday, 3 November 2027, 10:00" in said
    assert "End: Thursday, 1 April 2027, 13:00 → Wednesday, 3 November 2027, 14:00" in said
    assert "3 sessions" in said
    assert "3 limits of seats, all seats free" in said
    assert "2 questions" in said
    assert "11 planned messages, at the same distance" in said
    assert "2 surveys" in said
    assert "its place in the series" in said

    async with world.database.reading() as session:
        source, draft = await _both(session)
        assert draft.state is EventState.DRAFT
        assert (draft.series_id, draft.region_id) == (source.series_id, source.region_id)
        assert draft.answers_close_hours_before == 24
        assert draft.registration_closes_at == draft.starts_at - timedelta(hours=2)
        for table in PARTS:
            assert await _keys(session, table, draft) == await _keys(session, table, source)
        slots = await _parts(session, EventSession, draft)
        assert {slot.key: slot.starts_at for slot in slots} == {
            "opening": datetime(2027, 10, 27, 17, tzinfo=UTC),  # summer time
            "second": datetime(2027, 11, 3, 9, tzinfo=UTC),  # winter time
            "shop": datetime(2027, 11, 3, 10, tzinfo=UTC),
        }
        rules = {rule.key: rule for rule in await _parts(session, Rule, draft)}
        assert rules["day-before.second"].due_at == datetime(2027, 11, 2, 9, tzinfo=UTC)
        assert rules["week-before"].due_at == datetime(2027, 10, 20, 8, tzinfo=UTC)
        assert rules["shop-soon"].due_at == datetime(2027, 11, 3, 9, tzinfo=UTC)
        assert not any(rule.expanded for rule in rules.values())
        surveys = {survey.key: survey.closes_at for survey in await _parts(session, Survey, draft)}
        assert surveys["ahead"] == draft.starts_at - timedelta(hours=1)
        assert surveys["feedback"] == draft.ends_at + timedelta(days=14)


async def test_a_copy_to_before_the_change_of_the_hour_keeps_the_distance_too(
    world: World, tmp_path: Path
) -> None:
    await _import(world, tmp_path)
    olga = await world.organiser("Olga", of="gmunden")
    await _copy(olga, "Collab Talks", starts="2028-03-23 18:00")
    async with world.database.reading() as session:
        _, draft = await _both(session)
        slots = {slot.key: slot for slot in await _parts(session, EventSession, draft)}
        assert slots["second"].starts_local == datetime(2028, 3, 30, 9)
        assert slots["second"].starts_at == datetime(2028, 3, 30, 7, tzinfo=UTC)
        assert draft.ends_at == slots["second"].ends_at


async def test_a_copy_shares_nothing_with_its_original(world: World, tmp_path: Path) -> None:
    """Each part points into its own event, and what is changed in one stays out of the other."""
    await _import(world, tmp_path)
    olga = await world.organiser("Olga", of="gmunden")
    await _copy(olga, "Collab Talks", starts="2027-10-27 19:00")
    async with world.database.writing() as session:
        source, draft = await _both(session)
        own = {slot.id for slot in await _parts(session, EventSession, draft)}
        limited: tuple[Any, ...] = (Limit, Rule)
        for table in limited:
            named = {one.session_id for one in await _parts(session, table, draft)} - {None}
            assert named
            assert named <= own
        for table in PARTS:
            shared = {one.id for one in await _parts(session, table, source)}
            assert not shared & {one.id for one in await _parts(session, table, draft)}
        draft.title = {**draft.title, "en": "Another title"}
        for part in await _parts(session, Rule, draft):
            await session.delete(part)
    async with world.database.reading() as session:
        source, _ = await _both(session)
        assert source.title["en"] == "Collab Talks"
        assert len(await _parts(session, Rule, source)) == 11


async def test_texts_that_are_older_are_so_in_the_copy(world: World, tmp_path: Path) -> None:
    """Once, the mark of a session's text stayed with the session of the original."""
    await _import(world, tmp_path)
    async with world.database.writing() as session:
        source, _ = await _both(session)
        slots = {slot.key: slot.id for slot in await _parts(session, EventSession, source)}
        # The last session left the file since.
        source.stale_texts = {
            "title": ["de"],
            f"session-{slots['shop']}-summary": ["de"],
            "session-999-title": ["de"],
        }
    olga = await world.organiser("Olga", of="gmunden")
    await _copy(olga, "Collab Talks", starts="2027-10-27 19:00")
    async with world.database.reading() as session:
        _, draft = await _both(session)
        twins = {slot.key: slot.id for slot in await _parts(session, EventSession, draft)}
        assert draft.stale_texts == {"title": ["de"], f"session-{twins['shop']}-summary": ["de"]}


async def test_nothing_that_belongs_to_people_is_copied(world: World) -> None:
    """Jan has a seat, Eva waits, an announcement went out: the copy begins with free seats."""
    talk = await world.event("Collab Talks", seats=1)
    jan, eva = await world.participants("Jan", "Eva")
    await jan.press("Register", on=talk)
    await eva.press("Register", on=talk)
    olga = await world.organiser("Olga")
    await olga.press_data(f"we:{talk.id}")
    await olga.press("Announce")
    await olga.press("Write: English")
    await olga.type("Please bring a pen.")
    await olga.press("Done")
    await olga.press("Check and send")
    await olga.press("Send to 1 person")
    await _copy(olga, "Collab Talks", event=talk, starts="2027-05-01 18:00")

    said = olga.screen.text.partition("What was not copied")[2]
    for line in (
        "registrations and requests: 1",
        "the waiting list: 1",
        "answers to questions and surveys, with their later changes",
        "announcements: 1",
        "links, with their channels (0) and invitations: the draft gets its own",
    ):
        assert line in said
    async with world.database.reading() as session:
        source, draft = await _both(session)
        [limit] = await _parts(session, Limit, draft)
        assert (limit.seats, limit.taken) == (1, 0)
        assert draft.queue_issued == draft.schedule_revision == draft.calendar_sequence == 0
        registered = select(func.count()).select_from(Registration)
        assert await session.scalar(registered.where(Registration.event_id == draft.id)) == 0
        assert draft.key != source.key
        verbs = (await session.scalars(select(Audit.verb).order_by(Audit.id))).all()
        assert verbs[-1] == "copy"


async def test_a_copy_asks_the_same_in_the_same_mode_and_nobody_has_answered_it(
    world: World, tmp_path: Path
) -> None:
    """What is hidden for the sake of earlier answers has none in the copy, and stays behind."""
    await _import(world, tmp_path)
    async with world.database.writing() as session:
        source = (await session.scalars(select(Event).order_by(Event.id))).first()
        assert source is not None
        ahead, asked = await _parts(session, Survey, source)
        asked.mode, asked.instrument, asked.version = SurveyMode.PSEUDONYMOUS, "feedback", 3
        old = {**ahead.questions[-1], "key": "old", "hidden": True}
        options = ahead.questions[-1]["options"]
        fewer = {**ahead.questions[-1], "options": [{**options[0], "hidden": True}, *options[1:]]}
        asked.questions = [*asked.questions, fewer, old]
        someone = await world.person(session, await world.participant("Jan"))
        session.add(Ballot(survey_id=asked.id, participant_id=someone.id))
    olga = await world.organiser("Olga", of="gmunden")
    await _copy(olga, "Collab Talks", starts="2027-10-27 19:00")

    async with world.database.reading() as session:
        _, draft = await _both(session)
        copied = (await _parts(session, Survey, draft))[1]
        assert (copied.mode, copied.instrument) == (SurveyMode.PSEUDONYMOUS, "feedback")
        assert (copied.version, copied.wave, copied.ended_at) == (1, 1, None)
        assert [one["key"] for one in copied.questions] == ["useful", "words", "matters"]
        assert [one["key"] for one in copied.questions[-1]["options"]] == ["ideas", "food"]
        kept = await session.get_one(SurveyVersion, (copied.id, 1))
        assert kept.questions == copied.questions
        voted = select(func.count()).where(Ballot.survey_id == copied.id)
        assert await session.scalar(voted) == 0


async def test_a_copy_is_published_and_its_messages_come(world: World) -> None:
    talk = await world.event("Collab Talks", rules=({"key": "hours-before", "hours": -2},), seats=5)
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    await _copy(olga, "Collab Talks", event=talk, starts="2027-04-20 18:00")
    await olga.press("Open the draft")
    await olga.press("Publish")
    assert "Published." in olga.screen.text
    async with world.database.reading() as session:
        _, draft = await _both(session)
    await jan.press("Register", on=draft)
    await world.move_to(draft.starts_at - timedelta(hours=1))
    assert "Reminder" in jan.notices[-1].text
    assert "20 April 2027, 18:00" in jan.notices[-1].text


async def test_buttons_of_a_finished_copy_make_no_second_draft(world: World) -> None:
    talk = await world.event("Collab Talks")
    olga = await world.organiser("Olga")
    await _copy(olga, "Collab Talks", event=talk, starts="2027-04-20 18:00")
    for wish in (f"ob:copy.{talk.id}:0", f"ok:copy.{talk.id}:0"):
        await olga.press_data(wish)
    await olga.type("2027-04-20 18:00")
    async with world.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Event)) == 2


async def test_a_copy_into_the_past_is_asked_again(world: World) -> None:
    talk = await world.event("Collab Talks")
    olga = await world.organiser("Olga")
    await _copy(olga, "Collab Talks", event=talk, starts="2027-03-01 18:00")
    assert "This time is past" in olga.screen.text
    async with world.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Event)) == 1


async def test_an_event_that_is_over_can_be_copied(world: World) -> None:
    talk = await world.event("Collab Talks")
    olga = await world.organiser("Olga")
    await world.advance(days=20)
    await _copy(olga, "Collab Talks", event=talk, starts="2027-05-20 18:00")
    assert "Copied." in olga.screen.text


@pytest.mark.parametrize("role", ["participant", "organiser of another region"])
async def test_nobody_else_can_copy_an_event(world: World, role: str) -> None:
    """What is not theirs looks to them as if it did not exist."""
    talk = await world.event("Collab Talks")
    await world.organiser("Olga")
    other = (
        await world.participant("Mallory")
        if role == "participant"
        else await world.organiser("Mallory", of="elsewhere")
    )
    for wish in (f"wy:{talk.id}", f"ok:copy.{talk.id}:0", f"or:copy.{talk.id}", "ok:copy.x:0"):
        await other.press_data(wish)
        assert "Collab Talks" not in other.screen.text
        assert "When does the event start?" not in other.screen.text
    await other.type("2027-05-20 18:00")
    async with world.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Event)) == 1


# ── short ways ───────────────────────────────────────────────────────────────────────────────
async def _import(world: World, folder: Path) -> None:
    async with world.database.writing() as session:
        outcome = await import_blueprint(session, read(written(folder, SOURCE)), now=world.now)
        assert not outcome.problems


async def _copy(olga: Actor, title: str, *, starts: str, event: Event | None = None) -> None:
    if event is None:
        await olga.type("/organise")
        await olga.press("Thu 25 Mar")
    else:
        await olga.press_data(f"we:{event.id}")
    assert title in olga.screen.text
    await olga.press("Copy this event")
    assert "When does the event start?" in olga.screen.text
    await olga.type(starts)


async def _both(session: AsyncSession) -> tuple[Event, Event]:
    """Return the first event, and the newest: the one copied and its copy."""
    events = (await session.scalars(select(Event).order_by(Event.id))).all()
    return events[0], events[-1]


async def _parts(session: AsyncSession, table: type[Part], event: Event) -> list[Part]:
    found = await session.scalars(
        select(table).where(table.event_id == event.id).order_by(table.id)
    )
    return list(found)


async def _keys(session: AsyncSession, table: type[Part], event: Event) -> list[str]:
    return [part.key for part in await _parts(session, table, event)]
