"""Stories of organisers: making an event, moving it, cancelling it; and of those who may not."""

import re
from datetime import time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.support import building
from tests.support.world import Actor, Screen, World
from xinno_core.blueprints.read import packaged, read
from xinno_core.models import Audit, Event, Notice, NoticeKind, NoticeState, Pilot, Role, Rule
from xinno_core.services import access
from xinno_core.services.blueprints import import_blueprint

REMINDERS = (
    {"key": "week-before", "days": -7, "at": time(10)},
    {"key": "hours-before", "hours": -2},
)
GROUND_ZERO = next(path for path in packaged() if path.stem == "ground-zero")


async def test_an_event_is_made_in_the_chat_and_someone_registers_for_it(world: World) -> None:
    """Olga makes an event from a format; before she publishes it, its link leads nowhere."""
    await _import(world, GROUND_ZERO)
    olga, jan = await world.organiser("Olga", of=_region(GROUND_ZERO)), world.newcomer("Jan")
    await _draft(olga, starts="2027-04-15 19:00", place="Old station", address="Platform 1")
    assert "until you publish it, only organisers see this event" in olga.screen.text
    assert "Old station, Platform 1" in olga.screen.text
    assert "15 April 2027, 19:00" in olga.screen.text
    await olga.press("Card: German")
    assert "Donnerstag, 15. April 2027, 19:00" in olga.screen.text

    key = await _newest_key(world)
    await jan.open_link(f"e_{key}")
    assert "You followed a link to" not in jan.screen.text
    await olga.press("Publish")
    assert "Published." in olga.screen.text
    link = re.search(r"start=(e_[a-z0-9-]{1,48})\b", olga.screen.text)
    assert link is not None
    assert link[1] == f"e_{key}"
    assert f"https://t.me/{world.simulator.username}?start=" in olga.screen.text

    petr = await world.participant("Petr")
    await petr.open_link(link[1])
    await _register(petr)
    await olga.type("/organise")
    await olga.press("Thu 15 Apr")
    assert "Confirmed: 1" in olga.screen.text
    assert [line.verb for line in await _audit(world)][-2:] == ["draft", "publish"]


async def test_the_rules_of_a_draft_stay_silent_until_it_is_published(world: World) -> None:
    await _import(world, GROUND_ZERO)
    olga = await world.organiser("Olga", of=_region(GROUND_ZERO))
    await _draft(olga, starts="2027-04-15 19:00")
    await world.advance(days=60)
    async with world.database.reading() as session:
        drafted = select(Rule).join(Event).where(Event.key == await _newest_key(world))
        assert not any(rule.expanded for rule in await session.scalars(drafted))
    await olga.press("Publish")
    assert "Not published." in olga.screen.text  # its day has gone by meanwhile


async def test_an_event_can_not_be_made_in_the_past(world: World) -> None:
    await _import(world, GROUND_ZERO)
    olga = await world.organiser("Olga", of=_region(GROUND_ZERO))
    await olga.type("/new")
    await olga.press("Ground Zero")
    await _keep_titles(olga)
    await olga.type("2027-03-08 09:59")  # one minute ago, at the place of the event
    assert "This time is past" in olga.screen.text
    await olga.type("2027-03-08 10:01")
    assert "Where does it take place?" in olga.screen.text
    await olga.press("Skip")
    await olga.press("Skip")
    await olga.type("0")
    assert "Please write a whole number" in olga.screen.text


async def test_a_move_tells_everyone_registered_once(world: World) -> None:
    """Who has a seat and who waits are told; who left is not; reminders are made anew."""
    talk = await world.event("Collab Talks", seats=1, rules=REMINDERS)
    jan, eva, petr = await world.participants("Jan", "Eva", "Petr")
    for actor in (petr, jan, eva):
        await actor.press("Register", on=talk)
    await petr.press("Free my place", on=talk)
    await petr.press("Yes, free my place")
    await world.tick()
    await jan.press("Take the seat")
    await world.tick()
    await world.advance(days=4)  # the first reminder is out
    assert "Reminder" in jan.notices[-1].text

    olga = await world.organiser("Olga")
    await _ask_move(olga, talk, starts="2027-04-20 17:00")
    assert "2 people get one message about it." in olga.screen.text
    assert "2 messages of the journey get their new times." in olga.screen.text
    for actor in (jan, eva, petr):
        actor.notices.clear()
    await olga.press("Change it, and tell them")
    assert "Changed. 2 people get a message about it." in olga.screen.text
    await world.tick()
    assert [_says(notice, "This event has changed") for notice in jan.notices] == [True]
    assert "20 April 2027, 17:00" in jan.notices[0].text
    assert "Side room" in jan.notices[0].text
    assert [_says(notice, "This event has changed") for notice in eva.notices] == [True]
    assert petr.notices == []

    await world.move_to((await _event(world, talk)).starts_at - timedelta(hours=1))
    reminders = [notice for notice in jan.notices if _says(notice, "Reminder")]
    assert len(reminders) == 2
    moved = await _event(world, talk)
    assert (moved.schedule_revision, moved.calendar_sequence) == (1, 1)
    assert moved.ends_at - moved.starts_at == timedelta(hours=2)
    assert "latitude" not in moved.place


