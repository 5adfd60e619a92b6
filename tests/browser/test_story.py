"""The main job, in a real browser: from an invitation to the feedback, and to the export."""

import io
import itertools
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from playwright.async_api import Browser, expect

from bot.demo import BOT_USERNAME, PEOPLE
from bot.simulator.server import DEMO_TOKEN
from tests.browser.pages import DESK, PHONE, ZONE, Person, Window, chromium, window
from tests.browser.program import Program, clone, free_port
from xinno_core.blueprints.read import Blueprint, packaged, read
from xinno_core.blueprints.survey import Survey
from xinno_core.library.library import exercise
from xinno_core.services.holidays import is_holiday
from xinno_core.texts.dates import short_day

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

FORMATS = {file.stem: read(file) for file in packaged()}
COURSE, EVENING = FORMATS["course-padova"], FORMATS["ground-zero"]
IDS = {person.name: person.id for person in PEOPLE}
LANGUAGES = {person.name: person.language for person in PEOPLE}
FULL_NAMES = {"Anna": "Anna Bellini", "Jan": "Jan Krämer", "Eva": "Eva Nováková"}
TITLES = {
    "de": "Ground Zero: Abend im Alten Rathaus",
    "en": "Ground Zero: evening in the old town hall",
}
PLACE = "Altes Rathaus"
PRACTICE = ((-2, "xse-4"), (3, "com-4"))
"""Exercises of the course, in days after its beginning: one of them lies on a workday."""
FRIDAY = 5
ANNOUNCED = {
    "de": "Wir beginnen zehn Minuten später: Die Tür ist schon offen.",
    "en": "We begin ten minutes later: the door is open already.",
}
PRAISE = "The three talks were honest, and short."
NOTE = "Parlerò per prima con chi sta da solo."


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


class Story:
    """The demo as it runs, the desk with everybody side by side, and the days of the story."""

    def __init__(self, program: Program, browser: Browser, chat: str) -> None:
        self.program = program
        self.browser = browser
        self.chat = chat

    def at(self, window: Window) -> None:
        """Let everybody be met in this window from now on."""
        self.desk = window
        self.anna, self.jan, self.eva, self.katrin, self.lena = (
            Person(window, IDS[name], LANGUAGES[name])
            for name in ("Anna", "Jan", "Eva", "Katrin", "Lena")
        )

    async def begin(self) -> None:
        """Begin on the day after the first start, at ten: no hour is quiet, whenever this runs."""
        self.first_day = await self.desk.now()
        # In days after the first start, as the clock is moved.
        self.evening = days_to(EVENING, self.first_day)
        self.course = days_to(COURSE, self.first_day)
        # Exercises come on workdays alone, and Jan gets his two days before Katrin's evening.
        self.katrins_evening = next(
            day + 2 for day in itertools.count(self.evening) if self.is_workday(day, EVENING)
        )
        await self.go_to(day=1, hour=10)

    def day(self, day: int, hour: int, minute: int = 0) -> datetime:
        """Wall time so many days after the first start."""
        there = self.first_day + timedelta(days=day)
        return there.replace(hour=hour, minute=minute, second=0, microsecond=0)

    def is_workday(self, day: int, blueprint: Blueprint) -> bool:
        """Tell whether people work so many days after the first start, where this takes place."""
        date = self.day(day, 12).date()
        country = blueprint.region.organiser.country
        return date.isoweekday() <= FRIDAY and not is_holiday(date, country)

    async def go_to(self, *, day: int, hour: int, minute: int = 0) -> None:
        """Move the clock."""
        await self.desk.go_to(self.day(day, hour, minute))

    async def picture(
        self,
        name: str,
        *people: str,
        size: tuple[int, int] = DESK,
        scale: float = 1,
        phone: bool = False,
    ) -> None:
        """Keep a picture for the documents, where one is asked for."""
        folder = os.environ.get("XINNO_PICTURES")
        if not folder:
            return
        async with window(self.browser, self.chat, size=size, scale=scale, phone=phone) as shown:
            ids = ",".join(str(IDS[person]) for person in people)
            await shown.open(f"/?person={ids}" if phone else f"/?people={ids}")
            await shown.page.screenshot(path=Path(folder) / f"{name}.png", animations="disabled")


