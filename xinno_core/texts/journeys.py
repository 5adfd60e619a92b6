"""What organisers read of an event's journey: what is sent when, to whom, and how it stands."""

from datetime import datetime, time
from typing import assert_never

from babel.dates import format_time
from babel.lists import format_list

from xinno_core.models import NoticeClass, NoticeKind, RegistrationState
from xinno_core.services.events import EventCard
from xinno_core.services.journey_board import JourneyBoard, LineStand, LineView, Stand
from xinno_core.services.journey_desk import (
    NothingChanges,
    Paused,
    PauseOutcome,
    Resumed,
    ResumeOutcome,
)
from xinno_core.texts import notices
from xinno_core.texts.actions import (
    ManageEvent,
    OpenJourney,
    OpenRule,
    PauseJourney,
    ResumeJourney,
    SwitchRule,
)
from xinno_core.texts.dates import date_and_time, short_day
from xinno_core.texts.languages import language_name
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.paging import short, turns
from xinno_core.texts.translator import Translator

LONGEST = 3900
"""A preview stands below the line itself where both fit into one message."""


def journey(t: Translator, board: JourneyBoard) -> Message:
    """Show a page of what is sent around an event, one button for each line."""
    card = board.card
    title = t.plain.show(card.title, card.lead_language)
    parts = [t.gettext("<b>Messages of this event: {title}</b>", title=title)]
    if board.paused_at is not None:
        since = date_and_time(t, board.paused_at, card.zone)
        parts.append(t.gettext("<b>Paused since {when}.</b> Nothing of it is sent.", when=since))
        if board.missed:
            parts.append(
                t.ngettext(
                    "{number} message has fallen due meanwhile.",
                    "{number} messages have fallen due meanwhile.",
                    board.missed,
                )
            )
    if not board.lines:
        parts.append(t.gettext("Nothing is planned for this event."))
    parts.extend(_line(t, card, line) for line in board.lines)
    lines = (
        Button(short(_label(t, card, line)), OpenRule(line.rule_id, _reads(t, card)))
        for line in board.lines
    )
    return Message(
        "\n\n".join(parts),
        (
            *rows(*lines),
            *turns(t, board.page, board.pages, lambda page: OpenJourney(card.id, page)),
            *rows(*_switches(t, board)),
            *rows(Button(t.plain.gettext("Back to the event"), ManageEvent(card.id))),
        ),
    )


def line(t: Translator, view: LineView) -> Message:
    """Show one line, and its message as readers of a language will get it."""
    card, shown = view.board.card, view.line
    others = [code for code in card.languages if code != view.language]
    turn = (
        Button(t.plain.gettext("Switch it on"), SwitchRule(shown.rule_id, 1, view.language))
        if shown.stand is Stand.STOPPED
        else Button(t.plain.gettext("Switch it off"), SwitchRule(shown.rule_id, 0, view.language))
    )
    may_turn = view.board.may_switch and shown.stand in {Stand.TO_COME, Stand.STOPPED}
    return Message(
        _line_and_words(t, view),
        rows(
            *(
                Button(
                    t.plain.gettext("Preview: {language}", language=language_name(code, t)),
                    OpenRule(shown.rule_id, code),
                )
                for code in others
            ),
            turn if may_turn else None,
            Button(t.plain.gettext("Messages of this event"), OpenJourney(card.id)),
        ),
    )


def _line_and_words(t: Translator, view: LineView) -> str:
    about = _line(t, view.board.card, view.line)
    if view.says is None:
        nothing = t.gettext("There is nothing to say yet: no next date is open.")
        return about + "\n\n" + nothing
    heading = t.gettext(
        "For readers of {language} it looks like this:", language=language_name(view.language, t)
    )
    words = "\n\n".join((heading, *(one.text for one in notices.notice(view.says))))
    whole = about + "\n\n" + words
    return whole if len(whole) <= LONGEST else words


def paused(t: Translator, outcome: PauseOutcome) -> Message:
    """Say what came of pausing, above the journey."""
    match outcome:
        case Paused(board, held):
            said = t.gettext(
                "<b>Paused.</b> No message of this list is sent until you let it go on. "
                "Confirmations, offers and changes are still sent."
            )
            if held:
                said += "\n" + t.ngettext(
                    "{number} message was about to be sent, and waits, too.",
                    "{number} messages were about to be sent, and wait, too.",
                    held,
                )
            return _above(t, said, board)
        case NothingChanges(board):
            return _above(t, t.gettext("It is so already; nothing to do."), board)
        case _:
            assert_never(outcome)


def resumed(t: Translator, outcome: ResumeOutcome) -> Message:
    """Say what came of letting it go on, above the journey."""
    match outcome:
        case Resumed(board, _, is_sent=True):
            said = t.gettext(
                "<b>It goes on.</b> What fell due meanwhile is sent now where it is still of use: "
                "of each kind only the newest to each person."
            )
            return _above(t, said, board)
        case Resumed(board):
            said = t.gettext("<b>It goes on.</b> What fell due meanwhile is left out.")
            return _above(t, said, board)
        case NothingChanges(board):
            return _above(t, t.gettext("It is so already; nothing to do."), board)
        case _:
            assert_never(outcome)


def _above(t: Translator, said: str, board: JourneyBoard) -> Message:
    under = journey(t, board)
    return Message(said + "\n\n" + under.text, under.buttons)


