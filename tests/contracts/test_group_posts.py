"""Every post in a group ends in one of three ways, and no way of Telegram's posts it twice."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.simulator.faults import FaultKind
from bot.telegram import intake
from tests.contracts.conftest import Logged
from tests.support.groups import GroupChat, linked_group
from tests.support.hand import HandClock
from tests.support.waiting import until
from tests.support.world import SECRET, Actor, World
from xinno_core.models import (
    Broadcast,
    BroadcastState,
    Event,
    EventGroup,
    EventState,
    GroupPost,
    GroupPostKind,
    Inbox,
    Media,
    MediaKind,
    NoticeState,
    Participant,
)
from xinno_core.services import event_groups, group_polls, group_posts
from xinno_core.services.contents import (
    Content,
    LinkButton,
    MediaPart,
    Part,
    PollPart,
    TextPart,
    as_json,
)
from xinno_core.services.event_groups import Chat, GroupTaken, Linked, LinkUsedUp

POLL = PollPart("Which day?", ("Monday", "Tuesday"))


async def setting(world: World) -> tuple[Event, Actor, GroupChat]:
    """An event with a group that has been greeted."""
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    return talk, olga, await linked_group(world, talk, olga)


async def promise(world: World, *parts: Part, key: str = "post:test") -> None:
    """Owe the group a post."""
    async with world.database.writing() as session:
        group_id = await session.scalar(select(EventGroup.id))
        assert group_id is not None
        await group_posts.promise(
            session,
            group_id=group_id,
            content=Content(parts),
            dedup_prefix=key,
            due_at=world.now,
        )


async def rows(world: World) -> Sequence[GroupPost]:
    """All posts but the first sentence."""
    async with world.database.reading() as session:
        return (await session.scalars(select(GroupPost).order_by(GroupPost.id))).all()[1:]


async def the_group(world: World) -> EventGroup:
    async with world.database.reading() as session:
        return (await session.scalars(select(EventGroup))).one()


def copies(chat: GroupChat, said: str) -> int:
    return sum(said in one for one in chat.posts)


# ── endings ──────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "kind", [FaultKind.ACCEPT_THEN_HANG, FaultKind.BROKEN_JSON, FaultKind.DROP]
)
async def test_what_nobody_can_know_is_unknown_and_never_repeated(
    world: World, kind: FaultKind
) -> None:
    _, olga, talkers = await setting(world)
    await promise(world, TextPart("Only once"))
    world.simulator.faults.add(kind=kind, method="sendMessage", chat_id=talkers.id)
    await world.tick()
    await world.restart()
    await world.advance(days=1)
    (post,) = await rows(world)
    assert (post.state, post.attempts) == (NoticeState.UNKNOWN, 1)
    assert copies(talkers, "Only once") == (0 if kind is FaultKind.DROP else 1)
    await olga.press_data("tg:1")
    assert "not certain whether it arrived" in olga.screen.text


async def test_killed_after_telegram_took_it_a_post_is_unknown_and_not_repeated(
    world: World,
) -> None:
    _, _, talkers = await setting(world)
    await promise(world, TextPart("Only once"))
    sending = asyncio.create_task(world.assistant.posting.work())

    def kill(event: dict[str, Any]) -> None:
        if event["kind"] == "group_message":
            sending.cancel()

    stop = world.simulator.listen(kill)
    with pytest.raises(asyncio.CancelledError):
        await sending
    stop()
    (post,) = await rows(world)
    assert post.state is NoticeState.SENDING
    async with world.database.writing() as session:  # its lease runs out
        past = datetime.now(UTC) - timedelta(minutes=10)
        await session.execute(
            update(GroupPost).where(GroupPost.id == post.id).values(lease_until=past)
        )
    await world.restart()
    await world.tick()
    (post,) = await rows(world)
    assert (post.state, post.reason) == (NoticeState.UNKNOWN, "interrupted")
    assert copies(talkers, "Only once") == 1


async def test_a_lease_that_still_holds_is_left_to_its_holder(world: World) -> None:
    _, _, talkers = await setting(world)
    await promise(world, TextPart("Only once"))
    async with world.database.writing() as session:
        (mine,) = await group_posts.claim(session, holder="mine", now=world.now)
    assert await world.assistant.posting.tidy() == 0
    assert await world.assistant.posting.drain() == 0
    assert copies(talkers, "Only once") == 0
    attempt = group_posts.Attempt(mine.id, "another", now=world.now)
    async with world.database.writing() as session:
        await group_posts.record_sent(session, attempt)
    (post,) = await rows(world)
    assert post.state is NoticeState.SENDING


async def test_what_was_certainly_not_sent_goes_on_after_what_was(world: World) -> None:
    _, _, talkers = await setting(world)
    await promise(world, TextPart("One"), TextPart("Two"), TextPart("Three"))
    fault = world.simulator.faults.add(
        kind=FaultKind.CONNECT_REFUSED, method="sendMessage", chat_id=talkers.id, times=0
    )

    def third_time(event: dict[str, Any]) -> None:
        fault.times = 2 if event["kind"] == "group_message" and copies(talkers, "Two") == 0 else 0

    stop = world.simulator.listen(third_time)
    await world.tick()
    stop()
    assert [one.partition("\n")[0] for one in talkers.posts[1:]] == ["Collab Talks", "Two", "Three"]
    (post,) = await rows(world)
    assert (post.state, post.attempts, len(post.telegram_ids)) == (NoticeState.SENT, 1, 3)


async def test_a_429_pauses_and_then_it_goes(world: World) -> None:
    _, _, talkers = await setting(world)
    clock, limiter = HandClock(), world.assistant.limiter
    limiter._clock, limiter._sleep = clock.now, clock.sleep
    await promise(world, TextPart("Later"))
    world.simulator.faults.add(
        kind=FaultKind.TOO_MANY_REQUESTS, method="sendMessage", retry_after=60
    )
    await world.tick()
    assert limiter.paused_for == 60
    assert await world.assistant.posting.work() == 0
    assert copies(talkers, "Later") == 0
    await clock.advance(70)
    await world.tick()
    assert copies(talkers, "Later") == 1


async def test_after_many_doubtful_endings_nothing_is_risked(world: World) -> None:
    _, _, talkers = await setting(world)
    await promise(world, TextPart("Later"))
    world.assistant.health.without_proof = 10
    assert await world.assistant.posting.work() == 0
    assert (await rows(world))[0].state is NoticeState.PLANNED
    world.assistant.health.without_proof = 0
    await world.tick()
    assert copies(talkers, "Later") == 1


async def test_removed_from_the_group_the_organiser_is_shown_it(world: World) -> None:
    talk, olga, talkers = await setting(world)
    await promise(world, TextPart("One"), key="post:one")
    await promise(world, TextPart("Two"), key="post:two")
    world.simulator.kick_bot(talkers.id, by=olga.id)
    world.simulator.take_updates()  # which never arrive
    await world.tick()
    assert [(post.state, post.reason) for post in await rows(world)] == [
        (NoticeState.FAILED, "removed_from_group"),
        (NoticeState.SKIPPED, "removed_from_group"),
    ]
    assert (await the_group(world)).left_at == world.now
    await olga.press_data(f"we:{talk.id}")
    assert "The assistant was removed from the Telegram group" in olga.screen.text


async def test_a_post_that_telegram_refuses_fails_with_its_reason(world: World) -> None:
    talk, olga, talkers = await setting(world)
    await promise(world, TextPart("One"))
    world.simulator.faults.add(
        kind=FaultKind.BAD_REQUEST,
        method="sendMessage",
        chat_id=talkers.id,
        description="not enough rights to send text messages to the chat",
    )
    await world.tick()
    (post,) = await rows(world)
    assert post.state is NoticeState.FAILED
    await olga.press_data(f"tg:{talk.id}")
    assert "not posted: the assistant may not write in the group" in olga.screen.text
    assert (await the_group(world)).left_at is None


async def test_pictures_that_were_withdrawn_are_not_posted(world: World) -> None:
    talk, olga, talkers = await setting(world)
    async with world.database.writing() as session:
        media = Media(
            event_id=talk.id,
            kind=MediaKind.PHOTO,
            bot_id=1,
            file_id="withdrawn",
            unique_id="withdrawn",
            created_at=world.now,
            stopped_at=world.now,
        )
        session.add(media)
        await session.flush()
        stopped = MediaPart((media.id,))
    await promise(world, stopped, key="post:picture")
    await promise(world, stopped, TextPart("Words alone"), key="post:both")
    await world.tick()
    assert [post.state for post in await rows(world)] == [NoticeState.FAILED, NoticeState.SENT]
    assert len(talkers.posts) == 2
    await olga.press_data(f"tg:{talk.id}")
    assert "not posted: what it showed was withdrawn" in olga.screen.text


async def test_refused_markup_goes_plain_once(world: World, logged: Logged) -> None:
    _, _, talkers = await setting(world)
    await promise(world, TextPart("Fine"))
    world.simulator.faults.add(
        kind=FaultKind.BAD_REQUEST,
        method="sendMessage",
        chat_id=talkers.id,
        description="can't parse entities: unsupported start tag",
    )
    await world.tick()
    assert copies(talkers, "Fine") == 1
    assert logged.take_errors("markup_refused")


async def test_a_group_that_moves_in_the_middle_gets_each_message_once(world: World) -> None:
    _, olga, talkers = await setting(world)
    await promise(world, TextPart("One"), TextPart("Two"))
    moved: list[GroupChat] = []

    def move(event: dict[str, Any]) -> None:
        if event["kind"] == "group_message" and not moved and copies(talkers, "One"):
            moved.append(talkers)
            to = world.simulator.migrate_group(talkers.id, by=olga.id)
            moved[0] = GroupChat(world, to.id)

    stop = world.simulator.listen(move)
    await world.tick()
    stop()
    assert (copies(talkers, "One"), copies(talkers, "Two")) == (1, 0)
    assert (copies(moved[0], "One"), copies(moved[0], "Two")) == (0, 1)
    await world.respond(olga)  # the service messages come late, and say what is known
    stands = await the_group(world)
    assert (stands.chat_id, stands.former_chat_id) == (moved[0].id, talkers.id)
    assert (await rows(world))[0].state is NoticeState.SENT


async def test_a_group_that_was_chosen_anew_under_its_new_id_is_not_fought_over(
    world: World,
) -> None:
    _, olga, talkers = await setting(world)
    other = await world.event("Other Talks")
    moved = world.simulator.migrate_group(talkers.id, by=olga.id)
    world.simulator.take_updates()
    async with world.database.writing() as session:
        session.add(
            EventGroup(
                event_id=other.id, chat_id=moved.id, link_key="x", title="T", linked_at=world.now
            )
        )
    await promise(world, TextPart("One"))
    await world.tick()
    async with world.database.reading() as session:
        kept = (
            await session.scalars(select(EventGroup).where(EventGroup.unlinked_at.is_(None)))
        ).all()
    assert [one.event_id for one in kept] == [other.id]


async def test_posts_of_a_group_come_in_their_order(world: World) -> None:
    """Also when the first must be sent again."""
    _, _, talkers = await setting(world)
    for number in range(5):
        await promise(world, TextPart(f"Post {number}"), key=f"post:{number}")
    world.simulator.faults.add(kind=FaultKind.CONNECT_REFUSED, method="sendMessage")
    await asyncio.gather(*(world.assistant.posting.drain() for _ in range(4)))
    said = ["".join(one.split("\n\n")[1:2]) for one in talkers.posts[1:]]
    assert said == [f"Post {number}" for number in range(5)]


# ── links that race ──────────────────────────────────────────────────────────────────────────
async def link(
    world: World, actor: Actor, event: Event, chat: Chat, *, replaces: int = 0
) -> event_groups.LinkOutcome | None:
    async with world.database.writing() as session:
        return await link_in(session, world, actor, event, chat, replaces=replaces)


async def link_in(
    session: AsyncSession,
    world: World,
    actor: Actor,
    event: Event,
    chat: Chat,
    *,
    replaces: int = 0,
) -> event_groups.LinkOutcome | None:
    """Open a fresh link in a chat."""
    payload = event_groups.make_link(
        SECRET,
        event_id=event.id,
        organiser=await world.person(session, actor),
        replaces=replaces,
        now=world.now,
    )
    return await event_groups.link(
        session,
        telegram_id=actor.id,
        chat=chat,
        payload=payload,
        secret=SECRET,
        at=world.now,
        now=world.now,
    )


async def test_of_organisers_who_link_at_once_one_wins(world: World) -> None:
    talk = await world.event("Collab Talks")
    team = [await world.organiser(f"O{number}") for number in range(4)]
    outcomes = await asyncio.gather(
        *(link(world, one, talk, Chat(-100 - at, "T")) for at, one in enumerate(team))
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["LinkUsedUp"] * 3 + ["Linked"]
    await the_group(world)
    async with world.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(GroupPost)) == 1
    assert LinkUsedUp in {type(one) for one in outcomes}


async def test_of_events_that_want_one_group_at_once_one_gets_it(world: World) -> None:
    """The other keeps the group that it has."""
    first, second = await world.event("First"), await world.event("Second")
    olga, wanted = await world.organiser("Olga"), Chat(-100, "Wanted")
    await link(world, olga, second, Chat(-1, "Own"))
    async with world.database.writing() as session:
        mine = await link_in(session, world, olga, first, wanted)
        late = asyncio.create_task(link(world, olga, second, wanted, replaces=1))
        done, _ = await asyncio.wait({late}, timeout=1)
        assert not done  # it waits for what becomes of the first
    assert isinstance(mine, Linked)
    assert isinstance(await late, GroupTaken)
    async with world.database.reading() as session:
        titles = await session.scalars(
            select(EventGroup.title).where(EventGroup.unlinked_at.is_(None))
        )
    assert sorted(titles) == ["Own", "Wanted"]


async def test_a_draft_is_not_told_to_a_group(world: World) -> None:
    """Its first sentence would name the event to people who must not know of it yet."""
    draft = await world.event("Secret Talks", state=EventState.DRAFT)
    assert await link(world, await world.organiser("Olga"), draft, Chat(-1, "T")) is None


# ── polls ────────────────────────────────────────────────────────────────────────────────────
async def asked(world: World, chat: GroupChat) -> str:
    """Ask the group, and return the poll's id."""
    await promise(world, POLL)
    await world.tick()
    return chat.polls[-1].poll_id or ""


