"""Sessions: the mentor logs them and may take them back, the mentee confirms them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.timezones import local_date
from core.errors import DomainError, UsedForm
from privacy import audit
from relationships.audit_events import SESSION_CONFIRMED, SESSION_LOGGED, SESSION_TAKEN_BACK
from relationships.enums import Outcome, State
from relationships.grounds import is_on_hold
from relationships.lifecycle import TAKEN_BACK, is_allowed, require
from relationships.models import MentoringSession, Relationship, Transition
from relationships.notices import INTRODUCE
from relationships.services.gaps import start_clock
from relationships.services.steps import lock_pair, notify_coordinators, require_mentor, write_history

AHEAD_DAYS = 60
"""How far ahead a session that will not take place may be logged."""
ON_HOLD = _(
    "Contact is on hold, so nothing is passed on to your mentee. Take out the next step, the next date and the note, and log"
    " only what has taken place."
)
NEXT_DAYS = 366
"""How long after a session the next one may be."""


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
) -> MentoringSession:
    """Write a session down. The same again under one `submission_key` gives the first row.

    A session held starts the gap's count anew, and makes a new pair active; one that moved or could not be does neither.
    While contact is on hold, what took place can be written down, but nothing that the mentee would read. Refuses with
    `not_your_pair`, `wrong_state`, `wrong_date`, `wrong_next_date`, `on_hold` or `used_form`.
    """
    pair = lock_pair(relationship)
    answers: dict[str, Any] = {
        "held_on": held_on,
        "outcome": outcome,
        "minutes": minutes,
        "mode": mode,
        "topics": list(topics),
        "next_step": next_step,
        "next_on": next_on,
        "note": note,
        "mentor_wellbeing": mentor_wellbeing,
    }
    first = MentoringSession.objects.filter(submission_key=submission_key).first()
    if first is not None:
        return _require_same(first, pair, by, answers)
    require_mentor(pair, by)
    _require_date(pair, held_on, outcome, now)
    _require_next_date(held_on, next_on)
    is_ahead = held_on > pair.mentor.user.today(now)
    if (is_ahead or next_step or next_on or note) and is_on_hold(pair, now):
        raise DomainError(ON_HOLD, code="on_hold")
    session = MentoringSession.objects.create(
        relationship=pair, logged_by=by, logged_at=now, submission_key=submission_key, **answers
    )
    audit.record(SESSION_LOGGED, session, person=pair.mentee.user_id, program=pair.program_id, by=by, at=now)
    if outcome == Outcome.MET:
        _note_meeting(pair, held_on, by, now)
    return session


def _require_same(first: MentoringSession, pair: Relationship, by: Membership, answers: dict[str, Any]) -> MentoringSession:
    """What this form made before; it can make nothing else: not for another pair, after a change of mind, or in other words."""
    is_same = first.relationship_id == pair.pk and first.logged_by_id == by.pk and first.taken_back_at is None
    if not is_same or any(getattr(first, name) != answer for name, answer in answers.items()):
        raise UsedForm
    return first


def _require_date(pair: Relationship, held_on: date, outcome: str, now: datetime) -> None:
    zone = pair.mentor.user.timezone
    today = local_date(now, zone)
    if outcome == Outcome.MET and held_on > today:
        raise DomainError(_("A session that was held cannot lie ahead. Check the date."), code="wrong_date")
    if held_on > today + timedelta(days=AHEAD_DAYS):
        raise DomainError(_("This date is too far ahead. Check the date."), code="wrong_date")
    if pair.started_at is not None and held_on < local_date(pair.started_at, zone):
        raise DomainError(_("This date is before the match began. Check the date."), code="wrong_date")


def _require_next_date(held_on: date, next_on: date | None) -> None:
    if next_on is not None and not held_on <= next_on <= held_on + timedelta(days=NEXT_DAYS):
        raise DomainError(_("The next session comes after this one, within a year. Check the date."), code="wrong_next_date")


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
    if session.taken_back_at is not None:
        raise DomainError(_("Your mentor took this session back a moment ago."), code="wrong_state")
    if session.outcome != Outcome.MET:
        raise DomainError(_("Only a session that was held can be confirmed."), code="wrong_state")
    if MentoringSession.objects.filter(pk=session.pk, confirmed_at=None).update(confirmed_at=now):
        session.confirmed_at = now
        audit.record(SESSION_CONFIRMED, session, person=pair.mentee.user_id, program=pair.program_id, by=by, at=now)
    return session


@transaction.atomic
def take_back_session(*, session: MentoringSession, by: Membership, now: datetime) -> MentoringSession:
    """The mentor logged it by mistake: it counts nowhere from here on, and the gap counts as if it had never been logged.

    Taking it back twice changes nothing. Refuses with `not_your_pair`, `wrong_state` or `too_late`.
    """
    pair = lock_pair(session.relationship)
    require_mentor(pair, by)
    session = MentoringSession.objects.get(pk=session.pk)
    if session.taken_back_at is not None:
        return session
    if not session.may_be_taken_back(now):
        raise DomainError(
            _("This session stays: your mentee confirmed it, or a day has passed."),
            code="too_late",
        )
    session.taken_back_at = now
    session.save(update_fields=["taken_back_at"])
    audit.record(SESSION_TAKEN_BACK, session, person=pair.mentee.user_id, program=pair.program_id, by=by, at=now)
    if session.outcome == Outcome.MET:
        _forget_meeting(pair, session, by, now)
    return session


def _forget_meeting(pair: Relationship, session: MentoringSession, by: Membership, now: datetime) -> None:
    """The last date, the gap's count and the state, from what still stands.

    The step starts at none, so that the next pass finds the one that was reached and calls the staff who must hear.
    """
    changes = Transition.objects.filter(relationship=pair)
    pair.last_session_on = MentoringSession.objects.held().filter(relationship=pair).aggregate(last=Max("held_on"))["last"]
    if pair.session_gap_since is not None and pair.started_at is not None:
        zone = pair.mentor.user.timezone
        resumed = changes.filter(from_state__in=(State.PAUSED, State.CLOSED), to_state=State.ACTIVE).aggregate(last=Max("at"))
        counted = [local_date(at, zone) for at in (pair.started_at, resumed["last"]) if at is not None]
        start_clock(pair, max([*counted, pair.last_session_on or counted[0]]))
    began = changes.filter(to_state=State.ACTIVE, by=by, at=session.logged_at).first()
    if began is not None and pair.state == State.ACTIVE and pair.last_session_on is None:
        require(pair.state, began.from_state, by.role, TAKEN_BACK)
        pair.state = began.from_state
        write_history(pair, from_state=State.ACTIVE, by=by, now=now, reason=TAKEN_BACK)
        if pair.state == State.ACCEPTED and not is_on_hold(pair, now):
            notify_coordinators(INTRODUCE, pair, now)
    pair.save()
