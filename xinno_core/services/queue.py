"""The waiting list as an organiser sees it: who is next, and what each one waits for."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.languages import LanguageMap
from xinno_core.models import Limit, Participant
from xinno_core.services import access
from xinno_core.services.events import EventCard, list_limits, read_card
from xinno_core.services.seats import WAITS, Claim, Group, in_order, lacking, list_claims, positions

PAGE = 12


@dataclass(frozen=True)
class Waiting:
    """One who waits: for a place at the event, or for a seat in a session."""

    registration_id: int
    name: str
    role: str
    number: int  # as the person is told it
    session_id: int | None
    full: tuple[LanguageMap, ...]  # the limits that have no room; none when a seat is on its way
    together: bool  # offered at the same time as the companion


@dataclass(frozen=True)
class WaitingPage:
    """One page of the waiting list, in the order in which seats are offered."""

    card: EventCard
    waiting: tuple[Waiting, ...]
    page: int
    pages: int
    total: int


async def list_waiting(
    session: AsyncSession, *, participant: Participant, event_id: int, page: int = 0
) -> WaitingPage:
    """Return who is next at an event of an own region."""
    event = await access.get_organised_event(session, participant, event_id)
    limits = await list_limits(session, event.id)
    claims = await list_claims(session, event.id, WAITS)
    numbers = positions(claims, limits)
    ordered = [(claim, group) for group in in_order(claims) for claim in group]
    pages = max((len(ordered) + PAGE - 1) // PAGE, 1)
    page = min(page, pages - 1)
    shown = ordered[page * PAGE : (page + 1) * PAGE]
    names = await _names(session, [claim for claim, _ in shown])
    return WaitingPage(
        await read_card(session, event),
        tuple(_waiting(claim, group, limits, names, numbers) for claim, group in shown),
        page,
        pages,
        len(ordered),
    )


def _waiting(
    claim: Claim,
    group: Group,
    limits: Sequence[Limit],
    names: dict[int, str],
    numbers: dict[int, int],
) -> Waiting:
    own = claim.registration
    return Waiting(
        registration_id=own.id,
        name=names.get(own.participant_id, ""),
        role=own.role,
        number=numbers[claim.number],
        session_id=claim.session_id,
        full=tuple(limit.label for limit in lacking(group, limits)),
        together=len(group) > 1,
    )


async def _names(session: AsyncSession, claims: Sequence[Claim]) -> dict[int, str]:
    ids = {claim.registration.participant_id for claim in claims}
    found = await session.execute(
        select(Participant.id, Participant.name).where(Participant.id.in_(ids))
    )
    return {person: name or "" for person, name in found}
