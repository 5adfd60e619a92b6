"""What organisers read of an event's texts: how complete they are, and which are out of date."""

from typing import assert_never

from xinno_core.services.wording import EventText, SaveOutcome, TextDesk, TextKept, TextSaved
from xinno_core.texts.actions import ChooseTexts, EditText, ManageEvent, OpenTexts
from xinno_core.texts.languages import language_name
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.paging import short
from xinno_core.texts.translator import Html, Translator

GLIMPSE = 60


def languages(t: Translator, desk: TextDesk) -> Message:
    """Show how complete the texts are in each language, one button each."""
    card = desk.card
    lines = [_completeness(t, desk, code) for code in desk.languages]
    return Message(
        t.gettext("<b>Texts: {title}</b>", title=t.plain.show(card.title, card.lead_language))
        + "\n\n"
        + "\n".join(lines)
        + "\n\n"
        + t.gettext(
            "What is missing in a language is shown in another one, and said to be so. "
            "A new text in the first language marks the others as older."
        ),
        rows(
            *(
                Button(language_name(code, t), ChooseTexts(card.id, code))
                for code in desk.languages
            ),
            Button(t.plain.gettext("Back to the event"), ManageEvent(card.id)),
        ),
    )


def texts(t: Translator, desk: TextDesk, language: str) -> Message:
    """Show the texts of one language, one button each to write it."""
    card = desk.card
    lines = [_line(t, desk, text, language) for text in desk.texts]
    return Message(
        t.gettext("<b>Texts in: {language}</b>", language=language_name(language, t))
        + "\n\n"
        + "\n".join(lines),
        rows(
            *(
                Button(short(_name(t, desk, text)), EditText(card.id, language, text.key))
                for text in desk.texts
            ),
            Button(t.plain.gettext("Other languages"), OpenTexts(card.id)),
            Button(t.plain.gettext("Back to the event"), ManageEvent(card.id)),
        ),
    )


def saved(t: Translator, outcome: SaveOutcome) -> Message:
    """Say what came of writing a text, above the texts of the language."""
    under = texts(t, outcome.desk, outcome.language)
    return Message(_saved(t, outcome) + "\n\n" + under.text, under.buttons)


def _saved(t: Translator, outcome: SaveOutcome) -> str:
    match outcome:
        case TextSaved(stale=0):
            return t.gettext("<b>Saved.</b> People see it from now on.")
        case TextSaved(stale=stale):
            return t.ngettext(
                "<b>Saved.</b> {number} other language is older now, and marked.",
                "<b>Saved.</b> {number} other languages are older now, and marked.",
                stale,
            )
        case TextKept():
            return t.gettext("The text stays as it is.")
        case _:
            assert_never(outcome)


def _completeness(t: Translator, desk: TextDesk, language: str) -> str:
    found = desk.completeness(language)
    if found.stale:
        return t.gettext(
            "{language}: {written} of {total} texts, older than the first language: {stale}",
            language=language_name(language, t),
            written=found.written,
            total=found.total,
            stale=found.stale,
        )
    return t.gettext(
        "{language}: {written} of {total} texts",
        language=language_name(language, t),
        written=found.written,
        total=found.total,
    )


def _line(t: Translator, desk: TextDesk, text: EventText, language: str) -> str:
    name = Html("<b>" + t.quote(_name(t, desk, text)) + "</b>")
    written = " ".join(text.texts.get(language, "").split())
    if not written:
        return t.gettext("{name}: missing", name=name)
    glimpse = written if len(written) <= GLIMPSE else written[: GLIMPSE - 1] + "…"
    if language in text.stale:
        return t.gettext("{name}: {text} (older)", name=name, text=glimpse)
    return t.gettext("{name}: {text}", name=name, text=glimpse)


def _name(t: Translator, desk: TextDesk, text: EventText) -> str:
    kind = text_kind(t, text.kind)
    if text.of_session is None:
        return kind
    session = t.plain.show(text.of_session, desk.card.lead_language)
    # Translators: {kind} is a kind of text, such as "Title"; {session} the title of a session.
    return t.plain.gettext("{kind} of the session: {session}", kind=kind, session=session)


def text_kind(t: Translator, kind: str) -> str:
    """Return what a kind of text is called."""
    words = {
        "title": t.plain.gettext("Title"),
        "summary": t.plain.gettext("Summary"),
        "programme": t.plain.gettext("Programme"),
        "directions": t.plain.gettext("Directions"),
    }
    return words[kind]
