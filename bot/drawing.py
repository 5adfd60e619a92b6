"""Drawing charts: loaded by the process that draws alone, for its library is slow to load."""

import bisect
import io
from collections.abc import Sequence
from typing import Literal

import matplotlib as mpl
from babel.numbers import format_percent
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.patches import Rectangle

from xinno_core.texts.charts import Chart, Line

WIDTH = 1080
"""Pixels: as many as a phone has. In a chat it shows them at about 380, so all below is large."""
MARGIN, GAP = 24, 8
TITLE, LETTERS = 56, 50
"""Height of letters in pixels: 17 are left of 50 in a chat, as in the messages around it."""
LEADING = 1.28
BAR_HEIGHT, AFTER_BAR = 66, 28
"""A number stands in the bar; what belongs together is closer than what does not."""

LONGEST = 4 * WIDTH
"""Telegram makes a picture that is longer smaller, until nobody can read it."""

BAR, INK, SOFT = "#0072B2", "#111111", "#444444"
PARTS = ("#fdeaa8", "#e9b23f", "#8f8f8f", "#3f6fae", "#142c5b")
"""From light to dark, so in grey too; yellow and blue look apart to (almost) every eye."""
ON_PARTS = ("black", "black", "black", "white", "white")

mpl.use("agg")
mpl.rcParams.update(
    {
        "font.family": "DejaVu Sans",  # comes with the library, with all our letters
        "text.parse_math": False,  # a title may hold dollars
    }
)


def draw(chart: Chart) -> bytes | None:
    """Return the chart as a picture (PNG); None where it would be too long to be read."""
    page = _Page()
    page.write(chart.title, size=TITLE, weight="bold")
    page.write(chart.note, colour=SOFT)
    page.skip(AFTER_BAR)
    if chart.legend:
        _draw_shares(page, chart)
    else:
        _draw_numbers(page, chart)
    return page.picture() if page.y <= LONGEST else None


class _Page:
    """A page as wide as a phone, filled from its top: it grows as long as what stands on it."""

    def __init__(self) -> None:
        # At 72 dots per inch a point is a pixel.
        self._figure = Figure(dpi=72)
        self.axes: Axes = self._figure.add_axes((0, 0, 1, 1))
        self.axes.set_axis_off()
        self.y = float(MARGIN)

    def skip(self, pixels: float) -> None:
        """Leave room."""
        self.y += pixels

    def write(
        self,
        text: str,
        *,
        size: int = LETTERS,
        colour: str = INK,
        weight: str = "normal",
        style: Literal["normal", "italic"] = "normal",
        align: str = "left",
    ) -> None:
        """Write a text over as many lines as it needs: nothing of it is cut."""
        font = FontProperties(size=size, weight=weight, style=style)
        for line in self.wrapped(text, font):
            x = MARGIN if align == "left" else WIDTH - MARGIN
            self.axes.text(
                *(x, self.y + size),
                line,
                fontproperties=font,
                color=colour,
                ha=align,
                va="baseline",
            )
            self.y += size * LEADING

    @staticmethod
    def wrapped(text: str, font: FontProperties) -> list[str]:
        """Break a text at spaces, and a word that is too long for any line within it."""
        most = WIDTH - 2 * MARGIN
        lines: list[str] = []
        line = ""
        for word in text.split():
            longer = f"{line} {word}" if line else word
            if _width(longer, font) <= most:
                line = longer
                continue
            if line:
                lines.append(line)
            line = word
            while _width(line, font) > most:
                cut = _fitting(line, most, font)
                lines.append(line[:cut] + "-")
                line = line[cut:]
        return [*lines, line] if line else lines

    def box(self, left: float, width: float, colour: str, *, edge: str | None = None) -> None:
        """Draw a piece of a bar at where the page has got to."""
        self.axes.add_patch(
            Rectangle((left, self.y), width, BAR_HEIGHT, facecolor=colour, edgecolor=edge, lw=1.5)
        )

    def beside(self, x: float, text: str, *, colour: str = INK, align: str = "left") -> None:
        """Write a short text in the middle of a bar's height."""
        self.axes.text(
            *(x, self.y + BAR_HEIGHT / 2),
            text,
            fontsize=LETTERS,
            color=colour,
            ha=align,
            va="center_baseline",
        )

    def picture(self) -> bytes:
        """Return what stands on the page (PNG)."""
        height = round(self.y + MARGIN)
        self._figure.set_size_inches(WIDTH / 72, height / 72)
        self.axes.set_xlim(0, WIDTH)
        self.axes.set_ylim(height, 0)
        out = io.BytesIO()
        self._figure.savefig(out, format="png", dpi=72)
        return out.getvalue()


