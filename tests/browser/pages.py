"""The web chat as a story speaks of it: people who press and write, and a clock.

A story is told in English. What people see is looked up in the catalogue of their language, so
the same story holds in each of them.
"""

import html
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from xinno_core.texts.translator import translator

PATIENCE = 30_000
SAMPLES = 3
"""Pictures that the web chat has for trying."""
ZONE = "Europe/Berlin"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
)
DESK = (1280, 800)
PHONE = (390, 844)

expect.set_options(timeout=PATIENCE)


def plain(words: str) -> str:
    """What is read of a text in Telegram's HTML."""
    return html.unescape(re.sub(r"<[^>]+>", "", words))


@dataclass
class Window:
    """A browser window on the chat, which keeps what went wrong in it."""

    page: Page
    root: str
    wrong: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Keep complaints of the console, and requests to any other address."""
        page, wrong = self.page, self.wrong
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
        page.on("request", lambda r: None if r.url.startswith(self.root) else wrong.append(r.url))

    async def open(self, address: str) -> None:
        """Go to an address of the chat."""
        await self.page.goto(self.root + address)
        await self.is_idle()

    async def is_idle(self) -> None:
        """Wait until nothing is under way."""
        await expect(self.page.locator("body")).to_have_attribute("data-idle", "true")

    # ── the clock ────────────────────────────────────────────────────────────────────────────
    async def now(self) -> datetime:
        """What the clock shows, as wall time of the events."""
        shown = await self._clock.locator("time").get_attribute("datetime")
        assert shown is not None
        return datetime.fromisoformat(shown).astimezone(ZoneInfo(ZONE))

    async def move(self, button: str) -> None:
        """Press a button of the clock, and wait until it has arrived."""
        await self._clock.get_by_role("button", name=button).click()
        await self.is_idle()

    async def go_to(self, wall: datetime) -> None:
        """Move the clock to a date and time."""
        await self._clock.get_by_label("Date and time").fill(f"{wall:%Y-%m-%dT%H:%M}")
        await self.move("Go to")

    async def go_on_to(self, wall: datetime) -> None:
        """Move the clock to a date and time, unless it is later already."""
        if await self.now() < wall:
            await self.go_to(wall)

    @property
    def _clock(self) -> Locator:
        return self.page.get_by_role("region", name="Clock")


class Person:
    """Somebody's chat in a window."""

    def __init__(self, window: Window, person_id: int, language: str) -> None:
        """Read and press in this language."""
        self.window = window
        self.id = person_id
        self.t = translator(language)
        self.chat = window.page.locator(f'section[data-person="{person_id}"]')
        self.messages = self.chat.locator('[data-message-id][data-from="bot"]')
        self.albums = self.chat.locator('[data-album][data-from="bot"]')

    # ── doing ────────────────────────────────────────────────────────────────────────────────
    async def start(self) -> None:
        """Tap START below an empty chat, or below a link that was opened."""
        await self._answered(self.chat.get_by_role("button", name="Start", exact=True).click())

    async def follow(self, link: str) -> None:
        """Open a link that somebody passed on."""
        await self.chat.get_by_label("More about").click()
        await self.chat.get_by_role("button", name="Open a link").click()
        dialog = self.window.page.get_by_role("dialog")
        await dialog.get_by_role("textbox").fill(link)
        await dialog.get_by_role("button", name="Open").click()
        await self.start()

    async def press(self, label: str, *, twice: bool = False, **params: object) -> None:
        """Press the newest button with the assistant's words; twice as a nervous finger does."""
        await self.choose(self.t.plain.gettext(label, **params), twice=twice)

    async def choose(self, label: str, *, twice: bool = False) -> None:
        """Press the newest button with an organiser's words, or with a number."""
        button = self.chat.locator(".keyboard").get_by_role("button", name=label, exact=True).last
        before = await self._seen()
        if twice:  # both on what is seen now: a mouse's second click may meet the next screen
            await button.evaluate("button => { button.click(); button.click(); }")
        else:
            await button.click()
        await self._changed(before)

    async def choose_with(self, words: str) -> None:
        """Press the newest button that has these words among others, such as a date or a number."""
        button = self.chat.locator(".keyboard").get_by_role("button").filter(has_text=words).last
        before = await self._seen()
        await button.click()
        await self._changed(before)

    async def press_beside(self, neighbour: str, label: str) -> None:
        """Press a button with the assistant's words in the newest row that has this button, too."""
        rows = self.chat.locator(".keyboard .buttons").filter(has_text=neighbour)
        name = self.t.plain.gettext(label)
        before = await self._seen()
        await rows.last.get_by_role("button", name=name, exact=True).click()
        await self._changed(before)

    async def write(self, text: str) -> None:
        """Send a text, and wait for what is said to it."""
        field = self.chat.get_by_label("Message from")
        await field.fill(text)
        await self._answered(field.press("Enter"))

    async def compose_album(self, caption: str) -> None:
        """Send the sample pictures as one album with words below it, which becomes part of it."""
        await self.chat.get_by_role("button", name="Attach").click()
        await self.chat.get_by_role("button", name="Sample photos").click()
        tray = self.chat.get_by_role("list", name="Files to send")
        await expect(tray.get_by_role("listitem")).to_have_count(SAMPLES)
        await self.write(caption)

    async def fill_profile(self, name: str, organisation: str) -> None:
        """Answer what is asked once of everybody."""
        await self.write(name)
        await self.write(organisation)
        await self.press("Small or medium-sized firm, freelancer")
        await self.press("Creative sector")

    # ── seeing ───────────────────────────────────────────────────────────────────────────────
    async def reads(self, sentence: str, **params: object) -> Locator:
        """Find the assistant's sentence in the chat; the message that holds it."""
        return await self.sees(plain(self.t.gettext(sentence, **params)))

    async def reads_one_of(self, *sentences: str) -> None:
        """Find one of these in the chat: two quick taps may be two steps or one."""
        said = "|".join(re.escape(plain(self.t.gettext(sentence))) for sentence in sentences)
        await expect(self.messages.filter(has_text=re.compile(said)).last).to_be_visible()

    async def sees(self, words: str) -> Locator:
        """Find somebody's own words in the chat; the newest message that holds them."""
        found = self.messages.filter(has_text=words).last
        await expect(found).to_be_visible()
        return found

    async def gets_album(self, caption: str) -> Locator:
        """Find an album in the chat by the words below it; it is whole."""
        album = self.albums.filter(has_text=caption)
        await expect(album).to_have_count(1)
        await expect(album.locator("[data-item-id]")).to_have_count(SAMPLES)
        return album

    async def never_read(self, sentence: str) -> None:
        """Make sure that no message begins like this sentence."""
        await self.window.is_idle()
        beginning = plain(self.t.gettext(sentence)).partition("{")[0]
        assert beginning.strip()
        await expect(self.messages.filter(has_text=beginning)).to_have_count(0)

    async def is_offered(self, label: str, **params: object) -> None:
        """See a button with the assistant's words."""
        name = self.t.plain.gettext(label, **params)
        await expect(self._buttons(name).last).to_be_visible()

    async def is_there(self, label: str) -> bool:
        """Tell whether a button with these words is on the screen now."""
        await self.window.is_idle()
        return await self._buttons(label).count() > 0

    async def download(self, name: str) -> Path:
        """Store the newest file with this name."""
        link = self.chat.get_by_role("link", name=f"Download {name}").last
        async with self.window.page.expect_download() as coming:
            await link.click()
        return Path(await (await coming.value).path())

    def _buttons(self, name: str) -> Locator:
        return self.chat.locator(".keyboard").get_by_role("button", name=name, exact=True)

    async def _seen(self) -> str:
        return await self.chat.locator(".log").text_content() or ""

    async def _changed(self, before: str) -> None:
        await expect(self.chat.locator(".log")).not_to_have_text(before)
        await self.window.is_idle()

    async def _answered(self, deed: Any) -> None:  # noqa: ANN401 (what playwright awaits)
        """Wait for the person's own message, then for the assistant's below it."""
        own = self.chat.locator('[data-message-id][data-from="person"]')
        number = await own.count()
        await deed
        await expect(own).to_have_count(number + 1)
        last = self.chat.locator("[data-message-id]").last
        await expect(last).to_have_attribute("data-from", "bot")
        await self.window.is_idle()


