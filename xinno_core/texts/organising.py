"""What organisers read at their desk: how events stand, and drafts of new ones."""

from collections.abc import Sequence
from typing import assert_never

from xinno_core.languages import INTERFACE_LANGUAGES
from xinno_core.models import EventState, RegistrationState
from xinno_core.services.drafting import (
    FormatChoice,
    NotPublishable,
    Published,
    PublishOutcome,
    TooLateToPublish,
)
from xinno_core.services.enquiry_desk import Shown
from xinno_core.services.events import EventCard, Seats
from xinno_core.services.figure_rows import Level
from xinno_core.services.organising import Board, DeskPage
from xinno_core.texts.actions import (
    AskCancelEvent,
    ChooseFormat,
    CopyEvent,
    ListAnnouncements,
    ListConfirmed,
    ListEnquiries,
    ListPeople,
    ManageEvent,
    OpenAttendance,
    OpenDesk,
    OpenFigures,
    OpenGallery,
    OpenGroup,
    OpenJourney,
    OpenLinks,
    OpenMenu,
    OpenPeople,
    OpenQueue,
    OpenResults,
    OpenSeats,
    OpenSilent,
    OpenTeam,
    OpenTexts,
    PreviewCard,
    Publish,
    ShowFigures,
    StartAnnouncement,
    StartMove,
    StartNew,
)
from xinno_core.texts.dates import date_and_time, short_day
from xinno_core.texts.events import event_card, facts
from xinno_core.texts.groups import board_line
from xinno_core.texts.languages import language_name
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.paging import pairs
from xinno_core.texts.translator import Translator, translator


def desk(t: Translator, page: DeskPage) -> Message:
    """Show the organiser's events, one button each."""
    buttons: list[tuple[Button, ...]] = [
        (Button(_label(t, board), ManageEvent(board.card.id)),) for board in page.boards
    ]
    turns = []
    if page.page > 0:
        turns.append(Button(t.plain.gettext("Earlier"), OpenDesk(page.page - 1)))
    if page.page + 1 < page.pages:
        turns.append(Button(t.plain.gettext("Later"), OpenDesk(page.page + 1)))
    if turns:
        buttons.append(tuple(turns))
    if page.is_organisers:
        buttons.append((_questions(t, 0, page.questions),))
        buttons.append((Button(t.plain.gettext("New event"), StartNew()),))
        buttons.append((Button(t.plain.gettext("Figures"), OpenFigures()),))
        buttons.append((Button(t.plain.gettext("Your team"), OpenTeam()),))
    buttons.append((Button(t.plain.gettext("Menu"), OpenMenu()),))
    if not page.boards and not page.is_organisers:
        said = t.gettext("<b>Your events</b>\nThere is none at the moment.")
        return Message(said, tuple(buttons))
    if not page.boards:
        said = t.gettext("<b>Your events</b>\nThere is none yet. Make one with “New event”.")
        return Message(said, tuple(buttons))
    lines = [t.gettext("<b>Your events</b>\nChoose one to see how it stands.")]
    lines.extend(_desk_line(t, board) for board in page.boards)
    return Message("\n\n".join(lines), tuple(buttons))


def board(t: Translator, shown: Board, links: Sequence[tuple[str, str]] = ()) -> Message:
    """Show how one event stands, with the link for everybody, and what can be done."""
    card = shown.card
    parts = [facts(t, card), _state(t, shown)]
    requests = _open_requests(shown) if shown.is_own else 0
    if requests:
        parts.append(
            "<b>"
            + t.ngettext(
                "{number} person asks for a place and waits for your answer.",
                "{number} people ask for a place and wait for your answer.",
                requests,
            )
            + "</b>"
        )
    if card.state is not EventState.DRAFT:
        parts.append(_counts(t, shown))
    if silent := _silent(shown):
        parts.append(t.gettext("Not answered to the last change: {number}", number=silent))
    if card.limits:
        parts.append("\n".join(_limit(t, shown, seats) for seats in card.limits))
    if card.offers_paused:
        parts.append(t.gettext("<b>Offers are paused:</b> free seats stay with the list."))
    if shown.group is not None:
        parts.append(board_line(t, shown.group))
    if shown.is_own and _takes_place(shown):
        parts.extend(_link(t, address) for role, address in links if not role)
    if not shown.is_own:
        return Message("\n\n".join(parts), rows(*_staff_buttons(t, shown)))
    return Message("\n\n".join(parts), _board_buttons(t, shown))


