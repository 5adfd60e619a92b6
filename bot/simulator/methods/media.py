"""Methods that send photos, videos, documents and albums of them."""

from typing import TYPE_CHECKING, Any

from bot.simulator.errors import Refused, bad_request
from bot.simulator.files import FileKind, StoredFile
from bot.simulator.media import Document, Media, media_of, new_media_group_id
from bot.simulator.messages import StoredMessage
from bot.simulator.methods.content import caption
from bot.simulator.methods.registry import method
from bot.simulator.methods.sending import COMMON, SENDING, new_message, sent
from bot.simulator.parameters import Parameters
from bot.simulator.pictures import picture_size, picture_type

if TYPE_CHECKING:
    from bot.simulator.telegram_side import LocalTelegram

LARGEST_UPLOAD = 50 * 1024 * 1024
LARGEST_PHOTO = 10 * 1024 * 1024
WIDEST_PHOTO = 10_000  # width and height together
LONGEST_PHOTO = 20  # times as long as it is broad
MOST_IN_AN_ALBUM = 10
KINDS = {"photo": FileKind.PHOTO, "video": FileKind.VIDEO, "document": FileKind.DOCUMENT}
_CAPTIONED = ("caption", "parse_mode", "caption_entities")
_SHOWN = (*_CAPTIONED, "show_caption_above_media", "has_spoiler")
_FILM = ("width", "height", "duration", "supports_streaming")
# What the items of an album, and new media in place of the old, may carry.
_ITEM = {
    "photo": {"type", "media", *_SHOWN},
    "video": {"type", "media", *_SHOWN, *_FILM},
    "document": {"type", "media", *_CAPTIONED, "disable_content_type_detection"},
}


@method("sendPhoto", *COMMON, "photo", *_SHOWN)
def send_photo(telegram: "LocalTelegram", parameters: Parameters) -> dict[str, Any]:
    """A picture, uploaded now or known from before."""
    return _send_one(telegram, parameters, "photo")


@method("sendVideo", *COMMON, "video", *_SHOWN, *_FILM)
def send_video(telegram: "LocalTelegram", parameters: Parameters) -> dict[str, Any]:
    """A film, uploaded now or known from before."""
    return _send_one(telegram, parameters, "video")


@method("sendDocument", *COMMON, "document", *_CAPTIONED, "disable_content_type_detection")
def send_document(telegram: "LocalTelegram", parameters: Parameters) -> dict[str, Any]:
    """A file, uploaded now or known from before."""
    return _send_one(telegram, parameters, "document")


@method("sendMediaGroup", *SENDING, "media")
def send_media_group(telegram: "LocalTelegram", parameters: Parameters) -> list[dict[str, Any]]:
    """Several at once, shown together; Telegram takes no buttons here."""
    chat = telegram.reachable_chat(parameters.chat_id())
    if "media" not in parameters:
        raise bad_request('parameter "media" is required')
    bodies = parameters.json("media")
    if not isinstance(bodies, list):
        raise bad_request("expected an Array of InputMedia")
    if len(bodies) > MOST_IN_AN_ALBUM:
        raise bad_request("too many messages to send as an album")
    if not bodies:
        raise bad_request("there are no messages to send")
    if len(bodies) == 1:
        raise bad_request("an album of one is not in the simulator")
    items = [Item(telegram, parameters, body) for body in bodies]
    if len({item.media.file.kind is FileKind.DOCUMENT for item in items}) > 1:
        raise bad_request("document can't be mixed with other media types")
    if len({item.caption_above for item in items}) > 1:
        raise bad_request("parameter show_caption_above_media must be the same for all messages")
    album = new_media_group_id()
    messages = []
    for item in items:
        message = new_message(telegram, parameters, chat)
        item.put_into(message)
        message.media_group_id = album
        messages.append(message)
    return [sent(telegram, message) for message in messages]


class Item:
    """A medium with its caption, as it stands in InputMedia; made only when all of it is right."""

    def __init__(self, telegram: "LocalTelegram", parameters: Parameters, body: object) -> None:
        if not isinstance(body, dict):
            raise bad_request("can't parse InputMedia: expected an Object")
        kind = str(body.get("type"))
        if kind not in KINDS:
            raise bad_request(f'can\'t parse InputMedia: type "{kind}" is unsupported')
        given = {name for name, value in body.items() if value is not None}
        if unknown := sorted(given - _ITEM[kind]):
            raise bad_request(f"InputMedia with {unknown[0]} is not in the simulator")
        if "media" not in given:
            raise bad_request("can't parse InputMedia: media not found")
        part = parameters.part(body)
        self.caption, self.entities = caption(telegram, part)
        self.caption_above = part.boolean("show_caption_above_media")
        self.spoiler = part.boolean("has_spoiler")
        self.media = medium(telegram, part, "media", KINDS[kind])

    def put_into(self, message: StoredMessage) -> None:
        """Make it the content of a message."""
        message.media, message.spoiler = self.media, self.spoiler
        message.caption, message.entities = self.caption, self.entities
        message.caption_above = self.caption_above


def medium(telegram: "LocalTelegram", parameters: Parameters, name: str, kind: FileKind) -> Media:
    """A file that came along, or one known from before, as what it can be sent."""
    upload = parameters.upload(name)
    if isinstance(upload, str):
        if upload.startswith(("http://", "https://")):
            raise bad_request("sending a file by its address is not in the simulator")
        return telegram.media(upload, kind)
    file_name, content = upload
    if not content:
        raise bad_request("file must be non-empty")
    if len(content) > LARGEST_UPLOAD:
        raise Refused(413, "Request Entity Too Large")
    match kind:
        case FileKind.PHOTO:
            return media_of(_new_photo(telegram, file_name, content))
        case FileKind.VIDEO:
            facts = {fact: parameters.integer(fact, 0) for fact in _FILM[:3]}
            return media_of(telegram.files.add_video(file_name, content, **facts))
        case FileKind.DOCUMENT:
            return Document(telegram.files.add(file_name, content))


def _new_photo(telegram: "LocalTelegram", name: str, content: bytes) -> StoredFile:
    if len(content) > LARGEST_PHOTO:
        raise bad_request(
            f"file of size {len(content)} bytes is too big for a photo; "
            f"the maximum size is {LARGEST_PHOTO} bytes"
        )
    size = picture_size(content)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if sum(size) > WIDEST_PHOTO or max(size) > LONGEST_PHOTO * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    kind = picture_type(content)
    return telegram.files.add(
        name, content, FileKind.PHOTO, mime_type=kind, width=size[0], height=size[1]
    )


def _send_one(telegram: "LocalTelegram", parameters: Parameters, kind: str) -> dict[str, Any]:
    chat = telegram.reachable_chat(parameters.chat_id())
    if kind not in parameters:
        raise bad_request(f"there is no {kind} in the request")
    text, entities = caption(telegram, parameters)
    media = medium(telegram, parameters, kind, KINDS[kind])
    message = new_message(telegram, parameters, chat)
    message.media, message.caption, message.entities = media, text, entities
    message.caption_above = parameters.boolean("show_caption_above_media")
    message.spoiler = parameters.boolean("has_spoiler")
    return sent(telegram, message)
