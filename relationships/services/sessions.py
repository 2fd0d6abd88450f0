"""Sessions: the mentor logs them, the mentee confirms them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from core.errors import DomainError
from privacy import audit
from privacy.models import Action
from relationships.cadence import local_date
from relationships.enums import Outcome, State
from relationships.lifecycle import is_allowed
from relationships.models import MentoringSession, Relationship
from relationships.services.steps import lock_pair, require_mentor, start_clock, write_history

AHEAD_DAYS = 60
"""How far ahead a session that will not take place may be logged."""


@transaction.atomic
def log_session(
    *,
    relationship: Relationship,
    by: Membership,
    now: datetime,
    submission_key: UUID,
    held_on: date,
    outcome: str,
    minutes: int | None = None,
    mode: str = "",
    topics: Sequence[str] = (),
    next_step: str = "",
    next_on: date | None = None,
    note: str = "",
    mentor_wellbeing: int | None = None,
    wants_supervisor: bool = False,
    has_safety_concern: bool = False,
) -> MentoringSession:
    """Write a session down. The same `submission_key` again gives the first row.

    A session held starts the gap's count anew, and makes a new pair active; one that moved or could not be does neither.
    What the mentor asks for here is taken up by `supervision`. Refuses with `not_your_pair`, `wrong_state` or `wrong_date`.
    """
    pair = lock_pair(relationship)
    first = MentoringSession.objects.filter(submission_key=submission_key, relationship=pair).first()
    if first is not None:
        return first
    require_mentor(pair, by)
    _require_date(pair, held_on, outcome, now)
    session = MentoringSession.objects.create(
        relationship=pair,
        held_on=held_on,
        outcome=outcome,
        minutes=minutes,
        mode=mode,
        topics=list(topics),
        next_step=next_step,
        next_on=next_on,
        note=note,
        mentor_wellbeing=mentor_wellbeing,
        wants_supervisor=wants_supervisor,
        has_safety_concern=has_safety_concern,
        logged_by=by,
        logged_at=now,
        submission_key=submission_key,
    )
    _audit(session, pair, by, now, "logged")
    if outcome == Outcome.MET:
        _note_meeting(pair, held_on, by, now)
    return session


def _require_date(pair: Relationship, held_on: date, outcome: str, now: datetime) -> None:
    zone = pair.mentor.user.timezone
    today = local_date(now, zone)
    if outcome == Outcome.MET and held_on > today:
        raise DomainError(_("A session that was held cannot lie ahead. Check the date."), code="wrong_date")
    if held_on > today + timedelta(days=AHEAD_DAYS):
        raise DomainError(_("This date is too far ahead. Check the date."), code="wrong_date")
    if pair.started_at is not None and held_on < local_date(pair.started_at, zone):
        raise DomainError(_("This date is before the match began. Check the date."), code="wrong_date")


def _note_meeting(pair: Relationship, held_on: date, by: Membership, now: datetime) -> None:
    pair.last_session_on = max(held_on, pair.last_session_on or held_on)
    if pair.session_gap_since is not None and held_on >= pair.session_gap_since:
        start_clock(pair, held_on)
    before = pair.state
    if is_allowed(before, State.ACTIVE, by.role):
        pair.state = State.ACTIVE
        write_history(pair, from_state=before, by=by, now=now)
    pair.save()


@transaction.atomic
def confirm_session(*, session: MentoringSession, by: Membership, now: datetime) -> MentoringSession:
    """The mentee says that it took place. Confirming twice changes nothing. Refuses with `not_your_pair` or `wrong_state`."""
    pair = lock_pair(session.relationship)
    if by.pk != pair.mentee_id:
        raise DomainError(_("Only the mentee of this pair can confirm a session."), code="not_your_pair")
    session = MentoringSession.objects.get(pk=session.pk)
    if session.outcome != Outcome.MET:
        raise DomainError(_("Only a session that was held can be confirmed."), code="wrong_state")
    if MentoringSession.objects.filter(pk=session.pk, confirmed_at=None).update(confirmed_at=now):
        session.confirmed_at = now
        _audit(session, pair, by, now, "confirmed")
    return session


def _audit(session: MentoringSession, pair: Relationship, by: Membership, now: datetime, reason: str) -> None:
    audit.record(
        Action.CHANGED,
        by=by,
        about=session,
        person_id=pair.mentee.user_id,
        program_id=pair.program_id,
        at=now,
        reason=reason,
    )
