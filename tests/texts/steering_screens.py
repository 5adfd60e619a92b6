"""The screens of a confirmed announcement, with the longest values that people may give."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from xinno_core.languages import LANGUAGES
from xinno_core.models import BroadcastState
from xinno_core.services.broadcast_figures import Figures, Readers
from xinno_core.services.broadcast_progress import Listing, NotNow, Progress, Turn, Turned
from xinno_core.services.broadcast_ticks import Stop
from xinno_core.services.broadcasts import NeedsSecond, NoAudience, OwnAnnouncement
from xinno_core.services.composing import Flaw, Problem
from xinno_core.services.corrections import Correction, NotWords, NoWords, Unfit, Words
from xinno_core.services.events import EventCard
from xinno_core.services.gate import Reason
from xinno_core.services.votes import PollCount
from xinno_core.texts import acts, corrections, progress, steering
from xinno_core.texts.message import Message
from xinno_core.texts.translator import Translator

Shown = Message | tuple[Message, ...]
Make = Callable[[Translator], Shown]

BIGGEST = 999_999_999
NOW = datetime(2027, 3, 8, 9, tzinfo=UTC)
NAME = ("&<b>🏟" * 20)[:79] + "<"
MANY = 99_999
WORDS = "&lt;b&gt;🏟" * 700
"""In Telegram's HTML, 3500 units as people see them."""
SKIPPED = (*Reason, "cancelled", "")
FIGURES = Figures(
    audience=MANY,
    arrived=MANY,
    waiting=MANY,
    unknown=MANY,
    failed=dict.fromkeys(("blocked", "bad_request", "file_refused"), MANY),
    skipped=dict.fromkeys(map(str, SKIPPED), MANY),
    held=dict.fromkeys(("quiet_hours", "weekend", "holiday", "cap_day", "busy"), MANY),
    languages=dict.fromkeys(LANGUAGES, Readers(MANY, MANY)),
    corrected=MANY,
    recalled=MANY // 2,
    earlier=MANY,
    asked=MANY,
    fast=MANY // 4,
    kept=dict.fromkeys(("recall_blocked", "recall_refused", "correct_other_shape"), MANY),
    last_minute=1700,
    held_until=NOW + timedelta(hours=11),
)
POLL = PollCount("de", 0, ("&<b>🏟" * 60)[:300], ((("&<b>🏟" * 20)[:100], MANY),) * 10)


def screens(card: EventCard) -> dict[Callable[..., Shown], list[Make]]:
    """Each function that makes a message, with each shape of what it is given."""
    stands = [_progress(card, state=state) for state in BroadcastState]
    stands += [
        _progress(card, state=BroadcastState.PAUSED, reason=stop, is_own=is_own)
        for stop in Stop
        for is_own in (True, False)
    ]
    stands += [
        _progress(card, state=BroadcastState.DONE, polls=(POLL,)),
        _progress(card, is_recalled=True),
        _progress(card, figures=Figures(), starts_at=None),
        *(_progress(card, state=state, is_own=False) for state in BroadcastState),
    ]
    one = _progress(card)
    words = tuple(
        Words(language, part, WORDS[: 7 * 100], is_caption=bool(part))
        for language in LANGUAGES
        for part in range(2)
    )
    written = Correction(one, (replace(words[0], html=WORDS, is_new=True), *words[1:]), have_it=7)
    return {
        progress.progress: [_of(progress.progress, each) for each in stands],
        progress.listing: [
            lambda t: progress.listing(t, Listing(card, ())),
            lambda t: progress.listing(t, Listing(card, tuple(stands[:10]))),
            lambda t: progress.listing(t, Listing(card, tuple(stands[:10]), has_draft=True)),
        ],
        steering.launched: [
            lambda t: steering.launched(t, one),
            lambda t: steering.launched(t, NoAudience(card)),
            lambda t: steering.launched(t, NeedsSecond(card, BIGGEST, MANY, 200, ())),
            lambda t: steering.launched(t, NeedsSecond(card, BIGGEST, MANY, 200, (NAME,) * 9)),
        ],
        steering.no_audience: [lambda t: steering.no_audience(t, card)],
        steering.turned: [
            *(_turned(turn, one) for turn in Turn),
            lambda t: steering.turned(t, NotNow(one)),
            lambda t: steering.turned(t, NotNow(replace(one, state=BroadcastState.DRAFT))),
            lambda t: steering.turned(t, OwnAnnouncement(one)),
        ],
        steering.ask_cancel: [lambda t: steering.ask_cancel(t, one)],
        steering.ask_recall: [lambda t: steering.ask_recall(t, replace(one, to_group=True))],
        steering.ask_resend: [lambda t: steering.ask_resend(t, one)],
        corrections.shown: [
            lambda t: corrections.shown(t, Correction(one, words)),
            lambda t: corrections.shown(
                t, Correction(one, (replace(words[0], html=WORDS),), replace(words[0], html=WORDS))
            ),
            lambda t: corrections.shown(t, written),
            lambda t: corrections.shown(t, NotWords(Correction(one, words, words[1]))),
            *(_unfit(flaw, Correction(one, words, words[1])) for flaw in Flaw),
            lambda t: corrections.shown(t, NoWords(one)),
            lambda t: corrections.shown(t, NotNow(one)),
        ],
        acts.taken_back: [acts.taken_back],
        acts.corrected: [
            lambda t: acts.corrected(t, (Message(WORDS),), at=NOW, zone="Europe/Rome"),
        ],
    }


def _progress(card: EventCard, **more: object) -> Progress:
    made = Progress(
        broadcast_id=BIGGEST,
        card=card,
        state=BroadcastState.RUNNING,
        figures=FIGURES,
        now=NOW,
        zone="America/Argentina/ComodRivadavia",
        starts_at=NOW + timedelta(days=1),
        version=BIGGEST,
        author=NAME,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def _of(page: Callable[[Translator, Progress], Message], shown: Progress) -> Make:
    return lambda t: page(t, shown)


def _turned(turn: Turn, shown: Progress) -> Make:
    return lambda t: steering.turned(t, Turned(turn, shown))


def _unfit(flaw: Flaw, correction: Correction) -> Make:
    return lambda t: corrections.shown(t, Unfit(correction, Problem(flaw, MANY, 3500)))
