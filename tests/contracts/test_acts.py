"""Taking back and putting right: done again until it is certain, whatever Telegram answers."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from telegram import Bot

from bot.simulator.faults import FaultKind
from bot.simulator.media import Photo
from bot.telegram import render
from tests.contracts.conftest import Logged
from tests.support import announcing
from tests.support.announcing import WORDS, notice_of, seen, state_of
from tests.support.hand import HandClock
from tests.support.pictures import picture
from tests.support.waiting import until
from tests.support.world import Actor, World
from xinno_core.models import BroadcastState, Event, MediaKind, NoticeState
from xinno_core.models import Media as MediaRow
from xinno_core.services import acts, corrections, notices
from xinno_core.services.composing import Sent, SentKind
from xinno_core.services.contents import MediaPart, Part, PlacePart, TextPart
from xinno_core.texts.message import Message

LINE = "The organiser has taken this message back."
NEW = "The door is in the street."


async def scene(world: World, people: int) -> tuple[Event, Actor, list[Actor]]:
    talk, olga = await world.event("Collab Talks", seats=None), await world.organiser("Olga")
    return talk, olga, await announcing.crowd(world, talk, people)


async def recall(world: World, broadcast_id: int, by: Actor) -> None:
    async with world.database.writing() as session:
        await acts.recall(
            session,
            participant=await world.person(session, by),
            broadcast_id=broadcast_id,
            now=world.now,
        )


async def correct(world: World, broadcast_id: int, by: Actor, words: str = NEW) -> None:
    async with world.database.writing() as session:
        person = await world.person(session, by)
        asked: dict[str, Any] = {
            "participant": person,
            "broadcast_id": broadcast_id,
            "now": world.now,
        }
        begun = await corrections.begin(session, **asked)
        sent = Sent(SentKind.TEXT, text=words, html=words)
        await corrections.take(session, sent=sent, **asked)
        version = begun.progress.version
        await corrections.confirm(session, version=version, **asked)


def before_each_call(
    monkeypatch: pytest.MonkeyPatch, happens: Callable[[Message], Awaitable[None]]
) -> None:
    """Let something happen when a message was claimed and is about to be sent."""
    send = render.send

    async def then_send(
        bot: Bot, chat_id: int, message: Message, *, plain: bool = False
    ) -> list[int]:
        await happens(message)
        return await send(bot, chat_id, message, plain=plain)

    monkeypatch.setattr(render, "send", then_send)


# ── taking back ──────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("hours, copies, lines", [(47, 0, 0), (49, 0, 1)])
async def test_what_is_too_old_to_disappear_gets_a_line_in_its_place(
    world: World, hours: int, copies: int, lines: int
) -> None:
    talk, olga, (jan,) = await scene(world, 1)
    one = await announcing.sent(world, talk, olga)
    world.clock.set(world.now + timedelta(hours=hours))
    await recall(world, one, olga)
    await world.tick()
    assert (seen(jan), seen(jan, LINE)) == (copies, lines)
    assert (await notice_of(world, one, jan)).state is NoticeState.RECALLED
    figures = await announcing.figures_of(world, one)
    assert (figures.audience, figures.arrived, figures.recalled, figures.asked) == (1, 1, 1, 0)


async def test_telegram_refuses_to_delete_and_the_line_is_shown_instead(world: World) -> None:
    """Our clock says that it is young enough; Telegram's word counts."""
    talk, olga, (jan,) = await scene(world, 1)
    one = await announcing.sent(world, talk, olga)
    world.simulator.faults.add(
        kind=FaultKind.BAD_REQUEST,
        method="deleteMessage",
        description="message can't be deleted for everyone",
    )
    await recall(world, one, olga)
    await world.tick()
    assert (seen(jan), seen(jan, LINE)) == (0, 1)
    assert (await notice_of(world, one, jan)).state is NoticeState.RECALLED


async def test_a_message_that_is_gone_already_is_taken_back(world: World) -> None:
    talk, olga, (jan,) = await scene(world, 1)
    one = await announcing.sent(world, talk, olga)
    chat = world.simulator.chat_of(jan.id)
    del chat.messages[(await notice_of(world, one, jan)).telegram_ids[0]]
    await recall(world, one, olga)
    await world.tick()
    assert (await notice_of(world, one, jan)).state is NoticeState.RECALLED


