"""What promised messages say, in the reader's language at the moment of sending."""

import dataclasses
from datetime import datetime, timedelta

from xinno_core.errors import XinnoError
from xinno_core.library.library import exercise as find_exercise
from xinno_core.models import NoticeClass, NoticeKind, Presence, Purpose
from xinno_core.services.backgrounds import DueNotice
from xinno_core.services.events import EventCard
from xinno_core.texts import (
    broadcasts,
    enquiries,
    enquiry_desk,
    exercises,
    media,
    results,
    settings,
    steering,
    survey_actions,
)
from xinno_core.texts.actions import (
    AskFreePlace,
    GetCalendarFile,
    OpenEvent,
    OpenEvents,
    OpenPerson,
    OpenWorkshops,
    RemoveFromCalendar,
    SayPresence,
    SetConsent,
    StartSurvey,
)
from xinno_core.texts.changes import changed
from xinno_core.texts.dates import date_and_time, time_left
from xinno_core.texts.events import (
    dates,
    facts,
    facts_for_confirmed,
    next_date_button,
    workshops_to_choose,
)
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.registration import declined, offer, offer_gone, presence_line
from xinno_core.texts.sessions import session_line, session_lines
from xinno_core.texts.translator import Translator, translator
from xinno_core.texts.workshops import offered_seat_buttons, offered_seat_gone

LATE_IS_KNOWN = timedelta(hours=24)
"""Nobody knows a week before that they will be late."""


def notice(due: DueNotice) -> tuple[Message, ...]:
    """Return the messages of a due notice, nearly always one."""
    t = translator(due.language, due.tone)
    if due.kind in {NoticeKind.BROADCAST, NoticeKind.BROADCAST_TEST}:
        return _with_a_way_to_less(t, due, broadcasts.messages(t, due))
    if due.kind is NoticeKind.BROADCAST_SECOND and due.card is not None:
        return (*broadcasts.messages(t, due), steering.second_asked(t, due, due.card))
    if due.kind is NoticeKind.MEDIA:
        return _with_a_way_to_less(t, due, media.messages(t, due))
    return _with_a_way_to_less(t, due, (_one(t, due),))


def _with_a_way_to_less(
    t: Translator, due: DueNotice, messages: tuple[Message, ...]
) -> tuple[Message, ...]:
    """Put the button for fewer of these under what is optional, and under nothing else."""
    *before, last = messages
    # An album carries no buttons, and at no pace at all nothing optional is sent.
    if due.notice_class is not NoticeClass.OPTIONAL or not due.pace or len(last.media) > 1:
        return messages
    fewer = rows(settings.fewer_button(t, due.pace))
    return (*before, dataclasses.replace(last, buttons=(*last.buttons, *fewer)))


def _one(t: Translator, due: DueNotice) -> Message:
    if due.enquiry is not None and due.kind is NoticeKind.ENQUIRY:
        return enquiry_desk.asked(t, due.enquiry)
    if due.enquiry is not None and due.kind is NoticeKind.ENQUIRY_ANSWER:
        return enquiries.answer(t, due.enquiry)
    if due.card is None:
        msg = f"a notice of kind {due.kind} needs its event"
        raise XinnoError(msg)
    match due.kind:
        case NoticeKind.CONFIRMATION:
            return _confirmation(t, due, due.card)
        case NoticeKind.OFFER:
            return _offer(t, due, due.card, until=datetime.fromisoformat(due.params["until"]))
        case NoticeKind.OFFER_EXPIRED:
            return _offer_expired(t, due, due.card)
        case NoticeKind.REMINDER:
            return _reminder(t, due, due.card)
        case NoticeKind.THANKS:
            return _thanks(t, due, due.card)
        case NoticeKind.SURVEY:
            return _survey(t, due, due.card)
        case NoticeKind.SURVEY_RESULTS:
            return results.news(t, due, due.card)
        case NoticeKind.SURVEY_ACTIONS:
            return survey_actions.notice(t, due, due.card)
        case NoticeKind.EXERCISE:
            return exercises.card(t, find_exercise(due.params["exercise"]))
        case NoticeKind.NOTE:
            return _words(t, due, due.card)
        case NoticeKind.CHANGED:
            return changed(t, due, due.card)
        case NoticeKind.CANCELLED:
            return _cancelled(t, due.card)
        case NoticeKind.REQUEST:
            return _request(t, due, due.card)
        case NoticeKind.MEDIA_MISSING:
            return media.missing(t, due, due.card)
        case NoticeKind.PHOTO_WITHDRAWN:
            return media.withdrawn(t, due, due.card)
        case NoticeKind.DECLINED:
            return Message(
                declined(t, due.card, due.word),
                rows(Button(t.plain.gettext("Open the event"), OpenEvent(due.card.id))),
            )
        case NoticeKind.WAITLISTED:
            return _approved_and_waiting(t, due, due.card)
        case NoticeKind.NEXT:
            return _next(t, due, due.card)
        case NoticeKind.BROADCAST_DONE:
            return steering.done(t, due, due.card)
        case NoticeKind.BROADCAST_STOPPED:
            return steering.stopped(t, due, due.card)
        case _:
            msg = f"nobody has words for a notice of kind {due.kind} yet"
            raise XinnoError(msg)


