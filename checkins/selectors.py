"""What the pages read."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.paginator import Page, Paginator

from accounts.models import Membership
from checkins.models import CheckIn, CheckInSchedule, SupportRequest, opened_by
from people.models import MentorProfile
from relationships.enums import RUNNING
from relationships.models import Relationship

PER_PAGE = 20
NEW_FOR = timedelta(days=14)
WAITS_FOR = timedelta(days=7)
ON_CARD = 5


def pair_of(mentee: Membership, now: datetime) -> Relationship | None:
    """The pair in which this mentee is in contact with a mentor now."""
    in_contact = Relationship.objects.in_contact(mentee.program.today(now))
    return in_contact.filter(mentee=mentee).select_related("mentor__user", "program").first()


def pair_that_hears(mentee: Membership, now: datetime) -> Relationship | None:
    """The pair whose mentor hears when this mentee asks for support: it runs, and the two are in contact.

    What a page says beforehand comes from here, and so does the telling. Staff hear in any case, through `supervision`.
    """
    pair = pair_of(mentee, now)
    return pair if pair is not None and pair.state in RUNNING else None


def is_on_hold(mentee: Membership, now: datetime) -> bool:
    """Whether this mentee has a mentor with whom contact is on hold."""
    return Relationship.objects.on_hold(mentee.program.today(now)).filter(mentee=mentee).exists()


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


def supervisor_of(mentor: Membership) -> Membership | None:
    """The supervisor who looks after this mentor, while that person is active."""
    profile = MentorProfile.objects.filter(membership=mentor).select_related("supervisor__user").first()
    supervisor = profile.supervisor if profile else None
    return supervisor if supervisor and supervisor.is_active else None


def schedule_of(mentee: Membership) -> CheckInSchedule | None:
    return CheckInSchedule.objects.filter(mentee=mentee).first()


def count_of(mentee: Membership) -> int:
    return CheckIn.objects.filter(mentee=mentee).count()


def history_of(mentee: Membership, page: str | None) -> Page[CheckIn]:
    """A mentee's own check-ins, the newest first; a page that is not there shows the nearest."""
    mine = CheckIn.objects.filter(mentee=mentee).select_related("shared_with__mentor__user")
    return Paginator(mine, PER_PAGE).get_page(page)


def shared_in(pair: Relationship, mentor: Membership, page: str | None, now: datetime) -> Page[CheckIn]:
    """What was shared in this pair, each with `is_new`: not opened by this mentor yet."""
    shared = CheckIn.objects.visible_to(mentor, now).filter(shared_with=pair)
    return Paginator(shared.annotate(is_new=~opened_by(mentor)), PER_PAGE).get_page(page)


@dataclass(frozen=True)
class NewForMentor:
    """Calls for support that wait for the mentor's word, of the last 7 days; check-ins not opened yet, of the last 14."""

    requests: list[SupportRequest]
    checkins: list[CheckIn]
    more: int


def new_for_mentor(mentor: Membership, now: datetime) -> NewForMentor:
    since = now - NEW_FOR
    requests = SupportRequest.objects.visible_to(mentor, now).filter(in_touch_at=None, asked_at__gt=now - WAITS_FOR)
    checkins = CheckIn.objects.visible_to(mentor, now).not_opened_by(mentor).filter(submitted_at__gte=since)
    newest = list(checkins.select_related("mentee__user")[: ON_CARD + 1])
    more = checkins.count() - ON_CARD if len(newest) > ON_CARD else 0
    asked = list(requests.select_related("mentee__user").order_by("-asked_at"))
    return NewForMentor(asked, newest[:ON_CARD], more)
