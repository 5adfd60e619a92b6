"""Short verbs that put a region, an event or a rule into the database."""

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import (
    Anchor,
    Event,
    EventSession,
    EventState,
    Limit,
    NoticeClass,
    NoticeKind,
    Pilot,
    Question,
    QuestionKind,
    Region,
    Rule,
    Survey,
)
from xinno_core.services import journeys
from xinno_core.services.events import registration_closes_at
from xinno_core.services.quiet import local_instant, wall_time

ZONE = "Europe/Berlin"
VISITOR = {"key": "visitor", "label": {"en": "Visitor", "de": "Gast", "it": "Ospite"}}
SPEAKER = {"key": "speaker", "label": {"en": "Speaker", "de": "Vortrag", "it": "Relazione"}}


async def region(session: AsyncSession, key: str = "chemnitz", *, pilot: str = "pilot-1") -> Region:
    """A region with its pilot, once."""
    found = await session.scalar(select(Region).where(Region.key == key))
    if found is not None:
        return found
    of = await session.scalar(select(Pilot).where(Pilot.key == pilot))
    if of is None:
        of = Pilot(key=pilot, name={"en": "Pilot 1"})
        session.add(of)
        await session.flush()
    made = Region(
        pilot_id=of.id,
        key=key,
        name={"en": key.title()},
        organiser={"name": f"Organiser of {key.title()}", "country": "DE"},
        zone=ZONE,
        languages=["de", "en"],
        tone="formal",
        data_protection={"contact": f"privacy@{key}.example", "retention_months": 6},
        quiet_from=time(20),
        quiet_to=time(8),
    )
    session.add(made)
    await session.flush()
    return made


async def event(
    session: AsyncSession,
    *,
    title: str,
    now: datetime,
    starts_local: datetime,
    seats: int | None = 10,
    hours: float = 2,
    key: str | None = None,
    in_region: str = "chemnitz",
    pilot: str = "pilot-1",
    roles: tuple[dict[str, Any], ...] = (VISITOR,),
    limits: tuple[dict[str, Any], ...] | None = None,
    questions: tuple[dict[str, Any], ...] = (),
    rules: tuple[dict[str, Any], ...] = (),
    survey: tuple[dict[str, Any], ...] = (),
    sessions: tuple[dict[str, Any], ...] = (),
    state: EventState = EventState.PUBLISHED,
    zone: str = ZONE,
) -> Event:
    """An event; `seats` makes one limit over all roles."""
    of = await region(session, in_region, pilot=pilot)
    ends_local = starts_local + timedelta(hours=hours)
    starts_at = local_instant(starts_local, zone)
    made = Event(
        key=key or title.lower().replace(" ", "-"),
        region_id=of.id,
        format="talks",
        lead_language="en",
        languages=["en", "de", "it"],
        title={"en": title, "de": f"{title} (de)", "it": f"{title} (it)"},
        summary={"en": "Duos on stage.", "de": "Duos auf der Bühne.", "it": "Duo sul palco."},
        programme={},
        place={"name": "Town hall", "address": "Market 1", "latitude": 50.8, "longitude": 12.9},
        roles=[dict(role) for role in roles],
        starts_local=starts_local,
        ends_local=ends_local,
        zone=zone,
        starts_at=starts_at,
        ends_at=local_instant(ends_local, zone),
        registration_closes_at=registration_closes_at(starts_at, 0),
        state=state,
        created_at=now,
        published_at=now,
    )
    session.add(made)
    await session.flush()
    if limits is None:
        limits = () if seats is None else ({"key": "room", "seats": seats},)
    for limit in limits:
        session.add(Limit(event_id=made.id, **{"label": {"en": "Room"}, "roles": [], **limit}))
    for one in sessions:
        await slot(session, made, **one)
    for position, question in enumerate(questions):
        session.add(
            Question(
                event_id=made.id,
                position=position,
                **{
                    "kind": QuestionKind.TEXT,
                    "options": [],
                    "required": True,
                    "roles": [],
                    **question,
                },
            )
        )
    if survey:
        session.add(
            Survey(
                event_id=made.id,
                key="feedback",
                title={"en": "Feedback", "de": "Rückmeldung", "it": "Riscontro"},
                questions=list(survey),
                closes_days_after=14,
                closes_at=made.ends_at + timedelta(days=14),
            )
        )
    for rule in rules:
        session.add(
            Rule(
                event_id=made.id,
                **{
                    "kind": NoticeKind.REMINDER,
                    "notice_class": NoticeClass.SERVICE,
                    "anchor": Anchor.START,
                    "roles": [],
                    "text": {},
                    "due_at": made.starts_at,
                    **rule,
                },
            )
        )
    await session.flush()
    await journeys.reckon(session, made, now=now)
    return made


async def slot(
    session: AsyncSession,
    of: Event,
    *,
    key: str,
    starts_local: datetime | None = None,
    hours: float = 1,
    seats: int | None = None,
    by_choice: bool = True,
    roles: tuple[str, ...] = (),
    place: dict[str, Any] | None = None,
) -> EventSession:
    """A session of an event, a workshop to choose unless said otherwise; `seats` limits it."""
    starts_at = local_instant(starts_local or of.starts_local, of.zone)
    ends_at = starts_at + timedelta(hours=hours)
    title = key.replace("-", " ").capitalize()
    made = EventSession(
        event_id=of.id,
        key=key,
        title={"en": title, "de": f"{title} (de)", "it": f"{title} (it)"},
        summary={},
        by_choice=by_choice,
        roles=list(roles),
        place=place or {},
        starts_local=wall_time(starts_at, of.zone),
        ends_local=wall_time(ends_at, of.zone),
        starts_at=starts_at,
        ends_at=ends_at,
    )
    session.add(made)
    await session.flush()
    if seats is not None:
        label = {"en": f"Seats in {title}"}
        session.add(
            Limit(event_id=of.id, session_id=made.id, key=key, label=label, roles=[], seats=seats)
        )
    return made


async def free_seats(session: AsyncSession, event_id: int) -> int:
    """Free seats of the first limit."""
    limit = (await session.scalars(select(Limit).where(Limit.event_id == event_id))).first()
    assert limit is not None
    return limit.seats - limit.taken
