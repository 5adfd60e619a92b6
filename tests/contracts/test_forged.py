"""Buttons come back from people's own clients and can say anything: each has its screen.

Nobody learns from a forged button what they may not know, changes what is not theirs, or makes the
assistant stumble.
"""

from dataclasses import dataclass

import pytest
from sqlalchemy import update

from tests.support.contents import changed, contents
from tests.support.world import Actor, World
from xinno_core.models import Event, EventState, Notice

INVALID = "This button is no longer valid. Here is the current menu."
NOTHING_THERE = "There is no such event here, or it is no longer shown."
NO_PLACE = "You have no place at this event."
QUESTION = "What for?"
SETTINGS = "Settings\nLanguage: English"

# {e} an open event, {d} a draft, {c} a cancelled one; Anna is registered at {e}, Mallory is not.
TABLE = {
    # what no button of ours ever said
    "x": INVALID,
    "a" * 64: INVALID,
    ":" * 64: INVALID,
    "🙂" * 16: INVALID,
    "\x01\x02\x7f": INVALID,
    "%s%n{{0}}": INVALID,
    "../../etc/passwd": INVALID,
    "' OR 1=1 --": INVALID,
    # numbers
    "r:" + "9" * 62: INVALID,
    "r:-1:visitor": INVALID,
    "ev:1e3": INVALID,
    "ev:１": INVALID,
    "ev: {e}": INVALID,
    "ev:\ud800": INVALID,
    "ev:9999999999": INVALID,
    "r:4294967297:visitor": INVALID,
    "ev:0": NOTHING_THERE,
    "ev:999999999": NOTHING_THERE,
    "v:999999999": NOTHING_THERE,
    "r:999999999:visitor": NOTHING_THERE,
    "e:999999999:999999999": "Events",
    # the wrong number of fields
    "r:{e}": INVALID,
    "r:{e}:visitor:more": INVALID,
    # what is not there, or not for everybody
    "r:{e}:ghost": NOTHING_THERE,
    "r:{e}:": NOTHING_THERE,
    "r:{e}:speaker": NOTHING_THERE,
    "r:{d}:visitor": NOTHING_THERE,
    "ev:{d}": NOTHING_THERE,
    "v:{d}": NOTHING_THERE,
    "t:{d}": NOTHING_THERE,
    "r:{c}:visitor": "Registration for this event is closed.",
    # what somebody else has
    "f:{e}": "You are not registered for this event.",
    "fa:{e}": NO_PLACE,
    "cf:{e}": NO_PLACE,
    "c:{e}:coming": NO_PLACE,
    "c:{e}:dancing": INVALID,
    "t:{e}": "This offer has ended",
    "k:{e}:0": NO_PLACE,
    "k:{d}:0": NO_PLACE,
    "k:{e}:-1": INVALID,
    "q:{s}": "There is no such survey here for you.",
    "q:999": "There is no such survey here for you.",
    "o:survey.{s}:0:0": "There is no such survey here for you.",
    "or:survey.{s}": "There is no such survey here for you.",
    "on:survey.{s}:0": "There is no such survey here for you.",
    "qb:{s}:yes": "There is no such survey here for you.",
    "qb:999:no": "There is no such survey here for you.",
    "qc:{s}": "There is no such survey here for you.",
    "qc:999": "There is no such survey here for you.",
    "oc:survey.{s}": "There is no such survey here for you.",
    "qe:{s}": "There is nothing of yours to erase.",
    "qe:999": "There is nothing of yours to erase.",
    "qx:{s}": "There is nothing of yours to erase.",
    "qx:999": "There is nothing of yours to erase.",
    "on:profile:0": SETTINGS,
    # forms of another topic, another question, another shape
    "o:reg.{e}.ghost:0:0": INVALID,
    "o:reg.{d}.visitor:0:0": INVALID,
    "o:reg.{e}.visitor.x:0:0": INVALID,
    "o:reg.x.visitor:0:0": INVALID,
    "o:reg:0:0": INVALID,
    "o:reg.\0:0:0": INVALID,
    "o:survey.999:0:0": INVALID,
    "o:note.nothing:0:0": INVALID,
    "o:nothing:0:0": INVALID,
    "o::0:0": INVALID,
    "o:profile.1:0:0": INVALID,
    "o:profile:0:0": SETTINGS,
    "od:profile:0": SETTINGS,
    "ok:profile:0": SETTINGS,
    "ob:profile:9": SETTINGS,
    "oc:nothing": "There was nothing to stop.",
    "oc:\0": "There was nothing to stop.",
    "or:nothing": INVALID,
    # words that are none of ours
    "ls:xx": SETTINGS,
    "ls:": SETTINGS,
    "sc:ghost:1:start": INVALID,
    "sv:4": INVALID,
    "sw:0": INVALID,
    "st:ghost:1": INVALID,
    "si:ghost": INVALID,
    "sz:ghost": INVALID,
    "o:hours:0:0": "Quiet hours",
    "x:nothing": INVALID,
    "xq:xse-4:ghost": INVALID,
    "xq:nothing:a": INVALID,
    "xr:nothing": INVALID,
    "xd:nothing": INVALID,
    # what organisers and leads may do
    "w": INVALID,
    "we:{e}": INVALID,
    "we:999999999": INVALID,
    "wn:1": INVALID,
    "wl:{e}:en": INVALID,
    "wp:{d}": INVALID,
    "wm:{e}": INVALID,
    "wM:{e}": INVALID,
    "mv:{e}": INVALID,
    "ms:{e}:1": INVALID,
    "mS:{e}:1:0:abc": INVALID,
    "mu:{e}:0": INVALID,
    "or:slot.{e}.1": INVALID,
    "wc:{e}": INVALID,
    "wC:{e}": INVALID,
    "wa:{e}": INVALID,
    "wA:{e}:abc": INVALID,
    "wb:1": INVALID,
    "aa:0": "This needs a role that you do not have here.",
    "ab:1": INVALID,
    "aE:1:states:0:1": INVALID,
    "aE:1:states:0": INVALID,
    "ag:1:1:0:1": INVALID,
    "ai:1:critical": INVALID,
    "ak:1:en": INVALID,
    "al:1:en:0:0": INVALID,
    "ar:1:de:en": INVALID,
    "at:1:all": INVALID,
    "ax:1:abc": INVALID,
    "az:1": INVALID,
    "bv:1:en:0:0": INVALID,
    "bv:1::0:0": INVALID,
    "bv:999999999:en:0:0": INVALID,
    "eb:999999999": NOTHING_THERE,
    "eb:{d}": NOTHING_THERE,
    "o:new.1:0:0": INVALID,
    "o:move.{e}:0:0": INVALID,
    "o:announce.{e}:0:0": INVALID,
    "or:announce.{e}": INVALID,
    "z": INVALID,
    "ze:{e}": INVALID,
    "zx:{e}:answers:xlsx": INVALID,
    "zx:{e}:ghost:exe": INVALID,
    "ze:event:{e}::": INVALID,
    "ze:pilot:1::": INVALID,
    "zl:event:{e}:": INVALID,
    "zx:event:{e}:answers:xlsx:en:comma": INVALID,
    "zx:region:1:registrations:xlsx:en:comma": INVALID,
    "zx:event:{e}:ghost:exe:en:comma": INVALID,
    "zc:999999999": INVALID,
}

