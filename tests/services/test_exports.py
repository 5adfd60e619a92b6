"""Exports: what stands in them, what does not, and who may have them."""

import json
from datetime import UTC
from pathlib import Path
from typing import Any

import click
import pytest
from sqlalchemy import select

from bot.cli import export as export_command
from bot.exporting import write_export
from tests.support.reporting import (
    answer,
    archive,
    other_pilot,
    register,
    surveyed,
    workbook,
)
from tests.support.world import World
from xinno_core.errors import NotFoundError, RefusedError
from xinno_core.models import Audit, RegistrationState
from xinno_core.services import exports
from xinno_core.services.exports import Collected, Format, Kind, TooFewAnswers

FIVE = [
    {"useful": 5, "next": ["train", "meet"], "again": "sure", "words": "=1+1"},
    {"useful": 4, "next": ["meet"], "again": "sure", "words": "good\x07\nreally"},
    {"useful": 3, "words": "x" * 40_000},
    {"useful": 2, "next": []},
    {"useful": 1, "again": "never"},
]


async def written(world: World, path: Path, kind: Kind, **more: Any) -> bytes:  # noqa: ANN401 (options)
    """Write an export as the command line does, and return the file."""
    options = {
        "event_key": None,
        "region_key": None,
        "pilot_key": None,
        "language": "en",
        "format_": Format.XLSX,
        **more,
    }
    out = path / "export"
    await write_export(world.database, kind=kind, out=str(out), now=world.now, **options)
    return out.read_bytes()


async def test_answers_in_labels_without_order_or_name(world: World, tmp_path: Path) -> None:
    event = await surveyed(world)
    await answer(world, event, *FIVE)
    book = workbook(await written(world, tmp_path, Kind.ANSWERS, event_key=event.key))
    assert list(book) == ["Data", "Codebook", "About"]
    headings, *rows = book["Data"]
    assert headings == (
        "How useful was it?",
        "What next?",
        "Would you come again?",
        "In your words?",
    )
    by_rating = {row[0]: row[1:] for row in rows}
    assert by_rating[5] == ("Training; Meeting", "Surely", "=1+1")
    assert by_rating[4] == ("Meeting", "Surely", "good\nreally")
    assert by_rating[1] == (None, "Never", None)
    assert len(by_rating[3][2]) == 32_767
    assert by_rating[3][2].endswith("[…]")
    codebook = {row[1]: row for row in book["Codebook"][1:]}
    assert codebook["next"][4] == "train = Training; meet = Meeting"
    assert codebook["useful"][5] == "1 = not at all, 5 = very"
    assert [codebook[key][6] for key in ("useful", "next", "again", "words")] == [5, 2, 3, 3]
    about = dict(book["About"][1:])
    assert about["Funding"] == "Co-funded by the European Union"
    assert about["Organiser"] == "Organiser of Chemnitz"
    assert about["Date of export"] == "Monday, 8 March 2027"
    assert "Demo data" not in about


async def test_answers_speak_the_chosen_language_and_fall_back(
    world: World, tmp_path: Path
) -> None:
    event = await surveyed(world)
    await answer(world, event, *FIVE)
    files = archive(
        await written(
            world,
            tmp_path,
            Kind.ANSWERS,
            event_key=event.key,
            language="de",
            format_=Format.CSV,
        )
    )
    assert list(files) == ["data.csv", "codebook.csv", "about.csv"]
    headings, *rows = files["data.csv"]
    assert headings[:3] == ["Wie nützlich war es?", "Was nun?", "Would you come again?"]
    assert {"'=1+1", "good\nreally", ""} < {row[3] for row in rows}
    assert "Schulung; Treffen" in {row[1] for row in rows}


async def test_rows_come_in_an_order_that_tells_nothing(world: World, tmp_path: Path) -> None:
    """Twenty answers in the order in which they were given: one chance in 20!."""
    event = await surveyed(world)
    await answer(world, event, *[{"useful": 1, "words": str(number)} for number in range(20)])
    content = await written(world, tmp_path, Kind.ANSWERS, format_=Format.JSON)
    words = [int(row["words"]) for row in json.loads(content)["rows"]]
    assert sorted(words) == list(range(20))
    assert words != sorted(words)


async def test_fewer_than_five_answers_are_refused_to_everybody(
    world: World, tmp_path: Path
) -> None:
    event = await surveyed(world)
    lead = await world.lead("Lena")
    await answer(world, event, *FIVE[:4])
    with pytest.raises(RefusedError, match=r"^not shown: fewer than 5 answers$"):
        await written(world, tmp_path, Kind.ANSWERS, event_key=event.key)
    assert not list(tmp_path.iterdir())
    async with world.database.writing() as session:
        outcome = await exports.export_led(
            session,
            participant=await world.person(session, lead),
            event_id=event.id,
            kind=Kind.ANSWERS,
            now=world.now,
        )
        assert isinstance(outcome, TooFewAnswers)


