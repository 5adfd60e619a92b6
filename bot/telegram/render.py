"""From a core Message to calls of the Bot API."""

import dataclasses
import re
from typing import Any

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.constants import ParseMode

from handlers.chat.buttons import pack
from xinno_core.texts.message import Button, Media, Message, Venue

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
"""What Telegram takes, in UTF-16 units of the text as people see it."""

_PIECE = re.compile(r"(?P<tag></?[a-z][^>]*>)|&[a-z]+;|.", re.DOTALL)
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def keyboard(message: Message) -> InlineKeyboardMarkup | None:
    """Return the inline keyboard, None without buttons."""
    if not message.buttons:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in message.buttons])


async def send(bot: Bot, chat_id: int, message: Message, *, plain: bool = False) -> list[int]:
    """Send a message and return the ids it got; `plain` drops the markup of the text."""
    text, mode = _text(message, plain=plain)
    common: dict[str, Any] = {
        "reply_parameters": _reply(message),
        "reply_markup": keyboard(message),
    }
    captioned: dict[str, Any] = {**common, "caption": text or None, "parse_mode": mode}
    if message.document is not None:
        file = InputFile(message.document.content, filename=message.document.name)
        return [(await bot.send_document(chat_id, file, **captioned)).message_id]
    if message.picture is not None and message.picture.content:
        return await _send_picture(bot, chat_id, message, message.picture.content, captioned)
    if len(message.media) > 1:
        return await _send_album(bot, chat_id, message, text, mode)
    if message.media:
        return [await _send_media(bot, chat_id, message.media[0], captioned)]
    if message.poll is not None:
        message_id, _ = await send_poll(bot, chat_id, message)
        return [message_id]
    ids = []
    if message.venue is not None:
        # Who has nothing to say beside the place hangs the buttons on the place itself.
        ids.append(await _send_venue(bot, chat_id, message.venue, {} if text else common))
    if text:
        sent = await bot.send_message(
            chat_id,
            text,
            parse_mode=mode,
            link_preview_options=None if message.shows_link else NO_PREVIEW,
            **common,
        )
        ids.append(sent.message_id)
    return ids


async def _send_picture(
    bot: Bot, chat_id: int, message: Message, content: bytes, captioned: dict[str, Any]
) -> list[int]:
    """Send a picture with its words: under it where they fit, else in a message below."""
    if _units(without_markup(message.text)) <= LONGEST_CAPTION:
        return [(await bot.send_photo(chat_id, content, **captioned)).message_id]
    alone = await bot.send_photo(chat_id, content)
    below = dataclasses.replace(message, picture=None)
    plain = captioned["parse_mode"] is None
    return [alone.message_id, *await send(bot, chat_id, below, plain=plain)]


async def send_poll(bot: Bot, chat_id: int, message: Message) -> tuple[int, str]:
    """Send a poll that shows no names; return the ids of the message and of the poll."""
    if message.poll is None:
        msg = "a message without a poll"
        raise ValueError(msg)
    asked = await bot.send_poll(
        chat_id,
        message.poll.question,
        list(message.poll.options),
        is_anonymous=True,
        allows_multiple_answers=message.poll.several,
        reply_parameters=_reply(message),
        reply_markup=keyboard(message),
    )
    return asked.message_id, asked.poll.id if asked.poll is not None else ""


async def edit(
    bot: Bot, chat_id: int, message_id: int, message: Message, *, plain: bool = False
) -> None:
    """Show the message in place of an earlier one."""
    text, mode = _text(message, plain=plain)
    await bot.edit_message_text(
        text,
        chat_id,
        message_id,
        parse_mode=mode,
        reply_markup=keyboard(message),
        link_preview_options=NO_PREVIEW,
    )


async def drop_buttons(bot: Bot, chat_id: int, message_id: int) -> None:
    """Leave a message its words alone."""
    await bot.edit_message_reply_markup(chat_id, message_id, reply_markup=None)