async def told(
    world: World, poll_id: str, *votes: int, update_id: int, is_closed: bool = False
) -> None:
    """Telegram says how a poll stands."""
    await intake.store(
        world.database,
        {
            "update_id": update_id,
            "poll": {
                "id": poll_id,
                "question": "Which day?",
                "options": [{"text": str(at), "voter_count": one} for at, one in enumerate(votes)],
                "total_voter_count": sum(votes),
                "is_closed": is_closed,
                "is_anonymous": True,
                "type": "regular",
                "allows_multiple_answers": False,
            },
        },
    )
    await world.assistant.workers.drain()


async def counts(world: World) -> tuple[list[int], int, bool]:
    post = next(one for one in await rows(world) if one.kind is GroupPostKind.POLL)
    return post.results, post.voters, post.closed_at is not None


async def test_counts_are_what_telegram_said_last(world: World) -> None:
    _, _, talkers = await setting(world)
    poll_id = await asked(world, talkers)
    await told(world, poll_id, 2, 1, update_id=1_000_010)
    await told(world, poll_id, 1, 1, update_id=1_000_009)  # overtaken on its way
    await told(world, poll_id, 0, 0, update_id=1_000_010)  # the same number again
    assert await counts(world) == ([2, 1], 3, False)
    await told(world, poll_id, 1, 1, update_id=1_000_011)  # a vote was taken back
    assert await counts(world) == ([1, 1], 2, False)
    await told(world, poll_id, 5, 1, update_id=5)  # after a week Telegram numbers anew, anywhere
    assert await counts(world) == ([5, 1], 6, False)


