"""Stories of an event's Telegram group: chosen, written to, asked, lost and let go."""

import pytest
from sqlalchemy import func, select

from bot.telegram import intake
from tests.support.changing import carried, manage
from tests.support.groups import GroupChat, group, link_on, linked_group, open_group
from tests.support.world import Actor, World
from xinno_core.models import (
    Audit,
    Event,
    EventGroup,
    EventState,
    GroupPost,
    Inbox,
    InboxState,
    NoticeState,
    Participant,
    Role,
)
from xinno_core.services import access
from xinno_core.texts.translator import translator

GREETING = "From now on I post here what the organiser of “Collab Talks” has to say to all"


async def links(world: World) -> list[EventGroup]:
    """The groups that are an event's now."""
    async with world.database.reading() as session:
        found = select(EventGroup).where(EventGroup.unlinked_at.is_(None)).order_by(EventGroup.id)
        return list(await session.scalars(found))


async def states(world: World) -> list[NoticeState]:
    """How the posts ended, in their order."""
    async with world.database.reading() as session:
        return list(await session.scalars(select(GroupPost.state).order_by(GroupPost.id)))


async def people(world: World) -> int:
    async with world.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(Participant)) or 0


async def setting(world: World) -> tuple[Event, Actor]:
    return await world.event("Collab Talks"), await world.organiser("Olga")


async def in_group(world: World, chat_id: int, actor: Actor, **more: object) -> None:
    """Let a message arrive from a group, as no messenger would send it now."""
    message = {
        "message_id": 900,
        "date": int(world.now.timestamp()),
        "from": {"id": actor.id, "is_bot": False, "first_name": actor.name},
        "chat": {"id": chat_id, "type": "group", "title": "Talkers"},
    }
    await intake.store(world.database, {"update_id": 77, "message": message | more})
    await world.respond(actor)


# ── linking ──────────────────────────────────────────────────────────────────────────────────
async def test_an_organiser_makes_a_group_the_events(world: World) -> None:
    talk, olga = await setting(world)
    jan = world.newcomer("Jan")
    await open_group(olga, talk)
    assert "This event has no group yet." in olga.screen.text
    assert "works for you alone, once, until Tuesday, 9 March 2027" in olga.screen.text
    payload = link_on(olga, "Choose the group")
    assert len(payload) <= 64
    talkers = group(world, "Talkers", by=olga, members=[jan])
    await talkers.chosen_by(olga, payload)
    assert "“Talkers” is now the group of “Collab Talks”." in olga.screen.text
    await world.tick()
    (said,) = talkers.posts
    assert said.startswith(GREETING)
    assert olga.name not in said
    await world.restart()
    await olga.press("Telegram group")
    assert "Group: Talkers" in olga.screen.text
    assert "the first sentence – posted" in olga.screen.text
    await olga.press("Back to the event")
    assert "Telegram group: Talkers" in olga.screen.text
    async with world.database.reading() as session:
        audit = await session.scalar(select(Audit).where(Audit.verb == "link_group"))
        inbox = (await session.scalars(select(Inbox))).all()
    assert audit is not None
    assert {(row.payload, row.person_key) for row in inbox} == {(None, None)}


async def test_the_group_is_greeted_in_the_events_own_language(world: World) -> None:
    talk, olga = await setting(world)
    async with world.database.writing() as session:
        (await session.get_one(Event, talk.id)).lead_language = "de"
    talkers = await linked_group(world, talk, olga)
    assert "Collab Talks (de)" in talkers.posts[0]
    await open_group(olga, talk)
    await olga.press("Write to the group")
    await olga.type("Bis gleich")
    await olga.press("Post it now")
    await world.tick()
    said = translator("de").gettext("From the organiser: {organiser}", organiser="TBZ")
    assert talkers.posts[1].startswith("Collab Talks (de)\n\nBis gleich\n\n" + said[:4])
    assert "From the organiser" not in talkers.posts[1]


