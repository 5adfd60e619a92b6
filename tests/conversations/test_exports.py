"""Stories of a lead who exports, and of those who may not."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyreadstat
import pytest
from sqlalchemy import delete, func, select, update

from bot.delivery import file_making
from bot.exporting import write_export
from tests.support.reporting import answer, archive, other_pilot, register, surveyed, workbook
from tests.support.world import Actor, Screen, World
from xinno_core.errors import RefusedError
from xinno_core.models import Audit, Event, EventState, ExportJob, ExportState, RoleGrant
from xinno_core.services import export_jobs
from xinno_core.services.exports import Format, Kind
from xinno_core.texts import sav

FIVE: list[dict[str, Any]] = [{"useful": mark, "words": "=1+1"} for mark in range(1, 6)]
NAMED = ("Registrations", "Attendance", "Messages")
ANSWERS = "zx:event:{}:answers:csv:en:comma"


async def test_a_lead_gets_answers_and_figures_of_an_event(world: World) -> None:
    """Lena leads the pilot: event, file, and in it the answers and no name."""
    event = await surveyed(world)
    await answer(world, event, *FIVE)
    anna = await world.participant("Anna")
    await anna.press("Register", on=event)
    lena = await world.lead("Lena")

    await lena.type("/export")
    assert lena.screen.text.startswith("Exports")
    await lena.press("Thu 18 Mar · Collab Talks")
    assert "Answers to the survey: 5" in lena.screen.text
    assert "With a place: 1" in lena.screen.text
    assert not [label for label in lena.screen.labels if label.startswith(NAMED)]

    await lena.press("Answers, Excel")
    assert "the file is being made" in lena.screen.text
    assert lena.screen.labels == ["Cancel", "Menu"]
    file = await made(lena)
    assert "Answers without names: Collab Talks" in file.text
    assert "sent. Rows in the file: 5" in lena.sees()
    book = workbook(file.document)
    assert sorted(row[2] for row in book["Responses"][1:]) == [1, 2, 3, 4, 5]
    assert {row[-1] for row in book["Responses"][1:]} == {"=1+1"}
    said: list[Any] = [book]
    for label, format_ in (("Answers, CSV", archive), ("Figures, CSV", archive)):
        await lena.press("More files")
        await lena.press(label)
        said.append(format_((await made(lena)).document))
    assert {row[-1] for row in said[1]["responses.csv"][1:]} == {"'=1+1"}
    assert said[2]["data.csv"][1][5:7] == ["Participations", "1"]
    for name in ("Anna", "Lena", str(anna.id)):
        assert name not in str(said)


async def test_a_file_speaks_another_language_and_is_separated_as_wanted(world: World) -> None:
    event = await surveyed(world)
    await answer(world, event, *FIVE)
    lena = await world.lead("Lena")
    await lena.type("/export")
    await lena.press("Thu 18 Mar · Collab Talks")
    await lena.press("Another language")
    await lena.press("Deutsch")
    assert "Language of the files: Deutsch" in lena.screen.text
    await lena.press("CSV: with semicolons")
    assert "Language of the files: Deutsch" in lena.screen.text
    await lena.press("Answers, CSV")
    files = archive((await made(lena)).document, ";")
    assert "Wie nützlich war es?" in files["responses.csv"][0]


async def test_an_organiser_gets_the_lists_of_the_own_region(world: World) -> None:
    """Olga sees who comes; the whole region is one file."""
    event, more = await surveyed(world), await world.event("Night Shift")
    anna = await world.participant("Anna")
    for one in (event, more):
        await anna.press("Register", on=one)
    olga = await world.organiser("Olga")
    await olga.open_link()
    await olga.press("Exports")
    await olga.press("All events: Chemnitz")
    await olga.press("Registrations, Excel")
    book = workbook((await made(olga)).document)
    assert [row[:2] for row in book["Data"][1:]] == [
        ("collab-talks", "Anna"),
        ("night-shift", "Anna"),
    ]


async def test_a_file_for_spss_is_one_for_the_survey(world: World, tmp_path: Path) -> None:
    event = await surveyed(world)
    await answer(world, event, *FIVE)
    lena = await world.lead("Lena")
    await lena.type("/export")
    await lena.press("Thu 18 Mar · Collab Talks")
    await lena.press("Answers, SPSS")
    path = tmp_path / "answers.sav"
    path.write_bytes((await made(lena)).document)
    read: Any = pyreadstat.read_sav(path, user_missing=True, output_format="polars")
    rows, meta = read
    assert sorted(rows["useful"]) == [1, 2, 3, 4, 5]
    assert meta.column_names_to_labels["useful"] == "How useful was it?"


# ── files under way ──────────────────────────────────────────────────────────────────────────
async def test_the_same_file_asked_for_twice_is_one(world: World) -> None:
    lena = await choosing(world)
    overview = lena.screen.message.message_id
    await lena.press("Answers, CSV")
    await lena.press_data(ANSWERS.format(await only_event(world)), message_id=overview)
    assert "is being made already" in lena.screen.text
    await world.tick()
    assert len([one for one in lena.notices if one.message.document]) == 1
    await lena.press("More files")
    await lena.press("Answers, CSV")  # what is sent can be asked for again
    await world.tick()
    assert len([one for one in lena.notices if one.message.document]) == 2


async def test_a_file_that_is_cancelled_is_not_sent(world: World) -> None:
    lena = await choosing(world)
    await lena.press("Answers, CSV")
    await lena.press("Cancel")
    assert "Cancelled: no file is made." in lena.screen.text
    await world.tick()
    assert not lena.notices
    await lena.press("More files")
    await lena.press("Answers, CSV")
    cancel = (lena.screen.message.buttons[0][0].data or "", lena.screen.message.message_id)
    await world.tick()
    await lena.press_data(cancel[0], message_id=cancel[1])
    assert "has been sent already" in lena.screen.text


async def test_how_a_file_ended_is_forgotten_after_a_month(world: World) -> None:
    """That it was sent stays in the audit; what waits is kept however long it takes."""
    lena = await choosing(world)
    await lena.press("Answers, CSV")
    cancel = (lena.screen.message.buttons[0][0].data or "", lena.screen.message.message_id)
    await world.tick()
    sent = len(lena.notices)
    await world.advance(days=29)
    await lena.press_data(cancel[0], message_id=cancel[1])
    assert "has been sent already" in lena.screen.text
    await lena.press("More files")
    await lena.press("Answers, Excel")
    world.clock.set(world.now + timedelta(days=2))
    assert await world.assistant.tick() == 1
    async with world.database.reading() as session:
        (left,) = await session.scalars(select(ExportJob))
        assert await session.scalar(select(func.count()).where(Audit.verb == "export")) == 1
    assert left.state is ExportState.PLANNED
    await lena.press_data(cancel[0], message_id=cancel[1])
    assert "no longer valid" in lena.screen.text
    await world.tick()
    assert len(lena.notices) == sent + 1


async def test_a_file_under_way_survives_a_restart(world: World) -> None:
    """The program died while it made the file: the next one makes it anew."""
    lena = await choosing(world)
    await lena.press("Answers, CSV")
    async with world.database.writing() as session:
        assert await export_jobs.claim(session, holder="dead", now=world.now)
    await world.tick()
    assert not lena.notices  # somebody seems to work on it
    if not world.database.is_sqlite:  # where there may be several, the lease of the dead runs out
        async with world.database.writing() as session:
            await session.execute(update(ExportJob).values(lease_until=datetime.now(UTC)))
    await world.restart()
    await world.tick()
    assert lena.notices[-1].message.document


async def test_a_file_that_fails_again_and_again_is_given_up(world: World) -> None:
    lena = await choosing(world)
    await lena.press("Answers, CSV")
    for _ in range(3):
        async with world.database.writing() as session:
            assert await export_jobs.claim(session, holder="dead", now=world.now)
            await export_jobs.release_all(session)
    await world.tick()
    assert "The file could not be made." in lena.sees()
    assert not [one for one in lena.notices if one.message.document]


async def test_who_has_lost_the_role_gets_no_file(world: World) -> None:
    lena = await choosing(world)
    await lena.press("Answers, CSV")
    async with world.database.writing() as session:
        await session.execute(delete(RoleGrant))
    await world.tick()
    assert "the role that it needs has ended" in lena.sees()
    assert not [one for one in lena.notices if one.message.document]


async def test_a_file_that_telegram_would_not_take_is_not_sent(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_making, "MOST_BYTES", 100)
    lena = await choosing(world)
    await lena.press("Answers, CSV")
    await world.tick()
    assert "larger than 50 MB" in lena.sees()


async def test_what_is_too_large_for_spss_is_said(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sav, "MOST_VALUES", 5)
    event = await surveyed(world)
    await answer(world, event, *FIVE)
    with pytest.raises(RefusedError, match=r"holds up to 5 values"):
        await write_export(
            world.database,
            kind=Kind.ANSWERS,
            event_key=event.key,
            region_key=None,
            pilot_key=None,
            language="en",
            format_=Format.SAV,
            out="-",
            now=world.now,
        )


async def test_the_list_is_paged_and_begins_where_the_present_is(world: World) -> None:
    for number in range(1, 9):
        await world.event(f"Talk {number}", starts_local=world.local(days=number))
    await world.event("Draft", state=EventState.DRAFT)
    lena = await world.lead("Lena")
    await lena.open_link()
    await lena.press("Exports")
    assert [label[-6:] for label in lena.screen.labels[:2]] == ["Talk 2", "Talk 1"]
    wholes = ["All events: Pilot 1", "All events: Chemnitz"]
    assert lena.screen.labels[2:] == ["Later", *wholes, "Menu"]
    await lena.press("Later")
    assert [label[-6:] for label in lena.screen.labels[:6]] == [
        f"Talk {number}" for number in range(8, 2, -1)
    ]
    await lena.press("Earlier")
    assert [label[-6:] for label in lena.screen.labels[:2]] == ["Talk 2", "Talk 1"]


async def test_too_few_answers_are_not_shown(world: World) -> None:
    event = await surveyed(world)
    await answer(world, event, *FIVE[:4])
    lena = await world.lead("Lena")
    await lena.type("/export")
    await lena.press("Thu 18 Mar · Collab Talks")
    assert "Answers to the survey: fewer than 5" in lena.screen.text
    await lena.press("Answers, Excel")
    assert "Not shown: fewer than 5 answers." in lena.screen.text
    await lena.press("Back")
    assert "Answers to the survey: fewer than 5" in lena.screen.text


@pytest.mark.parametrize("who", ["participant", "organiser elsewhere", "lead of another pilot"])
async def test_a_foreign_event_is_answered_like_a_missing_one(world: World, who: str) -> None:
    """Buttons can be forged: what is not yours does not exist."""
    event, foreign = await surveyed(world), await other_pilot(world)
    await answer(world, event, *FIVE)
    await register(world, event, 6)
    actor = await _somebody(world, who)
    if who == "participant":
        await actor.type("/export")
        assert "a role that you do not have" in actor.screen.text
        await actor.press_data("z:0")
        assert "a role that you do not have" in actor.screen.text
    else:
        await actor.type("/export")
        assert foreign.key in str(actor.screen.labels).lower()
        assert "Collab Talks" not in str(actor.screen.labels)
    for forged in (
        "ze:event:{}::",
        "zl:event:{}:",
        "zx:event:{}:answers:xlsx:en:comma",
        "zx:event:{}:figures:csv:en:comma",
        "zx:event:{}:registrations:xlsx:en:comma",
        "zx:event:{}:answers:sav:en:comma",
        "zx:event:{}:nonsense:xlsx:en:comma",
    ):
        await actor.press_data(forged.format(event.id))
        here = (actor.screen.text, actor.screen.labels, actor.screen.message.document)
        await actor.press_data(forged.format(999_999))
        missing = (actor.screen.text, actor.screen.labels, actor.screen.message.document)
        assert here == missing
        assert "no longer valid" in here[0]
        assert here[2] is None


async def test_a_lead_gets_no_kind_or_form_that_the_chat_does_not_offer(world: World) -> None:
    event = await surveyed(world)
    await answer(world, event, *FIVE)
    lena = await world.lead("Lena")
    for forged in (
        *("registrations:xlsx", "attendance:csv", "deliveries:csv", "questions:csv"),
        *("figures:sav", "figures:json"),
    ):
        await lena.press_data(f"zx:event:{event.id}:{forged}:en:comma")
        assert "no longer valid" in lena.screen.text
    await world.tick()
    assert not lena.notices


async def choosing(world: World) -> Actor:
    """Lena, who looks at what there is to export of the one event."""
    event = await surveyed(world)
    await answer(world, event, *FIVE)
    lena = await world.lead("Lena")
    await lena.type("/export")
    await lena.press("Thu 18 Mar · Collab Talks")
    return lena


async def only_event(world: World) -> int:
    """The number of the one event."""
    async with world.database.reading() as session:
        return (await session.scalars(select(Event.id))).one()


async def made(actor: Actor) -> Screen:
    """Let the file that was asked for be made and sent."""
    before = len(actor.notices)
    await actor.world.tick()
    (file,) = [one for one in actor.notices[before:] if one.message.document]
    return file


async def _somebody(world: World, who: str) -> Actor:
    if who == "organiser elsewhere":
        return await world.organiser("Olga", of="padova")
    if who == "lead of another pilot":
        return await world.lead("Luca", of="pilot-2")
    return await world.participant("Petra")
