"""Session gaps: a flag that grows with the days, and closes by itself when the two have met again."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from accounts.staff import Staff
from notifications.isolation import in_batches
from relationships.enums import RUNNING
from relationships.grounds import missing_grounds
from relationships.models import MentoringSession, Relationship
from relationships.services import advance_gap
from supervision.kinds import FlagKind, FlagReason
from supervision.models import Flag
from supervision.services.flags import clear_flag, notify, raise_flag


def follow_session_gaps(now: datetime) -> int:
    """One pass: take every due gap to the step it has reached, and clear the flags whose cause is gone.

    Returns how many flags it opened, raised or cleared. After an outage a gap goes straight to its step, and the staff who
    should have heard meanwhile hear once.
    """
    due = Relationship.objects.session_gap_due(now).order_by("session_gap_due_at")
    over = Relationship.objects.filter(pk__in=Flag.objects.gap_is_over().values("relationship"))
    return in_batches("supervision.session_gaps", due, _follow, now, about="mentee") + in_batches(
        "supervision.session_gaps_over", over, _follow, now, about="mentee"
    )


def _follow(ids: Sequence[UUID], now: datetime) -> int:
    """Rows that another pass, or a mentor logging a session, holds right now are left to the next pass."""
    held = Relationship.objects.with_people().filter(pk__in=ids).order_by("pk")
    pairs = list(held.select_for_update(of=("self",), skip_locked=True, no_key=True))
    open_flags = Flag.objects.open().filter(kind=FlagKind.SESSION_GAP, relationship__in=pairs).select_related("about")
    flags = {flag.relationship_id: flag for flag in open_flags.select_for_update(of=("self",), no_key=True)}
    last_logged = dict(
        MentoringSession.objects.held()
        .filter(relationship__in=flags)
        .order_by()
        .values_list("relationship_id")
        .annotate(latest=Max("logged_at"))
    )
    staff = Staff.of(pair.program_id for pair in pairs)
    missing = missing_grounds(pairs, now)
    done = 0
    for pair in pairs:
        flag = flags.get(pair.pk)
        before = pair.session_gap_step
        advance_gap(pair, now)
        if flag is not None and (reason := _why_over(pair, flag, last_logged.get(pair.pk))):
            clear_flag(flag, reason=reason, now=now)
            flag = None
            done += 1
        if missing[pair.pk]:
            continue  # on hold: nobody is to be asked to meet
        done += _escalate(pair, flag, max(before, flag.step if flag else 0), staff, now)
    return done


def _why_over(pair: Relationship, flag: Flag, last_logged: datetime | None) -> FlagReason | None:
    """Why the gap this flag stands for is over, or None when it goes on."""
    if pair.state not in RUNNING:
        return FlagReason.NOT_RUNNING
    if pair.session_gap_step >= flag.step:
        return None
    if last_logged is not None and last_logged >= flag.opened_at:
        return FlagReason.SESSION_LOGGED
    return FlagReason.CLOCK_MOVED


def _escalate(pair: Relationship, flag: Flag | None, before: int, staff: Staff, now: datetime) -> int:
    """Raise the flag when the gap has passed the step `before`, the last one that staff heard of."""
    if pair.state not in RUNNING or pair.session_gap_step <= before:
        return 0
    new = Flag(
        program=pair.program,
        relationship=pair,
        about=pair.mentee,
        kind=FlagKind.SESSION_GAP,
        step=pair.session_gap_step,
    )
    event = raise_flag(flag, new, reason=FlagReason.GAP, now=now)
    notify(event, event.flag.spec.escalate(before + 1, pair.session_gap_step, staff, pair.program_id, pair), now)
    return 1
