"""Choosing whom an announcement is for, with the number of people always in view."""

from telegram import Update

from handlers.chat.buttons import NotAnActionError
from handlers.chat.context import XinnoContext
from xinno_core.services import announcements
from xinno_core.services.announcements import Alter
from xinno_core.services.audiences import LISTS
from xinno_core.services.drafts import Draft, NotADraft
from xinno_core.texts import announcements as draft_texts
from xinno_core.texts import audiences as texts
from xinno_core.texts.actions import (
    ChooseAnswers,
    ChooseAudience,
    ChooseAudienceList,
    NarrowAudience,
    NarrowByAnswer,
    SwitchGroup,
)


async def on_audience(update: Update, context: XinnoContext) -> None:
    """For whom it is."""
    found = await _find(context, context.pressed(update, ChooseAudience).draft_id)
    context.show(draft_texts.found(context.translator, found, texts.audience))


async def on_list(update: Update, context: XinnoContext) -> None:
    """One list, such as the roles."""
    press = context.pressed(update, ChooseAudienceList)
    _show_list(context, await _find(context, press.draft_id), press.name)


async def on_narrowed(update: Update, context: XinnoContext) -> None:
    """One entry of a list was chosen or taken out."""
    press = context.pressed(update, NarrowAudience)
    by = announcements.narrowed(press.name, press.option, chosen=bool(press.chosen))
    _show_list(context, await _alter(context, press.draft_id, by), press.name)


async def on_answers(update: Update, context: XinnoContext) -> None:
    """The questions, or the answers to one of them."""
    press = context.pressed(update, ChooseAnswers)
    _show_answers(context, await _find(context, press.draft_id), press.question_id)


async def on_narrowed_by_answer(update: Update, context: XinnoContext) -> None:
    """One answer was chosen or taken out."""
    press = context.pressed(update, NarrowByAnswer)
    by = announcements.narrowed_by_answer(
        press.question_id, press.option, chosen=bool(press.chosen)
    )
    _show_answers(context, await _alter(context, press.draft_id, by), press.question_id)


async def on_group(update: Update, context: XinnoContext) -> None:
    """To the event's group, too, or not."""
    press = context.pressed(update, SwitchGroup)
    by = announcements.to_group(chosen=bool(press.chosen))
    found = await _alter(context, press.draft_id, by)
    context.show(draft_texts.found(context.translator, found, texts.audience))


def _show_list(context: XinnoContext, found: Draft | NotADraft, name: str) -> None:
    if name not in LISTS:
        raise NotAnActionError
    context.show(
        draft_texts.found(context.translator, found, lambda t, one: texts.one_list(t, one, name))
    )


def _show_answers(context: XinnoContext, found: Draft | NotADraft, question_id: int) -> None:
    asked = found.choosables.question(question_id) if isinstance(found, Draft) else None
    context.show(
        draft_texts.found(
            context.translator,
            found,
            (lambda t, one: texts.answers(t, one, asked)) if asked else texts.questions,
        )
    )


async def _find(context: XinnoContext, draft_id: int) -> Draft | NotADraft:
    return await announcements.find_draft(
        context.session, participant=context.participant, draft_id=draft_id, now=context.now
    )


async def _alter(context: XinnoContext, draft_id: int, by: Alter) -> Draft | NotADraft:
    return await announcements.alter(
        context.session,
        participant=context.participant,
        draft_id=draft_id,
        now=context.now,
        by=by,
    )
