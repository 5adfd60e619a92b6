"""What the recipients of an announcement read: the organiser's own messages, whole in a language.

The event's title stands above the first text and the organiser's name below the last one, so that
nobody has to guess who writes; a place or an album is sent as it is.
"""

import dataclasses
import html
from collections.abc import Callable, Mapping, Sequence
from typing import assert_never

from xinno_core.errors import XinnoError
from xinno_core.models import NoticeKind
from xinno_core.services.backgrounds import DueNotice
from xinno_core.services.contents import (
    Content,
    File,
    MediaPart,
    Part,
    PlacePart,
    PollPart,
    TextPart,
)
from xinno_core.services.events import EventCard
from xinno_core.texts.actions import Action, OpenEventBelow, OpenOwnMedia, VoteInBroadcast
from xinno_core.texts.message import Button, Media, Message, Venue, rows
from xinno_core.texts.translator import Html, Translator, translator


def messages(t: Translator, due: DueNotice) -> tuple[Message, ...]:
    """Return the messages of an announcement for one reader."""
    if due.card is None or due.content is None:
        msg = "an announcement needs its event, and words in some language"
        raise XinnoError(msg)
    broadcast_id, language = due.broadcast_id or 0, due.content_language
    made = composed(
        t,
        due.card,
        due.content,
        language=language,
        files=due.files,
        votes=lambda part, option: VoteInBroadcast(broadcast_id, language, part, option),
    )
    return (_test_note(due), *made) if due.kind is NoticeKind.BROADCAST_TEST else made


def _test_note(due: DueNotice) -> Message:
    """Say in the writer's own language what follows, which need not be a language they read."""
    t = translator(due.params["writer"], due.tone)
    name = str(t.locale.languages.get(due.language, due.language))
    return Message(
        t.gettext("<b>Test</b>: readers of {language} will get this announcement:", language=name)
    )


def composed(
    t: Translator,
    card: EventCard,
    content: Content,
    *,
    language: str,
    files: Mapping[int, File],
    votes: Callable[[int, int], Action],
) -> tuple[Message, ...]:
    """Return an organiser's messages as one reader sees them.

    `language` is the one that the content is written in; `votes` makes the action of a poll's
    option from the number of its part and its own.
    """
    made = [
        message
        for number, part in enumerate(content.parts)
        if (message := _message(t, number, part, files, votes)) is not None
    ]
    heading = ["<b>" + t.show(card.title, card.lead_language) + "</b>"]
    if language != t.language:
        heading.append(
            "<i>" + t.gettext("This message is not available in your language.") + "</i>"
        )
    signature = "<i>" + t.gettext("From the organiser: {organiser}", organiser=card.organiser)
    buttons = rows(
        *(Button(one.label, url=one.url) for one in content.buttons),
        Button(t.plain.gettext("A picture shows me"), OpenOwnMedia(card.id))
        if any(isinstance(part, MediaPart) for part in content.parts)
        else None,
        # Below, because in its place the announcement would be gone.
        Button(t.plain.gettext("Open the event"), OpenEventBelow(card.id)),
    )
    if not made or not _carries(made[-1]):
        made.append(Message(""))  # an album and a poll have no room for what stands below
    if not made[0].text:
        made[-1] = _framed(made[-1], before=heading)
    else:
        made[0] = _framed(made[0], before=heading)
    made[-1] = dataclasses.replace(_framed(made[-1], after=[signature + "</i>"]), buttons=buttons)
    return tuple(made)


def _message(
    t: Translator,
    number: int,
    part: Part,
    files: Mapping[int, File],
    votes: Callable[[int, int], Action],
) -> Message | None:
    match part:
        case TextPart(text):
            return Message(Html(text))
        case MediaPart(ids, text):
            # What was withdrawn since is left out, wherever it is still to be sent.
            shown = tuple(
                Media(files[one].kind.value, files[one].file_id) for one in ids if one in files
            )
            return Message(Html(text), media=shown) if shown or text else None
        case PlacePart(latitude, longitude, title, address):
            return Message("", venue=Venue(title, address, latitude, longitude))
        case PollPart(question, options):
            who_sees = t.gettext("The organiser sees how many chose each answer, not who.")
            return Message(
                Html(f"<b>{html.escape(question, quote=False)}</b>\n\n<i>{who_sees}</i>"),
                rows(
                    *(Button(label, votes(number, option)) for option, label in enumerate(options))
                ),
            )
        case _:
            assert_never(part)


def _carries(message: Message) -> bool:
    """Tell whether a signature and buttons find room in this message."""
    return bool(message.text) and not message.buttons and len(message.media) <= 1


def _framed(message: Message, *, before: Sequence[str] = (), after: Sequence[str] = ()) -> Message:
    text = "\n\n".join(one for one in (*before, message.text, *after) if one)
    return dataclasses.replace(message, text=Html(text))
