"""The screens of an announcement, with the longest values that people and formats may give."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

from xinno_core.languages import LANGUAGES
from xinno_core.models import NoticeClass, NoticeKind
from xinno_core.services.announceable import Choice, ChoicePage
from xinno_core.services.announcement_writing import Refused, Wanted, Writing
from xinno_core.services.audiences import STATES, Asked, Choosable, Choosables, Counted
from xinno_core.services.backgrounds import DueNotice
from xinno_core.services.composing import Flaw, Problem
from xinno_core.services.contents import (
    Content,
    LinkButton,
    MediaPart,
    PlacePart,
    PollPart,
    TextPart,
)
from xinno_core.services.drafts import Draft, NotADraft, Outdated
from xinno_core.services.events import EventCard
from xinno_core.services.gate import Reason
from xinno_core.services.profile import ORGANISATION_TYPES
from xinno_core.services.starting import StartProblem
from xinno_core.services.testing import Tested
from xinno_core.services.votes import OnlyATest, Voted, Voting, VotingClosed
from xinno_core.texts import announcement_writing, announcements, audiences, broadcasts, votes
from xinno_core.texts.actions import VoteInBroadcast
from xinno_core.texts.message import Message
from xinno_core.texts.translator import Translator

Shown = Message | tuple[Message, ...]
Make = Callable[[Translator], Shown]

BIGGEST = 999_999_999
BAD = "&<b>🏟"
WORDS = "&lt;b&gt;🏟" * 700
"""In Telegram's HTML, 3500 units as people see them."""
POLL = PollPart((BAD * 60)[:300], tuple(f"{n}{(BAD * 20)[:90]}" for n in range(10)))
CONTENT = Content(
    (
        TextPart(WORDS),
        MediaPart((1, 2), WORDS[:700]),
        MediaPart((1,)),
        PlacePart(50.0, 12.0, BAD * 30, BAD * 30),
        PlacePart(50.0, 12.0),
        POLL,
        *(TextPart(WORDS),) * 4,
    ),
    (LinkButton(BAD * 8, "https://example.org/" + "a" * 1900),) * 5,
)

POLL_ALONE = Content((POLL,))
IN_WORDS = replace(
    CONTENT, parts=tuple(part for part in CONTENT.parts if not isinstance(part, PlacePart))
)
"""Without what has no words at all: a place is sent as it is."""


def screens(card: EventCard) -> dict[Callable[..., Shown], list[Make]]:
    """Each function that makes a message, with each shape of what it is given."""
    whole = _draft(card, dict.fromkeys(LANGUAGES, CONTENT))
    empty = _draft(card, {}, audience={"states": []}, counted=Counted({}, {}))
    lacking = _draft(card, {"de": CONTENT}, fallback={"en": "de", "it": ""})
    past = replace(whole, starts_at=card.starts_at - timedelta(days=9))
    drafts = (whole, empty, lacking, past)
    # A choice that an organiser could make, and of which everything is chosen.
    ready = _draft(card, {"de": CONTENT}, fallback=dict.fromkeys(LANGUAGES, "de"))
    asked = whole.choosables.questions[0]
    gone = (NotADraft(BIGGEST, card), NotADraft(BIGGEST, card, was_dropped=True))
    writing = [Writing(draft, wanted, "de") for draft, wanted in product((whole, empty), Wanted)]
    problems = (*(Problem(flaw, 99_999, 3500) for flaw in Flaw), *StartProblem)
    return {
        announcements.choices: [
            _made(announcements.choices, ChoicePage((), 0, 1)),
            _made(announcements.choices, ChoicePage((Choice(card, 99_999),) * 8, 1, 99)),
        ],
        announcements.found: [
            *(_made(announcements.found, one, announcements.draft) for one in (whole, *gone))
        ],
        announcements.draft: [_made(announcements.draft, one) for one in drafts],
        announcements.urgency: [_made(announcements.urgency, whole)],
        announcements.ask_critical: [_made(announcements.ask_critical, whole)],
        announcements.start: [_made(announcements.start, one) for one in drafts],
        announcements.check: [_made(announcements.check, one) for one in (*drafts, ready)],
        announcements.outdated: [_made(announcements.outdated, Outdated(one)) for one in drafts],
        announcements.not_a_draft: [_made(announcements.not_a_draft, one) for one in gone],
        announcements.ask_drop: [_made(announcements.ask_drop, whole)],
        audiences.audience: [_made(audiences.audience, one) for one in drafts],
        audiences.one_list: [
            _made(audiences.one_list, draft, name)
            for draft, name in product((whole, empty), whole.choosables.lists)
        ],
        audiences.questions: [_made(audiences.questions, whole)],
        audiences.answers: [_made(audiences.answers, whole, asked)],
        announcement_writing.screen: [
            _made(announcement_writing.screen, one) for one in (*writing, *gone)
        ],
        announcement_writing.taken: [
            _made(announcement_writing.taken, one) for one in (*writing, *gone)
        ],
        announcement_writing.refused: [
            _made(announcement_writing.refused, Refused(writing[0], one), 1) for one in problems
        ],
        announcement_writing.ask_start_over: [
            _made(announcement_writing.ask_start_over, whole, "de")
        ],
        announcement_writing.fallback: [_made(announcement_writing.fallback, whole, "pl")],
        announcement_writing.preview: [
            _made(announcement_writing.preview, draft, language)
            for draft, language in product((whole, empty, lacking), LANGUAGES)
        ],
        announcement_writing.test: [_made(announcement_writing.test, one) for one in drafts],
        announcement_writing.tested: [
            *(_made(announcement_writing.tested, one) for one in gone),
            _made(announcement_writing.tested, Tested(whole, LANGUAGES)),
            _made(announcement_writing.tested, Tested(empty, ())),
        ],
        broadcasts.composed: [_composed(card, content) for content in (IN_WORDS, POLL_ALONE)],
        broadcasts.messages: [
            _messages(card, kind, content)
            for kind in (NoticeKind.BROADCAST, NoticeKind.BROADCAST_TEST)
            for content in (IN_WORDS, POLL_ALONE)
        ],
        votes.outcome: [_made(votes.outcome, one) for one in _votes(card)],
    }


