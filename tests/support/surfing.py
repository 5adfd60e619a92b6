"""A browser without scripts, for tests: it opens a form, fills in what is there, and sends it."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from bot.web import create_app
from tests.support.world import Actor, World
from xinno_core.database import Database
from xinno_core.models import Dialogue, Envelope, Event, Response, Survey
from xinno_core.sealing import Seal
from xinno_core.services import surveys

FORM = {"Content-Type": "application/x-www-form-urlencoded"}

OPTIONS = [
    {"key": key, "label": {"en": word, "de": f"{word} (de)"}}
    for key, word in (("talk", "Talks"), ("walk", "Walks"), ("work", "Workshops"))
]
EVERY_TYPE: tuple[dict[str, Any], ...] = (
    {
        "key": "useful",
        "kind": "rating",
        "text": {"en": "How useful was it?", "de": "Wie nützlich war es?"},
        "low": {"en": "not at all"},
        "high": {"en": "very"},
    },
    {"key": "best", "kind": "single", "text": {"en": "What was best?"}, "options": OPTIONS},
    {
        "key": "more",
        "kind": "multiple",
        "text": {"en": "Of what do you want more?"},
        "options": OPTIONS,
        "most_choices": 2,
    },
    {
        "key": "people",
        "kind": "number",
        "text": {"en": "How many people did you meet?"},
        "least": 0,
        "greatest": 50,
    },
    {
        "key": "day",
        "kind": "date",
        "text": {"en": "When will you meet again?"},
        "earliest": "2027-03-01",
        "latest": "2028-03-01",
    },
    {"key": "order", "kind": "ranking", "text": {"en": "Rank them."}, "options": OPTIONS},
    {
        "key": "sector",
        "kind": "single",
        "text": {"en": "Where do you work?"},
        "options": OPTIONS,
        "may_refuse": True,
    },
    {
        "key": "income",
        "kind": "number",
        "text": {"en": "What did it cost?"},
        "may_refuse": True,
    },
    {
        "key": "why",
        "kind": "text",
        "text": {"en": "Why these talks?"},
        "only_if": {"question": "best", "is": ["talk"]},
        "most": 200,
    },
    {"key": "words", "kind": "text", "text": {"en": "In your words?"}, "optional": True},
)


class _Reader(HTMLParser):
    """Reads a page as a browser does: its words, its fields, and what is filled in."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.fields: list[tuple[str, str, bool]] = []  # name, value, is it sent as it stands
        self.buttons: dict[str, str] = {}
        self.action = ""
        self.language = ""
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._button, self._select, self._area = "", "", ""
        self._silent = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        self._silent += tag in {"style", "script"}
        match tag:
            case "html":
                self.language = given["lang"]
            case "form":
                self.action = given["action"]
            case "input" if given["type"] in {"radio", "checkbox"}:
                self.fields.append((given["name"], given["value"], "checked" in given))
            case "input":
                self.fields.append((given["name"], given["value"], True))
            case "textarea":
                self._area = given["name"]
                self.fields.append((given["name"], "", True))
            case "select":
                self._select = given["name"]
            case "option":
                self.fields.append((self._select, given["value"], "selected" in given))
            case "button":
                self._button = given["value"]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"style", "script"}
        if tag == "textarea":
            self._area = ""
        if tag == "button":
            self._button = ""

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._area:
            name, value, sent = self.fields.pop()
            self.fields.append((name, (value + data).removeprefix("\n"), sent))
        if self._button:
            self.buttons[data.strip()] = self._button
        self.words.append(data)


