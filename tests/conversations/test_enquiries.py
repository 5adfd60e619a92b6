"""Stories of asking the organisers: a text that is kept, a question, an answer, asking on."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot.exporting import write_export
from tests.support.changing import carried
from tests.support.world import Actor, World
from xinno_core.models import (
    Audit,
    Dialogue,
    Enquiry,
    EnquiryKind,
    EnquiryState,
    Event,
    EventState,
    Notice,
    NoticeKind,
    NoticeState,
    Role,
)
from xinno_core.services import access, enquiries, enquiry_desk
from xinno_core.services.exports import Format, Kind

NOT_YOURS = "This button is no longer valid."
SENT = "Your question is with the organisers."


async def ask_about(actor: Actor, event: Event, text: str) -> None:
    """Ask from the event's card, up to the yes."""
    await actor.press_data(f"ja:{event.id}:0")
    await actor.type(text)
    await actor.press("Send")


async def rows_of(world: World) -> list[Enquiry]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(Enquiry).order_by(Enquiry.id)))


async def count(world: World, table: type[Enquiry | Dialogue]) -> int:
    async with world.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


# ── a text that nothing was waiting for ──────────────────────────────────────────────────────
async def test_a_free_text_reaches_the_organisers_and_is_answered_in_its_thread(
    world: World,
) -> None:
    """Jan just writes; he sees who reads it, sends it, and the answer hangs on his message."""
    talk = await world.event("Collab Talks")
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    await jan.press("Register", on=talk)
    await jan.type("Is there a <ramp>?")
    written = world.simulator.chat(jan.id)[-2].message_id
    assert "understand buttons better than sentences" in jan.screen.text
    assert "Nothing is sent yet" in jan.screen.text
    assert jan.screen.labels[0] == "Ask the organiser: Collab Talks"
    await world.tick()
    assert olga.notices == []

    await jan.press("Ask the organiser: Collab Talks")
    assert "organisers of this region: Chemnitz (Organiser of Chemnitz)" in jan.screen.text
    assert "They see your name and organisation: Jan, Firm of Jan." in jan.screen.text
    await jan.press("Send")
    assert SENT in jan.screen.text
    await world.tick()
    for part in ("Someone asks you.", "From: Jan, Firm of Jan", "Collab Talks", "<ramp>"):
        assert part in olga.notices[-1].text
    await olga.press("Answer")
    assert "Is there a <ramp>?" in olga.screen.text
    await olga.type("Yes, at the <back> door.")
    assert "Answered. The person gets your words as you wrote them." in olga.screen.text
    await world.tick()
    answer = jan.notices[-1]
    for part in ("The organisers answer you.", "Yes, at the <back> door."):
        assert part in answer.text
    assert answer.message.reply_to == written
    assert (
        "Is there a <ramp>?" not in answer.text
    )  # the reply shows it, and once it stood there twice
    assert answer.labels == ["That helped", "Not yet", "Ask again"]
    (row,) = await rows_of(world)
    assert (row.state, row.text) == (EnquiryState.ANSWERED, "Is there a <ramp>?")


async def test_an_answer_that_is_no_reply_says_what_was_asked(world: World) -> None:
    talk = await world.event("Collab Talks")
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    await ask_about(jan, talk, "Is there a ramp?")
    async with world.database.writing() as session:
        await session.execute(update(Enquiry).values(message_id=None))
    await olga.press_data("jv:1")
    await olga.type("Yes.")
    await world.tick()
    assert "Your question:\nIs there a ramp?" in jan.notices[-1].text


async def test_the_text_survives_a_restart_and_what_follows_is_added(world: World) -> None:
    talk = await world.event("Collab Talks")
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    await jan.press("Register", on=talk)
    await jan.type("Hello")
    old, shown = carried(jan, "Ask the organiser"), jan.screen.message.message_id
    await jan.type("Is there a ramp?")
    await world.restart()
    await jan.press_data(old, message_id=shown)
    assert "or you have written more since" in jan.screen.text
    await jan.type("/my")  # something else in between
    await jan.press("Ask the organiser: Collab Talks")
    assert "Hello\nIs there a ramp?" in jan.screen.text
    await world.restart()
    await jan.press("Send")
    await world.tick()
    assert "Hello\nIs there a ramp?" in olga.notices[-1].text


