"""The story of a course: where people stand before it, after it, and eight weeks later."""

from collections import Counter

import pytest
from sqlalchemy import select

from tests.support.reporting import workbook
from tests.support.world import Actor, World
from xinno_core.blueprints.read import packaged, read
from xinno_core.models import (
    Event,
    Notice,
    NoticeKind,
    NoticeState,
    Participant,
    Purpose,
    Response,
    Survey,
    SurveyMode,
)
from xinno_core.services import participants
from xinno_core.services.blueprints import import_blueprint
from xinno_core.texts.actions import BeginSurvey, Register, StartSurvey
from xinno_core.texts.translator import translator

COURSE = next(read(file) for file in packaged() if file.stem == "course-padova")
LINKED = ("before", "after", "self-follow-up")
PEOPLE = {"Anna": "it", "Bruno": "it", "Eva": "en", "Finn": "en", "Jan": "de", "Karla": "de"}
MOST_SCREENS = 30


@pytest.mark.timeout(300)
async def test_a_course_before_after_and_eight_weeks_later(world: World) -> None:
    """Three languages, one code for each who agrees; the lead's file lays all side by side."""
    async with world.database.writing() as session:
        outcome = await import_blueprint(session, COURSE, now=world.now)
        assert not outcome.problems
        event = await session.get_one(Event, outcome.event_id)
    people = [await _registered(world, event, *one) for one in PEOPLE.items()]
    for key in LINKED:
        survey = await _asked(world, event, key)
        for person in people:
            await _answers(person, survey)
    await world.move_to((await _survey(world, event, LINKED[-1])).closes_at)
    await world.advance(hours=14)

    lena = await world.lead("Lena")
    await lena.press_data(f"zx:event:{event.id}:answers:xlsx:en:comma")
    await world.tick()
    (file,) = [one for one in lena.notices if one.message.document]
    headings, *rows = workbook(file.document)["Codes"]
    codes = Counter(row[headings.index("code")] for row in rows)
    assert sorted(codes.values()) == [1] * 3 + [3] * (len(people) - 1)  # one did not agree
    named = {row[headings.index("survey")] for row in rows}
    assert named == set(LINKED)
    for name in (*PEOPLE, *(str(person.id) for person in people)):
        assert name not in str(workbook(file.document))


async def _registered(world: World, event: Event, name: str, language: str) -> Actor:
    person = await world.participant(name, language=language)
    await person.press_data(f"{Register.code}:{event.id}:participant")
    for _ in range(MOST_SCREENS):
        if not person.is_asked:
            break
        await person.answer_somehow()
    await world.tick()
    return person


async def _asked(world: World, event: Event, key: str) -> Survey:
    """Let time pass until everybody was asked, and say what they read in their language."""
    survey = await _survey(world, event, key)
    for _ in range(100):
        async with world.database.reading() as session:
            sent = await session.scalars(
                select(Notice.participant_id).where(
                    Notice.kind == NoticeKind.SURVEY,
                    Notice.state == NoticeState.SENT,
                    Notice.params["survey_id"].as_integer() == survey.id,
                )
            )
            if len(set(sent)) == len(PEOPLE):
                return survey
        await world.advance(days=1)
    msg = f"not everybody was asked: {key}"
    raise AssertionError(msg)


async def _answers(person: Actor, survey: Survey) -> None:
    """Begin after the pledge, answer all, and be thanked; Karla keeps her answers apart."""
    async with person.world.database.reading() as session:
        row = await person.world.person(session, person)
        consents = await participants.read_consents(session, row)
        t = translator(row.language, row.tone)
    await person.press_data(f"{StartSurvey.code}:{survey.id}")
    asks = Purpose.LINKING not in consents
    linking = "" if not asks else "no" if person.name == "Karla" else "yes"
    await person.press_data(f"{BeginSurvey.code}:{survey.id}:{linking}")
    shown = next(one for one in survey.questions if not one.get("hidden"))
    assert t.plain.show(shown["text"], "it") in person.screen.text
    for _ in range(MOST_SCREENS):
        if not person.is_asked:
            break
        await person.answer_somehow()
    async with person.world.database.reading() as session:
        assert survey.mode is SurveyMode.PSEUDONYMOUS
        response = await session.scalar(
            select(Response)
            .join(Participant, Participant.id == Response.participant_id)
            .where(Response.survey_id == survey.id, Participant.telegram_id == person.id)
        )
        assert response is not None, person.screen.text
        assert response.is_linked is (person.name != "Karla")


async def _survey(world: World, event: Event, key: str) -> Survey:
    async with world.database.reading() as session:
        return (
            await session.scalars(
                select(Survey).where(Survey.event_id == event.id, Survey.key == key)
            )
        ).one()
