"""Links that remember where they were found: a partner's site, a poster, a newsletter."""

import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import insert_once
from xinno_core.errors import NotFoundError
from xinno_core.models import (
    Arrival,
    Channel,
    Event,
    EventState,
    Participant,
    Registration,
    RegistrationState,
)
from xinno_core.services import access, survey_guests
from xinno_core.services.events import EventCard, read_card
from xinno_core.services.questions import Audience, Field, FieldKind, Form

CHANNEL_LINK = "c_"
USUAL = ("partner_site", "poster", "newsletter")
"""Channels for which the house has words in every language."""

MOST_FOR_A_NAME = 60
MOST_CHANNELS = 20
"""So many fit on one screen."""

CODE_BYTES = 6
"""In letters and digits alone: a link that ends in a hyphen is not made out whole in a text."""


@dataclass(frozen=True)
class ChannelStand:
    """One channel, and what came of it."""

    id: int
    name: str
    code: str
    opened: int  # people who opened the link
    confirmed: int
    registered: int  # registrations in any state

    @property
    def payload(self) -> str:
        """What the link carries."""
        return CHANNEL_LINK + self.code


@dataclass(frozen=True)
class LinkDesk:
    """An event with the channels of its links."""

    card: EventCard
    channels: tuple[ChannelStand, ...]
    has_surveys: bool = False  # which people without Telegram can answer, too

    @property
    def has_room(self) -> bool:
        """Tell whether another channel fits."""
        return len(self.channels) < MOST_CHANNELS

    def unused(self) -> tuple[str, ...]:
        """Return the usual channels that this event does not have yet."""
        there = {channel.name for channel in self.channels}
        return tuple(name for name in USUAL if name not in there)

    def channel(self, channel_id: int) -> ChannelStand | None:
        """Return one channel."""
        return next((channel for channel in self.channels if channel.id == channel_id), None)


@dataclass(frozen=True)
class ChannelMade:
    """There is a link for this channel, now or since before."""

    desk: LinkDesk
    name: str
    is_new: bool


@dataclass(frozen=True)
class TooManyChannels:
    """No further one fits."""

    desk: LinkDesk


MakeOutcome = ChannelMade | TooManyChannels


async def find_desk(session: AsyncSession, *, participant: Participant, event_id: int) -> LinkDesk:
    """Return the links of an event of an own region."""
    event = await _get_published(session, participant, event_id)
    return await _read_desk(session, event)


async def find_form(session: AsyncSession, *, participant: Participant, event_id: int) -> Form:
    """Return what is asked for a channel with a name of one's own."""
    event = await _get_published(session, participant, event_id)
    asked = Field("channel_name", FieldKind.TEXT, most=MOST_FOR_A_NAME)
    return Form(f"channel.{event.id}", (asked,), Audience.ORGANISER)


async def make(
    session: AsyncSession, *, participant: Participant, event_id: int, name: str, now: datetime
) -> MakeOutcome:
    """Make a link for a channel; one with the same name is the same channel."""
    await _get_published(session, participant, event_id)
    event = await access.lock_organised_event(session, participant, event_id)
    name = " ".join(name.split())[:MOST_FOR_A_NAME]
    desk = await _read_desk(session, event)
    if any(channel.name == name for channel in desk.channels):
        return ChannelMade(desk, name, is_new=False)
    if not desk.has_room:
        return TooManyChannels(desk)
    made = Channel(event_id=event.id, name=name, code=secrets.token_hex(CODE_BYTES), created_at=now)
    session.add(made)
    await session.flush()
    access.record(
        session,
        actor=participant,
        verb="make_channel",
        subject=f"event:{event.id}",
        at=now,
        channel=made.id,
    )
    return ChannelMade(await _read_desk(session, event), name, is_new=True)


async def arrive(
    session: AsyncSession, *, participant: Participant, payload: str, now: datetime
) -> Event | None:
    """Keep by which channel this person came; None when the link is none of ours."""
    code = payload.removeprefix(CHANNEL_LINK)
    channel = await session.scalar(select(Channel).where(Channel.code == code))
    event = await session.get(Event, channel.event_id) if channel else None
    if channel is None or event is None or event.state is EventState.DRAFT:
        return None
    await session.execute(
        insert_once(session, Arrival).values(
            channel_id=channel.id, participant_id=participant.id, at=now
        )
    )
    participant.came_by = channel.id
    return event


async def carry_over(
    session: AsyncSession, *, participant: Participant, registration: Registration
) -> None:
    """Keep with a registration by which channel it came; that of another event waits for it."""
    if participant.came_by is None:
        return
    channel = await session.get(Channel, participant.came_by)
    if channel is None or channel.event_id == registration.event_id:
        registration.channel_id = channel.id if channel else None
        participant.came_by = None


async def _get_published(session: AsyncSession, participant: Participant, event_id: int) -> Event:
    """Return an event whose links lead somewhere; a draft has none yet."""
    event = await access.get_organised_event(session, participant, event_id)
    if event.state is EventState.DRAFT:
        raise NotFoundError
    return event


async def _read_desk(session: AsyncSession, event: Event) -> LinkDesk:
    channels = (
        await session.scalars(
            select(Channel).where(Channel.event_id == event.id).order_by(Channel.id)
        )
    ).all()
    ids = [channel.id for channel in channels]
    found = await session.execute(
        select(Arrival.channel_id, func.count())
        .where(Arrival.channel_id.in_(ids))
        .group_by(Arrival.channel_id)
    )
    opened: Counter[int] = Counter()
    for opened_id, number in found:
        opened[opened_id] += number
    registered: Counter[int] = Counter()
    confirmed: Counter[int] = Counter()
    states = await session.execute(
        select(Registration.channel_id, Registration.state, func.count())
        .where(Registration.channel_id.in_(ids))
        .group_by(Registration.channel_id, Registration.state)
    )
    for channel_id, state, number in states:
        registered[channel_id or 0] += number
        if state is RegistrationState.CONFIRMED:
            confirmed[channel_id or 0] += number
    stands = (
        ChannelStand(
            channel.id,
            channel.name,
            channel.code,
            opened[channel.id],
            confirmed[channel.id],
            registered[channel.id],
        )
        for channel in channels
    )
    return LinkDesk(
        await read_card(session, event),
        tuple(stands),
        has_surveys=await survey_guests.has_surveys(session, event.id),
    )
