"""What the house itself asks in its forms: of people about themselves, of organisers at their work.

The questions of an event and of its surveys stand in its file, or are written in the chat.
"""

from datetime import datetime

from xinno_core.services.questions import Field
from xinno_core.texts.dates import example_time, typed_time
from xinno_core.texts.languages import language_name
from xinno_core.texts.translator import Translator


def house_question(asked: Field, t: Translator) -> str:
    """Return the house's own question for a field."""
    match asked.key:
        case "profile_name":
            return t.gettext(
                "<b>What is your name?</b>\nAs it should stand on the list of participants."
            )
        case "profile_organisation":
            return t.gettext(
                "<b>Which organisation do you come from?</b>\n"
                "If you come for yourself, write your own trade or “private”."
            )
        case "profile_type":
            return t.gettext("<b>What kind of organisation is it?</b>")
        case "profile_sector":
            return t.gettext("<b>In which field does your organisation mainly work?</b>")
        case "reflection":
            return t.gettext(
                "<b>{question}</b>\nWrite a few words for yourself.", question=asked.hint
            )
        case "quiet_hours":
            return t.gettext(
                "<b>From when to when should it be quiet?</b>\n"
                "Two times of day with a dash between them, for example 21:00-07:30."
            )
        case "ask_text":
            return t.gettext(
                "<b>What would you like to ask?</b>\n"
                "Please write it in one message. You see it once more before it is sent."
            )
        case "reply_text":
            return t.gettext(
                "<b>What would you like to answer?</b>\nThe person reads it as you write it. "
                "The question was:\n{question}",
                question=asked.source,
            )
        case "faq_scope":
            return t.gettext("<b>For which events does this hold?</b>")
        case "limit_seats":
            return t.gettext(
                "<b>How many seats are there?</b>\n"
                "A whole number, for “{limit}”. Now there are: {kept}",
                limit=asked.hint,
                kept=asked.kept,
            )
        case "channel_name":
            return t.gettext(
                "<b>Where will this link stand?</b>\nA short name for you, such as “Radio”."
            )
        case "group_question":
            return t.gettext("<b>What do you want to ask the group?</b>\nOne question.")
        case "group_answers":
            return t.gettext(
                "<b>Which answers can be chosen?</b>\nWrite each on a line of its own, in one "
                "message: 2 to 10 of them."
            )
        case "survey_action":
            return _action_question(asked, t)
        case "word_yes":
            return t.gettext(
                "<b>What would you like to say with your yes?</b>\nThe person reads it as you "
                "write it."
            )
        case "word_no":
            return t.gettext(
                "<b>What would you like to say with your no?</b>\nThe person reads it as you "
                "write it."
            )
    if asked.key.startswith("faq_"):
        return _faq_question(asked, t)
    if asked.key.startswith(("gallery_", "article_")):
        return _gallery_question(asked, t)
    if asked.key.startswith("wording_"):
        return _wording_question(asked, t)
    return _organisers_question(asked, t)


def _faq_question(asked: Field, t: Translator) -> str:
    language = language_name(asked.hint, t)
    if asked.key.startswith("faq_answer_"):
        return t.gettext("<b>And the answer, in this language: {language}?</b>", language=language)
    said = t.gettext(
        "<b>How should the frequent question read, in this language: {language}?</b>\n"
        "Everybody can read it. Please write no name and nothing that shows who asked.",
        language=language,
    )
    if not asked.source:
        return said
    if asked.is_retold:
        return (
            said
            + "\n"
            + t.gettext(
                "The question was:\n{text}\nPlease rewrite it without names; you may copy it.",
                text=asked.source,
            )
        )
    return said + "\n" + t.gettext("So far it reads:\n{text}", text=asked.source)


