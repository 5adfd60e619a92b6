"""Exports in the chat: which event, what of it, how far the file is, and the file."""

from xinno_core.languages import INTERFACE_LANGUAGES, OWN_NAMES, LanguageMap
from xinno_core.models import ExportState
from xinno_core.services import export_jobs
from xinno_core.services.export_jobs import (
    Asked,
    AskOutcome,
    Cancelled,
    CancelOutcome,
    DueJob,
    NoAnswersYet,
    OverBefore,
)
from xinno_core.services.exports import (
    Exportable,
    Format,
    Kind,
    Overview,
    Separator,
    Span,
    Where,
)
from xinno_core.texts import sav
from xinno_core.texts.actions import (
    CancelExport,
    ChooseExport,
    ChooseExportLanguage,
    Export,
    OpenExports,
    OpenMenu,
    OpenResults,
    ShowFigures,
)
from xinno_core.texts.books import measure_word, shown_total
from xinno_core.texts.dates import short_day
from xinno_core.texts.events import facts
from xinno_core.texts.message import Button, Document, Message, rows
from xinno_core.texts.translator import Translator

FORMATS = {Kind.ANSWERS: (Format.XLSX, Format.CSV, Format.SAV, Format.JSON)}
SPREADSHEETS = (Format.XLSX, Format.CSV)


def event_list(t: Translator, found: Exportable) -> Message:
    """Show the events that can be exported, newest first, one button each."""
    menu = (Button(t.plain.gettext("Menu"), OpenMenu()),)
    if not found.cards:
        return Message(t.gettext("<b>Exports</b>\nThere is no event to export yet."), (menu,))
    buttons: list[tuple[Button, ...]] = [
        (
            Button(
                f"{short_day(t, card.starts_at, card.zone)} · "
                f"{t.plain.show(card.title, card.lead_language)}",
                ChooseExport(Span.EVENT.value, card.id),
            ),
        )
        for card in found.cards
    ]
    turns = []
    if found.page > 0:
        turns.append(Button(t.plain.gettext("Later"), OpenExports(found.page)))
    if found.page + 1 < found.pages:
        turns.append(Button(t.plain.gettext("Earlier"), OpenExports(found.page + 2)))
    if turns:
        buttons.append(tuple(turns))
    wholes = rows(
        *(
            Button(
                t.plain.gettext("All events: {name}", name=t.plain.show(one.name)),
                ChooseExport(one.where.span.value, one.where.id),
            )
            for one in found.wholes
        )
    )
    return Message(
        t.gettext("<b>Exports</b>\nOf which event would you like a file?"),
        (*buttons, *wholes, menu),
    )


def overview(t: Translator, found: Overview, *, language: str, separator: Separator) -> Message:
    """Show how much there is to export, and in which forms."""
    about = (
        facts(t, found.card)
        if found.card is not None
        else t.gettext("<b>{name}</b>\nAll events together", name=t.plain.show(found.name))
    )
    lines = [
        t.gettext("Answers to the survey: {number}", number=shown_total(t, found.answers)),
        *_registrations(t, found),
    ]
    return Message(
        about
        + "\n\n"
        + "\n".join(lines)
        + "\n\n"
        + _what_is_hidden(t, found)
        + "\n\n"
        + t.gettext("Language of the files: {language}", language=OWN_NAMES[language]),
        (
            *rows(
                *(
                    Button(
                        _file_label(t, kind, format_),
                        Export(
                            found.where.span.value,
                            found.where.id,
                            kind.value,
                            format_.value,
                            language,
                            separator.value,
                        ),
                    )
                    for kind in found.kinds
                    for format_ in FORMATS.get(kind, SPREADSHEETS)
                ),
                _other_separator(t, found.where, language, separator),
                Button(
                    t.plain.gettext("Another language for the files"),
                    ChooseExportLanguage(found.where.span.value, found.where.id, separator.value),
                ),
                Button(t.plain.gettext("Survey results"), OpenResults(found.card.id))
                if found.card is not None
                else None,
                Button(
                    t.plain.gettext("Figures"), ShowFigures(found.where.span.value, found.where.id)
                ),
                Button(t.plain.gettext("Other events"), OpenExports(0)),
                Button(t.plain.gettext("Menu"), OpenMenu()),
            ),
        ),
    )