async def test_a_changed_text_is_still_for_whom_it_was(world: World) -> None:
    """Jan has said that it is about the talk; once he was asked again, with nothing to choose."""
    talk = await world.event("Collab Talks")
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    await jan.press("Register", on=talk)
    await jan.type("Is there a ramp?")
    await jan.press("Ask the organiser: Collab Talks")
    await jan.press("Change the text")
    await world.restart()
    await jan.type("Is there a lift?")
    assert "Event: Collab Talks" in jan.screen.text
    await jan.press("Send")
    await world.tick()
    assert "Is there a lift?" in olga.notices[-1].text


async def test_what_is_written_later_begins_anew(world: World) -> None:
    talk = await world.event("Collab Talks")
    jan = await world.participant("Jan")
    await jan.press("Register", on=talk)
    await jan.type("Hello")
    await world.advance(minutes=11)
    await jan.type("Is there a ramp?")
    await jan.press("Ask the organiser: Collab Talks")
    assert "Hello" not in jan.screen.text


async def test_the_next_three_events_are_offered_soonest_first(world: World) -> None:
    jan = await world.participant("Jan")
    for days in (4, 2, 3, 1):
        talk = await world.event(f"Talk {days}", starts_local=world.local(days=days))
        await jan.press("Register", on=talk)
    await jan.type("When does it end?")
    assert [label for label in jan.screen.labels if label.startswith("Ask the organiser: ")] == [
        f"Ask the organiser: Talk {days}" for days in (1, 2, 3)
    ]


async def test_who_was_at_an_event_asks_its_region_and_a_newcomer_chooses(world: World) -> None:
    past = await world.event("Past", starts_local=world.local(days=1), in_region="padova")
    await world.event("Coming")
    jan, eva = await world.participants("Jan", "Eva")
    await jan.press("Register", on=past)
    await world.advance(days=3)
    await jan.type("Are there pictures?")
    assert jan.screen.labels[0] == "Ask the organiser: Padova"
    await eva.type("Who are you?")
    assert eva.screen.labels[0] == "Ask the organiser"
    await eva.press("Ask the organiser")
    assert "Whom is your question for?" in eva.screen.text
    await eva.press("Ask the organiser: Chemnitz")
    assert "organisers of this region: Chemnitz" in eva.screen.text


async def test_a_mistyped_command_is_no_question(world: World) -> None:
    await world.event("Collab Talks")
    jan = await world.participant("Jan")
    await jan.type("/evnts")
    assert "your message was not stored" in jan.screen.text
    assert await count(world, Dialogue) == 0


async def test_a_form_left_before_is_still_offered_beside_the_question(world: World) -> None:
    talk = await world.event("Collab Talks")
    jan = await world.participant("Jan")
    await jan.press("Register", on=talk)
    await jan.type("/settings")
    await jan.press("Correct name")
    await jan.type("/my")
    for _ in range(2):  # the kept text itself is nothing to go on with
        await jan.type("Is there a ramp?")
        await jan.press("Go on with what you began")
        assert "What is your name?" in jan.screen.text
        await jan.type("/my")


async def test_who_writes_after_an_answer_is_led_to_who_answered(world: World) -> None:
    """Jan is registered elsewhere, and his next words go to where he asked."""
    soon = await world.event("Soon", starts_local=world.local(days=1), in_region="padova")
    talk = await world.event("Collab Talks")
    await world.organiser("Olga")
    jan = await world.participant("Jan")
    await jan.press("Register", on=soon)
    await ask_about(jan, talk, "Is there a ramp?")
    await jan.type("And a lift?")
    assert jan.screen.labels[:2] == [
        "Ask the organiser: Collab Talks",
        "Ask the organiser: Soon",
    ]


