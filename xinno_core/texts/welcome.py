"""The first minute (greeting, notice, language, consents), and finding one's way."""

import dataclasses

from xinno_core.languages import INTERFACE_LANGUAGES, OWN_NAMES
from xinno_core.models import Purpose
from xinno_core.services.access import Access
from xinno_core.services.asking import TooManyOpen, TooManyToday
from xinno_core.services.enquiry_drafts import MOST_CHARACTERS, KeepOutcome, Kept, TooLong
from xinno_core.services.events import EventCard
from xinno_core.texts import enquiries
from xinno_core.texts.actions import (
    AskOrganiser,
    FormResume,
    ManageEvent,
    OpenDesk,
    OpenEnquiry,
    OpenEvent,
    OpenEvents,
    OpenExports,
    OpenHelp,
    OpenLanguages,
    OpenMenu,
    OpenMine,
    OpenSettings,
    PassNotice,
    ReadNotice,
    SetConsent,
    SetLanguage,
)
from xinno_core.texts.commands import commands_for
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.translator import Translator

ORGANISERS_FORMS = frozenset(
    {"move", "slot", "announce", "text", "copy", "channel", "gpost", "gpoll"}
)
"""Topics of forms that name the event which an organiser works at."""


def co_funding(t: Translator) -> str:
    """Return the statement that the programme asks for, as its official forms word it."""
    # Translators: the European Commission's official wording of this statement in your language.
    return t.gettext("Co-funded by the European Union")


def welcome(
    t: Translator, card: EventCard | None, *, is_demo: bool, is_lost: bool = False
) -> Message:
    """Greet, and show the short privacy notice before anything is asked."""
    came_for = (
        t.gettext(
            "You followed a link to <b>{title}</b>.", title=t.show(card.title, card.lead_language)
        )
        if card
        else t.gettext("Here you find trainings and meetings near you.")
    )
    controller = (
        # Translators: {organiser} is the name of the organisation that runs the event.
        t.gettext("Responsible for your data: {organiser}.", organiser=card.organiser)
        if card
        else t.gettext("Responsible for your data: the organiser of each event, named on its card.")
    )
    if is_lost:
        came_for = lost(t) + " " + came_for
    parts = [
        t.gettext(
            "<b>Welcome to the x-Inno assistant.</b>\n"
            "Register for events, get reminders, give feedback: here, in your language."
        ),
        came_for,
        "<b>"
        + t.gettext("Your data in short")
        + "</b>\n"
        + controller
        + "\n"
        + t.gettext(
            "We keep your name, organisation and registrations with their answers to run the "
            "events. You can see, correct and erase them here at any time. "
            "Telegram carries the messages; it is a service of its own outside the European Union."
        ),
        "<i>" + co_funding(t) + " · x-Inno Radar, Interreg CENTRAL EUROPE</i>",
    ]
    if is_demo:
        parts.append(demo_line(t))
    return Message(
        "\n\n".join(parts),
        rows(
            Button(t.plain.gettext("Continue"), PassNotice()),
            Button(t.plain.gettext("Read the full privacy notice"), ReadNotice()),
            Button(
                t.plain.gettext("Language: {language}", language=OWN_NAMES[t.language]),
                OpenLanguages(),
            ),
        ),
    )


def lost(t: Translator) -> str:
    """Say that a link leads nowhere."""
    return t.gettext("The event behind your link was not found; it may no longer be shown.")


def link_lost(t: Translator, access: Access) -> Message:
    """Answer a link that leads nowhere."""
    fresh = menu(t, access)
    return Message(lost(t) + "\n\n" + fresh.text, fresh.buttons)


def demo_line(t: Translator) -> str:
    """Say that what is shown is made up for trying."""
    return t.gettext("Demo: people, dates and places here are made up for trying the assistant.")


