"""Why a message was not sent, in words that a person can read."""

from xinno_core.services.gate import Reason
from xinno_core.texts.translator import Translator


def reason_word(t: Translator, reason: str) -> str:
    """Return the words for a reason code; one from Telegram itself is shown as it is."""
    words = {
        Reason.QUIET_HOURS: t.gettext("waits for the end of the quiet hours"),
        Reason.NO_TELEGRAM: t.gettext("no chat with the assistant"),
        Reason.UNREACHABLE: t.gettext("the chat was blocked"),
        Reason.FORGOTTEN: t.gettext("the data was erased"),
        Reason.NO_CONSENT: t.gettext("no consent"),
        Reason.TOO_LATE: t.gettext("too late to be of use"),
        Reason.EVENT_CANCELLED: t.gettext("the event was cancelled"),
        Reason.NOT_REGISTERED: t.gettext("the place was given back"),
        Reason.ANSWERED_ALREADY: t.gettext("answered already"),
        Reason.SUPERSEDED: t.gettext("a newer message took its place"),
        Reason.LOST_ROLE: t.gettext("the role was taken back"),
        Reason.DECIDED: t.gettext("somebody else has decided"),
        Reason.NOT_OPEN: t.gettext("registration is closed, or done already"),
        "blocked": t.gettext("the chat was blocked"),
    }
    return str(words.get(reason, reason))
