"""Stories of announcements: written by sending them, read in each language, sent once."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select

from bot.simulator.files import FileKind
from bot.simulator.sending_people import AlbumItem
from bot.telegram import intake
from tests.support import building
from tests.support.world import Actor, World
from xinno_core.models import (
    Broadcast,
    BroadcastState,
    Event,
    EventGroup,
    Media,
    Notice,
    NoticeClass,
    NoticeKind,
    QuestionKind,
    Recipient,
    RoleGrant,
)
from xinno_core.services import votes
from xinno_core.services.freezing import UNDO

ENGLISH = "The door is in the yard. Please ring twice."
GERMAN = "Der Eingang ist im Hof. Bitte zweimal läuten."
PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x04\0\0\0\x03"


# ── reading ──────────────────────────────────────────────────────────────────────────────────
async def test_everyone_reads_an_announcement_in_their_own_language(world: World) -> None:
    """English and German are written; who reads Italian gets the English one, whole and marked."""
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    jan, eva, anna = (
        await world.participant("Jan", language="en"),
        await world.participant("Eva", language="de"),
        await world.participant("Anna", language="it"),
    )
    await _register(talk, jan, eva, anna)
    await _write(olga, talk, English=[ENGLISH], German=[GERMAN])
    assert "Italian: 1, no text yet" in olga.screen.text
    assert "Check and send" not in olga.screen.labels
    await _press_in_row(olga, "Write: Italian", "Without a text")
    assert "What should its 1 reader get?" in olga.screen.text
    await olga.press("The text in: English")
    assert "3 people get it:" in olga.screen.text
    assert "English: 1, own text (1 message)" in olga.screen.text
    assert "Italian: 1, who gets the text in another language and is told so: English" in (
        olga.screen.text
    )
    await olga.press("Preview")
    assert "readers of English will see this" in olga.screen.text
    await olga.press("Preview: Italian")
    assert ENGLISH in olga.screen.text
    assert "Collab Talks (it)" in olga.screen.text

    await olga.press("Back to the draft")
    await _confirm(olga, "Send to 3 people")
    await _go(world)
    assert ENGLISH in jan.notices[-1].text
    assert GERMAN in eva.notices[-1].text
    assert ENGLISH in anna.notices[-1].text
    assert GERMAN not in anna.notices[-1].text
    assert "not available in your language" not in jan.notices[-1].text
    assert len(anna.notices[-1].text.split("\n\n")) == len(jan.notices[-1].text.split("\n\n")) + 1


async def test_readers_without_a_text_can_be_left_out(world: World) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    jan = await world.participant("Jan")
    anna = await world.participant("Anna", language="it")
    await _register(talk, jan, anna)
    await _write(olga, talk, English=[ENGLISH])
    await _press_in_row(olga, "Write: Italian", "Without a text")
    await olga.press("Leave them out")
    assert "1 person gets it:" in olga.screen.text
    assert "Italian: 1, left out" in olga.screen.text
    await _confirm(olga, "Send to 1 person")
    await _go(world)
    assert ENGLISH in jan.notices[-1].text
    assert not any(ENGLISH in notice.text for notice in anna.notices)


async def test_a_language_that_lost_its_text_has_to_be_decided_anew(world: World) -> None:
    """The Italians get the German text; when that is taken out, nobody guesses for them."""
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    await _register(talk, await world.participant("Jan"))
    await _register(talk, await world.participant("Anna", language="it"))
    await _write(olga, talk, English=[ENGLISH])
    await olga.press_data(f"ak:{await _draft_id(world)}:de")
    await olga.type(GERMAN)
    await olga.press("Done")
    await _press_in_row(olga, "Write: Italian", "Without a text")
    await olga.press("The text in: German")
    assert "Check and send" in olga.screen.labels
    await olga.press("Write: German")
    await olga.press("Remove the last")
    await olga.press("Done")
    assert "Italian: 1, no text yet" in olga.screen.text
    assert "Check and send" not in olga.screen.labels
    draft = await _draft(world)
    await olga.press_data(f"ax:{draft.id}:{draft.draft_key}")
    assert "write for each language" in olga.screen.text
    assert await _recipients(world) == 0


# ── figures ──────────────────────────────────────────────────────────────────────────────────
async def test_the_figures_add_up_with_someone_who_blocked_the_assistant(world: World) -> None:
    """Two get it, one can't be reached; the progress screen and the last notice say the same."""
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    jan, eva, petr = await world.participants("Jan", "Eva", "Petr")
    await _register(talk, jan, eva, petr)
    world.simulator.block(petr.id)
    world.simulator.take_updates()  # nobody has told the assistant yet
    await _write(olga, talk, English=[ENGLISH])
    await _confirm(olga, "Send to 3 people")
    screen = olga.screen.message
    await _go(world)
    assert "Your announcement has been sent." in olga.notices[-1].text
    await olga.press("Show the figures")
    for text in (screen.text or "", olga.notices[-1].text, olga.screen.text):
        assert _figure(text, "Audience") == 3
        assert _figure(text, "Sent") == 2
        assert _figure(text, "Refused by Telegram") == 1
        assert _figure(text, "Still to send") == 0
    # The progress screen was kept current by itself.
    assert "Your announcement has been sent." in (screen.text or "")


