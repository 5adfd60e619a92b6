"""How a page goes out: templates that escape by themselves, and headers that allow nothing else.

No script, no picture, no font, nothing from elsewhere: the one style sheet lies in the page, and
the policy names its fingerprint.
"""

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from xinno_core.texts.translator import Html
from xinno_core.texts.web_forms import Page

TEMPLATES = Path(__file__).parent / "templates"
STYLE = (TEMPLATES / "style.css").read_text(encoding="utf-8")
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

POLICY = (
    f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",  # the address is the secret
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


def _told(words: str) -> Markup:
    """Show a text of the house: one that is safe already keeps its marks."""
    return Markup(words) if isinstance(words, Html) else escape(words)  # noqa: S704 (see above)


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["told"] = _told
    made.globals["style"] = Markup(STYLE)  # noqa: S704 (our own file)
    return made


ENVIRONMENT = _environment()


def link(**query: object) -> str:
    """Return an address of the same form: relative, so that it holds behind any proxy."""
    return "?" + urlencode({name: value for name, value in query.items() if value})


def show(page: Page, *, status: int = 200, language: str = "") -> web.Response:
    """Return a page; `language` is the one that was asked for and stays in all its links."""

    def within(**query: object) -> str:
        return link(**{"language": language, **query})

    text = ENVIRONMENT.get_template(page.template).render(page=page, link=within)
    return web.Response(
        text=text, status=status, content_type="text/html", charset="utf-8", headers=HEADERS
    )


def go_on(**query: object) -> web.Response:
    """Send the browser to another page of the form, so that reloading it sends nothing again."""
    return web.Response(status=303, headers={**HEADERS, "Location": link(**query)})
