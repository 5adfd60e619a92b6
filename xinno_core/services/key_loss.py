"""The way on after the key file is lost for good: what nobody can open any more is given up.

What lay sealed is lost with the key, whether it stays in the database or not. But as long as it
stays, people count as having answered, and no other key may begin. So it goes as if it had never
been given, in one transaction with the check of the new key.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import lock
from xinno_core.models import Ballot, Envelope, Event, Marker, Survey
from xinno_core.services import access, form_standing, inbox, key_check, markers, waves


@dataclass(frozen=True)
class LostSurvey:
    """A survey whose present wave can't be opened any more."""

    id: int
    event_key: str
    key: str
    is_over: bool  # else people may answer once more


@dataclass(frozen=True)
class Loss:
    """What the old key had sealed, and nobody can open."""

    surveys: tuple[LostSurvey, ...]
    answers: int
    forms: int
    updates: int


@dataclass(frozen=True)
class NothingLost:
    """The key at hand is the right one, or none was ever used here."""

    is_known: bool


async def look(session: AsyncSession, *, now: datetime) -> Loss | NothingLost:
    """Say what is lost with the key; nothing is changed."""
    if await key_check.find_fault(session) is None:
        return NothingLost(is_known=await markers.find(session, key_check.KEY) is not None)
    answers = await session.scalar(select(func.count()).select_from(Envelope))
    return Loss(
        surveys=await _list_surveys(session, now=now),
        answers=answers or 0,
        forms=await form_standing.count_sealed(session),
        updates=await inbox.count_sealed(session),
    )


async def forget(session: AsyncSession, *, now: datetime) -> Loss | NothingLost:
    """Give up what the old key had sealed, and make the key at hand the database's own.

    Opened waves and answers that are kept with the person were never sealed, or are no longer: they
    stay.
    """
    # Of two that come at once, the second finds the key of the first.
    await session.scalar(
        lock(select(Marker).where(Marker.key == key_check.KEY)).execution_options(
            populate_existing=True
        )
    )
    loss = await look(session, now=now)
    if isinstance(loss, NothingLost):
        return loss
    await form_standing.drop_sealed(session)
    await _destroy(session, loss, now=now)
    await inbox.park_sealed(session)
    await key_check.replace(session)
    access.record(
        session,
        actor=None,
        verb="forget_key",
        subject="key",
        at=now,
        surveys=[one.id for one in loss.surveys],
        answers=loss.answers,
        forms=loss.forms,
        updates=loss.updates,
    )
    await session.flush()
    return loss


async def _list_surveys(session: AsyncSession, *, now: datetime) -> tuple[LostSurvey, ...]:
    found = await session.execute(
        select(Survey.id, Event.key, Survey.key, Survey.closes_at)
        .join(Event, Event.id == Survey.event_id)
        .where(exists().where(Envelope.survey_id == Survey.id))
        .order_by(Event.key, Survey.key)
    )
    return tuple(
        LostSurvey(id_, event_key, key, is_over=closes_at < now)
        for id_, event_key, key, closes_at in found
    )


async def _destroy(session: AsyncSession, loss: Loss, *, now: datetime) -> None:
    """Destroy envelopes with their ballots: who gave them may do so again while it is open."""
    ids = [one.id for one in loss.surveys]
    await session.scalars(lock(select(Survey).where(Survey.id.in_(ids)).order_by(Survey.id)))
    belongs = exists().where(
        Envelope.survey_id == Ballot.survey_id, Envelope.participant_id == Ballot.participant_id
    )
    at_once = {"synchronize_session": False}  # nobody has read them into this session
    await session.execute(delete(Ballot).where(belongs).execution_options(**at_once))
    await session.execute(delete(Envelope).execution_options(**at_once))
    await waves.mark_cleaning(session, now=now)
    if await waves.find_locked_out(session):  # what held them up is gone
        await markers.put(session, waves.LOCKED_OUT, {"surveys": []})