async def test_from_an_invitation_to_the_feedback(tmp_path: Path, browser: Browser) -> None:
    """Anna, Jan and Eva take part, Katrin organises, Lena exports; the program starts twice."""
    port = free_port()
    program = Program(clone(tmp_path / "clone"), {"XINNO_SIMULATOR_PORT": str(port)})
    story = Story(program, browser, f"http://127.0.0.1:{port}")
    everybody = "/?people=" + ",".join(
        str(IDS[name]) for name in ("Anna", "Jan", "Eva", "Katrin", "Lena")
    )
    async with program.watched():
        await program.up()
        async with window(browser, story.chat, size=(2000, 1000)) as desk:
            await desk.open(everybody)
            story.at(desk)
            await story.begin()
            await anna_registers_by_link(story)
            await jan_takes_the_last_seat(story)
            await eva_waits_with_a_number(story)
            await katrin_makes_an_evening(story)
            await both_come_to_katrins_evening(story)
            await jan_frees_his_place_and_eva_takes_it(story)
            await eva_is_reminded(story)
            await katrin_announces_in_two_languages(story)
            await eva_will_be_late(story)
            await eva_begins_the_survey(story)
            await exercises_reach_only_who_wanted_them(story)
        await program.stop()
        await program.up()
        async with window(browser, story.chat, size=(2000, 1000)) as desk:
            await desk.open(everybody)
            story.at(desk)
            await eva_finishes_the_survey_after_the_restart(story)
            await jan_answers_in_german(story)
            await anna_begins_the_survey_and_does_an_exercise(story)
            await lena_exports_answers_without_names(story)
            await lena_exports_figures(story)
            await lena_looks_at_the_results(story)
            await jan_looks_at_his_data_and_is_forgotten(story)
    assert program.trouble == []


async def anna_registers_by_link(story: Story) -> None:
    """By the invitation that the program prints, on a phone, in Italian, up to the calendar."""
    said = story.program.output()
    link = said.partition("An invitation to try:")[2].split()[0]
    async with window(story.browser, story.chat, size=PHONE, phone=True) as phone:
        anna = Person(phone, IDS["Anna"], "it")
        await phone.open(link.removeprefix(story.chat))
        await anna.start()
        await anna.sees(COURSE.event.title["it"])
        await anna.reads("Co-funded by the European Union")
        await anna.press("Read the full privacy notice")
        await anna.reads("Privacy notice")
        await anna.press("Continue")
        await anna.press("Yes, send me exercises")
        await anna.sees(COURSE.event.summary["it"][:60])
        await anna.press("Register", twice=True)
        await anna.fill_profile(FULL_NAMES["Anna"], "Bellini Design")
        await anna.reads("Question {at} of {total}", at=5, total=7)
        await anna.choose(COURSE.questions[0].options[1].label["it"])
        await anna.press("Back")
        await anna.choose(COURSE.questions[0].options[0].label["it"])
        await anna.press("Yes")
        await anna.press("Skip")
        await anna.reads("<b>Your place is confirmed.</b>")
        await anna.reads("<b>Confirmation of registration</b>")
        await anna.press("Calendar file")
        card = anna.chat.locator("[data-calendar]")
        await expect(card).to_contain_text(COURSE.event.title["it"])
        await expect(card).to_contain_text("Padova")


