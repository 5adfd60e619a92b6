"""Groups: how the bot comes in, what it reads, and how it goes."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.simulator import Simulator
from bot.simulator.errors import NotPossible
from bot.simulator.groups import Group
from tests.simulator.conftest import ANNA, JAN, Bot, Clocks

ADMIN_RIGHTS = {"can_delete_messages", "can_manage_chat", "can_pin_messages"}


@pytest.fixture
def team(simulator: Simulator) -> Group:
    """Anna has founded a group with Jan and the bot, and the bot has seen it."""
    group = simulator.create_group("Team", by=ANNA, members=[JAN], with_bot=True)
    simulator.take_updates()
    return group


def news(simulator: Simulator) -> list[dict[str, Any]]:
    """All waiting updates without their numbers."""
    updates = simulator.take_updates()
    return [{k: v for k, v in update.items() if k != "update_id"} for update in updates]


def texts(simulator: Simulator) -> list[str]:
    """What the bot got to read."""
    return [update["message"]["text"] for update in news(simulator) if "message" in update]


async def test_a_link_brings_the_bot_into_a_group_with_a_payload(
    simulator: Simulator, bot: Bot
) -> None:
    """Anna opens ?startgroup=event-7: the bot is told it is in, by a line and by a command."""
    group = simulator.create_group("Team", by=ANNA, members=[JAN])
    assert simulator.take_updates() == []
    for method, more in (("getChat", {}), ("sendMessage", {"text": "x"})):
        refusal = await bot.is_refused(method, chat_id=group.id, **more)
        assert refusal == "Bad Request: chat not found"
    simulator.add_bot(group.id, by=ANNA, payload="event-7")
    member, joined, start = news(simulator)
    change = member["my_chat_member"]
    assert (change["chat"]["id"], change["from"]["id"]) == (group.id, ANNA)
    assert change["old_chat_member"]["status"] == "left"
    assert change["new_chat_member"]["status"] == "member"
    assert joined["message"]["new_chat_members"][0]["username"] == simulator.username
    assert start["message"]["text"] == f"/start@{simulator.username} event-7"
    assert start["message"]["entities"][0]["type"] == "bot_command"
    assert start["message"]["chat"] == {"id": group.id, "title": "Team", "type": "group"}
    assert start["message"]["from"]["id"] == ANNA
    # Once more from the menu: it is there already, so only the command comes.
    simulator.add_bot(group.id, by=JAN, payload="")
    assert texts(simulator) == [f"/start@{simulator.username}"]


def test_a_group_may_begin_with_the_bot_in_it(simulator: Simulator) -> None:
    simulator.create_group("Team", by=ANNA, with_bot=True)
    member, created = news(simulator)
    assert member["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert created["message"]["group_chat_created"] is True


async def test_in_privacy_mode_the_bot_reads_only_what_is_meant_for_it(
    simulator: Simulator, bot: Bot, team: Group
) -> None:
    """Commands and answers to its messages; promoted, it reads everything."""
    asked = await bot.does("sendMessage", chat_id=team.id, text="Who comes?")
    hers = simulator.send_text(ANNA, "idle talk", chat_id=team.id)
    assert hers.update_id is None
    simulator.send_text(JAN, "/help", chat_id=team.id)
    simulator.send_text(JAN, f"/help@{simulator.username.upper()} me", chat_id=team.id)
    simulator.send_text(JAN, "/help@other_bot", chat_id=team.id)
    simulator.send_text(JAN, "not /help", chat_id=team.id)
    simulator.send_text(JAN, "I", chat_id=team.id, reply_to=asked["message_id"])
    simulator.send_text(JAN, "really?", chat_id=team.id, reply_to=hers.message_id)
    assert texts(simulator) == ["/help", f"/help@{simulator.username.upper()} me", "I"]
    simulator.promote(team.id, simulator.bot_id, by=ANNA)
    simulator.send_text(JAN, "all of it", chat_id=team.id)
    simulator.demote(team.id, simulator.bot_id, by=ANNA)
    simulator.send_text(JAN, "no more", chat_id=team.id)
    assert texts(simulator) == ["all of it"]
    assert len(simulator.chat(team.id)) == 11  # people see everything


def test_being_promoted_and_demoted_is_told(simulator: Simulator, team: Group) -> None:
    simulator.promote(team.id, simulator.bot_id, by=ANNA)
    simulator.demote(team.id, simulator.bot_id, by=ANNA)
    up, down = (update["my_chat_member"] for update in news(simulator))
    assert up["new_chat_member"] == down["old_chat_member"]
    assert up["new_chat_member"]["status"] == "administrator"
    assert all(up["new_chat_member"][right] for right in ADMIN_RIGHTS)
    assert down["new_chat_member"]["status"] == "member"


async def test_a_bot_that_was_kicked_is_told_and_refused_until_it_is_back(
    simulator: Simulator, bot: Bot, team: Group
) -> None:
    simulator.kick_bot(team.id, by=ANNA)
    left, member = news(simulator)
    assert left["message"]["left_chat_member"]["id"] == simulator.bot_id
    assert member["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    send = {"chat_id": team.id, "text": "x"}
    refusal = await bot.is_refused("sendMessage", **send)
    assert refusal == "Forbidden: bot was kicked from the group chat"
    simulator.send_text(ANNA, "/start", chat_id=team.id)
    assert simulator.take_updates() == []
    simulator.add_bot(team.id, by=JAN)
    await bot.does("sendMessage", **send)


async def test_a_bot_can_leave_by_itself(simulator: Simulator, bot: Bot, team: Group) -> None:
    await bot.does("leaveChat", chat_id=team.id)
    left, member = news(simulator)
    assert left["message"]["from"]["id"] == simulator.bot_id
    assert member["my_chat_member"]["new_chat_member"]["status"] == "left"
    for method in ("leaveChat", "getChatMemberCount", "getChatAdministrators"):
        refusal = await bot.is_refused(method, chat_id=team.id)
        assert refusal == "Forbidden: bot is not a member of the group chat"
    assert (await bot.does("getChat", chat_id=team.id))["title"] == "Team"


async def test_a_group_that_grew_goes_on_under_another_number(
    simulator: Simulator, bot: Bot, team: Group
) -> None:
    """Both chats tell of it, the old number answers with the new one, ids begin anew."""
    new = simulator.migrate_group(team.id, by=ANNA)
    assert new.id < -1_000_000_000_000
    to, begins = (update["message"] for update in news(simulator))
    assert (to["chat"]["id"], to["migrate_to_chat_id"]) == (team.id, new.id)
    assert (begins["chat"]["type"], begins["migrate_from_chat_id"]) == ("supergroup", team.id)
    assert begins["sender_chat"]["id"] == new.id
    assert begins["message_id"] == 1
    status, answer = await simulator.call("sendMessage", {"chat_id": team.id, "text": "x"})
    assert (status, answer) == (
        400,
        {
            "ok": False,
            "error_code": 400,
            "description": "Bad Request: group chat was upgraded to a supergroup chat",
            "parameters": {"migrate_to_chat_id": new.id},
        },
    )
    sent = await bot.does("sendMessage", chat_id=new.id, text="here again")
    assert sent["message_id"] == 2
    with pytest.raises(NotPossible, match="goes on as"):
        simulator.send_text(ANNA, "anybody?", chat_id=team.id)
    simulator.send_text(JAN, "/here", chat_id=new.id)
    assert texts(simulator) == ["/here"]
    simulator.kick_bot(new.id, by=ANNA)
    kicked = "Forbidden: bot was kicked from the supergroup chat"
    assert await bot.is_refused("sendMessage", chat_id=new.id, text="x") == kicked
    assert await bot.is_refused("getChat", chat_id=new.id) == kicked
    assert await bot.is_refused("getChatMember", chat_id=new.id, user_id=ANNA) == kicked


async def test_who_is_in_a_group(simulator: Simulator, bot: Bot, team: Group) -> None:
    where = {"chat_id": team.id}
    stranger = simulator.add_person(first_name="Eva", language="en")
    assert await bot.does("getChatMemberCount", **where) == 3
    statuses = {
        person: (await bot.does("getChatMember", **where, user_id=person))["status"]
        for person in (ANNA, JAN, simulator.bot_id, stranger.id)
    }
    assert list(statuses.values()) == ["creator", "member", "member", "left"]
    simulator.promote(team.id, JAN, by=ANNA)
    administrators = await bot.does("getChatAdministrators", **where)
    assert [member["user"]["id"] for member in administrators] == [ANNA, JAN]
    for user_id, reason in ((0, "invalid user_id specified"), (7, "PARTICIPANT_ID_INVALID")):
        refusal = await bot.is_refused("getChatMember", **where, user_id=user_id)
        assert refusal == f"Bad Request: {reason}"


async def test_a_private_chat_has_two_in_it_and_nobody_in_charge(
    simulator: Simulator, bot: Bot, anna: int
) -> None:
    assert await bot.does("getChatMemberCount", chat_id=anna) == 2
    for user_id, status in ((anna, "member"), (JAN, "left")):
        member = await bot.does("getChatMember", chat_id=anna, user_id=user_id)
        assert member["status"] == status
    assert await bot.is_refused("getChatAdministrators", chat_id=anna) == (
        "Bad Request: there are no administrators in the private chat"
    )
    assert await bot.is_refused("leaveChat", chat_id=anna) == (
        "Bad Request: chat member status can't be changed in private chats"
    )


async def test_people_come_and_go_and_an_administrator_is_told_if_it_asks(
    simulator: Simulator, bot: Bot, team: Group
) -> None:
    eva = simulator.add_person(first_name="Eva", language="en").id
    simulator.add_member(team.id, eva, by=JAN)
    simulator.remove_member(team.id, eva, by=ANNA)
    came, went = (update["message"] for update in news(simulator))
    assert (came["from"]["id"], came["new_chat_members"][0]["id"]) == (JAN, eva)
    assert (went["from"]["id"], went["left_chat_member"]["id"]) == (ANNA, eva)
    await bot.does("getUpdates", allowed_updates=["chat_member"])
    simulator.add_member(team.id, eva, by=eva)
    assert news(simulator) == []
    simulator.promote(team.id, simulator.bot_id, by=ANNA)
    simulator.remove_member(team.id, eva, by=eva)
    ((change,),) = (update.values() for update in news(simulator))
    assert (change["old_chat_member"]["status"], change["new_chat_member"]["status"]) == (
        "member",
        "left",
    )


async def test_who_was_removed_is_banned_only_from_a_supergroup(
    simulator: Simulator, bot: Bot, team: Group
) -> None:
    for group, status in ((team, "left"), (None, "kicked")):
        here = group or simulator.migrate_group(team.id, by=ANNA)
        simulator.remove_member(here.id, JAN, by=ANNA)
        member = await bot.does("getChatMember", chat_id=here.id, user_id=JAN)
        assert member["status"] == status
        simulator.add_member(here.id, JAN, by=ANNA)


async def test_a_button_in_a_group_is_pressed_by_one_of_them(
    simulator: Simulator, bot: Bot, team: Group
) -> None:
    keyboard = {"inline_keyboard": [[{"text": "I come", "callback_data": "y"}]]}
    sent = await bot.does("sendMessage", chat_id=team.id, text="Who?", reply_markup=keyboard)
    press = simulator.press(JAN, sent["message_id"], row=0, column=0, chat_id=team.id)
    (update,) = news(simulator)
    query = update["callback_query"]
    assert (query["from"]["id"], query["message"]["chat"]["id"]) == (JAN, team.id)
    assert query["chat_instance"] == team.instance
    await bot.does("answerCallbackQuery", callback_query_id=press, text="Noted")
    answer = simulator.answer_of(press)
    assert answer is not None
    assert answer.text == "Noted"
    where = {"chat_id": team.id, "message_id": sent["message_id"]}
    await bot.does("editMessageText", **where, text="Jan comes")
    eva = simulator.add_person(first_name="Eva", language="en").id
    with pytest.raises(NotPossible, match="not in the group"):
        simulator.press_data(eva, sent["message_id"], "y", chat_id=team.id)


async def test_a_poll_in_a_group_is_answered_by_its_members(
    simulator: Simulator, bot: Bot, team: Group
) -> None:
    sent = await bot.does(
        "sendPoll", chat_id=team.id, question="When?", options=["Mon", "Tue"], is_anonymous=False
    )
    simulator.vote(ANNA, sent["poll"]["id"], [0])
    simulator.vote(JAN, sent["poll"]["id"], [0])
    voters = [u["poll_answer"]["user"]["id"] for u in news(simulator) if "poll_answer" in u]
    assert voters == [ANNA, JAN]
    eva = simulator.add_person(first_name="Eva", language="en").id
    with pytest.raises(NotPossible, match="does not see"):
        simulator.vote(eva, sent["poll"]["id"], [0])
    hers = simulator.send_poll(ANNA, "Who?", ["a", "b"], correct=[0], chat_id=team.id)
    assert hers.update_id is None


async def test_what_a_stranger_asks_in_a_group_keeps_its_solution(
    simulator: Simulator, team: Group
) -> None:
    simulator.promote(team.id, simulator.bot_id, by=ANNA)
    simulator.take_updates()
    simulator.send_poll(ANNA, "Who?", ["a", "b"], correct=[0], chat_id=team.id)
    (update,) = news(simulator)
    assert "correct_option_ids" not in update["message"]["poll"]


async def test_in_a_group_a_bot_deletes_its_own_and_in_charge_all(
    simulator: Simulator, bot: Bot, team: Group, clocks: Clocks
) -> None:
    own = (await bot.does("sendMessage", chat_id=team.id, text="x"))["message_id"]
    hers = simulator.send_text(ANNA, "y", chat_id=team.id).message_id
    stays = "Bad Request: message can't be deleted for everyone"
    assert await bot.is_refused("deleteMessage", chat_id=team.id, message_id=hers) == stays
    await bot.does("deleteMessages", chat_id=team.id, message_ids=[own, hers])
    simulator.promote(team.id, simulator.bot_id, by=ANNA)
    await bot.does("deleteMessage", chat_id=team.id, message_id=hers)
    late = simulator.send_text(ANNA, "late", chat_id=team.id).message_id
    clocks.travel(hours=48)
    assert await bot.is_refused("deleteMessage", chat_id=team.id, message_id=late) == stays


async def test_a_supergroup_has_other_words_for_what_stays(
    simulator: Simulator, bot: Bot, team: Group, clocks: Clocks
) -> None:
    new = simulator.migrate_group(team.id, by=ANNA)
    hers = simulator.send_text(ANNA, "y", chat_id=new.id).message_id
    stays = "Bad Request: message can't be deleted"
    assert await bot.is_refused("deleteMessage", chat_id=new.id, message_id=hers) == stays
    simulator.promote(new.id, simulator.bot_id, by=ANNA)
    assert await bot.is_refused("deleteMessage", chat_id=new.id, message_id=1) == stays
    clocks.travel(hours=48)
    assert await bot.is_refused("deleteMessage", chat_id=new.id, message_id=hers) == stays


async def test_a_group_takes_twenty_messages_a_minute_and_an_album_is_many(
    simulator: Simulator, bot: Bot, team: Group, clocks: Clocks
) -> None:
    simulator.limits = True
    files = {"document": ("a.txt", b"abc")}
    paper = await bot.does("sendDocument", chat_id=team.id, files=files)
    item = {"type": "document", "media": paper["document"]["file_id"]}
    await bot.does("sendMediaGroup", chat_id=team.id, media=[item] * 10)
    clocks.wait(10)
    for _ in range(9):
        await bot.does("sendMessage", chat_id=team.id, text="x")
    status, answer = await simulator.call("sendMessage", {"chat_id": team.id, "text": "x"})
    assert (status, answer["parameters"]) == (429, {"retry_after": 50})
    clocks.wait(50)
    await bot.does("sendMessage", chat_id=team.id, text="x")


async def test_a_group_has_commands_of_its_own(simulator: Simulator, bot: Bot, team: Group) -> None:
    """Jan sees what all groups have, Anna what those in charge have, and neither a private one."""
    for kind in ("all_private_chats", "all_group_chats", "all_chat_administrators"):
        command = {"command": kind[:8], "description": "x"}
        await bot.does("setMyCommands", commands=[command], scope={"type": kind})
    shown = [
        simulator.profile.commands_in(team.id, simulator.people[person], in_charge=in_charge)
        for person, in_charge in ((JAN, False), (ANNA, True))
    ]
    assert [commands[0]["command"] for commands in shown] == ["all_grou", "all_chat"]
    own = {"type": "chat_member", "chat_id": team.id, "user_id": JAN}
    await bot.does("setMyCommands", commands=[{"command": "jan", "description": "x"}], scope=own)
    (command,) = simulator.profile.commands_in(team.id, simulator.people[JAN], in_charge=False)
    assert command["command"] == "jan"


def test_what_people_cannot_do_with_groups(simulator: Simulator, team: Group) -> None:
    eva = simulator.add_person(first_name="Eva", language="en").id

    def promoted_by_anna() -> int:
        simulator.promote(team.id, JAN, by=ANNA)
        return team.id

    impossible: tuple[Callable[[], object], ...] = (
        lambda: simulator.create_group(" ", by=ANNA),
        lambda: simulator.create_group("Team", by=ANNA, members=[1]),
        lambda: simulator.add_bot(team.id, by=eva),
        lambda: simulator.add_bot(team.id, by=ANNA, payload="not allowed"),
        lambda: simulator.kick_bot(team.id, by=JAN),
        lambda: simulator.promote(team.id, simulator.bot_id, by=JAN),
        lambda: simulator.demote(team.id, simulator.bot_id, by=ANNA),
        lambda: simulator.remove_member(team.id, eva, by=ANNA),
        lambda: simulator.remove_member(promoted_by_anna(), ANNA, by=JAN),
        lambda: simulator.add_member(team.id, 1, by=ANNA),
        lambda: simulator.send_text(eva, "x", chat_id=team.id),
        lambda: simulator.send_text(ANNA, "x", chat_id=-1),
        lambda: simulator.migrate_group(simulator.migrate_group(team.id, by=ANNA).id, by=ANNA),
    )
    for deed in impossible:
        with pytest.raises(NotPossible):
            deed()
