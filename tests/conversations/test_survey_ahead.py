"""A survey before the event says so; one after it asks how it was."""

from datetime import time, timedelta

from sqlalchemy import update

from tests.support.world import World
from xinno_core.models import Survey

RULE = {"key": "before", "kind": "survey", "anchor": "start", "days": -3, "at": time(12)}
QUESTIONS = ({"key": "now", "kind": "rating", "text": {"en": "How sure are you now?"}},)


async def test_a_survey_ahead_is_not_called_feedback(world: World) -> None:
    talk = await world.event("Collab Talks", rules=(RULE,), survey=QUESTIONS)
    async with world.database.writing() as session:
        await session.execute(
            update(Survey).values(
                closes_days_after=None,
                closes_hours_before=0,
                closes_at=talk.starts_at,
                title={"en": "Where you stand"},
            )
        )
    eva = await world.participant("Eva")
    await eva.press("Register", on=talk)
    await world.move_to(talk.starts_at - timedelta(days=2))
    assert "Before it begins: Collab Talks" in eva.notices[-1].text
    assert eva.notices[-1].text.startswith("Where you stand")
    assert "How was it?" not in eva.sees()
    await eva.press("Answer now")
    await eva.press("To the questions")
    await eva.press("4")
    assert "Thank you" in eva.screen.text
