"""Links to a survey for people without Telegram: each works for one person.

A guest is a row without name and without Telegram: it registers nowhere, gets no notice and counts
in no figure but the answers to its one survey.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import lock
from xinno_core.errors import NotFoundError
from xinno_core.languages import INTERFACE_LANGUAGES, LanguageMap
from xinno_core.models import (
    Ballot,
    Event,
    EventState,
    Participant,
    Region,
    Survey,
    SurveyGuest,
)
from xinno_core.services import access, surveys

AT_ONCE = (1, 10)
"""How many links can be asked for in one go."""
MOST_LINKS = 300


@dataclass(frozen=True)
class GuestLinks:
    """A survey with the links that were given out to it: never who has used theirs."""

    survey_id: int
    title: LanguageMap
    given: int
    used: int
    is_open: bool

    def fits(self, number: int) -> bool:
        """Tell whether so many more can be given out."""
        return self.is_open and self.given + number <= MOST_LINKS


@dataclass(frozen=True)
class GuestDesk:
    """The surveys of an event, for those who answer without Telegram."""

    event_id: int
    title: LanguageMap
    lead: str
    surveys: tuple[GuestLinks, ...]


@dataclass(frozen=True)
class LinksMade:
    """These links are new, or were made by the same button before."""

    desk: GuestDesk
    survey_title: LanguageMap
    tokens: tuple[str, ...]
    until: datetime
    zone: str


@dataclass(frozen=True)
class NoLinks:
    """None can be made: the survey is over, or there are as many as there may be."""

    desk: GuestDesk


MakeOutcome = LinksMade | NoLinks


async def has_surveys(session: AsyncSession, event_id: int) -> bool:
    """Tell whether an event has a survey at all."""
    found = await session.scalar(select(Survey.id).where(Survey.event_id == event_id).limit(1))
    return found is not None


async def find_desk(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> GuestDesk:
    """Return the surveys of an event of an own region; a draft's are not to be answered yet."""
    event = await access.get_organised_event(session, participant, event_id)
    if event.state is EventState.DRAFT:
        raise NotFoundError
    return await _read_desk(session, event, now=now)


async def make(
    session: AsyncSession,
    *,
    participant: Participant,
    survey_id: int,
    number: int,
    given: int,
    secret: bytes,
    now: datetime,
) -> MakeOutcome:
    """Make links for so many people.

    `given` is how many there were when the button was shown: a second tap on it shows the same
    links again instead of making more.
    """
    survey = await session.get(Survey, survey_id)
    if survey is None or number not in AT_ONCE:
        raise NotFoundError
    await find_desk(session, participant=participant, event_id=survey.event_id, now=now)
    event = await session.get_one(Event, survey.event_id)
    survey = (
        await session.scalars(
            lock(select(Survey).where(Survey.id == survey_id)).execution_options(
                populate_existing=True
            )
        )
    ).one()
    guests = await _list_guests(session, survey)
    can_be_made = not surveys.is_over(survey, now=now) and given + number <= MOST_LINKS
    if can_be_made and given == len(guests):
        guests = [*guests, *await _make(session, participant, survey, event, number, now=now)]
    shown = guests[given : given + number]
    desk = await _read_desk(session, event, now=now)
    if not shown:
        return NoLinks(desk)
    return LinksMade(
        desk,
        survey.title,
        tuple(surveys.form_token(guest, survey.id, secret) for guest in shown),
        survey.closes_at,
        event.zone,
    )


async def _make(
    session: AsyncSession,
    organiser: Participant,
    survey: Survey,
    event: Event,
    number: int,
    *,
    now: datetime,
) -> Sequence[Participant]:
    region = await session.get_one(Region, event.region_id)
    speaks_it = event.lead_language in INTERFACE_LANGUAGES
    made = [
        Participant(
            language=event.lead_language if speaks_it else "en",
            tone=region.tone,
            reachable=False,
            is_demo=False,
            created_at=now,
        )
        for _ in range(number)
    ]
    session.add_all(made)
    await session.flush()
    session.add_all(
        SurveyGuest(
            survey_id=survey.id, participant_id=guest.id, created_by=organiser.id, created_at=now
        )
        for guest in made
    )
    access.record(
        session,
        actor=organiser,
        verb="make_survey_links",
        subject=f"survey:{survey.id}",
        at=now,
        number=number,
    )
    await session.flush()
    return made


async def _list_guests(session: AsyncSession, survey: Survey) -> list[Participant]:
    """Return the guests of a survey in the order in which their links were made."""
    found = await session.scalars(
        select(Participant)
        .join(SurveyGuest, SurveyGuest.participant_id == Participant.id)
        .where(SurveyGuest.survey_id == survey.id)
        .order_by(Participant.id)
    )
    return list(found)


async def _read_desk(session: AsyncSession, event: Event, *, now: datetime) -> GuestDesk:
    found = await session.execute(
        select(Survey, func.count(SurveyGuest.participant_id), func.count(Ballot.participant_id))
        .outerjoin(SurveyGuest, SurveyGuest.survey_id == Survey.id)
        .outerjoin(
            Ballot,
            (Ballot.survey_id == Survey.id) & (Ballot.participant_id == SurveyGuest.participant_id),
        )
        .where(Survey.event_id == event.id)
        .group_by(Survey.id)
        .order_by(Survey.id)
    )
    links = (
        GuestLinks(
            survey.id, survey.title, given, used, is_open=not surveys.is_over(survey, now=now)
        )
        for survey, given, used in found
    )
    return GuestDesk(event.id, event.title, event.lead_language, tuple(links))
