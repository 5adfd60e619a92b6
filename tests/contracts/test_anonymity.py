"""Who said what in an anonymous survey: nobody finds it out who lacks the key.

The attacker of tests/support/attacker.py gets everything but the key. Against the program as it is,
every way they know is as good as a blind one. In each test below, a safeguard is taken away, and
the same attacker finds nearly everybody out; where several hide each other, they go together, and
with the one that the test is named for back in its place, the attacker is blind again.
"""

import io
import itertools
import secrets
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from tests.support import voting
from tests.support.attacker import Case, Verdict, attack
from tests.support.logbook import logbook
from tests.support.loot import Loot, Thief
from tests.support.world import Actor, World
from xinno_core import sealing
from xinno_core.database import Database, change
from xinno_core.models import Inbox, InboxState, Participant, Response, Survey
from xinno_core.sealing import Seal
from xinno_core.services import form_standing, inbox, surveys, waves
from xinno_core.services.inbox import Work

pytestmark = [pytest.mark.timeout(300), pytest.mark.both]
mostly_on_sqlite = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True
)
"""What does not hang on the database is tried on both with `--long`."""
VOTERS = 16
MOST = 0.75
"""Which part of all people the attacker finds out, at least, when a safeguard is missing."""


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    with logbook() as written:
        yield written


@pytest.fixture
def thief(world: World, logged: io.StringIO) -> Thief:
    return Thief(world._database_url, log=logged)


def is_blind(verdict: Verdict) -> bool:
    """Whether no way knows more than a guess."""
    assert verdict.found_out == {}, f"{verdict.found_out} of {verdict.pairs} are known"
    return True


def is_found_out(verdict: Verdict) -> bool:
    """Whether some way knows nearly everybody, and it can't be luck."""
    best = max(verdict.hits, key=verdict.hits.__getitem__)
    assert verdict.found_out, f"the best way is: {best}, {verdict.hits[best]} of {verdict.pairs}"
    assert verdict.best >= MOST, f"{best}: {verdict.hits[best]} of {verdict.pairs}"
    return True


async def opened(world: World) -> None:
    """Let all surveys close, and the database forget what it held of them."""
    await world.advance(days=40)
    await world.tick()


@mostly_on_sqlite
async def test_six_answers(world: World, thief: Thief) -> None:
    """Six surveys of six answers: before they are opened, after it, and both together."""
    await thief.begin()
    cases, before = [], []
    people = await voting.people(world, 6)
    for number in range(6):
        one = await voting.voting(world, people, number)
        cases.append(await voting.votes(world, one))
        if number in {2, 5}:
            before.append(await thief.takes_all())
    before.append(await thief.takes_a_backup())
    assert is_blind(attack(before, cases))
    await opened(world)
    after = [await thief.takes_all(), await thief.takes_a_backup()]
    assert len(after[-1].tables["response"]) == 36
    assert after[-1].tables["envelope"] == []
    assert is_blind(attack(after, cases))
    assert is_blind(attack([*before, *after], cases))


@pytest.mark.long
async def test_sixty_answers(world: World, thief: Thief) -> None:
    """One survey, stolen from in the middle of it, before and after it is opened."""
    await thief.begin()
    thefts: list[Loot] = []
    answers = itertools.count(1)

    async def after_each() -> None:
        if next(answers) in {6, 30}:
            thefts.append(await thief.takes_all())

    one = await voting.voting(world, await voting.people(world, 60))
    case = await voting.votes(world, one, after_each=after_each)
    thefts += [await thief.takes_all(), await thief.takes_a_backup()]
    assert is_blind(attack(thefts, [case]))
    await opened(world)
    after = [await thief.takes_all(), await thief.takes_a_backup()]
    assert len(after[-1].tables["response"]) == 60
    assert is_blind(attack(after, [case]))
    assert is_blind(attack([*thefts, *after], [case]))


# ── with one safeguard less ──────────────────────────────────────────────────────────────────────
@mostly_on_sqlite
async def test_shuffle(world: World, thief: Thief, monkeypatch: pytest.MonkeyPatch) -> None:
    """Random numbers of answers hide their order on SQLite, so both go."""
    without_random_numbers(monkeypatch)
    with monkeypatch.context() as removed:
        removed.setattr(waves, "shuffle", lambda said: None)
        assert is_found_out(await after_opening(world, thief, 0))
    assert is_blind(await after_opening(world, thief, 1))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_random_numbers(world: World, thief: Thief, monkeypatch: pytest.MonkeyPatch) -> None:
    """On SQLite answers lie in the order of their numbers, whatever order they were written in.

    PostgreSQL keeps them in the order of writing: there nothing but the shuffle hides it.
    """
    monkeypatch.setattr(waves, "shuffle", lambda said: None)
    assert is_blind(await after_opening(world, thief, 1))


