"""Stories of one's own data: seen, taken along, erased."""

import json
import logging
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import inspect, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot import logs
from bot.exporting import write_export
from tests.support.reporting import answer, surveyed
from tests.support.world import Actor, World
from xinno_core.models import Consent, Event, Notice, Participant, Registration, Survey
from xinno_core.services import exercises, surveys
from xinno_core.services.exports import Format, Kind

QUESTION = {"key": "wish", "text": {"en": "What do you wish for?"}}


@pytest.fixture
def log_lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """Everything that is logged at the debug level, as the running program logs it."""
    root = logging.getLogger()
    handlers, level, hook = list(root.handlers), root.level, sys.excepthook
    before = {name: logging.getLogger(name).level for name in logs.QUIET}
    logs.configure(level="debug", shape="json")
    yield lambda: capsys.readouterr().err
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook = hook
    for name, was in before.items():
        logging.getLogger(name).setLevel(was)
    structlog.reset_defaults()


async def test_after_forget_nothing_leads_to_the_person(
    world: World, tmp_path: Path, log_lines: Callable[[], str]
) -> None:
    """Annamaria has left her traces everywhere; then she wants to be forgotten."""
    anna = await _annamaria(world)
    past, talk = await _leave_traces(world, anna)
    eva = await world.participant("Eva")
    await eva.press("Register", on=talk)
    await eva.type("tea")
    assert "number 1 on the waiting list" in eva.screen.text
    assert _found(await _dump(world), anna)  # the search does find what is there

    await anna.type("/forget")
    assert "Collab Talks" in anna.screen.text
    await anna.press("Yes, erase my data")
    assert "Your data is erased." in anna.screen.text
    assert "numbers on waiting lists are given back.\nEvents: Collab Talks" in anna.screen.text
    assert anna.screen.labels == []
    await eva.type("/my")
    assert "A seat is held for you until" in eva.screen.text  # in the same transaction
    await world.tick()
    assert "A seat is held for you until" in eva.notices[-1].text

    told = len(anna.notices)
    assert not _found(await _dump(world), anna)
    logged = log_lines()
    assert "notice_sent" in logged
    assert not _found(logged, anna)
    for kind in (Kind.REGISTRATIONS, Kind.DELIVERIES, Kind.FIGURES, Kind.ANSWERS):
        assert not _found(await _exported(world, tmp_path, kind), anna)
    await world.advance(days=30)  # nothing that was planned wakes up again
    assert len(anna.notices) == told
    assert not _found(await _dump(world), anna)
    assert not _found(log_lines(), anna)
    await _evidence_stays(world, past)


@pytest.mark.parametrize("then", ["presses again", "presses twice", "blocks", "leaves unread"])
async def test_what_comes_after_does_not_bring_the_person_back(
    world: World, log_lines: Callable[[], str], then: str
) -> None:
    """A second tap on the same button, or closing the chat for good."""
    anna = await _annamaria(world)
    await anna.type("/forget")
    button = anna.screen.message.message_id
    if then == "leaves unread":  # blocked before the answer was shown
        world.simulator.press(anna.id, button, row=0, column=0)
        world.simulator.block(anna.id)
    elif then == "presses twice":  # both are waiting before the first is worked
        for _ in range(2):
            world.simulator.press(anna.id, button, row=0, column=0)
    else:
        await anna.press("Yes, erase my data")
    if then == "presses again":
        await anna.press_data("dF", message_id=button)
        assert "Your data is erased." in anna.screen.text
    if then == "blocks":
        world.simulator.block(anna.id)
    await world.respond(anna)
    await world.tick()
    assert not _found(await _dump(world), anna)
    assert not _found(log_lines(), anna)


async def test_who_comes_back_is_a_new_person(world: World) -> None:
    talk = await world.event("Collab Talks")
    anna = await world.participant("Annamaria")
    await anna.press("Register", on=talk)
    await anna.type("/forget")
    await anna.press("Yes, erase my data")

    await anna.open_link(f"e_{talk.key}")
    assert "Welcome to the x-Inno assistant" in anna.screen.text
    await anna.press("Continue")
    await anna.press("No, thank you")
    assert "Register" in anna.screen.labels
    await anna.type("/mydata")
    assert "Name: not given yet" in anna.screen.text
    assert "Registrations\nnone" in anna.screen.text
    async with world.database.reading() as session:
        people = (await session.scalars(select(Participant).order_by(Participant.id))).all()
        assert [person.telegram_id for person in people] == [None, anna.id]


