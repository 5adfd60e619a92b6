"""The web chat in Chromium, used by eye, by keyboard, and on a phone."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from bot.simulator import Simulator
from bot.simulator.server import serve
from tests.simulator.conftest import ANNA, JAN, Bot

pytestmark = pytest.mark.browser

CALENDAR = (
    b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Open Innovation\r\n"
    b"DTSTART;TZID=Europe/Rome:20261105T180000\r\nDTEND;TZID=Europe/Rome:20261105T200000\r\n"
    b"LOCATION:Via Trieste 63\\, Padova\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
)


PIECES = """() => Object.fromEntries(
  [...document.querySelectorAll(".message:last-child .button span")].flatMap((label) => {
    const text = label.firstChild;
    return [...text.data.matchAll(/\\S+/g)].map((word) => {
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      return [word[0], range.getClientRects().length];
    });
  }))"""
"""In how many pieces each word of the newest message's buttons is shown."""


class SmallBot:
    """Greets, asks, answers presses, and reminds when the clock moves."""

    def __init__(self, simulator: Simulator) -> None:
        self.hand = Bot(simulator)
        self.time = datetime(2026, 11, 3, 17, 5, tzinfo=UTC)
        self.due = self.time + timedelta(hours=20)
        simulator.now = self.now

    def now(self) -> datetime:
        return self.time

    async def next_due(self, after: datetime) -> datetime | None:
        return self.due if self.due > after else None

    async def move_to(self, instant: datetime) -> None:
        if self.time < self.due <= instant:
            self.time = self.due
            await self.hand.does("sendMessage", chat_id=ANNA, text="Your event is tomorrow.")
        self.time = instant

    async def run(self) -> None:
        offset = 0
        while True:
            for update in await self.hand.does("getUpdates", offset=offset, timeout=50):
                offset = update["update_id"] + 1
                await self.on_message(**update.get("message", {}))
                await self.on_press(**update.get("callback_query", {}))

    async def on_message(self, text: str = "", **message: Any) -> None:  # noqa: ANN401  as JSON is
        if not text:
            return
        chat_id = message["chat"]["id"]
        if not text.startswith("/start"):
            await self.hand.does("sendMessage", chat_id=chat_id, text=f"You wrote: {text}")
            return
        buttons = [
            {"text": "Register", "callback_data": "register"},
            {"text": "Not now", "callback_data": "later"},
        ]
        site = {"text": "Programme", "url": "https://example.org/programme"}
        await self.hand.does(
            "sendMessage",
            chat_id=chat_id,
            text="<b>Welcome</b>, see <a href='https://example.org'>this</a> or /help",
            parse_mode="HTML",
            reply_markup={"inline_keyboard": [buttons, [site]]},
        )

    async def on_press(self, data: str = "", **query: Any) -> None:  # noqa: ANN401  as JSON is
        if data == "later":
            await self.hand.does(
                "answerCallbackQuery",
                callback_query_id=query["id"],
                text="Then another time.",
                show_alert=True,
            )
        if data != "register":
            return
        chat_id = query["from"]["id"]
        await self.hand.does(
            "answerCallbackQuery", callback_query_id=query["id"], text="You are in"
        )
        await self.hand.does(
            "editMessageText",
            chat_id=chat_id,
            message_id=query["message"]["message_id"],
            text="You have a seat.",
            reply_markup={
                "inline_keyboard": [[{"text": "Free my place", "callback_data": "free"}]]
            },
        )
        await self.hand.does(
            "sendDocument",
            chat_id=chat_id,
            document="attach://f",
            files={"f": ("event.ics", CALENDAR)},
        )


