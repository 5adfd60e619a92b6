"""The catalogues: complete, with the same placeholders and tags, and with the right plurals."""

import re
from collections.abc import Callable, Iterator
from gettext import c2py
from typing import get_type_hints

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from xinno_core.languages import INTERFACE_LANGUAGES, OWN_NAMES
from xinno_core.texts.translator import DOMAIN, Translator, locales_path, translator

TRANSLATED = [language for language in INTERFACE_LANGUAGES if language != "en"]
PLACEHOLDER = re.compile(r"\{\w*\}")
TAG = re.compile(r"</?\w+>")
COMMAND = re.compile(r"(?<![\w<])/[a-z]+")
SAME_AS_ENGLISH = {"Feedback", "Menu", "Menü", "Stop", "Export", "Exports", "OK"}
"""Words that a language may share with English; a longer sentence never is."""


def catalogue(language: str) -> Catalog:
    path = locales_path() / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    with path.open("rb") as source:
        return read_po(source, locale=language, abort_invalid=True)


def pairs(message: Message) -> Iterator[tuple[str, str]]:
    """Each translation beside the sentence it stands for."""
    if isinstance(message.id, str):
        yield message.id, str(message.string)
        return
    singular, plural = message.id
    for number, form in enumerate(message.string or ()):
        yield singular if number == 0 else plural, form


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_sentence_is_missing_or_unsure(language: str) -> None:
    missing = [
        message.id
        for message in catalogue(language)
        if message.id and (message.fuzzy or not all(form for _, form in pairs(message)))
    ]
    assert not missing


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_keeps_placeholders_tags_and_commands(language: str) -> None:
    for message in catalogue(language):
        for english, translated in pairs(message) if message.id else ():
            # one thing may be said without its number: "a free place"
            wanted = set(PLACEHOLDER.findall(english))
            given = set(PLACEHOLDER.findall(translated))
            assert given <= wanted | {"{number}"}, translated
            assert wanted - given <= {"{number}"}, translated
            assert sorted(TAG.findall(english)) == sorted(TAG.findall(translated)), translated
            assert sorted(COMMAND.findall(english)) == sorted(COMMAND.findall(translated))


@pytest.mark.parametrize("language", TRANSLATED)
def test_hardly_a_sentence_is_left_in_english(language: str) -> None:
    same = [
        english
        for message in catalogue(language)
        for english, translated in (pairs(message) if message.id else ())
        if english == translated
        and english not in SAME_AS_ENGLISH | set(OWN_NAMES.values())
        and re.search(r"[a-z]{3}", TAG.sub("", PLACEHOLDER.sub("", english)))
    ]
    assert len(same) <= 0.03 * len(catalogue(language)), same


@pytest.mark.parametrize("language", TRANSLATED)
def test_plurals_follow_the_language(language: str) -> None:
    """The header names as many forms as the language has, and each counted sentence fills them."""
    read = catalogue(language)
    assert read.num_plurals >= len({Locale(language).plural_form(n) for n in (0, 1, 2, 5, 22)})
    for message in read:
        if message.id and not isinstance(message.id, str):
            assert len(message.string or ()) == read.num_plurals


@pytest.mark.parametrize("language", TRANSLATED)
def test_numbers_of_one_kind_share_a_form_and_others_do_not(language: str) -> None:
    """The rule in the header agrees with that of the locale data, for 22 as for 2."""
    form = _form_of(language)
    kind = Locale(language).plural_form
    for number in (0, 1, 2, 5, 22, *range(200)):
        for other in (0, 1, 2, 5, 22):
            assert (form(number) == form(other)) is (kind(number) == kind(other)), (number, other)


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("number", [0, 1, 2, 5, 22])
def test_each_counted_sentence_takes_the_form_of_its_number(language: str, number: int) -> None:
    t = translator(language).plain
    at = _form_of(language)(number)
    for message in catalogue(language):
        if not message.id or isinstance(message.id, str):
            continue
        singular, plural = message.id
        names = {name.strip("{}"): "x" for name in PLACEHOLDER.findall(plural)}
        forms = tuple(message.string or ())
        said = t.ngettext(singular, plural, number, **{**names, "number": number})
        assert said == forms[at].format(**{**names, "number": number})


def test_a_decimal_is_not_counted_by_gettext() -> None:
    """1.5 hours have a form of their own in Slavic languages, which gettext does not know.

    The checker of types refuses one as long as this says so.
    """
    assert get_type_hints(Translator.ngettext)["number"] is int


def _form_of(language: str) -> Callable[[int], int]:
    """Which form of a counted sentence the catalogue's own header gives a number."""
    header = catalogue(language).plural_expr
    return c2py(header)


@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
@pytest.mark.parametrize("number", [0, 1, 2, 5, 22])
def test_free_places_are_counted(language: str, number: int) -> None:
    said = translator(language).ngettext(
        "{label}: {number} free place", "{label}: {number} free places", number, label="Hall"
    )
    assert said.startswith("Hall: ")
    assert str(number) in said


def test_a_parameter_is_escaped_once_and_only_for_html() -> None:
    t = translator("en")
    assert t.gettext("Organiser: {organiser}", organiser="<b>&</b>") == (
        "Organiser: &lt;b&gt;&amp;&lt;/b&gt;"
    )
    assert t.plain.gettext("Organiser: {organiser}", organiser="<b>&</b>") == (
        "Organiser: <b>&</b>"
    )
