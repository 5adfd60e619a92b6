"""What organisers read of links to a survey for people without Telegram."""

from typing import assert_never

from xinno_core.services.survey_guests import (
    AT_ONCE,
    GuestDesk,
    GuestLinks,
    LinksMade,
    MakeOutcome,
    NoLinks,
)
from xinno_core.texts.actions import MakeSurveyLinks, ManageEvent, OpenLinks
from xinno_core.texts.dates import date_and_time
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.paging import short
from xinno_core.texts.translator import Html, Translator


def desk(t: Translator, found: GuestDesk) -> Message:
    """Show the surveys of an event, and how many links to each were given out and used."""
    parts = [
        t.gettext(
            "<b>Surveys in the browser: {title}</b>",
            title=t.plain.show(found.title, found.lead),
        ),
        t.gettext(
            "For people without Telegram there are links, each for one person. Who opens a link "
            "answers without a name; they are not registered, and get no messages."
        ),
        *(_stand(t, one, found.lead) for one in found.surveys),
    ]
    return Message("\n\n".join(parts), _buttons(t, found))


def made(t: Translator, outcome: MakeOutcome, public_url: str) -> Message:
    """Show links to pass on."""
    match outcome:
        case LinksMade(desk=under, tokens=tokens):
            said = "\n\n".join(
                (
                    t.ngettext(
                        "<b>A link for one person: {title}</b>",
                        "<b>{number} links, each for one person: {title}</b>",
                        len(tokens),
                        title=t.plain.show(outcome.survey_title, under.lead),
                    ),
                    "\n".join(t.quote(f"{public_url}/f/{token}") for token in tokens),
                    t.gettext(
                        "Pass each on to one person alone: a link can be opened again and again, "
                        "and keeps one set of answers. It works until {until}.",
                        until=date_and_time(t, outcome.until, outcome.zone),
                    ),
                )
            )
            # Without buttons: a press on one of them would put another screen in their place.
            return Message(said, fresh=True, pressed_shows=desk(t, under))
        case NoLinks(under):
            said = t.gettext(
                "No further link was made: the survey is closed, or there are as many links as "
                "there can be."
            )
            return Message(said + "\n\n" + desk(t, under).text, _buttons(t, under))
        case _:
            assert_never(outcome)


def _stand(t: Translator, one: GuestLinks, lead: str) -> str:
    head = Html("<b>" + t.show(one.title, lead) + "</b>")
    said = t.ngettext(
        "{number} link given out, used: {used}",
        "{number} links given out, used: {used}",
        one.given,
        used=one.used,
    )
    parts = [head, said]
    if not one.is_open:
        parts.append(t.gettext("This survey is closed."))
    return Html("\n".join(parts))


def _buttons(t: Translator, found: GuestDesk) -> tuple[tuple[Button, ...], ...]:
    making = [
        Button(
            short(_label(t, one, number, found)),
            MakeSurveyLinks(one.survey_id, number, one.given),
        )
        for one in found.surveys
        for number in AT_ONCE
        if one.fits(number)
    ]
    return rows(
        *making,
        Button(t.plain.gettext("Links"), OpenLinks(found.event_id)),
        Button(t.plain.gettext("Back to the event"), ManageEvent(found.event_id)),
    )


def _label(t: Translator, one: GuestLinks, number: int, found: GuestDesk) -> str:
    if len(found.surveys) == 1:
        return t.plain.ngettext("{number} link", "{number} links", number)
    return t.plain.ngettext(
        "{number} link: {title}",
        "{number} links: {title}",
        number,
        title=t.plain.show(one.title, found.lead),
    )