async def test_an_event_with_too_few_answers_is_left_out_of_a_pilots_file(
    world: World, tmp_path: Path
) -> None:
    many, few = await surveyed(world, "Many"), await surveyed(world, "Few")
    await answer(world, many, *FIVE)
    await answer(world, few, {"useful": 1, "words": "secret of few"})
    elsewhere = await other_pilot(world)
    book = workbook(await written(world, tmp_path, Kind.ANSWERS, pilot_key="pilot-1"))
    assert len(book["Data"]) == 1 + 5
    assert "secret of few" not in str(book)
    assert ("Not shown: fewer than 5 answers", "Few") in book["About"]
    assert elsewhere.key not in str(book)
    both = workbook(await written(world, tmp_path, Kind.ANSWERS))
    assert both["Data"][0][0] == "Event"
    assert sorted({row[0] for row in both["Data"][1:]}) == ["elsewhere", "many"]


async def test_counts_hide_small_cells_and_their_complement(world: World, tmp_path: Path) -> None:
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
    await register(world, event, 7, state=RegistrationState.CANCELLED)
    book = workbook(await written(world, tmp_path, Kind.COUNTS, event_key=event.key))
    headings, total, *rows = book["Data"]
    assert headings[4:] == (
        "Confirmed",
        "Seat offered",
        "Waiting",
        "Requested",
        "Declined",
        "Cancelled",
    )
    assert total[4:] == (28, 0, "fewer than 5", 0, 0, 7)
    registered = {(row[1], row[3]): row[4] for row in rows}
    assert registered["Role", "Visitor"] == "not shown"  # or 28 - 20 - 6 would tell of two people
    assert registered["Role", "Helper"] == 6
    assert registered["Role", "Speaker"] == "not shown"
    assert registered["Language", "Deutsch"] == 20
    assert registered["Language", "English"] == 8
    assert registered["Organisation type", "Not given"] == "not shown"
    assert registered["Organisation type", "Large firm"] == 0
    waiting = {row[6] for row in rows}
    assert waiting == {"not shown"}
    assert {row[9] for row in rows if row[1] == "Role"} == {7, 0}


async def test_counts_of_a_region_are_those_of_its_events(world: World, tmp_path: Path) -> None:
    """No sum over events: it would give away an event whose number is hidden."""
    one, other = await world.event("One", seats=None), await world.event("Other", seats=None)
    await register(world, one, 9)
    await register(world, other, 2)
    book = workbook(await written(world, tmp_path, Kind.COUNTS, region_key="chemnitz"))
    totals = [(row[0], row[4]) for row in book["Data"][1:] if row[1] == "All"]
    assert totals == [("one", 9), ("other", "fewer than 5")]
    assert 11 not in {cell for row in book["Data"] for cell in row}


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
        "",
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
    async with world.database.writing() as session:
        person = await world.person(session, lead)
        outcome = await exports.export_led(
            session, participant=person, event_id=event.id, kind=Kind.COUNTS, now=world.now
        )
        assert isinstance(outcome, Collected)
    async with world.database.reading() as session:
        found = await session.scalars(
            select(Audit).where(Audit.verb == "export").order_by(Audit.id)
        )
        lines = [(one.actor_id, one.subject, one.details) for one in found]
    assert lines == [
        (None, event.key, {"kind": "registrations"}),
        (person.id, f"event:{event.id}", {"kind": "counts"}),
    ]


async def test_a_lead_gets_no_names_and_nothing_of_another_pilot(world: World) -> None:
    own, foreign = await surveyed(world), await other_pilot(world)
    lead = await world.lead("Lena")
    async with world.database.writing() as session:
        person = await world.person(session, lead)
        for event_id, kind in (
            (foreign.id, Kind.ANSWERS),
            (foreign.id, Kind.COUNTS),
            (999_999, Kind.ANSWERS),
            (own.id, Kind.REGISTRATIONS),
            (own.id, Kind.DELIVERIES),
        ):
            with pytest.raises(NotFoundError):
                await exports.export_led(
                    session, participant=person, event_id=event_id, kind=kind, now=world.now
                )
        page = await exports.list_led(session, participant=person, now=world.now)
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
        await written(world, tmp_path, Kind.COUNTS, **keys)
    assert not list(tmp_path.iterdir())


def test_the_command_offers_every_kind_and_format() -> None:
    options = {param.name: param.type for param in export_command.params}
    for name, wanted in (("kind", Kind), ("format_", Format)):
        choice = options[name]
        assert isinstance(choice, click.Choice)
        assert set(choice.choices) == {one.value for one in wanted}


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
