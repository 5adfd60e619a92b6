"""New events from a format: drafts that nobody sees until they are published."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.blueprints.read import Blueprint
from xinno_core.errors import NotFoundError
from xinno_core.languages import LanguageMap, choose
from xinno_core.models import Blueprint as BlueprintRow
from xinno_core.models import (
    Channel,
    Event,
    EventSession,
    EventState,
    Limit,
    Participant,
    Question,
    Region,
    Rule,
    Survey,
    SurveyVersion,
)
from xinno_core.services import access, blueprints, journeys
from xinno_core.services.organising import Board, read_board
from xinno_core.services.questions import Audience, Field, FieldKind, Form

SEATS = "new_seats."
TITLE = "new_title."
MOST_FOR_A_TITLE = 80
MOST_FOR_A_PLACE = 120
OF_THE_HOUSE = ("directions", "room")


@dataclass(frozen=True)
class FormatChoice:
    """A format that events can be made from."""

    blueprint_id: int
    title: LanguageMap
    region: LanguageMap
    lead_language: str


@dataclass(frozen=True)
class Published:
    """People may see the event, now or since before."""

    board: Board


@dataclass(frozen=True)
class TooLateToPublish:
    """Nobody could register: registration would be closed already."""

    board: Board


@dataclass(frozen=True)
class NotPublishable:
    """The event was cancelled."""

    board: Board


PublishOutcome = Published | TooLateToPublish | NotPublishable


async def list_formats(
    session: AsyncSession, *, participant: Participant
) -> tuple[FormatChoice, ...]:
    """Return the formats of the own regions."""
    organised = await access.get_organised_regions(session, participant)
    found = await session.execute(
        select(BlueprintRow, Region)
        .join(Region, Region.id == BlueprintRow.region_id)
        .where(BlueprintRow.region_id.in_(organised))
        .order_by(Region.key, BlueprintRow.key)
    )
    return tuple(
        FormatChoice(
            row.id, row.title, region.name, str(row.definition["event"].get("lead_language", "en"))
        )
        for row, region in found
    )


async def find_new_form(
    session: AsyncSession, *, participant: Participant, blueprint_id: int
) -> Form:
    """Return what is asked to make an event from a format; what is skipped stays as it has it."""
    _, blueprint = await _get_format(session, participant, blueprint_id)
    lead, place = blueprint.event.lead_language, blueprint.event.place
    titles = (
        Field(
            TITLE + code,
            FieldKind.TEXT,
            required=False,
            hint=code,
            kept=blueprint.event.title[code],
            most=MOST_FOR_A_TITLE,
        )
        for code in sorted(blueprint.event.languages, key=lambda code: code != lead)
    )
    starts = Field("new_starts", FieldKind.WALL_TIME, zone=blueprint.zone.key)
    seats = (
        Field(
            SEATS + limit.key,
            FieldKind.NUMBER,
            required=False,
            hint=choose(limit.label, participant.language, lead).text,
            kept=str(limit.seats),
            least=1,
        )
        for limit in blueprint.limits
    )
    return Form(
        topic=f"new.{blueprint_id}",
        fields=(*titles, starts, *place_fields(place.name, place.address or ""), *seats),
        audience=Audience.EVERYONE,
        lead=lead,
    )


def place_fields(name: str, address: str) -> tuple[Field, Field]:
    """Return the questions for a place; each can be skipped to keep what there is."""
    return (
        Field("new_place", FieldKind.TEXT, required=False, kept=name, most=MOST_FOR_A_PLACE),
        Field("new_address", FieldKind.TEXT, required=False, kept=address, most=MOST_FOR_A_PLACE),
    )


def place_with(place: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
    """Return the place as answered; what described the old one does not describe a new one."""
    name, address = answers.get("new_place"), answers.get("new_address")
    kept = dict(place)
    if name and name != place.get("name"):
        kept = {part: kept[part] for part in kept if part not in OF_THE_HOUSE} | {"name": name}
    if address and address != place.get("address"):
        kept = {"name": kept.get("name", ""), "address": address}
    return kept


async def make_draft(
    session: AsyncSession,
    *,
    participant: Participant,
    blueprint_id: int,
    answers: dict[str, Any],
    now: datetime,
) -> Board:
    """Make an event that nobody sees until it is published."""
    row, blueprint = await _get_format(session, participant, blueprint_id)
    event = await blueprints.make_draft(
        session,
        row,
        blueprint,
        key=f"{row.key[:36].rstrip('-')}-{secrets.token_hex(4)}",
        starts_local=datetime.fromisoformat(answers["new_starts"]),
        place=place_with(row.definition["event"]["place"], answers),
        seats={
            key.removeprefix(SEATS): value
            for key, value in answers.items()
            if key.startswith(SEATS) and value is not None
        },
        author=participant,
        now=now,
    )
    event.title = {code: answers.get(TITLE + code) or title for code, title in event.title.items()}
    access.record(
        session, actor=participant, verb="draft", subject=f"event:{event.id}", at=now, key=event.key
    )
    return await read_board(session, event, now=now)


async def publish(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> PublishOutcome:
    """Let people see a draft, and let its rules speak; published twice is once."""
    event = await access.lock_organised_event(session, participant, event_id)
    if event.state is EventState.CANCELLED:
        return NotPublishable(await read_board(session, event, now=now))
    if event.state is EventState.DRAFT:
        if event.registration_closes_at <= now:
            return TooLateToPublish(await read_board(session, event, now=now))
        event.state, event.published_at = EventState.PUBLISHED, now
        await journeys.start(session, event, now=now)
        access.record(
            session, actor=participant, verb="publish", subject=f"event:{event.id}", at=now
        )
    return Published(await read_board(session, event, now=now))


async def discard_draft(
    session: AsyncSession, *, participant: Participant, event: Event, now: datetime
) -> None:
    """Remove a draft with all its parts: nobody has seen it."""
    asked = select(Survey.id).where(Survey.event_id == event.id)
    await session.execute(delete(SurveyVersion).where(SurveyVersion.survey_id.in_(asked)))
    for part in (Rule, Survey, Question, Limit, EventSession, Channel):
        await session.execute(delete(part).where(part.event_id == event.id))
    access.record(
        session,
        actor=participant,
        verb="discard",
        subject=f"event:{event.id}",
        at=now,
        key=event.key,
    )
    await session.delete(event)
    await session.flush()


async def _get_format(
    session: AsyncSession, participant: Participant, blueprint_id: int
) -> tuple[BlueprintRow, Blueprint]:
    organised = (await access.access_of(session, participant)).organised
    row = await session.get(BlueprintRow, blueprint_id)
    blueprint = blueprints.revived(row)
    if row is None or blueprint is None or row.region_id not in organised:
        raise NotFoundError
    return row, blueprint
