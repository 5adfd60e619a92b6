"""Surveys: who took part, and what was said, kept apart from the first day.

In an anonymous survey what one person said lies sealed beside their ballot until its wave is opened
(services/waves); in a pseudonymous one it lies with the person, so that it can be seen, changed and
erased. Either way one person has one ballot, and a change of mind takes the place of what was said.
"""

import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import change, insert_once, lock, seal_of
from xinno_core.languages import LanguageMap
from xinno_core.models import (
    Ballot,
    Door,
    Envelope,
    Event,
    EventState,
    Participant,
    Purpose,
    Registration,
    RegistrationState,
    Response,
    Survey,
    SurveyGuest,
    SurveyMode,
    Wave,
    WaveEnd,
)
from xinno_core.services import participants
from xinno_core.services.questions import (
    MISSING,
    MOST_CHARACTERS,
    MOST_NUMBER,
    Audience,
    Condition,
    Field,
    FieldKind,
    Form,
    Option,
)

TOPIC = "survey"
SIGNATURE_BYTES = 18
TOKEN_PATTERN = r"[0-9]{1,9}_[0-9]{1,9}_[A-Za-z0-9_-]{24}"  # noqa: S105 (its shape)
SKIPPED = "skipped"
REFUSED = "refused"
TAPS_A_MINUTE = 4


@dataclass(frozen=True)
class Thanked:
    """The answers are in; until `until` they can be changed, unless they are opened before."""

    title: LanguageMap
    survey_id: int
    mode: SurveyMode
    until: datetime
    zone: str
    lead: str  # language of the event
    is_change: bool = False


@dataclass(frozen=True)
class TookPartAlready:
    """One ballot each; as long as the wave is collected, its answers can be changed."""

    title: LanguageMap
    survey_id: int
    mode: SurveyMode
    until: datetime
    zone: str
    lead: str  # language of the event
    can_change: bool
    was_begun: bool = False  # a change was under way, and came too late
    was_destroyed: bool = False  # too few answered: nobody has read what was said
    can_erase: bool = False  # something that was said still leads to the person

    @property
    def was_cut_off(self) -> bool:
        """Tell whether the person had erased what was counted before under a code."""
        is_coded = self.mode is SurveyMode.PSEUDONYMOUS
        return is_coded and not self.can_change and not self.can_erase


@dataclass(frozen=True)
class SurveyClosed:
    """It is over."""

    title: LanguageMap
    lead: str  # language of the event
    was_begun: bool = False  # its questions were being answered, and it came too late


@dataclass(frozen=True)
class NotAsked:
    """There is no such survey for this person."""


SurveyOutcome = Thanked | TookPartAlready | SurveyClosed | NotAsked


def topic_of(survey_id: int) -> str:
    """Return the topic of a survey's form."""
    return f"{TOPIC}.{survey_id}"


async def find_form(
    session: AsyncSession, *, survey_id: int, participant: Participant | None = None
) -> Form | None:
    """Return the form of a survey; None while nobody sees its event.

    With a participant, what this person answered in a pseudonymous survey can be kept.
    """
    survey = await session.get(Survey, survey_id)
    if survey is None:
        return None
    event = await session.get_one(Event, survey.event_id)
    if event.state is EventState.DRAFT:
        return None
    known: Mapping[str, Any] = {}
    if participant is not None and survey.mode is SurveyMode.PSEUDONYMOUS:
        known = (
            await session.scalar(
                select(Response.answers).where(
                    Response.survey_id == survey_id, Response.participant_id == participant.id
                )
            )
            or {}
        )
    fields = fields_of(survey)
    return Form(
        topic=topic_of(survey_id),
        fields=fields,
        audience=(Audience.SEALED if survey.mode is SurveyMode.ANONYMOUS else Audience.CODED),
        lead=event.lead_language,
        known={one.key: known[one.key] for one in fields if one.fits(known.get(one.key))},
        is_sealed=True,
    )


def fields_of(survey: Survey) -> tuple[Field, ...]:
    """Return the questions of a survey that are asked now."""
    return read_fields(survey.questions)


def read_fields(questions: list[dict[str, Any]], *, with_hidden: bool = False) -> tuple[Field, ...]:
    """Return questions as they are stored, with what was taken out since where it is wanted."""
    return tuple(
        _field(one, with_hidden=with_hidden)
        for one in questions
        if with_hidden or not one.get("hidden")
    )


