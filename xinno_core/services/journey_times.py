"""When the lines of a journey are due, and until when their messages are of use: times only.

Whatever makes messages, announces them or explains them asks here, so that there is one truth.
Some lines have one time for everybody. Others have one for each person: those that mean the
person's own wall clock, and those that count from the moment the person got the place.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from xinno_core.models import (
    Anchor,
    Event,
    EventSession,
    NoticeClass,
    NoticeKind,
    Region,
    Rule,
    RuleClock,
    Survey,
)
from xinno_core.services.quiet import local_instant, quiet_end, quiet_start, wall_time

USEFUL_AFTER_END = timedelta(days=3)
USEFUL_EXERCISE = timedelta(days=2)
USEFUL_PROPOSAL = timedelta(days=7)
USEFUL_MEDIA = timedelta(days=14)
TIME_TO_ACT = timedelta(hours=1)
"""A reminder at eight for an event at half past comes when everything is decided."""

BEFORE_THE_NIGHT = timedelta(minutes=15)
AROUND_THE_WORLD = timedelta(hours=26)
"""So far apart the same local hour lies at most, the change of the hour included."""


@dataclass(frozen=True)
class Moment:
    """When a message is due, and until when it is of use."""

    due_at: datetime
    useful_until: datetime


@dataclass(frozen=True)
class Line:
    """A line of a journey, with what its words count from."""

    rule: Rule
    event: Event
    region: Region
    slot: EventSession | None = None
    survey: Survey | None = None

    @property
    def counts_from_registration(self) -> bool:
        """Tell whether it counts from when each person got the place."""
        return self.rule.anchor is Anchor.REGISTRATION

    @property
    def is_for_each(self) -> bool:
        """Tell whether it has a time for each person, and none for all."""
        return self.counts_from_registration or self.rule.clock is RuleClock.PERSON

    @property
    def is_said_once(self) -> bool:
        """Tell whether a second copy would tell a person nothing new, whatever time it has.

        A reminder and the last call of a survey name a time, which is another after a move.
        Pictures leave out what a person has seen, and a next event is proposed once by its key.
        Who comes back is welcomed and asked anew, but an exercise is the same to them.
        """
        match self.rule.kind:
            case NoticeKind.REMINDER | NoticeKind.MEDIA | NoticeKind.NEXT:
                return False
            case NoticeKind.EXERCISE:
                return True
            case NoticeKind.SURVEY if self.rule.anchor is Anchor.SURVEY_CLOSING:
                return False
            case _:
                return not self.counts_from_registration

    def due(self, zone: str | None = None, since: datetime | None = None) -> Moment:
        """Return when it is due as it stands: for all, or for a person there since then."""
        said = self.moment(zone, since)
        if self.is_for_each or self.rule.due_at == said.due_at:
            return said
        # An organiser lets pictures go at another time than the words say, and they stay of use as
        # long. Anything else was reckoned with other quiet hours, and its use ends when it did.
        late = max(self.rule.due_at - said.due_at, timedelta())
        is_let_go = self.rule.kind is NoticeKind.MEDIA
        return Moment(self.rule.due_at, said.useful_until + (late if is_let_go else timedelta()))

    def moment(self, zone: str | None = None, since: datetime | None = None) -> Moment:
        """Return what its words say: for all, in a person's zone, since a person has the place."""
        zone = zone if zone and self.rule.clock is RuleClock.PERSON else self.event.zone
        anchor = since if since and self.counts_from_registration else self._anchor()
        planned = _offset(self.rule, anchor, zone)
        useful = self._useful_until(planned)
        return Moment(self._before_the_night(planned, useful, zone), useful)

    def reaches(self, moment: Moment, since: datetime) -> bool:
        """Tell whether a message due then is for somebody who has the place since then.

        Who came later is not meant: the confirmation told them the same. And what counts from
        the registration is said while the event lies ahead or goes on.
        """
        if self.counts_from_registration:
            return since <= moment.due_at < min(self.event.ends_at, moment.useful_until)
        return since <= moment.due_at

    def has_come_by(self, moment: Moment) -> bool:
        """Tell whether the moment lay before the line was looked at last."""
        reached = self.rule.reached_at
        return self.is_for_each and reached is not None and moment.due_at <= reached

    def first(self) -> datetime:
        """Return the first moment at which it may be due for somebody, wherever they are."""
        if self.rule.clock is not RuleClock.PERSON:
            return self.moment().due_at
        hours = self._roughly() - AROUND_THE_WORLD
        if self.rule.notice_class is not NoticeClass.SERVICE:
            return hours
        return hours - _night(self.region) - BEFORE_THE_NIGHT

    def last(self) -> datetime:
        """Return the last moment at which it may be due for somebody."""
        if self.counts_from_registration:
            return self.event.ends_at
        if self.rule.clock is not RuleClock.PERSON:
            return self.moment().due_at
        return self._roughly() + AROUND_THE_WORLD

    def _anchor(self) -> datetime:
        of = self.slot or self.event
        match self.rule.anchor:
            case Anchor.START:
                return of.starts_at
            case Anchor.END:
                return of.ends_at
            case Anchor.SURVEY_CLOSING if self.survey is not None:
                return closing_of(self.survey, self.event)
            case _:  # a draft is published later, and then everything is reckoned anew
                return self.event.published_at or self.event.created_at

    def _roughly(self) -> datetime:
        return self._anchor() + timedelta(days=self.rule.days or 0)

    def _useful_until(self, planned: datetime) -> datetime:
        rule, of = self.rule, self.slot or self.event
        useful = self._in_itself_useful_until(planned)
        # An event that was moved to an early hour, or a reader far in the west: the hour of a
        # reminder may lie behind the start, and then it reminds of nothing.
        return min(useful, of.starts_at) if rule.kind is NoticeKind.REMINDER else useful

    def _in_itself_useful_until(self, planned: datetime) -> datetime:
        rule, of = self.rule, self.slot or self.event
        if rule.useful_hours is not None:
            return planned + timedelta(hours=rule.useful_hours)
        match rule.kind:
            case NoticeKind.SURVEY if self.survey is not None:
                return closing_of(self.survey, self.event)
            case NoticeKind.EXERCISE:
                return planned + USEFUL_EXERCISE
            case NoticeKind.NEXT:
                return planned + USEFUL_PROPOSAL
            case NoticeKind.MEDIA:
                return planned + USEFUL_MEDIA
            case _ if planned < of.starts_at:
                return of.starts_at
            case _ if self.counts_from_registration:
                return of.ends_at
            case _:
                return max(of.ends_at, planned) + USEFUL_AFTER_END

    def _before_the_night(self, planned: datetime, useful: datetime, zone: str) -> datetime:
        """Return when the messages are made.

        A service message that would wait through the quiet hours past its use (a reminder for an
        event at 08:30) is made before they begin instead.
        """
        if self.rule.notice_class is not NoticeClass.SERVICE or self.counts_from_registration:
            return planned
        starts, ends = self.region.quiet_from, self.region.quiet_to
        end = quiet_end(planned, zone=zone, starts=starts, ends=ends)
        if end is None or end + TIME_TO_ACT <= useful:
            return planned
        begin = quiet_start(planned, zone=zone, starts=starts, ends=ends)
        return planned if begin is None else begin - BEFORE_THE_NIGHT


