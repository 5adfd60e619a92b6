"""What `texts/` returns: a message as it is meant, before anyone knows about Telegram."""

from collections.abc import Callable
from dataclasses import dataclass, field

from xinno_core.texts.actions import Action
from xinno_core.texts.charts import Chart


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
class Picture:
    """A chart that goes with a message; it is drawn when it is sent."""

    chart: Chart
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Media:
    """A picture, video or document that Telegram has already, by its id."""

    kind: str  # photo, video or document
    file_id: str


@dataclass(frozen=True)
class Poll:
    """A native poll, for a group: it counts by itself, and shows no names."""

    question: str
    options: tuple[str, ...]
    several: bool = False  # more than one can be chosen


@dataclass(frozen=True)
class Venue:
    """A place on the map; without a title it is a bare point."""

    title: str
    address: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Message:
    """One message: text in Telegram's HTML, rows of buttons, at most one thing attached.

    `media` of several items is an album, which carries no buttons; the text is its caption.
    `reply_to` names the message of the same chat which this one answers.
    `edits_newest` asks for the place of the chat's newest screen, as far as that is known.
    `closes_newest` takes the buttons from that one instead: what was written stands in between.
    `toast` is a short plain sentence for the person who pressed; it never carries the only news.
    `fresh` asks for a new message where the pressed one would otherwise be edited in place.
    `pressed_shows` is what the pressed message shows from then on, where this one comes below it.
    `follows` names the announcement whose figures the message shows, so that it is kept current.
    `commands` are what this chat's command menu shows from now on; without any, everybody's.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    document: Document | None = None
    picture: Picture | None = None
    venue: Venue | None = None
    media: tuple[Media, ...] = ()
    poll: Poll | None = None
    reply_to: int | None = None
    shows_link: bool = False  # the first address of the text as a card
    toast: str | None = None
    fresh: bool = False
    edits_newest: bool = False
    closes_newest: bool = False
    pressed_shows: "Message | None" = None
    follows: int | None = None
    commands: tuple[tuple[str, str], ...] | None = None


def rows(*buttons: Button | None) -> tuple[tuple[Button, ...], ...]:
    """Put each button on a row of its own: labels stay whole on a phone."""
    return tuple((button,) for button in buttons if button is not None)