def _width(text: str, font: FontProperties) -> float:
    """Return how wide a text would be."""
    drawn = get_font(findfont(font))
    drawn.set_size(font.get_size_in_points(), 72)
    drawn.set_text(text, 0.0)
    return drawn.get_width_height()[0] / 64  # it counts in parts of a pixel


def _fitting(word: str, most: float, font: FontProperties) -> int:
    """Return how many letters of a word that is too long fit on a line, with a hyphen."""
    lengths = range(1, len(word))
    too_many = bisect.bisect(lengths, most, key=lambda cut: _width(f"{word[:cut]}-", font))
    return max(too_many, 1)


def _draw_numbers(page: _Page, chart: Chart) -> None:
    said = [_said(line, chart) for line in chart.lines]
    font = FontProperties(size=LETTERS)
    room = WIDTH - 2 * MARGIN - GAP - max(_width(text, font) for text in said)
    longest = max((line.numbers[0] for line in chart.lines if line.numbers), default=0) or 1
    for line, text in zip(chart.lines, said, strict=True):
        page.write(line.label)
        page.skip(GAP)
        if line.numbers:
            length = room * line.numbers[0] / longest
            page.box(MARGIN, length, BAR)
            page.beside(MARGIN + length + (GAP if length else 0), text)
            page.skip(BAR_HEIGHT)
        else:
            page.write(chart.hidden, colour=SOFT, style="italic")
        page.skip(AFTER_BAR)


def _said(line: Line, chart: Chart) -> str:
    if not line.numbers:
        return ""
    number = line.numbers[0]
    if not chart.whole:
        return str(number)
    return f"{number} ({format_percent(number / chart.whole, locale=chart.locale)})"


def _draw_shares(page: _Page, chart: Chart) -> None:
    """Draw shares to both sides of the middle part, so that bars can be compared at a glance."""
    reached = [_around_middle(shares) for line in chart.lines if (shares := _shares(line))]
    left = max((one[0] for one in reached), default=0.5)
    right = max((one[1] for one in reached), default=0.5)
    scale = (WIDTH - 2 * MARGIN) / (left + right)
    middle = MARGIN + left * scale
    for line in chart.lines:
        page.write(line.label)
        page.skip(GAP)
        shares = _shares(line)
        if shares:
            _draw_share(page, shares, middle, scale, chart.locale)
            page.skip(BAR_HEIGHT)
        else:
            page.write(chart.hidden, colour=SOFT, style="italic")
        page.skip(AFTER_BAR)
    _draw_legend(page, chart.legend)


def _draw_share(
    page: _Page, shares: Sequence[float], middle: float, scale: float, locale: str
) -> None:
    page.axes.plot(
        [middle, middle],
        [page.y - GAP, page.y + BAR_HEIGHT + GAP],
        *("#888888",),
        linewidth=2,
        zorder=0,
    )
    font = FontProperties(size=LETTERS)
    at = middle - _around_middle(shares)[0] * scale
    for share, colour, ink in zip(shares, PARTS, ON_PARTS, strict=True):
        width = share * scale
        if width:
            page.box(at, width, colour, edge=SOFT)
        text = format_percent(share, locale=locale)
        if _width(text, font) + GAP <= width:
            page.beside(at + width / 2, text, colour=ink, align="center")
        at += width


def _draw_legend(page: _Page, legend: Sequence[str]) -> None:
    """Show the five marks as one strip, and in words what its two ends mean."""
    width = (WIDTH - 2 * MARGIN) / len(PARTS)
    page.skip(GAP)
    for place, (colour, ink) in enumerate(zip(PARTS, ON_PARTS, strict=True)):
        left = MARGIN + place * width
        page.box(left, width, colour, edge=SOFT)
        page.beside(left + width / 2, str(place + 1), colour=ink, align="center")
    page.skip(BAR_HEIGHT + GAP)
    low, high = legend[0], legend[-1]
    if (low, high) == ("1", str(len(PARTS))):
        return  # the strip says as much
    before = page.y
    page.write(low)
    if _width(f"{low}    {high}", FontProperties(size=LETTERS)) <= WIDTH - 2 * MARGIN:
        page.y = before  # both fit beside each other
    page.write(high, align="right")


def _shares(line: Line) -> list[float]:
    total = sum(line.numbers)
    return [number / total for number in line.numbers] if total else []


def _around_middle(shares: Sequence[float]) -> tuple[float, float]:
    """Return how far a bar reaches to the left and to the right of its middle part's middle."""
    place = len(shares) // 2
    half = shares[place] / 2
    return sum(shares[:place]) + half, sum(shares[place + 1 :]) + half
