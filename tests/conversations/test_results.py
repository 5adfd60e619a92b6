"""Stories of results: opened by wave, seen by who may, told on to those who were asked."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from tests.support.reporting import QUESTIONS
from tests.support.world import Actor, World
from xinno_core.models import (
    Audit,
    Door,
    Event,
    Notice,
    NoticeKind,
    NoticeState,
    Participant,
    Preference,
    Registration,
    RegistrationState,
    RoleGrant,
    Survey,
    SurveyGuest,
    SurveyMode,
    Wave,
)
from xinno_core.services import survey_actions, surveys, wave_groups
from xinno_core.services.survey_actions import Told, ToldBefore

Answers = Mapping[str, Any]
ROLES = (
    {"key": "visitor", "label": {"en": "Visitor"}},
    {"key": "speaker", "label": {"en": "Speaker"}},
)


async def surveyed(world: World, mode: SurveyMode = SurveyMode.ANONYMOUS) -> Event:
    """An event with a survey that can be answered."""
    event = await world.event("Collab Talks", survey=QUESTIONS, roles=ROLES)
    async with world.database.writing() as session:
        await session.execute(update(Survey).values(mode=mode))
    return event


async def answer(
    world: World, event: Event, *answers: Answers, role: str = "visitor", language: str = "en"
) -> None:
    """So many people with a place answer, each in their own way."""
    async with world.database.writing() as session:
        survey_id = await session.scalar(select(Survey.id).where(Survey.event_id == event.id))
        for one in answers:
            person = Participant(name="Secret Person", language=language, created_at=world.now)
            session.add(person)
            await session.flush()
            session.add(
                Registration(
                    event_id=event.id,
                    participant_id=person.id,
                    role=role,
                    state=RegistrationState.CONFIRMED,
                    answers={},
                    revision=1,
                    created_at=world.now,
                    confirmed_at=world.now,
                )
            )
            await session.flush()
            done = await surveys.submit(
                session,
                participant=person,
                survey_id=survey_id or 0,
                answers=one,
                now=world.now,
                door=Door.CHAT,
            )
            assert isinstance(done, surveys.Thanked)


def marks(*numbers: int, words: str | None = None) -> list[Answers]:
    return [{"useful": number, "again": "sure", "words": words} for number in numbers]


async def by_links(world: World, number: int) -> None:
    """So many of those who have a link answer."""
    async with world.database.writing() as session:
        for guest in await session.scalars(select(SurveyGuest).limit(number)):
            person = await session.get_one(Participant, guest.participant_id)
            done = await surveys.submit(
                session,
                participant=person,
                survey_id=guest.survey_id,
                answers=marks(3)[0],
                now=world.now,
                door=Door.WEB,
            )
            assert isinstance(done, surveys.Thanked)


async def open_survey(actor: Actor) -> None:
    """The way from the desk to a survey."""
    await actor.type("/organise")
    await actor.press("Thu 18 Mar · Collab Talks")
    await actor.press("Survey results")
    await actor.press("Feedback")


async def close(world: World, event: Event) -> None:
    """The survey closes, and the morning after it has come."""
    await world.move_to(event.ends_at + timedelta(days=15))
    await world.advance(hours=14)


async def test_an_organiser_opens_answers_and_sees_them_with_a_picture(world: World) -> None:
    """Six have answered; nothing is shown before, and then question by question."""
    event = await surveyed(world)
    olga = await world.organiser("Olga")
    await answer(world, event, *marks(5, 5, 4, 4, 3, 1, words="Fine <b>&"))
    await open_survey(olga)
    assert "Invited in the chat: 6\nAnswers that can be seen: 0" in olga.screen.text
    assert "How many there are by now is not shown" in olga.screen.text
    await olga.press("Open the answers now")
    assert "Those who answer later are the next wave" in olga.screen.text
    await olga.press("Yes, open them")
    assert "Opened." in olga.screen.text
    assert "Share of those invited: 100%" in olga.screen.text

    await olga.press("Results of wave 1")
    assert "How useful was it?" in olga.screen.text
    assert "Question 1 of 4. Feedback, wave 1, n = 6" in olga.screen.text
    assert "5: 2 (33%)" in olga.screen.text
    assert "Mean: 3.67 · median: 4" in olga.screen.text
    assert olga.screen.message.photo is not None
    assert "By role" not in olga.screen.labels

    await olga.press("Next")
    assert "Answered: 0\nLeft out: 6" in olga.screen.text
    await olga.press("Next")
    assert "Surely: 6 (100%)" in olga.screen.text
    await olga.press("Next")
    assert olga.screen.text.count("Fine <b>&") == 6
    await olga.press("Back to the survey")
    assert "Wave 1" in olga.screen.text


async def test_too_few_answers_are_not_opened_and_a_second_wave_stands_apart(world: World) -> None:
    event = await surveyed(world)
    olga = await world.organiser("Olga")
    await open_survey(olga)
    for number in (0, 4):
        await answer(world, event, *marks(*[5] * number))
        await olga.press("Open the answers now")
        await olga.press("Yes, open them")
        # Nobody and four look alike: anything else would be a counter.
        assert "Not opened. It takes at least 5 answers" in olga.screen.text
    await answer(world, event, *marks(1))
    await olga.press("Open the answers now")
    await olga.press("Yes, open them")
    await answer(world, event, *marks(2, 2, 2, 2))
    await olga.press("Open the answers now")
    await olga.press("Yes, open them")
    assert "Not opened." in olga.screen.text
    assert "Answers that can be seen: 5" in olga.screen.text


@pytest.mark.parametrize("later", [0, 5])
async def test_a_second_tap_on_the_yes_says_what_the_first_one_did(
    world: World, later: int
) -> None:
    """The wave was open, and the screen of the second tap said that it was not.

    Nor does it open what has come in since: that was not what was confirmed.
    """
    event = await surveyed(world)
    olga = await world.organiser("Olga")
    await answer(world, event, *marks(*[5] * 9))
    await open_survey(olga)
    await olga.press("Open the answers now")
    yes = next(
        button.data
        for row in olga.screen.message.buttons
        for button in row
        if button.text == "Yes, open them"
    )
    await olga.press("Yes, open them")
    await answer(world, event, *marks(*[1] * later))
    await olga.press_data(yes or "")
    assert "Opened." in olga.screen.text
    assert "Not opened." not in olga.screen.text
    assert "Answers that can be seen: 9" in olga.screen.text
    async with world.database.reading() as session:
        assert (await session.scalars(select(Wave.responses))).all() == [9]
        opened = await session.scalar(select(func.count()).where(Audit.verb == "open_wave"))
    assert opened == 1


async def test_links_given_out_count_apart_from_those_who_were_invited(world: World) -> None:
    """Ten links, of which some were never used, made the share of the invited meaningless."""
    event = await surveyed(world)
    olga = await world.organiser("Olga")
    await answer(world, event, *marks(5, 5, 4, 4, 3, 1))
    await olga.press_data("um:1:10:0")
    await open_survey(olga)
    assert "Invited in the chat: 6\nLinks given out: 10\nAnswers" in olga.screen.text
    await olga.press("Open the answers now")
    await olga.press("Yes, open them")
    assert "Answers that can be seen: 6" in olga.screen.text
    assert "Share of those invited" not in olga.screen.text


async def test_where_links_were_given_out_it_is_said_what_they_ask_for(world: World) -> None:
    """One answered in the chat and four by links: five, and the refusal spoke of fewer."""
    event = await surveyed(world)
    olga = await world.organiser("Olga")
    await answer(world, event, *marks(5))
    await olga.press_data("um:1:10:0")
    await by_links(world, 4)
    await open_survey(olga)
    await olga.press("Open the answers now")
    rule = "Answers by links are opened only by themselves, or together with at least 5 others"
    assert rule in olga.screen.text
    await olga.press("Yes, open them")
    assert "Not opened. It takes at least 5 answers since the last time" in olga.screen.text
    assert rule in olga.screen.text
    assert "Fewer than" not in olga.screen.text


@pytest.mark.parametrize(
    "language, mark", [("en", "33%"), ("it", "33%"), ("de", "33\xa0%"), ("cs", "33\xa0%")]
)
async def test_a_share_is_written_as_the_language_writes_it(
    world: World, language: str, mark: str
) -> None:
    """Czech, Slovak and German leave a space before the sign; the picture goes by the same."""
    event = await surveyed(world)
    olga = await world.organiser("Olga", language=language)
    await answer(world, event, *marks(5, 5, 4, 4, 3, 1))
    await olga.press_data(f"xO:{await _survey_id(world)}:1")
    assert mark.replace("33", "100") in olga.screen.text
    await olga.press_data(f"xw:{await _survey_id(world)}:1:0")
    assert f"5: 2 ({mark})" in olga.screen.text


async def test_news_of_a_wave_go_to_organisers_and_leads(world: World) -> None:
    """Enough answers in one survey; in another too few, which were destroyed unread."""
    event = await surveyed(world)
    olga, lena = await world.organiser("Olga"), await world.lead("Lena")
    await world.event("Elsewhere", in_region="padova", pilot="pilot-2")
    luca, padova = await world.lead("Luca", of="pilot-2"), await world.organiser("Pia", of="padova")
    await answer(world, event, *marks(5, 5, 5, 4, 4))
    await open_survey(olga)
    await olga.press("Open the answers now")
    await olga.press("Yes, open them")
    await answer(world, event, *marks(1, 1))
    await world.tick()
    assert "The answers of 5 people can be seen now." in lena.notices[-1].text
    await lena.press("See the results")
    assert "n = 5" in lena.screen.text
    await close(world, event)
    for reader in (olga, lena):
        said = reader.notices[-1].text
        assert "Wave 2: too few answers. It takes at least 5, so nothing of this wave" in said
        assert "destroyed unread" in said
        # What was opened earlier is not gone.
        assert "The results of earlier waves stay: 5 answers." in said
        assert "Answers by links" not in said
        assert len([one for one in reader.notices if "too few answers" in one.text]) == 1
    assert not luca.notices
    assert not padova.notices


async def test_news_of_too_few_name_the_first_wave_and_what_links_ask_for(world: World) -> None:
    event = await surveyed(world, SurveyMode.PSEUDONYMOUS)
    olga = await world.organiser("Olga")
    await answer(world, event, *marks(5))
    await olga.press_data("um:1:10:0")
    await by_links(world, 4)
    await close(world, event)
    said = olga.notices[-1].text
    assert "Wave 1: too few answers." in said
    assert "Answers by links are opened only by themselves" in said
    assert "earlier waves" not in said
    assert "destroyed" not in said  # under a code they stay stored


async def test_who_is_no_lead_any_more_gets_no_news(world: World) -> None:
    """The survey closes in the evening; in the morning, when news go out, Lena leads no more."""
    event = await surveyed(world)
    lena = await world.lead("Lena")
    await answer(world, event, *marks(5, 5, 5, 4, 4))
    await world.move_to(event.ends_at + timedelta(days=14))
    async with world.database.writing() as session:
        await session.execute(delete(RoleGrant))
    await world.advance(hours=14)
    assert not lena.notices
    async with world.database.reading() as session:
        reason = await session.scalar(select(Notice.reason))
    assert reason == "lost_role"


async def test_results_by_role_hide_what_would_tell_of_few(world: World) -> None:
    """Pseudonymous: two groups of people; what one of four said stands nowhere."""
    event = await surveyed(world, SurveyMode.PSEUDONYMOUS)
    lena = await world.lead("Lena")
    await answer(world, event, *marks(*[5] * 14, *[4] * 9))
    await answer(world, event, *marks(*[5] * 9, *[4] * 8), role="speaker", language="de")
    await close(world, event)
    await lena.press("See the results")
    await lena.press("By role")
    assert "Visitor, n = 23" in lena.screen.text
    assert "5: 14" in lena.screen.text
    assert "Speaker, n = 17" in lena.screen.text
    assert "Mean: 4.61" in lena.screen.text
    assert lena.screen.message.photo is not None
    await lena.press("By language")
    assert "German, n = 17" in lena.screen.text
    await lena.press("By sector")
    assert "No group has 5 people or more" in lena.screen.text

    # Whoever changes their language later changes no number that was shown.
    async with world.database.writing() as session:
        await session.execute(update(Participant).values(language="it"))
    await lena.press("By language")
    assert "German, n = 17" in lena.screen.text


async def test_a_small_group_is_hidden_and_nothing_gives_it_away(world: World) -> None:
    event = await surveyed(world, SurveyMode.PSEUDONYMOUS)
    lena = await world.lead("Lena")
    await answer(world, event, *marks(*[5] * 20))
    await answer(world, event, *marks(1, 1, 1), role="speaker")
    await close(world, event)
    await lena.press("See the results")
    assert "By role" not in lena.screen.labels  # visitors alone would tell of the speakers
    await lena.press_data(f"xb:{await _survey_id(world)}:1:0:role")
    assert "Speaker" not in lena.screen.text


async def test_a_foreign_survey_is_answered_like_a_missing_one(world: World) -> None:
    event = await surveyed(world, SurveyMode.PSEUDONYMOUS)
    await answer(world, event, *marks(*[5] * 9))
    await close(world, event)
    foreign = await world.organiser("Pia", of="padova")
    of = await _survey_id(world)
    for forged in (
        "xs:{}:0",
        "xw:{}:1:0",
        "xb:{}:1:0:role",
        "xo:{}",
        "xO:{}:1",
        "xa:{}",
        "xt:{}:x",
    ):
        await foreign.press_data(forged.format(of))
        here = (foreign.screen.text, foreign.screen.labels)
        await foreign.press_data(forged.format(999_999))
        assert here == (foreign.screen.text, foreign.screen.labels)
        assert "no longer valid" in here[0]


@pytest.mark.parametrize("forged", ["xw:{}:2:0", "xw:{}:1:99", "xb:{}:1:0:name", "xb:{}:1:3:role"])
async def test_what_is_not_opened_or_not_asked_is_not_there(world: World, forged: str) -> None:
    event = await surveyed(world, SurveyMode.PSEUDONYMOUS)
    await answer(world, event, *marks(*[5] * 9))
    lena = await world.lead("Lena")
    of = await _survey_id(world)
    await lena.press_data(f"xw:{of}:1:0")
    assert "no longer valid" in lena.screen.text  # it is being collected
    await close(world, event)
    await lena.press_data(forged.format(of))
    assert "no longer valid" in lena.screen.text


async def test_those_who_were_asked_hear_what_follows(world: World) -> None:
    """Eva answered and Jan did not; both are told, in their languages, once."""
    event = await surveyed(world)
    olga = await world.organiser("Olga")
    second = await world.organiser("Otto")
    eva, jan = await world.participants("Eva", "Jan", language="de")
    for one in (eva, jan):
        await one.press("Anmelden", on=event)
    await answer(world, event, *marks(5, 5, 5, 5, 5))
    await open_survey(olga)
    assert "You said, we did" not in olga.screen.labels
    await close(world, event)
    await olga.press("Open the survey")
    await olga.press("You said, we did")
    assert "Nothing is written yet." in olga.screen.text
    await olga.press("1, English")
    assert "One thing that you have changed" in olga.screen.text
    await olga.type("The talks are shorter.")
    assert "Kept. Nobody is told before you confirm it." in olga.screen.text
    assert "Missing in: German, Italian" in olga.screen.text
    await olga.press("1, German")
    await olga.type("Die Vorträge sind kürzer.")
    await olga.press("2, English")
    await olga.type("There is more time to talk.")
    await olga.press("Preview")
    # Of German the first thing is there, but not the second.
    assert olga.screen.text.endswith("Not written yet: German, Italian")
    assert "Preview. 2 people would get this." in olga.screen.text

    await second.press("Open the survey")
    await second.press("You said, we did")
    await second.press("Remove the last one")
    await olga.press("Tell 2 people now")
    assert "The words have changed since you saw them." in olga.screen.text
    await olga.press("Preview")
    await olga.press("Tell 2 people now")
    assert "It is on its way to 2 people." in olga.screen.text
    await second.press("Preview")
    assert "Tell 2 people now" not in second.screen.labels
    await world.tick()
    await world.advance(days=1)
    for one in (eva, jan):
        told = [notice for notice in one.notices if "Die Vorträge sind kürzer." in notice.text]
        assert len(told) == 1


async def test_two_organisers_who_confirm_tell_once(world: World) -> None:
    event = await surveyed(world)
    olga, otto = await world.organiser("Olga"), await world.organiser("Otto")
    eva = await world.participant("Eva")
    await eva.press("Register", on=event)
    await answer(world, event, *marks(5, 5, 5, 5, 5))
    await close(world, event)
    of = await _survey_id(world)
    async with world.database.writing() as session:
        await survey_actions.save(
            session,
            participant=await world.person(session, olga),
            survey_id=of,
            number=1,
            language="en",
            text="Shorter talks.",
        )

    async def tell(actor: Actor) -> object:
        async with world.database.writing() as session:
            person = await world.person(session, actor)
            desk = await survey_actions.find_desk(session, participant=person, survey_id=of)
            return await survey_actions.tell(
                session, participant=person, survey_id=of, mark=desk.mark, now=world.now
            )

    outcomes = await asyncio.gather(tell(olga), tell(otto))
    assert sorted(type(one).__name__ for one in outcomes) == [Told.__name__, ToldBefore.__name__]
    async with world.database.reading() as session:
        promised = await session.scalar(
            select(func.count()).where(Notice.kind == NoticeKind.SURVEY_ACTIONS)
        )
    assert promised == 1


async def test_whoever_wants_no_surveys_is_told_nothing_of_them(world: World) -> None:
    event = await surveyed(world)
    olga, eva = await world.organiser("Olga"), await world.participant("Eva")
    await eva.press("Register", on=event)
    await answer(world, event, *marks(5, 5, 5, 5, 5))
    async with world.database.writing() as session:
        person = await world.person(session, eva)
        session.add(Preference(participant_id=person.id, pace=2, muted=["surveys"]))
    await close(world, event)
    await olga.press("Open the survey")
    await olga.press("You said, we did")
    await olga.press("1, English")
    await olga.type("Shorter talks.")
    await olga.press("Preview")
    await olga.press("Tell 1 person now")
    await world.advance(days=1)
    assert "Shorter talks." not in eva.sees()
    async with world.database.reading() as session:
        state = await session.scalar(
            select(Notice.state).where(Notice.kind == NoticeKind.SURVEY_ACTIONS)
        )
    assert state is NoticeState.SKIPPED


async def _survey_id(world: World) -> int:
    async with world.database.reading() as session:
        return (await session.scalars(select(Survey.id))).one()


async def test_nothing_is_kept_by_groups_of_an_anonymous_wave(world: World) -> None:
    event = await surveyed(world)
    await answer(world, event, *marks(*[5] * 9))
    await close(world, event)
    async with world.database.reading() as session:
        assert (await session.scalars(select(Wave.release))).all() == [None]


async def test_a_lead_comes_from_the_exports_and_sees_nothing_of_too_few(world: World) -> None:
    """Under a code the four answers stay stored; they are shown to nobody, whoever asks how."""
    event = await surveyed(world, SurveyMode.PSEUDONYMOUS)
    lena = await world.lead("Lena")
    await answer(world, event, *marks(1, 2, 3, 4, words="Told by four"))
    await close(world, event)
    await lena.type("/export")
    await lena.press("Thu 18 Mar · Collab Talks")
    await lena.press("Survey results")
    await lena.press("Feedback")
    assert "too few answers, nothing is shown" in lena.screen.text
    assert "Results of wave 1" not in lena.screen.labels
    assert "You said, we did" not in lena.screen.labels  # that is the organiser's to say
    of = await _survey_id(world)
    for forged in (f"xw:{of}:1:0", f"xw:{of}:1:3", f"xb:{of}:1:0:role"):
        await lena.press_data(forged)
        assert "no longer valid" in lena.screen.text
    async with world.database.reading() as session:
        survey = await session.get_one(Survey, of)
        for tally in await wave_groups.read_tallies(session, survey, 1):
            assert tally.people == 0  # the query itself reads opened waves alone
