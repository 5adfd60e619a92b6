"""Stories of what is asked often: made by organisers, found before one asks, read on the card."""

import pytest
from sqlalchemy import select

from tests.support.changing import carried
from tests.support.world import Actor, World
from xinno_core.models import Dialogue, Enquiry, Event, Faq

NOT_YOURS = "This button is no longer valid."


async def answered(world: World, talk: Event, asker: Actor, organiser: Actor) -> None:
    """The asker's question has an answer, and the organiser looks at it."""
    await asker.press("Ask the organiser", on=talk)
    await asker.type("I am Jan from Firm X, where can I park my car?")
    await asker.press("Send")
    await organiser.press_data("jv:1")
    await organiser.type("Behind the town hall.")


async def make_entry(organiser: Actor, question: str = "Where can I park?") -> None:
    """Make the answered question a frequent one, about all events of the region."""
    await organiser.press("Add to the frequent questions")
    await organiser.press("For all events of the region")
    await organiser.type(question)
    await organiser.press("Keep")


async def entries(world: World) -> list[Faq]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(Faq).order_by(Faq.id)))


async def test_an_answered_question_becomes_a_frequent_one_without_who_asked(world: World) -> None:
    """Its wording is written anew, its answer proposed; then it answers Eva, who asks nobody."""
    talk = await world.event("Collab Talks")
    olga = await world.organiser("Olga")
    jan, eva = await world.participants("Jan", "Eva")
    await answered(world, talk, jan, olga)
    await olga.press("Add to the frequent questions")
    assert "For which events does this hold?" in olga.screen.text
    await olga.press("For this event")
    assert "Please write no name and nothing that shows who asked." in olga.screen.text
    assert "The question was:\nI am Jan from Firm X" in olga.screen.text
    assert "Please rewrite it without names; you may copy it." in olga.screen.text
    assert "So far it reads" not in olga.screen.text  # which looked as if Keep were forgotten
    assert "Keep" not in olga.screen.labels
    await world.restart()
    await olga.type("Where can I park?")
    assert "Your answer so far: Behind the town hall." in olga.screen.text
    await olga.press("Keep")
    assert "Saved." in olga.screen.text
    (entry,) = await entries(world)
    assert entry.question == {"en": "Where can I park?"}
    assert entry.answer == {"en": "Behind the town hall."}
    assert entry.event_id == talk.id

    await eva.press("Ask the organiser", on=talk)
    await eva.type("Is there PARKING near the hall?")
    assert "This was asked before. Does it answer yours?" in eva.screen.text
    assert "Behind the town hall." in eva.screen.text
    assert eva.screen.labels[:2] == ["This answers it", "Ask anyway"]
    helped = carried(eva, "This answers it")
    for _ in range(2):  # a double tap counts once
        await eva.press_data(helped)
        assert "Nothing is sent." in eva.screen.text
    (entry,) = await entries(world)
    assert (entry.shown, entry.helped) == (1, 1)
    await olga.press("Frequent questions")
    assert "Shown: 1 · helped: 1" in olga.screen.text
    async with world.database.reading() as session:
        assert len((await session.scalars(select(Enquiry))).all()) == 1
        assert (await session.scalars(select(Dialogue))).all() == []


async def test_a_frequent_question_and_its_answer_are_words(world: World) -> None:
    """An answer of one emoji was once offered to everybody as what is known."""
    talk = await world.event("Collab Talks")
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    await answered(world, talk, jan, olga)
    await olga.press("Add to the frequent questions")
    await olga.press("For this event")
    for sign in ("😀", "?!", "❤️\u200d🔥"):
        await olga.type(sign)
        assert "signs or emoji alone are not enough" in olga.screen.text, sign
    await olga.type("Где парковка?")
    await olga.type("😀")
    assert "signs or emoji alone are not enough" in olga.screen.text
    await olga.type("42 😀")
    (entry,) = await entries(world)
    assert (entry.question, entry.answer) == ({"en": "Где парковка?"}, {"en": "42 😀"})


async def test_who_asks_anyway_is_heard(world: World) -> None:
    talk = await world.event("Collab Talks")
    olga = await world.organiser("Olga")
    jan, eva = await world.participants("Jan", "Eva")
    await answered(world, talk, jan, olga)
    await make_entry(olga)
    await eva.press("Ask the organiser", on=talk)
    await eva.type("Can I park a lorry?")
    assert "Does it answer yours?" in eva.screen.text
    await eva.press("Change the text")
    await eva.type("Can I park two lorries?")
    await eva.press("Ask anyway")
    assert "Your question is with the organisers." in eva.screen.text
    (entry,) = await entries(world)
    assert (entry.shown, entry.helped) == (1, 0)  # shown twice for one question


async def test_an_entry_that_was_not_shown_cannot_be_said_to_help(world: World) -> None:
    talk = await world.event("Collab Talks")
    olga = await world.organiser("Olga")
    jan, eva = await world.participants("Jan", "Eva")
    await answered(world, talk, jan, olga)
    await make_entry(olga)
    await eva.press("Ask the organiser", on=talk)
    await eva.type("Is there coffee?")
    key = carried(eva, "Send").split(":")[-1]
    await eva.press_data(f"jh:1:{key}")
    await eva.press_data("jh:99:" + key)
    (entry,) = await entries(world)
    assert entry.helped == 0
    async with world.database.reading() as session:
        assert (await session.scalars(select(Dialogue))).all() != []  # her text is still there