async def test_a_closed_poll_stays_closed(world: World) -> None:
    _, _, talkers = await setting(world)
    poll_id = await asked(world, talkers)
    await told(world, poll_id, 2, 1, update_id=1_000_010, is_closed=True)
    await told(world, poll_id, 9, 9, update_id=1_000_011)
    assert await counts(world) == ([2, 1], 3, True)


async def test_a_poll_of_somebody_else_is_nothing_to_us(world: World) -> None:
    _, _, talkers = await setting(world)
    await asked(world, talkers)
    await told(world, "12345", 2, 1, update_id=1_000_010)
    assert await counts(world) == ([], 0, False)
    async with world.database.reading() as session:
        open_rows = await session.scalars(select(Inbox.payload))
        assert set(open_rows) == {None}


async def test_updates_of_one_poll_wait_for_each_other(world: World) -> None:
    """Worked side by side, the older counts could be written last."""
    keys = {
        intake.person_key({"update_id": 1, "poll": {"id": "7" * 60}}),
        intake.person_key({"update_id": 2, "poll": {"id": "7" * 60}}),
    }
    assert len(keys) == 1
    assert len(next(iter(keys)) or "") <= 32
    in_group = {"chat": {"id": -5, "type": "group"}, "from": {"id": 1}}
    assert intake.person_key({"message": in_group}) == "-5"
    assert intake.person_key({"my_chat_member": in_group}) == "-5"