async def test_a_link_works_once(world: World) -> None:
    talk, olga = await setting(world)
    await open_group(olga, talk)
    payload = link_on(olga, "Choose the group")
    first, second = group(world, "First", by=olga), group(world, "Second", by=olga)
    await first.chosen_by(olga, payload)
    await first.chosen_by(olga, payload)  # tapped twice in the same group: nothing new
    assert "“First” is now the group" in olga.screen.text
    await second.chosen_by(olga, payload)
    assert "This link no longer works" in olga.screen.text
    await world.tick()
    assert [one.title for one in await links(world)] == ["First"]
    assert (len(first.posts), second.posts) == (1, [])
    await open_group(olga, talk)
    await olga.press("Let the group go")
    await olga.press("Yes, let it go")
    await second.chosen_by(olga, payload)  # not even when the event has none any more
    assert "This link no longer works" in olga.screen.text
    assert await links(world) == []


async def test_a_link_holds_for_a_day(world: World) -> None:
    talk, olga = await setting(world)
    await open_group(olga, talk)
    payload = link_on(olga, "Choose the group")
    await world.advance(hours=24, seconds=1)
    talkers = group(world, "Talkers", by=olga)
    await talkers.chosen_by(olga, payload)
    assert "This link no longer works" in olga.screen.text
    await world.tick()
    assert (await links(world), talkers.posts) == ([], [])


async def test_a_link_is_for_one_organiser_alone(world: World) -> None:
    """Neither another organiser of the region nor anybody else can use it, or hears a word."""
    talk, olga = await setting(world)
    ota, jan = await world.organiser("Ota"), await world.participant("Jan")
    stranger = world.newcomer("Stranger")
    await open_group(olga, talk)
    payload = link_on(olga, "Choose the group")
    talkers = group(world, "Talkers", by=ota, members=[jan, stranger, olga])
    known = await people(world)
    for person in (ota, jan, stranger):
        before = person.sees()
        await talkers.chosen_by(person, payload)
        assert person.sees() == before
    await world.tick()
    assert (await links(world), talkers.posts) == ([], [])
    assert await people(world) == known
    await talkers.chosen_by(olga, payload)
    assert len(await links(world)) == 1


async def test_who_organises_no_longer_links_no_longer(world: World) -> None:
    talk, olga = await setting(world)
    await open_group(olga, talk)
    payload = link_on(olga, "Choose the group")
    async with world.database.writing() as session:
        person = await world.person(session, olga)
        await access.revoke(
            session,
            participant=person,
            role=Role.ORGANISER,
            region_key="chemnitz",
            pilot_key=None,
            now=world.now,
        )
    talkers, before = group(world, "Talkers", by=olga), olga.sees()
    await talkers.chosen_by(olga, payload)
    await world.tick()
    assert (await links(world), talkers.posts, olga.sees()) == ([], [], before)


async def test_a_forged_link_does_nothing(world: World) -> None:
    talk, olga = await setting(world)
    other = await world.event("Other Talks")
    await open_group(olga, talk)
    payload = link_on(olga, "Choose the group")
    parts = payload.split("_")
    forged = [
        "_".join([parts[0], f"{other.id:x}", *parts[2:]]),
        "_".join([*parts[:4], f"{int(parts[4], 16) + 60 * 24:x}", *parts[5:]]),
        payload[:-1] + ("0" if payload[-1] != "0" else "1"),
        "g_",
        "g_1_1_0_1",
        f"g_{'f' * 8}_{'f' * 8}_{'f' * 8}_{'f' * 8}_{'f' * 8}_{'f' * 16}",
        "e_collab-talks",
    ]
    talkers, before = group(world, "Talkers", by=olga), olga.sees()
    for one in forged:
        await talkers.chosen_by(olga, one)
    await world.tick()
    assert (await links(world), talkers.posts, olga.sees()) == ([], [], before)


async def test_of_two_organisers_one_links(world: World) -> None:
    """Both opened the screen while there was none; the second is told, and nothing is replaced."""
    talk, olga = await setting(world)
    ota = await world.organiser("Ota")
    payloads = []
    for organiser in (olga, ota):
        await open_group(organiser, talk)
        payloads.append(link_on(organiser, "Choose the group"))
    first, second = group(world, "First", by=olga), group(world, "Second", by=ota)
    await first.chosen_by(olga, payloads[0])
    await second.chosen_by(ota, payloads[1])
    await world.tick()
    assert "only as long as nobody else has chosen a group since" in ota.screen.text
    assert [one.title for one in await links(world)] == ["First"]
    assert second.posts == []


