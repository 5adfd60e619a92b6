"""Having one's own data erased: what must stay as evidence leads to nobody any more."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, false, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import (
    Arrival,
    Attendance,
    Broadcast,
    BroadcastState,
    BroadcastVote,
    Dialogue,
    Enquiry,
    Event,
    EventGroup,
    Faq,
    FollowedScreen,
    GroupPost,
    Invitation,
    Notice,
    NoticeState,
    Participant,
    Practice,
    Preference,
    Registration,
    RegistrationState,
    RoleGrant,
)
from xinno_core.services import access, outbox, own_surveys, profile, registration, withdrawals
from xinno_core.services.registration import Freed

FORGOTTEN = "forgotten"
ABOUT_A_QUESTION = ("reply", "faqnew")
"""Forms of organisers whose topic names the question they are about."""


@dataclass(frozen=True)
class Forgotten:
    """The person is erased, and these places are given back."""

    freed: tuple[Freed, ...]


async def forget(session: AsyncSession, *, participant: Participant, now: datetime) -> Forgotten:
    """Erase a person: what must stay as evidence leads to nobody any more.

    Places at events that are not over go to those who wait, in the same transaction. What the
    inbox holds of this person is blanked when its row is finished; a row that came later is a new
    contact of someone unknown.
    """
    # Before an event is locked: who registers writes a person's row first, and locks then.
    await _let_others_go(session, participant)
    freed = await _free_places(session, participant, now=now)
    own = Notice.participant_id == participant.id
    await outbox.skip_waiting(session, reason=FORGOTTEN, participant_id=participant.id)
    # One that is on its way right now ends here: its sender must not write message ids back.
    await session.execute(
        update(Notice)
        .where(own, Notice.state == NoticeState.SENDING)
        .values(state=NoticeState.UNKNOWN, reason=FORGOTTEN)
    )
    await session.execute(update(Notice).where(own).values(telegram_ids=[]))
    await _untie(session, participant)
    await withdrawals.forget(session, participant)
    await session.execute(
        update(Registration)
        .where(Registration.participant_id == participant.id)
        .values(answers={}, presence=None, word=None, pair=None, channel_id=None)
    )
    for owned in (EventGroup.linked_by, GroupPost.created_by, Attendance.noted_by):
        await session.execute(
            update(owned.class_).where(owned == participant.id).values({owned.key: None})
        )
    own_tables = (Practice, Dialogue, RoleGrant, Invitation, Arrival, Preference, BroadcastVote)
    for table in (*own_tables, FollowedScreen):
        await session.execute(delete(table).where(table.participant_id == participant.id))
    # After the dialogues: who hands in a form holds its row first, and the survey's then.
    await own_surveys.forget(session, participant, now=now)
    # Nobody is left who could finish what this person was writing.
    await session.execute(
        update(Broadcast)
        .where(Broadcast.author_id == participant.id, Broadcast.state == BroadcastState.DRAFT)
        .values(state=BroadcastState.CANCELLED, content={})
    )
    await _forget_questions(session, participant)
    organisation_id = participant.organisation_id
    participant.telegram_id = None
    participant.name = None
    participant.organisation_id = None
    participant.zone = None
    participant.came_for = participant.refused_album = None
    participant.came_by = participant.came_with = None
    participant.reachable = False
    participant.forgotten_at = now
    await session.flush()
    if organisation_id is not None:
        await profile.drop_unused_organisation(session, organisation_id)
    access.record(
        session,
        actor=participant,
        verb="forget",
        subject=f"participant:{participant.id}",
        at=now,
    )
    await session.flush()
    return Forgotten(freed)


async def _let_others_go(session: AsyncSession, participant: Participant) -> None:
    """Let nobody be about to come with this person, or to write a word about them."""
    found = await session.scalars(
        select(Registration.id).where(Registration.participant_id == participant.id)
    )
    ids = found.all()
    await session.execute(
        update(Participant).where(Participant.came_with.in_(ids)).values(came_with=None)
    )
    words = [Dialogue.topic.startswith(f"word.{number}.", autoescape=True) for number in ids]
    await session.execute(delete(Dialogue).where(or_(false(), *words)))


async def _forget_questions(session: AsyncSession, participant: Participant) -> None:
    """Erase what the person asked, with its answers; what they answered stays, without them."""
    own = Enquiry.participant_id == participant.id
    asked = (await session.scalars(select(Enquiry.id).where(own))).all()
    topics = [f"{feature}.{number}" for feature in ABOUT_A_QUESTION for number in asked]
    # What an organiser is about to write in answer may name the person.
    await session.execute(delete(Dialogue).where(Dialogue.topic.in_(topics)))
    await session.execute(delete(Enquiry).where(own))
    await session.execute(
        update(Enquiry).where(Enquiry.answered_by == participant.id).values(answered_by=None)
    )
    await session.execute(
        update(Faq).where(Faq.created_by == participant.id).values(created_by=None)
    )


async def _untie(session: AsyncSession, participant: Participant) -> None:
    """Let nobody stay tied to this person."""
    tied = await session.scalars(
        select(Registration.pair).where(
            Registration.participant_id == participant.id, Registration.pair.is_not(None)
        )
    )
    await session.execute(
        update(Registration).where(Registration.pair.in_(tied.all())).values(pair=None)
    )


async def _free_places(
    session: AsyncSession, participant: Participant, *, now: datetime
) -> tuple[Freed, ...]:
    """Give back what the person holds at events that are not over, as if they had pressed it."""
    held = await session.scalars(
        select(Registration.event_id)
        .join(Event, Event.id == Registration.event_id)
        .where(
            Registration.participant_id == participant.id,
            Registration.state != RegistrationState.CANCELLED,
            Event.ends_at > now,
        )
        .order_by(Registration.event_id)  # locks are taken in this order everywhere
    )
    freed = []
    for event_id in held.all():
        outcome = await registration.free_place(
            session, participant=participant, event_id=event_id, now=now
        )
        if isinstance(outcome, Freed):
            freed.append(outcome)
    return tuple(freed)