@mostly_on_sqlite
async def test_time(world: World, thief: Thief, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers that are written when they are given, without a person, under random numbers."""

    async def written_at_once(
        session: AsyncSession, survey: Survey, participant: Participant, said: dict[str, Any]
    ) -> None:
        session.add(
            Response(id=secrets.token_hex(16), survey_id=survey.id, wave=1, version=1, answers=said)
        )
        await session.flush()

    thefts: list[Loot] = []

    async def after_each() -> None:
        thefts.append(await thief.takes_a_backup())

    people = await voting.people(world, VOTERS)
    with monkeypatch.context() as removed:
        removed.setattr(surveys, "_seal", written_at_once)
        cases = [await held(world, people, 0, after_each)]
        assert is_found_out(attack(thefts, cases))
    thefts.clear()
    cases = [await held(world, people, 1, after_each)]
    await opened(world)
    await after_each()
    assert is_blind(attack(thefts, cases))


@mostly_on_sqlite
async def test_envelope(world: World, thief: Thief, monkeypatch: pytest.MonkeyPatch) -> None:
    people = await voting.people(world, VOTERS)
    with monkeypatch.context() as removed:
        without_sealing(removed, "envelope")
        cases = [await held(world, people, 0)]
    assert is_found_out(attack([await thief.takes_a_backup()], cases))
    cases = [await held(world, people, 1)]
    assert is_blind(attack([await thief.takes_a_backup()], cases))


@pytest.mark.long
async def test_inbox_sealing(world: World, thief: Thief, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is blanked in the inbox stays in the database's log, and in its files."""
    people = await voting.people(world, VOTERS)
    with monkeypatch.context() as removed:
        without_sealing(removed, "inbox")
        assert is_found_out(await while_answering(world, thief, people, 0))
    assert is_blind(await while_answering(world, thief, people, 1))


@mostly_on_sqlite
async def test_inbox_blanking(world: World, thief: Thief, monkeypatch: pytest.MonkeyPatch) -> None:
    """The seal hides what is not blanked, so both go; a backup holds what stands in the rows."""
    without_sealing(monkeypatch, "inbox")
    people = await voting.people(world, VOTERS)
    with monkeypatch.context() as removed:
        removed.setattr(inbox, "finish", finish_without_blanking)
        cases = [await held(world, people, 0)]
        assert is_found_out(attack([await thief.takes_a_backup()], cases))
    async with world.database.writing() as session:
        await session.execute(delete(Inbox))
    await world.database.forget_deleted(Inbox)
    cases = [await held(world, people, 1)]
    assert is_blind(attack([await thief.takes_a_backup()], cases))


@pytest.mark.long
async def test_dialogue_sealing(
    world: World, thief: Thief, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle of answering."""
    people = await voting.people(world, VOTERS)
    with monkeypatch.context() as removed:
        without_sealing(removed, "dialogue")
        assert is_found_out(await in_the_middle(world, thief, people, 0))
    assert is_blind(await in_the_middle(world, thief, people, 1))


@pytest.mark.long
async def test_sealing_of_the_step(
    world: World, thief: Thief, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which question is asked next tells what was answered before."""
    people = await voting.people(world, VOTERS)
    with monkeypatch.context() as removed:
        keep = form_standing.Standing.keep

        async def keep_with_open_step(self: form_standing.Standing) -> None:
            await keep(self)
            self.row.step = self.step
            await self._session.flush()

        removed.setattr(form_standing.Standing, "keep", keep_with_open_step)
        assert is_found_out(await in_the_middle(world, thief, people, 0))
    assert is_blind(await in_the_middle(world, thief, people, 1))


@mostly_on_sqlite
async def test_dialogue_blanking(
    world: World, thief: Thief, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The seal hides what is not removed when a form is finished, so both go."""
    without_sealing(monkeypatch, "dialogue")
    people = await voting.people(world, VOTERS)
    with monkeypatch.context() as removed:

        async def stay(self: form_standing.Standing) -> None:
            self.row.is_current = False
            await self.keep()

        removed.setattr(form_standing.Standing, "drop", stay)
        cases = [await held(world, people, 0)]
        assert is_found_out(attack([await thief.takes_a_backup()], cases))
    cases = [await held(world, people, 1)]
    assert is_blind(attack([await thief.takes_a_backup()], cases))


@pytest.mark.long
async def test_padding(world: World, thief: Thief, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sealed, but as long as what was said."""
    with monkeypatch.context() as removed:
        removed.setattr(sealing, "padded_size", lambda length, block: length)
        assert is_found_out(await before_and_after(world, thief, 0))
    assert is_blind(await before_and_after(world, thief, 1))


async def test_cleaning(world: World, thief: Thief, monkeypatch: pytest.MonkeyPatch) -> None:
    """The seal hides what is left of envelopes, and SQLite's own care removes it: all three go.

    PostgreSQL's log is the server's own, and cleaned by it: what is told to operators.
    """
    without_sealing(monkeypatch, "envelope")
    await without_secure_delete(world)
    with monkeypatch.context() as removed:

        async def forget_nothing(self: Database, *tables: object) -> bool:
            return True

        removed.setattr(Database, "forget_deleted", forget_nothing)
        verdict = await after_opening(world, thief, 0, without="log of the server")
        assert is_found_out(verdict)
    verdict = await after_opening(world, thief, 1, without="log of the server")
    assert is_blind(verdict)


# ── how they are tried ───────────────────────────────────────────────────────────────────────────
async def held(
    world: World, people: list[Actor], number: int, after_each: voting.Then | None = None
) -> Case:
    """One survey that all of them answer."""
    one = await voting.voting(world, people, number)
    return await voting.votes(world, one, after_each=after_each)


async def after_opening(world: World, thief: Thief, number: int, *, without: str = "-") -> Verdict:
    """Steal everything once the surveys have been opened."""
    people = await voting.people(world, VOTERS)
    case = await held(world, people, number)
    await opened(world)
    return attack([(await thief.takes_all()).without(without)], [case])


async def before_and_after(world: World, thief: Thief, number: int) -> Verdict:
    """Take a backup before the surveys are opened, and another afterwards."""
    people = await voting.people(world, VOTERS)
    case = await held(world, people, number)
    before = await thief.takes_a_backup()
    await opened(world)
    return attack([before, await thief.takes_a_backup()], [case])


async def in_the_middle(world: World, thief: Thief, people: list[Actor], number: int) -> Verdict:
    """Take a backup while all of them have one question left."""
    one = await voting.voting(world, people, number)
    case = await voting.votes(world, one, stop_before_the_last=True)
    return attack([await thief.takes_a_backup()], [case])


async def while_answering(world: World, thief: Thief, people: list[Actor], number: int) -> Verdict:
    """Steal everything, again and again."""
    thefts: list[Loot] = []
    answers = itertools.count(1)

    async def after_each() -> None:
        if next(answers) % 4 == 0:
            thefts.append(await thief.takes_all())

    await thief.begin()
    return attack(thefts, [await held(world, people, number, after_each)])


def without_sealing(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """Let what belongs to such places lie open."""
    close, open_ = Seal.close, Seal.open

    def close_openly(self: Seal, content: bytes, *, place: str, block: int) -> bytes:
        if place.startswith(kind):
            return content
        return close(self, content, place=place, block=block)

    def open_openly(self: Seal, sealed: bytes, *, place: str) -> bytes:
        return sealed if place.startswith(kind) else open_(self, sealed, place=place)

    def text_openly(self: Seal, text: str, *, place: str, block: int) -> str:
        if place.startswith(kind):
            return text
        return close_text(self, text, place=place, block=block)

    kind, close_text = place, Seal.close_text
    monkeypatch.setattr(Seal, "close", close_openly)
    monkeypatch.setattr(Seal, "open", open_openly)
    monkeypatch.setattr(Seal, "close_text", text_openly)


def without_random_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let answers be numbered as they come."""
    numbers = itertools.count()
    monkeypatch.setattr(
        waves,
        "secrets",
        SimpleNamespace(
            token_hex=lambda size: f"{next(numbers):0{2 * size}x}",
            SystemRandom=secrets.SystemRandom,
        ),
    )


async def without_secure_delete(world: World) -> None:
    """Let SQLite leave in its pages what was deleted."""
    if world.database.is_sqlite:
        async with world.database.writing() as session:
            await session.execute(text("PRAGMA secure_delete=OFF"))


async def finish_without_blanking(session: AsyncSession, work: Work) -> bool:
    finished = await change(
        session, update(Inbox).where(Inbox.id == work.id).values(state=InboxState.DONE)
    )
    return bool(finished)
