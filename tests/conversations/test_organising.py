"""Stories of organisers: making an event, seeing how it stands; and of those who may not."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.support import building
from tests.support.changing import ask_move, carried, manage, skip_all
from tests.support.world import Actor, World
from xinno_core.blueprints.read import packaged, read
from xinno_core.models import Audit, Event, Notice, Pilot, Role, Rule
from xinno_core.services import access
from xinno_core.services.blueprints import import_blueprint

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
    assert "Please write a number that is at least 1." in olga.screen.text


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
    await skip_all(olga)
    await olga.press("Publish")
    await olga.press("Change time or place")
    for answer in ("2027-04-16 19:00", "New station", "Platform 2"):
        await world.restart()
        await olga.type(answer)
    await world.restart()
    await olga.press("Skip")
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
    await manage(olga, talk)
    assert "Visitors: 1 of 1 taken, 0 free, 1 waiting" in olga.screen.text
    assert "Speakers: 1 of 5 taken, 4 free, 0 waiting" in olga.screen.text
    assert "Visitor: confirmed 1, offered 0, waiting 1" in olga.screen.text


# ── who may not ──────────────────────────────────────────────────────────────────────────────
WISHES = (
    "we:{event}", "wl:{event}:en", "wp:{event}", "wm:{event}", "wM:{event}:0:{key}",
    "wc:{event}", "wC:{event}", "mv:{event}", "ms:{event}:1", "mu:{event}:0",
    "wa:{event}", "wv:{event}:en", "wA:{event}:{key}", "mS:{event}:1:0:{key}", "or:slot.{event}.1",
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
    await ask_move(olga, talk, starts="2027-04-20 17:00")
    move_key = carried(olga, "Change it").split(":")[-1]
    await manage(olga, talk)
    await olga.press("Announce")
    await olga.press("Write: English")
    await olga.type("Please bring a pen.")
    await olga.press("Done")
    await olga.press("Check and send")
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
    await skip_all(actor)


async def _register(actor: Actor) -> None:
    await actor.press("Register")
    for _ in range(10):
        if not actor.is_asked:
            return
        await actor.answer_somehow()


def _commands(world: World, actor: Actor) -> set[str]:
    profile = world.simulator.profile
    return {one["command"] for one in profile.commands_for(world.simulator.people[actor.id])}


async def _newest_key(world: World) -> str:
    async with world.database.reading() as session:
        key = await session.scalar(select(Event.key).order_by(Event.id.desc()).limit(1))
    assert key is not None
    return key


async def _audit(world: World) -> list[Audit]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(Audit).order_by(Audit.id)))
