"""Stories of asking for a place in a role that the organiser gives, as the one who asks."""

from handlers.chat.buttons import pack
from tests.support import building
from tests.support.world import Actor, World
from xinno_core.models import Event, Registration
from xinno_core.services import approvals
from xinno_core.texts.actions import FreePlace, Register

EXHIBITOR = {"key": "exhibitor", "label": {"en": "Exhibitor"}, "register": "approval"}


async def test_asking_waiting_for_a_yes_and_being_given_the_place(world: World) -> None:
    expo = await _expo(world)
    olga, eva = await world.organiser("Olga"), await world.participant("Eva")
    await eva.open_link(f"e_{expo.key}")
    assert "Ask for a place as: Exhibitor" in eva.screen.labels
    assert "Register as: Visitor" in eva.screen.labels  # the other role is open to everybody
    await eva.press("Ask for a place as: Exhibitor")
    assert "Your request is with the organiser." in eva.screen.text
    await eva.press_data(pack(Register(expo.id, "exhibitor")))  # a second tap
    assert "Your request is with the organiser already." in eva.screen.text
    await eva.open_link(f"e_{expo.key}")
    assert "Your request is with the organiser." in eva.screen.text
    assert "Withdraw my request" in eva.screen.labels
    assert not {"Register", "Come with someone", "Calendar file"} & set(eva.screen.labels)
    assert await world.seats_left(expo) == 10

    await _decide(world, olga, yes=True, word="Booth 7")
    await world.tick()
    assert "Confirmation of registration" in eva.notices[-1].text
    await eva.open_link(f"e_{expo.key}")
    assert "Your place is confirmed." in eva.screen.text


async def test_a_no_comes_with_the_organisers_word_and_leaves_the_other_role(world: World) -> None:
    """Eva gets no booth, reads why, and comes as a visitor."""
    expo = await _expo(world)
    olga, eva = await world.organiser("Olga"), await world.participant("Eva")
    await eva.press("Ask for a place as: Exhibitor", on=expo)
    await _decide(world, olga, yes=False, word="All booths are <taken>")
    await world.tick()
    assert "The organiser writes: All booths are <taken>" in eva.notices[-1].text
    assert eva.notices[-1].labels == ["Open the event"]
    await eva.open_link(f"e_{expo.key}")
    assert "The organiser could not give you a place this time." in eva.screen.text
    assert "The organiser writes: All booths are <taken>" in eva.screen.text
    assert "Ask for a place as: Exhibitor" not in eva.screen.labels
    await eva.press_data(pack(Register(expo.id, "exhibitor")))
    assert "The organiser could not give you a place this time." in eva.screen.text
    await eva.press("Register", on=expo)
    assert "Your place is confirmed." in eva.screen.text
    await eva.open_link(f"e_{expo.key}")
    assert "<taken>" not in eva.screen.text


async def test_a_request_can_be_withdrawn_and_made_again(world: World) -> None:
    expo = await _expo(world)
    eva = await world.participant("Eva")
    await eva.press("Ask for a place as: Exhibitor", on=expo)
    await eva.press("Withdraw my request", on=expo)
    assert "Withdraw your request?" in eva.screen.text
    await eva.press("No, keep it")
    assert "Your request is with the organiser." in eva.screen.text
    await eva.press("Withdraw my request")
    await world.restart()
    await eva.press("Yes, withdraw it")
    assert "Your request is withdrawn." in eva.screen.text
    await eva.press("Ask for a place as: Exhibitor", on=expo)
    assert "Your request is with the organiser." in eva.screen.text


async def test_the_only_role_asks_by_its_name(world: World) -> None:
    expo = await world.event("Expo", roles=(EXHIBITOR,))
    eva = await world.participant("Eva")
    await eva.open_link(f"e_{expo.key}")
    assert eva.screen.labels[0] == "Ask for a place as: Exhibitor"


async def test_an_organiser_who_leaves_still_learns_who_asks(world: World) -> None:
    """Once, giving back one's own place dropped what waited for oneself as an organiser, too."""
    expo = await _expo(world)
    olga, eva = await world.organiser("Olga"), await world.participant("Eva")
    await olga.press("Register as: Visitor", on=expo)
    await eva.press("Ask for a place as: Exhibitor", on=expo)
    await olga.press_data(pack(FreePlace(expo.id)))
    await world.tick()
    assert "Eva" in olga.notices[-1].text


async def _expo(world: World) -> Event:
    return await world.event("Expo", roles=(building.VISITOR, EXHIBITOR))


async def _decide(world: World, organiser: Actor, *, yes: bool, word: str) -> None:
    """Let the organiser answer the only request there is."""
    async with world.database.writing() as session:
        decide = approvals.approve if yes else approvals.decline
        outcome = await decide(
            session,
            participant=await world.person(session, organiser),
            registration_id=(await session.get_one(Registration, 1)).id,
            word=word,
            now=world.now,
        )
    assert outcome.registration_id == 1
