"""What the web chat shows: plain facts, never markup, for the browser to build its nodes from.

The state: ``{bot: {id, username}, people: [...], groups: [...], pending, clock}``. A person is
what `person_view` returns and a group what `group_view` returns, both with ``messages``; a message
is what `message_view` in `view_messages` returns, whose docstring names its parts.

Changes come as events. In private chats they are as they always were: ``message``
``{person_id, message}``, ``deleted`` ``{person_id, message_id}``, ``person`` and ``action``
``{person}``, ``profile`` ``{people, groups}``. Groups have events of their own, so that a page
without groups hears nothing strange:

- ``group`` ``{chat_id, group}``: a group is new, or its members, the bot's standing or its id did
  change; ``group.migrated_to`` names the group it goes on as.
- ``group_message`` ``{chat_id, message}``: a message is new or changed, by a vote too.
- ``group_deleted`` ``{chat_id, message_id}``.
- ``group_action`` ``{chat_id, group}``: the bot is typing or stopped, see ``group.action``.

``press`` and ``answer`` carry the ``chat_id`` of the message, which in a group is not `person_id`.
"""

from typing import Any

from bot.simulator.clock import ClockControl
from bot.simulator.groups import Group
from bot.simulator.people import Person
from bot.simulator.state import Simulator
from bot.simulator.view_messages import message_view

__all__ = ["clock_view", "group_view", "message_view", "person_view", "state_view"]


def state_view(simulator: Simulator, clock: ClockControl | None) -> dict[str, Any]:
    """Everything, for a browser that has just come."""
    simulator.close_due_polls()
    return {
        "bot": {"id": simulator.bot_id, "username": simulator.username},
        "people": [
            person_view(simulator, person)
            | {"messages": [message_view(simulator, m) for m in simulator.chat(person.id)]}
            for person in simulator.people.values()
        ],
        "groups": [
            group_view(simulator, group)
            | {"messages": [message_view(simulator, m) for m in simulator.chat(group.id)]}
            for group in simulator.groups
        ],
        "pending": len(simulator.updates),
        "clock": clock_view(clock),
    }


def clock_view(clock: ClockControl | None) -> dict[str, Any] | None:
    """Business time, and whether it is on its way somewhere."""
    if clock is None:
        return None
    return {"now": clock.now().isoformat(), "moving": clock.moving}


def person_view(simulator: Simulator, person: Person) -> dict[str, Any]:
    """One person and what the bot says of itself to them, without the messages."""
    chat, profile = simulator.chat_of(person.id), simulator.profile
    busy = chat.action if chat.action_until > simulator.machine_time() else ""
    return {
        "id": person.id,
        "name": person.name,
        "language": person.language,
        "note": person.note,
        "zone": person.zone,
        "started": chat.started,
        "blocked": chat.blocked,
        "action": busy,
        "bot_name": profile.said(profile.names, person.language, simulator.username),
        "description": profile.said(profile.descriptions, person.language),
        "commands": profile.commands_for(person),
    }


def group_view(simulator: Simulator, group: Group) -> dict[str, Any]:
    """One group without its messages.

    ``members`` are the people in it, the founder first: ``{id, name, standing, commands}`` with
    standing ``creator``, ``administrator`` or ``member``. ``bot`` is the standing of the bot,
    which may also be ``left`` or ``kicked``; ``kind`` is ``group`` or ``supergroup``.
    """
    busy = group.action if group.action_until > simulator.machine_time() else ""
    return {
        "id": group.id,
        "title": group.title,
        "kind": group.kind,
        "members": [
            {
                "id": user_id,
                "name": simulator.people[user_id].name,
                "standing": group.standing(user_id),
                "commands": simulator.profile.commands_in(
                    group.id,
                    simulator.people[user_id],
                    in_charge=group.standing(user_id).is_in_charge,
                ),
            }
            for user_id in group.inside()
            if user_id != simulator.bot_id
        ],
        "bot": group.standing(simulator.bot_id),
        "bot_name": simulator.bot_name(),
        "migrated_to": group.migrated_to,
        "action": busy,
    }
