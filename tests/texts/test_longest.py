"""Every message with the longest values a format or a person may give, as Telegram takes it.

Nothing is looked at from outside: each is sent through python-telegram-bot to the simulator, which
parses the markup, counts UTF-16 units and bytes, and refuses what Telegram would refuse.
"""

import dataclasses
import functools
import html
import importlib
import inspect
import pkgutil
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any, get_type_hints

import pytest
from telegram import Bot

from bot.simulator.request import SimulatorRequest
from bot.simulator.state import Simulator
from bot.telegram import render
from handlers.chat.buttons import pack
from handlers.routes import PRESSES
from tests.support.world import TOKEN
from tests.texts import (
    announcement_screens,
    export_screens,
    figure_screens,
    group_screens,
    journey_screens,
    ledger_screens,
    media_screens,
    result_screens,
    steering_screens,
    survey_guest_screens,
)
from xinno_core import texts as package
from xinno_core.library.library import exercises
from xinno_core.models import (
    Cause,
    EnquiryKind,
    EnquiryState,
    EventState,
    NoticeClass,
    NoticeKind,
    NoticeState,
    Presence,
    Purpose,
    RegistrationState,
    Role,
    SurveyMode,
    Topic,
)
from xinno_core.services import (
    approvals,
    asking,
    cancelling,
    channels,
    copying,
    drafting,
    enquiry_desk,
    enquiry_drafts,
    faq_desk,
    keeping,
    limits,
    moving,
    own_surveys,
    people,
    queue,
    role_invites,
    survey_visits,
    wording,
)
from xinno_core.services import enquiries as enquiring
from xinno_core.services import registration as registering
from xinno_core.services import surveys as surveying
from xinno_core.services import workshops as workshops_service
from xinno_core.services.access import Access
from xinno_core.services.answers import OwnAnswers
from xinno_core.services.backgrounds import Asker, DueNotice
from xinno_core.services.broadcast_progress import Turn
from xinno_core.services.broadcast_ticks import Stop
from xinno_core.services.calendar import (
    CalendarFile,
    Entry,
    NothingToPut,
    NothingToTakeOut,
    NotThere,
)
from xinno_core.services.cards import NOTHING_AROUND, Around
from xinno_core.services.catching_up import MOST_ALSO
from xinno_core.services.changes import Told
from xinno_core.services.choices import Choice as WorkshopChoice
from xinno_core.services.choices import Choices
from xinno_core.services.contents import Content, PollPart, TextPart
from xinno_core.services.differences import SessionStand, Stand, difference
from xinno_core.services.drafting import FormatChoice
from xinno_core.services.enquiry_cards import EnquiryCard
from xinno_core.services.events import EventCard, EventPage, RegionChoice, RoleChoice, Seats, Slot
from xinno_core.services.exercises import Sheet
from xinno_core.services.faq import FaqPage, Hit
from xinno_core.services.form_standing import Asking
from xinno_core.services.my_answers import MySurvey
from xinno_core.services.my_data import MyData
from xinno_core.services.my_person import MyMessage, MyProfile
from xinno_core.services.my_registrations import MyRegistration, MySession
from xinno_core.services.open_surveys import OpenSurvey
from xinno_core.services.organising import Board, Count, DeskPage
from xinno_core.services.preferences import PRESETS, Hours, Preferences, Standing
from xinno_core.services.privacy import Forgotten
from xinno_core.services.questions import Audience, Field, FieldKind, Form, Option, Problem
from xinno_core.services.quiet import WITHOUT_END
from xinno_core.services.registration import Freed
from xinno_core.services.standings import EventOver, Own
from xinno_core.texts import (
    answers,
    calendar,
    changes,
    events,
    forms,
    notices,
    organising,
    pairs,
    places,
    privacy,
    registration,
    settings,
    steering,
    surveys,
    welcome,
    workshops,
)
from xinno_core.texts import (
    channels as channel_texts,
)
from xinno_core.texts import (
    copying as copying_texts,
)
from xinno_core.texts import (
    enquiries as enquiry_texts,
)
from xinno_core.texts import (
    enquiry_desk as desk_texts,
)
from xinno_core.texts import (
    exercises as exercise_texts,
)
from xinno_core.texts import (
    faq as faq_texts,
)
from xinno_core.texts import (
    limits as limit_texts,
)
from xinno_core.texts import (
    moving as moving_texts,
)
from xinno_core.texts import own_surveys as own_survey_texts
from xinno_core.texts import (
    people as people_texts,
)
from xinno_core.texts import (
    person as person_texts,
)
from xinno_core.texts import (
    queue as queue_texts,
)
from xinno_core.texts import (
    role_invites as role_texts,
)
from xinno_core.texts import (
    wording as wording_texts,
)
from xinno_core.texts.message import Document, Message
from xinno_core.texts.translator import Translator, translator

LANGUAGES = ("en", "it", "de")
LONG_WINDED = ("en", "de", "pl")
"""Languages tried in every run: the source, and the two with the longest sentences."""
NOW = datetime(2027, 3, 8, 9, tzinfo=UTC)
BIGGEST = 999_999_999
"""The highest number that a button takes back."""

# No markup and no placeholder for an author's check, and as bad as that allows: signs that HTML
# gives a meaning to, one that counts double, an accent of its own, both directions of writing.
HOSTILE = "</>&<\N{STADIUM}e\u0302 \N{HEBREW LETTER SHIN}\u200f\u202e\"'`_*[]{"
KEY, SHORT_KEY, LINK_KEY = "k" * 64, "r" * 32, "e" * 48


def text(most: int) -> str:
    """The worst text of so many characters, ending in a sign that must not be cut off alone."""
    return (HOSTILE * most)[: most - 1] + "<"


def every(most: int) -> dict[str, str]:
    """The worst text in each language."""
    return dict.fromkeys(LANGUAGES, text(most))


def card(**more: Any) -> EventCard:  # noqa: ANN401 (fields)
    """An event as long as a blueprint may make it."""
    roles = tuple(RoleChoice(f"{SHORT_KEY[:-1]}{n}", every(40), n > 0) for n in range(10))
    made = EventCard(
        id=BIGGEST,
        key=LINK_KEY,
        format="transborder",
        title=every(120),
        summary=every(800),
        programme=every(1500),
        place={
            "name": text(120),
            "address": text(120),
            "directions": every(800),
            "latitude": 50.8,
            "longitude": 12.9,
        },
        roles=roles,
        lead_language="de",
        languages=LANGUAGES,
        starts_at=NOW + timedelta(days=10),
        ends_at=NOW + timedelta(days=24),
        zone="America/Argentina/ComodRivadavia",
        registration_closes_at=NOW + timedelta(days=9),
        state=EventState.PUBLISHED,
        schedule_revision=BIGGEST,
        calendar_sequence=BIGGEST,
        is_demo=True,
        series_id=BIGGEST,
        answers_close_at=NOW + timedelta(days=9),
        offers_paused=True,
        region=every(120),
        organiser=text(120),
        contact=text(120),
        limits=tuple(
            Seats(every(40), tuple(role.key for role in roles), 100_000, 100_000 - n)
            for n in range(20)
        ),
    )
    return dataclasses.replace(made, **more)


