"""One's own data, to see and to take along: everything, and nothing of anybody else.

Each section is read where its aggregate is: the person, their registrations, what they said, what
they did for events. A section that is new is a field here and a line in read_my_data.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, time
from enum import Enum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import Participant
from xinno_core.services import my_answers, my_person, my_registrations, my_work, preferences
from xinno_core.services.preferences import Preferences

SCHEMA = 1
"""Version of the shape of the file that a person can download."""


@dataclass(frozen=True)
class MyData:
    """Everything that is stored about one person."""

    read_at: datetime
    profile: my_person.MyProfile
    consents: tuple[my_person.MyConsent, ...]
    preferences: Preferences
    registrations: tuple[my_registrations.MyRegistration, ...]
    exercises: tuple[my_answers.MyPractice, ...]
    surveys_taken_part_in: tuple[my_answers.MySurvey, ...]
    messages: tuple[my_person.MyMessage, ...]
    roles: tuple[my_work.MyRole, ...]
    invitations: tuple[my_work.MyInvitation, ...]
    arrivals: tuple[my_registrations.MyArrival, ...]
    pictures_stopped: tuple[my_registrations.MyMark, ...]
    unfinished_forms: tuple[my_person.MyForm, ...]
    enquiries: tuple[my_answers.MyEnquiry, ...]
    votes: tuple[my_answers.MyVote, ...]
    announcements: tuple[my_work.MyAnnouncement, ...]
    actions: tuple[my_work.MyAction, ...]


async def read_my_data(session: AsyncSession, *, participant: Participant, now: datetime) -> MyData:
    """Return everything that is stored about this person, and nothing of anybody else."""
    return MyData(
        read_at=now,
        profile=await my_person.read_profile(session, participant),
        consents=await my_person.read_consents(session, participant),
        preferences=await preferences.read(session, participant),
        registrations=await my_registrations.read_registrations(session, participant),
        exercises=await my_answers.read_exercises(session, participant),
        surveys_taken_part_in=await my_answers.read_surveys(session, participant),
        messages=await my_person.read_messages(session, participant),
        roles=await my_work.read_roles(session, participant),
        invitations=await my_work.read_invitations(session, participant),
        arrivals=await my_registrations.read_arrivals(session, participant),
        pictures_stopped=await my_registrations.read_marks(session, participant),
        unfinished_forms=await my_person.read_forms(session, participant),
        enquiries=await my_answers.read_enquiries(session, participant),
        votes=await my_answers.read_votes(session, participant),
        announcements=await my_work.read_announcements(session, participant),
        actions=await my_work.read_actions(session, participant),
    )


def plain(data: MyData) -> dict[str, Any]:
    """Return the data as the file holds it: values that JSON knows, under a version."""
    return {"schema": SCHEMA, **_plain(dataclasses.asdict(data))}


def _plain(value: Any) -> Any:  # noqa: ANN401 (JSON values)
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, AbstractSet):
        return sorted(_plain(one) for one in value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(one) for one in value]
    if isinstance(value, (datetime, time)):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value