def _draft(
    card: EventCard,
    contents: dict[str, Content],
    *,
    audience: dict[str, Any] | None = None,
    fallback: dict[str, str] | None = None,
    counted: Counted | None = None,
) -> Draft:
    label = dict.fromkeys(LANGUAGES, BAD * 8)
    roles = tuple(Choosable(role.key, role.label) for role in card.roles)
    options = tuple(Choosable(f"key{n}", label) for n in range(20))
    questions = tuple(
        Asked(BIGGEST - n, f"key{n}", dict.fromkeys(LANGUAGES, BAD * 60), options)
        for n in range(12)
    )
    lists = {
        "states": tuple(Choosable(state.value) for state in STATES),
        "roles": roles,
        "languages": tuple(Choosable(code) for code in LANGUAGES),
        "targets": tuple(Choosable(key) for key in ORGANISATION_TYPES),
    }
    everything: dict[str, Any] = {
        name: [one.key for one in entries] for name, entries in lists.items()
    }
    everything["answers"] = {
        asked.key: [one.key for one in options] for asked in (*questions, Asked(1, "gone", {}, ()))
    }
    reached = dict.fromkeys(LANGUAGES, 99_999)
    return Draft(
        id=BIGGEST,
        card=card,
        draft_key="f" * 16,
        audience=everything if audience is None else audience,
        counted=counted or Counted(reached, dict.fromkeys(Reason, 99_999)),
        choosables=Choosables(lists, questions),
        notice_class=NoticeClass.CRITICAL,
        contents=contents,
        fallback=fallback or {},
        starts_at=card.starts_at,
        to_group=True,
        group=(BAD * 50)[:128],
        now=card.starts_at - timedelta(days=1),
    )


def _composed(card: EventCard, content: Content) -> Make:
    return lambda t: broadcasts.composed(
        t,
        card,
        content,
        language="de",
        files={},
        votes=lambda part, option: VoteInBroadcast(BIGGEST, "de", part, option),
    )


def _messages(card: EventCard, kind: NoticeKind, content: Content) -> Make:
    due = DueNotice(
        id=BIGGEST,
        participant_id=BIGGEST,
        telegram_id=BIGGEST,
        language="de",
        tone="formal",
        kind=kind,
        params={"writer": "de"},
        now=card.starts_at,
        card=card,
        broadcast_id=BIGGEST,
        content=content,
        content_language="de",
    )
    return lambda t: broadcasts.messages(t, due)


def _votes(card: EventCard) -> list[Voted | VotingClosed | OnlyATest]:
    voting = [
        Voting(BIGGEST, card, content, "de", part, POLL, card.ends_at, {})
        for content, part in ((CONTENT, 5), (POLL_ALONE, 0))
    ]
    return [
        *(Voted(one, 9) for one in voting),
        *(VotingClosed(one, option) for one, option in product(voting, (9, None))),
        OnlyATest(),
    ]


def _made(screen: Callable[..., Shown], *given: object) -> Make:
    return lambda t: screen(t, *given)
