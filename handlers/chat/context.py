"""What a handler holds: the transaction of its update, the person, their language, the screen."""

import dataclasses
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Update
from telegram.ext import Application, CallbackContext, ExtBot

from handlers.chat.buttons import NotAnActionError, unpack
from xinno_core.models import Participant
from xinno_core.services import participants, shown_notices
from xinno_core.services.composing import Sent
from xinno_core.services.questions import Form
from xinno_core.texts.actions import Action
from xinno_core.texts.message import Message
from xinno_core.texts.translator import Translator, translator

AnyAction = TypeVar("AnyAction", bound=Action)


@dataclass(frozen=True)
class FormKind:
    """One kind of form: how its questions are found, and what its completion does."""

    prefix: str
    find: Callable[["XinnoContext", list[str]], Awaitable[Form | None]]
    complete: Callable[["XinnoContext", list[str], dict[str, Any]], Awaitable[None]]
    arguments: int = 1  # how many objects its topic names
    # What a button of a form that is finished or expired shows; left out, it is begun anew.
    begin: Callable[["XinnoContext", list[str]], Awaitable[None]] | None = None
    # Shows how to go on with what is left by its own button, or by /cancel; without it, a form
    # that is left is dropped.
    pauses: Callable[["XinnoContext", list[str]], Awaitable[None]] | None = None
    # Shows why nothing can be answered any more, where that is so.
    stops: Callable[["XinnoContext", list[str]], Awaitable[bool]] | None = None


@dataclass(frozen=True)
class TakerKind:
    """One kind of dialogue that takes every kind of message, as services/listening keeps it."""

    prefix: str
    takes: Callable[["XinnoContext", list[str], Sent], Awaitable[bool]]  # False: refused
    # What the button "Go on with what you began" shows.
    begin: Callable[["XinnoContext", list[str]], Awaitable[None]]
    arguments: int = 1  # how many objects its topic names


@dataclass(frozen=True)
class Desk:
    """What all handlers of this installation share; plain values, made at start."""

    forms: Mapping[str, FormKind | TakerKind]
    is_demo: bool
    secret: bytes  # signs links
    bot_username: str
    bot_id: int  # whose the ids of files are
    public_url: str  # where browsers and calendars reach the web part


@dataclass(frozen=True)
class Scene:
    """What an update of a group needs: nobody becomes a participant by it."""

    session: AsyncSession
    now: datetime
    desk: Desk


class XinnoContext(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """The context of one update; nothing in it outlives the update."""

    session: AsyncSession
    now: datetime
    desk: Desk
    participant: Participant
    screen: Message | None = None
    message_id: int | None = None  # of what the person wrote; a press writes nothing
    pressed_in: int = 0  # the message whose button was pressed

    @classmethod
    async def begin(
        cls,
        update: Update,
        application: Application[Any, Any, Any, Any, Any, Any],
        *,
        session: AsyncSession,
        now: datetime,
        desk: Desk,
    ) -> "XinnoContext":
        """Prepare the context of an update whose sender is known."""
        context = cls.from_update(update, application)
        context.session, context.now, context.desk = session, now, desk
        context.message_id = update.message.message_id if update.message else None
        context.pressed_in = shown_in(update)
        sender = update.effective_user
        if sender is None:
            msg = "an update without a sender has no context"
            raise ValueError(msg)
        context.participant = await participants.meet(
            session, telegram_id=sender.id, language_code=sender.language_code, now=now
        )
        return context

    @property
    def translator(self) -> Translator:
        """The reader's translator."""
        return translator(self.participant.language, self.participant.tone)

    def show(self, message: Message) -> None:
        """Keep the screen that answers this update; it is sent once the work is committed."""
        self.screen = message

    async def show_begun(self, message: Message) -> None:
        """Show what begins a dialogue: below a notice, so that nothing of the notice is lost."""
        stays = await shown_notices.must_stay(
            self.session, participant=self.participant, message_id=self.pressed_in
        )
        self.show(dataclasses.replace(message, fresh=message.fresh or stays))

    def pressed(self, update: Update, kind: type[AnyAction]) -> AnyAction:
        """Return the pressed button's action; anything else raises NotAnActionError."""
        query = update.callback_query
        action = unpack(query.data or "") if query is not None else None
        if not isinstance(action, kind):
            raise NotAnActionError
        return action


def shown_in(update: Update) -> int:
    """Return the message whose button was pressed, 0 when it is not known."""
    query = update.callback_query
    return query.message.message_id if query is not None and query.message is not None else 0


def typed(update: Update) -> str:
    """Return the text a person wrote."""
    message = update.effective_message
    return (message.text or "") if message is not None else ""
