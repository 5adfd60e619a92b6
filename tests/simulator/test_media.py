"""Photos, videos and albums, sent by the bot and by people."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.simulator import Simulator
from bot.simulator.errors import NotPossible
from bot.simulator.files import FileKind
from bot.simulator.sending_people import AlbumItem
from tests.simulator.conftest import Bot
from tests.simulator.pictures import FILM, gif, jpeg, png


async def photo(bot: Bot, chat_id: int, content: bytes, **more: object) -> dict[str, Any]:
    """The bot sends a picture."""
    files = {"photo": ("p.png", content)}
    sent: dict[str, Any] = await bot.does("sendPhoto", chat_id=chat_id, files=files, **more)
    return sent


def item(kind: str, media: str, **more: object) -> dict[str, object]:
    return {"type": kind, "media": media, **more}


async def test_a_photo_has_sizes_up_to_its_own_and_can_be_downloaded_and_sent_again(
    simulator: Simulator, bot: Bot, anna: int
) -> None:
    """The bot sends a wide picture, takes it back by its id, and sends it once more."""
    content = png(1000, 500)
    sent = await photo(bot, anna, content, caption="<b>Hall</b> 2", parse_mode="HTML")
    sizes = [(size["width"], size["height"]) for size in sent["photo"]]
    assert sizes == [(90, 45), (320, 160), (800, 400), (1000, 500)]
    assert sent["caption_entities"] == [{"type": "bold", "offset": 0, "length": 4}]
    assert "text" not in sent
    for size in sent["photo"]:
        file = await bot.does("getFile", file_id=size["file_id"])
        assert file["file_unique_id"] == size["file_unique_id"]
        stored = simulator.files.at(file["file_path"])
        assert stored is not None
        assert stored.content == content
    again = await bot.does("sendPhoto", chat_id=anna, photo=sent["photo"][0]["file_id"])
    assert again["photo"] == sent["photo"]
    shown = simulator.chat(anna)[-1].photo
    assert shown is not None
    assert (shown.content, shown.file.mime_type) == (content, "image/png")


@pytest.mark.parametrize(
    "content, size, steps",
    [
        (png(60, 40), (60, 40), 1),
        (jpeg(3000, 4000), (1920, 2560), 5),
        (gif(320, 100), (320, 100), 2),
    ],
)
async def test_the_size_of_a_picture_stands_in_it(
    bot: Bot, anna: int, content: bytes, size: tuple[int, int], steps: int
) -> None:
    largest = (sent := await photo(bot, anna, content))["photo"][-1]
    assert (largest["width"], largest["height"]) == size
    assert len(sent["photo"]) == steps


async def test_no_kind_of_file_passes_for_a_photo_and_no_photo_for_another(
    bot: Bot, anna: int
) -> None:
    """A document may be sent as a video, and stays a document."""
    picture = (await photo(bot, anna, png()))["photo"][-1]["file_id"]
    film = await bot.does("sendVideo", chat_id=anna, files={"video": ("f.mp4", FILM)})
    paper = await bot.does("sendDocument", chat_id=anna, files={"document": ("a.txt", b"abc")})
    film_id, paper_id = film["video"]["file_id"], paper["document"]["file_id"]
    for method, name, file_id, reason in (
        ("sendVideo", "video", picture, "Photo as Video"),
        ("sendDocument", "document", picture, "Photo as Document"),
        ("sendPhoto", "photo", film_id, "Video as Photo"),
        ("sendPhoto", "photo", paper_id, "Document as Photo"),
    ):
        refusal = await bot.is_refused(method, chat_id=anna, **{name: file_id})
        assert refusal == f"Bad Request: can't use file of type {reason}"
    sent = await bot.does("sendVideo", chat_id=anna, video=paper_id)
    assert sent["document"] == paper["document"]
    sent = await bot.does("sendDocument", chat_id=anna, document=film_id)
    assert sent["video"] == film["video"]


@pytest.mark.parametrize(
    "content, reason",
    [
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (b"\x89PNG\r\n\x1a\n cut", "IMAGE_PROCESS_FAILED"),
        (b"\xff\xd8\xff", "IMAGE_PROCESS_FAILED"),
        (b"", "file must be non-empty"),
        (jpeg(9000, 1001), "PHOTO_INVALID_DIMENSIONS"),
        (jpeg(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
        (
            png() + b"\x00" * 10_485_760,
            f"file of size {10_485_760 + len(png())} bytes is too big for a photo",
        ),
    ],
)
async def test_what_is_no_good_photo(
    simulator: Simulator, anna: int, content: bytes, reason: str
) -> None:
    files = {"photo": ("p.png", content)}
    _, answer = await simulator.call("sendPhoto", {"chat_id": anna}, files)
    assert answer["description"].startswith(f"Bad Request: {reason}")


async def test_a_video_tells_what_was_said_of_it(bot: Bot, anna: int) -> None:
    files = {"video": ("walk.mov", FILM)}
    facts = {"width": 320, "height": 240, "duration": 12}
    sent = await bot.does(
        "sendVideo", chat_id=anna, files=files, **facts, has_spoiler=True, caption="A walk"
    )
    assert {name: sent["video"][name] for name in facts} == facts
    assert (sent["video"]["mime_type"], sent["video"]["file_name"]) == (
        "video/quicktime",
        "walk.mov",
    )
    assert (sent["has_media_spoiler"], sent["caption"]) == (True, "A walk")


async def test_an_album_comes_as_messages_that_belong_together(
    simulator: Simulator, bot: Bot, anna: int
) -> None:
    """Two pictures and a film, one of them known from before, each with its own words."""
    known = (await photo(bot, anna, png()))["photo"][-1]["file_id"]
    sent = await bot.does(
        "sendMediaGroup",
        chat_id=anna,
        media=[
            item("photo", "attach://one", caption="<i>first</i>", parse_mode="HTML"),
            item("photo", known),
            item("video", "attach://two", duration=3),
        ],
        files={"one": ("1.png", png(10, 10)), "two": ("2.mp4", FILM)},
    )
    assert len({message["media_group_id"] for message in sent}) == 1
    assert [message.get("caption") for message in sent] == ["first", None, None]
    assert sent[2]["video"]["duration"] == 3
    assert [m.media_group_id for m in simulator.chat(anna)[-3:]] == [sent[0]["media_group_id"]] * 3
    other = await bot.does(
        "sendMediaGroup", chat_id=anna, media=[item("photo", known), item("photo", known)]
    )
    assert other[0]["media_group_id"] != sent[0]["media_group_id"]


@pytest.mark.parametrize(
    "media, reason",
    [
        (None, 'parameter "media" is required'),
        ("{}", "expected an Array of InputMedia"),
        ([], "there are no messages to send"),
        ([item("photo", "P")], "an album of one is not in the simulator"),
        ([item("photo", "P")] * 11, "too many messages to send as an album"),
        ([item("photo", "P"), item("document", "D")], "document can't be mixed with other media"),
        (["P", "P"], "can't parse InputMedia: expected an Object"),
        ([item("animation", "P")] * 2, 'can\'t parse InputMedia: type "animation" is unsupported'),
        ([{"type": "photo"}] * 2, "can't parse InputMedia: media not found"),
        ([item("photo", "P", cover="x")] * 2, "InputMedia with cover is not in the simulator"),
        ([item("photo", "P"), item("photo", "attach://gone")], "wrong file identifier/HTTP URL"),
        ([item("photo", "P"), item("video", "P")], "can't use file of type Photo as Video"),
        ([item("photo", "P"), item("photo", "P", caption="x" * 1025)], "message caption is too"),
        (
            [item("photo", "P", show_caption_above_media=True), item("photo", "P")],
            "parameter show_caption_above_media must be the same for all messages",
        ),
    ],
)
async def test_albums_that_cannot_be(bot: Bot, anna: int, media: object, reason: str) -> None:
    """P stands for a known photo and D for a known document; nothing of the album is sent."""
    known = {"P": (await photo(bot, anna, png()))["photo"][-1]["file_id"]}
    paper = await bot.does("sendDocument", chat_id=anna, files={"document": ("a.txt", b"abc")})
    known["D"] = paper["document"]["file_id"]
    before = len(bot.simulator.chat(anna))
    for body in media if isinstance(media, list) else ():
        if isinstance(body, dict) and "media" in body:
            body["media"] = known.get(body["media"], body["media"])
    refusal = await bot.is_refused("sendMediaGroup", chat_id=anna, media=media)
    assert refusal.startswith(f"Bad Request: {reason}")
    assert len(bot.simulator.chat(anna)) == before


async def test_an_album_has_no_buttons(bot: Bot, anna: int) -> None:
    refusal = await bot.is_refused("sendMediaGroup", chat_id=anna, media=[], reply_markup={})
    assert refusal.startswith("Bad Request: parameter reply_markup of sendMediaGroup is not")


async def test_words_under_a_photo_are_edited_as_a_caption_and_never_as_a_text(
    simulator: Simulator, bot: Bot, anna: int
) -> None:
    sent = await photo(bot, anna, png(), caption="old")
    where = {"chat_id": anna, "message_id": sent["message_id"]}
    assert await bot.is_refused("editMessageText", **where, text="new") == (
        "Bad Request: there is no text in the message to edit"
    )
    edited = await bot.does("editMessageCaption", **where, caption="<b>new</b>", parse_mode="HTML")
    assert (edited["caption"], "edit_date" in edited) == ("new", True)
    refusal = await bot.is_refused(
        "editMessageCaption",
        **where,
        caption="new",
        caption_entities=[{"type": "bold", "offset": 0, "length": 3}],
    )
    assert refusal.startswith("Bad Request: message is not modified")
    await bot.does("editMessageCaption", **where)
    assert simulator.chat(anna)[-1].caption == ""
    text = await bot.does("sendMessage", chat_id=anna, text="x")
    for method, more in (("editMessageCaption", {}), ("editMessageCaption", {"caption": "y"})):
        refusal = await bot.is_refused(method, chat_id=anna, message_id=text["message_id"], **more)
        assert refusal == "Bad Request: there is no caption in the message to edit"


async def test_a_picture_takes_the_place_of_another_or_of_a_text(
    simulator: Simulator, bot: Bot, anna: int
) -> None:
    text = await bot.does("sendMessage", chat_id=anna, text="a plan comes")
    where = {"chat_id": anna, "message_id": text["message_id"]}
    files = {"plan": ("plan.png", png(50, 50))}
    plan = item("photo", "attach://plan", caption="the plan")
    edited = await bot.does("editMessageMedia", **where, media=plan, files=files)
    assert ("text" in edited, edited["caption"]) == (False, "the plan")
    same = item("photo", edited["photo"][-1]["file_id"], caption="the plan")
    refusal = await bot.is_refused("editMessageMedia", **where, media=same)
    assert refusal.startswith("Bad Request: message is not modified")
    files = {"film": ("film.mp4", FILM)}
    await bot.does("editMessageMedia", **where, media=item("video", "attach://film"), files=files)
    shown = simulator.chat(anna)[-1]
    assert shown.video is not None
    assert (shown.caption, shown.edited) == ("", True)
    place = await bot.does("sendLocation", chat_id=anna, latitude=1, longitude=2)
    where["message_id"] = place["message_id"]
    refusal = await bot.is_refused("editMessageMedia", **where, media=same)
    assert refusal == "Bad Request: message media can't be edited"
    assert await bot.is_refused("editMessageMedia", **where) == (
        'Bad Request: parameter "media" is required'
    )


async def test_an_album_of_pictures_takes_no_document_in(bot: Bot, anna: int) -> None:
    picture = item("photo", (await photo(bot, anna, png()))["photo"][-1]["file_id"])
    paper = await bot.does("sendDocument", chat_id=anna, files={"document": ("a.txt", b"abc")})
    album = await bot.does("sendMediaGroup", chat_id=anna, media=[picture, picture])
    where = {"chat_id": anna, "message_id": album[0]["message_id"]}
    document = item("document", paper["document"]["file_id"])
    refusal = await bot.is_refused("editMessageMedia", **where, media=document)
    assert refusal == "Bad Request: can't change media type in the album"
    files = {"film": ("film.mp4", FILM)}
    edited = await bot.does(
        "editMessageMedia", **where, media=item("video", "attach://film"), files=files
    )
    assert edited["media_group_id"] == album[0]["media_group_id"]


def test_people_send_pictures_films_files_and_places(simulator: Simulator, anna: int) -> None:
    """What Anna sends reaches the bot with its words, and with what she answers."""
    first = simulator.send_photo(
        anna,
        png(),
        caption="our hall",
        caption_entities=[{"type": "bold", "offset": 4, "length": 4}],
    )
    simulator.send_video(anna, FILM, reply_to=first.message_id)
    simulator.send_document(anna, "list.csv", b"a;b", caption="who comes")
    simulator.send_location(anna, 45.4, 11.9)
    simulator.send_venue(anna, 45.4, 11.9, "Le Village", "Padova")
    picture, film, paper, point, place = (u["message"] for u in simulator.take_updates())
    assert picture["caption_entities"] == [{"type": "bold", "offset": 4, "length": 4}]
    assert picture["photo"][-1]["width"] == 400
    assert film["reply_to_message"]["message_id"] == first.message_id
    assert film["video"]["mime_type"] == "video/mp4"
    assert (paper["document"]["file_name"], paper["caption"]) == ("list.csv", "who comes")
    assert point["location"] == {"latitude": 45.4, "longitude": 11.9}
    assert place["venue"]["title"] == "Le Village"


def test_an_album_of_somebody_is_one_update_for_each_item(simulator: Simulator, anna: int) -> None:
    items = [
        AlbumItem(FileKind.PHOTO, "1.png", png(), caption="two of us"),
        AlbumItem(FileKind.VIDEO, "2.mp4", FILM),
    ]
    sent = simulator.send_album(anna, items)
    updates = simulator.take_updates()
    assert [update["update_id"] for update in updates] == [one.update_id for one in sent]
    assert len({update["message"]["media_group_id"] for update in updates}) == 1
    assert [update["message"].get("caption") for update in updates] == ["two of us", None]
    paper = AlbumItem(FileKind.DOCUMENT, "a.txt", b"abc")
    for impossible in ([], items[:1], items * 6, [*items, paper]):
        with pytest.raises(NotPossible):
            simulator.send_album(anna, impossible)


def test_a_messenger_formats_what_one_types(simulator: Simulator, anna: int) -> None:
    bold = {"type": "bold", "offset": 1, "length": 5}
    simulator.send_text(anna, " Hello /help", entities=[bold])
    (update,) = simulator.take_updates()
    assert update["message"]["text"] == "Hello /help"
    assert update["message"]["entities"] == [
        {"type": "bold", "offset": 0, "length": 5},
        {"type": "bot_command", "offset": 6, "length": 5},
    ]
    with pytest.raises(NotPossible, match="beyond the text"):
        simulator.send_text(anna, "short", entities=[bold])


def test_what_a_messenger_does_not_let_one_send(simulator: Simulator, anna: int) -> None:
    impossible: tuple[Callable[[], object], ...] = (
        lambda: simulator.send_photo(anna, b"no picture"),
        lambda: simulator.send_photo(anna, png() + b"\x00" * 10_485_760),
        lambda: simulator.send_photo(anna, png(), caption="x" * 1025),
        lambda: simulator.send_document(anna, "empty.txt", b""),
        lambda: simulator.send_location(anna, 91, 0),
        lambda: simulator.send_venue(anna, 1, 1, " ", "x"),
        lambda: simulator.send_text(anna, "x", reply_to=999),
    )
    for deed in impossible:
        with pytest.raises(NotPossible):
            deed()
    assert simulator.take_updates() == []
