"""An organiser's people: lists, one person's page, decisions, the waiting list."""

from typing import Any

from telegram import Update

from handlers.chat.buttons import NotAnActionError, whole
from handlers.chat.context import FormKind, XinnoContext
from handlers.chat.dialogue import ask
from xinno_core.services import approvals, people, queue
from xinno_core.services.people import Person
from xinno_core.services.questions import Form
from xinno_core.texts import people as texts
from xinno_core.texts import person as person_texts
from xinno_core.texts import queue as queue_texts
from xinno_core.texts.actions import (
    Decide,
    DecideWithWord,
    ListConfirmed,
    ListPeople,
    OpenPeople,
    OpenPerson,
    OpenQueue,
)

DECIDE = {"yes": approvals.approve, "no": approvals.decline}


async def on_people(update: Update, context: XinnoContext) -> None:
    """How many there are in each role and state."""
    press = context.pressed(update, OpenPeople)
    page = await people.list_people(
        context.session, participant=context.participant, event_id=press.event_id
    )
    context.show(texts.people(context.translator, page))


async def on_list(update: Update, context: XinnoContext) -> None:
    """People by name, perhaps of one role or state."""
    press = context.pressed(update, ListPeople)
    page = await people.list_people(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        role=press.role or None,
        state=people.state(press.state),
        page=press.page,
    )
    context.show(texts.people_list(context.translator, page))


async def on_confirmed(update: Update, context: XinnoContext) -> None:
    """Who has a place."""
    press = context.pressed(update, ListConfirmed)
    page = await people.list_confirmed(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        page=press.page,
    )
    context.show(texts.confirmed_list(context.translator, page))


async def on_person(update: Update, context: XinnoContext) -> None:
    """One registration."""
    press = context.pressed(update, OpenPerson)
    await _show_person(context, press.registration_id)


async def on_decide(update: Update, context: XinnoContext) -> None:
    """Yes or no to a request."""
    press = context.pressed(update, Decide)
    await _decide(context, press.registration_id, press.revision, press.answer, None)


async def on_decide_with_word(update: Update, context: XinnoContext) -> None:
    """Ask for the word that goes with a yes or a no."""
    press = context.pressed(update, DecideWithWord)
    arguments = [str(press.registration_id), str(press.revision), press.answer]
    form = await _find_word(context, arguments)
    shown = await _find_person(context, press.registration_id)
    if shown.may(press.answer, press.revision):
        await ask(context, form)
    else:
        context.show(person_texts.person(context.translator, shown))


async def on_queue(update: Update, context: XinnoContext) -> None:
    """Who is next."""
    press = context.pressed(update, OpenQueue)
    page = await queue.list_waiting(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        page=press.page,
    )
    context.show(queue_texts.waiting_list(context.translator, page))


async def _decide(
    context: XinnoContext, registration_id: int, revision: int, answer: str, word: str | None
) -> None:
    if answer not in DECIDE:
        raise NotAnActionError
    outcome = await DECIDE[answer](
        context.session,
        participant=context.participant,
        registration_id=registration_id,
        revision=revision,
        word=word,
        now=context.now,
    )
    shown = await _find_person(context, registration_id)
    context.show(person_texts.decided(context.translator, outcome, shown))


async def _find_person(context: XinnoContext, registration_id: int) -> Person:
    return await people.find_person(
        context.session,
        participant=context.participant,
        registration_id=registration_id,
        now=context.now,
    )


async def _show_person(context: XinnoContext, registration_id: int) -> None:
    shown = await _find_person(context, registration_id)
    context.show(person_texts.person(context.translator, shown))


async def _find_word(context: XinnoContext, arguments: list[str]) -> Form:
    registration_id, revision, answer = arguments
    return await approvals.find_form(
        context.session,
        participant=context.participant,
        registration_id=whole(registration_id),
        revision=whole(revision),
        answer=answer,
    )


async def _complete_word(
    context: XinnoContext, arguments: list[str], answers: dict[str, Any]
) -> None:
    registration_id, revision, answer = arguments
    word = answers[f"word_{answer}"]
    await _decide(context, whole(registration_id), whole(revision), answer, word)


async def _begin_word(context: XinnoContext, arguments: list[str]) -> None:
    await _show_person(context, whole(arguments[0]))


FORM = FormKind("word", _find_word, _complete_word, arguments=3, begin=_begin_word)
