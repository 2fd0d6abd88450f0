"""What staff change about a pair that exists."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Membership
from core.errors import DomainError
from notifications.services import cancel_all
from people.models import MenteeProfile
from privacy import audit
from relationships.audit_events import CADENCE_SET
from relationships.enums import ONGOING, CloseReason, State
from relationships.grounds import is_on_hold, require_allowed, require_contact
from relationships.lifecycle import require
from relationships.models import Relationship
from relationships.notices import (
    CADENCE,
    CHANGED_BY_SUPERVISOR,
    CLOSED,
    CLOSING,
    CONTACT_HELD,
    CONTACT_OPEN,
    NO_LONGER_FITS,
    ON_HOLD,
    PAUSED,
    RESUMED,
)
from relationships.services.gaps import recount_gap, start_clock, stop_clock
from relationships.services.proposals import end_proposal
from relationships.services.steps import (
    hold_people,
    lock_pair,
    notify,
    notify_coordinators,
    require_place,
    require_program,
    save_taking_mentee,
    write_history,
)

MAX_CADENCE_DAYS = 60
_MESSAGES = {
    State.ACTIVE: RESUMED,
    State.PAUSED: PAUSED,
    State.CLOSING: CLOSING,
    State.CLOSED: CLOSED,
}


@transaction.atomic
def change_state(*, relationship: Relationship, to: str, by: Membership, now: datetime, reason: str = "") -> Relationship:
    """Take a pair to another state, as far as the table in `relationships.lifecycle` lets `by` do it.

    `reason` is a `CloseReason` when closing. What brings two people together again asks for all the rules of matching, so a
    match that ended for safety is never reopened; reopening needs a free place and a mentee without another match too. Refuses
    with `wrong_state`, `on_hold`, `not_your_pair`, `wrong_people`, `no_place_left`, `not_eligible` or `mentee_taken`.
    """
    hold_people(relationship)  # closing and reopening write the mentee's profile: whoever saves that then looks at the pair
    reopens = to == State.ACTIVE and Relationship.objects.filter(pk=relationship.pk, state=State.CLOSED).exists()
    if reopens:
        _require_reopenable(relationship, now)
    pair = lock_pair(relationship)
    require_program(pair, by)
    if reopens != (to == State.ACTIVE and pair.state == State.CLOSED):
        raise DomainError(_("Somebody changed this match a moment ago. Look at it once more."), code="wrong_state")
    require(pair.state, to, by.role, reason, is_on_hold=is_on_hold(pair, now))
    if pair.state == State.PAUSED and to == State.ACTIVE:
        require_allowed(pair, now)
    if pair.state == State.PROPOSED:
        end_proposal(pair, State(to), by=by, now=now)
        return pair
    before, pair.state = pair.state, to
    _set_what_follows(pair, before, now, reason)
    save_taking_mentee(pair)
    write_history(pair, from_state=before, by=by, now=now, reason=reason)
    cancel_all(_MESSAGES.values(), [pair.pk], now=now)  # what was said of an earlier state is no longer so
    if to in _MESSAGES:
        notify(_MESSAGES[State(to)], pair, (pair.mentor, pair.mentee), now)
    if by.role == Role.SUPERVISOR:
        notify_coordinators(CHANGED_BY_SUPERVISOR, pair, now)
    return pair


def _require_reopenable(relationship: Relationship, now: datetime) -> None:
    if not all(member.is_active and member.user.is_active for member in (relationship.mentor, relationship.mentee)):
        raise DomainError(_("One of the two is no longer active in this program."), code="wrong_people")
    require_place(relationship.mentor)
    require_allowed(relationship, now)


def _set_what_follows(pair: Relationship, before: str, now: datetime, reason: str) -> None:
    """The clock, the end and the waiting list, as the new state asks."""
    if pair.state in (State.PAUSED, State.CLOSING, State.CLOSED):
        stop_clock(pair)
    if pair.state == State.ACTIVE:
        start_clock(pair, pair.mentor.user.today(now))
        pair.ended_at = None
        pair.close_reason = ""
    if before == State.CLOSED:
        MenteeProfile.objects.filter(membership=pair.mentee).update(waiting_since=None)
    if pair.state == State.CLOSED:
        pair.ended_at = now
        pair.close_reason = reason
        pair.held_for, pair.unfit_told_at = [], None
        cancel_all([ON_HOLD, CONTACT_HELD, CONTACT_OPEN, NO_LONGER_FITS], [pair.pk], now=now)
        if reason == CloseReason.REMATCH:
            waits = MenteeProfile.objects.filter(membership=pair.mentee, waiting_since=None)
            waits.update(waiting_since=pair.place_in_line)


@transaction.atomic
def set_cadence(*, relationship: Relationship, cadence_days: int, by: Membership, now: datetime) -> Relationship:
    """How often the two agreed to meet; a gap that is running is counted anew with it. By the mentor or a coordinator.

    The mentor and the mentee are told, but for the one who changed it.

    Refuses with `not_your_pair`, `on_hold`, `wrong_state` or `out_of_range`.
    """
    pair = lock_pair(relationship)
    require_program(pair, by)
    if by.pk != pair.mentor_id and by.role != Role.COORDINATOR:
        raise DomainError(_("Only the mentor or a coordinator can change this."), code="not_your_pair")
    require_contact(pair, now)
    if pair.state not in ONGOING:
        raise DomainError(_("This can be changed only while the two are paired."), code="wrong_state")
    if not 1 <= cadence_days <= MAX_CADENCE_DAYS:
        raise DomainError(_("Choose between 1 and %(days)d days.") % {"days": MAX_CADENCE_DAYS}, code="out_of_range")
    has_changed = pair.cadence_days != cadence_days
    pair.cadence_days = cadence_days
    recount_gap(pair, now)
    pair.save(update_fields=["cadence_days", "session_gap_step", "session_gap_due_at"])
    audit.record(CADENCE_SET, pair, person=pair.mentee.user_id, program=pair.program_id, by=by, at=now)
    if has_changed:
        notify(CADENCE, pair, [member for member in (pair.mentor, pair.mentee) if member != by], now)
    return pair
