"""What the texts are told about one notice of a batch that may go."""

from xinno_core.models import (
    Event,
    EventState,
    Notice,
    NoticeKind,
    Participant,
    Registration,
    RegistrationState,
)
from xinno_core.services import surveys
from xinno_core.services.backgrounds import Asker, Background, DueNotice, language_read, region_of
from xinno_core.services.contents import read_content
from xinno_core.services.events import EventCard, card_of, slot_of
from xinno_core.services.pictures import a_day_later, rule_of


def due_notice_of(background: Background, notice: Notice) -> DueNotice:
    """Return what the texts need."""
    person = background.people[notice.participant_id]
    event = background.events.get(notice.event_id or 0)
    rule = rule_of(notice, background.rules)
    survey = background.surveys.get(notice.params.get("survey_id", 0))
    broadcast = background.broadcasts.get(
        notice.broadcast_id or notice.params.get("broadcast_id", 0)
    )
    slot = background.sessions.get(notice.params.get("session_id", 0))
    registration = background.registrations.get((notice.event_id or 0, person.id))
    agenda = background.agendas.get(notice.event_id or 0, ())
    reads = notice.params.get("language", person.language)
    language = language_read(broadcast, reads, event) if broadcast else ""
    if broadcast and not language and notice.kind is not NoticeKind.BROADCAST:
        language = next(iter(broadcast.content), "")  # who works at it sees it in any
    return DueNotice(
        id=notice.id,
        participant_id=person.id,
        telegram_id=person.telegram_id or 0,
        language=reads,
        tone=_tone(background, notice, event, person),
        kind=notice.kind,
        params=notice.params,
        now=background.now,
        card=card_of(event, background.regions[event.region_id], (), agenda) if event else None,
        text=rule.text if rule else None,
        lead=event.lead_language if event else "en",
        survey_id=survey.id if survey else None,
        survey_title=survey.title if survey else {},
        actions=background.actions.get(survey.id, ()) if survey else (),
        survey_minutes=surveys.minutes(surveys.fields_of(survey)) if survey else 1,
        survey_closes_at=survey.closes_at if survey else None,
        reminds=survey is not None and background.readers.reminds(notice),
        asks_ahead=survey is not None and survey.closes_hours_before is not None,
        figures=background.figures.get(broadcast.id) if broadcast else None,
        author=(background.authors[broadcast.author_id].name or "") if broadcast else "",
        slot=slot_of(slot) if slot else None,
        next_card=_next_card(background, notice),
        chosen=tuple(
            slot_of(one)
            for one in agenda
            if registration and _has_seat(background, registration, one.id)
        ),
        asker=_asker(background, notice),
        enquiry=background.enquiries.get(notice.params.get("enquiry_id", 0)),
        word=registration.word if registration else None,
        state=registration.state if registration else None,
        broadcast_id=broadcast.id if broadcast else None,
        version=broadcast.version if broadcast else 0,
        content=read_content(broadcast.content[language]) if broadcast and language else None,
        content_language=language,
        files={**background.files, **background.pictures.files},
        parts_sent=notice.parts_sent,
        telegram_ids=tuple(notice.telegram_ids),
        notice_class=notice.notice_class,
        pace=background.readers.wishes[person.id].pace,
        also=_also(background, notice),
        showing=background.pictures.showings.get(notice.id),
        withdrawal=background.pictures.withdrawals.get(notice.id),
        a_day_later=a_day_later(rule) if rule else 0,
    )


def _tone(background: Background, notice: Notice, event: Event | None, person: Participant) -> str:
    """Return how the reader is addressed: as who writes to them does it."""
    names_region = event is not None or "region_id" in notice.params
    return region_of(background, notice, event).tone if names_region else person.tone


def _next_card(background: Background, notice: Notice) -> EventCard | None:
    if notice.kind is NoticeKind.THANKS:
        return background.following.get(notice.event_id or 0)
    after = background.events.get(notice.params.get("next_event_id", 0))
    return card_of(after, background.regions[after.region_id]) if after else None


def _also(background: Background, notice: Notice) -> tuple[EventCard, ...]:
    """Return the other events of a reminder at which the person still has a place."""
    found = (background.events.get(event_id) for event_id in notice.params.get("also", ()))
    return tuple(
        card_of(event, background.regions[event.region_id])
        for event in found
        if event is not None
        and event.state is EventState.PUBLISHED
        and event.starts_at > background.now
        and _is_confirmed(background, event.id, notice.participant_id)
    )


def _is_confirmed(background: Background, event_id: int, participant_id: int) -> bool:
    own = background.registrations.get((event_id, participant_id))
    return own is not None and own.state is RegistrationState.CONFIRMED


def _has_seat(background: Background, registration: Registration, session_id: int) -> bool:
    seat = background.seats.get((registration.id, session_id))
    return seat is not None and seat.state is RegistrationState.CONFIRMED


def _asker(background: Background, notice: Notice) -> Asker | None:
    found = background.requests.get(notice.params.get("registration_id", 0))
    if found is None:
        return None
    registration, person, organisation = found
    return Asker(
        registration.id,
        person.name or "",
        organisation.name if organisation else "",
        registration.role,
    )
