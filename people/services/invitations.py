"""Bring people in by a link that only their mailbox gets, and deliver that mail without losing one.

The mail says nothing of what the site is for. What is owed is a row (`accounts.models.Invitation`); `send_due` claims it
with a lease, sends, and marks it, so a stop between the steps costs at most a second copy with the same Message-ID.
"""

import hashlib
import logging
import secrets
import smtplib
from datetime import datetime, timedelta
from time import monotonic
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Min
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership, Program
from core.deployment import FILES
from core.errors import DomainError
from people.audit_events import INVITATION_WITHDRAWN, INVITED, INVITED_AGAIN
from people.models import Invitation
from privacy import audit

VALID_FOR = timedelta(days=14)
LEASE = timedelta(minutes=2)
"""Longer than `settings.EMAIL_TIMEOUT`, so nobody else sends while the first still tries."""
MOST_ATTEMPTS = 8
AboutOneMail = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError)
"""What a mail server that works may say of one mail."""
MAY_INVITE: dict[str, tuple[Role, ...]] = {
    Role.COORDINATOR: (Role.MENTOR, Role.MENTEE),
    Role.ADMIN: tuple(Role),
}


logger = logging.getLogger(__name__)


def mail_leaves() -> bool:
    """Whether mail goes to people, or, in demo mode, to a page where it can be read. Without EMAIL_URL it ends in files."""
    return settings.DEMO_MODE or settings.EMAIL_BACKEND != FILES


class Unreachable(Exception):
    """The mail server does not answer, so nobody's mail goes out."""


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
    """A new invitation, its mail owed in `language`. `by` is None when the program itself invites, as at its creation.

    The same form posted again gives the first invitation. Refuses with `role_not_allowed`, `already_member`,
    `already_invited` or, for a form that was used in another program, `form_used`.
    """
    if by and role not in MAY_INVITE.get(by.role, ()):
        raise DomainError(_("You cannot invite people in this role."), code="role_not_allowed")
    Program.objects.select_for_update().get(pk=program.pk)
    known = Invitation.objects.filter(submission_key=submission_key).first()
    if known and known.program_id != program.pk:
        raise DomainError(_("This form was used before. Open the page again and send it anew."), code="form_used")
    if known:
        return known
    email = email.strip().lower()
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
    _owe(invitation, now)
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
    _owe(invitation, now)
    audit.record(INVITED_AGAIN, invitation, person=None, program=by.program_id, by=by, at=now)
    return invitation


@transaction.atomic
def withdraw(*, invitation: Invitation, by: Membership, now: datetime) -> None:
    """Close the link. Refuses with `closed` when it was used or withdrawn before."""
    if not Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None).update(withdrawn_at=now, token=""):
        raise DomainError(_("This invitation was already used or withdrawn."), code="closed")
    audit.record(INVITATION_WITHDRAWN, invitation, person=None, program=by.program_id, by=by, at=now)


def find_open(token: str, now: datetime) -> Invitation | None:
    """The open invitation whose link holds `token`."""
    return Invitation.objects.open(now).select_related("program").filter(token_hash=_hash(token)).first()


def link_of(invitation: Invitation) -> str:
    """The link to hand over; empty once the mail has gone, when nobody here knows it any more."""
    return f"{settings.SITE_URL}{reverse('people:join', args=[invitation.token])}" if invitation.token else ""


def send_due(now: datetime) -> int:
    """Send the invitations whose mail is due; returns how many went. Safe to run twice at once."""
    Invitation.objects.filter(expires_at__lte=now).exclude(token="").update(token="")
    began = monotonic()
    sent = 0
    for pk in Invitation.objects.owed(now).order_by("due_at").values_list("pk", flat=True)[:200]:
        lease_end = now + timedelta(seconds=monotonic() - began) + LEASE
        try:
            sent += _send_one(pk, now, lease_end)
        except Unreachable:
            break
    return sent


def _send_one(pk: UUID, now: datetime, lease_end: datetime) -> bool:
    """Raises `Unreachable` when no mail at all can leave; whatever else goes wrong holds up nobody else's mail."""
    lease = uuid4()
    claim = {"lease_token": lease, "leased_until": lease_end, "attempts": F("attempts") + 1}
    if not Invitation.objects.owed(now).filter(pk=pk).update(**claim):
        return False
    invitation = Invitation.objects.get(pk=pk)
    mine = Invitation.objects.filter(pk=pk, lease_token=lease)
    try:
        envelope(invitation).send()
    except Exception as error:
        logger.warning("Invitation %s did not leave, try %d: %s", pk, invitation.attempts, type(error).__name__)
        given_up = now if invitation.attempts >= MOST_ATTEMPTS else None
        mine.update(leased_until=None, due_at=now + timedelta(minutes=2**invitation.attempts), dead_at=given_up)
        if isinstance(error, OSError) and not isinstance(error, AboutOneMail):
            raise Unreachable from error
        return False
    return bool(mine.update(sent_at=now, leased_until=None, token=""))


def oldest_owed(now: datetime) -> datetime | None:
    """Since when the mail that has waited longest is owed; a try that did not work does not make it younger."""
    expires_at = Invitation.objects.unsent(now).aggregate(first=Min("expires_at"))["first"]
    return expires_at - VALID_FOR if expires_at else None


def envelope(invitation: Invitation) -> EmailMessage:
    """The mail, in the language that was chosen for the person: the site's title, a link and a date, nothing else.

    One Message-ID per link.
    """
    context = {"invitation": invitation, "link": link_of(invitation), "site_title": settings.SITE_TITLE}
    with translation.override(invitation.language):
        subject = _("An invitation to %(site)s") % {"site": settings.SITE_TITLE}
        body = render_to_string("people/mail/invitation.txt", context)
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    message_id = f"<{invitation.token_hash[:32]}@{host}>"
    return EmailMessage(subject, body, to=[invitation.email], headers={"Message-ID": message_id})


def _owe(invitation: Invitation, now: datetime) -> None:
    """A fresh token, a fresh two weeks, and a mail that is owed."""
    invitation.token = secrets.token_urlsafe(32)
    invitation.token_hash = _hash(invitation.token)
    invitation.expires_at = now + VALID_FOR
    invitation.due_at = now
    invitation.attempts = 0
    invitation.lease_token = invitation.leased_until = invitation.sent_at = invitation.dead_at = None
    invitation.save()


def _has_joined(program: Program, email: str, role: str) -> bool:
    """Whether somebody with this address and role could already sign in here, or was suspended."""
    member = program.memberships.filter(user__email=email, role=role).select_related("user").first()
    return member is not None and (not member.is_active or member.user.has_usable_password())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
