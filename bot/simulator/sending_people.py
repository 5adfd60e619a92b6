"""What people put into their chats with the bot and into groups."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.simulator.chats import Chat, SentMessage
from bot.simulator.entities import Entity, cleaned, tidied, units, with_found
from bot.simulator.errors import NotPossible
from bot.simulator.files import FileKind, StoredFile
from bot.simulator.groups import Group
from bot.simulator.media import media_of, new_media_group_id
from bot.simulator.messages import Place, StoredMessage, Venue
from bot.simulator.pictures import picture_size, picture_type
from bot.simulator.polls import MOST_OPTIONS, Option, Poll, new_poll_id
from bot.simulator.telegram_side import LocalTelegram
from bot.simulator.telling import tell_message

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
LARGEST_PHOTO = 10 * 1024 * 1024
MOST_IN_AN_ALBUM = 10

Entities = Iterable[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class AlbumItem:
    """One photo, video or document of an album; entities as in the Bot API."""

    kind: FileKind
    name: str
    content: bytes
    caption: str = ""
    caption_entities: Sequence[dict[str, Any]] = ()


class SendingPeople(LocalTelegram):
    """The hands of people: without a chat they write to the bot in private."""

    def send_text(
        self,
        person_id: int,
        text: str,
        *,
        entities: Entities = (),
        reply_to: int | None = None,
        chat_id: int | None = None,
    ) -> SentMessage:
        """A person types a text and sends it."""
        chat = self.open_chat(person_id, chat_id)
        text, found = _formatted(text, entities)
        if not text:
            raise NotPossible("a messenger sends no empty text")
        if units(text) > LONGEST_TEXT:
            raise NotPossible("a messenger splits a text this long")
        message = self._written(chat, person_id, reply_to)
        message.text, message.entities = text, found
        return self._sent(message)

    def send_photo(
        self,
        person_id: int,
        content: bytes,
        *,
        name: str = "photo.jpg",
        caption: str = "",
        caption_entities: Entities = (),
        reply_to: int | None = None,
        chat_id: int | None = None,
    ) -> SentMessage:
        """A person sends a picture, to be seen at once."""
        item = AlbumItem(FileKind.PHOTO, name, content, caption, tuple(caption_entities))
        return self._send_item(person_id, item, reply_to, chat_id)

    def send_video(
        self,
        person_id: int,
        content: bytes,
        *,
        name: str = "video.mp4",
        caption: str = "",
        caption_entities: Entities = (),
        reply_to: int | None = None,
        chat_id: int | None = None,
    ) -> SentMessage:
        """A person sends a film."""
        item = AlbumItem(FileKind.VIDEO, name, content, caption, tuple(caption_entities))
        return self._send_item(person_id, item, reply_to, chat_id)

    def send_document(
        self,
        person_id: int,
        name: str,
        content: bytes,
        *,
        caption: str = "",
        caption_entities: Entities = (),
        reply_to: int | None = None,
        chat_id: int | None = None,
    ) -> SentMessage:
        """A person sends a file as it is."""
        item = AlbumItem(FileKind.DOCUMENT, name, content, caption, tuple(caption_entities))
        return self._send_item(person_id, item, reply_to, chat_id)

    def send_album(
        self,
        person_id: int,
        items: Sequence[AlbumItem],
        *,
        reply_to: int | None = None,
        chat_id: int | None = None,
    ) -> list[SentMessage]:
        """A person sends several at once; the bot gets one update for each."""
        if not 2 <= len(items) <= MOST_IN_AN_ALBUM:
            raise NotPossible("an album has two to ten items")
        if len({item.kind is FileKind.DOCUMENT for item in items}) > 1:
            raise NotPossible("documents have albums of their own")
        chat = self.open_chat(person_id, chat_id)
        made = [self._made(item) for item in items]
        group_id = new_media_group_id()
        messages = []
        for file, caption, entities in made:
            message = self._written(chat, person_id, reply_to)
            message.media, message.caption, message.entities = media_of(file), caption, entities
            message.media_group_id = group_id
            messages.append(message)
        return [self._sent(message) for message in messages]

    def send_location(
        self,
        person_id: int,
        latitude: float,
        longitude: float,
        *,
        reply_to: int | None = None,
        chat_id: int | None = None,
    ) -> SentMessage:
        """A person sends a point on the map."""
        place = _place(latitude, longitude)
        message = self._written(self.open_chat(person_id, chat_id), person_id, reply_to)
        message.location = place
        return self._sent(message)

    def send_venue(
        self,
        person_id: int,
        latitude: float,
        longitude: float,
        title: str,
        address: str,
        *,
        reply_to: int | None = None,
        chat_id: int | None = None,
    ) -> SentMessage:
        """A person sends a place that has a name."""
        place = _place(latitude, longitude)
        if not title.strip():
            raise NotPossible("a place needs its name")
        message = self._written(self.open_chat(person_id, chat_id), person_id, reply_to)
        message.location = place
        message.venue = Venue(place, title.strip(), address.strip())
        return self._sent(message)

    def send_poll(
        self,
        person_id: int,
        question: str,
        options: Sequence[str],
        *,
        anonymous: bool = True,
        multiple: bool = False,
        correct: Sequence[int] = (),
        explanation: str = "",
        reply_to: int | None = None,
        chat_id: int | None = None,
    ) -> SentMessage:
        """A person asks a question; with a correct option it is a quiz."""
        texts = [text for option in options if (text := cleaned(option).strip())]
        question = cleaned(question).strip()
        if not question or not 1 <= len(texts) <= MOST_OPTIONS:
            raise NotPossible("a poll has a question and one to twelve answers")
        if any(not 0 <= option < len(texts) for option in correct):
            raise NotPossible("the right answer must be one of the answers")
        message = self._written(self.open_chat(person_id, chat_id), person_id, reply_to)
        poll = Poll(
            id=new_poll_id(),
            chat_id=message.chat_id,
            message_id=message.message_id,
            from_bot=False,
            question=question,
            options=[Option(text) for text in texts],
            anonymous=anonymous,
            multiple=multiple,
            revoting=not correct,
            quiz=bool(correct),
            correct=sorted(set(correct)),
            explanation=explanation.strip(),
        )
        self.polls[poll.id] = poll
        message.poll_id = poll.id
        return self._sent(message)

    def open_chat(self, person_id: int, chat_id: int | None = None) -> Chat:
        """The chat a person writes into; says no where a messenger would."""
        self.close_due_polls()
        chat = self.chat_of(person_id)
        if chat_id is not None and chat_id != person_id:
            return self._open_group(person_id, chat_id)
        if chat.blocked:
            raise NotPossible("this person has blocked the bot")
        return chat

    def _open_group(self, person_id: int, group_id: int) -> Group:
        group = self.group(group_id)
        if group.migrated_to is not None:
            raise NotPossible(f"this group goes on as {group.migrated_to}")
        if not group.standing(person_id).is_inside:
            raise NotPossible("this person is not in the group")
        return group

    def _send_item(
        self, person_id: int, item: AlbumItem, reply_to: int | None, chat_id: int | None
    ) -> SentMessage:
        chat = self.open_chat(person_id, chat_id)
        file, caption, entities = self._made(item)
        message = self._written(chat, person_id, reply_to)
        message.media, message.caption, message.entities = media_of(file), caption, entities
        return self._sent(message)

    def _made(self, item: AlbumItem) -> tuple[StoredFile, str, list[Entity]]:
        caption, entities = _formatted(item.caption, item.caption_entities)
        if units(caption) > LONGEST_CAPTION:
            raise NotPossible("a messenger takes no caption this long")
        if not item.content:
            raise NotPossible("a messenger sends no empty file")
        if item.kind is FileKind.PHOTO:
            size = picture_size(item.content)
            if size is None or len(item.content) > LARGEST_PHOTO:
                raise NotPossible("a messenger sends this as a document")
            kind = picture_type(item.content)
            width, height = size
            file = self.files.add(
                item.name, item.content, item.kind, mime_type=kind, width=width, height=height
            )
        elif item.kind is FileKind.VIDEO:
            file = self.files.add_video(item.name, item.content)
        else:
            file = self.files.add(item.name, item.content)
        return file, caption, entities

    def _written(self, chat: Chat, person_id: int, reply_to: int | None) -> StoredMessage:
        if reply_to is not None and reply_to not in chat.messages:
            raise NotPossible("there is no such message to reply to")
        chat.started = True
        message = self.store(chat, from_bot=False, sender_id=person_id)
        message.reply_to = reply_to
        return message

    def _sent(self, message: StoredMessage) -> SentMessage:
        return SentMessage(message.message_id, tell_message(self, message))


def _formatted(text: str, entities: Entities) -> tuple[str, list[Entity]]:
    text = cleaned(text)
    given = [Entity.from_telegram(body) for body in entities]
    if any(entity.offset < 0 or entity.end > units(text) for entity in given):
        raise NotPossible("formatting reaches beyond the text")
    text, given = tidied(text, given)
    return text, with_found(text, given)


def _place(latitude: float, longitude: float) -> Place:
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise NotPossible("there is no such place on the map")
    return Place(latitude, longitude)
