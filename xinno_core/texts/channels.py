"""What organisers read of an event's links: addresses, where they were found, and their codes."""

import io
from collections.abc import Sequence
from typing import assert_never

import segno

from xinno_core.services.channels import (
    ChannelMade,
    ChannelStand,
    LinkDesk,
    MakeOutcome,
    TooManyChannels,
)
from xinno_core.services.events import EventCard
from xinno_core.services.visits import link
from xinno_core.texts.actions import (
    AddChannel,
    ManageEvent,
    OpenLinks,
    OpenSurveyLinks,
    ShowQrCode,
    StartChannel,
)
from xinno_core.texts.message import Button, Document, Message, rows
from xinno_core.texts.paging import pairs, short
from xinno_core.texts.translator import Html, Translator

Links = Sequence[tuple[str, str]]
"""Role or nothing, and the address: the open link, and those of roles by invitation."""

OPEN, ROLE, CHANNEL = "open", "role", "channel"
"""Of which kind of link a code is."""

SCALE, BORDER = 12, 4
"""Pixels of a module, and modules of white around: a printed code is read from a few steps away."""


def channel_name(t: Translator, name: str) -> str:
    """Return the name of a channel: the house's word for a usual one, or the organiser's own."""
    match name:
        case "partner_site":
            return t.plain.gettext("Partner's site")
        case "poster":
            return t.plain.gettext("Poster")
        case "newsletter":
            return t.plain.gettext("Newsletter")
    return name


def links(t: Translator, desk: LinkDesk, addresses: Links, bot_username: str) -> Message:
    """Show the links of an event, and what came of those that remember a channel."""
    card = desk.card
    parts = [
        t.gettext("<b>Links: {title}</b>", title=t.plain.show(card.title, card.lead_language)),
        *(_link(t, card, role, address) for role, address in addresses),
        *(_channel(t, channel, bot_username) for channel in desk.channels),
    ]
    if desk.has_room:
        parts.append(
            t.gettext("A link with a name of its own counts how many people it brings. For which?")
        )
    return Message("\n\n".join(parts), _buttons(t, desk, addresses))


def made(t: Translator, outcome: MakeOutcome, addresses: Links, bot_username: str) -> Message:
    """Say what came of a new channel, above all links."""
    under = links(t, outcome.desk, addresses, bot_username)
    return Message(_made(t, outcome) + "\n\n" + under.text, under.buttons)


def qr_code(t: Translator, card: EventCard, label: str, address: str) -> Message:
    """Send the code of a link as a picture to print."""
    return Message(
        t.gettext(
            "<b>QR code: {label}</b>\n{title}\n{link}",
            label=label,
            title=t.plain.show(card.title, card.lead_language),
            link=address,
        ),
        rows(Button(t.plain.gettext("Links"), OpenLinks(card.id))),
        document=Document(f"{card.key}.png", _picture(address)),
        fresh=True,
    )


def link_label(t: Translator, desk: LinkDesk, kind: str, of: str) -> str:
    """Return what a link is called."""
    card = desk.card
    if kind == ROLE and (role := card.role(of)) is not None:
        return t.plain.show(role.label, card.lead_language)
    if kind == CHANNEL and (channel := desk.channel(int(of))) is not None:
        return channel_name(t, channel.name)
    return t.plain.gettext("For everybody")


def _made(t: Translator, outcome: MakeOutcome) -> str:
    match outcome:
        case ChannelMade(_, name, is_new=True):
            return t.gettext("<b>New link:</b> {name}", name=channel_name(t, name))
        case ChannelMade(_, name):
            return t.gettext("This link is there already: {name}", name=channel_name(t, name))
        case TooManyChannels(desk):
            return t.ngettext(
                "There is {number} link with a name; no further one fits.",
                "There are {number} links with a name; no further one fits.",
                len(desk.channels),
            )
        case _:
            assert_never(outcome)


def _link(t: Translator, card: EventCard, role: str, address: str) -> str:
    choice = card.role(role)
    if choice is None:
        return t.gettext("Invitation link, for everybody:\n{link}", link=address)
    return t.gettext(
        "Invitation link, only for: {role}\n{link}",
        role=t.show(choice.label, card.lead_language),
        link=address,
    )


def _channel(t: Translator, channel: ChannelStand, bot_username: str) -> str:
    name = Html("<b>" + t.quote(channel_name(t, channel.name)) + "</b>")
    opened = t.ngettext("opened by {number} person", "opened by {number} people", channel.opened)
    return t.gettext(
        "{name}: {opened}; registered: {registered}, of them confirmed: {confirmed}\n{link}",
        name=name,
        opened=opened,
        registered=channel.registered,
        confirmed=channel.confirmed,
        link=channel_link(bot_username, channel),
    )


def channel_link(bot_username: str, channel: ChannelStand) -> str:
    """Return the address that opens the chat and remembers the channel."""
    return link(bot_username, channel.payload)


def _buttons(t: Translator, desk: LinkDesk, addresses: Links) -> tuple[tuple[Button, ...], ...]:
    card = desk.card
    codes = [
        *((OPEN if not role else ROLE, role) for role, _ in addresses),
        *((CHANNEL, str(channel.id)) for channel in desk.channels),
    ]
    adding: list[Button | None] = []
    if desk.has_room:
        adding = [
            Button(
                t.plain.gettext("New: {name}", name=channel_name(t, name)),
                AddChannel(card.id, name),
            )
            for name in desk.unused()
        ]
        adding.append(Button(t.plain.gettext("New: another name"), StartChannel(card.id)))
    return (
        *pairs(
            *(
                Button(
                    short(t.plain.gettext("QR code: {label}", label=link_label(t, desk, kind, of))),
                    ShowQrCode(card.id, kind, of),
                )
                for kind, of in codes
            )
        ),
        *pairs(*adding),
        *rows(
            Button(t.plain.gettext("Surveys in the browser"), OpenSurveyLinks(card.id))
            if desk.has_surveys
            else None,
            Button(t.plain.gettext("Back to the event"), ManageEvent(card.id)),
        ),
    )


def _picture(address: str) -> bytes:
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="png", scale=SCALE, border=BORDER)
    return out.getvalue()
