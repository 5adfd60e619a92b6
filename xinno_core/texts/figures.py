"""Figures in words: of an event, a region or a pilot, in all or by one part."""

from collections.abc import Sequence

from xinno_core.services.figure_rows import Level, Measure, Part
from xinno_core.services.figures import Figures, Line, Place, Reading
from xinno_core.texts.actions import ManageEvent, OpenExports, OpenFigures, OpenMenu, ShowFigures
from xinno_core.texts.books import group_word, measure_word, part_word
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.paging import pairs, short
from xinno_core.texts.translator import Translator


def places(t: Translator, found: Sequence[Place]) -> Message:
    """Show the pilots and regions that there are figures of."""
    return Message(
        t.gettext("<b>Figures</b>\nOf what would you like figures?"),
        rows(
            *(Button(short(_label(t, place)), _open(place)) for place in found),
            Button(t.plain.gettext("Menu"), OpenMenu()),
        ),
    )


def figures(t: Translator, reading: Reading) -> Message:
    """Show figures in all, or by one part; the other parts are a tap away."""
    shown, part = reading.figures, reading.part
    place = shown.place
    parts = [
        t.gettext("<b>Figures: {name}</b>", name=t.plain.show(place.name, place.lead_language))
    ]
    if part is None:
        parts.append("\n".join(_totals(t, shown)))
        parts.append("\n".join(_heads(t, shown)))
    else:
        parts.append("<b>" + part_word(part, t) + "</b>")
        parts += _lines(t, shown)
    parts.append(
        "<i>"
        + t.gettext(
            "“Came” and “did not come” are known where attendance was noted; both are among those "
            "with a place. Whoever comes to several events counts at each."
        )
        + "</i>"
    )
    return Message("\n\n".join(parts), _buttons(t, reading))


def _totals(t: Translator, shown: Figures) -> list[str]:
    return [
        t.gettext(
            "{what}: {number}",
            what=measure_word(t, measure),
            number=shown.totals[measure].participations,
        )
        for measure in Measure
    ]


def _heads(t: Translator, shown: Figures) -> list[str]:
    """Say how many different ones are behind the participations."""
    return [
        t.gettext(
            "{what}: {participations} participations, by {persons} different people from "
            "{organisations} organisations",
            what=measure_word(t, measure),
            participations=count.participations,
            persons=count.persons,
            organisations=count.organisations,
        )
        for measure in (Measure.REGISTERED, Measure.ATTENDED)
        if (count := shown.totals[measure]).participations
    ]


def _lines(t: Translator, shown: Figures) -> list[str]:
    """Return each measure with its groups; those with nobody are left out."""
    found = []
    for measure in Measure:
        groups = [
            _line(t, line, measure) for line in shown.lines if line.counts[measure].participations
        ]
        if groups:
            found.append("\n".join((measure_word(t, measure) + ":", *groups)))
    return found or [t.gettext("Nobody is registered yet.")]


def _line(t: Translator, line: Line, measure: Measure) -> str:
    return t.gettext(
        "· {what}: {number}",
        what=group_word(line, t.plain),
        number=line.counts[measure].participations,
    )


def _buttons(t: Translator, reading: Reading) -> tuple[tuple[Button, ...], ...]:
    place, part = reading.figures.place, reading.part
    whole = _open(place)
    return (
        *pairs(
            *(
                Button(
                    t.plain.gettext("By: {part}", part=part_word(one, t.plain)),
                    ShowFigures(place.level.value, place.id, one.value),
                )
                for one in Part
                if one is not part
            )
        ),
        *rows(
            Button(t.plain.gettext("In all"), whole) if part is not None else None,
            Button(t.plain.gettext("Back to the event"), ManageEvent(place.id))
            if reading.is_organiser
            else None,
            Button(t.plain.gettext("Other figures"), OpenFigures()),
            Button(t.plain.gettext("Exports"), OpenExports(0)),
            Button(t.plain.gettext("Menu"), OpenMenu()),
        ),
    )


def _open(place: Place) -> ShowFigures:
    return ShowFigures(place.level.value, place.id)


def _label(t: Translator, place: Place) -> str:
    name = t.plain.show(place.name, place.lead_language)
    if place.level is Level.PILOT:
        return t.plain.gettext("Pilot: {name}", name=name)
    return t.plain.gettext("Region: {name}", name=name)
