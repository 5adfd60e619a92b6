"""The screens of an event's Telegram group, with the longest values that people may give."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product

from xinno_core.models import GroupPostKind, NoticeState
from xinno_core.services.composing import Flaw, Problem
from xinno_core.services.contents import (
    Content,
    LinkButton,
    MediaPart,
    Part,
    PlacePart,
    PollPart,
    TextPart,
)
from xinno_core.services.event_groups import GroupStand, GroupTaken, Linked, LinkUsedUp
from xinno_core.services.events import EventCard
from xinno_core.services.form_standing import Asking
from xinno_core.services.group_desk import GroupDesk, PostStand
from xinno_core.services.group_polls import PollStand
from xinno_core.services.group_posts import DuePost
from xinno_core.services.group_writing import GroupDraft, PollRefused
from xinno_core.services.questions import Audience, Field, FieldKind, Form
from xinno_core.services.survey_polls import Askable, AskableQuestions, PollPreview
from xinno_core.texts import group_posts, groups, survey_polls
from xinno_core.texts.message import Message
from xinno_core.texts.translator import Translator

Shown = Message | tuple[Message, ...]
Make = Callable[[Translator], Shown]

BIGGEST = 999_999_999
USERNAME = "b" * 32
PAYLOAD = "g_" + "f" * 62
BAD = "&<b>🏟"
TITLE = (BAD * 50)[:128]
WORDS = "&lt;b&gt;🏟" * 500
"""In Telegram's HTML, 2500 units as people see them."""
POLL = PollPart((BAD * 60)[:290], tuple(f"{n}{(BAD * 20)[:90]}" for n in range(10)))
POLL_FORM = Form(
    f"gpoll.{BIGGEST}",
    (Field("group_question", FieldKind.TEXT), Field("group_answers", FieldKind.TEXT)),
    Audience.EVERYONE,
)
PARTS: tuple[Part, ...] = (
    TextPart(WORDS),
    MediaPart((1, 2), WORDS[:700]),
    MediaPart((1,)),
    PlacePart(50.0, 12.0, TITLE, TITLE),
    PlacePart(50.0, 12.0),
    POLL,
)


def screens(card: EventCard) -> dict[Callable[..., Shown], list[Make]]:
    """Each function that makes a message, with each shape of what it is given."""
    now = card.starts_at
    there = GroupStand(BIGGEST, TITLE, now, None)
    left = GroupStand(BIGGEST, TITLE, now, now)
    posts = tuple(
        PostStand(BIGGEST, "", POLL, True, state, reason, now)
        for state, reason in (
            (NoticeState.SENT, None),
            (NoticeState.UNKNOWN, "no_answer"),
            (NoticeState.FAILED, "not_enough_rights"),
            (NoticeState.FAILED, "removed_from_group"),
            (NoticeState.SKIPPED, "announcement_stopped"),
            (NoticeState.SKIPPED, "group_let_go"),
        )
    )
    more = tuple(
        PostStand(BIGGEST, says, part, False, state, "bad_request", now)
        for (says, part), state in zip(
            [("linked", None), ("results", None), *(("", part) for part in PARTS[:4])],
            [*NoticeState][:6],
            strict=True,
        )
    )
    desks = [
        GroupDesk(card, group, PAYLOAD, now + timedelta(days=1), shown)
        for group, shown in product((None, there, left), ((), posts, more))
    ]
    return {
        groups.desk: [_made(groups.desk, one, USERNAME) for one in desks],
        groups.ask_other: [_made(groups.ask_other, one, USERNAME) for one in desks],
        groups.ask_unlink: [_made(groups.ask_unlink, one, BIGGEST) for one in desks],
        groups.linked: [
            _made(groups.linked, Linked(card, TITLE, is_new=True)),
            _made(groups.linked, LinkUsedUp(card)),
            _made(groups.linked, GroupTaken(card, TITLE)),
        ],
        groups.draft: [
            *(
                _made(groups.draft, GroupDraft(card, TITLE, Content(parts), "f" * 12, problem))
                for parts in ((), *((part,) for part in PARTS), PARTS)
                for problem in (None, Problem(Flaw.TEXT_TOO_LONG, 99_999, 3500))
            ),
            *(
                _made(groups.draft, GroupDraft(card, TITLE, Content(), "", Problem(flaw, 9, 9)))
                for flaw in Flaw
            ),
        ],
        groups.poll_refused: [
            _made(groups.poll_refused, PollRefused(problem, POLL.question, Asking(POLL_FORM, at)))
            for problem in (Problem(Flaw.OPTIONS, 99, 10), Problem(Flaw.LABEL_TOO_LONG, 999, 100))
            for at in (0, 1)
        ],
        survey_polls.questions: [
            _made(survey_polls.questions, AskableQuestions(card, TITLE, asked))
            for asked in ((), tuple(_askable(post_id) for post_id in (None, BIGGEST)) * 12)
        ],
        survey_polls.preview: [
            _seen(PollPreview(card, TITLE, _askable(post_id), POLL), is_promised=is_promised)
            for post_id, is_promised in ((None, False), (BIGGEST, False), (BIGGEST, True))
        ],
        groups.poll: [_made(groups.poll, one) for one in _polls(card)],
        groups.result_goes: [_made(groups.result_goes, one) for one in _polls(card)],
        group_posts.messages: [
            _messages(card, {"says": "linked"}),
            *(
                _messages(
                    card,
                    {
                        "says": "results",
                        "question": POLL.question,
                        "options": list(POLL.options),
                        "results": [99_999] * 10,
                        "voters": 99_999,
                        "is_closed": is_closed,
                    },
                )
                for is_closed in (True, False)
            ),
            _messages(card, {}, Content(PARTS[:1], (LinkButton("&<" * 30, "https://a.example"),))),
            _messages(card, {}, Content(PARTS[:2])),
            _messages(card, {}, Content((PARTS[1],))),
        ],
        group_posts.greeting: [
            lambda t: group_posts.greeting(t, _due(card, {"says": "linked"}, Content()))
        ],
    }


def _seen(seen: PollPreview, *, is_promised: bool) -> Make:
    return lambda t: survey_polls.preview(t, seen, survey_polls.promised(t) if is_promised else "")


def _askable(post_id: int | None) -> Askable:
    asked = Field("topics", FieldKind.MULTIPLE, {"en": POLL.question})
    return Askable(BIGGEST, BIGGEST, 9, {"en": TITLE}, asked, post_id)


def _made(screen: Callable[..., Shown], *given: object) -> Make:
    return lambda t: screen(t, *given)


def _messages(card: EventCard, raw: dict[str, object], content: Content | None = None) -> Make:
    return lambda _: group_posts.messages(_due(card, raw, content or Content()))


def _due(card: EventCard, raw: dict[str, object], content: Content) -> DuePost:
    # Without its files: what is tried here is the words.
    return DuePost(BIGGEST, -BIGGEST, GroupPostKind.TEXT, card, "formal", raw, content)


def _polls(card: EventCard) -> list[PollStand]:
    return [
        PollStand(
            post_id=BIGGEST,
            card=card,
            question=POLL.question,
            options=POLL.options,
            results=(99_999,) * 10,
            voters=99_999,
            state=state,
            reason=reason,
            is_closed=is_closed,
            is_closing=is_closing,
            is_in_group=True,
        )
        for state, reason, is_closed, is_closing in (
            (NoticeState.SENT, None, False, False),
            (NoticeState.SENT, "bad_request", False, False),
            (NoticeState.SENT, None, True, False),
            (NoticeState.SENT, None, False, True),
            (NoticeState.UNKNOWN, "no_answer", False, False),
        )
    ]