CARD = card()
ELSEWHERE = card(  # readable in none of the reader's languages
    title={"sk": text(120)},
    summary={"sk": text(800)},
    programme={"sk": text(1500)},
    lead_language="sk",
    languages=("sk",),
)
DRAFT, CANCELLED = card(state=EventState.DRAFT), card(state=EventState.CANCELLED)
BOTH = Access(organised=frozenset({1}), led=frozenset({1}))
COUNTS = tuple(Count(role.key, state, 99_999) for role in CARD.roles for state in RegistrationState)
BOARD = Board(CARD, COUNTS, is_over=False)
DRAFTED = Board(DRAFT, (), is_over=False)
LINKS = tuple(
    (key, f"https://t.me/{'b' * 32}?start={'i' * 64}")
    for key in ("", *(role.key for role in CARD.roles))
)
OPTIONS = tuple(Option(f"{SHORT_KEY[:-1]}{n}", every(40)) for n in range(10))
TOPICS = (
    "profile",
    f"reg.{BIGGEST}.{SHORT_KEY}",
    f"survey.{BIGGEST}",
    f"note.{SHORT_KEY}",
    f"new.{BIGGEST}",
    f"move.{BIGGEST}",
    f"announce.{BIGGEST}",
    f"answers.{BIGGEST}",
    f"word.{BIGGEST}.{BIGGEST}.yes",
    f"seats.{BIGGEST}",
    f"text.{BIGGEST}.en.session-{BIGGEST}-summary",
    f"channel.{BIGGEST}",
    f"ask.{BIGGEST}.{BIGGEST}",
    f"faqnew.{BIGGEST}",
)


def own(state: RegistrationState, of: EventCard = CARD) -> Own:
    """A registration in a state."""
    return Own(of, state, SHORT_KEY, 99_999, NOW + timedelta(days=1), Presence.LATE)


OWNED = tuple(own(state) for state in RegistrationState)


STAYS = copying.Left(BIGGEST, BIGGEST, BIGGEST, BIGGEST)


def due(kind: NoticeKind, language: str, **more: Any) -> DueNotice:  # noqa: ANN401 (fields)
    """A notice with all it can hold."""
    made = DueNotice(
        id=BIGGEST,
        participant_id=BIGGEST,
        telegram_id=BIGGEST,
        language=language,
        tone="formal",
        kind=kind,
        params={
            "until": NOW.isoformat(),
            "closes": NOW.isoformat(),
            "exercise": next(iter(exercises())),
            "survey_id": BIGGEST,
            "wave": 99,
            "people": 99_999,
            "mode": "anonymous",
            "broadcast_id": BIGGEST,
            "draft_key": "f" * 16,
            "writer": "de",
            "rule_id": BIGGEST,
            "due_at": NOW.isoformat(),
            "reason": Stop.FAILING.value,
            "revision": BIGGEST,
            "was": WAS.to_params(),
            "now": IS.to_params(SESSIONS),
            "is_chosen": True,
            "clashes": {str(key): [*SESSIONS] for key in SESSIONS},
        },
        now=NOW,
        card=CARD,
        text=every(1500),
        lead="de",
        survey_id=BIGGEST,
        survey_title=every(120),
        survey_minutes=99,
        survey_closes_at=NOW,
        reminds=True,
        figures=steering_screens.FIGURES,
        author=text(80),
        content=Content(
            (TextPart(html.escape(text(1500))), PollPart(text(300), (text(100),) * 10))
        ),
        content_language="de",
        next_card=CARD,
        enquiry=ENQUIRY,
        showing=media_screens.BRINGS,
        withdrawal=media_screens.WITHDRAWN,
        a_day_later=99_999,
        asker=Asker(BIGGEST, text(120), text(200), CARD.roles[1].key),
        word=text(500),
    )
    return dataclasses.replace(made, **more)


def field(kind: FieldKind, **more: Any) -> Field:  # noqa: ANN401 (fields)
    limits = {"least_choices": 2, "most_choices": 10, "earliest": "2027-09-22"}
    return Field(
        SHORT_KEY,
        kind,
        text=every(300),
        options=OPTIONS,
        low=every(40),
        high=every(40),
        may_refuse=True,
        **{**limits, "latest": "2027-09-29", **more},
    )


SAID = (None, True, False)
"""What can have been said to a question of consent."""