def words(t: Translator, texts: dict[str, str], card: EventCard) -> Message:
    """Return an organiser's own words under the event's title, whole in one language."""
    chosen = t.content(texts, card.lead_language)
    parts = ["<b>" + t.show(card.title, card.lead_language) + "</b>"]
    if chosen.language != t.language:
        parts.append("<i>" + t.gettext("This message is not available in your language.") + "</i>")
    parts.append(t.show(texts, card.lead_language))
    parts.append(
        "<i>" + t.gettext("From the organiser: {organiser}", organiser=card.organiser) + "</i>"
    )
    return Message(
        "\n\n".join(parts), rows(Button(t.plain.gettext("Open the event"), OpenEvent(card.id)))
    )


def _words(t: Translator, due: DueNotice, card: EventCard) -> Message:
    return words(t, dict(due.text or {}), card)


def _confirmation(t: Translator, due: DueNotice, card: EventCard) -> Message:
    said = t.gettext("<b>Confirmation of registration</b>")
    if due.word:
        said += "\n" + t.gettext("The organiser writes: {word}", word=due.word)
    role = due.params.get("role", "")
    parts = [said, facts_for_confirmed(t, card), *dates(t, card, role)]
    workshops = workshops_to_choose(card, role)
    if workshops:
        until = date_and_time(t, card.registration_closes_at, card.zone)
        parts.append(t.gettext("There are workshops to choose from, until: {when}", when=until))
    parts.append(
        t.gettext(
            "We will remind you in time. If you cannot come, please free your place: "
            "someone else may be waiting."
        )
    )
    return Message(
        "\n\n".join(parts),
        rows(
            Button(t.plain.gettext("Choose workshops"), OpenWorkshops(card.id))
            if workshops
            else None,
            Button(t.plain.gettext("Calendar file"), GetCalendarFile(card.id)),
            Button(t.plain.gettext("Open the event"), OpenEvent(card.id)),
        ),
    )


def _offer(t: Translator, due: DueNotice, card: EventCard, *, until: datetime) -> Message:
    if due.slot is not None:
        return Message(
            t.gettext(
                "<b>A seat in a workshop is free for you.</b>\nIt is held for you until {until}. "
                "After that it goes to the next person in the list.",
                until=date_and_time(t, until, card.zone),
            )
            + "\n\n"
            + session_line(t, card, due.slot)
            + "\n\n"
            + facts(t, card),
            offered_seat_buttons(t, due.slot),
        )
    return offer(t, card, until=until)


def _offer_expired(t: Translator, due: DueNotice, card: EventCard) -> Message:
    if due.slot is not None:
        return Message(
            offered_seat_gone(t)
            + "\n\n"
            + session_line(t, card, due.slot)
            + "\n\n"
            + facts(t, card),
            rows(Button(t.plain.gettext("Workshops"), OpenWorkshops(card.id))),
        )
    return Message(
        offer_gone(t) + "\n\n" + facts(t, card),
        rows(Button(t.plain.gettext("Open the event"), OpenEvent(card.id))),
    )


def _reminder(t: Translator, due: DueNotice, card: EventCard) -> Message:
    starts_at = due.slot.starts_at if due.slot else card.starts_at
    left = time_left(t, starts_at, due.now)
    parts = [
        t.gettext("<b>Reminder</b>") + "\n" + t.gettext("Time until the start: {left}", left=left),
    ]
    if due.slot is not None:
        parts.append(session_line(t, card, due.slot))
        link = due.slot.place.get("link")
        if link:
            parts.append(t.gettext("Link: {link}", link=str(link)))
    parts.append(facts_for_confirmed(t, card))
    if due.chosen:
        parts.append("\n".join([t.gettext("Your workshops:"), *session_lines(t, card, due.chosen)]))
    directions = card.place.get("directions")
    if directions:
        parts.append(t.show(directions, card.lead_language))
    # What was answered stands there when the reminder is shown once more.
    asked = t.gettext("Are you coming?")
    parts.append(presence_line(t, due.presence) if due.presence else asked)
    if due.also:
        parts.append("\n".join(_also(t, other) for other in due.also))
    return Message(
        "\n\n".join(parts),
        rows(
            Button(t.plain.gettext("Coming"), SayPresence(card.id, Presence.COMING.value))
            if due.presence is not Presence.COMING
            else None,
            Button(t.plain.gettext("I will be late"), SayPresence(card.id, Presence.LATE.value))
            if due.presence is not Presence.LATE and starts_at - due.now < LATE_IS_KNOWN
            else None,
            Button(t.plain.gettext("Free my place"), AskFreePlace(card.id)),
        ),
    )


