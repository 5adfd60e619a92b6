"""Media, polls and groups of the web chat in Chromium: seen, sent, voted on, and run."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from bot.simulator import Simulator
from bot.simulator.files import FileKind
from bot.simulator.groups import Standing
from bot.simulator.sending_people import AlbumItem
from bot.simulator.server import Served
from tests.simulator.conftest import ANNA, JAN, Bot
from tests.simulator.pictures import FILM, png
from tests.simulator.test_browser import browser, chat

__all__ = ["browser"]  # the fixture of the other stories

pytestmark = pytest.mark.browser


@pytest.fixture
async def page(browser: Browser, served: Served, anna: int) -> AsyncIterator[Page]:
    """A desk with Anna's chat on it; whatever the console complains of fails the test."""
    page = await browser.new_page(
        viewport={"width": 1280, "height": 900}, locale="en-GB", timezone_id="UTC"
    )
    page.set_default_timeout(20_000)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    # A refusal is no fault of the page: it is answered with 400 and told in words.
    page.on(
        "console",
        lambda line: (
            wrong.append(line.text) if line.type == "error" and "of 400" not in line.text else None
        ),
    )
    page.on("request", lambda r: None if r.url.startswith(served.url) else wrong.append(r.url))
    await page.goto(f"{served.url}/?people={ANNA}")
    await is_idle_without_a_bot(page)
    yield page
    assert wrong == []
    await page.close()


async def is_idle_without_a_bot(page: Page) -> None:
    """Nobody takes the updates here, so the page never rests; its state has come."""
    await expect(page.locator("#bot-username")).not_to_have_text("…")


def group(page: Page, group_id: int) -> Locator:
    return page.locator(f'section[data-group="{group_id}"]')


async def choose_from(page: Page, column: Locator, thing: str) -> None:
    await column.get_by_role("button", name="Attach").click()
    await column.get_by_role("button", name=thing).click()


async def test_an_album_is_one_grid_with_its_caption_and_opens_large(
    page: Page, simulator: Simulator, anna: int, bot: Bot
) -> None:
    """Four pictures in one message; each opens, the arrows turn them, Escape goes back."""
    items = [
        AlbumItem(FileKind.PHOTO, f"{number}.png", png(40, 30), "Our hall" if not number else "")
        for number in range(4)
    ]
    sent = simulator.send_album(anna, items)
    album = chat(page, anna).locator("[data-album]")
    await expect(album).to_have_count(1)
    await expect(album.locator("[data-item-id]")).to_have_count(4)
    await expect(album.get_by_text("Our hall")).to_have_count(1)
    pictures = await album.locator("img").evaluate_all("all => all.map(i => i.naturalWidth)")
    assert len(pictures) == 4
    tops = await album.locator("figure").evaluate_all(
        "all => all.map(f => Math.round(f.getBoundingClientRect().top))"
    )
    assert len(set(tops)) == 2  # two rows of two

    second = album.get_by_role("button", name="Open photo 1.png")
    await second.press("Enter")
    viewer = page.get_by_role("dialog", name="1.png (2 of 4)")
    await expect(viewer).to_be_visible()
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("dialog", name="2.png (3 of 4)")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(second).to_be_focused()

    # A picture that is taken away leaves the grid of the others.
    chat_of_anna = simulator.chat_of(anna)
    del chat_of_anna.messages[sent[3].message_id]
    simulator.emit_in(anna, "deleted", message_id=sent[3].message_id)
    await expect(album.locator("[data-item-id]")).to_have_count(3)


async def test_hidden_pictures_wait_for_a_press_and_films_say_how_long_they_are(
    page: Page, bot: Bot, anna: int
) -> None:
    picture = {"photo": "attach://p", "files": {"p": ("secret.png", png(300, 200))}}
    await bot.does("sendPhoto", chat_id=anna, has_spoiler=True, **picture)
    column = chat(page, anna)
    hidden = column.get_by_role("button", name="Show hidden photo")
    await hidden.press("Enter")
    await expect(hidden).to_have_count(0)
    await expect(column.get_by_role("button", name="Open photo secret.png")).to_be_focused()

    film = {"video": "attach://v", "files": {"v": ("evening.mp4", FILM)}}
    await bot.does("sendVideo", chat_id=anna, duration=75, caption="A film", **film)
    tile = column.locator('figure[data-kind="video"]')
    await expect(tile.get_by_text("1:15")).to_be_visible()
    await expect(tile.get_by_text("This video cannot be played here")).to_be_visible()


