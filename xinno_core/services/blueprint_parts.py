"""Importing what hangs on an event: limits, questions, surveys, journey; see also its sessions.

Each part has a key. An entry of the file makes a row, the row follows what the author edits, and it
goes with the entry, unless that would undo something people rely on: then it is a problem.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.blueprints.journey import EACH
from xinno_core.blueprints.journey import Rule as RuleEntry
from xinno_core.blueprints.read import Blueprint, definition_of
from xinno_core.models import (
    HOLDING,
    Anchor,
    Ballot,
    Base,
    Cause,
    Event,
    EventSession,
    Limit,
    Notice,
    NoticeClass,
    NoticeKind,
    Question,
    QuestionKind,
    Region,
    Registration,
    RegistrationState,
    Rule,
    RuleClock,
    SessionSeat,
    Survey,
    SurveyVersion,
)
from xinno_core.services import journeys, waiting_list

Values = Mapping[str, Any]
"""Columns of a row, as a file gives them."""

Row = TypeVar("Row", EventSession, Limit, Question, Rule, Survey)
WAITING = RegistrationState.WAITLISTED
OFFSET = {"session_id", "anchor", "days", "at", "hours", "clock"}


@dataclass
class Report:
    """What an import did, and what it must not do."""

    changes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def created(self, what: str) -> None:
        self.changes.append(f"created {what}")

    def changed(self, what: str, names: Sequence[str]) -> None:
        if names:
            self.changes.append(f"changed {what}: {', '.join(names)}")

    def removed(self, what: str) -> None:
        self.changes.append(f"removed {what}")

    def problem(self, what: str, wrong: str, cure: str) -> None:
        self.problems.append(f"{what}: {wrong} {cure}")


@dataclass(frozen=True)
class Import:
    """The event whose parts are imported, with what holds for all of them."""

    session: AsyncSession
    event: Event
    region: Region
    now: datetime
    report: Report
    sessions: dict[str, EventSession] = field(default_factory=dict)  # also those that go


@dataclass(frozen=True)
class Followed(Generic[Row]):
    """The rows of one kind after they followed the file."""

    rows: dict[str, Row]
    edited: dict[str, set[str]]  # by key of the row: columns that changed; all of a new row
    gone: dict[str, Row]


def follow(row: Base, new: Values, old: Values | None) -> list[str]:
    """Give the row what the file says otherwise than before; return the columns that changed.

    What was not edited is left alone: the row may hold an organiser's own change.
    """
    edited = [column for column in new if old is None or old.get(column) != new[column]]
    changed = [column for column in edited if getattr(row, column) != new[column]]
    for column in changed:
        setattr(row, column, new[column])
    return changed


def named(column: str, before: object, after: object) -> str:
    """Return how people call a change: title (de), place (address), seats."""
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return column.removesuffix("_local").replace("_", " ")
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return f"{column.replace('_', ' ')} ({', '.join(names)})"


async def import_parts(this: Import, new: Blueprint, old: Blueprint | None) -> None:
    """Bring limits, questions, surveys and journey of an event to what the file says."""
    said, before = definition_of(new), definition_of(old) if old else {}
    await _limits(this, _limit_values(this, said), _limit_values(this, before))
    await _questions(this, _question_values(said), _question_values(before))
    surveys = await _surveys(this, _survey_values(said), _survey_values(before))
    await _rules(this, surveys, _rule_values(this, new), _rule_values(this, old))


async def _limits(this: Import, new: Mapping[str, Values], old: Mapping[str, Values]) -> None:
    followed = await follow_all(this, Limit, "limit", new, old)
    for key, row in followed.gone.items():
        if queue := await _count_waiting(this, row):
            this.report.problem(
                f"limit {key}", f"can't go while people wait ({queue}).", "Raise its seats instead."
            )
        await this.session.delete(row)
    held = await _held_seats(this)
    for key, row in followed.rows.items():
        taken = sum(number for of, number in held if row.bounds(*of))
        if taken > row.seats:
            this.report.problem(
                f"limit {key}",
                f"can't have fewer seats ({row.seats}) than are taken ({taken}).",
                f"Write {taken} or more.",
            )
        row.taken = min(taken, row.seats)
    if followed.edited and not this.report.problems:
        limits = sorted(followed.rows.values(), key=lambda limit: limit.id or 0)
        await this.session.flush()
        offered = await waiting_list.promote(
            this.session, this.event, limits, now=this.now, cause=Cause.IMPORTED
        )
        if offered:
            this.report.changes.append(f"offered free seats to those who wait: {offered}")


async def _count_waiting(this: Import, limit: Limit) -> int:
    """Return how many wait, for the event or for the session that the limit belongs to."""
    if limit.session_id is None:
        return await count_registrations(this, Registration.state == WAITING)
    query = select(func.count()).select_from(SessionSeat)
    of_session = SessionSeat.session_id == limit.session_id
    return await this.session.scalar(query.where(of_session, SessionSeat.state == WAITING)) or 0


async def _held_seats(this: Import) -> list[tuple[tuple[str, str, int | None], int]]:
    """Return how many seats are held by role, target and session; None is the event itself."""
    who = (Registration.role, Registration.target)
    ours = Registration.event_id == this.event.id
    at_event = await this.session.execute(
        select(*who, func.count()).where(ours, Registration.state.in_(HOLDING)).group_by(*who)
    )
    in_sessions = await this.session.execute(
        select(*who, SessionSeat.session_id, func.count())
        .join(SessionSeat, SessionSeat.registration_id == Registration.id)
        .where(ours, SessionSeat.state.in_(HOLDING))
        .group_by(*who, SessionSeat.session_id)
    )
    return [
        *(((role, target, None), number) for role, target, number in at_event),
        *(((role, target, slot), number) for role, target, slot, number in in_sessions),
    ]


async def _questions(this: Import, new: Mapping[str, Values], old: Mapping[str, Values]) -> None:
    followed = await follow_all(this, Question, "question", new, old)
    asked = await count_registrations(this)
    for key, row in followed.gone.items():
        if asked:
            this.report.problem(
                f"question {key}", "can't go, because people were asked.", "Keep it in the file."
            )
        await this.session.delete(row)
    for key, columns in followed.edited.items():
        if asked and key in old and "kind" in columns:
            this.report.problem(
                f"question {key}",
                "can't become another kind, because people were asked.",
                "Add a question with a new key.",
            )


async def _surveys(
    this: Import, new: Mapping[str, Values], old: Mapping[str, Values]
) -> dict[str, Survey]:
    followed = await follow_all(this, Survey, "survey", new, old)
    found = await this.session.execute(
        select(Survey.key, func.count())
        .join(Ballot, Ballot.survey_id == Survey.id)
        .where(Survey.event_id == this.event.id)
        .group_by(Survey.key)
    )
    for key, ballots in found:
        is_other = key in followed.gone or _shape(new, key) != _shape(old, key)
        if is_other and (key in followed.gone or key in followed.edited):
            this.report.problem(
                f"survey {key}",
                f"can't ask otherwise, because people have answered ({ballots}).",
                "Change only its words, or give it a new key.",
            )
    for row in followed.gone.values():
        await this.session.execute(delete(SurveyVersion).where(SurveyVersion.survey_id == row.id))
        await this.session.delete(row)
    for key, columns in followed.edited.items():
        survey = followed.rows[key]
        survey.closes_at = journeys.closing_of(survey, this.event)
        if key in old and columns & {"questions", "title"}:
            survey.version += 1
    await this.session.flush()
    for key in followed.edited:
        await _keep_words(this, followed.rows[key])
    return followed.rows


async def _keep_words(this: Import, survey: Survey) -> None:
    """Keep the words of a version as they are asked: exports tell which was answered."""
    await this.session.merge(
        SurveyVersion(
            survey_id=survey.id,
            version=survey.version,
            title=survey.title,
            questions=survey.questions,
        )
    )


async def _rules(
    this: Import,
    surveys: Mapping[str, Survey],
    new: Mapping[str, Values],
    old: Mapping[str, Values],
) -> None:
    followed = await follow_all(this, Rule, "rule", new, old)
    slots: dict[int | None, EventSession] = {slot.id: slot for slot in this.sessions.values()}
    for key, row in followed.gone.items():
        sent = select(func.count()).select_from(Notice).where(Notice.rule_id == row.id)
        if await this.session.scalar(sent):
            this.report.problem(
                f"rule {key}", "can't go, because it has been sent.", "Keep it in the file."
            )
        await this.session.delete(row)
    for key, columns in followed.edited.items():
        row = followed.rows[key]
        if key in old and row.expanded and columns & OFFSET:
            this.report.problem(
                f"rule {key}",
                "can't be moved, because it was due.",
                "Add a rule with a new key.",
            )
    for key, row in followed.rows.items():
        if not row.expanded:  # also where only the closing of its survey was edited
            survey = surveys.get(row.survey or "")
            line = journeys.Line(row, this.event, this.region, slots.get(row.session_id), survey)
            is_edited = bool(followed.edited.get(key, set()) & OFFSET)
            journeys.set_time(line, now=this.now, anew=is_edited)  # what is past stays silent


async def follow_all(
    this: Import, table: type[Row], name: str, new: Mapping[str, Values], old: Mapping[str, Values]
) -> Followed[Row]:
    """Make, change and take from the event the rows of one kind that the file names otherwise."""
    found = await this.session.scalars(
        select(table).where(table.event_id == this.event.id).order_by(table.id)
    )
    rows: dict[str, Row] = {row.key: row for row in found}
    edited: dict[str, set[str]] = {}
    for key, values in new.items():
        row = rows.get(key)
        if row is None:
            if values == old.get(key):
                continue  # an organiser has removed it since
            rows[key] = table(event_id=this.event.id, key=key, **values)
            this.session.add(rows[key])
            this.report.created(f"{name} {key}")
            edited[key] = set(values)
            continue
        before = {column: getattr(row, column) for column in values}
        if columns := follow(row, values, old.get(key)):
            edited[key] = set(columns)
            this.report.changed(
                f"{name} {key}", [named(one, before[one], values[one]) for one in columns]
            )
    gone = {key: rows.pop(key) for key in old if key not in new and key in rows}
    for key in gone:
        this.report.removed(f"{name} {key}")
    return Followed(rows, edited, gone)


async def count_registrations(this: Import, *claims: Any) -> int:  # noqa: ANN401 (SQL)
    """Return how many registrations of the event meet all claims."""
    query = select(func.count()).select_from(Registration)
    return (
        await this.session.scalar(query.where(Registration.event_id == this.event.id, *claims)) or 0
    )


def _limit_values(this: Import, said: Mapping[str, Any]) -> dict[str, Values]:
    return {
        one["key"]: {
            **{name: one[name] for name in ("label", "roles", "targets", "seats")},
            "room": one.get("room"),
            "session_id": _session_id(this, one.get("session")),
        }
        for one in said.get("limits", ())
    }


def _session_id(this: Import, key: str | None) -> int | None:
    return this.sessions[key].id if key in this.sessions else None


def _question_values(said: Mapping[str, Any]) -> dict[str, Values]:
    return {
        one["key"]: {
            **{name: one[name] for name in ("text", "options", "required", "roles")},
            "kind": QuestionKind(one["kind"]),
            "only_if": one.get("only_if", {}),
            "position": position,
        }
        for position, one in enumerate(said.get("questions", ()))
    }


def _survey_values(said: Mapping[str, Any]) -> dict[str, Values]:
    return {
        one["key"]: {
            "title": one["title"],
            "questions": one["questions"],
            "closes_days_after": one["closes"].get("days_after"),
            "closes_hours_before": one["closes"].get("hours_before"),
        }
        for one in said.get("surveys", ())
    }


def _rule_values(this: Import, said: Blueprint | None) -> dict[str, Values]:
    if said is None:
        return {}
    return dict(row for one in said.journey for row in _rule_rows(this, one, said))


def _rule_rows(this: Import, one: RuleEntry, said: Blueprint) -> Iterator[tuple[str, Values]]:
    """Yield the rows of a line of the journey: one, or one for each session that all attend."""
    values = {
        "kind": NoticeKind(one.kind),
        "notice_class": NoticeClass(one.urgency),
        "anchor": Anchor(one.when.counts_from),
        "days": one.when.days,
        "at": one.when.at,
        "hours": one.when.hours,
        "clock": RuleClock(one.when.clock),
        "roles": one.audience.roles,
        "states": one.audience.named_states,
        "exercise": one.exercise,
        "survey": said.survey_of(one),
        "text": one.text or {},
        "links": [link.model_dump(mode="json") for link in one.links],
        "useful_hours": one.useful_for,
    }
    if one.when.session != EACH:
        yield one.key, {**values, "session_id": _session_id(this, one.when.session)}
        return
    for session in said.sessions:
        if session.choice == "all":
            yield (
                f"{one.key}.{session.key}",
                {**values, "session_id": _session_id(this, session.key)},
            )


def _shape(said: Mapping[str, Values], key: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return what answers of a survey are stored under; its words are not part of it."""
    return [
        (one["key"], one["kind"], tuple(option["key"] for option in one.get("options", ())))
        for one in said.get(key, {}).get("questions", ())
    ]
