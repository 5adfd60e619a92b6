"""Formatted text that people send: kept inside the part of HTML that Telegram reads.

A message that Telegram refuses for its markup reaches nobody, so what is kept is written anew here:
known tags, properly nested, addresses of the web alone, and everything else as its plain words.
"""

import html
import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

_TAGS = {
    "b": "b",
    "strong": "b",
    "i": "i",
    "em": "i",
    "u": "u",
    "ins": "u",
    "s": "s",
    "strike": "s",
    "del": "s",
    "tg-spoiler": "tg-spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "a",
}
_HOLDS_NOTHING = {"code", "pre"}
"""Telegram reads no other tag inside these."""
_WEB = {"http", "https"}
LONGEST_ADDRESS = 2000


def safe_html(source: str) -> str:
    """Return the text with those of its tags that Telegram takes, all of them closed."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    return reader.finish()


def visible(source: str) -> str:
    """Return the text without its tags, as people see it."""
    return html.unescape(re.sub(r"</?[a-z][^>]*>", "", source))


def cut(source: str, most: int) -> str:
    """Return formatted text, without its formatting where it has to be cut."""
    if len(source) <= most:
        return source
    kept: list[str] = []
    left = most - 1
    for sign in visible(source):
        safe = html.escape(sign, quote=False)
        left -= len(safe)
        if left < 0:
            break
        kept.append(safe)
    return "".join(kept).rstrip() + "…"


def units(text: str) -> int:
    """Return how long a text is for Telegram, which counts in UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cleaned(text: str) -> str:
    """Return the text without signs that steer instead of being read, such as turned directions."""
    kept = (sign for sign in text.replace("\t", " ") if sign.isprintable() or sign in "\n\u200d")
    return "".join(kept)


def is_web_address(address: str) -> bool:
    """Tell whether a button or a link may open this address."""
    if len(address) > LONGEST_ADDRESS or not address.isprintable() or re.search(r"\s", address):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    host = parts.hostname or ""
    return parts.scheme in _WEB and "." in host.strip(".") and not parts.username


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._written: list[str] = []
        # The tag as it came, and what was written for it: nothing where it was left out.
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        written, attribute = self._tag(tag, dict(attrs))
        if written:
            self._written.append(f"<{written}{attribute}>")
        self._open.append((tag, written))

    def handle_endtag(self, tag: str) -> None:
        if tag not in {one for one, _ in self._open}:
            return
        while self._open:
            came, _ = self._open[-1]
            self._close_last()
            if came == tag:
                return

    def handle_data(self, data: str) -> None:
        self._written.append(html.escape(cleaned(data), quote=False))

    def finish(self) -> str:
        while self._open:
            self._close_last()
        return "".join(self._written).strip()

    def _close_last(self) -> None:
        _, written = self._open.pop()
        if written:
            self._written.append(f"</{written}>")

    def _tag(self, tag: str, attributes: dict[str, str | None]) -> tuple[str, str]:
        is_spoiler = tag == "span" and attributes.get("class") == "tg-spoiler"
        wanted = "tg-spoiler" if is_spoiler else _TAGS.get(tag, "")
        inside = {written for _, written in self._open}
        if not wanted or wanted in inside or inside & _HOLDS_NOTHING:
            return "", ""
        if wanted == "a":
            address = attributes.get("href") or ""
            return ("a", f' href="{html.escape(address)}"') if is_web_address(address) else ("", "")
        if wanted == "blockquote" and "expandable" in attributes:
            return wanted, " expandable"
        return wanted, ""
