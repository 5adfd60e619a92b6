"""What the gate is told about one notice of a batch: plain facts, and nothing else."""

from xinno_core.models import (
    Broadcast,
    Event,
    EventState,
    Notice,
    NoticeKind,
    Participant,
    Region,
    Registration,
    RegistrationState,
    Topic,
)
from xinno_core.services import gate
from xinno_core.services.backgrounds import Background, language_for, region_of
from xinno_core.services.outbox import FOR_ORGANISERS, FOR_REPORTERS
from xinno_core.services.showing import PREVIEW


def facts_of(background: Background, notice: Notice) -> gate.Facts:
    """Return what the gate looks at."""
    person = background.people[notice.participant_id]
    event = background.events.get(notice.event_id or 0)
    region = region_of(background, notice, event)
    registration = background.registrations.get((notice.event_id or 0, person.id))
    newest = background.newest.get((person.id, notice.event_id or 0, notice.kind))
    survey_id = notice.params.get("survey_id", 0)
    purpose = gate.NEEDS_CONSENT.get(notice.kind)
    return gate.Facts(
        kind=notice.kind,
        notice_class=notice.notice_class,
        useful_until=notice.useful_until,
        has_telegram=person.telegram_id is not None,
        reachable=person.reachable,
        forgotten=person.forgotten_at is not None,
        consents=person.id in background.consenting.get(purpose, ()) if purpose else True,
        event_state=event.state if event else None,
        registration_state=_state(background, notice, registration),
        has_answered=(survey_id, person.id) in background.voted,
        asked_before=background.readers.asked[survey_id, person.id],
        is_superseded=notice.rule_id is not None and newest is not None and newest > notice.id,
        keeps_role=_keeps_role(background, notice, region),
        is_decided=_is_decided(background, notice) or notice.id in background.pictures.settled,
        shows_nothing=background.pictures.shows_nothing(notice),
        leads_nowhere=notice.kind is NoticeKind.NEXT and _leads_nowhere(background, notice),
        wanted_states=_wanted_states(background, notice),
        in_audience=_in_audience(background, notice, registration),
        has_language=_has_language(background, notice, person, event),
        topic=_topic(background, notice),
        wishes=background.readers.wishes[person.id],
        recent=tuple(background.readers.recent.get(person.id, ())),
        busy_until=background.readers.busy_until.get(person.id),
        country=str(region.organiser.get("country", "")),
        zone=person.zone or (event.zone if event else region.zone),
        quiet_from=region.quiet_from,
        quiet_to=region.quiet_to,
    )


def _keeps_role(background: Background, notice: Notice, region: Region) -> bool:
    """Tell whether the reader still has the role for which this is sent, if it is for one."""
    person = notice.participant_id
    if notice.kind in FOR_REPORTERS and (region.pilot_id, person) in background.leads:
        return True
    needs_role = notice.kind in FOR_ORGANISERS | FOR_REPORTERS or notice.params.get(PREVIEW)
    return not needs_role or (region.id, person) in background.organisers


def _wanted_states(background: Background, notice: Notice) -> frozenset[RegistrationState] | None:
    """Return the states that an announcement or a rule is for; None where neither says."""
    broadcast = _broadcast(background, notice)
    rule = background.rules.get(notice.rule_id or 0)
    named = broadcast.audience.get("states") if broadcast else rule.states if rule else None
    return frozenset(RegistrationState(one) for one in named) if named else None


def _in_audience(background: Background, notice: Notice, registration: Registration | None) -> bool:
    broadcast = _broadcast(background, notice)
    roles = broadcast.audience.get("roles") if broadcast else None
    return not roles or (registration is not None and registration.role in roles)


def _has_language(
    background: Background, notice: Notice, person: Participant, event: Event | None
) -> bool:
    if notice.kind is NoticeKind.BROADCAST_TEST:
        tried = background.broadcasts.get(notice.params["broadcast_id"])
        return tried is not None and any(tried.content.values())
    broadcast = _broadcast(background, notice)
    return broadcast is None or language_for(broadcast, person, event) != ""


def _topic(background: Background, notice: Notice) -> Topic | None:
    broadcast = _broadcast(background, notice)
    return broadcast.topic if broadcast else gate.TOPIC_OF.get(notice.kind)


def _broadcast(background: Background, notice: Notice) -> Broadcast | None:
    """Return the announcement that a notice brings to one of its audience."""
    if notice.kind is not NoticeKind.BROADCAST:
        return None  # one about an announcement goes to who works at it
    return background.broadcasts.get(notice.broadcast_id or 0)


def _state(
    background: Background, notice: Notice, registration: Registration | None
) -> RegistrationState | None:
    """Return the state that matters: of the session's seat where the notice is about one."""
    if notice.params.get(PREVIEW):
        return RegistrationState.CONFIRMED  # as somebody would get it who has a place
    if registration is None:
        return None
    if notice.kind is NoticeKind.OFFER and "session_id" in notice.params:
        seat = background.seats.get((registration.id, notice.params["session_id"]))
        return seat.state if seat else None
    return registration.state


def _is_decided(background: Background, notice: Notice) -> bool:
    """Tell whether somebody has answered already, or nobody asks any more."""
    if notice.kind is NoticeKind.ENQUIRY:
        asked = background.enquiries.get(notice.params["enquiry_id"])
        return asked is None or not asked.is_open
    if notice.kind is NoticeKind.ENQUIRY_ANSWER:
        return notice.params["enquiry_id"] not in background.enquiries
    return notice.kind is NoticeKind.REQUEST and _is_request_decided(background, notice)


def _is_request_decided(background: Background, notice: Notice) -> bool:
    found = background.requests.get(notice.params.get("registration_id", 0))
    return found is None or found[0].state is not RegistrationState.REQUESTED


def _leads_nowhere(background: Background, notice: Notice) -> bool:
    after = background.events.get(notice.params.get("next_event_id", 0))
    own = background.registrations.get((after.id if after else 0, notice.participant_id))
    return (
        after is None
        or after.state is not EventState.PUBLISHED
        or background.now >= after.registration_closes_at
        or (own is not None and own.is_active)
    )
