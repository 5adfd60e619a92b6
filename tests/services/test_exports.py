"""Exports: what stands in them, what does not, and who may have them."""

import asyncio
import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import pytest
from sqlalchemy import select

from bot import export_process
from bot.cli import export as export_command
from bot.export_process import Order
from bot.exporting import write_export
from tests.support.reporting import (
    answer,
    archive,
    other_pilot,
    register,
    surveyed,
    workbook,
)
from tests.support.world import Actor, World
from xinno_core.errors import NotFoundError, RefusedError
from xinno_core.models import (
    Audit,
    Ballot,
    Door,
    Event,
    Notice,
    NoticeClass,
    NoticeKind,
    NoticeState,
    Participant,
    RegistrationState,
    Survey,
)
from xinno_core.services import export_jobs, exports
from xinno_core.services.export_jobs import AskOutcome, NoAnswersYet
from xinno_core.services.exports import Format, Kind, Separator, Span, Where, Wish

FIVE = [
    {"useful": 5, "next": ["train", "meet"], "again": "sure", "words": "=1+1"},
    {"useful": 4, "next": ["meet"], "again": "sure", "words": "good\x07\nreally"},
    {"useful": 3, "words": "x" * 40_000},
    {"useful": 2, "next": []},
    {"useful": 1, "again": "never"},
]


async def written(
    world: World,
    path: Path,
    kind: Kind,
    name: str = "export",
    **more: Any,  # noqa: ANN401 (options)
) -> bytes:
    """Write an export as the command line does, and return the file."""
    options = {
        "event_key": None,
        "region_key": None,
        "pilot_key": None,
        "language": "en",
        "format_": Format.XLSX,
        **more,
    }
    out = path / name
    await write_export(world.database, kind=kind, out=str(out), now=world.now, **options)
    return out.read_bytes()


async def asked(world: World, actor: Actor, event: Event, kind: Kind) -> AskOutcome:
    """Ask for a file as a button does."""
    async with world.database.writing() as session:
        return await export_jobs.ask(
            session,
            participant=await world.person(session, actor),
            wish=Wish(Where(Span.EVENT, event.id), kind, Format.XLSX, "en"),
            message_id=None,
            now=world.now,
        )


async def test_answers_in_labels_without_order_or_name(world: World, tmp_path: Path) -> None:
    event = await surveyed(world)
    await answer(world, event, *FIVE)
    book = workbook(await written(world, tmp_path, Kind.ANSWERS, event_key=event.key))
    assert list(book) == [
        *("Responses", "Codes", "Codebook"),
        *("Summary of answers", "Participation", "Read me"),
    ]
    headings, *rows = book["Responses"]
    assert headings == (
        "Wave",
        "Version of the questions",
        "How useful was it?",
        "What next?",
        "What next? [Training]",
        "What next? [Meeting]",
        "Would you come again?",
        "In your words?",
    )
    by_rating = {row[2]: row[3:] for row in rows}
    assert by_rating[5] == ("Training; Meeting", 1, 1, "Surely", "=1+1")
    assert by_rating[4] == ("Meeting", 0, 1, "Surely", "good�\nreally")
    assert by_rating[1] == (*["(skipped)"] * 3, "Never", "(skipped)")
    assert len(by_rating[3][4]) == 32_767
    assert by_rating[3][4].endswith("[…]")
    assert {row[:2] for row in rows} == {(1, 1)}


async def test_answers_in_codes_tell_apart_why_one_is_missing(world: World, tmp_path: Path) -> None:
    event = await surveyed(world)
    await answer(world, event, *FIVE)
    book = workbook(await written(world, tmp_path, Kind.ANSWERS, event_key=event.key))
    headings, *rows = book["Codes"]
    assert headings[2:] == ("useful", "next", "next.train", "next.meet", "again", "words")
    by_rating = {row[2]: row[3:] for row in rows}
    assert by_rating[5][:4] == ("train; meet", 1, 1, "sure")
    assert by_rating[1] == (-98, -98, -98, "never", -98)
    codebook = {row[0]: row for row in reversed(book["Codebook"][1:]) if row[1]}
    assert codebook["useful"][4] == "1 = not at all, 5 = very"
    assert codebook["useful"][6:9] == (-97, -98, -99)
    assert [codebook[key][5] for key in ("useful", "next", "again", "words")] == [5, 2, 3, 3]
    options = [row[3:5] for row in book["Codebook"] if row[0] == "next" and not row[1]]
    assert options == [("train", "Training"), ("meet", "Meeting")]
    about = dict(book["Read me"][1:])
    assert about["(skipped) = -98"] == "The question was asked, and left out."
    assert about["Funding"] == "Co-funded by the European Union"
    assert about["Organiser"] == "Organiser of Chemnitz"
    assert about["Date of export"] == "Monday, 8 March 2027"
    assert about["Cells with signs that this form of file cannot hold"].startswith("1; ")
    assert about["Cells cut at 32767 characters"].startswith("1; ")
    assert "Demo data" not in about


