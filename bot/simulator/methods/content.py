"""Reading what a message is made of: formatted text, keyboard, and how it is sent."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bot.simulator.entities import Entity, cleaned, tidied, units, with_found
from bot.simulator.errors import bad_request
from bot.simulator.html_text import parse_html
from bot.simulator.links import LinkRefused, checked_link
from bot.simulator.messages import Button
from bot.simulator.parameters import Parameters

if TYPE_CHECKING:
    from bot.simulator.telegram_side import LocalTelegram

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
MOST_BUTTONS = 100
MOST_IN_A_ROW = 8
LONGEST_DATA = 64
LONGEST_COPIED = 256
STYLES = {"danger", "success", "primary"}
_OTHER_KEYBOARDS = {"keyboard", "remove_keyboard", "force_reply"}
_PREVIEW = {
    "is_disabled": bool,
    "url": str,
    "prefer_small_media": bool,
    "prefer_large_media": bool,
    "show_above_text": bool,
}


def message_text(telegram: "LocalTelegram", parameters: Parameters) -> tuple[str, list[Entity]]:
    """The text of a message with its entities; never empty."""
    if not parameters.text("text"):
        raise bad_request("message text is empty")
    text, entities = formatted(telegram, parameters, "text")
    if not text:
        raise bad_request("text must be non-empty")
    if units(text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return text, entities


def caption(telegram: "LocalTelegram", parameters: Parameters) -> tuple[str, list[Entity]]:
    """The caption of a file with its entities; may be empty."""
    text, entities = formatted(telegram, parameters, "caption", "caption_")
    if units(text) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    return text, entities


def formatted(
    telegram: "LocalTelegram",
    parameters: Parameters,
    name: str,
    entities_prefix: str = "",
    mode_prefix: str = "",
) -> tuple[str, list[Entity]]:
    """Any text with its entities, by markup or given one by one; how long may it be, others say."""
    source = cleaned(parameters.text(name))
    wanted = parameters.text(mode_prefix + "parse_mode")
    mode = wanted.lower()
    if mode == "html":
        text, entities = parse_html(source)
    elif mode in {"markdown", "markdownv2"}:
        raise bad_request(f"parse mode {wanted} is not in the simulator")
    elif mode:
        raise bad_request("unsupported parse_mode")
    else:
        given = parameters.array(entities_prefix + "entities")
        text, entities = source, _given(given, units(source))
    text, entities = tidied(text, [e for e in map(_known(telegram), entities) if e is not None])
    return text, with_found(text, entities)


def _given(bodies: list[Any] | None, length: int) -> list[Entity]:
    entities = []
    for body in bodies or []:
        try:
            entity = Entity.from_telegram(body)
        except (KeyError, TypeError, ValueError):
            raise bad_request("can't parse MessageEntity: wrong fields") from None
        if entity.offset < 0 or entity.length <= 0 or entity.end > length:
            raise bad_request("entity beginning or end is outside of the text")
        entities.append(entity)
    return entities


def _known(telegram: "LocalTelegram") -> Callable[[Entity], Entity | None]:
    """Mentions by id stand only for people Telegram knows; the others stay plain words."""

    def resolve(entity: Entity) -> Entity | None:
        if entity.kind != "text_mention":
            return entity
        person = telegram.people.get(int((entity.user or {}).get("id", 0)))
        if person is None:
            return None
        return Entity("text_mention", entity.offset, entity.length, user=person.as_user())

    return resolve


def inline_keyboard(parameters: Parameters) -> list[list[Button]]:
    """The rows of buttons under a message; empty when none are asked for."""
    markup = parameters.object("reply_markup")
    if not markup:
        return []
    for kind in _OTHER_KEYBOARDS & set(markup):
        raise bad_request(f"reply_markup with {kind} is not in the simulator")
    rows = markup.get("inline_keyboard")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(
            'can\'t parse inline keyboard: Field "inline_keyboard" must be of type Array'
        )
    buttons = [[_button(body) for body in row] for row in rows if row]
    if any(len(row) > MOST_IN_A_ROW for row in buttons):
        raise bad_request("BUTTON_ROW_TOO_LONG: a row holds at most 8 buttons")
    if sum(map(len, buttons)) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    return buttons


def _button(body: object) -> Button:
    if not isinstance(body, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    text = body.get("text")
    if not isinstance(text, str) or not text.strip():
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed")
    kinds = {name for name, value in body.items() if value is not None} - {"text", "style"}
    if unknown := sorted(kinds - {"callback_data", "url", "copy_text"}):
        raise bad_request(f"inline keyboard button with {unknown[0]} is not in the simulator")
    if not kinds:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(kinds) > 1:
        raise bad_request(
            "can't parse inline keyboard button: exactly one of the optional fields must be used"
        )
    style = body.get("style")
    if style is not None and style not in STYLES:
        raise bad_request("can't parse inline keyboard button: unknown style")
    label = cleaned(text).strip()
    if "callback_data" in kinds:
        return Button(label, data=_data(body["callback_data"]), style=style)
    if "url" in kinds:
        return Button(label, url=_url(str(body["url"])), style=style)
    copied = body["copy_text"].get("text") if isinstance(body["copy_text"], dict) else None
    if not isinstance(copied, str) or not 1 <= units(copied) <= LONGEST_COPIED:
        raise bad_request("can't parse inline keyboard button: COPY_TEXT_INVALID")
    return Button(label, copies=copied, style=style)


def _data(data: object) -> str:
    if not isinstance(data, str) or not 1 <= len(data.encode()) <= LONGEST_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    return data


def _url(address: str) -> str:
    try:
        return checked_link(address)
    except LinkRefused as wrong:
        raise bad_request(f"inline keyboard button URL '{address}' is invalid: {wrong}") from wrong


def link_preview(parameters: Parameters) -> dict[str, Any] | None:
    """The checked options of the link preview."""
    options = parameters.object("link_preview_options")
    if options is None and parameters.boolean("disable_web_page_preview"):
        return {"is_disabled": True}
    if not options:
        return None
    for name, value in options.items():
        if name not in _PREVIEW or not isinstance(value, _PREVIEW[name]):
            raise bad_request(f"can't parse link preview options: wrong field {name}")
    return {name: value for name, value in options.items() if value}