# ── asking by a button ───────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("way", ["card", "menu", "help"])
async def test_a_button_asks_for_the_text(world: World, way: str) -> None:
    talk = await world.event("Collab Talks")
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    if way == "card":
        await jan.press("Ask the organiser", on=talk)
    else:
        await jan.type("/help")
        await jan.press("Menu" if way == "menu" else "Ask the organiser")
        if way == "menu":
            await jan.press("Ask the organiser")
        assert "Whom is your question for?" in jan.screen.text
        await jan.press("Ask the organiser: Chemnitz")
    assert "What would you like to ask?" in jan.screen.text
    assert "Seen by the organiser: Organiser of Chemnitz." in jan.screen.text
    await world.restart()
    await jan.type("Is there a ramp?")
    await jan.press("Change the text")
    await jan.type("Is there a lift?")
    await jan.press("Send")
    await world.tick()
    assert "Is there a lift?" in olga.notices[-1].text
    assert ("Event: Collab Talks" in olga.notices[-1].text) == (way == "card")
    assert await count(world, Dialogue) == 0


async def test_who_changes_their_mind_sends_nothing(world: World) -> None:
    talk = await world.event("Collab Talks")
    jan = await world.participant("Jan")
    await jan.press("Ask the organiser", on=talk)
    await jan.type("Is there a ramp?")
    send = carried(jan, "Send")
    await jan.press("Do not send")
    assert "Open the event" in jan.screen.labels
    await jan.press_data(send)
    assert "was sent or dropped before" in jan.screen.text
    assert await count(world, Enquiry) == await count(world, Dialogue) == 0


async def test_a_question_whose_region_has_no_organiser_is_kept(world: World) -> None:
    """Once sent it would wait for nobody; when Olga is there, the same button sends it."""
    talk = await world.event("Collab Talks")
    jan = await world.participant("Jan")
    await jan.press("Ask the organiser", on=talk)
    await jan.type("Is there a ramp?")
    send = carried(jan, "Send")
    await jan.press_data(send)
    assert "Nobody answers for this region here at the moment" in jan.screen.text
    assert "privacy@chemnitz.example" in jan.screen.text
    await world.organiser("Olga")
    await jan.press_data(send)
    assert SENT in jan.screen.text


async def test_without_a_name_none_is_shown(world: World) -> None:
    talk = await world.event("Collab Talks")
    olga, nina = await world.organiser("Olga"), world.newcomer("Nina")
    await nina.open_link()
    await nina.press("Continue")
    await nina.press("No, thank you")
    await nina.press("Ask the organiser", on=talk)
    await nina.type("Is there a ramp?")
    assert "You have not given your name, so none is shown." in nina.screen.text
    await nina.press("Send")
    await world.tick()
    assert "From: (no name given)" in olga.notices[-1].text


# ── limits ───────────────────────────────────────────────────────────────────────────────────
async def test_five_may_wait_and_ten_a_day_may_be_asked(world: World) -> None:
    talk = await world.event("Collab Talks")
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    for number in range(5):
        await ask_about(jan, talk, f"Question {number}?")
    for refused in ("card", "text"):
        await (jan.press_data(f"ja:{talk.id}:0") if refused == "card" else jan.type("Hello?"))
        assert jan.screen.text.startswith("5 questions of yours wait for an answer.")
        assert jan.screen.labels == ["Menu"]
    for number in range(1, 6):
        await olga.press_data(f"jv:{number}")
        await olga.type("Yes.")
    for number in range(5):
        await ask_about(jan, talk, f"And {number}?")
        await olga.press_data(f"jc:{number + 6}")
    await jan.type("Hello?")
    assert jan.screen.text.startswith("You have asked 10 questions within a day.")
    await world.advance(days=1, minutes=1)
    await ask_about(jan, talk, "At last?")
    assert SENT in jan.screen.text


