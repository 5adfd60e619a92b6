"""The web chat's endpoints by which people send files, places, polls and votes, and run groups."""

import io
import json
from typing import Any

import aiohttp
import pytest

from bot.simulator import Simulator
from bot.simulator.groups import Standing
from bot.simulator.server import Served
from tests.simulator.conftest import ANNA, JAN, Bot
from tests.simulator.pictures import FILM, jpeg, png


class Browserless:
    """Posts to the chat and reads what comes back."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session = session
        self.url = url

    async def does(self, path: str, **body: object) -> Any:  # noqa: ANN401  as JSON is
        """The answer to an order that is carried out."""
        async with self.session.post(f"{self.url}/chat/{path}", json=body) as answer:
            assert answer.status in {200, 201}, await answer.text()
            return await answer.json()

    async def is_refused(self, path: str, **body: object) -> str:
        """The reason why an order is not carried out."""
        async with self.session.post(f"{self.url}/chat/{path}", json=body) as answer:
            assert answer.status == 400, answer.status
            return await answer.text()

    async def sends(
        self, chat: int, *files: tuple[str, bytes], **fields: str
    ) -> tuple[int, dict[str, Any] | str]:
        """Send files as a form does: the status, and the answer or the reason."""
        form = aiohttp.FormData(default_to_multipart=True)
        for name, value in fields.items():
            form.add_field("as" if name == "as_" else name, value)
        for name, content in files:
            form.add_field("file", io.BytesIO(content), filename=name)
        async with self.session.post(f"{self.url}/chat/{chat}/files", data=form) as answer:
            said = await answer.text()
            return answer.status, json.loads(said) if answer.status == 200 else said


@pytest.fixture
def hand(http: aiohttp.ClientSession, served: Served) -> Browserless:
    return Browserless(http, served.url)


@pytest.fixture
def team(simulator: Simulator) -> int:
    """A group of Anna and Jan, with the bot."""
    return simulator.create_group("Team", by=ANNA, members=[JAN], with_bot=True).id


async def test_words_come_with_their_formats_and_answer_a_message(
    simulator: Simulator, hand: Browserless, anna: int, bot: Bot
) -> None:
    asked = await bot.does("sendMessage", chat_id=anna, text="Which?")
    entities = [
        {"type": "bold", "offset": 0, "length": 4},
        {"type": "text_link", "offset": 5, "length": 3, "url": "example.org/a"},
    ]
    order = {"entities": entities, "reply_to": asked["message_id"]}
    await hand.does(f"{anna}/text", text="This one", **order)
    sent = simulator.chat(anna)[-1]
    assert sent.html == '<b>This</b> <a href="http://example.org/a">one</a>'
    assert sent.reply_to == asked["message_id"]
    update = simulator.take_updates()[-1]["message"]
    assert [entity["type"] for entity in update["entities"]] == ["bold", "text_link"]


@pytest.mark.parametrize(
    "entities",
    [
        "bold",
        [{"type": "blink", "offset": 0, "length": 1}],
        [{"type": "bold", "offset": -1, "length": 1}],
        [{"type": "bold", "offset": 0, "length": 99}],
        [{"type": "text_link", "offset": 0, "length": 1, "url": "javascript:x"}],
        [["bold"]],
    ],
)
async def test_formats_that_no_messenger_makes_are_refused(
    hand: Browserless, anna: int, entities: object
) -> None:
    await hand.is_refused(f"{anna}/text", text="abc", entities=entities)


async def test_a_picture_a_film_and_an_album_are_sent_to_be_seen(
    simulator: Simulator, hand: Browserless, anna: int
) -> None:
    status, one = await hand.sends(anna, ("hall.png", png(40, 30)), caption="Hall")
    assert (status, isinstance(one, dict)) == (200, True)
    picture = simulator.chat(anna)[-1]
    assert picture.photo is not None
    assert (picture.caption, picture.photo.file.width) == ("Hall", 40)
    await hand.sends(anna, ("film.mp4", FILM))
    assert simulator.chat(anna)[-1].video is not None
    marks = json.dumps([{"type": "italic", "offset": 0, "length": 4}])
    files = ("1.jpg", jpeg(10, 20)), ("2.mp4", FILM), ("3.png", png(9, 9))
    status, sent = await hand.sends(anna, *files, caption="Both", caption_entities=marks)
    assert (status, len(sent["message_ids"])) == (200, 3)  # type: ignore[index]
    album = simulator.chat(anna)[-3:]
    assert len({message.media_group_id for message in album}) == 1
    assert [message.html for message in album] == ["<i>Both</i>", "", ""]


async def test_files_go_as_they_are_when_that_is_asked(
    simulator: Simulator, hand: Browserless, anna: int
) -> None:
    await hand.sends(anna, ("hall.png", png()), as_="document")
    document = simulator.chat(anna)[-1].document
    assert document is not None
    assert (document.name, document.mime_type) == ("hall.png", "image/png")
    both = await hand.sends(anna, ("a.txt", b"a"), ("b.txt", b"b"), as_="document", caption="two")
    assert both[0] == 200
    assert [message.caption for message in simulator.chat(anna)[-2:]] == ["two", ""]


async def test_files_that_do_not_fit_are_refused_in_words(
    simulator: Simulator, hand: Browserless, served: Served, anna: int, http: aiohttp.ClientSession
) -> None:
    before = len(simulator.chat(anna))
    assert await hand.sends(anna) == (400, "one to ten files can be sent at once")
    eleven = [(f"{number}.png", png(9, 9)) for number in range(11)]
    assert await hand.sends(anna, *eleven) == (400, "one to ten files can be sent at once")
    status, said = await hand.sends(anna, ("list.csv", b"a,b"))
    assert (status, said) == (
        400,
        "list.csv is no picture or video that can be shown; it can go as a file",
    )
    large = png(9, 9) + b"\x00" * (10 * 1024 * 1024)
    status, said = await hand.sends(anna, ("big.png", large))
    assert (status, said) == (400, "big.png is larger than 10 MB; it can go as a file")
    status, _ = await hand.sends(anna, ("a.png", png(9, 9)), caption_entities="{")
    assert status == 400
    async with http.post(f"{served.url}/chat/{anna}/files", json={}) as answer:
        assert answer.status == 415
    assert len(simulator.chat(anna)) == before


async def test_a_place_is_a_point_or_has_a_name(
    simulator: Simulator, hand: Browserless, anna: int
) -> None:
    point = {"latitude": 45.4, "longitude": 11.9}
    await hand.does(f"{anna}/place", **point)
    assert (simulator.chat(anna)[-1].venue, simulator.chat(anna)[-1].location is None) == (
        None,
        False,
    )
    await hand.does(f"{anna}/place", **point, title="Centro", address="Via Trieste 63")
    venue = simulator.chat(anna)[-1].venue
    assert venue is not None
    assert venue.title == "Centro"
    await hand.is_refused(f"{anna}/place", latitude=91, longitude=0)
    await hand.is_refused(f"{anna}/place", latitude="45", longitude=0)


async def test_people_ask_and_vote_and_take_it_back(
    simulator: Simulator, hand: Browserless, team: int
) -> None:
    options = ["Pizza", "Soup"]
    await hand.does(f"{team}/poll", by=JAN, question="Food?", options=options, anonymous=False)
    poll = simulator.polls[str(simulator.chat(team)[-1].poll_id)]
    vote = f"polls/{poll.id}/vote"
    await hand.does(vote, by=ANNA, options=[1])
    assert poll.votes == {ANNA: [1]}
    assert await hand.is_refused(vote, by=ANNA, options=[7]) == "the poll has no such option"
    await hand.does(vote, by=ANNA, options=[])
    assert poll.votes == {}
    quiz = {"question": "Who?", "options": ["a", "b"], "correct": [1], "explanation": "Clear."}
    await hand.does(f"{team}/poll", by=ANNA, **quiz)
    made = simulator.polls[str(simulator.chat(team)[-1].poll_id)]
    assert (made.quiz, made.correct, made.explanation) == (True, [1], "Clear.")
    stranger = simulator.add_person(first_name="Eva", language="en").id
    assert "does not see" in await hand.is_refused(vote, by=stranger, options=[0])
    assert "by must be" in await hand.is_refused(vote, by=42, options=[0])


async def test_a_group_is_founded_run_and_made_a_supergroup(
    simulator: Simulator, hand: Browserless, http: aiohttp.ClientSession, served: Served
) -> None:
    """The bot comes by a link with its payload, leads, is thrown out; Jan comes and goes."""
    team = (await hand.does("groups", title="Team", by=ANNA, members=[]))["id"]
    members = f"{team}/members"
    bot = simulator.bot_id
    with_bot = await hand.does(members, by=ANNA, deed="add", member=bot, payload="event-7")
    assert with_bot["bot"] == "member"
    assert simulator.chat(team)[-1].text == f"/start@{simulator.username} event-7"
    assert (await hand.does(members, by=ANNA, deed="promote", member=bot))["bot"] == "administrator"
    added = await hand.does(members, by=ANNA, deed="add", member=JAN)
    assert [member["id"] for member in added["members"]] == [ANNA, JAN]
    assert "in charge" in await hand.is_refused(members, by=JAN, deed="demote", member=bot)
    assert (await hand.does(members, by=ANNA, deed="demote", member=bot))["bot"] == "member"
    await hand.does(members, by=JAN, deed="remove", member=JAN)
    await hand.is_refused(members, by=ANNA, deed="dance", member=JAN)
    new = await hand.does(f"{team}/migrate", by=ANNA)
    assert new["kind"] == "supergroup"
    assert "goes on as" in await hand.is_refused(f"{team}/text", by=ANNA, text="anybody?")
    gone = await hand.does(f"{new['id']}/members", by=ANNA, deed="remove", member=bot)
    assert gone["bot"] == Standing.KICKED
    async with http.get(f"{served.url}/chat/{new['id']}") as answer:
        assert [m["service"] is not None for m in (await answer.json())["messages"]] == [True] * 2


async def test_in_a_group_only_its_members_write_and_press(
    simulator: Simulator, hand: Browserless, team: int, bot: Bot, http: aiohttp.ClientSession
) -> None:
    stranger = simulator.add_person(first_name="Eva", language="en").id
    outside = "this person is not in the group"
    assert await hand.is_refused(f"{team}/text", by=stranger, text="hi") == outside
    assert await hand.sends(team, ("a.png", png()), by=str(stranger)) == (400, outside)
    assert "by must be" in await hand.is_refused(f"{team}/text", text="hi")
    await hand.does(f"{team}/text", by=JAN, text="hi")
    assert simulator.chat(team)[-1].sender_id == JAN
    assert (await hand.sends(team, ("a.png", png()), by=str(JAN)))[0] == 200
    keyboard = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
    asked = await bot.does("sendMessage", chat_id=team, text="?", reply_markup=keyboard)
    press = {"message_id": asked["message_id"], "row": 0, "column": 0}
    assert "press_id" in await hand.does(f"{team}/press", by=JAN, **press)
    query = simulator.take_updates()[-1]["callback_query"]
    assert (query["from"]["id"], query["message"]["chat"]["id"]) == (JAN, team)
    await hand.is_refused(f"{team}/press", by=stranger, **press)
    async with http.post(f"{hand.url}/chat/-1/text", json={"by": ANNA, "text": "x"}) as answer:
        assert answer.status == 404


async def test_pictures_and_films_are_shown_and_films_in_parts(
    simulator: Simulator, hand: Browserless, anna: int, http: aiohttp.ClientSession
) -> None:
    await hand.sends(anna, ("hall.png", png()), ("film.mp4", FILM))
    picture, film = (message.media for message in simulator.chat(anna)[-2:])
    assert picture is not None
    assert film is not None
    for file in (picture.file, film.file):
        async with http.get(f"{hand.url}/chat/files/{file.file_id}") as answer:
            assert answer.headers["Content-Disposition"].startswith("inline")
            assert answer.content_type == file.mime_type
            assert await answer.read() == file.content
    url, part = f"{hand.url}/chat/files/{film.file.file_id}", {"Range": "bytes=4-7"}
    async with http.get(url, headers=part) as answer:
        assert (answer.status, await answer.read()) == (206, FILM[4:8])
        assert answer.headers["Content-Range"] == f"bytes 4-7/{len(FILM)}"
    async with http.get(url, headers={"Range": "bytes=999-"}) as answer:
        assert (answer.status, await answer.read()) == (200, FILM)


async def test_a_link_is_previewed_unless_its_sender_wants_none(
    simulator: Simulator, bot: Bot, anna: int, http: aiohttp.ClientSession, served: Served
) -> None:
    text = "🎉 see example.org/day?x=1 soon"
    await bot.does("sendMessage", chat_id=anna, text=text)
    quiet = {"link_preview_options": {"is_disabled": True}}
    await bot.does("sendMessage", chat_id=anna, text=text, **quiet)
    other = {"link_preview_options": {"url": "https://example.com/", "show_above_text": True}}
    answered = await bot.does("sendMessage", chat_id=anna, text=text, **other)
    simulator.send_text(anna, "no link", reply_to=answered["message_id"])
    async with http.get(f"{served.url}/chat/{anna}") as answer:
        messages = (await answer.json())["messages"][-4:]
    first, second, third, last = (message["preview"] for message in messages)
    assert (first["host"], first["path"], first["above"]) == ("example.org", "/day", False)
    assert (second, last) == (None, None)
    assert (third["url"], third["above"]) == ("https://example.com/", True)
    assert messages[-1]["reply_name"] == simulator.username