async def test_pictures_from_the_computer_go_as_an_album_with_a_formatted_caption(
    page: Page, simulator: Simulator, anna: int, tmp_path: Path
) -> None:
    """Two files are chosen, one sample more; one is taken out; the caption has a bold word."""
    for name in ("one.png", "two.png"):
        (tmp_path / name).write_bytes(png(60, 40))
    column = chat(page, anna)
    files = [tmp_path / "one.png", tmp_path / "two.png"]
    await column.locator('input[data-files="media"]').set_input_files(files)
    tray = column.get_by_role("list", name="Files to send")
    await expect(tray.get_by_role("listitem")).to_have_count(2)
    await choose_from(page, column, "Sample photos")
    await expect(tray.get_by_role("listitem")).to_have_count(5)
    await tray.get_by_role("button", name="Remove sample-hall.png").click()
    await expect(tray.get_by_role("listitem")).to_have_count(4)

    field = column.get_by_label("Message from Anna")
    await field.fill("Our hall today")
    await field.evaluate("field => field.setSelectionRange(4, 8)")
    await field.press("Control+b")
    await expect(column.locator(".format-preview strong")).to_have_text("hall")
    await field.press("Enter")
    await expect(column.locator("[data-album] [data-item-id]")).to_have_count(4)
    await expect(column.locator("[data-album] strong")).to_have_text("hall")
    await expect(tray).to_be_hidden()
    sent = simulator.chat(anna)[-4:]
    assert [message.html for message in sent] == ["Our <b>hall</b> today", "", "", ""]
    assert all(message.photo for message in sent)


async def test_formats_move_with_the_words_and_links_are_asked_for(
    page: Page, simulator: Simulator, anna: int
) -> None:
    column = chat(page, anna)
    field = column.get_by_label("Message from Anna")
    await field.fill("see the page")
    await field.evaluate("field => field.setSelectionRange(8, 12)")
    toolbar = column.get_by_role("toolbar")
    await toolbar.get_by_role("button", name="Italic").click()
    await expect(toolbar.get_by_role("button", name="Italic")).to_have_attribute(
        "aria-pressed", "true"
    )
    await field.press("Control+k")
    await page.get_by_label("Address").fill("example.org/a")
    await page.keyboard.press("Enter")
    await expect(field).to_be_focused()
    await field.press("Home")
    await field.press_sequentially("Now ")
    await field.press("End")
    await field.press_sequentially("!")
    await field.press("Enter")
    await expect(column.get_by_role("link", name="page")).to_be_visible()
    html = simulator.chat(anna)[-1].html
    assert html == 'Now see the <i><a href="https://example.org/a">page</a></i>!'


async def test_what_cannot_be_sent_is_said_and_not_lost(
    page: Page, simulator: Simulator, anna: int, tmp_path: Path
) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture at all")
    column = chat(page, anna)
    await column.locator('input[data-files="media"]').set_input_files(tmp_path / "broken.png")
    await column.get_by_label("Message from Anna").fill("look")
    await column.get_by_label("Message from Anna").press("Enter")
    await expect(column.get_by_role("status")).to_contain_text("it can go as a file")
    await expect(column.get_by_label("Message from Anna")).to_have_value("look")
    await column.get_by_role("button", name="Remove broken.png").click()
    await column.locator('input[data-files="document"]').set_input_files(tmp_path / "broken.png")
    await column.get_by_role("button", name="Send").click()
    await expect(column.get_by_role("link", name="Download broken.png")).to_be_visible()
    assert simulator.chat(anna)[-1].caption == "look"


async def test_a_message_is_answered_and_its_quote_leads_back(
    page: Page, simulator: Simulator, bot: Bot, anna: int
) -> None:
    """By keyboard: Tab reaches the newest Reply, the arrow goes to older ones."""
    first = await bot.does("sendMessage", chat_id=anna, text="Which evening?\nTell me.")
    for number in range(30):
        await bot.does("sendMessage", chat_id=anna, text=f"Line {number}")
    column = chat(page, anna)
    await expect(column.get_by_text("Line 29")).to_be_visible()
    answers = column.get_by_role("button", name="Reply", exact=True)
    await answers.last.focus()
    for _ in range(30):
        await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    field = column.get_by_label("Message from Anna")
    await expect(field).to_be_focused()
    await expect(column.get_by_text("Reply to xinno_demo_bot")).to_be_visible()
    await field.press_sequentially("Tuesday")
    await field.press("Enter")
    quote = column.locator("[data-reply-to]")
    await expect(quote).to_contain_text("Which evening? Tell me.")
    assert simulator.chat(anna)[-1].reply_to == first["message_id"]
    await quote.click()
    answered = column.locator(f'[data-message-id="{first["message_id"]}"]')
    await expect(answered).to_be_in_viewport()
    await expect(answered).to_be_focused()

    await field.press("Escape")
    await column.get_by_role("button", name="Reply", exact=True).last.focus()
    await page.keyboard.press("Enter")
    await field.press("Escape")
    await expect(column.get_by_text("Reply to Anna")).to_be_hidden()


