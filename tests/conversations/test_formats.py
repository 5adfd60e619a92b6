"""Each format that comes with the assistant, from the import to the end of its journey."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.support.world import Actor, World
from xinno_core.blueprints.read import Blueprint, packaged, read
from xinno_core.languages import INTERFACE_LANGUAGES
from xinno_core.models import Answer, Ballot, Event, Notice, NoticeKind, NoticeState
from xinno_core.services.blueprints import import_blueprint
from xinno_core.services.invitations import payload

FORMATS = [
    pytest.param(path, language, id=f"{path.stem}-{language}")
    for path in packaged()
    for language in read(path).event.languages
    if language in INTERFACE_LANGUAGES
]
MOST_SCREENS = 25


@pytest.mark.parametrize("path, language", FORMATS)
async def test_a_format_carries_each_role_to_its_end(
    world: World, path: Path, language: str
) -> None:
    """Someone registers in each role, is reminded, does the exercises and answers the survey."""
    blueprint = read(path)
    event = await _import(world, blueprint)
    people = [
        await _register(world, event, role.key, language, invited=role.register_by == "invited")
        for role in blueprint.roles
    ]
    await world.move_to(event.ends_at + timedelta(days=30))

    async with world.database.reading() as session:
        notices = (await session.scalars(select(Notice))).all()
    assert {notice.state for notice in notices} == {NoticeState.SENT}
    kinds = {rule.kind for rule in blueprint.journey} | {"confirmation"}
    assert {notice.kind.value for notice in notices} == kinds
    for person in people:
        assert person.notices, f"{person.name} was never written to"


@pytest.mark.parametrize("path, language", FORMATS)
async def test_a_format_asks_for_feedback_and_keeps_it(
    world: World, path: Path, language: str
) -> None:
    """The survey is opened from its invitation, and every answer is kept, apart from the ballot."""
    blueprint = read(path)
    event = await _import(world, blueprint)
    role = next(role.key for role in blueprint.roles if role.register_by == "self")
    person = await _register(world, event, role, language, invited=False)
    [survey] = [one for one in blueprint.surveys if one.closes.days_after is not None]
    await world.move_to(event.ends_at)
    while not await _has_survey(world):
        await world.advance(hours=6)
    await person.press_first()
    for _ in survey.questions:
        await person.answer_somehow()
    async with world.database.reading() as session:
        answers = (await session.scalars(select(Answer))).all()
        assert len((await session.scalars(select(Ballot))).all()) == 1
    assert {answer.question for answer in answers} == {one.key for one in survey.questions}
    assert len({answer.response for answer in answers}) == 1


async def _import(world: World, blueprint: Blueprint) -> Event:
    async with world.database.writing() as session:
        outcome = await import_blueprint(session, blueprint, now=world.now)
        assert not outcome.problems
        return await session.get_one(Event, outcome.event_id)


async def _register(
    world: World, event: Event, role: str, language: str, *, invited: bool
) -> Actor:
    """A newcomer follows a link, passes the notice, and answers whatever is asked."""
    person = world.newcomer(f"A {role}", language=language)
    link = payload(world.secret, event_id=event.id, role=role) if invited else f"e_{event.key}"
    await person.open_link(link)
    await person.press_first()  # on after the privacy notice
    await person.press_first()  # yes to exercises
    await person.press_data(f"r:{event.id}:{role}")
    for _ in range(MOST_SCREENS):
        if not person.is_asked:
            break
        await person.answer_somehow()
    await world.tick()
    return person


async def _has_survey(world: World) -> bool:
    async with world.database.reading() as session:
        found = await session.scalar(
            select(Notice.id).where(
                Notice.kind == NoticeKind.SURVEY, Notice.state == NoticeState.SENT
            )
        )
    return found is not None