async def test_who_is_known_to_be_out_of_reach_is_counted_before(world: World) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    jan, petr = await world.participants("Jan", "Petr")
    await _register(talk, jan, petr)
    world.simulator.block(petr.id)
    await world.respond(petr)
    await _write(olga, talk, English=[ENGLISH])
    assert "1 person gets it:" in olga.screen.text
    assert "Not reached:\n· the chat was blocked: 1" in olga.screen.text


async def test_figures_do_not_come_over_what_was_opened_since(world: World) -> None:
    """Olga turns from the progress to her event; the finished announcement leaves that alone."""
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    (jan,) = await world.participants("Jan")
    await _register(talk, jan)
    await _write(olga, talk, English=[ENGLISH])
    await _confirm(olga, "Send to 1 person")
    await olga.press("Back to the event")
    board = olga.screen.text
    await _go(world)
    assert olga.screen.text == board
    assert "Your announcement has been sent." in olga.notices[-1].text


# ── one yes ──────────────────────────────────────────────────────────────────────────────────
async def test_a_second_yes_sends_nothing_twice(world: World) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    (jan,) = await world.participants("Jan")
    await _register(talk, jan)
    await _write(olga, talk, English=[ENGLISH])
    await olga.press("Check and send")
    yes = _data(olga, "Send to 1 person")
    await olga.press_data(yes)
    await olga.press_data(yes)
    assert _figure(olga.screen.text, "Audience") == 1
    await _go(world)
    await olga.press_data(yes)
    assert "Your announcement has been sent." in olga.screen.text
    await _go(world)
    assert sum(ENGLISH in notice.text for notice in jan.notices) == 1
    assert len(await _all_announcements(world)) == 1


async def test_a_yes_to_what_was_changed_since_sends_nothing(world: World) -> None:
    """Whatever was changed: a text, the readers, the urgency, the time."""
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    await _register(talk, *await world.participants("Jan"))
    await _write(olga, talk, English=[ENGLISH])
    draft = await _draft_id(world)
    changes = (
        [f"ak:{draft}:en", "Something else."],
        [f"al:{draft}:en:1:0"],
        [f"aE:{draft}:states:1:1"],
        [f"ai:{draft}:optional"],
        [f"av:{draft}:tomorrow"],
    )
    for change in changes:
        await olga.press_data(f"aw:{draft}")
        older = _data(olga, "Se" if "Send to 1" in str(olga.screen.labels) else "Schedule")
        for step in change:
            await (olga.press_data(step) if ":" in step else olga.type(step))
        await olga.press_data(older)
        assert "The announcement was changed since" in olga.screen.text, change
        assert await _recipients(world) == 0


async def test_a_yes_is_to_the_draft_and_not_to_who_joins_meanwhile(world: World) -> None:
    """The audience is who is registered at the yes; who comes later does not get it."""
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    jan, eva, petr = await world.participants("Jan", "Eva", "Petr")
    await _register(talk, jan)
    await _write(olga, talk, English=[ENGLISH])
    await olga.press("Check and send")
    await _register(talk, eva)
    await olga.press("Send to 1 person")
    await _register(talk, petr)
    await _go(world)
    got = [any(ENGLISH in one.text for one in person.notices) for person in (jan, eva, petr)]
    assert got == [True, True, False]


async def test_without_anyone_registered_nothing_is_begun(world: World) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    await olga.type("/announce")
    assert "Nobody is registered at an event of yours yet." in olga.screen.text
    await olga.press_data(f"wa:{talk.id}")
    assert "Nobody would get this announcement" in olga.screen.text
    assert await _all_announcements(world) == []


async def test_when_the_last_one_leaves_before_the_yes_nothing_is_sent(world: World) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    (jan,) = await world.participants("Jan")
    await _register(talk, jan)
    await _write(olga, talk, English=[ENGLISH])
    await olga.press("Check and send")
    yes = _data(olga, "Send to 1 person")
    await jan.press("Free my place", on=talk)
    await jan.press("Yes, free my place")
    await olga.press_data(yes)
    assert "Nobody would get it." in olga.screen.text
    assert await _recipients(world) == 0


# ── whose it is ──────────────────────────────────────────────────────────────────────────────
async def test_another_region_and_another_organiser_find_no_draft(world: World) -> None:
    """Mallory organises elsewhere, Otto the same region: Olga's draft is hers alone."""
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    await _register(talk, *await world.participants("Jan"))
    await _write(olga, talk, English=[ENGLISH])
    draft = await _draft(world)
    mallory = await world.organiser("Mallory", of="neighbour")
    otto = await world.organiser("Otto")
    for code in ("ab", "ac", "ah", "aA", "aT", "au", "aw", "ay", "az"):
        for actor in (mallory, otto):
            await actor.press_data(f"{code}:{draft.id}")
            assert "This button is no longer valid" in actor.screen.text, code
    for rest in (f"ax:{draft.id}:{draft.draft_key}", f"ak:{draft.id}:en", f"at:{draft.id}:all"):
        for actor in (mallory, otto):
            await actor.press_data(rest)
            assert "This button is no longer valid" in actor.screen.text, rest
    await mallory.press_data(f"wa:{talk.id}")
    assert "This button is no longer valid" in mallory.screen.text
    await mallory.type("/announce")
    assert "Collab Talks" not in str(mallory.screen.labels)
    after = await _draft(world)
    assert (after.draft_key, after.state) == (draft.draft_key, BroadcastState.DRAFT)


