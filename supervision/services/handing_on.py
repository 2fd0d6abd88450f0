"""Calls and worries that are open when somebody who heard of them goes: whoever takes over is told, in the same transaction."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.enums import Role
from accounts.models import Membership
from accounts.staff import Staff
from checkins.enums import SUPPORT_KINDS
from notifications.services import cancel_all
from relationships.enums import ONGOING
from relationships.grounds import missing_grounds
from supervision.kinds import FLAG_KINDS, FlagReason
from supervision.models import Flag, FlagEvent, FlagNotified, FlagQuerySet
from supervision.services.flags import in_batches_apart, notify, raise_flag

_HANDED_ON = [kind for kind, spec in FLAG_KINDS.items() if spec.call is not None or spec.is_confided]
CHECK_SECONDS = 60 * 60


def on_active_changed(*, membership_ids: Collection[UUID], now: datetime, **_signal: object) -> None:
    """A receiver of `accounts.signals.active_changed`: whatever the program's staff and mentors had heard of."""
    programs = Membership.objects.filter(pk__in=membership_ids).values("program")
    hand_on(Flag.objects.filter(program__in=programs), now)


def on_person_changed(*, program_id: UUID, person_ids: Collection[UUID] | None, now: datetime, **_signal: object) -> None:
    """A receiver of `privacy.signals.person_changed`: another supervisor was chosen, or contact went on hold."""
    if person_ids is not None:
        theirs = Q(relationship__mentor__user__in=person_ids) | Q(relationship__mentee__user__in=person_ids)
        hand_on(Flag.objects.filter(theirs, program_id=program_id), now)


def on_running_changed(*, mentee_ids: Collection[UUID], now: datetime, **_signal: object) -> None:
    """A receiver of `relationships.signals.running_changed`: a match ended, so its mentor hears no more."""
    hand_on(Flag.objects.filter(relationship__mentee__in=mentee_ids), now)


def check_hearers(now: datetime) -> int:
    """The scan `supervision.check_hearers`: what time, or no service, took from those who were told. Returns how many flags it
    handed on."""
    flags = Flag.objects.open().filter(kind__in=_HANDED_ON).order_by("opened_at", "pk")
    return in_batches_apart("supervision.check_hearers", flags, _hand_on, now, stay=True)


def _hand_on(ids: Sequence[UUID], now: datetime) -> int:
    return hand_on(Flag.objects.filter(pk__in=ids), now)


@transaction.atomic
def hand_on(flags: FlagQuerySet, now: datetime) -> int:
    """Tell of those of `flags` that are open calls or worries whoever takes over, as of a new one; returns how many.

    Once somebody who was told is gone, all who hear of it by its step; else those who were never told, or hear of it again. A
    supervisor who looks after another mentor by now is away as well, but leaves nobody alone: whoever was chosen is new.
    """
    open_now = flags.open().filter(kind__in=_HANDED_ON).with_people().prefetch_related("away").order_by("pk")
    held = list(open_now.select_related("relationship__program").select_for_update(of=("self",), no_key=True))
    if not held:
        return 0
    told, gone = _told_and_gone(held, now)
    _end_for_mentors([flag for flag in held if flag.relationship and flag.relationship.mentor in gone[flag.pk]], now)
    staff = Staff.of(flag.program_id for flag in held)
    handed_on = 0
    for flag in held:
        hear = flag.spec.repeat(flag.step, staff, flag.program_id, flag.relationship)
        before = set(flag.away.all())
        away = gone[flag.pk] | {one for one in told[flag.pk] if one.role == Role.SUPERVISOR and one not in hear}
        if away != before:
            flag.away.set(away)
        if gone[flag.pk] <= before:
            known = {_as_heard(one) for one in told[flag.pk] - before}
            hear = {member: kind for member, kind in hear.items() if _as_heard(member) not in known}
        if hear:
            event = raise_flag(flag, Flag(step=flag.step), reason=FlagReason.HANDED_ON, now=now)
            notify(event, hear, now)
            handed_on += 1
    return handed_on


def _end_for_mentors(flags: Sequence[Flag], now: datetime) -> None:
    """The mentors of these flags are gone: what they were told of the calls asks nothing of them any more. Should contact be
    open again, they hear of it anew."""
    calls = FlagEvent.objects.filter(flag__in=flags, source_id__isnull=False).values_list("source_id", flat=True)
    cancel_all(SUPPORT_KINDS.values(), list(calls), now=now)


def _as_heard(member: Membership) -> tuple[UUID, bool]:
    """Whoever has two roles hears once; but an admin hears of the program alone."""
    return member.user_id, member.role == Role.ADMIN


def _told_and_gone(flags: Sequence[Flag], now: datetime) -> tuple[dict[UUID, set[Membership]], dict[UUID, set[Membership]]]:
    """By flag, who was ever told; and who of them is gone: no longer active, or the mentor of a match in which the two are not
    in contact any more."""
    pairs = {flag.relationship for flag in flags if flag.relationship}
    missing = missing_grounds(pairs, now)
    apart = {(pair.pk, pair.mentor_id) for pair in pairs if pair.state not in ONGOING or missing[pair.pk]}
    told: dict[UUID, set[Membership]] = defaultdict(set)
    gone: dict[UUID, set[Membership]] = defaultdict(set)
    for line in FlagNotified.objects.filter(event__flag__in=flags).select_related("event__flag", "member__user"):
        flag, member = line.event.flag, line.member
        told[flag.pk].add(member)
        is_here = member.takes_part and (flag.relationship_id, member.pk) not in apart
        if not is_here:
            gone[flag.pk].add(member)
    return told, gone
