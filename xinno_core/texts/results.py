"""Results of a survey: who was asked, and its waves, each to be looked at by itself."""

from collections.abc import Iterable
from typing import assert_never

from babel.numbers import format_percent

from xinno_core.models import SurveyMode, WaveEnd
from xinno_core.services.backgrounds import DueNotice
from xinno_core.services.events import EventCard
from xinno_core.services.exports import Span
from xinno_core.services.results import EventSurveys, Stand, WaveLine
from xinno_core.services.waves import (
    Ended,
    EndedBefore,
    LockedOut,
    OpenedBefore,
    TooFewYet,
    WaveOutcome,
)
from xinno_core.texts.actions import (
    AskOpenWave,
    ChooseExport,
    ManageEvent,
    OpenQuestionResults,
    OpenResults,
    OpenSurveyActions,
    OpenSurveyResults,
    OpenWave,
)
from xinno_core.texts.dates import date_and_time
from xinno_core.texts.events import facts
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.paging import short, turns
from xinno_core.texts.translator import Translator

WAVES_ON_A_PAGE = 6


def surveys(t: Translator, found: EventSurveys) -> Message:
    """Show the surveys of an event, one button each."""
    lead = found.card.lead_language
    back = (
        Button(t.plain.gettext("Back to the event"), ManageEvent(found.card.id))
        if found.is_own
        else Button(t.plain.gettext("Back"), ChooseExport(Span.EVENT.value, found.card.id))
    )
    if not found.lines:
        said = t.gettext("<b>Survey results</b>\nThis event has no survey.")
    else:
        said = t.gettext("<b>Survey results</b>\nOf which survey?")
    return Message(
        said + "\n\n" + facts(t, found.card),
        rows(
            *(
                Button(short(t.plain.show(one.title, lead)), OpenSurveyResults(one.survey_id))
                for one in found.lines
            ),
            back,
        ),
    )


