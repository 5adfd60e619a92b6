"""The readers of a batch of notices: what they wish, what came lately, whom not to interrupt."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import machine_time
from xinno_core.models import Dialogue, Notice, NoticeClass, NoticeKind, NoticeState
from xinno_core.services import forms, preferences
from xinno_core.services.gate import WEEK
from xinno_core.services.outbox import WAITING
from xinno_core.services.preferences import Preferences

MAY_HAVE_COME = (
    NoticeState.SENT,
    NoticeState.UNKNOWN,
    NoticeState.RECALLED,
    NoticeState.CORRECTED,
)
"""What counts as a message that a person got: nobody can say that one of these did not arrive."""

SURVEY = "survey."
AT_IT_FOR = timedelta(minutes=10)
"""So long after the last answer a person is still taken to be in the middle of a survey."""


@dataclass(frozen=True)
class Readers:
    """What the gate asks about the people of a batch."""

    wishes: Mapping[int, Preferences]
    recent: dict[int, list[datetime]]  # grows with what the batch itself lets go
    busy_until: Mapping[int, datetime]
    asked: Counter[tuple[int, int]]  # how often for a survey and a person; grows as well
    asked_before: dict[int, int] = field(default_factory=dict)  # by what goes out now

    def gets(self, notice: Notice, *, now: datetime) -> None:
        """Note that a message goes out now: what is limited counts for the next one."""
        person = notice.participant_id
        if notice.notice_class is NoticeClass.OPTIONAL:
            self.recent.setdefault(person, []).append(now)
        if notice.kind is NoticeKind.SURVEY:
            of = (notice.params["survey_id"], person)
            self.asked_before[notice.id] = self.asked[of]
            self.asked[of] += 1

    def reminds(self, notice: Notice) -> bool:
        """Tell whether a person was asked to answer this survey before."""
        of = (notice.params.get("survey_id", 0), notice.participant_id)
        return self.asked_before.get(notice.id, self.asked[of]) > 0


async def read_readers(session: AsyncSession, due: Collection[Notice], *, now: datetime) -> Readers:
    """Read how the people of a batch want to be written to, in a few queries."""
    people = {notice.participant_id for notice in due}
    return Readers(
        wishes=await preferences.read_many(session, people),
        recent=await _recent(session, people, now=now),
        busy_until=await _busy_until(session, people, now=now),
        asked=await _asked(session, due),
    )


async def _recent(
    session: AsyncSession, people: Collection[int], *, now: datetime
) -> dict[int, list[datetime]]:
    """Return when optional messages came in the last seven days."""
    came_at = func.coalesce(Notice.sent_at, Notice.ended_at)
    is_on_its_way = or_(
        Notice.state == NoticeState.SENDING,
        Notice.state.in_(WAITING) & (Notice.lease_until >= machine_time(session)),
    )
    found = await session.execute(
        select(Notice.participant_id, Notice.state, Notice.sent_at, Notice.ended_at).where(
            Notice.participant_id.in_(people),
            Notice.notice_class == NoticeClass.OPTIONAL,
            or_(is_on_its_way, Notice.state.in_(MAY_HAVE_COME) & (came_at > now - WEEK)),
        )
    )
    recent: dict[int, list[datetime]] = {}
    for person, state, sent_at, ended_at in found:
        came = (sent_at or ended_at) if state in MAY_HAVE_COME else None
        recent.setdefault(person, []).append(came or now)  # what is on its way comes now
    return recent


async def _asked(session: AsyncSession, due: Collection[Notice]) -> Counter[tuple[int, int]]:
    """Return how often those who are to be asked to answer a survey have been asked before."""
    people = {one.participant_id for one in due if one.kind is NoticeKind.SURVEY}
    if not people:
        return Counter()
    survey_id = Notice.params["survey_id"].as_integer()
    found = await session.execute(
        select(survey_id, Notice.participant_id, func.count())
        .where(
            Notice.participant_id.in_(people),
            Notice.kind == NoticeKind.SURVEY,
            Notice.state.in_((*MAY_HAVE_COME, NoticeState.SENDING)),
        )
        .group_by(survey_id, Notice.participant_id)
    )
    return Counter({(survey, person): number for survey, person, number in found})


async def _busy_until(
    session: AsyncSession, people: Collection[int], *, now: datetime
) -> Mapping[int, datetime]:
    """Return until when people who are answering a survey are not interrupted.

    A dialogue is kept for a fixed time after each answer, so its end tells when that was.
    """
    found = await session.execute(
        select(Dialogue.participant_id, Dialogue.expires_at).where(
            Dialogue.participant_id.in_(people),
            Dialogue.topic.startswith(SURVEY, autoescape=True),
            Dialogue.is_current.is_(True),
            Dialogue.expires_at > now + forms.KEPT_FOR - AT_IT_FOR,
        )
    )
    return {person: expires - forms.KEPT_FOR + AT_IT_FOR for person, expires in found}
