"""Tables, one module per aggregate."""

from xinno_core.models.base import Base
from xinno_core.models.event import Blueprint, Event, EventState, Limit, Question, QuestionKind
from xinno_core.models.feedback import Answer, Ballot, Survey
from xinno_core.models.learning import Practice
from xinno_core.models.messages import (
    Anchor,
    Broadcast,
    BroadcastState,
    Notice,
    NoticeClass,
    NoticeKind,
    NoticeState,
    Recipient,
    Rule,
)
from xinno_core.models.people import (
    Consent,
    Organisation,
    Participant,
    Pilot,
    Purpose,
    Region,
    Role,
    RoleGrant,
)
from xinno_core.models.registration import Invitation, Presence, Registration, RegistrationState
from xinno_core.models.running import Audit, Dialogue, Inbox, InboxState, Marker

__all__ = [
    "Anchor",
    "Answer",
    "Audit",
    "Ballot",
    "Base",
    "Blueprint",
    "Broadcast",
    "BroadcastState",
    "Consent",
    "Dialogue",
    "Event",
    "EventState",
    "Inbox",
    "InboxState",
    "Invitation",
    "Limit",
    "Marker",
    "Notice",
    "NoticeClass",
    "NoticeKind",
    "NoticeState",
    "Organisation",
    "Participant",
    "Pilot",
    "Practice",
    "Presence",
    "Purpose",
    "Question",
    "QuestionKind",
    "Recipient",
    "Region",
    "Registration",
    "RegistrationState",
    "Role",
    "RoleGrant",
    "Rule",
    "Survey",
]
