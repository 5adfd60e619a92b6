"""What a browser is given to show media, polls and groups."""

import json
from typing import Any

import aiohttp

from bot.simulator import Simulator
from bot.simulator.files import FileKind
from bot.simulator.sending_people import AlbumItem
from bot.simulator.server import Served
from bot.simulator.view import message_view, state_view
from tests.simulator.conftest import ANNA, JAN, Bot, Clocks
from tests.simulator.pictures import FILM, png


def shown(simulator: Simulator, chat_id: int) -> list[dict[str, Any]]:
    """The messages of a chat, as JSON brings them to a browser."""
    views = [message_view(simulator, message) for message in simulator.chat(chat_id)]
    read: list[dict[str, Any]] = json.loads(json.dumps(views))
    return read


async def test_an_album_is_shown_together_from_addresses_of_this_server(
    simulator: Simulator, anna: int, served: Served, http: aiohttp.ClientSession
) -> None:
    items = [
        AlbumItem(FileKind.PHOTO, "1.png", png(40, 30), caption="hall"),
        AlbumItem(FileKind.VIDEO, "2.mp4", FILM),
    ]
    simulator.send_album(anna, items)
    picture, film = shown(simulator, anna)[-2:]
    assert picture["album"] == film["album"] is not None
    assert (picture["text"], picture["sender"]) == ("hall", {"id": anna, "name": "Anna"})
    photo, video = picture["photo"], film["video"]
    assert (photo["width"], photo["height"], photo["name"]) == (40, 30, "1.png")
    assert (video["duration"], film["photo"], picture["document"]) == (1, None, None)
    for address, content in ((photo["url"], png(40, 30)), (video["url"], FILM)):
        async with http.get(f"{served.url}{address}") as answer:
            assert await answer.read() == content


async def test_a_quiz_shows_the_solution_to_those_who_voted(
    simulator: Simulator, bot: Bot, anna: int
) -> None:
    sent = await bot.does(
        "sendPoll",
        chat_id=anna,
        question="Who?",
        options=["a", "b"],
        type="quiz",
        correct_option_id=1,
        explanation="Clear.",
    )
    before = shown(simulator, anna)[-1]["poll"]
    assert (before["correct"], before["explanation"], before["choices"]) == (None, None, {})
    simulator.vote(anna, sent["poll"]["id"], [0])
    after = shown(simulator, anna)[-1]["poll"]
    assert (after["correct"], after["explanation"]) == ([1], "Clear.")
    assert after["choices"] == {str(anna): [0]}
    assert [option["votes"] for option in after["options"]] == [1, 0]
    assert (after["quiz"], after["closed"], after["anonymous"]) == (True, False, True)


async def test_a_group_is_a_chat_of_its_own_with_lines_about_what_happened(
    simulator: Simulator, bot: Bot
) -> None:
    group = simulator.create_group("Team", by=ANNA, members=[JAN])
    simulator.add_bot(group.id, by=ANNA, payload="x")
    simulator.promote(group.id, simulator.bot_id, by=ANNA)
    sent = await bot.does("sendMessage", chat_id=group.id, text="Hello")
    simulator.send_text(JAN, "hi", reply_to=sent["message_id"], chat_id=group.id)
    simulator.remove_member(group.id, JAN, by=JAN)
    simulator.add_member(group.id, JAN, by=ANNA)
    simulator.remove_member(group.id, JAN, by=ANNA)
    new = simulator.migrate_group(group.id, by=ANNA)
    old_view, new_view = json.loads(json.dumps(state_view(simulator, None)))["groups"]
    assert (old_view["title"], old_view["kind"], old_view["migrated_to"]) == (
        "Team",
        "group",
        new.id,
    )
    assert (new_view["kind"], new_view["bot"]) == ("supergroup", "administrator")
    (member,) = new_view["members"]
    assert member == {"id": ANNA, "name": "Anna", "standing": "creator", "commands": []}
    lines = [message["service"] for message in old_view["messages"] if message["service"]]
    assert lines == [
        "Anna created the group",
        f"Anna added {simulator.username}",
        "Jan Novák left the group",
        "Anna added Jan Novák",
        "Anna removed Jan Novák",
        "This group became a supergroup and goes on there",
    ]
    answer = next(message for message in old_view["messages"] if message["text"] == "hi")
    assert (answer["sender"]["name"], answer["reply"], answer["reply_to"]) == (
        "Jan Novák",
        "Hello",
        sent["message_id"],
    )
    await bot.does("leaveChat", chat_id=new.id)
    first, last = shown(simulator, new.id)
    assert first["service"] == "This supergroup was a group before"
    assert last["service"] == f"{simulator.username} left the group"


async def test_a_browser_hears_of_groups_votes_and_the_end_of_a_poll(
    simulator: Simulator,
    bot: Bot,
    anna: int,
    served: Served,
    http: aiohttp.ClientSession,
    clocks: Clocks,
) -> None:
    """Events of groups have names of their own; a poll that is over is told without a call."""
    async with http.get(f"{served.url}/chat/events") as stream:
        heard: list[dict[str, Any]] = []

        async def until(kind: str) -> dict[str, Any]:
            while True:
                line = await stream.content.readline()
                if line.startswith(b"data: "):
                    heard.append(json.loads(line[6:]))
                    if heard[-1]["kind"] == kind:
                        return heard[-1]

        assert (await until("state"))["groups"] == []
        group = simulator.create_group("Team", by=anna, with_bot=True)
        assert (await until("group"))["group"]["title"] == "Team"
        await until("group_message")
        await bot.does("sendChatAction", chat_id=group.id, action="typing")
        assert (await until("group_action"))["group"]["action"] == "typing"
        poll = await bot.does(
            "sendPoll", chat_id=group.id, question="?", options=["a"], open_period=60
        )
        message = (await until("group_message"))["message"]
        assert message["id"] == poll["message_id"]
        simulator.vote(anna, poll["poll"]["id"], [0])
        assert (await until("group_message"))["message"]["poll"]["voters"] == 1
        clocks.travel(minutes=1)
        assert (await until("group_message"))["message"]["poll"]["closed"]
        await bot.does("deleteMessage", chat_id=group.id, message_id=poll["message_id"])
        gone = await until("group_deleted")
        assert (gone["chat_id"], gone["message_id"]) == (group.id, poll["message_id"])
        simulator.press_data(anna, 1, "x", chat_id=group.id)
        press = await until("press")
        assert (press["person_id"], press["chat_id"]) == (anna, group.id)
