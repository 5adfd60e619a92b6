"""What a button can ask for: one small class per wish, packed into Telegram's 64 bytes elsewhere.

An action names things and never proves a right: whoever sends it is checked by the service.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Action:
    """A wish that a button carries; `code` stands in the button and never changes."""

    code: ClassVar[str]


# ── finding one's way ────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class OpenMenu(Action):
    """Show the menu."""

    code: ClassVar[str] = "m"


@dataclass(frozen=True)
class OpenHelp(Action):
    """Show what the assistant can do."""

    code: ClassVar[str] = "h"


@dataclass(frozen=True)
class ReadNotice(Action):
    """Show the privacy notice in full."""

    code: ClassVar[str] = "pn"


@dataclass(frozen=True)
class PassNotice(Action):
    """Go on after the short privacy notice."""

    code: ClassVar[str] = "pp"


@dataclass(frozen=True)
class OpenLanguages(Action):
    """Show the languages to choose from."""

    code: ClassVar[str] = "l"


@dataclass(frozen=True)
class SetLanguage(Action):
    """Speak this language."""

    language: str
    code: ClassVar[str] = "ls"


@dataclass(frozen=True)
class OpenSettings(Action):
    """Show the settings."""

    code: ClassVar[str] = "s"


@dataclass(frozen=True)
class SetConsent(Action):
    """Give a consent or take it back; `where` says from which screen."""

    purpose: str
    given: int
    where: str
    code: ClassVar[str] = "sc"


@dataclass(frozen=True)
class EditProfile(Action):
    """Correct name or organisation."""

    code: ClassVar[str] = "ep"


# ── own data ─────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class OpenMyData(Action):
    """Show what is stored about me."""

    code: ClassVar[str] = "d"


@dataclass(frozen=True)
class DownloadMyData(Action):
    """Send me my data as a file."""

    code: ClassVar[str] = "dd"


@dataclass(frozen=True)
class AskForget(Action):
    """Show what erasing means, and ask."""

    code: ClassVar[str] = "df"


@dataclass(frozen=True)
class ForgetMe(Action):
    """Erase my data."""

    code: ClassVar[str] = "dF"


# ── events and registration ──────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class OpenEvents(Action):
    """Show the events to come."""

    page: int
    code: ClassVar[str] = "e"


@dataclass(frozen=True)
class OpenMine(Action):
    """Show my registrations."""

    code: ClassVar[str] = "y"


@dataclass(frozen=True)
class OpenEvent(Action):
    """Show one event."""

    event_id: int
    code: ClassVar[str] = "ev"


@dataclass(frozen=True)
class Register(Action):
    """Take a place in this role; an empty role asks which."""

    event_id: int
    role: str
    code: ClassVar[str] = "r"


@dataclass(frozen=True)
class AskFreePlace(Action):
    """Ask before a place is given back."""

    event_id: int
    code: ClassVar[str] = "fa"


@dataclass(frozen=True)
class FreePlace(Action):
    """Give my place, offer or number back."""

    event_id: int
    code: ClassVar[str] = "f"


@dataclass(frozen=True)
class TakeSeat(Action):
    """Accept the seat that is held for me."""

    event_id: int
    code: ClassVar[str] = "t"


@dataclass(frozen=True)
class SayPresence(Action):
    """Answer a reminder: coming, or late."""

    event_id: int
    presence: str
    code: ClassVar[str] = "c"


@dataclass(frozen=True)
class GetCalendarFile(Action):
    """Send the calendar file of my registration."""

    event_id: int
    code: ClassVar[str] = "cf"


@dataclass(frozen=True)
class ShowPlace(Action):
    """Show the place on the map."""

    event_id: int
    code: ClassVar[str] = "v"


# ── forms: registration questions, surveys, profile, an organiser's drafts ───────────────────
@dataclass(frozen=True)
class FormOption(Action):
    """Choose an option of the question being asked; `field` tells a stale button from a fresh."""

    topic: str
    field: int
    option: int
    code: ClassVar[str] = "o"


@dataclass(frozen=True)
class FormDone(Action):
    """The options of a multiple choice are all chosen."""

    topic: str
    field: int
    code: ClassVar[str] = "od"


@dataclass(frozen=True)
class FormSkip(Action):
    """Leave an optional question out."""

    topic: str
    field: int
    code: ClassVar[str] = "ok"


@dataclass(frozen=True)
class FormBack(Action):
    """Return to the question before."""

    topic: str
    field: int
    code: ClassVar[str] = "ob"


@dataclass(frozen=True)
class FormResume(Action):
    """Go on with a form that was left."""

    topic: str
    code: ClassVar[str] = "or"


@dataclass(frozen=True)
class FormCancel(Action):
    """Leave the form."""

    topic: str
    code: ClassVar[str] = "oc"


# ── feedback and learning ────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class StartSurvey(Action):
    """Begin a survey, or go on where it was left."""

    survey_id: int
    code: ClassVar[str] = "q"


@dataclass(frozen=True)
class AnswerQuiz(Action):
    """Choose an answer of the exercise's question."""

    exercise: str
    option: str
    code: ClassVar[str] = "xq"


