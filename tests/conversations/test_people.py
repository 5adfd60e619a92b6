"""Stories of an organiser's people: lists, one person's page, a yes and a no, the waiting list."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.support import building
from tests.support.world import Actor, World
from xinno_core.models import (
    Audit,
    Dialogue,
    Event,
    EventSession,
    Limit,
    Notice,
    NoticeKind,
    Organisation,
    Participant,
    QuestionKind,
    Registration,
    RegistrationState,
)
from xinno_core.services import approvals, registration

BY_APPROVAL = building.VISITOR | {"register": "approval"}
WHY: dict[str, Any] = {"key": "why", "text": {"en": "Why would you like to come?"}}
TOPIC: dict[str, Any] = {
    "key": "topic",
    "kind": QuestionKind.MULTIPLE,
    "text": {"en": "Topics", "de": "Themen"},
    "options": [
        {"key": "wood", "label": {"en": "Wood", "de": "Holz"}},
        {"key": "glass", "label": {"en": "Glass", "de": "Glas"}},
    ],
}


async def ask_for_a_place(actor: Actor, event: Event, *answers: str) -> None:
    await actor.press_data(f"r:{event.id}:visitor")
    for answer in answers:
        await actor.type(answer)


async def open_request(world: World, organiser: Actor) -> None:
    """Open the newest request from its message, as organisers do."""
    await world.tick()
    await organiser.press("Open the request")


async def board(organiser: Actor, event: Event) -> None:
    await organiser.press_data(f"we:{event.id}")


def pressed(actor: Actor, label: str) -> str:
    """Return what the button with this label carries."""
    for row in actor.screen.message.buttons:
        for button in row:
            if button.text.startswith(label):
                return button.data or ""
    raise AssertionError(f"no {label!r} among {actor.screen.labels}")


# ── yes and no ───────────────────────────────────────────────────────────────────────────────
async def test_a_yes_gives_the_place(world: World) -> None:
    """Jan asks and says why; Olga reads it, says yes, and Jan has a confirmed place."""
    talk = await world.event(roles=(BY_APPROVAL,), questions=(WHY,), seats=5)
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    await ask_for_a_place(jan, talk, "I build <bridges>.")
    await open_request(world, olga)
    for part in ("Jan", "Firm of Jan", "State: Requested", "Why would", "I build <bridges>."):
        assert part in olga.screen.text
    await olga.press("Approve")
    assert "Approved. The place is confirmed" in olga.screen.text
    assert "State: Confirmed" in olga.screen.text
    assert "Approve" not in " ".join(olga.screen.labels)
    await world.tick()
    assert "Confirmation of registration" in jan.notices[-1].text
    assert await world.seats_left(talk) == 4


async def test_a_yes_with_a_word_and_a_full_room(world: World) -> None:
    """Eva's yes comes when the only seat is gone: she gets a number, and Olga's word."""
    talk = await world.event(roles=(BY_APPROVAL,), seats=1)
    olga = await world.organiser("Olga")
    jan, eva = await world.participants("Jan", "Eva")
    await ask_for_a_place(jan, talk)
    await open_request(world, olga)
    await olga.press("Approve")
    await ask_for_a_place(eva, talk)
    await open_request(world, olga)
    await olga.press("Approve with a word")
    assert "What would you like to say with your yes?" in olga.screen.text
    await olga.type("Welcome, <Eva>!")
    assert "Approved. No seat is free: Room." in olga.screen.text
    assert "waits with this number: 1" in olga.screen.text
    await world.tick()
    assert "Your number on the waiting list: 1" in eva.notices[-1].text
    assert "The organiser writes: Welcome, <Eva>!" in eva.notices[-1].text


async def test_a_word_goes_with_the_confirmation(world: World) -> None:
    talk = await world.event(roles=(BY_APPROVAL,))
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    await ask_for_a_place(jan, talk)
    await open_request(world, olga)
    await olga.press("Approve with a word")
    await world.restart()
    await olga.type("Please bring a pen.")
    await world.tick()
    assert "Confirmation of registration" in jan.notices[-1].text
    assert "The organiser writes: Please bring a pen." in jan.notices[-1].text


async def test_a_no_with_a_word_and_a_change_of_mind(world: World) -> None:
    """Jan is declined, reads why, and gets a place after all."""
    talk = await world.event(roles=(BY_APPROVAL,))
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    await ask_for_a_place(jan, talk)
    await open_request(world, olga)
    await olga.press("Decline with a word")
    await olga.type("x" * 501)
    assert "at most 500 are possible" in olga.screen.text
    await olga.type("Too many from one firm.")
    assert "Declined. The person is told." in olga.screen.text
    assert "Your word to this person: Too many from one firm." in olga.screen.text
    await world.tick()
    assert "The organiser writes: Too many from one firm." in jan.notices[-1].text
    await olga.press("Approve after all")
    assert "Approved." in olga.screen.text
    await world.tick()
    assert "Confirmation of registration" in jan.notices[-1].text
    assert "Too many" not in jan.notices[-1].text
    assert [line.verb for line in await audit(world)] == ["decline", "approve"]


async def test_the_second_of_two_organisers_finds_it_decided(world: World) -> None:
    """Ola says no; Olga, with the request still on her screen, says yes and takes nothing back."""
    talk = await world.event(roles=(BY_APPROVAL,))
    olga, ola = await world.organiser("Olga"), await world.organiser("Ola")
    jan = await world.participant("Jan")
    await ask_for_a_place(jan, talk)
    await world.tick()
    await olga.press("Open the request")
    await ola.press("Open the request")
    yes, with_word = pressed(olga, "Approve"), pressed(olga, "Approve with a word")
    await olga.press("Approve with a word")
    await ola.press("Decline")
    await olga.type("Welcome!")
    assert "This was decided before. State: Declined" in olga.screen.text
    await olga.press_data(yes)
    assert "This was decided before. State: Declined" in olga.screen.text
    await olga.press_data(with_word)
    assert "Approve after all" in olga.screen.labels
    await world.tick()
    assert [notice.kind for notice in await notices(world, jan)] == [NoticeKind.DECLINED]


async def test_a_double_tap_decides_once(world: World) -> None:
    talk = await world.event(roles=(BY_APPROVAL,))
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    await ask_for_a_place(jan, talk)
    await open_request(world, olga)
    yes = pressed(olga, "Approve")
    await olga.press_data(yes)
    await olga.press_data(yes)
    assert "This was decided before. State: Confirmed" in olga.screen.text
    assert len(await notices(world, jan)) == 1
    assert await world.seats_left(talk) == 9


async def test_who_no_longer_asks_gets_no_place(world: World) -> None:
    talk = await world.event(roles=(BY_APPROVAL,))
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    await ask_for_a_place(jan, talk)
    await open_request(world, olga)
    yes = pressed(olga, "Approve")
    await jan.press_data(f"f:{talk.id}")
    await olga.press_data(yes)
    assert "This person no longer asks for a place." in olga.screen.text
    await ask_for_a_place(jan, talk)
    await olga.press_data(yes)
    assert "This person has asked anew." in olga.screen.text
    await olga.press("Approve")
    assert "State: Confirmed" in olga.screen.text


async def test_who_was_erased_gets_no_place_after_all(world: World) -> None:
    """Jan was declined and erased himself; Olga's late change of mind seats nobody."""
    talk = await world.event(roles=(BY_APPROVAL,))
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    await ask_for_a_place(jan, talk)
    await open_request(world, olga)
    await olga.press("Decline")
    yes = pressed(olga, "Approve after all")
    await jan.type("/forget")
    await jan.press("Yes, erase")
    await olga.press_data(yes)
    assert "This person no longer asks for a place." in olga.screen.text
    assert "(erased)" in olga.screen.text
    assert "Approve after all" not in olga.screen.labels
    assert await world.seats_left(talk) == 10


