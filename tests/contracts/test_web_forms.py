"""A survey in the browser: whatever is sent, one person has one ballot, and nothing leaks."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from sqlalchemy import func, select, update

from handlers.web.pages import STYLE
from tests.contracts.conftest import Logged
from tests.simulator.test_look import contrast
from tests.support.surfing import (
    EVERY_TYPE,
    FORM,
    Browser,
    browser_of,
    has_begun,
    said_by,
    token_of,
    web_of,
)
from tests.support.world import Actor, World
from xinno_core.database import Database
from xinno_core.models import Ballot, Base, Envelope, Event, Participant, Survey, SurveyMode

Web = TestClient[Any, Any]
ALL: dict[str, str | list[str]] = {
    "q__useful": "4",
    "q__best": "talk",
    "q__more": ["walk", "work"],
    "q__people": "7",
    "q__day": "2027-05-04",
    "q__order__talk": "2",
    "q__order__walk": "3",
    "q__order__work": "1",
    "q__sector": "~refused",
    "r__income": "yes",
}
SAID = {
    "useful": 4,
    "best": "talk",
    "more": ["walk", "work"],
    "people": 7,
    "day": "2027-05-04",
    "order": ["work", "talk", "walk"],
    "sector": {"missing": "refused"},
    "income": {"missing": "refused"},
    "why": "Two\nlines",
    "words": {"missing": "skipped"},
}


@pytest.fixture
async def web(world: World) -> AsyncIterator[Web]:
    async with web_of(world) as client:
        yield client


@pytest.fixture
async def talk(world: World) -> Event:
    return await world.event("Collab Talks", survey=EVERY_TYPE)


@pytest.fixture
async def eva(world: World, talk: Event) -> Actor:
    eva = await world.participant("Eva")
    await eva.press("Register", on=talk)
    return eva


def is_guarded(headers: Mapping[str, str]) -> bool:
    policy = headers["Content-Security-Policy"]
    return (
        policy.startswith("default-src 'none'; style-src 'sha256-")
        and "form-action 'self'" in policy
        and "base-uri 'none'" in policy
        and "frame-ancestors 'none'" in policy
        and "unsafe" not in policy
        and headers["Referrer-Policy"] == "no-referrer"
        and headers["X-Robots-Tag"] == "noindex"
        and headers["Cache-Control"] == "no-store"
    )


async def count(world: World, table: type[Base]) -> int:
    async with world.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_a_whole_survey_is_answered_page_by_page(
    world: World, web: Web, talk: Event, eva: Actor
) -> None:
    page = await browser_of(world, web, eva, talk)
    assert page.status == 200
    assert "This survey is anonymous" in page.text
    await page.send("Begin")
    assert "Questions 1 to 8 of at most 10" in page.text
    await page.send("Continue", **ALL)
    assert page.names == {"q.why", "q.words"}
    await page.send("Send", q__why="Two\r\nlines")
    assert "Thank you for your feedback" in page.text
    assert "Your answers are kept" in page.text
    assert await said_by(world, eva) == SAID
    assert not await has_begun(world, eva)


async def test_what_is_good_is_kept_when_something_else_is_wrong(
    world: World, web: Web, talk: Event, eva: Actor
) -> None:
    page = await browser_of(world, web, eva, talk)
    await page.send("Begin")
    wrong = {**ALL, "q__people": "70", "q__order__walk": "1", "q__more": ["talk", "walk", "work"]}
    await page.send("Continue", **wrong)
    assert page.status == 422
    assert is_guarded(page.headers)
    assert "Please look at this once more" in page.text
    assert "Please write a whole number from 0 to 50, and nothing else." in page.text
    assert "Please give each number only once." in page.text
    assert "Please choose 2 at most." in page.text
    assert page.value("q.people") == ["70"]
    assert page.value("q.order.walk") == ["1"]
    ids = {given["id"] for _, given in page.page.tags if "id" in given}
    links = [given["href"] for tag, given in page.page.tags if tag == "a"]
    assert {link[1:] for link in links if link.startswith("#")} <= ids
    again = await browser_of(world, web, eva, talk)
    assert again.value("q.useful") == ["4"]
    assert again.value("q.day") == ["2027-05-04"]
    assert again.value("q.people") == [""]
    await again.send(
        "Continue",
        q__people="7",
        q__order__talk="2",
        q__order__walk="3",
        q__order__work="1",
        q__more=["walk", "work"],
    )
    await again.send("Send", q__why="Two\nlines")
    assert await said_by(world, eva) == SAID


async def test_back_shows_what_was_answered_and_sends_nothing(
    world: World, web: Web, talk: Event, eva: Actor
) -> None:
    page = await browser_of(world, web, eva, talk)
    await page.send("Begin")
    await page.send("Continue", **ALL)
    await page.send("Back", q__why="Half a")
    assert page.value("q.order.work") == ["1"]
    assert page.value("r.income") == ["yes"]
    assert await count(world, Ballot) == 0
    await page.send("Continue")
    assert page.value("q.why") == ["Half a"]
    await page.send("Back", q__why="Two\nlines")
    await page.send("Continue", q__best="walk")  # then there is no why
    assert page.names == {"q.words"}
    await page.send("Send")
    said = await said_by(world, eva)
    assert "why" not in said
    assert said["best"] == "walk"


async def test_one_begins_in_the_chat_and_goes_on_in_the_browser_and_back(
    world: World, web: Web, talk: Event, eva: Actor
) -> None:
    page = await browser_of(world, web, eva, talk)
    await page.send("Begin")
    await page.send("Continue", **{**ALL, "q__more": []})
    assert page.status == 422
    await eva.open_link()
    await world.move_to(talk.ends_at)
    async with world.database.reading() as session:
        survey = await session.scalar(select(Survey.id))
    await eva.press_data(f"q:{survey}")
    assert "Of what do you want more?" in eva.screen.text
    await eva.press("Walks")
    await eva.press("Workshops")
    await eva.press("Done")
    await page.open()
    assert page.names == {"q.why", "q.words"}
    await page.send("Send", q__why="Two\nlines")
    assert await said_by(world, eva) == SAID
    await eva.press_data(f"q:{survey}")
    assert "You have answered already" in eva.screen.text


async def test_two_doors_at_once_are_one_ballot(
    world: World, web: Web, talk: Event, eva: Actor
) -> None:
    """The last page is sent five times at once while the chat sends the last answer, too."""
    page = await browser_of(world, web, eva, talk)
    await page.send("Begin")
    await page.send("Continue", **ALL)
    await page.send("Send", q__why="")
    async with world.database.reading() as session:
        survey = await session.scalar(select(Survey.id))
    await eva.press_data(f"q:{survey}")
    await eva.type("From the chat")
    message = world.simulator.chat(eva.id)[-1]
    skip = next(
        (row, column)
        for row, buttons in enumerate(message.buttons)
        for column, button in enumerate(buttons)
        if button.text == "Skip"
    )
    world.simulator.press(eva.id, message.message_id, row=skip[0], column=skip[1])
    path = page.path + page.page.action
    sent = {"q.why": "From the page", "q.words": "", "go": "next"}

    async def post() -> int:
        async with web.post(path, data=sent, allow_redirects=False) as answer:
            return answer.status

    *statuses, _ = await asyncio.gather(*(post() for _ in range(5)), world.respond(eva))
    assert set(statuses) == {303}
    assert await count(world, Ballot) == 1
    assert await count(world, Envelope) == 1
    assert not await has_begun(world, eva)
    assert (await said_by(world, eva))["why"] in {"From the page", "From the chat"}


@pytest.mark.parametrize(
    "change", ["", "x", "none", "1_1_" + "A" * 24, "999999999_1_" + "A" * 24, "ä", "%00", "a/b/c"]
)
async def test_an_address_that_is_none_says_no_more_than_one_that_never_was(
    web: Web, change: str
) -> None:
    page = await Browser(web, f"/f/{change}").open()
    never = await Browser(web, "/f/1_1_never-was-never-was-neve").open()
    assert page.status == never.status == 404
    assert page.body == never.body
    assert is_guarded(page.headers)
    await page.post({"go": "begin"})
    assert (page.status, page.body) == (404, never.body)


async def test_a_foreign_an_erased_and_an_unasked_address_are_none(
    world: World, web: Web, talk: Event, eva: Actor
) -> None:
    jan = await world.participant("Jan")  # not registered
    never = await Browser(web, "/f/1_1_never-was-never-was-neve").open()
    token = await token_of(world, eva, talk)
    survey, person, signature = token.split("_", 2)
    unasked = await token_of(world, jan, talk)
    for one in (
        unasked,
        f"{survey}_{int(person) + 1}_{signature}",
        f"{int(survey) + 1}_{person}_{signature}",
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        f"0{token}",
    ):
        page = await Browser(web, f"/f/{one}").open()
        assert (page.status, page.body) == (404, never.body), one
    async with world.database.writing() as session:
        await session.execute(update(Participant).values(forgotten_at=world.now))
    assert (await Browser(web, f"/f/{token}").open()).body == never.body


async def test_looking_changes_nothing(world: World, web: Web, talk: Event, eva: Actor) -> None:
    page = await browser_of(world, web, eva, talk)
    for query in ("?go=begin", "?page=2&go=next&q.useful=4", "?language=it", "?page=1"):
        await page.open(query)
        assert page.status == 200
    async with web.head(page.path) as answer:
        assert answer.status == 200
        assert is_guarded(answer.headers)
        assert await answer.read() == b""
    assert not await has_begun(world, eva)
    async with world.database.reading() as session:
        assert (await world.person(session, eva)).language == "en"


async def test_forged_fields_do_nothing(world: World, web: Web, talk: Event, eva: Actor) -> None:
    page = await browser_of(world, web, eva, talk)
    await page.send("Begin")
    forged = {
        **{key.replace("__", "."): value for key, value in ALL.items()},
        "q.useful": "6",
        "q.best": "<script>alert(1)</script>",
        "q.more": ["walk", "walk"],
        "q.order.talk": "99999999999999999999",
        "q.order.nothing": "1",
        "q.sector": ["talk", "walk"],
        "q.words": "of a page that is not shown",
        "q.unknown": "x",
        "participant_id": "1",
        "mode": "pseudonymous",
        "r.useful": "yes",
    }
    await page.post({**forged, "go": ["next", "begin"]}, query="?page=1")
    assert page.status == 422
    assert "<script" not in page.body
    await page.post({"go": "../..", "q.useful": "5"}, query="?page=1")
    assert page.status == 422
    for query in ("?page=2", "?page=99", "?page=-1", "?page=١", "?page=x", ""):
        await page.post({"go": "next", "q.words": "x"}, query=query)
        assert page.status == 303, query
    assert await count(world, Ballot) == 0


@pytest.mark.parametrize(
    "evil", ["<script>alert(1)</script>", '"><img src=x onerror=a>', "{{7*7}}"]
)
async def test_what_people_and_organisers_write_stays_words(
    world: World, web: Web, evil: str
) -> None:
    options = [{"key": "a", "label": {"en": evil}}, {"key": "b", "label": {"en": evil}}]
    survey = (
        {
            "key": "rate",
            "kind": "rating",
            "text": {"en": evil},
            "low": {"en": evil},
            "high": {"en": evil},
        },
        {"key": "one", "kind": "single", "text": {"en": evil}, "options": options},
        {"key": "rank", "kind": "ranking", "text": {"en": evil}, "options": options},
        {"key": "words", "kind": "text", "text": {"en": evil}, "most": 300},
    )
    talk = await world.event(evil, key="evil", survey=survey)
    eva = await world.participant("Eva")
    await eva.press("Register", on=talk)
    page = await browser_of(world, web, eva, talk)
    await page.send("Begin")
    await page.send(q__words=evil, q__rate=evil)
    assert page.status == 422
    assert page.value("q.words") == [evil]
    assert {tag for tag, _ in page.page.tags}.isdisjoint({"script", "img"})
    assert not [name for _, given in page.page.tags for name in given if name.startswith("on")]
    assert page.text.count(evil) >= 4


async def test_what_is_no_answered_page_is_refused(
    world: World, web: Web, talk: Event, eva: Actor
) -> None:
    page = await browser_of(world, web, eva, talk)
    many = "&".join(f"a{number}=1" for number in range(2000)).encode()
    for body, more, status in (
        (b"x" * 300_000, {}, 413),
        (many, {}, 400),
        (b"\xff\xfe", {}, 400),
        (b"{}", {"Content_Type": "application/json"}, 400),
        (b"", {"Sec_Fetch_Site": "cross-site"}, 403),
        (b"", {"Origin": "https://evil.example"}, 403),
    ):
        await page.post(body, **more)
        assert page.status == status
        assert is_guarded(page.headers)
    for method in ("PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"):
        async with web.request(method, page.path) as answer:
            assert answer.status == 405, method
            assert is_guarded(answer.headers)
    await page.post({"go": "begin"}, Origin="null", Sec_Fetch_Site="same-origin")
    assert page.status == 303
    assert is_guarded(page.headers)
    await page.post({"go": "begin"}, Origin="https://forms.example.org")
    assert page.status == 303


async def test_a_body_that_comes_in_pieces_is_limited_too(
    world: World, web: Web, talk: Event, eva: Actor
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"a=" + b"x" * 16_000

    path = f"/f/{await token_of(world, eva, talk)}"
    async with web.post(path, data=pieces(), headers=FORM) as answer:
        assert answer.status == 413


async def test_without_a_database_the_page_says_so_and_the_log_names_nobody(
    world: World, talk: Event, eva: Actor, logged: Logged
) -> None:
    token = await token_of(world, eva, talk)
    away = Database("sqlite+aiosqlite:////nowhere/at/all.db", secret=world.secret)
    async with web_of(world, database=away) as client:
        page = await Browser(client, f"/f/{token}").open()
        assert page.status == 503
        assert is_guarded(page.headers)
        assert "try again" in page.text
        await page.post({"go": "begin"})
        assert page.status == 503
    await away.close()
    assert len(logged.take_errors("form_not_reached")) == 2
    assert token not in str(logged)


async def test_a_mistake_of_ours_is_a_page_with_a_number(
    world: World, talk: Event, eva: Actor, logged: Logged
) -> None:
    token = await token_of(world, eva, talk)
    unsealed = Database(world.database.url)  # without a key nothing can be sealed
    async with web_of(world, database=unsealed) as client:
        page = Browser(client, f"/f/{token}")
        await page.post({"go": "begin"})
        assert page.status == 500
        assert is_guarded(page.headers)
    await unsealed.close()
    (error,) = logged.take_errors("form_failed")
    assert error["id"] in page.text
    assert token not in str(logged)


@pytest.mark.parametrize("language", ["it", "de", "pl"])
async def test_a_page_speaks_the_language_that_was_asked_for(
    world: World, web: Web, talk: Event, eva: Actor, language: str
) -> None:
    page = await browser_of(world, web, eva, talk)
    assert page.page.language == "en"
    await page.open(f"?language={language}")
    assert page.page.language == language
    await page.send()
    assert page.page.language == language
    assert page.at.endswith(f"page=1&language={language}")
    words = next(text for tag, text in page.page.tags if tag == "span" and "lang" in text)
    assert words["lang"] == "en"  # most questions are there in English alone
    await page.open("?language=xx")
    assert page.page.language == "en"


async def test_a_survey_that_has_closed_takes_nothing_more(
    world: World, web: Web, talk: Event, eva: Actor
) -> None:
    page = await browser_of(world, web, eva, talk)
    await page.send("Begin")
    async with world.database.reading() as session:
        closes_at = await session.scalar(select(Survey.closes_at))
    assert closes_at is not None
    await world.advance(seconds=(closes_at - world.now).total_seconds() + 1)
    await page.send("Continue", **ALL)
    assert "This survey has closed meanwhile" in page.text
    assert "was not handed in" in page.text
    assert not page.page.buttons
    assert await count(world, Ballot) == 0
    await page.open()
    assert "This survey is closed" in page.text


async def test_under_a_code_linking_is_asked_and_a_change_begins_with_what_was_said(
    world: World, web: Web, talk: Event, eva: Actor
) -> None:
    async with world.database.writing() as session:
        await session.execute(update(Survey).values(mode=SurveyMode.PSEUDONYMOUS))
    page = await browser_of(world, web, eva, talk)
    assert "bear the same code" in page.text
    await page.send("Begin", linking="yes")
    await page.send("Continue", **ALL)
    await page.send("Send", q__why="Two\nlines")
    assert await said_by(world, eva) == SAID
    await page.send("Change my answers")
    assert page.value("q.people") == ["7"]
    await page.send("Continue", q__people="8")
    await page.send("Send")
    assert await said_by(world, eva) == {**SAID, "people": 8}
    assert await count(world, Ballot) == 1


async def test_the_style_is_the_one_that_the_policy_names(
    world: World, web: Web, talk: Event, eva: Actor
) -> None:
    page = await browser_of(world, web, eva, talk)
    assert not re.search(r"https?://|url\(|@import|style=", page.body)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "words, ground",
    [
        *(
            (words, ground)
            for words in ("words", "soft", "accent")
            for ground in ("ground", "note")
        ),
        *((words, "sheet") for words in ("words", "soft", "accent", "wrong")),
        ("on-accent", "accent"),
    ],
)
def test_words_stand_out_from_their_ground(scheme: str, words: str, ground: str) -> None:
    light, dark = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    shown = light + (dark if scheme == "dark" else "")
    named = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", shown))
    assert contrast(named[words], named[ground]) >= 4.5
