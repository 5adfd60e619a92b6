"""Telegram's HTML, read as strictly as Telegram reads it, with its words for each mistake."""

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from bot.simulator.entities import Entity, units
from bot.simulator.errors import Refused, bad_request
from bot.simulator.links import LinkRefused, checked_link

_KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SPACE = " \t\r\n\v\0"
_REFERENCE = re.compile(r"&(?:#(?:[xX](?P<hex>[0-9a-fA-F]+)|(?P<dec>\d+))|(?P<name>[A-Za-z]+));?")
_BLANK = re.compile(r"[ \t\r\n\v\0]*")
_NAME = re.compile(r"[^ \t\r\n\v\0>]*")
_ATTRIBUTE = re.compile(r"""[^ \t\r\n\v\0=>/"']*""")
_TOKEN = re.compile(r"[A-Za-z0-9.-]*")


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Plain text and entities; raises the refusal Telegram would answer."""
    return _Reading(source).finish()


@dataclass(slots=True)
class _Open:
    tag: str
    argument: str
    offset: int
    place: int


@dataclass(slots=True)
class _Reading:
    source: str
    at: int = 0
    written: list[str] = field(default_factory=list)
    length: int = 0
    stack: list[_Open] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def finish(self) -> tuple[str, list[Entity]]:
        while self.at < len(self.source):
            letter = self.source[self.at]
            if letter == "<":
                if self.source.startswith("</", self.at):
                    self.close_tag()
                else:
                    self.open_tag()
            else:
                self.write_one()
        if self.stack:
            raise _wrong(f'Can\'t find end tag corresponding to start tag "{self.stack[-1].tag}"')
        return "".join(self.written), self.entities

    def write_one(self) -> None:
        letter, self.at = _one(self.source, self.at)
        self.written.append(letter)
        self.length += units(letter)

    def open_tag(self) -> None:
        begin = self.at
        where = f"at byte offset {self.bytes_before(begin)}"
        name = _NAME.match(self.source, begin + 1)
        assert name is not None  # the pattern matches nothing at all, too
        self.at = name.end()
        if self.at >= len(self.source):
            raise _wrong(f"Unclosed start tag {where}")
        tag = name.group().lower()
        if tag in {"tg-emoji", "tg-time"}:
            raise bad_request(f"the tag {tag} is not in the simulator")
        if tag not in _KINDS:
            raise _wrong(f'Unsupported start tag "{tag}" {where}')
        argument = ""
        while (attribute := self.attribute(tag, where)) is not None:
            argument = _argument(tag, *attribute) or argument
        if tag == "span" and argument != "spoiler":
            raise _wrong(f'Tag "span" must have class "tg-spoiler" {where}')
        self.stack.append(_Open(tag, argument, self.length, len(self.written)))

    def attribute(self, tag: str, where: str) -> tuple[str, str | None] | None:
        """The next attribute, or None once the tag is closed."""
        self.skip_blank()
        if self.letter() == ">":
            self.at += 1
            return None
        name = _ATTRIBUTE.match(self.source, self.at)
        assert name is not None
        if not name.group():
            raise _wrong(f'Empty attribute name in the tag "{tag}" {where}')
        self.at = name.end()
        self.skip_blank()
        if not self.letter():
            raise _wrong(f'Unclosed start tag "{tag}" {where}')
        if self.letter() != "=":
            return name.group(), None
        self.at += 1
        self.skip_blank()
        if not self.letter():
            raise _wrong(f'Unclosed start tag "{tag}" {where}')
        value = self.quoted() if self.letter() in {'"', "'"} else self.token()
        if not self.letter():
            raise _wrong(f"Unclosed start tag {where}")
        return name.group(), value

    def quoted(self) -> str:
        mark = self.letter()
        self.at += 1
        value = []
        while self.letter() not in {mark, ""}:
            letter, self.at = _one(self.source, self.at)
            value.append(letter)
        if self.letter():
            self.at += 1
        return "".join(value)

    def token(self) -> str:
        begin = self.at
        token = _TOKEN.match(self.source, begin)
        assert token is not None
        self.at = token.end()
        if self.letter() not in {*_SPACE, ">", ""}:
            raise _wrong(f"Unexpected end of name token at byte offset {self.bytes_before(begin)}")
        return token.group().lower()

    def close_tag(self) -> None:
        begin = self.at
        where = f"at byte offset {self.bytes_before(begin)}"
        if not self.stack:
            raise _wrong(f"Unexpected end tag {where}")
        name = _NAME.match(self.source, begin + 2)
        assert name is not None
        self.at = name.end()
        self.skip_blank()
        if self.letter() != ">":
            raise _wrong(f"Unclosed end tag {where}")
        self.at += 1
        opened = self.stack.pop()
        found = name.group().lower()
        if found and found != opened.tag:
            raise _wrong(
                f'Unmatched end tag {where}, expected "</{opened.tag}>", found "</{found}>"'
            )
        if self.length > opened.offset:
            self.add(opened)

    def add(self, opened: _Open) -> None:
        kind, language = _KINDS[opened.tag], None
        length = self.length - opened.offset
        if kind == "text_link":
            address = opened.argument or "".join(self.written[opened.place :])
            entity = _link(address, opened.offset, length)
            if entity is not None:
                self.entities.append(entity)
            return
        if kind == "blockquote" and opened.argument:
            kind = "expandable_blockquote"
        if kind == "code":
            language = opened.argument or None
        if kind == "pre" and self.entities:
            inner = self.entities[-1]
            if (inner.kind, inner.offset, inner.length) == ("code", opened.offset, length):
                # The language is told on the inner tag; together they are one block.
                self.entities.pop()
                language = inner.language
        self.entities.append(Entity(kind, opened.offset, length, language=language))

    def letter(self) -> str:
        return self.source[self.at : self.at + 1]

    def skip_blank(self) -> None:
        blank = _BLANK.match(self.source, self.at)
        assert blank is not None
        self.at = blank.end()

    def bytes_before(self, place: int) -> int:
        return len(self.source[:place].encode("utf-8", "surrogatepass"))


def _one(source: str, at: int) -> tuple[str, int]:
    """One letter, a character reference counting as the letter it stands for."""
    if source[at] == "&" and (match := _REFERENCE.match(source, at)) is not None:
        if name := match.group("name"):
            if name in _NAMED:
                return _NAMED[name], match.end()
        else:
            digits = match.group("hex")
            code = int(digits, 16) if digits else int(match.group("dec"))
            if 0xD800 <= code <= 0xDFFF:
                raise _wrong(
                    "Text contains invalid Unicode characters after decoding HTML entities, "
                    "check for unmatched surrogate code units"
                )
            if 0 < code < 0x10FFFF:
                return chr(code), match.end()
    return source[at], at + 1


def _argument(tag: str, name: str, value: str | None) -> str:
    match tag, name:
        case "a", "href":
            return value or ""
        case "code", "class" if value and value.startswith("language-"):
            return value.removeprefix("language-")
        case "span", "class" if value and value.startswith("tg-"):
            return value.removeprefix("tg-")
        case "blockquote", "expandable":
            return "1"
        case _:
            return ""


def _link(address: str, offset: int, length: int) -> Entity | None:
    """A link, a mention of a person, or nothing: a wrong address leaves plain words."""
    if address.startswith("tg://user"):
        number = parse_qs(urlsplit(address).query).get("id", [""])[0]
        if number.isdigit():
            return Entity("text_mention", offset, length, user={"id": int(number)})
        return None
    try:
        return Entity("text_link", offset, length, url=checked_link(address))
    except LinkRefused:
        return None


def _wrong(reason: str) -> Refused:
    return bad_request(f"can't parse entities: {reason}")
