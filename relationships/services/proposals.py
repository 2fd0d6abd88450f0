"""From a proposal to its answer."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Membership
from core.errors import DomainError
from notifications.isolation import in_batches
from notifications.services import cancel
from people.models import MenteeProfile
from relationships.enums import NEVER_BEGAN, State
from relationships.grounds import in_the_way
from relationships.lifecycle import RULES, TIME, require
from relationships.models import Relationship, Transition
from relationships.notices import (
    DECLINED,
    EXPIRED,
    INTRODUCE,
    NOT_ALLOWED,
    NOT_GOING_AHEAD,
    PROPOSED,
    STARTED,
    no_longer_open,
)
from relationships.services.gaps import start_clock
from relationships.services.steps import (
    hold_people,
    lock_pair,
    notify,
    notify_coordinators,
    require_place,
    save_taking_mentee,
    write_history,
)


@transaction.atomic
def propose(*, mentor: Membership, mentee: Membership, by: Membership, now: datetime) -> Relationship:
    """A proposal that both people can answer; it takes one of the mentor's places until it ends.

    Refuses with `not_allowed`, `wrong_people`, `no_place_left` or `mentee_taken`. Whether the two suit each other is for
    `matching` to say.
    """
    if by.role != Role.COORDINATOR:
        raise DomainError(_("Only a coordinator can propose a match."), code="not_allowed")
    _require_two_people(mentor, mentee, by)
    require_place(mentor)
    program = mentor.program
    pair = Relationship(
        program=program,
        mentor=mentor,
        mentee=mentee,
        cadence_days=program.session_cadence_days,
        proposed_by=by,
        proposed_at=now,
        proposal_expires_at=now + timedelta(days=program.proposal_days),
    )
    save_taking_mentee(pair)
    write_history(pair, from_state="", by=by, now=now)
    notify(PROPOSED, pair, (mentor, mentee), now)
    return pair


def _require_two_people(mentor: Membership, mentee: Membership, by: Membership) -> None:
    one_program = mentor.program_id == mentee.program_id == by.program_id
    right_roles = mentor.role == Role.MENTOR and mentee.role == Role.MENTEE
    are_active = all(member.is_active and member.user.is_active for member in (mentor, mentee))
    if not (one_program and right_roles and are_active and mentor.user_id != mentee.user_id):
        raise DomainError(
            _("A match needs an active mentor and an active mentee of your program, two different people."), code="wrong_people"
        )


@transaction.atomic
def accept(*, relationship: Relationship, by: Membership, now: datetime) -> Relationship:
    """One side says yes; the second yes starts the relationship. Saying yes twice changes nothing.

    Each yes asks for all the rules as they stand. Where one no longer allows the two, the proposal comes back withdrawn, with
    the yes in it. Refuses with `not_your_answer`, `expired` or `wrong_state`.
    """
    hold_people(relationship)
    pair = lock_pair(relationship)
    side = _side_of(pair, by)
    if getattr(pair, f"{side}_accepted_at") is not None and pair.state not in NEVER_BEGAN:
        return pair
    _require_open(pair, now)
    require(pair.state, State.ACCEPTED, side)
    is_allowed = not in_the_way([pair], now)[pair.pk]
    if not is_allowed:
        end_not_allowed(pair, now)
    setattr(pair, f"{side}_accepted_at", now)
    if is_allowed and pair.mentor_accepted_at and pair.mentee_accepted_at:
        _start(pair, by, now)
    else:
        pair.save()
    return pair


def _start(pair: Relationship, by: Membership, now: datetime) -> None:
    waits = MenteeProfile.objects.filter(membership=pair.mentee)
    pair.state = State.ACCEPTED
    pair.started_at = now
    pair.mentee_waited_since = waits.values_list("waiting_since", flat=True).first()
    start_clock(pair, pair.mentor.user.today(now))
    pair.save()
    waits.update(waiting_since=None)
    write_history(pair, from_state=State.PROPOSED, by=by, now=now)
    cancel(PROPOSED, subject_id=pair.pk, now=now)
    notify(STARTED, pair, (pair.mentor, pair.mentee), now)
    notify_coordinators(INTRODUCE, pair, now)


@transaction.atomic
def decline(*, relationship: Relationship, by: Membership, now: datetime) -> Relationship:
    """The mentor or mentee says no and is not asked why. The place is free again, and the mentee waits with their first date.

    Refuses with `not_your_answer`, `expired` or `wrong_state`.
    """
    pair = lock_pair(relationship)
    side = _side_of(pair, by)
    if pair.state == State.DECLINED and Transition.objects.filter(relationship=pair, to_state=State.DECLINED, by=by).exists():
        return pair
    _require_open(pair, now)
    require(pair.state, State.DECLINED, side)
    end_proposal(pair, State.DECLINED, by=by, now=now)
    notify_coordinators(DECLINED, pair, now)
    return pair


def end_proposal(pair: Relationship, to: State, *, by: Membership | None, now: datetime, reason: str = "") -> None:
    """Free the place. Whoever was asked and did not end it themselves hears that it is no longer open: always in the same
    words, so that nobody learns why, nor who.
    """
    pair.state = to
    pair.ended_at = now
    pair.save(update_fields=["state", "ended_at"])
    write_history(pair, from_state=State.PROPOSED, by=by, now=now, reason=reason)
    cancel(PROPOSED, subject_id=pair.pk, now=now)
    notify(NOT_GOING_AHEAD, pair, [member for member in (pair.mentor, pair.mentee) if member != by], now)


def end_not_allowed(pair: Relationship, now: datetime) -> None:
    """End a proposal that the caller holds. Nobody's name is on it: whose change it was is nobody else's to read."""
    require(pair.state, State.WITHDRAWN, RULES, RULES)
    end_proposal(pair, State.WITHDRAWN, by=None, now=now, reason=RULES)
    notify_coordinators(NOT_ALLOWED, pair, now)


def expire_proposals(now: datetime) -> int:
    """End the proposals whose days ran out; returns how many. The coordinators are told."""
    due = Relationship.objects.proposal_expired(now).order_by("proposal_expires_at")
    return in_batches("relationships.expire_proposals", due, _expire, now, about="mentee")


def _expire(ids: Sequence[UUID], now: datetime) -> int:
    """Those of `ids` that still lack an answer; rows that another pass holds are left to it."""
    held = Relationship.objects.proposal_expired(now).filter(pk__in=ids).with_people()
    pairs = list(held.select_for_update(of=("self",), skip_locked=True, no_key=True))
    for pair in pairs:
        require(pair.state, State.EXPIRED, TIME)
        end_proposal(pair, State.EXPIRED, by=None, now=now)
        notify_coordinators(EXPIRED, pair, now)
    return len(pairs)


def _side_of(pair: Relationship, by: Membership) -> str:
    """ "mentor" or "mentee": the role, and the first word of the column that holds the answer."""
    if by.pk == pair.mentor_id:
        return Role.MENTOR.value
    if by.pk == pair.mentee_id:
        return Role.MENTEE.value
    raise DomainError(_("Only the two people of this match can answer."), code="not_your_answer")


def _require_open(pair: Relationship, now: datetime) -> None:
    if pair.state == State.EXPIRED or (pair.state == State.PROPOSED and pair.proposal_expires_at <= now):
        raise DomainError(no_longer_open(pair.program_id), code="expired")
    if pair.state in NEVER_BEGAN:
        raise DomainError(no_longer_open(pair.program_id), code="wrong_state")
    if pair.state != State.PROPOSED:
        raise DomainError(_("This match is no longer waiting for an answer. Its page says how it goes on."), code="wrong_state")