async def test_of_four_texts_sent_at_once_one_is_the_fifth(world: World) -> None:
    """Four questions wait already; Jan sends four drafts in the same moment."""
    talks = [await world.event(f"Talk {number}") for number in range(4)]
    await world.organiser("Olga")
    jan = await world.participant("Jan")
    for number in range(4):
        await ask_about(jan, talks[0], f"Question {number}?")
    keys = []
    for talk in talks:
        await jan.press_data(f"ja:{talk.id}:0")
        await jan.type("One more?")
        keys.append((talk.id, carried(jan, "Send").split(":")[-1]))

    async def send(event_id: int, key: str) -> enquiries.SendOutcome:
        async with world.database.reading() as session:
            person = await world.person(session, jan)
            await session.connection()
            # Nobody begins before all of them have a way into the database.
            await ready.wait()
        async with world.database.writing() as session:
            return await enquiries.send(
                session,
                participant=person,
                event_id=event_id,
                region_id=0,
                draft_key=key,
                now=world.now,
            )

    ready = asyncio.Barrier(len(keys))
    outcomes = await asyncio.gather(*(send(*one) for one in keys))
    assert sorted(type(one).__name__ for one in outcomes) == ["Sent", *["TooManyOpen"] * 3]
    assert await count(world, Dialogue) == 3  # the other texts are not lost


async def test_a_double_tap_sends_once(world: World) -> None:
    talk = await world.event("Collab Talks")
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    await jan.press("Ask the organiser", on=talk)
    await jan.type("Is there a ramp?")
    message, send = jan.screen.message.message_id, carried(jan, "Send")
    for _ in range(2):  # both are waiting before the first is worked
        world.simulator.press_data(jan.id, message, send)
    await world.respond(jan)
    await world.tick()
    assert await count(world, Enquiry) == 1
    assert len(olga.notices) == 1
    assert SENT in jan.screen.text  # the second tap takes nothing of it back
    await world.advance(minutes=2)
    await jan.press_data(send)
    assert "was sent or dropped before" in jan.screen.text


async def test_what_is_too_long_is_said(world: World) -> None:
    talk = await world.event("Collab Talks")
    jan = await world.participant("Jan")
    await jan.type("x" * 2001)
    assert "2001 characters, at most 2000 are possible" in jan.screen.text
    assert await count(world, Dialogue) == 0
    await jan.press("Ask the organiser", on=talk)
    await jan.type("x" * 2001)
    assert "2001 characters, at most 2000 are possible" in jan.screen.text
    await jan.type("x" * 2000)
    assert "Send" in jan.screen.labels


# ── answering ────────────────────────────────────────────────────────────────────────────────
async def test_the_first_to_answer_is_heard_and_the_other_sees_who(world: World) -> None:
    talk = await world.event("Collab Talks")
    olga, ola = await world.organiser("Olga"), await world.organiser("Ola")
    jan = await world.participant("Jan")
    await ask_about(jan, talk, "Is there a ramp?")
    await world.tick()
    await olga.press("Answer")
    await ola.press("Answer")
    await ola.type("Yes.")
    await world.restart()
    await olga.type("No.")
    assert "Your answer was not sent: Ola has answered before." in olga.screen.text
    await olga.press_data("jv:1")
    assert "Answered by Ola" in olga.screen.text
    assert "Answer" not in olga.screen.labels
    await world.tick()
    assert len(jan.notices) == 1
    assert "Yes." in jan.notices[-1].text


async def test_an_answer_is_words(world: World) -> None:
    talk = await world.event("Collab Talks")
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    await ask_about(jan, talk, "Is there a ramp?")
    await world.tick()
    await olga.press("Answer")
    await olga.type("👍")
    assert "Please answer with words" in olga.screen.text
    await olga.type("Yes 👍")
    await world.tick()
    assert "Yes 👍" in jan.notices[-1].text


