"""The world as a test speaks of it: people who press and type, a clock, and the assistant.

Everything is real but Telegram itself: the simulator stands in at the request layer, the database
is the one the test was given, and an error in a handler fails the test that caused it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.runtime import Assistant, Setup
from bot.simulator.messages import StoredMessage
from bot.simulator.request import SimulatorRequest
from bot.simulator.state import Simulator
from bot.telegram import intake
from tests.support import building
from xinno_core.clock import MovableClock
from xinno_core.models import Event, Participant, Registration, Role
from xinno_core.services import access, participants, profile, visits
from xinno_core.texts.actions import FormBack, FormCancel, FormDone, FormOption, FormSkip

TOKEN = "1000001:test-token-of-no-worth-at-all-0000000"
SECRET = b"a key for tests"
FORM_CODES = {action.code for action in (FormOption, FormDone, FormSkip, FormBack, FormCancel)}
START = datetime(2027, 3, 8, 9, 0, tzinfo=UTC)
"""A Monday morning, outside quiet hours, three weeks before the clocks change."""


@dataclass
class Screen:
    """One message of the assistant as a person sees it."""

    message: StoredMessage

    @property
    def text(self) -> str:
        """What it says, without markup."""
        return self.message.text or self.message.caption or ""

    @property
    def labels(self) -> list[str]:
        """What its buttons say."""
        return [button.text for row in self.message.buttons for button in row]

    @property
    def document(self) -> bytes:
        """The bytes of the file that goes with it."""
        if self.message.document is None:
            msg = f"no file in: {self.text}"
            raise AssertionError(msg)
        return self.message.document.content


@dataclass
class Actor:
    """A person with a phone."""

    world: "World"
    id: int
    name: str
    screen: Screen = field(init=False)
    notices: list[Screen] = field(default_factory=list)
    toast: str = ""

    async def press(self, label: str, *, on: Event | None = None) -> None:
        """Press the newest button that begins with this label, after opening an event's card."""
        if on is not None:
            await self.open_link(f"e_{on.key}")
        message, row, column = self._find(label)
        press_id = self.world.simulator.press(self.id, message.message_id, row=row, column=column)
        await self.world.respond(self)
        answer = self.world.simulator.answer_of(press_id)
        assert answer is not None, f"the press on {label!r} was never answered"
        self.toast = answer.text

    async def press_data(self, data: str, *, message_id: int | None = None) -> None:
        """Press a button that a changed client made up."""
        chat = self.world.simulator.chat(self.id)
        shown = message_id or (chat[-1].message_id if chat else 1)
        self.world.simulator.press_data(self.id, shown, data)
        await self.world.respond(self)

    async def type(self, text: str) -> None:
        """Write something."""
        self.world.simulator.send_text(self.id, text)
        await self.world.respond(self)

    async def send(self, kind: str, *what: Any, **more: Any) -> None:  # noqa: ANN401 (see there)
        """Send a text, photo, album, document, place or poll, as the simulator's people do."""
        getattr(self.world.simulator, f"send_{kind}")(self.id, *what, **more)
        await self.world.respond(self)

    async def open_link(self, payload: str = "") -> None:
        """Open a link to the bot, and press Start."""
        self.world.simulator.open_link(self.id, payload)
        await self.world.respond(self)

    @property
    def is_asked(self) -> bool:
        """Tell whether the screen is a question of a form."""
        return any(
            (button.data or "").split(":")[0] in FORM_CODES
            for row in self.screen.message.buttons
            for button in row
        )

    async def press_first(self) -> None:
        """Press the first button of the newest message."""
        message = self.world.simulator.chat(self.id)[-1]
        self.world.simulator.press(self.id, message.message_id, row=0, column=0)
        await self.world.respond(self)

    async def answer_somehow(self) -> None:
        """Answer the question on the screen, whatever it is: the first options, or a word."""
        options = [one for one in self._data() if one.split(":")[0] == FormOption.code]
        if not options:
            asked = self.screen.text
            await self.type("7")
            if asked in self.screen.text:  # a name wants letters
                await self.type("Seven")
        for option in options:
            await self.press_data(option)
            done = [one for one in self._data() if one.split(":")[0] == FormDone.code]
            if done:
                await self.press_data(done[0])
            if done or options[-1] not in self._data():
                return

    def _data(self) -> list[str]:
        """What the buttons of the screen carry."""
        return [button.data or "" for row in self.screen.message.buttons for button in row]

    def sees(self) -> str:
        """Everything the assistant's messages in this chat say now."""
        chat = self.world.simulator.chat(self.id)
        return "\n".join(Screen(message).text for message in chat if message.from_bot)

    def _find(self, label: str) -> tuple[StoredMessage, int, int]:
        for message in reversed(self.world.simulator.chat(self.id)):
            for row, buttons in enumerate(message.buttons if message.from_bot else ()):
                for column, button in enumerate(buttons):
                    if button.text.startswith(label):
                        return message, row, column
        msg = f"{self.name} has no button {label!r}; the chat says:\n{self.sees()}"
        raise AssertionError(msg)


