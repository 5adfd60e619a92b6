"""Countries by name, and the one of a person's organisation."""

from xinno_core.services.countries import COUNTRIES, FIRST_COUNTRIES
from xinno_core.texts.actions import OpenCountries, OpenSettings, SetCountry
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.paging import pairs, short, turns
from xinno_core.texts.translator import Translator

PAGE = 40


def country_name(t: Translator, country: str) -> str:
    """Return what a country is called in the reader's language."""
    return str(t.locale.territories.get(country, country))


def country_lines(t: Translator, country: str | None) -> list[str]:
    """Say in which country the organisation is; nothing where there is none."""
    if country is None:
        return []
    if not country:
        return [t.gettext("Country of the organisation: not given yet")]
    return [t.gettext("Country of the organisation: {country}", country=country_name(t, country))]


def countries(t: Translator, country: str, page: int) -> Message:
    """Show countries to choose from; the one that holds is named above."""
    others = sorted(
        (code for code in COUNTRIES if code not in FIRST_COUNTRIES),
        key=lambda code: country_name(t, code),
    )
    pages = (len(others) + PAGE - 1) // PAGE
    at = min(page, pages)
    shown = others[(at - 1) * PAGE : at * PAGE] if at else list(FIRST_COUNTRIES)
    said = t.gettext("<b>In which country is your organisation?</b>")
    return Message(
        "\n".join((said, *country_lines(t, country))),
        (
            *pairs(*(Button(short(country_name(t, code)), SetCountry(code)) for code in shown)),
            *(
                turns(t, at - 1, pages, lambda number: OpenCountries(number + 1))
                if at
                else rows(Button(t.plain.gettext("Other countries"), OpenCountries(1)))
            ),
            *rows(Button(t.plain.gettext("All settings"), OpenSettings())),
        ),
    )
