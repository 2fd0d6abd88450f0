"""Calls for support that nobody has closed in time: more people are told."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from supervision.enums import FlagReason
from supervision.ladder import LATER
from supervision.models import Flag
from supervision.services.flags import raise_flag, tell
from supervision.staff import Staff

BATCH = 100


def raise_unanswered(now: datetime) -> int:
    """One pass over the open calls that are due for their next step; returns how many it raised."""
    ids = list(Flag.objects.unanswered(now).order_by("opened_at").values_list("pk", flat=True))
    return sum(_raise(ids[start : start + BATCH], now) for start in range(0, len(ids), BATCH))


@transaction.atomic
def _raise(ids: Sequence[UUID], now: datetime) -> int:
    """Rows that another pass, or somebody closing a flag, holds right now are left to the next pass."""
    due = Flag.objects.unanswered(now).filter(pk__in=ids).with_people().order_by("pk")
    flags = list(due.select_for_update(of=("self",), skip_locked=True, no_key=True))
    staff = Staff.of(flag.program_id for flag in flags)
    for flag in flags:
        rung = max((rung for rung in LATER if rung.is_due(flag.kind, flag.opened_at, now)), key=lambda rung: rung.step)
        event = raise_flag(flag, Flag(step=rung.step), reason=FlagReason.UNANSWERED, now=now)
        people = rung.who(staff, flag.program_id, flag.relationship)
        tell(rung.message, event, people, now, admins_hear="supervision.unanswered")
    return len(flags)
