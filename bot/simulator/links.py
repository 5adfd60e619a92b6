"""Which addresses Telegram takes for a link."""

from urllib.parse import urlsplit

_ELSEWHERE = {"tg", "ton", "tonsite"}


class LinkRefused(ValueError):
    """An address that is no link for Telegram; the text is Telegram's reason."""


def checked_link(address: str) -> str:
    """The link in full, with the scheme Telegram adds; raises when it is none."""
    address = address.strip()
    if not address or any(letter.isspace() for letter in address):
        raise LinkRefused("URL host is empty" if not address else "Wrong HTTP URL")
    scheme, separator, _ = address.partition("://")
    if separator and scheme.lower() in _ELSEWHERE:
        return address
    if separator and scheme.lower() not in {"http", "https"}:
        raise LinkRefused("Unsupported URL protocol")
    full = address if separator else f"http://{address}"
    try:
        parts = urlsplit(full)
        host = parts.hostname or ""
        _ = parts.port  # reading it is what checks it
    except ValueError as wrong:
        raise LinkRefused("Wrong HTTP URL") from wrong
    if not host:
        raise LinkRefused("URL host is empty")
    # A name without a dot, such as localhost, is no address for people elsewhere.
    if "." not in host.strip(".") and ":" not in host:
        raise LinkRefused("Wrong HTTP URL")
    return parts._replace(path=parts.path or "/").geturl()
