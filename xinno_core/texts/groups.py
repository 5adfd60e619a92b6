"""What organisers read of their event's Telegram group: choosing it, writing to it, its polls."""

import dataclasses
from typing import assert_never

from xinno_core.models import NoticeState
from xinno_core.services import event_groups, group_posts
from xinno_core.services.contents import MediaPart, Part, PlacePart, PollPart, TextPart
from xinno_core.services.event_groups import (
    GroupTaken,
    Linked,
    LinkOutcome,
    LinkUsedUp,
)
from xinno_core.services.events import EventCard
from xinno_core.services.group_desk import GroupDesk, PostStand
from xinno_core.services.group_polls import PollStand
from xinno_core.services.group_writing import (
    DraftGone,
    GroupDraft,
    PollRefused,
    Posted,
    PostOutcome,
)
from xinno_core.texts import forms
from xinno_core.texts.actions import (
    AskOtherGroup,
    AskUnlinkGroup,
    CloseGroupPoll,
    DropLastOfPost,
    FormCancel,
    ManageEvent,
    OpenGroup,
    OpenGroupPoll,
    OpenSurveyPolls,
    PostResults,
    PostToGroup,
    StartGroupPoll,
    UnlinkGroup,
    WriteToGroup,
)
from xinno_core.texts.composing import refused
from xinno_core.texts.dates import date_and_time
from xinno_core.texts.group_posts import bars, excerpt, voters_line
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.paging import short
from xinno_core.texts.translator import Html, Translator

IN_A_LIST, IN_A_DRAFT = 60, 200
"""Most characters that are shown of a post."""


def desk(t: Translator, found: GroupDesk, bot_username: str, *, said: str = "") -> Message:
    """Show an event's group, or how to choose one."""
    card, group = found.card, found.group
    parts = [said, _heading(t, card)]
    if group is None:
        parts.append(_explained(t))
    elif group.left_at is not None:
        parts.append(
            t.gettext(
                "<b>The assistant was removed from the group:</b> {group}\nSince: {when}\n"
                "Nothing is posted there until you choose a group again.",
                group=group.title,
                when=date_and_time(t, group.left_at, card.zone),
            )
        )
    else:
        parts.append(
            t.gettext(
                "Group: <b>{group}</b>\nLinked: {when}",
                group=group.title,
                when=date_and_time(t, group.linked_at, card.zone),
            )
        )
    if found.posts:
        lines = "\n".join(_post_line(t, card, one) for one in found.posts)
        parts.append(t.gettext("<b>Latest posts</b>") + "\n" + lines)
    if not found.is_open:
        parts.append(_link_holds(t, found))
    return Message("\n\n".join(one for one in parts if one), _desk_buttons(t, found, bot_username))


def ask_other(t: Translator, found: GroupDesk, bot_username: str) -> Message:
    """Ask whether another group shall take the place of this one."""
    return Message(
        t.gettext(
            "<b>Another group for “{title}”?</b>\nAs soon as you have chosen it, nothing more is "
            "posted in the present one: {group}",
            title=t.plain.show(found.card.title, found.card.lead_language),
            group=found.group.title if found.group else "",
        )
        + "\n\n"
        + _link_holds(t, found),
        rows(
            Button(
                t.plain.gettext("Yes, choose another group"),
                url=event_groups.address(bot_username, found.payload),
            ),
            Button(t.plain.gettext("No, keep it"), OpenGroup(found.card.id)),
        ),
    )


def ask_unlink(t: Translator, found: GroupDesk, group_id: int) -> Message:
    """Ask whether the group shall be let go."""
    return Message(
        t.gettext(
            "<b>Let the group go?</b> {group}\nNothing more is posted there. The assistant stays a "
            "member and is quiet, until somebody removes it from the group. "
            "What was posted stays.",
            group=found.group.title if found.group else "",
        ),
        rows(
            Button(t.plain.gettext("Yes, let it go"), UnlinkGroup(found.card.id, group_id)),
            Button(t.plain.gettext("No, keep it"), OpenGroup(found.card.id)),
        ),
    )


def let_go(t: Translator) -> str:
    """Say that the group is let go."""
    return t.gettext("<b>The group is let go.</b> Nothing more is posted there.")


def linked(t: Translator, outcome: LinkOutcome) -> Message:
    """Say in the organiser's own chat what came of the link."""
    title = t.plain.show(outcome.card.title, outcome.card.lead_language)
    match outcome:
        case Linked(_, group):
            said = t.gettext(
                "<b>“{group}” is now the group of “{title}”.</b>\nYou can write to it from here.",
                group=group,
                title=title,
            )
        case LinkUsedUp():
            said = t.gettext(
                "<b>This link no longer works</b>, and nothing has changed for “{title}”. Each "
                "works once, for a day, and only as long as nobody else has chosen a group since. "
                "Please open the Telegram group of the event again.",
                title=title,
            )
        case GroupTaken(_, group):
            said = t.gettext(
                "“{group}” is the group of another event already, so it was not linked to "
                "“{title}”. It would have to be let go there first.",
                group=group,
                title=title,
            )
        case _:
            assert_never(outcome)
    return Message(
        said,
        rows(
            Button(t.plain.gettext("Telegram group"), OpenGroup(outcome.card.id)),
            Button(t.plain.gettext("Back to the event"), ManageEvent(outcome.card.id)),
        ),
    )


