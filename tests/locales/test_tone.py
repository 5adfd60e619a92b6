"""How people are addressed: formally, or as the organiser who invites sets it."""

import re

import pytest
from babel.messages.pofile import read_po
from sqlalchemy import update

from tests.support import building
from tests.support.world import World
from xinno_core.models import Region
from xinno_core.texts.translator import catalogue_path, translator

INFORMAL = ["de", "nl"]
GREETED = "What is your name?"


def entries(name: str, language: str) -> dict[str, str]:
    with catalogue_path(name).open("rb") as source:
        read = read_po(source, locale=language, abort_invalid=True)
    return {str(message.id): str(message.string) for message in read if message.id}


@pytest.mark.parametrize("language", INFORMAL)
def test_an_informal_catalogue_holds_only_what_it_says_otherwise(language: str) -> None:
    formal, informal = entries(language, language), entries(f"{language}@informal", language)
    assert informal
    assert not [key for key in informal if key not in formal], "not in the formal catalogue"
    assert not [key for key, said in informal.items() if said == formal[key]]


@pytest.mark.parametrize(
    "language, formal_words",
    [("de", r"\b(Ihr|Ihre|Ihren|Ihrem|Ihrer|Ihnen|Sie)\b"), ("nl", r"\b([Uu]|[Uu]w|[Uu]zelf)\b")],
)
def test_no_informal_sentence_slips_back(language: str, formal_words: str) -> None:
    slips = [
        said
        for said in entries(f"{language}@informal", language).values()
        if re.search(formal_words, said)
    ]
    assert not slips


def test_a_language_without_an_informal_catalogue_stays_formal() -> None:
    for language in ("en", "it", "sk", "pl", "cs"):
        assert translator(language, "informal").gettext("Menu") == translator(language).gettext(
            "Menu"
        )


async def test_who_is_invited_by_an_informal_organiser_is_addressed_so(world: World) -> None:
    """The tone is that of the organiser whose event one registers for, in all that follows."""
    async with world.database.writing() as session:
        await building.region(session, "genk")
        await session.execute(update(Region).where(Region.key == "genk").values(tone="informal"))
    casual = await world.event("Open table", in_region="genk")
    official = await world.event("Round table", in_region="chemnitz")
    lotte = await world.participant("Lotte", language="nl")

    await lotte.press(translator("nl").plain.gettext("Register"), on=casual)
    await world.tick()
    casually = translator("nl", "informal").gettext("<b>Your place is confirmed.</b>")
    assert translator("nl", "informal").plain.gettext("My registrations") in lotte.screen.labels
    assert strip(casually) in lotte.screen.text

    await lotte.press(translator("nl").plain.gettext("Register"), on=official)
    formally = translator("nl").gettext("<b>Your place is confirmed.</b>")
    assert strip(formally) in lotte.screen.text
    assert strip(formally) != strip(casually)


def strip(html: str) -> str:
    return html.replace("<b>", "").replace("</b>", "")
