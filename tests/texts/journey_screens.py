"""The screens of an event's journey, with the longest values that a file may give."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from xinno_core.languages import LANGUAGES
from xinno_core.models import NoticeClass, NoticeKind, RegistrationState
from xinno_core.services.backgrounds import DueNotice
from xinno_core.services.events import EventCard
from xinno_core.services.journey_board import PAGE, JourneyBoard, LineStand, LineView, Stand
from xinno_core.services.journey_desk import NothingChanges, Paused, Resumed
from xinno_core.texts import journeys as texts
from xinno_core.texts.message import Message
from xinno_core.texts.translator import Translator

Shown = Message | tuple[Message, ...]
Make = Callable[[Translator], Shown]
MakeDue = Callable[..., DueNotice]

BIGGEST = 999_999_999
MANY = 99_999
NOW = datetime(2027, 3, 8, 9, tzinfo=UTC)
TITLE = dict.fromkeys(LANGUAGES, ("&<b>🏟" * 30)[:119] + "<")
STATES = (
    RegistrationState.CONFIRMED,
    RegistrationState.WAITLISTED,
    RegistrationState.REQUESTED,
    RegistrationState.OFFERED,
)


def screens(card: EventCard, due: MakeDue) -> dict[Callable[..., Shown], list[Make]]:
    """Each function that makes a message, with each shape of what it is given."""
    line = LineStand(
        rule_id=BIGGEST,
        key="k" * 57,
        kind=NoticeKind.MEDIA,
        notice_class=NoticeClass.OPTIONAL,
        stand=Stand.TO_COME,
        due_at=NOW,
        hours=None,
        days=365,
        at=NOW.time(),
        own_clock=True,
        session=TITLE,
        roles=tuple(role.key for role in card.roles),
        states=STATES,
        people=MANY,
        sent=MANY,
        waiting=MANY,
        dropped=MANY,
        sent_at=NOW,
    )
    since = (
        replace(line, due_at=None),
        replace(line, due_at=None, days=0),
        replace(line, due_at=None, days=None, at=None, hours=240),
    )
    stands = (*(replace(line, stand=stand) for stand in Stand), *since)
    board = JourneyBoard(card, (line,) * PAGE, 1, 8, NOW, 40, may_pause=True, may_switch=True)
    running = replace(board, paused_at=None)
    empty = replace(board, lines=(), page=0, pages=1, missed=0)
    boards = (board, running, empty, replace(board, lines=stands[:4]), replace(board, lines=since))

    def view(t: Translator, kind: NoticeKind) -> LineView:
        return LineView(board, line, t.language, due(kind, t.language))

    def journey_of(one: JourneyBoard) -> Make:
        return lambda t: texts.journey(t, one)

    def line_of(kind: NoticeKind) -> Make:
        return lambda t: texts.line(t, view(t, kind))

    kinds = (NoticeKind.REMINDER, NoticeKind.NOTE, NoticeKind.SURVEY, NoticeKind.EXERCISE)
    return {
        texts.journey: [journey_of(one) for one in boards],
        texts.line: [
            *(line_of(kind) for kind in kinds),
            lambda t: texts.line(t, LineView(board, line, "de", None)),
            lambda t: texts.line(
                t, LineView(board, replace(line, stand=Stand.STOPPED), "de", None)
            ),
        ],
        texts.paused: [
            lambda t: texts.paused(t, Paused(board, MANY)),
            lambda t: texts.paused(t, NothingChanges(board)),
        ],
        texts.resumed: [
            lambda t: texts.resumed(t, Resumed(running, 40, is_sent=True)),
            lambda t: texts.resumed(t, Resumed(running, 40, is_sent=False)),
            lambda t: texts.resumed(t, NothingChanges(running)),
        ],
    }