@pytest.mark.parametrize("kind", [FaultKind.ACCEPT_THEN_HANG, FaultKind.DROP])
async def test_a_poll_is_closed_however_often_that_must_be_said(
    world: World, kind: FaultKind
) -> None:
    _, olga, talkers = await setting(world)
    poll_id = await asked(world, talkers)
    await told(world, poll_id, 2, 1, update_id=1_000_010)
    world.simulator.faults.add(kind=kind, method="stopPoll")
    post = (await rows(world))[0]
    for _ in range(2):
        await olga.press_data(f"tc:{post.id}")
    world.simulator.take_updates()
    await world.tick()
    assert world.simulator.polls[poll_id].closed
    assert (await counts(world))[2]
    assert [one.kind for one in await rows(world)] == [GroupPostKind.POLL, GroupPostKind.CLOSE]
    await olga.press_data(f"tr:{post.id}")
    assert "The poll is closed." in olga.screen.text


async def test_closing_that_was_refused_can_be_asked_for_again(world: World) -> None:
    _, olga, talkers = await setting(world)
    poll_id = await asked(world, talkers)
    world.simulator.faults.add(kind=FaultKind.BAD_REQUEST, method="stopPoll")
    post = (await rows(world))[0]
    await olga.press_data(f"tc:{post.id}")
    await world.tick()
    await olga.press_data(f"tr:{post.id}")
    assert "The poll could not be closed:" in olga.screen.text
    await olga.press("Close the poll")
    await world.tick()
    assert world.simulator.polls[poll_id].closed
    async with world.database.reading() as session:
        person = await world.person(session, olga)
        stand = await group_polls.find_poll(session, participant=person, post_id=post.id)
    assert stand.is_closed


