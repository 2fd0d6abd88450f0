"""Flags that staff have not closed in time: more people hear of them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from accounts.staff import Staff
from supervision.kinds import FlagReason
from supervision.models import Flag
from supervision.services.flags import in_batches_apart, notify, raise_flag


def raise_unanswered(now: datetime) -> int:
    """One pass over the open flags that are due for their next step; returns how many it raised."""
    return in_batches_apart("supervision.unanswered", Flag.objects.unanswered(now).order_by("opened_at"), _raise, now)


def _raise(ids: Sequence[UUID], now: datetime) -> int:
    """Rows that another pass, or a staff member closing a flag, holds right now are left to the next pass."""
    due = Flag.objects.unanswered(now).filter(pk__in=ids).with_people().order_by("pk")
    flags = list(due.select_for_update(of=("self",), skip_locked=True, no_key=True))
    staff = Staff.of(flag.program_id for flag in flags)
    for flag in flags:
        before = flag.step
        step = max(number for number, after in flag.spec.timed_steps() if flag.opened_at <= now - after)
        event = raise_flag(flag, Flag(step=step), reason=FlagReason.UNANSWERED, now=now)
        notify(event, flag.spec.escalate(before + 1, step, staff, flag.program_id, flag.relationship), now)
    return len(flags)
