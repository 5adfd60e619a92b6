"""Stories of announcements that were confirmed: watched, undone, stopped, put right, taken back."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.delivery import sender as sender_module
from bot.simulator.faults import FaultKind
from handlers.chat.buttons import pack
from tests.support import announcing
from tests.support.announcing import WORDS, seen
from tests.support.world import Actor, World
from xinno_core.models import (
    Audit,
    Broadcast,
    BroadcastState,
    Event,
    FollowedScreen,
    NoticeState,
    Region,
)
from xinno_core.services.contents import MediaPart, Part, PlacePart, PollPart, TextPart
from xinno_core.texts.actions import (
    CancelAnnouncement,
    ForgetMe,
    ListAnnouncements,
    PauseAnnouncement,
    RecallAnnouncement,
    ResumeAnnouncement,
    ShowAnnouncement,
    UndoAnnouncement,
)

NEW = "The door is in the street."


async def scene(world: World, people: int) -> tuple[Event, Actor, list[Actor]]:
    talk, olga = await world.event("Collab Talks", seats=None), await world.organiser("Olga")
    return talk, olga, await announcing.crowd(world, talk, people)


async def watch(actor: Actor, broadcast_id: int) -> None:
    """Open an announcement's figures."""
    await actor.press_data(pack(ShowAnnouncement(broadcast_id)))


def figure(text: str, name: str) -> int:
    found = re.search(rf"^(?:· )?{name}: (\d+)$", text, re.MULTILINE)
    assert found is not None, text
    return int(found[1])


