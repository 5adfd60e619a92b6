"""The ledger of one person on the command line: one message a line, its columns apart by tabs."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.services import ledger
from xinno_core.services.forecast import Expected
from xinno_core.services.ledger import Entry
from xinno_core.texts.ledger import state_word
from xinno_core.texts.reasons import reason_word
from xinno_core.texts.translator import translator

WORDS = translator("en").plain


async def lines(
    session: AsyncSession, telegram_id: int, *, event_key: str | None, now: datetime
) -> list[str]:
    """Return what was sent and what will be: instant in UTC, event, kind, rule, state, reason."""
    entries, ahead = await ledger.find_whole(
        session, telegram_id=telegram_id, event_key=event_key, now=now
    )
    waiting = {one.notice_id for one in ahead}
    past = [_entry(one) for one in entries if one.notice_id not in waiting]
    return past + [_expected(one) for one in ahead]


def _entry(one: Entry) -> str:
    reason = reason_word(WORDS, one.reason) if one.reason else ""
    state = state_word(WORDS, one.state)
    return _line(one.at, one.event_key, one.kind.value, one.rule_key, state, reason)


def _expected(one: Expected) -> str:
    state = "will not be sent" if one.is_left_out else "to come"
    reason = reason_word(WORDS, one.reason) if one.reason else ""
    return _line(one.at, one.event_key, one.kind.value, one.rule_key, state, reason)


def _line(at: datetime, *columns: str | None) -> str:
    return "\t".join((f"{at:%Y-%m-%dT%H:%MZ}", *(column or "-" for column in columns)))