async def test_a_quiz_hides_the_solution_until_one_has_answered(
    page: Page, simulator: Simulator, bot: Bot, anna: int
) -> None:
    sent = await bot.does(
        "sendPoll",
        chat_id=anna,
        question="What helps a group decide?",
        options=["One loud voice", "Writing first"],
        type="quiz",
        correct_option_id=1,
        explanation="Quiet voices count too.",
    )
    quiz = chat(page, anna).locator("[data-poll]")
    await expect(quiz).to_contain_text("Anonymous quiz")
    await expect(quiz.get_by_text("Quiet voices count too.")).to_have_count(0)
    before = await quiz.locator('[data-option="1"]').bounding_box()
    await quiz.get_by_role("button", name="One loud voice").press("Enter")
    await expect(quiz).to_have_attribute("data-voted", "true")
    await expect(quiz.get_by_text("Wrong", exact=True)).to_be_visible()
    await expect(quiz.get_by_text("Quiet voices count too.")).to_be_visible()
    await expect(quiz.locator('[data-option="0"]')).to_contain_text("your choice, wrong")
    await expect(quiz.locator('[data-option="1"]')).to_contain_text("right answer")
    await expect(quiz.locator('[data-option="0"]')).to_contain_text("100%")
    after = await quiz.locator('[data-option="1"]').bounding_box()
    assert before is not None
    assert after is not None
    assert before["height"] == after["height"]
    await bot.does("stopPoll", chat_id=anna, message_id=sent["message_id"])
    await expect(quiz).to_contain_text("final results")


async def test_a_poll_of_several_answers_is_made_voted_on_and_the_vote_taken_back(
    page: Page, simulator: Simulator, anna: int
) -> None:
    column = chat(page, anna)
    await choose_from(page, column, "A poll or quiz")
    dialog = page.get_by_role("dialog", name="Send a poll or quiz")
    await dialog.get_by_label("Question").fill("Which evenings?")
    await dialog.get_by_label("Answer 1", exact=True).fill("Tuesday")
    await dialog.get_by_role("button", name="Send").click()
    await expect(dialog.get_by_role("alert")).to_have_text("A poll needs two answers at least.")
    await dialog.get_by_label("Answer 2", exact=True).fill("Thursday")
    await dialog.get_by_label("Several answers").check()
    await dialog.get_by_role("button", name="Send").click()
    await expect(dialog).to_be_hidden()
    poll = column.locator("[data-poll]")
    vote = poll.get_by_role("button", name="Vote", exact=True)
    await expect(vote).to_be_disabled()
    await poll.get_by_label("Tuesday").check()
    await poll.get_by_label("Thursday").check()
    await vote.press("Enter")
    await expect(poll.locator('[data-option="1"]')).to_contain_text("your choice")
    await expect(poll).to_contain_text("1 vote")
    await poll.get_by_role("button", name="Take the vote back").click()
    await expect(poll).to_have_attribute("data-voted", "false")
    assert simulator.chat(anna)[-1].poll_id


async def test_a_place_is_sent(page: Page, simulator: Simulator, anna: int) -> None:
    await choose_from(page, chat(page, anna), "A place")
    dialog = page.get_by_role("dialog", name="Send a place")
    await dialog.get_by_label("Name").fill("Centro")
    await dialog.get_by_role("button", name="Send").click()
    await expect(chat(page, anna).locator("[data-venue]")).to_contain_text("Centro")
    assert simulator.chat(anna)[-1].venue is not None