@pytest.mark.parametrize(
    "fault",
    [
        FaultKind.ACCEPT_THEN_HANG,
        FaultKind.BROKEN_JSON,
        FaultKind.SERVER_ERROR,
        FaultKind.DROP,
        FaultKind.CONNECT_REFUSED,
    ],
)
async def test_an_end_without_proof_is_tried_again_until_it_is_certain(
    world: World, fault: FaultKind
) -> None:
    talk, olga, people = await scene(world, 3)
    one = await announcing.sent(world, talk, olga)
    world.simulator.faults.add(kind=fault, method="deleteMessage", times=4)
    await recall(world, one, olga)
    for _ in range(4):
        await world.assistant.acting.drain()
    assert [seen(person) for person in people] == [0, 0, 0]
    assert (await announcing.figures_of(world, one)).recalled == 3


async def test_while_telegram_is_away_what_is_asked_stays_asked_over_a_restart(
    world: World,
) -> None:
    talk, olga, people = await scene(world, 2)
    one = await announcing.sent(world, talk, olga)
    world.simulator.faults.add(kind=FaultKind.DROP, method="deleteMessage", times=None)
    await recall(world, one, olga)
    await world.assistant.acting.drain()
    assert (await announcing.figures_of(world, one)).asked == 2
    world.simulator.faults.clear()
    await world.restart()
    await world.tick()
    figures = await announcing.figures_of(world, one)
    assert (figures.asked, figures.recalled) == (0, 2)
    assert [seen(person) for person in people] == [0, 0]


async def test_a_process_that_died_at_work_leaves_nothing_behind(world: World) -> None:
    """It had claimed, and never recorded: another one does it again, without harm."""
    talk, olga, (jan,) = await scene(world, 1)
    one = await announcing.sent(world, talk, olga)
    await recall(world, one, olga)
    async with world.database.writing() as session:
        assert len(await acts.claim(session, holder="dead", now=world.now)) == 1
    await world.assistant.acting.drain()
    assert seen(jan) == 1  # its lease still holds
    async with world.database.writing() as session:
        await acts.release_all(session)
    await world.tick()
    assert seen(jan) == 0


async def test_who_has_blocked_us_keeps_it_and_is_counted(world: World) -> None:
    talk, olga, (jan, eva) = await scene(world, 2)
    one = await announcing.sent(world, talk, olga)
    world.simulator.block(jan.id)
    world.simulator.take_updates()
    await recall(world, one, olga)
    await world.tick()
    row = await notice_of(world, one, jan)
    assert (row.state, row.reason, row.act) == (NoticeState.SENT, "recall_blocked", None)
    assert (await notice_of(world, one, eva)).state is NoticeState.RECALLED
    figures = await announcing.figures_of(world, one)
    assert (figures.left, figures.recalled, dict(figures.kept)) == (1, 1, {"recall_blocked": 1})


async def test_a_429_pauses_everything_and_the_rest_is_taken_back_after_it(world: World) -> None:
    talk, olga, people = await scene(world, 3)
    one = await announcing.sent(world, talk, olga)
    await recall(world, one, olga)
    clock = HandClock()
    limiter = world.assistant.limiter
    limiter._clock, limiter._sleep = clock.now, clock.sleep
    world.simulator.faults.add(
        kind=FaultKind.TOO_MANY_REQUESTS, method="deleteMessage", retry_after=60
    )
    working = asyncio.create_task(world.assistant.acting.drain())
    await until(lambda: limiter.paused_for > 50 or working.done(), "Telegram to ask for silence")
    while not working.done():
        await clock.advance(10)
    assert sum(map(seen, people)) > 0
    await clock.advance(60)
    working = asyncio.create_task(world.assistant.acting.drain())
    while not working.done():
        await clock.advance(0.1)
    assert [seen(person) for person in people] == [0, 0, 0]


async def test_who_waits_does_not_get_what_was_taken_back(world: World) -> None:
    talk, olga, people = await scene(world, 3)
    one = await announcing.running(world, talk, olga)
    await recall(world, one, olga)
    await world.tick()
    assert [seen(person) for person in people] == [0, 0, 0]
    assert await state_of(world, one) is BroadcastState.CANCELLED
    assert (await announcing.figures_of(world, one)).skipped == {"cancelled": 3}


