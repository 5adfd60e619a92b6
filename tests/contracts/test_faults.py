"""What Telegram and people really send: twice, at once, late, unknown, too long, and written oddly.

Each has its expected screen, nothing happens twice, and nothing is an error in the log.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot.web import SECRET_HEADER
from tests.contracts.conftest import Logged
from tests.support.contents import changed, contents
from tests.support.posting import WEBHOOK_SECRET, Webhook, running, webhook_of
from tests.support.waiting import until
from tests.support.world import Actor, World
from xinno_core.models import Event, Inbox, InboxState, Notice, NoticeState, Registration

Body = dict[str, Any]


@pytest.fixture
async def webhook(world: World) -> AsyncIterator[Webhook]:
    """The real web part."""
    async with webhook_of(world) as made:
        yield made


async def is_worked(world: World) -> bool:
    """Whether every update and every promise has come to its end."""
    async with world.database.reading() as session:
        is_open = select(Inbox.id).where(Inbox.state == InboxState.OPEN)
        is_due = select(Notice.id).where(
            Notice.state.in_([NoticeState.PLANNED, NoticeState.SENDING])
        )
        return await session.scalar(is_open) is None and await session.scalar(is_due) is None


async def worked(world: World, webhook: Webhook, updates: list[Body]) -> None:
    """Post updates together, and let eight workers and the sender do what they do."""
    async with running(world):
        assert set(await webhook.post_all(updates)) == {200}
        await until(lambda: is_worked(world), "everything to be worked")
    assert world.errors == []


async def count(world: World, table: type[Registration | Notice | Inbox]) -> int:
    async with world.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


def pressed(person: Actor, label: str) -> Body:
    """The update of a press on the newest message."""
    shown = person.world.simulator.chat(person.id)[-1]
    row, column = shown.button(label)
    person.world.simulator.press(person.id, shown.message_id, row=row, column=column)
    (made,) = person.world.simulator.take_updates()
    return made


def written(person: Actor, text: str) -> Body:
    """The update of a text."""
    person.world.simulator.send_text(person.id, text)
    (made,) = person.world.simulator.take_updates()
    return made


# ── twice, at once, in another order ─────────────────────────────────────────────────────────
async def test_the_same_update_twenty_times_at_once_has_one_effect(
    world: World, webhook: Webhook
) -> None:
    talk = await world.event("Collab Talks", seats=5)
    anna = await world.participant("Anna")
    await anna.open_link(f"e_{talk.key}")
    before = await count(world, Inbox)
    seen = len(world.simulator.chat(anna.id))
    await worked(world, webhook, [pressed(anna, "Register")] * 20)
    assert await count(world, Inbox) == before + 1
    assert await count(world, Registration) == 1
    assert await count(world, Notice) == 1
    assert await world.seats_left(talk) == 4
    assert len(world.simulator.chat(anna.id)) == seen + 1  # the card was edited, the notice came
    assert anna.sees().count("Confirmation of registration") == 1


async def test_two_taps_at_once_register_once(world: World, webhook: Webhook) -> None:
    talk = await world.event("Collab Talks", seats=5)
    anna = await world.participant("Anna")
    await anna.open_link(f"e_{talk.key}")
    await worked(world, webhook, [pressed(anna, "Register") for _ in range(5)])
    assert await count(world, Registration) == 1
    assert await count(world, Notice) == 1
    assert "You are registered already" in anna.sees()
    assert anna.sees().count("Confirmation of registration") == 1


@pytest.mark.parametrize("swapped", [False, True], ids=["as done", "swapped"])
async def test_a_message_and_a_press_may_overtake_each_other(
    world: World, webhook: Webhook, swapped: bool
) -> None:
    """They travel in different queues; whichever comes first, both are answered."""
    talk = await world.event("Collab Talks", seats=5)
    anna = await world.participant("Anna")
    await anna.open_link(f"e_{talk.key}")
    updates = [written(anna, "/my"), pressed_on(anna, talk)]
    async with running(world):
        for each in reversed(updates) if swapped else updates:
            assert await webhook.post(each) == 200
        await until(lambda: is_worked(world), "everything to be worked")
    assert world.errors == []
    assert await count(world, Registration) == 1
    said = anna.sees()
    assert "Your place is confirmed" in said
    assert ("You are not registered for an event to come." in said) is not swapped


def pressed_on(person: Actor, talk: Event) -> Body:
    """The update of a press on Register, below whatever else was written."""
    shown = next(
        message
        for message in reversed(person.world.simulator.chat(person.id))
        if any(button.data == f"r:{talk.id}:visitor" for row in message.buttons for button in row)
    )
    row, column = shown.button("Register")
    person.world.simulator.press(person.id, shown.message_id, row=row, column=column)
    (made,) = person.world.simulator.take_updates()
    return made


async def test_one_persons_updates_are_worked_in_order_by_many_workers(
    world: World, webhook: Webhook
) -> None:
    """Twenty texts at once: each is answered, and none before the one it follows."""
    anna = await world.participant("Anna")
    await anna.press_data("ep")
    texts = ["Anna", "Firm"]
    await worked(world, webhook, [written(anna, text) for text in texts])
    await anna.press_data("o:profile:2:0")
    await anna.press_data("o:profile:3:0")
    assert "saved" in anna.screen.text


# ── what is not for us ───────────────────────────────────────────────────────────────────────
def _user(person: Actor) -> Body:
    return {"id": person.id, "is_bot": False, "first_name": "Anna", "language_code": "en"}


def _chat(person: Actor) -> Body:
    return {"id": person.id, "type": "private", "first_name": "Anna"}


GROUP = {"id": -100123, "type": "supergroup", "title": "A group"}
CHANNEL = {"id": -100456, "type": "channel", "title": "A channel"}
AT = 1_800_000_000


def _message(person: Actor, chat: Body, **more: object) -> Body:
    sent = {"message_id": 5, "date": AT, "from": _user(person), "chat": chat, "text": "hello"}
    return sent | more


NOT_FOR_US: dict[str, Callable[[Actor], Body]] = {
    "poll": lambda _: {
        "poll": {
            "id": "1",
            "question": "?",
            "options": [{"text": "a", "voter_count": 1}, {"text": "b", "voter_count": 0}],
            "total_voter_count": 1,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
        }
    },
    "poll answer": lambda p: {"poll_answer": {"poll_id": "1", "user": _user(p), "option_ids": [0]}},
    "edited message": lambda p: {"edited_message": _message(p, _chat(p), edit_date=AT + 1)},
    "channel post": lambda _: {
        "channel_post": {"message_id": 5, "date": AT, "chat": CHANNEL, "text": "hello"}
    },
    "chat member": lambda p: {
        "chat_member": {
            "chat": GROUP,
            "from": _user(p),
            "date": AT,
            "old_chat_member": {"user": _user(p), "status": "left"},
            "new_chat_member": {"user": _user(p), "status": "member"},
        }
    },
    "a kind nobody knows": lambda p: {"thought": {"from": _user(p), "of": ["what", None, 1.5]}},
    "nothing but a number": lambda _: {},
    "a message in a group": lambda p: {"message": _message(p, GROUP, text="/start e_collab-talks")},
    "a command in a group": lambda p: {
        "message": _message(
            p, GROUP, text="/events", entities=[{"type": "bot_command", "offset": 0, "length": 7}]
        )
    },
    "a press in a group": lambda p: {
        "callback_query": {
            "id": "9",
            "from": _user(p),
            "chat_instance": "1",
            "data": "f:1",
            "message": {
                "message_id": 5,
                "date": AT,
                "chat": GROUP,
                "from": {"id": 1000001, "is_bot": True, "first_name": "x"},
            },
        }
    },
    "a group that takes us in": lambda p: {
        "my_chat_member": {
            "chat": GROUP,
            "from": _user(p),
            "date": AT,
            "old_chat_member": {
                "user": {"id": 1, "is_bot": True, "first_name": "x"},
                "status": "left",
            },
            "new_chat_member": {
                "user": {"id": 1, "is_bot": True, "first_name": "x"},
                "status": "member",
            },
        }
    },
}


@pytest.mark.parametrize("kind", NOT_FOR_US)
async def test_what_is_not_for_us_is_taken_and_ignored(
    world: World, webhook: Webhook, kind: str
) -> None:
    talk = await world.event("Collab Talks", seats=5)
    anna = await world.participant("Anna")
    await anna.press("Register", on=talk)
    await world.tick()
    before, seen = await contents(world), len(world.simulator.chat(anna.id))
    await worked(world, webhook, [{"update_id": 77, **NOT_FOR_US[kind](anna)}])
    assert changed(before, await contents(world)) == set()
    assert len(world.simulator.chat(anna.id)) == seen


async def test_a_stranger_who_only_edits_leaves_no_trace(world: World, webhook: Webhook) -> None:
    """Whom we never answer we need not know."""
    stranger = world.newcomer("Stranger")
    before = await contents(world)
    await worked(
        world,
        webhook,
        [{"update_id": 78, "edited_message": _message(stranger, _chat(stranger), edit_date=AT)}],
    )
    assert changed(before, await contents(world)) == set()


@pytest.mark.parametrize(
    "news",
    [
        {"a_new_field": {"deep": [1, {"er": None}]}},
        {"effect_id": "1", "sender_boost_count": 3},
        {"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]},
        {"location": {"latitude": 50.8, "longitude": 12.9}},
        {"contact": {"phone_number": "+49", "first_name": "Eve", "user_id": 1}},
    ],
    ids=lambda news: next(iter(news)),
)
async def test_new_fields_and_media_are_answered_like_any_message(
    world: World, webhook: Webhook, news: Body
) -> None:
    anna = await world.participant("Anna")
    sent = _message(anna, _chat(anna), **news)
    if "text" not in news and not {"a_new_field", "effect_id"} & set(news):
        del sent["text"]
    await worked(world, webhook, [{"update_id": 79, "message": sent}])
    assert "understand buttons better than sentences" in anna.sees()


# ── too long, and written oddly ──────────────────────────────────────────────────────────────
LONG = ["ä" * 4096, "🙂" * 2048, "word " * 819]


@pytest.mark.parametrize("text", LONG, ids=["letters", "emoji", "words"])
async def test_a_text_of_4096_characters_is_told_from_an_answer_everywhere(
    world: World, text: str
) -> None:
    question = {"key": "why", "text": {"en": "What for?"}}
    number = {"key": "how_many", "kind": "number", "text": {"en": "How many?"}}
    talk = await world.event("Collab Talks", seats=5, questions=(question, number))
    eva = world.newcomer("Eva")
    await eva.open_link(f"e_{talk.key}")
    await eva.press("Continue")
    await eva.press("No, thank you")
    await eva.press("Register")
    typed = {"What is your name?": "Eva", "organisation": "Firm"}
    for words, answer in typed.items():
        assert words in eva.screen.text
        await eva.type(text)
        assert "Please shorten it" in eva.screen.text
        await eva.type(answer)
    await eva.press_first()
    await eva.press_first()
    await eva.type(text)
    assert "Please shorten it" in eva.screen.text
    await eva.type("because")
    await eva.type(text)
    assert "Please shorten it" in eva.screen.text or "number" in eva.screen.text
    await eva.type("2")
    assert "Your place is confirmed" in eva.screen.text
    await eva.type(text)  # to nobody in particular: it could be asked, were it shorter
    assert "at most 2000 are possible" in eva.screen.text


ODD = {
    "markup": '<b>x</b> & </a><a href="https://evil">',
    "half a tag": "a < b && c > d </",
    "entities": "&lt;b&gt; &amp;amp; &#x27; &nosuch;",
    "markdown": "*bold* _under `code` [x](tg://user?id=1) ||s||",
    "braces": "{title} {0} %s %(name)s {{}}",
    "right to left": "\u202eevil\u202c שלום \u200fعربي",
    "emoji": "👩\u200d🚀 🇪🇺 é e\u0301",
    "separators": "a:b.c|d;e",
}


@pytest.mark.parametrize("odd", ODD)
async def test_what_people_and_organisers_write_is_shown_as_it_is(world: World, odd: str) -> None:
    """In the names of people, firms, events, places, limits and questions; none of it is markup."""
    words = ODD[odd]
    question = {"key": "why", "text": {"en": f"What for? {words}"}}
    talk = await world.event(
        words,
        key="odd",
        questions=(question,),
        limits=({"key": "room", "label": {"en": words}, "seats": 1},),
    )
    eva = world.newcomer(words)
    await eva.open_link("e_odd")
    await eva.press("Continue")
    await eva.press("No, thank you")
    assert plain(words) in plain(eva.screen.text)
    await eva.press("Register")
    for answer in (words, words):
        await eva.type(answer)
    await eva.press_first()
    await eva.press_first()
    assert plain(words) in plain(eva.screen.text)
    await eva.type(words)
    assert "Your place is confirmed" in eva.screen.text
    await world.tick()
    assert plain(words) in plain(eva.notices[-1].text)
    await eva.type("/mydata")
    await eva.type("/my")
    jan = await world.participant("Jan")
    await jan.press("Register", on=talk)
    await jan.type("me too")
    assert plain(words) in plain(jan.screen.text)  # the limit that is full
    links = [
        entity.url
        for person in (eva, jan)
        for message in world.simulator.chat(person.id)
        for entity in message.entities
        if entity.url
    ]
    assert not [link for link in links if "evil" in link or "user?id" in link]


def plain(text: str) -> str:
    """A text without what a messenger does not draw."""
    return " ".join("".join(sign for sign in text if sign.isprintable() or sign == " ").split())


@pytest.mark.parametrize(
    "text", ["\0", "a\0b", "\ud800", "x\udfffy", "\x01\x02", "\u200b", "/start e_\0"]
)
async def test_signs_that_no_database_keeps_are_no_error(
    world: World, webhook: Webhook, text: str
) -> None:
    anna = await world.participant("Anna")
    await anna.press_data("ep")
    for number, kind in enumerate(("text", "name")):
        sent = _message(anna, _chat(anna))
        sent = sent | {"text": text} if kind == "text" else sent
        sent["from"]["first_name"] = text
        if text.startswith("/"):
            sent["entities"] = [{"type": "bot_command", "offset": 0, "length": 6}]
        body = json.dumps({"update_id": 80 + number, "message": sent}).encode()
        assert await webhook.post_bytes(body) == 200
    async with running(world):
        await until(lambda: is_worked(world), "everything to be worked")
    assert world.errors == []


# ── what is no update ────────────────────────────────────────────────────────────────────────
POISON = "poison-that-must-be-nowhere"
BODIES: dict[str, bytes] = {
    "nothing": b"",
    "no json": b"{" + POISON.encode(),
    "an empty object": b"{}",
    "a list": b"[1, 2]",
    "a number": b"7",
    "no number of its own": json.dumps({"message": POISON}).encode(),
    "a text as its number": json.dumps({"update_id": "7", "x": POISON}).encode(),
    "truth as its number": b'{"update_id": true}',
    "a number too large": b'{"update_id": 99999999999999999999}',
    "a number below nothing": b'{"update_id": -1}',
    "a number of 5,000 digits": b'{"update_id": ' + b"9" * 5000 + b"}",
    "10,000 deep": b'{"update_id": 1, "x": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "no text at all": b"\xff\xfe\x00" + POISON.encode(),
    "ten megabytes": b'{"update_id": 1, "x": "' + b"a" * 10_000_000 + b'"}',
}


async def test_a_body_that_is_no_update_is_refused_and_told_to_nobody(
    world: World, webhook: Webhook, logged: Logged, caplog: pytest.LogCaptureFixture
) -> None:
    statuses = {name: await webhook.post_bytes(body) for name, body in BODIES.items()}
    assert {name: code for name, code in statuses.items() if not 400 <= code < 500} == {}
    assert statuses["ten megabytes"] == 413
    assert await count(world, Inbox) == 0
    assert POISON not in str(logged) + caplog.text


@pytest.mark.parametrize(
    "secret",
    [
        None,
        "",
        "wrong",
        WEBHOOK_SECRET[:-1],
        WEBHOOK_SECRET + "x",
        "gehe\u00efm",
        WEBHOOK_SECRET.upper(),
    ],
    ids=["missing", "empty", "wrong", "prefix", "longer", "not ascii", "other case"],
)
async def test_without_the_secret_nothing_is_taken(
    world: World, webhook: Webhook, secret: str | None, logged: Logged
) -> None:
    anna = world.newcomer("Anna")
    world.simulator.send_text(anna.id, POISON)
    (made,) = world.simulator.take_updates()
    headers = {} if secret is None else {SECRET_HEADER: secret}
    assert await webhook.post_bytes(json.dumps(made).encode(), headers) == 403
    assert await count(world, Inbox) == 0
    assert str(logged) == ""


# ── a handler that fails ─────────────────────────────────────────────────────────────────────
async def test_an_update_that_fails_three_times_is_put_aside_and_the_next_one_works(
    world: World,
) -> None:
    talk = await world.event("Collab Talks", seats=5)
    anna, jan = await world.participants("Anna", "Jan")
    async with world.database.writing() as session:
        await session.execute(
            update(Event).where(Event.id == talk.id).values(roles=[{"broken": "by hand"}])
        )
    world.expects_errors = True
    await anna.open_link(f"e_{talk.key}")
    assert len(world.errors) == 3
    assert "your last step was not carried out" in anna.screen.text
    assert anna.sees().count("your last step was not carried out") == 1
    async with world.database.reading() as session:
        parked = await session.scalar(select(Inbox).where(Inbox.state == InboxState.PARKED))
    assert parked is not None
    assert (parked.payload, parked.person_key, parked.error) == (None, None, "KeyError")
    assert str(parked.id) in anna.screen.text

    world.expects_errors = False
    world.errors.clear()
    await anna.type("/help")
    assert "What the assistant can do" in anna.screen.text
    await jan.type("/help")
    assert "What the assistant can do" in jan.screen.text


async def test_an_update_that_cannot_be_read_holds_up_nobody(
    world: World, webhook: Webhook
) -> None:
    """A past bug: it was tried again every fifteen seconds, and told to nobody."""
    anna = await world.participant("Anna")
    world.expects_errors = True
    unreadable = {"update_id": 90, "message": {"from": {"id": anna.id}, "date": "yesterday"}}
    async with running(world):
        assert await webhook.post_all([unreadable, written(anna, "/help")]) == [200, 200]
        await until(lambda: is_worked(world), "everything to be worked")
    async with world.database.reading() as session:
        parked = await session.scalar(select(Inbox).where(Inbox.update_id == 90))
    assert parked is not None
    assert (parked.state, parked.attempts) == (InboxState.PARKED, 3)
    assert "What the assistant can do" in anna.sees()


async def test_a_flood_of_one_person_lets_the_others_through(
    world: World, webhook: Webhook
) -> None:
    flooder, anna = await world.participants("Flooder", "Anna")
    flood = [written(flooder, "again and again") for _ in range(60)]
    async with running(world):
        assert set(await webhook.post_all(flood)) == {200}
        assert await webhook.post(written(anna, "/help")) == 200
        async with asyncio.timeout(20):
            await until(lambda: "What the assistant can do" in anna.sees(), "Anna's answer")
        assert not await is_worked(world)  # the flood is still being worked
        await until(lambda: is_worked(world), "everything to be worked")
