"""The simulator goes on after a restart where it stopped."""

from pathlib import Path

from bot.simulator import Simulator
from tests.simulator.conftest import ANNA, TOKEN, Bot, Clocks


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
    crashed._keeper.save()
    seen = [crashed.send_text(ANNA, str(number)) for number in range(50)]

    after = Simulator(token=TOKEN, state_file=path)
    sent = after.send_text(ANNA, "next")
    assert sent.message_id not in {message.message_id for message in seen}
    assert sent.update_id not in {message.update_id for message in seen}
