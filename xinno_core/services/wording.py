"""The texts of an event in each of its languages: what is missing, what is older than the lead's.

A new text in the lead language makes the others stale until somebody writes them anew, or says
that they still fit. Wording moves nothing: neither the calendar nor what people agreed to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.errors import NotFoundError
from xinno_core.languages import LanguageMap
from xinno_core.models import Event, EventSession, Participant
from xinno_core.services import access
from xinno_core.services.events import EventCard, list_sessions, read_card
from xinno_core.services.questions import Audience, Field, FieldKind, Form

LINE, PARAGRAPH, TEXT = 120, 800, 1500
"""How long a text may be: as in the files of formats."""

OF_THE_EVENT = {"title": LINE, "summary": PARAGRAPH, "programme": TEXT, "directions": PARAGRAPH}
OF_A_SESSION = {"title": LINE, "summary": PARAGRAPH}


@dataclass(frozen=True)
class EventText:
    """One text of an event, in all its languages."""

    key: str  # "title", or "session-12-title"
    kind: str  # title, summary, programme, directions
    texts: LanguageMap
    stale: tuple[str, ...]  # languages whose text is older than the lead's
    most: int
    of_session: LanguageMap | None = None  # its title


@dataclass(frozen=True)
class Completeness:
    """How much there is in one language."""

    language: str
    written: int
    total: int
    stale: int


@dataclass(frozen=True)
class TextDesk:
    """All texts of an event."""

    card: EventCard
    texts: tuple[EventText, ...]

    @property
    def languages(self) -> tuple[str, ...]:
        """The event's languages, its lead language first."""
        return tuple(dict.fromkeys((self.card.lead_language, *self.card.languages)))

    def completeness(self, language: str) -> Completeness:
        """Return how many of the texts that there are stand in this language."""
        there = [text for text in self.texts if any(text.texts.values())]
        return Completeness(
            language,
            sum(bool(text.texts.get(language)) for text in there),
            len(there),
            sum(language in text.stale for text in there),
        )

    def text(self, key: str) -> EventText | None:
        """Return the text with this key."""
        return next((text for text in self.texts if text.key == key), None)


@dataclass(frozen=True)
class TextSaved:
    """The text is as written; so many other languages are stale by it."""

    desk: TextDesk
    language: str
    key: str
    stale: int


@dataclass(frozen=True)
class TextKept:
    """The text stays as it is, and counts as fitting."""

    desk: TextDesk
    language: str
    key: str


SaveOutcome = TextSaved | TextKept


async def find_desk(session: AsyncSession, *, participant: Participant, event_id: int) -> TextDesk:
    """Return the texts of an event of an own region."""
    return await _read_desk(
        session, await access.get_organised_event(session, participant, event_id)
    )


async def find_form(
    session: AsyncSession, *, participant: Participant, event_id: int, language: str, key: str
) -> Form:
    """Return what is asked for one text in one language; there is what stands there now."""
    event = await access.get_organised_event(session, participant, event_id)
    desk = await _read_desk(session, event)
    text = _get(desk, language, key)
    lead = event.lead_language
    return Form(
        topic=f"text.{event.id}.{language}.{key}",
        fields=(
            Field(
                f"wording_{text.kind}",
                FieldKind.TEXT,
                required=not text.texts.get(language),
                hint=language,
                kept=text.texts.get(language, ""),
                source="" if language == lead else text.texts.get(lead, ""),
                most=text.most,
            ),
        ),
        audience=Audience.EVERYONE,
        lead=lead,
    )


async def save(
    session: AsyncSession,
    *,
    participant: Participant,
    event_id: int,
    language: str,
    key: str,
    text: str | None,
    now: datetime,
) -> SaveOutcome:
    """Keep a text; without one, what stands there is said to fit still."""
    event = await access.lock_organised_event(session, participant, event_id)
    known = _get(await _read_desk(session, event), language, key)
    lead = event.lead_language
    if text is None or text == known.texts.get(language):
        _mark(event, key, set(known.stale) - {language})
        await session.flush()
        return TextKept(await _read_desk(session, event), language, key)
    stale = set(known.stale) - {language}
    if language == lead:
        stale = {code for code, written in known.texts.items() if written and code != lead}
    await _write(session, event, known, {**known.texts, language: text})
    _mark(event, key, stale)
    await session.flush()
    access.record(
        session,
        actor=participant,
        verb="word",
        subject=f"event:{event.id}",
        at=now,
        text=key,
        language=language,
    )
    newly = len(stale) if language == lead else 0
    return TextSaved(await _read_desk(session, event), language, key, newly)


def stale_in_copy(
    stale: Mapping[str, Sequence[str]], session_ids: Mapping[int, int]
) -> dict[str, list[str]]:
    """Return which texts are stale in a copy of an event, whose sessions have ids of their own."""
    copied = {}
    for key, codes in stale.items():
        _, *of_session = key.split("-")
        if not of_session:
            copied[key] = list(codes)
        elif (twin := session_ids.get(int(of_session[0]))) is not None:
            copied[_session_key(twin, of_session[1])] = list(codes)
    return copied


def _get(desk: TextDesk, language: str, key: str) -> EventText:
    text = desk.text(key)
    if text is None or language not in desk.languages:
        raise NotFoundError
    return text


async def _read_desk(session: AsyncSession, event: Event) -> TextDesk:
    sessions = await list_sessions(session, event.id)
    card = await read_card(session, event)
    return TextDesk(card, (*_of_event(event), *_of_sessions(event, sessions)))


def _of_event(event: Event) -> list[EventText]:
    texts: Mapping[str, LanguageMap] = {
        "title": event.title,
        "summary": event.summary,
        "programme": event.programme,
        "directions": event.place.get("directions") or {},
    }
    return [
        EventText(kind, kind, texts[kind], _stale(event, kind), most)
        for kind, most in OF_THE_EVENT.items()
    ]


def _of_sessions(event: Event, sessions: Sequence[EventSession]) -> list[EventText]:
    return [
        EventText(
            key,
            kind,
            one.title if kind == "title" else one.summary,
            _stale(event, key),
            most,
            of_session=one.title,
        )
        for one in sessions
        for kind, most in OF_A_SESSION.items()
        for key in (_session_key(one.id, kind),)
    ]


def _session_key(session_id: int, kind: str) -> str:
    return f"session-{session_id}-{kind}"


def _stale(event: Event, key: str) -> tuple[str, ...]:
    return tuple(event.stale_texts.get(key, ()))


def _mark(event: Event, key: str, stale: set[str]) -> None:
    others = {name: codes for name, codes in event.stale_texts.items() if name != key}
    event.stale_texts = {**others, key: sorted(stale)} if stale else others


async def _write(
    session: AsyncSession, event: Event, known: EventText, texts: dict[str, str]
) -> None:
    match known.key:
        case "title":
            event.title = texts
        case "summary":
            event.summary = texts
        case "programme":
            event.programme = texts
        case "directions":
            event.place = {**event.place, "directions": texts}
        case of_session:
            one = await session.get_one(EventSession, int(of_session.split("-")[1]))
            if known.kind == "title":
                one.title = texts
            else:
                one.summary = texts
