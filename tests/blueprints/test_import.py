"""Importing a blueprint: made once, followed later, never against the people registered."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from tests.blueprints.small import BLUEPRINT, edited, written
from xinno_core.blueprints.read import packaged, read
from xinno_core.database import Database
from xinno_core.models import (
    Ballot,
    Base,
    Event,
    EventState,
    Limit,
    NoticeClass,
    Pilot,
    Question,
    Region,
    Registration,
    RegistrationState,
    Rule,
    Survey,
)
from xinno_core.services import journeys, participants, registration
from xinno_core.services.blueprints import ImportOutcome, import_blueprint

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SMALL_HALL = ("    seats: 80", "    seats: 1")

Importer = Callable[..., Awaitable[ImportOutcome]]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def imported(database: Database, tmp_path: Path) -> Importer:
    """Import the small blueprint with these edits, in a transaction of its own."""

    async def do(*changes: tuple[str, str], text: str = BLUEPRINT) -> ImportOutcome:
        blueprint = read(written(tmp_path, edited(text, *changes)))
        async with database.writing() as session:
            return await import_blueprint(session, blueprint, now=NOW)

    return do


async def test_a_first_import_makes_everything_the_file_describes(
    database: Database, imported: Importer
) -> None:
    outcome = await imported()

    assert outcome.problems == ()
    assert outcome.lines[:4] == (
        "created pilot pilot-1",
        "created region gmunden",
        "created format talks",
        "created event talks-1",
    )
    async with database.reading() as session:
        event = await session.get_one(Event, outcome.event_id)
        assert event.state is EventState.PUBLISHED
        assert event.starts_at == datetime(2026, 12, 10, 17, 0, tzinfo=UTC)
        assert (event.starts_local.hour, event.ends_local.hour) == (18, 20)
        assert event.title == {"en": "Collab Talks", "de": "Collab Talks auf der Bühne"}
        assert [role["key"] for role in event.roles] == ["visitor", "speaker"]
        assert await count(session, Limit, Question, Survey, Rule) == [1, 1, 1, 6]
        region = await session.get_one(Region, event.region_id)
        assert (region.quiet_from, region.quiet_to) == (time(21), time(7, 30))
        assert region.organiser == {"name": "CREARE", "country": "AT"}


async def test_rules_know_when_they_are_due(database: Database, imported: Importer) -> None:
    """Both kinds of offset, seen from an event at 18:00 in Vienna, one hour ahead of UTC."""
    await imported()

    async with database.reading() as session:
        rules = {rule.key: rule for rule in await session.scalars(select(Rule))}
    assert rules["week-before"].due_at == datetime(2026, 12, 3, 9, 0, tzinfo=UTC)
    assert rules["hours-before"].due_at == datetime(2026, 12, 10, 15, 0, tzinfo=UTC)
    assert rules["feedback"].due_at == datetime(2026, 12, 11, 9, 0, tzinfo=UTC)
    assert rules["warm-up"].notice_class is NoticeClass.OPTIONAL
    assert rules["warm-up"].exercise == "xse-4"
    assert rules["bring"].text["de"] == "Bringen Sie eine Karte mit."
    assert not any(rule.expanded for rule in rules.values())


async def test_other_quiet_hours_move_what_the_night_would_spoil(
    database: Database, imported: Importer
) -> None:
    """A reminder for an early morning comes before the nights as they are now.

    Also where the file of another event of the region says so.
    """
    await imported(('    at: "18:00"', '    at: "08:00"'))
    other = (("key: talks\nformat", "key: other\nformat"), ("  key: talks-1", "  key: other-1"))
    due = []
    for begins in ("21:00", "19:00", "22:00"):
        await imported(*other, ('from: "21:00"', f'from: "{begins}"'))
        async with database.reading() as session:
            of_talks = select(Event.id).where(Event.key == "talks-1").scalar_subquery()
            soon = select(Rule.due_at).where(Rule.key == "hours-before", Rule.event_id == of_talks)
            due.append(await session.scalar(soon))
    assert due == [datetime(2026, 12, 9, hour, 45, tzinfo=UTC) for hour in (19, 17, 20)]


async def test_a_second_import_changes_nothing(imported: Importer) -> None:
    first = await imported()

    second = await imported()

    assert second.lines == ("nothing changed",)
    assert second.event_id == first.event_id


@pytest.mark.parametrize("path", packaged(), ids=lambda path: path.stem)
async def test_the_packaged_blueprints_can_be_imported_twice(
    database: Database, path: Path
) -> None:
    blueprint = read(path)
    async with database.writing() as session:
        first = await import_blueprint(session, blueprint, now=NOW)
    async with database.writing() as session:
        second = await import_blueprint(session, blueprint, now=NOW + timedelta(days=3))

    assert first.problems == ()
    assert first.event_id is not None
    assert second.lines == ("nothing changed",)


async def test_files_that_share_pilot_region_and_series_agree(database: Database) -> None:
    """Each adds its languages, and none takes back what another said."""
    files = [read(path) for path in packaged()]
    for blueprint in files:
        async with database.writing() as session:
            assert not (await import_blueprint(session, blueprint, now=NOW)).problems
    for blueprint in files:
        async with database.writing() as session:
            again = await import_blueprint(session, blueprint, now=NOW)
            assert again.lines == ("nothing changed",), blueprint.key

    async with database.reading() as session:
        pilots = {pilot.key: pilot for pilot in await session.scalars(select(Pilot))}
        for key in {blueprint.pilot.key for blueprint in files}:
            named = {code for one in files if one.pilot.key == key for code in one.event.languages}
            assert set(pilots[key].name) == named
        regions = {blueprint.region.key for blueprint in files}
        assert await count(session, Region) == [len(regions)]


async def test_an_edit_changes_what_was_edited_and_is_named(
    database: Database, imported: Importer
) -> None:
    first = await imported()

    outcome = await imported(
        ("    de: Collab Talks auf der Bühne", "    de: Gespräche auf der Bühne"),
        ("    seats: 80", "    seats: 90"),
        ("    when: {hours_before: 2}", "    when: {hours_before: 3}"),
        ("      text: {en: How useful?,", "      text: {en: How useful was it?,"),
    )

    assert outcome.lines == (
        "changed event talks-1: title (de)",
        "changed limit hall: seats",
        "changed survey feedback: questions",
        "changed rule hours-before: hours",
    )
    assert outcome.event_id == first.event_id
    async with database.reading() as session:
        rule = await session.scalar(select(Rule).where(Rule.key == "hours-before"))
        assert rule is not None
        assert rule.due_at == datetime(2026, 12, 10, 14, 0, tzinfo=UTC)
        assert (await session.scalars(select(Survey))).one().version == 2


async def test_entries_come_and_go_with_the_file(database: Database, imported: Importer) -> None:
    await imported()

    outcome = await imported(
        ("  - key: thanks\n    kind: thanks\n    when: {hours_after: 1}\n", ""),
        ("  - key: branch\n", "  - key: sector\n"),
    )

    assert outcome.lines == (
        "created question sector",
        "removed question branch",
        "removed rule thanks",
    )
    async with database.reading() as session:
        assert await count(session, Question, Rule) == [1, 5]


async def test_what_an_organiser_changed_since_stays(
    database: Database, imported: Importer
) -> None:
    """The hall got more chairs in the chat; the file's author only mends a word."""
    await imported()
    async with database.writing() as session:
        (await session.scalars(select(Limit))).one().seats = 100

    outcome = await imported(("    en: Duos on stage.", "    en: Pairs on stage."))

    assert outcome.lines == ("changed event talks-1: summary (en)",)
    async with database.reading() as session:
        assert (await session.scalars(select(Limit))).one().seats == 100