def stand(t: Translator, shown: Stand, page: int = 0) -> Message:
    """Show how a survey stands: how many were asked and answered, and its waves."""
    newest = shown.waves[::-1]
    pages = max((len(newest) + WAVES_ON_A_PAGE - 1) // WAVES_ON_A_PAGE, 1)
    page = min(page, pages - 1)
    listed = newest[page * WAVES_ON_A_PAGE : (page + 1) * WAVES_ON_A_PAGE]
    parts = [_head(t, shown), "\n".join(_numbers(t, shown))]
    if listed:
        parts.append("\n".join(_wave_line(t, shown, one) for one in listed))
    parts.append(_state(t, shown))
    return Message(
        "\n\n".join(parts),
        (
            *rows(*(_wave_button(t, shown, one) for one in listed)),
            *turns(t, page, pages, lambda to: OpenSurveyResults(shown.survey_id, to)),
            *rows(
                None
                if shown.is_over
                else Button(t.plain.gettext("Open the answers now"), AskOpenWave(shown.survey_id)),
                Button(t.plain.gettext("You said, we did"), OpenSurveyActions(shown.survey_id))
                if shown.is_over and shown.is_own
                else None,
                Button(t.plain.gettext("Other surveys"), OpenResults(shown.card.id)),
            ),
        ),
    )


def ask_open(t: Translator, shown: Stand) -> Message:
    """Say what opening means before it is done: it can't be undone."""
    parts = [
        _head(t, shown),
        t.gettext(
            "<b>Open the answers now?</b>\nWhoever has answered by now can not change it any "
            "more. Those who answer later are the next wave, shown by itself. "
            "Fewer than 5 answers are never opened; if the survey closes with so few in a wave, "
            "nothing of that wave is shown."
        ),
        *_rule_of_links(t, has_links=shown.links > 0),
    ]
    return Message(
        "\n\n".join(parts),
        rows(
            Button(t.plain.gettext("Yes, open them"), OpenWave(shown.survey_id, shown.wave)),
            Button(t.plain.gettext("Back"), OpenSurveyResults(shown.survey_id)),
        ),
    )


def opened(t: Translator, outcome: WaveOutcome, shown: Stand) -> Message:
    """Say what came of opening, above how the survey stands."""
    match outcome:
        case Ended() | OpenedBefore():
            said = t.gettext("<b>Opened.</b> The answers can be seen as a wave of their own.")
        case TooFewYet() | EndedBefore() if not shown.is_over:
            # Whether nobody or somebody has answered makes no difference here: it would be a count.
            said = "\n\n".join(
                (
                    t.gettext(
                        "<b>Not opened.</b> It takes at least 5 answers since the last time: "
                        "with fewer, it could be told who said what."
                    ),
                    *_rule_of_links(t, has_links=shown.links > 0),
                )
            )
        case TooFewYet() | EndedBefore():
            said = t.gettext("This survey is over: all that can be opened is open.")
        case LockedOut():
            said = t.gettext(
                "<b>Not opened.</b> The assistant does not have the key with which these answers "
                "were sealed. Nothing is lost: please tell whoever runs the assistant."
            )
        case _:
            assert_never(outcome)
    under = stand(t, shown)
    return Message(said + "\n\n" + under.text, under.buttons)


def news(t: Translator, due: DueNotice, card: EventCard) -> Message:
    """Tell organisers and leads that a wave has ended, and whether there is something to see."""
    lead = card.lead_language
    head = t.gettext(
        "<b>{title}</b>\nEvent: {event}",
        title=t.plain.show(due.survey_title, lead),
        event=t.plain.show(card.title, lead),
    )
    people, of = int(due.params["people"]), due.survey_id or 0
    if people:
        said = t.ngettext(
            "The answers of {number} person can be seen now.",
            "The answers of {number} people can be seen now.",
            people,
        )
    else:
        said = "\n\n".join(_too_few(t, due))
    seen = OpenQuestionResults(of, int(due.params["wave"]), 0)
    return Message(
        head + "\n\n" + said,
        rows(
            Button(t.plain.gettext("See the results"), seen) if people else None,
            Button(t.plain.gettext("Open the survey"), OpenSurveyResults(of)),
        ),
    )


def _too_few(t: Translator, due: DueNotice) -> Iterable[str]:
    """Say which wave is not shown, and that the earlier ones are: nobody is to fear for them."""
    wave = int(due.params["wave"])
    if due.params["mode"] == SurveyMode.ANONYMOUS.value:
        yield t.gettext(
            "<b>Wave {wave}: too few answers.</b> It takes at least 5, so nothing of this wave is "
            "shown. What was said in it was destroyed unread, as was promised.",
            wave=wave,
        )
    else:
        yield t.gettext(
            "<b>Wave {wave}: too few answers.</b> It takes at least 5, so nothing of this wave is "
            "shown: it could be told who said what.",
            wave=wave,
        )
    yield from _rule_of_links(t, has_links=bool(due.params.get("has_links")))
    earlier = int(due.params.get("earlier", 0))
    if earlier:
        yield t.ngettext(
            "The results of earlier waves stay: {number} answer.",
            "The results of earlier waves stay: {number} answers.",
            earlier,
        )


def _rule_of_links(t: Translator, *, has_links: bool) -> Iterable[str]:
    """Say what else is needed where links were given out: five answers may not be enough then."""
    if has_links:
        yield t.gettext(
            "Answers by links are opened only by themselves, or together with at least 5 "
            "others: whoever gave the links out could have used them."
        )


# ── a survey ─────────────────────────────────────────────────────────────────────────────────
def _head(t: Translator, shown: Stand) -> str:
    lead = shown.card.lead_language
    return t.gettext(
        "<b>{title}</b>\nEvent: {event}",
        title=t.plain.show(shown.title, lead),
        event=t.plain.show(shown.card.title, lead),
    )


def _numbers(t: Translator, shown: Stand) -> Iterable[str]:
    yield t.gettext("Invited in the chat: {number}", number=shown.invited)
    if shown.links:
        yield t.gettext("Links given out: {number}", number=shown.links)
    yield t.gettext("Answers that can be seen: {number}", number=shown.responses)
    if shown.invited and shown.responses and not shown.links:  # whom a link reached is unknown
        rate = format_percent(min(shown.responses / shown.invited, 1), locale=t.locale)
        yield t.gettext("Share of those invited: {percent}", percent=rate)
    if shown.mode is SurveyMode.ANONYMOUS:
        yield t.gettext("Kept without any person: results by wave, in no other groups.")


def _state(t: Translator, shown: Stand) -> str:
    if shown.is_over:
        return t.gettext("The survey is over.")
    return t.gettext(
        "Answers are collected until: {when}. How many there are by now is not shown: "
        "whoever saw it grow could tell who has just answered.",
        when=date_and_time(t, shown.closes_at, shown.card.zone),
    )


def _wave_line(t: Translator, shown: Stand, one: WaveLine) -> str:
    when = date_and_time(t, one.ended_at, shown.card.zone)
    if one.outcome is WaveEnd.TOO_FEW:
        return t.gettext(
            "Wave {number}, {when}: too few answers, nothing is shown",
            number=one.number,
            when=when,
        )
    return t.gettext(
        "Wave {number}, {when}: n = {people}", number=one.number, when=when, people=one.responses
    )


def _wave_button(t: Translator, shown: Stand, one: WaveLine) -> Button | None:
    if one.outcome is WaveEnd.TOO_FEW:
        return None
    label = t.plain.gettext("Results of wave {number}", number=one.number)
    return Button(label, OpenQuestionResults(shown.survey_id, one.number, 0))