async def test_links_are_shown_as_a_card_and_deleted_messages_disappear(
    page: Page, bot: Bot, anna: int
) -> None:
    text = "See https://example.org/programme"
    sent = await bot.does("sendMessage", chat_id=anna, text=text)
    card = chat(page, anna).locator("[data-preview]")
    await expect(card).to_have_text("example.org/programme")
    await expect(card).to_have_attribute("rel", "noopener noreferrer")
    await bot.does("deleteMessage", chat_id=anna, message_id=sent["message_id"])
    await expect(card).to_have_count(0)


async def test_the_link_to_groups_asks_for_one_and_brings_the_bot_into_it(
    page: Page, simulator: Simulator, bot: Bot, anna: int
) -> None:
    """First a new group, then the one that is there; the payload comes as a command each time."""
    link = f"https://t.me/{simulator.username}?startgroup=event-7"
    button = {"inline_keyboard": [[{"text": "Add me to a group", "url": link}]]}
    await bot.does("sendMessage", chat_id=anna, text="Your group?", reply_markup=button)
    await chat(page, anna).get_by_role("link", name="Add me to a group").click()
    dialog = page.get_by_role("dialog", name="Add the bot to a group")
    await dialog.get_by_label("Title of the new group").fill("Evening team")
    await dialog.get_by_role("button", name="Add the bot").click()
    await expect(dialog).to_be_hidden()
    (team,) = simulator.groups
    column = group(page, team.id)
    await expect(column.get_by_role("heading", name="Evening team")).to_be_visible()
    await expect(column.get_by_text("added xinno_demo_bot")).to_be_visible()
    await expect(column.get_by_text(f"/start@{simulator.username} event-7")).to_be_visible()
    assert team.standing(simulator.bot_id) is Standing.MEMBER
    simulator.kick_bot(team.id, by=anna)
    await expect(column.get_by_text("The bot is not in this group.")).to_be_visible()
    await column.get_by_role("button", name="Add the bot").click()
    await expect(column.get_by_text("The bot is not in this group.")).to_be_hidden()
    await chat(page, anna).get_by_role("link", name="Add me to a group").click()
    await dialog.get_by_label("Evening team").check()
    await dialog.get_by_role("button", name="Add the bot").click()
    await expect(column.get_by_text(f"/start@{simulator.username} event-7")).to_have_count(2)
    assert len(simulator.groups) == 1


async def test_a_group_is_run_by_its_members(page: Page, simulator: Simulator, bot: Bot) -> None:
    """It is founded, the bot leads, Jan writes, a press is his, and it becomes a supergroup."""
    await page.get_by_role("button", name="New group").click()
    dialog = page.get_by_role("dialog", name="New group")
    await dialog.get_by_label("Title").fill("Team")
    await dialog.get_by_label("Jan Novák").check()
    await dialog.get_by_label("The bot").check()
    await dialog.get_by_role("button", name="Create").click()
    await expect(dialog).to_be_hidden()
    team = simulator.groups[0].id
    column = group(page, team)
    await expect(column.get_by_text("Anna created the group")).to_be_visible()
    await expect(column.get_by_text("Bot is member · Anna, Jan Novák")).to_be_visible()

    await column.get_by_label("Write as").select_option(label="Jan Novák")
    await column.get_by_label("Message from Jan Novák").fill("Hello all")
    await page.keyboard.press("Enter")
    mine = column.locator(".from-person", has_text="Hello all")
    await expect(mine).to_be_visible()
    keyboard = {"inline_keyboard": [[{"text": "Join", "callback_data": "join"}]]}
    await bot.does("sendMessage", chat_id=team, text="Who comes?", reply_markup=keyboard)
    await column.get_by_role("button", name="Join").click()
    await expect(column.get_by_role("button", name="Join")).to_have_attribute("aria-busy", "true")
    query = simulator.take_updates()[-1]["callback_query"]
    assert query["from"]["id"] == JAN
    await bot.does("answerCallbackQuery", callback_query_id=query["id"], text="You are in")
    await expect(column.get_by_role("status")).to_have_text("To Jan Novák: You are in")
    await column.get_by_label("Write as").select_option(label="Anna")
    await expect(column.locator(".from-other", has_text="Hello all")).to_contain_text("Jan Novák")

    await column.get_by_label("More about Team").click()
    await column.get_by_role("button", name="Members and the bot").click()
    members = page.get_by_role("dialog", name="Members of Team")
    await members.get_by_role("button", name="Make admin: xinno_demo_bot").press("Enter")
    await expect(members.get_by_role("button", name="Make member: xinno_demo_bot")).to_be_visible()
    await members.get_by_label("Changed by").select_option(label="Jan Novák")
    await members.get_by_role("button", name="Remove: xinno_demo_bot").click()
    await expect(members.get_by_role("alert")).to_contain_text("Only those in charge")
    await members.get_by_label("Changed by").select_option(label="Anna")
    await members.get_by_role("button", name="Make it a supergroup").click()
    await expect(members).to_be_hidden()
    new = simulator.groups[1].id
    await expect(group(page, new).get_by_text("Supergroup · Bot is admin")).to_be_visible()
    await expect(column).to_have_count(0)
    await group(page, new).get_by_label("More about Team").click()
    await group(page, new).get_by_role("button", name="Earlier messages").click()
    await expect(column.get_by_text("This group goes on as a supergroup.")).to_be_visible()


