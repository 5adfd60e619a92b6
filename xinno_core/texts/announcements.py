"""What organisers read when they write to an event's people: the events, the draft, the yes."""

from collections.abc import Callable
from typing import assert_never

from xinno_core.models import NoticeClass
from xinno_core.services.announceable import Choice, ChoicePage
from xinno_core.services.announcements import CLASSES
from xinno_core.services.drafts import Draft, Hindrance, NotADraft, Outdated
from xinno_core.services.events import EventCard
from xinno_core.services.starting import Offered
from xinno_core.texts import audiences
from xinno_core.texts.actions import (
    AskCritical,
    AskDropDraft,
    CheckDraft,
    ChooseAudience,
    ChooseFallback,
    ChooseStart,
    ChooseTest,
    ChooseUrgency,
    ConfirmDraft,
    DropDraft,
    ListAnnounceable,
    ListAnnouncements,
    ManageEvent,
    OpenDesk,
    PreviewDraft,
    SetStart,
    SetUrgency,
    ShowAnnouncement,
    ShowDraft,
    StartAnnouncement,
    WriteAnnouncement,
)
from xinno_core.texts.dates import date_and_time, short_day, typed_tomorrow, zone_name
from xinno_core.texts.events import facts
from xinno_core.texts.languages import language_name
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.paging import short, turns
from xinno_core.texts.translator import Html, Translator


def choices(t: Translator, shown: ChoicePage) -> Message:
    """Show the events whose people can be written to."""
    desk = rows(Button(t.plain.gettext("Your events"), OpenDesk()))
    if not shown.choices:
        return Message(
            t.gettext("<b>Announcement</b>\nNobody is registered at an event of yours yet."), desk
        )
    return Message(
        t.gettext("<b>Announcement</b>\nFor the people of which event?"),
        (
            *rows(
                *(
                    Button(_choice(t, choice), StartAnnouncement(choice.card.id))
                    for choice in shown.choices
                )
            ),
            *turns(t, shown.page, shown.pages, ListAnnounceable),
            *desk,
        ),
    )


def found(
    t: Translator, stands: Draft | NotADraft, page: Callable[[Translator, Draft], Message]
) -> Message:
    """Show a page of the draft, or what became of it."""
    match stands:
        case Draft():
            return page(t, stands)
        case NotADraft():
            return not_a_draft(t, stands)
        case _:
            assert_never(stands)


def draft(t: Translator, shown: Draft) -> Message:
    """Show the draft as it stands: for whom, what, how urgent, when, and what is missing."""
    parts = [
        t.gettext("<b>Announcement: draft</b>") + "\n" + title(t, shown.card),
        audiences.summary(t, shown),
        languages(t, shown),
        _ways(t, shown),
        missing(t, shown),
    ]
    return Message(Html("\n\n".join(part for part in parts if part)), _buttons(t, shown))


def languages(t: Translator, shown: Draft) -> str:
    """Return what the readers of each language get, and who gets nothing and why."""
    lines = [
        t.ngettext("<b>{number} person gets it:</b>", "<b>{number} people get it:</b>", shown.total)
        if shown.total
        else t.gettext("<b>Nobody gets it as it stands:</b>")
    ]
    lines.extend(_language(t, shown, code) for code in shown.languages)
    lines.extend(audiences.missed(t, shown.counted))
    return Html("\n".join(lines))


def missing(t: Translator, shown: Draft) -> str:
    """Return what must be done before the announcement can be sent; empty when all is done."""
    return Html("\n".join(_hindrance(t, one) for one in shown.hindrances))


def urgency(t: Translator, shown: Draft) -> Message:
    """Ask how urgent it is, and say what that means for people."""
    lines = [t.gettext("<b>How urgent is it?</b>")]
    lines.extend(
        "<b>" + class_name(t, one) + "</b>\n" + _what_class_means(t, one) for one in CLASSES
    )
    return Message(
        "\n\n".join(lines),
        rows(
            *(
                Button(
                    class_name(t.plain, one),
                    AskCritical(shown.id)
                    if one is NoticeClass.CRITICAL
                    else SetUrgency(shown.id, one.value),
                )
                for one in CLASSES
            ),
            Button(t.plain.gettext("Back to the draft"), ShowDraft(shown.id)),
        ),
    )