async def test_what_an_organiser_was_writing_about_someone_erased_is_gone(world: World) -> None:
    """Olga has begun a word to Jan; with Jan's data her draft goes, too."""
    talk = await world.event(roles=(BY_APPROVAL,))
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    await ask_for_a_place(jan, talk)
    await open_request(world, olga)
    await olga.press("Decline with a word")
    await jan.type("/forget")
    await jan.press("Yes, erase")
    async with world.database.reading() as session:
        topics = (await session.scalars(select(Dialogue.topic))).all()
    assert not [topic for topic in topics if topic.startswith("word.")]


@pytest.mark.parametrize("how", ["cancelled", "over"])
async def test_nothing_is_decided_when_it_is_too_late(world: World, how: str) -> None:
    talk = await world.event(roles=(BY_APPROVAL,))
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    await ask_for_a_place(jan, talk)
    await open_request(world, olga)
    yes, no = pressed(olga, "Approve"), pressed(olga, "Decline")
    if how == "cancelled":
        await olga.press_data(f"wC:{talk.id}")
    else:
        world.clock.set(talk.ends_at)
    for data in (yes, no):
        await olga.press_data(data)
        assert "cancelled or over; nothing can be decided" in olga.screen.text
        assert "State: Requested" in olga.screen.text
        assert "Approve" not in " ".join(olga.screen.labels)