def formats(t: Translator, choices: Sequence[FormatChoice]) -> Message:
    """Show the formats that an event can be made from."""
    if not choices:
        return Message(
            t.gettext(
                "<b>New event</b>\nYour region has no format yet. "
                "Whoever runs the assistant can import one."
            ),
            rows(Button(t.plain.gettext("Your events"), OpenDesk())),
        )
    return Message(
        t.gettext("<b>New event</b>\nFrom which format?"),
        rows(
            *(
                Button(
                    t.plain.show(choice.title, choice.lead_language),
                    ChooseFormat(choice.blueprint_id),
                )
                for choice in choices
            ),
            Button(t.plain.gettext("Your events"), OpenDesk()),
        ),
    )


def card_preview(t: Translator, shown: Board, language: str) -> Message:
    """Show the event as people with this language will see it."""
    card = shown.card
    said = (
        t.gettext(
            "<b>Draft</b>: until you publish it, only organisers see this event. "
            "For readers of {language} it looks like this:",
            language=language_name(language, t),
        )
        if card.state is EventState.DRAFT
        else t.gettext(
            "For readers of {language} it looks like this:", language=language_name(language, t)
        )
    )
    seen = event_card(translator(language), card, None)
    others = [code for code in _readable(card) if code != language]
    return Message(
        said + "\n\n" + seen.text,
        rows(
            *(
                Button(
                    t.plain.gettext("Card: {language}", language=language_name(code, t)),
                    PreviewCard(card.id, code),
                )
                for code in others
            ),
            Button(t.plain.gettext("Publish"), Publish(card.id))
            if card.state is EventState.DRAFT
            else None,
            Button(t.plain.gettext("Back to the event"), ManageEvent(card.id)),
        ),
    )


def first_language(card: EventCard, reader: str) -> str:
    """Return in which language a card is shown first: the reader's if the event has it."""
    readable = _readable(card)
    return reader if reader in readable else readable[0]


def publish_outcome(
    t: Translator, outcome: PublishOutcome, links: Sequence[tuple[str, str]]
) -> Message:
    """Say what came of publishing, above the event."""
    match outcome:
        case Published(shown):
            return above(t.gettext("<b>Published.</b> People can register now."), t, shown, links)
        case TooLateToPublish(shown):
            closes = date_and_time(t, shown.card.registration_closes_at, shown.card.zone)
            said = t.gettext(
                "<b>Not published.</b> Registration would have closed already: {when}. "
                "Please move the event to a later time first.",
                when=closes,
            )
            return above(said, t, shown)
        case NotPublishable(shown):
            return above(t.gettext("A cancelled event can't be published."), t, shown)
        case _:
            assert_never(outcome)


def above(said: str, t: Translator, shown: Board, links: Sequence[tuple[str, str]] = ()) -> Message:
    """Say something above the event as it stands."""
    under = board(t, shown, links)
    return Message(said + "\n\n" + under.text, under.buttons)


def _label(t: Translator, shown: Board) -> str:
    card = shown.card
    day = short_day(t, card.starts_at, card.zone)
    title = t.plain.show(card.title, card.lead_language)
    if card.state is EventState.DRAFT:
        return t.plain.gettext("{day} · draft: {title}", day=day, title=title)
    return f"{day} · {title}"


def _desk_line(t: Translator, shown: Board) -> str:
    title = "<b>" + t.show(shown.card.title, shown.card.lead_language) + "</b>"
    if shown.card.state is EventState.DRAFT:
        return title + "\n" + _state(t, shown)
    return title + "\n" + _state(t, shown) + "\n" + _total(t, shown)


def _state(t: Translator, shown: Board) -> str:
    match shown.card.state:
        case EventState.DRAFT:
            return t.gettext("State: draft, seen by organisers only")
        case EventState.CANCELLED:
            return t.gettext("State: cancelled")
        case EventState.PUBLISHED if shown.is_over:
            return t.gettext("State: over")
        case EventState.PUBLISHED:
            return t.gettext("State: published")


def _total(t: Translator, shown: Board) -> str:
    return t.gettext(
        "Confirmed: {confirmed} · offered: {offered} · waiting: {waiting} · cancelled: {cancelled}",
        confirmed=shown.number(RegistrationState.CONFIRMED),
        offered=shown.number(RegistrationState.OFFERED),
        waiting=shown.number(RegistrationState.WAITLISTED),
        cancelled=shown.number(RegistrationState.CANCELLED),
    )


def _counts(t: Translator, shown: Board) -> str:
    lines = [_total(t, shown)]
    if len(shown.card.roles) > 1:
        lines.extend(
            t.gettext(
                "{role}: confirmed {confirmed}, offered {offered}, waiting {waiting}",
                role=t.show(role.label, shown.card.lead_language),
                confirmed=shown.number(RegistrationState.CONFIRMED, (role.key,)),
                offered=shown.number(RegistrationState.OFFERED, (role.key,)),
                waiting=shown.number(RegistrationState.WAITLISTED, (role.key,)),
            )
            for role in shown.card.roles
        )
    return "\n".join(lines)


