"""Which buttons stand beside each other: what fits into half a phone."""

from xinno_core.texts.actions import OpenMenu
from xinno_core.texts.message import Button
from xinno_core.texts.paging import pairs


def rows(*labels: str | None) -> list[list[str]]:
    """The labels as they are put into rows."""
    buttons = (None if label is None else Button(label, OpenMenu()) for label in labels)
    return [[button.label for button in row] for row in pairs(*buttons)]


def test_short_labels_go_two_in_a_row_and_keep_their_order() -> None:
    assert rows("Texts", None, "Links", "Seats") == [["Texts", "Links"], ["Seats"]]
    assert rows() == []


def test_a_long_label_or_word_has_a_row_of_its_own() -> None:
    """A past bug: "Umfrageergebni/sse" beside another button, broken inside the word."""
    assert rows("Texte", "Umfrageergebnisse", "Plätze", "Links") == [
        ["Texte"],
        ["Umfrageergebnisse"],
        ["Plätze", "Links"],
    ]
    assert rows("Preview of the card", "Messages of this event") == [
        ["Preview of the card"],
        ["Messages of this event"],
    ]
