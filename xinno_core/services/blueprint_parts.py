"""Importing what hangs on an event: limits, questions, surveys, journey; see also its sessions.

Each part has a key. An entry of the file makes a row, the row follows what the author edits, and it
goes with the entry, unless that would undo something people rely on: then it is a problem.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import func, select

from xinno_core.blueprints.journey import EACH
from xinno_core.blueprints.journey import Rule as RuleEntry
from xinno_core.blueprints.read import Blueprint, definition_of
from xinno_core.models import (
    HOLDING,
    Anchor,
    Cause,
    EventSession,
    Limit,
    Notice,
    NoticeClass,
    NoticeKind,
    Question,
    QuestionKind,
    Registration,
    RegistrationState,
    Rule,
    RuleClock,
    SessionSeat,
    Survey,
)
from xinno_core.services import journeys, waiting_list
from xinno_core.services.blueprint_rows import Import, Values, count_registrations, follow_all
from xinno_core.services.blueprint_surveys import import_surveys

WAITING = RegistrationState.WAITLISTED
OFFSET = {"session_id", "anchor", "days", "at", "hours", "clock"}


async def import_parts(this: Import, new: Blueprint, old: Blueprint | None) -> None:
    """Bring limits, questions, surveys and journey of an event to what the file says."""
    said, before = definition_of(new), definition_of(old) if old else {}
    await _limits(this, _limit_values(this, said), _limit_values(this, before))
    await _questions(this, _question_values(said), _question_values(before))
    surveys = await import_surveys(this, new, old)
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
