"""What lies sealed is closed to all others, of one size, and never stops what is not concerned."""

import json
import logging

import pytest
import structlog
from sqlalchemy import func, select, update
from telegram.error import TelegramError
from telegram.request import BaseRequest

from bot.telegram import intake
from tests.contracts.conftest import Logged
from tests.support import voting
from tests.support.logbook import logbook
from tests.support.world import World
from xinno_core.models import Envelope, Inbox, Response
from xinno_core.sealing import LENGTH_BYTES, Seal, WrongKeyError
from xinno_core.services import markers, surveys, waves
from xinno_core.services.questions import Audience, Form


def test_a_content_of_another_place_or_key_stays_closed() -> None:
    seal = Seal(b"a key")
    closed = seal.close(b"yes", place="envelope:1:2", block=64)
    assert seal.open(closed, place="envelope:1:2") == b"yes"
    with pytest.raises(WrongKeyError):
        seal.open(closed, place="envelope:1:3")
    with pytest.raises(WrongKeyError):
        Seal(b"another").open(closed, place="envelope:1:2")
    with pytest.raises(WrongKeyError):
        seal.open(closed[:-1], place="envelope:1:2")


def test_contents_of_nearly_one_size_are_of_one_size() -> None:
    """A survey that gets an option more does not tell who answered before."""
    seal = Seal(b"a key")
    sizes = {
        len(seal.close(b"x" * length, place="", block=block))
        for length, block in ((0, 2100), (2000, 2100), (2096, 2100), (5, 2400), (2300, 2400))
    }
    assert len(sizes) == 1


def test_the_longest_answers_are_as_long_as_none() -> None:
    """Of every kind of question, in the signs that take most bytes when they are written down."""
    options = [{"key": f"option_{number}", "label": {}} for number in range(10)]
    kinds = ("rating", "single", "multiple", "ranking", "number", "date", "text")
    questions = [
        {"key": kind * 3, "kind": kind, "text": {}, "options": options, "may_refuse": True}
        for kind in kinds
    ]
    form = Form("survey.1", surveys.read_fields(questions), Audience.SEALED)
    keys = [option["key"] for option in options]
    typed = {"number": -(10**11), "date": "2027-03-08", "rating": 5, "single": keys[0]}
    for text in ("𝒳" * 500, '"\n' * 250):
        answers = {kind * 3: {**typed, "text": text}.get(kind, keys) for kind in kinds}
        refused = {kind * 3: {"missing": "refused"} for kind in kinds}
        for said in (answers, refused, {}):
            kept = json.dumps({"answers": said, "step": "x" * 64}, ensure_ascii=False)
            assert len(kept.encode()) + LENGTH_BYTES <= form.most_bytes


async def test_each_press_is_stored_in_one_size(world: World) -> None:
    """Whatever stood on the screen: a press tells by its length neither answer nor question."""
    people = await voting.people(world, 2)
    one = await voting.voting(world, people)
    sizes: set[int] = set()
    store = intake.store
    for actor in people:
        for press in (f"q:{one.survey_id}", f"o:survey.{one.survey_id}:0:3"):
            world.simulator.press_data(
                actor.id, world.simulator.chat(actor.id)[-1].message_id, press
            )
            for raw in world.simulator.take_updates():
                assert len(str(raw)) > 300
                await store(world.database, raw)
            async with world.database.reading() as session:
                found = await session.scalars(
                    select(Inbox.payload).where(Inbox.payload.is_not(None))
                )
                sizes |= {len(payload) for payload in found if payload}
            await world.assistant.workers.drain()
    assert len(sizes) == 1


async def test_a_lost_key_stops_no_other_survey(world: World, logged: Logged) -> None:
    """Its answers wait for the key; those of another survey are opened; it is told once."""
    people = await voting.people(world, 6)
    lost, well = [await voting.voting(world, people, number) for number in (1, 2)]
    for one in (lost, well):
        await voting.votes(world, one)
    async with world.database.writing() as session:
        kept = {
            one.participant_id: one.sealed
            for one in await session.scalars(
                select(Envelope).where(Envelope.survey_id == lost.survey_id)
            )
        }
        await session.execute(
            update(Envelope).where(Envelope.survey_id == lost.survey_id).values(sealed=b"x" * 60)
        )
    await world.advance(days=40)
    await world.tick()
    assert await _opened(world) == {well.survey_id: 6}
    assert len(logged.take_errors("answers_not_opened")) == 1
    async with world.database.reading() as session:
        assert await waves.find_locked_out(session) == [lost.survey_id]
    async with world.database.writing() as session:
        for person, sealed in kept.items():
            await session.execute(
                update(Envelope)
                .where(Envelope.survey_id == lost.survey_id, Envelope.participant_id == person)
                .values(sealed=sealed)
            )
    await world.tick()
    assert await _opened(world) == {well.survey_id: 6, lost.survey_id: 6}
    async with world.database.reading() as session:
        assert await waves.find_locked_out(session) == []


async def test_a_reader_who_stays_delays_the_cleaning_and_nothing_else(world: World) -> None:
    people = await voting.people(world, 5)
    await voting.votes(world, await voting.voting(world, people))
    async with world.database.reading() as session:
        await session.scalars(select(Envelope))  # sees the database as it is now
        await world.advance(days=40)
        await people[0].type("/my")
        assert await _waits_for_cleaning(world)
    await world.tick()
    assert not await _waits_for_cleaning(world)


@pytest.mark.parametrize("shape", ["json", "console"])
def test_an_error_is_logged_by_its_place_and_kind_without_its_words(shape: str) -> None:
    """A database's error names the value that it refused: what somebody wrote."""
    wrote = "because of Anna"
    with logbook(shape) as written:
        try:
            try:
                int(wrote)
            except ValueError as error:
                raise ExceptionGroup(wrote, [KeyError(wrote)]) from error
        except ExceptionGroup as error:
            structlog.get_logger().exception("tick_failed", error=type(error).__name__)
            logging.getLogger("aiohttp.server").exception("Error handling request")
    said = written.getvalue()
    assert said.count("builtins.ValueError") == 2
    assert "test_sealing.py" in said
    assert wrote not in said


async def test_an_answer_of_telegrams_that_is_cut_off_is_not_logged() -> None:
    """It holds updates: who pressed what. The library writes what it can't read into the log."""
    with logbook() as written, pytest.raises(TelegramError):
        BaseRequest.parse_json_payload(b'[{"from": {"id": 5000000123}, "data": "o:survey.1:0:3"')
    assert written.getvalue() == ""


async def _opened(world: World) -> dict[int, int]:
    async with world.database.reading() as session:
        found = await session.execute(
            select(Response.survey_id, func.count()).group_by(Response.survey_id)
        )
        return {row[0]: row[1] for row in found}


async def _waits_for_cleaning(world: World) -> bool:
    async with world.database.reading() as session:
        return await markers.find(session, waves.CLEANING) is not None
