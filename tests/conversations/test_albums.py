"""Stories of albums: in seven languages on their way, and refused as one wherever they come."""

import itertools
from collections.abc import Sequence

import pytest

from bot.delivery import sender as sender_module
from bot.simulator.files import FileKind
from bot.simulator.sending_people import AlbumItem
from bot.telegram import intake
from handlers.chat.buttons import pack
from tests.support import announcing
from tests.support.groups import linked_group
from tests.support.pictures import open_gallery, picture, send_album
from tests.support.world import Actor, World
from xinno_core.languages import INTERFACE_LANGUAGES
from xinno_core.services import gallery
from xinno_core.services.freezing import UNDO
from xinno_core.texts.actions import ShowAnnouncement, StartAnnouncement, WriteToGroup
from xinno_core.texts.translator import translator

PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x04\0\0\0\x03"
CAPTIONS = {
    "en": "This is how the hall will look.",
    "it": "Ecco come sarà la sala.",
    "sk": "Takto bude vyzerať sála.",
    "pl": "Tak będzie wyglądać sala.",
    "cs": "Takhle bude vypadat sál.",
    "de": "So wird der Saal aussehen.",
    "nl": "Zo gaat de zaal eruitzien.",
}
BETTER = "So wird der Saal aussehen; der Eingang ist im Hof."
SOME = 3


