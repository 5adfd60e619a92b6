"""The ready-made questions: whole in every language, and the same wherever they are asked."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.blueprints.small import BLUEPRINT, edited, written
from xinno_core.blueprints import ready_made
from xinno_core.blueprints.files.meaning import texts_in
from xinno_core.blueprints.files.problems import BlueprintErrors
from xinno_core.blueprints.instrument import Instrument
from xinno_core.blueprints.read import Blueprint, definition_of, packaged, read, revive
from xinno_core.languages import LANGUAGES

FILES = ready_made.packaged()
SELF = ("self-before", "self-after", "self-follow-up")
SKILLS = ["communication", "cooperation", "creativity", "reflection", "adaptability", "empathy"]

INFORMAL = {
    "it": r"\b(tu|tuo|tua|tuoi|tue|ti)\b",
    "sk": r"\b(ty|tvoj\w*|ti|teba)\b",
    "pl": r"\b(ty|twój|twoj\w*|ciebie)\b",
    "cs": r"\b(ty|tvůj|tvoj\w*|tebe)\b",
    "de": r"\b(du|dein\w*|dir|dich)\b",
    "nl": r"\b(je|jij|jouw|jou)\b",
}
SURVEY = BLUEPRINT[BLUEPRINT.index("    title: {en: Your view") :]


def name_of(path: Path) -> str:
    return path.stem


@pytest.fixture(params=FILES, ids=name_of)
def instrument(request: pytest.FixtureRequest) -> Instrument:
    path: Path = request.param
    return ready_made.read(path)


def test_the_six_are_there() -> None:
    assert sorted(ready_made.instruments()) == sorted({"needs", "feedback", "follow-up", *SELF})


def test_every_text_is_written_in_every_language(instrument: Instrument) -> None:
    for where, texts in texts_in(instrument.model_dump(mode="json", exclude_none=True)):
        assert tuple(texts) == LANGUAGES, where
        assert len(set(texts.values())) >= len(LANGUAGES) - 2, where  # neighbours may agree


def test_the_address_is_formal_and_takes_no_gender_for_granted(instrument: Instrument) -> None:
    for where, texts in texts_in(instrument.model_dump(mode="json", exclude_none=True)):
        for language, text in texts.items():
            assert not re.search(r"\w/\w|\(\w+\)|\*", text), (where, language)
            informal = INFORMAL.get(language)
            assert informal is None or not re.search(informal, text, re.IGNORECASE), (where, text)


def test_it_is_answered_in_a_few_minutes_and_ends_with_words_of_ones_own(
    instrument: Instrument,
) -> None:
    kinds = Counter(question.kind for question in instrument.questions)
    assert kinds["text"] <= 2
    assert sum(kinds.values()) - kinds["text"] <= (12 if instrument.key == "self-after" else 6)
    assert instrument.questions[-1].kind == "text"
    assert instrument.questions[-1].optional


@pytest.mark.parametrize("key", SELF)
def test_skills_are_asked_in_the_same_words_under_the_same_codes(key: str) -> None:
    """Only then can what people say before and after be compared."""
    first = {one.key: one for one in ready_made.instruments()["self-before"].questions}
    asked = {one.key: one for one in ready_made.instruments()[key].questions}

    assert [one for one in asked if one in SKILLS] == SKILLS
    assert all(asked[skill] == first[skill] for skill in SKILLS)


def test_what_is_seen_in_hindsight_has_codes_of_its_own() -> None:
    questions = [one.key for one in ready_made.instruments()["self-after"].questions]

    assert questions[:-1] == [code for skill in SKILLS for code in (skill, f"{skill}-then")]


@pytest.mark.parametrize("key", SELF)
def test_what_is_to_be_compared_is_always_pseudonymous(key: str) -> None:
    found = ready_made.instruments()[key]

    assert (found.mode, found.mode_fixed) == ("pseudonymous", True)


def test_what_people_will_do_is_asked_before_how_they_liked_it() -> None:
    feedback = ready_made.instruments()["feedback"]

    assert [one.key for one in feedback.questions[:3]] == ["use-next-week", "what", "useful"]
    assert feedback.mode == "anonymous"


def test_an_event_asks_ready_made_questions_by_their_name(tmp_path: Path) -> None:
    survey = using(tmp_path, "    use: feedback\n    closes: {days_after: 14}\n").surveys[0]

    whole = ready_made.instruments()["feedback"]
    assert survey.title == whole.title
    assert survey.questions == whole.questions
    assert (survey.use, survey.mode, survey.key) == ("feedback", "anonymous", "feedback")


def test_an_event_may_ask_them_in_another_mode(tmp_path: Path) -> None:
    text = "    use: feedback\n    mode: pseudonymous\n    closes: {days_after: 14}\n"

    assert using(tmp_path, text).surveys[0].mode == "pseudonymous"


def test_an_event_brings_topics_of_its_own(tmp_path: Path) -> None:
    text = "    use: needs\n    closes: {days_after: 14}\n    topics:\n" + "".join(
        f"      - key: {one}\n        label: {{en: {one}, de: Das {one}}}\n"
        for one in ("wood", "glass", "clay")
    )
    survey = using(tmp_path, text).surveys[0]

    topics = next(one for one in survey.questions if one.key == "topics")
    assert [one.key for one in topics.options] == ["wood", "glass", "clay"]
    assert topics.text == ready_made.instruments()["needs"].questions[1].text


def test_what_was_asked_is_kept_whatever_a_later_release_asks(tmp_path: Path) -> None:
    blueprint = using(tmp_path, "    use: feedback\n    closes: {days_after: 14}\n")
    kept = definition_of(blueprint)

    assert kept["surveys"][0]["questions"][0]["key"] == "use-next-week"
    assert revive(kept) == blueprint


def test_the_packaged_formats_use_all_of_them() -> None:
    used = {survey.use for path in packaged() for survey in read(path).surveys}

    assert used - {None} == set(ready_made.instruments())


def test_a_file_with_another_name_than_its_key_is_refused(tmp_path: Path) -> None:
    text = FILES[0].read_text(encoding="utf-8")

    with pytest.raises(BlueprintErrors, match=r"the file is called other\.yaml"):
        ready_made.read(written(tmp_path, text, "other.yaml"))


def test_a_language_that_is_missing_is_told(tmp_path: Path) -> None:
    text = FILES[0].read_text(encoding="utf-8").replace("  cs: Váš pohled na akci\n", "")

    with pytest.raises(BlueprintErrors, match=r"title: has no text in cs\."):
        ready_made.read(written(tmp_path, text, FILES[0].name))


def using(folder: Path, survey: str) -> Blueprint:
    """The small blueprint with another survey."""
    return read(written(folder, edited(BLUEPRINT, (SURVEY, survey))))