async def test_a_group_is_replaced_only_after_a_yes(world: World) -> None:
    talk, olga = await setting(world)
    first = await linked_group(world, talk, olga, "First")
    second = group(world, "Second", by=olga)
    await open_group(olga, talk)
    assert "Choose the group" not in olga.screen.labels
    await olga.press("Another group")
    assert "nothing more is posted in the present one: First" in olga.screen.text
    await second.chosen_by(olga, link_on(olga, "Yes, choose another group"))
    await world.tick()
    assert [one.title for one in await links(world)] == ["Second"]
    assert (len(first.posts), len(second.posts)) == (1, 1)


async def test_a_group_has_one_event(world: World) -> None:
    talk, olga = await setting(world)
    other = await world.event("Other Talks")
    talkers = await linked_group(world, talk, olga)
    await open_group(olga, other)
    await talkers.chosen_by(olga, link_on(olga, "Choose the group"))
    assert "is the group of another event already" in olga.screen.text
    assert [one.event_id for one in await links(world)] == [talk.id]


async def test_a_draft_has_no_group(world: World) -> None:
    draft = await world.event("Secret Talks", state=EventState.DRAFT)
    olga = await world.organiser("Olga")
    await manage(olga, draft)
    assert "Telegram group" not in olga.screen.labels
    await olga.press_data(f"tg:{draft.id}")
    assert "Secret Talks" not in olga.screen.text


async def test_the_group_of_another_region_does_not_exist(world: World) -> None:
    talk, olga = await setting(world)
    await linked_group(world, talk, olga)
    rival = await world.organiser("Rosa", of="gmunden")
    (linked,) = await links(world)
    for data in (
        f"tg:{talk.id}",
        f"to:{talk.id}:{linked.id}",
        f"ta:{talk.id}:{linked.id}",
        f"tu:{talk.id}:{linked.id}",
        f"tw:{talk.id}",
        f"tp:{talk.id}",
        f"td:{talk.id}",
        f"ts:{talk.id}:x",
        "tr:1",
        "tc:1",
        "tf:1",
    ):
        await rival.press_data(data)
        assert "Talkers" not in rival.screen.text
    assert len(await links(world)) == 1


# ── what is heard in a group ─────────────────────────────────────────────────────────────────
async def test_what_people_say_in_a_group_is_not_even_stored(world: World) -> None:
    talk, olga = await setting(world)
    stranger = world.newcomer("Stranger")
    talkers = await linked_group(world, talk, olga, members=[stranger])
    world.simulator.promote(talkers.id, world.simulator.bot_id, by=olga.id)  # it reads everything
    await world.respond(olga)
    known = await people(world)
    async with world.database.reading() as session:
        before = await session.scalar(select(func.count()).select_from(Inbox))
    for text in ("My number is 0150 1234567", "/mydata", "/organise", "/help@xinno_demo_bot"):
        await talkers.says(stranger, text)
        await talkers.says(olga, text)
    async with world.database.reading() as session:
        after = await session.scalar(select(func.count()).select_from(Inbox))
    await talkers.says(stranger, "/start e_collab-talks")
    await talkers.says(stranger, "/start@another_bot g_1")
    await talkers.says(olga, "/start")
    await world.tick()
    assert after == before
    assert await people(world) == known
    assert len(talkers.posts) == 1  # the first sentence


async def test_a_button_pressed_in_a_group_gets_a_toast_and_nothing_else(world: World) -> None:
    """Neither the organiser's rights nor anybody's data get into a group by a changed client."""
    talk, olga = await setting(world)
    stranger = world.newcomer("Stranger")
    talkers = await linked_group(world, talk, olga, members=[stranger])
    shown = talkers.messages[0].message_id
    (linked,) = await links(world)
    known, before = await people(world), olga.sees()
    for person, data in (
        (olga, f"tu:{talk.id}:{linked.id}"),
        (olga, f"wC:{talk.id}"),
        (olga, "d"),
        (stranger, f"r:{talk.id}:visitor"),
    ):
        press = world.simulator.press_data(person.id, shown, data, chat_id=talkers.id)
        await world.respond(person)
        answer = world.simulator.answer_of(press)
        assert answer is not None
        assert answer.text == "Please use the buttons in your own chat with the assistant."
    await world.tick()
    assert (len(talkers.posts), olga.sees()) == (1, before)
    assert (await people(world), len(await links(world))) == (known, 1)
    async with world.database.reading() as session:
        assert (await session.get_one(Event, talk.id)).state is EventState.PUBLISHED


