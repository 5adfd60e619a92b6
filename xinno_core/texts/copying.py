"""What organisers read when they have copied an event: what the draft has, and what it has not."""

from collections.abc import Iterator

from xinno_core.services.copying import Copied, Left
from xinno_core.services.events import EventCard
from xinno_core.texts.actions import ManageEvent, PreviewCard
from xinno_core.texts.dates import date_and_time
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.organising import first_language
from xinno_core.texts.translator import Html, Translator

MOST_SESSIONS = 6
"""So many sessions are shown with their times; the others keep the same distance."""


def copied(t: Translator, outcome: Copied) -> Message:
    """Say what was copied, with the times before and after, and what was not."""
    draft = outcome.draft
    parts = [
        t.gettext(
            "<b>Copied.</b> The new event is a draft, and only organisers see it: {title}",
            title=t.show(draft.title, draft.lead_language),
        ),
        "\n".join(_times(t, outcome.source, draft)),
        t.gettext("<b>What it has</b>") + "\n" + "\n".join(_has(t, outcome)),
        t.gettext("<b>What was not copied</b>") + "\n" + "\n".join(_has_not(t, outcome.left)),
    ]
    return Message(
        Html("\n\n".join(parts)),
        rows(
            Button(
                t.plain.gettext("Preview of the card"),
                PreviewCard(draft.id, first_language(draft, t.language)),
            ),
            Button(t.plain.gettext("Open the draft"), ManageEvent(draft.id)),
            Button(t.plain.gettext("Back to the event copied"), ManageEvent(outcome.source.id)),
        ),
    )


def _times(t: Translator, source: EventCard, draft: EventCard) -> Iterator[str]:
    yield t.gettext("<b>Times</b>")
    yield t.gettext(
        "Start: {before} → {after}",
        before=date_and_time(t, source.starts_at, source.zone),
        after=date_and_time(t, draft.starts_at, draft.zone),
    )
    yield t.gettext(
        "End: {before} → {after}",
        before=date_and_time(t, source.ends_at, source.zone),
        after=date_and_time(t, draft.ends_at, draft.zone),
    )
    before = {slot.key: slot for slot in source.slots}
    for after in draft.slots[:MOST_SESSIONS]:
        # Translators: {title} is that of a session of the event.
        yield t.gettext(
            "{title}: {before} → {after}",
            title=t.show(after.title, draft.lead_language),
            before=date_and_time(t, before[after.key].starts_at, source.zone),
            after=date_and_time(t, after.starts_at, draft.zone),
        )
    if more := len(draft.slots[MOST_SESSIONS:]):
        yield t.ngettext(
            "and {number} more session at the same distance",
            "and {number} more sessions at the same distance",
            more,
        )


def _has(t: Translator, outcome: Copied) -> Iterator[str]:
    draft = outcome.draft
    yield t.gettext("• texts, place and roles, as they are now")
    if draft.slots:
        yield t.ngettext("• {number} session", "• {number} sessions", len(draft.slots))
    if draft.limits:
        yield t.ngettext(
            "• {number} limit of seats, all seats free",
            "• {number} limits of seats, all seats free",
            len(draft.limits),
        )
    if outcome.questions:
        yield t.ngettext("• {number} question", "• {number} questions", outcome.questions)
    if outcome.messages:
        yield t.ngettext(
            "• {number} planned message, at the same distance",
            "• {number} planned messages, at the same distance",
            outcome.messages,
        )
    if outcome.surveys:
        yield t.ngettext("• {number} survey", "• {number} surveys", outcome.surveys)
    if draft.series_id is not None:
        yield t.gettext("• its place in the series")


def _has_not(t: Translator, left: Left) -> Iterator[str]:
    yield t.gettext("• registrations and requests: {number}", number=left.registrations)
    yield t.gettext("• the waiting list: {number}", number=left.waiting)
    yield t.gettext("• answers to questions and surveys, with their later changes")
    yield t.gettext("• announcements: {number}", number=left.announcements)
    yield t.gettext(
        "• links, with their channels ({number}) and invitations: the draft gets its own",
        number=left.channels,
    )
    yield t.gettext("• messages that were sent, and the record of what was done")
