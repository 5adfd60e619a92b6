"""Messages told whole, in a real browser: an announcement, a question, and a group with a poll."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from bot.demo import PEOPLE
from tests.browser.pages import PHONE, SAMPLES, Group, Person, Window, chromium, plain, window
from tests.browser.program import Program, clone, free_port
from xinno_core.blueprints.read import packaged, read
from xinno_core.services.composing import MOST_OPTIONS
from xinno_core.texts.dates import typed_time
from xinno_core.texts.translator import translator

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

EXPO = next(read(file) for file in packaged() if file.stem == "small-business-expo")
LEAD = EXPO.event.lead_language
IDS = {person.name: person.id for person in PEOPLE}
LANGUAGES = {person.name: person.language for person in PEOPLE}
READERS = {
    "Petra": ("Petra Dvořáková", "Dílna Dvořákových"),
    "Eva": ("Eva Nováková", "Studio Nováková"),
    "Jan": ("Jan Krämer", "Krämer Metallbau"),
    "Zuzana": ("Zuzana Hrušková", "Sklo Hrušková"),
    "Marek": ("Marek Zieliński", "Zieliński Design"),
}
"""Readers of five languages, three of which the announcement is written in."""
CAPTIONS = {
    "cs": "Takhle bude vypadat hala: stánky A až D.",
    "en": "This is how the hall will look: booths A to D.",
}
TEXT = "So wird die Halle aussehen: Stände A bis D, Eingang von Norden."
INSTEAD = {"sk": "cs", "pl": "en"}
BETTER = "This is how the hall will look: booths A to E."
QUESTION = "Is there a lift to the upper floor?"
ANSWER = "Yes, beside the north entrance."
GROUP = "Expo Karlovy Vary"
POLL = "Kdy se potkáme u vchodu?"
OPTIONS = ("V devět", "V půl desáté")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


class Story:
    """The demo as it runs, a desk with everybody side by side, and its first day."""

    def __init__(self, program: Program, browser: Browser, chat: str) -> None:
        self.program = program
        self.browser = browser
        self.chat = chat
        self.everybody = "people=" + ",".join(str(IDS[name]) for name in ("Tereza", *READERS))

    def at(self, window: Window) -> None:
        """Let everybody be met in this window from now on."""
        self.desk = window
        self.readers = {name: person(window, name) for name in READERS}
        self.tereza, self.eva, self.petra = (
            person(window, name) for name in ("Tereza", "Eva", "Petra")
        )

    async def begin(self) -> None:
        """Begin on the day after the first start, at ten: no hour is quiet, whenever this runs."""
        self.day = (await self.desk.now() + timedelta(days=1)).replace(minute=0, second=0)
        await self.go_to(hour=10)

    async def go_to(self, *, hour: int, minute: int = 0, days: int = 0) -> None:
        """Move the clock."""
        await self.desk.go_to(self.at_hour(hour, minute) + timedelta(days=days))

    def at_hour(self, hour: int, minute: int = 0) -> datetime:
        """Wall time on the first day of the story."""
        return self.day.replace(hour=hour, minute=minute)

    async def picture(
        self, name: str, address: str, *, size: tuple[int, int], at: str | None = None
    ) -> None:
        """Keep a picture for the documents, where one is asked for."""
        folder = os.environ.get("XINNO_PICTURES")
        if not folder:
            return
        async with window(self.browser, self.chat, size=size, phone=size == PHONE) as shown:
            await shown.open(f"/?{address}")
            if at:
                found = shown.page.locator("article").filter(has_text=at).last
                await found.evaluate("message => message.scrollIntoView({block: 'start'})")
            await shown.page.screenshot(path=Path(folder) / f"{name}.png", animations="disabled")


async def test_from_a_draft_to_what_was_taken_back(tmp_path: Path, browser: Browser) -> None:
    """Tereza writes to readers of five languages; Eva asks; the group votes; it starts twice."""
    port = free_port()
    program = Program(clone(tmp_path / "clone"), {"XINNO_SIMULATOR_PORT": str(port)})
    story = Story(program, browser, f"http://127.0.0.1:{port}")
    async with program.watched():
        await program.up()
        async with window(browser, story.chat, size=(2200, 1000)) as desk:
            await desk.open("/?" + story.everybody)
            story.at(desk)
            await story.begin()
            await everybody_registers(story)
            await tereza_begins(story)
            await eva_asks_and_tereza_answers(story)
            await tereza_writes(story)
            await tereza_looks_and_tests(story)
            await tereza_confirms_undoes_and_confirms(story)
        await program.stop()
        await program.up()
        async with window(browser, story.chat, size=(2200, 1000)) as desk:
            await desk.open("/?" + story.everybody)
            story.at(desk)
            await it_runs_and_is_paused(story)
            await it_goes_on_to_each_in_their_language(story)
            await tereza_puts_it_right(story)
            await tereza_takes_it_back(story)
            await tereza_links_a_group(story)
            await the_group_votes(story)
    assert program.trouble == []


# ── people come ──────────────────────────────────────────────────────────────────────────────
async def everybody_registers(story: Story) -> None:
    """All at once, each by the link, on a phone of their own."""
    await asyncio.gather(*(registers(story, name) for name in READERS))
    petra = story.petra
    await petra.write("/settings")
    await petra.press("Quiet hours")
    await petra.press("No quiet hours")
    await petra.reads("Quiet hours: none")


async def registers(story: Story, name: str) -> None:
    """As a visitor, with as few answers as possible."""
    async with window(story.browser, story.chat, size=PHONE, phone=True) as phone:
        visitor = person(phone, name)
        await phone.open(f"/?person={visitor.id}&start=e_{EXPO.event.key}")
        await visitor.start()
        await visitor.press("Continue")
        await visitor.press("No, thank you")
        role = next(one.label for one in EXPO.roles if one.key == "visitor")
        await visitor.press("Register as: {role}", role=visitor.t.plain.show(role, LEAD))
        await visitor.fill_profile(*READERS[name])
        reason = next(one for one in EXPO.questions if one.key == "reason")
        await visitor.choose(visitor.t.plain.show(reason.options[0].label, LEAD))
        await visitor.press("Done")
        for at in (6, 7):
            await visitor.reads("Question {at} of {total}", at=at, total=7)
            await visitor.press("Skip")
        await visitor.reads("<b>Your place is confirmed.</b>")


async def tereza_begins(story: Story) -> None:
    """The first minute of the organiser, without exercises."""
    await story.tereza.start()
    await story.tereza.press("Continue")
    await story.tereza.press("No, thank you")


# ── a question ───────────────────────────────────────────────────────────────────────────────
async def eva_asks_and_tereza_answers(story: Story) -> None:
    """She simply writes; nothing goes before her yes, and the answer hangs on her words."""
    eva, tereza = story.eva, story.tereza
    await eva.write(QUESTION)
    title = eva.t.plain.show(EXPO.event.title, LEAD)
    await eva.choose_with(title[:20])
    await eva.reads(
        "They see your name and organisation: {name}, {organisation}.",
        name=READERS["Eva"][0],
        organisation=READERS["Eva"][1],
    )
    await tereza.never_read("<b>Someone asks you.</b>")
    await eva.press("Send", twice=True)
    await eva.reads(
        "<b>Your question is with the organisers.</b>\nRegion: {region}\n"
        "Their answer comes here, in this chat.",
        region=eva.t.plain.show(EXPO.region.name, LEAD),
    )
    asked = await tereza.reads("<b>Someone asks you.</b>")
    await expect(asked).to_contain_text(QUESTION)
    await expect(tereza.messages.filter(has_text=QUESTION)).to_have_count(1)
    await tereza.press("Answer")
    await tereza.write(ANSWER)
    await tereza.reads("<b>Answered.</b> The person gets your words as you wrote them.")
    answer = await eva.sees(ANSWER)
    await expect(answer.locator("[data-reply-to]")).to_contain_text(QUESTION)
    await story.picture("question", people("Eva", "Tereza"), size=(1000, 1000))
    await eva.press("That helped")


# ── the draft ────────────────────────────────────────────────────────────────────────────────
async def tereza_writes(story: Story) -> None:
    """Two albums and a text; the readers of two languages get another one, as she says."""
    tereza = story.tereza
    await tereza.write("/announce")
    await tereza.choose_with(EXPO.event.title["cs"])
    for language, caption in CAPTIONS.items():
        await tereza.choose(write_in(tereza, language))
        await tereza.compose_album(caption)
        await tereza.sees(
            counted(
                tereza,
                "{number} picture, video or file: {beginning}",
                "{number} pictures, videos or files: {beginning}",
                SAMPLES,
                beginning=caption,
            )
        )
        await tereza.press("Done")
    await tereza.choose(write_in(tereza, "de"))
    await tereza.write(TEXT)
    await tereza.press("Done")
    await tereza.reads("To do: write for each language, or say what its readers get instead.")
    for language, other in INSTEAD.items():
        await tereza.press_beside(write_in(tereza, language), "Without a text")
        await tereza.press("The text in: {language}", language=name_of(tereza, other))


async def tereza_looks_and_tests(story: Story) -> None:
    """The preview, a test in a language without a text, and a time that is none."""
    tereza = story.tereza
    await story.picture(
        "announcement",
        people("Tereza"),
        size=(480, 1100),
        at=heading(tereza, "<b>Announcement: draft</b>"),
    )
    await tereza.press("Preview")
    await tereza.press("Preview: {language}", language=name_of(tereza, "en"))
    await tereza.sees(CAPTIONS["en"])
    await tereza.press("Back to the draft")
    await tereza.press("Test to me")
    await tereza.choose(name_of(tereza, "pl"))
    await tereza.reads(
        "<b>Test</b>: readers of {language} will get this announcement:",
        language=name_of(tereza, "pl"),
    )
    test = await tereza.gets_album(CAPTIONS["en"])
    await expect(test).to_contain_text(not_in_your_language("pl"))
    await tereza.press("When it goes")
    await tereza.write("zítra večer")
    tomorrow = (story.day + timedelta(days=1)).replace(hour=9, minute=30)
    await tereza.reads(
        "<b>Not understood.</b> Please write date and time like this: {example}",
        example=typed_time(tereza.t, tomorrow),
    )
    await tereza.write(f"{story.day:%d.%m}. 21:00")


async def tereza_confirms_undoes_and_confirms(story: Story) -> None:
    """Her finger is nervous: one announcement comes of it, and undone it is a draft again."""
    tereza = story.tereza
    schedule = counted(
        tereza, "Schedule for {number} person", "Schedule for {number} people", len(READERS)
    )
    await tereza.press("Check and send")
    await tereza.choose(schedule, twice=True)
    await tereza.reads("<b>Your announcement is about to be sent.</b>")
    await tereza.press("Undo")
    await tereza.reads("<b>Undone.</b> Nothing was sent.")
    await tereza.press("Open the draft")
    await tereza.press("Check and send")
    await tereza.choose(schedule)
    await tereza.reads("<b>Your announcement is about to be sent.</b>")


# ── on its way ───────────────────────────────────────────────────────────────────────────────
async def it_runs_and_is_paused(story: Story) -> None:
    """At nine in the evening one has no quiet hours; for the others it waits, and /why says so."""
    tereza = story.tereza
    await story.go_to(hour=21, minute=2)
    await story.petra.gets_album(CAPTIONS["cs"])
    await tereza.press("Refresh")  # where the figures stand is not known after the restart
    shown = await tereza.reads("<b>Your announcement is being sent.</b>")
    await expect(shown).to_contain_text(tereza.t.gettext("Sent: {number}", number=1))
    left = tereza.t.gettext("Still to send: {number}", number=len(READERS) - 1)
    await expect(shown).to_contain_text(left)
    await expect(story.eva.albums).to_have_count(0)
    await story.picture(
        "progress",
        people("Tereza", "Petra"),
        size=(1000, 1000),
        at=heading(tereza, "<b>Your announcement is being sent.</b>"),
    )
    await tereza.write("/why Eva")
    await tereza.choose_with(READERS["Eva"][0])
    await tereza.reads("waits for the end of the quiet hours")
    await story.picture("why", people("Tereza"), size=(480, 1000))
    await tereza.press("Pause", twice=True)
    await tereza.reads("<b>Your announcement is paused.</b>")
    await story.go_to(hour=10, days=1)
    for name in ("Eva", "Jan", "Zuzana", "Marek"):
        await expect(story.readers[name].albums).to_have_count(0)


async def it_goes_on_to_each_in_their_language(story: Story) -> None:
    """Each has it whole and once; where there is no text, another one comes and says so."""
    await story.tereza.press("Go on", twice=True)
    for name in ("Eva", "Petra", "Zuzana", "Marek"):
        language = LANGUAGES[name]
        album = await story.readers[name].gets_album(CAPTIONS[INSTEAD.get(language, language)])
        note = expect(album)
        if language in INSTEAD:
            await note.to_contain_text(not_in_your_language(language))
        else:
            await note.not_to_contain_text(not_in_your_language(language))
    await story.readers["Jan"].sees(TEXT)
    await expect(story.readers["Jan"].albums).to_have_count(0)
    await story.tereza.reads("<b>Your announcement has been sent.</b>")
    await story.picture("album", people("Eva", "Marek"), size=(1000, 1000))


async def tereza_puts_it_right(story: Story) -> None:
    """New words below the English album: where it was read, it says that it was corrected."""
    tereza = story.tereza
    await tereza.press("Show the figures")
    await tereza.press("Put right")
    await tereza.press(
        "{language}, message {number}: below the picture", language=name_of(tereza, "en"), number=1
    )
    await tereza.write(BETTER)
    await tereza.press("Yes, put it right", twice=True)
    for name in ("Eva", "Marek"):
        reader = story.readers[name]
        album = await reader.gets_album(BETTER)
        await expect(album).to_contain_text(beginning(reader, "Corrected: {when}"))
        await expect(reader.chat.get_by_text(CAPTIONS["en"])).to_have_count(0)
    await expect(await story.petra.gets_album(CAPTIONS["cs"])).not_to_contain_text(
        beginning(story.petra, "Corrected: {when}")
    )


async def tereza_takes_it_back(story: Story) -> None:
    """After a question it is gone from every chat."""
    tereza = story.tereza
    await tereza.press("Take back")
    await tereza.reads("What somebody has read already stays read.")
    await tereza.press("Yes, take it back", twice=True)
    for reader in story.readers.values():
        await expect(reader.albums).to_have_count(0)
    await expect(story.readers["Jan"].messages.filter(has_text=TEXT)).to_have_count(0)
    await tereza.reads("<b>Your announcement was taken back.</b>")


# ── the group ────────────────────────────────────────────────────────────────────────────────
async def tereza_links_a_group(story: Story) -> None:
    """The button in her own chat leads to a new group, and the assistant comes in."""
    tereza = story.tereza
    await tereza.write("/organise")
    await tereza.choose_with(EXPO.event.title["cs"])
    await tereza.press("Telegram group")
    choose = tereza.t.plain.gettext("Choose the group")
    await tereza.chat.get_by_role("link", name=choose).last.click()
    dialog = story.desk.page.get_by_role("dialog", name="Add the bot to a group")
    await dialog.get_by_label("Title of the new group").fill(GROUP)
    await dialog.get_by_role("button", name="Add the bot").click()
    await tereza.reads(
        "<b>“{group}” is now the group of “{title}”.</b>\nYou can write to it from here.",
        group=GROUP,
        title=EXPO.event.title["cs"],
    )


async def the_group_votes(story: Story) -> None:
    """Two members choose, and the organiser sees how many there are, not who."""
    tereza, jan, group = story.tereza, story.readers["Jan"], Group(story.desk)
    await group.take_in(GROUP, story.eva, jan)
    await group.sees(
        beginning(
            tereza,
            "From now on I post here what the organiser of “{title}”"
            " has to say to all, and polls; of what you write here I keep"
            " nothing.",
        )
    )
    await tereza.press("Telegram group")
    await tereza.press("Write to the group")
    await tereza.press("Add a question to vote on")
    await tereza.write(POLL)
    await tereza.write(OPTIONS[0])
    await tereza.reads(
        "<b>Not taken.</b> A poll needs two to {most} answers to choose from.", most=MOST_OPTIONS
    )
    await tereza.write("\n".join(OPTIONS))  # the question was kept
    await tereza.press("Post it now", twice=True)
    await expect(group.polls).to_have_count(1)
    await group.votes(story.eva, 0)
    await group.votes(jan, 1)
    await tereza.press("Poll: {question}", question=POLL)
    counts = counted(tereza, "{number} person has voted.", "{number} people have voted.", 2)
    await tereza.sees(counts)
    address = f"{people('Tereza')}&{await group.address()}&as={IDS['Eva']}"
    await story.picture("group", address, size=(1000, 1000), at=counts)


# ── words ────────────────────────────────────────────────────────────────────────────────────
def person(at: Window, name: str) -> Person:
    return Person(at, IDS[name], LANGUAGES[name])


def people(*names: str) -> str:
    """Return the address of a window on these people's chats."""
    return "people=" + ",".join(str(IDS[name]) for name in names)


def name_of(reader: Person, language: str) -> str:
    """Return what the reader calls a language."""
    return str(reader.t.locale.languages[language])


def write_in(tereza: Person, language: str) -> str:
    """Return what the button for a language with one reader says."""
    return counted(
        tereza,
        "Write: {language} ({number} person)",
        "Write: {language} ({number} people)",
        1,
        language=name_of(tereza, language),
    )


def counted(reader: Person, one: str, many: str, number: int, **params: object) -> str:
    """Return the assistant's words for so many."""
    return reader.t.plain.ngettext(one, many, number, **params)


def beginning(reader: Person, sentence: str) -> str:
    """Return what a sentence begins with, whatever it names."""
    return reader.t.plain.gettext(sentence).partition("{")[0]


def heading(reader: Person, sentence: str) -> str:
    """Return what is read of a sentence with formats."""
    return plain(reader.t.gettext(sentence))


def not_in_your_language(language: str) -> str:
    """Return the note that readers of a language without a text get."""
    return translator(language).plain.gettext("This message is not available in your language.")
