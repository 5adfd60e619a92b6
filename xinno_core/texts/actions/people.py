"""An organiser's people, seats, texts and links."""

from dataclasses import dataclass
from typing import ClassVar

from xinno_core.texts.actions.base import Action


@dataclass(frozen=True)
class OpenPeople(Action):
    """Show how many people there are in each role and state, to choose from."""

    event_id: int
    code: ClassVar[str] = "u"


@dataclass(frozen=True)
class ListPeople(Action):
    """Show people by name; an empty role or state means all of them."""

    event_id: int
    role: str
    state: str
    page: int = 0
    code: ClassVar[str] = "ul"


@dataclass(frozen=True)
class ListConfirmed(Action):
    """Show who has a place."""

    event_id: int
    page: int = 0
    code: ClassVar[str] = "uc"


@dataclass(frozen=True)
class Decide(Action):
    """Say yes or no to a request; the revision is that of the page that was seen."""

    registration_id: int
    revision: int
    answer: str
    code: ClassVar[str] = "ud"


@dataclass(frozen=True)
class DecideWithWord(Action):
    """Say yes or no to a request, with a word to the person."""

    registration_id: int
    revision: int
    answer: str
    code: ClassVar[str] = "uw"


@dataclass(frozen=True)
class OpenQueue(Action):
    """Show who waits, in the order in which seats are offered."""

    event_id: int
    page: int = 0
    code: ClassVar[str] = "uq"


@dataclass(frozen=True)
class OpenSeats(Action):
    """Show how each limit stands."""

    event_id: int
    code: ClassVar[str] = "us"


@dataclass(frozen=True)
class StartSeats(Action):
    """Begin to give a limit another number of seats."""

    limit_id: int
    code: ClassVar[str] = "un"


@dataclass(frozen=True)
class SwitchOffers(Action):
    """Pause the offers of free seats, or let them go on."""

    event_id: int
    paused: int
    code: ClassVar[str] = "uo"


@dataclass(frozen=True)
class OpenTexts(Action):
    """Show how complete an event's texts are in each language."""

    event_id: int
    code: ClassVar[str] = "ut"


@dataclass(frozen=True)
class ChooseTexts(Action):
    """Show the texts of one language."""

    event_id: int
    language: str
    code: ClassVar[str] = "uv"


@dataclass(frozen=True)
class EditText(Action):
    """Begin to write one text in one language."""

    event_id: int
    language: str
    key: str
    code: ClassVar[str] = "ue"


@dataclass(frozen=True)
class OpenLinks(Action):
    """Show an event's links, and what came of them."""

    event_id: int
    code: ClassVar[str] = "uk"


@dataclass(frozen=True)
class StartChannel(Action):
    """Begin to name a channel of one's own."""

    event_id: int
    code: ClassVar[str] = "uh"


@dataclass(frozen=True)
class AddChannel(Action):
    """Make a link for one of the usual channels."""

    event_id: int
    name: str
    code: ClassVar[str] = "ua"


@dataclass(frozen=True)
class ShowQrCode(Action):
    """Send the code of a link: the open one, a role's, or a channel's."""

    event_id: int
    kind: str
    of: str
    code: ClassVar[str] = "ur"


@dataclass(frozen=True)
class OpenTeam(Action):
    """Show who organises and helps in the own regions."""

    code: ClassVar[str] = "uz"


@dataclass(frozen=True)
class InviteRole(Action):
    """Make a link that gives one person a role in a region."""

    region_id: int
    role: str
    code: ClassVar[str] = "ui"


@dataclass(frozen=True)
class TakeRole(Action):
    """Take on the role of the link that was opened."""

    invite_id: int
    code: ClassVar[str] = "uy"
