"""Prove that who opens a link to a staff role has the mailbox now, and not a link alone: a code goes there, and comes back.

Somebody else may hold the link too, and may try and ask as often as they like. So that this keeps the invited person from
nothing, tries and askings count for the network they come from, before they count for the link; and a code that works stays
the one that works, whoever asks for another.
"""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts.enums import STAFF_ROLES
from core.deployment import mail_leaves
from core.errors import DomainError
from core.limits import Limit
from notifications.services import cancel, enqueue_all, message_for
from people.models import Invitation
from people.notices import MAILBOX_CODE

DIGITS = 8
WORKS_FOR = timedelta(minutes=15)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SENDS_HERE, SENDS = Limit("join.code.send.here", 5, HOUR), Limit("join.code.send", 20, HOUR)
TRIES_HERE, TRIES_HERE_TODAY = Limit("join.code.try.here", 5, WORKS_FOR), Limit("join.code.try.here.day", 30, DAY)
TRIES = Limit("join.code.try", 200, DAY)
"""`HERE` is one link in one network, the others one link. With these limits a code is guessed in two weeks once in 35,000
times, by somebody who has the link and seven networks."""


def is_asked_of(invitation: Invitation) -> bool:
    """Staff open other people's data. Where no mail leaves, there is no mailbox to prove: the link was handed over."""
    return invitation.role in STAFF_ROLES and mail_leaves()


def send_code(*, invitation: Invitation, network: str, now: datetime) -> None:
    """A code on its way to the invited address: the one that was sent before, while that works. Refuses with `too_many`."""
    of = invitation.token_hash
    if not (SENDS_HERE.take(of, network, now=now) and SENDS.take(of, now=now)):
        raise DomainError(
            _("We have sent the code several times. Type the one from the newest mail, or wait an hour and ask again."),
            code="too_many",
        )
    with transaction.atomic():
        invitation.refresh_from_db(
            fields=["code", "code_expires_at"], from_queryset=Invitation.objects.select_for_update(no_key=True)
        )
        cancel(MAILBOX_CODE, subject_id=invitation.pk, now=now)
        if not invitation.has_code(now):
            invitation.code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        invitation.code_expires_at = now + WORKS_FOR
        invitation.save(update_fields=["code", "code_expires_at"])
        enqueue_all([message_for(MAILBOX_CODE, subject_id=invitation.pk, recipient=None, program=invitation.program, now=now)])


def check_code(*, invitation: Invitation, typed: str, network: str, now: datetime) -> None:
    """Use the code up. Refuses with `too_many` or, for a code that is wrong, too old or was used, with `wrong_code`."""
    of = invitation.token_hash
    if not TRIES_HERE.take(of, network, now=now):
        raise DomainError(
            _("Too many wrong codes were typed here. Wait 15 minutes, or use another network, such as that of your phone."),
            code="too_many",
        )
    if not (TRIES_HERE_TODAY.take(of, network, now=now) and TRIES.take(of, now=now)):
        raise DomainError(
            _("Too many wrong codes were typed today. Ask the person who invited you to send the invitation again."),
            code="too_many",
        )
    is_right = bool(invitation.code) and invitation.has_code(now) and constant_time_compare(typed, invitation.code)
    unused = Invitation.objects.filter(pk=invitation.pk, code_expires_at__isnull=False)
    if not (is_right and unused.update(code="", code_expires_at=None)):
        raise DomainError(_("This code is not right, or it is too old. Check the newest mail."), code="wrong_code")