# ── writing to the group ─────────────────────────────────────────────────────────────────────
async def test_an_organiser_writes_to_the_group(world: World) -> None:
    talk, olga = await setting(world)
    talkers = await linked_group(world, talk, olga)
    await open_group(olga, talk)
    await olga.press("Write to the group")
    assert "everybody in the group reads it" in olga.screen.text
    await olga.type("The door is <open> from five.")
    assert "The door is <open> from five." in olga.screen.text
    await world.restart()
    world.simulator.send_venue(olga.id, 50.83, 12.92, "Hall", "Market 1")
    await world.respond(olga)
    assert "A place on the map\nHall, Market 1" in olga.screen.text
    await olga.type("Not this one")
    await olga.press("Remove the last message")
    assert "Not this one" not in olga.screen.text
    assert len(talkers.posts) == 1
    await olga.press("Post it now")
    assert "It goes to the group now." in olga.screen.text
    await world.tick()
    first, place, last = talkers.messages[1:]
    assert first.text == "Collab Talks\n\nThe door is <open> from five."
    assert place.venue is not None
    assert "From the organiser:" in last.text
    await open_group(olga, talk)
    assert "The door is <open> from five. – posted" in olga.screen.text


async def test_a_post_goes_once_however_often_it_is_pressed(world: World) -> None:
    talk, olga = await setting(world)
    talkers = await linked_group(world, talk, olga)
    await open_group(olga, talk)
    await olga.press("Write to the group")
    await olga.type("Once")
    data = carried(olga, "Post it now")
    for _ in range(3):
        await olga.press_data(data)
        assert "It goes to the group now." in olga.screen.text
    await world.tick()
    assert sum("Once" in one for one in talkers.posts) == 1


async def test_a_yes_is_to_what_was_seen(world: World) -> None:
    talk, olga = await setting(world)
    talkers = await linked_group(world, talk, olga)
    await open_group(olga, talk)
    await olga.press("Write to the group")
    await olga.type("First")
    data = carried(olga, "Post it now")
    await olga.type("Second")
    await olga.press_data(data)
    assert "this preview is out of date" in olga.screen.text
    await world.tick()
    assert len(talkers.posts) == 1


async def test_what_cannot_be_posted_is_said_at_once(world: World) -> None:
    talk, olga = await setting(world)
    await linked_group(world, talk, olga)
    await open_group(olga, talk)
    await olga.press("Write to the group")
    await olga.type("x" * 4000)
    assert "A text can have 3500 characters; this one has 500 too many." in olga.screen.text
    await olga.press("Add a question to vote on")
    await olga.type("Which day?")
    shown = len(world.simulator.chat(olga.id))
    await olga.type("Monday")
    refusal = world.simulator.chat(olga.id)[-1]
    assert len(world.simulator.chat(olga.id)) == shown + 2  # below what was typed
    assert "A poll needs two to 10 answers to choose from." in refusal.text
    assert "Poll: Which day?" in refusal.text
    await olga.type("Monday\n" + "x" * 101)
    assert "A button can have 100 characters; this one has 1 too many." in olga.screen.text
    await olga.type("Monday\nFriday")  # the question is kept
    assert "Poll: Which day?\n○ Monday\n○ Friday" in world.simulator.chat(olga.id)[-1].text
    assert "Post it now" in olga.screen.labels


# ── polls ────────────────────────────────────────────────────────────────────────────────────
async def asked(world: World, olga: Actor, talk: Event) -> None:
    """Ask the group which day suits."""
    await open_group(olga, talk)
    await olga.press("Write to the group")
    await olga.press("Add a question to vote on")
    await olga.type("Which day?")
    await olga.type("Monday\nTuesday\n\nTuesday\nFriday")
    assert "Poll: Which day?\n○ Monday\n○ Tuesday\n○ Friday" in olga.screen.text
    await olga.press("Post it now")
    await world.tick()


