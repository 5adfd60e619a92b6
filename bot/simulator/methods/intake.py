"""Methods about the bot itself and how it gets its updates and files."""

import ipaddress
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.simulator.errors import bad_request
from bot.simulator.media import unique_id
from bot.simulator.methods.registry import Answer, method
from bot.simulator.parameters import Parameters
from bot.simulator.updates import Webhook

if TYPE_CHECKING:
    from bot.simulator.telegram_side import LocalTelegram

LARGEST_DOWNLOAD = 20 * 1024 * 1024
MOST_CONNECTIONS = 100
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


@method("getMe")
def get_me(telegram: "LocalTelegram", _parameters: Parameters) -> dict[str, Any]:
    """Who the bot is and what it may do."""
    return telegram.me() | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@method("getUpdates", "offset", "limit", "timeout", "allowed_updates")
async def get_updates(telegram: "LocalTelegram", parameters: Parameters) -> list[dict[str, Any]]:
    """The waiting updates, or the first that comes within the time."""
    _set_allowed(telegram, parameters)
    limit = parameters.integer("limit", 100)
    return await telegram.updates.poll(
        offset=parameters.integer("offset", 0),
        limit=min(max(limit, 1), 100),
        wait_for=parameters.integer("timeout", 0),
    )


@method(
    "setWebhook",
    "url",
    "max_connections",
    "allowed_updates",
    "drop_pending_updates",
    "secret_token",
)
async def set_webhook(telegram: "LocalTelegram", parameters: Parameters) -> Answer:
    """Have updates pushed to an address; an empty one means no longer."""
    url = parameters.text("url").strip()
    if not url:
        return await _leave_webhook(telegram, parameters)
    _check_webhook(url)
    secret = parameters.text("secret_token") or None
    if secret is not None and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    connections = parameters.integer("max_connections", 40)
    if not 1 <= connections <= MOST_CONNECTIONS:
        connections = 40
    _set_allowed(telegram, parameters)
    await telegram.delivery.stop()
    if parameters.boolean("drop_pending_updates"):
        telegram.updates.clear()
    telegram.updates.end_poll("terminated by setWebhook request")
    known = telegram.updates.webhook
    same = known is not None and (known.url, known.secret) == (url, secret)
    telegram.updates.webhook = Webhook(url, secret, connections)
    telegram.updates.on_change()
    return Answer("Webhook is already set" if same else "Webhook was set")


@method("deleteWebhook", "drop_pending_updates")
async def delete_webhook(telegram: "LocalTelegram", parameters: Parameters) -> Answer:
    """Go back to long polling."""
    return await _leave_webhook(telegram, parameters)


async def _leave_webhook(telegram: "LocalTelegram", parameters: Parameters) -> Answer:
    await telegram.delivery.stop()
    if parameters.boolean("drop_pending_updates"):
        telegram.updates.clear()
    was_set = telegram.updates.webhook is not None
    telegram.updates.webhook = None
    telegram.updates.on_change()
    return Answer("Webhook was deleted" if was_set else "Webhook is already deleted")


@method("getWebhookInfo")
def get_webhook_info(telegram: "LocalTelegram", _parameters: Parameters) -> dict[str, Any]:
    """Where updates go, how many wait, and what went wrong last."""
    updates = telegram.updates
    webhook = updates.webhook
    facts: dict[str, Any] = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(updates),
    }
    if webhook is not None:
        facts["max_connections"] = webhook.max_connections
        if webhook.last_error is not None:
            facts["last_error_date"] = webhook.last_error_at
            facts["last_error_message"] = webhook.last_error
    if updates.allowed:
        facts["allowed_updates"] = updates.allowed
    return facts


@method("getFile", "file_id")
def get_file(telegram: "LocalTelegram", parameters: Parameters) -> dict[str, Any]:
    """Where a file can be downloaded."""
    file_id = parameters.text("file_id")
    file = telegram.files.find(file_id)
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.content) > LARGEST_DOWNLOAD:
        raise bad_request("file is too big")
    return {
        "file_id": file_id,
        "file_unique_id": unique_id(file_id),
        "file_size": len(file.content),
        "file_path": file.path,
    }


@method("close")
@method("logOut")
def leave_server(_telegram: "LocalTelegram", _parameters: Parameters) -> bool:
    """Move to another server; here there is only one, so nothing changes."""
    return True


def _set_allowed(telegram: "LocalTelegram", parameters: Parameters) -> None:
    allowed = parameters.array("allowed_updates")
    if allowed is None:
        return
    if not all(isinstance(kind, str) for kind in allowed):
        raise bad_request("can't parse allowed_updates: expected texts")
    telegram.updates.allowed = list(allowed)


def _check_webhook(url: str) -> None:
    """Telegram wants https; from here only this machine can be reached, plain http included."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        raise bad_request("bad webhook: invalid webhook URL specified") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    try:
        here = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        here = False
    if not here:
        raise bad_request("bad webhook: the simulator reaches only addresses of this machine")
