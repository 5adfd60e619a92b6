"""Stories of people who do not want to be seen: stopped at once, used again only with a word."""

import asyncio

import pytest
from sqlalchemy import func, select

from tests.conversations.test_gallery import NOT_YOURS, evening
from tests.support.contents import changed, contents
from tests.support.pictures import after, fill, open_gallery, pictures, register, widths
from tests.support.world import Actor, World
from xinno_core.models import (
    Audit,
    Media,
    MediaMark,
    Notice,
    NoticeKind,
    NoticeState,
    Participant,
)
from xinno_core.services import notices, outbox, releases, taking_back, withdrawals


async def test_a_picture_withdrawn_in_the_middle_goes_to_nobody_else(world: World) -> None:
    """Jan has it, stops it, and Eva, who is reached later, gets the album without it."""
    talk, olga = await evening(world)
    jan, eva = await world.participants("Jan", "Eva")
    await register(talk, jan, eva)
    await fill(olga, talk, 1, 2, 3)
    await _hold_back(world, eva)
    await after(world, talk, days=1.7)
    assert widths(jan) == [1, 2, 3]
    assert widths(eva) == []
    await jan.press("A picture shows me")
    await jan.press("2")
    assert "Shall picture number 2 be stopped?" in jan.screen.text
    assert "told your name" in jan.screen.text
    assert jan.screen.message.photo is not None
    assert jan.screen.message.photo.file.width == 102
    await jan.press("Yes, stop it")
    assert "Stopped: 1 picture." in jan.screen.text
    await world.advance(days=1)
    assert widths(eva) == [1, 3]
    await olga.press_data(f"iu:{(await _media(world))[1].id}")
    await olga.press("Yes, they agree or are not on it")
    await open_gallery(olga, talk)
    await olga.press("Send now")
    await olga.press("Yes, send it")
    await world.advance(days=1)
    assert widths(eva) == [1, 3, 2]  # it had not been sent to her, and is not taken for sent
    assert widths(jan) == [1, 2, 3, 2]  # what he was shown when he pointed at it


async def test_the_organiser_learns_who_and_may_use_it_again_with_a_word(world: World) -> None:
    talk, olga = await evening(world)
    jan, eva = await world.participants("Jan", "Eva")
    await register(talk, jan, eva)
    await fill(olga, talk, 1, 2)
    await after(world, talk, days=2.7)
    await _stop(jan, "1")
    await world.tick()
    told = olga.notices[-1]
    assert "Someone does not want to be shown: Jan" in told.text
    assert "2 people have got it already." in told.text
    assert told.labels == [
        "Show it",
        "Take it back from those who have it",
        "Use it again",
        "Pictures and videos",
    ]
    await olga.press("Show it")
    assert olga.screen.message.photo is not None
    assert olga.screen.message.photo.file.width == 101
    await olga.press("Use it again")
    assert "Jan says: this one shows me." in olga.screen.text
    assert (await _media(world))[0].stopped_at is not None
    await olga.press("Yes, they agree or are not on it")
    assert "1 picture or video may be shown again." in olga.screen.text
    assert (await _media(world))[0].stopped_at is None
    assert await _marks(world) == []
    assert await _audited(world) == ["add_media", "add_media", "stop_media", "use_media_again"]


async def test_a_picture_waits_for_everyone_who_is_on_it(world: World) -> None:
    """Eva asks while Olga looks at Jan's word: her yes was to Jan's alone, so it is asked anew."""
    talk, olga = await evening(world)
    jan, eva = await world.participants("Jan", "Eva")
    await register(talk, jan, eva)
    await fill(olga, talk, 1)
    await after(world, talk, days=2.7)
    await _stop(jan, "1")
    media = (await _media(world))[0]
    await olga.press_data(f"iu:{media.id}")
    seen = _data(olga)[0]
    assert seen.startswith("iU:")
    async with world.database.writing() as session:  # Eva's list was open before Jan's tap
        await withdrawals.stop_one(
            session,
            participant=await world.person(session, eva),
            media_id=media.id,
            now=world.now,
        )
    await olga.press_data(seen)
    assert "Somebody has asked in between." in olga.screen.text
    assert "Eva says: this one shows me." in olga.screen.text
    assert (await _media(world))[0].stopped_at is not None
    await olga.press("Yes, they agree or are not on it")
    assert (await _media(world))[0].stopped_at is None


