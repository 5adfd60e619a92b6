"""One's own data: shown, sent as a file, erased."""

import json
from collections.abc import Sequence

from xinno_core.languages import OWN_NAMES
from xinno_core.models import NoticeState
from xinno_core.services import my_data as own_data
from xinno_core.services.my_data import MyData
from xinno_core.services.my_registrations import MyRegistration
from xinno_core.services.privacy import Forgotten
from xinno_core.services.standings import Own
from xinno_core.texts.actions import (
    AskForget,
    DownloadMyData,
    EditProfile,
    ForgetMe,
    OpenMenu,
    OpenSettings,
)
from xinno_core.texts.books import state_word
from xinno_core.texts.countries import country_lines
from xinno_core.texts.forms import house_option
from xinno_core.texts.message import Button, Document, Message, rows
from xinno_core.texts.settings import consent_lines, preference_lines
from xinno_core.texts.translator import Translator

MOST_SHOWN = 8


def my_data(t: Translator, data: MyData) -> Message:
    """Show what is stored about the reader."""
    parts = [
        t.gettext("<b>My data</b>\nThis is what the assistant knows about you."),
        "\n".join(_profile(t, data)),
        "\n".join(
            [
                "<b>" + t.gettext("Registrations") + "</b>",
                *(_registration(t, one) for one in data.registrations[:MOST_SHOWN]),
                *_more(t, data),
            ]
        ),
        "\n".join(_counts(t, data)),
        t.gettext(
            "The file holds all of it, with your notes and your answers when registering, in "
            "exercises and in surveys under a code."
        ),
    ]
    return Message(
        "\n\n".join(parts),
        rows(
            Button(t.plain.gettext("Download as a file"), DownloadMyData()),
            Button(t.plain.gettext("Correct name or organisation"), EditProfile()),
            Button(t.plain.gettext("Erase my data"), AskForget()),
            Button(t.plain.gettext("Menu"), OpenMenu()),
        ),
    )


def my_data_file(t: Translator, data: MyData) -> Message:
    """Send everything as a file."""
    content = json.dumps(own_data.plain(data), ensure_ascii=False, indent=2)
    return Message(
        t.gettext("Your data as a file. Other programs can read it: it is in the form JSON."),
        document=Document("my-data.json", content.encode("utf-8", "replace")),
        fresh=True,
    )


def ask_forget(t: Translator, owned: Sequence[Own]) -> Message:
    """Say what erasing takes and what stays, and ask."""
    parts = [
        t.gettext("<b>Erase your data?</b>\nThis can't be undone."),
        t.gettext(
            "<b>Erased at once:</b> your name, organisation and Telegram ID, your answers when "
            "registering, with whom you come, by which link you found us, what the organiser "
            "wrote to you, what you asked the organisers with their answers, exercises with your "
            "notes, your settings, your roles, and what you began to fill in."
        ),
    ]
    if owned:
        titles = ", ".join(t.plain.show(own.card.title, own.card.lead_language) for own in owned)
        parts.append(
            t.gettext(
                "<b>Given back:</b> your places, offers and numbers on waiting lists.\n"
                "Events: {titles}",
                titles=titles,
            )
        )
    parts.append(
        t.gettext(
            "<b>What stays</b>, under a number that leads to nobody: that somebody was registered "
            "for an event, in which role and with which result; if the organiser noted that they "
            "were there, this note, with the workshops; which consents were given and when; "
            "that a survey was answered, which messages were sent, in which language, and "
            "when you first wrote; for organisers also what they announced and changed. The "
            "organiser needs part of this as evidence for the funding programme. Answers to "
            "surveys that are still sealed are destroyed; those under a code lose it for good, and "
            "those of opened anonymous surveys lead to nobody anyway."
        )
    )
    return Message(
        "\n\n".join(parts),
        rows(
            Button(t.plain.gettext("Yes, erase my data"), ForgetMe()),
            Button(t.plain.gettext("Download it first"), DownloadMyData()),
            Button(t.plain.gettext("No, keep my data"), OpenSettings()),
        ),
    )


