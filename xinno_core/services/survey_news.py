"""News of a wave that has ended: there is something to see, or too few have answered."""

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import (
    Event,
    NoticeKind,
    Region,
    Role,
    RoleGrant,
    Survey,
    SurveyGuest,
    Wave,
)
from xinno_core.services import outbox


async def tell(
    session: AsyncSession,
    survey: Survey,
    wave: Wave,
    *,
    now: datetime,
) -> None:
    """Promise the news to who organises the region and who leads the pilot, once for each wave.

    Of a wave with too few it says that, and no number, but how many answers stay of earlier ones.
    """
    earlier = await session.scalar(
        select(func.sum(Wave.responses)).where(
            Wave.survey_id == survey.id, Wave.number < wave.number
        )
    )
    has_links = await session.scalar(
        select(SurveyGuest.survey_id).where(SurveyGuest.survey_id == survey.id).limit(1)
    )
    event = await session.get_one(Event, survey.event_id)
    region = await session.get_one(Region, event.region_id)
    readers = await session.scalars(
        select(RoleGrant.participant_id)
        .where(
            or_(
                (RoleGrant.role == Role.ORGANISER) & (RoleGrant.region_id == region.id),
                (RoleGrant.role == Role.LEAD) & (RoleGrant.pilot_id == region.pilot_id),
            )
        )
        .distinct()
        .order_by(RoleGrant.participant_id)
    )
    for reader in readers.all():
        await outbox.promise(
            session,
            participant_id=reader,
            kind=NoticeKind.SURVEY_RESULTS,
            dedup_key=f"survey_results:{survey.id}:{wave.number}:{reader}",
            event_id=event.id,
            due_at=now,
            params={
                "survey_id": survey.id,
                "wave": wave.number,
                "people": wave.responses,
                "earlier": earlier or 0,
                "has_links": has_links is not None,
                "mode": survey.mode.value,
            },
        )