async def test_two_yeses_at_once_are_one(world: World) -> None:
    """Two organisers press at the same moment, for two people and the last seat."""
    talk = await world.event(roles=(BY_APPROVAL,), seats=1)
    olga, ola = await world.organiser("Olga"), await world.organiser("Ola")
    for person in await world.participants("Jan", "Eva"):
        await ask_for_a_place(person, talk)

    async def approve(actor: Actor, registration_id: int) -> approvals.ApproveOutcome:
        async with world.database.writing() as session:
            return await approvals.approve(
                session,
                participant=await world.person(session, actor),
                registration_id=registration_id,
                now=world.now,
            )

    outcomes = await asyncio.gather(
        *(approve(actor, number) for actor in (olga, ola) for number in (1, 2))
    )
    kinds = sorted(type(outcome).__name__ for outcome in outcomes)
    assert kinds == ["AlreadyDecided", "AlreadyDecided", "Approved", "ApprovedAndWaits"]
    assert await world.seats_left(talk) == 0


# ── lists ────────────────────────────────────────────────────────────────────────────────────
async def test_people_by_role_and_state(world: World) -> None:
    roles = (building.VISITOR, building.SPEAKER)
    talk = await world.event(roles=roles, seats=2)
    olga = await world.organiser("Olga")
    for name, role in (("Jan", "Visitor"), ("Petr", "Speaker"), ("Eva", "Visitor")):
        await (await world.participant(name)).press(f"Register as: {role}", on=talk)
    await board(olga, talk)
    await olga.press("People")
    assert olga.screen.labels[:5] == [
        "All: 3", "Confirmed: 2", "Waiting: 1", "Visitor: 2", "Speaker: 1",
    ]  # fmt: skip
    await olga.press("Visitor: 2")
    assert "Jan, Firm of Jan · Visitor · Confirmed" in olga.screen.text
    assert "Petr" not in olga.screen.text
    await olga.press("Confirmed: 1")
    assert "1 person" in olga.screen.text
    assert olga.screen.labels == ["Jan", "Other people", "Back to the event"]
    await olga.press("Other people")
    await olga.press("Waiting: 1")
    assert "Eva, Firm of Eva · Visitor · Waiting" in olga.screen.text
    await olga.press("Eva")
    assert "Number on the waiting list: 1" in olga.screen.text


async def test_an_event_without_people_says_so(world: World) -> None:
    talk, olga = await world.event(), await world.organiser("Olga")
    await board(olga, talk)
    await olga.press("People")
    assert "Nobody is registered yet." in olga.screen.text
    await olga.press_data(f"ul:{talk.id}:::7")
    assert "0 people" in olga.screen.text
    await olga.press_data(f"ul:{talk.id}::asleep:0")
    assert "This button is no longer valid" in olga.screen.text