async def test_a_reload_shows_the_same_people_and_groups(
    page: Page, simulator: Simulator, served: Served
) -> None:
    team = simulator.create_group("Team", by=ANNA, members=[JAN], with_bot=True).id
    await page.goto(f"{served.url}/?people={JAN}&group={team}&as={JAN}")
    sections = page.locator("section.column")
    await expect(sections).to_have_count(2)
    await expect(group(page, team).get_by_label("Write as")).to_have_value(str(JAN))
    assert page.url.endswith(f"/?people={JAN}&group={team}")
    await page.get_by_role("button", name="Anna").click()
    await expect(sections).to_have_count(3)
    await page.reload()
    await expect(sections).to_have_count(3)
    await expect(group(page, team).get_by_label("Write as")).to_have_value(str(JAN))
    await page.goto(f"{served.url}/?person={ANNA}&group={team}")
    await expect(sections).to_have_count(2)


@pytest.mark.parametrize("width", [360, 640])
async def test_a_phone_shows_an_album_a_quiz_and_a_group_without_scrolling_sideways(
    browser: Browser, served: Served, simulator: Simulator, bot: Bot, anna: int, width: int
) -> None:
    team = simulator.create_group("A group with quite a long title", by=ANNA, with_bot=True).id
    items = [AlbumItem(FileKind.PHOTO, f"{n}.png", png(40, 30)) for n in range(7)]
    for where in (anna, team):
        simulator.send_album(ANNA, items, chat_id=where)
        options = ["An answer that goes on for longer than a phone is wide, to see it wrap", "b"]
        asked = await bot.does("sendPoll", chat_id=where, question="?", options=options)
        simulator.vote(ANNA, asked["poll"]["id"], [0])
    page = await browser.new_page(viewport={"width": width, "height": 740}, has_touch=True)
    await page.goto(f"{served.url}/?person={ANNA}")
    await expect(chat(page, ANNA).locator("[data-item-id]")).to_have_count(7)
    groups = page.get_by_role("navigation", name="Groups")
    for name, column in (("", chat(page, ANNA)), ("A group with", group(page, team))):
        if name:
            await groups.get_by_role("button", name=name).tap()
        await expect(column.locator("[data-poll]")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        log = column.locator(".log")
        assert await log.evaluate("log => log.scrollWidth <= log.clientWidth")
    await page.reload()
    await expect(group(page, team)).to_be_visible()
    await page.close()


async def test_a_choice_not_sent_yet_outlives_the_vote_of_another(
    page: Page, simulator: Simulator, bot: Bot
) -> None:
    team = simulator.create_group("Team", by=ANNA, members=[JAN], with_bot=True).id
    asked = await bot.does(
        "sendPoll",
        chat_id=team,
        question="Which evenings?",
        options=["Tuesday", "Thursday"],
        allows_multiple_answers=True,
        is_anonymous=False,
    )
    await page.get_by_role("button", name="Team").click()
    poll = group(page, team).locator("[data-poll]")
    await poll.get_by_label("Thursday").check()
    simulator.vote(JAN, asked["poll"]["id"], [0])
    await expect(poll).to_contain_text("1 vote")
    await expect(poll.get_by_label("Thursday")).to_be_checked()
    await poll.get_by_role("button", name="Vote", exact=True).click()
    await expect(poll.locator('[data-option="0"]')).to_contain_text("Jan Novák")
    await expect(poll.locator('[data-option="1"]')).to_contain_text("50%")
    await group(page, team).get_by_label("Write as").select_option(label="Jan Novák")
    await expect(poll.locator('[data-option="0"]')).to_contain_text("your choice")
