"""What a batch of due notices refers to: read at once, for the gate and for the texts.

A handful of queries whatever the batch holds; who claims notices asks here what the gate looks at
and what a text needs.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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
    EventState,
    Media,
    Notice,
    NoticeClass,
    NoticeKind,
    Organisation,
    Participant,
    Purpose,
    Region,
    Registration,
    RegistrationState,
    Role,
    RoleGrant,
    Rule,
    SessionSeat,
    Survey,
    SurveyAction,
    Topic,
)
from xinno_core.services import gate, series
from xinno_core.services.broadcast_figures import Figures, read_figures
from xinno_core.services.contents import Content, File, media_ids, read_content
from xinno_core.services.enquiry_cards import EnquiryCard, read_cards
from xinno_core.services.events import EventCard, Slot, card_of, slot_of
from xinno_core.services.outbox import FOR_ORGANISERS, FOR_REPORTERS, WAITING
from xinno_core.services.pictures import Pictures, Withdrawal, a_day_later, read_pictures, rule_of
from xinno_core.services.preferences import USUAL_PACE
from xinno_core.services.readers import Readers, read_readers
from xinno_core.services.showing import PREVIEW, Showing

TELLS_AGENDA = {NoticeKind.CONFIRMATION, NoticeKind.REMINDER}
"""What names the sessions of the event, or the workshops that one has chosen."""


@dataclass(frozen=True)
class Asker:
    """Who asks an organiser for a place, and as what."""

    registration_id: int
    name: str
    organisation: str
    role: str


@dataclass(frozen=True)
class DueNotice:
    """One notice that may go: to whom, in which language, and what it is about."""

    id: int
    participant_id: int
    telegram_id: int
    language: str
    tone: str
    kind: NoticeKind
    params: Mapping[str, Any]
    now: datetime
    card: EventCard | None = None
    text: LanguageMap | None = None
    lead: str = "en"
    survey_id: int | None = None
    survey_title: LanguageMap = field(default_factory=dict)
    asks_ahead: bool = False  # the survey is answered before the event
    actions: tuple[LanguageMap, ...] = ()  # what follows from the survey
    figures: Figures | None = None  # of the announcement
    author: str = ""  # who wrote it
    slot: Slot | None = None  # the session that an offer or a change is about
    next_card: EventCard | None = None  # the next event of the series
    chosen: tuple[Slot, ...] = ()  # the workshops in which the reader has a seat
    asker: Asker | None = None
    enquiry: EnquiryCard | None = None  # a question to the organisers, perhaps with its answer
    word: str | None = None  # the organiser's, with a yes or a no
    state: RegistrationState | None = None  # where the reader stands at the event
    broadcast_id: int | None = None
    version: int = 0  # of the announcement
    content: Content | None = None  # what an organiser composed, in the language chosen for them
    content_language: str = ""
    files: Mapping[int, File] = field(default_factory=dict)  # of the content, what may be shown
    parts_sent: int = 0  # messages of this notice that Telegram has already
    telegram_ids: tuple[int, ...] = ()  # and their ids
    notice_class: NoticeClass = NoticeClass.SERVICE
    pace: int = USUAL_PACE  # optional messages a week that the reader wants
    also: tuple[EventCard, ...] = ()  # other events that a reminder speaks for
    showing: Showing | None = None  # the pictures and articles of an event
    withdrawal: Withdrawal | None = None  # who does not want to be shown
    a_day_later: int = 0  # the offset that a rule would have then


Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True)
class Background:
    """Everything a batch refers to, read at once."""

    now: datetime
    people: Mapping[int, Participant]
    events: Mapping[int, Event]
    regions: Mapping[int, Region]
    registrations: Mapping[tuple[int, int], Registration]
    rules: Mapping[int, Rule]
    surveys: Mapping[int, Survey]
    broadcasts: Mapping[int, Broadcast]
    sessions: Mapping[int, EventSession]
    agendas: Mapping[int, Sequence[EventSession]]
    following: Mapping[int, EventCard]
    seats: Mapping[tuple[int, int], SessionSeat]
    requests: Mapping[int, tuple[Registration, Participant, Organisation | None]]
    consenting: Mapping[Purpose, frozenset[int]]
    voted: frozenset[tuple[int, int]]
    newest: Mapping[tuple[int, int, NoticeKind], int]
    organisers: frozenset[tuple[int, int]]
    leads: frozenset[tuple[int, int]]
    actions: Mapping[int, tuple[LanguageMap, ...]]
    figures: Mapping[int, Figures]
    authors: Mapping[int, Participant]
    files: Mapping[int, File]
    enquiries: Mapping[int, EnquiryCard]
    readers: Readers
    pictures: Pictures

    def at(self, now: datetime, due: Iterable[Notice]) -> "Background":
        """Return the same background at a later moment, when these notices are due together."""
        newest: dict[tuple[int, int, NoticeKind], int] = {}
        for one in due:
            key = (one.participant_id, one.event_id or 0, one.kind)
            if one.rule_id is not None:
                newest[key] = max(newest.get(key, 0), one.id)
        return dataclasses.replace(self, now=now, newest=newest)

    def facts(self, notice: Notice) -> gate.Facts:
        """Return what the gate looks at."""
        person = self.people[notice.participant_id]
        event = self.events.get(notice.event_id or 0)
        region = self._region(notice, event)
        registration = self.registrations.get((notice.event_id or 0, person.id))
        newest = self.newest.get((person.id, notice.event_id or 0, notice.kind))
        survey_id = notice.params.get("survey_id", 0)
        purpose = gate.NEEDS_CONSENT.get(notice.kind)
        return gate.Facts(
            kind=notice.kind,
            notice_class=notice.notice_class,
            useful_until=notice.useful_until,
            has_telegram=person.telegram_id is not None,
            reachable=person.reachable,
            forgotten=person.forgotten_at is not None,
            consents=person.id in self.consenting.get(purpose, ()) if purpose else True,
            event_state=event.state if event else None,
            registration_state=self._state(notice, registration),
            has_answered=(survey_id, person.id) in self.voted,
            asked_before=self.readers.asked[survey_id, person.id],
            is_superseded=notice.rule_id is not None and newest is not None and newest > notice.id,
            keeps_role=self._keeps_role(notice, region),
            is_decided=self._is_decided(notice) or notice.id in self.pictures.settled,
            shows_nothing=self.pictures.shows_nothing(notice),
            leads_nowhere=notice.kind is NoticeKind.NEXT and self._leads_nowhere(notice),
            wanted_states=self._wanted_states(notice),
            in_audience=self._in_audience(notice, registration),
            has_language=self._has_language(notice, person, event),
            topic=self._topic(notice),
            wishes=self.readers.wishes[person.id],
            recent=tuple(self.readers.recent.get(person.id, ())),
            busy_until=self.readers.busy_until.get(person.id),
            country=str(region.organiser.get("country", "")),
            zone=person.zone or (event.zone if event else region.zone),
            quiet_from=region.quiet_from,
            quiet_to=region.quiet_to,
        )

    def due_notice(self, notice: Notice) -> DueNotice:
        """Return what the texts need."""
        person = self.people[notice.participant_id]
        event = self.events.get(notice.event_id or 0)
        rule = rule_of(notice, self.rules)
        survey = self.surveys.get(notice.params.get("survey_id", 0))
        broadcast = self.broadcasts.get(notice.broadcast_id or notice.params.get("broadcast_id", 0))
        slot = self.sessions.get(notice.params.get("session_id", 0))
        registration = self.registrations.get((notice.event_id or 0, person.id))
        agenda = self.agendas.get(notice.event_id or 0, ())
        reads = notice.params.get("language", person.language)
        language = language_read(broadcast, reads, event) if broadcast else ""
        if broadcast and not language and notice.kind is not NoticeKind.BROADCAST:
            language = next(iter(broadcast.content), "")  # who works at it sees it in any
        return DueNotice(
            id=notice.id,
            participant_id=person.id,
            telegram_id=person.telegram_id or 0,
            language=reads,
            tone=self._tone(notice, event, person),
            kind=notice.kind,
            params=notice.params,
            now=self.now,
            card=card_of(event, self.regions[event.region_id], (), agenda) if event else None,
            text=rule.text if rule else None,
            lead=event.lead_language if event else "en",
            survey_id=survey.id if survey else None,
            survey_title=survey.title if survey else {},
            actions=self.actions.get(survey.id, ()) if survey else (),
            asks_ahead=survey is not None and survey.closes_hours_before is not None,
            figures=self.figures.get(broadcast.id) if broadcast else None,
            author=(self.authors[broadcast.author_id].name or "") if broadcast else "",
            slot=slot_of(slot) if slot else None,
            next_card=self._next_card(notice),
            chosen=tuple(
                slot_of(one)
                for one in agenda
                if registration and self._has_seat(registration, one.id)
            ),
            asker=self._asker(notice),
            enquiry=self.enquiries.get(notice.params.get("enquiry_id", 0)),
            word=registration.word if registration else None,
            state=registration.state if registration else None,
            broadcast_id=broadcast.id if broadcast else None,
            version=broadcast.version if broadcast else 0,
            content=read_content(broadcast.content[language]) if broadcast and language else None,
            content_language=language,
            files={**self.files, **self.pictures.files},
            parts_sent=notice.parts_sent,
            telegram_ids=tuple(notice.telegram_ids),
            notice_class=notice.notice_class,
            pace=self.readers.wishes[person.id].pace,
            also=self._also(notice),
            showing=self.pictures.showings.get(notice.id),
            withdrawal=self.pictures.withdrawals.get(notice.id),
            a_day_later=a_day_later(rule) if rule else 0,
        )

    def _keeps_role(self, notice: Notice, region: Region) -> bool:
        """Tell whether the reader still has the role for which this is sent, if it is for one."""
        person = notice.participant_id
        if notice.kind in FOR_REPORTERS and (region.pilot_id, person) in self.leads:
            return True
        needs_role = notice.kind in FOR_ORGANISERS | FOR_REPORTERS or notice.params.get(PREVIEW)
        return not needs_role or (region.id, person) in self.organisers

    def _wanted_states(self, notice: Notice) -> frozenset[RegistrationState] | None:
        """Return the states that an announcement or a rule is for; None where neither says."""
        broadcast = self._broadcast(notice)
        rule = self.rules.get(notice.rule_id or 0)
        named = broadcast.audience.get("states") if broadcast else rule.states if rule else None
        return frozenset(RegistrationState(one) for one in named) if named else None

    def _in_audience(self, notice: Notice, registration: Registration | None) -> bool:
        broadcast = self._broadcast(notice)
        roles = broadcast.audience.get("roles") if broadcast else None
        return not roles or (registration is not None and registration.role in roles)

    def _has_language(self, notice: Notice, person: Participant, event: Event | None) -> bool:
        if notice.kind is NoticeKind.BROADCAST_TEST:
            tried = self.broadcasts.get(notice.params["broadcast_id"])
            return tried is not None and any(tried.content.values())
        broadcast = self._broadcast(notice)
        return broadcast is None or language_for(broadcast, person, event) != ""

    def _topic(self, notice: Notice) -> Topic | None:
        broadcast = self._broadcast(notice)
        return broadcast.topic if broadcast else gate.TOPIC_OF.get(notice.kind)

    def _broadcast(self, notice: Notice) -> Broadcast | None:
        """Return the announcement that a notice brings to one of its audience."""
        if notice.kind is not NoticeKind.BROADCAST:
            return None  # one about an announcement goes to who works at it
        return self.broadcasts.get(notice.broadcast_id or 0)

    def _also(self, notice: Notice) -> tuple[EventCard, ...]:
        """Return the other events of a reminder at which the person still has a place."""
        found = (self.events.get(event_id) for event_id in notice.params.get("also", ()))
        return tuple(
            card_of(event, self.regions[event.region_id])
            for event in found
            if event is not None
            and event.state is EventState.PUBLISHED
            and event.starts_at > self.now
            and self._is_confirmed(event.id, notice.participant_id)
        )

    def _is_confirmed(self, event_id: int, participant_id: int) -> bool:
        own = self.registrations.get((event_id, participant_id))
        return own is not None and own.state is RegistrationState.CONFIRMED

    def _state(self, notice: Notice, registration: Registration | None) -> RegistrationState | None:
        """Return the state that matters: of the session's seat where the notice is about one."""
        if notice.params.get(PREVIEW):
            return RegistrationState.CONFIRMED  # as somebody would get it who has a place
        if registration is None:
            return None
        if notice.kind is NoticeKind.OFFER and "session_id" in notice.params:
            seat = self.seats.get((registration.id, notice.params["session_id"]))
            return seat.state if seat else None
        return registration.state

    def _next_card(self, notice: Notice) -> EventCard | None:
        if notice.kind is NoticeKind.THANKS:
            return self.following.get(notice.event_id or 0)
        after = self.events.get(notice.params.get("next_event_id", 0))
        return card_of(after, self.regions[after.region_id]) if after else None

    def _has_seat(self, registration: Registration, session_id: int) -> bool:
        seat = self.seats.get((registration.id, session_id))
        return seat is not None and seat.state is RegistrationState.CONFIRMED

    def _region(self, notice: Notice, event: Event | None) -> Region:
        """Return whose quiet hours and organisers count; a question may be about no event."""
        named = self.regions.get(notice.params.get("region_id", 0))
        if event is None:
            return named or next(iter(self.regions.values()))
        return self.regions[event.region_id]

    def _tone(self, notice: Notice, event: Event | None, person: Participant) -> str:
        """Return how the reader is addressed: as who writes to them does it."""
        names_region = event is not None or "region_id" in notice.params
        return self._region(notice, event).tone if names_region else person.tone

    def _is_decided(self, notice: Notice) -> bool:
        """Tell whether somebody has answered already, or nobody asks any more."""
        if notice.kind is NoticeKind.ENQUIRY:
            asked = self.enquiries.get(notice.params["enquiry_id"])
            return asked is None or not asked.is_open
        if notice.kind is NoticeKind.ENQUIRY_ANSWER:
            return notice.params["enquiry_id"] not in self.enquiries
        return notice.kind is NoticeKind.REQUEST and self._is_request_decided(notice)

    def _is_request_decided(self, notice: Notice) -> bool:
        found = self.requests.get(notice.params.get("registration_id", 0))
        return found is None or found[0].state is not RegistrationState.REQUESTED

    def _leads_nowhere(self, notice: Notice) -> bool:
        after = self.events.get(notice.params.get("next_event_id", 0))
        own = self.registrations.get((after.id if after else 0, notice.participant_id))
        return (
            after is None
            or after.state is not EventState.PUBLISHED
            or self.now >= after.registration_closes_at
            or (own is not None and own.is_active)
        )

    def _asker(self, notice: Notice) -> Asker | None:
        found = self.requests.get(notice.params.get("registration_id", 0))
        if found is None:
            return None
        registration, person, organisation = found
        return Asker(
            registration.id,
            person.name or "",
            organisation.name if organisation else "",
            registration.role,
        )


def language_for(broadcast: Broadcast, person: Participant, event: Event | None) -> str:
    """Return in which language this reader gets an announcement; "" when they are left out."""
    return language_read(broadcast, person.language, event)


def language_read(broadcast: Broadcast, language: str, event: Event | None) -> str:
    """Return in which language an announcement is read by those who read this one."""
    if language in broadcast.content:
        return language
    lead = event.lead_language if event else "en"
    # A language that nobody read when it was confirmed: chosen since, so the event's own stands in.
    to = broadcast.fallback.get(language, lead)
    return to if to in broadcast.content else ""


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
