"""One whole story in each language: nothing in it is English where the reader is not."""

import functools
import re
from collections.abc import Iterator
from datetime import time, timedelta

import pytest
from babel.messages.pofile import read_po
from sqlalchemy import update

from tests.support.world import Actor, Screen, World
from xinno_core.languages import INTERFACE_LANGUAGES, OWN_NAMES
from xinno_core.models import Event, QuestionKind
from xinno_core.texts.translator import catalogue_path, translator

RULES = ({"key": "day-before", "days": -1, "at": time(10)},)
SURVEY_RULE = {
    "key": "feedback",
    "kind": "survey",
    "anchor": "end",
    "days": 1,
    "at": time(12),
}
SHORTEST = 10
"""Shorter words may be spelt alike in two languages."""

TAG = re.compile(r"</?\w+>")


@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
async def test_one_story_is_told_whole_in_each_language(world: World, language: str) -> None:
    """From a link over the waiting list, an offer and a change to the feedback and one's data."""
    story = Story(world, language)
    talk = await _event(world)
    jan = await world.participant("Jan", language=language)
    await jan.press_data(f"r:{talk.id}:visitor")
    await story.answer_all(jan)
    eva = world.newcomer("Eva", language=language)

    await eva.open_link(f"e_{talk.key}")
    story.reads(eva, "Co-funded by the European Union")
    await story.press(eva, "Read the full privacy notice")
    await story.press(eva, "Continue")
    await story.press(eva, "Yes, send me exercises")
    await story.press(eva, "Register")
    for typed in ("Eva Nováková", "Studio Nováková"):
        await eva.type(typed)
        story.check(eva)
    await story.answer_all(eva)
    story.reads(eva, "You are number {number} on the waiting list.", number=1)

    await story.press(jan, "Free my place", opened=talk)
    await story.press(jan, "Yes, free my place")
    await world.tick()
    story.check(eva)
    await story.press(eva, "Take the seat")
    story.reads(eva, "<b>Your place is confirmed.</b>")
    await world.tick()

    olga = await world.organiser("Olga", language=language)
    await ask_move_in(story, olga, talk)
    await world.tick()
    story.reads(eva, "<b>This event has changed.</b>")
    await story.press(eva, "Keep my place")

    await world.advance(days=11)
    await story.press(eva, "Coming")
    await world.advance(days=4)
    await story.press(eva, "Give feedback")
    await story.answer_all(eva)
    for command in ("/my", "/help", "/settings", "/mydata", "/events", "/language", "/forget"):
        await eva.type(command)
        story.check(eva)
    for command in ("/organise", "/new", "/announce"):
        await olga.type(command)
        story.check(olga)
    story.check_all(eva, jan, olga)


class Story:
    """What is said in one language, and that nothing else is."""

    def __init__(self, world: World, language: str) -> None:
        self.world, self.language = world, language
        self.t = translator(language)

    async def press(self, actor: Actor, label: str, *, opened: Event | None = None) -> None:
        """Press a button by its English words, as they are in the reader's language."""
        await actor.press(self.t.plain.gettext(label), on=opened)
        self.check(actor)

    async def answer_all(self, actor: Actor) -> None:
        """Answer whatever is asked, to the end of the form."""
        while actor.is_asked:
            await actor.answer_somehow()
            self.check(actor)

    def reads(self, actor: Actor, sentence: str, **params: object) -> None:
        """A sentence stands in the chat."""
        said = TAG.sub("", self.t.plain.gettext(sentence, **params))
        assert said in actor.sees()

    def check(self, actor: Actor) -> None:
        """Nothing on the screen is left in English."""
        self._check(actor.screen)

    def check_all(self, *actors: Actor) -> None:
        """Nothing in any message is left in English, those included that came by themselves."""
        for actor in actors:
            for message in self.world.simulator.chat(actor.id):
                if message.from_bot:
                    self._check(Screen(message))

    def _check(self, screen: Screen) -> None:
        if self.language == "en":
            return
        shown = "\n".join((screen.text, *screen.labels))
        left = [english for english in _english(self.language) if english in shown]
        assert not left, f"{left} in:\n{shown}"


async def ask_move_in(story: Story, olga: Actor, talk: Event) -> None:
    """Olga moves the event by a day, and says yes to the preview."""
    starts = (talk.starts_local + timedelta(days=1)).strftime("%Y-%m-%d %H:%M")
    await olga.press_data(f"mv:{talk.id}")
    await olga.type(starts)
    skip = story.t.plain.gettext("Skip")
    while skip in olga.screen.labels:
        await story.press(olga, "Skip")
    await story.press(olga, "Change it, and tell them")


@functools.cache
def _english(language: str) -> tuple[str, ...]:
    """The English sentences without a gap that this language says otherwise."""
    return tuple(
        english
        for english, translated in _pairs(language)
        if len(english) >= SHORTEST
        and "{" not in english
        and english not in translated
        and english not in OWN_NAMES.values()
    )


def _pairs(language: str) -> Iterator[tuple[str, str]]:
    with catalogue_path(language).open("rb") as source:
        for message in read_po(source, locale=language, abort_invalid=True):
            if message.id and isinstance(message.id, str):
                yield TAG.sub("", message.id), TAG.sub("", str(message.string))


async def _event(world: World) -> Event:
    """An event with one seat, described in every language."""
    everywhere = {code: f"Beseda {code}" for code in INTERFACE_LANGUAGES}
    talk = await world.event(
        "Talk",
        seats=1,
        rules=(*RULES, SURVEY_RULE),
        questions=(
            {"key": "hall", "kind": QuestionKind.YES_NO, "text": everywhere, "required": False},
        ),
        survey=(
            {"key": "useful", "kind": "rating", "text": everywhere},
            {"key": "words", "kind": "text", "text": everywhere, "optional": True},
        ),
    )
    async with world.database.writing() as session:
        await session.execute(
            update(Event)
            .where(Event.id == talk.id)
            .values(languages=list(INTERFACE_LANGUAGES), title=everywhere, summary=everywhere)
        )
    return talk
