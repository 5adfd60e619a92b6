"""You said, we did: what organisers write after a survey, and what those asked read of it."""

from collections.abc import Sequence
from typing import assert_never

from xinno_core.languages import LanguageMap
from xinno_core.services.backgrounds import DueNotice
from xinno_core.services.events import EventCard
from xinno_core.services.survey_actions import (
    MOST,
    ActionDesk,
    ChangedSince,
    Saved,
    SaveOutcome,
    TellOutcome,
    Told,
    ToldBefore,
)
from xinno_core.texts.actions import (
    DropSurveyAction,
    OpenEvent,
    OpenSurveyActions,
    OpenSurveyResults,
    PreviewSurveyActions,
    TellSurveyActions,
    WriteSurveyAction,
)
from xinno_core.texts.languages import language_name
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.paging import pairs
from xinno_core.texts.translator import Translator, translator


def desk(t: Translator, shown: ActionDesk) -> Message:
    """Show what is to follow from a survey, and in which languages it is written."""
    lead = shown.card.lead_language
    parts = [
        t.gettext(
            "<b>You said, we did: {title}</b>\nOne to three things that follow from the answers. "
            "Everybody who was asked is told once, whether they answered or not.",
            title=t.plain.show(shown.title, lead),
        )
    ]
    parts.extend(_written(t, shown, number) for number in range(1, len(shown.actions) + 1))
    if shown.was_told:
        parts.append(t.gettext("<b>Told.</b> It can not be changed any more."))
    elif not shown.actions:
        parts.append(t.gettext("Nothing is written yet."))
    return Message("\n\n".join(parts), _buttons(t, shown))


def saved(t: Translator, outcome: SaveOutcome) -> Message:
    """Say what came of writing, above how it stands."""
    match outcome:
        case Saved():
            said = t.gettext("<b>Kept.</b> Nobody is told before you confirm it.")
        case ToldBefore():
            said = t.gettext("<b>This was told already.</b> It can not be changed any more.")
        case ChangedSince():
            said = t.gettext(
                "<b>Not removed.</b> The words have changed since you saw them. Please look again."
            )
        case _:
            assert_never(outcome)
    return _above(said, desk(t, outcome.desk))


def preview(t: Translator, shown: ActionDesk, language: str) -> Message:
    """Show what readers of one language would get, and how many people it would go to."""
    reads = translator(language, t.tone)
    seen = message(reads, shown.card, shown.title, shown.actions)
    said = t.ngettext(
        "<b>Preview.</b> {number} person would get this. Readers of {language} see it like this:",
        "<b>Preview.</b> {number} people would get this. Readers of {language} see it like this:",
        shown.people,
        language=language_name(language, t),
    )
    parts = [said, seen.text]
    if shown.lacking and not shown.was_told:  # before it goes out is the last moment to write it
        lacking = ", ".join(language_name(code, t) for code in shown.lacking)
        parts.append("<b>" + t.gettext("Not written yet: {languages}", languages=lacking) + "</b>")
    others = [code for code in shown.languages if code != language]
    return Message(
        "\n\n".join(parts),
        (
            *rows(
                Button(
                    t.plain.ngettext(
                        "Tell {number} person now", "Tell {number} people now", shown.people
                    ),
                    TellSurveyActions(shown.survey_id, shown.mark),
                )
                if not shown.was_told and shown.actions
                else None
            ),
            *pairs(
                *(
                    Button(language_name(code, t), PreviewSurveyActions(shown.survey_id, code))
                    for code in others
                )
            ),
            *rows(Button(t.plain.gettext("Back"), OpenSurveyActions(shown.survey_id))),
        ),
    )


def told(t: Translator, outcome: TellOutcome) -> Message:
    """Say what came of telling, above how it stands."""
    match outcome:
        case Told(people=people):
            said = t.ngettext(
                "<b>It is on its way</b> to {number} person.",
                "<b>It is on its way</b> to {number} people.",
                people,
            )
        case ToldBefore():
            said = t.gettext("<b>This was told already.</b> Nobody gets it twice.")
        case ChangedSince():
            said = t.gettext(
                "<b>Not sent.</b> The words have changed since you saw them. Please look again."
            )
        case _:
            assert_never(outcome)
    return _above(said, desk(t, outcome.desk))


def notice(t: Translator, due: DueNotice, card: EventCard) -> Message:
    """Return what those who were asked read."""
    return message(t, card, due.survey_title, due.actions)


def message(
    t: Translator, card: EventCard, title: LanguageMap, actions: Sequence[LanguageMap]
) -> Message:
    """Return the actions as they are read: each whole in one language."""
    lead = card.lead_language
    parts = [
        t.gettext(
            "<b>You said, we did</b>\n{event}: {survey}",
            event=t.plain.show(card.title, lead),
            survey=t.plain.show(title, lead),
        ),
        t.gettext("You were asked, and this is what follows from the answers:"),
        *(
            t.gettext("{number}. {text}", number=number, text=t.plain.show(text, lead))
            for number, text in enumerate(actions, start=1)
        ),
    ]
    if any(t.content(text, lead).language != t.language for text in actions):
        parts.append("<i>" + t.gettext("Not all of it is available in your language.") + "</i>")
    parts.append(
        "<i>" + t.gettext("From the organiser: {organiser}", organiser=card.organiser) + "</i>"
    )
    return Message(
        "\n\n".join(parts), rows(Button(t.plain.gettext("Open the event"), OpenEvent(card.id)))
    )


def _written(t: Translator, shown: ActionDesk, number: int) -> str:
    texts = shown.actions[number - 1]
    missing = [language_name(code, t) for code in shown.languages if not texts.get(code)]
    line = t.gettext(
        "{number}. {text}",
        number=number,
        text=t.plain.show(texts, shown.card.lead_language),
    )
    if not missing:
        return line
    return line + "\n" + t.gettext("Missing in: {languages}", languages=", ".join(missing))


def _buttons(t: Translator, shown: ActionDesk) -> tuple[tuple[Button, ...], ...]:
    of = shown.survey_id
    back = rows(Button(t.plain.gettext("Back to the survey"), OpenSurveyResults(of)))
    if shown.was_told:
        return back
    writing = [
        Button(
            t.plain.gettext("{number}, {language}", number=number, language=language_name(code, t)),
            WriteSurveyAction(of, number, code),
        )
        for number in range(1, min(len(shown.actions) + 1, MOST) + 1)
        for code in shown.languages
    ]
    reads = t.language if t.language in shown.languages else shown.languages[0]
    ready = Button(t.plain.gettext("Preview"), PreviewSurveyActions(of, reads))
    drop = Button(t.plain.gettext("Remove the last one"), DropSurveyAction(of, shown.mark))
    return (
        *pairs(*writing),
        *rows(ready if shown.actions else None, drop if shown.actions else None),
        *back,
    )


def _above(said: str, under: Message) -> Message:
    return Message(said + "\n\n" + under.text, under.buttons)
