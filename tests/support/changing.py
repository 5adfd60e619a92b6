"""Short ways of an organiser who changes an event."""

from tests.support.world import Actor
from xinno_core.models import Event, EventSession


async def manage(actor: Actor, event: Event) -> None:
    """Open the board of an event."""
    await actor.press_data(f"we:{event.id}")


async def ask_move(actor: Actor, event: Event, *, starts: str = "", place: bool = True) -> None:
    """Answer the questions of a change, up to its preview; what is left out stays."""
    await actor.press_data(f"mv:{event.id}")
    await (actor.type(starts) if starts else actor.press("Skip"))
    if place:
        await actor.type("Side room")
        await actor.type("Market 2")
    await skip_all(actor)


async def ask_session(
    actor: Actor, slot: EventSession, *, starts: str = "", room: str = ""
) -> None:
    """Answer the questions of a change of one session, up to its preview."""
    await actor.press_data(f"ms:{slot.event_id}:{slot.id}")
    await (actor.type(starts) if starts else actor.press("Skip"))
    await (actor.type(room) if room else actor.press("Skip"))


async def skip_all(actor: Actor) -> None:
    """Leave out what is still asked."""
    while "Skip" in actor.screen.labels:
        await actor.press("Skip")


def carried(actor: Actor, label: str) -> str:
    """Return what the button with this label carries."""
    for row in actor.screen.message.buttons:
        for button in row:
            if button.text.startswith(label):
                return button.data or ""
    raise AssertionError(f"no button {label!r} in {actor.screen.labels}")
