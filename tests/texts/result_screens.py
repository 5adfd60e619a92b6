"""The screens of results and of what follows, with the longest values there may be."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

from xinno_core.languages import LANGUAGES
from xinno_core.models import SurveyMode, WaveEnd
from xinno_core.services import results
from xinno_core.services.backgrounds import DueNotice
from xinno_core.services.events import EventCard
from xinno_core.services.questions import Field, FieldKind, Option
from xinno_core.services.survey_actions import (
    LONGEST,
    ActionDesk,
    ChangedSince,
    Saved,
    Told,
    ToldBefore,
)
from xinno_core.services.tallies import NOT_ASKED, REFUSED, SKIPPED, Tally
from xinno_core.services.wave_groups import Attribute
from xinno_core.services.waves import Ended, EndedBefore, LockedOut, OpenedBefore, TooFewYet
from xinno_core.texts import result_questions, survey_actions
from xinno_core.texts import results as texts
from xinno_core.texts.message import Message
from xinno_core.texts.translator import Translator

Shown = Message | tuple[Message, ...]
Make = Callable[[Translator], Shown]

BIGGEST = 999_999_999
NOW = datetime(2027, 3, 8, 9, tzinfo=UTC)
LABEL = dict.fromkeys(LANGUAGES, ("&<b>🏟" * 30)[:119] + "<")
WORDS = ("<i>& " * 200)[:500]
OPTIONS = tuple(Option(f"option-{number}", LABEL) for number in range(12))
GROUPS = {
    Attribute.ROLE: "visitor",
    Attribute.TARGET_GROUP: "sme",
    Attribute.SECTOR: "creative",
    Attribute.COUNTRY: "CZ",
    Attribute.LANGUAGE: "cs",
}


def screens(card: EventCard, due: DueNotice) -> dict[Callable[..., Shown], list[Make]]:
    """Each function that makes a message, with each shape of what it is given."""
    line = results.SurveyLine(BIGGEST, LABEL, 99)
    listed = results.EventSurveys(card, (line,) * 20, is_own=True)
    seen = results.WaveLine(99, WaveEnd.OPENED, NOW, 99_999)
    stand = results.Stand(
        card=card,
        survey_id=BIGGEST,
        title=LABEL,
        mode=SurveyMode.ANONYMOUS,
        closes_at=NOW,
        is_over=False,
        wave=99,
        invited=99_999,
        links=300,
        waves=(seen, replace(seen, outcome=WaveEnd.TOO_FEW)) * 20,
        was_told=False,
        is_own=True,
    )
    over = replace(stand, is_over=True)
    asked = [_asked(stand, seen, kind) for kind in FieldKind]
    groups = [_by_groups(stand, seen, attribute) for attribute in Attribute]
    action = dict.fromkeys(LANGUAGES, (WORDS * 2)[:LONGEST])
    desk = ActionDesk(card, BIGGEST, LABEL, (action, {"en": "x" * LONGEST}, action), 99_999, False)
    news = replace(due, survey_id=BIGGEST, survey_title=LABEL, actions=desk.actions)
    return {
        texts.surveys: [
            lambda t: texts.surveys(t, listed),
            lambda t: texts.surveys(t, replace(listed, lines=(), is_own=False)),
        ],
        texts.stand: [
            lambda t: texts.stand(t, stand, 3),
            lambda t: texts.stand(t, over),
            lambda t: texts.stand(t, replace(over, waves=())),
        ],
        texts.ask_open: [lambda t: texts.ask_open(t, stand)],
        texts.opened: [
            lambda t: texts.opened(t, Ended(BIGGEST, 99, WaveEnd.OPENED, 99_999), stand),
            lambda t: texts.opened(t, OpenedBefore(BIGGEST, 99), stand),
            lambda t: texts.opened(t, TooFewYet(BIGGEST), stand),
            lambda t: texts.opened(t, EndedBefore(BIGGEST), over),
            lambda t: texts.opened(t, LockedOut(BIGGEST), stand),
        ],
        result_questions.question: [
            *(_question(one) for one in (*asked, *groups)),
            lambda t: result_questions.question(t, replace(groups[0], rows=())),
        ],
        texts.news: [
            _news(news, card, {"wave": 99, "people": 99_999, "mode": "anonymous"}),
            *(
                _news(
                    news,
                    card,
                    {"wave": 99, "people": 0, "mode": mode, "earlier": 99_999, "has_links": True},
                )
                for mode in ("anonymous", "pseudonymous")
            ),
        ],
        survey_actions.desk: [
            lambda t: survey_actions.desk(t, desk),
            lambda t: survey_actions.desk(t, replace(desk, was_told=True)),
            lambda t: survey_actions.desk(t, replace(desk, actions=())),
        ],
        survey_actions.saved: [
            lambda t: survey_actions.saved(t, Saved(desk)),
            lambda t: survey_actions.saved(t, ToldBefore(desk)),
            lambda t: survey_actions.saved(t, ChangedSince(desk)),
        ],
        survey_actions.preview: [lambda t: survey_actions.preview(t, desk, "de")],
        survey_actions.told: [
            lambda t: survey_actions.told(t, Told(desk, 99_999)),
            lambda t: survey_actions.told(t, ToldBefore(desk)),
            lambda t: survey_actions.told(t, ChangedSince(desk)),
        ],
        survey_actions.notice: [lambda t: survey_actions.notice(t, news, card)],
        survey_actions.message: [
            lambda t: survey_actions.message(t, card, LABEL, ({"it": "Sì."},))
        ],
    }


def _question(found: results.QuestionResult) -> Make:
    return lambda t: result_questions.question(t, found)


def _news(due: DueNotice, card: EventCard, params: dict[str, object]) -> Make:
    return lambda t: texts.news(t, replace(due, params=params), card)


def _asked(stand: results.Stand, wave: results.WaveLine, kind: FieldKind) -> results.QuestionResult:
    asked = Field("key", kind, LABEL, OPTIONS, low=LABEL, high=LABEL)
    tally = Tally(asked, people=99_999, missing=Counter({SKIPPED: 9, REFUSED: 9, NOT_ASKED: 9}))
    options = [option.key for option in asked.choices]
    tally.counts.update(dict.fromkeys(options, 99_999))
    tally.ranks.update(dict.fromkeys(options[1:], 9))
    tally.ranked.update(dict.fromkeys(options[1:], 2))
    tally.numbers[date(2027, 3, 8).toordinal()] = 99_972
    tally.texts = [WORDS] * 20 if kind is FieldKind.TEXT else []
    poll = results.PollCount((("&<b>" * 25, 99_999),) * 10, 99_999)
    return results.QuestionResult(stand, wave, 8, 20, tally, (poll,), may_break_down=True)


def _by_groups(
    stand: results.Stand, wave: results.WaveLine, attribute: Attribute
) -> results.QuestionResult:
    kind = FieldKind.RATING if attribute is Attribute.COUNTRY else FieldKind.SINGLE
    found = _asked(stand, wave, kind)
    numbers = {option.key: 99_999 for option in found.asked.choices}
    hidden = {**numbers, next(iter(numbers)): None}
    rows = tuple(
        results.GroupRow(key, 99_999, shown, mean)
        for key in (GROUPS[attribute], "", "other")
        for shown, mean in ((numbers, 4.667), (hidden, None))
    )
    return replace(found, attribute=attribute, rows=rows, polls=())
