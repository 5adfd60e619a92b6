"""Importing a series of events with sessions: each event follows the file, never behind backs."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from tests.blueprints.small import edited, written
from tests.blueprints.whole import WHOLE
from xinno_core.blueprints.read import read
from xinno_core.database import Database
from xinno_core.models import (
    Event,
    EventSession,
    Limit,
    Notice,
    NoticeKind,
    Participant,
    Question,
    Registration,
    RegistrationState,
    Rule,
    Series,
    SessionSeat,
    Survey,
)
from xinno_core.services import agenda, journeys
from xinno_core.services.blueprints import ImportOutcome, import_blueprint

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SHOP = WHOLE[WHOLE.index("  - key: shop\n    title") : WHOLE.index("roles:\n  - key: visitor\n")]
SHOP_SEATS = WHOLE[WHOLE.index("  - key: shop\n    label") : WHOLE.index("questions:\n  - key")]
SHOP_SOON = WHOLE[WHOLE.index("  - key: shop-soon") : WHOLE.index("  - key: ask-ahead")]
SECOND = WHOLE[WHOLE.index("further:\n") : WHOLE.index("sessions:\n")]

Part = TypeVar("Part", EventSession, Limit, Question, Rule, Survey)
Importer = Callable[..., Awaitable[ImportOutcome]]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def imported(database: Database, tmp_path: Path) -> Importer:
    """Import the whole blueprint with these edits, in a transaction of its own."""

    async def do(*changes: tuple[str, str]) -> ImportOutcome:
        blueprint = read(written(tmp_path, edited(WHOLE, *changes)))
        async with database.writing() as session:
            return await import_blueprint(session, blueprint, now=NOW)

    return do


async def test_one_file_makes_a_series_of_events_with_their_sessions(
    database: Database, imported: Importer
) -> None:
    outcome = await imported()

    assert outcome.problems == ()
    assert "created series collab" in outcome.lines
    async with database.reading() as session:
        series = (await session.scalars(select(Series))).one()
        first, second = (await session.scalars(select(Event).order_by(Event.id))).all()
        assert {event.series_id for event in (first, second)} == {series.id}
        assert (first.answers_close_hours_before, first.closes_hours_before) == (24, 2)
        assert [event.starts_local for event in (first, second)] == [
            datetime(2026, 12, 10, 18),
            datetime(2027, 1, 14, 17),
        ]
        assert (second.title["en"], second.summary["en"]) == ("Second talks", "Duos on stage.")
        assert await seats(session, first) == {"hall": 80, "firms": 3, "shop": 11}
        assert await seats(session, second) == {"hall": 40, "firms": 3, "shop": 11}


async def test_sessions_keep_their_distance_in_each_event_which_ends_with_the_last(
    database: Database, imported: Importer
) -> None:
    await imported()

    async with database.reading() as session:
        first, second = (await session.scalars(select(Event).order_by(Event.id))).all()
        assert await times(session, first) == {
            "opening": datetime(2026, 12, 10, 18),
            "second": datetime(2026, 12, 17, 9),
            "shop": datetime(2026, 12, 17, 10),
        }
        assert await times(session, second) == {
            "opening": datetime(2027, 1, 14, 17),
            "second": datetime(2027, 1, 21, 8),
            "shop": datetime(2027, 1, 21, 9),
        }
        assert first.ends_local == datetime(2026, 12, 17, 13)
        assert first.ends_at == datetime(2026, 12, 17, 12, tzinfo=UTC)
        assert second.ends_local == datetime(2027, 1, 21, 12)
        shop = (await session.scalars(of(first, EventSession, "shop"))).one()
        assert (shop.by_choice, shop.roles) == (True, ["visitor"])
        assert shop.place == {"name": "Online", "link": "https://meet.example.org/x"}
        opening = (await session.scalars(of(first, EventSession, "opening"))).one()
        assert (opening.by_choice, opening.place) == (False, {"room": "Saal 1"})


async def test_limits_questions_rules_and_surveys_know_what_they_belong_to(
    database: Database, imported: Importer
) -> None:
    await imported()

    async with database.reading() as session:
        event = (await session.scalars(select(Event).order_by(Event.id))).first()
        assert event is not None
        slots = {
            slot.id: slot.key
            for slot in await session.scalars(
                select(EventSession).where(EventSession.event_id == event.id)
            )
        }
        shop = (await session.scalars(of(event, Limit, "shop"))).one()
        assert (slots[shop.session_id or 0], shop.room, shop.taken) == ("shop", 10, 0)
        firms = (await session.scalars(of(event, Limit, "firms"))).one()
        assert (firms.session_id, firms.targets, firms.room) == (None, ["sme", "large"], None)
        firm = (await session.scalars(of(event, Question, "firm"))).one()
        assert firm.only_if == {"question": "branch", "is": ["industry"]}
        rules = {
            rule.key: rule
            for rule in await session.scalars(select(Rule).where(Rule.event_id == event.id))
        }
        assert rules["week-before"].session_id is None
        assert slots[rules["day-before.second"].session_id or 0] == "second"
        assert "day-before.shop" not in rules
        assert rules["day-before.second"].due_at == datetime(2026, 12, 16, 9, tzinfo=UTC)
        assert rules["shop-soon"].due_at == datetime(2026, 12, 17, 8, tzinfo=UTC)
        assert (rules["ask-ahead"].survey, rules["feedback"].survey) == ("ahead", "feedback")
        ahead = (await session.scalars(of(event, Survey, "ahead"))).one()
        assert ahead.closes_at == event.starts_at - timedelta(hours=1)
        after = (await session.scalars(of(event, Survey, "feedback"))).one()
        assert after.closes_at == event.ends_at + timedelta(days=14)


async def test_a_second_import_changes_nothing(imported: Importer) -> None:
    await imported()

    assert (await imported()).lines == ("nothing changed",)


async def test_each_event_follows_the_file_by_itself(
    database: Database, imported: Importer
) -> None:
    """The second evening is put off in the file; the first was moved in the chat, and stays."""
    await imported()
    async with database.writing() as session:
        await move(session, "talks-1", datetime(2026, 12, 11, 19))

    outcome = await imported(
        ("    starts: {on: 2027-01-14", "    starts: {on: 2027-01-15"),
        ("    title: {en: Workshop,", "    title: {en: Work shop,"),
    )

    assert set(outcome.lines) == {
        "changed session shop: title (en)",
        "changed event talks-2: time",
    }
    async with database.reading() as session:
        first, second = (await session.scalars(select(Event).order_by(Event.id))).all()
        assert (await times(session, first))["second"] == datetime(2026, 12, 18, 10)
        assert (await times(session, second))["second"] == datetime(2027, 1, 22, 8)
        rule = (await session.scalars(of(second, Rule, "day-before.second"))).one()
        assert rule.due_at == datetime(2027, 1, 21, 9, tzinfo=UTC)
        assert (first.calendar_sequence, second.calendar_sequence) == (0, 1)


async def test_a_session_added_or_prolonged_moves_the_end_of_its_event(
    database: Database, imported: Importer
) -> None:
    await imported()

    longer = await imported(('    at: "09:00"\n    lasts: 4h', '    at: "09:00"\n    lasts: 6h'))

    assert "changed session second: time" in longer.lines
    assert "changed event talks-1: time" in longer.lines
    async with database.reading() as session:
        event = await one(session, "talks-1")
        assert event.ends_local == datetime(2026, 12, 17, 15)
        rule = (await session.scalars(of(event, Rule, "thanks"))).one()
        assert rule.due_at == event.ends_at + timedelta(hours=1)


async def test_a_session_nobody_relies_on_goes_with_its_seats_and_rules(
    database: Database, imported: Importer
) -> None:
    await imported()

    outcome = await imported((SHOP, ""), (SHOP_SEATS, ""), (SHOP_SOON, ""))

    assert outcome.problems == ()
    assert {"removed session shop", "removed limit shop", "removed rule shop-soon"} <= set(
        outcome.lines
    )
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(EventSession)) == 4


async def test_an_event_that_leaves_the_file_is_kept_and_named(
    database: Database, imported: Importer
) -> None:
    await imported()

    outcome = await imported((SECOND, ""))

    assert outcome.lines == (
        "kept event talks-2, which left the file: cancel or delete it in the chat",
    )
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Event)) == 2


NOT_BEHIND_PEOPLES_BACKS = (
    pytest.param(
        [('    at: "09:00"\n    lasts: 4h', '    at: "08:30"\n    lasts: 4h')],
        "session second: can't change its time while people are registered (2).",
        id="time",
    ),
    pytest.param(
        [("    room: Saal 1\n", "    room: Saal 2\n")],
        "session opening: can't change its place or choice while people are registered (2).",
        id="room",
    ),
    pytest.param(
        [("    choice: own\n    roles: [visitor]\n", "    choice: own\n    roles: [speaker]\n")],
        "session shop: can't change its place or choice while people are registered (2).",
        id="roles",
    ),
    pytest.param(
        [(SHOP, ""), (SHOP_SEATS, ""), (SHOP_SOON, "")],
        "session shop: can't go, because people have chosen it (2).",
        id="chosen-session",
    ),
    pytest.param(
        [("    room: 10\n    seats: 11\n", "    room: 10\n    seats: 1\n")],
        "limit shop: can't have fewer seats (1) than are taken (2). Write 2 or more.",
        id="seats-of-a-session",
    ),
    pytest.param(
        [("    targets: [sme, large]\n    seats: 3", "    targets: [sme]\n    seats: 1")],
        "limit firms: can't have fewer seats (1) than are taken (2). Write 2 or more.",
        id="seats-of-a-target",
    ),
)


@pytest.mark.parametrize("changes,wrong", NOT_BEHIND_PEOPLES_BACKS)
async def test_nothing_people_rely_on_changes_behind_their_backs(
    database: Database, imported: Importer, changes: list[tuple[str, str]], wrong: str
) -> None:
    """Two firms are registered, and both have a seat in the workshop."""
    await imported()
    async with database.writing() as session:
        for number in range(2):
            await seat(session, "talks-1", number, target="sme", chooses="shop")

    refused = await imported(*changes)

    assert wrong in " ".join(refused.problems)
    assert refused.changes == ()


async def test_seats_are_counted_where_they_are_held(
    database: Database, imported: Importer
) -> None:
    """A council takes no firm's seat, and who did not choose the workshop none of it."""
    await imported()
    async with database.writing() as session:
        await seat(session, "talks-1", 1, target="sme", chooses="shop")
        await seat(session, "talks-1", 2, target="lpa")

    await imported(("    seats: 80", "    seats: 81"))

    async with database.reading() as session:
        event = await one(session, "talks-1")
        found = await session.scalars(select(Limit).where(Limit.event_id == event.id))
        assert {limit.key: limit.taken for limit in found} == {"hall": 2, "firms": 1, "shop": 1}


