"""The screens of the ledger, with the longest values there may be."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from xinno_core.languages import LANGUAGES
from xinno_core.models import NoticeClass, NoticeKind, NoticeState
from xinno_core.services import ledger
from xinno_core.services.events import EventCard
from xinno_core.services.forecast import Expected
from xinno_core.services.gate import Reason
from xinno_core.services.journeys import Planned
from xinno_core.texts import ledger as texts
from xinno_core.texts.message import Message
from xinno_core.texts.translator import Translator

Shown = Message | tuple[Message, ...]
Make = Callable[[Translator], Shown]

BIGGEST = 999_999_999
NOW = datetime(2027, 3, 8, 9, tzinfo=UTC)
TITLE = dict.fromkeys(LANGUAGES, ("&<b>🏟" * 30)[:119] + "<")
NAME = ("<i>&" * 40)[:120]


def screens(card: EventCard) -> dict[Callable[..., Shown], list[Make]]:
    """Each function that makes a message, with each shape of what it is given."""
    choice = ledger.Choice(BIGGEST, TITLE, "de", NOW, "Europe/Berlin")
    choices = ledger.Choices((choice,) * ledger.PAGE, 1, 9)
    line = ledger.Line(BIGGEST, NAME, 99_999, 99_999, 99_999)
    page = ledger.LedgerPage(card, (line,) * ledger.PAGE, only_troubled=False, page=1, pages=9)
    found = ledger.Found(NAME, ((BIGGEST, NAME, choice),) * ledger.PAGE)
    entry = ledger.Entry(
        notice_id=BIGGEST,
        kind=NoticeKind.BROADCAST_SECOND,
        notice_class=NoticeClass.SERVICE,
        event_key=card.key,
        rule_key="k" * 57,
        at=NOW,
        state=NoticeState.UNKNOWN,
        reason="interrupted",
    )
    expected = Expected(
        NoticeKind.NEXT, card.id, card.key, "k" * 57, NOW, False, Reason.CAP_WEEK, None
    )
    ahead = (expected, replace(expected, is_left_out=True), replace(expected, reason=None)) * 12
    planned = Planned(
        participant_id=BIGGEST,
        rule_id=BIGGEST,
        key="k" * 57,
        kind=NoticeKind.NEXT,
        notice_class=NoticeClass.OPTIONAL,
        due_at=NOW,
        useful_until=NOW,
        params={},
    )
    whole = ledger.Ledger(card, BIGGEST, NAME, (entry,) * ledger.PAGE, 0, 1, ahead, (planned,) * 20)
    nothing = replace(whole, entries=(), ahead=(), missed=(), name="")
    return {
        texts.events: [
            lambda t: texts.events(t, choices),
            lambda t: texts.events(t, replace(choices, events=(), page=0, pages=1)),
        ],
        texts.people: [
            lambda t: texts.people(t, page),
            lambda t: texts.people(t, replace(page, only_troubled=True)),
            lambda t: texts.people(t, replace(page, lines=())),
            lambda t: texts.people(t, replace(page, lines=(), only_troubled=True)),
        ],
        texts.found: [
            lambda t: texts.found(t, found),
            lambda t: texts.found(t, replace(found, lines=())),
        ],
        texts.person: [lambda t: texts.person(t, whole), lambda t: texts.person(t, nothing)],
    }