async def test_the_summary_counts_and_draws(world: World, tmp_path: Path) -> None:
    event = await surveyed(world)
    await answer(world, event, *FIVE)
    content = await written(world, tmp_path, Kind.ANSWERS, event_key=event.key)
    summary = {(row[0], row[3]): row[4:] for row in workbook(content)["Summary of answers"][1:]}
    assert summary["useful", "3"] == (1, 20)
    assert summary["next", "Meeting"] == (2, 100)
    assert summary["next", "Skipped"] == (3, None)
    assert summary["again", "Never"] == (1, 33)
    assert summary["words", "Number of answers"] == (3, None)
    drawn = {name for name in zipfile.ZipFile(io.BytesIO(content)).namelist() if "chart" in name}
    assert sum("charts/chart" in name for name in drawn) == 3
    first = zipfile.ZipFile(io.BytesIO(content)).read("xl/charts/chart1.xml").decode()
    assert "How useful was it? (n = 5)" in first


async def test_who_took_part_is_told_without_answers(world: World, tmp_path: Path) -> None:
    event = await surveyed(world)
    await register(world, event, 20)
    await answer(world, event, *FIVE)
    await answer(world, event, {"useful": 1})
    async with world.database.writing() as session:
        survey = await session.scalar(select(Survey).where(Survey.event_id == event.id))
        people = (await session.scalars(select(Participant.id))).all()
        assert survey is not None
        for place, person in enumerate(people[:16]):
            door = Door.WEB if place < 7 else Door.CHAT
            wave = 1 if place < 15 else 2
            session.add(Ballot(survey_id=survey.id, participant_id=person, wave=wave, door=door))
    book = workbook(await written(world, tmp_path, Kind.ANSWERS, event_key=event.key))
    first, second = book["Participation"][1:]
    assert first[3:] == (1, 20, 0, 15, 75, 8, 7, "Opened", "2027-03-08")
    assert second[3:] == (
        *(2, 20, 0, 1, 5, "not shown", "not shown"),
        *("Too few answers: not opened", "2027-03-08"),
    )
    assert len(book["Responses"]) == 1 + 5
    assert ("Not shown: fewer than 5 answers", "Feedback (collab-talks/feedback), wave 2") in book[
        "Read me"
    ]


async def test_links_given_out_are_nobody_who_was_invited(world: World, tmp_path: Path) -> None:
    """Where links were given out a share would say little: some never found their person."""
    event, olga = await surveyed(world), await world.organiser("Olga")
    await register(world, event, 6)
    await answer(world, event, *FIVE)
    await olga.press_data("um:1:10:0")
    async with world.database.writing() as session:
        for person in (await session.scalars(select(Participant.id))).all()[:5]:
            session.add(Ballot(survey_id=1, participant_id=person, wave=1, door=Door.CHAT))
    book = workbook(await written(world, tmp_path, Kind.ANSWERS, event_key=event.key))
    headings, line = book["Participation"]
    assert headings[4:8] == (
        *("Invited in the chat", "Links given out"),
        *("Took part", "Percent of those invited"),
    )
    assert line[4:8] == (6, 10, 5, None)


async def test_answers_speak_the_chosen_language_and_fall_back(
    world: World, tmp_path: Path
) -> None:
    event = await surveyed(world)
    await answer(world, event, *FIVE)
    content = await written(
        world, tmp_path, Kind.ANSWERS, event_key=event.key, language="de", format_=Format.CSV
    )
    files = archive(content, ";")  # as Excel in German expects it
    assert list(files) == [
        *("responses.csv", "responses-codes.csv", "codebook.csv"),
        *("summary.csv", "participation.csv", "read-me.csv"),
    ]
    headings, *rows = files["responses.csv"]
    assert headings[2:4] == ["Wie nützlich war es?", "Was nun?"]
    assert "Would you come again?" in headings
    assert {"'=1+1", "good�\nreally"} < {row[-1] for row in rows}
    assert "Schulung; Treffen" in {row[3] for row in rows}
    commas = await written(
        world, tmp_path, Kind.ANSWERS, language="de", format_=Format.CSV, separator=Separator.COMMA
    )
    assert archive(commas)["responses.csv"][0] == headings


