"""Settings: what a person gets, how often, at which hours, and how to have less of it."""

from collections.abc import Mapping
from datetime import datetime

from xinno_core.languages import OWN_NAMES
from xinno_core.models import Purpose, Topic
from xinno_core.services.preferences import MOST_PACE, PRESETS, Hours, Preferences, Standing
from xinno_core.services.quiet import WITHOUT_END
from xinno_core.texts.actions import (
    AskForget,
    AskNoPhotos,
    EditProfile,
    OpenCountries,
    OpenHours,
    OpenLanguages,
    OpenMenu,
    OpenMyData,
    OpenPace,
    OpenSettings,
    OpenTopics,
    SetConsent,
    SetHours,
    SetPace,
    SetPause,
    SlowDown,
    SwitchTopic,
    TypeHours,
)
from xinno_core.texts.countries import country_lines
from xinno_core.texts.dates import long_date
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.paging import pairs
from xinno_core.texts.translator import Translator


def settings(t: Translator, standing: Standing) -> Message:
    """Show what can be set, and how it stands."""
    lines = (
        t.gettext("<b>Settings</b>"),
        t.gettext("Language: {language}", language=OWN_NAMES[t.language]),
        *country_lines(t, standing.country),
        *consent_lines(t, standing.consents),
        *preference_lines(t, standing.preferences, now=standing.now, zone=standing.zone),
    )
    return Message(
        "\n".join(lines),
        (
            *rows(*_consent_buttons(t, standing.consents)),
            *pairs(
                Button(t.plain.gettext("Topics"), OpenTopics()),
                Button(t.plain.gettext("Quiet hours"), OpenHours()),
                Button(t.plain.gettext("Change language"), OpenLanguages()),
                Button(t.plain.gettext("My data"), OpenMyData()),
            ),
            *rows(
                Button(t.plain.gettext("How often, and pauses"), OpenPace()),
                Button(t.plain.gettext("Correct name or organisation"), EditProfile()),
                Button(t.plain.gettext("Country of the organisation"), OpenCountries())
                if standing.country is not None
                else None,
                Button(t.plain.gettext("Menu"), OpenMenu()),
                # Apart from the one that only shows the data: nobody hits it in passing.
                Button(t.plain.gettext("Erase my data"), AskForget()),
            ),
        ),
    )


def consent_lines(t: Translator, consents: Mapping[Purpose, bool]) -> list[str]:
    """Say what this person has said yes to."""
    return [
        t.gettext("Exercises: on")
        if consents.get(Purpose.EXERCISES)
        else t.gettext("Exercises: off"),
        t.gettext("News of the next dates of a series: on")
        if consents.get(Purpose.INVITATIONS)
        else t.gettext("News of the next dates of a series: off"),
        _photos_line(t, consents),
        *_linking_line(t, consents),
    ]


def preference_lines(t: Translator, wishes: Preferences, *, now: datetime, zone: str) -> list[str]:
    """Say how this person wants to be written to."""
    muted = [_topic_name(t, topic) for topic in Topic if topic in wishes.muted]
    lines = [_pace_line(t, wishes), _hours_line(t, wishes.hours)]
    if muted:
        # Translators: {topics} is a list such as "Reminders, Surveys".
        lines.append(t.gettext("Switched off: {topics}", topics=", ".join(muted)))
    if (pause := _pause_line(t, wishes, now=now, zone=zone)) is not None:
        lines.append(pause)
    return lines


def topics(t: Translator, standing: Standing) -> Message:
    """Show what can be switched off, and how it stands."""
    muted = standing.preferences.muted
    return Message(
        "\n".join(
            (
                t.gettext(
                    "<b>Topics</b>\nSwitch off what you do not need. What concerns your own "
                    "place, such as a change or a cancelled event, comes all the same."
                )
                + "\n",
                *(_topic_line(t, topic, is_on=topic not in muted) for topic in Topic),
            )
        ),
        rows(
            *(
                Button(
                    _topic_label(t, topic, is_on=topic not in muted),
                    SwitchTopic(topic.value, int(topic in muted)),
                )
                for topic in Topic
            ),
            _back(t),
        ),
    )


