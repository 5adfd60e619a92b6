"""What was and what is: a change in words, what people answer to it, and who has not."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import assert_never

from xinno_core.models import EventState, RegistrationState
from xinno_core.services.backgrounds import DueNotice
from xinno_core.services.differences import (
    Difference,
    Part,
    SessionDifference,
    Stand,
    Times,
    difference,
    from_params,
)
from xinno_core.services.events import EventCard
from xinno_core.services.keeping import (
    ChangedAgain,
    KeepOutcome,
    Kept,
    NothingToKeep,
    Silent,
    SilentPage,
)
from xinno_core.texts.actions import (
    AskFreePlace,
    GetCalendarFile,
    KeepPlace,
    ManageEvent,
    OpenEvent,
    OpenEvents,
    OpenSilent,
    OpenWorkshops,
    TakeSeat,
)
from xinno_core.texts.dates import date_and_time, span, zone_name
from xinno_core.texts.events import facts
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.paging import turns
from xinno_core.texts.translator import Html, Translator

MOST_SESSIONS = 5
"""How many changed sessions one message names; of more it gives the number."""

NOTHING: Mapping[int, str] = MappingProxyType({})
MOST_OF_A_NAME = 50
PARTS = ("name", "address", "room", "link")


def blocks(
    t: Translator, what: Difference, card: EventCard, clashes: Mapping[int, str] = NOTHING
) -> list[str]:
    """Return what is otherwise, and nothing else, in paragraphs.

    `clashes` names by session what else the reader has at its time.
    """
    said = []
    if what.times:
        said.append(_times(t, t.gettext("<b>When</b>"), what.times, card.zone))
    said.extend(_part(t, part) for part in what.parts)
    if what.moves_along:
        said.append(t.gettext("The sessions of the event move along with it."))
    said.extend(
        _session(t, one, card, clashes.get(one.session_id, ""))
        for one in what.sessions[:MOST_SESSIONS]
    )
    more = len(what.sessions) - MOST_SESSIONS
    if more > 0:
        said.append(
            t.ngettext(
                "{number} more session has changed.", "{number} more sessions have changed.", more
            )
        )
    return said


def changed(t: Translator, due: DueNotice, card: EventCard) -> Message:
    """Tell a change, and ask whether the reader stays."""
    has_seat = due.state is RegistrationState.CONFIRMED
    place = {
        part: str(card.place[part])
        for part in PARTS
        if card.place.get(part) and (has_seat or part != "link")
    }
    # How the event stands now is read now; a message that is tried again must not be outdated.
    stands = replace(
        from_params(due.params["now"]), starts_at=card.starts_at, ends_at=card.ends_at, place=place
    )
    known = from_params(due.params["was"])
    if not has_seat:
        known = known.seen(known.sessions.keys(), with_link=False)
    what = difference(known, stands, card.zone)
    answers = _answers(t, due.state, card, due.params["revision"])
    if has_seat and due.params.get("is_chosen"):
        workshops = Button(t.plain.gettext("Workshops"), OpenWorkshops(card.id))
        is_sessions_alone = not (what.times or what.parts)
        # Who can't come to a session alone needs another one, not to give the whole place back.
        answers.insert(len(answers) - 1 if is_sessions_alone else len(answers), workshops)
    return Message(
        "\n\n".join(
            [
                t.gettext("<b>This event has changed.</b>") + "\n" + _title(t, card),
                *blocks(t, what, card, _clashes(t, due, stands, card)),
                _ask(t, due, card),
            ]
        ),
        rows(*answers),
    )


def keep_outcome(t: Translator, outcome: KeepOutcome) -> Message:
    """Say what came of the answer to a change."""
    match outcome:
        case Kept(card, state, offered_until):
            return Message(
                _kept(t, card, state, offered_until) + "\n\n" + facts(t, card),
                rows(
                    Button(t.plain.gettext("New calendar file"), GetCalendarFile(card.id))
                    if state is RegistrationState.CONFIRMED
                    else None,
                    Button(t.plain.gettext("Take the seat"), TakeSeat(card.id))
                    if state is RegistrationState.OFFERED
                    else None,
                    Button(t.plain.gettext("Open the event"), OpenEvent(card.id)),
                ),
            )
        case ChangedAgain(card, revision):
            said = t.gettext(
                "<b>This event has changed once more since that message.</b> "
                "This is how it stands now:"
            )
            return Message(
                said + "\n\n" + facts(t, card),
                rows(*_answers(t, RegistrationState.CONFIRMED, card, revision)),
            )
        case NothingToKeep(card):
            return _nothing_to_keep(t, card)
        case _:
            assert_never(outcome)


def silent(t: Translator, found: SilentPage) -> Message:
    """Show the organiser who has not answered to a change."""
    back = Button(t.plain.gettext("Back to the event"), ManageEvent(found.card.id))
    said = t.gettext("<b>Not answered: {number}</b>", number=found.number)
    parts = [said + "\n" + _title(t, found.card)]
    if found.people:
        parts.append("\n".join(_name(t, one) for one in found.people))
        parts.append(
            t.gettext(
                "They have a confirmed place and were told of the last change. "
                "Who keeps the place or frees it is no longer listed."
            )
        )
    else:
        parts.append(t.gettext("Everyone who was asked has answered."))
    ways = turns(t, found.page, found.pages, lambda at: OpenSilent(found.card.id, at))
    return Message("\n\n".join(parts), (*ways, (back,)))


def _nothing_to_keep(t: Translator, card: EventCard | None) -> Message:
    if card is None:
        said = t.gettext("You have no place at this event.")
    elif card.state is EventState.CANCELLED:
        said = t.gettext("This event is cancelled.") + "\n\n" + facts(t, card)
    else:
        said = t.gettext("There is nothing left to decide here.") + "\n\n" + facts(t, card)
    return Message(said, rows(Button(t.plain.gettext("Other events"), OpenEvents(0))))


def _title(t: Translator, card: EventCard) -> str:
    return Html("<b>" + t.show(card.title, card.lead_language) + "</b>")


def _times(t: Translator, heading: str, times: tuple[Times, Times], zone: str) -> str:
    (was_from, was_to), (now_from, now_to) = times
    new = t.gettext(
        "New: {when} ({zone})",
        when=span(t, now_from, now_to, zone),
        zone=zone_name(t, now_from, zone),
    )
    return "\n".join([heading, _so_far(t, span(t, was_from, was_to, zone)), new])


def _so_far(t: Translator, what: str) -> str:
    # Translators: a time or place that is no longer valid; the new one follows below.
    return t.gettext("So far: {what}", what=what)


def _part(t: Translator, part: Part) -> str:
    headings = {
        "place": t.gettext("<b>Where</b>"),
        "room": t.gettext("<b>Room</b>"),
        "link": t.gettext("<b>Link</b>"),
    }
    lines = [headings[part.key]]
    if part.was:
        lines.append(_so_far(t, part.was))
    if part.now:
        lines.append(t.gettext("New: {what}", what=part.now))
    else:
        lines.append(t.gettext("New: none is named"))
    return "\n".join(lines)


def _clashes(t: Translator, due: DueNotice, stands: Stand, card: EventCard) -> dict[int, str]:
    """Name by moved session the others in which the reader has a seat at that time."""
    return {
        int(key): ", ".join(
            t.plain.show(stands.sessions[other].title, card.lead_language)
            for other in others[:MOST_SESSIONS]
        )
        for key, others in due.params.get("clashes", {}).items()
    }


def _session(t: Translator, one: SessionDifference, card: EventCard, clash: str) -> str:
    heading = t.gettext(
        "<b>Session: {title}</b>", title=t.plain.show(one.title, card.lead_language)
    )
    if one.times is None:
        return "\n".join([heading, *(_part(t, part) for part in one.parts)])
    lines = [_times(t, heading, one.times, card.zone)]
    if clash:
        # Translators: {sessions} are titles of sessions in which the reader has a seat.
        lines.append(t.gettext("At that time you also have: {sessions}", sessions=clash))
    return "\n".join([*lines, *(_part(t, part) for part in one.parts)])


def _ask(t: Translator, due: DueNotice, card: EventCard) -> str:
    match due.state:
        case RegistrationState.OFFERED if "until" in due.params:
            until = datetime.fromisoformat(due.params["until"])
            return t.gettext(
                "A seat is held for you until {until}. Would you like to take it?",
                until=date_and_time(t, until, card.zone),
            )
        case RegistrationState.WAITLISTED:
            return t.gettext("You are still on the waiting list. Would you like to stay on it?")
        case RegistrationState.REQUESTED:
            return t.gettext("Your request is still with the organiser. Does it still stand?")
        case _:
            return t.gettext(
                "Your registration stays as it is. Are you coming all the same? "
                "Please answer with a button: the organiser plans with it."
            )


def _answers(
    t: Translator, state: RegistrationState | None, card: EventCard, revision: int
) -> list[Button]:
    keep = KeepPlace(card.id, revision)
    match state:
        case RegistrationState.OFFERED:
            return [
                Button(t.plain.gettext("Take the seat"), TakeSeat(card.id)),
                Button(t.plain.gettext("Free my place"), AskFreePlace(card.id)),
            ]
        case RegistrationState.WAITLISTED:
            return [
                Button(t.plain.gettext("Stay on the waiting list"), keep),
                Button(t.plain.gettext("Leave the waiting list"), AskFreePlace(card.id)),
            ]
        case RegistrationState.REQUESTED:
            return [
                Button(t.plain.gettext("Keep my request"), keep),
                Button(t.plain.gettext("Withdraw my request"), AskFreePlace(card.id)),
            ]
        case _:
            return [
                Button(t.plain.gettext("Keep my place"), keep),
                Button(t.plain.gettext("New calendar file"), GetCalendarFile(card.id)),
                Button(t.plain.gettext("Free my place"), AskFreePlace(card.id)),
            ]


def _kept(
    t: Translator, card: EventCard, state: RegistrationState, offered_until: datetime | None
) -> str:
    match state:
        case RegistrationState.WAITLISTED:
            return t.gettext("<b>You stay on the waiting list.</b>")
        case RegistrationState.REQUESTED:
            return t.gettext("<b>Your request is with the organiser.</b>")
        case RegistrationState.OFFERED if offered_until is not None:
            until = date_and_time(t, offered_until, card.zone)
            return t.gettext("<b>A seat is held for you until {until}.</b>", until=until)
        case _:
            return t.gettext("<b>Your place stays yours.</b> Thank you for telling us.")


def _name(t: Translator, one: Silent) -> str:
    name, organisation = (_short(text) for text in (one.name, one.organisation))
    if not organisation:
        return t.gettext("· {name}", name=name)
    # Translators: one line of a list of people: the name, and where they come from.
    return t.gettext("· {name}, {organisation}", name=name, organisation=organisation)


def _short(text: str) -> str:
    return text if len(text) <= MOST_OF_A_NAME else text[: MOST_OF_A_NAME - 1] + "…"
