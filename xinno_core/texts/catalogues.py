"""How complete the interface catalogues are."""

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from xinno_core.texts.translator import DOMAIN, locales_path


def missing_sentences(language: str) -> int:
    """Return how many sentences a catalogue lacks; English is the source and lacks none."""
    if language == "en":
        return 0
    path = locales_path() / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    with path.open("rb") as source:
        catalogue = read_po(source, locale=language, abort_invalid=True)
    return len([message for message in catalogue if message.id and not _is_complete(message)])


def _is_complete(message: Message) -> bool:
    forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    return bool(forms) and all(forms) and not message.fuzzy
