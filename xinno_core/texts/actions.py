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
    """Show the events to come, of one region or of all."""

    page: int
    region_id: int = 0
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
class FormClear(Action):
    """Take an answer from before back."""

    topic: str
    field: int
    code: ClassVar[str] = "ol"


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
class CopyEvent(Action):
    """Make a draft like this event, at another time."""

    event_id: int
    code: ClassVar[str] = "wy"


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
class VoteInBroadcast(Action):
    """Choose one option of a poll that an announcement brought."""

    broadcast_id: int
    part: int
    option: int
    code: ClassVar[str] = "bv"


@dataclass(frozen=True)
class ShowAnnouncement(Action):
    """Show how far an announcement has come."""

    broadcast_id: int
    code: ClassVar[str] = "wb"


@dataclass(frozen=True)
class OpenExports(Action):
    """Show the events that can be exported: a page of them, from 1, or where the present is."""

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


# ── two who come together ────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class InvitePartner(Action):
    """Show the link to pass on to the person I come with."""

    event_id: int
    code: ClassVar[str] = "pi"


@dataclass(frozen=True)
class JoinPair(Action):
    """Say yes to coming together."""

    event_id: int
    code: ClassVar[str] = "pj"


@dataclass(frozen=True)
class DeclinePair(Action):
    """Say no to coming together."""

    event_id: int
    code: ClassVar[str] = "pd"


@dataclass(frozen=True)
class ComeAlone(Action):
    """No longer come together."""

    event_id: int
    code: ClassVar[str] = "pa"


# ── one's own answers ────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class OpenAnswers(Action):
    """Show what I answered at an event."""

    event_id: int
    code: ClassVar[str] = "a"


@dataclass(frozen=True)
class EditAnswers(Action):
    """Change what I answered at an event."""

    event_id: int
    code: ClassVar[str] = "ae"


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


# ── an organiser's people, seats, texts and links ────────────────────────────────────────────
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


# ── the calendar ─────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class RemoveFromCalendar(Action):
    """Send the file that takes what I gave back, or what is cancelled, out of my calendar."""

    event_id: int
    code: ClassVar[str] = "ck"


@dataclass(frozen=True)
class OpenSubscription(Action):
    """Show the address at which a calendar fetches my registrations."""

    code: ClassVar[str] = "ca"


@dataclass(frozen=True)
class RenewAddress(Action):
    """End that address and make another; the revision tells a second press from a first."""

    revision: int
    code: ClassVar[str] = "cn"


# ── what was changed ─────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class MoveEvent(Action):
    """Begin to give the whole event another time or place."""

    event_id: int
    code: ClassVar[str] = "mv"


@dataclass(frozen=True)
class MoveSession(Action):
    """Begin to give one session another time or room."""

    event_id: int
    session_id: int
    code: ClassVar[str] = "ms"


@dataclass(frozen=True)
class ConfirmSessionMove(Action):
    """Move the session as previewed; revision and key name the preview that was seen."""

    event_id: int
    session_id: int
    revision: int
    draft_key: str
    code: ClassVar[str] = "mS"


@dataclass(frozen=True)
class KeepPlace(Action):
    """Stay although it was changed; the revision names the change that was read."""

    event_id: int
    revision: int
    code: ClassVar[str] = "k"


@dataclass(frozen=True)
class OpenSilent(Action):
    """Show who has not answered to a change."""

    event_id: int
    page: int = 0
    code: ClassVar[str] = "mu"