async def jan_takes_the_last_seat(story: Story) -> None:
    """From the list of events to the last seat of the evening in Lößnitz."""
    jan = story.jan
    await jan.start()
    await jan.press("Continue")
    await jan.press("Yes, send me exercises")
    await jan.press("Events")
    await jan.choose(label_of(jan, story.day(story.evening, 18)))
    await jan.sees(EVENING.limits[0].label["de"])
    await jan.press("Register", twice=True)
    await jan.fill_profile(FULL_NAMES["Jan"], "Krämer Metallbau")
    await jan.press("Yes")
    await jan.write("Ein Platz am Gang")
    await jan.reads("<b>Your place is confirmed.</b>")


async def eva_waits_with_a_number(story: Story) -> None:
    """The evening is full now: Eva is number 1, and wants no exercises."""
    eva = story.eva
    await eva.follow(f"https://t.me/{BOT_USERNAME}?start=e_{EVENING.event.key}")
    await eva.press("Continue")
    await eva.press("No, thank you")
    await eva.reads(
        "{label}: full; you can join the waiting list", label=EVENING.limits[0].label["en"]
    )
    await eva.press("Register")
    await eva.fill_profile(FULL_NAMES["Eva"], "Studio Nováková")
    await eva.press("No")
    await eva.press("Skip")
    await eva.reads("<b>You are number {number} on the waiting list.</b>", number=1)
    await story.picture("waiting-list", "Jan", "Eva")


async def katrin_makes_an_evening(story: Story) -> None:
    """/new from the ground-zero format; two slips are pointed out, both cards are looked at."""
    katrin = story.katrin
    await katrin.start()
    await katrin.press("Continue")
    await katrin.press("No, thank you")
    await katrin.is_offered("Organise events")
    await katrin.write("/new")
    await katrin.choose(EVENING.event.title["de"])
    await katrin.write(TITLES["de"])
    await katrin.write(TITLES["en"])
    await katrin.write(f"{story.day(-3, 18):%Y-%m-%d %H:%M}")
    await katrin.reads("This time is past. Please write a time to come.")
    await katrin.write(f"{story.day(story.katrins_evening, 18):%d.%m.%Y %H:%M}")
    await katrin.write(PLACE)
    await katrin.write("Marktplatz 1, Lößnitz")
    await katrin.write("zwei")
    await katrin.reads("Please write a whole number, for example 25.")
    await katrin.write("2")
    await katrin.press("Skip")
    await katrin.sees(EVENING.event.summary["de"][:60])
    await katrin.press("Card: {language}", language=katrin.t.locale.languages["en"])
    await katrin.sees(EVENING.event.summary["en"][:60])
    await story.picture("organiser", "Katrin", "Eva", size=(1280, 1100), scale=0.85)
    await katrin.press("Publish")
    await katrin.reads("<b>Published.</b> People can register now.")


async def both_come_to_katrins_evening(story: Story) -> None:
    """Eva by the link that Katrin passes on, Jan from the list; then it is full, as Katrin sees."""
    eva, jan, katrin = story.eva, story.jan, story.katrin
    links = katrin.messages.last.get_by_role("link")
    link = await links.filter(has_text="start=e_").last.text_content()
    await eva.follow(link or "")
    await eva.sees(PLACE)
    await eva.press("Register")
    await eva.press("Yes")
    await eva.press("Skip")
    await eva.reads("<b>Your place is confirmed.</b>")
    await eva.reads("<b>Confirmation of registration</b>")
    await story.picture("registration", "Eva", size=PHONE, phone=True)

    await jan.write("/events")
    await jan.choose(label_of(jan, story.day(story.katrins_evening, 18), TITLES))
    await jan.sees(PLACE)
    await jan.press("Register")
    await jan.press("No")
    await jan.press("Keep", twice=True)  # the seat by the aisle, as last time in this series
    await jan.reads_one_of(
        "<b>Your place is confirmed.</b>", "You are registered already: your place is confirmed."
    )

    await katrin.write("/organise")
    await katrin.choose(label_of(katrin, story.day(story.katrins_evening, 18), TITLES))
    await katrin.reads(
        "{label}: {taken} of {seats} taken, {free} free, {waiting} waiting",
        label=EVENING.limits[0].label["de"],
        taken=2,
        seats=2,
        free=0,
        waiting=0,
    )


