"""Stories of an event's pictures: put together once, sent to each in their language, once."""

import asyncio
from datetime import time
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.support.contents import changed, contents
from tests.support.pictures import (
    MEDIA_RULE,
    after,
    fill,
    open_gallery,
    pictures,
    register,
    send_album,
    send_picture,
    send_video,
    widths,
)
from tests.support.world import Actor, World
from xinno_core.models import Event, Media, MediaKind, Notice, NoticeKind, NoticeState, Rule
from xinno_core.services import media
from xinno_core.texts.translator import translator

NOT_YOURS = "This button is no longer valid. Here is the current menu."


async def evening(world: World, **more: Any) -> tuple[Event, Actor]:  # noqa: ANN401 (see there)
    """An event whose journey sends pictures two days later, and its organiser."""
    return await world.event(rules=(MEDIA_RULE,), **more), await world.organiser("Olga")


async def test_an_album_goes_out_in_each_readers_language(world: World) -> None:
    """English, German, and for Italian the event's first language, whole and labelled."""
    talk, olga = await evening(world)
    jan = await world.participant("Jan", language="en")
    eva = await world.participant("Eva", language="de")
    anna = await world.participant("Anna", language="it")
    petr = await world.participant("Petr")
    await register(talk, jan, eva, anna)
    await fill(olga, talk, 1, 2, 3)
    assert "Goes out by itself:" in olga.screen.text
    await after(world, talk, days=3)
    for person, language, caption in (
        (jan, "en", "Our evening"),
        (eva, "de", "Unser Abend"),
        (anna, "it", "Our evening"),
    ):
        album = pictures(person)
        assert widths(person) == [1, 2, 3]
        assert len({message.media_group_id for message in album}) == 1
        assert album[0].media_group_id is not None
        assert caption in album[0].caption
        assert [message.caption for message in album[1:]] == ["", ""]
        assert person.notices[-1].labels[:2] == [
            translator(language).plain.gettext(label)
            for label in ("Thank you", "A picture shows me")
        ]
    assert "Questo messaggio non è disponibile" in pictures(anna)[0].caption
    assert "nicht in Ihrer Sprache" not in pictures(eva)[0].caption
    assert pictures(petr) == []


async def test_twelve_pictures_and_a_film_are_two_albums(world: World) -> None:
    talk, olga = await evening(world)
    jan = await world.participant("Jan")
    await register(talk, jan)
    await open_gallery(olga, talk)
    await olga.press("Add pictures or videos")
    await send_album(olga, *range(1, 11))
    await send_album(olga, 11, 12)
    await send_video(olga)
    await olga.press("Done")
    await olga.press("Page 2")
    assert "13. Video: video.mp4" in olga.screen.text
    await after(world, talk, days=3)
    groups = [message.media_group_id for message in pictures(jan)]
    assert [groups.count(group) for group in dict.fromkeys(groups)] == [10, 3]
    assert widths(jan) == list(range(1, 13))


async def test_a_file_is_uploaded_once_and_kept_once(world: World) -> None:
    """The same file sent twice is one; whoever gets it gets the organiser's own upload."""
    talk, olga = await evening(world)
    jan, eva = await world.participants("Jan", "Eva")
    await register(talk, jan, eva)
    await fill(olga, talk, 1)
    file_id = (await _media(world))[0].file_id
    known = len(world.simulator.files._files)
    await after(world, talk, days=3)
    assert len(world.simulator.files._files) == known
    for person in (jan, eva):
        (got,) = pictures(person)
        assert got.photo is not None
        assert got.photo.file.file_id == file_id


async def test_articles_come_as_cards(world: World) -> None:
    talk, olga = await evening(world)
    jan = await world.participant("Jan")
    anna = await world.participant("Anna", language="it")
    await register(talk, jan, anna)
    await open_gallery(olga, talk)
    await olga.press("Add an article")
    await olga.type("http://example.org/report")
    assert "https://" in olga.screen.text
    await olga.type("https://example.org/report")
    await olga.type("What we <learnt>")
    await olga.press("Skip")
    await olga.type("Che cosa abbiamo imparato")
    assert "Article 1: What we <learnt>" in olga.screen.text
    await after(world, talk, days=3)
    card = jan.notices[-2]
    assert card.text == "What we <learnt>\nhttps://example.org/report"
    assert not (card.message.link_preview or {}).get("is_disabled")
    assert anna.notices[-2].text.startswith("Che cosa abbiamo imparato")


