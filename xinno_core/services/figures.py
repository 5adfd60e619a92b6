"""Counts of an event, safe to show: no figure tells of fewer than five people.

What is hidden, and what else with it, is decided in services/small_cells.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.languages import INTERFACE_LANGUAGES
from xinno_core.models import Organisation, Participant, Registration, RegistrationState
from xinno_core.services.events import EventCard
from xinno_core.services.profile import ORGANISATION_TYPES, SECTORS
from xinno_core.services.small_cells import at_least_five, hide_small

NOT_GIVEN = ""
"""The part of those of whom nothing is known."""


class Part(StrEnum):
    """By what registrations are counted."""

    ROLE = "role"
    TYPE = "organisation_type"
    SECTOR = "sector"
    LANGUAGE = "language"


@dataclass(frozen=True)
class Line:
    """Figures of one part, such as one role: state to number, None where it is hidden."""

    part: Part
    key: str
    numbers: Mapping[RegistrationState, int | None]


@dataclass(frozen=True)
class Figures:
    """Figures of one event."""

    card: EventCard
    totals: Mapping[RegistrationState, int | None]
    lines: tuple[Line, ...]


async def read_figures(session: AsyncSession, cards: Sequence[EventCard]) -> tuple[Figures, ...]:
    """Return the figures of these events."""
    found = await session.execute(
        select(
            Registration.event_id,
            Registration.state,
            Registration.role,
            Organisation.type,
            Organisation.sector,
            Participant.language,
            func.count(),
        )
        .join(Participant, Participant.id == Registration.participant_id)
        .outerjoin(Organisation, Organisation.id == Participant.organisation_id)
        .where(Registration.event_id.in_([card.id for card in cards]))
        .group_by(
            Registration.event_id,
            Registration.state,
            Registration.role,
            Organisation.type,
            Organisation.sector,
            Participant.language,
        )
    )
    counted: Counter[tuple[int, RegistrationState, Part | None, str]] = Counter()
    for event_id, state, role, type_, sector, language, number in found:
        counted[event_id, state, None, NOT_GIVEN] += number
        for part, key in (
            (Part.ROLE, role),
            (Part.TYPE, type_),
            (Part.SECTOR, sector),
            (Part.LANGUAGE, language),
        ):
            counted[event_id, state, part, key or NOT_GIVEN] += number
    return tuple(_figures(card, counted) for card in cards)


def _figures(
    card: EventCard, counted: Counter[tuple[int, RegistrationState, Part | None, str]]
) -> Figures:
    totals = {
        state: at_least_five(counted[card.id, state, None, NOT_GIVEN])
        for state in RegistrationState
    }
    lines: list[Line] = []
    for part in Part:
        also = {key for event, _, of, key in counted if event == card.id and of is part}
        keys = _keys(card, part, also)
        by_state = {
            state: hide_small({key: counted[card.id, state, part, key] for key in keys})
            for state in RegistrationState
        }
        lines.extend(
            Line(part, key, {state: by_state[state][key] for state in RegistrationState})
            for key in keys
        )
    return Figures(card, totals, tuple(lines))


def _keys(card: EventCard, part: Part, also: Iterable[str]) -> tuple[str, ...]:
    """Return all parts there may be, whether anybody is in them or not, then others found."""
    match part:
        case Part.ROLE:
            known = tuple(role.key for role in card.roles)
        case Part.TYPE:
            known = (*ORGANISATION_TYPES, NOT_GIVEN)
        case Part.SECTOR:
            known = (*SECTORS, NOT_GIVEN)
        case Part.LANGUAGE:
            known = INTERFACE_LANGUAGES
    return (*known, *sorted(set(also) - set(known)))