# ── announcements that go to the group, too ──────────────────────────────────────────────────
async def announce(
    world: World,
    talk: Event,
    content: dict[str, Content],
    *,
    state: BroadcastState = BroadcastState.RUNNING,
    to_group: bool = True,
) -> None:
    """An announcement that runs, and is promised to the group."""
    async with world.database.writing() as session:
        author = await session.scalar(select(Participant))
        assert author is not None
        broadcast = Broadcast(
            draft_key="draft",
            event_id=talk.id,
            author_id=author.id,
            content={language: as_json(one) for language, one in content.items()},
            created_at=world.now,
            confirmed_at=world.now,
            starts_at=world.now,
            state=state,
            to_group=to_group,
        )
        session.add(broadcast)
        await session.flush()
        for _ in range(2):  # which is once
            await group_posts.promise_for(session, broadcast, world.now)


async def test_an_announcement_goes_to_the_group_in_its_lead_language(world: World) -> None:
    talk, _, talkers = await setting(world)
    link_button = LinkButton("Map", "https://example.org/map")
    content = Content((TextPart("Bring a <b>card</b>."), POLL), (link_button,))
    await announce(world, talk, {"de": Content((TextPart("Bitte eine Karte."),)), "en": content})
    await world.tick()
    said, poll = talkers.messages[1:]
    assert said.text.startswith("Collab Talks\n\nBring a card.\n\nFrom the organiser:")
    assert [(one.text, one.url) for row in said.buttons for one in row] == [
        ("Map", "https://example.org/map")
    ]
    assert poll.poll_id is not None