def pace(t: Translator, standing: Standing) -> Message:
    """Show how often optional messages come, and the pause."""
    wishes = standing.preferences
    parts = [
        t.gettext(
            "<b>How often?</b>\nThis is about what is good to have: exercises, next dates, "
            "optional announcements. At most one a day comes, and none at weekends and on public "
            "holidays."
        ),
        _pace_line(t, wishes),
    ]
    if (pause := _pause_line(t, wishes, now=standing.now, zone=standing.zone)) is not None:
        parts.append(pause)
    return Message(
        "\n\n".join(parts),
        rows(
            *(
                Button(_chosen(t, _pace_label(t, each), wishes.pace == each), SetPace(each))
                for each in range(MOST_PACE + 1)
            ),
            *_pause_buttons(t, standing),
            _back(t),
        ),
    )


def hours(t: Translator, standing: Standing) -> Message:
    """Show the quiet hours, and those to choose from."""
    own = standing.preferences.hours
    return Message(
        t.gettext(
            "<b>Quiet hours</b>\nIn these hours only urgent changes reach you, "
            "and the answer to what you press."
        )
        + "\n\n"
        + _hours_line(t, own),
        rows(
            *(
                Button(_chosen(t, _hours_label(t, key), own == preset), SetHours(key))
                for key, preset in PRESETS.items()
            ),
            Button(t.plain.gettext("Other hours"), TypeHours()),
            _back(t),
        ),
    )


def slowed(t: Translator, wishes: Preferences, was: int) -> Message:
    """Say what "fewer of these" has done, with the way back and the way on.

    The message it stood under stays: somebody may still want to read it.
    """
    return Message(
        t.gettext("<b>Fewer it is.</b>") + "\n" + _pace_line(t, wishes),
        rows(
            Button(t.plain.gettext("Back to how it was"), SetPace(was)),
            Button(_pace_label(t, 0), SetPace(0)) if wishes.pace else None,
            Button(t.plain.gettext("All settings"), OpenSettings()),
        ),
        fresh=True,
    )


def fewer_button(t: Translator, pace: int) -> Button:
    """Return the button under what is optional, for the pace at which it came."""
    return Button(t.plain.gettext("Fewer of these"), SlowDown(pace))


# ── consents ─────────────────────────────────────────────────────────────────────────────────
def _photos_line(t: Translator, consents: Mapping[Purpose, bool]) -> str:
    given = consents.get(Purpose.PHOTOS)
    if given is None:
        return t.gettext("I may be seen on pictures of events: not said yet")
    if given:
        return t.gettext("I may be seen on pictures of events: yes")
    return t.gettext("I may be seen on pictures of events: no")


def _linking_line(t: Translator, consents: Mapping[Purpose, bool]) -> list[str]:
    """Say it only to whom it was a question: surveys ask it where it matters."""
    given = consents.get(Purpose.LINKING)
    if given is None:
        return []
    if given:
        return [t.gettext("Answers to several surveys bear the same code: yes")]
    return [t.gettext("Answers to several surveys bear the same code: no")]


def _linking_button(t: Translator, consents: Mapping[Purpose, bool]) -> list[Button]:
    given = consents.get(Purpose.LINKING)
    if given is None:
        return []
    label = (
        t.plain.gettext("No longer link my answers")
        if given
        else t.plain.gettext("Link my answers to surveys")
    )
    return [Button(label, SetConsent(Purpose.LINKING.value, int(not given), "settings"))]


