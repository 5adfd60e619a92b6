"""Stories of a lead who exports, and of those who may not."""

from typing import Any

import pytest

from tests.support.reporting import answer, archive, other_pilot, register, surveyed, workbook
from tests.support.world import Actor, World
from xinno_core.models import EventState

FIVE: list[dict[str, Any]] = [{"useful": mark, "words": "=1+1"} for mark in range(1, 6)]


async def test_a_lead_gets_answers_and_counts_of_an_event(world: World) -> None:
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
    assert "Confirmed: fewer than 5" in lena.screen.text

    await lena.press("Answers, Excel")
    assert "Answers without names: Collab Talks" in lena.screen.text
    book = workbook(lena.screen.document)
    assert sorted(row[0] for row in book["Data"][1:]) == [1, 2, 3, 4, 5]
    assert {row[3] for row in book["Data"][1:]} == {"=1+1"}
    await lena.press("Answers, CSV")
    files = archive(lena.screen.document)
    assert {row[3] for row in files["data.csv"][1:]} == {"'=1+1"}
    await lena.press("Counts, CSV")
    counts = archive(lena.screen.document)
    assert counts["data.csv"][1][4] == "fewer than 5"
    await lena.press("Counts, Excel")
    said = str([book, files, counts, workbook(lena.screen.document)])
    for name in ("Anna", "Lena", str(anna.id)):
        assert name not in said


async def test_the_list_is_paged_and_begins_where_the_present_is(world: World) -> None:
    for number in range(1, 9):
        await world.event(f"Talk {number}", starts_local=world.local(days=number))
    await world.event("Draft", state=EventState.DRAFT)
    lena = await world.lead("Lena")
    await lena.open_link()
    await lena.press("Exports")
    assert [label[-6:] for label in lena.screen.labels[:2]] == ["Talk 2", "Talk 1"]
    assert lena.screen.labels[2:] == ["Later", "Menu"]
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
    assert lena.screen.message.document is None
    await lena.press("Back")
    assert "Answers to the survey: fewer than 5" in lena.screen.text


@pytest.mark.parametrize("who", ["participant", "organiser", "lead of another pilot"])
async def test_a_foreign_event_is_answered_like_a_missing_one(world: World, who: str) -> None:
    """Buttons can be forged: what is not yours does not exist."""
    event, foreign = await surveyed(world), await other_pilot(world)
    await answer(world, event, *FIVE)
    await register(world, event, 6)
    actor = await _somebody(world, who)
    if who != "lead of another pilot":
        await actor.type("/export")
        assert "a role that you do not have" in actor.screen.text
        await actor.press_data("z:0")
        assert "a role that you do not have" in actor.screen.text
    else:
        await actor.type("/export")
        assert foreign.key in str(actor.screen.labels).lower()
        assert "Collab Talks" not in str(actor.screen.labels)
    for forged in (
        "ze:{}",
        "zx:{}:answers:xlsx",
        "zx:{}:counts:csv",
        "zx:{}:registrations:xlsx",
        "zx:{}:answers:json",
        "zx:{}:nonsense:xlsx",
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
    for forged in ("registrations:xlsx", "deliveries:csv", "answers:json", "answers:sav"):
        await lena.press_data(f"zx:{event.id}:{forged}")
        assert "no longer valid" in lena.screen.text
        assert lena.screen.message.document is None


async def _somebody(world: World, who: str) -> Actor:
    if who == "organiser":
        return await world.organiser("Olga")
    if who == "lead of another pilot":
        return await world.lead("Luca", of="pilot-2")
    return await world.participant("Petra")