def only_in_private(t: Translator) -> str:
    """Return the toast for a button that was pressed in a group."""
    return t.plain.gettext("Please use the buttons in your own chat with the assistant.")


def board_line(t: Translator, group: event_groups.GroupStand) -> str:
    """Say on the event's board how its group stands."""
    if group.left_at is not None:
        return t.gettext(
            "<b>The assistant was removed from the Telegram group:</b> {group}", group=group.title
        )
    return t.gettext("Telegram group: {group}", group=group.title)


def draft(t: Translator, found: GroupDraft) -> Message:
    """Show what is about to be posted, and take more."""
    parts = [t.gettext("<b>To the group: {group}</b>", group=found.group)]
    if found.problem is not None:
        parts.append(refused(t, found.problem))
    if found.content:
        parts.append(t.gettext("This will be posted, in this order:"))
        parts.extend(
            _part(t, one, alone=len(found.content.parts) == 1) for one in found.content.parts
        )
        parts.append(t.gettext("Send me more messages to add, or post it now."))
    else:
        parts.append(
            t.gettext(
                "Send me what shall be posted: texts, pictures, videos, documents, a place, or a "
                "poll. You see it here first; everybody in the group reads it."
            )
        )
    card = found.card
    post = Button(t.plain.gettext("Post it now"), PostToGroup(card.id, found.draft_key))
    drop = Button(t.plain.gettext("Remove the last message"), DropLastOfPost(card.id))
    return Message(
        "\n\n".join(parts),
        rows(
            post if found.content else None,
            Button(t.plain.gettext("Add a question to vote on"), StartGroupPoll(card.id)),
            drop if found.content else None,
            Button(t.plain.gettext("Drop it"), FormCancel(found.topic)),
            Button(t.plain.gettext("Telegram group"), OpenGroup(card.id)),
        ),
    )


def poll_refused(t: Translator, said: PollRefused) -> Message:
    """Say why a poll can't be asked like that, and ask again what has to be put right."""
    asked = forms.question(said.asking, t)
    under = t.gettext("<b>Poll: {question}</b>", question=said.question)
    return dataclasses.replace(
        asked, text="\n\n".join((refused(t, said.problem), under, asked.text))
    )


def posted(t: Translator, outcome: PostOutcome) -> str:
    """Say what came of the yes."""
    match outcome:
        case Posted():
            return t.gettext("<b>It goes to the group now.</b>")
        case DraftGone():
            return t.gettext(
                "<b>Not posted:</b> this preview is out of date, it was changed or dropped since."
            )
        case _:
            assert_never(outcome)


def poll(t: Translator, stand: PollStand) -> Message:
    """Show how a poll stands: bars, numbers, and what can be done."""
    card = stand.card
    parts = [t.gettext("<b>Poll: {question}</b>", question=stand.question)]
    parts.extend(bars(t, stand.options, stand.results, stand.voters))
    parts.append(voters_line(t, stand.voters))
    parts.append(_poll_state(t, stand))
    close = Button(t.plain.gettext("Close the poll"), CloseGroupPoll(stand.post_id))
    show = Button(t.plain.gettext("Post the result to the group"), PostResults(stand.post_id))
    return Message(
        "\n\n".join(parts),
        rows(
            Button(t.plain.gettext("Refresh"), OpenGroupPoll(stand.post_id)),
            close if stand.may_close else None,
            show if stand.may_be_shown else None,
            Button(t.plain.gettext("Telegram group"), OpenGroup(card.id)),
        ),
    )


def result_goes(t: Translator, stand: PollStand) -> Message:
    """Say that the result is posted, above the poll."""
    under = poll(t, stand)
    said = t.gettext("<b>The result goes to the group now.</b>")
    return Message(said + "\n\n" + under.text, under.buttons) if stand.may_be_shown else under


def _heading(t: Translator, card: EventCard) -> str:
    return t.gettext(
        "<b>Telegram group: {title}</b>", title=t.plain.show(card.title, card.lead_language)
    )


def _explained(t: Translator) -> str:
    return t.gettext(
        "This event has no group yet. Make a group in Telegram, or take one that you have, and "
        "choose it here. The assistant then says there in a sentence what it is for, and posts "
        "only what the organisers of this event write, and their polls. It keeps nothing of what "
        "people write there, and answers nobody there."
    )