async def test_nothing_to_show_tells_the_organiser_and_nobody_else(world: World) -> None:
    """A day ahead Olga hears of it; the people get nothing, with a reason in the ledger."""
    talk, olga = await evening(world)
    jan = await world.participant("Jan")
    await register(talk, jan)
    await after(world, talk, days=1.5)
    missing = [one for one in olga.notices if "There is no picture yet" in one.text]
    assert len(missing) == 1
    assert "A day later" in missing[0].labels
    before = len(jan.notices)
    await world.advance(days=2)
    assert len(jan.notices) == before
    assert len([one for one in olga.notices if "There is no picture yet" in one.text]) == 1
    async with world.database.reading() as session:
        reason = await session.scalar(
            select(Notice.reason).where(
                Notice.kind == NoticeKind.MEDIA, Notice.state == NoticeState.SKIPPED
            )
        )
    assert reason == "nothing_to_show"


async def test_what_is_missing_can_be_put_off_or_left_out(world: World) -> None:
    """A day later, pressed twice, is one day; then it is warned of anew; then left out."""
    talk, olga = await evening(world)
    jan = await world.participant("Jan")
    await register(talk, jan)
    await after(world, talk, days=1.5)
    due_at = (await _rule(world)).due_at
    label = next(data for data in _data(olga.notices[-1]) if data.startswith("id:"))
    await olga.press_data(label)
    await olga.press_data(label)
    assert ((await _rule(world)).due_at - due_at).days == 1
    await world.advance(days=1)
    assert await _count(world, NoticeKind.MEDIA_MISSING) == 2
    await olga.press("Send none")
    assert "Goes out only when you send it." in olga.screen.text
    await world.advance(days=3)
    assert pictures(jan) == []


async def test_a_picture_in_time_needs_no_warning(world: World) -> None:
    talk, olga = await evening(world)
    await fill(olga, talk, 1)
    await after(world, talk, days=3)
    assert not [one for one in olga.notices if "There is no picture yet" in one.text]
    assert await _count(world, NoticeKind.MEDIA_MISSING) == 0


async def test_a_warning_that_waits_for_the_morning_is_dropped_when_a_picture_came(
    world: World,
) -> None:
    talk = await world.event(rules=({**MEDIA_RULE, "at": time(22, 0)},))
    olga = await world.organiser("Olga")
    await after(world, talk, days=1.1)  # 22:24, a day ahead, and night
    assert await _count(world, NoticeKind.MEDIA_MISSING) == 1
    await fill(olga, talk, 1)
    await world.advance(hours=12)
    assert not [one for one in olga.notices if "There is no picture yet" in one.text]


async def test_the_same_file_sent_at_once_is_kept_once(world: World) -> None:
    """Telegram calls it by the same unique id; the newest id by which it is sent counts."""
    talk, olga = await evening(world)

    async def send(file_id: str) -> None:
        async with world.database.writing() as session:
            await media.keep(
                session,
                event_id=talk.id,
                kind=MediaKind.PHOTO,
                file_id=file_id,
                unique_id="the same",
                name=None,
                added_by=await world.person(session, olga),
                bot_id=1,
                now=world.now,
            )

    await asyncio.gather(send("first"), send("second"))
    await send("third")
    assert [one.file_id for one in await _media(world)] == ["third"]


async def test_a_gallery_is_sent_by_hand_and_once(world: World) -> None:
    """No journey: sent when Olga says so, tapped twice, and only what is new the second time."""
    talk, olga = await world.event(), await world.organiser("Olga")
    jan, eva = await world.participants("Jan", "Eva")
    await register(talk, jan)
    await after(world, talk, days=4.6)
    await fill(olga, talk, 1, 2)
    assert "Goes out only when you send it." in olga.screen.text
    await olga.press("Send now")
    assert "It goes to 1 person who has a place" in olga.screen.text
    yes = next(data for data in _data(olga.screen) if data.startswith("iS:"))
    await olga.press_data(yes)
    assert "It is on its way to 1 person." in olga.screen.text
    await olga.press_data(yes)
    assert "on its way already" in olga.screen.text
    await world.tick()
    assert widths(jan) == [1, 2]
    await world.advance(days=1)
    await fill(olga, talk, 3)
    await olga.press("Send now")
    await olga.press("Yes, send it")
    await world.tick()
    assert widths(jan) == [1, 2, 3]
    assert pictures(eva) == []
    await olga.press_data(yes)  # of what was sent first
    assert "Something has changed in between." in olga.screen.text
    await olga.press("Yes, send it")
    await world.tick()
    assert widths(jan) == [1, 2, 3]