async def test_two_organisers_of_a_region_write_each_their_own(world: World) -> None:
    talk = await world.event("Collab Talks")
    olga, otto = await world.organiser("Olga"), await world.organiser("Otto")
    await _register(talk, *await world.participants("Jan"))
    await _write(olga, talk, English=["By Olga."])
    await _write(otto, talk, English=["By Otto."])
    await olga.press("Preview")
    assert "By Olga." in olga.screen.text
    assert "By Otto." not in olga.screen.text
    assert len(await _all_announcements(world)) == 2


async def test_who_is_no_organiser_any_more_writes_nothing(world: World) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    await _register(talk, *await world.participants("Jan"))
    await _open(olga, talk)
    await olga.press("Write: English")
    await _take_role(world, olga)
    await olga.type(ENGLISH)
    assert "This button is no longer valid" in olga.screen.text
    assert (await _draft(world)).content == {}


async def test_all_events_with_people_can_be_reached_by_turning_pages(world: World) -> None:
    olga, (jan,) = await world.organiser("Olga"), await world.participants("Jan")
    for number in range(10):
        starts = world.local(days=10 + number)
        event = await world.event(f"Talk {number}", key=f"talk-{number}", starts_local=starts)
        await _register(event, jan)
    await olga.type("/announce")
    assert "Page 2" in olga.screen.labels
    await olga.press("Page 2")
    assert any("Talk 9 (1)" in label for label in olga.screen.labels)
    await olga.press("Page 1")
    assert any("Talk 0 (1)" in label for label in olga.screen.labels)


# ── the draft stays ──────────────────────────────────────────────────────────────────────────
async def test_a_draft_survives_a_restart(world: World) -> None:
    """The assistant ends after each step; the draft waits, and its yes still counts."""
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    (jan,) = await world.participants("Jan")
    await _register(talk, jan)
    await _open(olga, talk)
    await olga.press("Write: English")
    for words in (ENGLISH, "And bring a pen."):
        await world.restart()
        await olga.type(words)
    await world.restart()
    await _open(olga, talk)
    assert "English: 1, own text (2 messages)" in olga.screen.text
    await world.restart()
    await _confirm(olga, "Send to 1 person")
    await world.restart()
    await _go(world)
    assert [ENGLISH in one.text for one in jan.notices[-2:]] == [True, False]
    assert "And bring a pen." in jan.notices[-1].text


async def test_pressed_twice_there_is_one_draft(world: World) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    await _register(talk, *await world.participants("Jan"))
    for _ in range(2):
        world.simulator.press_data(olga.id, 1, f"wa:{talk.id}")
    await world.respond(olga)
    assert len(await _all_announcements(world)) == 1


async def test_writing_is_left_by_opening_something_else_and_found_again(world: World) -> None:
    """What is written after turning away is no announcement; the way back is offered."""
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    await _register(talk, *await world.participants("Jan"))
    await _open(olga, talk)
    await olga.press("Write: English")
    await olga.type("/events")
    await olga.type("What is this?")
    assert (await _draft(world)).content == {}
    await olga.press("Go on with what you began")
    await olga.type(ENGLISH)
    assert "1. Text: The door is in the yard." in olga.screen.text
    await olga.type("/cancel")
    assert "The draft of your announcement is kept." in olga.screen.text
    await olga.type("Not this either.")
    await _open(olga, talk)
    assert "English: 1, own text (1 message)" in olga.screen.text


async def test_a_draft_that_was_given_up_is_gone(world: World) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    await _register(talk, *await world.participants("Jan"))
    await _write(olga, talk, English=[ENGLISH])
    draft = await _draft(world)
    await olga.press("Give up the draft")
    await olga.press("Yes, give it up")
    assert "nothing of it was sent" in olga.screen.text
    for data in (f"ab:{draft.id}", f"ax:{draft.id}:{draft.draft_key}", f"ak:{draft.id}:en"):
        await olga.press_data(data)
        assert "This draft was given up" in olga.screen.text
    assert await _recipients(world) == 0
    await olga.press("New announcement")
    assert "English: 1, no text yet" in olga.screen.text


async def test_old_buttons_of_what_was_confirmed_change_nothing(world: World) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    await _register(talk, *await world.participants("Jan"))
    await _write(olga, talk, English=[ENGLISH])
    draft = await _draft_id(world)
    await _confirm(olga, "Send to 1 person")
    for data in (f"al:{draft}:en:0:0", f"aE:{draft}:states:0:0", f"ai:{draft}:critical"):
        await olga.press_data(data)
        assert "it is no draft any more" in olga.screen.text
    (row,) = await _all_announcements(world)
    assert row.content
    assert row.audience == {"states": ["confirmed"]}
    assert row.notice_class is NoticeClass.SERVICE


