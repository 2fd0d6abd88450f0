"""Bring people in by a link that only their mailbox gets.

The mail is a message of the outbox; what it says is written here, when it leaves (`people/notices.py`). It says nothing of
what the site is for.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership, Program, User
from core.errors import DomainError, UsedForm
from core.limits import Limit
from notifications.services import cancel, enqueue_all, message_for
from people.audit_events import INVITATION_WITHDRAWN, INVITED, INVITED_AGAIN
from people.models import Invitation
from people.notices import INVITATION
from privacy import audit

VALID_FOR = timedelta(days=14)
GUESSES = Limit("join.guess", 30, timedelta(hours=1))
MAY_INVITE: dict[str, tuple[Role, ...]] = {
    Role.COORDINATOR: (Role.MENTOR, Role.MENTEE),
    Role.ADMIN: tuple(Role),
}


@transaction.atomic
def invite(
    *,
    program: Program,
    email: str,
    first_name: str,
    role: str,
    by: Membership | None,
    now: datetime,
    submission_key: UUID,
    language: str = settings.LANGUAGE_CODE,
) -> Invitation:
    """A new invitation, its mail pending in `language`. `by` is None when the program itself invites, as at its creation.

    The same form posted again gives the first invitation. Refuses with `role_not_allowed`, `already_member`,
    `already_invited` or, for a form that was used for somebody else or in another program, `used_form`.
    """
    if by and role not in MAY_INVITE.get(by.role, ()):
        raise DomainError(_("You cannot invite people in this role."), code="role_not_allowed")
    Program.objects.select_for_update().get(pk=program.pk)
    if known := Invitation.objects.filter(submission_key=submission_key).first():
        was = (known.program_id, known.email, known.first_name, known.role, known.language)
        if was != (program.pk, email, first_name, role, language):
            raise UsedForm
        return known
    if _has_joined(program, email, role):
        raise DomainError(_("This person already has this role here."), code="already_member")
    if program.invitations.open(now).filter(email=email, role=role).exists():
        raise DomainError(_("This person is already invited. You can send the invitation again."), code="already_invited")
    invitation = Invitation(
        program=program,
        email=email,
        first_name=first_name,
        role=role,
        language=language,
        invited_by=by,
        created_at=now,
        submission_key=submission_key,
    )
    _enqueue_link(invitation, now)
    audit.record(INVITED, invitation, person=None, program=program.pk, by=by, at=now)
    return invitation


@transaction.atomic
def send_again(*, invitation: Invitation, by: Membership, now: datetime) -> Invitation:
    """The same invitation with a new link; the old link stops working. Refuses with `closed`."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.accepted_at or invitation.withdrawn_at:
        raise DomainError(_("This invitation was already used or withdrawn."), code="closed")
    if invitation.role not in MAY_INVITE.get(by.role, ()):
        raise DomainError(_("You cannot invite people in this role."), code="role_not_allowed")
    cancel(INVITATION, subject_id=invitation.pk, now=now)
    _enqueue_link(invitation, now)
    audit.record(INVITED_AGAIN, invitation, person=None, program=by.program_id, by=by, at=now)
    return invitation


@transaction.atomic
def withdraw(*, invitation: Invitation, by: Membership, now: datetime) -> None:
    """Close the link. Refuses with `closed` when it was used or withdrawn before."""
    if not Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None).update(withdrawn_at=now, token=""):
        raise DomainError(_("This invitation was already used or withdrawn."), code="closed")
    cancel(INVITATION, subject_id=invitation.pk, now=now)
    audit.record(INVITATION_WITHDRAWN, invitation, person=None, program=by.program_id, by=by, at=now)


def find_open(token: str, now: datetime) -> Invitation | None:
    """The open invitation whose link holds `token`."""
    return Invitation.objects.open(now).select_related("program").filter(token_hash=_hash(token)).first()


def may_open(token: str, *, network: str, now: datetime) -> bool:
    """Whether this link may be opened from this network. One that was sent always may; any other counts, as a guess."""
    return Invitation.objects.filter(token_hash=_hash(token)).exists() or GUESSES.take(network, now=now)


def joined_by(token: str, user: User) -> Membership | None:
    """The place that this user accepted with the link that holds `token`, if they did and still have it."""
    used = Invitation.objects.exclude(accepted_at=None).filter(token_hash=_hash(token), email=user.email).first()
    places = Membership.objects.active().filter(user=user)
    return places.filter(program_id=used.program_id, role=used.role).select_related("user").first() if used else None


def forget_expired(now: datetime) -> int:
    """Drop the tokens of links that no longer work and whose mail never went; returns how many."""
    return Invitation.objects.filter(expires_at__lte=now).exclude(token="").update(token="")


def _enqueue_link(invitation: Invitation, now: datetime) -> None:
    """A fresh token, a fresh two weeks, and a mail that takes it there."""
    invitation.token = secrets.token_urlsafe(32)
    invitation.token_hash = _hash(invitation.token)
    invitation.expires_at = now + VALID_FOR
    message = message_for(INVITATION, subject_id=invitation.pk, recipient=None, program=invitation.program, now=now)
    enqueue_all([message])
    invitation.message = message
    invitation.save()


def _has_joined(program: Program, email: str, role: str) -> bool:
    """Whether somebody with this address has this role here, or had it and was suspended."""
    is_here = Q(user__pending_in=None) | Q(is_active=False)
    return program.memberships.filter(is_here, user__email=email, role=role).exists()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
