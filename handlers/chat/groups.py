"""An event's Telegram group, as its organiser handles it in their own chat."""

import dataclasses
from typing import Any

from telegram import Update

from handlers.chat.buttons import whole
from handlers.chat.context import FormKind, TakerKind, XinnoContext
from handlers.chat.dialogue import ask
from xinno_core.services import event_groups, group_desk, group_polls, group_writing
from xinno_core.services.composing import Sent
from xinno_core.services.group_desk import GroupDesk
from xinno_core.services.group_writing import PollRefused
from xinno_core.services.questions import Form
from xinno_core.texts import groups as texts
from xinno_core.texts.actions import (
    AskOtherGroup,
    AskUnlinkGroup,
    CloseGroupPoll,
    DropLastOfPost,
    OpenGroup,
    OpenGroupPoll,
    PostResults,
    PostToGroup,
    StartGroupPoll,
    UnlinkGroup,
    WriteToGroup,
)


async def on_group(update: Update, context: XinnoContext) -> None:
    """The event's group, or how to choose one."""
    await _show_desk(context, context.pressed(update, OpenGroup).event_id)


async def on_ask_other(update: Update, context: XinnoContext) -> None:
    """Ask whether another group shall take the place of this one."""
    press = context.pressed(update, AskOtherGroup)
    desk = await _find_desk(context, press.event_id)
    if _is_present(desk, press.group_id):
        username = context.desk.bot_username
        context.show(texts.ask_other(context.translator, desk, username))
    else:
        await _show_desk(context, press.event_id)


async def on_ask_unlink(update: Update, context: XinnoContext) -> None:
    """Ask whether the group shall be let go."""
    press = context.pressed(update, AskUnlinkGroup)
    desk = await _find_desk(context, press.event_id)
    if _is_present(desk, press.group_id):
        context.show(texts.ask_unlink(context.translator, desk, press.group_id))
    else:
        await _show_desk(context, press.event_id)


async def on_unlink(update: Update, context: XinnoContext) -> None:
    """Let the group go."""
    press = context.pressed(update, UnlinkGroup)
    is_gone = await event_groups.unlink(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        group_id=press.group_id,
        now=context.now,
    )
    await _show_desk(context, press.event_id, texts.let_go(context.translator) if is_gone else "")


async def on_write(update: Update, context: XinnoContext) -> None:
    """Begin a post, or go on with it."""
    press = context.pressed(update, WriteToGroup)
    await _show_draft(context, press.event_id)


async def on_poll_asked(update: Update, context: XinnoContext) -> None:
    """Ask for a question and its answers."""
    press = context.pressed(update, StartGroupPoll)
    await ask(context, await _find_poll_form(context, [str(press.event_id)]))


async def on_drop_last(update: Update, context: XinnoContext) -> None:
    """Take the last message out of the post."""
    press = context.pressed(update, DropLastOfPost)
    draft = await group_writing.drop_last(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        now=context.now,
    )
    context.show(texts.draft(context.translator, draft))


async def on_post(update: Update, context: XinnoContext) -> None:
    """Post what was seen."""
    press = context.pressed(update, PostToGroup)
    outcome = await group_writing.post(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        draft_key=press.draft_key,
        now=context.now,
    )
    await _show_desk(context, press.event_id, texts.posted(context.translator, outcome))


async def on_poll(update: Update, context: XinnoContext) -> None:
    """How a poll stands."""
    press = context.pressed(update, OpenGroupPoll)
    stand = await group_polls.find_poll(
        context.session, participant=context.participant, post_id=press.post_id
    )
    context.show(texts.poll(context.translator, stand))


async def on_close_poll(update: Update, context: XinnoContext) -> None:
    """End a poll."""
    press = context.pressed(update, CloseGroupPoll)
    stand = await group_polls.close(
        context.session, participant=context.participant, post_id=press.post_id, now=context.now
    )
    context.show(texts.poll(context.translator, stand))


async def on_post_results(update: Update, context: XinnoContext) -> None:
    """Post how a poll stands."""
    press = context.pressed(update, PostResults)
    stand = await group_polls.post_results(
        context.session, participant=context.participant, post_id=press.post_id, now=context.now
    )
    context.show(texts.result_goes(context.translator, stand))


async def _show_desk(context: XinnoContext, event_id: int, said: str = "") -> None:
    desk = await _find_desk(context, event_id)
    context.show(texts.desk(context.translator, desk, context.desk.bot_username, said=said))


async def _find_desk(context: XinnoContext, event_id: int) -> GroupDesk:
    return await group_desk.find_desk(
        context.session,
        participant=context.participant,
        event_id=event_id,
        secret=context.desk.secret,
        now=context.now,
    )


def _is_present(desk: GroupDesk, group_id: int) -> bool:
    """Tell whether a question about a group is still about the one there is."""
    return desk.is_open and desk.group is not None and desk.group.id == group_id


async def _show_draft(context: XinnoContext, event_id: int) -> None:
    draft = await group_writing.begin(
        context.session,
        participant=context.participant,
        event_id=event_id,
        now=context.now,
    )
    context.show(texts.draft(context.translator, draft))


async def _take(context: XinnoContext, arguments: list[str], sent: Sent) -> bool:
    draft = await group_writing.take(
        context.session,
        participant=context.participant,
        event_id=whole(arguments[0]),
        sent=sent,
        now=context.now,
    )
    shown = texts.draft(context.translator, draft)
    context.show(dataclasses.replace(shown, edits_newest=draft.continues))
    return draft.problem is None


async def _resume(context: XinnoContext, arguments: list[str]) -> None:
    await _show_draft(context, whole(arguments[0]))


async def _find_poll_form(context: XinnoContext, arguments: list[str]) -> Form:
    return await group_writing.find_poll_form(
        context.session, participant=context.participant, event_id=whole(arguments[0])
    )


async def _add_poll(context: XinnoContext, arguments: list[str], answers: dict[str, Any]) -> None:
    outcome = await group_writing.add_poll(
        context.session,
        participant=context.participant,
        event_id=whole(arguments[0]),
        answers=answers,
        now=context.now,
    )
    if isinstance(outcome, PollRefused):
        context.show(texts.poll_refused(context.translator, outcome))
    else:
        context.show(texts.draft(context.translator, outcome))


POST = TakerKind("gpost", _take, _resume)
POLL_FORM = FormKind("gpoll", _find_poll_form, _add_poll, begin=_resume)
