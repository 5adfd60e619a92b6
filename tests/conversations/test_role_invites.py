"""Stories of bringing colleagues in: a link for one person, once, and what staff may see."""

import re

import pytest
from sqlalchemy import select

from tests.support import building
from tests.support.world import Actor, World
from xinno_core.errors import NotFoundError, RefusedError
from xinno_core.models import Audit, EventState, Inbox, Participant, Role, RoleGrant, RoleInvite
from xinno_core.services import access, role_invites

LOST = "This link is no longer valid: each works for one person, once, for seven days."


async def make_link(organiser: Actor, what: str = "Invite an organiser") -> str:
    await organiser.type("/organise")
    await organiser.press("Your team")
    await organiser.press(what)
    found = re.search(r"start=(o_[A-Za-z0-9_-]+)", organiser.screen.text)
    assert found, organiser.screen.text
    return found[1]


async def roles(world: World, actor: Actor) -> list[Role]:
    async with world.database.reading() as session:
        person = await world.person(session, actor)
        found = await session.scalars(
            select(RoleGrant.role).where(RoleGrant.participant_id == person.id)
        )
        return sorted(found)


async def test_a_colleague_becomes_an_organiser(world: World) -> None:
    await world.event("Collab Talks")
    olga, ola = await world.organiser("Olga"), await world.participant("Ola")
    payload = await make_link(olga)
    assert "It works once, until Monday, 15 March 2027" in olga.screen.text
    await ola.open_link(payload)
    assert "You are invited to work along." in ola.screen.text
    assert "Role: Organiser\nRegion: Chemnitz\nInvited by: Olga" in ola.screen.text
    assert await roles(world, ola) == []
    await ola.press("Yes, I take it on")
    assert "You have this role now: Organiser, Chemnitz." in ola.screen.text
    await ola.type("/organise")
    assert "Collab Talks" in ola.screen.text
    await ola.press("Your team")
    assert "Organisers: Ola, Olga\nStaff: nobody yet" in ola.screen.text
    async with world.database.reading() as session:
        verbs = list(await session.scalars(select(Audit.verb).order_by(Audit.id)))
        invite = await session.scalar(select(RoleInvite))
        stored = " ".join(str(row) for row in await session.execute(select(RoleInvite.__table__)))
        people = await session.execute(select(Participant.__table__))
        stored += " ".join(str(row) for row in people)
    assert verbs[-3:] == ["invite", "grant", "take_role"]
    assert invite is not None
    assert len(payload) >= len("o_") + 22  # 128 bits
    assert payload.removeprefix("o_") not in stored


async def test_a_newcomer_reads_the_notice_first(world: World) -> None:
    """The link is kept over the notice; nothing is given before the yes."""
    olga, newcomer = await world.organiser("Olga"), world.newcomer("Nina")
    await newcomer.open_link(await make_link(olga, "Invite staff"))
    assert "Welcome to the x-Inno assistant." in newcomer.screen.text
    assert "not found" not in newcomer.screen.text
    await world.restart()
    await newcomer.press("Continue")
    await newcomer.press("No, thank you")
    assert "Role: Staff" in newcomer.screen.text
    await newcomer.press("Yes, I take it on")
    assert await roles(world, newcomer) == [Role.STAFF]
    await newcomer.press("Events of your region")
    assert "There is none at the moment." in newcomer.screen.text
    assert "New event" not in newcomer.screen.labels


async def test_used_expired_and_unknown_links_are_told_alike(world: World) -> None:
    olga = await world.organiser("Olga")
    jan, eva = await world.participants("Jan", "Eva")
    used, expired = await make_link(olga), await make_link(olga)
    await jan.open_link(used)
    await jan.press("Yes, I take it on")
    said = set()
    for payload in (used, "o_unknown", "o_", "o_" + "x" * 62):
        await eva.open_link(payload)
        said.add((eva.screen.text, tuple(eva.screen.labels)))
    await world.advance(days=7)
    await eva.open_link(expired)
    said.add((eva.screen.text, tuple(eva.screen.labels)))
    assert len(said) == 1
    assert LOST in eva.screen.text
    assert await roles(world, eva) == []


async def test_of_two_who_opened_the_link_the_first_yes_counts(world: World) -> None:
    olga = await world.organiser("Olga")
    jan, eva = await world.participants("Jan", "Eva")
    payload = await make_link(olga)
    await jan.open_link(payload)
    await eva.open_link(payload)
    await jan.press("Yes, I take it on")
    await eva.press("Yes, I take it on")
    assert LOST in eva.screen.text
    assert await roles(world, eva) == []
    await jan.press_data("uy:1")
    assert "You have this role already" in jan.screen.text


async def test_a_guessed_button_gives_nothing(world: World) -> None:
    """The number of an invitation is no secret; who did not open its link gets nothing by it."""
    olga, mallory = await world.organiser("Olga"), await world.participant("Mallory")
    await make_link(olga)
    before = await roles(world, mallory)
    for data in ("uy:1", "uy:2", "uy:999"):
        await mallory.press_data(data)
        assert LOST in mallory.screen.text
    assert await roles(world, mallory) == before == []