async def test_an_offer_does_not_outlast_the_start_of_a_moved_event(world: World) -> None:
    """Eva's seat was held until tomorrow; the event moves to tonight, and begins without it."""
    talk = await world.event("Collab Talks", seats=1)
    jan, eva = await world.participants("Jan", "Eva")
    olga = await world.organiser("Olga")
    await jan.press("Register", on=talk)
    await eva.press("Register", on=talk)
    await jan.press("Free my place", on=talk)
    await jan.press("Yes, free my place")
    await world.tick()
    await _ask_move(olga, talk, starts="2027-03-08 18:00")
    await olga.press("Change it, and tell them")
    moved = await _event(world, talk)
    world.clock.set(moved.starts_at)
    await eva.press("Take the seat")
    assert "This offer has ended" in eva.screen.text


async def test_a_second_yes_to_a_move_does_nothing(world: World) -> None:
    talk = await world.event("Collab Talks")
    jan, olga = await world.participant("Jan"), await world.organiser("Olga")
    await jan.press("Register", on=talk)
    await _ask_move(olga, talk, starts="2027-04-20 17:00")
    yes = _data(olga, "Change it")
    await olga.press_data(yes)
    await olga.press_data(yes)
    assert "This step is done already" in olga.screen.text
    await world.tick()
    assert sum(_says(notice, "This event has changed") for notice in jan.notices) == 1
    assert (await _event(world, talk)).schedule_revision == 1


async def test_a_yes_to_an_older_preview_changes_nothing(world: World) -> None:
    """Olga goes back and writes another day; the first preview no longer counts."""
    talk = await world.event("Collab Talks")
    olga = await world.organiser("Olga")
    await _ask_move(olga, talk, starts="2027-04-20 17:00")
    older = _data(olga, "Change it")
    await olga.press("Back")
    await olga.press("Back")
    await olga.press("Back")
    await olga.type("2027-04-21 17:00")
    await olga.press("Skip")
    await olga.press("Skip")
    assert "21 April 2027" in olga.screen.text
    await olga.press_data(older)
    assert "This step is done already, or the event has changed" in olga.screen.text
    assert (await _event(world, talk)).schedule_revision == 0


async def test_a_preview_that_waited_too_long_moves_nothing_into_the_past(world: World) -> None:
    talk = await world.event("Collab Talks")
    olga = await world.organiser("Olga")
    await _ask_move(olga, talk, starts="2027-03-09 17:00")
    await world.advance(days=2)
    await olga.press("Change it")
    assert "The new time is past" in olga.screen.text
    assert (await _event(world, talk)).schedule_revision == 0


async def test_a_move_that_moves_nothing_says_so(world: World) -> None:
    talk = await world.event("Collab Talks")
    olga = await world.organiser("Olga")
    await _manage(olga, talk)
    await olga.press("Change time or place")
    for _ in range(3):
        await olga.press("Skip")
    assert "Time and place stay as they are" in olga.screen.text


async def test_a_cancelled_event_tells_everyone_registered_once(world: World) -> None:
    """Reminders fall silent, registrations stay, and a second yes tells nobody again."""
    talk = await world.event("Collab Talks", seats=1, rules=REMINDERS)
    jan, eva = await world.participants("Jan", "Eva")
    await jan.press("Register", on=talk)
    await eva.press("Register", on=talk)
    olga = await world.organiser("Olga")
    await _manage(olga, talk)
    await olga.press("Cancel event")
    assert "2 people will be told at once" in olga.screen.text
    yes = _data(olga, "Yes, cancel the event")
    await olga.press_data(yes)
    assert "Cancelled. 2 people are told." in olga.screen.text
    await olga.press_data(yes)
    assert "cancelled or over already" in olga.screen.text
    await world.advance(days=20)
    for actor in (jan, eva):
        assert sum(_says(notice, "This event is cancelled") for notice in actor.notices) == 1
        assert not any(_says(notice, "Reminder") for notice in actor.notices)
    await _manage(olga, talk)
    assert "Confirmed: 1 · offered: 0 · waiting: 1" in olga.screen.text
    async with world.database.reading() as session:
        found = await session.scalars(select(Notice).where(Notice.kind == NoticeKind.CONFIRMATION))
        skipped = [notice for notice in found if notice.state is NoticeState.SKIPPED]
    assert {notice.reason for notice in skipped} == {"event_cancelled"}


