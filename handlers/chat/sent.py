"""What a person sent, of whatever kind, as plain facts."""

import html

from telegram import Document, Message, PhotoSize, Update, Video

from xinno_core.services.composing import Sent, SentKind
from xinno_core.services.contents import PlacePart, PollPart


def what_was_sent(update: Update) -> Sent:
    """Return the facts of a person's message; what nobody can use is of another kind."""
    message = update.message
    if message is None:
        return Sent(SentKind.OTHER)
    if message.text is not None:
        return Sent(SentKind.TEXT, message.message_id, text=message.text, html=_formatted(message))
    other = Sent(SentKind.OTHER, message.message_id, album=message.media_group_id or "")
    return _place_or_poll(message) or _file(message) or other


def _place_or_poll(message: Message) -> Sent | None:
    if message.poll is not None:
        asked = message.poll
        options = tuple(option.text for option in asked.options)
        return Sent(SentKind.POLL, message.message_id, poll=PollPart(asked.question, options))
    if message.location is None:
        return None
    at, venue = message.location, message.venue  # a venue comes with its location
    title, address = (venue.title, venue.address) if venue else ("", "")
    place = PlacePart(at.latitude, at.longitude, title, address)
    return Sent(SentKind.PLACE, message.message_id, place=place)


def _file(message: Message) -> Sent | None:
    # A moving picture comes as a document, too, and can't be sent again as one.
    if message.animation is not None:
        return None
    file: PhotoSize | Video | Document
    if message.photo:
        kind, file, name = SentKind.PHOTO, message.photo[-1], ""
    elif message.video is not None:
        kind, file, name = SentKind.VIDEO, message.video, message.video.file_name or ""
    elif message.document is not None:
        kind, file, name = SentKind.DOCUMENT, message.document, message.document.file_name or ""
    else:
        return None
    return Sent(
        kind,
        message.message_id,
        html=_formatted(message),
        bot_id=message.get_bot().id,
        file_id=file.file_id,
        unique_id=file.file_unique_id,
        name=name,
        album=message.media_group_id or "",
    )


def _formatted(message: Message) -> str:
    try:
        return (message.text_html if message.text is not None else message.caption_html) or ""
    except UnicodeDecodeError:  # formatting that begins in the middle of a sign
        return html.escape(message.text or message.caption or "", quote=False)