async def test_own_data_are_shown_and_downloaded_and_nothing_of_others(world: World) -> None:
    anna = await _annamaria(world)
    await _leave_traces(world, anna)
    talk = await world.event("Collab Talks", key="another")
    for name in ("Eva", "Petr"):
        other = await world.participant(name)
        await other.press("Register", on=talk)
        await other.type("/settings")
        await other.press("Correct name")
        await other.type(f"{name} the Second")
    await world.tick()

    await anna.type("/mydata")
    assert "Name: Annamaria Rossi" in anna.screen.text
    assert "Organisation: House of Annamaria (Small or medium-sized firm" in anna.screen.text
    assert "Collab Talks · Visitor · Confirmed" in anna.screen.text
    assert "Surveys answered: 1" in anna.screen.text
    assert "Exercises begun: 1" in anna.screen.text
    await anna.press("Download")
    document = anna.screen.document.decode()
    data = json.loads(document)
    assert data["schema"] == 1
    assert data["profile"]["name"] == "Annamaria Rossi"
    assert data["profile"]["telegram_id"] == anna.id
    assert data["consents"][0]["purpose"] == "exercises"
    wish = data["registrations"][0]["answers"][0]
    assert wish == {
        "question": "wish",
        "text": "What do you wish for?",
        "answer": "tea for Annamaria",
    }
    assert data["exercises"][0]["reflection"] == "Annamaria listens"
    assert [one["event"] for one in data["surveys_taken_part_in"]] == ["past-talk"]
    assert "said by someone" not in document  # answers carry nobody's name
    assert data["unfinished_forms"][0]["answers"] == {"profile_name": "Annamaria the Third"}
    assert {one["kind"] for one in data["messages"]} == {"confirmation"}
    assert not re.search("Eva|Petr", document)


async def test_many_registrations_fit_on_the_screen(world: World) -> None:
    anna = await world.participant("Annamaria")
    for number in range(12):
        talk = await world.event(f"Talk {number}", starts_local=world.local(days=number + 1))
        await anna.press("Register", on=talk)
    await anna.type("/mydata")
    assert anna.screen.text.count("· Confirmed") == 8
    assert "and 4 more" in anna.screen.text
    await anna.press("Download")
    assert len(json.loads(anna.screen.document)["registrations"]) == 12


async def test_the_data_stay_when_the_question_is_answered_no(world: World) -> None:
    anna = await world.participant("Annamaria")
    await anna.type("/settings")
    await anna.press("Erase my data")
    await anna.press("No, keep my data")
    assert anna.screen.text.startswith("Settings")
    await anna.type("/mydata")
    assert "Name: Annamaria" in anna.screen.text


async def test_who_has_not_passed_the_notice_can_be_erased_too(world: World) -> None:
    anna = world.newcomer("Annamaria", username="annamaria77")
    await anna.open_link()
    await anna.type("/forget")
    await anna.press("Yes, erase my data")
    assert "Your data is erased." in anna.screen.text
    assert not _found(await _dump(world), anna)


async def test_a_shared_organisation_stays_with_the_others(world: World) -> None:
    """Erasing one person must not take the organisation from another."""
    anna, eva = await world.participants("Annamaria", "Eva")
    async with world.database.writing() as session:
        person = await world.person(session, anna)
        person.organisation_id = (await world.person(session, eva)).organisation_id
    await anna.type("/forget")
    await anna.press("Yes, erase my data")
    await eva.type("/mydata")
    assert "Organisation: Firm of Eva" in eva.screen.text


async def _annamaria(world: World) -> Actor:
    """A person with a name that is found again wherever it stands."""
    anna = world.newcomer("Annamaria", username="annamaria77")
    await anna.open_link()
    await anna.press("Continue")
    await anna.press("Yes, send me exercises")
    return anna


async def _leave_traces(world: World, anna: Actor) -> tuple[Event, Event]:
    """Past and future registrations, a survey, an exercise, a role, a form in the middle."""
    past = await surveyed(world, "Past talk", starts_local=world.local(days=1))
    talk = await world.event("Collab Talks", seats=1, questions=(QUESTION,))
    await anna.press("Register", on=past)
    for said in ("Annamaria Rossi", "House of Annamaria"):
        await anna.type(said)
    await anna.press("Small or medium-sized firm")
    await anna.press("Creative sector")
    assert "Your place is confirmed" in anna.screen.text
    await anna.press("Register", on=talk)
    await anna.type("tea for Annamaria")
    await world.organiser("Olga")
    await anna.press("Ask the organiser", on=talk)
    await anna.type("Is there a chair for Annamaria?")
    await anna.press("Send")
    await world.advance(days=3)
    await answer(world, past, *[{"useful": 5}] * 5)
    async with world.database.writing() as session:
        await _answer_and_practise(world, session, anna, past)
    await anna.type("/settings")
    await anna.press("Correct name")
    await anna.type("Annamaria the Third")
    return past, talk


