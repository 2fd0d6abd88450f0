"""Letters about an account (a link for a new password, a code, word of a change) go through the outbox like everything else.

So no mail server holds up a page, and asking for an address that has no account takes as long as for one that has: the same
rows are written, and the drain finds nothing to say. The words wait encrypted and are forgotten once they have left.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation

from accounts.models import User
from accounts.sign_in.adapters import AccountAdapter
from notifications.kinds import Letter, Letters, register_kind
from notifications.models import AccountLetter, Delivery, Message
from notifications.services import enqueue_all, message_for

UNKNOWN = "account/email/unknown_account"
"""What allauth would write to an address without an account: a stranger, perhaps, who never asked."""
LASTS = timedelta(days=1)
"""Then a code or a link is of no use any more."""
SHOWN_FOR = timedelta(days=14)
"""That a letter could not be delivered stays on the page of what did not arrive, without its words."""


class OutboxAdapter(AccountAdapter):
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of the person, where the address is theirs or the change concerns them."""
        person: User | None = context.get("user") or User.objects.filter(email=email).first()
        subject = body = ""
        if template_prefix != UNKNOWN:
            with translation.override(person.language if person else translation.get_language()):
                mail = self.render_mail(template_prefix, email, {**context, "site_url": settings.SITE_URL})
            subject, body = mail.subject, mail.body
        _say(email, subject, body, person, self.request.now)


@transaction.atomic
def _say(address: str, subject: str, body: str, person: User | None, now: datetime) -> None:
    """`person` is whose account it is about: where it cannot be delivered, whoever looks after them sees that."""
    letter = AccountLetter(address=address, subject=subject, body=body)
    letter.message = message_for(ACCOUNT, subject_id=letter.pk, recipient=person, program=None, now=now)
    enqueue_all([letter.message])
    letter.save()


def _write(message: Message, now: datetime) -> Letter | None:
    letter = AccountLetter.objects.filter(message=message).first()
    return Letter(to=letter.address, subject=letter.subject, body=letter.body) if letter and letter.body else None


def _forget(message: Message) -> None:
    AccountLetter.objects.filter(message=message).delete()


@transaction.atomic
def drop_old(now: datetime) -> int:
    """Give up what is too old to be of use, and delete what nobody is shown any more; returns how many are deleted."""
    AccountLetter.objects.filter(message__created_at__lte=now - LASTS).delete()
    old = Message.objects.filter(kind=ACCOUNT, created_at__lte=now - LASTS)
    waiting = Delivery.objects.pending().filter(message__in=old, message__recipient__isnull=False)
    waiting.update(dead_at=now, next_try_at=None, lease_token=None)
    shown = Delivery.objects.dead().filter(message__created_at__gt=now - SHOWN_FOR)
    _deleted, by_model = old.exclude(pk__in=shown.values("message")).delete()
    return by_model.get(Message._meta.label, 0)


ACCOUNT = register_kind("notifications.account", letters=Letters(_write, sent=_forget))
