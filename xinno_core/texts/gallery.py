"""What organisers read of an event's gallery: what there is, its words, when it goes out."""

from typing import assert_never

from xinno_core.models import Media as MediaRow
from xinno_core.services.gallery import Added, AddOutcome, Gallery, Item, NotAdded
from xinno_core.services.gallery_rules import NotSent, OnItsWay, Plan, PlanState, SendOutcome
from xinno_core.services.gallery_words import article_key
from xinno_core.texts.actions import (
    AddMedia,
    AskSendGallery,
    AskTakeMediaBack,
    AskUseAllMediaAgain,
    AskUseMediaAgain,
    ManageEvent,
    OpenGallery,
    PlaceMedia,
    PreviewGallery,
    PutGalleryOff,
    RemoveArticle,
    RemoveMedia,
    SendGallery,
    SetGalleryAside,
    ShowMedia,
    StartArticle,
    WriteCaption,
)
from xinno_core.texts.dates import date_and_time
from xinno_core.texts.languages import language_name
from xinno_core.texts.message import Button, Media, Message, rows
from xinno_core.texts.paging import pairs, short, turns
from xinno_core.texts.translator import Html, Translator
from xinno_core.texts.withdrawals import kind_word

PAGE = 10
IN_A_ROW = 5


def gallery(t: Translator, shown: Gallery, page: int = 0, said: str = "") -> Message:
    """Show what there is, when it goes out, and what can be done."""
    pages = max((len(shown.items) + PAGE - 1) // PAGE, 1)
    page = min(page, pages - 1)
    listed = shown.items[page * PAGE : (page + 1) * PAGE]
    parts = [
        said,
        t.gettext("<b>Pictures and videos: {title}</b>", title=_title(t, shown)),
        "\n".join(_line(t, shown, item) for item in listed) or t.gettext("There is none yet."),
        _stopped(t, shown),
        _captions(t, shown),
        "\n".join(_article(t, shown, number) for number in range(len(shown.articles))),
        _when(t, shown),
        _reached(t, shown),
        _refused(t, shown),
    ]
    numbers = [Button(str(shown.number(item.id)), ShowMedia(item.id)) for item in listed]
    return Message(
        Html("\n\n".join(part for part in parts if part)),
        (
            *(tuple(numbers[at : at + IN_A_ROW]) for at in range(0, len(numbers), IN_A_ROW)),
            *turns(t, page, pages, lambda at: OpenGallery(shown.card.id, at)),
            *_buttons(t, shown),
        ),
    )


def asked_to_send(t: Translator, shown: Gallery) -> Message:
    """Say what to send, one thing after the other."""
    return Message(
        t.gettext(
            "<b>Send pictures, videos or documents now: {title}</b>\n"
            "One after the other, or as albums. They are uploaded once and used again. "
            "A caption is written here, for each language.",
            title=_title(t, shown),
        ),
        rows(Button(t.plain.gettext("Done"), OpenGallery(shown.card.id))),
    )


def added(t: Translator, outcome: AddOutcome) -> Message:
    """Say what came of something that was sent."""
    shown = outcome.gallery
    match outcome:
        case Added(is_new=True, is_stopped=False):
            said = t.ngettext(
                "Taken in. There is {number} picture or video now; send more, or press Done.",
                "Taken in. There are {number} pictures and videos now; send more, or press Done.",
                len(shown.items),
            )
        case Added(is_stopped=True):
            said = t.gettext(
                "Taken in and stopped: somebody who has a place does not want to be seen. "
                "Please look whether they are on it. Names: {names}",
                names=", ".join(shown.objectors) or "-",
            )
        case Added():
            said = t.gettext("This one is there already; it was renewed.")
        case NotAdded(problem=None):
            said = t.gettext(
                "No further one fits. For more, add an article that leads to a page with all."
            )
        case NotAdded():
            said = t.gettext("Only pictures, videos and documents are taken here.")
        case _:
            assert_never(outcome)
    return Message(said, rows(Button(t.plain.gettext("Done"), OpenGallery(shown.card.id))))


def item(t: Translator, shown: Gallery, row: MediaRow) -> Message:
    """Show one file to its organiser, with its place and what can be done with it."""
    found = shown.item(row.id)
    lines = [_name(t, kind_word(t, row.kind), row.name or "")]
    buttons: list[Button | None] = []
    if row.stopped_at is not None:
        lines.append(t.gettext("It is stopped: somebody does not want to be seen on it."))
        buttons += [
            Button(t.plain.gettext("Use it again"), AskUseMediaAgain(row.id)),
            Button(
                t.plain.gettext("Take it back from those who have it"), AskTakeMediaBack(row.id)
            ),
        ]
    if found is not None:
        place = shown.number(row.id)
        lines.append(t.gettext("Place: {number} of {total}", number=place, total=len(shown.items)))
        buttons += [
            Button(t.plain.gettext("One place forward"), PlaceMedia(row.id, place - 1))
            if place > 1
            else None,
            Button(t.plain.gettext("One place back"), PlaceMedia(row.id, place + 1))
            if place < len(shown.items)
            else None,
            Button(t.plain.gettext("Take it out"), RemoveMedia(row.id)),
        ]
    return Message(
        Html("\n".join(lines)),
        (*pairs(*buttons), *rows(_to_gallery(t, shown))),
        media=(Media(row.kind.value, row.file_id),),
    )


def preview_on_its_way(t: Translator, shown: Gallery) -> Message:
    """Say that the preview comes as messages of its own."""
    if not shown.has_something:
        return gallery(t, shown, said=_nothing(t))
    return Message(
        t.gettext("The preview comes now, as it will look. Nobody else gets it."),
        rows(_to_gallery(t, shown)),
    )


def ask_send(t: Translator, shown: Gallery, *, is_changed: bool = False) -> Message:
    """Say who would get what, and ask."""
    plan = shown.plan
    if (refusal := _refusal(t, shown)) is not None:
        return gallery(t, shown, said=refusal)
    parts = []
    if is_changed:
        parts.append(t.gettext("Something has changed in between. Please look once more."))
    parts += [
        t.gettext("<b>Send now: {title}</b>", title=_title(t, shown)),
        t.ngettext("{number} picture or video", "{number} pictures and videos", len(shown.usable)),
        t.ngettext("{number} article", "{number} articles", len(shown.articles)),
        t.ngettext(
            "It goes to {number} person who has a place; who got something before gets only "
            "what is new.",
            "It goes to {number} people who have a place; who got something before gets only "
            "what is new.",
            plan.people,
        ),
    ]
    return Message(
        Html("\n".join(parts)),
        rows(
            Button(t.plain.gettext("Yes, send it"), SendGallery(shown.card.id, plan.key)),
            Button(t.plain.gettext("No, back"), OpenGallery(shown.card.id)),
        ),
    )


def sent(t: Translator, outcome: SendOutcome, shown: Gallery) -> Message:
    """Say what came of sending."""
    match outcome:
        case OnItsWay(people, is_new=True):
            said = t.ngettext(
                "<b>It is on its way to {number} person.</b> Quiet hours are kept.",
                "<b>It is on its way to {number} people.</b> Quiet hours are kept.",
                people,
            )
            return gallery(t, shown, said=said)
        case OnItsWay():
            return gallery(t, shown, said=t.gettext("<b>It is on its way already.</b>"))
        case NotSent(is_changed=True):
            return ask_send(t, shown, is_changed=True)
        case NotSent():
            return gallery(t, shown, said=_refusal(t, shown) or "")
        case _:
            assert_never(outcome)


# ── parts ────────────────────────────────────────────────────────────────────────────────────
def _refusal(t: Translator, shown: Gallery) -> str | None:
    """Return why nothing can be sent now."""
    plan = shown.plan
    if not shown.has_something:
        return _nothing(t)
    if not plan.has_begun:
        return t.gettext("Pictures can be sent by hand once the event has begun.")
    if plan.is_paused:
        return t.gettext("The journey of this event is paused; please let it go on first.")
    return None


def _nothing(t: Translator) -> str:
    return t.gettext("There is nothing to show yet: no picture, no video, no article.")


def _title(t: Translator, shown: Gallery) -> str:
    return t.plain.show(shown.card.title, shown.card.lead_language)


def _name(t: Translator, kind: str, name: str) -> str:
    return t.gettext("{kind}: {name}", kind=kind, name=name) if name else kind


def _line(t: Translator, shown: Gallery, one: Item) -> str:
    what = _name(t.plain, kind_word(t.plain, one.kind), one.name)
    number = shown.number(one.id)
    if one.is_stopped:
        return t.gettext("{number}. {what} (stopped)", number=number, what=what)
    if one.is_refused or one.bot_id != shown.bot_id:
        return t.gettext(
            "{number}. {what} (can't be sent any more; send it again)", number=number, what=what
        )
    return t.gettext("{number}. {what}", number=number, what=what)


def _stopped(t: Translator, shown: Gallery) -> str:
    if not shown.objectors:
        return ""
    return t.gettext(
        "These people have a place and do not want to be seen: {names}",
        names=", ".join(shown.objectors),
    )


def _captions(t: Translator, shown: Gallery) -> str:
    there = [code for code in shown.languages if shown.text.get(code)]
    if not there:
        return t.gettext("Caption: none yet")
    lacking = [code for code in shown.languages if code not in there]
    lines = [t.gettext("Caption: {languages}", languages=_languages(t, there))]
    if lacking:
        lines.append(t.gettext("Not written yet: {languages}", languages=_languages(t, lacking)))
    return Html("\n".join(lines))


def _languages(t: Translator, codes: list[str]) -> str:
    return ", ".join(language_name(code, t.plain) for code in codes)


def _article(t: Translator, shown: Gallery, number: int) -> str:
    article = shown.articles[number]
    title = t.plain.show(article.title, shown.card.lead_language)
    return t.gettext("Article {number}: {title}", number=number + 1, title=title)


def _when(t: Translator, shown: Gallery) -> str:
    plan = shown.plan
    match plan.state:
        case PlanState.WAITING if plan.due_at is not None:
            return t.gettext(
                "<b>Goes out by itself:</b> {when}",
                when=date_and_time(t, plan.due_at, shown.card.zone),
            )
        case PlanState.GOING if plan.is_paused:
            return t.gettext("<b>Waits:</b> the journey of this event is paused.")
        case PlanState.GOING:
            return t.gettext("<b>It is on its way.</b>")
        case PlanState.PARKED:
            return t.gettext("<b>Goes out only when you send it.</b>")
        case _:
            return ""


def _reached(t: Translator, shown: Gallery) -> str:
    if not shown.plan.reached:
        return ""
    return t.gettext(
        "Reached so far: {reached}; said thank you: {thanked}",
        reached=shown.plan.reached,
        thanked=shown.thanked,
    )


def _refused(t: Translator, shown: Gallery) -> str:
    if not shown.failed:
        return ""
    return t.ngettext(
        "<b>{number} message was refused because of a file.</b> Send the file again, then send "
        "the gallery once more: only who lacks something gets it.",
        "<b>{number} messages were refused because of a file.</b> Send the file again, then send "
        "the gallery once more: only who lacks something gets it.",
        shown.failed,
    )


def _buttons(t: Translator, shown: Gallery) -> tuple[tuple[Button, ...], ...]:
    card, plan = shown.card, shown.plan
    return (
        *rows(
            Button(t.plain.gettext("Add pictures or videos"), AddMedia(card.id)),
            Button(t.plain.gettext("I have looked"), AskUseAllMediaAgain(card.id))
            if any(one.is_stopped for one in shown.items)
            else None,
        ),
        *pairs(
            *(
                Button(
                    t.plain.gettext("Caption: {language}", language=language_name(code, t.plain)),
                    WriteCaption(card.id, code),
                )
                for code in shown.languages
            )
        ),
        *rows(
            Button(t.plain.gettext("Add an article"), StartArticle(card.id)),
            *(
                Button(
                    short(
                        t.plain.gettext(
                            "Take out: {title}",
                            title=t.plain.show(article.title, card.lead_language),
                        )
                    ),
                    RemoveArticle(card.id, article_key(article)),
                )
                for article in shown.articles
            ),
        ),
        *pairs(
            *(
                Button(
                    t.plain.gettext("Preview: {language}", language=language_name(code, t.plain)),
                    PreviewGallery(card.id, code),
                )
                for code in (shown.languages if shown.has_something else ())
            )
        ),
        *rows(
            *_sending(t, shown, plan),
            Button(t.plain.gettext("Back to the event"), ManageEvent(card.id)),
        ),
    )


def _sending(t: Translator, shown: Gallery, plan: Plan) -> list[Button | None]:
    rule_id = plan.rule_id or 0
    return [
        Button(t.plain.gettext("Send now"), AskSendGallery(shown.card.id))
        if shown.has_something and plan.has_begun and plan.state is not PlanState.GOING
        else None,
        Button(t.plain.gettext("A day later"), PutGalleryOff(rule_id, plan.later))
        if plan.state is PlanState.WAITING
        else None,
        Button(t.plain.gettext("Do not send it by itself"), SetGalleryAside(rule_id, 1))
        if plan.state is PlanState.WAITING
        else None,
        Button(t.plain.gettext("Send it by itself after all"), SetGalleryAside(rule_id, 0))
        if plan.state is PlanState.PARKED and plan.may_go_by_itself
        else None,
    ]


def _to_gallery(t: Translator, shown: Gallery) -> Button:
    return Button(t.plain.gettext("Pictures and videos"), OpenGallery(shown.card.id))