# ── for whom ─────────────────────────────────────────────────────────────────────────────────
async def test_the_audience_is_chosen_with_the_number_in_view(world: World) -> None:
    """Speakers and visitors, those who wait, those who eat soup: the number follows each press."""
    food = {
        "key": "food",
        "kind": QuestionKind.SINGLE,
        "text": {"en": "Food?"},
        "options": [{"key": key, "label": {"en": key.title()}} for key in ("soup", "bread")],
    }
    talk = await world.event(
        "Collab Talks", seats=2, roles=(building.VISITOR, building.SPEAKER), questions=(food,)
    )
    olga = await world.organiser("Olga")
    jan, eva, petr = await world.participants("Jan", "Eva", "Petr")
    for person, role, meal in ((jan, "visitor", 0), (eva, "speaker", 1), (petr, "visitor", 0)):
        await person.press_data(f"r:{talk.id}:{role}")
        await person.press_data(f"o:reg.{talk.id}.{role}:0:{meal}")
    await _open(olga, talk)
    assert "2 people get it" not in olga.screen.text  # nothing is written yet
    await olga.press("Who gets it")
    assert "Registration: Confirmed" in olga.screen.text
    assert "2 people" in olga.screen.text
    await olga.press("Registration")
    await olga.press("Waiting list")
    assert "Registration: Confirmed, Waiting list" in olga.screen.text
    assert "3 people" in olga.screen.text
    await olga.press("Back")
    await olga.press("Roles")
    await olga.press("Visitor")
    assert "2 people" in olga.screen.text
    await olga.press("Back")
    await olga.press("Answers when registering")
    await olga.press("Food?")
    await olga.press("Bread")
    assert "Food? Bread" in olga.screen.text
    assert "Nobody" in olga.screen.text
    await olga.press("Soup")
    assert "2 people" in olga.screen.text
    await olga.press("Bread (chosen)")
    assert "Food? Soup" in olga.screen.text
    await olga.press_data(f"ab:{await _draft_id(world)}")
    await olga.press("Write: English")
    await olga.type(ENGLISH)
    await olga.press("Done")
    await _confirm(olga, "Send to 2 people")
    await _go(world)
    got = [any(ENGLISH in one.text for one in person.notices) for person in (jan, eva, petr)]
    assert got == [True, False, True]


async def test_nobody_chosen_is_nobody(world: World) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    await _register(talk, *await world.participants("Jan"))
    await _write(olga, talk, English=[ENGLISH])
    await olga.press("Who gets it")
    await olga.press("Registration")
    await olga.press("Confirmed (chosen)")
    assert "nobody is chosen, so nobody gets it" in olga.screen.text
    await olga.press("Back")
    await olga.press("Back to the draft")
    assert "Nobody is chosen." in olga.screen.text
    assert "Check and send" not in olga.screen.labels


async def test_the_group_is_offered_only_where_one_is_linked(world: World) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    await _register(talk, *await world.participants("Jan"))
    await _write(olga, talk, English=[ENGLISH])
    draft = await _draft_id(world)
    await olga.press("Who gets it")
    assert "To the event's group, too" not in olga.screen.labels
    await olga.press_data(f"aj:{draft}:1")
    assert not (await _draft(world)).to_group
    await olga.press("Back to the draft")
    async with world.database.writing() as session:
        session.add(
            EventGroup(
                event_id=talk.id,
                chat_id=-100,
                link_key="key",
                title="Talkers & friends",
                linked_at=world.now,
            )
        )
    await olga.press("Who gets it")
    await olga.press("To the event's group, too")
    assert "And the event's group: Talkers & friends" in olga.screen.text
    assert (await _draft(world)).to_group
    await olga.press("Not to the event's group")
    assert not (await _draft(world)).to_group


# ── how urgent, and when ─────────────────────────────────────────────────────────────────────
async def test_what_is_important_now_is_asked_twice_and_comes_at_night(world: World) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    (jan,) = await world.participants("Jan")
    await _register(talk, jan)
    await world.advance(hours=14)  # eleven at night
    await _write(olga, talk, English=[ENGLISH])
    await olga.press("Urgency: Normal")
    await olga.press("Important now")
    assert (await _draft(world)).notice_class is NoticeClass.SERVICE
    await olga.press("Yes, it can't wait")
    assert "Urgency: Important now" in olga.screen.text
    await _confirm(olga, "Send to 1 person")
    await _go(world)
    assert ENGLISH in jan.notices[-1].text


async def test_a_normal_one_waits_for_the_morning(world: World) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    (jan,) = await world.participants("Jan")
    await _register(talk, jan)
    await world.advance(hours=14)
    await _write(olga, talk, English=[ENGLISH])
    await _confirm(olga, "Send to 1 person")
    await _go(world)
    assert not any(ENGLISH in notice.text for notice in jan.notices)
    await world.advance(hours=10)
    assert ENGLISH in jan.notices[-1].text


async def test_it_can_wait_for_a_time_that_is_typed(world: World) -> None:
    """The time is that of the event's place; what is past or far ahead is refused."""
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    (jan,) = await world.participants("Jan")
    await _register(talk, jan)
    await _write(olga, talk, English=[ENGLISH])
    await olga.press("When it goes")
    for typed, words in (
        ("soon", "Please write date and time like this"),
        ("31.2. 10:00", "Please write date and time like this: 9 March 2027, 09:30"),
        ("9/3/2027 10:00", "can be read as two different days"),
        ("7.3.2027 10:00", "This time is past."),
        ("2027-03-08 09:59", "This time is past."),
        ("24.12. 09:30", "too far ahead"),
        ("8.5.2027 10:00", "too far ahead"),
    ):
        await olga.type(typed)
        assert words in olga.screen.text, typed
    assert (await _draft(world)).starts_at is None
    await olga.type("10.3. 09:30")
    assert "Goes: Wednesday, 10 March 2027, 09:30" in olga.screen.text
    await _confirm(olga, "Schedule for 1 person")
    await world.advance(hours=40)
    assert not any(ENGLISH in notice.text for notice in jan.notices)
    await world.advance(hours=9)
    assert ENGLISH in jan.notices[-1].text