async def test_a_yes_is_to_what_was_seen(world: World) -> None:
    """Between question and yes another picture comes in: asked once more."""
    talk, olga = await evening(world)
    jan = await world.participant("Jan")
    await register(talk, jan)
    await fill(olga, talk, 1)
    await after(world, talk, days=0.5)
    await open_gallery(olga, talk)
    await olga.press("Send now")
    yes = next(data for data in _data(olga.screen) if data.startswith("iS:"))
    await fill(olga, talk, 2)
    await olga.press_data(yes)
    assert "Something has changed in between." in olga.screen.text
    await olga.press("Yes, send it")
    await world.tick()
    assert widths(jan) == [1, 2]
    await world.advance(days=4)
    assert widths(jan) == [1, 2]  # the journey's own time brings nothing twice


async def test_nothing_is_sent_before_the_event(world: World) -> None:
    talk, olga = await evening(world)
    await fill(olga, talk, 1)
    assert "Send now" not in olga.screen.labels
    await olga.press_data(f"iS:{talk.id}:0000000000")
    assert "once the event has begun" in olga.screen.text


async def test_a_preview_is_for_the_organiser_alone(world: World) -> None:
    """In a chosen language, tapped twice is once, and it takes nothing from the sending."""
    talk, olga = await evening(world)
    jan = await world.participant("Jan")
    await register(talk, jan)
    await register(talk, olga)
    await fill(olga, talk, 1)
    preview = next(data for data in _data(olga.screen) if data.endswith(":de"))
    preview = preview.replace("ic:", "iv:")
    await olga.press_data(preview)
    await olga.press_data(preview)
    await world.tick()
    assert "Unser Abend" in pictures(olga)[0].caption
    assert len(pictures(olga)) == 1
    said = "This is a preview: nobody but you has got these messages."
    assert translator("de").gettext(said) in olga.notices[-1].text
    assert pictures(jan) == []
    await after(world, talk, days=3)
    assert widths(jan) == [1]
    assert widths(olga) == [1, 1]  # the preview, and her own as a participant


async def test_captions_order_and_taking_out(world: World) -> None:
    talk, olga = await world.event(), await world.organiser("Olga")
    jan = await world.participant("Jan")
    await register(talk, jan)
    await fill(olga, talk, 1, 2, 3)
    await olga.press("Caption: English")
    await olga.type("<b>Our</b> evening")
    assert "Caption: English" in olga.screen.text
    assert "Not written yet: German, Italian" in olga.screen.text
    await olga.press("3")
    assert "Place: 3 of 3" in olga.screen.text
    earlier = next(data for data in _data(olga.screen) if data.startswith("ip:"))
    await olga.press_data(earlier)
    await olga.press_data(earlier)
    await olga.press("3")
    await olga.press("Take it out")
    await after(world, talk, days=4)
    assert widths(jan) == [1, 3]
    assert "<b>Our</b> evening" in pictures(jan)[0].caption


async def test_what_is_no_picture_is_refused_in_words(world: World) -> None:
    talk, olga = await evening(world)
    await open_gallery(olga, talk)
    await olga.press("Add pictures or videos")
    await olga.type("Here they come")
    assert "Only pictures, videos and documents are taken here." in olga.screen.text
    await send_picture(olga, 1, caption="ignored")
    assert "There is 1 picture or video now" in olga.screen.text
    await send_picture(olga, 1)
    assert len(await _media(world)) == len(olga.world.simulator.files._files)


async def test_thanks_are_counted_once_and_without_names(world: World) -> None:
    talk, olga = await evening(world)
    jan, eva = await world.participants("Jan", "Eva")
    await register(talk, jan, eva)
    await fill(olga, talk, 1)
    await jan.press_data(f"it:{talk.id}")
    assert NOT_YOURS in jan.screen.text  # he has got nothing yet
    await after(world, talk, days=3)
    await jan.press("Thank you")
    assert "without your name" in jan.screen.text
    await jan.press_data(f"it:{talk.id}")
    await open_gallery(olga, talk)
    assert "Reached so far: 2; said thank you: 1" in olga.screen.text


