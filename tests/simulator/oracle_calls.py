"""Calls with all they can carry, for a strict library to make and to judge."""

from aiogram import Bot as AiogramBot
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    InputPollOption,
    MessageEntity,
    ReplyParameters,
)

from bot.simulator import Simulator
from bot.simulator.files import FileKind
from bot.simulator.sending_people import AlbumItem
from tests.simulator.conftest import ANNA, JAN
from tests.simulator.pictures import FILM, png


async def try_media(bot: AiogramBot, chat_id: int, keyboard: InlineKeyboardMarkup) -> None:
    """Photos, videos and albums, sent and edited."""
    photo = await bot.send_photo(
        chat_id,
        BufferedInputFile(png(1000, 800), "p.png"),
        caption="<b>c</b>",
        parse_mode="HTML",
        show_caption_above_media=True,
        has_spoiler=True,
        reply_markup=keyboard,
    )
    assert photo.photo is not None
    file = await bot.get_file(photo.photo[-1].file_id)
    assert file.file_path is not None
    downloaded = await bot.download_file(file.file_path)
    assert downloaded is not None
    assert downloaded.read() == png(1000, 800)
    video = await bot.send_video(
        chat_id, BufferedInputFile(FILM, "f.mp4"), width=3, height=2, duration=1, caption="c"
    )
    assert video.video is not None
    album = await bot.send_media_group(
        chat_id,
        [
            InputMediaPhoto(media=BufferedInputFile(png(), "1.png"), caption="c"),
            InputMediaVideo(media=BufferedInputFile(FILM, "2.mp4"), duration=2),
            InputMediaPhoto(media=photo.photo[-1].file_id, has_spoiler=True),
        ],
        reply_parameters=ReplyParameters(message_id=photo.message_id),
    )
    assert len({message.media_group_id for message in album}) == 1
    await bot.edit_message_caption(
        chat_id=chat_id, message_id=photo.message_id, caption="new", reply_markup=keyboard
    )
    document = InputMediaDocument(media=BufferedInputFile(b"abc", "a.txt"), caption="c")
    await bot.edit_message_media(document, chat_id=chat_id, message_id=photo.message_id)


async def try_polls(bot: AiogramBot, chat_id: int, keyboard: InlineKeyboardMarkup) -> None:
    """A quiz with all its parts, and its end."""
    quiz = await bot.send_poll(
        chat_id,
        "<i>Who?</i>",
        [InputPollOption(text="a", text_parse_mode="HTML"), "b"],
        question_parse_mode="HTML",
        is_anonymous=False,
        type="quiz",
        correct_option_ids=[1],
        explanation="Clear.",
        explanation_entities=[MessageEntity(type="bold", offset=0, length=5)],
        description="<b>d</b>",
        description_parse_mode="HTML",
        open_period=60,
        reply_markup=keyboard,
    )
    assert quiz.poll is not None
    assert quiz.poll.correct_option_ids == [1]
    stopped = await bot.stop_poll(chat_id, quiz.message_id)
    assert stopped.is_closed


async def try_groups(bot: AiogramBot, simulator: Simulator) -> None:
    """A group and the supergroup it becomes."""
    group = simulator.create_group("Team", by=ANNA, members=[JAN], with_bot=True)
    simulator.promote(group.id, simulator.bot_id, by=ANNA)
    await _try_group(bot, simulator, group.id)
    new = simulator.migrate_group(group.id, by=ANNA)
    await _try_group(bot, simulator, new.id)
    await bot.leave_chat(new.id)


async def _try_group(bot: AiogramBot, simulator: Simulator, chat_id: int) -> None:
    await bot.get_chat(chat_id)
    assert await bot.get_chat_member_count(chat_id) == 3
    members = [await bot.get_chat_member(chat_id, id_) for id_ in (ANNA, JAN, simulator.bot_id)]
    assert [member.status for member in members] == ["creator", "member", "administrator"]
    assert len(await bot.get_chat_administrators(chat_id)) == 2
    hers = simulator.send_text(ANNA, "hi", chat_id=chat_id)
    reply = ReplyParameters(message_id=hers.message_id)
    await bot.send_message(chat_id, "hello", reply_parameters=reply)


def act_with_everything(simulator: Simulator, quiz: str) -> None:
    """All that people can send, vote and do with groups, in front of the bot."""
    picture = AlbumItem(FileKind.PHOTO, "1.png", png(), caption="c")
    film = AlbumItem(FileKind.VIDEO, "2.mp4", FILM)
    group = simulator.create_group("Team", by=ANNA, members=[JAN])
    simulator.add_bot(group.id, by=ANNA, payload="event-7")
    simulator.promote(group.id, simulator.bot_id, by=ANNA)
    for chat_id in (ANNA, group.id):
        bold = [{"type": "bold", "offset": 0, "length": 2}]
        first = simulator.send_text(ANNA, "hi there", entities=bold, chat_id=chat_id)
        simulator.send_album(ANNA, [picture, film], reply_to=first.message_id, chat_id=chat_id)
        simulator.send_document(ANNA, "a.txt", b"abc", caption="c", chat_id=chat_id)
        simulator.send_location(ANNA, 1, 2, chat_id=chat_id)
        simulator.send_venue(ANNA, 1, 2, "t", "a", chat_id=chat_id)
        simulator.send_poll(ANNA, "Who?", ["a", "b"], correct=[0], explanation="e", chat_id=chat_id)
        simulator.press_data(ANNA, first.message_id, "x", chat_id=chat_id)
        simulator.press_data(ANNA, 999_999, "x", chat_id=chat_id)
    simulator.vote(ANNA, quiz, [0])
    simulator.add_member(group.id, simulator.add_person(first_name="E", language="en").id, by=JAN)
    simulator.remove_member(group.id, JAN, by=JAN)
    simulator.demote(group.id, simulator.bot_id, by=ANNA)
    new = simulator.migrate_group(group.id, by=ANNA)
    simulator.kick_bot(new.id, by=ANNA)
