"""The languages the assistant speaks, and how a text is chosen among them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LANGUAGES = ("en", "it", "sk", "pl", "cs", "de", "nl")
"""Languages of the seven partners, in the order in which menus show them."""

INTERFACE_LANGUAGES = LANGUAGES
"""Languages whose interface catalogue is complete, so that people may choose them."""

OWN_NAMES = {
    "en": "English",
    "it": "Italiano",
    "sk": "Slovenčina",
    "pl": "Polski",
    "cs": "Čeština",
    "de": "Deutsch",
    "nl": "Nederlands",
}

LanguageMap = Mapping[str, str]
"""One text in several languages: language to text."""


@dataclass(frozen=True)
class ChosenText:
    """The text a reader gets, and in which language it turned out to be."""

    text: str
    language: str


def from_telegram(code: str | None) -> str:
    """Return our language for Telegram's language code, English when it is none of ours."""
    base = (code or "").lower().replace("_", "-").split("-")[0]
    return base if base in INTERFACE_LANGUAGES else "en"


def choose(texts: LanguageMap, *wanted: str) -> ChosenText:
    """Return the text in the first wanted language there is, then English, then any.

    The whole text falls back, never a part of it, so that languages are not mixed.
    """
    for language in (*wanted, "en", *texts):
        if texts.get(language):
            return ChosenText(texts[language], language)
    return ChosenText("", wanted[0] if wanted else "en")


def missing_in(texts: LanguageMap, languages: Sequence[str]) -> list[str]:
    """Return the languages of the list that have no text."""
    return [language for language in languages if not texts.get(language)]