def minutes(fields: tuple[Field, ...]) -> int:
    """Return about how long it takes to answer: four questions a minute, two in one's own words."""
    taps = sum(2 if one.kind is FieldKind.TEXT else 1 for one in fields)
    return max(1, -(-taps // TAPS_A_MINUTE))


def form_token(participant: Participant, survey_id: int, secret: bytes) -> str:
    """Return what a person's own address of a survey carries; it fits TOKEN_PATTERN."""
    digest = hmac.digest(secret, f"survey:{survey_id}:{participant.id}".encode(), hashlib.sha256)
    signature = urlsafe_b64encode(digest[:SIGNATURE_BYTES]).decode()
    return f"{survey_id}_{participant.id}_{signature}"


async def find_by_token(
    session: AsyncSession, token: str, secret: bytes
) -> tuple[Participant, Survey] | None:
    """Return whose address this is, and of which survey; None where it is wrong or erased."""
    if re.fullmatch(TOKEN_PATTERN, token, flags=re.ASCII) is None:
        return None
    survey_id, person_id, _ = token.split("_", 2)
    person = await session.get(Participant, int(person_id))
    if person is None or person.forgotten_at is not None:
        return None
    if not hmac.compare_digest(form_token(person, int(survey_id), secret), token):
        return None
    survey = await session.get(Survey, int(survey_id))
    return (person, survey) if survey is not None else None


async def may_answer(
    session: AsyncSession, *, participant: Participant, survey_id: int, now: datetime
) -> SurveyOutcome | None:
    """Say why this person can't answer now; None when they can, for the first time."""
    survey = await session.get(Survey, survey_id)
    if survey is None or not await is_asked(session, participant=participant, survey=survey):
        return NotAsked()
    ballot = await session.get(Ballot, (survey_id, participant.id))
    if ballot is not None:
        return await _took_part(session, survey, participant, ballot, now=now)
    if is_over(survey, now=now):
        return SurveyClosed(survey.title, (await _event(session, survey)).lead_language)
    return None


async def submit(
    session: AsyncSession,
    *,
    participant: Participant,
    survey_id: int,
    answers: Mapping[str, Any],
    now: datetime,
    door: Door = Door.CHAT,
) -> SurveyOutcome:
    """Keep one person's answers, once; a second time they take the place of the first.

    The survey's row is locked, so that no wave is opened between a ballot and its answers. What
    comes too late is refused as something that was begun: it was handed in, and nobody will see it.
    """
    survey = await session.scalar(
        lock(select(Survey).where(Survey.id == survey_id)).execution_options(populate_existing=True)
    )
    if survey is None or not await is_asked(session, participant=participant, survey=survey):
        return NotAsked()
    if await _is_forgotten(session, participant):  # meanwhile, from another door
        return NotAsked()
    if is_over(survey, now=now):
        ballot = await session.get(Ballot, (survey_id, participant.id))
        if ballot is not None:
            taken = await _took_part(session, survey, participant, ballot, now=now)
            return replace(taken, was_begun=True)
        lead = (await _event(session, survey)).lead_language
        return SurveyClosed(survey.title, lead, was_begun=True)
    voted = await change(
        session,
        insert_once(session, Ballot).values(
            survey_id=survey_id, participant_id=participant.id, wave=survey.wave, door=door
        ),
    )
    if not voted:
        ballot = await session.get_one(Ballot, (survey_id, participant.id))
        if not _can_change(survey, ballot, now=now):
            taken = await _took_part(session, survey, participant, ballot, now=now)
            return replace(taken, was_begun=True)
    said = replies(fields_of(survey), answers)
    if survey.mode is SurveyMode.ANONYMOUS:
        await _seal(session, survey, participant, said)
    else:
        await _keep(session, survey, participant, said)
    event = await _event(session, survey)
    return Thanked(
        survey.title,
        survey.id,
        survey.mode,
        survey.closes_at,
        event.zone,
        event.lead_language,
        is_change=not voted,
    )


def replies(fields: tuple[Field, ...], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is stored of given answers: what was not asked has no key.

    A question that was asked and left out is `{"missing": "skipped"}`, and one that the person
    would rather not answer `{"missing": "refused"}`.
    """
    shown = _as_form(fields).shown(answers)
    said = {}
    for place in shown:
        key = fields[place].key
        value = answers.get(key)
        said[key] = {MISSING: SKIPPED} if value in (None, []) else value
    return said


def missing(value: object) -> str | None:
    """Return why a stored answer says nothing: skipped or refused; None where it says something."""
    return str(value[MISSING]) if isinstance(value, dict) else None


def place_of(survey_id: int, participant_id: int) -> str:
    """Return to what an envelope is bound."""
    return f"envelope:{survey_id}:{participant_id}"


async def is_asked(session: AsyncSession, *, participant: Participant, survey: Survey) -> bool:
    """Tell whether a survey is for this person: by a place at the event, or a link of their own."""
    state = await session.scalar(
        select(Registration.state).where(
            Registration.event_id == survey.event_id,
            Registration.participant_id == participant.id,
        )
    )
    if state is RegistrationState.CONFIRMED:
        return True
    return await session.get(SurveyGuest, (survey.id, participant.id)) is not None


async def holds_answers(session: AsyncSession, *, participant: Participant, survey_id: int) -> bool:
    """Tell whether anything that was said can still be found: an opened envelope can't."""
    own = (survey_id, participant.id)
    if await session.get(Envelope, own, populate_existing=True) is not None:
        return True
    found = await session.scalar(
        select(Response.id).where(
            Response.survey_id == survey_id, Response.participant_id == participant.id
        )
    )
    return found is not None


def is_over(survey: Survey, *, now: datetime) -> bool:
    """Tell whether a survey takes no answers any more."""
    return survey.ended_at is not None or now > survey.closes_at


async def _is_forgotten(session: AsyncSession, participant: Participant) -> bool:
    found = await session.scalar(
        select(Participant.forgotten_at).where(Participant.id == participant.id)
    )
    return found is not None


def _as_form(fields: tuple[Field, ...]) -> Form:
    return Form(topic="", fields=fields, audience=Audience.SEALED)


def _can_change(survey: Survey, ballot: Ballot, *, now: datetime) -> bool:
    return ballot.wave == survey.wave and not is_over(survey, now=now)


async def _took_part(
    session: AsyncSession,
    survey: Survey,
    participant: Participant,
    ballot: Ballot,
    *,
    now: datetime,
) -> TookPartAlready:
    event = await _event(session, survey)
    return TookPartAlready(
        survey.title,
        survey.id,
        survey.mode,
        survey.closes_at,
        event.zone,
        event.lead_language,
        can_change=_can_change(survey, ballot, now=now),
        was_destroyed=await _was_destroyed(session, survey, ballot),
        can_erase=await holds_answers(session, participant=participant, survey_id=survey.id),
    )


async def _was_destroyed(session: AsyncSession, survey: Survey, ballot: Ballot) -> bool:
    """Tell whether the wave ended with too few; only sealed answers are destroyed then."""
    if survey.mode is not SurveyMode.ANONYMOUS:
        return False
    wave = await session.get(Wave, (survey.id, ballot.wave))
    return wave is not None and wave.outcome is WaveEnd.TOO_FEW


async def _event(session: AsyncSession, survey: Survey) -> Event:
    return await session.get_one(Event, survey.event_id)


async def _seal(
    session: AsyncSession, survey: Survey, participant: Participant, said: dict[str, Any]
) -> None:
    """Put answers into the envelope beside the ballot, in the place of earlier ones."""
    sealed = seal_of(session).close_json(
        said,
        place=place_of(survey.id, participant.id),
        block=_as_form(read_fields(survey.questions, with_hidden=True)).most_bytes,
    )
    envelope = await session.get(Envelope, (survey.id, participant.id))
    if envelope is None:
        envelope = Envelope(survey_id=survey.id, participant_id=participant.id)
        session.add(envelope)
    envelope.wave, envelope.sealed = survey.wave, sealed
    await session.flush()


async def _keep(
    session: AsyncSession,
    survey: Survey,
    participant: Participant,
    said: dict[str, Any],
) -> None:
    """Keep answers with the person, in the place of earlier ones; linked only by consent."""
    consents = await participants.read_consents(session, participant)
    response = await session.scalar(
        select(Response).where(
            Response.survey_id == survey.id, Response.participant_id == participant.id
        )
    )
    if response is None:
        response = Response(
            id=secrets.token_hex(16), survey_id=survey.id, participant_id=participant.id
        )
        session.add(response)
    response.wave, response.version = survey.wave, survey.version
    response.answers = said
    response.is_linked = consents.get(Purpose.LINKING, False)
    await session.flush()


def _field(question: dict[str, Any], *, with_hidden: bool) -> Field:
    only_if = question.get("only_if")
    return Field(
        key=question["key"],
        kind=FieldKind(question["kind"]),
        text=question["text"],
        options=tuple(
            Option(option["key"], option["label"])
            for option in question.get("options") or ()
            if with_hidden or not option.get("hidden")
        ),
        required=not question.get("optional", False),
        low=question.get("low") or {},
        high=question.get("high") or {},
        most=question.get("most") or MOST_CHARACTERS,
        least=question.get("least") or 0,
        greatest=question.get("greatest") or MOST_NUMBER,
        least_choices=question.get("least_choices") or 0,
        most_choices=question.get("most_choices") or 0,
        earliest=question.get("earliest") or "",
        latest=question.get("latest") or "",
        may_refuse=question.get("may_refuse", False),
        # A rating is stored as a number and may be written as one.
        only_if=(
            Condition(only_if["question"], frozenset(str(one) for one in only_if["is"]))
            if only_if
            else None
        ),
    )
