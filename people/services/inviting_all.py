"""Invite at once every person who was imported and has not joined yet."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Membership, MembershipQuerySet, Program, User
from people.models import Invitation
from people.services.invitations import MAY_INVITE, invite


def not_invited(*, by: Membership, now: datetime) -> QuerySet[User]:
    """People who are pending in the program, without an open invitation, whom `by` may invite; each person once."""
    mine = _invitable(by).filter(user=OuterRef("pk"))
    invited = Invitation.objects.open(now).filter(program_id=by.program_id, email=OuterRef("email"))
    people = User.everybody.filter(is_active=True, pending_in=by.program_id)
    return people.filter(Exists(mine), ~Exists(invited)).order_by("email")


@transaction.atomic
def invite_everybody(*, by: Membership, now: datetime) -> int:
    """An invitation for each of `not_invited`, its mail pending; returns how many. Asked for twice, no person gets two."""
    program = Program.objects.select_for_update().get(pk=by.program_id)
    members = _invitable(by).select_related("user").filter(user__in=not_invited(by=by, now=now))
    first_of = {member.user_id: member for member in members.order_by("-joined_at", "-id")}
    for member in first_of.values():
        invite(
            program=program,
            email=member.user.email,
            first_name=member.user.first_name,
            role=member.role,
            by=by,
            now=now,
            submission_key=uuid4(),
            language=member.user.language,
        )
    return len(first_of)


def _invitable(by: Membership) -> MembershipQuerySet:
    return Membership.objects.visible_to(by).active().with_role(*MAY_INVITE.get(by.role, ()))
