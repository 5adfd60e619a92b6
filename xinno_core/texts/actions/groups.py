"""An event's Telegram group: choosing it, writing to it, asking it."""

from dataclasses import dataclass
from typing import ClassVar

from xinno_core.texts.actions.base import Action


@dataclass(frozen=True)
class OpenGroup(Action):
    """Show the Telegram group of an event, and how to choose one."""

    event_id: int
    code: ClassVar[str] = "tg"


@dataclass(frozen=True)
class AskOtherGroup(Action):
    """Ask whether another group shall take the place of this one."""

    event_id: int
    group_id: int
    code: ClassVar[str] = "to"


@dataclass(frozen=True)
class AskUnlinkGroup(Action):
    """Ask whether the group shall be let go."""

    event_id: int
    group_id: int
    code: ClassVar[str] = "ta"


@dataclass(frozen=True)
class UnlinkGroup(Action):
    """Let the group go."""

    event_id: int
    group_id: int
    code: ClassVar[str] = "tu"


@dataclass(frozen=True)
class WriteToGroup(Action):
    """Begin a post, or go on with the one that was begun."""

    event_id: int
    code: ClassVar[str] = "tw"


@dataclass(frozen=True)
class StartGroupPoll(Action):
    """Ask for a question and its answers, to be put into the post."""

    event_id: int
    code: ClassVar[str] = "tp"


@dataclass(frozen=True)
class DropLastOfPost(Action):
    """Take the last message out of the post."""

    event_id: int
    code: ClassVar[str] = "td"


@dataclass(frozen=True)
class PostToGroup(Action):
    """Post what was seen."""

    event_id: int
    draft_key: str
    code: ClassVar[str] = "ts"


@dataclass(frozen=True)
class OpenGroupPoll(Action):
    """Show how a poll in the group stands."""

    post_id: int
    code: ClassVar[str] = "tr"


@dataclass(frozen=True)
class CloseGroupPoll(Action):
    """End a poll in the group."""

    post_id: int
    code: ClassVar[str] = "tc"


@dataclass(frozen=True)
class PostResults(Action):
    """Post how the poll stands."""

    post_id: int
    code: ClassVar[str] = "tf"