@dataclass
class Browser:
    """Somebody's browser on one form."""

    client: TestClient[Any, Any]
    path: str
    language: str = ""
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    at: str = ""

    async def open(self, query: str = "") -> "Browser":
        """Open the address."""
        if not query and self.language:
            query = f"?language={self.language}"
        async with self.client.get(self.path + query) as answer:
            await self._read(answer)
        return self

    async def send(self, button: str = "", **given: str | list[str]) -> "Browser":
        """Fill in fields by name (dots as `__`), press a button, and follow where it leads."""
        page = self.page
        sent: dict[str, list[str]] = {}
        for name, value, is_sent in page.fields:
            if is_sent:
                sent.setdefault(name, []).append(value)
        for name, said in given.items():
            sent[name.replace("__", ".")] = [said] if isinstance(said, str) else said
        pressed = page.buttons[button] if button else next(iter(page.buttons.values()))
        sent["go"] = [pressed]
        await self.post(sent, query=page.action)
        if self.status == 303:
            return await self.open(self.headers["Location"])
        return self

    async def post(
        self, sent: Mapping[str, object] | bytes, *, query: str = "", **more: str
    ) -> None:
        """Send anything at all."""
        body = sent if isinstance(sent, bytes) else urlencode(sent, doseq=True).encode()
        headers = {**FORM, **{name.replace("_", "-"): value for name, value in more.items()}}
        async with self.client.post(
            self.path + query, data=body, headers=headers, allow_redirects=False
        ) as answer:
            await self._read(answer)

    @property
    def page(self) -> _Reader:
        """The page as it stands."""
        return _Reader(self.body)

    @property
    def text(self) -> str:
        """What is read on it."""
        return " ".join(" ".join(self.page.words).split())

    @property
    def names(self) -> set[str]:
        """The fields that it has."""
        return {name for name, _, _ in self.page.fields}

    def value(self, name: str) -> list[str]:
        """What a field would send as it stands."""
        return [value for of, value, is_sent in self.page.fields if of == name and is_sent]

    async def _read(self, answer: ClientResponse) -> None:
        self.status, self.headers = answer.status, answer.headers
        self.body = await answer.text()
        self.at = str(answer.url)


@contextlib.asynccontextmanager
async def web_of(
    world: World, *, database: Database | None = None
) -> AsyncIterator[TestClient[Any, Any]]:
    """Serve the real web application on a port of this machine."""
    app = create_app(
        database=database or world.database,
        readiness=world.assistant.missing,
        webhook_secret=None,
        stored=world.assistant.workers.wake,
        secret=world.secret,
        now=lambda: world.now,
        public_url="https://forms.example.org",
    )
    async with TestClient(TestServer(app)) as client:
        yield client


async def token_of(world: World, actor: Actor, event: Event) -> str:
    """What the person's own address carries."""
    async with world.database.reading() as session:
        person = await world.person(session, actor)
        survey = await session.scalar(select(Survey).where(Survey.event_id == event.id))
        assert survey is not None
        return surveys.form_token(person, survey.id, world.secret)


async def browser_of(
    world: World, client: TestClient[Any, Any], actor: Actor, event: Event, language: str = ""
) -> Browser:
    """The person's browser, on the first page."""
    token = await token_of(world, actor, event)
    return await Browser(client, f"/f/{token}", language).open()


async def said_by(world: World, actor: Actor) -> dict[str, Any]:
    """What a person's one answer says: sealed, or kept with them."""
    async with world.database.reading() as session:
        person = await world.person(session, actor)
        envelope = await session.scalar(
            select(Envelope).where(Envelope.participant_id == person.id)
        )
        if envelope is not None:
            place = surveys.place_of(envelope.survey_id, person.id)
            opened = Seal(world.secret).open_json(envelope.sealed, place=place)
            assert isinstance(opened, dict)
            return opened
        found = await session.scalar(select(Response).where(Response.participant_id == person.id))
        assert found is not None
        return found.answers


async def has_begun(world: World, actor: Actor) -> bool:
    """Whether a form of the person is under way."""
    async with world.database.reading() as session:
        person = await world.person(session, actor)
        found = await session.scalar(select(Dialogue).where(Dialogue.participant_id == person.id))
        return found is not None