def languages(t: Translator, where: Where, separator: Separator) -> Message:
    """Show in which languages a file can speak."""
    return Message(
        t.gettext("In which language should the labels in the file be?"),
        rows(
            *(
                Button(
                    OWN_NAMES[language],
                    ChooseExport(where.span.value, where.id, language, separator.value),
                )
                for language in INTERFACE_LANGUAGES
            ),
            Button(t.plain.gettext("Back"), ChooseExport(where.span.value, where.id)),
        ),
    )


def asked(outcome: AskOutcome, t: Translator) -> Message:
    """Say that the file is on its way, or why there is none."""
    match outcome:
        case Asked(job_id, wish, name, is_again):
            text = (
                t.gettext(
                    "<b>{title}</b>\n{file}: this file is being made already. "
                    "It comes as a message of its own.",
                    title=t.plain.show(name),
                    file=_file_label(t, wish.kind, wish.format),
                )
                if is_again
                else t.gettext(
                    "<b>{title}</b>\n{file}: the file is being made. "
                    "It comes as a message of its own.",
                    title=t.plain.show(name),
                    file=_file_label(t, wish.kind, wish.format),
                )
            )
            return Message(text, _cancel(t, job_id))
        case NoAnswersYet(where, name):
            return _no_answers(t, where, name)


def cancelled(outcome: CancelOutcome, t: Translator) -> Message:
    """Say that there will be no file, or that it was too late."""
    match outcome:
        case Cancelled(where, name):
            text = t.gettext(
                "<b>{title}</b>\nCancelled: no file is made.", title=t.plain.show(name)
            )
        case OverBefore(where, name, state, reason):
            text = _over(t, name, state, reason)
    return Message(text, _onward(t, where))


def under_way(t: Translator, due: DueJob, done: int, total: int | None) -> Message:
    """Show how far a file is."""
    title, file = t.plain.show(due.name), _file_label(t, due.wish.kind, due.wish.format)
    text = (
        t.gettext(
            "<b>{title}</b>\n{file}: {done} of {total} rows are written.",
            title=title,
            file=file,
            done=done,
            total=total,
        )
        if total
        else t.gettext(
            "<b>{title}</b>\n{file}: {done} rows are written.", title=title, file=file, done=done
        )
    )
    return Message(text, _cancel(t, due.id))


def file(t: Translator, due: DueJob, document: Document) -> Message:
    """Send the file."""
    return Message(_caption(t, due.wish.kind, t.plain.show(due.name)), document=document)


def sent(t: Translator, due: DueJob, number: int) -> Message:
    """Say that the file has been sent."""
    return Message(
        t.gettext(
            "<b>{title}</b>\n{file}: sent. Rows in the file: {number}",
            title=t.plain.show(due.name),
            file=_file_label(t, due.wish.kind, due.wish.format),
            number=number,
        ),
        _onward(t, due.wish.where),
    )


def failed(t: Translator, due: DueJob, reason: str) -> Message:
    """Say that there is no file, and why."""
    if reason == export_jobs.TOO_FEW:
        return _no_answers(t, due.wish.where, due.name)
    return Message(_over(t, due.name, ExportState.FAILED, reason), _onward(t, due.wish.where))


def too_few(t: Translator) -> str:
    """Return the one line that says why there are no answers."""
    return t.plain.gettext("not shown: fewer than 5 answers")


def too_large(t: Translator) -> str:
    """Return the one line that says why there is no SPSS file."""
    return t.plain.gettext(
        "An SPSS file holds up to {number} values (rows times columns) here, and long texts make "
        "it smaller. Please choose CSV or Excel, or fewer events.",
        number=sav.MOST_VALUES,
    )


def _over(t: Translator, name: LanguageMap, state: ExportState, reason: str | None) -> str:
    title = t.plain.show(name)
    if state is ExportState.CANCELLED:
        return t.gettext("<b>{title}</b>\nCancelled: no file is made.", title=title)
    if state is not ExportState.FAILED:
        return t.gettext("<b>{title}</b>\nThe file has been sent already.", title=title)
    match reason:
        case export_jobs.TOO_LARGE:
            return t.gettext(
                "<b>{title}</b>\nNo file was made. {why}", title=title, why=too_large(t)
            )
        case export_jobs.TOO_BIG_TO_SEND:
            return t.gettext(
                "<b>{title}</b>\nThe file is larger than 50 MB, and Telegram takes none like "
                "that. Please choose fewer events, or ask whoever runs the assistant: on the "
                "machine there is no such limit.",
                title=title,
            )
        case export_jobs.NOT_YOURS:
            return t.gettext(
                "<b>{title}</b>\nNo file was made: the role that it needs has ended.", title=title
            )
    return t.gettext(
        "<b>{title}</b>\nThe file could not be made. Please try again; if it fails again, please "
        "tell whoever runs the assistant.",
        title=title,
    )


