"""Participants: who is there, which language they read, what they agreed to, how to reach them."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import insert_once
from xinno_core.errors import NotFoundError
from xinno_core.languages import INTERFACE_LANGUAGES, from_telegram
from xinno_core.models import Consent, Participant, Purpose
from xinno_core.services import outbox

CONSENT_VERSION = "2026-11"
"""Version of the consent texts; a changed text gets a new one."""


async def meet(
    session: AsyncSession, *, telegram_id: int, language_code: str | None, now: datetime
) -> Participant:
    """Return the participant behind a Telegram account, new or known.

    Whoever writes can be reached again. Until a language is chosen, Telegram's is followed.
    """
    participant = await find_by_telegram(session, telegram_id)
    if participant is None:
        await session.execute(
            insert_once(session, Participant).values(
                telegram_id=telegram_id,
                language=from_telegram(language_code),
                language_chosen=False,
                reachable=True,
                is_demo=False,
                created_at=now,
            )
        )
        participant = await find_by_telegram(session, telegram_id)
        if participant is None:
            raise NotFoundError
    if not participant.language_chosen and language_code:
        participant.language = from_telegram(language_code)
    participant.reachable = True
    return participant


async def find_by_telegram(session: AsyncSession, telegram_id: int) -> Participant | None:
    """Return the participant with this Telegram id."""
    return await session.scalar(select(Participant).where(Participant.telegram_id == telegram_id))


def choose_language(participant: Participant, language: str) -> bool:
    """Keep the language a person chose; False when the assistant does not speak it."""
    if language not in INTERFACE_LANGUAGES:
        return False
    participant.language = language
    participant.language_chosen = True
    return True


async def lose(session: AsyncSession, *, telegram_id: int) -> None:
    """Note that a person blocked the assistant: what was waiting for them is skipped."""
    participant = await find_by_telegram(session, telegram_id)
    if participant is not None:
        await mark_unreachable(session, participant.id)


async def mark_unreachable(session: AsyncSession, participant_id: int) -> None:
    """Note that Telegram refuses messages to this person."""
    participant = await session.get_one(Participant, participant_id)
    participant.reachable = False
    await outbox.skip_waiting(session, reason="unreachable", participant_id=participant_id)


async def give_consent(
    session: AsyncSession, *, participant: Participant, purpose: Purpose, given: bool, now: datetime
) -> None:
    """Record a yes or a no; the same answer twice is recorded once."""
    if (await read_consents(session, participant)).get(purpose) is given:
        return
    session.add(
        Consent(
            participant_id=participant.id,
            purpose=purpose,
            text_version=CONSENT_VERSION,
            language=participant.language,
            given=given,
            at=now,
        )
    )
    await session.flush()


async def read_consents(session: AsyncSession, participant: Participant) -> Mapping[Purpose, bool]:
    """Return the newest answer for each purpose the person was asked about."""
    found = await session.scalars(
        select(Consent).where(Consent.participant_id == participant.id).order_by(Consent.id)
    )
    return {consent.purpose: consent.given for consent in found}


def purpose(name: str) -> Purpose:
    """Return the purpose with this name; one that is not ours raises."""
    try:
        return Purpose(name)
    except ValueError:
        raise NotFoundError from None
