"""What other rooms show of what the staff hear and do. Of mentees' calls for support: who will hear, what was done, for the
mentee who asked; which are open, for those who look after the pair. Of what a mentor confided: when somebody looked at it, for
the mentor. Registered from `ready()`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership
from accounts.staff import Staff
from checkins.calls import LEFT, Hearer, StaffSide, hearer, openings
from checkins.enums import Support
from checkins.models import SupportRequest
from notifications.models import Message
from privacy.models import AuditEntry
from relationships.models import Relationship, SupervisorRequest
from relationships.selectors import OpenCall
from relationships.selectors.confiding import Looked
from supervision.audit_events import FLAG_OPENED
from supervision.kinds import CONFIDED_KINDS, FLAG_KINDS, URGENCIES, FlagChange, FlagKind
from supervision.models import Flag, FlagEvent, FlagNotified


def staff_who_will_hear(mentee: Membership) -> Mapping[str, list[Membership]]:
    """By how soon support is asked for (`Support`): the staff who hear first if this mentee asks now.

    Whom `take_up_requests` tells, from the same table. An admin hears that staff are needed, not who asked, and is left out.
    """
    pair = Relationship.objects.ongoing().with_people().filter(mentee=mentee).first()
    staff = Staff.of([mentee.program_id])
    told = {urgency: FLAG_KINDS[kind].repeat(1, staff, mentee.program_id, pair) for urgency, (kind, _why) in URGENCIES.items()}
    return {urgency: [one for one in members if one.role != Role.ADMIN] for urgency, members in told.items()}


def staff_side_of(requests: Sequence[SupportRequest]) -> dict[UUID, StaffSide]:
    """What staff did about these calls, by request: who was told, who opened it, who closed it.

    One that no flag stands for is left out. An admin hears that staff are needed, not who asked, and is not among those told.
    """
    people = ("flag__closed_by__user", "flag__relationship__mentor__mentor_profile")
    begun = FlagEvent.objects.filter(source_id__in=[request.pk for request in requests]).select_related(*people)
    told = _told_of({event.flag_id for event in begun})
    opened = openings({event.flag_id for event in begun})
    looks = _looks_at_flags(event.flag for event in begun)
    staff = Staff.of(event.flag.program_id for event in begun)
    return {
        event.source_id: StaffSide(
            told=_hearers(event, told[event.flag_id], opened, staff),
            looked=_looked_untold(event, looks[event.flag_id], told[event.flag_id]),
            closed_at=event.flag.closed_at,
            closed_by=hearer(event.flag.closed_by, []).who if event.flag.closed_by else "",
        )
        for event in begun
    }


def _told_of(flags: set[UUID]) -> dict[UUID, list[FlagNotified]]:
    """By flag: each time that a supervisor or coordinator was told of it, and did not leave before they could read it."""
    lines = FlagNotified.objects.filter(
        event__in=FlagEvent.objects.not_confided().filter(flag__in=flags),
        event__change__in=(FlagChange.OPENED, FlagChange.RAISED),
        role__in=(Role.SUPERVISOR, Role.COORDINATOR),
    ).select_related("event", "member__user")
    unread = Message.objects.filter(pk__in=[line.message_id for line in lines], cancel_reason__in=LEFT)
    never_read = set(unread.values_list("pk", flat=True))
    told: dict[UUID, list[FlagNotified]] = defaultdict(list)
    for line in lines:
        if line.message_id not in never_read:
            told[line.event.flag_id].append(line)
    return told


Look = tuple[Membership, datetime]
"""Who opened a flag, and when."""


def _looks_at_flags(flags: Iterable[Flag]) -> dict[UUID, list[Look]]:
    """By flag: each time that staff who are still there looked up how to reach the mentee, as the mentee's record says."""
    program_of = {flag.pk: flag.program_id for flag in flags}
    entries = AuditEntry.objects.filter(action=FLAG_OPENED.action, reason=FLAG_OPENED.code, object_id__in=program_of)
    looks = list(entries.order_by("at").values_list("object_id", "actor_id", "actor_role", "at"))
    staff = Membership.objects.active().filter(program__in=program_of.values(), user__in={actor for _, actor, _, _ in looks})
    members = {(one.program_id, one.user_id, one.role): one for one in staff.select_related("user")}
    found: dict[UUID, list[Look]] = defaultdict(list)
    for flag_id, actor, role, at in looks:
        member = members.get((program_of[flag_id], actor, role))
        if member is not None:
            found[flag_id].append((member, at))
    return found


