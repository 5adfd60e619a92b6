"""Stories of an event's texts: what is missing, what is older, and what is written anew."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.world import Actor, World
from xinno_core.models import Audit, Event, EventSession, Notice


async def open_texts(organiser: Actor, event: Event) -> None:
    await organiser.press_data(f"we:{event.id}")
    await organiser.press("Texts")


async def read(world: World, event: Event) -> Event:
    async with world.database.reading() as session:
        return await session.get_one(Event, event.id)


async def with_session(world: World, event: Event) -> EventSession:
    async with world.database.writing() as session:
        slot = EventSession(
            event_id=event.id,
            key="s1",
            title={"en": "First day", "de": "Erster Tag"},
            summary={},
            by_choice=False,
            roles=[],
            place={},
            starts_local=event.starts_local,
            ends_local=event.ends_local,
            starts_at=event.starts_at,
            ends_at=event.starts_at + timedelta(hours=1),
        )
        session.add(slot)
        await session.flush()
        return slot


async def test_a_new_text_in_the_lead_language_makes_the_others_older(world: World) -> None:
    """Olga writes the summary anew; German and Italian are marked until each is written or kept."""
    talk, olga = await world.event(), await world.organiser("Olga")
    jan = await world.participant("Jan")
    await jan.press("Register", on=talk)
    await world.tick()
    jan.notices.clear()
    await open_texts(olga, talk)
    assert "English: 2 of 2 texts" in olga.screen.text
    await olga.press("English")
    assert "Summary: Duos on stage." in olga.screen.text
    assert "Programme: missing" in olga.screen.text
    await olga.press("Summary")
    assert "Skip keeps: Duos on stage." in olga.screen.text
    await olga.type("Trios <on> stage & more.")
    assert "Saved. 2 other languages are older now, and marked." in olga.screen.text
    await olga.press("Other languages")
    assert "German: 2 of 2 texts, older than the first language: 1" in olga.screen.text
    await olga.press("German")
    assert "Summary: Duos auf der Bühne. (older)" in olga.screen.text
    await olga.press("Summary")
    assert "In the event's first language:\nTrios <on> stage & more." in olga.screen.text
    await olga.type("Trios auf der Bühne.")
    assert "Saved. People see it from now on." in olga.screen.text
    await olga.press("Other languages")
    await olga.press("Italian")
    await olga.press("Summary")
    await olga.press("Skip")
    assert "The text stays as it is." in olga.screen.text
    found = await read(world, talk)
    assert found.stale_texts == {}
    assert found.summary["en"] == "Trios <on> stage & more."
    assert (found.calendar_sequence, found.schedule_revision) == (0, 0)
    await world.tick()
    assert jan.notices == []
    await jan.open_link(f"e_{talk.key}")
    assert "Trios <on> stage & more." in jan.screen.text
    async with world.database.reading() as session:
        lines = list(await session.scalars(select(Audit).where(Audit.verb == "word")))
        assert [line.details["language"] for line in lines] == ["en", "de"]
        assert "Trios" not in str([line.details for line in lines])
        assert len(list(await session.scalars(select(Notice)))) == 1


async def test_a_missing_text_counts_and_can_be_written(world: World) -> None:
    """A programme only in German is missing in English; directions live in the place."""
    talk, olga = await world.event(), await world.organiser("Olga")
    await open_texts(olga, talk)
    await olga.press("German")
    await olga.press("Programme")
    assert "Skip" not in olga.screen.labels
    await olga.type("18:00 Beginn")
    await olga.press("Other languages")
    assert "English: 2 of 3 texts" in olga.screen.text
    assert "German: 3 of 3 texts" in olga.screen.text
    await olga.press("English")
    await olga.press("Directions")
    await olga.type("Take the tram.")
    found = await read(world, talk)
    assert found.place["directions"] == {"en": "Take the tram."}
    assert found.place["latitude"] == 50.8


async def test_the_title_of_a_session(world: World) -> None:
    talk, olga = await world.event(), await world.organiser("Olga")
    slot = await with_session(world, talk)
    await open_texts(olga, talk)
    assert "English: 3 of 3 texts" in olga.screen.text
    assert "Italian: 2 of 3 texts" in olga.screen.text
    await olga.press("English")
    await olga.press("Title of the session: First day")
    await olga.type("The first day")
    assert "Saved. 1 other language is older now" in olga.screen.text
    async with world.database.reading() as session:
        assert (await session.get_one(EventSession, slot.id)).title["en"] == "The first day"
    assert (await read(world, talk)).stale_texts == {f"session-{slot.id}-title": ["de"]}
    await olga.press_data(f"ue:{talk.id}:de:session-{slot.id}-summary")
    await olga.type("Zum Kennenlernen.")
    async with world.database.reading() as session:
        assert (await session.get_one(EventSession, slot.id)).summary == {"de": "Zum Kennenlernen."}


@pytest.mark.parametrize(
    "key, most", [("title", 120), ("summary", 800), ("programme", 1500), ("directions", 800)]
)
async def test_texts_are_as_long_as_in_a_file(world: World, key: str, most: int) -> None:
    talk, olga = await world.event(), await world.organiser("Olga")
    await olga.press_data(f"ue:{talk.id}:en:{key}")
    await olga.type("x" * (most + 1))
    assert f"at most {most}" in olga.screen.text
    await olga.type("x" * most)
    assert "Saved." in olga.screen.text


async def test_the_same_text_again_marks_nothing(world: World) -> None:
    talk, olga = await world.event(), await world.organiser("Olga")
    await olga.press_data(f"ue:{talk.id}:en:summary")
    await olga.type("Duos on stage.")
    assert "The text stays as it is." in olga.screen.text
    assert (await read(world, talk)).stale_texts == {}


@pytest.mark.parametrize(
    "data",
    [
        "ue:{event}:pl:title",
        "ue:{event}:xx:title",
        "ue:{event}:en:key",
        "ue:{event}:en:session-99-title",
        "ue:{event}:en:",
        "uv:{event}:pl",
        "ok:text.{event}.en.state:0",
        "ok:text.{event}.en:0",
    ],
)
async def test_only_texts_of_the_event_can_be_written(world: World, data: str) -> None:
    talk, olga = await world.event(), await world.organiser("Olga")
    await olga.press_data(data.format(event=talk.id))
    assert "This button is no longer valid" in olga.screen.text


async def test_a_restart_and_two_organisers(world: World) -> None:
    """Both write the same title; the later one stays, and the program may end in between."""
    talk = await world.event()
    olga, ola = await world.organiser("Olga"), await world.organiser("Ola")
    for one in (olga, ola):
        await one.press_data(f"ue:{talk.id}:en:title")
    await world.restart()
    await olga.type("Talks of Olga")
    await world.restart()
    await ola.type("Talks of Ola")
    found = await read(world, talk)
    assert found.title["en"] == "Talks of Ola"
    assert found.stale_texts == {"title": ["de", "it"]}
