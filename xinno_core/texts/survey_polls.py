"""Asking an event's group a question of a survey: which one, how it looks, and that it goes."""

from xinno_core.services.survey_polls import Askable, AskableQuestions, PollPreview
from xinno_core.texts.actions import (
    OpenGroup,
    OpenGroupPoll,
    OpenSurveyPolls,
    PostSurveyPoll,
    PreviewSurveyPoll,
)
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.paging import short
from xinno_core.texts.translator import Translator

MOST_LISTED = 20


def questions(t: Translator, found: AskableQuestions) -> Message:
    """Show what the group can be asked, one button each."""
    back = Button(t.plain.gettext("Telegram group"), OpenGroup(found.card.id))
    heading = t.gettext("<b>Ask the group: {group}</b>", group=found.group)
    if not found.questions:
        return Message(
            heading
            + "\n\n"
            + t.gettext(
                "No open survey of this event has a question with answers to choose from. Only "
                "such questions can be asked of a group."
            ),
            rows(back),
        )
    return Message(
        heading
        + "\n\n"
        + t.gettext(
            "Choose a question. The group answers it in a poll of Telegram: everybody there sees "
            "the numbers, nobody sees who chose what. They stand beside the answers to the survey "
            "and are not added to them, because one person can answer both."
        ),
        rows(*(_button(t, one, found) for one in found.questions[:MOST_LISTED]), back),
    )


def preview(t: Translator, seen: PollPreview, said: str = "") -> Message:
    """Show a question as the group will see it."""
    options = "\n".join("○ " + t.quote(option) for option in seen.part.options)
    kind = (
        t.gettext("Several answers can be chosen.")
        if seen.part.several
        else t.gettext("One answer can be chosen.")
    )
    post_id = seen.asked.post_id
    parts = [
        said,
        t.gettext("<b>Poll: {question}</b>", question=seen.part.question) + "\n" + options,
        "<i>" + kind + "</i>",
        t.gettext("This was asked in the group already.") if post_id and not said else "",
    ]
    asked = seen.asked
    post = PostSurveyPoll(asked.survey_id, asked.version, asked.number)
    return Message(
        "\n\n".join(part for part in parts if part),
        rows(
            Button(t.plain.gettext("Show the poll"), OpenGroupPoll(post_id))
            if post_id
            else Button(t.plain.gettext("Post it now"), post),
            Button(t.plain.gettext("Back"), OpenSurveyPolls(seen.card.id)),
        ),
    )


def promised(t: Translator) -> str:
    """Say that the question is on its way."""
    return t.gettext("<b>It goes to the group now.</b>")


def _button(t: Translator, one: Askable, found: AskableQuestions) -> Button:
    text = t.plain.show(one.field.text, found.card.lead_language)
    label = t.plain.gettext("Asked: {question}", question=text) if one.post_id else text
    return Button(short(label), PreviewSurveyPoll(one.survey_id, one.version, one.number))
