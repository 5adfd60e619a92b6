"""Why a message was not sent, in words that a person can read."""

from xinno_core.services.gate import Reason
from xinno_core.services.ledger import ANNOUNCEMENT_PAUSED
from xinno_core.texts.translator import Translator


def reason_word(t: Translator, reason: str) -> str:
    """Return the words for a reason code."""
    words = {
        Reason.QUIET_HOURS: t.gettext("waits for the end of the quiet hours"),
        Reason.WEEKEND: t.gettext("waits for the end of the weekend"),
        Reason.HOLIDAY: t.gettext("waits for the end of a public holiday"),
        Reason.CAP_DAY: t.gettext("waits: one optional message a day is enough"),
        Reason.CAP_WEEK: t.gettext("waits: as many optional messages as wanted came this week"),
        Reason.PAUSED: t.gettext("the person has paused optional messages"),
        Reason.BUSY: t.gettext("waits while the person answers a survey"),
        Reason.PACE_OFF: t.gettext("no optional messages wanted"),
        Reason.MUTED: t.gettext("the person has switched this topic off"),
        Reason.NO_TELEGRAM: t.gettext("no chat with the assistant"),
        Reason.UNREACHABLE: t.gettext("the chat was blocked"),
        Reason.FORGOTTEN: t.gettext("the data was erased"),
        Reason.NO_CONSENT: t.gettext("no consent"),
        Reason.TOO_LATE: t.gettext("too late to be of use"),
        Reason.EVENT_CANCELLED: t.gettext("the event was cancelled"),
        Reason.NOT_REGISTERED: t.gettext("the place was given back"),
        Reason.ANSWERED_ALREADY: t.gettext("answered already"),
        Reason.ASKED_ENOUGH: t.gettext("asked three times, and that is enough"),
        Reason.SUPERSEDED: t.gettext("a newer message took its place"),
        Reason.LOST_ROLE: t.gettext("the role was taken back"),
        Reason.DECIDED: t.gettext("somebody else has decided"),
        Reason.NOT_OPEN: t.gettext("registration is closed, or done already"),
        Reason.NOT_IN_AUDIENCE: t.gettext("no longer among those it was written to"),
        Reason.NO_LANGUAGE: t.gettext("no text in a language for this person"),
        Reason.NOTHING_TO_SHOW: t.gettext("no picture and no article that is new to them"),
        "file_refused": t.gettext("Telegram did not take a file; send the file again"),
        "journey_paused": t.gettext("the organiser has paused the messages of the event"),
        "rule_stopped": t.gettext("the organiser has switched this message off"),
        "blocked": t.gettext("the chat was blocked"),
        "cancelled": t.gettext("the announcement was cancelled"),
        ANNOUNCEMENT_PAUSED: t.gettext("waits: the announcement is paused"),
        "event_moved": t.gettext("the event was moved; a new one comes at its new time"),
        "place_freed": t.gettext("the place was given back"),
        "interrupted": t.gettext("the assistant stopped while it was being sent"),
        "no_answer": t.gettext("Telegram did not answer"),
        "broken_answer": t.gettext("Telegram's answer could not be read"),
        "bad_request": t.gettext("Telegram refused it"),
        "can't_parse_entities": t.gettext("Telegram refused its formatting"),
        "chat_not_found": t.gettext("Telegram does not know the chat"),
        "too_many_requests": t.gettext("Telegram asked for a pause; it is tried again"),
        "not_connected": t.gettext("Telegram could not be reached; it is tried again"),
        "its_turn_did_not_come": t.gettext("others were before it; it is tried again"),
        "not_enough_rights": t.gettext("the assistant may not write there"),
        "have_no_rights": t.gettext("the assistant may not write there"),
        "chat_write_forbidden": t.gettext("the assistant may not write there"),
        "token_refused": t.gettext("Telegram refuses the assistant's token"),
        "recall_blocked": t.gettext("could not be taken back: the chat was blocked"),
        "recall_refused": t.gettext("could not be taken back: Telegram refused it"),
        "recall_gone": t.gettext("could not be taken back: the message is gone"),
        "recall_forgotten": t.gettext("could not be taken back: the data was erased"),
        "correct_blocked": t.gettext("could not be put right: the chat was blocked"),
        "correct_refused": t.gettext("could not be put right: Telegram refused it"),
        "correct_gone": t.gettext("could not be put right: the message is gone"),
        "correct_forgotten": t.gettext("could not be put right: the data was erased"),
        "correct_other_shape": t.gettext("could not be put right: it looks otherwise there"),
    }
    # A code that is not known here is an error of our own, by its name.
    return str(words.get(reason) or t.gettext("a fault of the assistant: {code}", code=reason))
