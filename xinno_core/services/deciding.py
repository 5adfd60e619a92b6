"""Deciding about a batch: what is due together is asked together, in the order of its urgency.

The sender decides with it about what goes now, and the forecast about what will go: one truth.
"""

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import datetime

from xinno_core.models import Notice, NoticeKind
from xinno_core.services import catching_up, gate
from xinno_core.services.backgrounds import Background
from xinno_core.services.gate import Decision
from xinno_core.services.gate_facts import facts_of

URGENCY = {NoticeKind.BROADCAST: 2, NoticeKind.EXERCISE: 1}
"""Answers and critical news go before what can wait; lower goes first, and what is missing is 0."""


def in_order(notices: Iterable[Notice]) -> list[Notice]:
    """Return notices in the order in which they are sent."""
    return sorted(notices, key=lambda one: (URGENCY.get(one.kind, 0), one.due_at, one.id))


def decide_all(
    background: Background, due: Sequence[Notice], *, now: datetime
) -> list[tuple[Notice, Decision]]:
    """Decide about notices that are due together; what goes counts for those after it."""
    given_way = catching_up.overtaken(
        due,
        background.events,
        may_go=lambda one: gate.why_dropped(facts_of(background, one), now=now) is None,
        now=now,
    )
    decided: list[tuple[Notice, Decision]] = []
    for notice in due:
        facts = facts_of(background, notice)
        if notice.id in given_way:
            facts = dataclasses.replace(facts, is_superseded=True)
        decision = gate.decide(facts, now=now)
        if isinstance(decision, gate.Send):
            background.readers.gets(notice, now=now)
        decided.append((notice, decision))
    return decided
