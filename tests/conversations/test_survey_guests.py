"""Stories of surveys answered in the browser: one's own way there, and links for guests."""

import dataclasses
import re
from datetime import time, timedelta

import pytest
from sqlalchemy import func, select, update

from tests.support.surfing import EVERY_TYPE, Browser, browser_of, web_of
from tests.support.world import Actor, World
from xinno_core.models import (
    Ballot,
    Base,
    Door,
    Envelope,
    Event,
    Notice,
    Participant,
    Registration,
    Response,
    Survey,
    SurveyGuest,
    SurveyMode,
)
from xinno_core.services import survey_guests, surveys, waves

SHORT = EVERY_TYPE[:1]
PUBLIC = "https://forms.example.org"


def publish_at(world: World, address: str = PUBLIC) -> None:
    """Let the web part be reached at this address."""
    workers = world.assistant.workers
    workers.desk = dataclasses.replace(workers.desk, public_url=address)


def links_in(text: str) -> list[str]:
    return re.findall(r"https://forms\.example\.org(/f/\S+)", text)


async def open_links(organiser: Actor, event: Event) -> None:
    await organiser.press_data(f"we:{event.id}")
    await organiser.press("Links")
    await organiser.press("Surveys in the browser")


async def count(world: World, table: type[Base]) -> int:
    async with world.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_ten_links_are_for_ten_people_and_two_answer(world: World) -> None:
    talk, olga = await world.event(survey=SHORT), await world.organiser("Olga")
    publish_at(world)
    await open_links(olga, talk)
    assert "0 links given out, used: 0" in olga.screen.text
    await olga.press("10 links")
    links = links_in(olga.screen.text)
    assert len(set(links)) == 10
    assert olga.screen.labels == []  # nothing can be pressed that would take the links away
    board = world.simulator.chat(olga.id)[-2]
    assert "10 links given out, used: 0" in (board.text or "")
    await olga.press_data("um:1:10:0", message_id=board.message_id)  # the second of two taps
    assert links_in(olga.screen.text) == links
    assert "10 links given out, used: 0" in (world.simulator.chat(olga.id)[-2].text or "")
    async with web_of(world) as client:
        for link in links[:2]:
            page = await Browser(client, link).open()
            assert "This survey is anonymous" in page.text
            await page.send("Begin")
            await page.send("Send", q__useful="5")
            assert "Thank you" in page.text
        again = await Browser(client, links[0]).open()
        assert "Thank you" in again.text  # a link keeps one set of answers
    await open_links(olga, talk)
    assert "10 links given out, used: 2" in olga.screen.text
    assert await count(world, Ballot) == 2
    async with world.database.reading() as session:
        doors = (await session.scalars(select(Ballot.door))).all()
    assert set(doors) == {Door.WEB}


async def test_a_second_tap_shows_the_same_links(world: World) -> None:
    talk, olga = await world.event(survey=SHORT), await world.organiser("Olga")
    publish_at(world)
    await open_links(olga, talk)
    await olga.press("10 links")
    first = links_in(olga.screen.text)
    await olga.press_data("um:1:10:0")
    assert links_in(olga.screen.text) == first
    await olga.press_data("um:1:1:10")
    (more,) = links_in(olga.screen.text)
    assert more not in first
    assert await count(world, SurveyGuest) == 11


async def test_guests_are_nobody_but_in_the_answers(world: World) -> None:
    """They stand in no list, no count of registrations and no announcement, and get nothing."""
    rule = {"key": "ask", "kind": "survey", "anchor": "end", "days": 1, "at": time(12)}
    talk = await world.event(survey=SHORT, rules=(rule,))
    olga, eva = await world.organiser("Olga"), await world.participant("Eva")
    publish_at(world)
    await eva.press("Register", on=talk)
    await open_links(olga, talk)
    await olga.press("10 links")
    await world.move_to(talk.ends_at + timedelta(days=20))
    async with world.database.reading() as session:
        guests = select(SurveyGuest.participant_id)
        assert (
            await session.scalar(select(Notice.id).where(Notice.participant_id.in_(guests))) is None
        )
        assert not await session.scalar(
            select(func.count()).where(Registration.participant_id.in_(guests))
        )
        nameless = await session.scalar(
            select(func.count()).where(
                Participant.id.in_(guests),
                Participant.name.is_(None),
                Participant.telegram_id.is_(None),
            )
        )
    assert nameless == 10


async def test_only_organisers_of_the_region_make_links(world: World) -> None:
    await world.event(survey=SHORT)
    other, eva = await world.organiser("Ota", of="padova"), await world.participant("Eva")
    for person in (other, eva):
        for data in ("ug:1", "um:1:10:0", "ug:999", "um:999:1:0"):
            await person.press_data(data)
            assert "no longer valid" in person.screen.text
    assert await count(world, SurveyGuest) == 0


