"""Which questions are about the same."""

import pytest

from xinno_core.services.resemblance import resemblance, stems


@pytest.mark.parametrize(
    "asked, known",
    [
        ("Is there PARKING near the hall?", "Where can I park?"),
        ("Dá sa tam zaparkovať? Parkovanie?", "Kde je parkovisko?"),
        ("Kde mohu zaparkovat auto, je tam parkoviště?", "Kde je parkování?"),
        ("Czy mogę przyjść z dzieckiem na warsztaty?", "Czy warsztaty są dla dzieci i dzieckiem?"),
        ("Gibt es vegetarisches Essen?", "Gibt es etwas Vegetarisches?"),
        ("C'è un parcheggio vicino?", "Dove si può parcheggiare?"),
        ("Is er parkeergelegenheid?", "Kan ik parkeren?"),
    ],
)
def test_what_is_about_the_same_is_found(asked: str, known: str) -> None:
    assert resemblance(asked, known) > 0


@pytest.mark.parametrize(
    "asked, known",
    [
        ("When does the event start?", "Where can I park?"),
        ("Where does the event take place?", "When does the event have lunch?"),
        ("Wann beginnt die Veranstaltung?", "Gibt es auf der Veranstaltung Essen?"),
        ("Is there a ramp for a wheelchair?", "Which wheelchair companies exhibit on Friday?"),
        ("", "Where can I park?"),
        ("?", "?"),
    ],
)
def test_what_only_sounds_like_a_question_is_not(asked: str, known: str) -> None:
    assert resemblance(asked, known) == 0


def test_stems_have_neither_endings_nor_case_nor_diacritics() -> None:
    assert stems("Parkoviště PARKOVANIE łódka Straße") == {"park", "lodk", "stra"}
