"""Stories of links that remember where they were found, and of their codes to print."""

import re

import pytest
from sqlalchemy import select

from tests.support import building
from tests.support.world import Actor, World
from xinno_core.models import Arrival, Channel, Event, EventState, Participant, Registration

PNG = b"\x89PNG\r\n\x1a\n"
TALK = {"key": "speaker", "label": {"en": "Speaker"}, "register": "invited"}


async def open_links(organiser: Actor, event: Event) -> None:
    await organiser.press_data(f"we:{event.id}")
    await organiser.press("Links")


async def make(organiser: Actor, event: Event, label: str) -> str:
    """Make a link for a channel and return what it carries."""
    await open_links(organiser, event)
    await organiser.press(f"New: {label}")
    found = re.search(rf"{label}: .*\n\S*start=(c_\S+)", organiser.screen.text)
    assert found, organiser.screen.text
    return found[1]


async def test_a_poster_counts_whom_it_brings(world: World) -> None:
    """Three open the poster's link, one of them twice; two register, one has a place."""
    talk, olga = await world.event(seats=1), await world.organiser("Olga")
    poster = await make(olga, talk, "Poster")
    jan, eva, petr = await world.participants("Jan", "Eva", "Petr")
    for person in (jan, jan, eva, petr):
        await person.open_link(poster)
        assert "Collab Talks" in person.screen.text
    for person in (jan, eva):
        await person.press("Register")
    ada = await world.participant("Ada")
    await ada.press("Register", on=talk)
    await open_links(olga, talk)
    assert "Poster: opened by 3 people; registered: 2, of them confirmed: 1" in olga.screen.text
    await olga.press_data("op:1")
    assert "Came by: Poster" in olga.screen.text
    async with world.database.reading() as session:
        people = await session.scalars(select(Participant).order_by(Participant.id))
        assert [one.came_by for one in people if one.name in {"Jan", "Eva"}] == [None, None]


async def test_a_newcomer_keeps_the_channel_over_the_notice(world: World) -> None:
    talk, olga = await world.event(), await world.organiser("Olga")
    payload = await make(olga, talk, "Newsletter")
    nina = world.newcomer("Nina")
    await nina.open_link(payload)
    assert "You followed a link to Collab Talks." in nina.screen.text
    await nina.press("Continue")
    await nina.press("No, thank you")
    await nina.press("Register")
    while nina.is_asked:
        await nina.answer_somehow()
    async with world.database.reading() as session:
        found = await session.scalar(select(Registration.channel_id))
    assert found == 1


async def test_a_channel_counts_for_its_own_event_only(world: World) -> None:
    """Jan came by the poster of one event, registers at another, and then at the poster's."""
    talk, other = await world.event("Collab Talks"), await world.event("Ground Zero")
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    await jan.open_link(await make(olga, talk, "Poster"))
    await jan.press("Register", on=other)
    await jan.press("Register", on=talk)
    async with world.database.reading() as session:
        found = await session.execute(
            select(Registration.event_id, Registration.channel_id).order_by(Registration.event_id)
        )
        assert [tuple(row) for row in found] == [(talk.id, 1), (other.id, None)]


async def test_a_name_of_ones_own(world: World) -> None:
    """Typed once more, it is the same link; too long is asked again; a restart loses nothing."""
    talk, olga = await world.event(), await world.organiser("Olga")
    await open_links(olga, talk)
    await olga.press("New: another name")
    await olga.type("x" * 61)
    assert "at most 60" in olga.screen.text
    await world.restart()
    await olga.type("Radio  <Vogtland>")
    assert "New link: Radio <Vogtland>" in olga.screen.text
    await olga.press("New: another name")
    await olga.type("Radio <Vogtland>")
    assert "This link is there already: Radio <Vogtland>" in olga.screen.text
    async with world.database.reading() as session:
        assert list(await session.scalars(select(Channel.name))) == ["Radio <Vogtland>"]


async def test_the_usual_ones_are_offered_once(world: World) -> None:
    talk, olga = await world.event(), await world.organiser("Olga")
    await open_links(olga, talk)
    new = pressed_labels(olga)
    assert new == ["New: Partner's site", "New: Poster", "New: Newsletter", "New: another name"]
    await olga.press("New: Poster")
    assert "New: Poster" not in olga.screen.labels
    await olga.press_data(f"ua:{talk.id}:poster")
    assert "This link is there already: Poster" in olga.screen.text
    for name in ("radio", "", "x" * 40):
        await olga.press_data(f"ua:{talk.id}:{name}")
        assert "This button is no longer valid" in olga.screen.text


async def test_twenty_channels_are_enough(world: World) -> None:
    talk, olga = await world.event(), await world.organiser("Olga")
    for number in range(20):
        await olga.press_data(f"uh:{talk.id}")
        await olga.type(f"Link {number}")
    assert "New: another name" not in olga.screen.labels
    await olga.press_data(f"uh:{talk.id}")
    await olga.type("One more")
    assert "There are 20 links with a name; no further one fits." in olga.screen.text


async def test_each_link_has_a_code_to_print(world: World) -> None:
    roles = (building.VISITOR, TALK)
    talk, olga = await world.event(roles=roles), await world.organiser("Olga")
    await make(olga, talk, "Poster")
    codes = [label for label in olga.screen.labels if label.startswith("QR code")]
    assert codes == ["QR code: For everybody", "QR code: Speaker", "QR code: Poster"]
    pictures = set()
    for label in codes:
        await open_links(olga, talk)
        await olga.press(label)
        assert olga.screen.document.startswith(PNG)
        assert label in olga.screen.text
        pictures.add(olga.screen.document)
    assert len(pictures) == 3


@pytest.mark.parametrize(
    "data",
    [
        "ur:{event}:role:visitor",
        "ur:{event}:role:",
        "ur:{event}:channel:99",
        "ur:{event}:channel:x",
        "ur:{event}:secret:",
        "ur:{draft}:open:",
        "uk:{draft}",
    ],
)
async def test_what_has_no_link_has_no_code(world: World, data: str) -> None:
    talk = await world.event(roles=(building.VISITOR, TALK))
    draft = await world.event("Night Shift", state=EventState.DRAFT)
    olga = await world.organiser("Olga")
    await olga.press_data(data.format(event=talk.id, draft=draft.id))
    assert "This button is no longer valid" in olga.screen.text


async def test_unknown_channels_and_drafts_are_told_alike(world: World) -> None:
    talk, olga = await world.event(), await world.organiser("Olga")
    payload = await make(olga, talk, "Poster")
    jan = await world.participant("Jan")
    await jan.open_link("c_unknown")
    said = jan.screen.text
    assert "The event behind your link was not found" in said
    async with world.database.writing() as session:
        (await session.get_one(Event, talk.id)).state = EventState.DRAFT
    await jan.open_link(payload)
    assert jan.screen.text == said
    async with world.database.reading() as session:
        assert await session.scalar(select(Arrival)) is None


async def test_erasing_takes_the_arrival_along(world: World) -> None:
    """The count goes down by the one who is erased; the registration names no channel."""
    talk, olga = await world.event(), await world.organiser("Olga")
    jan = await world.participant("Jan")
    await jan.open_link(await make(olga, talk, "Poster"))
    await jan.press("Register")
    await jan.type("/forget")
    await jan.press("Yes, erase")
    await open_links(olga, talk)
    assert "Poster: opened by 0 people; registered: 0" in olga.screen.text


def pressed_labels(actor: Actor) -> list[str]:
    return [label for label in actor.screen.labels if label.startswith("New: ")]
