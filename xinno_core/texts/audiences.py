"""What organisers read when they choose whom an announcement is for."""

from collections.abc import Sequence

from xinno_core.models import RegistrationState
from xinno_core.services.audiences import Asked, Choosable, Counted
from xinno_core.services.drafts import Draft
from xinno_core.texts.actions import (
    ChooseAnswers,
    ChooseAudience,
    ChooseAudienceList,
    NarrowAudience,
    NarrowByAnswer,
    ShowDraft,
    SwitchGroup,
)
from xinno_core.texts.composing import shortened
from xinno_core.texts.forms import house_option
from xinno_core.texts.languages import language_name
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.paging import short
from xinno_core.texts.reasons import reason_word
from xinno_core.texts.translator import Html, Translator

LONGEST_LIST = 300


def audience(t: Translator, draft: Draft) -> Message:
    """Show whom the announcement is for, with the way to each list."""
    return Message(
        "\n\n".join((t.gettext("<b>Who gets it</b>"), summary(t, draft), reach(t, draft))),
        rows(
            Button(t.plain.gettext("Registration"), ChooseAudienceList(draft.id, "states")),
            Button(t.plain.gettext("Roles"), ChooseAudienceList(draft.id, "roles"))
            if len(draft.choosables.lists["roles"]) > 1
            else None,
            Button(t.plain.gettext("Languages"), ChooseAudienceList(draft.id, "languages")),
            Button(
                t.plain.gettext("Kinds of organisation"), ChooseAudienceList(draft.id, "targets")
            ),
            Button(t.plain.gettext("Answers when registering"), ChooseAnswers(draft.id, 0))
            if draft.choosables.questions
            else None,
            _group_button(t, draft),
            Button(t.plain.gettext("Back to the draft"), ShowDraft(draft.id)),
        ),
    )


def one_list(t: Translator, draft: Draft, name: str) -> Message:
    """Show one list of the audience; several chosen mean any of them."""
    chosen = draft.audience.get(name, ())
    entries = draft.choosables.lists[name]
    return Message(
        "\n\n".join((_list_question(t, name), summary(t, draft), reach(t, draft))),
        rows(
            *(
                Button(
                    _marked(t, label(t.plain, draft, name, one), chosen=one.key in chosen),
                    NarrowAudience(draft.id, name, place, int(one.key not in chosen)),
                )
                for place, one in enumerate(entries)
            ),
            Button(t.plain.gettext("Back"), ChooseAudience(draft.id)),
        ),
    )


def questions(t: Translator, draft: Draft) -> Message:
    """Show the questions whose answers can pick people out."""
    lead = draft.card.lead_language
    said = t.gettext(
        "<b>Answers when registering</b>\nChoose a question. Then only those get the announcement "
        "who gave one of the answers you choose. What people say in surveys can't be used here."
    )
    return Message(
        "\n\n".join((said, summary(t, draft), reach(t, draft))),
        rows(
            *(
                Button(short(t.plain.show(one.text, lead)), ChooseAnswers(draft.id, one.id))
                for one in draft.choosables.questions
            ),
            Button(t.plain.gettext("Back"), ChooseAudience(draft.id)),
        ),
    )


def answers(t: Translator, draft: Draft, asked: Asked) -> Message:
    """Show the answers to one question; several chosen mean any of them."""
    lead = draft.card.lead_language
    chosen = draft.audience.get("answers", {}).get(asked.key, ())
    question = "<b>" + t.show(asked.text, lead) + "</b>"
    return Message(
        "\n\n".join((question, summary(t, draft), reach(t, draft))),
        rows(
            *(
                Button(
                    _marked(t, label(t.plain, draft, "answers", one), chosen=one.key in chosen),
                    NarrowByAnswer(draft.id, asked.id, place, int(one.key not in chosen)),
                )
                for place, one in enumerate(asked.options)
            ),
            Button(t.plain.gettext("Back"), ChooseAnswers(draft.id, 0)),
        ),
    )


def summary(t: Translator, draft: Draft) -> str:
    """Return whom the announcement is for, in words."""
    if not draft.audience.get("states"):
        return t.gettext("Registration: nobody is chosen, so nobody gets it.")
    lines = [t.gettext("Registration: {list}", list=_chosen(t, draft, "states"))]
    if "roles" in draft.audience:
        lines.append(t.gettext("Roles: {list}", list=_chosen(t, draft, "roles")))
    if "languages" in draft.audience:
        lines.append(t.gettext("Languages: {list}", list=_chosen(t, draft, "languages")))
    if "targets" in draft.audience:
        lines.append(t.gettext("Kinds of organisation: {list}", list=_chosen(t, draft, "targets")))
    lines.extend(_answer_lines(t, draft))
    if draft.to_group and draft.group is not None:
        lines.append(t.gettext("And the event's group: {title}", title=draft.group))
    return Html("\n".join(lines))