class Group:
    """The group in a window, where somebody writes and votes as one of its members."""

    def __init__(self, window: Window) -> None:
        """Find the only group that is open."""
        self.window = window
        self.chat = window.page.locator("section[data-group]")
        self.messages = self.chat.locator('[data-message-id][data-from="bot"]')
        self.polls = self.chat.locator("[data-poll]")

    async def address(self) -> str:
        """What stands for this group in the address of a window."""
        return f"group={await self.chat.get_attribute('data-group')}"

    async def take_in(self, title: str, *people: Person) -> None:
        """Let more people be members."""
        await self.chat.get_by_label("More about").click()
        await self.chat.get_by_role("button", name="Members and the bot").click()
        dialog = self.window.page.get_by_role("dialog", name=f"Members of {title}")
        for person in people:
            await dialog.locator("select[name=newcomer]").select_option(str(person.id))
            await dialog.get_by_role("button", name="Add", exact=True).click()
            await expect(dialog.locator(f'li[data-member="{person.id}"]')).to_be_visible()
        await dialog.get_by_role("button", name="Close").click()
        await self.window.is_idle()

    async def sees(self, words: str) -> Locator:
        """Find words of the assistant in the group; the newest message that holds them."""
        found = self.messages.filter(has_text=words).last
        await expect(found).to_be_visible()
        return found

    async def votes(self, person: Person, option: int) -> None:
        """Choose an answer of the newest poll as one of the members."""
        await self.chat.get_by_label("Write as").select_option(str(person.id))
        poll = self.polls.last
        await poll.locator(f'[data-option="{option}"]').get_by_role("button").click()
        await expect(poll).to_have_attribute("data-voted", "true")
        await self.window.is_idle()


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser of this machine."""
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(SWITCHES))
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def window(
    browser: Browser,
    root: str,
    *,
    size: tuple[int, int] = DESK,
    scale: float = 1,
    phone: bool = False,
) -> AsyncIterator[Window]:
    """A window of its own, in which nothing may go wrong."""
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        device_scale_factor=scale,
        locale="en-GB",
        timezone_id=ZONE,
        is_mobile=phone,
        has_touch=phone,
    )
    context.set_default_timeout(PATIENCE)
    opened = Window(await context.new_page(), root)
    opened.watch()
    yield opened
    await context.close()
    assert opened.wrong == []