async def _answer_and_practise(
    world: World, session: AsyncSession, anna: Actor, past: Event
) -> None:
    person = await world.person(session, anna)
    survey = await session.scalar(select(Survey).where(Survey.event_id == past.id))
    assert survey is not None
    answers = {"useful": 4, "words": "said by someone"}
    outcome = await surveys.submit(
        session, participant=person, survey_id=survey.id, answers=answers, now=world.now
    )
    assert isinstance(outcome, surveys.Thanked)
    await exercises.finish(
        session,
        participant=person,
        exercise="com-4",
        now=world.now,
        reflection="Annamaria listens",
    )


async def _evidence_stays(world: World, past: Event) -> None:
    """That somebody was there, and agreed to something; under a number that leads to nobody."""
    async with world.database.reading() as session:
        person = await session.scalar(
            select(Participant).where(Participant.forgotten_at.is_not(None))
        )
        assert person is not None
        registration = await session.scalar(
            select(Registration).where(
                Registration.event_id == past.id, Registration.participant_id == person.id
            )
        )
        assert registration is not None
        assert (registration.role, registration.state.value) == ("visitor", "confirmed")
        consent = await session.scalar(select(Consent).where(Consent.participant_id == person.id))
        assert consent is not None
        notices = await session.scalars(select(Notice).where(Notice.participant_id == person.id))
        assert {one.state.value for one in notices} <= {"sent", "skipped"}


def _found(where: str, anna: Actor) -> list[str]:
    return re.findall(f"annamaria|{anna.id}", where, re.IGNORECASE)


async def _dump(world: World) -> str:
    """Every row of every table there is, whether a model knows it or not."""
    async with world.database.reading() as session:
        connection = await session.connection()
        tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        rows = []
        for table in tables:
            found = (await session.execute(text(f'SELECT * FROM "{table}"'))).all()
            rows.append(f"{table}: {[tuple(row) for row in found]}")
    assert len(tables) > 20
    return "\n".join(rows)


async def _exported(world: World, path: Path, kind: Kind) -> str:
    out = path / kind.value
    await write_export(
        world.database,
        kind=kind,
        event_key=None,
        region_key=None,
        pilot_key=None,
        language="en",
        format_=Format.JSON,
        out=str(out),
        now=world.now,
    )
    return out.read_text()


async def test_workshops_companions_and_links_are_shown_and_let_go(world: World) -> None:
    """Annamaria chose a workshop and comes with Eva; erased, she is tied to nobody."""
    talk = await world.event(
        "Collab Talks", sessions=({"key": "clay", "seats": 1},), questions=(QUESTION,)
    )
    anna, eva, jan = await world.participants("Annamaria", "Eva", "Jan")
    await anna.press("Register", on=talk)
    await anna.type("tea")
    await anna.press("Choose workshops")
    await anna.press("Choose: Clay")
    await anna.press("Come with someone", on=talk)
    link = re.search(r"start=(p_\S+)", anna.screen.text)
    assert link is not None
    await jan.open_link(link[1])  # asked, and has not said yes
    await eva.open_link(link[1])
    await eva.press("Register")
    await eva.type("coffee")

    await anna.type("/mydata")
    assert "Workshops: Clay" in anna.screen.text
    await anna.press("Download")
    (mine,) = json.loads(anna.screen.document.decode())["registrations"]
    assert mine["comes_with_someone"] is True
    assert mine["organisation_type"] == "sme"
    assert [one["title"] for one in mine["sessions"]] == ["Clay"]
    assert [(one["session"], one["state"]) for one in mine["steps"]] == [
        (None, "confirmed"),
        ("Clay", "confirmed"),
    ]
    await anna.type("/forget")
    await anna.press("Yes, erase my data")
    async with world.database.reading() as session:
        rows = (await session.scalars(select(Registration))).all()
        assert [row.pair for row in rows] == [None, None]
        people = (await session.scalars(select(Participant))).all()
        assert [person.came_with for person in people if person.telegram_id == jan.id] == [None]
    await eva.open_link(f"e_{talk.key}")
    assert "You come together" not in eva.screen.text
    await eva.press("Workshops")
    assert "1 free seat" in eva.screen.text