BEGINS_MALLORYS_OWN_FORM = {
    "o:reg.{e}.visitor:0:0": QUESTION,
    "o:reg.{e}.visitor:0:999999999": QUESTION,
    "o:reg.{e}.visitor:9:0": QUESTION,
    "o:note.xse-4:0:0": "Whom would you speak to",
    "or:profile": "What is your name?",
}
"""Nothing forged comes of them: the first question is asked, and nothing is answered."""


@dataclass
class Stage:
    """Three events, Anna with a place, and Mallory with a changed client."""

    world: World
    talk: Event
    draft: Event
    gone: Event
    anna: Actor
    mallory: Actor

    def made_up(self, data: str) -> str:
        """Put the objects' numbers into a button's data."""
        numbers = {"e": self.talk.id, "d": self.draft.id, "c": self.gone.id, "s": 1}
        for name, number in numbers.items():
            data = data.replace(f"{{{name}}}", str(number))
        return data


@pytest.fixture
async def stage(world: World) -> Stage:
    roles = (
        {"key": "visitor", "label": {"en": "Visitor"}},
        {"key": "speaker", "label": {"en": "Speaker"}, "register": "invited"},
    )
    question = {"key": "q1", "text": {"en": QUESTION}}
    rating = {"key": "useful", "kind": "rating", "text": {"en": "How useful?"}}
    talk = await world.event(
        "Collab Talks", seats=3, roles=roles, questions=(question,), survey=(rating,)
    )
    draft = await world.event("Draft", state=EventState.DRAFT)
    gone = await world.event("Gone", state=EventState.CANCELLED)
    anna, mallory = await world.participants("Anna", "Mallory")
    await anna.press("Register", on=talk)
    await anna.type("because")
    return Stage(world, talk, draft, gone, anna, mallory)


async def test_each_forged_button_has_its_screen_and_changes_nothing(stage: Stage) -> None:
    before = await contents(stage.world)
    wrong = {}
    for data, words in TABLE.items():
        await stage.mallory.press_data(stage.made_up(data))
        if words not in stage.mallory.screen.text:
            wrong[data] = stage.mallory.screen.text
    assert wrong == {}
    assert changed(before, await contents(stage.world)) == set()


async def test_a_forged_answer_only_begins_ones_own_form(stage: Stage) -> None:
    before = await contents(stage.world)
    for data, words in BEGINS_MALLORYS_OWN_FORM.items():
        await stage.mallory.press_data(stage.made_up(data))
        assert words in stage.mallory.screen.text
        await stage.mallory.press("Stop")
    assert changed(before, await contents(stage.world)) == set()