async def jan_frees_his_place_and_eva_takes_it(story: Story) -> None:
    """At nine in the evening nobody is disturbed: the seat waits for the morning, and for Eva."""
    jan, eva = story.jan, story.eva
    await story.go_to(day=1, hour=21)
    await jan.write("/my")
    await jan.choose(label_of(jan, story.day(story.evening, 18)))
    await jan.press("Free my place")
    await jan.press("Yes, free my place")
    await jan.reads("Your place is free for someone else now. Thank you for telling us.")
    await eva.never_read("<b>A place is free for you.</b>")
    await story.desk.move("Next message")
    assert await story.desk.now() >= story.day(2, 8)
    await eva.reads("<b>A place is free for you.</b>")
    await eva.press("Take the seat", twice=True)
    await eva.reads("<b>Confirmation of registration</b>")
    await eva.write("/my")
    assert "number 1" not in (await eva.messages.last.text_content() or "")


async def eva_is_reminded(story: Story) -> None:
    """A week before; she is coming."""
    await story.desk.move("+1 day")
    await story.desk.move("Next message")
    eva = story.eva
    await eva.reads("<b>Reminder</b>")
    await eva.is_offered("Free my place")
    await eva.press("Coming")
    await eva.reads("Good to know: you are coming.")


async def katrin_announces_in_two_languages(story: Story) -> None:
    """To the two of her evening: each gets it in their own language, and she sees the result."""
    katrin = story.katrin
    await story.go_to(day=story.evening - 1, hour=12)
    await story.jan.reads("<b>Reminder</b>")
    await katrin.write("/announce")
    day = short_day(katrin.t, story.day(story.katrins_evening, 18), ZONE)
    await katrin.press("{day} · {title} ({people})", day=day, title=TITLES["de"], people=2)
    write = "Write: {language} ({number} person)", "Write: {language} ({number} people)"
    for language in ("de", "en"):
        name = katrin.t.locale.languages[language]
        await katrin.choose(katrin.t.plain.ngettext(*write, 1, language=name))
        await katrin.write(ANNOUNCED[language])
        await katrin.press("Done")
    await katrin.press("Preview")
    await katrin.sees(ANNOUNCED["de"])
    await katrin.press("Preview: {language}", language=katrin.t.locale.languages["en"])
    await katrin.sees(ANNOUNCED["en"])
    await katrin.press("Back to the draft")
    await katrin.press("Check and send")
    one, many = "Send to {number} person", "Send to {number} people"
    await katrin.choose(katrin.t.plain.ngettext(one, many, 2))
    await story.desk.move("+1 hour")
    for reader, language in ((story.jan, "de"), (story.eva, "en")):
        received = await reader.sees(ANNOUNCED[language])
        await expect(received).not_to_contain_text(ANNOUNCED["en" if language == "de" else "de"])
    result = await katrin.reads("<b>Your announcement has been sent.</b>")
    await expect(result).to_contain_text(katrin.t.gettext("Sent: {number}", number=2))
    await expect(story.anna.messages.filter(has_text=ANNOUNCED["en"])).to_have_count(0)


async def exercises_reach_only_who_wanted_them(story: Story) -> None:
    """Two days before Katrin's evening Jan gets his, in German; Eva said no."""
    jan = story.jan
    await story.desk.go_on_to(story.day(story.katrins_evening - 2, 17, 30))
    found = exercise("xse-4")
    await jan.sees(found.title["de"])
    right, wrong = (
        next(option for option in found.quiz.options if option.right == is_right)
        for is_right in (True, False)
    )
    await jan.choose(wrong.label["de"])
    await jan.sees(wrong.feedback["de"])
    await jan.sees(right.feedback["de"])
    await jan.press("Done without a note")
    await jan.reads("Done. Well worth two minutes.")
    await story.eva.never_read("<b>Exercise of two minutes: {title}</b>")


