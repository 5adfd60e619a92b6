"""Stories of announcements: each in the reader's language, once, with figures that add up."""

import re

import pytest
from sqlalchemy import func, select

from tests.support.world import Actor, World
from xinno_core.models import Broadcast, Event, Notice, NoticeKind

ENGLISH = "The door is in the yard. Please ring twice."
GERMAN = "Der Eingang ist im Hof. Bitte zweimal läuten."


async def test_everyone_reads_an_announcement_in_their_own_language(world: World) -> None:
    """English and German are written; who reads Italian gets the English one, whole and marked."""
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    jan, eva, anna = (
        await world.participant("Jan", language="en"),
        await world.participant("Eva", language="de"),
        await world.participant("Anna", language="it"),
    )
    await _register(talk, jan, eva, anna)
    await _write(olga, talk, ENGLISH, GERMAN, "")
    assert "Preview: readers of English will see this:" in olga.screen.text
    assert ENGLISH in olga.screen.text
    assert "3 people get it:" in olga.screen.text
    assert "English: 1" in olga.screen.text
    assert "German: 1" in olga.screen.text
    assert "Italian: 1, who gets the text in another language and is told so: English" in (
        olga.screen.text
    )
    await olga.press("Preview: German")
    assert GERMAN in olga.screen.text
    await olga.press("Preview: Italian")
    assert ENGLISH in olga.screen.text
    assert "Collab Talks (it)" in olga.screen.text

    await olga.press("Send to 3 people")
    assert "Your announcement is being sent." in olga.screen.text
    assert _figure(olga.screen.text, "Audience") == 3
    await world.tick()
    assert ENGLISH in jan.notices[-1].text
    assert GERMAN in eva.notices[-1].text
    assert ENGLISH in anna.notices[-1].text
    assert GERMAN not in anna.notices[-1].text
    assert "not available in your language" not in jan.notices[-1].text
    assert len(anna.notices[-1].text.split("\n\n")) == len(jan.notices[-1].text.split("\n\n")) + 1


async def test_the_figures_add_up_with_someone_who_blocked_the_assistant(world: World) -> None:
    """Two get it, one can't be reached; the progress screen and the last notice say the same."""
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    jan, eva, petr = await world.participants("Jan", "Eva", "Petr")
    await _register(talk, jan, eva, petr)
    world.simulator.block(petr.id)
    world.simulator.take_updates()  # nobody has told the assistant yet
    await _write(olga, talk, ENGLISH, "", "")
    await olga.press("Send to 3 people")
    screen = olga.screen.message
    await world.tick()
    assert "Your announcement has been sent." in olga.notices[-1].text
    await olga.press("Show the figures")
    for text in (screen.text or "", olga.notices[-1].text, olga.screen.text):
        assert _figure(text, "Audience") == 3
        assert _figure(text, "Sent") == 2
        assert _figure(text, "Refused by Telegram") == 1
        assert _figure(text, "Still to send") == 0
    # The progress screen was kept current by itself.
    assert "Your announcement has been sent." in (screen.text or "")


async def test_figures_do_not_come_over_what_was_opened_since(world: World) -> None:
    """Olga turns from the progress to her event; the finished announcement leaves that alone."""
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    (jan,) = await world.participants("Jan")
    await _register(talk, jan)
    await _write(olga, talk, ENGLISH, "", "")
    await olga.press("Send to 1 person")
    await olga.press("Back to the event")
    board = olga.screen.text
    await world.tick()
    assert olga.screen.text == board
    assert "Your announcement has been sent." in olga.notices[-1].text


async def test_a_second_yes_sends_nothing_twice(world: World) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    (jan,) = await world.participants("Jan")
    await _register(talk, jan)
    await _write(olga, talk, ENGLISH, "", "")
    yes = _data(olga, "Send to 1 person")
    await olga.press_data(yes)
    await olga.press_data(yes)
    assert _figure(olga.screen.text, "Audience") == 1
    await world.tick()
    await olga.press_data(yes)
    assert "Your announcement has been sent." in olga.screen.text
    await world.tick()
    assert sum(ENGLISH in notice.text for notice in jan.notices) == 1
    async with world.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Broadcast)) == 1


