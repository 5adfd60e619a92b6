"""The comparison of two ways to announce measures what it says, and every tap has its answer."""

import json

import pytest

from bot.bench import broadcast, report
from bot.bench.town import LONGEST_ANSWER

PEOPLE = 45


@pytest.mark.timeout(180)
@pytest.mark.long
async def test_both_ways_reach_everybody_and_answer_each_tap() -> None:
    """Past faults: half of our first taps asked for what was shown already, and had no answer;
    and run from its folder, the program did not know its version when the figures were written."""
    ours, plain = await broadcast.measure(people=PEOPLE)
    for one in (ours, plain):
        assert one.reached == PEOPLE
        assert one.taps >= 2
        assert one.tap_p95_ms < 1000 * LONGEST_ANSWER / 2
        assert 0 < one.sent_a_second < 2 * broadcast.RATE
    told = json.loads(report.as_json("broadcast", (ours, plain)))
    assert told["xinno"]
    assert [one["reached"] for one in told["figures"]] == [PEOPLE, PEOPLE]
    assert "tap p95 ms" in report.table((ours, plain))