async def eva_will_be_late(story: Story) -> None:
    """Two hours before, the reminder has three answers."""
    eva = story.eva
    await story.go_to(day=story.evening, hour=17, minute=30)
    await eva.is_offered("Coming")
    await eva.is_offered("Free my place")
    await story.picture("reminder", "Eva", size=PHONE, phone=True)
    await eva.press("I will be late")
    await eva.reads("Good to know: you will be a little late.")


async def eva_begins_the_survey(story: Story) -> None:
    """The morning after: thanks, then the survey, of which Eva answers two questions."""
    eva = story.eva
    await story.go_to(day=story.evening + 1, hour=12, minute=30)
    await eva.reads(
        "<b>Thank you for taking part: {title}</b>\nIt was good to have you with us.",
        title=EVENING.event.title["en"],
    )
    await eva.press("Give feedback")
    await eva.reads(
        "<b>This survey is anonymous.</b> Organiser and pilot lead see your answers mixed "
        "with those of at least four others, without name or time. Fewer than five are "
        "destroyed unread."
    )
    await story.picture("pledge", "Eva", size=PHONE, phone=True)
    await eva.press("To the questions")
    await eva.choose("5")
    await eva.choose("4")
    await story.picture("survey", "Eva", size=PHONE, phone=True)
    await eva.reads("Question {at} of {total}", at=3, total=5)


async def eva_finishes_the_survey_after_the_restart(story: Story) -> None:
    """Chats, answers and the clock are where they were; the question on the screen still works."""
    eva = story.eva
    assert await story.desk.now() >= story.day(story.evening + 1, 12, 30)
    await story.jan.sees(ANNOUNCED["de"])
    await eva.choose(option("met", "some", "en"))
    await eva.choose(option("follow-up", "agreed", "en"))
    await eva.write(PRAISE)
    await eva.reads(
        "<b>Thank you for your feedback: {title}</b>",
        title=survey_of(EVENING).title["en"],
    )


async def jan_answers_in_german(story: Story) -> None:
    """After Katrin's evening: thanks under its own title, and a survey with a question left out."""
    jan = story.jan
    await story.go_to(day=story.katrins_evening + 1, hour=13)
    await jan.reads(
        "<b>Thank you for taking part: {title}</b>\nIt was good to have you with us.",
        title=TITLES["de"],
    )
    await jan.press("Give feedback")
    await jan.press("To the questions")
    await jan.choose("3")
    await jan.choose("5")
    await jan.choose(option("met", "few", "de"))
    await jan.choose(option("follow-up", "planned", "de"))
    await jan.press("Skip")
    await jan.reads(
        "<b>Thank you for your feedback: {title}</b>",
        title=survey_of(EVENING).title["de"],
    )


async def anna_begins_the_survey_and_does_an_exercise(story: Story) -> None:
    """In Italian: where she stands before the course, and the first exercise of a workday."""
    anna = story.anna
    await story.desk.go_on_to(story.day(story.course - 2, 13))
    await anna.press("Answer now")  # where she stands before the course
    await anna.press("Do not link them")
    await anna.reads(
        "Shown to the organiser and the pilot lead under a code instead of your name, "
        "together with the answers of at least four others."
    )
    day, key = next(one for one in PRACTICE if story.is_workday(story.course + one[0], COURSE))
    await story.desk.go_on_to(story.day(story.course + day, 13))
    found = exercise(key)
    await anna.sees(found.title["it"])
    right = next(option for option in found.quiz.options if option.right)
    await anna.choose(right.label["it"])
    await anna.sees(right.feedback["it"])
    await anna.press("Write a note for myself")
    await anna.write(NOTE)
    await anna.reads("Your note is kept. Only you can see it, under /mydata.")