@dataclass(frozen=True)
class Reflect(Action):
    """Write a reflection on an exercise."""

    exercise: str
    code: ClassVar[str] = "xr"


@dataclass(frozen=True)
class FinishExercise(Action):
    """Be done with an exercise without writing."""

    exercise: str
    code: ClassVar[str] = "xd"


# ── organisers and leads ─────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class OpenDesk(Action):
    """Show the organiser's events."""

    page: int = 0
    code: ClassVar[str] = "w"


@dataclass(frozen=True)
class ManageEvent(Action):
    """Show counts and what an organiser can do with one event."""

    event_id: int
    code: ClassVar[str] = "we"


@dataclass(frozen=True)
class StartNew(Action):
    """Show the formats that an event can be made from."""

    code: ClassVar[str] = "wf"


@dataclass(frozen=True)
class ChooseFormat(Action):
    """Make an event from this format."""

    blueprint_id: int
    code: ClassVar[str] = "wn"


@dataclass(frozen=True)
class PreviewCard(Action):
    """Show the draft's card in one language."""

    event_id: int
    language: str
    code: ClassVar[str] = "wl"


@dataclass(frozen=True)
class Publish(Action):
    """Let people see the event."""

    event_id: int
    code: ClassVar[str] = "wp"


@dataclass(frozen=True)
class StartMove(Action):
    """Begin to give the event another time or place."""

    event_id: int
    code: ClassVar[str] = "wm"


@dataclass(frozen=True)
class ConfirmMove(Action):
    """Move the event as previewed; revision and key name the preview that was seen."""

    event_id: int
    revision: int
    draft_key: str
    code: ClassVar[str] = "wM"


@dataclass(frozen=True)
class AskCancelEvent(Action):
    """Show who would be told, and ask."""

    event_id: int
    code: ClassVar[str] = "wc"


@dataclass(frozen=True)
class CancelEvent(Action):
    """Cancel the event."""

    event_id: int
    code: ClassVar[str] = "wC"


@dataclass(frozen=True)
class StartAnnouncement(Action):
    """Begin an announcement to an event's registered."""

    event_id: int
    code: ClassVar[str] = "wa"


@dataclass(frozen=True)
class PreviewAnnouncement(Action):
    """Show the announcement as its readers in one language will see it."""

    event_id: int
    language: str
    code: ClassVar[str] = "wv"


@dataclass(frozen=True)
class ConfirmAnnouncement(Action):
    """Send the announcement as previewed."""

    event_id: int
    draft_key: str
    code: ClassVar[str] = "wA"


@dataclass(frozen=True)
class ShowAnnouncement(Action):
    """Show how far an announcement has come."""

    broadcast_id: int
    code: ClassVar[str] = "wb"


@dataclass(frozen=True)
class OpenExports(Action):
    """Show the events that can be exported."""

    page: int = 0
    code: ClassVar[str] = "z"


@dataclass(frozen=True)
class ChooseExport(Action):
    """Show what can be exported of one event."""

    event_id: int
    code: ClassVar[str] = "ze"


@dataclass(frozen=True)
class Export(Action):
    """Send an export as a file."""

    event_id: int
    kind: str
    format: str
    code: ClassVar[str] = "zx"


@dataclass(frozen=True)
class OpenPerson(Action):
    """Show one registration to its organiser, to decide about it."""

    registration_id: int
    code: ClassVar[str] = "op"


# ── sessions that people choose ──────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class OpenWorkshops(Action):
    """Show the sessions of an event that can be chosen."""

    event_id: int
    code: ClassVar[str] = "g"


@dataclass(frozen=True)
class ChooseSession(Action):
    """Take a seat in a session, or a number; `anyway` despite another one at the same time."""

    session_id: int
    anyway: int = 0
    code: ClassVar[str] = "gc"


@dataclass(frozen=True)
class SwapSession(Action):
    """Take a seat in a session instead of the one at the same time."""

    session_id: int
    code: ClassVar[str] = "gs"


@dataclass(frozen=True)
class TakeSession(Action):
    """Accept the seat in a session that is held for me."""

    session_id: int
    anyway: int = 0
    code: ClassVar[str] = "gt"


@dataclass(frozen=True)
class AskLeaveSession(Action):
    """Ask before a seat in a session is given back."""

    session_id: int
    code: ClassVar[str] = "ga"


@dataclass(frozen=True)
class LeaveSession(Action):
    """Give my seat, offer or number in a session back."""

    session_id: int
    code: ClassVar[str] = "gl"