@pytest.fixture
async def url(simulator: Simulator) -> AsyncIterator[str]:
    bot = SmallBot(simulator)
    await bot.hand.does("setMyDescription", description="I help with events.")
    await bot.hand.does("setMyCommands", commands=[{"command": "help", "description": "Help"}])
    await bot.hand.does(
        "setMyCommands", commands=[{"command": "help", "description": "Aiuto"}], language_code="it"
    )
    served = await serve(simulator, port=0, clock=bot)
    running = asyncio.create_task(bot.run())
    yield served.url
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await served.close()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(SWITCHES))
        yield browser
        await browser.close()


@pytest.fixture
async def page(browser: Browser, url: str) -> AsyncIterator[Page]:
    """A desk with both people on it; whatever the console complains of fails the test."""
    page = await browser.new_page(
        viewport={"width": 1280, "height": 800}, locale="en-GB", timezone_id="UTC"
    )
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    page.on("request", lambda r: None if r.url.startswith(url) else wrong.append(r.url))
    await page.goto(f"{url}/?people={ANNA},{JAN}")
    await is_idle(page)
    yield page
    assert wrong == []
    await page.close()


async def is_idle(page: Page) -> None:
    await expect(page.locator("body")).to_have_attribute("data-idle", "true")


def chat(page: Page, person: int) -> Locator:
    return page.locator(f'section[data-person="{person}"]')


async def test_a_person_starts_registers_and_gets_the_calendar(page: Page) -> None:
    """Anna taps START, reads formatted words, presses, sees toast, edit and calendar card."""
    anna = chat(page, ANNA)
    await expect(anna.get_by_role("heading", name="Anna")).to_be_visible()
    await expect(anna.get_by_text("Italian · demo")).to_be_visible()
    await expect(anna.get_by_text("I help with events.")).to_be_visible()
    await anna.get_by_role("button", name="Start").click()
    await expect(anna.locator("strong", has_text="Welcome")).to_be_visible()
    programme = anna.get_by_role("link", name="Programme")
    await expect(programme).to_have_attribute("href", "https://example.org/programme")
    await expect(programme).to_have_attribute("rel", "noopener noreferrer")

    await anna.get_by_role("button", name="Register").click()
    await expect(anna.get_by_role("status")).to_have_text("You are in")
    edited = anna.locator("[data-message-id]", has_text="You have a seat.")
    await expect(edited.get_by_text("edited")).to_be_visible()
    await expect(anna.get_by_role("button", name="Free my place")).to_be_focused()
    card = anna.locator("[data-calendar]")
    await expect(card).to_contain_text("Open Innovation")
    await expect(card).to_contain_text("Thu, 5 Nov 2026, 18:00 – 20:00 (Europe/Rome)")
    await expect(card).to_contain_text("Via Trieste 63, Padova")
    async with page.expect_download() as coming:
        await card.get_by_role("link", name="Download event.ics").click()
    assert (await (await coming.value).path()).read_bytes() == CALENDAR
    await expect(chat(page, JAN).locator("[data-message-id]")).to_have_count(0)
    await is_idle(page)


