"""Accept an invitation."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership, User, address_of
from accounts.signals import active_changed
from core.errors import DomainError
from notifications.services import cancel
from people.audit_events import JOINED
from people.models import Invitation, MenteeProfile, MentorProfile
from people.notices import INVITATION
from people.services.merging import merge_pending
from privacy import audit


@dataclass(frozen=True)
class NewSignIn:
    """What a person chooses who joins without an account."""

    first_name: str
    last_name: str
    password: str
    timezone: str
    language: str


def known_answers(invitation: Invitation, *, language: str) -> dict[str, str]:
    """What the form that joins begins with: what an import said of this person, else what suits the invitation.

    An account elsewhere is not looked at: whoever opens the link learns nothing of it.
    """
    user = _pending(invitation).first()
    if user is None:
        return {"first_name": invitation.first_name, "timezone": invitation.program.timezone, "language": language}
    return {
        "first_name": user.first_name or invitation.first_name,
        "last_name": user.last_name,
        "timezone": user.timezone,
        "language": user.language,
    }


def _pending(invitation: Invitation) -> QuerySet[User]:
    """The person with this address whom the program itself brought in and who has not accepted yet, if any."""
    return User.everybody.filter(pending_in=invitation.program_id, email=invitation.email)


@transaction.atomic
def join_new(*, invitation: Invitation, chosen: NewSignIn, now: datetime) -> Membership:
    """Join with a password chosen now: a new account, which whoever was pending becomes.

    Refuses with `closed`, or with `sign_in_first` when the address has an account.
    """
    _use(invitation, now)
    user = _pending(invitation).select_for_update().first() or User(email=invitation.email)
    user.pending_in = None
    user.first_name, user.last_name = chosen.first_name, chosen.last_name
    user.timezone, user.language = chosen.timezone, chosen.language
    user.set_password(chosen.password)
    try:
        with transaction.atomic():
            user.save()  # the address is unique among accounts, also when two are being made at once
    except IntegrityError:
        raise DomainError(_("This address already has a sign-in. Sign in to accept."), code="sign_in_first") from None
    address_of(user).save()
    return _membership(invitation, user, now)


@transaction.atomic
def join_known(*, invitation: Invitation, user: User, now: datetime) -> Membership:
    """Join as the signed-in user whose address was invited. Refuses with `closed` or `not_yours`."""
    if user.email != invitation.email:
        raise DomainError(_("This invitation is for another e-mail address."), code="not_yours")
    _use(invitation, now)
    if pending := _pending(invitation).select_for_update().first():
        merge_pending(pending, into=user)
    return _membership(invitation, user, now)


def _use(invitation: Invitation, now: datetime) -> None:
    """Use the link up; of two at once one succeeds."""
    if not Invitation.objects.open(now).filter(pk=invitation.pk).update(accepted_at=now, token=""):
        raise DomainError(_("This invitation was already used or withdrawn."), code="closed")
    cancel(INVITATION, subject_id=invitation.pk, now=now)


def _membership(invitation: Invitation, user: User, now: datetime) -> Membership:
    membership, is_new = Membership.objects.get_or_create(user=user, program=invitation.program, role=invitation.role)
    if membership.role == Role.MENTOR:
        MentorProfile.objects.get_or_create(membership=membership, defaults={"capacity": invitation.program.mentor_capacity})
    elif membership.role == Role.MENTEE:
        MenteeProfile.objects.get_or_create(membership=membership)
    Invitation.objects.filter(pk=invitation.pk).update(accepted_as=membership)
    if is_new:
        active_changed.send(Membership, membership_ids=[membership.pk], now=now)
    audit.record(JOINED, membership, person=user.pk, program=membership.program_id, by=membership, at=now)
    return membership
