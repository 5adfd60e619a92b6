"""Charts: drawn beside the program, so that nobody waits; in letters of all seven languages."""

import asyncio
import dataclasses
import io
import itertools
import os
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageColor

from bot.charts import Charts
from bot.drawing import MARGIN, ON_PARTS, PARTS, draw
from xinno_core.texts.charts import Chart, Line

LETTERS = "àèéìòù ľščťžýáíéúäňô ąćęłńóśźż ěřůďť äöüß ëïé €"
RATING = Chart(
    title=f"How useful was it? {LETTERS} $5 $6",
    note="Wave 1 · n = 23",
    lines=(Line("", (1, 2, 5, 9, 6)), Line("Speaker, n = 7"), Line("Nobody", (0,) * 5)),
    hidden="hidden",
    legend=("1 not at all", "2", "3", "4", "5 very"),
)
IN_A_CHAT = 380
"""Pixels a phone gives a picture there, of the size in which it shows letters of 15 to 17."""
CHOICE = Chart(
    "What next?", "Wave 1 · n = 23", (Line("a" * 200, (23,)), Line("b", (0,))), "", (), 23
)


@pytest.fixture
async def charts() -> AsyncIterator[Charts]:
    drawing = Charts()
    yield drawing
    await drawing.close()


@pytest.mark.parametrize("chart", [RATING, CHOICE])
async def test_a_chart_is_a_picture_as_wide_as_a_phone(charts: Charts, chart: Chart) -> None:
    picture = await charts.draw(chart)
    assert picture is not None
    with Image.open(io.BytesIO(picture)) as read:
        assert read.format == "PNG"
        assert read.width == 1080
        assert 300 < read.height < 2000


def test_letters_can_be_read_in_the_chat() -> None:
    """A phone shows the picture at a third of its size: capitals are 12 pixels high there."""
    marks = Chart("H", "H", (Line("H", (0,)),), "H", (), 0)  # and a 0 for its number
    read = _read(marks)
    dark = [min(read.crop((0, y, read.width, y + 1)).tobytes()) < 128 for y in range(read.height)]
    heights = [len(run) for run in "".join(".#"[one] for one in dark).split(".") if run]
    assert len(heights) == 4
    assert all(height * IN_A_CHAT / read.width >= 12 for height in heights)


@pytest.mark.parametrize(
    "label",
    [
        "Wspólne projekty badawczo-rozwojowe z przemysłowymi przedsiębiorstwami regionu " * 3,
        "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenfabrikationsbetrieb",
    ],
)
def test_long_labels_are_wrapped_and_not_cut(label: str) -> None:
    """All stands within the margins, to the last letter."""
    share = (5, 0, 0, 0, 0)
    ways: list[Callable[[str], Chart]] = [
        lambda text: Chart("t", "n", (Line(text, share),), "h", ("1", "2", "3", "4", "5")),
        lambda text: Chart(text, "n", (Line("", share),), "h", ("1", "2", "3", "4", "5")),
        lambda text: Chart("t", "n", (Line("", share),), "h", (text, "2", "3", "4", "5")),
        lambda text: Chart("t", "n", (Line("", share),), "h", ("1", "2", "3", "4", text)),
        lambda text: Chart("t", "n", (Line("a"),), text),
    ]
    for chart_with in ways:
        read, other = _read(chart_with(f"{label}a")), _read(chart_with(f"{label}o"))
        assert _margin(read) == 255
        assert read.size == other.size
        assert ImageChops.difference(read, other).getbbox() is not None


def test_no_number_of_a_group_leaves_the_picture() -> None:
    chart = Chart("t", "n", (Line("a", (123456,)), Line("b", (7,))), "h", (), 123456)
    assert _margin(_read(chart)) == 255


def test_what_nobody_could_read_is_not_drawn() -> None:
    assert draw(Chart("t", "n", (Line("a" * 200, (1,)),) * 24, "h")) is None


def test_parts_are_told_apart_in_grey_and_their_numbers_read() -> None:
    """From light to dark, so also for eyes that see no red and green; contrast as WCAG AA asks."""
    grey = Image.new("RGB", (len(PARTS), 1))
    grey.putdata([ImageColor.getrgb(colour)[:3] for colour in PARTS])
    assert all(one - other >= 30 for one, other in itertools.pairwise(grey.convert("L").tobytes()))
    for part, ink in zip(PARTS, ON_PARTS, strict=True):
        light, dark = sorted((_luminance(part), _luminance(ink)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_the_number_of_people_stands_on_the_picture() -> None:
    """It is sent on without the words below it."""
    other = dataclasses.replace(RATING, note="Wave 1 · n = 24")
    assert ImageChops.difference(_read(RATING), _read(other)).getbbox() is not None


@pytest.mark.parametrize("chart", [RATING, CHOICE])
def test_shares_are_written_as_the_language_writes_them(chart: Chart) -> None:
    """22% here, 22 % there."""
    english, german, dutch = (
        _read(dataclasses.replace(chart, locale=locale)) for locale in ("en_GB", "de", "nl")
    )
    assert ImageChops.difference(english, german).getbbox() is not None
    assert ImageChops.difference(english, dutch).getbbox() is None


def test_the_bar_of_nobody_has_its_number_where_bars_begin() -> None:
    """Below its label's first letter: further left it looked like a part of the margin."""
    read = ImageChops.invert(_read(Chart("H", "H", (Line("H", (0,)),), "H", ())))
    number = read.crop((0, read.height - 110, read.width, read.height))
    label = read.crop((0, 0, read.width, read.height - 110))
    (left, *_), (begins, *_) = number.getbbox() or (0,), label.getbbox() or (-1,)
    assert abs(left - begins) <= 4


def _read(chart: Chart) -> Image.Image:
    picture = draw(chart)
    assert picture is not None
    return Image.open(io.BytesIO(picture)).convert("L")


def _margin(read: Image.Image) -> int:
    """Return the darkest point at the right edge."""
    return min(read.crop((read.width - MARGIN // 2, 0, read.width, read.height)).tobytes())


def _luminance(colour: str) -> float:
    parts = [one / 255 for one in ImageColor.getrgb(colour)[:3]]
    red, green, blue = [
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


async def test_nobody_waits_while_a_chart_is_drawn(charts: Charts) -> None:
    longest = 0.0
    drawing = asyncio.create_task(charts.draw(RATING))
    while not drawing.done():
        before = time.perf_counter()
        await asyncio.sleep(0)
        longest = max(longest, time.perf_counter() - before)
    assert await drawing is not None
    assert longest < 0.5  # drawn here it would be more than that


async def test_a_process_that_dies_costs_one_picture(charts: Charts) -> None:
    assert await charts.draw(RATING) is not None
    process = charts._process
    assert process is not None
    for worker in process._processes.values():
        os.kill(worker.pid or 0, 9)
    await asyncio.sleep(0.1)
    assert await charts.draw(RATING) is None
    assert await charts.draw(RATING) is not None


def test_the_program_does_not_load_what_draws() -> None:
    """Its memory and its start are everybody's; the core knows nothing of it at all."""
    root = Path(__file__).parents[2]
    loading = [
        path
        for folder in ("bot", "handlers", "xinno_core")
        for path in (root / folder).rglob("*.py")
        if "matplotlib" in path.read_text(encoding="utf-8")
    ]
    assert loading == [root / "bot" / "drawing.py"]
