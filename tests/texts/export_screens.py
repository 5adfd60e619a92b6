"""The screens of exports, with the longest values that people may give."""

from collections.abc import Callable

from xinno_core.languages import INTERFACE_LANGUAGES
from xinno_core.models import ExportState
from xinno_core.services import export_jobs
from xinno_core.services.events import EventCard
from xinno_core.services.export_jobs import Asked, Cancelled, DueJob, NoAnswersYet, OverBefore
from xinno_core.services.exports import (
    OF_A_REGION,
    WITHOUT_NAMES,
    Exportable,
    Format,
    Kind,
    Overview,
    Separator,
    Span,
    Where,
    Whole,
    Wish,
)
from xinno_core.services.figure_rows import Measure
from xinno_core.services.figures import Count
from xinno_core.texts import exports
from xinno_core.texts.message import Document, Message
from xinno_core.texts.translator import Translator

Shown = Message | tuple[Message, ...]
Make = Callable[[Translator], Shown]

BIGGEST = 999_999_999
MANY = 99_999
NAME = {"en": ("&<b>🏟" * 20)[:79] + "<"}
REASONS = (
    *(export_jobs.FAILED, export_jobs.GAVE_UP, export_jobs.NOT_YOURS),
    *(export_jobs.TOO_FEW, export_jobs.TOO_LARGE, export_jobs.TOO_BIG_TO_SEND),
)


def screens(card: EventCard) -> dict[Callable[..., Shown], list[Make]]:
    """Return each screen with what makes its longest forms."""
    everything = Where(Span.REGION, BIGGEST)
    wish = Wish(everything, Kind.REGISTRATIONS, Format.XLSX, "sk", Separator.SEMICOLON)
    due = DueJob(BIGGEST, "x", 1, "en", "formal", wish, NAME, "k" * 64, BIGGEST)
    page = Exportable(
        (card,) * 6, 1, 3, (Whole(Where(Span.PILOT, BIGGEST), NAME), Whole(everything, NAME))
    )

    def seen(found: Overview, language: str, separator: Separator) -> Make:
        return lambda t: exports.overview(t, found, language=language, separator=separator)

    def shown(found: Overview) -> list[Make]:
        return [
            seen(found, language, separator)
            for language in INTERFACE_LANGUAGES
            for separator in Separator
        ]

    def failed(reason: str) -> Make:
        return lambda t: exports.failed(t, due, reason)

    def over(state: ExportState, reason: str | None) -> Make:
        return lambda t: exports.cancelled(OverBefore(everything, NAME, state, reason), t)

    def file(kind: Kind) -> Make:
        one = DueJob(
            BIGGEST,
            "x",
            1,
            "en",
            "formal",
            Wish(everything, kind, Format.CSV, "en"),
            NAME,
            "k",
            None,
        )
        return lambda t: exports.file(t, one, Document("x", b"x"))

    return {
        exports.event_list: [
            lambda t: exports.event_list(t, Exportable((), 0, 1)),
            lambda t: exports.event_list(t, page),
        ],
        exports.overview: [
            *shown(
                Overview(
                    *(Where(Span.EVENT, BIGGEST), NAME, card, OF_A_REGION, MANY),
                    dict.fromkeys(Measure, Count(MANY, MANY, MANY)),
                )
            ),
            *shown(
                Overview(
                    *(Where(Span.EVENT, BIGGEST), NAME, card, WITHOUT_NAMES, None),
                    dict.fromkeys(Measure, Count()),
                )
            ),
            *shown(Overview(everything, NAME, None, OF_A_REGION, MANY, None)),
        ],
        exports.languages: [lambda t: exports.languages(t, everything, Separator.SEMICOLON)],
        exports.asked: [
            lambda t: exports.asked(Asked(BIGGEST, wish, NAME, is_again=False), t),
            lambda t: exports.asked(Asked(BIGGEST, wish, NAME, is_again=True), t),
            lambda t: exports.asked(NoAnswersYet(everything, NAME), t),
        ],
        exports.cancelled: [
            lambda t: exports.cancelled(Cancelled(everything, NAME), t),
            over(ExportState.DONE, None),
            over(ExportState.CANCELLED, None),
            *(over(ExportState.FAILED, reason) for reason in REASONS),
        ],
        exports.under_way: [
            lambda t: exports.under_way(t, due, MANY, BIGGEST),
            lambda t: exports.under_way(t, due, MANY, None),
        ],
        exports.file: [file(kind) for kind in Kind],
        exports.sent: [lambda t: exports.sent(t, due, BIGGEST)],
        exports.failed: [failed(reason) for reason in REASONS],
    }