async def test_stopped_twice_is_stopped_once(world: World) -> None:
    """Two taps at once: one mark, one word to the organiser."""
    talk, olga = await evening(world)
    jan = await world.participant("Jan")
    await register(talk, jan)
    await fill(olga, talk, 1)
    await after(world, talk, days=2.7)
    media = (await _media(world))[0]

    async def tap() -> int:
        async with world.database.writing() as session:
            person = await world.person(session, jan)
            outcome = await withdrawals.stop_one(
                session, participant=person, media_id=media.id, now=world.now
            )
            return outcome.number

    assert sorted(await asyncio.gather(tap(), tap(), tap())) == [0, 0, 1]
    assert len(await _marks(world)) == 1
    assert await _count(world, NoticeKind.PHOTO_WITHDRAWN) == 1
    await jan.press_data(f"iW:{media.id}")
    assert "This is stopped already." in jan.screen.text


async def test_two_people_withdraw_at_once(world: World) -> None:
    talk, olga = await evening(world)
    jan, eva = await world.participants("Jan", "Eva")
    await register(talk, jan, eva)
    await fill(olga, talk, 1, 2)
    await after(world, talk, days=2.7)

    async def withdraw(actor: Actor) -> None:
        async with world.database.writing() as session:
            person = await world.person(session, actor)
            await withdrawals.stop_all(session, participant=person, event_id=talk.id, now=world.now)

    await asyncio.gather(withdraw(jan), withdraw(eva))
    assert len(await _marks(world)) == 4
    await world.tick()
    told = [one.text for one in olga.notices if "does not want to be shown" in one.text]
    assert len(told) == 2
    assert all("2 pictures and videos" in one for one in told)


async def test_all_pictures_of_an_event_wait_for_the_organisers_look(world: World) -> None:
    """What somebody pointed at stays stopped when the organiser has looked at the others."""
    talk, olga = await evening(world)
    jan, eva = await world.participants("Jan", "Eva")
    await register(talk, jan, eva)
    await fill(olga, talk, 1, 2, 3)
    await after(world, talk, days=2.7)
    await _stop(jan, "3")
    await eva.press("A picture shows me")
    await eva.press("All pictures of this event")
    assert "told your name" in eva.screen.text
    await eva.press("Yes, stop all")
    assert all(one.stopped_at for one in await _media(world))
    await world.tick()
    await olga.press("I have looked")
    assert "2 pictures and videos wait for your look." in olga.screen.text
    assert "These people do not want to be seen: Eva" in olga.screen.text
    yes = _data(olga)[0]
    await olga.press_data(yes)
    assert "2 pictures and videos may be shown again." in olga.screen.text
    await olga.press_data(yes)
    assert "This was done already." in olga.screen.text
    assert [one.stopped_at is None for one in await _media(world)] == [True, True, False]


async def test_a_consent_taken_back_stops_what_one_may_be_on(world: World) -> None:
    """Before anything went out: nobody gets anything until Olga has looked."""
    talk, olga = await evening(world)
    jan, eva = await world.participants("Jan", "Eva")
    await register(talk, jan, eva)
    await fill(olga, talk, 1, 2)
    await eva.press_data("in")
    assert "Not to be seen on pictures of events?" in eva.screen.text
    await eva.press("Yes, I do not want to be seen")
    await world.tick()
    assert "Someone does not want to be shown: Eva" in olga.notices[-1].text
    assert "Nobody has got it yet." in olga.notices[-1].text
    await fill(olga, talk, 3)
    assert "These people have a place and do not want to be seen: Eva" in olga.screen.text
    assert all(one.stopped_at for one in await _media(world))  # the new one, too
    await after(world, talk, days=2.7)
    assert pictures(jan) == []
    await open_gallery(olga, talk)
    await olga.press("I have looked")
    assert "3 pictures and videos wait for your look." in olga.screen.text
    await olga.press("Yes, nobody of them is on these")
    await olga.press("Pictures and videos")
    await olga.press("Send now")
    await olga.press("Yes, send it")
    await world.tick()
    assert widths(jan) == [1, 2, 3]


