"""What organisers read about what they compose: each part in a line, and why one is not taken."""

from typing import assert_never

from xinno_core.services.composing import Flaw, Problem
from xinno_core.services.contents import MediaPart, Part, PlacePart, PollPart, TextPart
from xinno_core.services.markup import visible
from xinno_core.texts.translator import Translator

LONGEST_LINE = 60


def part_line(t: Translator, part: Part) -> str:
    """Return a part in one line: what it is, and how it begins."""
    match part:
        case TextPart(text):
            return t.gettext("Text: {beginning}", beginning=beginning(text))
        case MediaPart(files, text) if text:
            return t.ngettext(
                "{number} picture, video or file: {beginning}",
                "{number} pictures, videos or files: {beginning}",
                len(files),
                beginning=beginning(text),
            )
        case MediaPart(files):
            return t.ngettext(
                "{number} picture, video or file",
                "{number} pictures, videos or files",
                len(files),
            )
        case PlacePart(title=title) if title:
            return t.gettext("Place: {title}", title=shortened(title, LONGEST_LINE))
        case PlacePart():
            return t.gettext("Place on the map")
        case PollPart(question, options):
            return t.gettext(
                "Question: {question} ({options})",
                question=shortened(question, LONGEST_LINE),
                options=shortened(" / ".join(options), LONGEST_LINE),
            )
        case _:
            assert_never(part)


def refused(t: Translator, problem: Problem) -> str:
    """Say why what was sent is not taken."""
    match problem.flaw:
        case Flaw.UNKNOWN_KIND:
            return t.gettext(
                "<b>Not taken.</b> Possible are text, pictures, albums, videos, files, a place and "
                "a poll. A voice message or a moving picture can be sent as a file."
            )
        case Flaw.EMPTY:
            return t.gettext("<b>Not taken.</b> There is nothing to read in it.")
        case Flaw.TEXT_TOO_LONG | Flaw.CAPTION_TOO_LONG | Flaw.LABEL_TOO_LONG:
            return _too_long(t, problem)
        case Flaw.OPTIONS:
            return t.gettext(
                "<b>Not taken.</b> A poll needs two to {most} answers to choose from.",
                most=problem.most,
            )
        case Flaw.TOO_MANY_PARTS:
            return t.gettext(
                "<b>Not taken.</b> More than {most} messages at once would be too many for people. "
                "Pictures can go together as an album.",
                most=problem.most,
            )
        case Flaw.NOT_A_LINK:
            return t.gettext(
                "<b>Not taken.</b> Please write what stands on the button, a dash and the address, "
                "for example: Programme - https://example.org/programme"
            )
        case Flaw.TOO_MANY_LINKS:
            return t.gettext(
                "<b>Not taken.</b> There can be {most} link buttons.", most=problem.most
            )
        case Flaw.STOPPED:
            return t.gettext(
                "<b>Not taken.</b> Someone who may be seen on it does not want it to be shown."
            )


def _too_long(t: Translator, problem: Problem) -> str:
    over = problem.length - problem.most
    if problem.flaw is Flaw.CAPTION_TOO_LONG:
        return t.ngettext(
            "<b>Not taken.</b> The words under a picture can have {most} characters; these have "
            "{number} too many. Please shorten them, or send them as a text of its own.",
            "<b>Not taken.</b> The words under a picture can have {most} characters; these have "
            "{number} too many. Please shorten them, or send them as a text of its own.",
            over,
            most=problem.most,
        )
    if problem.flaw is Flaw.LABEL_TOO_LONG:
        return t.ngettext(
            "<b>Not taken.</b> A button can have {most} characters; this one has {number} too "
            "many.",
            "<b>Not taken.</b> A button can have {most} characters; this one has {number} too "
            "many.",
            over,
            most=problem.most,
        )
    return t.ngettext(
        "<b>Not taken.</b> A text can have {most} characters; this one has {number} too many. "
        "Please shorten it, or send it as two texts.",
        "<b>Not taken.</b> A text can have {most} characters; this one has {number} too many. "
        "Please shorten it, or send it as two texts.",
        over,
        most=problem.most,
    )


def needs_a_look(part: Part) -> bool:
    """Tell whether a part shows something beside its words."""
    return isinstance(part, MediaPart | PlacePart)


def beginning(text: str) -> str:
    """Return how a formatted text begins, without its formatting."""
    return shortened(" ".join(visible(text).split()), LONGEST_LINE)


def shortened(text: str, most: int) -> str:
    """Return a plain text, cut where it is longer."""
    return text if len(text) <= most else text[: most - 1] + "…"