def ask_critical(t: Translator, shown: Draft) -> Message:
    """Ask once more before people are woken."""
    return Message(
        t.gettext(
            "<b>Important now?</b>\nIt reaches people at once, also at night and at the weekend, "
            "and those who have switched news off. Please choose it only for what can't wait, "
            "such as another place or a cancelled evening."
        ),
        rows(
            Button(
                t.plain.gettext("Yes, it can't wait"),
                SetUrgency(shown.id, NoticeClass.CRITICAL.value),
            ),
            Button(t.plain.gettext("Back"), ChooseUrgency(shown.id)),
        ),
    )


def start(t: Translator, shown: Draft) -> Message:
    """Ask when it should go."""
    return Message(
        t.gettext(
            "<b>When should it go?</b>\nChosen: {when}\n\nPress a button, or write date and time, "
            "for example {example}. It is the time of the event's place: {zone}.",
            example=typed_tomorrow(t, shown.now, shown.card.zone),
            when=when(t, shown),
            zone=zone_name(t, shown.now, shown.card.zone),
        ),
        rows(
            Button(t.plain.gettext("Now"), SetStart(shown.id, Offered.NOW.value)),
            Button(t.plain.gettext("In one hour"), SetStart(shown.id, Offered.HOUR.value)),
            Button(t.plain.gettext("Tomorrow at 9:00"), SetStart(shown.id, Offered.TOMORROW.value)),
            Button(t.plain.gettext("Back to the draft"), ShowDraft(shown.id)),
        ),
    )


def check(t: Translator, shown: Draft) -> Message:
    """Show everything once more before the yes; without the yes where something is missing."""
    if shown.hindrances:
        return draft(t, shown)
    said = (
        t.plain.ngettext("Send to {number} person", "Send to {number} people", shown.total)
        if shown.starts_at is None
        else t.plain.ngettext(
            "Schedule for {number} person", "Schedule for {number} people", shown.total
        )
    )
    return Message(
        "\n\n".join(
            (
                t.gettext("<b>Send it like this?</b>") + "\n" + title(t, shown.card),
                audiences.summary(t, shown),
                languages(t, shown),
                _ways(t, shown),
            )
        ),
        rows(
            Button(said, ConfirmDraft(shown.id, shown.draft_key)),
            Button(t.plain.gettext("Preview"), PreviewDraft(shown.id, shown.written[0])),
            Button(t.plain.gettext("Back to the draft"), ShowDraft(shown.id)),
        ),
    )


def outdated(t: Translator, said: Outdated) -> Message:
    """Say that the yes was to something older, and show what it is now."""
    now = check(t, said.draft)
    return Message(
        t.gettext(
            "<b>Not sent.</b> The announcement was changed since; please look at it once more."
        )
        + "\n\n"
        + now.text,
        now.buttons,
    )


def not_a_draft(t: Translator, said: NotADraft) -> Message:
    """Say what became of a draft whose old button was pressed."""
    back = Button(t.plain.gettext("Back to the event"), ManageEvent(said.card.id))
    if said.was_dropped:
        return Message(
            t.gettext("This draft was given up; nothing of it was sent.")
            + "\n\n"
            + facts(t, said.card),
            rows(
                Button(t.plain.gettext("New announcement"), StartAnnouncement(said.card.id)), back
            ),
        )
    return Message(
        t.gettext("This announcement is confirmed; it is no draft any more.")
        + "\n\n"
        + facts(t, said.card),
        rows(Button(t.plain.gettext("Show the figures"), ShowAnnouncement(said.id)), back),
    )


def ask_drop(t: Translator, shown: Draft) -> Message:
    """Ask before the draft is given up."""
    return Message(
        t.gettext("<b>Give this draft up?</b> What was written in it is lost.")
        + "\n"
        + title(t, shown.card),
        rows(
            Button(t.plain.gettext("Yes, give it up"), DropDraft(shown.id)),
            Button(t.plain.gettext("Back to the draft"), ShowDraft(shown.id)),
        ),
    )


def title(t: Translator, card: EventCard) -> str:
    """Return the event's title."""
    return "<b>" + t.show(card.title, card.lead_language) + "</b>"


def when(t: Translator, shown: Draft) -> str:
    """Return when it goes."""
    if shown.starts_at is None:
        return t.gettext("as soon as it is confirmed")
    return date_and_time(t, shown.starts_at, shown.card.zone)


def class_name(t: Translator, notice_class: NoticeClass) -> str:
    """Return the name of a class of urgency."""
    match notice_class:
        case NoticeClass.CRITICAL:
            return t.gettext("Important now")
        case NoticeClass.OPTIONAL:
            return t.gettext("Optional")
        case _:
            return t.gettext("Normal")


