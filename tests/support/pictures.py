"""Pictures and films for tests, and the hands that send them to the assistant."""

import struct
import zlib
from datetime import time
from typing import Any

from bot.simulator.files import FileKind
from bot.simulator.messages import StoredMessage
from bot.simulator.sending_people import AlbumItem
from handlers.chat.buttons import pack
from tests.support.world import Actor, World
from xinno_core.models import Anchor, Event, NoticeKind
from xinno_core.texts.actions import Register

MEDIA_RULE: dict[str, Any] = {
    "key": "pictures",
    "kind": NoticeKind.MEDIA,
    "anchor": Anchor.END,
    "days": 2,
    "at": time(12, 0),
    "text": {"en": "Our evening", "de": "Unser Abend"},
}
"""Two days after the event at noon; nothing is written in Italian."""


def picture(number: int = 1) -> bytes:
    """A picture unlike all others: so many pixels wide."""

    def chunk(name: bytes, content: bytes) -> bytes:
        whole = name + content
        return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = struct.pack(">IIBBBBB", 100 + number, 100, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (101 + number) * 100)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


async def send_picture(actor: Actor, number: int = 1, *, caption: str = "") -> None:
    """A person sends one picture."""
    actor.world.simulator.send_photo(actor.id, picture(number), caption=caption)
    await actor.world.respond(actor)


async def send_album(actor: Actor, *numbers: int) -> None:
    """A person sends several pictures at once."""
    items = [AlbumItem(FileKind.PHOTO, f"{number}.png", picture(number)) for number in numbers]
    actor.world.simulator.send_album(actor.id, items)
    await actor.world.respond(actor)


async def send_video(actor: Actor, content: bytes = b"a film") -> None:
    """A person sends a film."""
    actor.world.simulator.send_video(actor.id, content)
    await actor.world.respond(actor)


async def open_gallery(organiser: Actor, event: Event) -> None:
    """Go to the event's pictures from its board."""
    await organiser.press_data(f"we:{event.id}")
    await organiser.press("Pictures and videos")


async def fill(organiser: Actor, event: Event, *numbers: int) -> None:
    """Put pictures into an event's gallery, one after the other."""
    await open_gallery(organiser, event)
    await organiser.press("Add pictures or videos")
    for number in numbers:
        await send_picture(organiser, number)
    await organiser.press("Done")


async def register(event: Event, *people: Actor) -> None:
    """Give each of these people a place."""
    for person in people:
        await person.press_data(pack(Register(event.id, "visitor")))


async def after(world: World, event: Event, *, days: float = 1) -> None:
    """Go to so many days after the end of an event."""
    await world.move_to(event.ends_at)
    await world.advance(days=days)


def pictures(actor: Actor) -> list[StoredMessage]:
    """The pictures that the assistant has sent into a person's chat."""
    chat = actor.world.simulator.chat(actor.id)
    return [message for message in chat if message.from_bot and message.media is not None]


def widths(actor: Actor) -> list[int]:
    """Which pictures a person has got, by their numbers."""
    return [message.photo.file.width - 100 for message in pictures(actor) if message.photo]
