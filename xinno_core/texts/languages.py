"""What languages are called in the reader's own."""

from xinno_core.texts.translator import Translator


def language_name(code: str, t: Translator) -> str:
    """Return the name of a language in the reader's own."""
    return str(t.locale.languages.get(code, code))