def closing_of(survey: Survey, event: Event) -> datetime:
    """Return when a survey closes: before the start when it is asked ahead, else after the end."""
    if survey.closes_hours_before is not None:
        return event.starts_at - timedelta(hours=survey.closes_hours_before)
    return event.ends_at + timedelta(days=survey.closes_days_after or 0)


def next_hour(at: time, *, after: datetime, zone: str) -> datetime:
    """Return when the wall clock of a zone shows this time next."""
    today = wall_time(after, zone).date()
    found = (_at(today + timedelta(days=ahead), at, zone) for ahead in range(-1, 3))
    return next(instant for instant in found if instant > after)


def next_hour_anywhere(at: time, *, after: datetime) -> datetime:
    """Return when some zone may show this time next: they lie whole quarters of an hour apart."""
    quarter = after.replace(minute=at.minute % 15, second=0, microsecond=0)
    while quarter <= after:
        quarter += timedelta(minutes=15)
    return quarter


def _offset(rule: Rule, anchor: datetime, zone: str) -> datetime:
    """Count from a moment as the rule's words say.

    Days and a local hour keep the wall clock over the change of the hour; hours are elapsed time.
    """
    if rule.hours is not None:
        return anchor + timedelta(hours=rule.hours)
    if rule.days is None or rule.at is None:
        msg = f"rule {rule.key} has no offset"
        raise ValueError(msg)
    return _at(wall_time(anchor, zone).date() + timedelta(days=rule.days), rule.at, zone)


def _at(day: date, at: time, zone: str) -> datetime:
    return local_instant(datetime.combine(day, at), zone)


def _night(region: Region) -> timedelta:
    """Return how long the quiet hours of a region last."""
    day = date(2001, 1, 1)
    begin = datetime.combine(day, region.quiet_from)
    return (datetime.combine(day, region.quiet_to) - begin) % timedelta(days=1)
