"""What organisers read while they write an announcement: its messages, the preview, the test."""

import dataclasses
import html
from typing import assert_never

from xinno_core.services.announcement_writing import Refused, Wanted, Writing
from xinno_core.services.announcements import LEAVE_OUT
from xinno_core.services.composing import MOST_LINKS, MOST_PARTS, Problem
from xinno_core.services.drafts import Draft, NotADraft
from xinno_core.services.markup import cut
from xinno_core.services.starting import StartProblem
from xinno_core.services.testing import ALL, Tested
from xinno_core.texts import announcements, broadcasts, composing
from xinno_core.texts.actions import (
    Action,
    AskStartOver,
    ChooseStart,
    PreviewDraft,
    SetFallback,
    ShortenText,
    ShowDraft,
    StartLink,
    TestDraft,
    VoteInBroadcast,
    WriteAnnouncement,
)
from xinno_core.texts.announcements import title
from xinno_core.texts.dates import typed_tomorrow
from xinno_core.texts.form_problems import two_meanings
from xinno_core.texts.languages import language_name
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.translator import Html, Translator, translator

ROOM = 3200
"""Characters that a preview may have, so that what stands around it still fits."""


def screen(t: Translator, stands: Writing | NotADraft) -> Message:
    """Show where the organiser stands: what is written so far, or what is awaited."""
    match stands:
        case NotADraft():
            return announcements.not_a_draft(t, stands)
        case Writing(wanted=Wanted.LINK):
            return _link(t, stands)
        case Writing(wanted=Wanted.START):
            return announcements.start(t, stands.draft)
        case Writing():
            return _writing(t, stands)
        case _:
            assert_never(stands)


def taken(t: Translator, stands: Writing | NotADraft) -> Message:
    """Show what became of what was sent: a time leads back to the draft."""
    if isinstance(stands, Writing) and stands.wanted is Wanted.START:
        return announcements.draft(t, stands.draft)
    return screen(t, stands)


def refused(t: Translator, said: Refused, reply_to: int) -> Message:
    """Say under the message that was sent why it is not taken; the draft is as it was."""
    draft, language = said.writing.draft, said.writing.language
    text = (
        composing.refused(t, said.problem)
        if isinstance(said.problem, Problem)
        else _not_a_start(t, said.problem, typed_tomorrow(t, draft.now, draft.card.zone))
    )
    ways: dict[Wanted, Action] = {
        Wanted.PARTS: WriteAnnouncement(draft.id, language),
        Wanted.LINK: StartLink(draft.id, language),
        Wanted.START: ChooseStart(draft.id),
    }
    # To what was asked; of the three, only the messages are what people would call the draft.
    is_draft = said.writing.wanted is Wanted.PARTS
    label = t.plain.gettext("Back to the draft") if is_draft else t.plain.gettext("Back")
    return Message(text, rows(Button(label, ways[said.writing.wanted])), reply_to=reply_to)


def ask_start_over(t: Translator, draft: Draft, language: str) -> Message:
    """Ask before everything in one language is taken out."""
    return Message(
        t.ngettext(
            "<b>Take out everything?</b>\n{language}: {number} message and its buttons.",
            "<b>Take out everything?</b>\n{language}: {number} messages and their buttons.",
            len(draft.content(language).parts),
            language=language_name(language, t),
        ),
        rows(
            Button(t.plain.gettext("Yes, start over"), ShortenText(draft.id, language, 0, 0)),
            Button(t.plain.gettext("Back"), WriteAnnouncement(draft.id, language)),
        ),
    )


def fallback(t: Translator, draft: Draft, language: str) -> Message:
    """Ask what the readers of a language without a text get: nothing is sent until it is said."""
    number = draft.counted.reached.get(language, 0)
    return Message(
        t.ngettext(
            "<b>There is no text in this language: {language}.</b>\n"
            "What should its {number} reader get? A text in another language comes whole, with a "
            "line that says so.",
            "<b>There is no text in this language: {language}.</b>\n"
            "What should its {number} readers get? A text in another language comes whole, with a "
            "line that says so.",
            number,
            language=language_name(language, t),
        ),
        rows(
            *(
                Button(
                    t.plain.gettext(
                        "The text in: {language}", language=language_name(code, t.plain)
                    ),
                    SetFallback(draft.id, language, code),
                )
                for code in draft.written
            ),
            Button(t.plain.gettext("Leave them out"), SetFallback(draft.id, language, LEAVE_OUT)),
            Button(t.plain.gettext("Back to the draft"), ShowDraft(draft.id)),
        ),
    )


def preview(t: Translator, draft: Draft, language: str) -> Message:
    """Show the texts as readers of one language will see them, and what comes with them."""
    said = t.gettext(
        "<b>Preview</b>: readers of {language} will see this:", language=language_name(language, t)
    )
    return Message(
        Html(said + "\n\n" + _as_seen(t, draft, language)),
        (
            *rows(
                *(
                    Button(
                        t.plain.gettext("Preview: {language}", language=language_name(code, t)),
                        PreviewDraft(draft.id, code),
                    )
                    for code in draft.languages
                    if code != language and draft.gets(code)
                ),
                Button(t.plain.gettext("Test to me"), TestDraft(draft.id, language)),
                Button(t.plain.gettext("Back to the draft"), ShowDraft(draft.id)),
            ),
        ),
    )


