"""Charts: drawn beside the program, so that nobody waits; in letters of all seven languages."""

import asyncio
import io
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from bot.charts import Charts
from xinno_core.texts.charts import Chart, Line

LETTERS = "àèéìòù ľščťžýáíéúäňô ąćęłńóśźż ěřůďť äöüß ëïé €"
RATING = Chart(
    title=f"How useful was it? {LETTERS} $5 $6",
    note="Wave 1 · n = 23",
    lines=(Line("All together", (1, 2, 5, 9, 6)), Line("Speaker, n = 7"), Line("Nobody", (0,) * 5)),
    hidden="hidden",
    legend=("1 not at all", "2", "3", "4", "5 very"),
)
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
