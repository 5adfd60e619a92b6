"""An expo with exhibitors, in a real browser: asking, a full workshop, an offer, and a move."""

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from bot.demo import BOT_USERNAME, PEOPLE
from tests.browser.pages import Person, Window, chromium, window
from tests.browser.program import Program, clone, free_port
from xinno_core.blueprints.read import packaged, read

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

EXPO = next(read(file) for file in packaged() if file.stem == "small-business-expo")
IDS = {person.name: person.id for person in PEOPLE}
WORKSHOP = EXPO.sessions[0]
SEATS = next(limit.seats for limit in EXPO.limits if limit.session == WORKSHOP.key)
ROOM = "Velký sál (demo)"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


async def test_the_expo_from_a_request_to_a_move(tmp_path: Path, browser: Browser) -> None:
    """Eva shows something, Petra comes and wants into the full workshop, Tereza organises."""
    port = free_port()
    program = Program(clone(tmp_path / "clone"), {"XINNO_SIMULATOR_PORT": str(port)})
    async with program.watched():
        await program.up()
        async with window(browser, f"http://127.0.0.1:{port}", size=(1500, 1000)) as desk:
            await desk.open("/?people=" + ",".join(str(IDS[n]) for n in ("Tereza", "Eva", "Petra")))
            tereza = Person(desk, IDS["Tereza"], "cs")
            eva = Person(desk, IDS["Eva"], "en")
            petra = Person(desk, IDS["Petra"], "cs")
            first = await desk.now()
            await desk.go_to((first + timedelta(days=1)).replace(hour=10, minute=0))

            await begin(tereza)
            await eva_asks_for_a_booth(eva)
            await tereza_says_yes(tereza)
            await eva.reads("<b>Confirmation of registration</b>")
            await tereza.press("Other people")
            await tereza.choose(f"{role('exhibitor', 'cs')}: 7")
            await keep_picture(desk, "expo")

            await petra_waits_for_the_full_workshop(petra)
            await keep_picture(petra, "full-workshop")
            await tereza_gives_the_workshop_one_more_seat(tereza)
            await petra.is_offered("Take the seat")
            await keep_picture(petra, "offer")
            await petra.press("Take the seat", twice=True)
            await petra.reads(
                "<b>You have a seat in: {workshop}</b>", workshop=WORKSHOP.title["cs"]
            )

            await tereza_moves_the_workshop(tereza)
            await petra.reads("<b>This event has changed.</b>")
            await petra.sees(ROOM)
            await eva.never_read("<b>This event has changed.</b>")
            await keep_picture(petra, "move")
            await petra.press("Keep my place")
    assert program.trouble == []


async def begin(person: Person) -> None:
    """The first minute, without exercises."""
    await person.start()
    await person.press("Continue")
    await person.press("No, thank you")


async def eva_asks_for_a_booth(eva: Person) -> None:
    """As an exhibitor, which the organiser decides; the question about power comes only after."""
    await eva.follow(f"https://t.me/{BOT_USERNAME}?start=e_{EXPO.event.key}")
    await eva.press("Continue")
    await eva.press("No, thank you")
    await eva.press("Ask for a place as: {role}", role=role("exhibitor", "en"))
    await eva.fill_profile("Eva Nováková", "Studio Nováková")
    await eva.write("Lamps of old glass")
    await eva.write("two")
    await eva.reads("Please write a whole number, for example 25.")
    await eva.write("2")
    await eva.choose(option("booth", "power", "en"))
    await eva.press("Done")
    await eva.choose(option("power", "small", "en"))
    await skip_the_rest(eva)
    await eva.reads("<b>Your request is with the organiser.</b>")


async def tereza_says_yes(tereza: Person) -> None:
    """From the message about the request, with a word."""
    await tereza.reads(
        "<b>Someone asks for a place.</b>\n{name}, {organisation}\nRole: {role}",
        name="Eva Nováková",
        organisation="Studio Nováková",
        role=role("exhibitor", "cs"),
    )
    await tereza.press("Open the request")
    await tereza.sees("Lamps of old glass")
    await tereza.press("Approve with a word")
    await tereza.write("Vaše lampy se k nám hodí.")
    await tereza.reads("<b>Approved.</b> The place is confirmed, and the person is told.")


async def petra_waits_for_the_full_workshop(petra: Person) -> None:
    """She has a place at the expo, and a number for the workshop."""
    await petra.follow(f"https://t.me/{BOT_USERNAME}?start=e_{EXPO.event.key}")
    await petra.press("Continue")
    await petra.press("No, thank you")
    await petra.press("Register as: {role}", role=role("visitor", "cs"))
    await petra.fill_profile("Petra Dvořáková", "Dílna Dvořákových")
    await petra.choose(option("reason", "curious", "cs"))
    await petra.press("Done")
    await skip_the_rest(petra)
    await petra.reads("<b>Your place is confirmed.</b>")
    await petra.press("Choose workshops")
    await petra.press("Wait for: {workshop}", workshop=WORKSHOP.title["cs"], twice=True)
    await petra.reads(
        "You are already number {number} on the waiting list of: {workshop}",
        number=1,
        workshop=WORKSHOP.title["cs"],
    )


async def tereza_gives_the_workshop_one_more_seat(tereza: Person) -> None:
    """Too few seats are refused with names; one more goes to Petra at once."""
    await tereza.write("/organise")
    await tereza.chat.locator(".keyboard").last.get_by_role("button").first.click()
    await tereza.window.is_idle()
    await tereza.press("Seats")
    label = next(one.label["cs"] for one in EXPO.limits if one.session == WORKSHOP.key)
    buttons = tereza.chat.locator(".keyboard").get_by_role("button").filter(has_text=label)
    await buttons.last.click()
    await tereza.window.is_idle()
    await tereza.write("3")
    await tereza.sees("Demo guest 10")
    await buttons.last.click()
    await tereza.window.is_idle()
    await tereza.write(str(SEATS + 1))
    await tereza.reads("<b>Changed.</b>")


async def tereza_moves_the_workshop(tereza: Person) -> None:
    """Another room for the workshop alone: the difference first, then a yes."""
    await tereza.press("Back to the event")
    await tereza.press("Change time or place")
    session = tereza.chat.locator(".keyboard").get_by_role("button")
    await session.filter(has_text=WORKSHOP.title["cs"]).last.click()
    await tereza.window.is_idle()
    await tereza.press("Skip")
    await tereza.write(ROOM)
    await tereza.reads("<b>This would change</b>")
    await tereza.press("Change it, and tell them")


async def skip_the_rest(person: Person) -> None:
    """Leave out every question that may be left out."""
    skip = person.chat.locator(".keyboard").last.get_by_role(
        "button", name=person.t.plain.gettext("Skip"), exact=True
    )
    while await skip.count():
        await person.press("Skip")


async def keep_picture(of: Person | Window, name: str) -> None:
    """Keep a picture of one chat, or of all of them, for the documents, where one is asked for."""
    folder = os.environ.get("XINNO_PICTURES")
    shown = of.chat if isinstance(of, Person) else of.page
    await expect(shown.get_by_role("textbox").first).to_be_visible()
    if folder:
        await shown.screenshot(path=Path(folder) / f"{name}.png", animations="disabled")


def role(key: str, language: str) -> str:
    return next(one.label[language] for one in EXPO.roles if one.key == key)


def option(question: str, key: str, language: str) -> str:
    asked = next(one for one in EXPO.questions if one.key == question)
    return next(one.label[language] for one in asked.options if one.key == key)
