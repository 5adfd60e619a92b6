"""Stories of the country of an organisation: assumed, not asked for, and put right with a tap."""

import asyncio

import pytest
from sqlalchemy import select

from tests.support.world import Actor, World
from xinno_core.models import Organisation, Region
from xinno_core.services import countries, profile


async def introduce(world: World, name: str, firm: str = "Acme") -> Actor:
    """Let somebody register, and say who they are on the way."""
    event = await world.event(f"Talk of {name}", key=f"talk-{name.lower()}")
    actor = world.newcomer(name)
    await actor.open_link()
    await actor.press_first()  # passes the notice
    await actor.press("Register", on=event)
    await actor.type(name)
    await actor.type(firm)
    await actor.press("Large firm")
    await actor.press("Research")
    return actor


async def organisations(world: World) -> list[tuple[str, str]]:
    async with world.database.reading() as session:
        found = await session.execute(
            select(Organisation.name, Organisation.country).order_by(Organisation.id)
        )
        return [(name, country) for name, country in found]


async def test_the_country_of_the_region_is_taken_without_a_question(world: World) -> None:
    """Anna registers in Chemnitz, sees Germany in her settings, and makes it Czechia."""
    anna = await introduce(world, "Anna")
    assert await organisations(world) == [("Acme", "DE")]
    await anna.type("/settings")
    assert "Country of the organisation: Germany" in anna.screen.text
    await anna.press("Country of the organisation")
    assert anna.screen.labels[:3] == ["Italy", "Slovakia", "Poland"]
    await anna.press("Czechia")
    assert "Country of the organisation: Czechia" in anna.screen.text
    await anna.press("Other countries")
    await anna.press("Page 2")
    await anna.press_data("nc:6")
    await anna.press("Uzbekistan")
    assert await organisations(world) == [("Acme", "UZ")]
    await anna.type("/mydata")
    assert "Country of the organisation: Uzbekistan" in anna.screen.text
    await anna.press("Download")
    assert b'"country": "UZ"' in anna.screen.document


@pytest.mark.parametrize(
    "region, language, country",
    [
        ("IT", "it", "IT"),
        ("IT", "en", "IT"),
        ("IT", "pl", "PL"),
        ("AT", "de", "AT"),
        ("IT", "de", ""),  # Germany or Austria: better unknown than wrong
        ("CZ", "nl", ""),
        ("", "sk", "SK"),
        ("", "en", ""),
    ],
)
def test_a_country_is_assumed_only_where_something_tells(
    region: str, language: str, country: str
) -> None:
    assert countries.assume(region=region, language=language) == country


async def test_whoever_comes_across_a_border_is_not_counted_at_home(world: World) -> None:
    """A past fault: a Polish firm at a Czech event counted as Czech."""
    talk = await world.event()
    marek = world.newcomer("Marek", language="pl")
    await marek.open_link(f"e_{talk.key}")
    await marek.press_first()  # passes the notice
    await marek.press_first()  # wants exercises
    await marek.press("Zgłaszam udział")
    await marek.type("Marek")
    await marek.type("Łoś i Synowie")
    await marek.press_first()  # its type
    await marek.press_first()  # its sector
    assert await organisations(world) == [("Łoś i Synowie", "PL")]


async def test_two_of_one_name_in_two_countries_are_two(world: World) -> None:
    """Ben works for Acme, too, but in Slovakia: Anna's stays, and both are counted once each."""
    anna, ben = await introduce(world, "Anna"), await introduce(world, "Ben", "ACME")
    assert await organisations(world) == [("Acme", "DE")]
    await ben.press_data("nk:SK")
    assert await organisations(world) == [("Acme", "DE"), ("Acme", "SK")]
    await ben.press_data("nk:SK")
    await anna.press_data("nk:SK")
    assert await organisations(world) == [("Acme", "SK")]
    await anna.press_data("nk:DE")
    assert sorted(await organisations(world)) == [("Acme", "DE"), ("Acme", "SK")]


async def test_a_corrected_name_keeps_the_country(world: World) -> None:
    anna, ben = await introduce(world, "Anna"), await introduce(world, "Ben")
    await ben.press_data("nk:SK")
    await ben.type("/settings")
    await ben.press("Correct name")
    for word in ("Benjamin", "Acme"):
        await ben.type(word)
    await ben.press("Large firm")
    await ben.press("Research")
    assert await organisations(world) == [("Acme", "DE"), ("Acme", "SK")]
    await anna.type("/settings")
    assert "Germany" in anna.screen.text


async def test_what_is_not_known_is_filled_and_what_is_known_stays(world: World) -> None:
    """World's participants were never at an event; the next one of their firm brings a country."""
    await world.participant("Anna")
    async with world.database.writing() as session:
        (await session.scalars(select(Organisation))).one().type = "large"
    eva = await introduce(world, "Eva", "Firm of Anna")
    assert await organisations(world) == [("Firm of Anna", "DE")]
    async with world.database.writing() as session:
        (await session.scalars(select(Region))).one().organiser = {"country": "IT"}
    await introduce(world, "Jan", "Firm of Anna")
    assert await organisations(world) == [("Firm of Anna", "DE")]
    await eva.press_data("nk:XX")
    assert "no longer valid" in eva.screen.text


async def test_who_has_no_organisation_has_no_country(world: World) -> None:
    nina = world.newcomer("Nina")
    await nina.open_link()
    await nina.type("/settings")
    assert "Country of the organisation" not in nina.screen.text
    for data in ("nc:0", "nk:DE"):
        await nina.press_data(data)
        assert await organisations(world) == []


async def test_two_at_once_make_one(world: World) -> None:
    people = [await introduce(world, name) for name in ("Anna", "Ben", "Cara")]

    async def move(actor: Actor) -> None:
        async with world.database.writing() as session:
            person = await world.person(session, actor)
            await profile.set_country(session, participant=person, country="PL")

    await asyncio.gather(*(move(actor) for actor in people[1:]))
    assert await organisations(world) == [("Acme", "DE"), ("Acme", "PL")]
