"""What people read who do not want to be seen, and organisers who want to use a picture again."""

from xinno_core.models import Media as MediaRow
from xinno_core.models import MediaKind, Purpose
from xinno_core.services.events import EventCard
from xinno_core.services.releases import LookedAt, StoppedMedia, UsedAgain
from xinno_core.services.taking_back import Holders
from xinno_core.services.withdrawals import OwnPictures, Stopped
from xinno_core.texts.actions import (
    AskStopAllMedia,
    AskStopMedia,
    OpenEvent,
    OpenGallery,
    OpenOwnMedia,
    OpenSettings,
    SetConsent,
    ShowMedia,
    StopAllMedia,
    StopMedia,
    TakeMediaBack,
    UseAllMediaAgain,
    UseMediaAgain,
)
from xinno_core.texts.message import Button, Media, Message, rows
from xinno_core.texts.paging import turns
from xinno_core.texts.translator import Html, Translator

PAGE = 10
IN_A_ROW = 5


def kind_word(t: Translator, kind: MediaKind) -> str:
    """Return what a file is called."""
    match kind:
        case MediaKind.PHOTO:
            return t.gettext("Picture")
        case MediaKind.VIDEO:
            return t.gettext("Video")
        case MediaKind.DOCUMENT:
            return t.gettext("Document")


