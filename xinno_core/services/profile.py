"""The profile: asked once, when it is first needed, and correctable at any time."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import insert_once
from xinno_core.models import Organisation, Participant
from xinno_core.services.questions import Audience, Field, FieldKind, Form, Option

# Target groups of the programme's monitoring system, in our own keys; "other" stands for the rest.
ORGANISATION_TYPES = (
    "sme",
    "large",
    "bso",
    "hei",
    "edu",
    "lpa",
    "rpa",
    "npa",
    "sec",
    "ngo",
    "pub",
    "oth",
)
SECTORS = ("creative", "industry", "public", "research", "support", "civil")

FIELDS = (
    Field("profile_name", FieldKind.TEXT, most=80),
    Field("profile_organisation", FieldKind.TEXT, most=120),
    Field(
        "profile_type", FieldKind.SINGLE, options=tuple(Option(key) for key in ORGANISATION_TYPES)
    ),
    Field("profile_sector", FieldKind.SINGLE, options=tuple(Option(key) for key in SECTORS)),
)


def missing_fields(participant: Participant) -> tuple[Field, ...]:
    """Return what the profile still lacks: all of it or, for a known person, nothing."""
    if participant.name and participant.organisation_id:
        return ()
    return FIELDS


def form() -> Form:
    """Return the form that corrects the profile."""
    return Form("profile", FIELDS, Audience.ORGANISER)


async def save(session: AsyncSession, *, participant: Participant, answers: dict[str, Any]) -> None:
    """Keep the profile answers among these, if there are any."""
    if "profile_name" not in answers:
        return
    participant.name = answers["profile_name"]
    left = participant.organisation_id
    participant.organisation_id = await _organisation(
        session,
        name=answers["profile_organisation"],
        type_=answers["profile_type"],
        sector=answers["profile_sector"],
    )
    await session.flush()
    if left is not None and left != participant.organisation_id:
        await drop_unused_organisation(session, left)


async def drop_unused_organisation(session: AsyncSession, organisation_id: int) -> None:
    """Remove an organisation that nobody comes from any more: its name may be a person's."""
    used = await session.scalar(
        select(Participant.id).where(Participant.organisation_id == organisation_id).limit(1)
    )
    if used is None:
        await session.delete(await session.get_one(Organisation, organisation_id))
        await session.flush()


async def find_organisation(session: AsyncSession, participant: Participant) -> Organisation | None:
    """Return the organisation a person comes from."""
    if participant.organisation_id is None:
        return None
    return await session.get(Organisation, participant.organisation_id)


async def _organisation(session: AsyncSession, *, name: str, type_: str, sector: str) -> int:
    name_key = " ".join(name.casefold().split())
    await session.execute(
        insert_once(session, Organisation).values(
            name=name, name_key=name_key, type=type_, sector=sector
        )
    )
    found = await session.scalar(
        select(Organisation.id).where(Organisation.name_key == name_key, Organisation.type == type_)
    )
    if found is None:
        msg = f"organisation of type {type_} was neither found nor made"
        raise LookupError(msg)
    return found