async def lena_exports_answers_without_names(story: Story) -> None:
    """The file opens, holds Eva's answers and those of demo guests, and nobody's name or number."""
    lena = story.lena
    await lena.start()
    await lena.press("Continue")
    await lena.press("No, thank you")
    await lena.write("/export")
    label = label_of(lena, story.day(story.evening, 18))
    while not await lena.is_there(label):
        await lena.press("Earlier")
    await lena.choose(label)
    await lena.press("Answers, Excel")
    await lena.reads(
        "Answers without names: {title}\nThe codebook in the file explains the columns.",
        title=EVENING.event.title["en"],
    )
    await story.picture("export", "Lena", size=PHONE, phone=True)
    sheets = opened(await lena.download(f"{EVENING.event.key}-answers.xlsx"))
    rows = list(sheets.worksheets[0].iter_rows(values_only=True))
    given = (5, 4, option("met", "some", "en"), option("follow-up", "agreed", "en"), PRAISE)
    assert given in {row[2:] for row in rows}  # after wave and version
    assert sum("Demo answer" in str(row[-1]) for row in rows) >= 5
    holds_nobody(everything_in(sheets))


async def lena_exports_figures(story: Story) -> None:
    """Numbers by group, and those of few people are not shown."""
    lena = story.lena
    await lena.press("More files")
    await lena.press("Figures, Excel")
    sheets = opened(await lena.download(f"{EVENING.event.key}-figures.xlsx"))
    rows = list(sheets.worksheets[0].iter_rows(values_only=True))
    assert any("Participations" in row and 35 in row for row in rows), rows
    holds_nobody(everything_in(sheets))


async def lena_looks_at_the_results(story: Story) -> None:
    """By wave and question by question, with a picture and the numbers below it."""
    lena = story.lena
    await lena.press("More files")
    await lena.press("Survey results")
    await lena.choose(survey_of(EVENING).title["en"])
    await lena.press("Results of wave {number}", number=1)
    await expect(lena.chat.locator("article img").last).to_be_visible()
    await lena.sees("n = ")
    await story.picture("results", "Lena", size=PHONE, phone=True)


async def jan_looks_at_his_data_and_is_forgotten(story: Story) -> None:
    """/mydata as screen and file, then /forget: his name is in no row of the database any more."""
    jan = story.jan
    await jan.write("/mydata")
    await jan.sees(FULL_NAMES["Jan"])
    await jan.press("Download as a file")
    file = await jan.download("my-data.json")
    assert FULL_NAMES["Jan"] in file.read_text(encoding="utf-8")
    assert "Jan Krämer" in stored(story.program)
    assert str(IDS["Jan"]) in stored(story.program)
    await jan.write("/forget")
    await jan.press("Yes, erase my data", twice=True)
    await jan.reads("<b>Your data is erased.</b>")
    for trace in ("Jan", "Krämer", str(IDS["Jan"])):
        assert trace not in stored(story.program)
    assert "Eva Nováková" in stored(story.program)


async def test_with_a_token_it_talks_to_the_bot_api(tmp_path: Path, browser: Browser) -> None:
    """`./xinno simulate` stands in for Telegram: import, roles, and one registration."""
    port = free_port()
    folder = clone(tmp_path / "clone")
    telegram = Program(folder)
    root = f"http://127.0.0.1:{port}"
    database = folder / "real.db"
    program = Program(
        folder,
        {
            "XINNO_BOT_TOKEN": DEMO_TOKEN,
            "XINNO_TELEGRAM_API": root,
            "XINNO_DATABASE_URL": f"sqlite+aiosqlite:///{database}",
        },
    )
    async with telegram.watched(), program.watched():
        await telegram.start("simulate", "--port", str(port), until="Stop with Ctrl+C")
        await program.up(until="The assistant runs")
        await bring_an_evening(program)
        async with window(browser, root, size=(1280, 800)) as desk:
            await desk.open(f"/?people={IDS['Jan']},{IDS['Eva']}")
            await one_registers_and_the_other_sees_it(desk)
    assert program.trouble == []
    assert telegram.trouble == []
    with closing(sqlite3.connect(database)) as rows:
        assert rows.execute("SELECT count(*) FROM participant WHERE is_demo").fetchone() == (0,)
        assert rows.execute("SELECT count(*) FROM participant").fetchone() == (2,)
        assert "demo" not in {name for (name,) in rows.execute("SELECT key FROM marker")}


