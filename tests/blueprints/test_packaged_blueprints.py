"""The blueprints that come with the assistant: complete, and true to their own schema."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from tests.blueprints.small import groups_of
from xinno_core.blueprints import json_schema
from xinno_core.blueprints.files.meaning import texts_in
from xinno_core.blueprints.journey import CLASS_OF, RuleKind
from xinno_core.blueprints.read import Blueprint, definition_of, packaged, read, revive
from xinno_core.blueprints.schema import Format
from xinno_core.library.library import exercise

FILES = packaged()
NOTHING: dict[str, object] = {"title": {}, "questions": []}
"""What a file says itself of a survey with ready-made questions."""


def name_of(path: Path) -> str:
    return path.stem


def test_each_type_of_event_comes_with_a_file() -> None:
    assert {read(path).format for path in FILES} == set(get_args(Format))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_text_is_written_in_each_language_of_the_event_and_in_no_other(path: Path) -> None:
    blueprint = read(path)
    own = [one.model_copy(update=NOTHING) if one.use else one for one in blueprint.surveys]

    for where, texts in texts_in(definition_of(blueprint.model_copy(update={"surveys": own}))):
        assert sorted(texts) == sorted(blueprint.event.languages), where


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_kept_definition_comes_back_as_the_same_blueprint(path: Path) -> None:
    blueprint = read(path)

    assert revive(definition_of(blueprint)) == blueprint


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_the_file_tells_editors_where_its_schema_lies(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]

    assert first.startswith("# yaml-language-server: $schema=")
    assert (path.parent / first.partition("=")[2]).is_file()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_assumed_values_are_marked_as_demo(path: Path) -> None:
    assert read(path).demo


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_the_journey_reminds_three_times_thanks_asks_and_trains_before_and_after(
    path: Path,
) -> None:
    journey = read(path).journey

    reminders = [(rule.when.days, rule.when.hours) for rule in journey if rule.kind == "reminder"]
    assert reminders == [(-7, None), (-1, None), (None, -2)]
    assert {rule.kind for rule in journey} >= {"thanks", "survey"}
    before = {rule.when.counts_from for rule in journey if rule.kind == "exercise"}
    assert before == {"start", "end"}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_exercises_of_the_journey_are_written_in_the_languages_of_the_event(path: Path) -> None:
    blueprint = read(path)

    for rule in blueprint.journey:
        if rule.exercise:
            assert set(blueprint.event.languages) <= set(exercise(rule.exercise).languages)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_survey_takes_few_taps_and_little_writing(path: Path) -> None:
    for survey in [one for one in read(path).surveys if not one.use]:
        written = [question for question in survey.questions if question.kind == "text"]
        assert 2 <= len(survey.questions) - len(written) <= 5, survey.key
        assert len(written) <= 2, survey.key
        assert written[-1].optional, survey.key


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_the_event_card_fits_into_one_message(path: Path) -> None:
    event = read(path).event

    for language in event.languages:
        directions = (event.place.directions or {}).get(language, "")
        programme = (event.programme or {}).get(language, "")
        assert len(event.title[language] + event.summary[language] + directions + programme) < 3500


def test_a_relative_start_is_counted_from_the_day_of_the_import() -> None:
    starts = read(file_of("ground-zero")).event.starts
    assert starts is not None

    assert starts.local(date(2026, 10, 20)) == datetime(2026, 10, 30, 18, 0)


def test_the_length_of_an_event_is_read_as_people_say_it() -> None:
    assert read(file_of("ground-zero")).event.lasts == timedelta(hours=2, minutes=30)


def test_what_is_urgent_follows_from_the_kind() -> None:
    assert set(CLASS_OF) == set(get_args(RuleKind))
    assert CLASS_OF["exercise"] == "optional"


@pytest.mark.parametrize("form,package,name", json_schema.FILES, ids=str)
def test_the_committed_schema_says_what_the_code_says(
    form: type[BaseModel], package: str, name: str
) -> None:
    committed = json_schema.schema_file(package, name).read_text(encoding="utf-8")

    assert committed == json_schema.schema_of(form), (
        "write it again: python -m xinno_core.blueprints.json_schema"
    )


def test_every_field_says_what_to_write_because_a_missing_one_is_cured_by_it() -> None:
    for group in groups_of(Blueprint):
        for name, info in group.model_fields.items():
            assert info.description, f"{group.__name__}.{name}"
            assert info.description.endswith("."), f"{group.__name__}.{name}"


def file_of(name: str) -> Path:
    return next(path for path in FILES if path.stem == name)
