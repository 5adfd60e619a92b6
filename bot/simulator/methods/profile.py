"""Methods about what the bot says of itself: names, descriptions, commands, menu button."""

import re
from typing import TYPE_CHECKING, Any

from bot.simulator.entities import units
from bot.simulator.errors import bad_request
from bot.simulator.groups import Group
from bot.simulator.methods.registry import method
from bot.simulator.parameters import Parameters

if TYPE_CHECKING:
    from bot.simulator.telegram_side import LocalTelegram

LONGEST_NAME = 64
LONGEST_DESCRIPTION = 512
LONGEST_SHORT_DESCRIPTION = 120
LONGEST_COMMAND_TEXT = 256
MOST_COMMANDS = 100
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_WIDE_SCOPES = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}


@method("setMyCommands", "commands", "scope", "language_code")
def set_my_commands(telegram: "LocalTelegram", parameters: Parameters) -> bool:
    """The list behind the menu button, for one scope and language."""
    bodies = parameters.array("commands")
    if bodies is None:
        raise bad_request("can't parse commands: expected an Array")
    if len(bodies) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    commands = [_command(body) for body in bodies]
    key = _scope(telegram, parameters), _language(parameters)
    telegram.profile.commands[key] = commands
    telegram.emit("profile")
    return True


@method("getMyCommands", "scope", "language_code")
def get_my_commands(telegram: "LocalTelegram", parameters: Parameters) -> list[dict[str, str]]:
    """Exactly what was set for this scope and language."""
    key = _scope(telegram, parameters), _language(parameters)
    return telegram.profile.commands.get(key, [])


@method("deleteMyCommands", "scope", "language_code")
def delete_my_commands(telegram: "LocalTelegram", parameters: Parameters) -> bool:
    """Let the next wider scope show again."""
    key = _scope(telegram, parameters), _language(parameters)
    telegram.profile.commands.pop(key, None)
    telegram.emit("profile")
    return True


@method("setMyName", "name", "language_code")
def set_my_name(telegram: "LocalTelegram", parameters: Parameters) -> bool:
    """The name people see."""
    return _set(telegram, parameters, telegram.profile.names, "name", LONGEST_NAME)


@method("getMyName", "language_code")
def get_my_name(telegram: "LocalTelegram", parameters: Parameters) -> dict[str, str]:
    """The name in a language, the default when there is none."""
    names = telegram.profile.names
    name = telegram.profile.said(names, _language(parameters), telegram.username)
    return {"name": name}


@method("setMyDescription", "description", "language_code")
def set_my_description(telegram: "LocalTelegram", parameters: Parameters) -> bool:
    """What stands in an empty chat."""
    texts = telegram.profile.descriptions
    return _set(telegram, parameters, texts, "description", LONGEST_DESCRIPTION)


@method("getMyDescription", "language_code")
def get_my_description(telegram: "LocalTelegram", parameters: Parameters) -> dict[str, str]:
    """What stands in an empty chat, in a language."""
    texts = telegram.profile.descriptions
    return {"description": telegram.profile.said(texts, _language(parameters))}


@method("setMyShortDescription", "short_description", "language_code")
def set_my_short_description(telegram: "LocalTelegram", parameters: Parameters) -> bool:
    """What stands on the profile page."""
    texts = telegram.profile.short_descriptions
    return _set(telegram, parameters, texts, "short_description", LONGEST_SHORT_DESCRIPTION)


@method("getMyShortDescription", "language_code")
def get_my_short_description(telegram: "LocalTelegram", parameters: Parameters) -> dict[str, str]:
    """What stands on the profile page, in a language."""
    texts = telegram.profile.short_descriptions
    return {"short_description": telegram.profile.said(texts, _language(parameters))}


@method("setChatMenuButton", "chat_id", "menu_button")
def set_chat_menu_button(telegram: "LocalTelegram", parameters: Parameters) -> bool:
    """The button beside the message box, for one chat or for all."""
    button = parameters.object("menu_button") or {"type": "default"}
    if button.get("type") not in {"default", "commands"}:
        raise bad_request(f"menu button of type {button.get('type')} is not in the simulator")
    telegram.profile.menu_buttons[_menu_chat(telegram, parameters)] = {"type": button["type"]}
    telegram.emit("profile")
    return True


@method("getChatMenuButton", "chat_id")
def get_chat_menu_button(telegram: "LocalTelegram", parameters: Parameters) -> dict[str, Any]:
    """The button of a chat, or that of all chats."""
    buttons = telegram.profile.menu_buttons
    own = buttons.get(_menu_chat(telegram, parameters))
    return own or buttons.get(0) or {"type": "commands"}


def _set(
    telegram: "LocalTelegram", parameters: Parameters, texts: dict[str, str], name: str, most: int
) -> bool:
    text = parameters.text(name).strip()
    if units(text) > most:
        raise bad_request(f"{name.replace('_', ' ')} is too long")
    language = _language(parameters)
    if text:
        texts[language] = text
    else:
        texts.pop(language, None)
    telegram.emit("profile")
    return True


def _language(parameters: Parameters) -> str:
    language = parameters.text("language_code")
    if language and not _LANGUAGE.fullmatch(language):
        raise bad_request("LANG_CODE_INVALID")
    return language


def _scope(telegram: "LocalTelegram", parameters: Parameters) -> str:
    scope = parameters.object("scope") or {"type": "default"}
    kind = scope.get("type")
    if kind in _WIDE_SCOPES:
        return str(kind)
    if kind == "chat":
        chat = telegram.chats.get(_number(scope.get("chat_id")))
        if chat is None or not (chat.started or isinstance(chat, Group)):
            raise bad_request("chat not found")
        return f"chat:{chat.id}"
    if kind in {"chat_administrators", "chat_member"}:
        group = telegram.chats.get(_number(scope.get("chat_id")))
        if not isinstance(group, Group):
            raise bad_request("chat not found")
        member = f":{_number(scope.get('user_id'))}" if kind == "chat_member" else ""
        return f"{kind}:{group.id}{member}"
    raise bad_request("can't parse BotCommandScope: unknown type")


def _menu_chat(telegram: "LocalTelegram", parameters: Parameters) -> int:
    if "chat_id" not in parameters:
        return 0
    return telegram.reachable_chat(parameters.chat_id()).id


def _command(body: object) -> dict[str, str]:
    command = body.get("command") if isinstance(body, dict) else None
    text = body.get("description") if isinstance(body, dict) else None
    if not isinstance(command, str) or not _COMMAND.fullmatch(command.removeprefix("/")):
        raise bad_request("BOT_COMMAND_INVALID")
    if not isinstance(text, str) or not 1 <= units(text.strip()) <= LONGEST_COMMAND_TEXT:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command.removeprefix("/"), "description": text.strip()}


def _number(value: object) -> int:
    try:
        return int(str(value))
    except (TypeError, ValueError):
        return 0
