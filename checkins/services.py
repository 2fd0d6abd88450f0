"""Check in; what follows from it."""

from datetime import datetime
from typing import TypedDict, Unpack
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from checkins.audit_events import CALL_OPENED, IN_TOUCH
from checkins.clocks import plan_of, put_plan, wanted_rhythm
from checkins.enums import SUPPORT_KINDS, Support
from checkins.models import CheckIn, CheckInSchedule, SupportRequest, opened_by
from checkins.schedule import Nudge, plan_after_checkin
from checkins.selectors import pair_that_hears
from core.errors import DomainError
from notifications.services import cancel_all, enqueue, note_seen
from privacy import audit
from relationships.models import Relationship


class Answers(TypedDict, total=False):
    """What a mentee may say; every part may be left out."""

    mood: int | None
    urges: int | None
    confidence: int | None
    drinking: str
    hard: list[str]
    support: str
    note: str


@transaction.atomic
def submit_checkin(
    *,
    mentee: Membership,
    now: datetime,
    submission_key: UUID,
    shared_with: Relationship | None = None,
    **answers: Unpack[Answers],
) -> CheckIn:
    """Save what the mentee said, move the schedule on, and pass on a call for support.

    `shared_with` is the pair whose mentor may read it. The same form posted again returns the first row and does nothing
    else; with other answers it is another check-in, so that nothing the mentee adds is lost, least of all a call. Refuses with
    `not_your_pair` to share in a pair of somebody else.
    """
    if shared_with is not None and shared_with.mentee_id != mentee.pk:
        raise DomainError(_("This can be shared with your own mentor only."), code="not_your_pair")
    said = f"{mentee.pk} {shared_with and shared_with.pk} {sorted(answers.items())}"
    checkin, is_new = CheckIn.objects.get_or_create(
        submission_key=uuid5(submission_key, said),
        defaults={"mentee": mentee, "submitted_at": now, "shared_with": shared_with, **answers},
    )
    if is_new:
        _move_on(mentee, now)
        if checkin.support in SUPPORT_KINDS:
            _ask_for_support(checkin, now)
    return checkin


@transaction.atomic
def note_mentor_heard(*, request: SupportRequest, by: Membership, now: datetime) -> None:
    """The mentor saw the request, on its page or in the check-in that was shared: the mentee can see that they did, the notice
    counts as read, and no mail leaves any more. The call goes on."""
    note_seen(list(SUPPORT_KINDS.values()), [request.pk], now=now)
    if not SupportRequest.objects.filter(opened_by(by), pk=request.pk).exists():
        audit.record(CALL_OPENED, request, person=request.mentee.user_id, program=by.program_id, by=by, at=now)


@transaction.atomic
def say_in_touch(*, request: SupportRequest, by: Membership, now: datetime) -> None:
    """The mentor has been in touch; the supervisor sees it on the flag. A second time changes nothing."""
    if SupportRequest.objects.filter(pk=request.pk, in_touch_at=None).update(in_touch_at=now):
        note_seen(list(SUPPORT_KINDS.values()), [request.pk], now=now)  # not over: the call stays open until staff close it
        audit.record(IN_TOUCH, request, person=request.mentee.user_id, program=by.program_id, by=by, at=now)


def _move_on(mentee: Membership, now: datetime) -> None:
    schedule = CheckInSchedule.objects.ticking().select_for_update().filter(mentee=mentee).first()
    if schedule is None:
        return
    rhythm = wanted_rhythm(mentee, schedule)
    put_plan(schedule, plan_after_checkin(plan_of(schedule), rhythm, now))
    schedule.cadence_days = rhythm.cadence_days
    schedule.save()
    cancel_all(list(Nudge), [schedule.pk], now=now)


def _ask_for_support(checkin: CheckIn, now: datetime) -> None:
    """The mentor of the pair that hears is told at once; supervision reads the request with its own scan."""
    pair = pair_that_hears(checkin.mentee, now, checkin.shared_with_id)
    request = SupportRequest.objects.create(
        mentee=checkin.mentee, checkin=checkin, shared_with=pair, urgency=checkin.support, asked_at=now
    )
    if pair is not None:
        tell_mentor(request=request, pair=pair, now=now)


def tell_mentor(*, request: SupportRequest, pair: Relationship, now: datetime) -> bool:
    """In the caller's transaction: the mentor of `pair` hears of the call, and sees it from then on. False where they heard of
    it on this day already."""
    if request.shared_with_id != pair.pk:
        request.shared_with = pair
        request.save(update_fields=["shared_with"])
    kind = SUPPORT_KINDS[Support(request.urgency)]
    return enqueue(kind, subject_id=request.pk, recipient=pair.mentor.user, program=pair.program, now=now)
