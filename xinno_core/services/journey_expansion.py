"""Making the messages of rules that are due: a few statements, however many people they mean."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, String, cast, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import change, insert_once
from xinno_core.models import (
    Anchor,
    Event,
    Notice,
    NoticeKind,
    NoticeState,
    Participant,
    Registration,
    RuleClock,
)
from xinno_core.models.base import Instant, Json
from xinno_core.services.journey_people import ask_of_each, meant, next_of, since, zone_of
from xinno_core.services.journey_times import (
    AROUND_THE_WORLD,
    Line,
    Moment,
    closing_of,
    next_hour,
    next_hour_anywhere,
)

ROWS_AT_ONCE = 500
COLUMNS = (
    "participant_id",
    "event_id",
    "rule_id",
    "kind",
    "notice_class",
    "dedup_key",
    "params",
    "due_at",
    "useful_until",
    "state",
    "attempts",
    "telegram_ids",
)


@dataclass(frozen=True)
class Said:
    """What a line says when it is due: the event it proposes belongs to it."""

    line: Line
    following: Event | None

    @property
    def is_nothing(self) -> bool:
        """Tell whether there is nothing to propose."""
        return self.line.rule.kind is NoticeKind.NEXT and self.following is None

    @property
    def prefix(self) -> str:
        """What the key of each message begins with: one for each time the event has had."""
        if self.following is not None:  # two evenings may lead to the same one
            return f"next:{self.following.id}:"
        return f"rule:{self.line.rule.id}:{self.line.event.schedule_revision}:"

    def key_for(self, participant_id: int) -> str:
        """Return by which key the message to one person is made once."""
        return f"{self.prefix}{participant_id}"

    @property
    def params(self) -> dict[str, Any]:
        """What the gate and the texts need to know."""
        line = self.line
        params = {
            "rule": line.rule.key,
            "exercise": line.rule.exercise,
            "survey_id": line.survey.id if line.survey else None,
            "session_id": line.slot.id if line.slot else None,
            "next_event_id": self.following.id if self.following else None,
            "closes": self._closes(),
        }
        return {key: value for key, value in params.items() if value is not None}

    def _closes(self) -> str | None:
        """Return until when a survey can be answered, for a last call."""
        line = self.line
        if line.survey is None or line.rule.anchor is not Anchor.SURVEY_CLOSING:
            return None
        return closing_of(line.survey, line.event).isoformat()

    def useful_until(self, moment: Moment) -> datetime:
        """Return until when it is of use: a proposal as long as one can register."""
        if self.following is None:
            return moment.useful_until
        return min(moment.useful_until, self.following.registration_closes_at)


def said(line: Line, following: Sequence[Event], *, at: datetime) -> Said:
    """Return what a line says at a moment."""
    is_next = line.rule.kind is NoticeKind.NEXT
    return Said(line, next_of(line, following, at=at) if is_next else None)


async def expand(
    session: AsyncSession, lines: Sequence[Line], *, following: Sequence[Event], now: datetime
) -> int:
    """Make the messages of lines that are due, and note how far each line has come."""
    by_person = [line for line in lines if line.rule.clock is RuleClock.PERSON]
    zones = await _zones(session, [one for one in by_person if not one.counts_from_registration])
    made = await _of_registrations(
        session, [line for line in lines if line.counts_from_registration], now=now
    )
    for line in lines:  # in the order of their times: the newest message takes the others' place
        if line.counts_from_registration:
            continue
        this = said(line, following, at=now)
        groups = zones[line.rule.id] if line.is_for_each else {line.due(): ()}
        for moment in sorted(groups, key=lambda one: one.due_at):
            if moment.due_at <= now and not line.has_come_by(moment) and not this.is_nothing:
                made += await _insert(session, this, moment, groups[moment])
        line.rule.expanded = not line.is_for_each or line.last() <= now
        line.rule.reached_at = now if line.is_for_each else None
    return made


async def _insert(
    session: AsyncSession, this: Said, moment: Moment, zones: Sequence[str] = ()
) -> int:
    """Make one notice for each person a line means, in one statement however many they are.

    Who registered after the due time is not meant: the confirmation told them the same.
    """
    line = this.line
    people = select(
        Registration.participant_id,
        literal(line.event.id),
        literal(line.rule.id),
        literal(line.rule.kind, Notice.kind.type),
        literal(line.rule.notice_class, Notice.notice_class.type),
        literal(this.prefix) + cast(Registration.participant_id, String),
        literal(this.params, Json),
        literal(moment.due_at, Instant()),
        literal(this.useful_until(moment), Instant()),
        literal(NoticeState.PLANNED, Notice.state.type),
        literal(0),
        literal([], Json),
    ).where(*meant(line, this.following), since(line) <= moment.due_at)
    if zones:
        people = people.join(Participant, Participant.id == Registration.participant_id)
        people = people.where(zone_of(line).in_(zones))
    return await change(session, insert_once(session, Notice).from_select(list(COLUMNS), people))


# ── each person's own clock ──────────────────────────────────────────────────────────────────
async def _zones(
    session: AsyncSession, lines: Sequence[Line]
) -> Mapping[int, Mapping[Moment, Sequence[str]]]:
    """Return for each line when it is due in the zones of the people it means."""

    def question(line: Line) -> Select[Any]:
        return (
            select(zone_of(line).label("zone"))
            .select_from(Registration)
            .join(Participant, Participant.id == Registration.participant_id)
            .where(*meant(line))
            .distinct()
        )

    found: dict[int, dict[Moment, list[str]]] = defaultdict(lambda: defaultdict(list))
    for line, row in await ask_of_each(session, lines, question):
        found[line.rule.id][line.due(row.zone)].append(row.zone)
    return found


# ── each person's own beginning ──────────────────────────────────────────────────────────────
async def _of_registrations(session: AsyncSession, lines: Sequence[Line], *, now: datetime) -> int:
    """Make what is due so long after people got their places: all of them in one go."""

    def question(line: Line) -> Select[Any]:
        reached = line.rule.reached_at or now
        after, until = _range(line, reached, now)
        return (
            select(
                Registration.participant_id,
                Registration.calendar_sequence,
                zone_of(line).label("zone"),
                since(line).label("since"),
            )
            .join(Participant, Participant.id == Registration.participant_id)
            .where(*meant(line), since(line) > after, since(line) <= until)
        )

    rows = []
    for line, row in await ask_of_each(session, lines, question):
        moment = line.due(row.zone, row.since)
        is_due = moment.due_at <= now and not line.has_come_by(moment)
        if is_due and line.reaches(moment, row.since):
            rows.append(_row(line, row.participant_id, row.calendar_sequence, moment))
    made = 0
    rows.sort(key=lambda row: row["due_at"])
    for begin in range(0, len(rows), ROWS_AT_ONCE):
        some = rows[begin : begin + ROWS_AT_ONCE]
        made += await change(session, insert_once(session, Notice).values(some))
    await _look_again(session, lines, now=now)
    return made


def _range(line: Line, reached: datetime, now: datetime) -> tuple[datetime, datetime]:
    """Return between which moments people got the place for whom it became due meanwhile."""
    if line.rule.hours is not None:
        offset = timedelta(hours=line.rule.hours)
        return reached - offset, now - offset
    offset = timedelta(days=line.rule.days or 0)
    return reached - offset - AROUND_THE_WORLD, min(now - offset + AROUND_THE_WORLD, now)


def _row(line: Line, participant_id: int, presence: int, moment: Moment) -> dict[str, Any]:
    this = Said(line, None)
    return {
        "participant_id": participant_id,
        "event_id": line.event.id,
        "rule_id": line.rule.id,
        "kind": line.rule.kind,
        "notice_class": line.rule.notice_class,
        # A move does not change when somebody came; who leaves and comes back begins anew.
        "dedup_key": f"rule:{line.rule.id}:since{presence}:{participant_id}",
        "params": this.params,
        "due_at": moment.due_at,
        "useful_until": moment.useful_until,
        "state": NoticeState.PLANNED,
        "attempts": 0,
        "telegram_ids": [],
    }


async def _look_again(session: AsyncSession, lines: Sequence[Line], *, now: datetime) -> None:
    """Note for each line when it may next be due for somebody, also for who comes from now on."""

    def question(line: Line) -> Select[Any]:
        waits = timedelta(hours=line.rule.hours or 0)
        first = func.min(since(line), type_=Instant()).label("since")
        return (
            select(first).select_from(Registration).where(*meant(line), since(line) > now - waits)
        )

    in_hours = [line for line in lines if line.rule.hours is not None]
    first = {
        line.rule.id: row.since for line, row in await ask_of_each(session, in_hours, question)
    }
    for line in lines:
        rule = line.rule
        if rule.at is None:
            came = first.get(rule.id) or now
            rule.due_at = came + timedelta(hours=rule.hours or 0)
        elif rule.clock is RuleClock.PERSON:
            rule.due_at = next_hour_anywhere(rule.at, after=now)
        else:
            rule.due_at = next_hour(rule.at, after=now, zone=line.event.zone)
        rule.expanded, rule.reached_at = line.last() <= now, now