async def test_a_file_that_telegram_lost_is_named_and_mended(world: World) -> None:
    """The message fails with its reason; sent again and by hand, only who lacks it gets it."""
    talk, olga = await evening(world)
    jan = await world.participant("Jan")
    await register(talk, jan)
    await fill(olga, talk, 1)
    async with world.database.writing() as session:
        row = await session.scalar(select(Media))
        assert row is not None
        good, row.file_id = row.file_id, "AgACAgIAAxkBAA-no-such-file"
    await after(world, talk, days=2.6)
    assert pictures(jan) == []
    async with world.database.reading() as session:
        found = await session.scalar(
            select(Notice.reason).where(
                Notice.kind == NoticeKind.MEDIA, Notice.state == NoticeState.FAILED
            )
        )
    assert found == "file_refused"
    await open_gallery(olga, talk)
    assert "can't be sent any more; send it again" in olga.screen.text
    assert "1 message was refused because of a file." in olga.screen.text
    async with world.database.writing() as session:
        row = await session.scalar(select(Media))
        assert row is not None
        row.file_id, row.created_at = good, world.now  # as sending it again does
    await open_gallery(olga, talk)
    assert "can't be sent any more" not in olga.screen.text
    await olga.press("Send now")
    await olga.press("Yes, send it")
    await world.tick()
    assert widths(jan) == [1]


async def test_a_restart_loses_no_picture(world: World) -> None:
    """Half the pictures are in when the assistant stops; the rest goes in after it."""
    talk, olga = await evening(world)
    jan = await world.participant("Jan")
    await register(talk, jan)
    await open_gallery(olga, talk)
    await olga.press("Add pictures or videos")
    await send_picture(olga, 1)
    await world.restart()
    await send_picture(olga, 2)
    await after(world, talk, days=1)
    await world.restart()
    await world.advance(days=2)
    assert widths(jan) == [1, 2]


FORGED = ["i:{e}:0", "ia:{e}", "is:{m}", "ip:{m}:1", "ix:{m}", "ic:{e}:en", "il:{e}"]
FORGED += ["iL:{e}:0000000000", "iv:{e}:en", "iq:{e}", "iS:{e}:0000000000", "io:{r}:1", "id:{r}:9"]
FORGED += ["iu:{m}", "iU:{m}:0000000000", "ig:{e}", "iG:{e}:0000000000", "ib:{m}", "iB:{m}"]
FORGED += ["it:{e}", "im:{e}:0", "iw:{m}", "iW:{m}", "ie:{e}", "iE:{e}"]


@pytest.mark.parametrize("data", FORGED)
async def test_another_regions_pictures_do_not_exist(world: World, data: str) -> None:
    """Neither another region's organiser nor someone who was not sent them gets at them."""
    talk, olga = await evening(world)
    oscar = await world.organiser("Oscar", of="padova")
    jan, nina = await world.participants("Jan", "Nina")
    await register(talk, jan)
    await fill(olga, talk, 1)
    shown, rule = (await _media(world))[0], await _rule(world)
    await after(world, talk, days=3)
    forged = data.format(e=talk.id, m=shown.id, r=rule.id)
    for person in (oscar, nina):
        before = await contents(world)
        await person.press_data(forged)
        assert NOT_YOURS in person.screen.text
        assert not changed(before, await contents(world))
        assert pictures(person) == []


def _data(screen: object) -> list[str]:
    return [button.data or "" for row in screen.message.buttons for button in row]  # type: ignore[attr-defined]


async def _media(world: World) -> list[Media]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(Media).order_by(Media.id)))


async def _rule(world: World) -> Rule:
    async with world.database.reading() as session:
        found = await session.scalar(select(Rule).where(Rule.kind == NoticeKind.MEDIA))
        assert found is not None
        return found


async def _count(world: World, kind: NoticeKind) -> int:
    async with world.database.reading() as session:
        query = select(func.count()).select_from(Notice).where(Notice.kind == kind)
        return await session.scalar(query) or 0
