"""A key file that is lost for good: the assistant goes on, and nobody is stuck in what is lost."""

import asyncio
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.engine import make_url

from bot.runtime import Assistant
from bot.telegram import intake
from handlers.chat.buttons import pack
from tests.support import voting
from tests.support.program import Program
from tests.support.surfing import EVERY_TYPE, Browser, browser_of, web_of
from tests.support.world import SECRET, Actor, World
from xinno_core.database import Database, only_process
from xinno_core.errors import WrongSettingError
from xinno_core.models import (
    Audit,
    Ballot,
    Base,
    Dialogue,
    Envelope,
    Inbox,
    InboxState,
    Marker,
    Response,
    Survey,
    SurveyMode,
    Wave,
)
from xinno_core.services import key_loss, markers, surveys, waves
from xinno_core.services.key_loss import Loss, NothingLost
from xinno_core.texts.actions import BeginSurvey, ChangeSurvey, FormOption, StartSurvey
from xinno_core.texts.surveys import DO_NOT_LINK

NEW_KEY = b"another key, made on another day"
Said = tuple[int, list[str], str]
"""What became of a command: its status, the lines that it tells, and its one-line reason."""
LONG_OVER = datetime(2026, 1, 1, tzinfo=UTC)


class Installation:
    """The folder from which an operator calls the program; no key file lies in it at first."""

    def __init__(self, world: World, folder: Path) -> None:
        self.key = folder / "xinno.key"
        self._program = Program(
            folder, api="http://127.0.0.1:9", token="", database_url=world._database_url
        )

    async def forget_key(self, *words: str) -> Said:
        """Call the command."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "forget-key", *words),
            cwd=self._program.folder,
            env=self._program.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        said, reason = await process.communicate()
        assert process.returncode is not None
        return process.returncode, said.decode().splitlines(), reason.decode()


@pytest.fixture
def installation(world: World, tmp_path: Path) -> Installation:
    return Installation(world, tmp_path)


@dataclass(frozen=True)
class Disaster:
    """What there was when the machine died: the database is back, the key file is not."""

    people: list[Actor]
    opened: int  # surveys: a wave of it was opened,
    coded: int  # it keeps answers under a code,
    still_open: int  # it collects sealed ones,
    over: int  # it has closed since,
    begun: int  # and of this one all are in the middle
    traces: bytes


@pytest.fixture
async def disaster(world: World) -> Disaster:
    people = await voting.people(world, 6)
    opened = await _survey(world, people, 1)
    await _answer(people, opened)
    await world.advance(days=40)
    coded = await _survey(world, people, 2, mode=SurveyMode.PSEUDONYMOUS)
    still_open, over, begun = [await _survey(world, people, number) for number in (3, 4, 5)]
    await _answer(people, coded, still_open, over)
    for one in people:
        await one.press_data(pack(BeginSurvey(begun, DO_NOT_LINK)))
        await one.press_data(pack(FormOption(surveys.topic_of(begun), 0, 0)))
    await _press_and_nobody_handles_it(world, people[0], pack(StartSurvey(begun)))
    async with world.database.writing() as session:
        (await session.get_one(Survey, over)).closes_at = LONG_OVER
        await markers.put(session, waves.LOCKED_OUT, {"surveys": [over]})
        sealed = (await session.scalars(select(Envelope.sealed).limit(1))).one()
    await world.close()
    return Disaster(people, opened, coded, still_open, over, begun, traces=sealed[-48:])


async def test_what_is_lost_is_told_and_given_up_once(
    world: World, installation: Installation, disaster: Disaster
) -> None:
    before = await _rows(world)
    assert before == (12, 24, 12, 6, 1)
    status, said, reason = await installation.forget_key()
    assert (status, reason) == (1, "xinno: nothing was changed; with --yes it is done\n")
    told = {
        "- answers that were not opened yet: 12, to 2 surveys",
        "  - feedback of talk-3, open: people may answer once more",
        "  - feedback of talk-4, over: nobody can answer again",
        "- unfinished answers to surveys: 6; they are begun anew",
        "- messages and presses that were not handled yet: 1; people press again",
    }
    assert told <= set(said)
    assert "xinno forget-key --yes" in said[-1]
    assert await _rows(world) == before
    assert not installation.key.exists()

    status, said, reason = await installation.forget_key("--yes")
    assert (status, reason) == (0, "")
    assert told <= set(said)
    assert await _rows(world) == (0, 12, 12, 0, 0)
    again: Said = (1, [], "xinno: the key file is the right one; nothing is lost\n")
    assert await installation.forget_key("--yes") == again
    assert await installation.forget_key() == again
    await _goes_on(world, installation)
    async with world.database.reading() as session:
        parked = await session.scalars(select(Inbox).where(Inbox.state == InboxState.PARKED))
        assert [(one.payload, one.error) for one in parked] == [(None, "sealed with another key")]
        audit = (await session.scalars(select(Audit).where(Audit.verb == "forget_key"))).one()
        assert audit.details["surveys"] == [disaster.still_open, disaster.over]
        assert await waves.find_locked_out(session) == []
        assert await markers.find(session, waves.CLEANING) is not None
    await world.tick()  # whoever finds the key again must not find what was given up
    async with world.database.reading() as session:
        assert await markers.find(session, waves.CLEANING) is None
    assert not _lies_in_the_files(world, disaster.traces)


async def test_all_that_was_sealed_is_given_again(
    world: World, installation: Installation, disaster: Disaster
) -> None:
    """What was opened, or kept under a code, stays; the others answer as if for the first time."""
    with pytest.raises(WrongSettingError, match="xinno forget-key"):
        await _start_with(world, NEW_KEY)
    assert (await installation.forget_key("--yes"))[0] == 0
    with pytest.raises(WrongSettingError, match="xinno forget-key"):
        await _start_with(world, SECRET)
    await _goes_on(world, installation)
    one, other = disaster.people[:2]
    for press in (ChangeSurvey(disaster.still_open), StartSurvey(disaster.begun)):
        await one.press_data(pack(press))
        assert "To the questions" in one.screen.labels
    where_it_stood = pack(FormOption(surveys.topic_of(disaster.begun), 1, 0))
    await other.press_data(where_it_stood)
    assert "To the questions" in other.screen.labels
    await _answer(disaster.people, disaster.still_open, disaster.begun)
    await world.advance(days=40)
    await world.tick()
    answered = (disaster.opened, disaster.coded, disaster.still_open, disaster.begun)
    assert await _answers(world) == dict.fromkeys(answered, 6)
    async with world.database.reading() as session:
        assert (await session.get_one(Survey, disaster.over)).ended_at is not None
        assert await session.get(Wave, (disaster.over, 1)) is None


async def test_in_the_browser_old_addresses_end_and_a_new_one_begins_anew(
    world: World, installation: Installation
) -> None:
    talk, eva = await world.event(survey=EVERY_TYPE[:2]), await world.participant("Eva")
    async with world.database.writing() as session:
        survey_id = await session.scalar(select(Survey.id).where(Survey.event_id == talk.id))
    await eva.press("Register", on=talk)
    async with web_of(world) as client:
        page = await browser_of(world, client, eva, talk)
        await page.send("Begin")
        await page.send("Send", q__useful="5", q__best="talk")
        assert "Thank you" in page.text
        old = page.path
    await world.close()
    assert (await installation.forget_key("--yes"))[0] == 0
    await _goes_on(world, installation)
    async with web_of(world) as client:
        assert (await Browser(client, old).open()).status == 404
        page = await browser_of(world, client, eva, talk)
        await page.send("Begin")
        await page.send("Send", q__useful="2", q__best="walk")
        assert "Thank you" in page.text
    async with world.database.reading() as session:
        ballots = (await session.scalars(select(Ballot.survey_id))).all()
    assert ballots == [survey_id]


@pytest.mark.both
async def test_it_is_refused_while_the_assistant_runs(
    world: World, installation: Installation
) -> None:
    """Whoever calls it beside a running assistant is at the wrong place, and not without a key."""
    people = await voting.people(world, 2)
    await _answer(people, await _survey(world, people, 1))
    before = await _rows(world)
    with only_process(world._database_url):
        for words in ((), ("--yes",)):
            status, said, reason = await installation.forget_key(*words)
            assert (status, said) == (1, [])
            assert "stop it first" in reason
            assert reason.count("\n") == 1
    assert await _rows(world) == before
    assert not installation.key.exists()


async def test_where_no_key_was_ever_used_none_is_made(
    world: World, installation: Installation
) -> None:
    async with world.database.writing() as session:
        await session.execute(delete(Marker))
    await world.close()
    status, said, reason = await installation.forget_key("--yes")
    assert (status, said) == (1, [])
    assert "knows no key yet" in reason
    assert not installation.key.exists()


async def test_of_two_at_once_the_second_finds_that_the_key_fits(world: World) -> None:
    people = await voting.people(world, 2)
    await _answer(people, await _survey(world, people, 1))
    databases = [Database(world._database_url, secret=NEW_KEY) for _ in range(2)]

    async def forget(database: Database) -> Loss | NothingLost:
        async with database.writing() as session:
            return await key_loss.forget(session, now=world.now)

    outcomes = await asyncio.gather(*map(forget, databases))
    assert NothingLost(is_known=True) in outcomes
    assert [one.answers for one in outcomes if isinstance(one, Loss)] == [2]
    for database in databases:
        await database.close()


async def _survey(
    world: World, people: list[Actor], number: int, *, mode: SurveyMode = SurveyMode.ANONYMOUS
) -> int:
    """A survey that all are asked."""
    one = await voting.voting(world, people, number)
    async with world.database.writing() as session:
        (await session.get_one(Survey, one.survey_id)).mode = mode
    return one.survey_id


async def _answer(people: list[Actor], *survey_ids: int) -> None:
    for actor in people:
        for survey_id in survey_ids:
            await actor.press_data(pack(BeginSurvey(survey_id, DO_NOT_LINK)))
            while actor.is_asked:
                await actor.answer_somehow()
            assert "Thank you" in actor.screen.text


async def _press_and_nobody_handles_it(world: World, actor: Actor, data: str) -> None:
    """A press that is stored, and no more, before the machine dies."""
    shown = world.simulator.chat(actor.id)[-1]
    world.simulator.press_data(actor.id, shown.message_id, data)
    for raw in world.simulator.take_updates():
        await intake.store(world.database, raw)


async def _start_with(world: World, secret: bytes) -> None:
    other = Assistant(replace(world.assistant.setup, secret=secret))
    try:
        await other.start()
    finally:
        await other.close()


async def _goes_on(world: World, installation: Installation) -> None:
    """Start the assistant with the key that there is now."""
    world.secret = installation.key.read_bytes()
    world._wire()
    await world.open()


async def _rows(world: World) -> tuple[int, int, int, int, int]:
    """How many envelopes, ballots, answers, forms and waiting updates there are."""
    database = Database(world._database_url)
    try:
        async with database.reading() as session:

            async def count(table: type[Base], *among: object) -> int:
                query = select(func.count()).select_from(table)
                return await session.scalar(query.where(*among)) or 0  # type: ignore[arg-type]

            return (
                await count(Envelope),
                await count(Ballot),
                await count(Response),
                await count(Dialogue),
                await count(Inbox, Inbox.state == InboxState.OPEN),
            )
    finally:
        await database.close()


async def _answers(world: World) -> dict[int, int]:
    async with world.database.reading() as session:
        found = await session.execute(
            select(Response.survey_id, func.count()).group_by(Response.survey_id)
        )
        return {row[0]: row[1] for row in found}


def _lies_in_the_files(world: World, content: bytes) -> bool:
    """Whether it is still found in a SQLite database's files; those of a server are its own."""
    url = make_url(world._database_url)
    if url.get_backend_name() != "sqlite":
        return False
    path = Path(url.database or "")
    files = [path, path.with_name(path.name + "-wal")]
    return any(content in file.read_bytes() for file in files if file.exists())
