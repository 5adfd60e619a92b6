"""A person's way into a survey: the pledge before the first question, resuming, and changing."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.languages import LanguageMap
from xinno_core.models import Event, Participant, Purpose, Survey, SurveyMode
from xinno_core.services import consents, forms, participants, surveys
from xinno_core.services.questions import MOST_CHARACTERS, Form
from xinno_core.services.surveys import NotAsked, SurveyClosed, SurveyOutcome, TookPartAlready

MANY = 8
"""With more questions than this, and with long texts, a browser is the better place."""


@dataclass(frozen=True)
class Opening:
    """What is said before the first question: what becomes of the answers."""

    survey_id: int
    title: LanguageMap
    mode: SurveyMode
    closes_at: datetime
    zone: str
    lead: str  # language of the event
    questions: int  # asked at most
    is_linked: bool | None  # what was said by now to linking answers; None: not asked yet
    branches: bool = False  # some are asked only after certain answers
    is_long: bool = False  # better answered where all can be seen at once

    @property
    def asks_to_link(self) -> bool:
        """Tell whether linking is to be decided here."""
        return self.mode is SurveyMode.PSEUDONYMOUS and self.is_linked is None


@dataclass(frozen=True)
class Paused:
    """Another time: what was answered by now is kept, and the survey stays open."""

    survey_id: int
    title: LanguageMap
    closes_at: datetime
    zone: str
    lead: str  # language of the event
    kept_until: datetime | None  # None: nothing was begun
    is_change: bool = False  # what was handed in before counts


async def enter(
    session: AsyncSession, *, participant: Participant, survey_id: int, now: datetime
) -> Opening | Form | SurveyOutcome:
    """Return the pledge; or the form where the person is in the middle of it."""
    refused = await stop_if_over(session, participant=participant, survey_id=survey_id, now=now)
    form = await surveys.find_form(session, survey_id=survey_id, participant=participant)
    if refused is not None or form is None or not form.fields:
        return refused or NotAsked()
    if await forms.is_open(session, participant=participant, form=form, now=now):
        return form
    taken = await surveys.may_answer(session, participant=participant, survey_id=survey_id, now=now)
    if taken is not None:
        return taken
    return await _opening(session, participant, survey_id, form)


async def begin(
    session: AsyncSession,
    *,
    participant: Participant,
    survey_id: int,
    is_linked: bool | None,
    now: datetime,
) -> Opening | Form | SurveyOutcome:
    """Begin after the pledge, with what was said to linking the answers."""
    entered = await enter(session, participant=participant, survey_id=survey_id, now=now)
    if not isinstance(entered, Opening):
        return entered
    if entered.asks_to_link:
        if is_linked is None:
            return entered
        await consents.say(
            session, participant=participant, purpose=Purpose.LINKING, given=is_linked, now=now
        )
    form = await surveys.find_form(session, survey_id=survey_id, participant=participant)
    return form or NotAsked()


async def change(
    session: AsyncSession, *, participant: Participant, survey_id: int, now: datetime
) -> Opening | Form | SurveyOutcome:
    """Begin once more, where the answers can still be changed."""
    entered = await enter(session, participant=participant, survey_id=survey_id, now=now)
    if not (isinstance(entered, TookPartAlready) and entered.can_change):
        return entered
    form = await surveys.find_form(session, survey_id=survey_id, participant=participant)
    return form or NotAsked()


async def pause(
    session: AsyncSession, *, participant: Participant, survey_id: int, now: datetime
) -> Paused | SurveyOutcome:
    """Leave a survey, or put it off: what was begun waits until it is dropped, or it closes."""
    refused = await stop_if_over(session, participant=participant, survey_id=survey_id, now=now)
    if refused is not None:
        return refused
    expires_at = await forms.set_aside(
        session, participant=participant, topic=surveys.topic_of(survey_id), now=now
    )
    taken = await surveys.may_answer(session, participant=participant, survey_id=survey_id, now=now)
    if taken is not None and expires_at is None:
        return taken
    survey = await session.get_one(Survey, survey_id)
    event = await session.get_one(Event, survey.event_id)
    return Paused(
        survey_id,
        survey.title,
        survey.closes_at,
        event.zone,
        event.lead_language,
        min(expires_at, survey.closes_at) if expires_at is not None else None,
        is_change=taken is not None,
    )


async def stop_if_over(
    session: AsyncSession,
    *,
    participant: Participant,
    survey_id: int,
    now: datetime,
    in_form: bool = False,
) -> SurveyOutcome | None:
    """Say why nothing can be answered or changed any more; what was begun is dropped then.

    `in_form`: its questions were being answered, even where they were dropped since.
    """
    refused = await surveys.may_answer(
        session, participant=participant, survey_id=survey_id, now=now
    )
    if refused is None or (isinstance(refused, TookPartAlready) and refused.can_change):
        return None
    dropped = await forms.cancel(
        session, participant=participant, topic=surveys.topic_of(survey_id)
    )
    if (dropped is not None or in_form) and isinstance(refused, SurveyClosed | TookPartAlready):
        return replace(refused, was_begun=True)
    return refused


async def _opening(
    session: AsyncSession, participant: Participant, survey_id: int, form: Form
) -> Opening:
    survey = await session.get_one(Survey, survey_id)
    event = await session.get_one(Event, survey.event_id)
    said = await participants.read_consents(session, participant)
    return Opening(
        survey_id,
        survey.title,
        survey.mode,
        survey.closes_at,
        event.zone,
        event.lead_language,
        len(form.fields),
        said.get(Purpose.LINKING),
        branches=form.branches,
        is_long=len(form.fields) > MANY or any(one.most > MOST_CHARACTERS for one in form.fields),
    )
