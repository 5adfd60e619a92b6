"""What organisers read of one person at an event, and what came of a decision about them."""

from typing import assert_never

from xinno_core.models import Cause, RegistrationState
from xinno_core.services.approvals import (
    AlreadyDecided,
    Approved,
    ApprovedAndWaits,
    ApproveOutcome,
    DeclinedNow,
    DeclineOutcome,
    TooLateToDecide,
    Withdrawn,
)
from xinno_core.services.events import EventCard
from xinno_core.services.people import Answered, Chosen, Person, Step
from xinno_core.texts.actions import Decide, DecideWithWord, ExplainPerson, OpenPeople
from xinno_core.texts.books import state_word
from xinno_core.texts.channels import channel_name
from xinno_core.texts.dates import clock_time, date_and_time, short_day
from xinno_core.texts.forms import answer, house_option
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.people import event_title, role_label, to_event
from xinno_core.texts.translator import Translator


def person(t: Translator, shown: Person) -> Message:
    """Show one registration: who, where it stands and why, and what can be decided."""
    card = shown.card
    head = t.gettext(
        "<b>{name}</b>\n{organisation}",
        name=shown.name or t.plain.gettext("(erased)"),
        organisation=shown.organisation,
    )
    if shown.organisation_type:
        head += "\n" + house_option(shown.organisation_type, t)
    parts = [head, "\n".join(_standing(t, shown))]
    if shown.chosen:
        parts.append("\n".join(_chosen(t, card, chosen) for chosen in shown.chosen))
    if shown.steps:
        steps = (_step(t, card, step) for step in reversed(shown.steps))
        parts.append("\n".join((t.gettext("<b>What happened</b>"), *steps)))
    if shown.answers:
        answers = (_answered(t, card, answered) for answered in shown.answers)
        parts.append("\n".join((t.gettext("<b>Answers</b>"), *answers)))
    return Message("\n\n".join(parts), rows(*_decisions(t, shown), *_ways(t, shown)))


def decided(t: Translator, outcome: ApproveOutcome | DeclineOutcome, shown: Person) -> Message:
    """Say what came of a decision, above the person's page as it stands."""
    under = person(t, shown)
    return Message(_decided(t, outcome) + "\n\n" + under.text, under.buttons)


def _decided(t: Translator, outcome: ApproveOutcome | DeclineOutcome) -> str:
    match outcome:
        case Approved(_, RegistrationState.OFFERED):
            return t.gettext("<b>Approved.</b> A seat is held for this person, who is told.")
        case Approved():
            return t.gettext("<b>Approved.</b> The place is confirmed, and the person is told.")
        case ApprovedAndWaits(_, number, full):
            return t.gettext(
                "<b>Approved.</b> No seat is free: {limit}. "
                "The person is told, and waits with this number: {number}.",
                limit=t.plain.show(full),
                number=number,
            )
        case DeclinedNow():
            return t.gettext("<b>Declined.</b> The person is told.")
        case AlreadyDecided(_, RegistrationState.REQUESTED):
            return t.gettext("This person has asked anew. Please look at the request as it is now.")
        case AlreadyDecided(_, state):
            return t.gettext("This was decided before. State: {state}", state=state_word(t, state))
        case Withdrawn():
            return t.gettext("This person no longer asks for a place.")
        case TooLateToDecide():
            return t.gettext("This event is cancelled or over; nothing can be decided any more.")
        case _:
            assert_never(outcome)


def _standing(t: Translator, shown: Person) -> list[str]:
    card = shown.card
    lines = [
        t.gettext("Event: {title}", title=event_title(t, card)),
        t.gettext("Role: {role}", role=role_label(t.plain, card, shown.role)),
        t.gettext(
            "State: {state}, since {when}",
            state=state_word(t, shown.state),
            when=date_and_time(t, shown.since, card.zone),
        ),
    ]
    if shown.number is not None:
        lines.append(t.gettext("Number on the waiting list: {number}", number=shown.number))
    if shown.offered_until is not None:
        until = date_and_time(t, shown.offered_until, card.zone)
        lines.append(t.gettext("The seat is held until: {until}", until=until))
    if shown.companion:
        lines.append(t.gettext("Comes together with: {name}", name=shown.companion))
    if shown.channel:
        lines.append(t.gettext("Came by: {channel}", channel=channel_name(t.plain, shown.channel)))
    if shown.word:
        lines.append(t.gettext("Your word to this person: {word}", word=shown.word))
    return lines