HOUSE_FIELDS = tuple(
    Field(key, FieldKind.TEXT, required=required, hint=hint, kept=kept, source=text(2000))
    for key, hint in (
        ("profile_name", ""),
        ("profile_organisation", ""),
        ("profile_type", ""),
        ("profile_sector", ""),
        ("reflection", text(300)),
        ("new_title.de", "de"),
        ("new_place", ""),
        ("new_address", ""),
        ("new_room", ""),
        ("new_link", ""),
        (f"new_seats.{SHORT_KEY}", text(40)),
        ("limit_seats", text(40)),
        ("quiet_hours", ""),
        ("channel_name", ""),
        ("word_yes", ""),
        ("word_no", ""),
        ("ask_text", ""),
        ("reply_text", ""),
        ("faq_scope", ""),
        ("faq_question_de", "de"),
        ("faq_answer_de", "de"),
        ("wording_title", "de"),
        ("wording_summary", "de"),
        ("wording_programme", "de"),
        ("wording_directions", "de"),
    )
    for required in (True, False)
    for kept in ("", text(120))
) + tuple(
    Field(key, FieldKind.WALL_TIME, required=False, hint=text(120), kept=kept)
    for key, kept in (
        ("new_starts", ""),
        ("new_starts", "2027-09-25 18:00"),
        ("slot_starts", "2027-09-25 18:00"),
    )
)
RETOLD = Field("faq_question_de", FieldKind.TEXT, hint="de", source=text(2000), is_retold=True)
STANDINGS = (
    Standing({}, Preferences(), NOW, "Europe/Berlin", ""),
    Standing(
        dict.fromkeys(Purpose, True),
        Preferences(3, Hours(time(20), time(8)), NOW + timedelta(days=14), frozenset(Topic)),
        NOW,
        "Europe/Berlin",
    ),
    Standing(
        dict.fromkeys(Purpose, False),
        Preferences(0, PRESETS["none"], WITHOUT_END),
        NOW,
        "Europe/Berlin",
        "GS",
    ),
)
OPEN_SURVEYS = (
    OpenSurvey(BIGGEST, every(120), "en", NOW, "Europe/Berlin", is_begun=True, is_answered=False),
)
MY_DATA = MyData(
    read_at=NOW,
    profile=MyProfile(2**52, text(80), text(120), "sme", "creative", "DE", "de", None, NOW, NOW),
    consents=(),
    preferences=Preferences(muted=frozenset(Topic)),
    registrations=tuple(
        MyRegistration(
            LINK_KEY,
            text(120),
            NOW,
            text(40),
            state,
            Presence.LATE,
            NOW,
            NOW,
            NOW,
            (),
            sessions=(MySession(text(120), state, 99_999, NOW),) * 40,
        )
        for state in RegistrationState
        for _ in range(5)
    ),
    exercises=(),
    pictures_stopped=(),
    surveys_taken_part_in=tuple(
        MySurvey(
            LINK_KEY,
            text(120),
            is_sealed=sealed,
            was_destroyed=destroyed,
            is_linked=False,
            answers=said,
        )
        for sealed, destroyed, said in (
            (True, False, None),
            (False, True, None),
            (False, False, None),
            (False, False, ()),
        )
    )
    * 5,
    messages=tuple(
        MyMessage("reminder", LINK_KEY, NoticeState.SENT, None, NOW, NOW) for _ in range(50)
    ),
    roles=(),
    invitations=(),
    arrivals=(),
    unfinished_forms=(),
    enquiries=(),
    votes=(),
    announcements=(),
    actions=(),
)
PLACE = {"name": text(120), "address": text(120), "room": text(120), "link": text(300)}
SESSIONS = {
    number: SessionStand(every(120), NOW, NOW + timedelta(days=1), {"room": text(120)})
    for number in range(1, 41)
}
WAS = Stand(NOW, NOW + timedelta(days=2), PLACE, SESSIONS)
IS = Stand(
    NOW + timedelta(days=30),
    NOW + timedelta(days=33),
    {part: "x" + value[1:] for part, value in PLACE.items()},
    {
        number: dataclasses.replace(
            one,
            starts_at=one.starts_at + timedelta(hours=number),
            ends_at=one.ends_at + timedelta(hours=number),
            place={"room": "x" * 120},
        )
        for number, one in SESSIONS.items()
    },
)
TOLD = Told(dict.fromkeys(RegistrationState, 99_999), 99_999, 99_999)
EFFECT = moving.Effect(TOLD, 40, 40, 99_999, 99_999, 99_999)
CANCELLING = cancelling.CancelEffect(TOLD, 40, 99_999, 99_999)
MOVE = moving.MovePreview(
    board=BOARD,
    slot=None,
    what=difference(WAS, IS, "Europe/Berlin"),
    effect=EFFECT,
    topic=f"move.{BIGGEST}",
    question_count=4,
    draft_key="f" * 16,
)
ENDS_LATER = dataclasses.replace(
    MOVE,
    what=difference(WAS, dataclasses.replace(IS, starts_at=WAS.starts_at), "Europe/Berlin"),
)
TIME_AGAIN = Asking(
    Form(
        f"slot.{BIGGEST}.{BIGGEST}",
        (
            Field(
                "slot_starts",
                FieldKind.WALL_TIME,
                required=False,
                hint=text(120),
                kept="2027-03-18 18:00",
                zone="Europe/Berlin",
                not_before=NOW,
            ),
        ),
        Audience.EVERYONE,
    ),
    0,
    problem=Problem.BEFORE_FIRST_DAY,
    known="2027-03-17T18:00",
)
SLOT = Slot(
    id=BIGGEST,
    key=KEY,
    title=every(120),
    summary=every(800),
    by_choice=True,
    roles=(),
    place={"room": text(120)},
    starts_at=NOW,
    ends_at=NOW + timedelta(hours=1),
)
WITH_SLOTS = card(
    slots=(dataclasses.replace(SLOT, by_choice=False), SLOT) * 20,
    place={**PLACE, "link": "https://" + "a" * 200},
)
AROUND = Around(
    target="",
    next_card=CARD,
    chosen=tuple((SLOT, state) for state in RegistrationState) * 6,
    has_answers=True,
    may_take_now=True,
    may_invite=True,
    is_asked=True,
)
AFTER = dataclasses.replace(AROUND, is_closed=True, is_over=True)
CHOICES = Choices(
    WITH_SLOTS,
    may_choose=True,
    choices=tuple(
        WorkshopChoice(SLOT, free, 99_999, state, 99_999, NOW, is_open, may_take_now=True)
        for state in (None, *RegistrationState)
        for free, is_open in ((0, True), (1, True), (None, False))
    ),
)
CHOSEN: tuple[workshops_service.ChooseOutcome, ...] = (
    workshops_service.Chosen(SLOT),
    workshops_service.ChoiceWaits(SLOT, 99_999, every(40)),
    workshops_service.Overlaps(SLOT, (SLOT,) * 5),
    workshops_service.Overlaps(SLOT, (SLOT,), is_offered=True),
    *(workshops_service.AlreadyChosen(SLOT, state, 99_999) for state in RegistrationState),
    workshops_service.ChoiceClosed(SLOT),
    workshops_service.NeedsPlace(SLOT),
    workshops_service.OfferGone(SLOT),
    workshops_service.NoSuchSession(),
)
LEFT: tuple[workshops_service.LeaveOutcome, ...] = (
    *(workshops_service.Left(SLOT, state) for state in RegistrationState),
    workshops_service.NothingToLeave(SLOT),
    workshops_service.ChoiceClosed(SLOT),
)
ANSWERED = tuple(
    (Field(SHORT_KEY, kind, text=every(300), options=OPTIONS), answer)
    for kind, answer in (
        (FieldKind.TEXT, text(500)),
        (FieldKind.NUMBER, 99_999),
        (FieldKind.MULTIPLE, [option.key for option in OPTIONS]),
        (FieldKind.YES_NO, "yes"),
        (FieldKind.TEXT, None),
    )
)
SESSION_MOVE = dataclasses.replace(MOVE, slot=SLOT, topic=f"slot.{BIGGEST}.{BIGGEST}")
ENTRIES = (Entry(CARD, BIGGEST, None, BIGGEST),)
REGIONS = tuple(RegionChoice(BIGGEST - n, every(120), 99_999) for n in range(10))
PAGE = EventPage((CARD, ELSEWHERE, CANCELLED) * 2, 1, 3, REGIONS, REGIONS[0])

