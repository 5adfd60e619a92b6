"""A season of events with journeys of every kind, and all that people and time may do to it.

Everybody acts through the services, not through their chat: so all that the assistant writes into
a chat is a message it had promised.
"""

import secrets
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import time, timedelta
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.simulator.faults import FaultKind
from tests.support import building
from tests.support.journeys import note, rule
from tests.support.promises import Promises
from tests.support.world import World
from xinno_core.models import (
    Anchor,
    Broadcast,
    BroadcastState,
    Event,
    EventSession,
    NoticeClass,
    NoticeKind,
    NoticeState,
    Participant,
    Purpose,
    Region,
    Registration,
    RegistrationState,
    Role,
    Rule,
    RuleClock,
    Series,
    Survey,
    Topic,
)
from xinno_core.models.messages import Notice
from xinno_core.services import (
    access,
    approvals,
    broadcasts,
    cancelling,
    forms,
    journey_desk,
    journeys,
    moving,
    participants,
    preferences,
    registration,
    surveys,
    workshops,
)
from xinno_core.services.catching_up import OVERDUE_AFTER
from xinno_core.services.contents import Content, TextPart, as_json
from xinno_core.services.form_standing import Asking
from xinno_core.services.preferences import Hours

OPTIONAL = {"notice_class": NoticeClass.OPTIONAL}
EXERCISE = {"kind": NoticeKind.EXERCISE, **OPTIONAL}
ASKED = (
    {"key": "u", "kind": "text", "text": {"en": "Useful?", "de": "Nützlich?", "it": "Utile?"}},
)
ARTICLE = {"url": "https://example.org/talk", "title": {"en": "What was said"}}
ROLES = (building.VISITOR, {"key": "guest", "label": {"en": "Guest"}, "register": "approval"})
BREAKFAST = (
    rule("eve", days=-1, at=time(19)),
    rule("dawn", days=0, at=time(7)),
    rule("two-hours", hours=-2),
    note("welcome", anchor=Anchor.REGISTRATION, hours=3),
    note("own-second", anchor=Anchor.REGISTRATION, days=2, at=time(9), clock=RuleClock.PERSON),
    note("published", anchor=Anchor.PUBLICATION, days=2, at=time(12)),
    rule("warm-up", exercise="xse-4", days=-4, at=time(9), **EXERCISE),
    rule("warmer", exercise="com-4", days=-3, at=time(17), clock=RuleClock.PERSON, **EXERCISE),
    rule("warmest", exercise="ada-1", hours=-50, **EXERCISE),
    rule("ask", kind=NoticeKind.SURVEY, survey="feedback", anchor=Anchor.END, hours=1),
    rule(
        "call", kind=NoticeKind.SURVEY, survey="feedback", anchor=Anchor.SURVEY_CLOSING, hours=-40
    ),
    rule(
        "thanks",
        kind=NoticeKind.THANKS,
        anchor=Anchor.END,
        days=1,
        at=time(11),
        clock=RuleClock.PERSON,
    ),
    rule("media", kind=NoticeKind.MEDIA, anchor=Anchor.END, days=2, at=time(21), links=[ARTICLE]),
    rule("again", kind=NoticeKind.NEXT, anchor=Anchor.END, days=2, at=time(10), **OPTIONAL),
)
EVENING = (
    rule("week", days=-7, at=time(10)),
    rule("day", days=-1, at=time(10), clock=RuleClock.PERSON),
    rule("soon", hours=-26),
    note("waiting", days=-3, at=time(10), states=["waitlisted"]),
    note("all", days=-4, at=time(22), states=["confirmed", "waitlisted"]),
    rule("shop", hours=-3),  # becomes the workshop's
    rule("practice", exercise="ref-1", days=-2, at=time(12), **EXERCISE),
    rule("again", kind=NoticeKind.NEXT, anchor=Anchor.END, days=1, at=time(10), **OPTIONAL),
)
LAST = (
    rule("day", days=-1, at=time(10)),
    note("late", hours=-60, clock=RuleClock.EVENT),
    rule("practice", exercise="com-4", days=-6, at=time(9), clock=RuleClock.PERSON, **EXERCISE),
)
ZONES = ("Europe/Berlin", "America/New_York", "Pacific/Auckland", "Asia/Kathmandu")
T = TypeVar("T")