async def test_what_is_on_its_way_while_it_is_taken_back_is_taken_back_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was claimed before and arrives after: the recall waits for it."""
    talk, olga, (jan,) = await scene(world, 1)
    one = await announcing.running(world, talk, olga)

    async def meanwhile(_message: Message) -> None:
        await recall(world, one, olga)
        await world.assistant.acting.drain()

    before_each_call(monkeypatch, meanwhile)
    await world.assistant.sender.send_due()
    assert seen(jan) == 1
    await world.tick()
    assert seen(jan) == 0
    assert (await notice_of(world, one, jan)).state is NoticeState.RECALLED


async def test_what_comes_back_unsent_after_the_recall_is_dropped(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk, olga, (jan,) = await scene(world, 1)
    one = await announcing.running(world, talk, olga)
    world.simulator.faults.add(kind=FaultKind.CONNECT_REFUSED, method="sendMessage")

    async def meanwhile(_message: Message) -> None:
        await recall(world, one, olga)

    before_each_call(monkeypatch, meanwhile)
    await world.assistant.sender.send_due()
    await world.tick()
    row = await notice_of(world, one, jan)
    assert (row.state, row.reason, seen(jan)) == (NoticeState.SKIPPED, "cancelled", 0)


async def test_several_messages_disappear_together(world: World) -> None:
    talk, olga, (jan,) = await scene(world, 1)
    place = PlacePart(50.8, 12.9, "Town hall", "Market 1")
    before = len(world.simulator.chat(jan.id))
    one = await announcing.sent(
        world, talk, olga, {"en": [TextPart(WORDS), place, TextPart("Bye")]}
    )
    assert len(world.simulator.chat(jan.id)) - before == 3
    await recall(world, one, olga)
    await world.tick()
    assert len(world.simulator.chat(jan.id)) == before


async def test_a_part_of_what_did_not_arrive_whole_is_taken_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two of three have gone, the third is unknown; the two disappear, the unknown stays one."""
    talk, olga, (jan,) = await scene(world, 1)
    before = len(world.simulator.chat(jan.id))
    parts = [TextPart(WORDS), TextPart("Two"), TextPart("Three")]
    one = await announcing.running(world, talk, olga, {"en": parts})
    fault = world.simulator.faults.add(kind=FaultKind.DROP, method="sendMessage", times=0)

    async def third(message: Message) -> None:
        fault.times = 1 if "Three" in message.text else 0

    before_each_call(monkeypatch, third)
    await world.tick()
    assert (await notice_of(world, one, jan)).state is NoticeState.UNKNOWN
    await recall(world, one, olga)
    await world.tick()
    assert len(world.simulator.chat(jan.id)) == before
    row = await notice_of(world, one, jan)
    assert (row.state, row.act) == (NoticeState.UNKNOWN, None)


# ── putting right ────────────────────────────────────────────────────────────────────────────
async def test_a_correction_changes_the_words_where_they_stand(world: World) -> None:
    talk, olga, (jan,) = await scene(world, 1)
    one = await announcing.sent(world, talk, olga)
    before = len(world.simulator.chat(jan.id))
    world.clock.set(world.now + timedelta(days=5))  # an edit has no limit of time
    await correct(world, one, olga)
    await world.tick()
    assert (seen(jan), seen(jan, NEW), len(world.simulator.chat(jan.id))) == (0, 1, before)
    assert "Corrected: " in world.simulator.chat(jan.id)[-1].text
    row = await notice_of(world, one, jan)
    assert (row.state, row.version) == (NoticeState.CORRECTED, 1)


async def test_who_waits_gets_the_new_words_once_and_without_a_line(world: World) -> None:
    talk, olga, people = await scene(world, 2)
    one = await announcing.running(world, talk, olga)
    await correct(world, one, olga)
    await world.tick()
    assert [seen(person, NEW) for person in people] == [1, 1]
    assert not any(seen(person, "Corrected: ") for person in people)
    figures = await announcing.figures_of(world, one)
    assert (figures.arrived, figures.corrected, figures.earlier) == (2, 0, 0)


