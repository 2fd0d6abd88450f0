"""Prove that who opens a link to a staff role has the mailbox now, and not a link alone: a code goes there, and comes back."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts.enums import STAFF_ROLES
from core.errors import DomainError
from core.limits import Limit
from notifications.services import cancel, enqueue_all, message_for
from people.models import Invitation
from people.notices import MAILBOX_CODE
from people.services.invitations import mail_leaves

DIGITS = 6
WORKS_FOR = timedelta(minutes=15)
SENDS = Limit("join.code.send", 5, timedelta(hours=1))
TRIES = Limit("join.code.try", 20, timedelta(days=1))
"""Each of one link. With these limits a code is guessed in two weeks once in 3,500 times, by somebody who has the link."""


def is_asked_of(invitation: Invitation) -> bool:
    """Staff open other people's data. Where no mail leaves, there is no mailbox to prove: the link was handed over."""
    return invitation.role in STAFF_ROLES and mail_leaves()


def send_code(*, invitation: Invitation, now: datetime) -> None:
    """A new code on its way to the invited address; the one before stops working. Refuses with `too_many`."""
    if not SENDS.take(invitation.token_hash, now=now):
        raise DomainError(_("We have sent several codes. Wait an hour before you ask for another one."), code="too_many")
    with transaction.atomic():
        cancel(MAILBOX_CODE, subject_id=invitation.pk, now=now)
        invitation.code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        invitation.code_expires_at = now + WORKS_FOR
        invitation.save(update_fields=["code", "code_expires_at"])
        enqueue_all([message_for(MAILBOX_CODE, subject_id=invitation.pk, recipient=None, program=invitation.program, now=now)])


def check_code(*, invitation: Invitation, typed: str, now: datetime) -> None:
    """Use the code up. Refuses with `too_many` or, for a code that is wrong, too old or was used, with `wrong_code`."""
    if not TRIES.take(invitation.token_hash, now=now):
        raise DomainError(_("Too many tries. Ask the person who invited you for a new link."), code="too_many")
    is_right = bool(invitation.code) and invitation.has_code(now) and constant_time_compare(typed, invitation.code)
    used = Invitation.objects.filter(pk=invitation.pk, code_expires_at=invitation.code_expires_at)
    if not (is_right and used.update(code="", code_expires_at=None)):
        raise DomainError(_("This code is not right, or it is too old. Check the newest mail."), code="wrong_code")