def _also(t: Translator, card: EventCard) -> str:
    # Translators: below a reminder, when reminders of several events had come late.
    return t.gettext(
        "You also have a place: {title}, {when}",
        title=t.plain.show(card.title, card.lead_language),
        when=date_and_time(t, card.starts_at, card.zone),
    )


def _thanks(t: Translator, due: DueNotice, card: EventCard) -> Message:
    return Message(
        t.gettext(
            "<b>Thank you for taking part: {title}</b>\nIt was good to have you with us.",
            title=t.plain.show(card.title, card.lead_language),
        )
        + "\n\n"
        + t.gettext("Organiser: {organiser}", organiser=card.organiser),
        rows(
            next_date_button(t, due.next_card) if due.next_card else None,
            Button(t.plain.gettext("Other events"), OpenEvents(0)),
        ),
    )


def _request(t: Translator, due: DueNotice, card: EventCard) -> Message:
    asker = due.asker
    if asker is None:
        msg = "a request needs somebody who asks"
        raise XinnoError(msg)
    role = card.role(asker.role)
    return Message(
        t.gettext(
            "<b>Someone asks for a place.</b>\n{name}, {organisation}\nRole: {role}",
            name=asker.name,
            organisation=asker.organisation,
            role=t.show(role.label, card.lead_language) if role else asker.role,
        )
        + "\n\n"
        + facts(t, card),
        rows(Button(t.plain.gettext("Open the request"), OpenPerson(asker.registration_id))),
    )


def _approved_and_waiting(t: Translator, due: DueNotice, card: EventCard) -> Message:
    said = t.gettext(
        "<b>The organiser has said yes, and all places are taken at the moment.</b>\n"
        "You are on the waiting list. You will get a message as soon as a place is free for you."
    )
    if "number" in due.params:
        number = due.params["number"]
        said += "\n" + t.gettext("Your number on the waiting list: {number}", number=number)
    if due.word:
        said += "\n" + t.gettext("The organiser writes: {word}", word=due.word)
    return Message(
        said + "\n\n" + facts(t, card),
        rows(Button(t.plain.gettext("Open the event"), OpenEvent(card.id))),
    )


def _next(t: Translator, due: DueNotice, card: EventCard) -> Message:
    if due.next_card is None:
        msg = "an invitation needs the event it invites to"
        raise XinnoError(msg)
    return Message(
        t.gettext(
            "<b>The next date in this series</b>\nLast time: {title}",
            title=t.plain.show(card.title, card.lead_language),
        )
        + "\n\n"
        + facts(t, due.next_card),
        rows(
            Button(t.plain.gettext("Open the event"), OpenEvent(due.next_card.id)),
            Button(
                t.plain.gettext("No more news of next dates"),
                SetConsent(Purpose.INVITATIONS.value, 0, "settings"),
            ),
        ),
    )


def _survey(t: Translator, due: DueNotice, card: EventCard) -> Message:
    title = t.plain.show(card.title, card.lead_language)
    if due.asks_ahead:
        about = t.gettext("Before it begins: {title}", title=title)
        label = t.plain.gettext("Answer now")
    else:
        about = t.gettext("How was it? {title}", title=title)
        label = t.plain.gettext("Give feedback")
    lines = [
        "<b>" + t.show(due.survey_title, card.lead_language) + "</b>",
        about,
        t.ngettext(
            "It takes about {number} minute. Your answers are shown without your name.",
            "It takes about {number} minutes. Your answers are shown without your name.",
            due.survey_minutes,
        ),
        *_until(t, due, card),
    ]
    return Message("\n".join(lines), rows(Button(label, StartSurvey(due.survey_id or 0))))


def _until(t: Translator, due: DueNotice, card: EventCard) -> list[str]:
    """Say in a reminder that it is one; there and in a last call, until when one can answer."""
    closes_at = due.survey_closes_at
    if "closes" in due.params:
        closes_at = datetime.fromisoformat(due.params["closes"])
    elif not due.reminds:
        return []
    if closes_at is None:
        return []
    until = date_and_time(t, closes_at, card.zone)
    if due.reminds:
        return ["", t.gettext("This is a reminder: you can answer until {when}.", when=until)]
    return ["", t.gettext("Answers can be given until: {when}", when=until)]


def _cancelled(t: Translator, card: EventCard) -> Message:
    return Message(
        t.gettext("<b>This event is cancelled.</b> It will not take place; you need do nothing.")
        + "\n\n"
        + facts(t, card)
        + "\n\n"
        + t.gettext("Organiser: {organiser}", organiser=card.organiser),
        rows(
            Button(t.plain.gettext("Remove from my calendar"), RemoveFromCalendar(card.id)),
            Button(t.plain.gettext("Other events"), OpenEvents(0)),
        ),
    )