def full_notice(t: Translator, card: EventCard | None, contact: str) -> Message:
    """Show the second layer of the privacy notice."""
    who = (
        card.organiser
        if card
        else t.plain.gettext("the organiser of each event, named on its card")
    )
    paragraphs = [
        "<b>" + t.gettext("Privacy notice") + "</b>",
        t.gettext(
            "<b>Who is responsible:</b> {organiser}. Data-protection contact: {contact}.",
            organiser=who,
            contact=contact or t.plain.gettext("named on the event's card"),
        ),
        t.gettext(
            "<b>What for:</b> registration, waiting list, reminders, changes, feedback, and the "
            "evidence that the funding programme asks of the organiser."
        ),
        t.gettext(
            "<b>What:</b> name, organisation with its type and sector, language, registrations, "
            "answers. Your Telegram ID (not your phone number) is used to reach you and stands in "
            "no export."
        ),
        t.gettext(
            "<b>On what basis:</b> what you register for, the organiser's public task, or its "
            "legitimate interest in running and evaluating its events; exercises and news of "
            "next dates only with your consent, which you can take back at any time under Settings."
        ),
        t.gettext(
            "<b>Who sees it:</b> the organiser of your event; programme bodies and auditors where "
            "evidence is due. Pilot leads see answers and counts without names."
        ),
        t.gettext(
            "<b>Feedback</b> is stored without your name, and separately from the list of who "
            "answered. "
            "What you write in your own words may still show who you are."
        ),
        t.gettext(
            "<b>Your rights:</b> see and download your data with /mydata, correct it under "
            "/settings, erase it with /forget; object to its use or have it restricted, by a word "
            "to the contact above; complain to your data-protection authority. Taking part "
            "without Telegram is possible: ask the organiser."
        ),
    ]
    return Message("\n\n".join(paragraphs), rows(Button(t.plain.gettext("Continue"), PassNotice())))


def ask_exercises(t: Translator) -> Message:
    """Ask the one consent that stands by itself: exercises."""
    return Message(
        t.gettext(
            "<b>Small exercises?</b>\n"
            "Around an event the assistant can send you an exercise of two minutes on "
            "communication or cooperation. Your answers are seen by you alone.\n\n"
            "You can change your mind at any time under Settings. Either answer is fine."
        ),
        rows(
            Button(
                t.plain.gettext("Yes, send me exercises"),
                SetConsent(Purpose.EXERCISES.value, 1, "start"),
            ),
            Button(
                t.plain.gettext("No, thank you"), SetConsent(Purpose.EXERCISES.value, 0, "start")
            ),
        ),
    )


def menu(t: Translator, access: Access) -> Message:
    """Show where one can go."""
    return Message(
        t.gettext("<b>x-Inno assistant</b>\nWhat would you like to do?"),
        rows(
            Button(t.plain.gettext("Events"), OpenEvents(0)),
            Button(t.plain.gettext("My registrations"), OpenMine()),
            Button(t.plain.gettext("Ask the organiser"), AskOrganiser()),
            Button(t.plain.gettext("Organise events"), OpenDesk()) if access.is_organiser else None,
            Button(t.plain.gettext("Events of your region"), OpenDesk())
            if access.is_staff and not access.is_organiser
            else None,
            Button(t.plain.gettext("Exports"), OpenExports())
            if access.is_lead or access.is_organiser
            else None,
            Button(t.plain.gettext("Settings"), OpenSettings()),
            Button(t.plain.gettext("Help"), OpenHelp()),
        ),
        commands=commands_for(t.plain, access),
    )


def outdated(t: Translator, access: Access) -> Message:
    """Answer a button that no longer fits: a fresh menu."""
    fresh = menu(t, access)
    return Message(
        t.gettext("This button is no longer valid. Here is the current menu.")
        + "\n\n"
        + fresh.text,
        fresh.buttons,
    )


def refused(t: Translator, access: Access) -> Message:
    """Answer a command for people with a role that this person does not have."""
    fresh = menu(t, access)
    return Message(
        t.gettext(
            "This needs a role that you do not have here. "
            "If you should have it, please ask whoever invited you."
        )
        + "\n\n"
        + fresh.text,
        fresh.buttons,
        commands=fresh.commands or (),  # a role that was taken back leaves the command menu
    )


def not_understood(
    t: Translator, access: Access, unfinished: str | None, kept: KeepOutcome | None = None
) -> Message:
    """Answer free text that nothing was waiting for: never silence, and nobody writes twice."""
    fresh = menu(t, access)
    match kept:
        case TooManyOpen() | TooManyToday():
            return dataclasses.replace(enquiries.refused(t, kept), fresh=True)
        case TooLong():
            said = enquiries.too_long_line(t, kept, MOST_CHARACTERS)
            return Message(said, fresh.buttons, fresh=True)
    resume = (
        rows(Button(t.plain.gettext("Go on with what you began"), FormResume(unfinished)))
        if unfinished
        else ()
    )
    if isinstance(kept, Kept):
        said = t.gettext("Thank you. I am a program and understand buttons better than sentences.")
        return Message(
            said + "\n\n" + enquiries.kept_line(t, kept),
            (*rows(*enquiries.kept_buttons(t, kept)), *resume, *_without_asking(fresh)),
            fresh=True,
        )
    return Message(
        t.gettext(
            "Thank you. I am a program and understand buttons better than sentences. "
            "Please choose below; your message was not stored."
        ),
        (*resume, *fresh.buttons),
        fresh=True,
    )


