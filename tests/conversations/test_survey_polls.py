"""Stories of a survey's questions, asked of an event's group at once."""

from collections import Counter

from sqlalchemy import func, select

from handlers.chat.buttons import pack
from tests.support.groups import linked_group, open_group
from tests.support.reporting import QUESTIONS, surveyed
from tests.support.world import World
from xinno_core.models import Ballot, GroupPost, Response, Survey
from xinno_core.texts.actions import (
    BeginSurvey,
    OpenSurveyPolls,
    PostSurveyPoll,
    PreviewSurveyPoll,
    StartSurvey,
)

LABELS = {"next": ("Training", "Meeting"), "again": ("Surely", "Never")}
CHOICES = (((0,), 0), ((0, 1), 0), ((1,), 1), ((0, 1), 0), ((0,), 1))
"""Of each person: what was chosen of several, and the one answer."""


async def test_a_group_answers_a_question_of_a_survey(world: World) -> None:
    """Olga asks what people want next; two members choose, one of them two answers."""
    talk = await surveyed(world)
    olga = await world.organiser("Olga")
    anna, ben = await world.participant("Anna"), await world.participant("Ben")
    talkers = await linked_group(world, talk, olga, members=(anna, ben))
    await open_group(olga, talk)
    await olga.press("Ask a survey question in the group")
    assert "What next?" in olga.screen.labels
    assert "Would you come again?" in olga.screen.labels
    assert "How useful was it?" not in olga.screen.labels  # a poll has no scale

    await olga.press("What next?")
    assert "Several answers can be chosen." in olga.screen.text
    assert "○ Training" in olga.screen.text
    await olga.press("Post it now")
    assert "It goes to the group now." in olga.screen.text
    await world.tick()
    assert talkers.posts[-1] == "What next?"
    await talkers.votes(anna, 0, 1)
    await talkers.votes(ben, 1)

    await olga.press("Show the poll")
    assert "Training" in olga.screen.text
    async with world.database.reading() as session:
        post = (await session.scalars(select(GroupPost).where(GroupPost.question == "next"))).one()
        assert (post.results, post.voters) == ([1, 2], 2)
        assert post.content["parts"][0]["codes"] == ["train", "meet"]
        for table in (Ballot, Response):  # a poll is no ballot
            assert await session.scalar(select(func.count()).select_from(table)) == 0


async def test_a_poll_counts_what_the_chat_counts(world: World) -> None:
    """Five people choose the same in the group and, each by themselves, in the survey."""
    talk = await surveyed(world)
    olga = await world.organiser("Olga")
    people = await world.participants("Anna", "Ben", "Carla", "Dan", "Eva")
    talkers = await linked_group(world, talk, olga, members=people)
    async with world.database.reading() as session:
        survey = (await session.scalars(select(Survey))).one()
    for person, (several, one) in zip(people, CHOICES, strict=True):
        await person.press("Register", on=talk)
        await person.press_data(pack(StartSurvey(survey.id)))
        await person.press_data(pack(BeginSurvey(survey.id, "")))
        await person.press("4")
        for option in several:
            await person.press(LABELS["next"][option])
        await person.press("Done")
        await person.press(LABELS["again"][one])
        await person.press("Skip")
        assert "Thank you for your feedback" in person.screen.text
    counts = {}
    for number, key in ((1, "next"), (2, "again")):
        await olga.press_data(pack(PostSurveyPoll(survey.id, survey.version, number)))
        await world.tick()
        for person, (several, one) in zip(people, CHOICES, strict=True):
            await talkers.votes(person, *(several if key == "next" else (one,)))
        async with world.database.reading() as session:
            post = await session.scalar(select(GroupPost).where(GroupPost.question == key))
            assert post is not None
            codes = post.content["parts"][0]["codes"]
            counts[key] = dict(zip(codes, post.results, strict=True))
    await world.move_to(survey.closes_at)
    async with world.database.reading() as session:
        said = [one.answers for one in await session.scalars(select(Response))]
    assert len(said) == len(people)
    for key, counted in counts.items():
        given = Counter(code for one in said for code in _codes(one[key]))
        assert counted == {code: given[code] for code in counted}


def _codes(answer: str | list[str]) -> list[str]:
    return answer if isinstance(answer, list) else [answer]


async def test_a_question_is_asked_once_however_often_it_is_pressed(world: World) -> None:
    talk = await surveyed(world)
    olga = await world.organiser("Olga")
    talkers = await linked_group(world, talk, olga)
    async with world.database.reading() as session:
        survey = (await session.scalars(select(Survey))).one()
    press = pack(PostSurveyPoll(survey.id, survey.version, 2))
    await olga.press_data(press)
    await olga.press_data(press)
    assert "This was asked in the group already." not in olga.screen.text
    await world.tick()
    assert talkers.posts.count("Would you come again?") == 1
    await olga.press_data(pack(OpenSurveyPolls(talk.id)))
    assert "Asked: Would you come again?" in olga.screen.labels


async def test_only_what_is_asked_now_and_in_an_own_region_can_be_posted(world: World) -> None:
    """A rating, a question that reads otherwise now, and a foreign survey do not exist."""
    talk = await surveyed(world)
    olga = await world.organiser("Olga")
    await linked_group(world, talk, olga)
    paolo = await world.organiser("Paolo", of="padova")
    async with world.database.reading() as session:
        survey = (await session.scalars(select(Survey))).one()
    is_rating = pack(PostSurveyPoll(survey.id, survey.version, 0))
    is_older = pack(PostSurveyPoll(survey.id, survey.version + 1, 2))
    for actor, press in (
        (olga, is_rating),
        (olga, is_older),
        (olga, pack(PreviewSurveyPoll(999, 1, 2))),
        (paolo, pack(PostSurveyPoll(survey.id, survey.version, 2))),
        (paolo, pack(OpenSurveyPolls(talk.id))),
    ):
        await actor.press_data(press)
        assert "no longer valid" in actor.screen.text
    async with world.database.reading() as session:
        asked = select(func.count()).where(GroupPost.survey_id.is_not(None))
        assert await session.scalar(asked) == 0
    assert [one["key"] for one in QUESTIONS][2] == "again"