async def test_a_series_belongs_to_the_region_that_brought_it(
    imported: Importer, database: Database
) -> None:
    await imported()

    taken = await imported(
        ("key: talks\n", "key: others\n"),
        ("  key: talks-1", "  key: others-1"),
        ("  - key: talks-2", "  - key: others-2"),
        ("  key: gmunden", "  key: genk"),
    )

    assert "series collab: belongs to another region. Give yours a key of its own." in taken.lines


# ── the journey of it ────────────────────────────────────────────────────────────────────────
async def test_a_session_people_choose_reminds_those_who_have_a_seat_in_it(
    database: Database, imported: Importer
) -> None:
    await imported()
    async with database.writing() as session:
        chose = await seat(session, "talks-1", 1, chooses="shop")
        waits = await seat(session, "talks-1", 2, chooses="shop", as_=RegistrationState.WAITLISTED)
        other = await seat(session, "talks-1", 3)
        await journeys.plan(session, now=datetime(2026, 12, 17, 8, 5, tzinfo=UTC))

    async with database.reading() as session:
        rules = {rule.id: rule.key for rule in await session.scalars(select(Rule))}
        notices = (await session.scalars(select(Notice))).all()
        told = {
            (rules[notice.rule_id or 0], notice.participant_id): notice
            for notice in notices
            if notice.kind is NoticeKind.REMINDER
        }
    everyone = {chose, waits, other}
    assert {who for rule, who in told if rule == "shop-soon"} == {chose}
    assert {who for rule, who in told if rule == "day-before.opening"} == everyone
    soon = told["shop-soon", chose]
    assert soon.useful_until == datetime(2026, 12, 17, 9, tzinfo=UTC)
    assert soon.params["rule"] == "shop-soon"
    assert soon.params["session_id"]