async def edit_caption(
    bot: Bot, chat_id: int, message_id: int, message: Message, *, plain: bool = False
) -> None:
    """Show the message's words under a picture, or under the first of an album."""
    text, mode = _text(message, plain=plain)
    await bot.edit_message_caption(
        chat_id,
        message_id,
        caption=fitting(text, LONGEST_CAPTION),
        parse_mode=mode,
        reply_markup=keyboard(message) if len(message.media) <= 1 else None,
    )


async def edit_media(
    bot: Bot,
    chat_id: int,
    message_id: int,
    message: Message,
    picture: bytes,
    *,
    as_document: bool,
    plain: bool = False,
) -> None:
    """Show another picture in the place of an earlier one, with these words under it."""
    text, mode = _text(message, plain=plain)
    shown: Any = InputMediaDocument if as_document else InputMediaPhoto
    caption = fitting(text, LONGEST_CAPTION) or None
    media = shown(picture, caption=caption, parse_mode=mode, filename="picture.png")
    await bot.edit_message_media(media, chat_id, message_id)


async def _send_media(bot: Bot, chat_id: int, media: Media, more: dict[str, Any]) -> int:
    send_one: Any = {
        "photo": bot.send_photo,
        "video": bot.send_video,
        "document": bot.send_document,
    }[media.kind]
    sent = await send_one(chat_id, media.file_id, **more)
    return int(sent.message_id)


async def _send_album(
    bot: Bot, chat_id: int, message: Message, text: str, mode: ParseMode | None
) -> list[int]:
    """Send several files as one; Telegram allows no buttons there, so there are none."""
    kinds: Any = {
        "photo": InputMediaPhoto,
        "video": InputMediaVideo,
        "document": InputMediaDocument,
    }
    items = [kinds[one.kind](one.file_id) for one in message.media]
    sent = await bot.send_media_group(
        chat_id,
        items,
        caption=text or None,
        parse_mode=mode,
        reply_parameters=_reply(message),
    )
    return [one.message_id for one in sent]


async def _send_venue(bot: Bot, chat_id: int, venue: Venue, more: dict[str, Any]) -> int:
    if not venue.title:
        point = await bot.send_location(chat_id, venue.latitude, venue.longitude, **more)
        return point.message_id
    shown = await bot.send_venue(
        chat_id, venue.latitude, venue.longitude, venue.title, venue.address, **more
    )
    return shown.message_id


def _reply(message: Message) -> ReplyParameters | None:
    if message.reply_to is None:
        return None
    return ReplyParameters(message.reply_to, allow_sending_without_reply=True)


def without_markup(text: str) -> str:
    """Return the text without tags, its entities resolved."""
    bare = re.sub(r"</?[a-z][^>]*>", "", text)
    return bare.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def fitting(text: str, most: int) -> str:
    """Return the text, cut where people would see more units than these: better than no message."""
    if _units(text) <= most:
        return text
    kept: list[str] = []
    closing: list[str] = []
    shown, end = 0, None
    for piece in _PIECE.finditer(text):
        if piece["tag"] is None:
            size = 1 if piece[0].startswith("&") else _units(piece[0])
            if end is None and shown + size > most - 1:
                end = "".join((*kept, "…", *reversed(closing)))
            shown += size
            if shown > most and end is not None:
                return end
        elif piece[0].startswith("</"):
            del closing[-1:]
        else:
            closing.append(f"</{piece[0].strip('<>').split()[0]}>")
        kept.append(piece[0])
    return text


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _text(message: Message, *, plain: bool) -> tuple[str, ParseMode | None]:
    text = fitting(
        message.text, LONGEST_CAPTION if message.document or message.media else LONGEST_TEXT
    )
    return (without_markup(text), None) if plain else (text, ParseMode.HTML)


def _button(button: Button) -> InlineKeyboardButton:
    if button.url is not None:
        return InlineKeyboardButton(button.label, url=button.url)
    if button.action is None:
        msg = f"the button {button.label!r} does nothing"
        raise ValueError(msg)
    return InlineKeyboardButton(button.label, callback_data=pack(button.action))
