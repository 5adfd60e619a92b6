"""A survey in a browser that runs no scripts: it says what the chat says, in every language."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient
from playwright.async_api import Browser, Locator, Page, expect
from sqlalchemy import select

from tests.browser.pages import chromium
from tests.support.databases import Databases
from tests.support.surfing import EVERY_TYPE, said_by, token_of, web_of
from tests.support.world import Actor, World
from xinno_core.languages import LANGUAGES
from xinno_core.models import Event, Response
from xinno_core.texts.translator import Translator, translator

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PHONE, DESK = (360, 740), (1280, 900)
SAID = {
    "useful": 4,
    "best": "talk",
    "more": ["walk", "work"],
    "people": 7,
    "day": "2027-05-04",
    "order": ["work", "talk", "walk"],
    "sector": {"missing": "refused"},
    "income": {"missing": "refused"},
    "why": "Two\nlines – ěščř",
    "words": {"missing": "skipped"},
}


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest.fixture
async def world(databases: Databases) -> AsyncIterator[World]:
    with databases.fresh("sqlite") as url:
        made = World(url)
        await made.open()
        yield made
        await made.close()


async def registered(world: World, event: Event, name: str, language: str) -> Actor:
    actor = await world.participant(name, language=language)
    await actor.press(translator(language).plain.gettext("Register"), on=event)
    return actor


async def open_form(
    browser: Browser,
    address: str,
    size: tuple[int, int] = PHONE,
    *,
    dark: bool = False,
    wrong: list[str],
) -> Page:
    """A window without scripts; what goes wrong in it, or asks elsewhere, is kept."""
    context = await browser.new_context(
        java_script_enabled=False,
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
    )
    page = await context.new_page()
    root = address.partition("/f/")[0]
    page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    page.on("request", lambda r: None if r.url.startswith(root) else wrong.append(r.url))
    await page.goto(address)
    return page


def asked(page: Page, question: str) -> Locator:
    """The group of fields that belongs to a question, by what it is called to a screen reader."""
    return page.get_by_role("group", name=question)


async def fill_first_page(page: Page, t: Translator) -> None:
    rather_not = t.plain.gettext("I would rather not say")
    await asked(page, "useful").or_(asked(page, "nützlich")).get_by_label("4").check()
    await asked(page, "best").locator('[value="talk"]').check()
    await asked(page, "more").locator('[value="walk"]').check()
    await asked(page, "more").locator('[value="work"]').check()
    await page.get_by_label("How many people").fill("7")
    await page.get_by_label("When will you meet again?").fill("2027-05-04")
    for option, rank in (("Talks", "2"), ("Walks", "3"), ("Workshops", "1")):
        await asked(page, "Rank them.").get_by_label(option).select_option(rank)
    await asked(page, "Where do you work?").get_by_label(rather_not).check()
    await page.locator('[name="r.income"]').check()


async def answer_in_browser(page: Page, t: Translator) -> None:
    """Answer every question through the page, with the words of its language."""
    await page.get_by_role("button", name=t.plain.gettext("Begin")).click()
    await fill_first_page(page, t)
    await page.get_by_role("button", name=t.plain.gettext("Continue")).click()
    await page.get_by_label("Why these talks?").fill("Two\nlines – ěščř")
    await page.get_by_role("button", name=t.plain.gettext("Send")).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(
        t.plain.gettext("Thank you for your feedback")
    )


async def answer_in_chat(actor: Actor, t: Translator) -> None:
    """Answer every question through the chat."""
    rather_not, done = t.plain.gettext("I would rather not say"), t.plain.gettext("Done")
    await actor.press_data("q:1")
    await actor.press(t.plain.gettext("To the questions"))
    await actor.press("4")
    await actor.press("Talks")
    for label in ("Walks", "Workshops", done):
        await actor.press(label)
    await actor.type("7")
    await actor.type("2027-05-04")
    for label in ("Workshops", "Talks", "Walks", done):
        await actor.press(label)
    await actor.press(rather_not)
    await actor.press(rather_not)
    await actor.type("Two\nlines – ěščř")
    await actor.press(t.plain.gettext("Skip"))


async def test_both_doors_say_the_same_in_every_language(world: World, browser: Browser) -> None:
    """Two people of each language: one answers in the chat, one in the browser."""
    talk = await world.event(seats=30, survey=EVERY_TYPE)
    wrong: list[str] = []
    async with web_of(world) as client:
        for language in LANGUAGES:
            t = translator(language)
            chatting = await registered(world, talk, f"Eva {language}", language)
            surfing = await registered(world, talk, f"Jan {language}", language)
            await answer_in_chat(chatting, t)
            page = await open_form(
                browser, await address(world, client, surfing, talk), wrong=wrong
            )
            await expect(page.locator("html")).to_have_attribute("lang", language)
            await answer_in_browser(page, t)
            await page.context.close()
            assert await said_by(world, chatting) == await said_by(world, surfing) == SAID
    assert wrong == []
    await world.advance(days=60)
    async with world.database.reading() as session:
        opened = (await session.scalars(select(Response.answers))).all()
    assert opened == [SAID] * (2 * len(LANGUAGES))


@pytest.mark.parametrize("size, dark", [(PHONE, True), (DESK, False)])
async def test_a_page_fits_its_screen_and_leads_to_what_is_wrong(
    world: World, browser: Browser, size: tuple[int, int], dark: bool, tmp_path: Path
) -> None:
    """Nothing is wider than the screen; with the keyboard one comes from a problem to its field."""
    talk = await world.event(survey=EVERY_TYPE)
    eva = await registered(world, talk, "Eva", "en")
    wrong: list[str] = []
    async with web_of(world) as client:
        at = await address(world, client, eva, talk)
        page = await open_form(browser, at, size, dark=dark, wrong=wrong)
        await fits(page)
        await page.get_by_role("button", name="Begin").press("Enter")
        await fits(page)
        await page.get_by_label("How many people").fill("seven")
        await page.get_by_role("button", name="Continue").click()
        await expect(page).to_have_title("Please look at this once more – Feedback")
        await fits(page)
        await page.get_by_role("alert").get_by_role("link", name="How many people").press("Enter")
        await page.keyboard.press("Tab")  # from what was reached on
        await expect(page.get_by_label("How many people")).to_have_attribute("aria-invalid", "true")
        await fill_first_page(page, translator("en"))
        await page.get_by_role("button", name="Continue").click()
        await page.get_by_role("button", name="Back").click()
        await expect(page.get_by_label("How many people")).to_have_value("7")
        await page.get_by_role("link", name="Italiano").click()
        await expect(page.locator("html")).to_have_attribute("lang", "it")
    assert [line for line in wrong if "422" not in line] == []


async def address(world: World, client: TestClient, actor: Actor, event: Event) -> str:  # type: ignore[type-arg]
    """Where the person's own form lies."""
    return str(client.make_url(f"/f/{await token_of(world, actor, event)}"))


async def fits(page: Page) -> None:
    """Nothing of the page lies beside the screen, and all that is tapped is large enough."""
    assert page.viewport_size is not None
    width = page.viewport_size["width"]
    for one in await page.locator("main *:visible, nav *:visible").all():
        box = await one.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width, await one.inner_text()
    for one in await page.locator("button, .option, .scale label, select, textarea").all():
        box = await one.bounding_box()
        assert box is not None
        assert box["height"] >= 44
