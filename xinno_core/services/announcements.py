"""Writing an announcement: its text in each language, its preview, and the yes that sends it.

The draft is a finished form that waits; the text in the event's lead language is required, and
who has no text in their own language gets a whole one in another, labelled.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.languages import INTERFACE_LANGUAGES, LanguageMap, choose
from xinno_core.models import (
    Event,
    EventState,
    Participant,
    Region,
    Registration,
    RegistrationState,
)
from xinno_core.services import access, broadcasts, forms
from xinno_core.services.broadcasts import NoAudience, Progress
from xinno_core.services.events import EventCard, card_of, read_card
from xinno_core.services.forms import Complete
from xinno_core.services.questions import Audience, Field, FieldKind, Form

TEXT = "text_"
MOST_CHARACTERS = 1500
"""Twice as many UTF-16 units, title and preview around them still fit Telegram's 4096."""

ANNOUNCED_AFTER = timedelta(days=30)
"""So long after its end the registered of an event can still be written to."""


@dataclass(frozen=True)
class Choice:
    """An event whose registered can be written to."""

    card: EventCard
    people: int


@dataclass(frozen=True)
class Draft:
    """An announcement before it goes: what it says, and who would get it."""

    card: EventCard
    topic: str
    question_count: int
    draft_key: str
    text: LanguageMap
    people: dict[str, int]  # language to number of readers
    unreached: int  # registered, but without a chat that is open

    @property
    def total(self) -> int:
        """How many people would get it."""
        return sum(self.people.values())

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages in which somebody will read it, and those it is written in."""
        written = (language for language in self.text if language in INTERFACE_LANGUAGES)
        return tuple(dict.fromkeys((*self.people, *written)))

    def language_for(self, reader: str) -> str:
        """Return the language of the text that these readers get."""
        return choose(self.text, reader, self.card.lead_language).language


@dataclass(frozen=True)
class DraftGone:
    """This preview is not the draft of now: it was changed or dropped."""

    card: EventCard


ConfirmOutcome = Progress | NoAudience | DraftGone


async def list_choices(
    session: AsyncSession, *, participant: Participant, now: datetime
) -> tuple[Choice, ...]:
    """Return the events of the own regions that have registered people, soonest first."""
    organised = await access.get_organised_regions(session, participant)
    people = func.count(Registration.id)
    found = await session.execute(
        select(Event, Region, people)
        .join(Region, Region.id == Event.region_id)
        .join(Registration, Registration.event_id == Event.id)
        .where(
            Event.region_id.in_(organised),
            Event.state != EventState.DRAFT,
            Event.ends_at > now - ANNOUNCED_AFTER,
            Registration.state == RegistrationState.CONFIRMED,
        )
        .group_by(Event.id, Region.id)
        .order_by(Event.starts_at, Event.id)
        .limit(20)
    )
    return tuple(Choice(card_of(event, region), number) for event, region, number in found)


async def begin(
    session: AsyncSession, *, participant: Participant, event_id: int
) -> Form | NoAudience:
    """Return what is asked for an announcement; with nobody registered there is nothing to ask."""
    event = await access.get_organised_event(session, participant, event_id)
    if not await broadcasts.count_audience(session, event_id):
        return NoAudience(await read_card(session, event))
    return _form(event)


async def find_form(session: AsyncSession, *, participant: Participant, event_id: int) -> Form:
    """Return the questions for an event's announcement: a text in each of its languages."""
    return _form(await access.get_organised_event(session, participant, event_id))


async def find_draft(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> Draft | None:
    """Return the finished draft with those whom it would reach."""
    event = await access.get_organised_event(session, participant, event_id)
    form = _form(event)
    written = await forms.find_draft(session, participant=participant, form=form, now=now)
    if written is None:
        return None
    return Draft(
        card=await read_card(session, event),
        topic=form.topic,
        question_count=len(form.fields),
        draft_key=written.draft_key,
        text=_text(written),
        people=await broadcasts.count_audience(session, event_id),
        unreached=await broadcasts.count_unreached(session, event_id),
    )


async def confirm(
    session: AsyncSession,
    *,
    participant: Participant,
    event_id: int,
    draft_key: str,
    now: datetime,
) -> ConfirmOutcome:
    """Send the announcement as previewed; a second yes shows how far the first has come."""
    event = await access.get_organised_event(session, participant, event_id)
    made = await broadcasts.find_by_draft(session, event=event, draft_key=draft_key)
    if made is not None:
        return made
    form = _form(event)
    written = await forms.find_draft(session, participant=participant, form=form, now=now)
    if written is None or written.draft_key != draft_key:
        return DraftGone(await read_card(session, event))
    outcome = await broadcasts.confirm(
        session,
        author=participant,
        event=event,
        draft_key=draft_key,
        text=_text(written),
        now=now,
    )
    if isinstance(outcome, Progress):
        await forms.cancel(session, participant=participant, topic=form.topic)
    return outcome


def _form(event: Event) -> Form:
    lead = event.lead_language
    languages = dict.fromkeys((lead, *event.languages))
    return Form(
        topic=f"announce.{event.id}",
        fields=tuple(
            Field(
                TEXT + language,
                FieldKind.TEXT,
                required=language == lead,
                most=MOST_CHARACTERS,
                hint=language,
            )
            for language in languages
        ),
        audience=Audience.CONFIRMED,
        lead=lead,
        is_kept=True,
    )


def _text(written: Complete) -> dict[str, str]:
    return {
        key.removeprefix(TEXT): value for key, value in written.answers.items() if value is not None
    }
