"""A survey in the browser: its pages, and what comes back from them."""

from aiohttp import web

from handlers.web.context import Visit
from handlers.web.pages import go_on, show
from xinno_core.services import web_forms
from xinno_core.services.web_forms import Gone, GoTo, View
from xinno_core.texts import web_forms as texts
from xinno_core.texts.translator import translator
from xinno_core.texts.web_forms import Trouble

STATUSES = {
    Trouble.GONE: 404,
    Trouble.OUTAGE: 503,
    Trouble.TOO_LARGE: 413,
    Trouble.NOT_A_FORM: 400,
    Trouble.WRONG_METHOD: 405,
    Trouble.FROM_ELSEWHERE: 403,
    Trouble.FAILED: 500,
}


async def on_opened(visit: Visit) -> web.Response:
    """Show where the person stands; looking changes nothing."""
    found = await web_forms.view(
        visit.session,
        token=visit.token,
        secret=visit.secret,
        page=visit.page,
        now=visit.now,
        was_erased=visit.was_erased,
    )
    return _show(visit, found)


async def on_answered(visit: Visit) -> web.Response:
    """Take what a page sent, and go on."""
    outcome = await web_forms.take(
        visit.session,
        token=visit.token,
        secret=visit.secret,
        page=visit.page,
        sent=visit.posted,
        now=visit.now,
    )
    if isinstance(outcome, GoTo):
        return go_on(page=outcome.page, erased=int(outcome.was_erased), language=visit.language)
    return _show(visit, outcome)


def trouble(what: Trouble, language: str, number: str = "") -> web.Response:
    """Say why nothing is shown."""
    return show(texts.trouble(what, translator(language), number), status=STATUSES[what])


def _show(visit: Visit, found: View) -> web.Response:
    if isinstance(found, Gone):
        return trouble(Trouble.GONE, visit.language or visit.browser_language)
    t = translator(visit.language or found.head.language, found.head.tone)
    page = texts.page_of(found, t)
    return show(page, status=422 if page.problems else 200, language=visit.language)