def _chosen(t: Translator, card: EventCard, chosen: Chosen) -> str:
    session = t.plain.show(chosen.slot.title, card.lead_language)
    if chosen.number is not None:
        return t.gettext(
            "Session: {session}. {state}, number {number}",
            session=session,
            state=state_word(t, chosen.state),
            number=chosen.number,
        )
    return t.gettext(
        "Session: {session}. {state}", session=session, state=state_word(t, chosen.state)
    )


def _step(t: Translator, card: EventCard, step: Step) -> str:
    when = f"{short_day(t, step.at, card.zone)}, {clock_time(t, step.at, card.zone)}"
    what, why = _what(t, step.state), _why(t, step.cause)
    if step.slot is not None:
        return t.gettext(
            "{when}: {what} (session: {session}). Why: {why}",
            when=when,
            what=what,
            session=t.plain.show(step.slot.title, card.lead_language),
            why=why,
        )
    if step.number is not None:
        # Translators: {what} is for example "seat offered", {why} "a place was given back".
        return t.gettext(
            "{when}: {what} (queue number {number}). Why: {why}",
            when=when,
            what=what,
            number=step.number,
            why=why,
        )
    return t.gettext("{when}: {what}. Why: {why}", when=when, what=what, why=why)


def _what(t: Translator, state: RegistrationState) -> str:
    match state:
        case RegistrationState.REQUESTED:
            return t.plain.gettext("asked for a place")
        case RegistrationState.DECLINED:
            return t.plain.gettext("no place given")
        case RegistrationState.WAITLISTED:
            return t.plain.gettext("on the waiting list")
        case RegistrationState.OFFERED:
            return t.plain.gettext("seat offered")
        case RegistrationState.CONFIRMED:
            return t.plain.gettext("place confirmed")
        case RegistrationState.CANCELLED:
            return t.plain.gettext("no longer registered")


def _why(t: Translator, cause: Cause) -> str:
    match cause:
        case Cause.ASKED:
            return t.plain.gettext("the person asked for it")
        case Cause.GAVE_BACK:
            return t.plain.gettext("the person gave it back")
        case Cause.ACCEPTED:
            return t.plain.gettext("the person accepted the offer")
        case Cause.APPROVED:
            return t.plain.gettext("an organiser said yes")
        case Cause.DECLINED:
            return t.plain.gettext("an organiser said no")
        case Cause.SEAT_FREED:
            return t.plain.gettext("a place was given back")
        case Cause.OFFER_ENDED:
            return t.plain.gettext("an offer ran out")
        case Cause.LIMIT_RAISED:
            return t.plain.gettext("there are more seats")
        case Cause.EVENT_MOVED:
            return t.plain.gettext("the event was moved")
        case Cause.MORNING:
            return t.plain.gettext("the quiet hours were over")
        case Cause.RESUMED:
            return t.plain.gettext("offers go on after a pause")
        case Cause.IMPORTED:
            return t.plain.gettext("the event's file was imported anew")


def _answered(t: Translator, card: EventCard, answered: Answered) -> str:
    lead = card.lead_language
    return t.gettext(
        "{question}\n<i>{answer}</i>",
        question=t.plain.show(answered.field.text, lead),
        answer=answer(answered.field, answered.value, t.plain, lead),
    )


def _decisions(t: Translator, shown: Person) -> list[Button | None]:
    number, revision = shown.registration_id, shown.revision
    yes = (
        t.plain.gettext("Approve")
        if shown.state is RegistrationState.REQUESTED
        else t.plain.gettext("Approve after all")
    )
    return [
        Button(yes, Decide(number, revision, "yes")) if shown.may_approve else None,
        Button(t.plain.gettext("Approve with a word"), DecideWithWord(number, revision, "yes"))
        if shown.may_approve
        else None,
        Button(t.plain.gettext("Decline"), Decide(number, revision, "no"))
        if shown.may_decline
        else None,
        Button(t.plain.gettext("Decline with a word"), DecideWithWord(number, revision, "no"))
        if shown.may_decline
        else None,
    ]


def _ways(t: Translator, shown: Person) -> list[Button]:
    return [
        Button(t.plain.gettext("Messages, and why"), ExplainPerson(shown.registration_id)),
        Button(t.plain.gettext("Other people"), OpenPeople(shown.card.id)),
        to_event(t, shown.card.id),
    ]