async def test_what_was_written_is_answered_below_it(world: World) -> None:
    """After a refused time, the right one once changed a screen far above, and nothing followed."""
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    await _register(talk, *await world.participants("Jan"))
    await _open(olga, talk)
    await olga.press("When it goes")
    await olga.type("soon")
    assert _is_alone_below(olga)
    await olga.type("10.3. 09:30")
    assert "Goes: Wednesday, 10 March 2027, 09:30" in olga.screen.text
    assert _is_alone_below(olga)
    await olga.press("Write: English")
    for words in ("x" * 3501, ENGLISH, "And the bell is broken."):
        await olga.type(words)
        assert _is_alone_below(olga)
    await olga.press("Add a link button")
    await olga.type("Programme - https://example.org")
    assert _is_alone_below(olga)
    await world.restart()  # which screen was answered is known no more: its buttons stay
    await olga.type("One more.")
    assert world.simulator.chat(olga.id)[-1].message_id == olga.screen.message.message_id


async def test_a_time_that_went_by_has_to_be_chosen_anew(world: World) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    await _register(talk, *await world.participants("Jan"))
    await _write(olga, talk, English=[ENGLISH])
    await olga.press("When it goes")
    await olga.press("In one hour")
    await olga.press("Check and send")
    yes = _data(olga, "Schedule for 1 person")
    await world.advance(hours=2)
    await olga.press_data(yes)
    assert "The one chosen is past." in olga.screen.text
    assert await _recipients(world) == 0
    await olga.press("When it goes")
    await olga.press("Tomorrow at 9:00")
    assert "Goes: Tuesday, 9 March 2027, 09:00" in olga.screen.text
    await olga.press("When it goes")
    await olga.press("Now")
    assert "Goes: as soon as it is confirmed" in olga.screen.text


# ── what can be sent ─────────────────────────────────────────────────────────────────────────
async def test_every_kind_of_message_arrives_in_its_order(world: World) -> None:
    """Formatted text, an album, a file, a place and a poll, and a link button below."""
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    (jan,) = await world.participants("Jan")
    await _register(talk, jan)
    await _open(olga, talk)
    await olga.press("Write: English")
    before = len(world.simulator.chat(olga.id))
    bold = {"type": "bold", "offset": 0, "length": 4}
    await olga.send("text", "Bold <b>and</b> & brave", entities=[bold])
    await olga.send("album", [_photo("Look"), _photo(), _photo()])
    shown = world.simulator.chat(olga.id)
    assert len(shown) == before + 1 + 1 + 3 + 1  # below each, and of an album once
    await olga.send("document", "plan.pdf", b"%PDF", caption="The plan")
    await olga.send("venue", 50.8, 12.9, "Town hall", "Market 1")
    await olga.send("poll", "Soup or bread?", ["Soup", "Bread"])
    for line in (
        "1. Text: Bold <b>and</b> & brave",
        "2. 3 pictures, videos or files: Look",
        "3. 1 picture, video or file: The plan",
        "4. Place: Town hall",
        "5. Question: Soup or bread? (Soup / Bread)",
    ):
        assert line in olga.screen.text
    await olga.press("Add a link button")
    await olga.type("Programme - https://example.org/programme?a=1&b=2")
    assert "· Programme: https://example.org/programme?a=1&b=2" in olga.screen.text
    await olga.press("Done")
    await _confirm(olga, "Send to 1 person")
    await _go(world)
    text, *album, plan, place, poll, end = (one.message for one in jan.notices[-8:])
    assert "Bold <b>and</b> & brave" in (text.text or "")
    assert [entity.kind for entity in text.entities][:2] == ["bold", "bold"]  # the title's, too
    assert [one.media_group_id for one in album] == [album[0].media_group_id] * 3
    assert album[0].caption == "Look"
    assert plan.caption == "The plan"
    assert place.venue is not None
    assert place.venue.title == "Town hall"
    assert (poll.text or "").startswith("Soup or bread?")
    assert [row[0].text for row in poll.buttons] == ["Soup", "Bread"]
    assert "From the organiser" in (end.text or "")
    assert end.buttons[0][0].url == "https://example.org/programme?a=1&b=2"
    assert end.buttons[-1][0].text == "Open the event"


async def test_the_event_opens_below_the_announcement(world: World) -> None:
    """Once, the card came in place of the announcement, and its words were gone."""
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    (jan,) = await world.participants("Jan")
    await _register(talk, jan)
    await _write(olga, talk, English=[ENGLISH])
    await _confirm(olga, "Send to 1 person")
    await _go(world)
    await jan.press("Open the event")
    assert "Your place is confirmed" in jan.screen.text
    assert ENGLISH in jan.sees()


async def test_the_last_can_be_taken_out_and_all_of_them(world: World) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    await _register(talk, *await world.participants("Jan"))
    await _open(olga, talk)
    await olga.press("Write: English")
    for words in ("One.", "Two.", "Three."):
        await olga.type(words)
    remove = _data(olga, "Remove the last")
    await olga.press_data(remove)
    await olga.press_data(remove)  # a double tap takes one
    assert "2. Text: Two." in olga.screen.text
    assert "Three." not in olga.screen.text
    await olga.type("Four.")
    assert "3. Text: Four." in olga.screen.text
    await olga.press("Start over")
    assert "3 messages and their buttons" in olga.screen.text
    await olga.press("Yes, start over")
    assert "So far" not in olga.screen.text
    assert (await _draft(world)).content == {}