def _switches(t: Translator, board: JourneyBoard) -> tuple[Button | None, ...]:
    event_id = board.card.id
    if board.paused_at is None:
        pause = Button(t.plain.gettext("Pause these messages"), PauseJourney(event_id))
        return (pause if board.may_pause else None,)
    return (
        Button(t.plain.gettext("Go on, leave out what was missed"), ResumeJourney(event_id, 0)),
        Button(t.plain.gettext("Go on, send what was missed"), ResumeJourney(event_id, 1)),
    )


def _reads(t: Translator, card: EventCard) -> str:
    """Return in which language a message is shown first: the reader's if the event has it."""
    return t.language if t.language in card.languages else card.lead_language


def _label(t: Translator, card: EventCard, line: LineStand) -> str:
    kind = _kind(t.plain, line.kind)
    if line.due_at is None:
        return t.plain.gettext("{kind}: after registration", kind=kind)
    day = short_day(t, line.went_at or line.due_at, card.zone)
    return t.plain.gettext("{day} · {kind}", day=day, kind=kind)


def _line(t: Translator, card: EventCard, line: LineStand) -> str:
    parts = ["<b>" + t.quote(_kind(t.plain, line.kind)) + "</b>"]
    if line.session is not None:
        session = t.plain.show(line.session, card.lead_language)
        parts.append(t.gettext("Session: {session}", session=session))
    parts.append(_sent(t, card, line.went_at) if line.went_at else _when(t, card, line))
    parts.append(t.gettext("To: {people}", people=_people(t.plain, card, line)))
    parts.append(_urgency(t, line.notice_class))
    parts.append(_stands(t, line))
    if line.sent_at is not None and line.went_at is None:
        parts.append(_sent(t, card, line.sent_at))
    return "\n".join(parts)


def _sent(t: Translator, card: EventCard, at: datetime) -> str:
    # Translators: when the last message of a line of the journey went out.
    return t.gettext("Last sent: {when}", when=date_and_time(t, at, card.zone))


def _when(t: Translator, card: EventCard, line: LineStand) -> str:
    if line.due_at is not None:
        when = date_and_time(t, line.due_at, card.zone)
        if line.own_clock:
            return t.gettext("When: {when}, on each reader’s own clock", when=when)
        return t.gettext("When: {when}", when=when)
    if line.hours is not None:
        return t.ngettext(
            "When: {number} hour after each registration",
            "When: {number} hours after each registration",
            line.hours,
        )
    at = _clock(t, line.at or time())
    if not line.days:
        return t.gettext("When: on the day of each registration, {time}", time=at)
    return t.ngettext(
        "When: {number} day after each registration, {time}",
        "When: {number} days after each registration, {time}",
        line.days,
        time=at,
    )


def _clock(t: Translator, at: time) -> str:
    return format_time(at, format="HH:mm", locale=t.locale)


def _people(t: Translator, card: EventCard, line: LineStand) -> str:
    words = {
        RegistrationState.CONFIRMED: t.gettext("everybody with a place"),
        RegistrationState.WAITLISTED: t.gettext("the waiting list"),
        RegistrationState.REQUESTED: t.gettext("who asks for a place"),
        RegistrationState.OFFERED: t.gettext("who is offered a place"),
    }
    known = (card.role(key) for key in line.roles)
    roles = [t.show(role.label, card.lead_language) for role in known if role is not None]
    states = [words[state] for state in line.states if state in words]
    if not roles or not states:
        return format_list([*states, *roles], locale=t.locale)
    return t.gettext(
        "{people}; only: {roles}",
        people=format_list(states, locale=t.locale),
        roles=format_list(roles, locale=t.locale),
    )


def _urgency(t: Translator, notice_class: NoticeClass) -> str:
    match notice_class:
        case NoticeClass.CRITICAL | NoticeClass.ANSWER:
            return t.gettext("Sent at any hour")
        case NoticeClass.SERVICE:
            return t.gettext("Waits for the end of quiet hours")
        case NoticeClass.OPTIONAL:
            return t.gettext("Only to those who agreed, and not too often")
        case _:
            assert_never(notice_class)


def _stands(t: Translator, line: LineStand) -> str:
    counts = t.gettext(
        "Sent: {sent} · waiting: {waiting} · not sent: {dropped}",
        sent=line.sent,
        waiting=line.waiting,
        dropped=line.dropped,
    )
    match line.stand:
        case Stand.DONE:
            return counts
        case Stand.SILENT:
            return t.gettext("Nobody gets it: its time was past, or nobody was meant.")
        case Stand.STOPPED:
            return t.gettext("<b>Switched off</b>")
        case Stand.TO_COME:
            ahead = t.gettext("To come. People it is for now: {number}", number=line.people)
            began = line.sent or line.waiting or line.dropped
            return ahead + "\n" + counts if began else ahead
        case _:
            assert_never(line.stand)


def _kind(t: Translator, kind: NoticeKind) -> str:
    words = {
        NoticeKind.REMINDER: t.gettext("Reminder"),
        NoticeKind.THANKS: t.gettext("Thanks"),
        NoticeKind.SURVEY: t.gettext("Survey"),
        NoticeKind.EXERCISE: t.gettext("Exercise"),
        NoticeKind.NOTE: t.gettext("Note"),
        NoticeKind.NEXT: t.gettext("Next date"),
        NoticeKind.MEDIA: t.gettext("Pictures and articles"),
    }
    return str(words.get(kind, kind))