async def test_the_link_ends_with_the_role_of_who_made_it(world: World) -> None:
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    payload = await make_link(olga)
    await jan.open_link(payload)
    async with world.database.writing() as session:
        await access.revoke(
            session,
            participant=await world.person(session, olga),
            role=Role.ORGANISER,
            region_key="chemnitz",
            pilot_key=None,
            now=world.now,
        )
    await jan.press("Yes, I take it on")
    assert LOST in jan.screen.text
    await jan.open_link(payload)
    assert LOST in jan.screen.text
    assert await roles(world, jan) == []


async def test_who_has_the_role_leaves_the_link_to_others(world: World) -> None:
    """Olga tries her own link; it still works for Jan."""
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    payload = await make_link(olga)
    await olga.open_link(payload)
    await olga.press("Yes, I take it on")
    assert "You have this role already" in olga.screen.text
    await jan.open_link(payload)
    await jan.press("Yes, I take it on")
    assert await roles(world, jan) == [Role.ORGANISER]


async def test_a_no_gives_nothing(world: World) -> None:
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    await jan.open_link(await make_link(olga))
    await jan.press("No, thank you")
    assert "What would you like to do?" in jan.screen.text
    assert await roles(world, jan) == []


async def test_one_with_two_regions_chooses_which(world: World) -> None:
    olga = await world.organiser("Olga")
    async with world.database.writing() as session:
        await building.region(session, "linz")
        await access.grant(
            session,
            participant=await world.person(session, olga),
            role=Role.ORGANISER,
            region_key="linz",
            pilot_key=None,
            now=world.now,
        )
    jan = await world.participant("Jan")
    await jan.open_link(await make_link(olga, "Invite staff: Linz"))
    assert "Region: Linz" in jan.screen.text


@pytest.mark.parametrize("data", ["ui:{own}:lead", "ui:{own}:operator", "ui:{other}:staff"])
async def test_nobody_gives_what_is_not_theirs(world: World, data: str) -> None:
    olga = await world.organiser("Olga")
    async with world.database.writing() as session:
        own, other = await building.region(session), await building.region(session, "linz")
    await olga.press_data(data.format(own=own.id, other=other.id))
    assert "This button is no longer valid" in olga.screen.text


async def test_staff_look_and_change_nothing(world: World) -> None:
    """Sam sees the card, the numbers and who comes; not a draft, and not one button more."""
    talk = await world.event("Collab Talks", seats=1)
    await world.event("Night Shift", state=EventState.DRAFT)
    olga, sam = await world.organiser("Olga"), await world.participant("Sam")
    jan, eva = await world.participants("Jan", "Eva")
    for person in (jan, eva):
        await person.press("Register", on=talk)
    await sam.open_link(await make_link(olga, "Invite staff"))
    await sam.press("Yes, I take it on")
    await sam.type("/organise")
    assert "Night Shift" not in sam.screen.text
    await sam.press("Thu 18 Mar · Collab Talks")
    assert "Confirmed: 1 · offered: 0 · waiting: 1" in sam.screen.text
    assert sam.screen.labels == ["Who comes", "Your events"]
    assert "start=" not in sam.screen.text
    await sam.press("Who comes")
    assert "Jan, Firm of Jan · Visitor · Confirmed" in sam.screen.text
    assert "Eva" not in sam.screen.text
    for command in ("/new", "/announce"):
        await sam.type(command)
        assert "a role that you do not have here" in sam.screen.text


async def test_the_link_is_blanked_in_the_inbox(world: World) -> None:
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    payload = await make_link(olga)
    await jan.open_link(payload)
    async with world.database.reading() as session:
        rows = [str(row) for row in await session.execute(select(Inbox.__table__))]
    assert not any(payload in row for row in rows)


async def test_the_team_counts_those_it_does_not_name(world: World) -> None:
    olga = await world.organiser("Olga")
    for number in range(role_invites.MOST_NAMES):
        await world.organiser(f"O{number}")
    await olga.press_data("uz")
    assert "and 1 more" in olga.screen.text


async def test_staff_by_the_command_line_need_a_region(world: World) -> None:
    async with world.database.writing() as session:
        await building.region(session)

    async def grant(region_key: str | None) -> bool:
        async with world.database.writing() as session:
            return await access.grant_by_id(
                session,
                telegram_id=77,
                role="staff",
                region_key=region_key,
                pilot_key=None,
                now=world.now,
            )

    with pytest.raises(RefusedError, match="staff help in one region: name it with --region"):
        await grant(None)
    with pytest.raises(NotFoundError, match="there is no region 'atlantis'"):
        await grant("atlantis")
    assert await grant("chemnitz")
    assert not await grant("chemnitz")
