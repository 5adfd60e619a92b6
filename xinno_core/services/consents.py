"""A yes or a no of a person, and what follows from it at once."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import Participant, Purpose
from xinno_core.services import own_surveys, participants, withdrawals


async def say(
    session: AsyncSession, *, participant: Participant, purpose: Purpose, given: bool, now: datetime
) -> None:
    """Record a yes or a no; one about pictures stops them, or lets them go.

    A no to linking takes the common code from all answers to surveys.
    """
    if purpose is Purpose.PHOTOS:
        await withdrawals.say(session, participant=participant, given=given, now=now)
        return
    await participants.give_consent(
        session, participant=participant, purpose=purpose, given=given, now=now
    )
    if purpose is Purpose.LINKING and not given:
        await own_surveys.unlink(session, participant)