async def test_a_yes_to_a_text_that_was_changed_since_sends_nothing(world: World) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    (jan,) = await world.participants("Jan")
    await _register(talk, jan)
    await _write(olga, talk, ENGLISH, "", "")
    older = _data(olga, "Send to 1 person")
    for _ in range(3):
        await olga.press("Back")
    await olga.type("Something else.")
    await olga.press("Skip")
    await olga.press("Skip")
    assert "Something else." in olga.screen.text
    await olga.press_data(older)
    assert "This preview is out of date" in olga.screen.text
    assert await _sent(world) == 0


async def test_a_draft_survives_a_restart(world: World) -> None:
    """The assistant ends after each step; the draft waits, and its yes still counts."""
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    (jan,) = await world.participants("Jan")
    await _register(talk, jan)
    await olga.type("/announce")
    await olga.press(_day(talk))
    for answer in (ENGLISH, GERMAN):
        await world.restart()
        await olga.type(answer)
    await world.restart()
    await olga.press("Skip")
    await world.restart()
    await olga.type("/announce")
    await olga.press(_day(talk))  # the finished draft is shown again
    assert ENGLISH in olga.screen.text
    await world.restart()
    await olga.press("Send to 1 person")
    await world.restart()
    await world.tick()
    assert ENGLISH in jan.notices[-1].text


async def test_without_anyone_registered_nothing_is_asked_or_sent(world: World) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    await olga.type("/announce")
    assert "Nobody has a confirmed place at an event of yours yet." in olga.screen.text
    await olga.press_data(f"wa:{talk.id}")
    assert "Nobody with a confirmed place at this event" in olga.screen.text


async def test_when_the_last_one_leaves_before_the_yes_nothing_is_sent(world: World) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    (jan,) = await world.participants("Jan")
    await _register(talk, jan)
    await _write(olga, talk, ENGLISH, "", "")
    await jan.press("Free my place", on=talk)
    await jan.press("Yes, free my place")
    await olga.press("Send to 1 person")
    assert (
        "Nobody with a confirmed place at this event can be reached here, so nothing is sent."
        in olga.screen.text
    )
    assert await _sent(world) == 0


@pytest.mark.parametrize(
    "text", ["<b>Bold</b> & <i>brave</i>", "{name} {0} %s", "\u202eturned\u202c", "🎉" * 1500]
)
async def test_what_is_written_arrives_as_it_was_written(world: World, text: str) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    (jan,) = await world.participants("Jan")
    await _register(talk, jan)
    await _write(olga, talk, text, "", "")
    await olga.press("Send to 1 person")
    await world.tick()
    assert text.strip("\u202e\u202c") in jan.notices[-1].text


async def test_a_text_that_is_too_long_is_asked_for_again(world: World) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    (jan,) = await world.participants("Jan")
    await _register(talk, jan)
    await _write(olga, talk, "x" * 1501)
    assert "1501 characters, at most 1500" in olga.screen.text


async def _register(event: Event, *actors: Actor) -> None:
    for actor in actors:
        await actor.press_data(f"r:{event.id}:visitor")
    await actors[0].world.tick()


async def _write(actor: Actor, event: Event, *texts: str) -> None:
    """Write the announcement up to its preview; an empty text is skipped."""
    await actor.type("/announce")
    await actor.press(_day(event))
    for text in texts:
        await (actor.type(text) if text else actor.press("Skip"))


def _day(event: Event) -> str:
    return event.starts_at.strftime("%a %-d %b")


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


async def _sent(world: World) -> int:
    await world.tick()
    async with world.database.reading() as session:
        found = select(func.count()).where(Notice.kind == NoticeKind.BROADCAST)
        return await session.scalar(found) or 0
