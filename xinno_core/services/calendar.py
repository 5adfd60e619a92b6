"""What a participant's calendar holds, and the address at which a calendar fetches it by itself.

An entry keeps its UID whatever happens; its SEQUENCE grows with each change of time or place, with
leaving and with coming back, and with nothing else: a calendar ignores an update without a higher
SEQUENCE and doubles an entry with a new UID (RFC 5545, 3.8.7.4 and 3.8.4.7).

The address is signed, so that no secret lies in the database, and it names a revision of the
person's row: a new address ends the old one.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import (
    Event,
    EventSession,
    EventState,
    Notice,
    NoticeKind,
    Participant,
    Region,
    Registration,
    RegistrationState,
    RegistrationStep,
    SessionSeat,
)
from xinno_core.services.events import EventCard, Slot, card_of, find_card, slot_of
from xinno_core.services.standings import ENDED

MOST_ENTRIES = 200
SHOWN_CANCELLED = timedelta(days=30)
"""So long an address still shows what no longer takes place, so that calendars drop it."""

UID_DOMAIN = "xinno-assistant"
SIGNATURE_BYTES = 18
TOKEN_PATTERN = r"[0-9]{1,9}_[A-Za-z0-9_-]{24}"  # noqa: S105 (its shape)

CONFIRMED = RegistrationState.CONFIRMED
_Claim = tuple[int, int | None]  # a registration, and the session of its seat


@dataclass(frozen=True)
class Entry:
    """One entry of a participant's calendar: an event, or one of its sessions."""

    card: EventCard
    registration_id: int
    slot: Slot | None
    sequence: int
    stands: bool = True  # it takes place, with this participant
    dropped_at: datetime | None = None  # since when it does not; None when that is no news

    @property
    def uid(self) -> str:
        """What calendars know it by; dots divide, because no key holds one."""
        of = f"{self.card.key}.r{self.registration_id}"
        return f"{of}.{self.slot.key}@{UID_DOMAIN}" if self.slot else f"{of}@{UID_DOMAIN}"

    @property
    def starts_at(self) -> datetime:
        """When it begins."""
        return (self.slot or self.card).starts_at

    @property
    def ends_at(self) -> datetime:
        """When it ends."""
        return (self.slot or self.card).ends_at

    @property
    def place(self) -> Mapping[str, Any]:
        """Where it is: a session's place is whole, or says what is otherwise than at the event."""
        own = self.slot.place if self.slot else {}
        return own if own.get("name") else {**self.card.place, **own}


@dataclass(frozen=True)
class CalendarFile:
    """The entries of one registration to put into a calendar, or to take out of it."""

    card: EventCard
    entries: tuple[Entry, ...]
    takes_out: bool


@dataclass(frozen=True)
class NothingToPut:
    """There is no place that a calendar could hold: only a wait, an offer or a request."""

    card: EventCard


@dataclass(frozen=True)
class NothingToTakeOut:
    """Nothing of this event was in the calendar, or it is there rightly."""

    card: EventCard


@dataclass(frozen=True)
class NotThere:
    """The participant never had a place at such an event."""


FileOutcome = CalendarFile | NothingToPut | NothingToTakeOut | NotThere


@dataclass(frozen=True)
class Feed:
    """All that an address shows, newest first, and in which language."""

    language: str
    entries: tuple[Entry, ...]


async def find_file(
    session: AsyncSession, *, participant: Participant, event_id: int
) -> FileOutcome:
    """Return what to put into the calendar; when nothing is left of it, what to take out."""
    found = await _find(session, participant, event_id)
    if found is None:
        return NotThere()
    card, entries = found
    standing = tuple(entry for entry in entries if entry.stands)
    if standing:
        return CalendarFile(card, standing, takes_out=False)
    return CalendarFile(card, entries, takes_out=True) if entries else NothingToPut(card)


async def find_removal(
    session: AsyncSession, *, participant: Participant, event_id: int
) -> FileOutcome:
    """Return what of an event is to be taken out of the calendar."""
    found = await _find(session, participant, event_id)
    if found is None:
        return NotThere()
    card, entries = found
    dropped = tuple(entry for entry in entries if not entry.stands)
    return CalendarFile(card, dropped, takes_out=True) if dropped else NothingToTakeOut(card)


async def find_feed(
    session: AsyncSession, *, token: str, secret: bytes, now: datetime
) -> Feed | None:
    """Return what an address shows; None for one that is wrong, renewed, or of someone erased."""
    number, _, _ = token.partition("_")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    person = await session.get(Participant, int(number))
    if person is None or person.forgotten_at is not None:
        return None
    if not hmac.compare_digest(token_of(person, secret=secret).encode(), token.encode()):
        return None
    rows = await session.execute(
        select(Registration, Event, Region)
        .join(Event, Event.id == Registration.event_id)
        .join(Region, Region.id == Event.region_id)
        .where(
            Registration.participant_id == person.id,
            Registration.state.in_((CONFIRMED, *ENDED)),
            Registration.confirmed_at.is_not(None),
            Event.state != EventState.DRAFT,
        )
        .order_by(Event.starts_at.desc(), Registration.id)
        .limit(MOST_ENTRIES)
    )
    entries = await _read_entries(
        session, [(of, card_of(event, region)) for of, event, region in rows]
    )
    shown = [
        entry
        for entry in entries
        if entry.stands
        or (entry.dropped_at is not None and now < entry.dropped_at + SHOWN_CANCELLED)
    ]
    shown.sort(key=lambda entry: (entry.starts_at, entry.uid), reverse=True)
    return Feed(person.language, tuple(shown[:MOST_ENTRIES]))


