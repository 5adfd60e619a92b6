"""What an organiser composes: messages of several kinds, kept as plain JSON.

A content is one language's messages in their order, and link buttons under the last of them.
Pictures, videos and documents stand as ids of `media`, so that one that was withdrawn is left out
wherever it is still to be sent.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, assert_never

from xinno_core.models import MediaKind


@dataclass(frozen=True)
class TextPart:
    """A text, in Telegram's HTML as its writer formatted it."""

    html: str


@dataclass(frozen=True)
class MediaPart:
    """A picture, video or document; or several of them as one album, the caption on the first."""

    media: tuple[int, ...]
    html: str = ""


@dataclass(frozen=True)
class PlacePart:
    """A place on the map; without a title it is a bare point."""

    latitude: float
    longitude: float
    title: str = ""
    address: str = ""


@dataclass(frozen=True)
class PollPart:
    """A question with options: native in a group, as buttons in a private chat."""

    question: str
    options: tuple[str, ...]
    several: bool = False  # more than one can be chosen
    codes: tuple[str, ...] = ()  # of the options, where it is a question of a survey


Part = TextPart | MediaPart | PlacePart | PollPart


@dataclass(frozen=True)
class LinkButton:
    """A button that opens an address."""

    label: str
    url: str


@dataclass(frozen=True)
class Content:
    """The messages of one language."""

    parts: tuple[Part, ...] = ()
    buttons: tuple[LinkButton, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether there is anything to send."""
        return bool(self.parts)


@dataclass(frozen=True)
class File:
    """A file that the bot can send again by its id."""

    kind: MediaKind
    file_id: str


def read_content(raw: Mapping[str, Any]) -> Content:
    """Return a content from its JSON."""
    return Content(
        tuple(_read_part(part) for part in raw.get("parts", ())),
        tuple(LinkButton(one["label"], one["url"]) for one in raw.get("buttons", ())),
    )


def as_json(content: Content) -> dict[str, Any]:
    """Return a content as JSON."""
    return {
        "parts": [_part_as_json(part) for part in content.parts],
        "buttons": [{"label": one.label, "url": one.url} for one in content.buttons],
    }


def media_ids(contents: Mapping[str, Any]) -> Iterator[int]:
    """Return the media that the contents of all languages show."""
    for raw in contents.values():
        for part in read_content(raw).parts:
            if isinstance(part, MediaPart):
                yield from part.media


def _read_part(raw: Mapping[str, Any]) -> Part:
    match raw["kind"]:
        case "text":
            return TextPart(raw["html"])
        case "media":
            return MediaPart(tuple(raw["media"]), raw["html"])
        case "place":
            return PlacePart(raw["latitude"], raw["longitude"], raw["title"], raw["address"])
        case "poll":
            return PollPart(
                raw["question"],
                tuple(raw["options"]),
                several=raw.get("several", False),
                codes=tuple(raw.get("codes", ())),
            )
        case unknown:
            msg = f"a content has no part of the kind {unknown!r}"
            raise ValueError(msg)


def _part_as_json(part: Part) -> dict[str, Any]:
    match part:
        case TextPart(html):
            return {"kind": "text", "html": html}
        case MediaPart(media, html):
            return {"kind": "media", "media": list(media), "html": html}
        case PlacePart(latitude, longitude, title, address):
            return {
                "kind": "place",
                "latitude": latitude,
                "longitude": longitude,
                "title": title,
                "address": address,
            }
        case PollPart():
            return {
                "kind": "poll",
                "question": part.question,
                "options": list(part.options),
                "several": part.several,
                "codes": list(part.codes),
            }
        case _:
            assert_never(part)
