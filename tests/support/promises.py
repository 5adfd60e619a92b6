"""What is promised of every message, said a second time over the ledger and over the chats.

`Promises.look` is called after each step. Nobody changes a wish while the clock moves, so what
people wish at the look is what they wished when the messages since the last look were sent.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.simulator.messages import StoredMessage
from tests.support.world import World
from xinno_core.models import (
    Ballot,
    Broadcast,
    BroadcastState,
    Consent,
    Event,
    EventSession,
    EventState,
    Notice,
    NoticeClass,
    NoticeKind,
    NoticeState,
    Participant,
    Preference,
    Purpose,
    Region,
    Registration,
    RegistrationState,
    RegistrationStep,
    Rule,
    Topic,
)
from xinno_core.services.holidays import is_holiday
from xinno_core.services.outbox import REPEATS_ONCE
from xinno_core.services.showing import LINKS, MEDIA
from xinno_core.texts.reasons import reason_word
from xinno_core.texts.translator import translator

WEEK = timedelta(days=7)
DONE = {NoticeState.SENT, NoticeState.UNKNOWN, NoticeState.FAILED, NoticeState.SKIPPED}
GONE = {NoticeState.SENT, NoticeState.UNKNOWN}
OF_A_PLACE = {
    NoticeKind.REMINDER,
    NoticeKind.THANKS,
    NoticeKind.SURVEY,
    NoticeKind.EXERCISE,
    NoticeKind.NOTE,
    NoticeKind.NEXT,
    NoticeKind.MEDIA,
}
AGREED_TO = {NoticeKind.EXERCISE: Purpose.EXERCISES, NoticeKind.NEXT: Purpose.INVITATIONS}
TOPICS = {
    NoticeKind.REMINDER: Topic.REMINDERS,
    NoticeKind.SURVEY: Topic.SURVEYS,
    NoticeKind.MEDIA: Topic.MEDIA,
    NoticeKind.THANKS: Topic.MEDIA,
}
LONG = {NoticeKind.EXERCISE, NoticeKind.MEDIA, NoticeKind.BROADCAST}
"""Kinds of which one notice may be several messages."""


@dataclass
class Stand:
    """Everything that the promises speak of, read at once."""

    now: datetime
    notices: list[Notice]
    people: Mapping[int, Participant]
    wishes: Mapping[int, Preference]
    regions: Mapping[int, Region]
    events: Mapping[int, Event]
    sessions: Mapping[int, EventSession]
    rules: Mapping[int, Rule]
    broadcasts: Mapping[int, Broadcast]
    consents: frozenset[tuple[int, Purpose]]
    ballots: frozenset[tuple[int, int]]
    steps: Mapping[tuple[int, int], list[tuple[datetime, RegistrationState]]]

    def zone(self, notice: Notice) -> ZoneInfo:
        """Where its reader is."""
        own = self.people[notice.participant_id].zone
        event = self.events.get(notice.event_id or 0)
        return ZoneInfo(own or (event.zone if event else self.region(notice).zone))

    def region(self, notice: Notice) -> Region:
        """Whose quiet hours hold."""
        event = self.events.get(notice.event_id or 0)
        return self.regions[event.region_id] if event else next(iter(self.regions.values()))

    def quiet(self, notice: Notice) -> tuple[time, time]:
        """The hours in which its reader is left alone."""
        own, region = self.wishes.get(notice.participant_id), self.region(notice)
        if own is not None and own.quiet_from is not None and own.quiet_to is not None:
            return own.quiet_from, own.quiet_to
        return region.quiet_from, region.quiet_to

    def states(self, notice: Notice, at: datetime) -> set[RegistrationState]:
        """How its reader stood at the event then; all that held at the very instant."""
        steps = self.steps.get((notice.event_id or 0, notice.participant_id), [])
        before = [state for when, state in steps if when < at]
        return {*before[-1:], *(state for when, state in steps if when == at)}


async def read_stand(world: World) -> Stand:
    """Read it."""
    async with world.database.reading() as session:

        async def by_id(table: Any) -> dict[int, Any]:  # noqa: ANN401 (a model)
            return {row.id: row for row in await session.scalars(select(table).order_by(table.id))}

        consents: dict[tuple[int, Purpose], bool] = {}
        for row in await session.scalars(select(Consent).order_by(Consent.id)):
            consents[row.participant_id, row.purpose] = row.given
        steps = defaultdict(list)
        for event_id, person, at, state in await session.execute(
            select(
                Registration.event_id,
                Registration.participant_id,
                RegistrationStep.at,
                RegistrationStep.state,
            )
            .join(Registration, Registration.id == RegistrationStep.registration_id)
            .where(RegistrationStep.session_id.is_(None))
            .order_by(RegistrationStep.id)
        ):
            steps[event_id, person].append((at, state))
        wishes = await session.scalars(select(Preference))
        ballots = await session.execute(select(Ballot.survey_id, Ballot.participant_id))
        return Stand(
            now=world.now,
            notices=list((await by_id(Notice)).values()),
            people=await by_id(Participant),
            wishes={row.participant_id: row for row in wishes},
            regions=await by_id(Region),
            events=await by_id(Event),
            sessions=await by_id(EventSession),
            rules=await by_id(Rule),
            broadcasts=await by_id(Broadcast),
            consents=frozenset(key for key, given in consents.items() if given),
            ballots=frozenset((survey, person) for survey, person in ballots),
            steps=steps,
        )


@dataclass
class Promises:
    """What was seen so far, and what must hold of what comes."""

    world: World
    hung: Counter[int] = field(default_factory=Counter)  # copies of which no answer came, by chat
    blocked: set[int] = field(default_factory=set)  # people of whom the assistant knows it
    judged: dict[int, tuple[NoticeState, int]] = field(default_factory=dict)

    async def look(self) -> Stand:
        """Try all promises on what happened since the last look."""
        stand = await read_stand(self.world)
        for notice in stand.notices:
            fate = (notice.state, notice.attempts)
            if self.judged.get(notice.id) == fate and notice.state in DONE:
                continue
            self.judged[notice.id] = fate
            self._has_an_end_or_a_reason(stand, notice)
            if notice.state in GONE:
                self._may_go(stand, notice, notice.sent_at or notice.ended_at)
            if notice.state is NoticeState.FAILED and notice.participant_id in self.blocked:
                assert notice.reason != "blocked", f"tried in vain: {described(notice)}"
        self._nothing_twice(stand)
        self._the_chats_agree(stand)
        return stand

    # ── each by itself ───────────────────────────────────────────────────────────────────────
    def _has_an_end_or_a_reason(self, stand: Stand, notice: Notice) -> None:
        assert notice.state is not NoticeState.SENDING, described(notice)
        of = stand.broadcasts.get(notice.broadcast_id or 0)
        waits_for_its_announcement = of is not None and of.state in {
            BroadcastState.SCHEDULED,
            BroadcastState.CONFIRMING,
            BroadcastState.PAUSED,
        }
        if notice.state in {NoticeState.PLANNED, NoticeState.HELD}:
            is_due = notice.due_at <= stand.now and not waits_for_its_announcement
            assert not is_due, f"due and forgotten: {described(notice)}"
        if notice.state not in {NoticeState.PLANNED, NoticeState.SENT}:
            assert notice.reason, f"no reason: {described(notice)}"
        if notice.reason:
            said = reason_word(translator("en"), notice.reason)
            assert not said.startswith("a fault of"), f"no words: {notice.reason}"

    def _may_go(self, stand: Stand, notice: Notice, at: datetime | None) -> None:
        name = described(notice)
        assert at is not None, name
        assert notice.useful_until is None or at <= notice.useful_until, f"useless: {name}"
        self._is_welcome(stand, notice, at)
        person = stand.people[notice.participant_id]
        assert person.forgotten_at is None, name
        purpose = AGREED_TO.get(notice.kind)
        assert purpose is None or (person.id, purpose) in stand.consents, f"no consent: {name}"
        if notice.kind is NoticeKind.SURVEY:
            assert (notice.params["survey_id"], person.id) not in stand.ballots, f"asked: {name}"
        rule = stand.rules.get(notice.rule_id or 0)
        if rule is not None:
            self._its_journey_speaks(stand, notice, rule, at)
        if notice.notice_class is NoticeClass.CRITICAL:
            assert at - notice.due_at <= timedelta(minutes=1), f"critical and late: {name}"
        of = stand.broadcasts.get(notice.broadcast_id or 0)
        if of is not None and notice.kind is NoticeKind.BROADCAST:
            states = {RegistrationState(one) for one in of.audience["states"]}
            assert stand.states(notice, at) & states, f"not of the audience: {name}"

    def _is_welcome(self, stand: Stand, notice: Notice, at: datetime) -> None:
        """Hours, topics, pauses and paces of the reader."""
        name, wishes = described(notice), stand.wishes.get(notice.participant_id)
        if notice.notice_class in {NoticeClass.CRITICAL, NoticeClass.ANSWER}:
            return
        zone = stand.zone(notice)
        wall = at.astimezone(zone)
        starts, ends = stand.quiet(notice)
        assert not _is_between(wall.time(), starts, ends), f"quiet hours at {wall}: {name}"
        of = stand.broadcasts.get(notice.broadcast_id or 0)
        topic = TOPICS.get(notice.kind)
        if notice.kind is NoticeKind.BROADCAST and of is not None:
            topic = of.topic
        assert wishes is None or topic not in wishes.muted, f"muted: {name}"
        if notice.notice_class is not NoticeClass.OPTIONAL:
            return
        country = str(stand.region(notice).organiser.get("country", ""))
        assert wall.weekday() < 5, f"on a weekend: {name}"
        assert not is_holiday(wall.date(), country), f"on a holiday: {name}"
        paused = wishes.paused_until if wishes else None
        assert paused is None or paused <= at, f"in a pause: {name}"
        pace = min(wishes.pace if wishes else 2, 3)
        others = [
            when
            for one in stand.notices
            if one.participant_id == notice.participant_id
            and one.notice_class is NoticeClass.OPTIONAL
            and one.state in GONE
            and one.id != notice.id
            and (when := one.sent_at or one.ended_at) is not None
            and when <= at
        ]
        days = [when.astimezone(zone).date() for when in others]
        assert wall.date() not in days, f"the second of a day: {name}"
        lately = sum(when > at - WEEK for when in others)
        assert lately < pace, f"{lately + 1} in a week, and {pace} are wanted: {name}"

    def _its_journey_speaks(self, stand: Stand, notice: Notice, rule: Rule, at: datetime) -> None:
        name, event = described(notice), stand.events[notice.event_id or 0]
        wanted = {RegistrationState(one) for one in rule.states} or {RegistrationState.CONFIRMED}
        assert stand.states(notice, at) & wanted, f"not registered: {name}"
        assert event.state is not EventState.CANCELLED, f"cancelled: {name}"
        assert event.journey_paused_at is None, f"the journey is paused: {name}"
        assert rule.stopped_at is None, f"the line is off: {name}"
        if notice.kind is NoticeKind.REMINDER:
            of = stand.sessions.get(rule.session_id or 0) or event
            assert at <= of.starts_at, f"after the start: {name}"

    # ── all together ─────────────────────────────────────────────────────────────────────────
    def _nothing_twice(self, stand: Stand) -> None:
        keys = Counter(one.dedup_key for one in stand.notices)
        assert not keys or max(keys.values()) == 1
        same: Counter[tuple[object, ...]] = Counter()
        for one in stand.notices:
            most = 2 if one.kind in REPEATS_ONCE else 1
            assert one.attempts <= most, f"tried {one.attempts} times: {described(one)}"
            if one.state in GONE and one.rule_id is not None:
                same[_what_it_says(one)] += 1
        twice = [key for key, number in same.items() if number > 1]
        assert not twice, f"said twice: {twice}"

    def _the_chats_agree(self, stand: Stand) -> None:
        """Each message of a chat belongs to one notice, but for copies whose answer was lost."""
        by_person: dict[int, list[Notice]] = defaultdict(list)
        for notice in stand.notices:
            by_person[notice.participant_id].append(notice)
        for person in stand.people.values():
            if person.telegram_id is None:
                continue
            there = {
                one.message_id: one
                for one in self.world.simulator.chat(person.telegram_id)
                if one.from_bot
            }
            self._one_chat_agrees(by_person[person.id], there, person.telegram_id)

    def _one_chat_agrees(
        self, notices: Iterable[Notice], there: Mapping[int, StoredMessage], chat_id: int
    ) -> None:
        recorded: list[int] = []
        doubtful = 0
        for one in notices:
            recorded += one.telegram_ids
            repeated = one.attempts == 2 and one.kind in REPEATS_ONCE
            doubtful += (one.state is NoticeState.UNKNOWN) + repeated
            if one.state is NoticeState.SENT:
                assert one.telegram_ids, f"sent without a trace: {described(one)}"
                assert one.kind in LONG or len(one.telegram_ids) == 1, described(one)
                dates = {there[number].date for number in one.telegram_ids if number in there}
                assert dates <= {one.sent_at}, f"written down late: {described(one)}"
        assert len(recorded) == len(set(recorded)), "one message for two notices"
        assert set(recorded) <= there.keys(), "written down, and not there"
        lost = len(there) - len(recorded)
        assert lost <= doubtful, "a copy that nothing explains"
        assert lost <= self.hung[chat_id], "a copy that no lost answer explains"


def by_class_and_state(notices: Iterable[Notice]) -> str:
    """The figures of a ledger."""
    counted = Counter(
        (one.notice_class.value, one.state.value, one.reason or "") for one in notices
    )
    return "\n".join(f"{number:6} {' '.join(key)}" for key, number in sorted(counted.items()))


def _what_it_says(notice: Notice) -> tuple[object, ...]:
    """What makes two messages of a rule the same for their reader."""
    if notice.kind is NoticeKind.NEXT:
        return (notice.participant_id, "next", notice.params["next_event_id"])
    if notice.kind is NoticeKind.EXERCISE:
        return (notice.participant_id, notice.event_id, notice.params["exercise"])
    if notice.kind is NoticeKind.MEDIA:  # pictures that came since are no second copy
        shown = (tuple(notice.params.get(key, ())) for key in (MEDIA, LINKS))
        return (notice.participant_id, notice.event_id, *shown)
    if ":since" in notice.dedup_key:  # who leaves and comes back is welcomed again
        return (notice.dedup_key,)
    tells_when = notice.kind is NoticeKind.REMINDER or "closes" in notice.params
    told = (notice.useful_until,) if tells_when else ()  # of a moved event that is news
    return (notice.participant_id, notice.rule_id, *told)


def _is_between(wall: time, starts: time, ends: time) -> bool:
    if starts <= ends:
        return starts <= wall < ends
    return wall >= starts or wall < ends


def described(notice: Notice) -> str:
    """All that tells a notice from others."""
    return (
        f"#{notice.id} {notice.kind.value}/{notice.notice_class.value} {notice.state.value}"
        f" {notice.dedup_key} to {notice.participant_id} due {notice.due_at.astimezone(UTC)}"
        f" sent {notice.sent_at} useful {notice.useful_until} because {notice.reason}"
    )
