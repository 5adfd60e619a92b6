"""Pictures, videos and articles of an event: put together, sent, liked, stopped."""

from dataclasses import dataclass
from typing import ClassVar

from xinno_core.texts.actions.base import Action


@dataclass(frozen=True)
class OpenGallery(Action):
    """Show an event's pictures, videos and articles to its organiser."""

    event_id: int
    page: int = 0
    code: ClassVar[str] = "i"


@dataclass(frozen=True)
class AddMedia(Action):
    """Take what is sent from now on into the gallery."""

    event_id: int
    code: ClassVar[str] = "ia"


@dataclass(frozen=True)
class ShowMedia(Action):
    """Show one file of the gallery to an organiser."""

    media_id: int
    code: ClassVar[str] = "is"


@dataclass(frozen=True)
class PlaceMedia(Action):
    """Put a file at a place in the order."""

    media_id: int
    place: int
    code: ClassVar[str] = "ip"


@dataclass(frozen=True)
class RemoveMedia(Action):
    """Take a file out of the gallery."""

    media_id: int
    code: ClassVar[str] = "ix"


@dataclass(frozen=True)
class WriteCaption(Action):
    """Ask for the caption in one language."""

    event_id: int
    language: str
    code: ClassVar[str] = "ic"


@dataclass(frozen=True)
class StartArticle(Action):
    """Ask for an article's address and titles."""

    event_id: int
    code: ClassVar[str] = "il"


@dataclass(frozen=True)
class RemoveArticle(Action):
    """Take an article out."""

    event_id: int
    key: str
    code: ClassVar[str] = "iL"


@dataclass(frozen=True)
class PreviewGallery(Action):
    """Send the gallery to the organiser alone, as readers of one language get it."""

    event_id: int
    language: str
    code: ClassVar[str] = "iv"


@dataclass(frozen=True)
class AskSendGallery(Action):
    """Show who would get the gallery now, and ask."""

    event_id: int
    code: ClassVar[str] = "iq"


@dataclass(frozen=True)
class SendGallery(Action):
    """Send the gallery as it was shown; the key names what was seen."""

    event_id: int
    key: str
    code: ClassVar[str] = "iS"


@dataclass(frozen=True)
class SetGalleryAside(Action):
    """Let the gallery not go out by itself (1), or let it after all (0)."""

    rule_id: int
    aside: int
    code: ClassVar[str] = "io"


@dataclass(frozen=True)
class PutGalleryOff(Action):
    """Let the gallery go out later: at this offset, in days or hours as the rule counts."""

    rule_id: int
    offset: int
    code: ClassVar[str] = "id"


@dataclass(frozen=True)
class ThankForMedia(Action):
    """Say thank you for an event's pictures."""

    event_id: int
    code: ClassVar[str] = "it"


@dataclass(frozen=True)
class OpenOwnMedia(Action):
    """Show the reader which pictures of an event they were sent, to point at one."""

    event_id: int
    page: int = 0
    code: ClassVar[str] = "im"


@dataclass(frozen=True)
class AskStopMedia(Action):
    """Show one picture, and ask whether it is to be stopped."""

    media_id: int
    code: ClassVar[str] = "iw"


@dataclass(frozen=True)
class StopMedia(Action):
    """Stop a picture on which the reader says they are."""

    media_id: int
    code: ClassVar[str] = "iW"


@dataclass(frozen=True)
class AskStopAllMedia(Action):
    """Ask whether all pictures of an event are to be stopped."""

    event_id: int
    code: ClassVar[str] = "ie"


@dataclass(frozen=True)
class StopAllMedia(Action):
    """Stop all pictures of an event until the organiser has looked."""

    event_id: int
    code: ClassVar[str] = "iE"


@dataclass(frozen=True)
class AskUseMediaAgain(Action):
    """Show who asked for a picture to be stopped, and ask whether they agree now."""

    media_id: int
    code: ClassVar[str] = "iu"


@dataclass(frozen=True)
class UseMediaAgain(Action):
    """Let a picture be shown again; the key names the marks that were seen."""

    media_id: int
    key: str
    code: ClassVar[str] = "iU"


@dataclass(frozen=True)
class AskUseAllMediaAgain(Action):
    """Show who may be on pictures, and ask whether the organiser has looked."""

    event_id: int
    code: ClassVar[str] = "ig"


@dataclass(frozen=True)
class UseAllMediaAgain(Action):
    """Let everything be shown again that nobody pointed at; the key names what was seen."""

    event_id: int
    key: str
    code: ClassVar[str] = "iG"


@dataclass(frozen=True)
class AskTakeMediaBack(Action):
    """Show how many people have a picture, and ask whether to take it back from them."""

    media_id: int
    code: ClassVar[str] = "ib"


@dataclass(frozen=True)
class TakeMediaBack(Action):
    """Take a picture back from those who have it."""

    media_id: int
    code: ClassVar[str] = "iB"


@dataclass(frozen=True)
class AskNoPhotos(Action):
    """Say what it means not to be seen on any picture, and ask."""

    code: ClassVar[str] = "in"