def forgotten(t: Translator, outcome: Forgotten) -> Message:
    """Say that it is done; no button, because whoever presses one is a new person."""
    parts = [t.gettext("<b>Your data is erased.</b>")]
    if outcome.freed:
        titles = ", ".join(
            t.plain.show(freed.card.title, freed.card.lead_language) for freed in outcome.freed
        )
        parts.append(
            t.gettext(
                "Your places, offers and numbers on waiting lists are given back.\n"
                "Events: {titles}",
                titles=titles,
            )
        )
    parts.append(
        t.gettext(
            "The messages in this chat lie with Telegram: delete the chat there to remove them. "
            "If you write here again, you begin anew, with /start: nothing leads back to you."
        )
    )
    return Message("\n\n".join(parts))


def _profile(t: Translator, data: MyData) -> list[str]:
    person = data.profile
    agreed = {one.purpose: one.given for one in data.consents}  # the newest answer stays
    return [
        t.gettext("Name: {name}", name=person.name or t.plain.gettext("not given yet")),
        t.gettext(
            "Organisation: {organisation} ({type}; {sector})",
            organisation=person.organisation,
            type=house_option(person.organisation_type or "", t),
            sector=house_option(person.sector or "", t),
        )
        if person.organisation
        else t.gettext("Organisation: not given yet"),
        *country_lines(t, person.country),
        t.gettext("Language: {language}", language=OWN_NAMES[t.language]),
        t.gettext("Telegram ID, only to reach you: {number}", number=person.telegram_id or ""),
        *consent_lines(t, agreed),
        *preference_lines(t, data.preferences, now=data.read_at, zone=person.zone or "UTC"),
    ]


def _registration(t: Translator, one: MyRegistration) -> str:
    # Translators: one line of a list: title of an event, role at it, state such as "Confirmed".
    line = t.gettext(
        "{title} · {role} · {state}", title=one.title, role=one.role, state=state_word(t, one.state)
    )
    if one.attended:
        line += "\n" + t.gettext("The organiser noted that you were there.")
    if not one.sessions:
        return line
    chosen = ", ".join(session.title for session in one.sessions)
    return line + "\n" + t.gettext("Workshops: {workshops}", workshops=chosen)


def _more(t: Translator, data: MyData) -> list[str]:
    left = len(data.registrations) - MOST_SHOWN
    if not data.registrations:
        return [t.gettext("none")]
    if left <= 0:
        return []
    return [t.ngettext("and {number} more event", "and {number} more events", left)]


def _counts(t: Translator, data: MyData) -> list[str]:
    sent = sum(one.state is NoticeState.SENT for one in data.messages)
    return [
        t.gettext("Exercises begun: {number}", number=len(data.exercises)),
        t.gettext("Surveys answered: {number}", number=len(data.surveys_taken_part_in)),
        *_surveys(t, data),
        t.gettext("Questions to organisers: {number}", number=len(data.enquiries)),
        t.gettext("Votes in announcements: {number}", number=len(data.votes)),
        t.gettext("Messages sent to you: {number}", number=sent),
    ]


def _surveys(t: Translator, data: MyData) -> list[str]:
    """Say where answers to surveys lie, and show those that are kept with the person."""
    lines = []
    for one in data.surveys_taken_part_in[-MOST_SHOWN:]:
        if one.answers is not None:
            lines.append(
                t.gettext("{title}: your answers are in the file, under a code", title=one.title)
            )
        elif one.is_sealed:
            lines.append(t.gettext("{title}: your answers are sealed", title=one.title))
        elif one.was_destroyed:
            lines.append(
                t.gettext(
                    "{title}: too few people answered, and the answers were destroyed unread",
                    title=one.title,
                )
            )
        else:
            lines.append(
                t.gettext("{title}: nothing leads from the answers to you", title=one.title)
            )
    return lines
