"""The screens of an event's pictures, with the longest values that people may give."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from xinno_core.languages import LANGUAGES
from xinno_core.models import Media, MediaKind, NoticeKind
from xinno_core.services import gallery, releases, withdrawals
from xinno_core.services.backgrounds import DueNotice
from xinno_core.services.composing import Flaw, Problem
from xinno_core.services.events import EventCard
from xinno_core.services.gallery_rules import NotSent, OnItsWay, Plan, PlanState
from xinno_core.services.pictures import Withdrawal
from xinno_core.services.showing import Article, Showing
from xinno_core.services.taking_back import Holders
from xinno_core.texts import gallery as gallery_texts
from xinno_core.texts import media as media_texts
from xinno_core.texts import withdrawals as withdrawal_texts
from xinno_core.texts.message import Message
from xinno_core.texts.translator import Translator

Shown = Message | tuple[Message, ...]
Make = Callable[[Translator], Shown]
MakeDue = Callable[..., DueNotice]

BIGGEST = 999_999_999
NOW = datetime(2027, 3, 8, 9, tzinfo=UTC)
MANY = 99_999
NAME = ("&<b>🏟" * 20)[:79] + "<"
TITLE = dict.fromkeys(LANGUAGES, ("&<b>🏟" * 30)[:119] + "<")
CAPTION = dict.fromkeys(LANGUAGES, ("&<b>🏟" * 200)[:559] + "<")
URL = "https://example.org/" + "a" * 400
ARTICLES = tuple(Article(f"{URL}{n}", TITLE) for n in range(5))
ITEMS = tuple(
    gallery.Item(BIGGEST - n, kind, NAME, 1, is_stopped=n % 3 == 0, is_refused=n % 3 == 1)
    for n, kind in enumerate([*MediaKind] * 14)
)
BRINGS = Showing((), ARTICLES)
WITHDRAWN = Withdrawal(NAME, (BIGGEST,) * 40, certain=True, holders=MANY)
PLAN = Plan(
    PlanState.WAITING,
    BIGGEST,
    NOW,
    later=MANY,
    people=MANY,
    reached=MANY,
    has_begun=True,
    may_go_by_itself=True,
    key="f" * 10,
)
STOPPED = tuple(
    releases.Marked(name, certain, is_erased=not name)
    for name in (NAME, "")
    for certain in (True, False)
)


def media(**more: object) -> Media:
    """A file that the test's own Telegram does not have: its words are tried without it."""
    made = Media(id=BIGGEST, event_id=BIGGEST, kind=MediaKind.PHOTO, file_id="f", name=NAME)
    for name, value in more.items():
        setattr(made, name, value)
    return made