async def test_a_rule_whose_time_has_passed_stays_silent(
    database: Database, imported: Importer
) -> None:
    await imported(("    on: 2026-12-10", "    on: 2026-11-24"))

    async with database.reading() as session:
        rules = {rule.key: rule.expanded for rule in await session.scalars(select(Rule))}
    assert rules["week-before"]
    assert not rules["hours-before"]


async def test_seats_never_fall_below_those_taken(database: Database, imported: Importer) -> None:
    """Nothing of such an import is done, and the next one says the same again."""
    outcome = await imported()
    await register(database, outcome, people=3)
    changes = (
        ("    seats: 80", "    seats: 2"),
        ("    en: Duos on stage.", "    en: Pairs on stage."),
    )

    for _ in range(2):
        refused = await imported(*changes)
        assert refused.changes == ()
        assert refused.lines == (
            "limit hall: can't have fewer seats (2) than are taken (3). Write 3 or more.",
        )

    async with database.reading() as session:
        limit = (await session.scalars(select(Limit))).one()
        event = (await session.scalars(select(Event))).one()
        assert (limit.seats, limit.taken) == (80, 3)
        assert event.summary["en"] == "Duos on stage."


async def test_added_seats_are_offered_to_those_who_wait(
    database: Database, imported: Importer
) -> None:
    outcome = await imported(SMALL_HALL)
    await register(database, outcome, people=3)

    grown = await imported(("    seats: 80", "    seats: 2"))

    assert grown.lines == (
        "changed limit hall: seats",
        "offered free seats to those who wait: 1",
    )
    async with database.reading() as session:
        states = list(
            await session.scalars(select(Registration.state).order_by(Registration.participant_id))
        )
        assert states == [
            RegistrationState.CONFIRMED,
            RegistrationState.OFFERED,
            RegistrationState.WAITLISTED,
        ]
        assert (await session.scalars(select(Limit))).one().taken == 2