async def bring_an_evening(program: Program) -> None:
    """Import the format beside the running program, and make Jan its organiser."""
    file = "xinno_core/blueprints/ground-zero.yaml"
    status, said = await program.carry_out("import", file)
    assert status == 0, said
    assert EVENING.event.key in said
    status, said = await program.carry_out(
        "grant", str(IDS["Jan"]), "organiser", "--region", EVENING.region.key
    )
    assert (status, said.strip()) == (0, "Granted.")


async def one_registers_and_the_other_sees_it(desk: Window) -> None:
    """Eva finds all seats free, and takes one; Jan sees one confirmed, and nobody made up."""
    jan, eva = Person(desk, IDS["Jan"], "de"), Person(desk, IDS["Eva"], "en")
    await eva.start()
    await eva.press("Continue")
    await eva.press("No, thank you")
    await eva.press("Events")
    today = datetime.now(ZoneInfo(ZONE))
    await eva.choose(label_of(eva, today + timedelta(days=days_to(EVENING, today))))
    await eva.sees(str(EVENING.limits[0].seats))
    await eva.press("Register")
    await eva.fill_profile(FULL_NAMES["Eva"], "Studio Nováková")
    await eva.press("Yes")
    await eva.press("Skip")
    await eva.reads("<b>Your place is confirmed.</b>")
    await eva.reads("<b>Confirmation of registration</b>")

    await jan.start()
    await jan.press("Continue")
    await jan.press("No, thank you")
    await jan.press("Organise events")
    await jan.reads(
        "Confirmed: {confirmed} · offered: {offered} · waiting: {waiting} · cancelled: {cancelled}",
        confirmed=1,
        offered=0,
        waiting=0,
        cancelled=0,
    )


def days_to(blueprint: Blueprint, first_day: datetime) -> int:
    """In how many days the event of a format is, when it was imported on this day."""
    assert blueprint.event.starts is not None
    return (blueprint.event.starts.local(first_day.date()).date() - first_day.date()).days


def label_of(person: Person, starts: datetime, titles: dict[str, str] = EVENING.event.title) -> str:
    """What a button for the evening of this day says."""
    day = short_day(person.t, starts, ZONE)
    return f"{day} · {person.t.plain.show(titles, EVENING.event.lead_language)}"


def survey_of(blueprint: Blueprint, key: str = "feedback") -> Survey:
    """The survey of a format with this key."""
    return next(survey for survey in blueprint.surveys if survey.key == key)


def option(question: str, key: str, language: str) -> str:
    """What an answer of the evening's survey says."""
    asked = next(one for one in survey_of(EVENING).questions if one.key == question)
    return next(one.label[language] for one in asked.options if one.key == key)


def opened(file: Path) -> openpyxl.Workbook:
    """A stored file, opened; the browser stores it without its name."""
    return openpyxl.load_workbook(io.BytesIO(file.read_bytes()), read_only=True)


def stored(program: Program) -> str:
    """All that the demo's database holds now."""
    address = f"file:{program.folder / 'xinno-demo.db'}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as database:
        return "\n".join(database.iterdump())


def everything_in(book: openpyxl.Workbook) -> str:
    """All cells of a file."""
    return "\n".join(
        str(cell)
        for sheet in book.worksheets
        for row in sheet.iter_rows(values_only=True)
        for cell in row
        if cell is not None
    )


def holds_nobody(text: str) -> None:
    """No name, no part of a name, and no Telegram id."""
    parts = {part for name in FULL_NAMES.values() for part in name.split()}
    for word in (*parts, *IDS, "Demo guest", *map(str, IDS.values())):
        assert word not in text
