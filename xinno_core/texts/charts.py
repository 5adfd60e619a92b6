"""What a chart says, in plain values: who draws it knows nothing of surveys."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One bar: its label, none where there is but one, and a number for each of its parts.

    Without any number it is hidden.
    """

    label: str
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Chart:
    """Bars below each other.

    With a legend each bar is in as many parts, shares of a hundred around the middle one; without
    one each bar is a number, and its share of `whole`.
    """

    title: str
    note: str  # how many answered, and when: it stands on the picture, wherever that is sent
    lines: tuple[Line, ...]
    hidden: str  # what stands in place of a bar that is hidden
    legend: tuple[str, ...] = ()
    whole: int = 0
    locale: str = "en_GB"  # how shares are written: 22% or 22 %