async def test_rows_come_in_an_order_that_tells_nothing(world: World, tmp_path: Path) -> None:
    """Twenty answers in the order in which they were given: one chance in 20!."""
    event = await surveyed(world)
    await answer(world, event, *[{"useful": 1, "words": str(number)} for number in range(20)])
    content = await written(world, tmp_path, Kind.ANSWERS, format_=Format.JSON)
    words = [int(row["words"]) for row in json.loads(content)["rows"]]
    assert sorted(words) == list(range(20))
    assert words != sorted(words)


async def test_a_file_and_the_chat_tell_the_same_number_of_people_asked(
    world: World, tmp_path: Path
) -> None:
    """Whoever was asked and cancelled counts in both, and whoever was asked twice once."""
    event = await surveyed(world)
    await register(world, event, 2)
    await register(world, event, 1, state=RegistrationState.CANCELLED)
    await answer(world, event, *FIVE)
    async with world.database.writing() as session:
        survey = await session.scalar(select(Survey).where(Survey.event_id == event.id))
        people = (await session.scalars(select(Participant.id).order_by(Participant.id))).all()
        assert survey is not None
        for person in people[1:]:  # one with a place, and the one who cancelled
            session.add(
                Notice(
                    participant_id=person,
                    event_id=event.id,
                    kind=NoticeKind.SURVEY,
                    notice_class=NoticeClass.OPTIONAL,
                    dedup_key=f"survey:{person}",
                    params={"survey_id": survey.id},
                    due_at=world.now,
                    state=NoticeState.SENT,
                    telegram_ids=[],
                )
            )
    book = workbook(await written(world, tmp_path, Kind.ANSWERS, event_key=event.key))
    assert book["Participation"][1][4] == 3
    olga = await world.organiser("Olga")
    await olga.type("/organise")
    await olga.press("Thu 18 Mar · Collab Talks")
    await olga.press("Survey results")
    await olga.press("Feedback")
    assert "Invited in the chat: 3" in olga.screen.text


async def test_fewer_than_five_answers_are_refused_to_everybody(
    world: World, tmp_path: Path
) -> None:
    event = await surveyed(world)
    lead = await world.lead("Lena")
    await answer(world, event, *FIVE[:4])
    with pytest.raises(RefusedError, match=r"^not shown: fewer than 5 answers$"):
        await written(world, tmp_path, Kind.ANSWERS, event_key=event.key)
    assert not list(tmp_path.iterdir())
    assert isinstance(await asked(world, lead, event, Kind.ANSWERS), NoAnswersYet)


async def test_an_event_with_too_few_answers_is_left_out_of_a_pilots_file(
    world: World, tmp_path: Path
) -> None:
    many, few = await surveyed(world, "Many"), await surveyed(world, "Few")
    await answer(world, many, *FIVE)
    await register(world, few, 3)
    await answer(world, few, {"useful": 1, "words": "secret of few"})
    elsewhere = await other_pilot(world)
    book = workbook(await written(world, tmp_path, Kind.ANSWERS, pilot_key="pilot-1"))
    assert len(book["Responses"]) == 1 + 5
    assert "secret of few" not in str(book)
    invited = {row[0]: row[4:7] for row in book["Participation"][1:]}
    assert invited == {"many": (0, 0, 0), "few": (3, 0, 0)}
    assert ("Not shown: fewer than 5 answers", "Feedback (few/feedback)") in book["Read me"]
    assert elsewhere.key not in str(book)
    both = workbook(await written(world, tmp_path, Kind.ANSWERS))
    assert both["Responses"][0][0] == "Event"
    assert sorted({row[0] for row in both["Responses"][1:]}) == ["elsewhere", "many"]