class Season:
    """One installation with its people and events."""

    def __init__(self, world: World) -> None:
        """Nobody is there yet."""
        self.world = world
        self.promises = Promises(world)
        self.people: list[int] = []
        self.chats: list[int] = []
        self.events: list[int] = []
        self.organiser = 0
        self.downtimes = 0

    # ── the scene ────────────────────────────────────────────────────────────────────────────
    async def begin(self, *, people: int = 4) -> None:
        """Three events, two of them of a series, and people who have not registered yet."""
        world = self.world
        self.organiser, *_ = await self._arrive(["Olga"])
        self.people = list(await self._arrive([f"P{number}" for number in range(people)]))

        async def make(session: AsyncSession) -> list[int]:
            event = building.event
            more: dict[str, Any] = {"now": world.now, "roles": ROLES}
            breakfast = await event(
                session,
                title="Breakfast",
                starts_local=world.local(days=6, hour=8, minute=30),
                rules=BREAKFAST,
                survey=ASKED,
                **more,
            )
            evening = await event(
                session,
                title="Evening",
                starts_local=world.local(days=9, hour=18),
                seats=2,
                hours=3,
                rules=EVENING,
                sessions=({"key": "shop", "seats": 1}, {"key": "stage", "by_choice": False}),
                **more,
            )
            last = await event(
                session,
                title="Last",
                starts_local=world.local(days=20, hour=19),
                rules=LAST,
                **more,
            )
            series = Series(region_id=last.region_id, key="talks", title={"en": "Talks"})
            session.add(series)
            await session.flush()
            for one in (breakfast, evening, last):
                one.series_id = series.id
            slot = EventSession.id
            shop = await session.scalar(select(slot).where(EventSession.key == "shop"))
            (await session.scalars(select(Rule).where(Rule.key == "shop"))).one().session_id = shop
            await session.flush()
            await journeys.reckon(session, evening, now=world.now)
            return [breakfast.id, evening.id, last.id]

        self.events = await self.write(make)
        await self.organise("chemnitz")

    async def organise(self, region: str) -> None:
        """Let the organiser work in a region."""

        async def work(session: AsyncSession) -> None:
            await access.grant(
                session,
                participant=await session.get_one(Participant, self.organiser),
                role=Role.ORGANISER,
                region_key=region,
                pilot_key=None,
                now=self.world.now,
            )

        await self.write(work)

    async def _arrive(self, names: Sequence[str]) -> list[int]:
        """Let people open the bot; what they read and answered then is not told here."""
        simulator = self.world.simulator
        chats = [simulator.add_person(first_name=name, language="en").id for name in names]
        for chat in chats:
            simulator.open_link(chat)
        simulator.take_updates()
        self.chats += chats

        async def make(session: AsyncSession) -> list[int]:
            rows = [
                Participant(
                    telegram_id=chat,
                    language="en",
                    name=name,
                    created_at=self.world.now,
                    welcomed_at=self.world.now,
                )
                for chat, name in zip(chats, names, strict=True)
            ]
            session.add_all(rows)
            await session.flush()
            return [row.id for row in rows]

        return await self.write(make)

    # ── what people do ───────────────────────────────────────────────────────────────────────
    async def register(self, who: int, event: int, role: str = "visitor") -> None:
        """Ask for a place; of a guest somebody decides."""
        await self.do(registration.register, who, event_id=self.events[event], role=role)

    async def leave(self, who: int, event: int) -> None:
        """Give back whatever there is."""
        await self.do(registration.free_place, who, event_id=self.events[event])

    async def accept(self, who: int, event: int) -> None:
        """Take what is offered."""
        await self.do(registration.accept_offer, who, event_id=self.events[event])

    async def choose_workshop(self, who: int) -> None:
        """Take a seat, or a number, in the only workshop."""
        shop = await self._one(select(EventSession.id).where(EventSession.key == "shop"))
        if shop is not None:
            await self.do(workshops.choose, who, session_id=shop)

    async def set_pace(self, who: int, pace: int) -> None:
        """Want so many optional messages a week."""
        await self.do(preferences.set_pace, who, pace=pace)

    async def set_hours(self, who: int, hours: tuple[int, int] | None) -> None:
        """Want to be left alone from one hour to another."""
        own = Hours(time(hours[0]), time(hours[1])) if hours else None
        await self.do(preferences.set_hours, who, hours=own)

    async def set_pause(self, who: int, length: str) -> None:
        """Want nothing optional for a while."""
        await self.do(preferences.set_pause, who, length=length)

    async def switch_topic(self, who: int, topic: Topic, *, on: bool) -> None:
        """Want to hear of something, or not."""
        await self.do(preferences.switch, who, topic=topic.value, is_on=on)

    async def consent(self, who: int, purpose: Purpose, *, given: bool) -> None:
        """Agree to something, or not any more."""
        await self.do(participants.give_consent, who, purpose=purpose, given=given)

    async def live_in(self, who: int, zone: str | None) -> None:
        """Be somewhere else."""

        async def work(session: AsyncSession) -> None:
            (await session.get_one(Participant, self.people[who])).zone = zone

        await self.write(work)

    async def answer(self, who: int) -> None:
        """Answer the survey, as far as one may."""
        survey = await self._one(select(Survey.id).where(Survey.event_id.in_(self.events)))
        if survey is not None:
            await self.do(surveys.submit, who, survey_id=survey, answers={"u": "yes"})

    async def begin_answering(self, who: int) -> None:
        """Open the survey, and be in the middle of it."""
        survey = await self._one(select(Survey.id).where(Survey.event_id.in_(self.events)))

        async def work(session: AsyncSession) -> None:
            form = await surveys.find_form(session, survey_id=survey or 0)
            person = await session.get_one(Participant, self.people[who])
            if form is not None:
                await forms.begin(session, participant=person, form=form, now=self.world.now)

        await self.write(work)

    async def block(self, who: int, *, heard: bool) -> None:
        """Block the bot; whether Telegram has told so, or a message finds out."""
        self.world.simulator.block(self.chat_of(who))
        if heard:
            await self._hear_of_block(who)
        else:
            self.world.simulator.take_updates()

    async def hear_of_blocks(self) -> None:
        """Let the assistant know of all who have blocked it."""
        for who in range(len(self.people)):
            if self.world.simulator.chat_of(self.chat_of(who)).blocked:
                await self._hear_of_block(who)

    async def _hear_of_block(self, who: int) -> None:
        async def work(session: AsyncSession) -> None:
            await participants.lose(session, telegram_id=self.chat_of(who))

        await self.write(work)
        self.world.simulator.take_updates()
        self.promises.blocked.add(self.people[who])

    async def unblock(self, who: int) -> None:
        """Let the bot in again, and write to it."""
        self.world.simulator.unblock(self.chat_of(who))
        self.world.simulator.take_updates()
        self.promises.blocked.discard(self.people[who])

        async def work(session: AsyncSession) -> None:
            chat = self.chat_of(who)
            now = self.world.now
            await participants.meet(session, telegram_id=chat, language_code="en", now=now)

        await self.write(work)

    # ── what organisers do ───────────────────────────────────────────────────────────────────
    async def decide(self, *, approve: bool) -> None:
        """Say yes or no to the first request there is."""
        asked = await self._one(
            select(Registration.id)
            .where(Registration.state == RegistrationState.REQUESTED)
            .order_by(Registration.id)
        )
        if asked is not None:
            verb = approvals.approve if approve else approvals.decline
            await self.by_organiser(verb, registration_id=asked)

    async def move(self, event: int, by: timedelta) -> None:
        """Move an event on the wall clock, where that leads into the future."""
        await self._move(self.events[event], by)

    async def move_session(self, key: str, by: timedelta) -> None:
        """Move one session."""
        slot = await self._one(select(EventSession.id).where(EventSession.key == key))
        of = await self._one(select(EventSession.event_id).where(EventSession.key == key))
        if slot is not None and of is not None:
            await self._move(of, by, slot)

    async def pause_journey(self, event: int) -> None:
        """Let the journey be silent."""
        await self.by_organiser(journey_desk.pause, event_id=self.events[event])

    async def resume_journey(self, event: int, *, send: bool) -> None:
        """Let it go on, with what fell due meanwhile or without."""
        await self.by_organiser(journey_desk.resume, event_id=self.events[event], send=send)

    async def switch_rule(self, number: int, *, on: bool) -> None:
        """Switch one line off or on."""
        ids = await self._all(
            select(Rule.id).where(Rule.event_id.in_(self.events)).order_by(Rule.id)
        )
        chosen = ids[number % len(ids)]
        await self.by_organiser(journey_desk.switch, rule_id=chosen, on=on, language="en")

    async def quieten(self, starts: int, ends: int) -> None:
        """Let the region have other quiet hours, as an import does it."""

        async def work(session: AsyncSession) -> None:
            for region in (await session.scalars(select(Region))).all():
                region.quiet_from, region.quiet_to = time(starts), time(ends)
                await session.flush()
                await journeys.follow_quiet_hours(session, region.id, now=self.world.now)

        await self.write(work)

    async def cancel(self, event: int) -> None:
        """Call an event off."""
        await self.by_organiser(cancelling.cancel, event_id=self.events[event])

    async def announce(
        self, event: int, of_class: NoticeClass, topic: Topic, states: Collection[str]
    ) -> None:
        """Write to people of an event; it begins in a minute."""

        async def work(session: AsyncSession) -> None:
            row = Broadcast(
                draft_key=secrets.token_hex(8),
                event_id=self.events[event],
                author_id=self.organiser,
                state=BroadcastState.DRAFT,
                notice_class=of_class,
                topic=topic,
                audience={"states": list(states)},
                content={"en": as_json(Content((TextPart("The door is in the yard."),)))},
                fallback={},
                created_at=self.world.now,
            )
            session.add(row)
            await session.flush()
            author = await session.get_one(Participant, self.organiser)
            done = await broadcasts.launch(
                session, broadcast=row, author=author, now=self.world.now
            )
            if not isinstance(done, broadcasts.Progress):
                row.state = BroadcastState.CANCELLED

        await self.write(work)

    async def resume_announcements(self) -> None:
        """Say yes to all that stopped by itself."""
        paused = select(Broadcast.id).where(Broadcast.state == BroadcastState.PAUSED)
        for one in await self._all(paused):
            await self.by_organiser(broadcasts.resume, broadcast_id=one)

    # ── what time and machines do ────────────────────────────────────────────────────────────
    async def settle(self) -> None:
        """Do what is due, and look."""
        await self.world.tick()
        await self.promises.look()

    async def travel(self, by: timedelta) -> None:
        """Let time pass, through all that is due on the way."""
        await self.world.move_to(self.world.now + by)
        await self.promises.look()

    async def lose_an_answer(self, who: int, kind: FaultKind) -> None:
        """Let the answer to the next message to somebody get lost, and perhaps the message."""
        chat = self.chat_of(who)
        self.world.simulator.faults.clear()
        self.world.simulator.faults.add(kind=kind, chat_id=chat)
        if kind is FaultKind.ACCEPT_THEN_HANG:
            self.promises.hung[chat] += 1

    async def be_down(self, by: timedelta) -> None:
        """Nobody is there for a while; then all that was due is late."""
        before = {notice.id for notice in await self._notices()}
        self.world.clock.set(self.world.now + by)
        self.downtimes += 1
        await self.world.restart()
        (plan,) = (tick for tick in self.world.assistant.ticks() if tick.name == "journeys")
        while await plan.run():
            pass
        now = self.world.now
        late = [
            notice
            for notice in await self._notices()
            if notice.rule_id is not None
            and notice.state in {NoticeState.PLANNED, NoticeState.HELD}
            and notice.due_at < now - OVERDUE_AFTER
        ]
        assert all(one.id not in before or one.due_at > now - by for one in late)
        await self.settle()
        after = {notice.id: notice for notice in await self._notices()}
        heard: set[tuple[int, NoticeKind]] = set()
        for one in late:
            became = after[one.id]
            if one.useful_until is not None and one.useful_until < now:
                assert became.state is NoticeState.SKIPPED, f"useless, and {became.state}"
                assert became.reason != "superseded"
            if became.state is NoticeState.SKIPPED:
                continue
            key = (one.participant_id, one.kind)
            assert key not in heard, f"a storm: {one.dedup_key}"
            heard.add(key)

    # ── short ways ───────────────────────────────────────────────────────────────────────────
    def chat_of(self, who: int) -> int:
        """The chat of one of the people."""
        return self.chats[who + 1]  # the organiser came first

    async def do(self, verb: Callable[..., Awaitable[T]], who: int, **more: Any) -> T:  # noqa: ANN401
        """Let one of the people do something."""
        return await self._by(self.people[who], verb, **more)

    async def by_organiser(self, verb: Callable[..., Awaitable[T]], **more: Any) -> T:  # noqa: ANN401
        """Let the organiser do something."""
        return await self._by(self.organiser, verb, **more)

    async def _by(self, person: int, verb: Callable[..., Awaitable[T]], **more: Any) -> T:  # noqa: ANN401
        async def work(session: AsyncSession) -> T:
            actor = await session.get_one(Participant, person)
            return await verb(session, participant=actor, now=self.world.now, **more)

        return await self.write(work)

    async def write(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Do something in a transaction of its own."""
        async with self.world.database.writing() as session:
            return await work(session)

    async def _move(self, event_id: int, by: timedelta, session_id: int | None = None) -> None:
        async def work(session: AsyncSession) -> None:
            organiser = await session.get_one(Participant, self.organiser)
            named: dict[str, Any] = {"participant": organiser, "now": self.world.now}
            form = await moving.find_form(
                session, event_id=event_id, session_id=session_id, **named
            )
            of: Event | EventSession = await session.get_one(Event, event_id)
            revision = (await session.get_one(Event, event_id)).schedule_revision
            if session_id is not None:
                of = await session.get_one(EventSession, session_id)
            wall = (of.starts_local + by).strftime("%Y-%m-%d %H:%M")
            if form is None:
                return
            asking = await forms.begin(session, form=form, **named)
            while isinstance(asking, Asking):
                if asking.field.key in {"new_starts", "slot_starts"}:
                    asking = await forms.type_answer(session, form=form, text=wall, **named)
                    if isinstance(asking, Asking) and asking.problem is not None:
                        await forms.cancel(session, participant=organiser, topic=form.topic)
                        return  # that would be past
                else:
                    asking = await forms.press_skip(session, form=form, at=asking.at, **named)
            await moving.move(
                session,
                event_id=event_id,
                session_id=session_id,
                revision=revision,
                draft_key=asking.draft_key,
                **named,
            )

        await self.write(work)

    async def _notices(self) -> Sequence[Notice]:
        return await self._all(select(Notice).order_by(Notice.id))

    async def _all(self, query: Any) -> Sequence[Any]:  # noqa: ANN401 (SQL)
        async with self.world.database.reading() as session:
            return (await session.scalars(query)).all()

    async def _one(self, query: Any) -> Any:  # noqa: ANN401 (SQL)
        async with self.world.database.reading() as session:
            return await session.scalar(query.limit(1))
