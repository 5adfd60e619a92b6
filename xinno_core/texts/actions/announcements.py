"""Writing to the people of an event: the draft, its readers, its texts, the yes; and votes."""

from dataclasses import dataclass
from typing import ClassVar

from xinno_core.texts.actions.base import Action


@dataclass(frozen=True)
class StartAnnouncement(Action):
    """Begin an announcement to an event's people, or go on with the draft that waits."""

    event_id: int
    code: ClassVar[str] = "wa"


@dataclass(frozen=True)
class ListAnnounceable(Action):
    """Turn the page of the events whose people can be written to."""

    page: int
    code: ClassVar[str] = "aa"


@dataclass(frozen=True)
class ShowDraft(Action):
    """Show the draft as it stands."""

    draft_id: int
    code: ClassVar[str] = "ab"


@dataclass(frozen=True)
class ChooseAudience(Action):
    """Show whom the announcement is for."""

    draft_id: int
    code: ClassVar[str] = "ac"


@dataclass(frozen=True)
class ChooseAudienceList(Action):
    """Show one list of the audience, such as the roles."""

    draft_id: int
    name: str
    code: ClassVar[str] = "ad"


@dataclass(frozen=True)
class NarrowAudience(Action):
    """Choose one entry of a list (1), or take it out (0)."""

    draft_id: int
    name: str
    option: int
    chosen: int
    code: ClassVar[str] = "aE"


@dataclass(frozen=True)
class ChooseAnswers(Action):
    """Show the answers to one question of the registration."""

    draft_id: int
    question_id: int
    code: ClassVar[str] = "af"


@dataclass(frozen=True)
class NarrowByAnswer(Action):
    """Choose one answer (1), or take it out (0)."""

    draft_id: int
    question_id: int
    option: int
    chosen: int
    code: ClassVar[str] = "ag"


@dataclass(frozen=True)
class ChooseUrgency(Action):
    """Ask how urgent it is."""

    draft_id: int
    code: ClassVar[str] = "ah"


@dataclass(frozen=True)
class AskCritical(Action):
    """Say what the most urgent class does, and ask once more."""

    draft_id: int
    code: ClassVar[str] = "aA"


@dataclass(frozen=True)
class SetUrgency(Action):
    """Say how urgent it is."""

    draft_id: int
    notice_class: str
    code: ClassVar[str] = "ai"


@dataclass(frozen=True)
class SwitchGroup(Action):
    """Let it go to the event's group, too (1), or not (0)."""

    draft_id: int
    chosen: int
    code: ClassVar[str] = "aj"


@dataclass(frozen=True)
class WriteAnnouncement(Action):
    """Take what is sent next as the messages in one language."""

    draft_id: int
    language: str
    code: ClassVar[str] = "ak"


@dataclass(frozen=True)
class ShortenText(Action):
    """Keep so many messages and link buttons of a language, and no more."""

    draft_id: int
    language: str
    parts: int
    links: int
    code: ClassVar[str] = "al"


@dataclass(frozen=True)
class AskStartOver(Action):
    """Ask before everything in one language is taken out."""

    draft_id: int
    language: str
    code: ClassVar[str] = "am"


@dataclass(frozen=True)
class StartLink(Action):
    """Take what is typed next as a link button."""

    draft_id: int
    language: str
    code: ClassVar[str] = "an"


@dataclass(frozen=True)
class ChooseFallback(Action):
    """Ask what the readers of a language without a text get."""

    draft_id: int
    language: str
    code: ClassVar[str] = "aq"


@dataclass(frozen=True)
class SetFallback(Action):
    """Let the readers of one language get another's text, or leave them out (-)."""

    draft_id: int
    language: str
    to: str
    code: ClassVar[str] = "ar"


@dataclass(frozen=True)
class PreviewDraft(Action):
    """Show the announcement as its readers in one language will see it."""

    draft_id: int
    language: str
    code: ClassVar[str] = "as"


@dataclass(frozen=True)
class ChooseTest(Action):
    """Ask in which language the test should come."""

    draft_id: int
    code: ClassVar[str] = "aT"


@dataclass(frozen=True)
class TestDraft(Action):
    """Send the announcement to its writer alone, in one language or in all."""

    draft_id: int
    language: str
    code: ClassVar[str] = "at"


@dataclass(frozen=True)
class ChooseStart(Action):
    """Ask when it should go."""

    draft_id: int
    code: ClassVar[str] = "au"


@dataclass(frozen=True)
class SetStart(Action):
    """Let it go at an offered time."""

    draft_id: int
    start: str
    code: ClassVar[str] = "av"


@dataclass(frozen=True)
class CheckDraft(Action):
    """Show everything once more before the yes."""

    draft_id: int
    code: ClassVar[str] = "aw"


@dataclass(frozen=True)
class ConfirmDraft(Action):
    """Confirm the announcement as it was shown."""

    draft_id: int
    draft_key: str
    code: ClassVar[str] = "ax"


@dataclass(frozen=True)
class AskDropDraft(Action):
    """Ask before the draft is given up."""

    draft_id: int
    code: ClassVar[str] = "ay"


@dataclass(frozen=True)
class DropDraft(Action):
    """Give the draft up."""

    draft_id: int
    code: ClassVar[str] = "az"


@dataclass(frozen=True)
class VoteInBroadcast(Action):
    """Choose one option of a poll that an announcement brought."""

    broadcast_id: int
    language: str
    part: int
    option: int
    code: ClassVar[str] = "bv"


@dataclass(frozen=True)
class ShowAnnouncement(Action):
    """Show how far an announcement has come."""

    broadcast_id: int
    code: ClassVar[str] = "wb"