async def test_the_list_turns_its_pages(world: World) -> None:
    talk, olga = await world.event(seats=100), await world.organiser("Olga")
    await crowd(world, talk, 30)
    await board(olga, talk)
    await olga.press("People")
    await olga.press("All: 30")
    assert "Person 01" in olga.screen.text
    assert "Person 13" not in olga.screen.text
    await olga.press("Page 2")
    assert "Person 13" in olga.screen.text
    await olga.press("Page 3")
    assert "Person 30" in olga.screen.text
    assert "Page 2" in olga.screen.labels
    assert "Page 4" not in olga.screen.labels


async def test_a_person_in_the_readers_language(world: World) -> None:
    """Answers stand under their labels, and Lena reads them in German."""
    talk = await world.event(questions=(TOPIC,), roles=(BY_APPROVAL,))
    lena = await world.organiser("Lena", language="de")
    jan = await world.participant("Jan")
    await ask_for_a_place(jan, talk)
    await jan.press("Wood")
    await jan.press("Glass")
    await jan.press("Done")
    await lena.press_data("op:1")
    assert "Themen\nHolz, Glas" in lena.screen.text


async def test_why_somebody_moved_up(world: World) -> None:
    """Jan gives his seat back, Eva is offered it, and her page says why."""
    talk = await world.event(seats=1)
    olga = await world.organiser("Olga")
    jan, eva = await world.participants("Jan", "Eva")
    await jan.press("Register", on=talk)
    await eva.press("Register", on=talk)
    await jan.press_data(f"f:{talk.id}")
    await olga.press_data("op:2")
    text = olga.screen.text
    assert "Mon 8 Mar, 10:00: on the waiting list (queue number 1). Why: the person asked" in text
    assert "Mon 8 Mar, 10:00: seat offered (queue number 1). Why: a place was given back" in text
    assert "The seat is held until: Tuesday, 9 March 2027, 10:00" in text


async def test_sessions_and_companions_stand_on_the_page(world: World) -> None:
    talk = await world.event(seats=5)
    olga = await world.organiser("Olga")
    jan, eva = await world.participants("Jan", "Eva")
    await jan.press("Register", on=talk)
    await eva.press("Register", on=talk)
    async with world.database.writing() as session:
        slot = EventSession(
            event_id=talk.id,
            key="glass",
            title={"en": "Blowing <glass>"},
            summary={},
            by_choice=True,
            roles=[],
            place={},
            starts_local=talk.starts_local,
            ends_local=talk.ends_local,
            starts_at=talk.starts_at,
            ends_at=talk.ends_at,
        )
        session.add(slot)
        await session.flush()
        session.add(
            Limit(
                event_id=talk.id,
                session_id=slot.id,
                key="glass",
                label={"en": "Glass"},
                roles=[],
                targets=[],
                seats=1,
            )
        )
        for one in await session.scalars(select(Registration)):
            one.pair = 1
    for person in (jan, eva):
        await person.press_data(f"gc:{slot.id}:0")
    await olga.press_data("op:2")
    assert "Comes together with: Jan" in olga.screen.text
    assert "Session: Blowing <glass>. Waiting, number 1" in olga.screen.text
    await board(olga, talk)
    await olga.press("Waiting list")
    assert "1. Eva, Visitor. Session: Blowing <glass>" in olga.screen.text
    assert "waits for: Glass" in olga.screen.text


