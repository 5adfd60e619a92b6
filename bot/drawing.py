"""Drawing charts: loaded by the process that draws alone, for its library is slow to load."""

import io
import textwrap

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from xinno_core.texts.charts import Chart, Line

WIDTH, DPI = 7.2, 150
"""1080 points wide: what a phone shows without making it smaller."""

LABEL, TITLE = 58, 50
"""Letters to a line."""
MOST_LINES = 3

BAR = "#0072B2"
PARTS = ("#b35806", "#f1a340", "#d9d9d9", "#998ec3", "#542788")
"""Told apart by people who see colours otherwise, and in grey (ColorBrewer's PuOr)."""
ON_PARTS = ("white", "black", "black", "black", "white")
SMALLEST_NAMED = 7
"""Per cent of a bar in which a number has room."""

mpl.use("agg")
mpl.rcParams.update(
    {
        "font.family": "DejaVu Sans",  # comes with the library, with all our letters
        "font.size": 13,
        "text.parse_math": False,  # a title may hold dollars
    }
)


def draw(chart: Chart) -> bytes:
    """Return the chart as a picture (PNG)."""
    title = _wrapped(chart.title, TITLE)
    labels = [_wrapped(line.label, LABEL) for line in chart.lines]
    tall = sum(0.95 + 0.24 * text.count("\n") for text in labels)
    figure = Figure(
        figsize=(WIDTH, 1.1 + 0.3 * title.count("\n") + tall + bool(chart.legend) * 0.7), dpi=DPI
    )
    figure.set_layout_engine("constrained")
    axes = figure.add_subplot()
    figure.suptitle(title, fontsize=15, fontweight="bold")
    axes.set_title(chart.note, fontsize=12, color="#333333")
    axes.set_axis_off()
    axes.set_xlim(*((-102, 102) if chart.legend else (0, _longest(chart) * 1.3)))
    for place, label in enumerate(labels):
        # Above its bar, which so may be as wide as the phone.
        axes.text(axes.get_xlim()[0], place - 0.24, label, va="bottom")
    axes.set_ylim(len(labels) - 0.65, -0.55 - 0.25 * labels[0].count("\n"))
    if chart.legend:
        _draw_shares(figure, axes, chart)
    else:
        _draw_numbers(axes, chart)
    out = io.BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()


def _longest(chart: Chart) -> int:
    return max((line.numbers[0] for line in chart.lines if line.numbers), default=0) or 1


def _draw_numbers(axes: Axes, chart: Chart) -> None:
    for place, line in enumerate(chart.lines):
        if not line.numbers:
            axes.text(0, place, chart.hidden, va="center", color="#555555", style="italic")
            continue
        number = line.numbers[0]
        share = f" ({number / chart.whole:.0%})" if chart.whole else ""
        axes.barh(place, number, height=0.42, color=BAR)
        axes.text(number + _longest(chart) * 0.02, place, f"{number}{share}", va="center")


def _draw_shares(figure: Figure, axes: Axes, chart: Chart) -> None:
    """Draw shares to both sides of the middle part, so that bars can be compared at a glance."""
    for place, line in enumerate(chart.lines):
        if sum(line.numbers):
            _draw_share(axes, place, line)
        else:
            axes.text(-102, place, chart.hidden, va="center", color="#555555", style="italic")
    parts = [Patch(color=colour) for colour in PARTS]
    figure.legend(
        parts,
        [_wrapped(label, 14) for label in chart.legend],
        loc="outside lower center",
        ncols=len(PARTS),
        frameon=False,
        fontsize=10,
        handlelength=1,
        columnspacing=1,
    )


def _draw_share(axes: Axes, place: int, line: Line) -> None:
    total = sum(line.numbers)
    shares = [100 * number / total for number in line.numbers]
    middle = len(shares) // 2
    left = -sum(shares[:middle]) - shares[middle] / 2
    axes.plot([0, 0], [place - 0.26, place + 0.26], color="#888888", linewidth=1, zorder=0)
    for share, colour, ink in zip(shares, PARTS, ON_PARTS, strict=True):
        axes.barh(place, share, left=left, height=0.42, color=colour)
        if share >= SMALLEST_NAMED:
            axes.text(left + share / 2, place, f"{share:.0f}%", ha="center", va="center", color=ink)
        left += share


def _wrapped(text: str, width: int) -> str:
    return "\n".join(textwrap.wrap(text, width, max_lines=MOST_LINES, placeholder=" …")) or " "