async def test_a_group_is_asked_and_the_organiser_sees_the_count(world: World) -> None:
    talk, olga = await setting(world)
    members = [world.newcomer(name) for name in ("Jan", "Eva", "Petr")]
    talkers = await linked_group(world, talk, olga, members=members)
    known = await people(world)
    await asked(world, olga, talk)
    assert talkers.posts[-1] == "Which day?"
    poll = world.simulator.polls[talkers.polls[-1].poll_id or ""]
    assert poll.anonymous
    for member, option in zip(members, (1, 1, 0), strict=True):
        await talkers.votes(member, option)
    await open_group(olga, talk)
    await olga.press("Poll: Which day?")
    assert "Tuesday\n███████░░░ 2 votes (67 %)" in olga.screen.text
    assert "Friday\n░░░░░░░░░░ 0 votes (0 %)" in olga.screen.text
    assert "3 people have voted." in olga.screen.text
    await talkers.votes(members[0], 2)
    await olga.press("Refresh")
    assert "Friday\n███░░░░░░░ 1 vote (33 %)" in olga.screen.text
    await olga.press("Close the poll")
    assert "The poll is being closed." in olga.screen.text
    await world.tick()
    assert poll.closed
    await world.restart()
    await olga.press("Refresh")
    assert "The poll is closed." in olga.screen.text
    assert "Close the poll" not in olga.screen.labels
    for _ in range(2):  # the same result is posted once
        await olga.press("Post the result to the group")
        await world.tick()
    assert talkers.posts[-1].startswith("Result: Which day?\n\nMonday\n███░░░░░░░ 1 vote (33 %)")
    assert sum("Result:" in one for one in talkers.posts) == 1
    assert await people(world) == known


async def test_a_poll_can_be_sent_as_one(world: World) -> None:
    talk, olga = await setting(world)
    talkers = await linked_group(world, talk, olga)
    await open_group(olga, talk)
    await olga.press("Write to the group")
    world.simulator.send_poll(olga.id, "Tea or coffee?", ["Tea", "Coffee"], anonymous=False)
    await world.respond(olga)
    await olga.press("Post it now")
    await world.tick()
    assert talkers.posts[-1] == "Tea or coffee?"
    assert world.simulator.polls[talkers.polls[-1].poll_id or ""].anonymous


# ── leaving and moving ───────────────────────────────────────────────────────────────────────
async def test_the_board_says_that_the_assistant_was_removed(world: World) -> None:
    talk, olga = await setting(world)
    talkers = await linked_group(world, talk, olga)
    await world.advance(hours=1)
    await talkers.throws_out(by=olga)
    await manage(olga, talk)
    assert "The assistant was removed from the Telegram group: Talkers" in olga.screen.text
    await olga.press("Telegram group")
    assert "Nothing is posted there until you choose a group again." in olga.screen.text
    assert "Write to the group" not in olga.screen.labels
    payload = link_on(olga, "Choose the group")
    await talkers.chosen_by(olga, payload)
    await world.tick()
    assert len(talkers.posts) == 2
    await manage(olga, talk)
    assert "was removed" not in olga.screen.text


async def test_news_from_before_the_link_say_nothing(world: World) -> None:
    """Its own queue brings the removal late, when the assistant is in the group again."""
    talk, olga = await setting(world)
    talkers = await linked_group(world, talk, olga)
    await world.advance(hours=1)
    world.simulator.kick_bot(talkers.id, by=olga.id)
    late = world.simulator.take_updates()
    await world.advance(hours=1)
    await open_group(olga, talk)
    await olga.press("Another group")
    await talkers.chosen_by(olga, link_on(olga, "Yes, choose another group"))
    for raw in late:
        await intake.store(world.database, raw)
    await world.respond(olga)
    (linked,) = await links(world)
    assert linked.left_at is None


async def test_a_stranger_who_lets_the_assistant_in_again_links_nothing(world: World) -> None:
    talk, olga = await setting(world)
    jan = world.newcomer("Jan")
    talkers = await linked_group(world, talk, olga, members=[jan])
    await talkers.throws_out(by=olga)
    world.simulator.add_bot(talkers.id, by=jan.id)
    await world.respond(jan)
    (linked,) = await links(world)
    assert linked.left_at is not None