def _consent_buttons(t: Translator, consents: Mapping[Purpose, bool]) -> list[Button]:
    exercises, invitations = consents.get(Purpose.EXERCISES), consents.get(Purpose.INVITATIONS)
    photos = consents.get(Purpose.PHOTOS)
    yes_to_photos = Button(
        t.plain.gettext("I may be seen on pictures of events"),
        SetConsent(Purpose.PHOTOS.value, 1, "settings"),
    )
    no_to_photos = Button(
        t.plain.gettext("I do not want to be seen on pictures"),
        AskNoPhotos(),  # it tells organisers a name, so it is said before
    )
    return [
        Button(
            t.plain.gettext("Stop exercises")
            if exercises
            else t.plain.gettext("Send me exercises"),
            SetConsent(Purpose.EXERCISES.value, int(not exercises), "settings"),
        ),
        Button(
            t.plain.gettext("No more news of next dates")
            if invitations
            else t.plain.gettext("Tell me about the next dates of a series"),
            SetConsent(Purpose.INVITATIONS.value, int(not invitations), "settings"),
        ),
        # Who has said neither may say either.
        *(() if photos else (yes_to_photos,)),
        *(() if photos is False else (no_to_photos,)),
        *_linking_button(t, consents),
    ]


# ── topics ───────────────────────────────────────────────────────────────────────────────────
def _topic_name(t: Translator, topic: Topic) -> str:
    match topic:
        case Topic.REMINDERS:
            return t.gettext("Reminders")
        case Topic.SURVEYS:
            return t.gettext("Surveys")
        case Topic.MEDIA:
            return t.gettext("Pictures and thanks after events")
        case Topic.NEWS:
            return t.gettext("Announcements")


def _topic_line(t: Translator, topic: Topic, *, is_on: bool) -> str:
    name = _topic_name(t, topic)
    # Translators: {topic} is what can be switched off, such as "Reminders".
    return t.gettext("{topic}: on", topic=name) if is_on else t.gettext("{topic}: off", topic=name)


def _topic_label(t: Translator, topic: Topic, *, is_on: bool) -> str:
    name = _topic_name(t.plain, topic)
    if is_on:
        return t.plain.gettext("Switch off: {topic}", topic=name)
    return t.plain.gettext("Switch on: {topic}", topic=name)


# ── pace and pause ───────────────────────────────────────────────────────────────────────────
def _pace_line(t: Translator, wishes: Preferences) -> str:
    if not wishes.pace:
        return t.gettext("Optional messages: none")
    return t.ngettext(
        "Optional messages: at most {number} a week",
        "Optional messages: at most {number} a week",
        wishes.pace,
    )


def _pace_label(t: Translator, pace: int) -> str:
    if not pace:
        return t.plain.gettext("None at all")
    return t.plain.ngettext("{number} a week", "{number} a week", pace)


def _pause_line(t: Translator, wishes: Preferences, *, now: datetime, zone: str) -> str | None:
    until = wishes.pause_end(now)
    if until is None:
        return None
    if until >= WITHOUT_END:
        return t.gettext("Paused: nothing optional comes until you end the pause.")
    return t.gettext("Paused: nothing optional comes before {day}.", day=long_date(t, until, zone))


def _pause_buttons(t: Translator, standing: Standing) -> tuple[Button, ...]:
    if standing.preferences.pause_end(standing.now) is not None:
        return (Button(t.plain.gettext("End the pause"), SetPause("none")),)
    return (
        Button(t.plain.gettext("Pause for 2 weeks"), SetPause("weeks")),
        Button(t.plain.gettext("Pause until I end it"), SetPause("open")),
    )


# ── quiet hours ──────────────────────────────────────────────────────────────────────────────
def _hours_line(t: Translator, own: Hours | None) -> str:
    if own is None:
        return t.gettext("Quiet hours: as the organiser of each event has them")
    if own.are_none:
        return t.gettext("Quiet hours: none")
    return t.gettext("Quiet hours: {hours}", hours=_span(own))


def _hours_label(t: Translator, key: str) -> str:
    preset = PRESETS[key]
    if preset is None:
        return t.plain.gettext("As the organiser has them")
    return t.plain.gettext("No quiet hours") if preset.are_none else _span(preset)


def _span(hours: Hours) -> str:
    return f"{hours.starts:%H:%M}–{hours.ends:%H:%M}"


def _chosen(t: Translator, label: str, is_chosen: bool) -> str:  # noqa: FBT001 (what it says)
    # Translators: marks an option of a list that is chosen; {label} is the option.
    return t.plain.gettext("{label} (chosen)", label=label) if is_chosen else label


def _back(t: Translator) -> Button:
    return Button(t.plain.gettext("All settings"), OpenSettings())
