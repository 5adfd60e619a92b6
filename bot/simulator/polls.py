"""Polls and quizzes: what is asked, who chose what, and when it is over."""

import random
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.simulator.entities import Entity

MOST_OPTIONS = 12


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to choose from."""

    text: str
    entities: tuple[Entity, ...] = ()


@dataclass(slots=True)
class Poll:
    """A poll; votes are kept by person, and the bot learns of them what Telegram tells."""

    id: str
    chat_id: int
    message_id: int
    from_bot: bool
    question: str
    options: list[Option]
    question_entities: list[Entity] = field(default_factory=list)
    anonymous: bool = True
    multiple: bool = False
    revoting: bool = True
    quiz: bool = False
    correct: list[int] = field(default_factory=list)
    explanation: str = ""
    explanation_entities: list[Entity] = field(default_factory=list)
    description: str = ""
    description_entities: list[Entity] = field(default_factory=list)
    hides_results: bool = False
    shuffled: bool = False
    open_period: int = 0
    closes_at: datetime | None = None
    closed: bool = False
    votes: dict[int, list[int]] = field(default_factory=dict)

    @property
    def told_solution(self) -> bool:
        """Whether the bot is told what is right: not of a stranger's quiz that goes on."""
        return self.quiz and (self.from_bot or self.chat_id > 0 or self.closed)

    def count(self, option: int) -> int:
        """How many chose this option."""
        return sum(option in chosen for chosen in self.votes.values())

    def persistent_ids(self, chosen: list[int]) -> list[str]:
        """The lasting names of options, which stay when options are added or go."""
        return [chr(ord("0") + option) for option in chosen]

    def as_telegram(self) -> dict[str, Any]:
        """The Poll of the Bot API."""
        body: dict[str, Any] = {
            "id": self.id,
            "question": self.question,
            "question_entities": _bodies(self.question_entities),
            "options": [self._option(number) for number in range(len(self.options))],
            "total_voter_count": len(self.votes),
            "is_closed": self.closed,
            "is_anonymous": self.anonymous,
            "type": "quiz" if self.quiz else "regular",
            "allows_multiple_answers": self.multiple,
            "allows_revoting": self.revoting,
            "members_only": False,
            "description": self.description or None,
            "description_entities": _bodies(self.description_entities),
        }
        if self.told_solution:
            # The older correct_option_id is left out: newer libraries warn when they read it.
            body["correct_option_ids"] = self.correct
            body["explanation"] = self.explanation or None
            body["explanation_entities"] = _bodies(self.explanation_entities)
        if self.closes_at is not None and not self.closed:
            body["open_period"] = self.open_period
            body["close_date"] = int(self.closes_at.timestamp())
        return {name: value for name, value in body.items() if value is not None}

    def _option(self, number: int) -> dict[str, Any]:
        option = self.options[number]
        body: dict[str, Any] = {
            "persistent_id": self.persistent_ids([number])[0],
            "text": option.text,
            "voter_count": self.count(number),
        }
        if option.entities:
            body["text_entities"] = _bodies(list(option.entities))
        return body


def new_poll_id() -> str:
    """An id no other poll has."""
    return str(random.getrandbits(62))


def _bodies(entities: list[Entity]) -> list[dict[str, Any]] | None:
    return [entity.as_telegram() for entity in entities] or None
