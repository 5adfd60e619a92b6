"""Stories of two who come together, without either learning from us who the other is."""

import re

import pytest

from handlers.chat.buttons import pack
from tests.support.world import Actor, World
from xinno_core.models import Event
from xinno_core.texts.actions import ComeAlone, InvitePartner, JoinPair

ASKED = "Someone you know asks you to come together."


async def test_two_are_offered_their_seats_together(world: World) -> None:
    """Eva and Petr wait, Jan between them: one seat is Jan's, the next two are theirs."""
    talk = await world.event("Collab Talks", seats=3)
    others = await world.participants("Anna", "Berta", "Cleo")
    for one in others:
        await one.press("Register", on=talk)
    eva, jan, petr = await world.participants("Eva", "Jan", "Petr")
    await eva.press("Register", on=talk)
    await jan.press("Register", on=talk)
    link = await _link(eva, talk)
    assert "the later of your numbers counts" in eva.screen.text

    await petr.open_link(link)
    assert ASKED in petr.screen.text
    assert "Eva" not in petr.screen.text
    await petr.press("Register")
    assert "number 2 on the waiting list" in petr.screen.text
    await petr.open_link(f"e_{talk.key}")
    assert "You come together with someone." in petr.screen.text
    await eva.open_link(f"e_{talk.key}")
    assert "You come together with someone." in eva.screen.text
    assert "You are number 2 on the waiting list." in eva.screen.text  # the later one counts
    assert "Petr" not in eva.screen.text

    await _free(others[0], talk)
    await world.tick()
    assert "A seat is held for you" in jan.notices[-1].text
    await _free(others[1], talk)
    await world.tick()
    assert not eva.notices
    await _free(others[2], talk)
    await world.tick()
    for person in (eva, petr):
        assert "A seat is held for you" in person.notices[-1].text
        await person.press("Take the seat")
        assert "Your place is confirmed" in person.screen.text


async def test_who_waits_already_is_asked_first(world: World) -> None:
    """Once, opening the link tied the two at once, and cost a good number without a word."""
    talk = await world.event("Collab Talks", seats=1)
    anna, petr, jan, eva = await world.participants("Anna", "Petr", "Jan", "Eva")
    for person in (anna, petr, jan, eva):
        await person.press("Register", on=talk)
    link = await _link(eva, talk)
    await petr.open_link(link)
    assert ASKED in petr.screen.text
    assert "the later of your numbers counts" in petr.screen.text
    assert "You are number 1 on the waiting list." in petr.screen.text
    await world.restart()
    await petr.press("I come alone")
    assert "You come alone." in petr.screen.text
    assert ASKED not in petr.screen.text
    await petr.open_link(link)
    await petr.press("Come together")
    assert "You come together now." in petr.screen.text
    assert "You are number 2 on the waiting list." in petr.screen.text
    await petr.press("Come alone")
    assert "You are number 1 on the waiting list." in petr.screen.text
    await eva.open_link(f"e_{talk.key}")
    assert "You come together with someone." not in eva.screen.text


async def test_coming_alone_brings_the_seat_that_was_one_too_few(world: World) -> None:
    """Eva and Petr need two, one is free: when they untie, it is offered at once."""
    talk = await world.event("Collab Talks", seats=1)
    anna, eva, petr = await world.participants("Anna", "Eva", "Petr")
    await anna.press("Register", on=talk)
    await eva.press("Register", on=talk)
    await petr.open_link(await _link(eva, talk))
    await petr.press("Register")
    await _free(anna, talk)
    await world.tick()
    assert not eva.notices
    await petr.press("Come alone", on=talk)
    await world.tick()
    assert "A seat is held for you" in eva.notices[-1].text


async def test_who_is_left_behind_is_tied_to_nobody(world: World) -> None:
    """Once, the one who stayed went on reading that somebody comes along."""
    talk = await world.event("Collab Talks")
    eva, petr, jan = await world.participants("Eva", "Petr", "Jan")
    await eva.press("Register", on=talk)
    await petr.open_link(await _link(eva, talk))
    await petr.press("Register")
    await _free(petr, talk)
    await eva.open_link(f"e_{talk.key}")
    assert "You come together with someone." not in eva.screen.text
    await jan.open_link(await _link(eva, talk))
    assert ASKED in jan.screen.text


@pytest.mark.parametrize("what", ["own", "tied", "gone", "forged"])
async def test_links_that_tie_nobody(world: World, what: str) -> None:
    """One's own, of somebody who has a partner, of somebody who is gone, and a made-up one."""
    talk = await world.event("Collab Talks")
    eva, petr, jan = await world.participants("Eva", "Petr", "Jan")
    await eva.press("Register", on=talk)
    link = await _link(eva, talk)
    reader = eva if what == "own" else jan
    if what == "tied":
        await petr.open_link(link)
        await petr.press("Register")
    if what == "gone":
        await eva.type("/forget")
        await eva.press("Yes, erase my data")
    if what == "forged":
        link = link[:-1] + ("A" if link[-1] != "A" else "B")
    await reader.open_link(link)
    assert ASKED not in reader.screen.text
    if what == "forged":
        assert "was not found" in reader.screen.text
    else:
        assert "Collab Talks" in reader.screen.text
    await jan.press("Register", on=talk)
    await jan.press_data(pack(JoinPair(talk.id)))
    assert "You come together with someone." not in jan.screen.text


async def test_old_buttons_tie_and_untie_nobody(world: World) -> None:
    talk = await world.event("Collab Talks")
    eva, petr = await world.participants("Eva", "Petr")
    for action in (InvitePartner, JoinPair, ComeAlone):
        await petr.press_data(pack(action(999)))
        assert "This button is no longer valid." in petr.screen.text
    await petr.press_data(pack(InvitePartner(talk.id)))
    assert "This button is no longer valid." in petr.screen.text
    await eva.press("Register", on=talk)
    await petr.open_link(await _link(eva, talk))
    await petr.press("Register")
    for _ in range(2):
        await petr.press_data(pack(ComeAlone(talk.id)))
        assert "You come alone." in petr.screen.text
    await petr.press_data(pack(JoinPair(talk.id)))
    assert "not possible any more" in petr.screen.text


async def _link(actor: Actor, event: Event) -> str:
    """Return what the link carries that this person passes on."""
    await actor.press("Come with someone", on=event)
    found = re.search(r"start=(p_\S+)", actor.screen.text)
    assert found is not None
    return found[1]


async def _free(actor: Actor, event: Event) -> None:
    await actor.press("Free my place", on=event)
    await actor.press("Yes, free my place")