async def test_a_draft_can_be_deleted(world: World) -> None:
    await _import(world, GROUND_ZERO)
    olga = await world.organiser("Olga", of=_region(GROUND_ZERO))
    await _draft(olga, starts="2027-04-15 19:00")
    key = await _newest_key(world)
    await olga.press("Back to the event")
    await olga.press("Delete the draft")
    await olga.press("Yes, delete the draft")
    assert "The draft is deleted" in olga.screen.text
    async with world.database.reading() as session:
        assert await session.scalar(select(Event).where(Event.key == key)) is None


async def test_a_restart_in_the_middle_loses_nothing(world: World) -> None:
    """The assistant ends after each step of a new event and of a move; the next step goes on."""
    await _import(world, GROUND_ZERO)
    olga = await world.organiser("Olga", of=_region(GROUND_ZERO))
    await olga.type("/new")
    await olga.press("Ground Zero")
    await _keep_titles(olga)
    for answer in ("2027-04-15 19:00", "Old station", "Platform 1"):
        await world.restart()
        await olga.type(answer)
    await world.restart()
    await _skip_all(olga)
    await olga.press("Publish")
    await olga.press("Change time or place")
    for answer in ("2027-04-16 19:00", "New station", "Platform 2"):
        await world.restart()
        await olga.type(answer)
    await world.restart()
    await olga.press("Change it")
    async with world.database.reading() as session:
        made = await session.scalar(select(Event).where(Event.schedule_revision == 1))
    assert made is not None
    assert made.place == {"name": "New station", "address": "Platform 2"}


async def test_the_desk_turns_its_pages(world: World) -> None:
    for number in range(1, 11):
        await world.event(f"Talk {number:02}", starts_local=world.local(days=number))
    olga = await world.organiser("Olga")
    await olga.type("/organise")
    assert "Talk 08" in olga.screen.text
    assert "Talk 09" not in olga.screen.text
    await olga.press("Later")
    assert "Talk 10" in olga.screen.text


async def test_an_organiser_finds_the_own_commands_in_the_menu(world: World) -> None:
    """They come with the role, at the next /start, and go when it is taken back."""
    olga = await world.organiser("Olga")
    jan = await world.participant("Jan")
    await olga.type("/start")
    await jan.type("/start")
    assert {"new", "organise", "announce", "my"} <= _commands(world, olga)
    assert "new" not in _commands(world, jan)
    async with world.database.writing() as session:
        await access.revoke(
            session,
            participant=await world.person(session, olga),
            role=Role.ORGANISER,
            region_key="chemnitz",
            pilot_key=None,
            now=world.now,
        )
    await olga.type("/new")
    assert "a role that you do not have here" in olga.screen.text
    assert "new" not in _commands(world, olga)


async def test_the_board_counts_by_role_and_limit(world: World) -> None:
    roles = (building.VISITOR, building.SPEAKER)
    limits = (
        {"key": "visitors", "label": {"en": "Visitors"}, "roles": ["visitor"], "seats": 1},
        {"key": "speakers", "label": {"en": "Speakers"}, "roles": ["speaker"], "seats": 5},
    )
    talk = await world.event("Collab Talks", roles=roles, limits=limits)
    for name, role in (("Jan", "Visitor"), ("Eva", "Visitor"), ("Petr", "Speaker")):
        actor = await world.participant(name)
        await actor.press(f"Register as: {role}", on=talk)
    olga = await world.organiser("Olga")
    await _manage(olga, talk)
    assert "Visitors: 1 of 1 taken, 0 free, 1 waiting" in olga.screen.text
    assert "Speakers: 1 of 5 taken, 4 free, 0 waiting" in olga.screen.text
    assert "Visitor: confirmed 1, offered 0, waiting 1" in olga.screen.text


# ── who may not ──────────────────────────────────────────────────────────────────────────────
WISHES = (
    "we:{event}", "wl:{event}:en", "wp:{event}", "wm:{event}", "wM:{event}:0:{key}",
    "wc:{event}", "wC:{event}", "wa:{event}", "wv:{event}:en", "wA:{event}:{key}",
    "wb:{broadcast}", "wn:{blueprint}", "ok:new.{blueprint}:0", "ob:move.{event}:3",
    "ok:announce.{event}:0", "ok:new:0", "ok:move.1.2:0", "ok:announce.x:0",
    "ok:reg.1:0", "ok:survey:0", "ok:note:0", "ok:profile.1:0",
)  # fmt: skip