SPEAKERS = "  - key: speaker\n    label: {en: Speaker, de: Vortrag}\n    register: invited\n"
VISITORS = "  - key: visitor\n    label: {en: Visitor, de: Gast}\n"
WEEK_BEFORE = '  - key: week-before\n    kind: reminder\n    when: {days_before: 7, at: "10:00"}\n'
HALL = (
    "limits:\n  - key: hall\n    label: {en: Hall, de: Saal}\n    roles: [visitor]\n    seats: 80\n"
)
NOT_BEHIND_PEOPLES_BACKS = (
    pytest.param(
        [("    on: 2026-12-10", "    on: 2026-12-11")],
        "event talks-1: can't change time or place here while people are registered (2).",
        id="time",
    ),
    pytest.param(
        [("    name: Saal", "    name: Keller")],
        "event talks-1: can't change time or place here while people are registered (2).",
        id="place",
    ),
    pytest.param(
        [(VISITORS, ""), ("    roles: [visitor]\n", "")],
        "role visitor: can't go, because people have it.",
        id="role",
    ),
    pytest.param([(HALL, "")], "limit hall: can't go while people wait (1).", id="limit"),
    pytest.param(
        [("  - key: branch\n", "  - key: sector\n")],
        "question branch: can't go, because people were asked.",
        id="question",
    ),
    pytest.param(
        [("  - key: branch\n    kind: single\n", "  - key: branch\n    kind: multiple\n")],
        "question branch: can't become another kind, because people were asked.",
        id="kind-of-a-question",
    ),
    pytest.param(
        [("    - key: useful\n", "    - key: worth\n")],
        "survey feedback: can't ask otherwise while anonymous answers are collected (1)",
        id="survey",
    ),
    pytest.param(
        [('when: {days_before: 7, at: "10:00"}', 'when: {days_before: 6, at: "10:00"}')],
        "rule week-before: can't be moved, because it was due.",
        id="time-of-a-rule",
    ),
    pytest.param(
        [(WEEK_BEFORE, "")],
        "rule week-before: can't go, because it has been sent.",
        id="rule",
    ),
)


@pytest.mark.parametrize("changes,wrong", NOT_BEHIND_PEOPLES_BACKS)
async def test_nothing_people_rely_on_changes_behind_their_backs(
    database: Database, imported: Importer, changes: list[tuple[str, str]], wrong: str
) -> None:
    """One has a seat, one waits, the first reminder is out, one has answered the survey."""
    outcome = await imported()
    async with database.writing() as session:
        (await session.scalars(select(Limit))).one().seats = 1  # in the chat, after the import
    await register(database, outcome, people=2)
    async with database.writing() as session:
        await journeys.plan(session, now=NOW + timedelta(days=14))
        survey = (await session.scalars(select(Survey))).one()
        someone = await session.scalar(select(Registration.participant_id).limit(1))
        session.add(Ballot(survey_id=survey.id, participant_id=someone))

    refused = await imported(*changes)

    [problem] = refused.problems
    assert problem.startswith(wrong)
    assert refused.changes == ()
    async with database.reading() as session:
        assert await count(session, Limit, Question, Survey, Rule) == [1, 1, 1, 6]


