"""An explicit translator: the reader's language, handed from hand to hand, never a hidden global.

Catalogues are `.po` files read at start. `read_po` is told the locale, because without it Babel
drops the plural rules in silence.
"""

import functools
import html
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from xinno_core.errors import NotFoundError
from xinno_core.languages import INTERFACE_LANGUAGES, ChosenText, LanguageMap, choose

DOMAIN = "messages"
FORMAL = "formal"


class Html(str):
    """Text that is already safe as Telegram's HTML: it is not escaped a second time."""

    __slots__ = ()


def locales_path() -> Path:
    """Return where the catalogues lie: in the checkout, or packed beside the core in a wheel."""
    core = Path(__file__).parent.parent
    for folder in (core / "_locales", core.parent / "locales"):
        if folder.is_dir():
            return folder
    msg = "the folder with the interface languages (locales) is missing; install again"
    raise NotFoundError(msg)


@functools.cache
def catalogue(language: str, tone: str = FORMAL) -> Translations:
    """Read one interface catalogue; English is the source and needs none.

    The informal catalogue of a language holds only what it says otherwise than the formal one.
    """
    if language == "en":
        return Translations()
    formal = _read(language, language)
    if tone == FORMAL or not catalogue_path(f"{language}@{tone}").is_file():
        return formal
    informal = _read(f"{language}@{tone}", language)
    informal.add_fallback(formal)
    return informal


def catalogue_path(name: str) -> Path:
    """Return where a catalogue lies, by the name of its folder: de, or de@informal."""
    return locales_path() / name / "LC_MESSAGES" / f"{DOMAIN}.po"


def _read(name: str, language: str) -> Translations:
    with catalogue_path(name).open("rb") as source:
        messages = read_po(source, locale=language, abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled, DOMAIN)


@dataclass(frozen=True)
class Translator:
    """Gives the sentences of one language; every parameter is escaped for HTML, once, here."""

    language: str
    escapes: bool = True
    tone: str = FORMAL

    @property
    def plain(self) -> "Translator":
        """The same language for places that show no HTML: buttons, toasts, file names."""
        return Translator(self.language, escapes=False, tone=self.tone)

    @property
    def _catalogue(self) -> Translations:
        return catalogue(self.language, self.tone)

    @property
    def locale(self) -> Locale:
        """The locale for dates, lists and numbers; English is written the British way here."""
        return Locale.parse("en_GB" if self.language == "en" else self.language)

    def gettext(self, message: str, /, **params: object) -> str:
        """Return a whole sentence with its braces filled."""
        return self._fill(str(self._catalogue.gettext(message)), params)

    def pgettext(self, context: str, message: str, /, **params: object) -> str:
        """Return a sentence that needs a context to be understood."""
        found = str(self._catalogue.pgettext(context, message))
        return self._fill(found, params)

    def ngettext(self, singular: str, plural: str, number: int, /, **params: object) -> str:
        """Return a sentence for a whole number of things; `{number}` may stand in it.

        A decimal has forms of its own in some languages: write it with a unit, through Babel.
        """
        found = str(self._catalogue.ngettext(singular, plural, number))
        return self._fill(found, {"number": number, **params})

    def content(self, texts: LanguageMap, lead: str = "en") -> ChosenText:
        """Choose an organiser's text for this reader: theirs, the event's, English, any."""
        return choose(texts, self.language, lead)

    def show(self, texts: LanguageMap, lead: str = "en") -> str:
        """Return an organiser's text, escaped where this translator escapes."""
        chosen = self.content(texts, lead).text
        return Html(html.escape(chosen, quote=False)) if self.escapes else chosen

    def quote(self, text: str) -> str:
        """Return what somebody wrote, escaped where this translator escapes."""
        return Html(html.escape(text, quote=False)) if self.escapes else text

    def _fill(self, sentence: str, params: Mapping[str, object]) -> str:
        filled = (
            sentence.format(**{name: self._safe(value) for name, value in params.items()})
            if params
            else sentence
        )
        return Html(filled) if self.escapes else filled

    def _safe(self, value: object) -> object:
        if isinstance(value, Html) or not isinstance(value, str) or not self.escapes:
            return value
        return html.escape(value, quote=False)


@functools.cache
def translator(language: str, tone: str = FORMAL) -> Translator:
    """Return the translator for a language; one that has no interface yet gets English.

    The tone is how the organiser addresses people; a language without an informal catalogue stays
    formal.
    """
    return Translator(language if language in INTERFACE_LANGUAGES else "en", tone=tone)
