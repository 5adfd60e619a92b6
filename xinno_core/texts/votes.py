"""What readers of an announcement see of their vote: their own choice, and who sees what."""

import dataclasses
from typing import assert_never

from xinno_core.services.votes import OnlyATest, Voted, VoteOutcome, Voting, VotingClosed
from xinno_core.texts.actions import VoteInBroadcast
from xinno_core.texts.broadcasts import composed
from xinno_core.texts.dates import date_and_time
from xinno_core.texts.message import Button, Message
from xinno_core.texts.translator import Html, Translator


def outcome(t: Translator, said: VoteOutcome) -> Message:
    """Show the poll again with the choice; where nothing is counted, say so in passing."""
    match said:
        case Voted(voting, option):
            until = date_and_time(t, voting.closes_at, voting.card.zone)
            return _poll(
                t,
                voting,
                option,
                t.gettext("You can change it until {when}.", when=until),
                t.plain.gettext("Your choice is counted."),
            )
        case VotingClosed(voting, option):
            closed = t.gettext("Votes are no longer counted.")
            return _poll(t, voting, option, closed, t.plain.gettext("Votes are no longer counted."))
        case OnlyATest():
            return _only_a_test(t)
        case _:
            assert_never(said)


def _only_a_test(t: Translator) -> Message:
    return Message(
        t.gettext(
            "This is a test of your announcement. When its readers press here, their choice is "
            "counted, and they can change it."
        ),
        fresh=True,
    )


def _poll(t: Translator, voting: Voting, option: int | None, more: str, toast: str) -> Message:
    made = composed(
        t,
        voting.card,
        voting.content,
        language=voting.language,
        files=voting.files,
        votes=lambda part, one: VoteInBroadcast(voting.broadcast_id, voting.language, part, one),
    )
    asked = next(message for message in made if _place(message) == voting.part)
    lines = [more]
    if option is not None:
        chosen = t.gettext("Your choice: {option}", option=voting.poll.options[option])
        lines = [f"<b>{chosen}</b>", more]
    return dataclasses.replace(
        asked,
        text=Html(asked.text + "\n\n" + "\n".join(lines)),
        buttons=tuple(
            tuple(_marked(t, button, chosen=place == option) for button in row)
            for place, row in enumerate(asked.buttons)
        ),
        toast=toast,
    )


def _place(message: Message) -> int | None:
    action = message.buttons[0][0].action if message.buttons else None
    return action.part if isinstance(action, VoteInBroadcast) else None


def _marked(t: Translator, button: Button, *, chosen: bool) -> Button:
    if not chosen:
        return button
    # Translators: marks an option of a list that is chosen; {label} is the option.
    return dataclasses.replace(
        button, label=t.plain.gettext("{label} (chosen)", label=button.label)
    )