@pytest.mark.parametrize("role", ["participant", "lead", "organiser of another region"])
async def test_nobody_else_can_organise(world: World, role: str) -> None:
    """What is not theirs looks to them as if it did not exist, and nothing changes."""
    await _import(world, GROUND_ZERO)
    region = _region(GROUND_ZERO)
    talk = await world.event("Collab Talks", in_region=region)
    jan, olga = await world.participant("Jan"), await world.organiser("Olga", of=region)
    await jan.press("Register", on=talk)
    await _ask_move(olga, talk, starts="2027-04-20 17:00")
    move_key = _data(olga, "Change it").split(":")[-1]
    await _manage(olga, talk)
    await olga.press("Announce")
    await olga.type("Please bring a pen.")
    await _skip_all(olga)
    await olga.press("Send to 1 person")
    before = await _figures(world)

    other = await _someone(world, role)
    for wish in WISHES:
        real = wish.format(event=talk.id, key=move_key, broadcast=1, blueprint=1)
        missing = wish.format(event=999, key=move_key, broadcast=999, blueprint=999)
        await other.type("/cancel")
        await other.press_data(real)
        told = other.screen.text
        assert "This button is no longer valid" in told, real
        await other.press_data(missing)
        assert other.screen.text == told
    if role != "organiser of another region":
        for command in ("/new", "/organise", "/announce"):
            await other.type(command)
            assert "a role that you do not have here" in other.screen.text
        await other.press_data("w:0")
        assert "a role that you do not have here" in other.screen.text
    else:
        for command in ("/new", "/organise", "/announce"):
            await other.type(command)
            assert "Collab Talks" not in other.screen.text
            assert "Ground Zero" not in " ".join(other.screen.labels)
    assert await _figures(world) == before


async def _someone(world: World, role: str) -> Actor:
    if role == "participant":
        return await world.participant("Mallory")
    if role == "lead":
        return await world.lead("Mallory", of=await _pilot(world))
    return await world.organiser("Mallory", of="elsewhere")


async def _pilot(world: World) -> str:
    async with world.database.reading() as session:
        key = await session.scalar(select(Pilot.key).limit(1))
    assert key is not None
    return key


async def _figures(world: World) -> tuple[object, ...]:
    async with world.database.reading() as session:
        events = await session.scalars(select(Event).order_by(Event.id))
        stand = tuple((one.id, one.state, one.schedule_revision) for one in events)
        notices = await session.scalars(select(Notice.dedup_key).order_by(Notice.id))
        return stand, tuple(notices)


# ── short ways ───────────────────────────────────────────────────────────────────────────────
async def _import(world: World, path: Path) -> None:
    async with world.database.writing() as session:
        outcome = await import_blueprint(session, read(path), now=world.now)
        assert not outcome.problems


def _region(path: Path) -> str:
    return read(path).region.key


async def _keep_titles(actor: Actor) -> None:
    """The event is called as its format is, in both languages."""
    await actor.press("Skip")
    await actor.press("Skip")


async def _draft(actor: Actor, *, starts: str, place: str = "", address: str = "") -> None:
    await actor.type("/new")
    await actor.press("Ground Zero")
    await _keep_titles(actor)
    await actor.type(starts)
    for answer in (place, address):
        await (actor.type(answer) if answer else actor.press("Skip"))
    await _skip_all(actor)


async def _skip_all(actor: Actor) -> None:
    while "Skip" in actor.screen.labels:
        await actor.press("Skip")


async def _register(actor: Actor) -> None:
    await actor.press("Register")
    for _ in range(10):
        if not actor.is_asked:
            return
        await actor.answer_somehow()


async def _manage(actor: Actor, event: Event) -> None:
    await actor.press_data(f"we:{event.id}")


async def _ask_move(actor: Actor, event: Event, *, starts: str) -> None:
    await _manage(actor, event)
    await actor.press("Change time or place")
    await actor.type(starts)
    await actor.type("Side room")
    await actor.type("Market 2")


def _data(actor: Actor, label: str) -> str:
    """Return what the button with this label carries."""
    for row in actor.screen.message.buttons:
        for button in row:
            if button.text.startswith(label):
                return button.data or ""
    raise AssertionError(f"no button {label!r} in {actor.screen.labels}")


def _commands(world: World, actor: Actor) -> set[str]:
    profile = world.simulator.profile
    return {one["command"] for one in profile.commands_for(world.simulator.people[actor.id])}


def _says(notice: Screen, words: str) -> bool:
    return words in notice.text


async def _event(world: World, event: Event) -> Event:
    async with world.database.reading() as session:
        return await session.get_one(Event, event.id)


async def _newest_key(world: World) -> str:
    async with world.database.reading() as session:
        key = await session.scalar(select(Event.key).order_by(Event.id.desc()).limit(1))
    assert key is not None
    return key


async def _audit(world: World) -> list[Audit]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(Audit).order_by(Audit.id)))
