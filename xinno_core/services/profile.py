"""The profile: asked once, when it is first needed, and correctable at any time."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import insert_once, lock
from xinno_core.errors import NotFoundError
from xinno_core.models import Organisation, Participant
from xinno_core.services.countries import COUNTRIES
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
    Field("profile_name", FieldKind.TEXT, most=80, least_letters=2),
    Field("profile_organisation", FieldKind.TEXT, most=120, is_worded=True),
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


async def save(
    session: AsyncSession, *, participant: Participant, answers: dict[str, Any], country: str = ""
) -> None:
    """Keep the profile answers among these, if there are any.

    The country is not asked for: it is the one given here, or that of the organisation before.
    """
    if "profile_name" not in answers:
        return
    participant.name = answers["profile_name"]
    left = participant.organisation_id
    before = await find_organisation(session, participant)
    participant.organisation_id = await _organisation(
        session,
        name=answers["profile_organisation"],
        type_=answers["profile_type"],
        sector=answers["profile_sector"],
        country=(before.country if before else "") or country,
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


async def set_country(session: AsyncSession, *, participant: Participant, country: str) -> None:
    """Let the person's organisation be in this country.

    Whoever else comes from an organisation of this name has said nothing of the kind: where it is
    known to be in another country, there are two of it from now on, one in each.
    """
    if country not in COUNTRIES or participant.organisation_id is None:
        raise NotFoundError
    left = await session.scalar(
        lock(select(Organisation).where(Organisation.id == participant.organisation_id))
    )
    if left is None or left.country == country:
        return
    own = await _find_in(session, left.name, left.type, country)
    if own is None and (not left.country or not await _is_shared(session, left, participant)):
        left.country = country
        await session.flush()
        return
    participant.organisation_id = own or await _make(
        session,
        name=left.name,
        name_key=_key_in(left.name, country),
        type_=left.type,
        sector=left.sector,
        country=country,
    )
    await session.flush()
    await drop_unused_organisation(session, left.id)


async def _is_shared(
    session: AsyncSession, organisation: Organisation, participant: Participant
) -> bool:
    other = select(Participant.id).where(
        Participant.organisation_id == organisation.id, Participant.id != participant.id
    )
    return await session.scalar(other.limit(1)) is not None


async def _organisation(
    session: AsyncSession, *, name: str, type_: str, sector: str, country: str
) -> int:
    own = await _find_in(session, name, type_, country) if country else None
    if own is not None:
        return own
    made = await _make(
        session, name=name, name_key=_key(name), type_=type_, sector=sector, country=country
    )
    if country:  # what was not known of it yet is known now; what was known stays
        await session.execute(
            update(Organisation)
            .where(Organisation.id == made, Organisation.country == "")
            .values(country=country)
        )
    return made


async def _find_in(session: AsyncSession, name: str, type_: str, country: str) -> int | None:
    """Return the organisation of this name in a country."""
    return await session.scalar(
        select(Organisation.id)
        .where(
            Organisation.name_key.in_((_key(name), _key_in(name, country))),
            Organisation.type == type_,
            Organisation.country == country,
        )
        .order_by(Organisation.id)
        .limit(1)
    )


def _key(name: str) -> str:
    return " ".join(name.casefold().split())


def _key_in(name: str, country: str) -> str:
    """Return the key of a second organisation of the same name, in another country."""
    return f"{_key(name)} ({country.lower()})"


async def _make(
    session: AsyncSession, *, name: str, name_key: str, type_: str, sector: str, country: str
) -> int:
    """Return the organisation with this key, which is made if there is none."""
    await session.execute(
        insert_once(session, Organisation).values(
            name=name, name_key=name_key, type=type_, sector=sector, country=country
        )
    )
    found = await session.scalar(
        select(Organisation.id).where(Organisation.name_key == name_key, Organisation.type == type_)
    )
    if found is None:
        msg = f"organisation of type {type_} was neither found nor made"
        raise LookupError(msg)
    return found