async def test_an_announcement_that_is_not_for_the_group_stays_away(world: World) -> None:
    talk, _, talkers = await setting(world)
    await announce(world, talk, {"en": Content((TextPart("Hello"),))}, to_group=False)
    await world.tick()
    assert len(talkers.posts) == 1


async def test_an_announcement_without_words_posts_nothing(world: World) -> None:
    talk, _, talkers = await setting(world)
    await announce(world, talk, {})
    await world.tick()
    assert len(talkers.posts) == 1


async def test_a_paused_announcement_waits_and_holds_nobody_up(world: World) -> None:
    talk, _, talkers = await setting(world)
    await announce(world, talk, {"en": Content((TextPart("Paused"),))}, state=BroadcastState.PAUSED)
    await promise(world, TextPart("Next"))
    await world.tick()
    assert (copies(talkers, "Paused"), copies(talkers, "Next")) == (0, 1)
    async with world.database.writing() as session:
        await session.execute(update(Broadcast).values(state=BroadcastState.RUNNING))
    await world.tick()
    assert copies(talkers, "Paused") == 1


@pytest.mark.parametrize("to_group", [True, False])
async def test_an_announcement_that_was_taken_back_says_what_it_says_now(
    world: World, *, to_group: bool
) -> None:
    talk, _, talkers = await setting(world)
    await announce(world, talk, {"en": Content((TextPart("Old"),))}, state=BroadcastState.SCHEDULED)
    async with world.database.writing() as session:
        broadcast = (await session.scalars(select(Broadcast))).one()
        broadcast.content = {"en": as_json(Content((TextPart("New"),)))}
        broadcast.draft_key, broadcast.to_group = "changed", to_group
        broadcast.state = BroadcastState.RUNNING
        await group_posts.promise_for(session, broadcast, world.now)
    await world.tick()
    assert (copies(talkers, "Old"), copies(talkers, "New")) == (0, int(to_group))


async def test_a_cancelled_announcement_does_not_reach_the_group(world: World) -> None:
    talk, _, talkers = await setting(world)
    await announce(
        world, talk, {"en": Content((TextPart("Stopped"),))}, state=BroadcastState.CANCELLED
    )
    await world.tick()
    assert copies(talkers, "Stopped") == 0
    assert [(one.state, one.reason) for one in await rows(world)] == [
        (NoticeState.SKIPPED, "announcement_stopped")
    ]


async def test_a_full_group_waits_for_its_minute(world: World) -> None:
    """Telegram takes twenty a minute there; the rest is not lost, and not asked for in vain."""
    _, _, talkers = await setting(world)
    clock, limiter = HandClock(), world.assistant.limiter
    limiter._clock, limiter._sleep = clock.now, clock.sleep
    for number in range(22):
        await promise(world, TextPart(f"Post {number}."), key=f"post:{number}")
    sending = asyncio.create_task(world.assistant.posting.drain())
    await until(lambda: clock.sleeping > 0, "the group to be full")
    assert sum("Post" in one for one in talkers.posts) <= 20
    while not sending.done():
        await clock.advance(5, step=0.5)
        await until(lambda: sending.done() or clock.sleeping > 0, "the posting to go on")
    assert [copies(talkers, f"Post {number}.") for number in range(22)] == [1] * 22
    assert all(post.attempts == 1 for post in await rows(world))
