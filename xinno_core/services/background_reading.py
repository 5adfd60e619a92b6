"""Reading what a batch of due notices refers to: a handful of queries, whatever it holds."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.languages import LanguageMap
from xinno_core.models import (
    Ballot,
    Base,
    Broadcast,
    Consent,
    Event,
    EventSession,
    Media,
    Notice,
    NoticeKind,
    Organisation,
    Participant,
    Purpose,
    Region,
    Registration,
    Role,
    RoleGrant,
    Rule,
    SessionSeat,
    Survey,
    SurveyAction,
)
from xinno_core.services import series
from xinno_core.services.backgrounds import Background
from xinno_core.services.broadcast_figures import read_figures
from xinno_core.services.contents import File, media_ids
from xinno_core.services.enquiry_cards import read_cards
from xinno_core.services.events import card_of
from xinno_core.services.outbox import WAITING
from xinno_core.services.pictures import read_pictures
from xinno_core.services.readers import read_readers

TELLS_AGENDA = {NoticeKind.CONFIRMATION, NoticeKind.REMINDER}
"""What names the sessions of the event, or the workshops that one has chosen."""

Row = TypeVar("Row", bound=Base)


async def read_background(
    session: AsyncSession, due: Sequence[Notice], *, now: datetime
) -> Background:
    """Read what a batch of due notices refers to."""
    people = {notice.participant_id for notice in due}
    event_ids = {notice.event_id for notice in due if notice.event_id}
    event_ids |= _named(due, "next_event_id")
    event_ids |= {event_id for notice in due for event_id in notice.params.get("also", ())}
    session_ids = _named(due, "session_id")
    survey_ids, done_ids = _named(due, "survey_id"), _named(due, "broadcast_id")
    registrations = (
        await session.scalars(
            select(Registration)
            .where(Registration.event_id.in_(event_ids), Registration.participant_id.in_(people))
            .execution_options(populate_existing=True)
        )
    ).all()
    seats = await session.scalars(
        select(SessionSeat)
        .where(SessionSeat.registration_id.in_([row.id for row in registrations]))
        .execution_options(populate_existing=True)
    )
    requests = await session.execute(
        select(Registration, Participant, Organisation)
        .join(Participant, Participant.id == Registration.participant_id)
        .outerjoin(Organisation, Organisation.id == Participant.organisation_id)
        .where(Registration.id.in_(_named(due, "registration_id")))
        .execution_options(populate_existing=True)
    )
    # Rules are expanded in the order of their times; what was held has another time by now.
    newest = await session.execute(
        select(Notice.participant_id, Notice.event_id, Notice.kind, func.max(Notice.id))
        .where(
            Notice.participant_id.in_(people),
            Notice.state.in_(WAITING),
            Notice.rule_id.is_not(None),
            Notice.due_at <= now,
        )
        .group_by(Notice.participant_id, Notice.event_id, Notice.kind)
    )
    grants = (
        await session.execute(
            select(
                RoleGrant.role, RoleGrant.region_id, RoleGrant.pilot_id, RoleGrant.participant_id
            ).where(
                RoleGrant.participant_id.in_(people),
                RoleGrant.role.in_((Role.ORGANISER, Role.LEAD)),
            )
        )
    ).all()
    voted = await session.execute(
        select(Ballot.survey_id, Ballot.participant_id).where(
            tuple_(Ballot.survey_id, Ballot.participant_id).in_(
                [(survey, person) for survey in survey_ids for person in people]
            )
        )
    )
    events = await _by_id(session, Event, event_ids)
    broadcasts = await _by_id(
        session,
        Broadcast,
        {notice.broadcast_id for notice in due if notice.broadcast_id} | done_ids,
    )
    regions = {region.id: region for region in await session.scalars(select(Region))}
    thanked = [
        card_of(events[notice.event_id], regions[events[notice.event_id].region_id])
        for notice in due
        if notice.kind is NoticeKind.THANKS and notice.event_id in events
    ]
    rules = await _by_id(
        session,
        Rule,
        {notice.rule_id for notice in due if notice.rule_id} | _named(due, "rule_id"),
    )
    return Background(
        now=now,
        people=await _by_id(session, Participant, people),
        events=events,
        regions=regions,
        registrations={(row.event_id, row.participant_id): row for row in registrations},
        rules=rules,
        pictures=await read_pictures(session, due, rules, now=now),
        surveys=await _by_id(session, Survey, survey_ids),
        broadcasts=broadcasts,
        sessions=await _by_id(session, EventSession, session_ids),
        agendas=await _read_agendas(session, due),
        following=await series.list_next(session, thanked, now=now),
        seats={(seat.registration_id, seat.session_id): seat for seat in seats},
        requests={row.id: (row, person, organisation) for row, person, organisation in requests},
        consenting=await _consenting(session, people),
        voted=frozenset((survey, person) for survey, person in voted),
        newest={(person, event or 0, kind): last for person, event, kind, last in newest},
        organisers=frozenset(
            (region or 0, person) for role, region, _, person in grants if role is Role.ORGANISER
        ),
        leads=frozenset(
            (pilot or 0, person) for role, _, pilot, person in grants if role is Role.LEAD
        ),
        actions=await _read_actions(session, due),
        figures=await read_figures(session, done_ids, now=now),
        authors=await _by_id(session, Participant, {row.author_id for row in broadcasts.values()}),
        files=await read_files(
            session, {one for row in broadcasts.values() for one in media_ids(row.content)}
        ),
        enquiries=await read_cards(session, _named(due, "enquiry_id")),
        readers=await read_readers(session, due, now=now),
    )


async def read_files(session: AsyncSession, ids: set[int]) -> Mapping[int, File]:
    """Return the files that may still be shown, by the id of their media."""
    if not ids:
        return {}
    found = await session.execute(
        select(Media.id, Media.kind, Media.file_id).where(
            Media.id.in_(ids), Media.stopped_at.is_(None)
        )
    )
    return {media_id: File(kind, file_id) for media_id, kind, file_id in found}


async def _read_actions(
    session: AsyncSession, due: Sequence[Notice]
) -> Mapping[int, tuple[LanguageMap, ...]]:
    """Return what follows from the surveys whose actions are told, in their order."""
    told = [one for one in due if one.kind is NoticeKind.SURVEY_ACTIONS]
    if not told:
        return {}
    found = await session.scalars(
        select(SurveyAction)
        .where(SurveyAction.survey_id.in_(_named(told, "survey_id")))
        .order_by(SurveyAction.survey_id, SurveyAction.number)
    )
    actions: dict[int, tuple[LanguageMap, ...]] = {}
    for one in found:
        actions[one.survey_id] = (*actions.get(one.survey_id, ()), one.text)
    return actions


async def _by_id(session: AsyncSession, table: type[Row], ids: set[int]) -> dict[int, Row]:
    if not ids:
        return {}
    key: Any = table.__mapper__.primary_key[0]
    key_of = attrgetter(key.name)
    found = await session.scalars(
        select(table).where(key.in_(ids)).execution_options(populate_existing=True)
    )
    return {key_of(row): row for row in found}


async def _read_agendas(
    session: AsyncSession, due: Sequence[Notice]
) -> Mapping[int, Sequence[EventSession]]:
    """Return the sessions of the events whose agenda is told about."""
    event_ids = {notice.event_id for notice in due if notice.kind in TELLS_AGENDA}
    if not event_ids:
        return {}
    found = await session.scalars(
        select(EventSession)
        .where(EventSession.event_id.in_(event_ids))
        .order_by(EventSession.starts_at, EventSession.id)
        .execution_options(populate_existing=True)
    )
    agendas: dict[int, list[EventSession]] = {}
    for one in found:
        agendas.setdefault(one.event_id, []).append(one)
    return agendas


async def _consenting(session: AsyncSession, people: set[int]) -> Mapping[Purpose, frozenset[int]]:
    newest = (
        select(func.max(Consent.id))
        .where(Consent.participant_id.in_(people))
        .group_by(Consent.participant_id, Consent.purpose)
    )
    found = await session.execute(
        select(Consent.purpose, Consent.participant_id).where(
            Consent.id.in_(newest), Consent.given.is_(True)
        )
    )
    given: dict[Purpose, set[int]] = {}
    for purpose, person in found:
        given.setdefault(purpose, set()).add(person)
    return {purpose: frozenset(persons) for purpose, persons in given.items()}


def _named(due: Sequence[Notice], name: str) -> set[int]:
    """Return the ids that the notices of a batch carry under this name."""
    return {notice.params[name] for notice in due if name in notice.params}