async def test_two_answers_in_the_same_moment_are_one(world: World) -> None:
    talk = await world.event("Collab Talks")
    olga, ola = await world.organiser("Olga"), await world.organiser("Ola")
    jan = await world.participant("Jan")
    await ask_about(jan, talk, "Is there a ramp?")

    async def answer(actor: Actor) -> enquiry_desk.AnswerOutcome:
        async with world.database.writing() as session:
            return await enquiry_desk.answer(
                session,
                participant=await world.person(session, actor),
                enquiry_id=1,
                text=f"Yes, says {actor.name}.",
                now=world.now,
            )

    outcomes = await asyncio.gather(*(answer(actor) for actor in (olga, ola, olga, ola)))
    names = sorted(type(one).__name__ for one in outcomes)
    assert names == ["Answered", *["AnsweredBefore"] * 3]
    await world.tick()
    assert len(jan.notices) == 1


async def test_an_answered_question_is_not_brought_to_others_any_more(world: World) -> None:
    """It is night: both messages wait; Olga answers from her list, and Ola is not woken for it."""
    talk = await world.event("Collab Talks")
    olga, ola = await world.organiser("Olga"), await world.organiser("Ola")
    jan = await world.participant("Jan")
    await world.advance(hours=12)
    await ask_about(jan, talk, "Is there a ramp?")
    await world.tick()
    assert olga.notices == ola.notices == []
    await olga.press_data("jv:1")
    await olga.type("Yes.")
    await world.advance(hours=12)
    assert ola.notices == []
    async with world.database.reading() as session:
        found = await session.scalars(
            select(Notice).where(Notice.kind == NoticeKind.ENQUIRY).order_by(Notice.id)
        )
        assert {(one.state, one.reason) for one in found} == {(NoticeState.SKIPPED, "decided")}
    assert "Yes." in jan.notices[-1].text


async def test_who_no_longer_organises_the_region_is_not_told(world: World) -> None:
    """Also where the question is about no event: then the region itself is looked at."""
    await world.event("Elsewhere", in_region="aachen")
    talk = await world.event("Collab Talks")
    olga, ola = await world.organiser("Olga"), await world.organiser("Ola")
    jan = await world.participant("Jan")
    await world.advance(hours=12)
    await jan.press_data(f"ja:0:{talk.region_id}")
    await jan.type("Is there a ramp?")
    await jan.press("Send")
    await world.tick()
    async with world.database.writing() as session:
        await access.revoke(
            session,
            participant=await world.person(session, ola),
            role=Role.ORGANISER,
            region_key="chemnitz",
            pilot_key=None,
            now=world.now,
        )
    await world.advance(hours=12)
    assert "Region: Chemnitz" in olga.notices[-1].text
    assert ola.notices == []


async def test_a_cancelled_event_can_still_be_asked_about(world: World) -> None:
    talk = await world.event("Collab Talks", state=EventState.CANCELLED)
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    await ask_about(jan, talk, "Is there a new date?")
    await world.tick()
    await olga.press("Answer")
    await olga.type("In May.")
    await world.tick()
    assert "In May." in jan.notices[-1].text


async def test_not_yet_opens_it_again_and_that_helped_closes_it(world: World) -> None:
    talk = await world.event("Collab Talks")
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    await ask_about(jan, talk, "Is there a ramp?")
    await world.tick()
    await olga.press("Answer")
    await olga.type("Perhaps.")
    await world.tick()
    for _ in range(2):  # a double tap tells the organisers once
        await jan.press_data("jw:1")
        assert "Your question is open again" in jan.screen.text
    await world.tick()
    assert len(olga.notices) == 2
    assert "Not answered yet, says the person who asked." in olga.notices[-1].text
    assert "Perhaps." in olga.notices[-1].text
    await olga.press("Answer")
    await olga.type("Yes, there is.")
    await world.tick()
    assert "Yes, there is." in jan.notices[-1].text
    await jan.press("That helped")
    assert "Thank you, that is good to know." in jan.screen.text
    (row,) = await rows_of(world)
    assert row.state is EnquiryState.CLOSED
    await jan.press("Ask again")
    assert "What would you like to ask?" in jan.screen.text