async def test_a_press_in_another_chat_counts_for_who_pressed(stage: Stage) -> None:
    """The message is Anna's, the finger is Mallory's: what is freed is nothing of Anna's."""
    shown = stage.world.simulator.chat(stage.anna.id)[-1].message_id
    before = await contents(stage.world)
    await stage.mallory.press_data(f"f:{stage.talk.id}", message_id=shown)
    assert "You are not registered for this event." in stage.mallory.screen.text
    assert changed(before, await contents(stage.world)) == set()


# ── stale: once ours, no longer true ─────────────────────────────────────────────────────────
async def test_a_button_of_a_deleted_message_is_answered_in_a_new_one(stage: Stage) -> None:
    await stage.anna.press_data(f"ev:{stage.talk.id}", message_id=999_999)
    assert "Your place is confirmed" in stage.anna.screen.text
    assert stage.world.simulator.chat(stage.anna.id)[-1].text == stage.anna.screen.text


async def test_buttons_of_a_finished_form_register_nobody_twice(stage: Stage) -> None:
    before = await contents(stage.world)
    for data in (f"oc:reg.{stage.talk.id}.visitor", f"ob:reg.{stage.talk.id}.visitor:0"):
        await stage.anna.press_data(data)
    assert "You are registered already" in stage.anna.screen.text
    await stage.anna.press_data(f"r:{stage.talk.id}:visitor")
    assert "You are registered already" in stage.anna.screen.text
    assert changed(before, await contents(stage.world)) == set()


async def test_an_old_card_of_a_cancelled_event_registers_nobody(stage: Stage) -> None:
    await stage.mallory.open_link(f"e_{stage.talk.key}")
    async with stage.world.database.writing() as session:
        await session.execute(
            update(Event).where(Event.id == stage.talk.id).values(state=EventState.CANCELLED)
        )
    await stage.mallory.press("Register")
    assert "Registration for this event is closed." in stage.mallory.screen.text
    await stage.anna.press_data(f"f:{stage.talk.id}")
    assert await stage.world.seats_left(stage.talk) == 3


async def test_an_expired_offer_gives_no_seat(world: World) -> None:
    talk = await world.event("Collab Talks", seats=1)
    jan, eva, petr = await world.participants("Jan", "Eva", "Petr")
    for person in (jan, eva, petr):
        await person.press("Register", on=talk)
    await jan.press_data(f"f:{talk.id}")
    await world.tick()
    assert "A seat is held for you until" in eva.notices[-1].text
    await world.advance(days=2)
    await eva.press_data(f"t:{talk.id}")
    assert "This offer has ended" in eva.screen.text
    assert "A seat is held for you until" in "\n".join(notice.text for notice in petr.notices)


async def test_before_the_notice_is_passed_every_button_shows_it(stage: Stage) -> None:
    before = await contents(stage.world)
    stranger = stage.world.newcomer("Stranger")
    stage.world.simulator.chat_of(stranger.id).started = True
    for data in TABLE:
        if data.split(":")[0] in {"ls", "sc", "pn", "pp", "l", "df", "dF"}:
            continue  # what may be pressed before
        stranger.screen = None  # type: ignore[assignment]
        await stranger.press_data(stage.made_up(data), message_id=999_999)
        assert "Welcome to the x-Inno assistant." in stranger.screen.text, data
    assert changed(before, await contents(stage.world)) == {"participant"}


async def test_a_press_too_old_to_be_answered_registers_all_the_same(stage: Stage) -> None:
    await stage.mallory.press("Register", on=stage.talk)
    await stage.mallory.type("why not")
    jan = await stage.world.participant("Jan")
    await jan.open_link(f"e_{stage.talk.key}")
    card = stage.world.simulator.chat(jan.id)[-1]
    row, column = card.button("Register")
    press = stage.world.simulator.press(jan.id, card.message_id, row=row, column=column)
    machine = stage.world.simulator.machine_time
    stage.world.simulator.presses[press].pressed_at = machine() - 151
    await stage.world.respond(jan)
    assert QUESTION in jan.screen.text
    assert stage.world.simulator.answer_of(press) is None
    await jan.type("curious")
    assert "Your place is confirmed" in jan.screen.text


async def test_the_same_promise_made_twice_is_one_row(stage: Stage) -> None:
    """A double tap on the last button: two updates, one registration, one confirmation."""
    shown = await stage.world.participant("Jan")
    await shown.press("Register", on=stage.talk)
    await shown.type("twice")
    await shown.press_data(f"r:{stage.talk.id}:visitor")
    await stage.world.tick()
    async with stage.world.database.reading() as session:
        rows = (await session.scalars(Notice.__table__.select())).all()
    assert len(rows) == 2  # Anna's and Jan's
