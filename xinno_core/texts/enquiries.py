"""Asking the organisers: what people read before they ask, and the answer they get."""

from typing import assert_never

from xinno_core.models import EnquiryState
from xinno_core.services.asking import Place, Refusal, TooManyOpen, TooManyToday
from xinno_core.services.enquiries import NobodyThere, SendOutcome, Sent
from xinno_core.services.enquiry_cards import EnquiryCard
from xinno_core.services.enquiry_drafts import Kept, NothingToSend, Preview, TooLong
from xinno_core.services.faq import Hit
from xinno_core.texts.actions import (
    AddressText,
    AnswerDidNotHelp,
    AnswerHelped,
    AskOrganiser,
    FaqHelped,
    FormBack,
    FormCancel,
    OpenEvent,
    OpenMenu,
    SendEnquiry,
)
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.paging import short
from xinno_core.texts.translator import Html, Translator

MOST_QUOTED = 600
"""Characters of what somebody wrote that are quoted where other things must be read, too."""


# ── before asking ────────────────────────────────────────────────────────────────────────────
def choice(t: Translator, places: tuple[Place, ...]) -> Message:
    """Ask whom somebody would like to ask."""
    menu = Button(t.plain.gettext("Menu"), OpenMenu())
    if not places:
        return Message(
            t.gettext(
                "<b>Ask the organiser</b>\nThere is nobody to ask at the moment: "
                "no region has an event to come."
            ),
            rows(menu),
        )
    return Message(
        t.gettext(
            "<b>Ask the organiser</b>\nWhom is your question for? "
            "Next you write it, and see who will read it before it is sent."
        ),
        rows(
            *(
                Button(_to(t, place), AskOrganiser(place.event_id, _region_id(place)))
                for place in places
            ),
            menu,
        ),
    )


def address(t: Translator, kept: Kept, topic: str) -> Message:
    """Ask whom a text that is written already is for."""
    return Message(
        t.gettext("<b>Whom is your question for?</b>")
        + "\n\n"
        + quoted(t, kept.text)
        + "\n\n"
        + t.gettext("Nothing is sent yet."),
        rows(
            *kept_buttons(t, kept),
            Button(t.plain.gettext("Change the text"), FormBack(topic, 1)),
            Button(t.plain.gettext("Do not send"), FormCancel(topic)),
        ),
    )


def kept_buttons(t: Translator, kept: Kept) -> list[Button]:
    """Return a button for each of those whom a text may be for."""
    if not kept.places:
        return [Button(t.plain.gettext("Ask the organiser"), AddressText(0, 0, kept.draft_key))]
    return [
        Button(_to(t, place), AddressText(place.event_id, _region_id(place), kept.draft_key))
        for place in kept.places
    ]


def kept_line(t: Translator, kept: Kept) -> str:
    """Say that a text is not lost, and that nobody has it yet."""
    return Html(
        t.gettext(
            "Is this for people? The organisers can answer you here. They would see your name and "
            "organisation with it. Nothing is sent yet:"
        )
        + "\n"
        + quoted(t, kept.text, MOST_QUOTED)
    )


def preview(t: Translator, shown: Preview) -> Message:
    """Show a question as it would be sent: who reads it, who is named, what is known already."""
    place = shown.place
    most = MOST_QUOTED if shown.hits else len(shown.text)
    parts = [
        t.gettext("<b>Your question</b>") + "\n" + quoted(t, shown.text, most),
        _readers(t, shown),
    ]
    if shown.hits:
        parts.append(t.gettext("<b>This was asked before. Does it answer yours?</b>"))
        parts.extend(entry(t, hit, place.lead) for hit in shown.hits)
    send = SendEnquiry(place.event_id, _region_id(place), shown.draft_key)
    yes = t.plain.gettext("Ask anyway") if shown.hits else t.plain.gettext("Send")
    return Message(
        "\n\n".join(parts),
        rows(
            *(_answers_it(t, shown, hit) for hit in shown.hits),
            Button(yes, send),
            Button(t.plain.gettext("Change the text"), FormBack(shown.topic, 1)),
            Button(t.plain.gettext("Do not send"), FormCancel(shown.topic)),
        ),
    )


def sent(t: Translator, outcome: SendOutcome) -> Message:
    """Say what came of sending a question."""
    match outcome:
        case Sent(place):
            said = t.gettext(
                "<b>Your question is with the organisers.</b>\nRegion: {region}\n"
                "Their answer comes here, in this chat.",
                region=t.plain.show(place.region, place.lead),
            )
            return Message(said, rows(*_ways(t, place)))
        case NobodyThere(place):
            said = t.gettext(
                "<b>Not sent.</b> Nobody answers for this region here at the moment: {region}. "
                "Your text is kept. You can write to: {contact}",
                region=t.plain.show(place.region, place.lead),
                contact=place.contact,
            )
            return Message(said, rows(*_ways(t, place)))
        case NothingToSend(place):
            return nothing_to_send(t, place)
        case TooManyOpen() | TooManyToday():
            return refused(t, outcome)
        case _:
            assert_never(outcome)


def nothing_to_send(t: Translator, place: Place) -> Message:
    """Answer a button whose text is sent, dropped, or has a newer version."""
    return Message(
        t.gettext("This text was sent or dropped before, or you have written more since."),
        rows(
            Button(
                t.plain.gettext("Ask the organiser"),
                AskOrganiser(place.event_id, _region_id(place)),
            ),
            *_ways(t, place),
        ),
    )


def refused(t: Translator, refusal: Refusal) -> Message:
    """Say why somebody can't ask at the moment."""
    return Message(refusal_line(t, refusal), rows(Button(t.plain.gettext("Menu"), OpenMenu())))


