"""Stories of the ledger: why somebody got a message or did not, and what will come."""

import re
from datetime import time

import pytest

from bot import explaining
from bot.telegram import errors
from bot.telegram.errors import Verdict
from tests.support import announcing
from tests.support.program import ROOT
from tests.support.world import Actor, World
from xinno_core.languages import INTERFACE_LANGUAGES
from xinno_core.models import Anchor, Event, NoticeKind, NoticeState
from xinno_core.services import ledger
from xinno_core.services.contents import TextPart
from xinno_core.services.gate import Reason
from xinno_core.texts.ledger import kind_word, state_word
from xinno_core.texts.reasons import reason_word
from xinno_core.texts.translator import translator

SOURCES = (
    "bot/telegram/errors.py",
    "bot/delivery/sender.py",
    "xinno_core/services/notices.py",
    "xinno_core/services/outbox.py",
    "xinno_core/services/freezing.py",
    "xinno_core/services/journeys.py",
    "xinno_core/services/acts.py",
)
ENDS = {Verdict.REFUSED, Verdict.BLOCKED, Verdict.MARKUP}
NOT_OF_NOTICES = {"not_wanted_any_more"}  # it has been decided about elsewhere, with its own reason
ASKED = ({"key": "u", "kind": "text", "text": {"en": "Useful?"}},)
REMINDERS = (
    {"key": "week-before", "days": -7, "at": time(10)},
    {"key": "day-before", "days": -1, "at": time(10)},
)


async def test_an_organiser_sees_what_came_what_waits_and_what_was_too_early(world: World) -> None:
    """Anna registers three days before: the first reminder was never hers, the second will come."""
    talk, olga = await world.event("Collab Talks", rules=REMINDERS), await world.organiser("Olga")
    await world.advance(days=7)
    anna = await world.participant("Anna")
    await anna.press("Register", on=talk)
    await world.tick()
    await open_ledger(olga, talk, "Anna")
    told = olga.screen.text
    assert "Still to come, if nothing changes" in told
    assert "confirmation: sent" in told
    assert "Due before the place was confirmed, so not sent" in told
    assert told.count("reminder") == 2

    await world.advance(days=3)
    await olga.press("Everybody of this event")
    await olga.press("Anna")
    assert "reminder: sent" in olga.screen.text
    assert "Still to come" not in olga.screen.text


async def test_what_waits_is_told_once(world: World) -> None:
    """A past bug: an announcement that waits stood with what is to come and with what was."""
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    anna = await world.participant("Anna")
    await anna.press("Register", on=talk)
    await world.tick()
    await announcing.running(world, talk, olga, {"en": [TextPart("Bring a card.")]})
    await open_ledger(olga, talk, "Anna")
    assert olga.screen.text.count("announcement") == 1
    assert "Still to come, if nothing changes" in olga.screen.text


async def test_what_is_forecast_is_what_then_comes(world: World) -> None:
    """Hours of the night, a topic switched off, a place given back: the forecast knows them."""
    rules = (*REMINDERS, {"key": "late", "hours": -21})
    talk = await world.event("Collab Talks", rules=rules)
    anna = await world.participant("Anna")
    await anna.press("Register", on=talk)
    await world.tick()
    async with world.database.reading() as session:
        _, ahead = await ledger.find_whole(
            session, telegram_id=anna.id, event_key=None, now=world.now
        )
    expected = [(one.at, one.kind) for one in ahead if not one.is_left_out]
    assert expected
    before = len(anna.notices)
    await world.advance(days=11)
    async with world.database.reading() as session:
        entries, left = await ledger.find_whole(
            session, telegram_id=anna.id, event_key=None, now=world.now
        )
    sent = [(one.at, one.kind) for one in entries if one.state is NoticeState.SENT]
    assert sent[1:] == expected
    assert len(anna.notices) - before == len(expected)
    assert left == []


