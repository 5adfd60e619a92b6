"""What `texts/` returns: a message as it is meant, before anyone knows about Telegram."""

from collections.abc import Callable
from dataclasses import dataclass, field

from xinno_core.texts.actions import Action


@dataclass(frozen=True)
class Button:
    """One button: an action of the assistant, or an address to open."""

    label: str
    action: Action | None = None
    url: str | None = None


@dataclass(frozen=True)
class Document:
    """A file that goes with a message; one that takes a while is made when it is sent."""

    name: str
    content: bytes = field(default=b"", repr=False)
    make: Callable[[], bytes] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Venue:
    """A place on the map."""

    title: str
    address: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Message:
    """One message: text in Telegram's HTML, rows of buttons, at most one thing attached.

    `toast` is a short plain sentence for the person who pressed; it never carries the only news.
    `fresh` asks for a new message where the pressed one would otherwise be edited in place.
    `follows` names the announcement whose figures the message shows, so that it is kept current.
    `commands` are what this chat's command menu shows from now on; without any, everybody's.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    document: Document | None = None
    venue: Venue | None = None
    toast: str | None = None
    fresh: bool = False
    follows: int | None = None
    commands: tuple[tuple[str, str], ...] | None = None


def rows(*buttons: Button | None) -> tuple[tuple[Button, ...], ...]:
    """Put each button on a row of its own: labels stay whole on a phone."""
    return tuple((button,) for button in buttons if button is not None)
