"""The longest screens of links to surveys for guests."""

from collections.abc import Callable, Mapping
from datetime import datetime

from xinno_core.services.survey_guests import GuestDesk, GuestLinks, LinksMade, NoLinks
from xinno_core.texts import survey_guests as texts
from xinno_core.texts.message import Message
from xinno_core.texts.translator import Translator

Shown = Message | tuple[Message, ...]
Make = Callable[[Translator], Shown]

TOKEN = "999999999_999999999_" + "w" * 24
PUBLIC = "https://" + "h" * 120 + ".example"


def screens(
    title: Mapping[str, str], biggest: int, now: datetime
) -> dict[Callable[..., Shown], list[Make]]:
    """Return each screen with the worst that it can show."""
    survey = GuestLinks(biggest, title, 200, 200, is_open=True)
    over = GuestLinks(biggest, title, 300, 300, is_open=False)
    desk = GuestDesk(biggest, title, "en", (survey, survey, over, over))
    made = LinksMade(desk, title, (TOKEN,) * 10, now, "Europe/Rome")
    return {
        texts.desk: [lambda t: texts.desk(t, desk)],
        texts.made: [
            lambda t: texts.made(t, made, PUBLIC),
            lambda t: texts.made(t, NoLinks(desk), PUBLIC),
        ],
    }