def screens(card: EventCard, due: MakeDue) -> dict[Callable[..., Shown], list[Make]]:
    """Each function that makes a message, with each shape of what it is given."""
    full = gallery.Gallery(
        card, ITEMS, CAPTION, ARTICLES, PLAN, MANY, (NAME,) * 10, failed=MANY, bot_id=1
    )
    empty = gallery.Gallery(card, (), {}, (), Plan(PlanState.NOTHING), 0, ())
    plans = [replace(PLAN, state=state) for state in PlanState]
    galleries = (full, empty, *(replace(full, plan=plan) for plan in plans))
    own = withdrawals.OwnPictures(
        card, tuple(range(BIGGEST - 40, BIGGEST + 1)), frozenset([BIGGEST])
    )
    stopped = releases.StoppedMedia(card, media(), STOPPED, "f" * 10)
    agreeing = replace(stopped, marks=STOPPED[:2])
    looked = releases.LookedAt(card, (NAME,) * 10, (BIGGEST,) * 40, "f" * 10)
    return {
        **_of_the_gallery(full, empty, galleries),
        media_texts.messages: [
            lambda t: media_texts.messages(t, _bringing(due, t, BRINGS)),
            lambda t: media_texts.messages(
                t, _bringing(due, t, Showing((1,), ARTICLES, is_preview=True))
            ),
        ],
        media_texts.closing: [
            lambda t: media_texts.closing(t, card),
            lambda t: media_texts.closing(t, card, thanked=True),
        ],
        media_texts.missing: [lambda t: media_texts.missing(t, _missing(due, t), card)],
        media_texts.withdrawn: [
            lambda t: media_texts.withdrawn(t, _withdrawn(due, t, certain=True), card),
            lambda t: media_texts.withdrawn(t, _withdrawn(due, t, certain=False), card),
        ],
        withdrawal_texts.own: [
            lambda t: withdrawal_texts.own(t, own, 0),
            lambda t: withdrawal_texts.own(t, own, 9),
            lambda t: withdrawal_texts.own(t, replace(own, shown=frozenset()), 0),
        ],
        withdrawal_texts.ask_stop: [
            lambda t: _bare(withdrawal_texts.ask_stop(t, own, media())),
            lambda t: withdrawal_texts.ask_stop(t, own, media(id=1)),
        ],
        withdrawal_texts.ask_stop_all: [lambda t: withdrawal_texts.ask_stop_all(t, own)],
        withdrawal_texts.stopped: [
            lambda t: withdrawal_texts.stopped(t, withdrawals.Stopped(card, MANY)),
            lambda t: withdrawal_texts.stopped(t, withdrawals.Stopped(card, 0)),
        ],
        withdrawal_texts.ask_no_photos: [withdrawal_texts.ask_no_photos],
        withdrawal_texts.ask_use_again: [
            lambda t: withdrawal_texts.ask_use_again(t, stopped, is_changed=True),
            lambda t: withdrawal_texts.ask_use_again(t, agreeing),
            lambda t: withdrawal_texts.ask_use_again(t, replace(stopped, marks=())),
        ],
        withdrawal_texts.ask_use_all_again: [
            lambda t: withdrawal_texts.ask_use_all_again(t, looked, is_changed=True),
            lambda t: withdrawal_texts.ask_use_all_again(t, replace(looked, media=())),
        ],
        withdrawal_texts.used_again: [
            lambda t: withdrawal_texts.used_again(t, releases.UsedAgain(card, MANY)),
            lambda t: withdrawal_texts.used_again(t, releases.UsedAgain(card, 0)),
        ],
        withdrawal_texts.ask_take_back: [
            lambda t: withdrawal_texts.ask_take_back(t, Holders(card, media(), MANY)),
            lambda t: withdrawal_texts.ask_take_back(t, Holders(card, media(), 0)),
        ],
        withdrawal_texts.taken_back: [
            lambda t: withdrawal_texts.taken_back(t, Holders(card, media(), MANY)),
            lambda t: withdrawal_texts.taken_back(t, Holders(card, media(), 0)),
        ],
    }


def _of_the_gallery(
    full: gallery.Gallery, empty: gallery.Gallery, galleries: tuple[gallery.Gallery, ...]
) -> dict[Callable[..., Shown], list[Make]]:
    row = media(id=full.items[3].id, stopped_at=NOW)
    return {
        gallery_texts.gallery: [_gallery(one) for one in galleries],
        gallery_texts.asked_to_send: [lambda t: gallery_texts.asked_to_send(t, full)],
        gallery_texts.added: [
            *(
                _added(gallery.Added(full, is_new, is_stopped))
                for is_new in (True, False)
                for is_stopped in (True, False)
            ),
            _added(gallery.NotAdded(full)),
            _added(gallery.NotAdded(full, Problem(Flaw.UNKNOWN_KIND))),
        ],
        gallery_texts.item: [lambda t: _bare(gallery_texts.item(t, full, row))],
        gallery_texts.preview_on_its_way: [
            lambda t: gallery_texts.preview_on_its_way(t, full),
            lambda t: gallery_texts.preview_on_its_way(t, empty),
        ],
        gallery_texts.ask_send: [
            lambda t: gallery_texts.ask_send(t, full, is_changed=True),
            lambda t: gallery_texts.ask_send(t, empty),
        ],
        gallery_texts.sent: [
            lambda t: gallery_texts.sent(t, OnItsWay(MANY, is_new=True), full),
            lambda t: gallery_texts.sent(t, OnItsWay(MANY, is_new=False), full),
            lambda t: gallery_texts.sent(t, NotSent(PLAN, is_changed=True), full),
            lambda t: gallery_texts.sent(t, NotSent(PLAN), empty),
        ],
    }


def _gallery(shown: gallery.Gallery) -> Make:
    return lambda t: gallery_texts.gallery(t, shown, 4, said=t.gettext("There is none yet."))


def _added(outcome: gallery.AddOutcome) -> Make:
    return lambda t: gallery_texts.added(t, outcome)


def _bare(message: Message) -> Message:
    return replace(message, media=())


def _bringing(due: MakeDue, t: Translator, brings: Showing) -> DueNotice:
    return due(NoticeKind.MEDIA, t.language, showing=brings, text=CAPTION, content=None)


def _missing(due: MakeDue, t: Translator) -> DueNotice:
    return due(NoticeKind.MEDIA_MISSING, t.language)


def _withdrawn(due: MakeDue, t: Translator, *, certain: bool) -> DueNotice:
    found = replace(WITHDRAWN, certain=certain)
    return due(NoticeKind.PHOTO_WITHDRAWN, t.language, withdrawal=found)
