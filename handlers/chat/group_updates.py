"""What happens in groups: an organiser's link, the assistant let in or out, a group that moves.

In a group the assistant listens to nothing else and shows nothing: nobody becomes a participant by
writing there, and what must be said is said to the one person, in their own chat.
"""

from telegram import ChatMemberUpdated, Message, Update
from telegram.constants import ChatMemberStatus, ChatType

from handlers.chat.context import Scene
from xinno_core.languages import from_telegram
from xinno_core.services import event_groups, group_polls, participants
from xinno_core.services.event_groups import Chat
from xinno_core.services.group_posts import Counted
from xinno_core.texts import groups as texts
from xinno_core.texts.message import Message as Screen
from xinno_core.texts.translator import Translator, translator

GROUPS = {ChatType.GROUP, ChatType.SUPERGROUP}
GONE = {ChatMemberStatus.LEFT, ChatMemberStatus.BANNED}


def is_of_a_group(update: Update) -> bool:
    """Tell whether an update comes from a group."""
    chat = update.effective_chat
    return chat is not None and chat.type in GROUPS


async def work(update: Update, scene: Scene) -> Screen | None:
    """Do what an update of a group asks for; return what the person is told, if anything."""
    if update.my_chat_member is not None:
        await _leave(update.my_chat_member, scene)
    elif update.callback_query is not None:
        return Screen("", toast=texts.only_in_private(await _reader(update, scene)))
    elif update.message is not None:
        return await _read(update, update.message, scene)
    return None


async def count(poll: object, update_id: int, scene: Scene) -> None:
    """Keep how a poll stands; what is none is passed over."""
    match poll:
        case {"id": str(poll_id), "options": [*options], "total_voter_count": int(voters), **more}:
            votes = tuple(int(one["voter_count"]) for one in options)
            await group_polls.count(
                scene.session,
                poll_id=poll_id,
                counted=Counted(votes, voters, more.get("is_closed") is True),
                update_id=update_id,
                now=scene.now,
            )


async def _read(update: Update, message: Message, scene: Scene) -> Screen | None:
    payload = link_in(message.text or "", scene.desk.bot_username)
    if payload:
        return await _link(update, message, payload, scene)
    chat_id = message.chat.id
    if message.migrate_to_chat_id:
        await event_groups.move(
            scene.session, chat_id=chat_id, to=message.migrate_to_chat_id, now=scene.now
        )
    if message.migrate_from_chat_id:
        await event_groups.move(
            scene.session, chat_id=message.migrate_from_chat_id, to=chat_id, now=scene.now
        )
    if message.new_chat_title:
        await event_groups.rename(scene.session, Chat(chat_id, message.new_chat_title))
    return None


async def _link(update: Update, message: Message, payload: str, scene: Scene) -> Screen | None:
    sender = update.effective_user
    outcome = await event_groups.link(
        scene.session,
        telegram_id=sender.id if sender else 0,
        chat=Chat(message.chat.id, message.chat.title or ""),
        payload=payload,
        secret=scene.desk.secret,
        at=message.date,
        now=scene.now,
    )
    return texts.linked(await _reader(update, scene), outcome) if outcome is not None else None


async def _leave(change: ChatMemberUpdated, scene: Scene) -> None:
    if change.new_chat_member.status in GONE:
        await event_groups.leave(scene.session, chat_id=change.chat.id, at=change.date)


async def _reader(update: Update, scene: Scene) -> Translator:
    """Return the translator for whoever did something; who is unknown stays so."""
    sender = update.effective_user
    known = (
        await participants.find_by_telegram(scene.session, sender.id)
        if sender is not None
        else None
    )
    if known is not None:
        return translator(known.language, known.tone)
    return translator(from_telegram(sender.language_code if sender else None))


def link_in(text: str, bot_username: str) -> str:
    """Return what a link to this bot carries into a group, empty for every other message."""
    command, _, payload = text.partition(" ")
    start, _, named = command.partition("@")
    is_ours = start == "/start" and named.casefold() in {"", bot_username.casefold()}
    payload = payload.strip()
    return payload if is_ours and payload.startswith(event_groups.GROUP_LINK) else ""
