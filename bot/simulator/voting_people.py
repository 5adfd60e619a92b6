"""How people answer polls."""

from collections.abc import Iterable

from bot.simulator.errors import NotPossible
from bot.simulator.groups import Group
from bot.simulator.polls import Poll
from bot.simulator.telegram_side import LocalTelegram
from bot.simulator.updates import DAY


class VotingPeople(LocalTelegram):
    """Votes; the bot learns who voted only in polls of its own that are not anonymous."""

    def vote(self, person_id: int, poll_id: str, options: Iterable[int]) -> None:
        """Choose one option, or several where that is allowed."""
        poll = self._open_poll(person_id, poll_id)
        chosen = sorted(set(options))
        if not chosen or chosen[0] < 0 or chosen[-1] >= len(poll.options):
            raise NotPossible("the poll has no such option")
        if len(chosen) > 1 and not poll.multiple:
            raise NotPossible("only one option can be chosen")
        if person_id in poll.votes and not poll.revoting:
            raise NotPossible("the vote stands")
        poll.votes[person_id] = chosen
        self._tell_vote(poll, person_id)

    def retract_vote(self, person_id: int, poll_id: str) -> None:
        """Take the vote back."""
        poll = self._open_poll(person_id, poll_id)
        if person_id not in poll.votes:
            raise NotPossible("there is no vote to take back")
        if not poll.revoting:
            raise NotPossible("the vote stands")
        del poll.votes[person_id]
        self._tell_vote(poll, person_id)

    def _open_poll(self, person_id: int, poll_id: str) -> Poll:
        self.close_due_polls()
        poll = self.polls.get(poll_id)
        chat = None if poll is None else self.chats[poll.chat_id]
        if poll is None or chat is None or poll.message_id not in chat.messages:
            raise NotPossible("there is no such poll")
        sees = person_id == chat.id
        if isinstance(chat, Group):
            sees = chat.standing(person_id).is_inside
        if not sees:
            raise NotPossible("this person does not see the poll")
        if chat.blocked:
            raise NotPossible("this person has blocked the bot")
        if poll.closed:
            raise NotPossible("the poll is closed")
        return poll

    def _tell_vote(self, poll: Poll, person_id: int) -> None:
        self.tell_poll(poll)
        if poll.from_bot and not poll.anonymous:
            chosen = poll.votes.get(person_id, [])
            self.updates.put(
                "poll_answer",
                {
                    "poll_id": poll.id,
                    "user": self.user_body(person_id),
                    "option_ids": chosen,
                    "option_persistent_ids": poll.persistent_ids(chosen),
                },
                lane=f"poll:{poll.id}",
                lives_for=DAY,
            )