# ── for who does not want to be seen ─────────────────────────────────────────────────────────
def own(t: Translator, found: OwnPictures, page: int) -> Message:
    """Let the reader choose which of the pictures they were sent; each opens with its number."""
    pages = max((len(found.media) + PAGE - 1) // PAGE, 1)
    page = min(page, pages - 1)
    listed = [one for one in found.media if one in found.shown]
    parts = [
        t.gettext(
            "<b>A picture shows me: {title}</b>",
            title=t.plain.show(found.card.title, found.card.lead_language),
        )
    ]
    if not listed:
        parts.append(t.gettext("All pictures that you were sent are stopped already."))
        return Message(Html("\n\n".join(parts)), rows(_to_event(t, found.card)))
    parts.append(
        t.gettext(
            "Which one? The numbers are in the order in which the pictures came. You see it "
            "before anything is done."
        )
    )
    numbers = [
        Button(str(found.number(one)), AskStopMedia(one))
        for one in found.media[page * PAGE : (page + 1) * PAGE]
        if one in found.shown
    ]
    return Message(
        Html("\n\n".join(parts)),
        (
            *(tuple(numbers[at : at + IN_A_ROW]) for at in range(0, len(numbers), IN_A_ROW)),
            *turns(t, page, pages, lambda at: OpenOwnMedia(found.card.id, at)),
            *rows(
                Button(
                    t.plain.gettext("All pictures of this event"), AskStopAllMedia(found.card.id)
                ),
                _to_event(t, found.card),
            ),
        ),
        fresh=page == 0,  # the message with the pictures keeps its buttons
    )


def ask_stop(t: Translator, found: OwnPictures, media: MediaRow) -> Message:
    """Show the picture, say what stopping means, and ask."""
    if media.id not in found.shown:
        return stopped(t, Stopped(found.card, 0))
    return Message(
        t.gettext(
            "<b>Shall picture number {number} be stopped?</b>\n"
            "From now on nobody is sent it any more. The organiser is told your name, to find you "
            "on it, and asks you before it is ever used again: {organiser}",
            number=found.number(media.id),
            organiser=found.card.organiser,
        ),
        rows(
            Button(t.plain.gettext("Yes, stop it"), StopMedia(media.id)),
            Button(t.plain.gettext("No, back"), OpenOwnMedia(found.card.id)),
        ),
        media=(Media(media.kind.value, media.file_id),),
    )


def ask_stop_all(t: Translator, found: OwnPictures) -> Message:
    """Say what stopping everything means, and ask."""
    return Message(
        t.gettext(
            "<b>Shall all pictures of this event be stopped?</b>\n"
            "From now on nobody is sent them any more, until the organiser has looked whether you "
            "are on them. For that the organiser is told your name: {organiser}",
            organiser=found.card.organiser,
        ),
        rows(
            Button(t.plain.gettext("Yes, stop all"), StopAllMedia(found.card.id)),
            Button(t.plain.gettext("No, back"), OpenOwnMedia(found.card.id)),
        ),
    )


def stopped(t: Translator, outcome: Stopped) -> Message:
    """Say that it is done."""
    if outcome.number:
        said = t.ngettext(
            "<b>Stopped: {number} picture.</b> The organiser is told.",
            "<b>Stopped: {number} pictures.</b> The organiser is told.",
            outcome.number,
        )
    else:
        said = t.gettext("<b>This is stopped already.</b> Nobody is sent it any more.")
    return Message(
        said
        + "\n\n"
        + t.gettext("Whoever has a picture already keeps it until the organiser takes it back."),
        rows(
            Button(t.plain.gettext("Another picture"), OpenOwnMedia(outcome.card.id)),
            _to_event(t, outcome.card),
        ),
    )


def ask_no_photos(t: Translator) -> Message:
    """Say what it means not to be seen on any picture, and ask."""
    return Message(
        t.gettext(
            "<b>Not to be seen on pictures of events?</b>\n"
            "Pictures and videos of events where you had a place are stopped until the organiser "
            "has looked whether you are on them. For that the organisers of these events are told "
            "your name. You can change your mind at any time."
        ),
        rows(
            Button(
                t.plain.gettext("Yes, I do not want to be seen"),
                SetConsent(Purpose.PHOTOS.value, 0, "settings"),
            ),
            Button(t.plain.gettext("No, back"), OpenSettings()),
        ),
    )


# ── for organisers ───────────────────────────────────────────────────────────────────────────
def ask_use_again(t: Translator, found: StoppedMedia, *, is_changed: bool = False) -> Message:
    """Show who asked for a picture to be stopped, and ask what the organiser knows."""
    parts = []
    if is_changed:
        parts.append(t.gettext("Somebody has asked in between. Please look once more."))
    if not found.marks:
        parts.append(t.gettext("<b>This picture is not stopped any more.</b>"))
        return Message(Html("\n\n".join(parts)), rows(_to_gallery(t, found.card)))
    parts.append(t.gettext("<b>Use this picture again?</b>"))
    parts.extend(
        t.gettext("{name} says: this one shows me.", name=mark.name or t.plain.gettext("(erased)"))
        if mark.certain
        else t.gettext(
            "{name} does not want to be seen on any picture.",
            name=mark.name or t.plain.gettext("(erased)"),
        )
        for mark in found.marks
    )
    if not found.may_be_used_again:
        parts.append(
            t.gettext(
                "Somebody who is on it has had their data erased, and can't agree any more: it "
                "stays stopped. Please take it out."
            )
        )
    else:
        parts.append(
            t.gettext(
                "Please ask whoever is on it first. With your yes you say that each of them has "
                "agreed, or is not on it. This is written down with your name."
            )
        )
    may = found.may_be_used_again
    return Message(
        Html("\n\n".join(parts)),
        rows(
            Button(
                t.plain.gettext("Yes, they agree or are not on it"),
                UseMediaAgain(found.media.id, found.key),
            )
            if may
            else None,
            Button(t.plain.gettext("Show it"), ShowMedia(found.media.id)),
            _to_gallery(t, found.card),
        ),
    )


def ask_use_all_again(t: Translator, found: LookedAt, *, is_changed: bool = False) -> Message:
    """Show who may be on pictures, and ask whether the organiser has looked."""
    parts = []
    if is_changed:
        parts.append(t.gettext("Somebody has asked in between. Please look once more."))
    if not found.media:
        parts.append(t.gettext("<b>Nothing waits for your look any more.</b>"))
        return Message(Html("\n\n".join(parts)), rows(_to_gallery(t, found.card)))
    names = ", ".join(name or t.plain.gettext("(erased)") for name in found.names)
    parts += [
        t.ngettext(
            "<b>{number} picture or video waits for your look.</b>",
            "<b>{number} pictures and videos wait for your look.</b>",
            len(found.media),
        ),
        t.gettext("These people do not want to be seen: {names}", names=names),
        t.gettext(
            "Look at each one, and take out those that show one of them. With your yes you say "
            "that nobody named here is on any of the others. This is written down with your name."
        ),
    ]
    return Message(
        Html("\n\n".join(parts)),
        rows(
            Button(
                t.plain.gettext("Yes, nobody of them is on these"),
                UseAllMediaAgain(found.card.id, found.key),
            ),
            Button(t.plain.gettext("Look at the pictures"), OpenGallery(found.card.id)),
        ),
    )


def used_again(t: Translator, outcome: UsedAgain) -> Message:
    """Say that it may be shown again."""
    said = (
        t.ngettext(
            "<b>{number} picture or video may be shown again.</b>",
            "<b>{number} pictures and videos may be shown again.</b>",
            outcome.number,
        )
        if outcome.number
        else t.gettext("<b>This was done already.</b>")
    )
    return Message(said, rows(_to_gallery(t, outcome.card)))


def ask_take_back(t: Translator, found: Holders) -> Message:
    """Say from how many people it would be taken back, and ask."""
    if not found.number:
        return Message(
            t.gettext("<b>Nobody has this picture, or it is taken back already.</b>"),
            rows(_to_gallery(t, found.card)),
        )
    return Message(
        t.ngettext(
            "<b>Take it back from {number} person?</b>",
            "<b>Take it back from {number} people?</b>",
            found.number,
        )
        + "\n"
        + t.gettext(
            "In the chats of those people something grey takes its place; the other pictures stay. "
            "An announcement with this picture is taken back whole."
        ),
        rows(
            Button(t.plain.gettext("Yes, take it back"), TakeMediaBack(found.media.id)),
            Button(t.plain.gettext("No, back"), OpenGallery(found.card.id)),
        ),
    )


def taken_back(t: Translator, outcome: Holders) -> Message:
    """Say that it is being done."""
    said = (
        t.ngettext(
            "<b>It is being taken back from {number} person.</b>",
            "<b>It is being taken back from {number} people.</b>",
            outcome.number,
        )
        if outcome.number
        else t.gettext("<b>This was done already.</b>")
    )
    return Message(said, rows(_to_gallery(t, outcome.card)))


def _to_gallery(t: Translator, card: EventCard) -> Button:
    return Button(t.plain.gettext("Pictures and videos"), OpenGallery(card.id))


def _to_event(t: Translator, card: EventCard) -> Button:
    return Button(t.plain.gettext("Open the event"), OpenEvent(card.id))