async def test_nobody_keeps_the_earlier_version_that_was_on_its_way(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk, olga, (jan,) = await scene(world, 1)
    one = await announcing.running(world, talk, olga)

    async def meanwhile(_message: Message) -> None:
        await correct(world, one, olga)

    before_each_call(monkeypatch, meanwhile)
    await world.assistant.sender.send_due()
    assert seen(jan) == 1
    await world.tick()
    assert (seen(jan), seen(jan, NEW)) == (0, 1)


async def test_what_was_claimed_with_the_earlier_words_does_not_begin(world: World) -> None:
    """Between the claim and the call it was put right: it is claimed anew, with the new words."""
    talk, olga, (jan,) = await scene(world, 1)
    one = await announcing.running(world, talk, olga)
    async with world.database.writing() as session:
        claimed = await notices.claim(session, holder="slow", now=world.now)
    await correct(world, one, olga)
    async with world.database.writing() as session:
        assert not await notices.begin(session, claimed.to_send[0].id, holder="slow")
    await world.tick()
    assert (seen(jan), seen(jan, NEW), seen(jan, "Corrected: ")) == (0, 1, 0)


async def test_a_caption_is_put_right_and_the_album_stays(world: World) -> None:
    talk, olga, (jan,) = await scene(world, 1)
    media = []
    async with world.database.writing() as session:
        for number in range(2):
            world.simulator.send_photo(olga.id, picture(number + 1))
            photo = world.simulator.chat(olga.id)[-1].media
            assert isinstance(photo, Photo)
            row = MediaRow(
                event_id=talk.id,
                kind=MediaKind.PHOTO,
                file_id=str(photo.as_telegram()[-1]["file_id"]),
                unique_id=f"unique-{number}",
                bot_id=1,
                created_at=world.now,
                position=number,
            )
            session.add(row)
            await session.flush()
            media.append(row.id)
    world.simulator.take_updates()
    album = MediaPart(tuple(media), WORDS)
    one = await announcing.sent(world, talk, olga, {"en": [album]})
    before = len(world.simulator.chat(jan.id))
    await correct(world, one, olga)
    await world.tick()
    assert (seen(jan), seen(jan, NEW), len(world.simulator.chat(jan.id))) == (0, 1, before)
    assert (await notice_of(world, one, jan)).state is NoticeState.CORRECTED


async def test_only_those_change_who_read_the_language_that_was_wrong(world: World) -> None:
    talk, olga = await world.event("Collab Talks", seats=None), await world.organiser("Olga")
    jan, eva, anna = await announcing.crowd(world, talk, 3, languages=("en", "de", "it"))
    contents: dict[str, list[Part]] = {
        "en": [TextPart(WORDS)],
        "de": [TextPart("Der Eingang ist im Hof.")],
    }
    one = await announcing.sent(world, talk, olga, contents)
    async with world.database.writing() as session:
        asked: dict[str, Any] = {
            "participant": await world.person(session, olga),
            "broadcast_id": one,
            "now": world.now,
        }
        await corrections.begin(session, **asked)
        await corrections.choose(session, language="en", part=0, **asked)
        await corrections.take(session, sent=Sent(SentKind.TEXT, text=NEW, html=NEW), **asked)
        await corrections.confirm(session, version=0, **asked)
    await world.tick()
    assert (seen(jan, NEW), seen(anna, NEW), seen(eva, "im Hof")) == (1, 1, 1)  # anna reads English
    assert not seen(eva, "Corrected: ") + seen(eva, "Korrigiert")
    figures = await announcing.figures_of(world, one)
    assert (figures.corrected, figures.earlier) == (2, 0)


async def test_the_newer_correction_counts_when_an_older_one_is_under_way(world: World) -> None:
    talk, olga, (jan,) = await scene(world, 1)
    one = await announcing.sent(world, talk, olga)
    await correct(world, one, olga, "Second words")
    async with world.database.writing() as session:
        (older,) = await acts.claim(session, holder="slow", now=world.now)
    await correct(world, one, olga, "Third words")
    async with world.database.writing() as session:
        await acts.record_done(
            session, acts.ActAttempt(older.due.id, older.act, "slow", older.due.version)
        )
    await world.tick()
    assert (seen(jan, "Second words"), seen(jan, "Third words")) == (0, 1)
    assert (await notice_of(world, one, jan)).version == 2


async def test_what_was_corrected_can_be_taken_back_and_then_not_corrected(world: World) -> None:
    talk, olga, (jan,) = await scene(world, 1)
    one = await announcing.sent(world, talk, olga)
    await correct(world, one, olga)
    await recall(world, one, olga)
    await world.tick()
    assert (seen(jan), seen(jan, NEW)) == (0, 0)
    async with world.database.writing() as session:
        outcome = await corrections.begin(
            session,
            participant=await world.person(session, olga),
            broadcast_id=one,
            now=world.now,
        )
    assert not isinstance(outcome, corrections.Correction)


async def test_refused_markup_is_put_right_without_it_and_logged_as_ours(
    world: World, logged: Logged
) -> None:
    talk, olga, (jan,) = await scene(world, 1)
    one = await announcing.sent(world, talk, olga)
    world.simulator.faults.add(
        kind=FaultKind.BAD_REQUEST,
        method="editMessageText",
        description="can't parse entities: unsupported start tag",
    )
    await correct(world, one, olga)
    await world.tick()
    assert seen(jan, NEW) == 1
    assert len(logged.take_errors("markup_refused")) == 1


async def test_a_deleted_message_cannot_be_put_right_and_is_counted(world: World) -> None:
    talk, olga, (jan,) = await scene(world, 1)
    one = await announcing.sent(world, talk, olga)
    del world.simulator.chat_of(jan.id).messages[(await notice_of(world, one, jan)).telegram_ids[0]]
    await correct(world, one, olga)
    await world.tick()
    row = await notice_of(world, one, jan)
    assert (row.state, row.reason, row.version) == (NoticeState.SENT, "correct_gone", 0)
