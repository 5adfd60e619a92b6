"""Stories of figures in the chat: an organiser's of the region, a lead's of the pilot."""

from collections.abc import Sequence

from sqlalchemy import select

from tests.support.reporting import register
from tests.support.world import Actor, World
from xinno_core.models import Event, Pilot, Region, RegistrationState


async def two_regions(world: World) -> Sequence[Event]:
    talk = await world.event("Talk", seats=None)
    fair = await world.event("Fair", in_region="padova", seats=None)
    await register(world, talk, 12, type_="sme")
    await register(world, talk, 3, type_="hei")
    await register(world, talk, 6, state=RegistrationState.WAITLISTED)
    await register(world, fair, 20, type_="hei", language="it")
    return talk, fair


async def test_an_organiser_reads_the_figures_of_the_region(world: World) -> None:
    """Olga opens her event's figures, goes through the parts, and on to her region."""
    talk, _ = await two_regions(world)
    olga = await world.organiser("Olga")
    await olga.press_data(f"we:{talk.id}")
    await olga.press("Figures")
    assert olga.screen.text.startswith("Figures: Talk")
    assert "With a place: 15\nWaiting or asked: 6\nCame: 0" in olga.screen.text
    assert "With a place: 15 participations, by 15 different people" in olga.screen.text
    await olga.press("By: Organisation type")
    assert "Small or medium-sized firm, freelancer: 12" in olga.screen.text
    assert "University, research: 3" in olga.screen.text
    await olga.press("By: Language")
    assert "With a place:\n· English: 15" in olga.screen.text
    await olga.press("By: Role")
    assert "· Visitor: 15" in olga.screen.text
    await olga.press("In all")
    await olga.press("Other figures")
    assert olga.screen.labels == ["Region: Chemnitz", "Menu"]
    await olga.press("Region: Chemnitz")
    assert "With a place: 15" in olga.screen.text
    await olga.press("By: Role")
    assert "· Visitor: 15" in olga.screen.text


async def test_a_lead_reads_the_figures_of_the_pilot(world: World) -> None:
    """Lena adds nothing up: the pilot's numbers stand there, and each region's."""
    await two_regions(world)
    lena = await world.lead("Lena")
    await lena.type("/export")
    await lena.press("All events: Pilot 1")
    buttons = {one.text: one.data for row in lena.screen.message.buttons for one in row}
    await lena.press_data(buttons["Figures"] or "")
    assert "With a place: 35" in lena.screen.text
    await lena.press("Other figures")
    assert lena.screen.labels == [
        "Pilot: Pilot 1",
        "Region: Chemnitz",
        "Region: Padova",
        "Menu",
    ]
    await lena.press("Pilot: Pilot 1")
    assert "With a place: 35" in lena.screen.text
    await lena.press("By: Organisation type")
    assert "University, research: 23" in lena.screen.text
    await lena.press("Other figures")
    await lena.press("Region: Padova")
    await lena.press("By: Organisation type")
    assert "University, research: 20" in lena.screen.text
    await lena.press("By: Channel")
    assert "· The open link: 20" in lena.screen.text


async def test_figures_of_others_do_not_exist(world: World) -> None:
    talk, fair = await two_regions(world)
    async with world.database.reading() as session:
        pilot = await session.scalar(select(Pilot.id))
        padova = await session.scalar(select(Region.id).where(Region.key == "padova"))
    olga, petra = await world.organiser("Olga"), await world.participant("Petra")
    luca = await world.lead("Luca", of="pilot-1")
    await petra.press_data("nf")
    assert "a role that you do not have" in petra.screen.text
    for data in (f"ng:pilot:{pilot}:", f"ng:region:{padova}:", f"ng:event:{fair.id}:"):
        for actor in (olga, petra):
            await refused(actor, data)
        await luca.press_data(data)
        assert luca.screen.text.startswith("Figures: ")
    for data in (
        f"ng:pilot:{pilot}:name",
        f"ng:world:{pilot}:",
        f"ng:event:{talk.id}0:",
    ):
        await refused(luca, data)


async def refused(actor: Actor, data: str) -> None:
    await actor.press_data(data)
    assert "no longer valid" in actor.screen.text, data