async def test_each_survey_is_sent_by_its_own_rule(database: Database, imported: Importer) -> None:
    await imported()
    async with database.writing() as session:
        await seat(session, "talks-1", 1)
        await journeys.plan(session, now=datetime(2026, 12, 20, tzinfo=UTC))

    async with database.reading() as session:
        surveys = {survey.id: survey for survey in await session.scalars(select(Survey))}
        notices = await session.scalars(
            select(Notice).where(Notice.kind == NoticeKind.SURVEY).order_by(Notice.due_at)
        )
        sent = [(surveys[notice.params["survey_id"]], notice) for notice in notices]
        assert [survey.key for survey, _ in sent] == ["ahead", "feedback"]
        assert all(notice.useful_until == survey.closes_at for survey, notice in sent)
        ahead = sent[0][1]
        assert ahead.due_at == datetime(2026, 12, 5, 11, tzinfo=UTC)


async def test_the_next_evening_is_proposed_once_to_those_who_are_not_registered(
    database: Database, imported: Importer
) -> None:
    """Two rules lead to the same evening; one of the three is registered for it already."""
    twice = '  - key: next-again\n    kind: next\n    when: {days_after: 4, at: "12:00"}\n'
    await imported(("  - key: week-before\n", twice + "  - key: week-before\n"))
    async with database.writing() as session:
        told = [await seat(session, "talks-1", number) for number in (1, 2)]
        await seat(session, "talks-1", 3)
        await seat(session, "talks-2", 3)
        await seat(session, "talks-2", 2, state=RegistrationState.CANCELLED)
        await journeys.plan(session, now=datetime(2026, 12, 22, tzinfo=UTC))

    async with database.reading() as session:
        following = await one(session, "talks-2")
        notices = await session.scalars(select(Notice).where(Notice.kind == NoticeKind.NEXT))
        proposed = notices.all()
    assert sorted(notice.participant_id for notice in proposed) == sorted(told)
    assert {notice.params["next_event_id"] for notice in proposed} == {following.id}
    assert all(notice.event_id != following.id for notice in proposed)


