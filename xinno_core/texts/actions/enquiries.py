"""Asking the organisers, their answers, and what is asked often."""

from dataclasses import dataclass
from typing import ClassVar

from xinno_core.texts.actions.base import Action


@dataclass(frozen=True)
class AskOrganiser(Action):
    """Begin to ask those who run an event, or a region; without either, choose whom."""

    event_id: int = 0
    region_id: int = 0
    code: ClassVar[str] = "ja"


@dataclass(frozen=True)
class AddressText(Action):
    """The text that is kept is for these organisers."""

    event_id: int
    region_id: int
    draft_key: str
    code: ClassVar[str] = "jt"


@dataclass(frozen=True)
class SendEnquiry(Action):
    """Say yes to a question's preview."""

    event_id: int
    region_id: int
    draft_key: str
    code: ClassVar[str] = "js"


@dataclass(frozen=True)
class FaqHelped(Action):
    """One of the frequent questions answers what I was about to ask."""

    faq_id: int
    draft_key: str
    code: ClassVar[str] = "jh"


@dataclass(frozen=True)
class AnswerHelped(Action):
    """The organiser's answer helped."""

    enquiry_id: int
    code: ClassVar[str] = "jy"


@dataclass(frozen=True)
class AnswerDidNotHelp(Action):
    """The organiser's answer did not help yet."""

    enquiry_id: int
    code: ClassVar[str] = "jw"


@dataclass(frozen=True)
class ListEnquiries(Action):
    """Show questions to the own regions, or about one event: open ones, done ones, or of a kind."""

    event_id: int
    kind: str
    page: int = 0
    code: ClassVar[str] = "jq"


@dataclass(frozen=True)
class OpenEnquiry(Action):
    """Show one question."""

    enquiry_id: int
    code: ClassVar[str] = "ji"


@dataclass(frozen=True)
class AnswerEnquiry(Action):
    """Begin to answer a question."""

    enquiry_id: int
    code: ClassVar[str] = "jv"


@dataclass(frozen=True)
class SortEnquiry(Action):
    """Show what a question can be sorted as."""

    enquiry_id: int
    code: ClassVar[str] = "jk"


@dataclass(frozen=True)
class SortAs(Action):
    """Sort a question as a need, a question or praise."""

    enquiry_id: int
    kind: str
    code: ClassVar[str] = "jK"


@dataclass(frozen=True)
class CloseEnquiry(Action):
    """Let a question rest without an answer."""

    enquiry_id: int
    code: ClassVar[str] = "jc"


@dataclass(frozen=True)
class OpenFaq(Action):
    """Show the frequent questions about an event, as participants read them."""

    event_id: int
    page: int = 0
    code: ClassVar[str] = "j"


@dataclass(frozen=True)
class AddToFaq(Action):
    """Begin to make a frequent question of one that was answered."""

    enquiry_id: int
    code: ClassVar[str] = "jn"


@dataclass(frozen=True)
class ListFaq(Action):
    """Show the frequent questions of the own regions, or those about one event."""

    event_id: int
    page: int = 0
    code: ClassVar[str] = "jl"


@dataclass(frozen=True)
class OpenFaqEntry(Action):
    """Show one frequent question in all its languages."""

    faq_id: int
    code: ClassVar[str] = "jo"


@dataclass(frozen=True)
class EditFaq(Action):
    """Begin to write a frequent question in one language."""

    faq_id: int
    language: str
    code: ClassVar[str] = "je"


@dataclass(frozen=True)
class AskRemoveFaq(Action):
    """Ask before a frequent question is removed."""

    faq_id: int
    code: ClassVar[str] = "jr"


@dataclass(frozen=True)
class RemoveFaq(Action):
    """Remove a frequent question."""

    faq_id: int
    code: ClassVar[str] = "jR"