async def test_a_made_up_number_and_a_closed_survey_make_none(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk, olga = await world.event(survey=SHORT), await world.organiser("Olga")
    await olga.press_data("um:1:5000:0")
    assert "no longer valid" in olga.screen.text
    monkeypatch.setattr(survey_guests, "MOST_LINKS", 10)
    await olga.press_data("um:1:10:0")
    await olga.press_data("um:1:1:10")
    assert "No further link was made" in olga.screen.text
    await world.move_to(talk.ends_at + timedelta(days=15))
    await olga.press_data("ug:1")
    assert "This survey is closed." in olga.screen.text
    assert "1 link" not in olga.screen.labels
    await olga.press_data("um:1:1:10")
    assert "No further link was made" in olga.screen.text
    assert await count(world, SurveyGuest) == 10


async def test_an_event_without_a_survey_and_a_draft_have_no_links(world: World) -> None:
    talk, olga = await world.event(), await world.organiser("Olga")
    await olga.press_data(f"we:{talk.id}")
    await olga.press("Links")
    assert "Surveys in the browser" not in olga.screen.labels


@pytest.mark.parametrize("questions, place", [(SHORT, 1), (EVERY_TYPE, 0)])
async def test_the_chat_offers_the_browser_first_where_there_is_much_to_answer(
    world: World, questions: tuple[dict[str, object], ...], place: int
) -> None:
    talk, eva = await world.event(survey=questions), await world.participant("Eva")
    await eva.press("Register", on=talk)
    await eva.press_data("q:1")
    assert "Answer in the browser" not in eva.screen.labels  # nobody's phone reaches this machine
    publish_at(world)
    await eva.press_data("q:1")
    assert eva.screen.labels.index("Answer in the browser") == place
    row = eva.screen.message.buttons[place]
    assert row[0].url is not None
    async with web_of(world) as client:
        page = await Browser(client, row[0].url.removeprefix(PUBLIC)).open()
        assert "Feedback" in page.text
        await page.send("Begin")
        assert page.status == 200


async def test_a_survey_is_there_in_the_region_that_asks(world: World) -> None:
    """A link made for one survey opens no other."""
    talk, olga = await world.event(survey=SHORT), await world.organiser("Olga")
    await world.event("Ground Zero", survey=SHORT)
    publish_at(world)
    await open_links(olga, talk)
    await olga.press("1 link")
    (link,) = links_in(olga.screen.text)
    async with world.database.reading() as session:
        other = (await session.scalars(select(Survey.id).order_by(Survey.id))).all()[1]
    _, person, signature = link.removeprefix("/f/").split("_", 2)
    async with web_of(world) as client:
        page = await Browser(client, f"/f/{other}_{person}_{signature}").open()
        assert page.status == 404


@pytest.mark.parametrize("mode", SurveyMode)
async def test_a_guest_erases_what_was_said_and_may_answer_anew(
    world: World, mode: SurveyMode
) -> None:
    """The page stands in for the chat that a guest does not have; linking is never asked."""
    talk, olga = await world.event(survey=SHORT), await world.organiser("Olga")
    async with world.database.writing() as session:
        await session.execute(update(Survey).values(mode=mode))
    publish_at(world)
    await open_links(olga, talk)
    await olga.press("1 link")
    (link,) = links_in(olga.screen.text)
    async with web_of(world) as client:
        page = await Browser(client, link).open()
        assert "bear the same code" not in page.text
        assert "You answer without the chat" in page.text
        for said in ("5", "2"):
            await page.send("Begin")
            await page.send("Send", q__useful=said)
            assert await count(world, Ballot) == 1
            await page.send("Erase my answers")
            assert "Erase your answers?" in page.text  # one click erased them, without a word
            await page.send("No, keep them")
            assert "Your answers are kept." in page.text
            assert await count(world, Ballot) == 1
            await page.send("Erase my answers")
            await page.send("Yes, erase my answers")
            assert "Your answers are erased." in page.text
            assert "you can answer anew until" in page.text
            assert "Begin" in page.page.buttons
            tables = (Ballot, Envelope, Response)
            assert [await count(world, table) for table in tables] == [0, 0, 0]


async def test_who_has_the_chat_erases_there(world: World) -> None:
    talk, eva = await world.event(survey=SHORT), await world.participant("Eva")
    await eva.press("Register", on=talk)
    async with web_of(world) as client:
        page = await browser_of(world, client, eva, talk)
        await page.send("Begin")
        await page.send("Send", q__useful="5")
        assert set(page.page.buttons) == {"Change my answers"}
        for forged in ("erase", "erase_now"):
            await page.post({"go": forged})
            assert await count(world, Ballot) == 1


async def test_a_guest_erased_after_opening_stays_a_number(world: World) -> None:
    talk, olga = await world.event(survey=SHORT), await world.organiser("Olga")
    async with world.database.writing() as session:
        await session.execute(update(Survey).values(mode=SurveyMode.PSEUDONYMOUS))
    publish_at(world)
    await open_links(olga, talk)
    await olga.press("10 links")
    links = links_in(olga.screen.text)
    async with web_of(world) as client:
        for link in links[:5]:
            page = await Browser(client, link).open()
            await page.send("Begin")
            await page.send("Send", q__useful="5")
        await world.move_to(talk.ends_at + timedelta(days=15))
        page = await Browser(client, links[0]).open()
        await page.send("Erase my answers")
        assert "What was counted or exported stays." in page.text
        await page.send("Yes, erase my answers")
        assert "Nothing leads from them to you any more." in page.text
        assert "Erase my answers" not in page.page.buttons
    async with world.database.reading() as session:
        people = (await session.scalars(select(Response.participant_id))).all()
    assert sorted(person is None for person in people) == [False] * 4 + [True]


async def test_who_answered_among_too_few_learns_that_nobody_has_read_it(world: World) -> None:
    """A wave with two answers was destroyed, and their pages still called them stored."""
    talk, olga = await world.event(survey=SHORT), await world.organiser("Olga")
    eva = await world.participant("Eva")
    await eva.press("Register", on=talk)
    publish_at(world)
    await open_links(olga, talk)
    await olga.press("10 links")
    links = links_in(olga.screen.text)
    async with web_of(world) as client:
        for link in links[:5]:
            page = await Browser(client, link).open()
            await page.send("Begin")
            await page.send("Send", q__useful="5")
        await _open_wave(world)
        late = await Browser(client, links[5]).open()
        await late.send("Begin")
        await late.send("Send", q__useful="2")
        await eva.press_data("q:1")
        await eva.press("To the questions")
        await eva.press("3")
        await world.move_to(talk.ends_at + timedelta(days=15))
        await late.open()
        assert "Too few people answered." in late.text
        assert "destroyed unread" in late.text
        assert "kept" not in late.text
        await page.open()  # of the first wave, which was opened
        assert "Your answers are kept." in page.text
    await eva.press_data("q:1")
    assert "Too few people answered." in eva.screen.text
    assert "You have answered already" not in eva.screen.text
    await eva.type("/mydata")
    assert "Feedback: too few people answered" in eva.screen.text
    assert "nothing leads from" not in eva.screen.text


async def test_a_change_that_comes_too_late_is_not_thanked_for(world: World) -> None:
    """The wave was opened before Send: what was sent then went nowhere, and was called stored."""
    talk, olga = await world.event(survey=SHORT), await world.organiser("Olga")
    publish_at(world)
    await open_links(olga, talk)
    await olga.press("10 links")
    async with web_of(world) as client:
        pages = [await Browser(client, link).open() for link in links_in(olga.screen.text)[:5]]
        for page in pages:
            await page.send("Begin")
            await page.send("Send", q__useful="5")
        await page.send("Change my answers")
        await _open_wave(world)
        await page.send("Send", q__useful="1")
        assert "It is too late to change your answers" in page.text
        assert "What you had handed in before stays" in page.text
        assert "Thank you" not in page.text
        await page.open()
        assert "They can no longer be changed." in page.text
    async with world.database.reading() as session:
        answers = (await session.scalars(select(Response.answers))).all()
    assert [one["useful"] for one in answers] == [5] * 5


async def test_what_is_handed_in_just_after_the_end_is_refused_as_such(world: World) -> None:
    """The wave ended after the door had looked: whoever hands in must not hear that it is kept."""
    talk, eva = await world.event(survey=SHORT), await world.participant("Eva")
    await eva.press("Register", on=talk)
    await eva.press_data("q:1")
    await eva.press("To the questions")
    await eva.press("3")
    outcomes = []
    for ends in (Survey.wave, Survey.ended_at):
        async with world.database.writing() as session:
            await session.execute(
                update(Survey).values({ends: 2 if ends is Survey.wave else world.now})
            )
            outcomes.append(
                await surveys.submit(
                    session,
                    participant=await world.person(session, eva),
                    survey_id=1,
                    answers={"useful": 1},
                    now=world.now,
                )
            )
    for outcome in outcomes:
        assert isinstance(outcome, surveys.TookPartAlready)
        assert outcome.was_begun
        assert not outcome.can_change


async def _open_wave(world: World) -> None:
    async with world.database.writing() as session:
        survey, anybody = await session.get_one(Survey, 1), await session.get_one(Participant, 1)
        opened = await waves.open_now(
            session, survey_id=survey.id, wave=1, participant=anybody, now=world.now
        )
    assert isinstance(opened, waves.Ended)
