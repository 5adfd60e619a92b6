"""Whether two questions are about the same, in a way that anybody can follow.

Words are folded to lower case without diacritics and cut to their first letters, so that endings
do not matter: "parking" and "parkovanie" are both "park". Words that stand in any question are
left out. Two questions resemble each other when they share two such stems, or the only one there
is.
"""

import functools
import re
import unicodedata

STEM = 4
SHORTEST = 4
_STROKES = str.maketrans("łđø", "ldo")
ENOUGH = 2

# As they are once folded. Words of three letters or fewer count for nothing anyway.
_IN_ANY_QUESTION = {
    "en": "also could does event have hello here into know like many much need please some thank "
    "thanks that there this want what when where which will with would your",
    "it": "anche buongiorno come cosa dove essere evento grazie posso possibile quale quali quando "
    "quanto questo questa salve sono vorrei",
    "sk": "ahoj akcia akcie akciu alebo bude budem chcel chcela dakujem dobry kolko kedy ktory "
    "ktora mozem mozno podujatie prosim potrebujem tento treba udalost",
    "pl": "bede bedzie chce chcial chciala czesc dobry dziekuje gdzie jaki jaka jakie jest kiedy "
    "ktory ktora moge mozna prosze tego wydarzenie wydarzeniu",
    "cs": "akce akci ahoj bude budu chtel chtela dekuji dobry jaky jaka kolik kter kdyz mohu muzu "
    "nebo potrebuji prosim tato tento treba udalost",
    "de": "auch bitte brauche danke dies diese dieser dort eine einem einen einer etwas gibt guten "
    "haben hallo ihre kann koennen konnen mochte sind veranstaltung wann welche welcher wird wohin",
    "nl": "aanwezig alstublieft bedankt deze evenement goedendag graag hallo heeft hebben hier "
    "kunnen mijn naar nodig voor waar wanneer welke wordt zijn",
}


def stems(text: str) -> frozenset[str]:
    """Return what is left of a text for comparing: stems without ending, case or diacritics."""
    words = re.findall(r"\w+", _folded(text))
    left_out = _left_out()
    return frozenset(
        word[:STEM] for word in words if len(word) >= SHORTEST and word not in left_out
    )


def resemblance(asked: str, known: str) -> int:
    """Return how many stems two questions share; 0 where that says too little."""
    wanted = stems(known)
    shared = len(stems(asked) & wanted)
    return shared if shared >= min(ENOUGH, len(wanted)) else 0


def _folded(text: str) -> str:
    # Stroke letters have no decomposition that would take the stroke away.
    text = text.casefold().translate(_STROKES)
    split = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in split if not unicodedata.combining(sign))


@functools.cache
def _left_out() -> frozenset[str]:
    # Of all languages at once: people do not always write in the one they read.
    return frozenset(word for words in _IN_ANY_QUESTION.values() for word in words.split())
