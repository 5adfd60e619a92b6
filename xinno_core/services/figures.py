"""Counts of an event, safe to show: no figure tells of fewer than five people.

A small figure is hidden, and with it as many others as it takes, so that it does not follow from
the total either. All hidden figures look alike: whoever could tell which of them were hidden for
their own sake and which for another's could work some of them out.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.languages import INTERFACE_LANGUAGES
from xinno_core.models import Organisation, Participant, Registration, RegistrationState
from xinno_core.services.events import EventCard
from xinno_core.services.profile import ORGANISATION_TYPES, SECTORS

FEWEST = 5
"""Nothing is shown of fewer people than this, one number everywhere."""

NOT_GIVEN = ""
"""The part of those of whom nothing is known."""

Key = TypeVar("Key")


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


def at_least_five(number: int) -> int | None:
    """Return the number, None when it tells of too few people; nobody is no person."""
    return None if 0 < number < FEWEST else number


def hide_small(numbers: Mapping[Key, int]) -> dict[Key, int | None]:
    """Hide the small numbers of parts whose total is known, and what would give them away.

    Others are hidden in the order of the parts, never by their size, which would tell something of
    it. Where hiding can't be had, or the total is small itself, nothing but the total is left.
    """
    if at_least_five(sum(numbers.values())) is None:
        return dict.fromkeys(numbers)
    hidden = {key for key, number in numbers.items() if at_least_five(number) is None}
    shown = [key for key, number in numbers.items() if number >= FEWEST]
    while hidden and not _is_safe([numbers[key] for key in hidden]):
        if not shown:
            return dict.fromkeys(numbers)
        hidden.add(shown.pop(0))
    return {key: None if key in hidden else number for key, number in numbers.items()}


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


def _is_safe(hidden: Sequence[int]) -> bool:
    """Tell whether none of the hidden numbers follows from their sum, even for who knows this rule.

    Each is one at least, so the sum must leave room for any of them to be five or more; and where
    all are four, nothing but four would fit.
    """
    return (
        len(hidden) > 1
        and sum(hidden) - (len(hidden) - 1) >= FEWEST
        and set(hidden) != {FEWEST - 1}
    )


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