async def test_the_other_languages_come_one_after_the_other_and_can_be_left_out(
    world: World,
) -> None:
    """In English, then in German; Italian is left out, and its readers get another one."""
    talk = await world.event("Collab Talks")
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    await answered(world, talk, jan, olga)
    await olga.press("Add to the frequent questions")
    await olga.press("For this event")
    await olga.type("Where can I park?")
    await olga.type("In the yard.")
    assert olga.screen.labels[:2] == ["Write it in: German", "Write it in: Italian"]
    await olga.press("Write it in: German")
    assert "So far it reads:\nWhere can I park?" in olga.screen.text
    await olga.type("Wo kann ich parken?")
    await olga.type("Im Hof.")
    assert olga.screen.labels[0] == "Write it in: Italian"
    dora = await world.participant("Dora", language="de")
    await dora.press_data(f"j:{talk.id}:0")
    assert "Wo kann ich parken?\nIm Hof." in dora.screen.text
    rosa = await world.participant("Rosa", language="it")
    await rosa.press_data(f"j:{talk.id}:0")
    assert "Where can I park?\nIn the yard." in rosa.screen.text
    await dora.press_data(f"ja:{talk.id}:0")
    await dora.type("Gibt es Parkplätze und kann man dort parken?")
    assert "Im Hof." in dora.screen.text


async def test_an_entry_is_changed_and_removed(world: World) -> None:
    talk = await world.event("Collab Talks")
    olga = await world.organiser("Olga")
    jan, eva = await world.participants("Jan", "Eva")
    await answered(world, talk, jan, olga)
    await make_entry(olga)
    await olga.press("Change: English")
    await olga.press("Keep")
    await olga.type("In the yard.")
    assert "In the yard." in olga.screen.text
    await eva.press("Frequent questions", on=talk)
    assert "Where can I park?\nIn the yard." in eva.screen.text
    remove = carried(olga, "Remove")
    await olga.press("Remove")
    assert "Remove this from the frequent questions?" in olga.screen.text
    await olga.press("Yes, remove it")
    assert "Removed: Where can I park?" in olga.screen.text
    for data in (remove, "jR:1", "jo:1", "je:1:en"):
        await olga.press_data(data)
        assert olga.screen.text.startswith(NOT_YOURS), data
    await eva.press_data(f"j:{talk.id}:0")
    assert "There is none at the moment." in eva.screen.text
    await eva.open_link(f"e_{talk.key}")
    assert "Frequent questions" not in eva.screen.labels
    await eva.press("Ask the organiser")
    await eva.type("Where can I park?")
    assert "asked before" not in eva.screen.text


async def test_many_entries_have_pages(world: World) -> None:
    talk = await world.event("Collab Talks")
    olga, eva = await world.organiser("Olga"), await world.participant("Eva")
    async with world.database.writing() as session:
        for number in range(9):
            session.add(
                Faq(
                    region_id=talk.region_id,
                    event_id=talk.id if number % 2 else None,
                    question={"en": f"Parking {number}?"},
                    answer={"en": f"Answer {number}"},
                    created_at=world.now,
                )
            )
    await eva.press("Frequent questions", on=talk)
    assert "Answer 3" in eva.screen.text
    assert "Answer 4" not in eva.screen.text
    await eva.press("Page 2")
    assert "Answer 4" in eva.screen.text
    await olga.press_data(f"jl:{talk.id}:0")
    await olga.press("Page 2")
    assert "Parking 0?" in olga.screen.text
    await eva.press("Ask the organiser")
    await eva.type("Parking?")
    assert sum(label.startswith("This answers it: ") for label in eva.screen.labels) == 3


@pytest.mark.parametrize("other", ["another event", "another region"])
async def test_an_entry_stays_where_it_belongs(world: World, other: str) -> None:
    """One about an event is not shown at another, one about a region in no other."""
    talk = await world.event("Collab Talks")
    region = "padova" if other == "another region" else "chemnitz"
    elsewhere = await world.event("Elsewhere", in_region=region)
    olga = await world.organiser("Olga")
    jan, eva = await world.participants("Jan", "Eva")
    await answered(world, talk, jan, olga)
    await olga.press("Add to the frequent questions")
    await olga.press("For this event" if other == "another event" else "For all events")
    await olga.type("Where can I park?")
    await olga.press("Keep")
    await eva.open_link(f"e_{elsewhere.key}")
    assert "Frequent questions" not in eva.screen.labels
    await eva.press("Ask the organiser")
    await eva.type("Where can I park?")
    assert "asked before" not in eva.screen.text


async def test_the_frequent_questions_of_a_draft_are_not_there(world: World) -> None:
    eva = await world.participant("Eva")
    await eva.press_data("j:99:0")
    assert eva.screen.text.startswith(NOT_YOURS)


async def test_an_entry_outlives_who_made_it_and_who_asked(world: World) -> None:
    talk = await world.event("Collab Talks")
    olga, jan = await world.organiser("Olga"), await world.participant("Jan")
    await answered(world, talk, jan, olga)
    await make_entry(olga)
    for actor in (olga, jan):
        await actor.type("/forget")
        await actor.press("Yes, erase my data")
    (entry,) = await entries(world)
    assert entry.created_by is None
    assert "Jan" not in str(entry.question)