def reach(t: Translator, draft: Draft) -> str:
    """Return how many people that is, and how many of them do not get it and why."""
    counted = draft.counted
    lines = [
        t.ngettext("<b>{number} person</b>", "<b>{number} people</b>", counted.total)
        if counted.total
        else t.gettext("<b>Nobody</b>")
    ]
    lines.extend(
        t.gettext("{language}: {number}", language=language_name(code, t), number=number)
        for code, number in counted.reached.items()
    )
    return Html("\n".join((*lines, *missed(t, counted))))


def missed(t: Translator, counted: Counted) -> Sequence[str]:
    """Return how many of the chosen do not get it, and why."""
    if not counted.missed:
        return ()
    return (
        t.gettext("Not reached:"),
        *(
            # Translators: one line under a total: a reason, and how many messages it concerns.
            t.gettext("· {reason}: {number}", reason=reason_word(t, reason), number=number)
            for reason, number in counted.missed.items()
        ),
    )


def state_word(t: Translator, state: str) -> str:
    """Return where a registration stands, as a word for a list."""
    match RegistrationState(state):
        case RegistrationState.CONFIRMED:
            return t.gettext("Confirmed")
        case RegistrationState.WAITLISTED:
            return t.gettext("Waiting list")
        case RegistrationState.OFFERED:
            return t.gettext("A seat is offered")
        case RegistrationState.REQUESTED:
            return t.gettext("Asks for a place")
        case RegistrationState.CANCELLED:
            return t.gettext("Gave the place back")
        case RegistrationState.DECLINED:
            return t.gettext("Declined")


def label(t: Translator, draft: Draft, name: str, one: Choosable) -> str:
    """Return the words for one entry of a list."""
    match name:
        case "states":
            return state_word(t, one.key)
        case "languages":
            return language_name(one.key, t)
        case _ if one.label:
            return t.show(one.label, draft.card.lead_language)
        case _:
            return house_option(one.key, t)


def _chosen(t: Translator, draft: Draft, name: str) -> str:
    chosen = draft.audience[name]
    known = {one.key: label(t.plain, draft, name, one) for one in draft.choosables.lists[name]}
    return shortened(", ".join(known.get(key, key) for key in chosen), LONGEST_LIST)


def _answer_lines(t: Translator, draft: Draft) -> Sequence[str]:
    asked = {one.key: one for one in draft.choosables.questions}
    lines = []
    for key, chosen in draft.audience.get("answers", {}).items():
        question = asked.get(key)
        options = {one.key: one for one in question.options} if question else {}
        words = [
            label(t.plain, draft, "answers", options[one]) if one in options else one
            for one in chosen
        ]
        text = t.plain.show(question.text, draft.card.lead_language) if question else key
        # Translators: a question that was asked on registration, and the answers that count.
        lines.append(
            t.gettext(
                "{question} {answers}",
                question=shortened(text, LONGEST_LIST),
                answers=shortened(", ".join(words), LONGEST_LIST),
            )
        )
    return lines


def _list_question(t: Translator, name: str) -> str:
    match name:
        case "states":
            return t.gettext("<b>Registration</b>\nWho gets it, by where the registration stands?")
        case "roles":
            return t.gettext("<b>Roles</b>\nWithout a choice, people in any role get it.")
        case "languages":
            return t.gettext("<b>Languages</b>\nWithout a choice, readers of any language get it.")
        case _:
            return t.gettext(
                "<b>Kinds of organisation</b>\nWithout a choice, people from any of them get it."
            )


def _group_button(t: Translator, draft: Draft) -> Button | None:
    if draft.group is None:
        return None
    said = (
        t.plain.gettext("Not to the event's group")
        if draft.to_group
        else t.plain.gettext("To the event's group, too")
    )
    return Button(said, SwitchGroup(draft.id, int(not draft.to_group)))


def _marked(t: Translator, words: str, *, chosen: bool) -> str:
    # Translators: marks an option of a list that is chosen; {label} is the option.
    return short(t.plain.gettext("{label} (chosen)", label=words) if chosen else words)