def _link_holds(t: Translator, found: GroupDesk) -> str:
    return (
        "<i>"
        + t.gettext(
            "The button works for you alone, once, until {until}. In the group you must not be an "
            "anonymous administrator.",
            until=date_and_time(t, found.until, found.card.zone),
        )
        + "</i>"
    )


def _desk_buttons(
    t: Translator, found: GroupDesk, bot_username: str
) -> tuple[tuple[Button, ...], ...]:
    card, group = found.card, found.group
    back = Button(t.plain.gettext("Back to the event"), ManageEvent(card.id))
    polls = [
        Button(
            short(t.plain.gettext("Poll: {question}", question=excerpt(one.part, IN_A_LIST))),
            OpenGroupPoll(one.id),
        )
        for one in found.posts
        if one.is_poll
    ]
    if group is None or group.left_at is not None:
        choose = Button(
            t.plain.gettext("Choose the group"),
            url=event_groups.address(bot_username, found.payload),
        )
        return rows(choose, *polls, back)
    return rows(
        Button(t.plain.gettext("Write to the group"), WriteToGroup(card.id)),
        Button(t.plain.gettext("Ask a survey question in the group"), OpenSurveyPolls(card.id)),
        *polls,
        Button(t.plain.gettext("Another group"), AskOtherGroup(card.id, group.id)),
        Button(t.plain.gettext("Let the group go"), AskUnlinkGroup(card.id, group.id)),
        back,
    )


def _post_line(t: Translator, card: EventCard, one: PostStand) -> str:
    return t.gettext(
        "{when}: {what} – {state}",
        when=date_and_time(t, one.at, card.zone),
        what=_what(t, one),
        state=_state(t, one.state, one.reason),
    )


def _what(t: Translator, one: PostStand) -> str:
    match one.says:
        case "linked":
            return t.plain.gettext("the first sentence")
        case "results":
            return t.plain.gettext("the result of a poll")
    return excerpt(one.part, IN_A_LIST) or t.plain.gettext("pictures or files")


def _state(t: Translator, state: NoticeState, reason: str | None) -> str:
    match state:
        case NoticeState.SENT | NoticeState.CORRECTED:
            return t.plain.gettext("posted")
        case NoticeState.RECALLED:
            return t.plain.gettext("taken back")
        case NoticeState.UNKNOWN:
            return t.plain.gettext("not certain whether it arrived; please look in the group")
        case NoticeState.FAILED:
            return t.plain.gettext("not posted: {reason}", reason=_reason(t, reason))
        case NoticeState.SKIPPED:
            return t.plain.gettext("left out: {reason}", reason=_reason(t, reason))
        case NoticeState.PLANNED | NoticeState.HELD | NoticeState.SENDING:
            return t.plain.gettext("on its way")
        case _:
            assert_never(state)


def _reason(t: Translator, reason: str | None) -> str:
    match reason:
        case event_groups.REMOVED:
            return t.plain.gettext("the assistant is not in the group any more")
        case event_groups.LET_GO:
            return t.plain.gettext("the group was let go")
        case group_posts.STOPPED:
            return t.plain.gettext("the announcement was stopped")
        case "nothing_left":
            return t.plain.gettext("what it showed was withdrawn")
        case "not_enough_rights" | "have_no_rights" | "chat_write_forbidden":
            return t.plain.gettext("the assistant may not write in the group")
    return reason or ""


def _part(t: Translator, part: Part, *, alone: bool) -> str:
    words = t.quote(excerpt(part, IN_A_DRAFT))
    match part:
        case TextPart(text):
            return Html(text) if alone else words
        case MediaPart(media, _):
            files = t.ngettext("{number} file", "{number} files", len(media))
            return Html("<i>" + files + "</i>\n" + words) if words else Html("<i>" + files + "</i>")
        case PlacePart():
            place = t.gettext("A place on the map")
            return Html("<i>" + place + "</i>\n" + words) if words else Html("<i>" + place + "</i>")
        case PollPart(question, options):
            answers = "\n".join("○ " + t.quote(option) for option in options)
            return t.gettext("<b>Poll: {question}</b>", question=question) + "\n" + answers
        case _:
            assert_never(part)


def _poll_state(t: Translator, stand: PollStand) -> str:
    if stand.is_closed:
        return t.gettext("The poll is closed.")
    if stand.is_closing:
        return t.gettext("The poll is being closed.")
    if stand.state is NoticeState.SENT:
        if stand.reason:
            return t.gettext(
                "The poll could not be closed: {reason}", reason=_reason(t, stand.reason)
            )
        return t.gettext("The poll is open. Nobody sees who chose what.")
    return t.gettext("State: {state}", state=_state(t, stand.state, stand.reason))
