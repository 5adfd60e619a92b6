"""What is read of roles that are passed on by a link: the team, the link, the question, the yes."""

from collections.abc import Sequence
from typing import assert_never

from xinno_core.languages import LanguageMap
from xinno_core.models import Role
from xinno_core.services.access import Access
from xinno_core.services.role_invites import (
    MOST_NAMES,
    HasRole,
    Invited,
    OfferLost,
    RoleOffer,
    RoleTaken,
    TakeOutcome,
    Team,
)
from xinno_core.texts.actions import InviteRole, OpenDesk, OpenMenu, OpenTeam, TakeRole
from xinno_core.texts.dates import date_and_time
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.paging import short
from xinno_core.texts.translator import Html, Translator
from xinno_core.texts.welcome import menu


def teams(t: Translator, found: Sequence[Team]) -> Message:
    """Show who organises and helps in each own region, and how to bring somebody in."""
    several = len(found) > 1
    buttons = []
    for team in found:
        region = t.plain.show(team.region)
        organiser = (
            t.plain.gettext("Invite an organiser: {region}", region=region)
            if several
            else t.plain.gettext("Invite an organiser")
        )
        staff = (
            t.plain.gettext("Invite staff: {region}", region=region)
            if several
            else t.plain.gettext("Invite staff")
        )
        buttons.append(Button(short(organiser), InviteRole(team.region_id, Role.ORGANISER.value)))
        buttons.append(Button(short(staff), InviteRole(team.region_id, Role.STAFF.value)))
    parts = [
        t.gettext("<b>Your team</b>"),
        *(_team(t, team) for team in found),
        "<i>"
        + t.gettext(
            "Organisers do all that you do. Staff see the events, their numbers and the names of "
            "those who come, and change nothing."
        )
        + "</i>",
    ]
    return Message(
        "\n\n".join(parts),
        rows(*buttons, Button(t.plain.gettext("Your events"), OpenDesk())),
    )


def invited(t: Translator, made: Invited, address: str) -> Message:
    """Show the new link; it is shown once, because only its fingerprint is kept."""
    return Message(
        t.gettext(
            "<b>A link for one person</b>\nRole: {role}\nRegion: {region}\n{link}\n\n"
            "Pass it on to that person alone: whoever opens it first and says yes has the role. "
            "It works once, until {until}, and is not shown again.",
            role=role_word(t, made.role),
            region=t.plain.show(made.region),
            link=address,
            until=date_and_time(t, made.expires_at, made.zone),
        ),
        rows(
            Button(t.plain.gettext("Your team"), OpenTeam()),
            Button(t.plain.gettext("Your events"), OpenDesk()),
        ),
    )


def offer(t: Translator, found: RoleOffer) -> Message:
    """Ask whoever opened a link whether they take the role on."""
    what = (
        t.gettext(
            "Organisers make events, see who is registered, and write to them. "
            "What you read there is for this work alone."
        )
        if found.role is Role.ORGANISER
        else t.gettext(
            "Staff see the events of the region, their numbers and the names of those who come. "
            "What you read there is for this work alone."
        )
    )
    return Message(
        t.gettext(
            "<b>You are invited to work along.</b>\nRole: {role}\nRegion: {region}\n"
            "Invited by: {name}",
            role=role_word(t, found.role),
            region=t.plain.show(found.region),
            name=found.inviter,
        )
        + "\n\n"
        + what,
        rows(
            Button(t.plain.gettext("Yes, I take it on"), TakeRole(found.invite_id)),
            Button(t.plain.gettext("No, thank you"), OpenMenu()),
        ),
    )


def taken(t: Translator, outcome: TakeOutcome, access: Access) -> Message:
    """Say what came of the yes, with the commands that the role brings."""
    match outcome:
        case RoleTaken(role, region):
            return _above_menu(t, _has(t, role, region), access)
        case HasRole(role, region):
            said = t.gettext(
                "You have this role already: {role}, {region}",
                role=role_word(t, role),
                region=t.plain.show(region),
            )
            return _above_menu(t, said, access)
        case OfferLost():
            return lost(t, access)
        case _:
            assert_never(outcome)


def lost(t: Translator, access: Access) -> Message:
    """Answer a link that gives nothing, whether it is used, too old or none of ours."""
    said = t.gettext(
        "This link is no longer valid: each works for one person, once, for seven days. "
        "Please ask whoever sent it to you for a new one."
    )
    return _above_menu(t, said, access)


def role_word(t: Translator, role: Role) -> str:
    """Return the word for a role at the region's work."""
    return t.plain.gettext("Staff") if role is Role.STAFF else t.plain.gettext("Organiser")


def _has(t: Translator, role: Role, region: LanguageMap) -> str:
    return t.gettext(
        "<b>Thank you.</b> You have this role now: {role}, {region}. "
        "With /organise you see the events.",
        role=role_word(t, role),
        region=t.plain.show(region),
    )


def _above_menu(t: Translator, said: str, access: Access) -> Message:
    fresh = menu(t, access)
    return Message(said + "\n\n" + fresh.text, fresh.buttons, commands=fresh.commands)


def _team(t: Translator, team: Team) -> str:
    return Html(
        "\n".join(
            (
                Html("<b>" + t.show(team.region) + "</b>"),
                t.gettext("Organisers: {names}", names=_names(t, team.organisers)),
                t.gettext("Staff: {names}", names=_names(t, team.staff)),
            )
        )
    )


def _names(t: Translator, names: Sequence[str]) -> str:
    if not names:
        return t.plain.gettext("nobody yet")
    shown = [name or t.plain.gettext("(no name yet)") for name in names[:MOST_NAMES]]
    if len(names) > MOST_NAMES:
        more = len(names) - MOST_NAMES
        shown.append(t.plain.ngettext("and {number} more", "and {number} more", more))
    return ", ".join(shown)
