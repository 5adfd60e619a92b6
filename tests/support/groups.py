"""Telegram groups as a test speaks of them: who is in one, what is written, what is posted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.simulator.messages import StoredMessage
from tests.support.world import Actor, Screen, World
from xinno_core.models import Event


@dataclass
class GroupChat:
    """A group with people; the assistant comes in by an organiser's link."""

    world: World
    id: int

    async def chosen_by(self, actor: Actor, payload: str) -> None:
        """Open a link that adds the assistant here, which also sends its command."""
        self.world.simulator.add_bot(self.id, by=actor.id, payload=payload)
        await self.world.respond(actor)

    async def says(self, actor: Actor, text: str) -> None:
        """Write something in the group."""
        self.world.simulator.send_text(actor.id, text, chat_id=self.id)
        await self.world.respond(actor)

    async def throws_out(self, *, by: Actor) -> None:
        """Remove the assistant."""
        self.world.simulator.kick_bot(self.id, by=by.id)
        await self.world.respond(by)

    async def votes(self, actor: Actor, *options: int) -> None:
        """Choose in the newest poll."""
        poll_id = self.polls[-1].poll_id
        assert poll_id is not None
        self.world.simulator.vote(actor.id, poll_id, options)
        await self.world.respond(actor)

    @property
    def messages(self) -> list[StoredMessage]:
        """What the assistant has posted."""
        return [one for one in self.world.simulator.chat(self.id) if one.from_bot]

    @property
    def posts(self) -> list[str]:
        """What the posts say; of a poll, its question."""
        return [self._words(one) for one in self.messages]

    @property
    def polls(self) -> list[StoredMessage]:
        """The posts that are polls."""
        return [one for one in self.messages if one.poll_id is not None]

    def _words(self, message: StoredMessage) -> str:
        if message.poll_id is not None:
            return self.world.simulator.polls[message.poll_id].question
        return Screen(message).text


def group(
    world: World, title: str, *, by: Actor, members: Iterable[Actor] = (), with_bot: bool = False
) -> GroupChat:
    """Found a group."""
    made = world.simulator.create_group(
        title, by=by.id, members=[one.id for one in members], with_bot=with_bot
    )
    return GroupChat(world, made.id)


def link_on(actor: Actor, label: str) -> str:
    """Return what the link of this button carries."""
    for row in actor.screen.message.buttons:
        for button in row:
            if button.text.startswith(label):
                assert button.url is not None, label
                assert "?startgroup=" in button.url
                return button.url.rpartition("=")[2]
    raise AssertionError(f"no button {label!r} in {actor.screen.labels}")


async def open_group(actor: Actor, event: Event) -> None:
    """Open the screen of an event's group."""
    await actor.press_data(f"we:{event.id}")
    await actor.press("Telegram group")


async def linked_group(
    world: World, event: Event, actor: Actor, title: str = "Talkers", members: Sequence[Actor] = ()
) -> GroupChat:
    """Found a group and make it the event's, as an organiser does it."""
    made = group(world, title, by=actor, members=members)
    await open_group(actor, event)
    await made.chosen_by(actor, link_on(actor, "Choose the group"))
    await world.tick()
    return made
