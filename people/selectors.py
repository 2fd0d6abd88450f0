"""What is known of a person, and of who began to act as staff."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from accounts.audit_events import REACTIVATED
from accounts.enums import STAFF_ROLES, Role
from accounts.models import Membership, User
from people.audit_events import INVITED, JOINED
from people.availability import Window
from people.models import Invitation, MenteeProfile, MentorProfile
from privacy.models import AuditEntry

STAFF_SHOWN_FOR = timedelta(days=30)


def profile_of(person: Membership) -> MentorProfile | MenteeProfile | None:
    """What a mentor or mentee says about themselves; None for staff, and until they have joined."""
    if person.role == Role.MENTOR:
        return getattr(person, "mentor_profile", None)
    if person.role == Role.MENTEE:
        return getattr(person, "mentee_profile", None)
    return None


def windows_of(person: Membership) -> list[Window]:
    """The weekly times a person can meet, in their own time zone."""
    return [Window(row.weekday, row.start_minute, row.end_minute) for row in person.availability.all()]


@dataclass(frozen=True)
class StaffBegun:
    """A staff role that a person took on, or was given back. `also` names their other roles in the program."""

    member: Membership
    at: datetime
    is_back: bool
    by: User | None
    """Who invited them or brought them back; None when the program itself did, or when it is not known."""
    is_set_up: bool
    """Whether the program itself invited them, as at its creation."""
    also: list[str]

    @property
    def is_their_own_doing(self) -> bool:
        return self.by is not None and self.by.pk == self.member.user_id


def staff_begun(program_id: UUID, now: datetime) -> list[StaffBegun]:
    """Every staff role of the program that began within 30 days, the newest first, also when it was suspended since.

    It is read from the audit entries, which nobody can take back. In six queries; in one when there is nothing.
    """
    entries = AuditEntry.objects.filter(
        program_id=program_id,
        at__gt=now - STAFF_SHOWN_FOR,
        object_type=Membership._meta.label_lower,
        object_id__in=Membership.objects.filter(program_id=program_id, role__in=STAFF_ROLES).values("pk"),
        reason__in=[JOINED.code, REACTIVATED.code],
    )
    newest = {entry.object_id: entry for entry in entries.order_by("at", "id")}
    if not newest:
        return []
    staff = Membership.objects.filter(pk__in=newest).select_related("user").in_bulk()
    links = dict(Invitation.objects.filter(accepted_as__in=staff).order_by("accepted_at").values_list("accepted_as", "pk"))
    invited = {entry.object_id: entry for entry in AuditEntry.objects.filter(object_id__in=links.values(), reason=INVITED.code)}
    causes = {pk: entry if entry.reason == REACTIVATED.code else invited.get(links.get(pk)) for pk, entry in newest.items()}
    actors = User.objects.in_bulk({cause.actor_id for cause in causes.values() if cause and cause.actor_id})
    roles: dict[UUID, list[Membership]] = defaultdict(list)
    for held in Membership.objects.filter(program_id=program_id, user__in={one.user_id for one in staff.values()}):
        roles[held.user_id].append(held)
    begun = [
        StaffBegun(
            member=member,
            at=newest[pk].at,
            is_back=newest[pk].reason == REACTIVATED.code,
            by=actors.get(cause.actor_id) if (cause := causes[pk]) else None,
            is_set_up=cause is not None and cause.actor_id is None,
            also=[str(held.get_role_display()) for held in roles[member.user_id] if held.pk != pk],
        )
        for pk, member in staff.items()
    ]
    return sorted(begun, key=lambda one: one.at, reverse=True)