ABOUT_EVENT = asking.Place(BIGGEST, every(120), text(120), text(120), BIGGEST, every(120), "de")
ABOUT_REGION = dataclasses.replace(ABOUT_EVENT, event_id=0, title=None)
KEPT = enquiry_drafts.Kept(text(2000), "f" * 16, (ABOUT_EVENT, ABOUT_REGION) * 2)
HIT = Hit(BIGGEST, every(200), every(700))
ENQUIRY = EnquiryCard(
    id=BIGGEST,
    region_id=BIGGEST,
    region=every(120),
    organiser=text(120),
    tone="formal",
    zone="America/Argentina/ComodRivadavia",
    event_id=BIGGEST,
    title=every(120),
    lead="de",
    name=text(80),
    organisation=text(120),
    text=text(2000),
    language="de",
    message_id=None,
    kind=EnquiryKind.NEED,
    state=EnquiryState.ANSWERED,
    answer=text(2000),
    answered_by=text(80),
    created_at=NOW - timedelta(days=999),
    answered_at=NOW,
)
UNSORTED = dataclasses.replace(
    ENQUIRY,
    event_id=None,
    title=None,
    name="",
    organisation="",
    kind=None,
    state=EnquiryState.OPEN,
    answer=None,
    answered_by="",
)
ENQUIRIES = (
    ENQUIRY,
    UNSORTED,
    dataclasses.replace(ENQUIRY, kind=None, answered_by=""),
    dataclasses.replace(ENQUIRY, state=EnquiryState.CLOSED),
    dataclasses.replace(UNSORTED, state=EnquiryState.CLOSED),
)
ENTRY = faq_desk.Entry(
    BIGGEST,
    every(120),
    BIGGEST,
    every(120),
    "de",
    (*LANGUAGES, "sk"),
    every(200),
    every(700),
    99_999,
    99_999,
)
PEOPLE = people.PeoplePage(
    CARD,
    tuple(
        people.Line(BIGGEST, text(80), text(120), CARD.roles[1].key, RegistrationState.OFFERED)
        for _ in range(people.PAGE)
    ),
    None,
    None,
    1,
    3,
    99_999,
    COUNTS,
)
PERSON = people.Person(
    card=CARD,
    registration_id=BIGGEST,
    revision=BIGGEST,
    name=text(80),
    organisation=text(120),
    organisation_type="sme",
    role=CARD.roles[1].key,
    state=RegistrationState.REQUESTED,
    since=NOW,
    number=99_999,
    offered_until=NOW,
    word=text(500),
    channel=text(60),
    companion=text(80),
    answers=tuple(people.Answered(field(FieldKind.TEXT), text(500)) for _ in range(10)),
    chosen=tuple(people.Chosen(SLOT, RegistrationState.WAITLISTED, 99_999) for _ in range(10)),
    steps=tuple(
        people.Step(NOW, RegistrationState.OFFERED, cause, 99_999, slot)
        for cause in Cause
        for slot in (None, SLOT)
    ),
    may_decide=True,
)
WAITING = queue.WaitingPage(
    CARD,
    tuple(
        queue.Waiting(BIGGEST, text(80), CARD.roles[1].key, 99_999, None, full, together=True)
        for full in ((every(40),) * 3, ())
        for _ in range(queue.PAGE // 2)
    ),
    1,
    3,
    99_999,
)
SEATS = limits.SeatBoard(
    CARD,
    tuple(
        limits.LimitStand(BIGGEST, every(40), None, 99_999, 99_999, 99_999, 99_999, 99_999)
        for _ in range(20)
    ),
    may_change=True,
)
TEXTS = wording.TextDesk(
    CARD,
    tuple(
        wording.EventText(f"session-{BIGGEST}-title", kind, every(most), LANGUAGES, most, session)
        for session in (None, *(every(120),) * 20)
        for kind, most in wording.OF_THE_EVENT.items()
    ),
)
CHANNELS = channels.LinkDesk(
    CARD,
    tuple(
        channels.ChannelStand(BIGGEST, text(60), "c" * 16, 99_999, 99_999, 99_999)
        for _ in range(channels.MOST_CHANNELS)
    ),
)
TEAM = role_invites.Team(BIGGEST, every(120), (text(80),) * 30, (text(80),) * 30)

Shown = Message | tuple[Message, ...]
Make = Callable[[Translator], Shown]


def _screens() -> dict[Callable[..., Shown], list[Make]]:
    """Each function that makes a message, with each shape of what it is given."""
    registered = registration.register_outcome
    return {
        **announcement_screens.screens(CARD),
        **export_screens.screens(CARD),
        **figure_screens.screens(CARD),
        **group_screens.screens(CARD),
        **survey_guest_screens.screens(every(120), BIGGEST, NOW),
        **journey_screens.screens(CARD, due),
        **ledger_screens.screens(CARD),
        **media_screens.screens(CARD, due),
        **result_screens.screens(CARD, due(NoticeKind.SURVEY_RESULTS, "de")),
        **steering_screens.screens(CARD),
        steering.done: [_about(steering.done, NoticeKind.BROADCAST_DONE)],
        steering.second_asked: [_about(steering.second_asked, NoticeKind.BROADCAST_SECOND)],
        steering.stopped: [
            _about(steering.stopped, NoticeKind.BROADCAST_STOPPED, reason=reason)
            for reason in (*Stop, Turn.SECONDED, Turn.SENT_BACK)
        ],
        calendar.file_outcome: [
            lambda t: calendar.file_outcome(
                CalendarFile(CARD, ENTRIES, takes_out=False), t, now=NOW
            ),
            lambda t: calendar.file_outcome(
                CalendarFile(CARD, ENTRIES, takes_out=True), t, now=NOW
            ),
            lambda t: calendar.file_outcome(NothingToPut(CARD), t, now=NOW),
            lambda t: calendar.file_outcome(NothingToTakeOut(CARD), t, now=NOW),
            lambda t: calendar.file_outcome(NotThere(), t, now=NOW),
        ],
        calendar.subscription: [
            lambda t: calendar.subscription(t, "https://" + "a" * 200, revision=BIGGEST),
            lambda t: calendar.subscription(t, "https://a", revision=BIGGEST, is_new=True),
        ],
        events.event_list: [
            lambda t: events.event_list(t, EventPage((), 0, 1)),
            lambda t: events.event_list(t, PAGE),
        ],
        events.event_card: [
            *(_event_card(one, None) for one in (CARD, ELSEWHERE, CANCELLED)),
            _event_card(CARD, None, Around(is_closed=True)),
            _event_card(CARD, None, Around(kept=frozenset(one.id for one in CARD.limits))),
            *(_event_card(one.card, one) for one in OWNED),
            *(_event_card(WITH_SLOTS, one, AROUND) for one in (None, *OWNED)),
            *(
                _event_card(one, own(RegistrationState.CONFIRMED, one), AFTER)
                for one in (WITH_SLOTS, CANCELLED)
            ),
        ],
        events.my_registrations: [
            lambda t: events.my_registrations(t, ()),
            lambda t: events.my_registrations(t, OWNED * 5),
            lambda t: events.my_registrations(t, OWNED, OPEN_SURVEYS * 8),
        ],
        exercise_texts.card: [_exercise(key) for key in exercises()],
        exercise_texts.sheet: [
            _sheet(Sheet(key, option.key, has_reflection, is_done))
            for key, one in exercises().items()
            for option in one.quiz.options
            for has_reflection, is_done in ((False, False), (False, True), (True, True))
        ],
        enquiry_texts.choice: [
            lambda t: enquiry_texts.choice(t, ()),
            lambda t: enquiry_texts.choice(t, (ABOUT_EVENT, ABOUT_REGION) * 5),
        ],
        enquiry_texts.address: [
            lambda t: enquiry_texts.address(t, KEPT, f"ask.{BIGGEST}.0"),
        ],
        enquiry_texts.preview: [
            _question(place, name, hits)
            for place in (ABOUT_EVENT, ABOUT_REGION)
            for name, hits in (("", ()), (text(80), (HIT,)), (text(80), (HIT,) * 3))
        ],
        enquiry_texts.sent: [
            lambda t: enquiry_texts.sent(t, enquiring.Sent(ABOUT_EVENT)),
            lambda t: enquiry_texts.sent(t, enquiring.NobodyThere(ABOUT_REGION)),
            lambda t: enquiry_texts.sent(t, enquiry_drafts.NothingToSend(ABOUT_REGION)),
            lambda t: enquiry_texts.sent(t, asking.TooManyOpen(5)),
            lambda t: enquiry_texts.sent(t, asking.TooManyToday(10)),
        ],
        enquiry_texts.nothing_to_send: [lambda t: enquiry_texts.nothing_to_send(t, ABOUT_EVENT)],
        enquiry_texts.refused: [lambda t: enquiry_texts.refused(t, asking.TooManyOpen(5))],
        enquiry_texts.answered_by_faq: [enquiry_texts.answered_by_faq],
        enquiry_texts.answer: [lambda t: enquiry_texts.answer(t, ENQUIRY)],
        enquiry_texts.helped: [
            lambda t: enquiry_texts.helped(t, ENQUIRY),
            lambda t: enquiry_texts.helped(t, UNSORTED),
        ],
        enquiry_texts.not_helped: [lambda t: enquiry_texts.not_helped(t, ENQUIRY)],
        desk_texts.asked: [
            lambda t: desk_texts.asked(t, ENQUIRY),
            lambda t: desk_texts.asked(t, UNSORTED),
        ],
        desk_texts.enquiry: [_enquiry(one) for one in ENQUIRIES],
        desk_texts.done: [
            _done(outcome(one))
            for one in ENQUIRIES
            for outcome in (
                enquiry_desk.Answered,
                enquiry_desk.AnsweredBefore,
                enquiry_desk.ClosedNow,
                enquiry_desk.NothingToClose,
                enquiry_desk.Sorted,
            )
        ],
        desk_texts.sorting: [lambda t: desk_texts.sorting(t, ENQUIRY)],
        desk_texts.enquiries: [_enquiries(shown) for shown in enquiry_desk.Shown],
        faq_texts.faq: [
            lambda t: faq_texts.faq(t, FaqPage(CARD, (HIT,) * 4, 1, 3)),
            lambda t: faq_texts.faq(t, FaqPage(CARD, (), 0, 1)),
        ],
        faq_texts.entries: [
            lambda t: faq_texts.entries(
                t, faq_desk.EntryPage(BIGGEST, every(120), "de", (ENTRY,) * 8, 1, 3)
            ),
            lambda t: faq_texts.entries(t, faq_desk.EntryPage(0, None, "en", (), 0, 1)),
        ],
        faq_texts.entry: [lambda t: faq_texts.entry(t, ENTRY)],
        faq_texts.saved: [lambda t: faq_texts.saved(t, ENTRY)],
        faq_texts.ask_remove: [lambda t: faq_texts.ask_remove(t, ENTRY)],
        faq_texts.removed: [lambda t: faq_texts.removed(t, ENTRY)],
        forms.question: [
            *(_asking(field(kind), topic) for kind in FieldKind for topic in TOPICS),
            *(_asking(one, "profile") for one in (*HOUSE_FIELDS, RETOLD)),
            *(_known(one, answer) for one, answer in ANSWERED),
            *(_asking(field(FieldKind.TEXT), "profile", problem=one) for one in Problem),
            *(_asking(field(FieldKind.TEXT), "profile", audience=one) for one in Audience),
        ],
        copying_texts.copied: [
            lambda t: copying_texts.copied(t, copying.Copied(CARD, CARD, 99, 99, 99, STAYS)),
        ],
        changes.changed: [_changed(state) for state in RegistrationState],
        changes.keep_outcome: [
            *(_kept(state) for state in RegistrationState),
            lambda t: changes.keep_outcome(t, keeping.ChangedAgain(CARD, BIGGEST)),
            lambda t: changes.keep_outcome(t, keeping.NothingToKeep(None)),
            lambda t: changes.keep_outcome(t, keeping.NothingToKeep(CARD)),
            lambda t: changes.keep_outcome(t, keeping.NothingToKeep(CANCELLED)),
        ],
        changes.silent: [
            lambda t: changes.silent(
                t,
                keeping.SilentPage(
                    CARD, (keeping.Silent(text(120), text(200)),) * keeping.PAGE, 99_999, 1, 3
                ),
            ),
            lambda t: changes.silent(t, keeping.SilentPage(CARD, (), 0, 0, 1)),
        ],
        moving_texts.choice: [
            lambda t: moving_texts.choice(t, moving.Choice(BOARD, (SLOT,) * 40)),
        ],
        moving_texts.move_preview: [
            lambda t: moving_texts.move_preview(t, MOVE),
            lambda t: moving_texts.move_preview(t, SESSION_MOVE),
            lambda t: moving_texts.move_preview(t, moving.NothingMoves(BOARD)),
            lambda t: moving_texts.move_preview(t, TIME_AGAIN),
            lambda t: moving_texts.move_preview(t, ENDS_LATER),
            lambda t: moving_texts.move_preview(t, moving.PreviewOutdated(BOARD)),
        ],
        moving_texts.move_outcome: [
            lambda t: moving_texts.move_outcome(t, moving.Moved(BOARD, EFFECT)),
            lambda t: moving_texts.move_outcome(t, moving.StartsInPast(BOARD)),
            lambda t: moving_texts.move_outcome(t, moving.BeforeFirstDay(BOARD)),
            lambda t: moving_texts.move_outcome(t, moving.PreviewOutdated(BOARD)),
        ],
        moving_texts.ask_cancel: [
            lambda t: moving_texts.ask_cancel(t, cancelling.CancelPreview(BOARD, CANCELLING)),
            lambda t: moving_texts.ask_cancel(t, cancelling.CancelPreview(DRAFTED, CANCELLING)),
        ],
        moving_texts.cancel_outcome: [
            lambda t: moving_texts.cancel_outcome(t, cancelling.EventCancelled(BOARD, CANCELLING)),
            lambda t: moving_texts.cancel_outcome(t, cancelling.NothingToCancel(BOARD)),
            lambda t: moving_texts.cancel_outcome(t, cancelling.DraftDiscarded(CARD)),
        ],
        notices.notice: [
            *(_notice(kind) for kind in NoticeKind),
            _notice(NoticeKind.REMINDER, now=CARD.starts_at - timedelta(minutes=1)),
            _notice(NoticeKind.REMINDER, also=(CARD,) * MOST_ALSO),
            *(_notice(NoticeKind.REMINDER, presence=said) for said in Presence),
            *(
                _notice(kind, notice_class=NoticeClass.OPTIONAL)
                for kind in (NoticeKind.EXERCISE, NoticeKind.NEXT, NoticeKind.BROADCAST)
            ),
            *(
                _notice(kind, slot=SLOT, chosen=(SLOT,) * 40, card=WITH_SLOTS)
                for kind in (
                    NoticeKind.CONFIRMATION,
                    NoticeKind.REMINDER,
                    NoticeKind.OFFER,
                    NoticeKind.OFFER_EXPIRED,
                )
            ),
            _notice(NoticeKind.NOTE, text={"sk": text(1500)}, card=ELSEWHERE),
            _notice(NoticeKind.BROADCAST, text={"de": text(1500)}),
        ],
        notices.words: [lambda t: notices.words(t, every(1500), CARD)],
        organising.desk: [
            lambda t: organising.desk(t, DeskPage((), 0, 1)),
            lambda t: organising.desk(t, DeskPage((BOARD, DRAFTED) * 4, 1, 3)),
        ],
        organising.board: [
            lambda t: organising.board(t, BOARD, LINKS),
            lambda t: organising.board(t, DRAFTED, LINKS),
            lambda t: organising.board(t, Board(CANCELLED, COUNTS, is_over=True), LINKS),
        ],
        organising.formats: [
            lambda t: organising.formats(t, ()),
            lambda t: organising.formats(
                t, [FormatChoice(BIGGEST, every(120), every(120), "de")] * 30
            ),
        ],
        organising.card_preview: [
            lambda t: organising.card_preview(t, BOARD, "de"),
            lambda t: organising.card_preview(t, DRAFTED, "en"),
        ],
        organising.publish_outcome: [
            lambda t: organising.publish_outcome(t, drafting.Published(BOARD), LINKS),
            lambda t: organising.publish_outcome(t, drafting.TooLateToPublish(DRAFTED), LINKS),
            lambda t: organising.publish_outcome(t, drafting.NotPublishable(BOARD), LINKS),
        ],
        organising.above: [lambda t: organising.above("", t, BOARD, LINKS)],
        people_texts.people: [
            lambda t: people_texts.people(t, PEOPLE),
            lambda t: people_texts.people(t, dataclasses.replace(PEOPLE, counts=())),
        ],
        people_texts.people_list: [
            lambda t: people_texts.people_list(t, PEOPLE),
            *(_people(role, None) for role in (CARD.roles[0].key, CARD.roles[9].key)),
            *(_people(None, state) for state in RegistrationState),
        ],
        people_texts.confirmed_list: [lambda t: people_texts.confirmed_list(t, PEOPLE)],
        person_texts.person: [_person(state) for state in RegistrationState],
        person_texts.decided: [
            *(_decided(approvals.Approved(BIGGEST, state)) for state in RegistrationState),
            *(_decided(approvals.AlreadyDecided(BIGGEST, state)) for state in RegistrationState),
            _decided(approvals.ApprovedAndWaits(BIGGEST, 99_999, every(40))),
            _decided(approvals.DeclinedNow(BIGGEST)),
            _decided(approvals.Withdrawn(BIGGEST)),
            _decided(approvals.TooLateToDecide(BIGGEST)),
        ],
        queue_texts.waiting_list: [
            lambda t: queue_texts.waiting_list(t, WAITING),
            lambda t: queue_texts.waiting_list(t, queue.WaitingPage(CARD, (), 0, 1, 0)),
        ],
        limit_texts.seats: [
            lambda t: limit_texts.seats(t, SEATS),
            lambda t: limit_texts.seats(t, limits.SeatBoard(DRAFT, (), may_change=False)),
        ],
        limit_texts.outcome: [
            lambda t: limit_texts.outcome(t, limits.SeatsSet(SEATS, BIGGEST, 99_999)),
            lambda t: limit_texts.outcome(
                t, limits.BelowHeld(SEATS, BIGGEST, 99_999, 99_999, (text(80),) * 10)
            ),
            lambda t: limit_texts.outcome(t, limits.OverRoom(SEATS, BIGGEST, 99_999, 99_999)),
            lambda t: limit_texts.outcome(t, limits.NothingChanges(SEATS)),
            lambda t: limit_texts.outcome(t, limits.SeatsClosed(SEATS)),
            lambda t: limit_texts.outcome(t, limits.OffersPaused(SEATS)),
            lambda t: limit_texts.outcome(t, limits.OffersResumed(SEATS, 99_999)),
        ],
        wording_texts.languages: [lambda t: wording_texts.languages(t, TEXTS)],
        wording_texts.texts: [
            lambda t: wording_texts.texts(t, TEXTS, "de"),
            lambda t: wording_texts.texts(t, TEXTS, "sk"),
        ],
        wording_texts.saved: [
            lambda t: wording_texts.saved(t, wording.TextSaved(TEXTS, "de", "title", 6)),
            lambda t: wording_texts.saved(t, wording.TextSaved(TEXTS, "en", "title", 0)),
            lambda t: wording_texts.saved(t, wording.TextKept(TEXTS, "it", "title")),
        ],
        channel_texts.links: [
            lambda t: channel_texts.links(t, CHANNELS, LINKS, "b" * 32),
            lambda t: channel_texts.links(t, channels.LinkDesk(CARD, ()), LINKS, "b" * 32),
        ],
        channel_texts.made: [
            _made(channels.ChannelMade(CHANNELS, text(60), is_new=True)),
            _made(channels.ChannelMade(CHANNELS, "poster", is_new=False)),
            _made(channels.TooManyChannels(CHANNELS)),
        ],
        channel_texts.qr_code: [
            lambda t: channel_texts.qr_code(t, CARD, text(60), LINKS[1][1]),
        ],
        role_texts.teams: [lambda t: role_texts.teams(t, [TEAM] * 7)],
        role_texts.invited: [
            lambda t: role_texts.invited(
                t,
                role_invites.Invited("", Role.STAFF, BIGGEST, every(120), NOW, "Europe/Rome"),
                f"https://t.me/{'b' * 32}?start={'o' * 34}",
            ),
        ],
        role_texts.offer: [
            lambda t: role_texts.offer(t, _offer(Role.ORGANISER)),
            lambda t: role_texts.offer(t, _offer(Role.STAFF)),
        ],
        role_texts.lost: [lambda t: role_texts.lost(t, BOTH)],
        role_texts.taken: [
            lambda t: role_texts.taken(t, role_invites.RoleTaken(Role.STAFF, every(120)), BOTH),
            lambda t: role_texts.taken(t, role_invites.HasRole(Role.STAFF, every(120)), BOTH),
            lambda t: role_texts.taken(t, role_invites.OfferLost(), Access()),
        ],
        places.place_message: [
            lambda t: places.place_message(t, CARD),
            lambda t: places.place_message(t, card(place={"name": text(120)})),
        ],
        privacy.my_data: [lambda t: privacy.my_data(t, MY_DATA)],
        privacy.my_data_file: [lambda t: privacy.my_data_file(t, MY_DATA)],
        privacy.ask_forget: [
            lambda t: privacy.ask_forget(t, ()),
            lambda t: privacy.ask_forget(t, OWNED * 5),
        ],
        privacy.forgotten: [
            lambda t: privacy.forgotten(t, Forgotten(())),
            lambda t: privacy.forgotten(
                t, Forgotten((Freed(CARD, RegistrationState.CONFIRMED),) * 20)
            ),
        ],
        registered: [
            lambda t: registered(registering.Confirmed(CARD), t),
            lambda t: registered(
                registering.Confirmed(WITH_SLOTS, CARD.roles[1].key),
                t,
                dict.fromkeys(Purpose, False),
            ),
            lambda t: registered(registering.Waitlisted(CARD, 99_999, every(40)), t),
            lambda t: registered(registering.Waitlisted(CARD, 99_999, every(40), is_kept=True), t),
            lambda t: registered(registering.Requested(CARD), t),
            lambda t: registered(registering.Declined(CARD, text(500)), t),
            *(_already(state) for state in RegistrationState),
            lambda t: registered(registering.RegistrationClosed(CARD), t),
            lambda t: registered(registering.OfferGone(CARD), t),
            lambda t: registered(registering.NoSuchEvent(), t),
        ],
        registration.offer: [lambda t: registration.offer(t, CARD, until=NOW)],
        registration.free_outcome: [
            *(_freed(state) for state in RegistrationState),
            lambda t: registration.free_outcome(registering.NothingToFree(CARD), t),
            lambda t: registration.free_outcome(EventOver(CARD), t),
            lambda t: registration.free_outcome(registering.NoSuchEvent(), t),
        ],
        registration.ask_free: [_ask_free(one) for one in OWNED],
        registration.presence_kept: [
            lambda t: registration.presence_kept(t, CARD, Presence.COMING),
            lambda t: registration.presence_kept(t, CARD, Presence.LATE),
        ],
        registration.not_registered: [registration.not_registered],
        registration.no_such_event: [registration.no_such_event],
        surveys.opening: [_opening(mode, said) for mode in SurveyMode for said in SAID],
        own_survey_texts.paused: [
            _paused(kept, is_change=is_change)
            for kept, is_change in ((None, False), (NOW, False), (NOW, True))
        ],
        own_survey_texts.ask_erase: [*_erasings(own_survey_texts.ask_erase)],
        own_survey_texts.erased: [*_erasings(own_survey_texts.erased)],
        surveys.survey_outcome: [
            *(_survey_outcome(surveying.Thanked, mode, is_change=True) for mode in SurveyMode),
            *(
                _survey_outcome(
                    surveying.TookPartAlready, mode, can_change=not late, was_begun=late
                )
                for mode in SurveyMode
                for late in (False, True)
            ),
            _survey_outcome(
                surveying.TookPartAlready,
                SurveyMode.ANONYMOUS,
                can_change=False,
                was_destroyed=True,
            ),
            *(
                _outcome(surveying.SurveyClosed(every(120), "en", was_begun=begun))
                for begun in (False, True)
            ),
            _outcome(surveying.NotAsked()),
        ],
        answers.own_answers: [
            lambda t: answers.own_answers(t, OwnAnswers(CARD, ANSWERED * 2, is_open=True)),
            lambda t: answers.own_answers(t, OwnAnswers(CARD, ANSWERED * 2, is_open=False)),
        ],
        answers.saved: [
            lambda t: answers.saved(t, OwnAnswers(CARD, ANSWERED * 2, is_open=True)),
            lambda t: answers.saved(t, OwnAnswers(CARD, ANSWERED * 2, is_open=False)),
        ],
        pairs.invite: [lambda t: pairs.invite(t, CARD, LINKS[0][1])],
        pairs.above: [
            lambda t: pairs.above(pairs.joined(t, is_tied=True), events.event_card(t, CARD, None)),
            lambda t: pairs.above(pairs.joined(t, is_tied=False), events.event_card(t, CARD, None)),
            lambda t: pairs.above(pairs.alone(t), events.event_card(t, CARD, None)),
        ],
        registration.invitations_on: [registration.invitations_on],
        workshops.workshops: [
            lambda t: workshops.workshops(t, CHOICES),
            lambda t: workshops.workshops(t, Choices(CARD, may_choose=False, choices=())),
        ],
        workshops.choose_outcome: [_chosen(outcome) for outcome in CHOSEN],
        workshops.leave_outcome: [_left(outcome) for outcome in LEFT],
        workshops.ask_leave: [_ask_leave(one) for one in CHOICES.choices],
        welcome.welcome: [
            lambda t: welcome.welcome(t, None, is_demo=True, is_lost=True),
            lambda t: welcome.welcome(t, CARD, is_demo=True),
        ],
        welcome.link_lost: [lambda t: welcome.link_lost(t, BOTH)],
        welcome.full_notice: [
            lambda t: welcome.full_notice(t, CARD, text(120)),
            lambda t: welcome.full_notice(t, None, ""),
        ],
        welcome.ask_exercises: [welcome.ask_exercises],
        welcome.menu: [lambda t: welcome.menu(t, BOTH)],
        welcome.outdated: [lambda t: welcome.outdated(t, BOTH)],
        welcome.refused: [lambda t: welcome.refused(t, Access())],
        welcome.not_understood: [
            *(_not_understood(topic) for topic in TOPICS),
            *(
                _not_understood(TOPICS[0], kept)
                for kept in (KEPT, dataclasses.replace(KEPT, places=()))
            ),
            _not_understood(None, enquiry_drafts.TooLong(99_999)),
            _not_understood(None, asking.TooManyOpen(5)),
            _not_understood(None, asking.TooManyToday(10)),
        ],
        welcome.help_page: [lambda t: welcome.help_page(t, BOTH)],
        welcome.languages: [welcome.languages],
        settings.settings: [*(_standing(settings.settings, one) for one in STANDINGS)],
        settings.topics: [*(_standing(settings.topics, one) for one in STANDINGS)],
        settings.pace: [*(_standing(settings.pace, one) for one in STANDINGS)],
        settings.hours: [*(_standing(settings.hours, one) for one in STANDINGS)],
        settings.slowed: [
            lambda t: settings.slowed(t, Preferences(pace=2), 3),
            lambda t: settings.slowed(t, Preferences(pace=0), 1),
        ],
        welcome.cancelled: [
            lambda t: welcome.cancelled(t, BOTH, None),
            *(_stopped(topic) for topic in ("profile", "new.1", "reg.1.visitor", "slot.1.1")),
        ],
        welcome.profile_saved: [welcome.profile_saved],
        welcome.trouble: [lambda t: welcome.trouble(t, "9" * 20)],
    }


def _question(place: asking.Place, name: str, hits: tuple[Hit, ...]) -> Make:
    shown = enquiry_drafts.Preview(
        place, text(2000), f"ask.{BIGGEST}.{BIGGEST}", "f" * 16, name, text(120), hits
    )
    return lambda t: enquiry_texts.preview(t, shown)


def _enquiry(card: EnquiryCard) -> Make:
    return lambda t: desk_texts.enquiry(t, card)


def _done(outcome: enquiry_desk.DeskOutcome) -> Make:
    return lambda t: desk_texts.done(t, outcome)


def _enquiries(shown: enquiry_desk.Shown) -> Make:
    page = enquiry_desk.EnquiryPage(
        shown,
        BIGGEST,
        every(120),
        "de",
        (ENQUIRY, UNSORTED) * (enquiry_desk.PAGE // 2),
        1,
        3,
        NOW,
        dict.fromkeys(enquiry_desk.Shown, 99_999),
    )
    return lambda t: desk_texts.enquiries(t, page)


def _people(role: str | None, state: RegistrationState | None) -> Make:
    page = dataclasses.replace(PEOPLE, role=role, state=state)
    return lambda t: people_texts.people_list(t, page)


def _person(state: RegistrationState) -> Make:
    return lambda t: person_texts.person(t, dataclasses.replace(PERSON, state=state))


def _decided(outcome: approvals.ApproveOutcome | approvals.DeclineOutcome) -> Make:
    return lambda t: person_texts.decided(t, outcome, PERSON)


def _made(outcome: channels.MakeOutcome) -> Make:
    return lambda t: channel_texts.made(t, outcome, LINKS, "b" * 32)


def _offer(role: Role) -> role_invites.RoleOffer:
    return role_invites.RoleOffer(BIGGEST, role, every(120), text(80))


def _changed(state: RegistrationState) -> Make:
    return lambda t: changes.changed(t, due(NoticeKind.CHANGED, t.language, state=state), CARD)


def _kept(state: RegistrationState) -> Make:
    return lambda t: changes.keep_outcome(t, keeping.Kept(CARD, state, NOW))


def _stopped(topic: str) -> Make:
    return lambda t: welcome.cancelled(t, BOTH, topic)


def _not_understood(topic: str | None, kept: enquiry_drafts.KeepOutcome | None = None) -> Make:
    return lambda t: welcome.not_understood(t, BOTH, topic, kept)


def _event_card(one: EventCard, mine: Own | None, around: Around = NOTHING_AROUND) -> Make:
    return lambda t: events.event_card(t, one, mine, around)


def _chosen(outcome: workshops_service.ChooseOutcome) -> Make:
    return lambda t: workshops.choose_outcome(t, outcome, CHOICES)


def _left(outcome: workshops_service.LeaveOutcome) -> Make:
    return lambda t: workshops.leave_outcome(t, outcome, CHOICES)


def _ask_leave(one: WorkshopChoice) -> Make:
    return lambda t: workshops.ask_leave(t, CHOICES, one)


def _exercise(key: str) -> Make:
    return lambda t: exercise_texts.card(t, exercises()[key])


def _sheet(shown: Sheet) -> Make:
    return lambda t: exercise_texts.sheet(t, shown)


def _outcome(outcome: surveying.SurveyOutcome) -> Make:
    return lambda t: surveys.survey_outcome(outcome, t)


def _survey_outcome(
    kind: type[surveying.Thanked | surveying.TookPartAlready],
    mode: SurveyMode,
    **more: bool,
) -> Make:
    return _outcome(kind(every(120), BIGGEST, mode, NOW, "Europe/Berlin", "en", **more))


def _paused(kept_until: datetime | None, *, is_change: bool) -> Make:
    of = survey_visits.Paused(
        BIGGEST, every(120), NOW, "Europe/Berlin", "en", kept_until, is_change=is_change
    )
    return lambda t: own_survey_texts.paused(t, of)


def _erasings(shows: Callable[[Translator, own_surveys.EraseOutcome], Message]) -> list[Make]:
    kept = [
        own_surveys.KeptAnswers(
            BIGGEST, every(120), NOW, "Europe/Berlin", "en", goes_whole=whole, is_open=is_open
        )
        for whole, is_open in ((True, True), (True, False), (False, False))
    ]
    found: list[own_surveys.EraseOutcome] = [*kept, own_surveys.NothingToErase()]
    return [functools.partial(_shows, shows, one) for one in found]


def _shows(
    shows: Callable[[Translator, own_surveys.EraseOutcome], Message],
    one: own_surveys.EraseOutcome,
    t: Translator,
) -> Message:
    return shows(t, one)


def _opening(mode: SurveyMode, said: bool | None) -> Make:
    of = survey_visits.Opening(BIGGEST, every(120), mode, NOW, "Europe/Berlin", "en", 60, said)
    return lambda t: surveys.opening(t, of)


def _asking(
    asked: Field,
    topic: str,
    *,
    problem: Problem | None = None,
    audience: Audience = Audience.ORGANISER,
) -> Make:
    asked = dataclasses.replace(asked, required=False) if asked.text else asked
    form = Form(topic, (asked,) * 10, audience, "de", text(120))
    chosen = tuple(option.key for option in asked.options)
    days = {FieldKind.DATE: "2027-09-25", FieldKind.WALL_TIME: "2027-09-25T18:00"}
    known = days.get(asked.kind, 99_999)
    return lambda t: forms.question(Asking(form, 9, chosen, problem, known, 10, 10), t)


def _known(asked: Field, answer: object) -> Make:
    form = Form(TOPICS[-1], (asked,), Audience.ORGANISER, "de", known={asked.key: answer})
    return lambda t: forms.question(Asking(form, 0, known=answer), t)


def _notice(kind: NoticeKind, **more: Any) -> Make:  # noqa: ANN401 (fields)
    return lambda t: notices.notice(due(kind, t.language, **more))


def _about(
    screen: Callable[[Translator, DueNotice, EventCard], Message], kind: NoticeKind, **params: str
) -> Make:
    def make(t: Translator) -> Message:
        told = due(kind, t.language)
        return screen(t, dataclasses.replace(told, params={**told.params, **params}), CARD)

    return make


def _standing(screen: Callable[..., Shown], standing: Standing) -> Make:
    return lambda t: screen(t, standing)


def _already(state: RegistrationState) -> Make:
    outcome = registering.AlreadyRegistered(CARD, state, 99_999, NOW)
    return lambda t: registration.register_outcome(outcome, t)


def _freed(state: RegistrationState) -> Make:
    return lambda t: registration.free_outcome(Freed(CARD, state), t)


def _ask_free(one: Own) -> Make:
    return lambda t: registration.ask_free(t, one)


SCREENS = _screens()


def test_every_function_that_makes_a_message_is_tried() -> None:
    """A new screen fails here until it is tried with its longest values."""
    found = set()
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        read = importlib.import_module(module.name)
        for name, one in inspect.getmembers(read, inspect.isfunction):
            is_ours = one.__module__ == read.__name__ and not name.startswith("_")
            if is_ours and one.__annotations__.get("return") in {Message, tuple[Message, ...]}:
                found.add(one)
    assert found == set(SCREENS)


@pytest.fixture
def chat() -> tuple[Simulator, Bot, int]:
    """A person who has opened the bot."""
    simulator = Simulator(token=TOKEN, now=lambda: NOW)
    person = simulator.add_person(first_name="Anna", language="en", username=None)
    simulator.open_link(person.id, "")
    request = SimulatorRequest(simulator)
    bot = Bot(TOKEN, base_url="http://simulator/bot", request=request, get_updates_request=request)
    return simulator, bot, person.id


@pytest.mark.parametrize(
    "language",
    [
        pytest.param(one, marks=[] if one in LONG_WINDED else [pytest.mark.long])
        for one in LANGUAGES
    ],
)
@pytest.mark.parametrize(
    "function", SCREENS, ids=lambda one: f"{one.__module__[17:]}.{one.__name__}"
)
async def test_the_longest_values_fit(
    chat: tuple[Simulator, Bot, int], function: Callable[..., Shown], language: str
) -> None:
    simulator, bot, person = chat
    for make in SCREENS[function]:
        made = make(translator(language))
        for message in made if isinstance(made, tuple) else (made,):
            await _fits(simulator, bot, person, message)


async def _fits(simulator: Simulator, bot: Bot, person: int, message: Message) -> None:
    if message.document is not None:
        message = dataclasses.replace(message, document=Document(message.document.name, b"a file"))
    await render.send(bot, person, message)
    shown = simulator.chat(person)[-1]
    said = shown.text or shown.caption
    assert said.strip()
    assert "&amp;" not in said  # escaped twice
    assert "&lt;" not in said
    assert all(button.text.strip() for row in shown.buttons for button in row)
    assert (message.toast is None) or len(message.toast) <= 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_ordinary_event_is_shown_whole(language: str) -> None:
    """What is cut is only what no real format has: with sizes of real ones all of it is there."""
    ordinary = card(
        title=dict.fromkeys(LANGUAGES, "T" * 60),
        summary=dict.fromkeys(LANGUAGES, "S" * 500),
        programme=dict.fromkeys(LANGUAGES, "P" * 1000),
        place={"name": "N" * 40, "address": "A" * 60},
        organiser="O" * 60,
        contact="c" * 40,
        limits=tuple(Seats(every(40), (), 100, n) for n in range(5)),
    )
    for mine in (None, own(RegistrationState.OFFERED, ordinary)):
        message = events.event_card(translator(language), ordinary, mine)
        assert render.fitting(message.text, render.LONGEST_TEXT) == message.text


def test_every_action_fits_into_a_button_with_its_longest_fields() -> None:
    """Also with keys that no packaged file has yet."""
    longest = {
        int: BIGGEST,
        "role": SHORT_KEY,
        "topic": f"reg.{BIGGEST}.{SHORT_KEY}",
        "draft_key": "f" * 16,
        "exercise": SHORT_KEY,
        "option": "o" * 16,
        "language": "en",
        "purpose": "invitations",
        "where": "settings",
        "presence": "coming",
        "length": "weeks",
        "preset": "region",
        "kind": "registrations",
        "format": "xlsx",
        "span": "region",
        "separator": "semicolon",
        "state": "waitlisted",
        "answer": "yes",
        "key": f"session-{BIGGEST}-summary",
        "name": "partner_site",
        "to": "en",
        "start": "tomorrow",
        "notice_class": "critical",
        "of": SHORT_KEY,
        "linking": "yes",
        "level": "region",
        "part": "organisation_type",
        "country": "DE",
        "fingerprint": "f" * 12,
        "attribute": "target_group",
        "mark": "f" * 10,
    }
    for kind in PRESSES:
        hints = get_type_hints(kind)
        names = [one.name for one in dataclasses.fields(kind)]
        data = pack(kind(*(_longest(longest, name, hints[name]) for name in names)))
        assert len(data.encode()) <= 64


def _longest(longest: dict[Any, Any], name: str, hint: type) -> object:
    if hint is int:
        return {"field": 99, "option": 99, "page": 9_999_999}.get(name, longest[int])
    return longest[name]


# ── cutting ──────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "source, most, cut",
    [
        ("", 5, ""),
        ("abcde", 5, "abcde"),
        ("abcdef", 5, "abcd…"),
        ("<b>abcdef</b>", 5, "<b>abcd…</b>"),
        ("<b>abcde</b>", 5, "<b>abcde</b>"),
        ("<b><i>abcdef</i></b>g", 5, "<b><i>abcd…</i></b>"),
        ("<b>ab</b>cdef", 5, "<b>ab</b>cd…"),
        ("abcd<b>ef</b>", 5, "abcd<b>…</b>"),
        ("&amp;&lt;&gt;&amp;&lt;", 5, "&amp;&lt;&gt;&amp;&lt;"),
        ("&amp;&lt;&gt;&amp;&lt;&gt;", 5, "&amp;&lt;&gt;&amp;…"),
        ("🏟🏟🏟", 6, "🏟🏟🏟"),
        ("🏟🏟🏟", 5, "🏟🏟…"),
        ("a🏟🏟🏟", 5, "a🏟…"),
        ("a\nb\nc\nd", 5, "a\nb\n…"),
        ("</b>abcdef", 5, "</b>abcd…"),  # wrong markup is for Telegram to refuse
    ],
)
def test_what_is_too_long_ends_with_dots_and_closed_tags(source: str, most: int, cut: str) -> None:
    assert render.fitting(source, most) == cut
