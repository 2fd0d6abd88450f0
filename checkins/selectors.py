"""What the pages read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.paginator import Page, Paginator

from accounts.models import Membership
from checkins.calls import CallState, states_of, still_open, who_sees
from checkins.models import CheckIn, CheckInSchedule, SupportRequest, opened_by
from relationships.enums import RUNNING
from relationships.models import Relationship

PER_PAGE = 20
NEW_FOR = timedelta(days=14)
WAITS_FOR = timedelta(days=7)
ON_CARD = 5
CLOSED_SHOWN_FOR = timedelta(days=3)
"""So long a mentee reads on the home page how a call for support ended."""


def pair_of(mentee: Membership, now: datetime) -> Relationship | None:
    """The pair in which this mentee is in contact with a mentor now."""
    in_contact = Relationship.objects.in_contact(mentee.program.today(now))
    return in_contact.filter(mentee=mentee).select_related("mentor__user", "program").first()


def pair_that_hears(mentee: Membership, now: datetime, shared_in: UUID | None = None) -> Relationship | None:
    """The pair whose mentor hears when this mentee asks for support: the two are in contact, and it runs or is where the
    mentee shared the check-in that asks: then the mentor reads it anyway.

    What a page says beforehand comes from here, and so does the telling; of the staff, from `checkins.calls.staff_hear`.
    """
    pair = pair_of(mentee, now)
    return pair if pair is not None and (pair.state in RUNNING or pair.pk == shared_in) else None


def is_on_hold(mentee: Membership, now: datetime) -> bool:
    """Whether this mentee has a mentor with whom contact is on hold."""
    return Relationship.objects.on_hold(mentee.program.today(now)).filter(mentee=mentee).exists()


def mentor_hears_later(mentee: Membership, now: datetime) -> bool:
    """Whether a mentor hears, once contact is open again, of a call for support that is open by then."""
    return Relationship.objects.on_hold(mentee.program.today(now)).running().filter(mentee=mentee).exists()


def latest_of(mentee: Membership) -> CheckIn | None:
    return CheckIn.objects.filter(mentee=mentee).first()


def mentor_told_of(checkin: CheckIn) -> Membership | None:
    """The mentor who was told that this check-in asks for support; None where staff alone were, or where it does not ask."""
    call = SupportRequest.objects.filter(checkin=checkin).select_related("shared_with__mentor__user").first()
    return call.shared_with.mentor if call and call.shared_with else None


def checked_in_today(mentee: Membership, now: datetime) -> bool:
    """On the mentee's own date."""
    last = latest_of(mentee)
    return last is not None and mentee.user.today(last.submitted_at) == mentee.user.today(now)


def calls_to_show(mentee: Membership, now: datetime) -> list[CallState]:
    """The calls for support that are not closed, with what was closed since the first of them; else the newest of all. What is
    closed stands here for as long as its end is news.

    Those that wait for an answer come first, the most urgent of them, then the newest. One does not wait where a later call, as
    urgent or more, was answered: that answer is what was said last, and comes before it.
    """
    requests = SupportRequest.objects.filter(mentee=mentee).with_people()
    newest = list(requests.order_by("-asked_at")[:ON_CARD])
    states = list(states_of(newest, now).values())
    still_open = [call for call in states if call.closed_at is None]
    ended = [call for call in states if call.closed_at and call.closed_at > now - CLOSED_SHOWN_FOR]
    if not still_open:
        return [call for call in states[:1] if call in ended]
    first_asked_at = min(call.request.asked_at for call in still_open)
    answered = [call for call in ended if call.closed_at and call.closed_at > first_asked_at]
    waiting = [call for call in still_open if not any(call.was_followed_by(other) for other in answered)]
    beside = [call for call in still_open if call not in waiting]
    return [*_urgent_first(waiting), *_urgent_first(answered), *_urgent_first(beside)]


def _urgent_first(calls: Iterable[CallState]) -> list[CallState]:
    return sorted(calls, key=lambda call: not call.is_now)


def call_of(checkin: CheckIn, now: datetime) -> CallState | None:
    """The call for support in this check-in, if there is one."""
    return _calls_in([checkin], now).get(checkin.pk)


def _calls_in(checkins: Sequence[CheckIn], now: datetime) -> dict[UUID, CallState]:
    requests = SupportRequest.objects.filter(checkin__in=checkins).with_people()
    return {call.request.checkin_id: call for call in states_of(list(requests), now).values() if call.request.checkin_id}


def schedule_of(mentee: Membership) -> CheckInSchedule | None:
    return CheckInSchedule.objects.filter(mentee=mentee).first()


def count_of(mentee: Membership) -> int:
    return CheckIn.objects.filter(mentee=mentee).count()


@dataclass(frozen=True)
class OwnCheckIn:
    """A check-in as its mentee looks back on it, with who sees which part, and how the call for support in it stands."""

    checkin: CheckIn
    seen_by: list[str]
    call: CallState | None


def history_of(mentee: Membership, page: str | None, now: datetime) -> tuple[Page[CheckIn], list[OwnCheckIn]]:
    """A mentee's own check-ins, the newest first; a page that is not there shows the nearest."""
    mine = CheckIn.objects.filter(mentee=mentee).select_related("shared_with__mentor__user")
    found = Paginator(mine, PER_PAGE).get_page(page)
    calls = _calls_in(list(found), now)
    return found, [_own(checkin, calls.get(checkin.pk)) for checkin in found]


def _own(checkin: CheckIn, call: CallState | None) -> OwnCheckIn:
    return OwnCheckIn(checkin, who_sees(checkin, call), call)


def shared_in(pair: Relationship, mentor: Membership, page: str | None, now: datetime) -> Page[CheckIn]:
    """What was shared in this pair, each with `is_new`: not opened by this mentor yet."""
    shared = CheckIn.objects.visible_to(mentor, now).filter(shared_with=pair)
    return Paginator(shared.annotate(is_new=~opened_by(mentor)), PER_PAGE).get_page(page)


@dataclass(frozen=True)
class NewForMentor:
    """Open calls for support that wait for the mentor's word, of the last 7 days; check-ins not opened yet, of the last 14."""

    requests: list[SupportRequest]
    checkins: list[CheckIn]
    more: int


def new_for_mentor(mentor: Membership, now: datetime) -> NewForMentor:
    since = now - NEW_FOR
    requests = SupportRequest.objects.visible_to(mentor, now).filter(in_touch_at=None, asked_at__gt=now - WAITS_FOR)
    checkins = CheckIn.objects.visible_to(mentor, now).not_opened_by(mentor).filter(submitted_at__gte=since)
    newest = list(checkins.select_related("mentee__user")[: ON_CARD + 1])
    more = checkins.count() - ON_CARD if len(newest) > ON_CARD else 0
    asked = still_open(list(requests.select_related("mentee__user").order_by("-asked_at")))
    return NewForMentor(asked, newest[:ON_CARD], more)
