"""Taking updates in: stored and committed first, acknowledged afterwards.

The library acknowledges from memory, on both ways; a kill then loses what it had promised.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import structlog
from telegram import Bot
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.delivery.health import Health
from bot.telegram.errors import caught, classify
from xinno_core.database import Database
from xinno_core.services import inbox

log = structlog.get_logger()

ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member", "poll")
GROUPS = ("group", "supergroup")
HEARD_IN_GROUPS = ("migrate_to_chat_id", "migrate_from_chat_id", "new_chat_title")
"""What a message in a group may tell; beside it only the command that carries a link is heard."""
READ_OF_A_PRESSED_MESSAGE = ("message_id", "date", "chat")
LONGEST_KEY = 32
POLL_SECONDS = 25
BATCH = 100
LONGEST_PAUSE = 30.0
LARGEST_ID = 2**63


class NotAnUpdateError(ValueError):
    """What came is no update of Telegram's."""


async def store(database: Database, raw: object) -> bool:
    """Store one raw update; False when it is known already, or of a kind that is not for us."""
    update = storable(raw)
    if not isinstance(update, dict):
        raise NotAnUpdateError
    update_id = update.get("update_id")
    if type(update_id) is not int or not 0 <= update_id < LARGEST_ID:
        raise NotAnUpdateError
    if not any(kind in update for kind in ALLOWED_UPDATES):
        return False  # queued before we said what we want, or of a newer Telegram
    if is_talk_in_a_group(update):
        return False
    _forget_the_pressed_screen(update)
    async with database.writing() as session:
        return await inbox.store(
            session,
            update_id=update_id,
            person_key=person_key(update),
            payload=json.dumps(update, ensure_ascii=False),
        )


def _forget_the_pressed_screen(update: dict[str, Any]) -> None:
    """Keep of a pressed message only what is read of it.

    Its text and buttons are our own. Kept, they would make one press longer than another, and so
    tell which question was answered, however well it is sealed.
    """
    press = update.get("callback_query")
    message = press.get("message") if isinstance(press, dict) else None
    if isinstance(press, dict) and isinstance(message, dict):
        press["message"] = {
            name: message[name] for name in READ_OF_A_PRESSED_MESSAGE if name in message
        }


def storable(value: object) -> Any:  # noqa: ANN401 (JSON, whatever it holds)
    """Return JSON without what no database keeps: NUL, and halves of a surrogate pair."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {storable(key): storable(part) for key, part in value.items()}
    if isinstance(value, list):
        return [storable(part) for part in value]
    return value


def is_talk_in_a_group(raw: dict[str, Any]) -> bool:
    """Tell whether people talk to each other: not ours to keep, not even until it is worked."""
    message = raw.get("message")
    if not isinstance(message, dict) or _group_of(message) is None:
        return False
    text = message.get("text")
    is_link = isinstance(text, str) and text.startswith("/start")
    return not is_link and not any(kind in message for kind in HEARD_IN_GROUPS)


def person_key(raw: dict[str, Any]) -> str | None:
    """Return the key by which updates are kept in order: of one person, one group or one poll."""
    poll = raw.get("poll")
    if isinstance(poll, dict):
        return f"poll:{poll.get('id')}"[:LONGEST_KEY]
    for kind in ("message", "my_chat_member"):
        part = raw.get(kind)
        if isinstance(part, dict) and (group := _group_of(part)) is not None:
            return str(group)
    for part in raw.values():
        if isinstance(part, dict) and isinstance(part.get("from"), dict):
            sender = part["from"].get("id")
            if isinstance(sender, int) and abs(sender) < LARGEST_ID:
                return str(sender)
    return None


def _group_of(part: dict[str, Any]) -> int | None:
    """Return the group in which something happened, None elsewhere."""
    chat = part.get("chat")
    if not isinstance(chat, dict) or chat.get("type") not in GROUPS:
        return None
    group = chat.get("id")
    return group if isinstance(group, int) and abs(group) < LARGEST_ID else None


async def poll(
    bot: Bot,
    database: Database,
    *,
    stored: Callable[[], None],
    stopping: asyncio.Event,
    health: Health,
) -> None:
    """Fetch updates by long polling; the offset moves on only over what is stored."""
    offset = 0
    pause = 0.0
    while not stopping.is_set():
        if pause:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), pause)
        pause = min(max(pause * 2, 1.0), LONGEST_PAUSE)
        with caught() as failure:
            batch = await _fetch(bot, offset)
            for raw in batch:
                await store(database, raw)
                offset = raw["update_id"] + 1
            if batch:
                stored()
            pause = 0.0
        if failure.error is not None:
            _tell(failure.error, health)


async def _fetch(bot: Bot, offset: int) -> list[dict[str, Any]]:
    """Ask for updates as they are: one that can't be parsed must not block the others."""
    query = urlencode(
        {
            "offset": offset,
            "limit": BATCH,
            "timeout": POLL_SECONDS,
            "allowed_updates": json.dumps(ALLOWED_UPDATES),
        }
    )
    found = await bot.request.post(
        f"{bot.base_url}/getUpdates?{query}", read_timeout=POLL_SECONDS + 10
    )
    return found if isinstance(found, list) else []


def _tell(error: Exception, health: Health) -> None:
    if isinstance(error, Conflict):
        log.error("another_bot_polls", cure="stop the other assistant, or remove its webhook")
    elif isinstance(error, InvalidToken):
        health.learn(classify(error))
        log.error("token_refused", cure="check XINNO_BOT_TOKEN with @BotFather")
    elif isinstance(error, TelegramError):
        log.warning("polling_failed", reason=classify(error).reason, cure="see XINNO_TELEGRAM_API")
    else:
        log.error("updates_not_stored", error=type(error).__name__)
