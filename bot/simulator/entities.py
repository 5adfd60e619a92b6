"""Text and its entities: lengths, cleaning, what Telegram finds by itself, and back to HTML."""

import html
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

# Telegram keeps this many and drops the rest without a word.
MOST_ENTITIES = 100

_STYLES = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "blockquote": "blockquote",
}
# A smaller rank is the outer one when two entities cover the same words.
_RANK = {
    kind: rank
    for rank, kind in enumerate(
        (
            "expandable_blockquote",
            "blockquote",
            "bold",
            "italic",
            "underline",
            "strikethrough",
            "spoiler",
            "text_link",
            "text_mention",
            "code",
            "pre",
        )
    )
}
_MERGED_WHEN_ADJACENT = {"bold", "italic", "underline", "strikethrough", "spoiler"}
_FOUND = re.compile(
    r"(?P<email>(?<![\w.@])[\w.+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}\b)"
    r"|(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?'\])}]"
    r"|(?<![\w@./])(?:[A-Za-z0-9-]+\.)+(?:com|org|net|eu|it|de|fr|es|pl|ru|ua|info|me)\b(?:/[^\s<>\"]*[^\s<>\".,;:!?'\])}])?)"
    r"|(?P<bot_command>(?<![\w/<>@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z]\w{2,31})?(?![\w/]))"
    r"|(?P<mention>(?<![\w@])@[A-Za-z]\w{3,31}\b)"
    r"|(?P<hashtag>(?<![\w#])#(?=\w*[^\W\d_])\w{1,256})"
)
_DROPPED = re.compile("[\r\u2028-\u202e]")
_BLANKED = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of text with a meaning; offset and length count UTF-16 units."""

    kind: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None
    user: dict[str, Any] | None = None

    @property
    def end(self) -> int:
        """The offset of the first unit behind the entity."""
        return self.offset + self.length

    def moved(self, offset: int, length: int) -> "Entity":
        """The same meaning over another stretch."""
        return Entity(self.kind, offset, length, self.url, self.language, self.user)

    def as_telegram(self) -> dict[str, Any]:
        """The MessageEntity of the Bot API."""
        body: dict[str, Any] = {"type": self.kind, "offset": self.offset, "length": self.length}
        for name in ("url", "language", "user"):
            if (value := getattr(self, name)) is not None:
                body[name] = value
        return body

    @classmethod
    def from_telegram(cls, body: dict[str, Any]) -> "Entity":
        """Read a MessageEntity of the Bot API."""
        return cls(
            str(body["type"]),
            int(body["offset"]),
            int(body["length"]),
            body.get("url"),
            body.get("language"),
            body.get("user"),
        )


def units(text: str) -> int:
    """The length Telegram counts: UTF-16 units."""
    return len(text) + sum(1 for letter in text if ord(letter) > 0xFFFF)


def cleaned(text: str) -> str:
    """Without what Telegram strips on arrival: control characters and direction overrides."""
    return _BLANKED.sub(" ", _DROPPED.sub("", text))


def tidied(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Trim the ends, then clip, sort and join the entities as Telegram stores them."""
    kept = text.rstrip()
    shorter = kept.lstrip()
    cut = units(kept) - units(shorter)
    size = units(shorter)
    clipped = []
    for entity in entities:
        start = max(entity.offset - cut, 0)
        end = min(entity.end - cut, size)
        if end > start:
            clipped.append(entity.moved(start, end - start))
    return shorter, _joined(_without_style_in_code(clipped))[:MOST_ENTITIES]


def with_found(text: str, entities: list[Entity]) -> list[Entity]:
    """Add what Telegram finds by itself: commands, addresses, mentions, hashtags."""
    taken = [e for e in entities if e.kind in {"code", "pre", "text_link", "text_mention"}]
    found = list(entities)
    for match in _FOUND.finditer(text):
        kind = match.lastgroup
        if kind is None:
            continue
        offset = units(text[: match.start()])
        entity = Entity(kind, offset, units(match.group()))
        if not any(e.offset < entity.end and entity.offset < e.end for e in taken):
            found.append(entity)
    return sorted(found, key=_order)[:MOST_ENTITIES]


def as_html(text: str, entities: list[Entity]) -> str:
    """The text with canonical tags, so that a test can read what a person sees."""
    wide = text.encode("utf-16-le")
    marks = {0, len(wide) // 2}
    for entity in entities:
        marks |= {entity.offset, entity.end}
    written: list[str] = []
    open_now: list[Entity] = []
    for start, end in pairwise(sorted(marks)):
        wanted = sorted((e for e in entities if e.offset <= start and e.end >= end), key=_order)
        shared = 0
        while shared < min(len(open_now), len(wanted)) and open_now[shared] is wanted[shared]:
            shared += 1
        written += [_tags(entity)[1] for entity in reversed(open_now[shared:])]
        written += [_tags(entity)[0] for entity in wanted[shared:]]
        open_now = wanted
        piece = wide[start * 2 : end * 2].decode("utf-16-le", "replace")
        written.append(html.escape(piece, quote=False))
    written += [_tags(entity)[1] for entity in reversed(open_now)]
    return "".join(written)


def _tags(entity: Entity) -> tuple[str, str]:
    if (tag := _STYLES.get(entity.kind)) is not None:
        return f"<{tag}>", f"</{tag}>"
    if entity.kind == "expandable_blockquote":
        return "<blockquote expandable>", "</blockquote>"
    if entity.kind == "text_link":
        return f'<a href="{html.escape(entity.url or "")}">', "</a>"
    if entity.kind == "text_mention":
        return f'<a href="tg://user?id={(entity.user or {}).get("id", 0)}">', "</a>"
    if entity.kind == "pre" and entity.language:
        code = f'<code class="language-{html.escape(entity.language)}">'
        return f"<pre>{code}", "</code></pre>"
    if entity.kind == "pre":
        return "<pre>", "</pre>"
    return "", ""


def _order(entity: Entity) -> tuple[int, int, int]:
    return entity.offset, -entity.length, _RANK.get(entity.kind, len(_RANK))


def _without_style_in_code(entities: list[Entity]) -> list[Entity]:
    codes = [e for e in entities if e.kind in {"code", "pre"}]

    def stands(entity: Entity) -> bool:
        if entity.kind in {"code", "pre", "blockquote", "expandable_blockquote"}:
            return True
        return not any(e.offset < entity.end and entity.offset < e.end for e in codes)

    return [entity for entity in entities if stands(entity)]


def _joined(entities: list[Entity]) -> list[Entity]:
    joined: list[Entity] = []
    last_of: dict[str, int] = {}
    for entity in sorted(entities, key=_order):
        place = last_of.get(entity.kind)
        if place is not None and entity.kind in _MERGED_WHEN_ADJACENT:
            before = joined[place]
            if before.end >= entity.offset:
                end = max(before.end, entity.end)
                joined[place] = before.moved(before.offset, end - before.offset)
                continue
        last_of[entity.kind] = len(joined)
        joined.append(entity)
    return sorted(joined, key=_order)