async def has_an_answer(world: World, *, says: str) -> tuple[Actor, Actor, Event]:
    """Jan has asked, and Olga's answer lies in his chat."""
    talk = await world.event("Collab Talks")
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    await ask_about(jan, talk, "Is there a ramp?")
    await world.tick()
    await olga.press("Answer")
    await olga.type(says)
    await world.tick()
    return jan, olga, talk


async def test_an_answer_stays_in_the_chat_when_one_asks_again(world: World) -> None:
    """The form once came in its place, and Stop left neither the answer nor its buttons."""
    jan, _, _ = await has_an_answer(world, says="At the back door.")
    answer = jan.notices[-1]
    before = (answer.text, answer.labels)
    await jan.press("Ask again")
    assert "What would you like to ask?" in jan.screen.text
    await jan.press("Stop")
    assert "nothing else has changed" in jan.screen.text
    assert (answer.text, answer.labels) == before


@pytest.mark.parametrize("label", ["That helped", "Not yet", "Ask again"])
async def test_a_second_tap_below_an_answer_brings_no_second_message(
    world: World, label: str
) -> None:
    """The same words once came twice, as often as one tapped."""
    jan, _, _ = await has_an_answer(world, says="At the back door.")
    answer = jan.notices[-1]
    row = answer.labels.index(label)
    for _ in range(2):  # both are waiting before the first is worked
        world.simulator.press(jan.id, answer.message.message_id, row=row, column=0)
    await world.respond(jan)
    below = [
        one for one in world.simulator.chat(jan.id) if one.message_id > answer.message.message_id
    ]
    assert len(below) == 1


async def test_another_button_below_an_answer_has_its_own_message(world: World) -> None:
    jan, _, _ = await has_an_answer(world, says="At the back door.")
    await jan.press("That helped")
    thanks = jan.screen
    await jan.press("Not yet")
    assert "Thank you, that is good to know." in thanks.text
    assert "Your question is open again" in jan.screen.text


async def test_an_answer_stays_also_when_no_more_can_be_asked(world: World) -> None:
    jan, _, talk = await has_an_answer(world, says="At the back door.")
    answer = jan.notices[-1]
    for number in range(5):
        await ask_about(jan, talk, f"Question {number}?")
    await jan.press("Ask again")
    assert jan.screen.text.startswith("5 questions of yours wait for an answer.")
    assert "At the back door." in answer.text


async def test_a_question_stays_in_the_organisers_chat_while_it_is_answered(world: World) -> None:
    talk = await world.event("Collab Talks")
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    await ask_about(jan, talk, "Is there a ramp?")
    await world.tick()
    asked = olga.notices[-1]
    await olga.press("Answer")
    await olga.press("Stop")
    assert "Someone asks you." in asked.text
    assert asked.labels == ["Answer", "Sort", "Close"]


async def test_the_words_about_an_answer_are_those_of_who_asked(world: World) -> None:
    talk = await world.event("Collab Talks")
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    eva = await world.participant("Eva")
    await ask_about(jan, talk, "Is there a ramp?")
    for data in ("jy:1", "jw:1"):
        await jan.press_data(data)  # nothing is answered yet
        assert jan.screen.text.startswith(NOT_YOURS)
    await olga.press_data("jv:1")
    await olga.type("Yes.")
    for data in ("jy:1", "jw:1"):
        await eva.press_data(data)
        assert eva.screen.text.startswith(NOT_YOURS)
    (row,) = await rows_of(world)
    assert row.state is EnquiryState.ANSWERED


