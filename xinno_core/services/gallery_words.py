"""The words of an event's gallery: a caption in each language, and articles as link cards.

They stand with the rule that brings the gallery next.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.errors import NotFoundError
from xinno_core.models import Participant
from xinno_core.services import access, gallery_rules
from xinno_core.services.composing import MOST_CAPTION
from xinno_core.services.gallery import Gallery, read
from xinno_core.services.questions import Audience, Field, FieldKind, Form
from xinno_core.services.showing import Article

MOST_ARTICLES = 5
MOST_FOR_A_TITLE = 120


async def find_caption_form(
    session: AsyncSession, *, participant: Participant, event_id: int, language: str, now: datetime
) -> Form:
    """Return what is asked for the caption in one language."""
    event = await access.get_organised_event(session, participant, event_id)
    found = await read(session, event, now=now)
    if language not in found.languages:
        raise NotFoundError
    asked = Field(
        "gallery_caption", FieldKind.TEXT, required=False, hint=language, most=MOST_CAPTION
    )
    return Form(
        f"caption.{event.id}.{language}",
        (asked,),
        Audience.CONFIRMED,
        lead=event.lead_language,
        known={asked.key: found.text[language]} if found.text.get(language) else {},
    )


async def save_caption(
    session: AsyncSession,
    *,
    participant: Participant,
    event_id: int,
    language: str,
    text: str | None,
    now: datetime,
) -> Gallery:
    """Keep the caption in one language; without one, there is none."""
    event = await access.lock_organised_event(session, participant, event_id)
    if language not in {event.lead_language, *event.languages}:
        raise NotFoundError
    rule = await gallery_rules.ensure(session, event, now=now)
    texts = {code: words for code, words in rule.text.items() if code != language}
    rule.text = {**texts, language: text} if text else texts
    await session.flush()
    return await read(session, event, now=now)


async def find_article_form(
    session: AsyncSession, *, participant: Participant, event_id: int
) -> Form:
    """Return what is asked for an article: its address, and a title in each language."""
    event = await access.get_organised_event(session, participant, event_id)
    lead = event.lead_language
    languages = dict.fromkeys((lead, *event.languages))
    return Form(
        f"article.{event.id}",
        (
            Field("article_url", FieldKind.LINK),
            *(
                Field(
                    f"article_title.{language}",
                    FieldKind.TEXT,
                    required=language == lead,
                    hint=language,
                    most=MOST_FOR_A_TITLE,
                )
                for language in languages
            ),
        ),
        Audience.CONFIRMED,
        lead=lead,
    )


async def add_article(
    session: AsyncSession,
    *,
    participant: Participant,
    event_id: int,
    answers: Mapping[str, str | None],
    now: datetime,
) -> Gallery:
    """Add an article; the same address again gets the new title."""
    event = await access.lock_organised_event(session, participant, event_id)
    rule = await gallery_rules.ensure(session, event, now=now)
    url = answers["article_url"] or ""
    title = {
        key.partition(".")[2]: words
        for key, words in answers.items()
        if key.startswith("article_title.") and words
    }
    others = [link for link in rule.links if link["url"] != url]
    if len(others) < MOST_ARTICLES:
        rule.links = [*others, {"url": url, "title": title}]
        await session.flush()
    return await read(session, event, now=now)


async def remove_article(
    session: AsyncSession, *, participant: Participant, event_id: int, key: str, now: datetime
) -> Gallery:
    """Take an article out; one that is gone already stays gone."""
    event = await access.lock_organised_event(session, participant, event_id)
    found = await read(session, event, now=now)
    if any(article_key(one) == key for one in found.articles):
        rule = await gallery_rules.ensure(session, event, now=now)
        rule.links = [link for link in rule.links if key_of(link["url"]) != key]
        await session.flush()
    return await read(session, event, now=now)


def article_key(article: Article) -> str:
    """Return what a button calls an article: its address is too long for one."""
    return key_of(article.url)


def key_of(url: str) -> str:
    """Return a short name of an address."""
    return hashlib.sha256(url.encode()).hexdigest()[:10]
