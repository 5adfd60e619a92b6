"""Frequent questions: as participants read them, and as organisers keep them."""

from xinno_core.services.faq import FaqPage
from xinno_core.services.faq_desk import Entry, EntryPage
from xinno_core.texts.actions import (
    AskOrganiser,
    AskRemoveFaq,
    EditFaq,
    ListEnquiries,
    ListFaq,
    OpenEvent,
    OpenFaq,
    OpenFaqEntry,
    RemoveFaq,
)
from xinno_core.texts.enquiries import entry as words
from xinno_core.texts.languages import language_name
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.paging import short, turns
from xinno_core.texts.translator import Html, Translator


def faq(t: Translator, page: FaqPage) -> Message:
    """Show the frequent questions about an event, with their answers."""
    card = page.card
    title = t.plain.show(card.title, card.lead_language)
    parts = [t.gettext("<b>Frequent questions: {title}</b>", title=title)]
    if not page.hits:
        parts.append(t.gettext("There is none at the moment."))
    parts.extend(words(t, hit, card.lead_language) for hit in page.hits)
    return Message(
        "\n\n".join(parts),
        (
            *turns(t, page.page, page.pages, lambda at: OpenFaq(card.id, at)),
            *rows(
                Button(t.plain.gettext("Ask the organiser"), AskOrganiser(card.id, 0)),
                Button(t.plain.gettext("Open the event"), OpenEvent(card.id)),
            ),
        ),
    )


def entries(t: Translator, page: EntryPage) -> Message:
    """Show the organisers' own list, with how often each entry was shown and helped."""
    head = "<b>" + t.gettext("Frequent questions") + "</b>"
    if page.title is not None:
        head += "\n" + t.show(page.title, page.lead)
    parts = [head]
    if not page.entries:
        parts.append(t.gettext("There is none yet. Make one of a question that you have answered."))
    parts.extend(_line(t, one) for one in page.entries)
    return Message(
        "\n\n".join(parts),
        (
            *rows(
                *(
                    Button(short(t.plain.show(one.question, one.lead)), OpenFaqEntry(one.id))
                    for one in page.entries
                )
            ),
            *turns(t, page.page, page.pages, lambda at: ListFaq(page.event_id, at)),
            *rows(Button(t.plain.gettext("Questions"), ListEnquiries(page.event_id, "open"))),
        ),
    )


def entry(t: Translator, shown: Entry) -> Message:
    """Show one entry in all its languages; the next language that is missing comes first."""
    parts = [_scope(t, shown), *(_in(t, shown, code) for code in shown.question)]
    parts.append(_figures(t, shown))
    return Message("\n\n".join(parts), rows(*_buttons(t, shown)))


def saved(t: Translator, shown: Entry) -> Message:
    """Say that an entry is saved, and lead on to the language that is still missing."""
    under = entry(t, shown)
    said = t.gettext("<b>Saved.</b> People find it before they ask, and on the event's card.")
    if shown.missing:
        said += " " + t.gettext(
            "In other languages it can be left out: its readers get it in another one."
        )
    return Message(said + "\n\n" + under.text, under.buttons)


def ask_remove(t: Translator, shown: Entry) -> Message:
    """Ask before an entry is removed."""
    return Message(
        t.gettext("<b>Remove this from the frequent questions?</b>")
        + "\n\n"
        + "<b>"
        + t.show(shown.question, shown.lead)
        + "</b>",
        rows(
            Button(t.plain.gettext("Yes, remove it"), RemoveFaq(shown.id)),
            Button(t.plain.gettext("No, keep it"), OpenFaqEntry(shown.id)),
        ),
    )


def removed(t: Translator, shown: Entry) -> Message:
    """Say that an entry is removed."""
    return Message(
        t.gettext("<b>Removed:</b> {question}", question=t.plain.show(shown.question, shown.lead)),
        rows(Button(t.plain.gettext("Frequent questions"), ListFaq(shown.event_id or 0))),
    )


def _line(t: Translator, one: Entry) -> str:
    question = "<b>" + t.show(one.question, one.lead) + "</b>"
    return Html(question + "\n" + _scope(t, one) + "\n" + _figures(t, one))


def _scope(t: Translator, one: Entry) -> str:
    if one.title is not None:
        return t.gettext("About the event: {title}", title=t.plain.show(one.title, one.lead))
    region = t.plain.show(one.region, one.lead)
    return t.gettext("About all events of this region: {region}", region=region)


def _figures(t: Translator, one: Entry) -> str:
    return t.gettext("Shown: {shown} · helped: {helped}", shown=one.shown, helped=one.helped)


def _in(t: Translator, shown: Entry, code: str) -> str:
    return Html(
        "<i>"
        + t.quote(language_name(code, t))
        + "</i>\n<b>"
        + t.quote(shown.question[code])
        + "</b>\n"
        + t.quote(shown.answer.get(code, ""))
    )


def _buttons(t: Translator, shown: Entry) -> list[Button]:
    buttons = [
        Button(
            t.plain.gettext("Write it in: {language}", language=language_name(code, t)),
            EditFaq(shown.id, code),
        )
        for code in shown.missing
    ]
    buttons.extend(
        Button(
            t.plain.gettext("Change: {language}", language=language_name(code, t)),
            EditFaq(shown.id, code),
        )
        for code in shown.question
    )
    return [
        *buttons,
        Button(t.plain.gettext("Remove"), AskRemoveFaq(shown.id)),
        Button(t.plain.gettext("Frequent questions"), ListFaq(shown.event_id or 0)),
    ]