# ── watching ─────────────────────────────────────────────────────────────────────────────────
async def test_the_figures_move_by_themselves_and_say_when_the_last_one_goes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half have it, half wait; the bar stands in the middle, and the pace makes a forecast."""
    monkeypatch.setattr(sender_module, "BATCH", 2)
    talk, olga, _ = await scene(world, 4)
    one = await announcing.running(world, talk, olga)
    world.clock.set(world.now + timedelta(seconds=30))
    await world.assistant.sender.send_due()
    await watch(olga, one)
    assert "Your announcement is being sent." in olga.screen.text
    assert "██████░░░░░░ 50%" in olga.screen.text
    assert "Messages a minute: 4" in olga.screen.text
    assert "The last one goes at about: 10:02" in olga.screen.text  # in Berlin
    assert figure(olga.screen.text, "Sent") == figure(olga.screen.text, "Still to send") == 2
    await world.tick()
    shown = olga.screen.message.text or ""
    assert "Your announcement has been sent." in shown
    assert "████████████ 100%" in shown
    assert figure(shown, "Sent") == 4


async def test_each_organiser_of_the_region_sees_it_and_nobody_else(world: World) -> None:
    talk, olga, _ = await scene(world, 2)
    otto = await world.organiser("Otto")
    oda, jan = await world.organiser("Oda", of="padova"), await world.participant("Jan")
    one = await announcing.sent(world, talk, olga)
    await watch(otto, one)
    assert "Announcement by Olga" in otto.screen.text
    assert "State: sent" in otto.screen.text
    for stranger in (oda, jan):
        await watch(stranger, one)
        assert "Audience" not in stranger.screen.text


async def test_an_event_lists_its_announcements_with_their_state(world: World) -> None:
    talk, olga, _ = await scene(world, 2)
    await announcing.sent(world, talk, olga)
    second = await announcing.draft(world, talk, olga)
    await announcing.launch(world, second, olga)
    await olga.press_data(f"we:{talk.id}")
    await olga.press("Announcements: 2")
    assert "1. Olga: about to be sent\nSent to 0 of 2" in olga.screen.text
    assert "2. Olga: sent\nSent to 2 of 2" in olga.screen.text
    await olga.press("New announcement")
    await olga.press("All announcements")
    await olga.press("2 · ")
    assert figure(olga.screen.text, "Sent") == 2


async def test_the_votes_of_a_poll_stand_with_the_figures(world: World) -> None:
    talk, olga, (jan, eva) = await scene(world, 2)
    poll: list[Part] = [PollPart("Tea or coffee?", ("Tea", "Coffee"))]
    one = await announcing.sent(world, talk, olga, {"en": poll})
    await jan.press("Tea")
    await eva.press("Coffee")
    await eva.press("Tea")
    await watch(olga, one)
    assert "Tea or coffee?\nEnglish, votes: 2\n· Tea: 2\n· Coffee: 0" in olga.screen.text


# ── undoing, pausing, stopping ───────────────────────────────────────────────────────────────
async def test_undone_within_the_minute_the_draft_is_there_again(world: World) -> None:
    talk, olga, (jan,) = await scene(world, 1)
    one = await announcing.draft(world, talk, olga)
    await announcing.launch(world, one, olga)
    await watch(olga, one)
    assert "It starts at 10:01. Until then you can undo it." in olga.screen.text
    await olga.press("All announcements")
    assert "Open the draft" not in olga.screen.labels
    await watch(olga, one)
    await olga.press("Undo")
    once = olga.screen
    assert "Undone. Nothing was sent." in once.text
    await olga.press_data(pack(UndoAnnouncement(one)), message_id=once.message.message_id)
    assert (olga.screen.text, olga.screen.labels) == (once.text, once.labels)
    await olga.press_data(pack(ListAnnouncements(talk.id)))
    assert "There is none yet" not in olga.screen.text
    assert "Open the draft" in olga.screen.labels
    await world.advance(minutes=10)
    assert seen(jan) == 0
    await olga.press("Open the draft")
    assert "Announcement: draft" in olga.screen.text


async def test_paused_and_gone_on_everybody_has_it_once(world: World) -> None:
    talk, olga, people = await scene(world, 3)
    one = await announcing.running(world, talk, olga)
    await watch(olga, one)
    await olga.press("Pause")
    assert "Paused." in olga.screen.text
    await world.advance(hours=2)
    assert sum(map(seen, people)) == 0
    await olga.press("Go on")
    await world.tick()
    assert [seen(person) for person in people] == [1, 1, 1]


async def test_after_a_kill_the_figures_move_on(world: World) -> None:
    """Killed within the minute of undoing, the screen once said for good that it was to leave."""
    talk, olga, _ = await scene(world, 2)
    one = await announcing.draft(world, talk, olga)
    await announcing.launch(world, one, olga)
    await watch(olga, one)
    live = olga.screen.message.message_id
    await olga.press_data(pack(ListAnnouncements(talk.id)))  # this one shows something else now
    await olga.type("/help")
    await olga.press_data(pack(ShowAnnouncement(one)))
    shown = olga.screen.message.message_id
    assert shown != live
    await world.restart()
    await world.advance(minutes=2)
    texts = {each.message_id: each.text or "" for each in world.simulator.chat(olga.id)}
    assert "Your announcement has been sent." in texts[shown]
    assert "about to be sent" not in texts[shown]
    assert texts[live].startswith("Announcements")
    async with world.database.reading() as session:
        assert (await session.scalars(select(FollowedScreen))).all() == []


async def test_what_ended_before_the_kill_is_shown_at_the_next_start(world: World) -> None:
    talk, olga, _ = await scene(world, 2)
    one = await announcing.running(world, talk, olga)
    await watch(olga, one)
    shown = olga.screen.message.message_id
    async with world.database.writing() as session:
        await session.execute(
            update(Broadcast).values(state=BroadcastState.CANCELLED, recalled_at=world.now)
        )
    await world.restart()
    await world.assistant.live.refresh(finished=False)  # as the sender does when it is idle
    texts = {each.message_id: each.text or "" for each in world.simulator.chat(olga.id)}
    assert "Your announcement was taken back." in texts[shown]


async def test_who_is_erased_leaves_no_screen_to_follow(world: World) -> None:
    talk, olga, _ = await scene(world, 2)
    await watch(olga, await announcing.running(world, talk, olga))
    await olga.press_data(pack(ForgetMe()))
    async with world.database.reading() as session:
        assert (await session.scalars(select(FollowedScreen))).all() == []


async def test_a_second_tap_shows_what_the_first_has_done(world: World) -> None:
    """In a second window, or by a double tap, it was once "not possible any more"."""
    talk, olga, _ = await scene(world, 2)
    one = await announcing.running(world, talk, olga)
    for action, said in (
        (PauseAnnouncement(one), "Paused."),
        (ResumeAnnouncement(one), "It goes on."),
        (CancelAnnouncement(one), "Stopped. Nobody else gets it."),
        (RecallAnnouncement(one), "It is being taken back."),
    ):
        for _ in range(2):
            await watch(olga, one)
            await olga.press_data(pack(action))
            assert said in olga.screen.text
    async with world.database.reading() as session:
        done = (await session.scalars(select(Audit.verb).order_by(Audit.id))).all()
    assert [verb for verb in done if verb.startswith("announcement_")] == [
        "announcement_paused",
        "announcement_resumed",
        "announcement_cancelled",
        "announcement_recalled",
    ]


async def test_stopped_for_good_after_a_question(world: World) -> None:
    talk, olga, people = await scene(world, 3)
    one = await announcing.running(world, talk, olga)
    await watch(olga, one)
    await olga.press("Stop for good")
    assert "3 people who wait for it will not get it." in olga.screen.text
    await olga.press("Yes, stop")
    await world.tick()
    assert sum(map(seen, people)) == 0
    assert figure(olga.screen.text, "the announcement was cancelled") == 3


async def test_who_was_not_there_in_time_is_asked_whether_it_should_still_go(world: World) -> None:
    talk, olga, (jan,) = await scene(world, 1)
    one = await announcing.draft(world, talk, olga)
    await announcing.launch(world, one, olga)
    world.clock.set(world.now + timedelta(hours=1))
    await world.restart()
    await world.tick()
    assert seen(jan) == 0
    assert "It could not be sent in time" in olga.notices[-1].text
    await olga.press("Send now")
    await world.tick()
    assert seen(jan) == 1


async def test_the_unknown_get_it_again_after_a_warning(world: World) -> None:
    talk, olga, (jan, eva) = await scene(world, 2)
    one = await announcing.running(world, talk, olga)
    world.simulator.faults.add(
        kind=FaultKind.ACCEPT_THEN_HANG, method="sendMessage", chat_id=jan.id
    )
    await world.tick()
    await watch(olga, one)
    assert figure(olga.screen.text, "Not known whether it arrived") == 1
    await olga.press("Send again to 1 unknown")
    assert "Some of them may get it twice." in olga.screen.text
    await olga.press("Yes, send again")
    await world.tick()
    assert (seen(jan), seen(eva)) == (2, 1)  # it had arrived after all
    assert (await announcing.figures_of(world, one)).unknown == 0


# ── the second yes ───────────────────────────────────────────────────────────────────────────
async def test_another_organiser_reads_it_and_says_yes(world: World) -> None:
    talk, olga, people = await scene(world, 3)
    otto = await world.organiser("Otto")
    await _second_from(world, 3)
    one = await announcing.draft(world, talk, olga)
    await announcing.launch(world, one, olga)
    await world.tick()
    assert any(WORDS in notice.text for notice in otto.notices)
    assert "Olga wants to send the message above." in otto.notices[-1].text
    assert "3 people get it:\nEnglish: 3" in otto.notices[-1].text
    await otto.press("Confirm")
    assert "Confirmed." in otto.screen.text
    await world.tick()
    assert "A second organiser has said yes" in olga.notices[-1].text
    await world.advance(minutes=1)
    assert sum(map(seen, people)) == 3


async def test_sent_back_its_author_can_change_it(world: World) -> None:
    talk, olga, people = await scene(world, 3)
    otto = await world.organiser("Otto")
    await _second_from(world, 3)
    one = await announcing.draft(world, talk, olga)
    await announcing.launch(world, one, olga)
    await world.tick()
    buttons = [button for row in otto.notices[-1].message.buttons for button in row]
    older = next(button.data or "" for button in buttons if button.text == "Confirm")
    await otto.press("Send back")
    await world.advance(minutes=5)
    assert "has sent your announcement back" in olga.notices[-1].text
    await olga.press("Open the draft")
    assert "Announcement: draft" in olga.screen.text
    await otto.press_data(older)
    await world.advance(minutes=5)
    assert sum(map(seen, people)) == 0


# ── putting right, taking back ───────────────────────────────────────────────────────────────
async def test_a_wrong_word_is_put_right_where_it_stands(world: World) -> None:
    talk, olga, (jan,) = await scene(world, 1)
    one = await announcing.sent(world, talk, olga)
    await watch(olga, one)
    await olga.press("Put right")
    assert WORDS in olga.screen.text
    await olga.type(NEW)
    assert "It changes in the chat of 1 person, with a line that says so." in olga.screen.text
    await olga.press("Yes, put it right")
    await world.tick()
    assert (seen(jan), seen(jan, NEW), seen(jan, "Corrected: Monday")) == (0, 1, 1)
    assert figure(olga.screen.message.text or "", "put right") == 1


async def test_only_words_can_be_put_right(world: World) -> None:
    """A picture is sent, and refused; a place and a picture without words have none."""
    talk, olga, _ = await scene(world, 1)
    one = await announcing.sent(world, talk, olga)
    await watch(olga, one)
    await olga.press("Put right")
    world.simulator.send_location(olga.id, 50.0, 12.0)
    await world.respond(olga)
    assert "Only words can be put right, and only by words" in olga.screen.text
    await olga.press("Leave it as it is")
    assert figure(olga.screen.text, "Sent") == 1
    place = await announcing.sent(
        world, talk, olga, {"en": [PlacePart(50.8, 12.9, "Town hall", "Market 1"), MediaPart(())]}
    )
    await watch(olga, place)
    await olga.press("Put right")
    assert "There are no words in it that could be put right" in olga.screen.text


async def test_of_several_texts_one_is_chosen_and_a_long_one_is_refused(world: World) -> None:
    talk, olga, (jan,) = await scene(world, 1)
    parts: list[Part] = [TextPart("First."), TextPart("Second.")]
    one = await announcing.sent(world, talk, olga, {"en": parts})
    await watch(olga, one)
    await olga.press("Put right")
    assert "Which words are wrong?" in olga.screen.text
    await olga.press("English, message 2")
    await olga.type("x" * 3501)
    assert "These words are too long: 3501 characters, at most 3500." in olga.screen.text
    await world.restart()
    await olga.type("Third.")
    await olga.press("Yes, put it right")
    await world.tick()
    assert (seen(jan, "First."), seen(jan, "Second."), seen(jan, "Third.")) == (1, 0, 1)


async def test_two_who_put_it_right_at_once_do_not_undo_each_other(world: World) -> None:
    talk, olga, (jan,) = await scene(world, 1)
    otto = await world.organiser("Otto")
    one = await announcing.sent(world, talk, olga)
    for organiser, words in ((olga, NEW), (otto, "Otto's words")):
        await watch(organiser, one)
        await organiser.press("Put right")
        await organiser.type(words)
    older = otto.screen.message.buttons[0][0].data or ""
    await olga.press("Yes, put it right")
    await otto.press("Yes, put it right")
    assert "not possible any more" in otto.screen.text
    await otto.press("Put right")
    await otto.type("Otto's words")
    await otto.press_data(older)  # a yes to what is no longer there
    assert "not possible any more" in otto.screen.text
    await world.tick()
    assert (seen(jan, NEW), seen(jan, "Otto's words")) == (1, 0)


async def test_taken_back_it_is_gone_and_who_is_too_late_reads_a_line(world: World) -> None:
    talk, olga, (jan, eva) = await scene(world, 2)
    one = await announcing.sent(world, talk, olga)
    async with world.database.writing() as session:
        row = await announcing.notice_of(world, one, eva)
        row = await session.merge(row)
        row.sent_at = world.now - timedelta(days=3)
    await watch(olga, one)
    await olga.press("Take back")
    assert "It disappears from the chat of 1 person." in olga.screen.text
    assert "For 1 person it is too old to disappear" in olga.screen.text
    await olga.press("Yes, take it back")
    await world.tick()
    assert (seen(jan), seen(eva)) == (0, 0)
    assert seen(eva, "The organiser has taken this message back.") == 1
    shown = olga.screen.message.text or ""
    assert figure(shown, "taken back") == 2
    assert "Your announcement was taken back." in shown
    assert (await announcing.notice_of(world, one, jan)).state is NoticeState.RECALLED
    await olga.press_data(pack(ListAnnouncements(talk.id)))
    assert "Olga: taken back" in olga.screen.text


async def _second_from(world: World, people: int) -> None:
    async with world.database.writing() as session:
        await session.execute(update(Region).values(second_from=people))