async def test_figures_are_exact_and_without_names(world: World, tmp_path: Path) -> None:
    roles = (
        {"key": "visitor", "label": {"en": "Visitor"}},
        {"key": "speaker", "label": {"en": "Speaker"}},
        {"key": "helper", "label": {"en": "Helper"}},
    )
    event = await world.event(roles=roles, seats=None)
    await register(world, event, 20, type_="sme", language="de")
    await register(world, event, 6, role="helper", type_="lpa", sector="public")
    await register(world, event, 2, role="speaker", type_=None)
    await register(world, event, 3, state=RegistrationState.WAITLISTED)
    book = workbook(await written(world, tmp_path, Kind.FIGURES, event_key=event.key))
    headings, total, *rows = book["Data"]
    assert headings[5:8] == ("What is counted", "With a place", "Waiting or asked")
    assert total[:8] == ("Event", event.key, "All", None, "All", "Participations", 28, 3)
    registered = {row[2:6:2] + row[5:6]: row[6] for row in rows}
    assert registered["Role", "Visitor", "Participations"] == 20
    assert registered["Role", "Helper", "Different people"] == 6
    assert registered["Role", "Speaker", "Participations"] == 2
    assert registered["Organisation type", "Not given", "Participations"] == 2
    assert registered["Organisation type", "Not given", "Different organisations"] == 0


async def test_figures_of_a_region_come_with_those_of_its_events(
    world: World, tmp_path: Path
) -> None:
    one, other = await world.event("One", seats=None), await world.event("Other", seats=None)
    await register(world, one, 9)
    await register(world, other, 12)
    book = workbook(await written(world, tmp_path, Kind.FIGURES, region_key="chemnitz"))
    totals = [
        (row[0], row[1], row[6])
        for row in book["Data"][1:]
        if row[4:6] == ("All", "Participations")
    ]
    assert totals == [("Region", "chemnitz", 21), ("Event", "one", 9), ("Event", "other", 12)]


async def test_registrations_and_deliveries_for_the_operator(world: World, tmp_path: Path) -> None:
    talk = await world.event("Collab Talks")
    anna = await world.participant("=Anna")
    await anna.press("Register", on=talk)
    await world.tick()
    book = workbook(await written(world, tmp_path, Kind.REGISTRATIONS, event_key=talk.key))
    assert book["Data"][1] == (
        "collab-talks",
        "=Anna",
        "Firm of =Anna",
        "Small or medium-sized firm, freelancer",
        "Creative sector",
        "Visitor",
        "Confirmed",
        None,
    )
    ledger = workbook(await written(world, tmp_path, Kind.DELIVERIES))
    kinds = [(row[0], row[2], row[4], row[8]) for row in ledger["Data"][1:]]
    at = f"{world.now.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    assert kinds == [("collab-talks", "confirmation", "sent", at)]
    assert "Anna" not in str(ledger)
    assert str(anna.id) not in str(ledger)
    assert str(anna.id) not in str(book)


async def test_every_export_is_in_the_audit(world: World, tmp_path: Path) -> None:
    event = await world.event()
    lead = await world.lead("Lena")
    await written(world, tmp_path, Kind.REGISTRATIONS, event_key=event.key)
    await asked(world, lead, event, Kind.FIGURES)
    await world.tick()
    async with world.database.reading() as session:
        person = await world.person(session, lead)
        found = await session.scalars(
            select(Audit).where(Audit.verb == "export").order_by(Audit.id)
        )
        lines = [(one.actor_id, one.subject, one.details) for one in found]
    assert lines == [
        (None, event.key, {"kind": "registrations"}),
        (person.id, f"event:{event.id}", {"kind": "figures"}),
    ]


async def test_a_lead_gets_no_names_and_nothing_of_another_pilot(world: World) -> None:
    own, foreign = await surveyed(world), await other_pilot(world)
    lead, organiser = await world.lead("Lena"), await world.organiser("Olga")
    for event, kind in (
        (foreign, Kind.ANSWERS),
        (foreign, Kind.FIGURES),
        (own, Kind.REGISTRATIONS),
        (own, Kind.ATTENDANCE),
        (own, Kind.DELIVERIES),
        (own, Kind.QUESTIONS),
    ):
        with pytest.raises(NotFoundError):
            await asked(world, lead, event, kind)
    with pytest.raises(NotFoundError):
        await asked(world, organiser, foreign, Kind.REGISTRATIONS)
    await asked(world, organiser, own, Kind.REGISTRATIONS)
    async with world.database.reading() as session:
        person = await world.person(session, lead)
        page = await exports.list_exportable(session, participant=person, now=world.now)
        assert [card.id for card in page.cards] == [own.id]