async def test_the_forecast_knows_that_nobody_is_asked_a_fourth_time(world: World) -> None:
    ask = {"kind": NoticeKind.SURVEY, "survey": "feedback", "anchor": Anchor.END, "at": time(10)}
    rules = tuple({**ask, "key": f"ask-{days}", "days": days} for days in (1, 3, 5, 7))
    talk = await world.event("Collab Talks", rules=rules, survey=ASKED)
    anna = await world.participant("Anna")
    await anna.press("Register", on=talk)
    await world.tick()
    async with world.database.reading() as session:
        _, ahead = await ledger.find_whole(
            session, telegram_id=anna.id, event_key=None, now=world.now
        )
    surveys = [one for one in ahead if one.kind is NoticeKind.SURVEY]
    assert [one.is_left_out for one in surveys] == [False, False, False, True]
    assert surveys[-1].reason is Reason.ASKED_ENOUGH

    await world.advance(days=20)
    async with world.database.reading() as session:
        entries, _ = await ledger.find_whole(
            session, telegram_id=anna.id, event_key=None, now=world.now
        )
    came = [one for one in entries if one.kind is NoticeKind.SURVEY]
    assert [(one.at, one.state is NoticeState.SKIPPED) for one in came] == [
        (one.at, one.is_left_out) for one in surveys
    ]


async def test_those_who_lack_something_come_first_and_can_be_shown_alone(world: World) -> None:
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    anna, boris = await world.participants("Anna", "Boris")
    await boris.press("Register", on=talk)
    world.simulator.block(anna.id)
    await anna.press("Register", on=talk)
    world.simulator.block(anna.id)
    world.simulator.take_updates()
    await world.tick()
    await olga.type("/why")
    await olga.press("Thu" if "Thu" in " ".join(olga.screen.labels) else olga.screen.labels[0])
    assert [label.split(" ·")[0] for label in olga.screen.labels[:2]] == ["Anna", "Boris"]
    await olga.press("Only those who lack something")
    assert not any("Boris" in label for label in olga.screen.labels)
    await olga.press("Anna")
    assert "the chat was blocked" in olga.screen.text


async def test_a_name_finds_people_of_the_own_region_only(world: World) -> None:
    talk = await world.event("Collab Talks")
    olga, paolo = await world.organiser("Olga"), await world.organiser("Paolo", of="padova")
    marta = await world.participant("Marta")
    await marta.press("Register", on=talk)
    await olga.type("/why mart")
    await olga.press("Marta")
    assert "confirmation" in olga.screen.text
    page = olga.screen.message.buttons[0][0].data
    await paolo.type("/why mart")
    assert "Nobody at your events has a name with: mart" in paolo.screen.text
    await marta.type("/why")
    assert "confirmation" not in marta.screen.text  # for organisers; told so in the usual words
    await paolo.press_data(page or "")
    assert "Marta" not in paolo.screen.text


async def test_the_command_line_prints_the_ledger_of_one_person(world: World) -> None:
    talk = await world.event("Collab Talks", rules=REMINDERS)
    anna = await world.participant("Anna")
    await anna.press("Register", on=talk)
    await world.tick()
    async with world.database.reading() as session:
        printed = await explaining.lines(session, anna.id, event_key=talk.key, now=world.now)
    columns = [line.split("\t") for line in printed]
    assert [line[2] for line in columns] == ["confirmation", "reminder", "reminder"]
    assert [line[4] for line in columns] == ["sent", "to come", "to come"]
    assert columns[1][3] == "week-before"


def codes() -> set[str]:
    """Every reason that code writes into the ledger, read from the code itself."""
    found = {*Reason, ledger.ANNOUNCEMENT_PAUSED}
    found |= {phrase.replace(" ", "_") for phrase, verdict in errors.PHRASES if verdict in ENDS}
    for file in SOURCES:
        text = (ROOT / file).read_text(encoding="utf-8")
        found |= set(re.findall(r'\breason=(?:"|f")([a-z_]+)"', text))
        found |= set(re.findall(r'Verdict\.[A-Z_]+, "([a-z_]+)"', text))
    return found - NOT_OF_NOTICES


@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
def test_every_reason_kind_and_state_has_words_in_every_language(language: str) -> None:
    """Also those that Telegram's answers bring; none is shown as a bare code."""
    t, english = translator(language).plain, translator("en").plain
    fault = t.gettext("a fault of the assistant: {code}", code="")
    assert len(codes()) > 40
    for reason in codes():
        said = reason_word(t, reason)
        assert said != reason
        assert not said.startswith(fault), reason
        if language != "en":
            assert said != reason_word(english, reason), reason
    assert len({kind_word(t, kind) for kind in NoticeKind}) == len(NoticeKind)
    assert all(state_word(t, state) for state in NoticeState)


async def open_ledger(olga: Actor, talk: Event, name: str) -> None:
    await olga.type(f"/why {name}")
    await olga.press(name)