def _no_answers(t: Translator, where: Where, name: LanguageMap) -> Message:
    return Message(
        t.gettext(
            "<b>{title}</b>\nNot shown: fewer than 5 answers. With so few, it could be told "
            "who said what. The counts can be exported all the same.",
            title=t.plain.show(name),
        ),
        rows(
            Button(t.plain.gettext("Back"), ChooseExport(where.span.value, where.id)),
            Button(t.plain.gettext("Menu"), OpenMenu()),
        ),
    )


def _registrations(t: Translator, found: Overview) -> list[str]:
    if found.registrations is None:
        return []
    return [
        t.gettext(
            "{state}: {number}",
            state=measure_word(t, measure),
            number=count.participations,
        )
        for measure, count in found.registrations.items()
    ]


def _what_is_hidden(t: Translator, found: Overview) -> str:
    hidden = t.gettext(
        "The files do not say who answered; own words may still show it. "
        "Of answers by groups, numbers from 1 to 4 are not shown, nor any that would give one away."
    )
    if Kind.REGISTRATIONS not in found.kinds:
        return hidden
    return (
        hidden
        + " "
        + t.gettext("Lists of registrations and attendance hold names: for your own work only.")
    )


def _other_separator(t: Translator, where: Where, language: str, separator: Separator) -> Button:
    other = Separator.SEMICOLON if separator is Separator.COMMA else Separator.COMMA
    label = (
        t.plain.gettext("CSV: with semicolons instead of commas")
        if other is Separator.SEMICOLON
        else t.plain.gettext("CSV: with commas instead of semicolons")
    )
    return Button(label, ChooseExport(where.span.value, where.id, language, other.value))


def _file_label(t: Translator, kind: Kind, format_: Format) -> str:
    t = t.plain
    match kind, format_:
        case Kind.ANSWERS, Format.XLSX:
            return t.gettext("Answers, Excel")
        case Kind.ANSWERS, Format.CSV:
            return t.gettext("Answers, CSV")
        case Kind.ANSWERS, Format.SAV:
            return t.gettext("Answers, SPSS")
        case Kind.ANSWERS, Format.JSON:
            return t.gettext("Answers, JSON")
        case Kind.FIGURES, Format.XLSX:
            return t.gettext("Figures, Excel")
        case Kind.FIGURES, _:
            return t.gettext("Figures, CSV")
        case Kind.REGISTRATIONS, Format.XLSX:
            return t.gettext("Registrations, Excel")
        case Kind.REGISTRATIONS, _:
            return t.gettext("Registrations, CSV")
        case Kind.ATTENDANCE, Format.XLSX:
            return t.gettext("Attendance, Excel")
        case Kind.ATTENDANCE, _:
            return t.gettext("Attendance, CSV")
        case _, Format.XLSX:
            return t.gettext("Messages, Excel")
        case _:
            return t.gettext("Messages, CSV")


def _caption(t: Translator, kind: Kind, title: str) -> str:
    match kind:
        case Kind.ANSWERS:
            return t.gettext(
                "Answers without names: {title}\nThe codebook in the file explains the columns.",
                title=title,
            )
        case Kind.FIGURES:
            return t.gettext("Figures without names: {title}", title=title)
        case Kind.REGISTRATIONS | Kind.ATTENDANCE:
            return t.gettext("With names, for your own work only: {title}", title=title)
        case Kind.DELIVERIES | Kind.QUESTIONS:
            return t.gettext("Messages and what became of them: {title}", title=title)


def _cancel(t: Translator, job_id: int) -> tuple[tuple[Button, ...], ...]:
    return rows(
        Button(t.plain.gettext("Cancel"), CancelExport(job_id)),
        Button(t.plain.gettext("Menu"), OpenMenu()),
    )


def _onward(t: Translator, where: Where) -> tuple[tuple[Button, ...], ...]:
    return rows(
        Button(t.plain.gettext("More files"), ChooseExport(where.span.value, where.id)),
        Button(t.plain.gettext("Other events"), OpenExports(0)),
        Button(t.plain.gettext("Menu"), OpenMenu()),
    )
