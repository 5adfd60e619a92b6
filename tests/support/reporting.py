"""Events with answers and registrations to report on, and files read back."""

import csv
import io
import secrets
import zipfile
from typing import Any

import openpyxl
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from tests.support.world import World
from xinno_core.models import (
    Event,
    Organisation,
    Participant,
    Registration,
    RegistrationState,
    Response,
    Survey,
    Wave,
    WaveEnd,
)
from xinno_core.services import surveys

QUESTIONS = (
    {
        "key": "useful",
        "kind": "rating",
        "text": {"en": "How useful was it?", "de": "Wie nützlich war es?"},
        "low": {"en": "not at all"},
        "high": {"en": "very"},
    },
    {
        "key": "next",
        "kind": "multiple",
        "text": {"en": "What next?", "de": "Was nun?"},
        "options": [
            {"key": "train", "label": {"en": "Training", "de": "Schulung"}},
            {"key": "meet", "label": {"en": "Meeting", "de": "Treffen"}},
        ],
        "optional": True,
    },
    {
        "key": "again",
        "kind": "single",
        "text": {"en": "Would you come again?"},
        "options": [
            {"key": "sure", "label": {"en": "Surely"}},
            {"key": "never", "label": {"en": "Never"}},
        ],
        "optional": True,
    },
    {"key": "words", "kind": "text", "text": {"en": "In your words?"}, "optional": True},
)


async def surveyed(world: World, title: str = "Collab Talks", **more: Any) -> Event:  # noqa: ANN401
    """An event with a survey."""
    return await world.event(title, survey=QUESTIONS, **more)


async def answer(world: World, event: Event, *answers: dict[str, Any]) -> None:
    """Keep answers as if so many people had given them, and the wave had been opened."""
    async with world.database.writing() as session:
        survey = await session.scalar(select(Survey).where(Survey.event_id == event.id))
        assert survey is not None
        for one in answers:
            session.add(
                Response(
                    id=secrets.token_hex(16),
                    survey_id=survey.id,
                    wave=survey.wave,
                    version=survey.version,
                    answers=surveys.replies(surveys.fields_of(survey), one),
                )
            )
        session.add(
            Wave(
                survey_id=survey.id,
                number=survey.wave,
                outcome=WaveEnd.OPENED if len(answers) >= 5 else WaveEnd.TOO_FEW,
                ended_at=world.now,
                version=survey.version,
                responses=len(answers) if len(answers) >= 5 else 0,
            )
        )
        survey.wave += 1


async def register(
    world: World,
    event: Event,
    number: int,
    *,
    state: RegistrationState = RegistrationState.CONFIRMED,
    role: str = "visitor",
    type_: str | None = "sme",
    sector: str = "creative",
    language: str = "en",
) -> None:
    """Put so many people into a state at an event."""
    async with world.database.writing() as session:
        for _ in range(number):
            person = await _somebody(session, world, type_, sector, language)
            waits = state in {RegistrationState.WAITLISTED, RegistrationState.OFFERED}
            session.add(
                Registration(
                    event_id=event.id,
                    participant_id=person.id,
                    role=role,
                    state=state,
                    queue_number=1 if waits else None,
                    offered_until=world.now if state is RegistrationState.OFFERED else None,
                    answers={},
                    revision=1,
                    created_at=world.now,
                    confirmed_at=world.now if state is RegistrationState.CONFIRMED else None,
                )
            )


async def other_pilot(world: World) -> Event:
    """An event of another pilot, with answers."""
    event = await surveyed(world, "Elsewhere", in_region="padova", pilot="pilot-2")
    await answer(world, event, *[{"useful": 1}] * 6)
    return event


def workbook(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    """Sheets of a workbook by name; a cell that is a formula fails the test."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            assert all(cell.data_type in {"s", "n"} for cell in row)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def archive(content: bytes, separator: str = ",") -> dict[str, list[list[str]]]:
    """Files of an archive by name, read as RFC 4180 says."""
    packed = zipfile.ZipFile(io.BytesIO(content))
    return {
        name: list(
            csv.reader(
                io.StringIO(packed.read(name).decode("utf-8-sig"), newline=""),
                strict=True,
                delimiter=separator,
            )
        )
        for name in packed.namelist()
    }


async def _somebody(
    session: AsyncSession, world: World, type_: str | None, sector: str, language: str
) -> Participant:
    organisation = None
    if type_ is not None:
        organisation = await session.scalar(
            select(Organisation).where(Organisation.type == type_, Organisation.sector == sector)
        )
        if organisation is None:
            name = f"House {type_} {sector}"
            organisation = Organisation(name=name, name_key=name.lower(), type=type_, sector=sector)
            session.add(organisation)
            await session.flush()
    person = Participant(
        name="Secret Person",
        language=language,
        organisation_id=organisation.id if organisation else None,
        created_at=world.now,
    )
    session.add(person)
    await session.flush()
    return person