def _action_question(asked: Field, t: Translator) -> str:
    parts = [
        t.gettext(
            "<b>What follows from the answers?</b>\nOne thing that you have changed or will "
            "do, in this language: {language}. Everybody who was asked reads it.",
            language=language_name(asked.hint, t),
        )
    ]
    if asked.source:
        parts.append(t.gettext("In the event's first language:\n{text}", text=asked.source))
    if asked.kept:
        parts.append(t.gettext("Skip keeps: {kept}", kept=asked.kept))
    return "\n".join(parts)


def _wording_question(asked: Field, t: Translator) -> str:
    match asked.key:
        case "wording_title":
            what = t.gettext("<b>Title</b>")
        case "wording_summary":
            what = t.gettext("<b>Summary</b>")
        case "wording_programme":
            what = t.gettext("<b>Programme</b>")
        case _:
            what = t.gettext("<b>Directions</b>")
    parts = [
        what,
        t.gettext(
            "Please write the text in this language: {language}.",
            language=language_name(asked.hint, t),
        ),
    ]
    if asked.source:
        parts.append(t.gettext("In the event's first language:\n{text}", text=asked.source))
    if asked.kept:
        parts.append(t.gettext("Skip keeps: {kept}", kept=asked.kept))
    return "\n".join(parts)


def _gallery_question(asked: Field, t: Translator) -> str:
    match asked.key.partition(".")[0]:
        case "gallery_caption":
            return t.gettext(
                "<b>What shall stand under the pictures, in this language: {language}?</b>\n"
                "Who reads a language without a caption gets that of the event's first language.",
                language=language_name(asked.hint, t),
            )
        case "article_url":
            return t.gettext(
                "<b>Where is the article?</b>\nAn address that begins with https://, for example "
                "of a report or an album on the web."
            )
        case _:
            return t.gettext(
                "<b>What is the article called in this language: {language}?</b>",
                language=language_name(asked.hint, t),
            )


def _organisers_question(asked: Field, t: Translator) -> str:
    match asked.key.partition(".")[0]:
        case "new_starts" if asked.kept:
            return t.gettext(
                "<b>When does the event start?</b>\n"
                "Date and time at the event's place, for example {example}. "
                "Skip keeps: {kept}",
                example=example_time(t),
                kept=typed_time(t, datetime.fromisoformat(asked.kept)),
            )
        case "new_starts":
            return t.gettext(
                "<b>When does the event start?</b>\n"
                "Date and time at the event's place, for example {example}.",
                example=example_time(t),
            )
        case "new_title":
            return t.gettext(
                "<b>What is the event called in this language: {language}?</b>\nSkip keeps: {kept}",
                language=language_name(asked.hint, t),
                kept=asked.kept,
            )
        case "new_place":
            return t.gettext(
                "<b>Where does it take place?</b>\nName of the place. Skip keeps: {kept}",
                kept=asked.kept,
            )
        case "new_address":
            return t.gettext(
                "<b>What is the address?</b>\nStreet, number, town. Skip keeps: {kept}",
                kept=asked.kept,
            )
        case "slot_starts":
            return t.gettext(
                "<b>When does this session start: {session}?</b>\n"
                "Date and time at the event's place, for example {example}. "
                "Skip keeps: {kept}",
                session=asked.hint,
                example=example_time(t),
                kept=typed_time(t, datetime.fromisoformat(asked.kept)),
            )
        case "new_room" if asked.kept:
            return t.gettext(
                "<b>In which room?</b>\nSkip keeps: {kept}. A single - takes it out.",
                kept=asked.kept,
            )
        case "new_room":
            return t.gettext("<b>In which room?</b>\nSkip if none needs to be named.")
        case "new_link":
            return t.gettext(
                "<b>What is the link?</b>\n"
                "The address at which people join, beginning with https://. Skip keeps: {kept}",
                kept=asked.kept,
            )
        case "new_seats":
            # Translators: {limit} is what is limited, such as "Seats in the room".
            return t.gettext(
                "<b>How many seats are there?</b>\n"
                "A whole number, for “{limit}”. Skip keeps: {kept}",
                limit=asked.hint,
                kept=asked.kept,
            )
    msg = f"no question for the field {asked.key}"
    raise LookupError(msg)
