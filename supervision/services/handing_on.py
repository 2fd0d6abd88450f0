"""Calls and worries that are open when somebody who heard of them goes: whoever takes over is told, in the same transaction."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.models import Membership
from accounts.staff import Staff
from relationships.enums import ONGOING
from relationships.grounds import missing_grounds
from supervision.kinds import FLAG_KINDS, FlagReason
from supervision.models import Flag, FlagNotified, FlagQuerySet
from supervision.services.flags import notify, raise_flag

_HANDED_ON = [kind for kind, spec in FLAG_KINDS.items() if spec.call is not None or spec.is_confided]


def on_active_changed(*, membership_ids: Collection[UUID], now: datetime, **_signal: object) -> None:
    """A receiver of `accounts.signals.active_changed`: whatever the program's staff and mentors had heard of."""
    changed = Membership.objects.filter(pk__in=membership_ids)
    flags = Flag.objects.filter(program_id__in=set(changed.values_list("program_id", flat=True)))
    hand_on(flags, now, back=set(changed.active().values_list("pk", flat=True)))


def on_person_changed(*, program_id: UUID, person_ids: Collection[UUID] | None, now: datetime, **_signal: object) -> None:
    """A receiver of `privacy.signals.person_changed`: another supervisor was chosen, or contact went on hold."""
    if person_ids is not None:
        theirs = Q(relationship__mentor__user__in=person_ids) | Q(relationship__mentee__user__in=person_ids)
        hand_on(Flag.objects.filter(theirs, program_id=program_id), now)


def on_running_changed(*, mentee_ids: Collection[UUID], now: datetime, **_signal: object) -> None:
    """A receiver of `relationships.signals.running_changed`: a match ended, so its mentor hears no more."""
    hand_on(Flag.objects.filter(relationship__mentee__in=mentee_ids), now)


@transaction.atomic
def hand_on(flags: FlagQuerySet, now: datetime, *, back: Collection[UUID] = ()) -> int:
    """Tell of those of `flags` that are open calls or worries whoever takes over, as of a new one; returns how many.

    Where somebody who was told is gone, all who hear of it by its step; else those who were never told, or are `back`.
    """
    open_now = flags.open().filter(kind__in=_HANDED_ON).with_people()
    held = list(open_now.select_related("relationship__program").order_by("pk").select_for_update(of=("self",), no_key=True))
    if not held:
        return 0
    told, gone = _told_and_gone(held, now)
    staff = Staff.of(flag.program_id for flag in held)
    handed_on = 0
    for flag in held:
        hear = flag.spec.repeat(flag.step, staff, flag.program_id, flag.relationship)
        if flag.pk not in gone:
            hear = {member: kind for member, kind in hear.items() if member.pk not in told[flag.pk] or member.pk in back}
        if hear:
            event = raise_flag(flag, Flag(step=flag.step), reason=FlagReason.HANDED_ON, now=now)
            notify(event, hear, now)
            handed_on += 1
    return handed_on


def _told_and_gone(flags: Sequence[Flag], now: datetime) -> tuple[dict[UUID, set[UUID]], set[UUID]]:
    """By flag, who was ever told; and the flags of which somebody was told, since they were handed on last, who is gone: no
    longer active, or the mentor of a match in which the two are not in contact any more."""
    pairs = {flag.relationship for flag in flags if flag.relationship}
    missing = missing_grounds(pairs, now)
    apart = {(pair.pk, pair.mentor_id) for pair in pairs if pair.state not in ONGOING or missing[pair.pk]}
    lines = FlagNotified.objects.filter(event__flag__in=flags).select_related("event__flag", "member__user")
    told: dict[UUID, set[UUID]] = defaultdict(set)
    gone: set[UUID] = set()
    last = {line.event.flag_id: line.event.at for line in lines if line.event.reason == FlagReason.HANDED_ON}
    for line in lines:
        flag, member = line.event.flag, line.member
        told[flag.pk].add(member.pk)
        is_here = member.is_active and member.user.is_active and (flag.relationship_id, member.pk) not in apart
        is_handed = line.event.reason == FlagReason.HANDED_ON
        since = last.get(flag.pk)
        if not is_here and (since is None or line.event.at > since or (is_handed and line.event.at == since)):
            gone.add(flag.pk)
    return told, gone
