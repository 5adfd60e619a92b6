"""What people read in an event's group: in its lead language, and only what was asked for."""

from typing import Any, assert_never

from xinno_core.models import GroupPostKind
from xinno_core.services.contents import MediaPart, Part, PlacePart, PollPart, TextPart
from xinno_core.services.group_posts import DuePost
from xinno_core.services.markup import visible
from xinno_core.texts.message import Button, Media, Message, Poll, Venue, rows
from xinno_core.texts.translator import Html, Translator, translator

BAR = 10
"""So many blocks are a whole."""


def messages(due: DuePost) -> tuple[Message, ...]:
    """Return the messages of a post."""
    t = translator(due.card.lead_language, due.tone)
    match due.raw.get("says"):
        case "linked":
            return (greeting(t, due),)
        case "results":
            return (Message(_results(t, due.raw)),)
    made = [shown for part in due.content.parts if (shown := _message(part, due)) is not None]
    buttons = rows(*(Button(one.label, url=one.url) for one in due.content.buttons))
    if not made:
        return ()
    if due.kind is GroupPostKind.POLL:
        return (*made[:-1], _with(made[-1], buttons=buttons))
    return _framed(t, due, made, buttons)


def greeting(t: Translator, due: DuePost) -> Message:
    """Say once what the assistant will do here."""
    return Message(
        t.gettext(
            "From now on I post here what the organiser of “{title}” has to say to all, and polls; "
            "of what you write here I keep nothing.",
            title=t.plain.show(due.card.title, due.card.lead_language),
        )
    )


def bars(
    t: Translator, options: tuple[str, ...], results: tuple[int, ...], voters: int
) -> list[str]:
    """Return a line with a bar and the number for each option."""
    lines: list[str] = []
    for label, votes in zip(options, results, strict=True):
        share = votes / voters if voters else 0.0
        bar = "█" * round(share * BAR) + "░" * (BAR - round(share * BAR))
        said = t.ngettext(
            "{number} vote ({percent} %)",
            "{number} votes ({percent} %)",
            votes,
            percent=round(share * 100),
        )
        lines.append(Html(f"{t.quote(label)}\n{bar} {said}"))
    return lines


def voters_line(t: Translator, voters: int) -> str:
    """Say how many people have voted."""
    return t.ngettext("{number} person has voted.", "{number} people have voted.", voters)


def _results(t: Translator, raw: Any) -> str:  # noqa: ANN401 (JSON, as it was promised)
    heading = (
        t.gettext("<b>Result: {question}</b>", question=raw["question"])
        if raw["is_closed"]
        else t.gettext("<b>So far: {question}</b>", question=raw["question"])
    )
    lines = bars(t, tuple(raw["options"]), tuple(raw["results"]), raw["voters"])
    return Html("\n\n".join((heading, *lines, voters_line(t, raw["voters"]))))


def _message(part: Part, due: DuePost) -> Message | None:
    match part:
        case TextPart(text):
            return Message(Html(text))
        case MediaPart(ids, text):
            # What was withdrawn since is left out, wherever it is still to be sent.
            found = (due.files[one] for one in ids if one in due.files)
            shown = tuple(Media(file.kind.value, file.file_id) for file in found)
            return Message(Html(text), media=shown) if shown or text else None
        case PlacePart(latitude, longitude, title, address):
            return Message("", venue=Venue(title, address, latitude, longitude))
        case PollPart(question, options, several):
            return Message("", poll=Poll(question, options, several))
        case _:
            assert_never(part)


def _framed(
    t: Translator, due: DuePost, made: list[Message], buttons: tuple[tuple[Button, ...], ...]
) -> tuple[Message, ...]:
    """Put the title above the first words and the organiser's name below the last."""
    card = due.card
    title = Html("<b>" + t.show(card.title, card.lead_language) + "</b>")
    name = t.gettext("From the organiser: {organiser}", organiser=card.organiser)
    signature = Html("<i>" + name + "</i>")
    if not made[-1].text or len(made[-1].media) > 1:
        made.append(Message(""))  # an album and a place have no room for what stands below
    first = 0 if made[0].text else -1
    made[first] = _with(made[first], before=title)
    made[-1] = _with(made[-1], after=signature, buttons=buttons)
    return tuple(made)


def _with(
    message: Message,
    *,
    before: str = "",
    after: str = "",
    buttons: tuple[tuple[Button, ...], ...] = (),
) -> Message:
    text = "\n\n".join(one for one in (before, message.text, after) if one)
    return Message(Html(text), buttons, venue=message.venue, media=message.media, poll=message.poll)


def excerpt(part: Part | None, most: int) -> str:
    """Return the beginning of what was composed, as plain words; empty where it has none."""
    match part:
        case TextPart(text) | MediaPart(_, text):
            words = visible(text)
        case PlacePart(_, _, title, address):
            words = ", ".join(one for one in (title, address) if one)
        case PollPart(question, _):
            words = question
        case None:
            words = ""
        case _:
            assert_never(part)
    words = " ".join(words.split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