def token_of(participant: Participant, *, secret: bytes) -> str:
    """Return what the person's address carries; it fits TOKEN_PATTERN."""
    signed = f"calendar:{participant.id}:{participant.calendar_revision}"
    digest = hmac.digest(secret, signed.encode(), hashlib.sha256)
    return f"{participant.id}_{urlsafe_b64encode(digest[:SIGNATURE_BYTES]).decode()}"


def renew(participant: Participant, *, revision: int) -> bool:
    """End the address of this revision; False when a newer one has ended it already."""
    if participant.calendar_revision != revision:
        return False
    participant.calendar_revision += 1
    return True


async def _find(
    session: AsyncSession, participant: Participant, event_id: int
) -> tuple[EventCard, tuple[Entry, ...]] | None:
    card = await find_card(session, event_id)
    registration = await session.scalar(
        select(Registration)
        .where(
            Registration.event_id == event_id,
            Registration.participant_id == participant.id,
        )
        .execution_options(populate_existing=True)
    )
    if card is None or registration is None:
        return None
    return card, tuple(await _read_entries(session, [(registration, card)]))


async def _read_entries(
    session: AsyncSession, owned: Sequence[tuple[Registration, EventCard]]
) -> list[Entry]:
    """Return all entries that these registrations have, or once had, in a calendar."""
    background = await _read_background(session, owned)
    return [entry for of, card in owned for entry in background.entries(of, card)]


@dataclass(frozen=True)
class _Background:
    """What the entries of some registrations are made of."""

    slots: Mapping[int, Sequence[Slot]]  # by event
    seats: Mapping[int, Sequence[SessionSeat]]  # by registration
    held: Collection[_Claim]  # what was one's own, now or once
    changed_at: Mapping[_Claim, datetime]  # since when it stands as it does
    cancelled_at: Mapping[int, datetime]  # when the participant was told so, by event

    def entries(self, of: Registration, card: EventCard) -> Iterator[Entry]:
        """Return the entries of one registration; one that never held a seat has none."""
        if of.confirmed_at is None:
            return
        stands = of.state is CONFIRMED and card.state is not EventState.CANCELLED
        dropped_at = None if stands else self._dropped_at(of, card)
        sequence = card.calendar_sequence + of.calendar_sequence
        slots = {slot.id: slot for slot in self.slots.get(card.id, ())}
        days: list[Slot | None] = [
            slot for slot in slots.values() if not slot.by_choice and slot.is_for(of.role)
        ]
        for day in days or [None]:
            yield Entry(card, of.id, day, sequence, stands, dropped_at)
        for seat in self.seats.get(of.id, ()):
            claim, slot = (of.id, seat.session_id), slots[seat.session_id]
            if seat.state is CONFIRMED:
                yield Entry(card, of.id, slot, sequence + seat.revision, stands, dropped_at)
            elif claim in self.held:
                left_at = self.changed_at[claim] if seat.state in ENDED else None
                yield Entry(
                    card, of.id, slot, sequence + seat.revision, stands=False, dropped_at=left_at
                )

    def _dropped_at(self, of: Registration, card: EventCard) -> datetime | None:
        if of.state is CONFIRMED:
            return self.cancelled_at.get(card.id)
        return self.changed_at.get((of.id, None)) if of.state in ENDED else None


async def _read_background(
    session: AsyncSession, owned: Sequence[tuple[Registration, EventCard]]
) -> _Background:
    ids = [of.id for of, _ in owned]
    event_ids = [card.id for _, card in owned]
    slots: dict[int, list[Slot]] = defaultdict(list)
    for slot in await session.scalars(
        select(EventSession)
        .where(EventSession.event_id.in_(event_ids))
        .order_by(EventSession.starts_at, EventSession.id)
    ):
        slots[slot.event_id].append(slot_of(slot))
    seats: dict[int, list[SessionSeat]] = defaultdict(list)
    for seat in await session.scalars(
        select(SessionSeat)
        .where(SessionSeat.registration_id.in_(ids))
        .order_by(SessionSeat.id)
        .execution_options(populate_existing=True)
    ):
        seats[seat.registration_id].append(seat)
    steps = await session.execute(
        select(
            RegistrationStep.registration_id,
            RegistrationStep.session_id,
            func.max(case((RegistrationStep.state == CONFIRMED, 1), else_=0)),
            func.max(RegistrationStep.at),
        )
        .where(RegistrationStep.registration_id.in_(ids))
        .group_by(RegistrationStep.registration_id, RegistrationStep.session_id)
    )
    told = await session.execute(
        select(Notice.event_id, func.min(Notice.due_at))
        .where(
            Notice.event_id.in_(event_ids),
            Notice.participant_id.in_({of.participant_id for of, _ in owned}),
            Notice.kind == NoticeKind.CANCELLED,
        )
        .group_by(Notice.event_id)
    )
    held: set[_Claim] = set()
    changed_at: dict[_Claim, datetime] = {}
    for registration_id, session_id, was_confirmed, at in steps:
        changed_at[registration_id, session_id] = at
        if was_confirmed:
            held.add((registration_id, session_id))
    cancelled_at = {event_id: at for event_id, at in told if event_id is not None}
    return _Background(slots, seats, held, changed_at, cancelled_at)
