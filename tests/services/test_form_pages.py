"""Pages of a form: what can be asked together, and what is taken of what a page sent."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from tests.support.world import World
from xinno_core.models import Dialogue, Participant
from xinno_core.services import forms
from xinno_core.services.days import read_day
from xinno_core.services.form_standing import Asking
from xinno_core.services.forms import Filled
from xinno_core.services.questions import (
    REFUSAL,
    Audience,
    Condition,
    Field,
    FieldKind,
    Form,
    Option,
    Problem,
)
from xinno_core.services.typed_answers import REFUSED, read_given

NOW = datetime(2027, 3, 8, 9, tzinfo=UTC)
OPTIONS = (Option("soup"), Option("fish"), Option("cake"))
RATING = Field("useful", FieldKind.RATING)
WHY = Field("why", FieldKind.TEXT, only_if=Condition("useful", frozenset({"1", "2"})))
WISH = Field("wish", FieldKind.TEXT, required=False)
FORM = Form("survey.1", (RATING, WHY, WISH), Audience.SEALED, is_sealed=True)


def test_a_page_ends_before_what_depends_on_it() -> None:
    assert forms.page(FORM, {}) == (RATING,)
    assert forms.page(FORM, {"useful": 2}) == (WHY, WISH)
    assert forms.page(FORM, {"useful": 5}) == (WISH,)
    assert forms.page(FORM, {"useful": 5, "wish": None}) == ()
    # Rather not saying is no answer that brings another question.
    assert forms.page(FORM, {"useful": dict(REFUSAL)}) == (RATING,)


async def test_what_is_good_of_a_page_is_kept(world: World) -> None:
    """And what is not is asked again, in the chat as well: both stand on one sealed row."""
    some = Field("some", FieldKind.MULTIPLE, options=OPTIONS, most_choices=2)
    form = Form("survey.1", (RATING, some, WISH), Audience.SEALED, is_sealed=True)
    filled = await _fill(
        world, form, {"useful": "4", "some": ["soup", "fish", "cake"], "wish": "Tea"}
    )
    assert filled.problems == {"some": Problem.TOO_MANY_CHOSEN}
    assert filled.complete is None
    assert filled.asking is not None
    assert filled.asking.field == some
    assert filled.asking.answers == {"useful": 4, "wish": "Tea"}
    async with world.database.reading() as session:
        row = (await session.scalars(select(Dialogue))).one()
    assert "Tea" not in str(row.data)
    assert (row.step, row.is_current) == ("sealed", False)  # typed text is no answer to a page
    async with world.database.writing() as session:
        person = await _person(session)
        asked = await forms.begin(session, participant=person, form=form, now=NOW)
        assert isinstance(asked, Asking)
        assert asked.field == some
    done = await _fill(world, form, {"some": ["cake"]})
    assert done.complete is not None
    assert done.complete.answers == {"useful": 4, "some": ["cake"], "wish": "Tea"}


async def test_an_answer_on_a_page_hides_what_followed_another(world: World) -> None:
    """Eva says 2 and why, goes back and says 5: why is no longer asked, nor told."""
    await _fill(world, FORM, {"useful": "2"})
    await _fill(world, FORM, {"why": "Too loud", "wish": ""}, finishes=False)
    done = await _fill(world, FORM, {"useful": "5"})
    assert done.complete is not None
    assert done.complete.answers == {"useful": 5, "wish": None}


async def test_a_bad_answer_takes_the_place_of_a_good_one(world: World) -> None:
    """Otherwise a form could be finished with what its page no longer shows."""
    await _fill(world, FORM, {"useful": "5", "wish": "Tea"}, finishes=False)
    filled = await _fill(world, FORM, {"useful": "9"})
    assert filled.problems == {"useful": Problem.NOT_AN_OPTION}
    assert filled.complete is None


async def test_the_same_page_sent_twice_at_once_is_taken_once(world: World) -> None:
    """Whoever comes second finds the row of the first, and stumbles over nothing."""
    await _person_row(world)
    both = await asyncio.gather(*(_fill(world, FORM, {"useful": "5"}) for _ in range(4)))
    assert all(one.asking is not None and not one.problems for one in both)
    async with world.database.reading() as session:
        assert len((await session.scalars(select(Dialogue))).all()) == 1


async def test_what_was_chosen_in_the_chat_and_too_little_is_asked_on_the_page(
    world: World,
) -> None:
    pair = Field("pair", FieldKind.MULTIPLE, options=OPTIONS, least_choices=2)
    form = Form("survey.1", (pair,), Audience.SEALED, is_sealed=True)
    await _person_row(world)
    async with world.database.writing() as session:
        person = await _person(session)
        asked = await forms.press_option(
            session, participant=person, form=form, at=0, option=1, now=NOW
        )
    assert isinstance(asked, Asking)
    assert forms.page(form, asked.answers) == (pair,)
    done = await _fill(world, form, {})
    assert done.complete is None


@pytest.mark.parametrize(
    "asked, given, read",
    [
        (RATING, "3", 3),
        (RATING, "6", Problem.NOT_AN_OPTION),
        (RATING, ["3", "4"], Problem.NOT_AN_OPTION),
        (RATING, "", Problem.UNANSWERED),
        (WISH, " ", None),
        (WISH, "x" * 501, Problem.TOO_LONG),
        (RATING, REFUSED, Problem.NOT_AN_OPTION),
        (Field("age", FieldKind.TEXT, may_refuse=True), ["40", REFUSED], dict(REFUSAL)),
        (Field("n", FieldKind.NUMBER, least=2, greatest=9), "1", Problem.TOO_SMALL),
        (Field("n", FieldKind.NUMBER, least=2, greatest=9), "10", Problem.TOO_GREAT),
        (Field("n", FieldKind.NUMBER, least=2, greatest=9), "9", 9),
        (Field("n", FieldKind.NUMBER, least=-5), "-3", -3),
        (Field("n", FieldKind.NUMBER), "-3", Problem.NOT_A_NUMBER),
        (Field("n", FieldKind.NUMBER), "3.5", Problem.NOT_A_NUMBER),
        (Field("n", FieldKind.NUMBER), "9" * 400, Problem.NOT_A_NUMBER),
        (Field("r", FieldKind.RANKING, options=OPTIONS), ["soup", "cake"], Problem.TOO_FEW_RANKED),
        (Field("r", FieldKind.RANKING, options=OPTIONS), ["soup"] * 3, Problem.RANKED_TWICE),
        (
            Field("r", FieldKind.RANKING, options=OPTIONS),
            ["cake", "soup", "fish"],
            ["cake", "soup", "fish"],
        ),
        (
            Field("r", FieldKind.RANKING, options=OPTIONS, most_choices=1),
            ["cake", "soup"],
            Problem.TOO_MANY_RANKED,
        ),
        (Field("m", FieldKind.MULTIPLE, options=OPTIONS), ["tea"], Problem.NOT_AN_OPTION),
        (Field("d", FieldKind.DATE, earliest="2027-03-18"), "17.3.2027", Problem.TOO_EARLY),
        (Field("d", FieldKind.DATE, latest="2027-03-18"), "19.3.2027", Problem.TOO_LATE),
        (Field("d", FieldKind.DATE), "31.2.2027", Problem.NOT_A_DATE),
    ],
)
def test_what_a_page_sent_is_read(asked: Field, given: str | list[str], read: object) -> None:
    assert read_given(asked, given, now=NOW, language="en") == read


@pytest.mark.parametrize(
    "language, text",
    [
        *(("en", text) for text in ("2027-03-18", "18/03/2027", "18 March 2027", "March 18, 2027")),
        *(("de", text) for text in ("18.3.2027", "18. März 2027", "18.03.2027")),
        *(("cs", text) for text in ("18. 3. 2027", "18. března 2027", "18. brezna 2027")),
        *(("sk", "18. marca 2027"), ("pl", "18 marca 2027"), ("it", "18 marzo 2027")),
        *(("nl", "18-03-2027"), ("nl", "18 maart 2027"), ("it", "18 March 2027")),
    ],
)
def test_a_day_is_read_as_people_write_it(language: str, text: str) -> None:
    found = read_day(text, language)
    assert found is not None
    assert found.isoformat() == "2027-03-18"


@pytest.mark.parametrize("text", ["", "18.3.", "18.3.27", "0.3.2027", "2027", "18 2027", "9" * 500])
def test_what_names_no_day_is_none(text: str) -> None:
    assert read_day(text, "en") is None


async def _fill(
    world: World,
    form: Form,
    given: Mapping[str, str | Sequence[str]],
    *,
    finishes: bool = True,
) -> Filled:
    await _person_row(world)
    async with world.database.writing() as session:
        return await forms.fill(
            session,
            participant=await _person(session),
            form=form,
            given=given,
            finishes=finishes,
            now=NOW,
        )


async def _person_row(world: World) -> None:
    async with world.database.writing() as session:
        if await session.get(Participant, 1) is None:
            session.add(Participant(id=1, telegram_id=1, language="en", created_at=NOW))


async def _person(session: AsyncSession) -> Participant:
    return await session.get_one(Participant, 1)