def refusal_line(t: Translator, refusal: Refusal) -> str:
    """Return the one sentence that says why somebody can't ask at the moment."""
    match refusal:
        case TooManyOpen(number):
            return t.ngettext(
                "{number} question of yours waits for an answer. "
                "You can ask again once one is answered.",
                "{number} questions of yours wait for an answer. "
                "You can ask again once one is answered.",
                number,
            )
        case TooManyToday(number):
            return t.ngettext(
                "You have asked {number} question within a day. Please ask again tomorrow.",
                "You have asked {number} questions within a day. Please ask again tomorrow.",
                number,
            )
        case _:
            assert_never(refusal)


def too_long_line(t: Translator, outcome: TooLong, most: int) -> str:
    """Return the sentence that says how long a question may be."""
    return t.gettext(
        "Your text has {length} characters, at most {most} are possible. "
        "Please shorten it and send it again.",
        length=outcome.length,
        most=most,
    )


def answered_by_faq(t: Translator) -> Message:
    """Say that nothing was sent, because it is answered."""
    return Message(
        t.gettext("Good. Nothing is sent."), rows(Button(t.plain.gettext("Menu"), OpenMenu()))
    )


# ── the answer ───────────────────────────────────────────────────────────────────────────────
def answer(t: Translator, card: EnquiryCard) -> Message:
    """Bring the organisers' words as a reply to the question they answer."""
    parts = [
        t.gettext("<b>The organisers answer you.</b>\nFrom: {organiser}", organiser=card.organiser)
    ]
    if card.message_id is None:  # else Telegram shows above it what it replies to
        parts.append(t.gettext("Your question:") + "\n" + quoted(t, card.text, MOST_QUOTED))
    parts.append(t.quote(card.answer or ""))
    return Message(
        "\n\n".join(parts),
        rows(
            Button(t.plain.gettext("That helped"), AnswerHelped(card.id)),
            Button(t.plain.gettext("Not yet"), AnswerDidNotHelp(card.id)),
            _again(t, card),
        ),
        reply_to=card.message_id,
    )


def helped(t: Translator, card: EnquiryCard) -> Message:
    """Thank for the word that an answer helped; it stays in the chat."""
    if card.state is EnquiryState.OPEN:
        return not_helped(t, card)
    return Message(
        t.gettext("Thank you, that is good to know."),
        rows(_again(t, card), Button(t.plain.gettext("Menu"), OpenMenu())),
        fresh=True,
    )


def not_helped(t: Translator, card: EnquiryCard) -> Message:
    """Say that the question is open again."""
    return Message(
        t.gettext(
            "Your question is open again, and the organisers are told. If something should be "
            "added, press “Ask again” and write it."
        ),
        rows(_again(t, card), Button(t.plain.gettext("Menu"), OpenMenu())),
        fresh=True,
    )


# ── shared ───────────────────────────────────────────────────────────────────────────────────
def quoted(t: Translator, text: str, most: int = 0) -> str:
    """Return what somebody wrote as a quotation, cut where it is longer than it may be here."""
    cut = text if not most or len(text) <= most else text[: most - 1] + "…"
    return Html("<blockquote>" + t.quote(cut) + "</blockquote>")


def entry(t: Translator, hit: Hit, lead: str) -> str:
    """Return one frequent question with its answer."""
    return Html("<b>" + t.show(hit.question, lead) + "</b>\n" + t.show(hit.answer, lead))


def _answers_it(t: Translator, shown: Preview, hit: Hit) -> Button:
    wish = FaqHelped(hit.id, shown.draft_key)
    if len(shown.hits) == 1:
        return Button(t.plain.gettext("This answers it"), wish)
    question = t.plain.show(hit.question, shown.place.lead)
    return Button(short(t.plain.gettext("This answers it: {question}", question=question)), wish)


def _readers(t: Translator, shown: Preview) -> str:
    place = shown.place
    region = t.plain.show(place.region, place.lead)
    lines = [
        t.gettext(
            "Read by the organisers of this region: {region} ({organiser}).",
            region=region,
            organiser=place.organiser,
        )
    ]
    if place.title is not None:
        lines.append(t.gettext("Event: {title}", title=t.plain.show(place.title, place.lead)))
    if not shown.name:
        lines.append(t.gettext("You have not given your name, so none is shown."))
    elif shown.organisation:
        lines.append(
            t.gettext(
                "They see your name and organisation: {name}, {organisation}.",
                name=shown.name,
                organisation=shown.organisation,
            )
        )
    else:
        lines.append(t.gettext("They see your name: {name}.", name=shown.name))
    return Html("\n".join(lines))


def _to(t: Translator, place: Place) -> str:
    where = t.plain.show(place.title or place.region, place.lead)
    # Translators: a button; {where} is the title of an event, or the name of a region.
    return short(t.plain.gettext("Ask the organiser: {where}", where=where))


def _again(t: Translator, card: EnquiryCard) -> Button:
    event_id = card.event_id or 0
    wish = AskOrganiser(event_id, 0 if event_id else card.region_id)
    return Button(t.plain.gettext("Ask again"), wish)


def _ways(t: Translator, place: Place) -> list[Button]:
    menu = Button(t.plain.gettext("Menu"), OpenMenu())
    if not place.event_id:
        return [menu]
    return [Button(t.plain.gettext("Open the event"), OpenEvent(place.event_id)), menu]


def _region_id(place: Place) -> int:
    """Return the region where no event says it already."""
    return 0 if place.event_id else place.region_id