@pytest.mark.parametrize(
    "text",
    [
        "<b>Bold</b> & <i>brave</i> &amp; <script>",
        "{name} {0} %s",
        "\u202eturned\u202c",
        "🎉" * 1500,
    ],
)
async def test_what_is_written_arrives_as_it_was_written(world: World, text: str) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    (jan,) = await world.participants("Jan")
    await _register(talk, jan)
    await _write(olga, talk, English=[text])
    await olga.press("Preview")
    await olga.press("Back to the draft")
    await _confirm(olga, "Send to 1 person")
    await _go(world)
    assert text.strip("\u202e\u202c") in jan.notices[-1].text


async def test_what_is_too_long_is_refused_with_how_much_too_long(world: World) -> None:
    """Signs outside the basic plane count twice, as they do for Telegram; nothing is kept."""
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    await _register(talk, *await world.participants("Jan"))
    await _open(olga, talk)
    await olga.press("Write: English")
    await olga.type("x" * 3501)
    assert "A text can have 3500 characters; this one has 1 too many." in olga.screen.text
    await olga.type("🎉" * 1751)
    assert "this one has 2 too many" in olga.screen.text
    await olga.send("photo", PICTURE, caption="y" * 760)
    assert "can have 700 characters; these have 60 too many" in olga.screen.text
    await olga.send("album", [_photo("a" * 600), _photo("b" * 600)])
    assert "these have 501 too many" in olga.screen.text
    await olga.press("Back to the draft")
    assert "So far" not in olga.screen.text
    await olga.type("x" * 3500)
    assert "1. Text: xxx" in olga.screen.text


async def test_an_eleventh_picture_begins_the_next_album(world: World) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    await _register(talk, *await world.participants("Jan"))
    await _open(olga, talk)
    await olga.press("Write: English")
    for _ in range(11):
        world.simulator.send_photo(olga.id, PICTURE)
    for raw in world.simulator.take_updates():
        raw["message"]["media_group_id"] = "the-same"
        await intake.store(world.database, raw)
    await world.respond(olga)
    assert "1. 10 pictures, videos or files" in olga.screen.text
    assert "2. 1 picture, video or file" in olga.screen.text


async def test_there_is_an_end_to_how_much_people_get(world: World) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    await _register(talk, *await world.participants("Jan"))
    await _open(olga, talk)
    await olga.press("Write: English")
    for number in range(11):
        await olga.type(f"Message {number}")
    assert "More than 10 messages at once would be too many for people." in olga.screen.text
    assert len((await _draft(world)).content["en"]["parts"]) == 10


async def test_what_cannot_be_announced_is_said(world: World) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    await _register(talk, *await world.participants("Jan"))
    await _open(olga, talk)
    await olga.press("Write: English")
    for kind in ("sticker", "voice", "animation", "contact", "dice", "video_note", "story"):
        await _send_odd(world, olga, kind)
        assert "Not taken. Possible are text, pictures" in olga.screen.text, kind
        assert (await _draft(world)).content == {}
    await olga.type(ENGLISH)  # and the writing goes on
    assert "1. Text: The door" in olga.screen.text


async def test_an_edited_message_changes_nothing(world: World) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    await _register(talk, *await world.participants("Jan"))
    await _open(olga, talk)
    await olga.press("Write: English")
    await olga.type(ENGLISH)
    shown = olga.screen.text
    world.simulator.send_text(olga.id, "Something else.")
    (raw,) = world.simulator.take_updates()
    raw["edited_message"] = {**raw.pop("message"), "edit_date": 1804500000}
    await intake.store(world.database, raw)
    await world.respond(olga)
    assert olga.screen.text == shown
    assert "Something else." not in str((await _draft(world)).content)


async def test_a_button_that_could_not_be_opened_is_refused(world: World) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    await _register(talk, *await world.participants("Jan"))
    await _write(olga, talk, English=[ENGLISH])
    await olga.press("Write: English")
    await olga.press("Add a link button")
    await olga.type("Programme - javascript:alert(1)")
    assert "a dash and the address" in olga.screen.text
    assert olga.screen.labels == ["Back"]  # it leads to the same question, not to the draft
    await olga.press("Back")
    assert "A link button" in olga.screen.text
    await olga.send("photo", PICTURE, caption="Group - https://example.org")
    assert "a dash and the address" in olga.screen.text
    await olga.type("Group: t.me/xinno")  # and the next try counts
    assert "· Group: https://t.me/xinno" in olga.screen.text
    await olga.press("Remove the last link button")
    assert "Group" not in olga.screen.text


async def test_five_link_buttons_are_enough(world: World) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    await _register(talk, *await world.participants("Jan"))
    await _write(olga, talk, English=[ENGLISH])
    await olga.press("Write: English")
    for number in range(5):
        await olga.press("Add a link button")
        await olga.type(f"Button {number} - https://example.org/{number}")
    assert "Add a link button" not in olga.screen.labels
    await olga.press_data(f"an:{await _draft_id(world)}:en")
    await olga.type("One more - https://example.org")
    assert "There can be 5 link buttons." in olga.screen.text


