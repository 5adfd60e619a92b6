"""What a batch of due notices says of pictures: what each brings, who withdrew, what is missing."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import Media, MediaKind, Notice, NoticeKind, Participant, Rule
from xinno_core.services import showing
from xinno_core.services.contents import File
from xinno_core.services.showing import LINKS, MEDIA, PREVIEW, Had, Showing


@dataclass(frozen=True)
class Withdrawal:
    """Someone does not want to be shown."""

    name: str  # "" once the person is erased
    media: tuple[int, ...]
    certain: bool  # on these; else they may be on any
    holders: int  # who has one of them already


@dataclass(frozen=True)
class Pictures:
    """What the notices of a batch say of pictures, by the id of the notice."""

    showings: Mapping[int, Showing]
    files: Mapping[int, File]
    withdrawals: Mapping[int, Withdrawal]
    settled: frozenset[int]  # says that something is missing, and it is not any more

    def shows_nothing(self, notice: Notice) -> bool:
        """Tell whether a notice that brings pictures and articles has none for its reader."""
        brings = self.showings.get(notice.id)
        return (
            brings is not None
            and notice.parts_sent == 0
            and not brings.articles
            and self.files.keys().isdisjoint(brings.media)
        )

    def freeze(self, notice: Notice) -> None:
        """Write down what a notice brings, in the transaction that lets it be sent."""
        brings = self.showings.get(notice.id)
        # Once the first of its messages has gone, the others stay what they were.
        if brings is not None and notice.parts_sent == 0 and not brings.is_preview:
            notice.params = {
                **notice.params,
                MEDIA: list(brings.media),
                LINKS: [one.url for one in brings.articles],
            }


async def read_pictures(
    session: AsyncSession, due: Sequence[Notice], rules: Mapping[int, Rule], *, now: datetime
) -> Pictures:
    """Read what a batch says of pictures; a batch without any costs no query."""
    bringing = [notice for notice in due if notice.kind is NoticeKind.MEDIA]
    warning = [notice for notice in due if notice.kind is NoticeKind.MEDIA_MISSING]
    events = {notice.event_id for notice in (*bringing, *warning) if notice.event_id}
    galleries = await showing.read_galleries(session, events) if events else {}
    people = {notice.participant_id for notice in bringing}
    had = await showing.read_had(session, events, people) if bringing else {}
    showings = {
        notice.id: _showing(notice, rules, galleries.get(notice.event_id or 0, ()), had)
        for notice in bringing
    }
    files = await _read_files(session, {one for some in showings.values() for one in some.media})
    kinds = {media.id: media.kind for media in files}
    documents = frozenset(one for one, kind in kinds.items() if kind is MediaKind.DOCUMENT)
    return Pictures(
        {
            number: dataclasses.replace(
                brings, albums=showing.albums(brings.media, kinds), documents=documents
            )
            for number, brings in showings.items()
        },
        {media.id: File(media.kind, media.file_id) for media in files if media.stopped_at is None},
        await _read_withdrawals(session, due),
        frozenset(
            notice.id
            for notice in warning
            if galleries.get(notice.event_id or 0) or _is_settled(notice, rules, now=now)
        ),
    )


def rule_of(notice: Notice, rules: Mapping[int, Rule]) -> Rule | None:
    """Return the rule that a notice follows, or speaks of."""
    return rules.get(notice.rule_id or notice.params.get("rule_id", 0))


def a_day_later(rule: Rule) -> int:
    """Return the offset that a rule would have a day later, in days or hours as it counts."""
    return rule.days + 1 if rule.days is not None else (rule.hours or 0) + 24


def _showing(
    notice: Notice,
    rules: Mapping[int, Rule],
    gallery: Sequence[int],
    had: Mapping[tuple[int, int], Had],
) -> Showing:
    articles = showing.articles_of(rule_of(notice, rules))
    if notice.params.get(PREVIEW):
        return Showing(tuple(gallery), articles, is_preview=True)
    if MEDIA in notice.params and notice.parts_sent:  # a second try goes on with the same
        links = set(notice.params[LINKS])
        kept = tuple(one for one in articles if one.url in links)
        return Showing(tuple(notice.params[MEDIA]), kept)
    own = had.get((notice.event_id or 0, notice.participant_id), Had())
    return Showing(
        tuple(one for one in gallery if one not in own.media),
        tuple(one for one in articles if one.url not in own.links),
    )


def _is_settled(notice: Notice, rules: Mapping[int, Rule], *, now: datetime) -> bool:
    rule = rule_of(notice, rules)
    return (
        rule is None
        or bool(rule.links)
        or rule.expanded
        or rule.stopped_at is not None
        or rule.due_at <= now
        or rule.due_at.isoformat() != notice.params.get("due_at")
    )


async def _read_files(session: AsyncSession, ids: set[int]) -> Sequence[Media]:
    """Return the files, those that were stopped as well: an album counts its items as they were."""
    if not ids:
        return ()
    found = await session.scalars(
        select(Media).where(Media.id.in_(ids)).execution_options(populate_existing=True)
    )
    return found.all()


async def _read_withdrawals(
    session: AsyncSession, due: Sequence[Notice]
) -> Mapping[int, Withdrawal]:
    """Return who withdrew; one withdrawal is told to a few organisers, and counted once."""
    telling = [notice for notice in due if notice.kind is NoticeKind.PHOTO_WITHDRAWN]
    if not telling:
        return {}
    people = {notice.params["person_id"] for notice in telling}
    found = await session.execute(
        select(Participant.id, Participant.name).where(Participant.id.in_(people))
    )
    names = {person_id: name or "" for person_id, name in found}
    holders: dict[tuple[int, tuple[int, ...]], int] = {}
    withdrawals = {}
    for notice in telling:
        media = tuple(notice.params["withdrawn"])
        which = (notice.event_id or 0, media)
        if which not in holders:
            holders[which] = len(await showing.find_holders(session, *which))
        withdrawals[notice.id] = Withdrawal(
            names.get(notice.params["person_id"], ""),
            media,
            notice.params["certain"],
            holders[which],
        )
    return withdrawals