async def test_a_consent_given_again_lets_its_own_marks_go(world: World) -> None:
    """What Eva pointed at herself stays stopped, and so does what Jan stopped."""
    talk, olga = await evening(world)
    jan, eva = await world.participants("Jan", "Eva")
    await register(talk, jan, eva)
    await fill(olga, talk, 1, 2, 3)
    await after(world, talk, days=2.7)
    await _stop(eva, "1")
    await _stop(jan, "2")
    await eva.press_data("sc:photos:0:settings")
    assert all(one.stopped_at for one in await _media(world))
    await eva.press_data("sc:photos:1:settings")
    assert [one.stopped_at is None for one in await _media(world)] == [False, False, True]


@pytest.mark.parametrize("days", [0, 5])
async def test_a_stopped_picture_is_taken_back_and_the_others_stay(world: World, days: int) -> None:
    """Something grey takes its place for both, with the words under it, however old it is."""
    talk, olga = await evening(world)
    jan, eva = await world.participants("Jan", "Eva")
    await register(talk, jan, eva)
    await fill(olga, talk, 1, 2)
    await after(world, talk, days=2.7)
    await world.advance(days=days)
    await _stop(jan, "1")
    await world.tick()
    await olga.press("Take it back from those who have it")
    assert "Take it back from 2 people?" in olga.screen.text
    yes = _data(olga)[0]
    await olga.press_data(yes)
    await olga.press_data(yes)
    assert "This was done already." in olga.screen.text
    await world.tick()
    await world.assistant.acting.drain()
    for person in (jan, eva):
        album = [one for one in pictures(person) if one.media_group_id]
        assert [one.photo.file.width for one in album if one.photo] == [320, 102]
        assert "Our evening" in album[0].caption
    await olga.press_data(f"ib:{(await _media(world))[0].id}")
    assert "Nobody has this picture" in olga.screen.text


async def test_two_pictures_are_taken_back_one_after_the_other(world: World) -> None:
    """The second is stopped before the first one is gone: both go."""
    talk, olga = await evening(world)
    jan, eva = await world.participants("Jan", "Eva")
    await register(talk, jan, eva)
    await fill(olga, talk, 1, 2)
    await after(world, talk, days=2.7)
    first, second = await _media(world)
    for actor, media in ((jan, first), (eva, second)):
        async with world.database.writing() as session:
            person = await world.person(session, actor)
            organiser = await world.person(session, olga)
            await withdrawals.stop_one(
                session, participant=person, media_id=media.id, now=world.now
            )
            await taking_back.take(session, participant=organiser, media_id=media.id, now=world.now)
    await world.assistant.acting.drain()
    assert [one.photo.file.width for one in pictures(jan) if one.photo] == [320, 320]


async def test_what_nobody_minds_is_not_taken_back(world: World) -> None:
    talk, olga = await evening(world)
    jan = await world.participant("Jan")
    await register(talk, jan)
    await fill(olga, talk, 1)
    await after(world, talk, days=2.7)
    await olga.press_data(f"iB:{(await _media(world))[0].id}")
    assert NOT_YOURS in olga.screen.text
    await world.assistant.acting.drain()
    assert widths(jan) == [1]


async def test_only_what_one_was_sent_can_be_pointed_at(world: World) -> None:
    """A picture that is not out yet can't be looked at by guessing its number."""
    talk, olga = await evening(world)
    jan = await world.participant("Jan")
    await register(talk, jan)
    await fill(olga, talk, 1)
    await after(world, talk, days=2.7)
    await fill(olga, talk, 2)
    hidden = (await _media(world))[1]
    before = await contents(world)
    for code in ("iw", "iW"):
        await jan.press_data(f"{code}:{hidden.id}")
        assert NOT_YOURS in jan.screen.text
    assert not changed(before, await contents(world))
    assert widths(jan) == [1]


async def test_marks_of_an_erased_person_name_nobody_and_hold(world: World) -> None:
    """What Jan pointed at can be used by nobody any more; his own data had shown the mark."""
    talk, olga = await evening(world)
    jan, eva = await world.participants("Jan", "Eva")
    await register(talk, jan, eva)
    await fill(olga, talk, 1)
    await after(world, talk, days=2.7)
    await _stop(jan, "1")
    await jan.type("/mydata")
    await jan.press("Download as a file")
    assert b"pictures_stopped" in jan.screen.document
    assert b'"is_on_it": true' in jan.screen.document
    await jan.type("/forget")
    await jan.press("Yes, erase my data")
    (mark,) = await _marks(world)
    assert mark.participant_id is None
    media = (await _media(world))[0]
    assert media.stopped_at is not None
    await olga.press_data(f"iu:{media.id}")
    assert "(erased) says: this one shows me." in olga.screen.text
    assert "Yes, they agree or are not on it" not in olga.screen.labels
    await olga.press_data(f"iU:{media.id}:{await _key(world, media.id, olga)}")
    assert (await _media(world))[0].stopped_at is not None


