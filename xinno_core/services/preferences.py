"""How a person wants to be written to: how often, at which hours, about what.

Without a row the house's pace and the hours of the region hold. Every verb may come twice.
What is being held when something changes is looked at again at once: the reason may be gone.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import insert_once, lock
from xinno_core.errors import NotFoundError
from xinno_core.models import (
    Notice,
    NoticeState,
    Participant,
    Preference,
    Purpose,
    Region,
    Topic,
)
from xinno_core.services import participants, profile
from xinno_core.services.questions import Audience, Field, FieldKind, Form
from xinno_core.services.quiet import WITHOUT_END
from xinno_core.services.typed_answers import read_hours

USUAL_PACE = 2
MOST_PACE = 3
PAUSE = timedelta(weeks=2)
FORM = "hours"


@dataclass(frozen=True)
class Hours:
    """Hours of the day in which a person is left alone; from and to the same time is never."""

    starts: time
    ends: time

    @property
    def are_none(self) -> bool:
        """Tell whether there are no such hours."""
        return self.starts == self.ends


PRESETS: Mapping[str, Hours | None] = {
    "region": None,  # as the organiser of the region has them
    "18": Hours(time(18), time(8)),
    "20": Hours(time(20), time(8)),
    "22": Hours(time(22), time(7)),
    "none": Hours(time(0), time(0)),
}
"""What can be pressed."""


@dataclass(frozen=True)
class Preferences:
    """How one person wants to be written to."""

    pace: int = USUAL_PACE  # optional messages in seven days
    hours: Hours | None = None  # none of their own
    paused_until: datetime | None = None
    muted: frozenset[Topic] = frozenset()

    def pause_end(self, now: datetime) -> datetime | None:
        """Return until when nothing optional comes, None without a pause."""
        return self.paused_until if self.paused_until and self.paused_until > now else None


@dataclass(frozen=True)
class Standing:
    """Everything that can be set, as it stands."""

    consents: Mapping[Purpose, bool]
    preferences: Preferences
    now: datetime
    zone: str
    country: str | None = None  # of the organisation; empty where unknown, None without one


async def read(session: AsyncSession, participant: Participant) -> Preferences:
    """Return how a person wants to be written to."""
    return (await read_many(session, {participant.id}))[participant.id]


async def read_many(session: AsyncSession, people: Collection[int]) -> Mapping[int, Preferences]:
    """Return how each of these people wants to be written to, those without a row, too."""
    found = await session.scalars(
        select(Preference)
        .where(Preference.participant_id.in_(people))
        .execution_options(populate_existing=True)
    )
    own = {row.participant_id: _plain(row) for row in found}
    return {person: own.get(person, Preferences()) for person in people}


async def read_standing(
    session: AsyncSession, *, participant: Participant, now: datetime
) -> Standing:
    """Return everything that a person can set."""
    # Most people have no zone of their own; for the day on which a pause ends, the house's will do.
    zone = participant.zone or await session.scalar(
        select(Region.zone).order_by(Region.id).limit(1)
    )
    organisation = await profile.find_organisation(session, participant)
    return Standing(
        consents=await participants.read_consents(session, participant),
        preferences=await read(session, participant),
        now=now,
        zone=zone or "UTC",
        country=organisation.country if organisation else None,
    )


async def set_pace(
    session: AsyncSession, *, participant: Participant, pace: int, now: datetime
) -> Preferences:
    """Choose how many optional messages may come in seven days; none at all with 0."""
    if not 0 <= pace <= MOST_PACE:
        raise NotFoundError
    own = await _own(session, participant)
    own.pace = pace
    return await _changed(session, own, now=now)


async def slow_down(
    session: AsyncSession, *, participant: Participant, was: int, now: datetime
) -> Preferences:
    """Go one step below the pace that a message came at; the same press twice is one step."""
    if not 0 < was <= MOST_PACE:
        raise NotFoundError
    own = await _own(session, participant)
    own.pace = min(own.pace, was - 1)
    return await _changed(session, own, now=now)


async def choose_hours(
    session: AsyncSession, *, participant: Participant, preset: str, now: datetime
) -> Preferences:
    """Choose one of the usual quiet hours, or the region's."""
    if preset not in PRESETS:
        raise NotFoundError
    return await set_hours(session, participant=participant, hours=PRESETS[preset], now=now)


async def set_hours(
    session: AsyncSession, *, participant: Participant, hours: Hours | None, now: datetime
) -> Preferences:
    """Keep a person's own quiet hours; without any, the region's hold again."""
    own = await _own(session, participant)
    own.quiet_from = hours.starts if hours else None
    own.quiet_to = hours.ends if hours else None
    return await _changed(session, own, now=now)


def form() -> Form:
    """Return the form in which quiet hours are typed."""
    return Form(FORM, (Field("quiet_hours", FieldKind.HOURS, most=40),), Audience.ONLY_YOU)


def typed_hours(answer: str) -> Hours:
    """Return the hours of an answer that the form has taken."""
    found = read_hours(answer)
    if found is None:
        msg = f"not the hours of a form: {answer!r}"
        raise ValueError(msg)
    return Hours(*found)


async def set_pause(
    session: AsyncSession, *, participant: Participant, length: str, now: datetime
) -> Preferences:
    """Let nothing optional come for two "weeks", until the person says so ("open"), or end it.

    A pause that is under way is not begun again: a second tap would move its end.
    """
    if length not in {"weeks", "open", "none"}:
        raise NotFoundError
    own = await _own(session, participant)
    is_timed = own.paused_until is not None and now < own.paused_until < WITHOUT_END
    if length == "open":
        own.paused_until = WITHOUT_END
    elif length == "none":
        own.paused_until = None
    elif not is_timed:
        own.paused_until = now + PAUSE
    return await _changed(session, own, now=now)


async def switch(
    session: AsyncSession, *, participant: Participant, topic: str, is_on: bool, now: datetime
) -> Preferences:
    """Switch a topic on or off."""
    if topic not in set(Topic):
        raise NotFoundError
    own = await _own(session, participant)
    others = [one for one in own.muted if one != topic]
    own.muted = others if is_on else [*others, topic]
    return await _changed(session, own, now=now)


async def _own(session: AsyncSession, participant: Participant) -> Preference:
    """Return the person's row, made when it is first needed, and locked: two taps may come."""
    await session.execute(
        insert_once(session, Preference).values(
            participant_id=participant.id, pace=USUAL_PACE, muted=[]
        )
    )
    found = await session.scalars(
        lock(
            select(Preference).where(Preference.participant_id == participant.id)
        ).execution_options(populate_existing=True)
    )
    return found.one()


async def _changed(session: AsyncSession, own: Preference, *, now: datetime) -> Preferences:
    await session.flush()
    await session.execute(
        update(Notice)
        .where(
            Notice.participant_id == own.participant_id,
            Notice.state == NoticeState.HELD,
            Notice.due_at > now,
        )
        .values(due_at=now)
        .execution_options(synchronize_session=False)
    )
    return _plain(own)


def _plain(row: Preference) -> Preferences:
    starts, ends = row.quiet_from, row.quiet_to
    hours = Hours(starts, ends) if starts is not None and ends is not None else None
    return Preferences(
        pace=row.pace,
        hours=hours,
        paused_until=row.paused_until,
        muted=frozenset(Topic(one) for one in row.muted),
    )