# ── the desk ─────────────────────────────────────────────────────────────────────────────────
async def test_open_ones_are_listed_oldest_first_and_answered_ones_apart(world: World) -> None:
    talk, other = await world.event("Collab Talks"), await world.event("Night Shift")
    olga = await world.organiser("Olga")
    people = await world.participants("Jan", "Eva", "Petr")
    for number in range(9):
        await ask_about(people[number % 3], talk, f"Question {number}?")
    await ask_about(people[0], other, "Another one?")
    await world.tick()
    await olga.type("/organise")
    await olga.press("Questions: 10")
    assert "Open questions: 10" in olga.screen.text
    await olga.press_data(f"we:{talk.id}")
    await world.advance(hours=2)
    await olga.press("Questions: 9")
    assert "Collab Talks" in olga.screen.text
    assert "2 hours" in olga.screen.text
    assert "1. Not sorted" in olga.screen.text
    assert olga.screen.text.index("Question 0?") < olga.screen.text.index("Question 1?")
    assert "Question 8?" not in olga.screen.text
    await olga.press("Page 2")
    assert "Question 8?" in olga.screen.text
    await olga.press("1 · Question 8?")
    await olga.press("Answer")
    await olga.type("Yes.")
    assert "Please sort it" in olga.screen.text
    await olga.press("A need")
    assert "Sorted: A need" in olga.screen.text
    await olga.press("Questions")
    assert "Answered and closed: 1" in olga.screen.labels
    await olga.press("Answered and closed: 1")
    assert "A need · Collab Talks" in olga.screen.text
    await olga.press("Needs: 1")
    assert "Question 8?" in olga.screen.text


async def test_sorting_and_closing(world: World) -> None:
    talk = await world.event("Collab Talks")
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    await ask_about(jan, talk, "What a lovely evening!")
    await world.tick()
    await olga.press("Sort")
    await olga.press("Praise")
    assert "Sorted as: Praise" in olga.screen.text
    await olga.press_data("jK:1:gossip")
    assert olga.screen.text.startswith(NOT_YOURS)
    for said in ("Closed. Nobody is told.", "answered or closed already"):
        await olga.press_data("jc:1")
        assert said in olga.screen.text
    (row,) = await rows_of(world)
    assert (row.kind, row.state) == (EnquiryKind.PRAISE, EnquiryState.CLOSED)
    await world.tick()
    assert jan.notices == []
    await olga.press("Answer")  # one may still thank
    await olga.type("Thank you!")
    await world.tick()
    assert "Thank you!" in jan.notices[-1].text
    async with world.database.reading() as session:
        verbs = await session.scalars(select(Audit.verb).order_by(Audit.id))
        assert [verb for verb in verbs if verb.startswith("enquiry")] == [
            *("enquiry_sort", "enquiry_close", "enquiry_answer")
        ]


async def test_staff_see_no_questions(world: World) -> None:
    talk = await world.event("Collab Talks")
    await world.organiser("Olga")
    sam, jan = await world.participants("Sam", "Jan")
    async with world.database.writing() as session:
        await access.grant(
            session,
            participant=await world.person(session, sam),
            role=Role.STAFF,
            region_key="chemnitz",
            pilot_key=None,
            now=world.now,
        )
    await ask_about(jan, talk, "Is there a ramp?")
    await world.tick()
    assert sam.notices == []
    await sam.type("/organise")
    assert not any(label.startswith("Questions") for label in sam.screen.labels)
    await sam.press_data(f"we:{talk.id}")
    assert not any(label.startswith("Questions") for label in sam.screen.labels)
    for data in ("ji:1", "jv:1", "jk:1", f"jq:{talk.id}:open:0"):
        await sam.press_data(data)
        assert sam.screen.text.startswith(NOT_YOURS), data


async def test_a_draft_and_a_region_without_events_cannot_be_asked(world: World) -> None:
    """Nor can an event with a region of the sender's choice beside it."""
    draft = await world.event("Night Shift", state=EventState.DRAFT)
    talk = await world.event("Collab Talks", in_region="padova")
    jan = await world.participant("Jan")
    await jan.type("Hello?")
    key = carried(jan, "Ask the organiser").split(":")[-1]
    for place in (f"{draft.id}:0", f"0:{draft.region_id}", f"{talk.id}:{draft.region_id}", "0:99"):
        for data in (f"ja:{place}", f"jt:{place}:{key}", f"js:{place}:{key}"):
            await jan.press_data(data)
            assert jan.screen.text.startswith(NOT_YOURS), data
    assert await count(world, Enquiry) == 0