def test(t: Translator, draft: Draft) -> Message:
    """Ask in which language the test should come."""
    readable = [code for code in draft.languages if draft.gets(code)]
    return Message(
        t.gettext(
            "<b>Test to me</b>\nThe announcement comes to you alone, exactly as its readers will "
            "get it. In which language?"
        ),
        rows(
            *(Button(language_name(code, t.plain), TestDraft(draft.id, code)) for code in readable),
            Button(t.plain.gettext("All languages"), TestDraft(draft.id, ALL))
            if len(readable) > 1
            else None,
            Button(t.plain.gettext("Back to the draft"), ShowDraft(draft.id)),
        ),
    )


def tested(t: Translator, outcome: Tested | NotADraft) -> Message:
    """Say that the test is on its way."""
    if isinstance(outcome, NotADraft):
        return announcements.not_a_draft(t, outcome)
    shown = announcements.draft(t, outcome.draft)
    if not outcome.languages:
        return dataclasses.replace(
            shown, toast=t.plain.gettext("There is no text in this language yet.")
        )
    return dataclasses.replace(
        shown,
        text=Html(
            t.ngettext(
                "<b>The test is on its way to you</b>, in {number} language.",
                "<b>The test is on its way to you</b>, in {number} languages.",
                len(outcome.languages),
            )
            + "\n\n"
            + shown.text
        ),
    )


def _writing(t: Translator, stands: Writing) -> Message:
    draft, content, language = stands.draft, stands.content, stands.language
    number = draft.counted.reached.get(language, 0)
    parts = [
        t.ngettext(
            "<b>{language}: {number} person reads this</b>",
            "<b>{language}: {number} people read this</b>",
            number,
            language=language_name(language, t),
        )
        + "\n"
        + title(t, draft.card)
    ]
    if content.parts:
        lines = [t.gettext("So far, in this order:")]
        lines.extend(
            f"{place}. {composing.part_line(t, part)}"
            for place, part in enumerate(content.parts, start=1)
        )
        parts.append("\n".join(lines))
    if content.buttons:
        lines = [t.gettext("Link buttons:")]
        lines.extend(
            t.gettext("· {label}: {url}", label=one.label, url=composing.shortened(one.url, 60))
            for one in content.buttons
        )
        parts.append("\n".join(lines))
    parts.append(
        t.gettext(
            "Send the next message of the announcement: text, pictures, an album, a video, a "
            "file, a place or a poll. The event's title and the organiser's name are added."
        )
        if len(content.parts) < MOST_PARTS
        else t.gettext("That is as many messages as one announcement can have.")
    )
    return Message(Html("\n\n".join(parts)), _writing_buttons(t, stands))


def _writing_buttons(t: Translator, stands: Writing) -> tuple[tuple[Button, ...], ...]:
    one, content, language = stands.draft.id, stands.content, stands.language
    parts, links = len(content.parts), len(content.buttons)
    return rows(
        Button(t.plain.gettext("Done"), ShowDraft(one)),
        Button(t.plain.gettext("Remove the last"), ShortenText(one, language, parts - 1, links))
        if parts
        else None,
        Button(t.plain.gettext("Add a link button"), StartLink(one, language))
        if parts and links < MOST_LINKS
        else None,
        Button(
            t.plain.gettext("Remove the last link button"),
            ShortenText(one, language, parts, links - 1),
        )
        if links
        else None,
        Button(t.plain.gettext("Preview"), PreviewDraft(one, language)) if parts else None,
        Button(t.plain.gettext("Start over"), AskStartOver(one, language)) if parts else None,
    )


def _link(t: Translator, stands: Writing) -> Message:
    return Message(
        t.gettext(
            "<b>A link button</b>\nPlease write what stands on the button, a dash and the address, "
            "for example: Programme - https://example.org/programme"
        ),
        rows(Button(t.plain.gettext("Back"), WriteAnnouncement(stands.draft.id, stands.language))),
    )


def _not_a_start(t: Translator, problem: StartProblem, example: str) -> str:
    match problem:
        case StartProblem.NOT_A_TIME:
            return t.gettext(
                "<b>Not understood.</b> Please write date and time like this: {example}",
                example=example,
            )
        case StartProblem.TWO_MEANINGS:
            return two_meanings(t, example)
        case StartProblem.PAST:
            return t.gettext("<b>This time is past.</b> Please write a time to come.")
        case StartProblem.TOO_FAR:
            return t.gettext(
                "<b>This is too far ahead.</b> An announcement can wait for 60 days at most."
            )


def _as_seen(t: Translator, draft: Draft, language: str) -> str:
    """Return the texts of the announcement, each cut where all of them would not fit."""
    gets = draft.gets(language)
    if not gets:
        return t.gettext("Nothing: there is no text for them yet.")
    messages = broadcasts.composed(
        translator(language, t.tone),
        draft.card,
        draft.content(gets),
        language=gets,
        files={},
        votes=lambda part, option: VoteInBroadcast(draft.id, gets, part, option),
    )
    room = ROOM // len(messages)
    shown = [cut(message.text, room) for message in messages if message.text]
    labels = [
        html.escape(f"[ {button.label} ]", quote=False)
        for message in messages
        for row in message.buttons
        for button in row
    ]
    files = [
        composing.part_line(t, part)
        for part in draft.content(gets).parts
        if composing.needs_a_look(part)
    ]
    if files:
        shown.append(t.gettext("With it, best seen in a test:") + "\n" + "\n".join(files))
    return Html("\n\n".join((*shown, " ".join(labels))))
