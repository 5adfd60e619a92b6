"""What those who came read of an event: its pictures, its articles, and what to do then."""

from collections.abc import Mapping
from datetime import datetime

from xinno_core.errors import XinnoError
from xinno_core.services.backgrounds import DueNotice
from xinno_core.services.contents import File
from xinno_core.services.events import EventCard
from xinno_core.services.showing import Article, Showing
from xinno_core.texts.actions import (
    AskTakeMediaBack,
    AskUseAllMediaAgain,
    AskUseMediaAgain,
    OpenEventBelow,
    OpenGallery,
    OpenOwnMedia,
    PutGalleryOff,
    SetGalleryAside,
    ShowMedia,
    ThankForMedia,
)
from xinno_core.texts.dates import date_and_time
from xinno_core.texts.message import Button, Media, Message, rows
from xinno_core.texts.translator import Html, Translator


def messages(t: Translator, due: DueNotice) -> tuple[Message, ...]:
    """Return the albums, a card for each article, and one message with buttons."""
    card, brings = due.card, due.showing
    if card is None or brings is None:
        msg = "pictures need their event"
        raise XinnoError(msg)
    made = [
        message
        for number, album in enumerate(brings.albums)
        if (message := _album(album, due.files, is_gone=number < due.parts_sent)) is not None
    ]
    head = _head(t, due, card)
    if made:
        made[0] = Message(head, media=made[0].media)
    else:
        made = [Message(head)]
    made.extend(_article(t, article, card) for article in brings.articles)
    return (*made, closing(t, card, brings))


def closing(
    t: Translator, card: EventCard, brings: Showing | None = None, *, thanked: bool = False
) -> Message:
    """Ask nothing, and offer three things: thanks, a word about oneself, the event."""
    parts = []
    if brings is not None and brings.is_preview:
        parts.append(
            "<b>" + t.gettext("This is a preview: nobody but you has got these messages.") + "</b>"
        )
    if thanked:
        parts.append(t.gettext("Thank you: the organiser sees one more thanks, without your name."))
    else:
        parts.append(
            t.gettext("Did you like it? Thanks are counted for the organiser, without names.")
        )
    has_media = brings is None or bool(brings.media)
    if has_media:
        parts.append(
            t.gettext("If you would rather not be seen on a picture, it is stopped at once.")
        )
    return Message(
        Html("\n\n".join(parts)),
        rows(
            Button(t.plain.gettext("Thank you"), ThankForMedia(card.id)) if not thanked else None,
            Button(t.plain.gettext("A picture shows me"), OpenOwnMedia(card.id))
            if has_media
            else None,
            # Below, because in its place the way to stop a picture would be gone.
            Button(t.plain.gettext("Open the event"), OpenEventBelow(card.id)),
        ),
    )


def missing(t: Translator, due: DueNotice, card: EventCard) -> Message:
    """Tell an organiser a day ahead that there is nothing to show yet."""
    rule_id = due.params["rule_id"]
    due_at = datetime.fromisoformat(due.params["due_at"])
    return Message(
        t.gettext(
            "<b>There is no picture yet: {title}</b>\n"
            "The pictures are to go out: {when}. Without a picture, a video or an article, "
            "nobody gets anything.",
            title=t.plain.show(card.title, card.lead_language),
            when=date_and_time(t, due_at, card.zone),
        ),
        rows(
            Button(t.plain.gettext("Pictures and videos"), OpenGallery(card.id)),
            Button(t.plain.gettext("A day later"), PutGalleryOff(rule_id, due.a_day_later))
            if due.a_day_later
            else None,
            Button(t.plain.gettext("Send none"), SetGalleryAside(rule_id, 1)),
        ),
    )


def withdrawn(t: Translator, due: DueNotice, card: EventCard) -> Message:
    """Tell an organiser who does not want to be shown, and what can be done."""
    found = due.withdrawal
    if found is None:
        msg = "a withdrawal needs who withdrew"
        raise XinnoError(msg)
    name = found.name or t.plain.gettext("(erased)")
    parts = [
        t.gettext(
            "<b>Someone does not want to be shown: {name}</b>\nEvent: {title}",
            name=name,
            title=t.plain.show(card.title, card.lead_language),
        ),
        t.gettext("It concerns one picture. It is stopped: nobody is sent it any more.")
        if found.certain
        else t.ngettext(
            "It may concern {number} picture or video. It is stopped until you have looked.",
            "It may concern {number} pictures and videos. They are stopped until you have looked.",
            len(found.media),
        ),
        t.ngettext(
            "{number} person has got it already.",
            "{number} people have got it already.",
            found.holders,
        )
        if found.holders
        else t.gettext("Nobody has got it yet."),
    ]
    one = found.media[0]
    return Message(
        Html("\n\n".join(parts)),
        rows(
            Button(t.plain.gettext("Show it"), ShowMedia(one)) if found.certain else None,
            Button(t.plain.gettext("Take it back from those who have it"), AskTakeMediaBack(one))
            if found.certain and found.holders
            else None,
            Button(t.plain.gettext("Use it again"), AskUseMediaAgain(one))
            if found.certain
            else Button(t.plain.gettext("I have looked"), AskUseAllMediaAgain(card.id)),
            Button(t.plain.gettext("Pictures and videos"), OpenGallery(card.id)),
        ),
    )


def _album(album: tuple[int, ...], files: Mapping[int, File], *, is_gone: bool) -> Message | None:
    """Return an album without what was stopped since; one that was sent keeps its place."""
    shown = tuple(Media(files[one].kind.value, files[one].file_id) for one in album if one in files)
    return Message("", media=shown) if shown or is_gone else None


def _head(t: Translator, due: DueNotice, card: EventCard) -> str:
    parts = ["<b>" + t.show(card.title, card.lead_language) + "</b>"]
    texts = dict(due.text or {})
    if any(texts.values()):
        if t.content(texts, card.lead_language).language != t.language:
            parts.append(
                "<i>" + t.gettext("This message is not available in your language.") + "</i>"
            )
        parts.append(t.show(texts, card.lead_language))
    parts.append(
        "<i>" + t.gettext("From the organiser: {organiser}", organiser=card.organiser) + "</i>"
    )
    return Html("\n\n".join(parts))


def _article(t: Translator, article: Article, card: EventCard) -> Message:
    title = t.show(article.title, card.lead_language)
    address = t.quote(article.url)
    return Message(Html(f"<b>{title}</b>\n{address}"), shows_link=True)