async def test_everything_can_be_done_by_keyboard(page: Page) -> None:
    """Jan starts, writes two lines, takes a command from the list, and confirms an alert."""
    jan = chat(page, JAN)
    await jan.get_by_role("button", name="Start").press("Enter")
    field = jan.get_by_label("Message from Jan Novák")
    await expect(field).to_be_focused()
    await field.press_sequentially("one")
    await field.press("Shift+Enter")
    await field.press_sequentially("two")
    await field.press("Enter")
    await expect(jan.get_by_text("You wrote: one\ntwo")).to_be_visible()

    commands = jan.get_by_role("button", name="Commands")
    await commands.press("Enter")
    await expect(jan.get_by_role("button", name="/help Help")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(commands).to_be_focused()
    await expect(commands).to_have_attribute("aria-expanded", "false")
    await commands.press("Enter")
    await page.keyboard.press("Enter")
    await expect(jan.get_by_text("You wrote: /help")).to_be_visible()

    await jan.get_by_role("button", name="Not now").press("Enter")
    alert = page.get_by_role("alertdialog", name="To Jan Novák")
    await expect(alert).to_contain_text("Then another time.")
    await expect(alert.get_by_role("button", name="OK")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(alert).to_be_hidden()
    await is_idle(page)


async def test_the_clock_moves_and_says_what_came(page: Page) -> None:
    await chat(page, ANNA).get_by_role("button", name="Start").click()
    await is_idle(page)
    clock = page.get_by_role("region", name="Clock")
    await clock.get_by_role("button", name="Next message").press("Enter")
    await expect(chat(page, ANNA).get_by_text("Your event is tomorrow.")).to_be_visible()
    await expect(clock.get_by_role("status")).to_contain_text("1 new message")
    await expect(clock.get_by_role("button", name="Next message")).to_be_focused()
    await clock.get_by_role("button", name="Next message").click()
    await expect(clock.get_by_role("status")).to_contain_text("Nothing is planned")
    before = await clock.locator("time").get_attribute("datetime")
    await clock.get_by_role("button", name="+1 hour").click()
    await expect(clock.locator("time")).not_to_have_attribute("datetime", before or "")
    await clock.get_by_role("button", name="+1 day").click()
    await is_idle(page)
    await clock.get_by_label("Date and time").fill("2026-12-24T18:00")
    await clock.get_by_role("button", name="Go to").click()
    await expect(clock.locator("time")).to_have_text("Thu, 24 Dec 2026, 18:00")


async def test_names_and_texts_are_never_markup(page: Page, simulator: Simulator) -> None:
    name = '<img src=x onerror="document.title=1">'
    person = simulator.add_person(first_name=name, language="ar")
    await page.get_by_role("button", name=name).click()
    column = chat(page, person.id)
    await expect(column.get_by_role("heading")).to_have_text(name)
    simulator.send_text(person.id, "<b>x</b> <script>document.title=2</script>")
    await expect(column.get_by_text("<b>x</b> <script>", exact=False).first).to_be_visible()
    assert await page.title() == "Chat simulator"
    assert await column.locator("img, b, script").count() == 0


async def test_a_person_is_added_and_blocks_and_returns(page: Page, simulator: Simulator) -> None:
    await page.get_by_role("button", name="Add a person").click()
    dialog = page.get_by_role("dialog", name="Add a person")
    await dialog.get_by_label("Name").fill("Olena")
    await dialog.get_by_label("Language").select_option(label="Ukrainian")
    await dialog.get_by_role("button", name="Add").click()
    await expect(page.get_by_role("heading", name="Olena")).to_be_visible()
    olena = max(simulator.people)
    assert simulator.people[olena].language == "uk"

    column = chat(page, olena)
    await column.get_by_role("button", name="Start").click()
    await expect(column.get_by_text("Welcome")).to_be_visible()
    await column.get_by_label("More about Olena").click()
    await column.get_by_role("button", name="Block the bot").click()
    await expect(column.get_by_role("button", name="Unblock", exact=True)).to_be_focused()
    assert simulator.chat_of(olena).blocked
    await page.keyboard.press("Enter")
    await expect(column.get_by_label("Message from Olena")).to_be_visible()


async def test_a_deep_link_waits_for_start(page: Page, simulator: Simulator, url: str) -> None:
    """Opening the link does nothing yet; the tap on START carries what the link holds."""
    simulator.open_link(ANNA)
    await page.goto(f"{url}/?person={ANNA}&start=evening-7")
    start = chat(page, ANNA).get_by_role("button", name="Start")
    await expect(start).to_be_focused()
    assert len([m for m in simulator.chat(ANNA) if not m.from_bot]) == 1
    await start.click()
    await expect(chat(page, ANNA).get_by_text("/start evening-7")).to_be_visible()
    link = f"https://t.me/{simulator.username}?start=again"
    await chat(page, ANNA).get_by_label("More about Anna").click()
    await chat(page, ANNA).get_by_role("button", name="Open a link").click()
    await page.get_by_role("dialog").get_by_role("textbox").fill(link)
    await page.keyboard.press("Enter")
    await expect(start).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(chat(page, ANNA).get_by_text("/start again")).to_be_visible()


async def test_on_a_phone_one_chat_fills_the_screen(
    browser: Browser, url: str, simulator: Simulator
) -> None:
    """Jan is switched to; what Anna misses meanwhile is counted; nothing is too wide."""
    size = {"width": 360, "height": 720}
    page = await browser.new_page(viewport=size, is_mobile=True, has_touch=True)  # type: ignore[arg-type]
    await page.goto(f"{url}/?person={ANNA}")
    await is_idle(page)
    await expect(page.locator("section[data-person]")).to_have_count(1)
    people = page.get_by_role("navigation", name="People")
    await people.get_by_role("button", name="Jan").tap()
    await expect(chat(page, JAN)).to_be_visible()
    await expect(chat(page, ANNA)).to_have_count(0)
    simulator.open_link(ANNA)
    await expect(people.get_by_role("button", name="Anna")).to_contain_text("1 new")
    await people.get_by_role("button", name="Anna").tap()
    await expect(chat(page, ANNA).get_by_text("Welcome")).to_be_visible()
    await expect(people.get_by_role("button", name="Anna")).not_to_contain_text("new")
    await page.get_by_role("button", name="Date").tap()
    await expect(page.get_by_role("button", name="Go to")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    await page.close()


async def test_on_a_phone_two_buttons_in_a_row_break_no_word(
    browser: Browser, url: str, simulator: Simulator
) -> None:
    """A past bug: "Veranstaltun/g", where the message above the buttons was short."""
    size = {"width": 390, "height": 844}
    page = await browser.new_page(viewport=size, is_mobile=True, has_touch=True)  # type: ignore[arg-type]
    await page.goto(f"{url}/?person={JAN}")
    await is_idle(page)
    simulator.open_link(JAN)
    await expect(chat(page, JAN).get_by_text("Welcome")).to_be_visible()
    labels = [["Zusammenfassen", "Warteliste"], ["Podsumowaniem", "Veranstaltung"]]
    await Bot(simulator).does(
        "sendMessage",
        chat_id=JAN,
        text="Ja",
        reply_markup={
            "inline_keyboard": [[{"text": at, "callback_data": at} for at in row] for row in labels]
        },
    )
    await expect(page.get_by_role("button", name="Warteliste")).to_be_visible()
    pieces = await page.evaluate(PIECES)
    assert pieces == dict.fromkeys(" ".join(" ".join(row) for row in labels).split(), 1)
    await page.close()


async def test_without_a_clock_there_is_no_clock_bar(
    browser: Browser, simulator: Simulator
) -> None:
    served = await serve(simulator, port=0)
    page = await browser.new_page()
    await page.goto(served.url)
    await is_idle(page)
    await expect(page.get_by_role("region", name="Clock")).to_be_hidden()
    await page.close()
    await served.close()


async def test_a_lost_connection_is_said_and_comes_back(
    browser: Browser, simulator: Simulator
) -> None:
    """The simulator restarts on its port; the page goes on with the state as it is then."""
    served = await serve(simulator, port=0)
    port = int(served.url.rpartition(":")[2])
    page = await browser.new_page()
    await page.goto(f"{served.url}/?people={ANNA}")
    await is_idle(page)
    await served.close()
    await expect(page.get_by_text("Connection lost")).to_be_visible()
    await expect(page.locator("body")).to_have_attribute("data-idle", "false")
    simulator.open_link(ANNA)
    simulator.take_updates()
    served = await serve(simulator, port=port)
    await is_idle(page)
    await expect(chat(page, ANNA).get_by_text("/start")).to_be_visible()
    await page.close()
    await served.close()