class World:
    """One installation with its people."""

    def __init__(self, database_url: str, *, start: datetime = START) -> None:
        """Wire the assistant to a simulator and a clock that stands still until it is moved."""
        self.clock = MovableClock(start, running=False)
        self.simulator = Simulator(token=TOKEN, now=self.clock.now)
        self.secret = SECRET
        self.errors: list[Exception] = []
        self.expects_errors = False
        self._database_url = database_url
        self._wire()
        self._actors: dict[int, Actor] = {}

    def _wire(self) -> None:
        self.assistant = Assistant(
            Setup(
                database_url=self._database_url,
                token=TOKEN,
                api_root="http://simulator",
                clock=self.clock,
                rate_limit=1000,
                chat_rate=1000,
                secret=self.secret,
                request=SimulatorRequest(self.simulator),
            ),
            report=self.errors.append,
        )
        self.database = self.assistant.database

    async def open(self) -> None:
        """Start the assistant without its loops: a test makes things happen one by one."""
        await self.assistant.start()

    async def close(self) -> None:
        """End it."""
        await self.assistant.close()

    async def restart(self) -> None:
        """End the assistant and start another on the same database: nothing else is remembered."""
        await self.close()
        self._wire()
        await self.open()

    # ── people ───────────────────────────────────────────────────────────────────────────────
    def newcomer(
        self, name: str, *, language: str | None = "en", username: str | None = None
    ) -> Actor:
        """A person who has never written to the assistant."""
        person = self.simulator.add_person(first_name=name, language=language, username=username)
        actor = Actor(self, person.id, name)
        self._actors[person.id] = actor
        return actor

    async def participants(self, *names: str, language: str = "en") -> list[Actor]:
        """People who have passed the notice and filled in their profile."""
        return [await self.participant(name, language=language) for name in names]

    async def participant(
        self, name: str, *, language: str = "en", exercises: bool | None = None
    ) -> Actor:
        """One person who has passed the notice and filled in the profile."""
        actor = self.newcomer(name, language=language)
        await actor.open_link()
        async with self.database.writing() as session:
            person = await participants.meet(
                session, telegram_id=actor.id, language_code=language, now=self.now
            )
            visits.pass_notice(person, now=self.now)
            await profile.save(
                session,
                participant=person,
                answers={
                    "profile_name": name,
                    "profile_organisation": f"Firm of {name}",
                    "profile_type": "sme",
                    "profile_sector": "creative",
                },
            )
            if exercises is not None:
                await participants.give_consent(
                    session,
                    participant=person,
                    purpose=participants.purpose("exercises"),
                    given=exercises,
                    now=self.now,
                )
        return actor

    async def organiser(self, name: str, *, of: str = "chemnitz", language: str = "en") -> Actor:
        """A participant who organises the events of a region."""
        actor = await self.participant(name, language=language)
        async with self.database.writing() as session:
            await building.region(session, of)
            await access.grant(
                session,
                participant=await self.person(session, actor),
                role=Role.ORGANISER,
                region_key=of,
                pilot_key=None,
                now=self.now,
            )
        return actor

    async def lead(self, name: str, *, of: str = "pilot-1") -> Actor:
        """A participant who reads across the regions of a pilot."""
        actor = await self.participant(name)
        async with self.database.writing() as session:
            await access.grant(
                session,
                participant=await self.person(session, actor),
                role=Role.LEAD,
                region_key=None,
                pilot_key=of,
                now=self.now,
            )
        return actor

    async def answers_of(self, actor: Actor) -> dict[str, Any]:
        """What a person answered when registering, for the only registration there is."""
        async with self.database.reading() as session:
            person = await self.person(session, actor)
            found = await session.scalar(
                select(Registration).where(Registration.participant_id == person.id)
            )
            assert found is not None
            return found.answers

    async def person(self, session: AsyncSession, actor: Actor) -> Participant:
        """Return the row of a person."""
        found = await participants.find_by_telegram(session, actor.id)
        assert found is not None
        return found

    # ── things ───────────────────────────────────────────────────────────────────────────────
    async def event(self, title: str = "Collab Talks", **more: Any) -> Event:  # noqa: ANN401 (see there)
        """A published event, ten days ahead unless said otherwise; see building.event."""
        more.setdefault("starts_local", self.local(days=10))
        async with self.database.writing() as session:
            return await building.event(session, title=title, now=self.now, **more)

    async def seats_left(self, event: Event) -> int:
        """Free seats of the event's first limit."""
        async with self.database.reading() as session:
            return await building.free_seats(session, event.id)

    def local(self, *, days: int = 0, hour: int = 18, minute: int = 0) -> datetime:
        """Wall time in Berlin so many days from now."""
        day = self.now.astimezone(ZoneInfo("Europe/Berlin")) + timedelta(days=days)
        return day.replace(hour=hour, minute=minute, second=0, microsecond=0, tzinfo=None)

    # ── time and work ────────────────────────────────────────────────────────────────────────
    @property
    def now(self) -> datetime:
        """Business time."""
        return self.clock.now()

    async def advance(self, **by: float) -> None:
        """Move the clock forward, through everything that is due on the way."""
        await self.move_to(self.now + timedelta(**by))

    async def move_to(self, instant: datetime) -> None:
        """Move the clock to an instant, through everything that is due on the way."""
        await self._watching_notices(lambda: self.assistant.move_to(instant))

    async def tick(self) -> None:
        """Run all ticks, and send what is due."""
        await self._watching_notices(self.assistant.settle)

    async def respond(self, actor: Actor) -> None:
        """Let the assistant take in and answer what a person just did."""
        before = self._seen(actor)
        for raw in self.simulator.take_updates():
            await intake.store(self.database, raw)
        await self.assistant.workers.drain()
        self._check()
        changed = [
            message
            for message in self.simulator.chat(actor.id)
            if message.from_bot and before.get(message.message_id) != _state(message)
        ]
        if changed:
            actor.screen = Screen(changed[-1])

    async def _watching_notices(self, work: Callable[[], Any]) -> None:
        before = {actor.id: self._seen(actor) for actor in self._actors.values()}
        await work()
        self._check()
        for actor in self._actors.values():
            actor.notices.extend(
                Screen(message)
                for message in self.simulator.chat(actor.id)
                if message.from_bot and message.message_id not in before[actor.id]
            )

    def _seen(self, actor: Actor) -> dict[int, str]:
        return {message.message_id: _state(message) for message in self.simulator.chat(actor.id)}

    def _check(self) -> None:
        if self.errors and not self.expects_errors:
            raise self.errors[0]


def _state(message: StoredMessage) -> str:
    labels = [button.text for row in message.buttons for button in row]
    return re.sub(r"\s+", " ", f"{message.text} {message.caption} {labels}")
