"""The simulator goes on after a restart where it stopped."""

import json
from pathlib import Path

import pytest

from bot.simulator import Simulator
from bot.simulator.errors import NotPossible
from bot.simulator.files import FileKind
from bot.simulator.sending_people import AlbumItem
from tests.simulator.conftest import ANNA, JAN, TOKEN, Bot, Clocks
from tests.simulator.pictures import FILM, png


async def test_everything_is_there_again(tmp_path: Path, clocks: Clocks) -> None:
    """People, chats with files and buttons, waiting updates and the bot's own words return."""
    path = tmp_path / "simulator.json"
    before = Simulator(token=TOKEN, now=clocks.now, state_file=path)
    before.add_person(first_name="Anna", language="it", person_id=ANNA, zone="Europe/Rome")
    before.open_link(ANNA)
    bot = Bot(before)
    await bot.does(
        "sendMessage",
        chat_id=ANNA,
        text='<b>Hi</b> <a href="https://example.org">there</a>',
        parse_mode="HTML",
        reply_markup={"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]},
    )
    files = {"f": ("a.ics", b"\x00\xff")}
    await bot.does("sendDocument", chat_id=ANNA, document="attach://f", files=files)
    await bot.does("sendVenue", chat_id=ANNA, latitude=1, longitude=2, title="t", address="a")
    await bot.does("setMyCommands", commands=[{"command": "a", "description": "b"}])
    await bot.does("setMyName", name="Bot", language_code="it")
    await bot.does("setWebhook", url="http://127.0.0.1:9/", secret_token="s")
    await before.close()

    after = Simulator(token=TOKEN, now=clocks.now, state_file=path)
    assert after.people == before.people
    assert [m.as_telegram(sender={}, chat={}) for m in after.chat(ANNA)] == [
        m.as_telegram(sender={}, chat={}) for m in before.chat(ANNA)
    ]
    document = after.chat(ANNA)[2].document
    assert document is not None
    assert document.content == b"\x00\xff"
    assert after.profile == before.profile
    assert after.updates.webhook is not None
    assert after.updates.webhook.secret == "s"
    assert after.take_updates() == before.take_updates()
    sent = after.send_text(ANNA, "next")
    assert sent.message_id == after.chat(ANNA)[-2].message_id + 1


async def test_media_polls_and_groups_are_there_again(tmp_path: Path, clocks: Clocks) -> None:
    """What both sides sent, who voted, and a supergroup with the group it came from."""
    path = tmp_path / "simulator.json"
    before = Simulator(token=TOKEN, now=clocks.now, state_file=path)
    for number, name in ((ANNA, "Anna"), (JAN, "Jan")):
        before.add_person(first_name=name, language="it", person_id=number)
    old = before.create_group("Team", by=ANNA, members=[JAN], with_bot=True)
    before.promote(old.id, before.bot_id, by=ANNA)
    group = before.migrate_group(old.id, by=ANNA)
    bot = Bot(before)
    items = [
        AlbumItem(FileKind.PHOTO, "1.png", png(), caption="c"),
        AlbumItem(FileKind.VIDEO, "2.mp4", FILM),
    ]
    before.send_album(JAN, items, chat_id=group.id)
    sent = await bot.does(
        "sendPoll",
        chat_id=group.id,
        question="When?",
        options=["a", "b"],
        type="quiz",
        correct_option_id=1,
        explanation="<b>e</b>",
        explanation_parse_mode="HTML",
        open_period=600,
    )
    before.vote(JAN, sent["poll"]["id"], [0])
    files = {"photo": ("p.png", png(1000, 10 * 90))}
    photo = await bot.does("sendPhoto", chat_id=group.id, has_spoiler=True, files=files)
    await before.close()

    after = Simulator(token=TOKEN, now=clocks.now, state_file=path)
    for chat_id in (old.id, group.id):
        assert after.group(chat_id) == before.group(chat_id)
        assert [after.message_body(m) for m in after.chat(chat_id)] == [
            before.message_body(m) for m in before.chat(chat_id)
        ]
    assert after.polls == before.polls
    assert after.groups[0].migrated_to == group.id
    smallest = photo["photo"][0]["file_id"]
    await Bot(after).does("sendPhoto", chat_id=group.id, photo=smallest)
    with pytest.raises(NotPossible, match="stands"):
        after.vote(JAN, sent["poll"]["id"], [1])
    next_one = after.send_text(JAN, "next", chat_id=group.id)
    assert next_one.message_id == before.group(group.id).last_message_id + 2


async def test_a_state_from_before_there_were_groups_is_read(tmp_path: Path) -> None:
    """Chats of an older release stay as they were, with their files."""
    path = tmp_path / "simulator.json"
    before = Simulator(token=TOKEN, state_file=path)
    before.add_person(first_name="Anna", language="it", person_id=ANNA)
    before.open_link(ANNA)
    files = {"document": ("a.ics", b"abc")}
    await Bot(before).does("sendDocument", chat_id=ANNA, files=files)
    await before.close()
    state = json.loads(path.read_text())
    state["version"] = 1
    del state["polls"]
    younger = ("media", "media_group_id", "caption_above", "spoiler", "poll_id", "service")
    for chat in state["chats"]:
        chat["person_id"] = chat.pop("id")
        del chat["group"]
        for message in chat["messages"]:
            message["document"] = message["media"]
            for name in (*younger, "sender_id"):
                del message[name]
    for file in state["files"]:
        for name in ("kind", "width", "height", "duration"):
            del file[name]
    path.write_text(json.dumps(state))

    after = Simulator(token=TOKEN, state_file=path)
    assert after.chat(ANNA) == before.chat(ANNA)
    assert after.chats == before.chats


async def test_the_state_of_another_bot_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "simulator.json"
    first = Simulator(token=TOKEN, state_file=path)
    first.add_person(first_name="Anna", language="it")
    await first.close()
    assert Simulator(token="2:other", state_file=path).people == {}


async def test_after_a_crash_no_number_comes_twice(tmp_path: Path) -> None:
    """What was written down last may be older than what the bot has seen."""
    path = tmp_path / "simulator.json"
    crashed = Simulator(token=TOKEN, state_file=path)
    crashed.add_person(first_name="Anna", language="it", person_id=ANNA)
    assert crashed._keeper is not None
    group = crashed.migrate_group(crashed.create_group("Team", by=ANNA).id, by=ANNA)
    crashed._keeper.save()
    crashed.send_text(ANNA, "x", chat_id=group.id)
    seen = [crashed.send_text(ANNA, str(number)) for number in range(50)]

    after = Simulator(token=TOKEN, state_file=path)
    sent = after.send_text(ANNA, "next")
    assert sent.message_id not in {message.message_id for message in seen}
    assert sent.update_id not in {message.update_id for message in seen}
    known = crashed.group(group.id).messages
    assert after.send_text(ANNA, "next", chat_id=group.id).message_id not in known
