"""Registering, waiting, being offered a seat: each outcome, and the hours and order of offers."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from tests.support.world import Actor, World
from xinno_core.models import (
    Event,
    EventState,
    Limit,
    Notice,
    NoticeKind,
    Registration,
    RegistrationState,
)
from xinno_core.services import registration, waiting_list
from xinno_core.services.registration import (
    AlreadyRegistered,
    Confirmed,
    NoSuchEvent,
    RegisterOutcome,
    RegistrationClosed,
    Waitlisted,
)
from xinno_core.services.waiting_list import offer_deadline

STARTS = datetime(2027, 3, 18, 17, 0, tzinfo=UTC)


async def register(
    world: World, person: Actor, event: Event, role: str = "visitor"
) -> RegisterOutcome:
    async with world.database.writing() as session:
        return await registration.register(
            session,
            participant=await world.person(session, person),
            event_id=event.id,
            role=role,
            now=world.now,
        )


async def standings(world: World) -> list[tuple[RegistrationState, int | None]]:
    async with world.database.reading() as session:
        rows: Sequence[Registration] = (
            await session.scalars(select(Registration).order_by(Registration.id))
        ).all()
        return [(row.state, row.queue_number) for row in rows]


async def queue(world: World, talk: Event, *names: str) -> list[Actor]:
    """People who register one after the other."""
    people = await world.participants(*names)
    for person in people:
        await register(world, person, talk)
    return people


# ── outcomes ─────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "state, role, days_later, outcome",
    [
        (EventState.PUBLISHED, "visitor", 0, Confirmed),
        (EventState.PUBLISHED, "ghost", 0, NoSuchEvent),
        (EventState.PUBLISHED, "", 0, NoSuchEvent),
        (EventState.PUBLISHED, "speaker", 0, NoSuchEvent),
        (EventState.PUBLISHED, "visitor", 11, RegistrationClosed),
        (EventState.CANCELLED, "visitor", 0, RegistrationClosed),
        (EventState.DRAFT, "visitor", 0, NoSuchEvent),
    ],
)
async def test_what_comes_of_registering(
    world: World, state: EventState, role: str, days_later: int, outcome: type[RegisterOutcome]
) -> None:
    speaker = {"key": "speaker", "label": {"en": "Speaker"}, "register": "invited"}
    visitor = {"key": "visitor", "label": {"en": "Visitor"}}
    talk = await world.event("Collab Talks", state=state, roles=(visitor, speaker), seats=5)
    anna = await world.participant("Anna")
    world.clock.set(world.now + timedelta(days=days_later))
    assert type(await register(world, anna, talk, role)) is outcome
    assert await world.seats_left(talk) == (4 if outcome is Confirmed else 5)


async def test_full_means_a_number_and_asking_again_changes_nothing(world: World) -> None:
    talk = await world.event("Collab Talks", seats=1)
    anna, jan, eva = await world.participants("Anna", "Jan", "Eva")
    assert isinstance(await register(world, anna, talk), Confirmed)
    for person, number in ((jan, 1), (eva, 2), (jan, 1)):
        outcome = await register(world, person, talk)
        assert isinstance(outcome, Waitlisted | AlreadyRegistered)
        assert outcome.number == number
    assert isinstance(await register(world, anna, talk), AlreadyRegistered)
    assert await standings(world) == [
        (RegistrationState.CONFIRMED, None),
        (RegistrationState.WAITLISTED, 1),
        (RegistrationState.WAITLISTED, 2),
    ]


async def test_a_number_is_never_given_twice(world: World) -> None:
    """Who leaves the list takes the number along; coming back means the end of the list."""
    talk = await world.event("Collab Talks", seats=1)
    _, jan, eva, _ = await queue(world, talk, "Anna", "Jan", "Eva", "Petr")
    await eva.press_data(f"f:{talk.id}")
    await register(world, eva, talk)
    assert [number for _, number in await standings(world)] == [None, 1, 4, 3]
    assert isinstance(await register(world, jan, talk), AlreadyRegistered)


async def test_the_database_itself_refuses_one_seat_too_many(world: World) -> None:
    talk = await world.event("Collab Talks", seats=1)
    with pytest.raises(IntegrityError, match="never_oversold"):
        async with world.database.writing() as session:
            await session.execute(update(Limit).where(Limit.event_id == talk.id).values(taken=2))


# ── offers ───────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "before_start, holds_for",
    [
        (timedelta(days=10), timedelta(hours=24)),
        (timedelta(hours=48), timedelta(hours=24)),
        (timedelta(hours=48, seconds=-1), timedelta(hours=12)),
        (timedelta(hours=24), timedelta(hours=12)),
        (timedelta(hours=24, seconds=-1), timedelta(hours=1)),
        (timedelta(hours=2, seconds=1), timedelta(hours=1)),
    ],
)
def test_an_offer_holds_shorter_the_nearer_the_start(
    before_start: timedelta, holds_for: timedelta
) -> None:
    now = STARTS - before_start
    assert offer_deadline(now, STARTS) == now + holds_for
    assert offer_deadline(now, STARTS) < STARTS


async def test_offers_go_in_the_order_of_the_numbers_and_pass_on_when_they_end(
    world: World,
) -> None:
    talk = await world.event("Collab Talks", seats=1)
    anna, jan, eva, petr = await queue(world, talk, "Anna", "Jan", "Eva", "Petr")
    await anna.press_data(f"f:{talk.id}")
    assert [state for state, _ in await standings(world)][1] is RegistrationState.OFFERED
    await world.advance(hours=25)
    assert [state for state, _ in await standings(world)] == [
        RegistrationState.CANCELLED,
        RegistrationState.CANCELLED,
        RegistrationState.OFFERED,
        RegistrationState.WAITLISTED,
    ]
    assert "offer" in jan.notices[-1].text.lower()
    await eva.press_data(f"t:{talk.id}")
    assert "Your place is confirmed" in eva.screen.text
    await petr.press_data(f"t:{talk.id}")
    assert "Your place is confirmed" not in petr.screen.text
    assert await world.seats_left(talk) == 0


async def test_in_quiet_hours_a_freed_seat_waits_for_the_morning(world: World) -> None:
    talk = await world.event("Collab Talks", seats=1)
    anna, jan = await queue(world, talk, "Anna", "Jan")
    await world.advance(hours=13)  # eleven at night
    await anna.press_data(f"f:{talk.id}")
    await world.tick()
    assert (await standings(world))[1] == (RegistrationState.WAITLISTED, 1)
    newcomer = await world.participant("Newcomer")
    assert isinstance(await register(world, newcomer, talk), Waitlisted)  # overtakes nobody
    await world.advance(hours=9)
    assert (await standings(world))[1][0] is RegistrationState.OFFERED
    async with world.database.reading() as session:
        offer = await session.scalar(select(Notice).where(Notice.kind == NoticeKind.OFFER))
    assert offer is not None
    assert offer.sent_at == datetime(2027, 3, 9, 7, 0, tzinfo=UTC)
    assert "held for you" in jan.notices[-1].text


async def test_in_the_last_two_hours_a_free_seat_goes_to_whoever_comes(world: World) -> None:
    talk = await world.event("Collab Talks", seats=1)
    anna, _ = await queue(world, talk, "Anna", "Jan")
    world.clock.set(talk.starts_at - timedelta(hours=1))
    await anna.press_data(f"f:{talk.id}")
    await world.tick()
    assert (await standings(world))[1] == (RegistrationState.WAITLISTED, 1)
    newcomer = await world.participant("Newcomer")
    assert isinstance(await register(world, newcomer, talk), Confirmed)


async def test_who_is_bound_by_a_full_limit_is_passed_over_and_keeps_the_number(
    world: World,
) -> None:
    roles = tuple({"key": key, "label": {"en": key}} for key in ("visitor", "maker"))
    talk = await world.event(
        "Collab Talks",
        roles=roles,
        limits=(
            {"key": "hall", "seats": 2},
            {"key": "benches", "roles": ["maker"], "seats": 1},
        ),
    )
    anna, jan, maker, eva = await world.participants("Anna", "Jan", "Maker", "Eva")
    await register(world, anna, talk, "maker")
    await register(world, jan, talk)
    await register(world, maker, talk, "maker")
    await register(world, eva, talk)
    await jan.press_data(f"f:{talk.id}")  # room in the hall, none at the benches
    states = await standings(world)
    assert states[2] == (RegistrationState.WAITLISTED, 1)
    assert states[3][0] is RegistrationState.OFFERED


async def test_offering_twice_offers_nothing_twice(world: World) -> None:
    talk = await world.event("Collab Talks", seats=1)
    anna, *_ = await queue(world, talk, "Anna", "Jan", "Eva")
    await anna.press_data(f"f:{talk.id}")
    for tick in (waiting_list.make_offers, waiting_list.expire_offers):
        async with world.database.writing() as session:
            assert await tick(session, now=world.now) == 0
    async with world.database.reading() as session:
        offers = (
            await session.scalars(select(Notice).where(Notice.kind == NoticeKind.OFFER))
        ).all()
    assert len(offers) == 1