def _looked_untold(call: FlagEvent, looks: Sequence[Look], told: Sequence[FlagNotified]) -> tuple[Hearer, ...]:
    """Those who opened the flag since this call and were not told of it, each with the first time."""
    heard = {line.member.user_id for line in told if line.event.at >= call.at}
    first: dict[UUID, Hearer] = {}
    for member, at in looks:
        if at >= call.at and member.user_id not in heard:
            first.setdefault(member.user_id, hearer(member, [at]))
    return tuple(first.values())


def _hearers(
    call: FlagEvent, told: Sequence[FlagNotified], opened: dict[tuple[UUID, UUID], list[datetime]], staff: Staff
) -> tuple[Hearer, ...]:
    """Those told of this call or since, each once, with when they first opened the flag from then on. Who is not active any
    more is gone, and so is a supervisor who looks after another mentor by now."""
    flag = call.flag
    hear = flag.spec.repeat(flag.step, staff, flag.program_id, flag.relationship)
    heard = {line.member.user_id: line.member for line in told if line.event.at >= call.at}
    times = {user: [at for at in opened.get((call.flag_id, user), []) if at >= call.at] for user in heard}
    gone = {
        user: not member.takes_part or (member.role == Role.SUPERVISOR and member not in hear) for user, member in heard.items()
    }
    return tuple(replace(hearer(member, times[user]), is_gone=gone[user]) for user, member in heard.items())


def open_calls_of(pairs: Sequence[Relationship], me: Membership, now: datetime) -> dict[UUID, OpenCall]:
    """The newest call in each pair that staff have not closed, as far as `me` may know of it. By pair, in one query."""
    if me.role == Role.MENTOR:
        closed = FlagEvent.objects.filter(source_id=OuterRef("pk"), flag__closed_at__isnull=False)
        asked = SupportRequest.objects.visible_to(me, now).filter(~Exists(closed), shared_with__in=pairs)
        return {
            one.shared_with_id: OpenCall(
                one.asked_at, one.urgency == Support.NOW, reverse("checkins:support_request", args=[one.pk])
            )
            for one in asked.order_by("asked_at")
            if one.shared_with_id
        }
    kinds = [kind for kind, spec in FLAG_KINDS.items() if spec.call and not spec.is_confided]
    sources = FlagEvent.objects.filter(flag=OuterRef(OuterRef("pk"))).values("source_id")
    newest = SupportRequest.objects.filter(pk__in=sources).order_by("-asked_at").values("asked_at")[:1]
    flags = Flag.objects.visible_to(me).open().filter(relationship__in=pairs, kind__in=kinds)
    asked_first: QuerySet[Any] = flags.annotate(asked_at=Coalesce(Subquery(newest), "opened_at")).order_by("asked_at")
    return {
        flag.relationship_id: OpenCall(flag.asked_at, flag.kind == FlagKind.SAFETY, flag.get_absolute_url())
        for flag in asked_first
        if flag.relationship_id
    }


def looks_at(requests: Sequence[SupervisorRequest]) -> dict[UUID, Looked]:
    """By request, who closed what a mentor confided, and when; nothing of what was done.

    Whoever closed a call may not have read the worry that once stood on its flag, so that is no look.
    """
    events = FlagEvent.objects.filter(source_id__in=[request.pk for request in requests], flag__kind__in=CONFIDED_KINDS)
    closed = events.filter(flag__closed_by__isnull=False).select_related("flag__closed_by__user")
    return {event.source_id: Looked(event.flag.closed_by.user.first_name, event.flag.closed_at) for event in closed}