def _without_asking(fresh: Message) -> tuple[tuple[Button, ...], ...]:
    """Return the menu where a text waits already: asking for another one would be no way on."""
    return tuple(row for row in fresh.buttons if not isinstance(row[0].action, AskOrganiser))


def help_page(t: Translator, access: Access) -> Message:
    """Say what the assistant can do, in the words of the commands."""
    lines = [
        t.gettext("<b>What the assistant can do</b>"),
        t.gettext(
            "/events: find an event and register\n"
            "/my: your registrations, change or free a place\n"
            "/language: choose your language\n"
            "/settings: what you get, how often, at which hours\n"
            "/mydata: see and download your data\n"
            "/forget: erase your data\n"
            "/cancel: leave what you are doing"
        ),
    ]
    if access.is_organiser:
        lines.append(
            t.gettext(
                "For organisers:\n/new: make an event\n/organise: counts, move, cancel\n"
                "/announce: write to the registered"
            )
        )
    elif access.is_staff:
        lines.append(t.gettext("For staff:\n/organise: the events of your region"))
    if access.is_lead:
        lines.append(t.gettext("For pilot leads:\n/export: answers without names, and counts"))
    lines.append("<i>" + co_funding(t) + " · x-Inno Radar, Interreg CENTRAL EUROPE</i>")
    return Message(
        "\n\n".join(lines),
        rows(
            Button(t.plain.gettext("Ask the organiser"), AskOrganiser()),
            Button(t.plain.gettext("Menu"), OpenMenu()),
        ),
    )


def languages(t: Translator) -> Message:
    """Offer the languages, each under its own name."""
    return Message(
        t.gettext("<b>Language</b>\nIn which language shall the assistant write to you?"),
        rows(*(Button(OWN_NAMES[code], SetLanguage(code)) for code in INTERFACE_LANGUAGES)),
    )


def cancelled(t: Translator, access: Access, topic: str | None) -> Message:
    """Say what /cancel left, with the way back to where the form had been begun."""
    fresh = menu(t, access)
    if topic is None:
        said = t.gettext("There was nothing to stop.")
        return Message(said + "\n\n" + fresh.text, fresh.buttons)
    said = (
        t.gettext("Stopped. The draft of your announcement is kept.")
        if topic.startswith("announce.")
        else t.gettext(
            "Stopped. What you had begun to fill in was dropped; nothing else has changed."
        )
    )
    if (back := _way_back(t, topic)) is not None:
        return Message(said, rows(back, Button(t.plain.gettext("Menu"), OpenMenu())))
    return Message(said + "\n\n" + fresh.text, fresh.buttons)


def _way_back(t: Translator, topic: str) -> Button | None:
    """Return the way to the event that a form belonged to."""
    match topic.split("."):
        case ["ask", "0", *_]:
            return None
        case [("reg" | "answers" | "ask"), event_id, *_] if event_id.isdecimal():
            return Button(t.plain.gettext("Open the event"), OpenEvent(int(event_id)))
        case [feature, event_id, *_] if feature in ORGANISERS_FORMS and event_id.isdecimal():
            return Button(t.plain.gettext("Back to the event"), ManageEvent(int(event_id)))
        case [("reply" | "faqnew"), enquiry_id] if enquiry_id.isdecimal():
            return Button(t.plain.gettext("Open the question"), OpenEnquiry(int(enquiry_id)))
        case ["new", *_]:
            return Button(t.plain.gettext("Your events"), OpenDesk())
        case _:
            return None


def profile_saved(t: Translator) -> Message:
    """Say that the profile is corrected."""
    return Message(
        t.gettext("Your name and organisation are saved."),
        rows(Button(t.plain.gettext("Menu"), OpenMenu())),
    )


def trouble(t: Translator, number: str) -> Message:
    """Say that an update failed for good; the number stands in the log."""
    return Message(
        t.gettext(
            "Sorry, something went wrong on our side, and your last step was not carried out. "
            "Please try again. If it happens again, give the organiser this number: {number}",
            number=number,
        ),
        rows(Button(t.plain.gettext("Menu"), OpenMenu())),
        fresh=True,
    )


def busy(t: Translator) -> str:
    """Return a short word for a press whose screen did not change."""
    return t.plain.gettext("Done")
