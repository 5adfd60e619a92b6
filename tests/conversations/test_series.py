"""Stories of events that belong together, and of finding one among many."""

from datetime import timedelta

from sqlalchemy import select

from tests.support import building
from tests.support.world import World
from xinno_core.models import Consent, Event, NoticeKind, Purpose, Series


async def test_the_card_leads_to_the_next_date(world: World) -> None:
    """The second evening is open; the third is not, and the last one leads nowhere."""
    first, second, third = await _evenings(world, days=(10, 17, 24))
    eva = await world.participant("Eva")
    await eva.open_link(f"e_{first.key}")
    assert "Next date in this series: Thursday, 25 March 2027, 18:00" in eva.screen.text
    await eva.press("Next date: Thu 25 Mar")
    assert "Evening 2" in eva.screen.text
    async with world.database.writing() as session:
        (await session.get_one(Event, third.id)).registration_closes_at = world.now
    await eva.open_link(f"e_{second.key}")
    assert "Next date" not in eva.screen.text
    await eva.open_link(f"e_{third.key}")
    assert "Next date" not in eva.screen.text


async def test_news_of_next_dates_come_only_to_who_asked(world: World) -> None:
    """Offered with the first place; then it is on, can be switched off, and is not asked again."""
    first, second = await _evenings(world, days=(10, 17))
    eva = await world.participant("Eva")
    await eva.type("/settings")
    assert "News of the next dates of a series: off" in eva.screen.text
    await eva.press("Register", on=first)
    await eva.press("Tell me about the next dates")
    assert "You will hear of the next dates of a series." in eva.screen.text
    await eva.press("Register", on=second)
    assert "Tell me about the next dates" not in eva.screen.labels
    await eva.type("/mydata")
    assert "News of the next dates of a series: on" in eva.screen.text
    await eva.type("/settings")
    await eva.press("No more news of next dates")
    assert "News of the next dates of a series: off" in eva.screen.text
    async with world.database.reading() as session:
        given = await session.scalars(
            select(Consent.given).where(Consent.purpose == Purpose.INVITATIONS).order_by(Consent.id)
        )
        assert given.all() == [True, False]


async def test_thanks_lead_to_the_next_date(world: World) -> None:
    rules = ({"key": "thanks", "kind": NoticeKind.THANKS, "hours": 20},)
    first, second = await _evenings(world, days=(10, 17), rules=rules)
    eva = await world.participant("Eva")
    await eva.press("Register", on=first)
    await world.move_to(first.starts_at + timedelta(hours=24))
    assert "Thank you for taking part: Evening 1" in eva.notices[-1].text
    await eva.press("Next date: Thu 25 Mar")
    assert second.title["en"] in eva.screen.text


async def test_an_event_by_itself_offers_no_further_dates(world: World) -> None:
    talk = await world.event("Collab Talks")
    eva = await world.participant("Eva")
    await eva.press("Register", on=talk)
    assert "Tell me about the next dates" not in eva.screen.labels


async def test_the_list_can_show_one_region(world: World) -> None:
    """Two pages of Chemnitz, one event in Linz; turning a page keeps the region."""
    for number in range(8):
        await world.event(f"Talk {number}", starts_local=world.local(days=10 + number))
    await world.event("Far Talk", in_region="linz", starts_local=world.local(days=9))
    eva = await world.participant("Eva")
    await eva.type("/events")
    shown = eva.screen.message.message_id
    assert "Far Talk" in eva.screen.text
    assert {"Only: Chemnitz", "Only: Linz"} <= set(eva.screen.labels)
    await eva.press("Only: Chemnitz")
    assert "Events in: Chemnitz" in eva.screen.text
    assert "Far Talk" not in eva.screen.text
    await eva.press("Later")
    assert "Events in: Chemnitz" in eva.screen.text
    assert "Talk 7" in eva.screen.text
    assert {"All regions", "Only: Linz"} <= set(eva.screen.labels)
    await eva.press("Only: Linz")
    assert "Far Talk" in eva.screen.text
    assert "Talk 7" not in eva.screen.text
    await eva.press("All regions")
    assert "Far Talk" in eva.screen.text
    assert eva.screen.message.message_id == shown
    await eva.press_data("e:0:999")  # a region that has none any more
    assert "Far Talk" in eva.screen.text


async def test_where_there_is_one_region_there_is_nothing_to_filter(world: World) -> None:
    await world.event("Collab Talks")
    eva = await world.participant("Eva")
    await eva.type("/events")
    assert eva.screen.labels == ["Thu 18 Mar · Collab Talks", "Menu"]


async def _evenings(
    world: World,
    *,
    days: tuple[int, ...],
    rules: tuple[dict[str, object], ...] = (),
) -> list[Event]:
    """The evenings of a series, so many days ahead."""
    made = [
        await world.event(f"Evening {number}", starts_local=world.local(days=ahead), rules=rules)
        for number, ahead in enumerate(days, start=1)
    ]
    async with world.database.writing() as session:
        region = await building.region(session)
        series = Series(region_id=region.id, key="evenings", title={"en": "Evenings"})
        session.add(series)
        await session.flush()
        for event in made:
            (await session.get_one(Event, event.id)).series_id = series.id
    return made