@pytest.mark.parametrize(
    "keys, said",
    [
        ({"event_key": "nowhere"}, "there is no event 'nowhere'"),
        ({"region_key": "nowhere"}, "there is no region 'nowhere'"),
        ({"pilot_key": "nowhere"}, "there is no pilot 'nowhere'"),
        ({"event_key": "here", "pilot_key": "pilot-2"}, "there is no published event to export"),
    ],
)
async def test_an_unknown_key_is_named(
    world: World, tmp_path: Path, keys: dict[str, str], said: str
) -> None:
    await world.event("Here")
    await other_pilot(world)
    with pytest.raises((NotFoundError, RefusedError), match=f"^{said}$"):
        await written(world, tmp_path, Kind.FIGURES, **keys)
    assert not list(tmp_path.iterdir())


def test_the_command_offers_every_kind_and_format() -> None:
    options = {param.name: param.type for param in export_command.params}
    for name, wanted in (("kind", Kind), ("format_", Format)):
        choice = options[name]
        assert isinstance(choice, click.Choice)
        assert set(choice.choices) == {one.value for one in wanted}


@pytest.mark.parametrize("kind", [*Kind])
async def test_a_name_that_promises_another_form_is_refused(
    world: World, tmp_path: Path, kind: Kind
) -> None:
    """answers.csv was a ZIP, and the spreadsheet showed signs that nobody could read."""
    event = await surveyed(world)
    await answer(world, event, *FIVE)
    for format_, name, advice in (
        (Format.CSV, "all.csv", "CSV comes as a ZIP of several tables; name it .*all\\.zip$"),
        (Format.XLSX, "all.xls", "--format xlsx writes a .xlsx file; name it .*all\\.xlsx$"),
        (Format.JSON, "all.v2.zip", "writes a .json file; name it .*all\\.v2\\.json$"),
    ):
        with pytest.raises(click.UsageError, match=advice) as refused:
            await written(world, tmp_path, kind, format_=format_, name=name)
        assert refused.value.exit_code == 2
    assert not list(tmp_path.iterdir())
    async with world.database.reading() as session:
        assert await session.scalar(select(Audit.id).where(Audit.verb == "export")) is None
    assert archive(await written(world, tmp_path, kind, format_=Format.CSV, name="all.ZIP"))


async def test_spss_files_are_named_as_what_they_are(world: World, tmp_path: Path) -> None:
    """One survey is a file of SPSS, several are packed."""
    for title, wrong, advice in (
        ("First", "all.zip", "--format sav writes a .sav file; name it .*all\\.sav$"),
        ("Second", "all.sav", "SAV comes as a ZIP of several SPSS files; name it .*all\\.zip$"),
    ):
        await answer(world, await surveyed(world, title), *FIVE)
        with pytest.raises(click.UsageError, match=advice):
            await written(world, tmp_path, Kind.ANSWERS, format_=Format.SAV, name=wrong)


async def test_standard_output_gets_nothing_but_the_file(
    world: World, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    event = await world.event(seats=None)
    await register(world, event, 1200)  # more than a batch
    rows = await write_export(
        world.database,
        kind=Kind.REGISTRATIONS,
        event_key=event.key,
        region_key=None,
        pilot_key=None,
        language="en",
        format_=Format.XLSX,
        out="-",
        now=world.now,
    )
    assert rows == 1200
    assert len(workbook(capfdbinary.readouterr().out)["Data"]) == 1 + 1200


async def test_the_process_that_makes_a_file_never_holds_the_token(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What it needs comes by standard input, which nobody else on the machine can read."""
    monkeypatch.setenv("XINNO_BOT_TOKEN", "1:secret")
    monkeypatch.setenv("XINNO_DATABASE_URL", "postgresql+asyncpg://user:password@host/name")
    given: dict[str, Any] = {}

    async def start(*words: str, env: dict[str, str], **more: Any) -> None:  # noqa: ANN401
        given.update(words=words, env=env)
        raise FileNotFoundError

    monkeypatch.setattr(asyncio, "create_subprocess_exec", start)
    wish = Wish(Where(Span.EVENT, 1), Kind.ANSWERS, Format.CSV, "en")
    order = Order(wish, "sqlite+aiosqlite:///x", b"key", datetime.now(UTC), tmp_path / "file")
    with pytest.raises(FileNotFoundError):
        await export_process.run(order, every=1, watch=lambda seen: None)
    assert not [name for name in given["env"] if name.startswith("XINNO")]
    assert "password" not in str(given)
    assert order.database_url not in str(given)
