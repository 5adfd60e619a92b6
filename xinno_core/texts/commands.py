"""What the command menu and the bot's profile say, in each language."""

from dataclasses import dataclass

from xinno_core.services.access import Access
from xinno_core.texts.translator import Translator


@dataclass(frozen=True)
class Profile:
    """What people read before they press Start."""

    description: str
    short: str


def commands(t: Translator) -> tuple[tuple[str, str], ...]:
    """Return the commands everybody has, with a word on each."""
    return (
        ("events", t.gettext("Find an event and register")),
        ("my", t.gettext("Your registrations")),
        ("language", t.gettext("Choose your language")),
        ("settings", t.gettext("Topics, pace, quiet hours, profile")),
        ("mydata", t.gettext("See and download your data")),
        ("forget", t.gettext("Erase your data")),
        ("cancel", t.gettext("Leave what you are doing")),
        ("help", t.gettext("What the assistant can do")),
    )


def commands_for(t: Translator, access: Access) -> tuple[tuple[str, str], ...] | None:
    """Return the commands of a person with a role, theirs first; None for everybody else."""
    organisers = (
        ("organise", t.gettext("Your events: counts, move, cancel")),
        ("new", t.gettext("Make an event")),
        ("announce", t.gettext("Write to the people of an event")),
        ("why", t.gettext("Why somebody got a message, or not")),
    )
    exports = (("export", t.gettext("Answers without names, and figures, as files")),)
    staff = (("organise", t.gettext("The events of your region")),)
    desk = organisers if access.is_organiser else staff if access.is_staff else ()
    own = (*desk, *(exports if access.is_lead or access.is_organiser else ()))
    return (*own, *commands(t)) if own else None


def profile(t: Translator) -> Profile:
    """Return the description before the first start, and the short one."""
    return Profile(
        description=t.gettext(
            "The assistant for trainings and meetings of x-Inno Radar, Interreg CENTRAL EUROPE. "
            "Register, get reminders, give feedback: in your language. "
            "Co-funded by the European Union."
        ),
        short=t.gettext("Trainings and meetings of x-Inno Radar. Co-funded by the European Union."),
    )