async def test_nothing_is_proposed_once_registration_is_closed(
    database: Database, imported: Importer
) -> None:
    await imported()
    async with database.writing() as session:
        await seat(session, "talks-1", 1)
        following = await one(session, "talks-2")
        following.starts_at = following.registration_closes_at = NOW
        due = await journeys.next_due(session, after=datetime(2026, 12, 19, tzinfo=UTC))
        await journeys.plan(session, now=datetime(2026, 12, 22, tzinfo=UTC))

    assert due is None
    async with database.reading() as session:
        notices = await session.scalars(select(Notice).where(Notice.kind == NoticeKind.NEXT))
        assert notices.all() == []


async def test_a_move_over_the_change_of_the_hour_keeps_sessions_on_the_wall_clock(
    database: Database, imported: Importer
) -> None:
    """The second day falls behind the last Sunday of March: both keep their hour of the day."""
    await imported()
    async with database.writing() as session:
        await move(session, "talks-1", datetime(2027, 3, 25, 18))

    async with database.reading() as session:
        event = await one(session, "talks-1")
        second = (await session.scalars(of(event, EventSession, "second"))).one()
        assert second.starts_local == datetime(2027, 4, 1, 9)
        assert second.starts_at == datetime(2027, 4, 1, 7, tzinfo=UTC)
        assert event.ends_at == second.ends_at == datetime(2027, 4, 1, 11, tzinfo=UTC)
        rule = (await session.scalars(of(event, Rule, "day-before.second"))).one()
        assert rule.due_at == datetime(2027, 3, 31, 8, tzinfo=UTC)
        ahead = (await session.scalars(of(event, Survey, "ahead"))).one()
        assert ahead.closes_at == datetime(2027, 3, 25, 16, tzinfo=UTC)


# ── helpers ──────────────────────────────────────────────────────────────────────────────────
async def one(session: AsyncSession, key: str) -> Event:
    return (await session.scalars(select(Event).where(Event.key == key))).one()


def of(event: Event, table: type[Part], key: str) -> Select[Part]:
    return select(table).where(table.event_id == event.id, table.key == key)


async def seats(session: AsyncSession, event: Event) -> dict[str, int]:
    found = await session.scalars(select(Limit).where(Limit.event_id == event.id))
    return {limit.key: limit.seats for limit in found}


async def times(session: AsyncSession, event: Event) -> dict[str, datetime]:
    found = await session.scalars(select(EventSession).where(EventSession.event_id == event.id))
    return {slot.key: slot.starts_local for slot in found}


async def move(session: AsyncSession, key: str, start: datetime) -> None:
    """Move an event as the chat does."""
    event = await one(session, key)
    slots = await session.scalars(select(EventSession).where(EventSession.event_id == event.id))
    agenda.shift(event, slots.all(), start, event.zone)
    await journeys.reckon(session, event, now=NOW)


async def seat(
    session: AsyncSession,
    key: str,
    number: int,
    *,
    target: str = "",
    chooses: str | None = None,
    as_: RegistrationState = RegistrationState.CONFIRMED,
    state: RegistrationState = RegistrationState.CONFIRMED,
) -> int:
    """Register a person without asking the rules; return who it is."""
    event = await one(session, key)
    person = await session.scalar(select(Participant).where(Participant.telegram_id == number))
    if person is None:
        person = Participant(telegram_id=number, language="en", created_at=NOW)
        session.add(person)
        await session.flush()
    registered = Registration(
        event_id=event.id,
        participant_id=person.id,
        role="visitor",
        target=target,
        state=state,
        answers={},
        created_at=NOW,
        confirmed_at=NOW,
    )
    session.add(registered)
    await session.flush()
    if chooses:
        slot = (await session.scalars(of(event, EventSession, chooses))).one()
        session.add(
            SessionSeat(
                registration_id=registered.id, session_id=slot.id, state=as_, queue_number=number
            )
        )
        await session.flush()
    return person.id