async def test_a_file_is_kept_once_for_the_event(world: World) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    await _register(talk, *await world.participants("Jan"))
    await _open(olga, talk)
    await olga.press("Write: English")
    await olga.send("document", "plan.pdf", b"%PDF")
    async with world.database.reading() as session:
        (kept,) = (await session.scalars(select(Media))).all()
    assert (kept.name, kept.event_id, kept.in_gallery) == ("plan.pdf", talk.id, False)
    assert kept.bot_id == world.simulator.bot_id


async def test_other_questions_read_words_alone_and_wait(world: World) -> None:
    """A picture is no answer to a question that wants words; the form is kept."""
    why = {"key": "why", "text": {"en": "Why?"}}
    talk, (jan,) = (
        await world.event("Collab Talks", questions=(why,)),
        await world.participants("J"),
    )
    await jan.press("Register", on=talk)
    await jan.send("photo", PICTURE, caption="because")
    assert "Please answer with words: nothing else can be read here." in jan.screen.text
    await jan.type("because")
    assert "Your place is confirmed" in jan.screen.text


# ── trying it out ────────────────────────────────────────────────────────────────────────────
async def test_a_test_comes_to_its_writer_alone_as_readers_get_it(world: World) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    jan = await world.participant("Jan")
    eva, anna = (
        await world.participant("Eva", language="de"),
        await world.participant("Anna", language="it"),
    )
    await _register(talk, jan, eva, anna)
    await _write(olga, talk, English=[ENGLISH], German=[GERMAN])
    await _press_in_row(olga, "Write: Italian", "Without a text")
    await olga.press("The text in: German")
    await olga.press("Test to me")
    await olga.press("German")
    await olga.press_data(_test_of(await _draft_id(world), "de"))  # a double tap
    assert "The test is on its way to you" in olga.screen.text
    await world.tick()
    note, text = olga.notices[-2:]
    assert note.text == "Test: readers of German will get this announcement:"
    assert text.text.startswith("Collab Talks (de)")
    assert GERMAN in text.text
    assert sum(GERMAN in one.text for one in olga.notices) == 1
    await olga.press("Test to me")
    await olga.press("All languages")
    await world.tick()
    said = "\n".join(one.text for one in olga.notices)
    assert "readers of Italian will get this" in said
    assert "Collab Talks (it)" in said
    for person in (jan, eva, anna):
        assert not any("yard" in one.text or "Hof" in one.text for one in person.notices)
    assert await _recipients(world) == 0


# ── votes ────────────────────────────────────────────────────────────────────────────────────
async def test_readers_vote_and_change_their_mind_until_the_end(world: World) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    jan, eva = await world.participants("Jan", "Eva")
    await _register(talk, jan, eva)
    await _open(olga, talk)
    await olga.press("Write: English")
    await olga.type(ENGLISH)
    await olga.send("poll", "Soup or bread?", ["Soup", "Bread"])
    await olga.press("Done")
    await _confirm(olga, "Send to 2 people")
    await _go(world)
    assert "The organiser sees how many chose each answer, not who." in jan.sees()
    await jan.press("Soup")
    assert "Your choice: Soup" in jan.screen.text
    assert "You can change it until Thursday, 18 March 2027, 20:00." in jan.screen.text
    assert "Soup (chosen)" in jan.screen.labels
    await jan.press("Bread")
    await jan.press("Bread")
    await eva.press("Bread")
    assert "Your choice: Bread" in jan.screen.text
    assert await _votes(world) == [("Soup", 0), ("Bread", 2)]
    await world.move_to(talk.ends_at + timedelta(minutes=1))
    await jan.press("Soup")
    assert "Votes are no longer counted." in jan.screen.text
    assert "Your choice: Bread" in jan.screen.text
    assert await _votes(world) == [("Soup", 0), ("Bread", 2)]


async def test_a_vote_is_shown_with_ones_data_and_goes_with_them(world: World) -> None:
    """Jan sees what he chose; erased, he has chosen nothing, and Olga's draft goes with her."""
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    (jan,) = await world.participants("Jan")
    await _register(talk, jan)
    await _open(olga, talk)
    await olga.press("Write: English")
    await olga.send("poll", "Soup or bread?", ["Soup", "Bread"])
    await olga.press("Done")
    await _confirm(olga, "Send to 1 person")
    await _go(world)
    await jan.press("Bread")
    await jan.type("/mydata")
    assert "Votes in announcements: 1" in jan.screen.text
    await jan.press("Download")
    (vote,) = json.loads(jan.screen.document)["votes"]
    assert vote == {"event": talk.key, "question": "Soup or bread?", "choice": "Bread"}
    await _write(olga, talk, English=["Olga's own words."])
    for person in (jan, olga):
        await person.type("/forget")
        await person.press("Yes, erase")
    assert await _votes(world) == [("Soup", 0), ("Bread", 0)]
    assert "own words" not in str([row.content for row in await _all_announcements(world)])