async def test_a_group_that_is_let_go_hears_no_more(world: World) -> None:
    talk, olga = await setting(world)
    talkers = await linked_group(world, talk, olga)
    await asked(world, olga, talk)
    await open_group(olga, talk)
    await olga.press("Write to the group")
    await olga.type("Too late")
    await olga.press("Post it now")  # waits, and the group is let go before it went
    await open_group(olga, talk)
    await olga.press("Let the group go")
    await olga.press("Yes, let it go")
    assert "The group is let go." in olga.screen.text
    await world.tick()
    assert "Too late" not in "".join(talkers.posts)
    assert "left out: the group was let go" in olga.screen.text
    assert NoticeState.SKIPPED in await states(world)
    await olga.press("Poll: Which day?")  # its poll can still be looked at
    assert "Close the poll" not in olga.screen.labels


@pytest.mark.parametrize("is_told", [True, False])
async def test_a_group_that_moves_is_followed(world: World, is_told: bool) -> None:
    """By its own message, or by what Telegram answers to the next post; it is posted once."""
    talk, olga = await setting(world)
    talkers = await linked_group(world, talk, olga)
    await open_group(olga, talk)
    await olga.press("Write to the group")
    await olga.type("After the move")
    await olga.press("Post it now")
    moved = GroupChat(world, world.simulator.migrate_group(talkers.id, by=olga.id).id)
    if is_told:
        await world.respond(olga)
        (linked,) = await links(world)
        assert linked.chat_id == moved.id
    else:
        world.simulator.take_updates()
    await world.tick()
    assert sum("After the move" in one for one in moved.posts) == 1
    (linked,) = await links(world)
    assert (linked.chat_id, linked.former_chat_id) == (moved.id, talkers.id)
    assert linked.left_at is None
    other = await world.event("Other Talks")
    await open_group(olga, other)
    await moved.chosen_by(olga, link_on(olga, "Choose the group"))
    assert "is the group of another event already" in olga.screen.text


async def test_a_group_is_known_by_its_former_id_too(world: World) -> None:
    """What was written before the move may arrive after it."""
    talk, olga = await setting(world)
    talkers = await linked_group(world, talk, olga)
    other = await world.event("Other Talks")
    world.simulator.migrate_group(talkers.id, by=olga.id)
    await world.respond(olga)
    await open_group(olga, other)
    payload = link_on(olga, "Choose the group")
    await in_group(world, talkers.id, olga, text=f"/start@xinno_demo_bot {payload}")
    assert "is the group of another event already" in olga.screen.text
    assert [one.event_id for one in await links(world)] == [talk.id]


async def test_what_fails_in_a_group_is_not_told_there(world: World) -> None:
    talk, olga = await setting(world)
    talkers = await linked_group(world, talk, olga)
    before = olga.sees()
    world.expects_errors = True
    await in_group(world, talkers.id, olga, migrate_to_chat_id=-(2**70))
    async with world.database.reading() as session:
        parked = await session.scalar(select(Inbox.state).order_by(Inbox.id.desc()).limit(1))
    assert parked is InboxState.PARKED
    assert (len(talkers.posts), olga.sees()) == (1, before)


async def test_a_group_keeps_its_new_name(world: World) -> None:
    talk, olga = await setting(world)
    talkers = await linked_group(world, talk, olga)
    await in_group(world, talkers.id, olga, new_chat_title="Walkers")
    await open_group(olga, talk)
    assert "Group: Walkers" in olga.screen.text


# ── one's own data ───────────────────────────────────────────────────────────────────────────
async def test_a_group_outlives_the_organiser_who_chose_it(world: World) -> None:
    talk, olga = await setting(world)
    ota = await world.organiser("Ota")
    await linked_group(world, talk, olga)
    await asked(world, olga, talk)
    await olga.type("/forget")
    await olga.press("Yes, erase")
    (linked,) = await links(world)
    assert linked.linked_by is None
    async with world.database.reading() as session:
        made_by = set(await session.scalars(select(GroupPost.created_by)))
    assert made_by == {None}
    await open_group(ota, talk)
    assert "Group: Talkers" in ota.screen.text
