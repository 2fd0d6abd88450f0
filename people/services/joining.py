"""Accept an invitation."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.enums import STAFF_ROLES, Role
from accounts.models import Membership, User
from core.errors import DomainError
from notifications.services import cancel
from people.audit_events import JOINED
from people.models import Invitation, MenteeProfile, MentorProfile
from people.notices import INVITATION
from privacy import audit


@dataclass(frozen=True)
class NewSignIn:
    """What a person chooses who joins without an account."""

    first_name: str
    last_name: str
    password: str
    timezone: str
    language: str


def may_choose_password(invitation: Invitation) -> bool:
    """Whether the holder of the link may set the password of this address.

    A user who has one signs in with it. One without, who belongs to another program too, proves that the address is theirs
    by resetting the password: this link alone, which a coordinator can copy, must not open that other program.
    """
    user = User.objects.filter(email=invitation.email).first()
    return user is None or _is_nobodys_yet(user, invitation)


def known_answers(invitation: Invitation, *, language: str) -> dict[str, str]:
    """What the form that joins begins with: what an import said of this person, else what suits the invitation."""
    user = User.objects.filter(email=invitation.email).first()
    if user is None or not _is_nobodys_yet(user, invitation):
        return {"first_name": invitation.first_name, "timezone": invitation.program.timezone, "language": language}
    return {
        "first_name": user.first_name or invitation.first_name,
        "last_name": user.last_name,
        "timezone": user.timezone,
        "language": user.language,
    }


def _is_nobodys_yet(user: User, invitation: Invitation) -> bool:
    """No password was ever set, and it would open nothing but what coordinators of this very program brought in."""
    more = Q(role__in=STAFF_ROLES) | ~Q(program_id=invitation.program_id)
    return not user.has_usable_password() and not user.memberships.filter(more).exists()


@transaction.atomic
def join_new(*, invitation: Invitation, chosen: NewSignIn, now: datetime) -> Membership:
    """Join with a password chosen now: a new user, or the one an import made. Refuses with `closed` or `sign_in_first`."""
    _use(invitation, now)
    if not User.objects.filter(email=invitation.email).exists():
        with suppress(IntegrityError), transaction.atomic():  # somebody else may be adding the same address right now
            User.objects.create_user(invitation.email)
    user = User.objects.select_for_update().get(email=invitation.email)
    if not _is_nobodys_yet(user, invitation):
        raise DomainError(_("This address already has a password. Sign in to accept."), code="sign_in_first")
    user.first_name, user.last_name = chosen.first_name, chosen.last_name
    user.timezone, user.language = chosen.timezone, chosen.language
    user.set_password(chosen.password)
    user.save()
    return _membership(invitation, user, now)


@transaction.atomic
def join_known(*, invitation: Invitation, user: User, now: datetime) -> Membership:
    """Join as the signed-in user whose address was invited. Refuses with `closed` or `not_yours`."""
    if user.email != invitation.email:
        raise DomainError(_("This invitation is for another e-mail address."), code="not_yours")
    _use(invitation, now)
    return _membership(invitation, user, now)


def _use(invitation: Invitation, now: datetime) -> None:
    """Use the link up; of two at once one succeeds."""
    if not Invitation.objects.open(now).filter(pk=invitation.pk).update(accepted_at=now, token=""):
        raise DomainError(_("This invitation was already used or withdrawn."), code="closed")
    cancel(INVITATION, subject_id=invitation.pk, now=now)


def _membership(invitation: Invitation, user: User, now: datetime) -> Membership:
    membership, _new = Membership.objects.get_or_create(user=user, program=invitation.program, role=invitation.role)
    if membership.role == Role.MENTOR:
        MentorProfile.objects.get_or_create(membership=membership, defaults={"capacity": invitation.program.mentor_capacity})
    elif membership.role == Role.MENTEE:
        MenteeProfile.objects.get_or_create(membership=membership)
    audit.record(JOINED, membership, person=user.pk, program=membership.program_id, by=membership, at=now)
    return membership