async def test_a_second_try_goes_on_where_the_first_one_ended(world: World) -> None:
    """The album has gone when Telegram asks for patience; the rest comes once, the album not again.

    In between the whole album is stopped, and still counts as what was sent.
    """
    talk, olga = await evening(world)
    jan = await world.participant("Jan")
    await register(talk, jan)
    await fill(olga, talk, 1, 2)
    await after(world, talk, days=2.6)
    assert widths(jan) == [1, 2]
    async with world.database.writing() as session:  # as a refusal after the album leaves it
        notice = await session.scalar(select(Notice).where(Notice.kind == NoticeKind.MEDIA))
        assert notice is not None
        notice.state, notice.parts_sent, notice.due_at = NoticeState.PLANNED, 1, world.now
        notice.telegram_ids, notice.sent_at = notice.telegram_ids[:2], None
        for media in await session.scalars(select(Media)):
            media.stopped_at = world.now
    await world.tick()
    assert widths(jan) == [1, 2]
    assert jan.notices[-1].labels[:2] == ["Thank you", "A picture shows me"]
    async with world.database.reading() as session:
        found = await session.scalar(select(Notice).where(Notice.kind == NoticeKind.MEDIA))
        assert found is not None
        assert (found.state, found.parts_sent, len(found.telegram_ids)) == (NoticeState.SENT, 2, 3)
        assert found.params["media"] == [1, 2]


async def test_a_picture_stopped_while_its_message_waits_for_its_turn_does_not_go(
    world: World,
) -> None:
    """It was claimed with three pictures; one is stopped before Telegram is called."""
    talk, olga = await evening(world)
    jan = await world.participant("Jan")
    await register(talk, jan)
    await fill(olga, talk, 1, 2, 3)
    async with world.database.writing() as session:
        person = await world.person(session, jan)
        await outbox.promise(
            session,
            participant_id=person.id,
            kind=NoticeKind.MEDIA,
            dedup_key="made by hand",
            event_id=talk.id,
            due_at=world.now,
        )
        await session.flush()
        claimed = await notices.claim(session, holder="test", now=world.now)
    (due,) = (one for one in claimed.to_send if one.kind is NoticeKind.MEDIA)
    async with world.database.writing() as session:
        media = await session.scalar(select(Media).order_by(Media.id).offset(1))
        assert media is not None
        media.stopped_at = world.now
    await world.assistant.sender._send(due, "test")
    assert widths(jan) == [1, 3]


# ── hands ────────────────────────────────────────────────────────────────────────────────────
async def _stop(actor: Actor, number: str) -> None:
    await actor.press("A picture shows me")
    await actor.press(number)
    await actor.press("Yes, stop it")


async def _hold_back(world: World, actor: Actor) -> None:
    """Let this person be reached a day later: their messages wait."""
    async with world.database.writing() as session:
        person = await world.person(session, actor)
        person.zone = "Pacific/Honolulu"  # noon in Berlin is one in the morning there
        assert isinstance(person, Participant)


def _data(actor: Actor) -> list[str]:
    return [button.data or "" for row in actor.screen.message.buttons for button in row]


async def _media(world: World) -> list[Media]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(Media).order_by(Media.id)))


async def _marks(world: World) -> list[MediaMark]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(MediaMark).order_by(MediaMark.id)))


async def _audited(world: World) -> list[str]:
    async with world.database.reading() as session:
        found = await session.scalars(
            select(Audit.verb).where(Audit.verb.like("%media%")).order_by(Audit.id)
        )
        return list(found)


async def _count(world: World, kind: NoticeKind) -> int:
    async with world.database.reading() as session:
        query = select(func.count()).select_from(Notice).where(Notice.kind == kind)
        return await session.scalar(query) or 0


async def _key(world: World, media_id: int, actor: Actor) -> str:

    async with world.database.reading() as session:
        person = await world.person(session, actor)
        found = await releases.find_stopped(session, participant=person, media_id=media_id)
        return found.key