async def test_nobody_sends_the_text_of_another(world: World) -> None:
    talk = await world.event("Collab Talks")
    await world.organiser("Olga")
    jan, mallory = await world.participants("Jan", "Mallory")
    await jan.press("Ask the organiser", on=talk)
    await jan.type("Is there a ramp?")
    send = carried(jan, "Send")
    for data in (send, send.replace("js:", "jt:")):
        await mallory.press_data(data)
        assert "Is there a ramp?" not in mallory.screen.text
    assert await count(world, Enquiry) == 0


# ── erasing ──────────────────────────────────────────────────────────────────────────────────
async def test_forget_takes_questions_with_their_answers(world: World) -> None:
    """Jan's go; Olga's answer to Eva stays, and nothing says any more that it was Olga's."""
    talk = await world.event("Collab Talks")
    olga, ola = await world.organiser("Olga"), await world.organiser("Ola")
    jan, eva = await world.participants("Jan", "Eva")
    await ask_about(jan, talk, "Is there a ramp?")
    await ask_about(eva, talk, "Is there a lift?")
    await world.tick()
    await olga.press_data("jv:2")
    await olga.type("Yes.")
    await ola.press_data("jv:1")  # is about to answer Jan
    await jan.type("/mydata")
    assert "Questions to organisers: 1" in jan.screen.text
    await jan.press("Download")
    assert "Is there a ramp?" in jan.screen.document.decode()
    assert "Is there a lift?" not in jan.screen.document.decode()
    await jan.type("/forget")
    await jan.press("Yes, erase my data")
    await ola.type("Yes, Jan.")
    assert "understand buttons better than sentences" in ola.screen.text  # there is no form
    await olga.type("/forget")
    await olga.press("Yes, erase my data")
    (row,) = await rows_of(world)
    assert (row.text, row.answer, row.answered_by) == ("Is there a lift?", "Yes.", None)
    await world.advance(hours=1)
    assert "Yes." in eva.notices[-1].text
    await ola.press_data("ji:2")
    assert "Olga" not in ola.screen.text
    async with world.database.reading() as session:
        topics = await session.scalars(select(Dialogue.topic))
        assert not [topic for topic in topics if topic.startswith("reply.1")]


async def test_a_question_that_is_gone_is_brought_to_nobody(world: World) -> None:
    talk = await world.event("Collab Talks")
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    await world.advance(hours=12)
    await ask_about(jan, talk, "Is there a ramp?")
    await jan.type("/forget")
    await jan.press("Yes, erase my data")
    await world.advance(hours=12)
    assert olga.notices == []


# ── for reports ──────────────────────────────────────────────────────────────────────────────
async def test_questions_are_counted_without_texts_and_names(world: World, tmp_path: Path) -> None:
    talk = await world.event("Collab Talks")
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    await world.event("Elsewhere", in_region="padova")
    for text in ("Is there a ramp?", "Is there a lift?"):
        await ask_about(jan, talk, text)
    await jan.press_data(f"ja:0:{talk.region_id}")
    await jan.type("Will there be a course?")
    await jan.press("Send")
    await olga.press_data("jK:3:need")

    async def exported(**scope: str) -> list[list[Any]]:
        out = tmp_path / "questions"
        await write_export(
            world.database,
            kind=Kind.QUESTIONS,
            event_key=scope.get("event_key"),
            region_key=scope.get("region_key"),
            pilot_key=None,
            language="en",
            format_=Format.JSON,
            out=str(out),
            now=world.now,
        )
        rows = json.loads(out.read_text())["rows"]
        assert "ramp" not in out.read_text()
        assert "Jan" not in out.read_text()
        return [[row[key] for key in ("region", "event", "kind", "number")] for row in rows]

    about_talk = ["chemnitz", "collab-talks", "", 2]
    about_none = ["chemnitz", "", "need", 1]
    assert sorted(await exported()) == sorted([about_talk, about_none])
    assert sorted(await exported(region_key="chemnitz")) == sorted([about_talk, about_none])
    assert await exported(event_key="collab-talks") == [about_talk]
    assert await exported(region_key="padova") == []