def _what_class_means(t: Translator, notice_class: NoticeClass) -> str:
    match notice_class:
        case NoticeClass.CRITICAL:
            return t.gettext("Comes at once, also in people's quiet hours.")
        case NoticeClass.OPTIONAL:
            return t.gettext(
                "Waits for a good time, counts among the few optional messages a person wants in "
                "a week, and has a button for fewer of them."
            )
        case _:
            return t.gettext("Waits for the end of people's quiet hours, mostly the next morning.")


def _ways(t: Translator, shown: Draft) -> str:
    return Html(
        "\n".join(
            (
                t.gettext("Urgency: {name}", name=class_name(t, shown.notice_class)),
                t.gettext("Goes: {when}", when=when(t, shown)),
            )
        )
    )


def _language(t: Translator, shown: Draft, code: str) -> str:
    name, number = language_name(code, t), shown.counted.reached.get(code, 0)
    gets = shown.gets(code)
    if gets == code:
        said = t.ngettext(
            "{language}: {number}, own text",
            "{language}: {number}, own text",
            number,
            language=name,
        )
        parts = len(shown.content(code).parts)
        messages = t.ngettext("({number} message)", "({number} messages)", parts)
        return f"{said} {messages}"
    if gets is None:
        return t.ngettext(
            "{language}: {number}, no text yet",
            "{language}: {number}, no text yet",
            number,
            language=name,
        )
    if gets == "":
        return t.ngettext(
            "{language}: {number}, left out",
            "{language}: {number}, left out",
            number,
            language=name,
        )
    return t.ngettext(
        "{language}: {number}, who gets the text in another language and is told so: {other}",
        "{language}: {number}, who get the text in another language and are told so: {other}",
        number,
        language=name,
        other=language_name(gets, t),
    )


def _hindrance(t: Translator, hindrance: Hindrance) -> str:
    match hindrance:
        case Hindrance.NO_STATE:
            return t.gettext("To do: choose who gets it. Nobody is chosen.")
        case Hindrance.NOBODY:
            return t.gettext("To do: choose somebody who can be reached. Nobody would get it.")
        case Hindrance.NO_TEXT:
            return t.gettext("To do: write it in at least one language.")
        case Hindrance.UNDECIDED:
            return t.gettext("To do: write for each language, or say what its readers get instead.")
        case Hindrance.TIME_PAST:
            return t.gettext("To do: choose another time. The one chosen is past.")


def _buttons(t: Translator, shown: Draft) -> tuple[tuple[Button, ...], ...]:
    one = shown.id
    return (
        *rows(Button(t.plain.gettext("Who gets it"), ChooseAudience(one))),
        *(_language_row(t, shown, code) for code in shown.languages),
        *rows(
            Button(
                t.plain.gettext("Urgency: {name}", name=class_name(t.plain, shown.notice_class)),
                ChooseUrgency(one),
            ),
            Button(t.plain.gettext("When it goes"), ChooseStart(one)),
            Button(t.plain.gettext("Preview"), PreviewDraft(one, shown.written[0]))
            if shown.written
            else None,
            Button(t.plain.gettext("Test to me"), ChooseTest(one)) if shown.written else None,
            None
            if shown.hindrances
            else Button(t.plain.gettext("Check and send"), CheckDraft(one)),
        ),
        *rows(Button(t.plain.gettext("All announcements"), ListAnnouncements(shown.card.id))),
        (
            Button(t.plain.gettext("Give up the draft"), AskDropDraft(one)),
            Button(t.plain.gettext("Back to the event"), ManageEvent(shown.card.id)),
        ),
    )


def _language_row(t: Translator, shown: Draft, code: str) -> tuple[Button, ...]:
    number = shown.counted.reached.get(code, 0)
    write = Button(
        short(
            t.plain.ngettext(
                "Write: {language} ({number} person)",
                "Write: {language} ({number} people)",
                number,
                language=language_name(code, t.plain),
            )
        ),
        WriteAnnouncement(shown.id, code),
    )
    if shown.has(code) or not number or not shown.written:
        return (write,)
    return (write, Button(t.plain.gettext("Without a text"), ChooseFallback(shown.id, code)))


def _choice(t: Translator, choice: Choice) -> str:
    card = choice.card
    name = t.plain.show(card.title, card.lead_language)
    return f"{short_day(t, card.starts_at, card.zone)} · {name} ({choice.people})"