async def test_what_nobody_relies_on_can_go(database: Database, imported: Importer) -> None:
    outcome = await imported()
    await register(database, outcome, people=1)

    without_speakers = await imported((SPEAKERS, ""))

    assert without_speakers.lines == ("changed event talks-1: roles",)


async def test_the_words_of_a_survey_can_be_mended_while_it_is_answered(
    database: Database, imported: Importer
) -> None:
    outcome = await imported()
    await register(database, outcome, people=1)
    async with database.writing() as session:
        survey = (await session.scalars(select(Survey))).one()
        someone = (await session.scalars(select(Registration))).one().participant_id
        session.add(Ballot(survey_id=survey.id, participant_id=someone))

    mended = await imported(("{en: Your view, de: Ihr Eindruck}", "{en: Your view, de: Feedback}"))

    assert mended.lines == ("changed survey feedback: title (de)",)


async def test_an_event_without_registrations_moves_with_its_rules_and_survey(
    database: Database, imported: Importer
) -> None:
    await imported()

    outcome = await imported(("    on: 2026-12-10", "    on: 2026-12-17"))

    assert outcome.lines == ("changed event talks-1: time",)
    async with database.reading() as session:
        event = (await session.scalars(select(Event))).one()
        rule = await session.scalar(select(Rule).where(Rule.key == "week-before"))
        survey = (await session.scalars(select(Survey))).one()
        assert rule is not None
        assert event.starts_at == datetime(2026, 12, 17, 17, 0, tzinfo=UTC)
        assert event.calendar_sequence == 1
        assert rule.due_at == datetime(2026, 12, 10, 9, 0, tzinfo=UTC)
        assert survey.closes_at == event.ends_at + timedelta(days=14)


async def test_days_from_the_import_are_counted_once(
    database: Database, imported: Importer
) -> None:
    relative = edited(BLUEPRINT, ("    on: 2026-12-10", "    in_days: 20"))
    await imported(text=relative)

    later = await imported(('    at: "18:00"\n  lasts', '    at: "19:00"\n  lasts'), text=relative)

    assert later.lines == ("changed event talks-1: time",)
    async with database.reading() as session:
        event = (await session.scalars(select(Event))).one()
        assert event.starts_local == datetime(2026, 12, 10, 19, 0)


async def test_an_event_in_the_past_is_not_made(database: Database, imported: Importer) -> None:
    outcome = await imported(("    on: 2026-12-10", "    on: 2026-11-10"))

    assert outcome.lines == (
        "event talks-1: would have begun on 2026-11-10 at 18:00. Write a date to come.",
    )
    async with database.reading() as session:
        assert await count(session, Event, Region, Pilot) == [0, 0, 0]


async def test_a_file_without_a_start_brings_a_format_and_no_event(
    database: Database, imported: Importer
) -> None:
    outcome = await imported(('  starts:\n    on: 2026-12-10\n    at: "18:00"\n', ""))

    assert outcome.event_id is None
    assert outcome.lines[-1] == "created format talks"


async def test_a_format_belongs_to_the_region_that_brought_it(imported: Importer) -> None:
    await imported()

    taken = await imported(("  key: gmunden", "  key: genk"))

    assert taken.lines == ("format talks: belongs to another region. Give yours a key of its own.",)


async def test_an_event_belongs_to_the_format_that_brought_it(imported: Importer) -> None:
    await imported()

    taken = await imported(("key: talks\n", "key: more-talks\n"))

    assert taken.lines == (
        "event talks-1: belongs to another format. Give yours a key of its own.",
    )


async def register(database: Database, outcome: ImportOutcome, *, people: int) -> None:
    """Let so many people register as visitors, one after the other."""
    assert outcome.event_id is not None
    for number in range(people):
        async with database.writing() as session:
            person = await participants.meet(
                session, telegram_id=1000 + number, language_code="de", now=NOW
            )
            await registration.register(
                session, participant=person, event_id=outcome.event_id, role="visitor", now=NOW
            )


async def count(session: AsyncSession, *tables: type[Base]) -> list[int]:
    """Return how many rows each table has."""
    return [await session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]