async def test_the_waiting_list_names_who_is_next(world: World) -> None:
    """Two roles wait for two limits, each with its own numbers, in the order of offers."""
    limits = (
        {"key": "v", "label": {"en": "Visitors"}, "roles": ["visitor"], "seats": 1},
        {"key": "s", "label": {"en": "Speakers"}, "roles": ["speaker"], "seats": 1},
    )
    roles = (building.VISITOR, building.SPEAKER)
    talk = await world.event(roles=roles, limits=limits)
    olga = await world.organiser("Olga")
    for name, role in (("A", "Visitor"), ("B", "Speaker"), ("C", "Visitor"), ("D", "Speaker")):
        await (await world.participant(name)).press(f"Register as: {role}", on=talk)
    await board(olga, talk)
    await olga.press("Waiting list")
    assert "1. C, Visitor\n· waits for: Visitors" in olga.screen.text
    assert "1. D, Speaker\n· waits for: Speakers" in olga.screen.text
    assert "held for 24 hours" in olga.screen.text
    await olga.press("1 · D")
    assert "State: Waiting" in olga.screen.text


async def test_numbers_are_those_that_people_are_told(world: World) -> None:
    """The page of each who waits says the number that the person reads."""
    talk = await world.event(seats=1)
    olga = await world.organiser("Olga")
    people = await world.participants(*(f"P{number}" for number in range(6)))
    for person in people:
        await person.press("Register", on=talk)
    await people[2].press_data(f"f:{talk.id}")
    for number, person in enumerate((people[1], *people[3:]), start=1):
        await person.open_link(f"e_{talk.key}")
        assert f"You are number {number} on the waiting list" in person.screen.text
        await olga.press_data(f"uq:{talk.id}:0")
        assert f"{number}. {person.name}, Visitor" in olga.screen.text


async def test_two_who_come_together_have_one_number_for_the_organiser_too(world: World) -> None:
    """Once, the organiser read numbers in the order of registering, and the people others."""
    talk = await world.event(seats=1)
    olga = await world.organiser("Olga")
    jan, eva, ben, petr = await world.participants("Jan", "Eva", "Ben", "Petr")
    for person in (jan, eva, ben):
        await person.press("Register", on=talk)
    async with world.database.writing() as session:
        for one in await session.scalars(select(Registration).where(Registration.id == 2)):
            one.pair = 2
    await petr.press("Register", on=talk)
    async with world.database.writing() as session:
        for one in await session.scalars(select(Registration).where(Registration.id == 4)):
            one.pair = 2
    for number, person in ((1, ben), (2, eva), (2, petr)):
        await person.open_link(f"e_{talk.key}")
        assert f"You are number {number} on the waiting list" in person.screen.text
        await olga.press_data(f"uq:{talk.id}:0")
        assert f"{number}. {person.name}, Visitor" in olga.screen.text
    await olga.press_data("op:2")
    assert "Number on the waiting list: 2" in olga.screen.text


# ── help ─────────────────────────────────────────────────────────────────────────────────────
async def audit(world: World) -> list[Audit]:
    async with world.database.reading() as session:
        found = await session.scalars(
            select(Audit).where(Audit.verb.in_(("approve", "decline"))).order_by(Audit.id)
        )
        return list(found)


async def notices(world: World, actor: Actor) -> list[Notice]:
    async with world.database.reading() as session:
        person = await world.person(session, actor)
        found = await session.scalars(select(Notice).where(Notice.participant_id == person.id))
        return list(found)


async def crowd(world: World, event: Event, size: int) -> None:
    """So many people with a place, without a chat each."""
    async with world.database.writing() as session:
        for number in range(1, size + 1):
            firm = Organisation(
                name=f"Firm {number}", name_key=f"firm {number}", type="sme", sector="creative"
            )
            session.add(firm)
            await session.flush()
            person = Participant(
                name=f"Person {number:02}",
                language="en",
                organisation_id=firm.id,
                created_at=world.now,
            )
            session.add(person)
            await session.flush()
            outcome = await registration.register(
                session, participant=person, event_id=event.id, role="visitor", now=world.now
            )
            assert isinstance(outcome, registration.Confirmed)
        confirmed = await session.scalar(
            select(func.count()).where(Registration.state == RegistrationState.CONFIRMED)
        )
        assert confirmed == size