def _limit(t: Translator, shown: Board, seats: Seats) -> str:
    return t.gettext(
        "{label}: {taken} of {seats} taken, {free} free, {waiting} waiting",
        label=t.show(seats.label, shown.card.lead_language),
        taken=seats.taken,
        seats=seats.seats,
        free=seats.free,
        waiting=shown.waiting_for(seats),
    )


def _link(t: Translator, address: str) -> str:
    return t.gettext("Invitation link, for everybody:\n{link}", link=address)


def _board_buttons(t: Translator, shown: Board) -> tuple[tuple[Button, ...], ...]:
    card = shown.card
    is_draft = card.state is EventState.DRAFT
    may_change = is_draft or _takes_place(shown)
    has_people = bool(shown.number(RegistrationState.CONFIRMED))
    requests, unheard = _open_requests(shown), _silent(shown)
    announced = t.plain.gettext("Announcements: {number}", number=shown.announcements)
    change = t.plain.gettext("Delete the draft") if is_draft else t.plain.gettext("Cancel event")
    asking = (
        Button(
            t.plain.gettext("Requests: {number}", number=requests),
            ListPeople(card.id, "", RegistrationState.REQUESTED.value),
        )
        if requests
        else None
    )
    silent = Button(t.plain.gettext("Not answered: {number}", number=unheard), OpenSilent(card.id))
    preview = PreviewCard(card.id, first_language(card, t.language))
    return (
        *rows(
            Button(t.plain.gettext("Publish"), Publish(card.id)) if is_draft else None,
            asking,
            silent if unheard else None,
            _questions(t, card.id, shown.questions) if not is_draft else None,
        ),
        *pairs(
            Button(t.plain.gettext("People"), OpenPeople(card.id)) if not is_draft else None,
            _attendance(t, shown),
            _figures(t, shown) if not is_draft else None,
            Button(t.plain.gettext("Waiting list"), OpenQueue(card.id)) if not is_draft else None,
            Button(t.plain.gettext("Seats"), OpenSeats(card.id)),
            Button(t.plain.gettext("Links"), OpenLinks(card.id)) if not is_draft else None,
            Button(t.plain.gettext("Telegram group"), OpenGroup(card.id)) if not is_draft else None,
            Button(t.plain.gettext("Texts"), OpenTexts(card.id)),
            Button(t.plain.gettext("Messages of this event"), OpenJourney(card.id)),
            Button(t.plain.gettext("Pictures and videos"), OpenGallery(card.id)),
            Button(t.plain.gettext("Survey results"), OpenResults(card.id))
            if not is_draft
            else None,
            Button(t.plain.gettext("Preview of the card"), preview),
        ),
        *rows(
            Button(t.plain.gettext("Announce"), StartAnnouncement(card.id)) if has_people else None,
            Button(announced, ListAnnouncements(card.id)) if shown.announcements else None,
            Button(t.plain.gettext("Change time or place"), StartMove(card.id))
            if may_change
            else None,
        ),
        *pairs(
            Button(t.plain.gettext("Copy this event"), CopyEvent(card.id)),
            Button(change, AskCancelEvent(card.id)) if may_change else None,
        ),
        *rows(Button(t.plain.gettext("Your events"), OpenDesk())),
    )


def _questions(t: Translator, event_id: int, number: int) -> Button:
    label = t.plain.gettext("Questions: {number}", number=number)
    return Button(label, ListEnquiries(event_id, Shown.OPEN.value))


def _takes_place(shown: Board) -> bool:
    """Tell whether people can still be given a place, and can still answer."""
    return shown.card.state is EventState.PUBLISHED and not shown.is_over


def _open_requests(shown: Board) -> int:
    return shown.number(RegistrationState.REQUESTED) if _takes_place(shown) else 0


def _silent(shown: Board) -> int:
    return shown.silent if _takes_place(shown) else 0


def _staff_buttons(t: Translator, shown: Board) -> list[Button | None]:
    has_people = bool(shown.number(RegistrationState.CONFIRMED))
    return [
        Button(t.plain.gettext("Who comes"), ListConfirmed(shown.card.id)) if has_people else None,
        _attendance(t, shown),
        Button(t.plain.gettext("Your events"), OpenDesk()),
    ]


def _figures(t: Translator, shown: Board) -> Button:
    return Button(t.plain.gettext("Figures"), ShowFigures(Level.EVENT.value, shown.card.id))


def _attendance(t: Translator, shown: Board) -> Button | None:
    if not shown.notes_attendance:
        return None
    return Button(t.plain.gettext("Who was there"), OpenAttendance(shown.card.id))


def _readable(card: EventCard) -> list[str]:
    """Return the languages of the event that the assistant speaks, the event's own first."""
    languages = dict.fromkeys((card.lead_language, *card.languages))
    return [code for code in languages if code in INTERFACE_LANGUAGES] or ["en"]