async def test_an_album_in_seven_languages(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each gets the pictures once, with their own words; one language is corrected, then all go."""
    talk, olga = await world.event("Collab Talks", seats=None), await world.organiser("Olga")
    people = await announcing.crowd(world, talk, len(CAPTIONS), languages=tuple(CAPTIONS))
    await _compose(olga, talk.starts_at.strftime("%a %-d %b"))
    await olga.press("Check and send")
    await olga.press(f"Send to {len(people)} people")

    monkeypatch.setattr(sender_module, "BATCH", SOME)
    world.clock.set(world.now + UNDO)
    await world.assistant.tick()
    await world.assistant.sender.send_due()
    await olga.press_data(pack(ShowAnnouncement(1)))
    await olga.press("Pause")
    await world.tick()
    assert sum(bool(captions(person)) for person in people) == SOME
    await world.restart()
    await world.tick()
    assert sum(bool(captions(person)) for person in people) == SOME
    await olga.press("Go on")
    await world.tick()
    for person, (language, caption) in zip(people, CAPTIONS.items(), strict=True):
        assert [words for words in captions(person) if caption in words], language
        assert len(pictures(person)) == 2, language

    await olga.press("Put right")
    await olga.press("German, message 1: below the picture")
    await olga.type(BETTER)
    await olga.press("Yes, put it right")
    await world.tick()
    for person, (language, caption) in zip(people, CAPTIONS.items(), strict=True):
        expected = BETTER if language == "de" else caption
        assert [words for words in captions(person) if expected in words], language
        said = translator(language).plain.gettext("Corrected: {when}", when="|").partition("|")[0]
        assert (said in str(captions(person))) is (language == "de")

    await olga.press("Take back")
    await olga.press("Yes, take it back")
    await world.tick()
    for person in people:
        assert pictures(person) == []


def test_every_language_has_its_words() -> None:
    assert set(CAPTIONS) == set(INTERFACE_LANGUAGES)


async def _compose(olga: Actor, event: str) -> None:
    await olga.type("/announce")
    await olga.press(event)
    names = translator("en").locale.languages
    for language, caption in CAPTIONS.items():
        await olga.press(f"Write: {names[language]}")
        first = AlbumItem(FileKind.PHOTO, "photo.png", PICTURE, caption)
        await olga.send("album", [first, AlbumItem(FileKind.PHOTO, "photo.png", PICTURE, "")])
        await olga.press("Done")


# ── refused as one ───────────────────────────────────────────────────────────────────────────
async def test_an_album_that_is_no_answer_is_refused_once(world: World) -> None:
    """Three pictures once brought three equal refusals, each with buttons that worked."""
    why = {"key": "why", "text": {"en": "Why?"}}
    talk, (jan,) = (
        await world.event("Collab Talks", questions=(why,)),
        await world.participants("Jan"),
    )
    before = _from_us(jan)
    await send_album(jan, 1, 2, 3)
    assert _from_us(jan) == before + 1  # nothing was waiting for it
    await jan.press("Register", on=talk)
    for _ in range(2):
        before = _from_us(jan)
        await send_album(jan, 1, 2, 3)
        assert _from_us(jan) == before + 1
        assert "Please answer with words: nothing else can be read here." in jan.screen.text
    await world.restart()
    await jan.type("because")
    assert "Your place is confirmed" in jan.screen.text


async def test_an_album_in_a_correction_is_refused_once(world: World) -> None:
    talk, olga = await world.event("Collab Talks", seats=None), await world.organiser("Olga")
    await announcing.crowd(world, talk, 1)
    await announcing.sent(world, talk, olga)
    await olga.press_data(pack(ShowAnnouncement(1)))
    await olga.press("Put right")
    before = _from_us(olga)
    await send_album(olga, 1, 2, 3)
    assert _from_us(olga) == before + 1


async def test_a_full_gallery_is_said_once_of_an_album(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery, "MOST_IN_GALLERY", 1)
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    await open_gallery(olga, talk)
    await olga.press("Add pictures or videos")
    before = _from_us(olga)
    await send_album(olga, 1, 2, 3)
    assert _from_us(olga) == before + 2  # one was taken in, and for the others there is no room
    assert "No further one fits" in olga.screen.text


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_an_album_with_too_long_a_caption_leaves_nothing_behind(
    world: World, order: tuple[int, ...]
) -> None:
    """Two pictures of three once stayed in the draft, and came twice with the next try."""
    talk, olga = await world.event("Collab Talks", seats=None), await world.organiser("Olga")
    await announcing.crowd(world, talk, 1)
    await olga.press_data(pack(StartAnnouncement(talk.id)))
    await olga.press("Write: English")
    await olga.type("Before.")
    await _send_in_order(olga, "x" * 701, order)
    assert "these have 1 too many" in olga.screen.text
    await olga.press("Back to the draft")
    assert "1. Text: Before." in olga.screen.text
    assert "2." not in olga.screen.text
    assert "pictures" not in olga.screen.text.partition("Send the next")[0]
    await _send_in_order(olga, "y" * 700, order)
    assert "2. 3 pictures, videos or files: yyy" in olga.screen.text
    assert "3." not in olga.screen.text


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_an_album_for_the_group_is_refused_whole(
    world: World, order: tuple[int, ...]
) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    await linked_group(world, talk, olga)
    await olga.press_data(pack(WriteToGroup(talk.id)))
    await olga.type("Before.")
    await _send_in_order(olga, "x" * 701, order)
    assert "these have 1 too many" in olga.screen.text
    await olga.press_data(pack(WriteToGroup(talk.id)))
    assert "Before." in olga.screen.text
    assert "file" not in olga.screen.text
    await _send_in_order(olga, "y" * 700, order)
    assert olga.screen.text.count("3 files") == 1


async def test_a_gallery_leaves_a_caption_aside_however_long_it_is(world: World) -> None:
    """Captions stand there in each language; a picture was once refused for one too long."""
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    await open_gallery(olga, talk)
    await olga.press("Add pictures or videos")
    await _send_in_order(olga, "x" * 701, (0, 1, 2))
    await olga.press("Done")
    assert {"1", "2", "3"} <= set(olga.screen.labels)


async def _send_in_order(person: Actor, caption: str, order: Sequence[int]) -> None:
    """Send an album of three, whose updates come in this order, and each of them twice."""
    world = person.world
    items = [
        AlbumItem(FileKind.PHOTO, "a.png", picture(one), caption if one == 1 else "")
        for one in (1, 2, 3)
    ]
    world.simulator.send_album(person.id, items)
    updates = world.simulator.take_updates()
    for number in order:
        await intake.store(world.database, updates[number])
    for raw in updates:
        await intake.store(world.database, raw)
    await world.respond(person)


def _from_us(person: Actor) -> int:
    return sum(one.from_bot for one in person.world.simulator.chat(person.id))


def pictures(person: Actor) -> list[str]:
    """The captions of all pictures that stand in this person's chat, one of each album."""
    shown = person.world.simulator.chat(person.id)
    return [one.caption or "" for one in shown if one.from_bot and one.media_group_id]


def captions(person: Actor) -> list[str]:
    return [words for words in pictures(person) if words]