async def test_who_did_not_get_it_has_no_vote(world: World) -> None:
    """Mallory makes the button up, Olga presses it in her own test: nothing is counted."""
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    jan, mallory = await world.participants("Jan", "Mallory")
    await _register(talk, jan)
    await _open(olga, talk)
    await olga.press("Write: English")
    await olga.send("poll", "Soup or bread?", ["Soup", "Bread"])
    await olga.press("Done")
    await olga.press("Test to me")
    await olga.press("English")
    await world.tick()
    await olga.press("Soup")
    assert "This is a test of your announcement." in olga.screen.text
    poll = f"bv:{await _draft_id(world)}:en:0:1"
    await mallory.press_data(poll)
    assert "This button is no longer valid" in mallory.screen.text
    await olga.press_data(f"ab:{await _draft_id(world)}")
    await _confirm(olga, "Send to 1 person")
    await jan.press_data(poll)  # it has not come yet
    assert "This button is no longer valid" in jan.screen.text
    await _go(world)
    await mallory.press_data(poll)
    for odd in ("bv:1:en:0:2", "bv:1:en:1:0", "bv:1:de:0:0", "bv:99:en:0:0"):
        await jan.press_data(odd)
        assert "This button is no longer valid" in jan.screen.text
    assert await _votes(world) == [("Soup", 0), ("Bread", 0)]


# ── helpers ──────────────────────────────────────────────────────────────────────────────────
async def _register(event: Event, *actors: Actor) -> None:
    for actor in actors:
        await actor.press_data(f"r:{event.id}:visitor")
    await actors[0].world.tick()


async def _open(actor: Actor, event: Event) -> None:
    await actor.type("/announce")
    await actor.press(event.starts_at.strftime("%a %-d %b"))


async def _write(actor: Actor, event: Event, **texts: list[str]) -> None:
    """Write the messages in each language, and return to the draft."""
    await _open(actor, event)
    for language, messages in texts.items():
        await actor.press(f"Write: {language}")
        for words in messages:
            await actor.type(words)
        await actor.press("Done")


async def _confirm(actor: Actor, label: str) -> None:
    await actor.press("Check and send")
    await actor.press(label)


async def _go(world: World) -> None:
    """Let the time pass in which the yes can be taken back."""
    await world.advance(seconds=UNDO.total_seconds())
    await world.tick()


async def _press_in_row(actor: Actor, first: str, label: str) -> None:
    """Press the button that stands beside the one that begins so."""
    for row in actor.screen.message.buttons:
        if row[0].text.startswith(first):
            found = next(button for button in row if button.text == label)
            await actor.press_data(found.data or "", message_id=actor.screen.message.message_id)
            return
    raise AssertionError(f"no row {first!r} in {actor.screen.labels}")


async def _send_odd(world: World, actor: Actor, kind: str) -> None:
    """Send what the simulator's people can't, made from a text."""
    world.simulator.send_text(actor.id, "x")
    (raw,) = world.simulator.take_updates()
    del raw["message"]["text"]
    file = {"file_id": "f", "file_unique_id": "u"}
    bodies = {
        "sticker": {**file, "type": "regular", "width": 1, "height": 1}
        | {"is_animated": False, "is_video": False},
        "voice": {**file, "duration": 1},
        "animation": {**file, "width": 1, "height": 1, "duration": 1},
        "contact": {"phone_number": "1", "first_name": "C"},
        "dice": {"emoji": "🎲", "value": 1},
        "video_note": {**file, "length": 1, "duration": 1},
        "story": {"chat": raw["message"]["chat"], "id": 1},
    }
    raw["message"][kind] = bodies[kind]
    if kind == "animation":
        raw["message"]["document"] = file  # as Telegram does
    await intake.store(world.database, raw)
    await world.respond(actor)


def _is_alone_below(actor: Actor) -> bool:
    """Tell whether the screen is the last message, and alone has buttons since the card."""
    newest, *above = reversed(actor.world.simulator.chat(actor.id))
    with_buttons = [one.text for one in above[:3] if one.from_bot and one.buttons]
    return newest.from_bot and bool(newest.buttons) and not with_buttons


async def _take_role(world: World, actor: Actor) -> None:
    async with world.database.writing() as session:
        person = await world.person(session, actor)
        await session.execute(delete(RoleGrant).where(RoleGrant.participant_id == person.id))


def _photo(caption: str = "") -> AlbumItem:
    return AlbumItem(FileKind.PHOTO, "photo.png", PICTURE, caption)


def _figure(text: str, name: str) -> int:
    found = re.search(rf"^{name}: (\d+)$", text, re.MULTILINE)
    assert found is not None, text
    return int(found[1])


def _data(actor: Actor, label: str) -> str:
    """Return what the button with this label carries."""
    for row in actor.screen.message.buttons:
        for button in row:
            if button.text.startswith(label):
                return button.data or ""
    raise AssertionError(f"no button {label!r} in {actor.screen.labels}")


def _test_of(draft_id: int, language: str) -> str:
    return f"at:{draft_id}:{language}"


async def _draft(world: World) -> Broadcast:
    async with world.database.reading() as session:
        found = await session.scalar(select(Broadcast).order_by(Broadcast.id.desc()).limit(1))
        assert found is not None
        return found


async def _draft_id(world: World) -> int:
    return (await _draft(world)).id


async def _all_announcements(world: World) -> list[Broadcast]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(Broadcast)))


async def _recipients(world: World) -> int:
    """How many people are owed an announcement, or have it."""
    await world.tick()
    async with world.database.reading() as session:
        promised = select(func.count()).where(Notice.kind == NoticeKind.BROADCAST)
        frozen = select(func.count()).select_from(Recipient)
        return (await session.scalar(promised) or 0) + (await session.scalar(frozen) or 0)


async def _votes(world: World) -> list[tuple[str, int]]:
    async with world.database.reading() as session:
        (poll,) = await votes.count_votes(session, 1)
        return list(poll.options)
