"""The mails of an invitation: they go to an address that may have no account yet, so they say themselves what they say."""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.timezones import zone_of
from notifications.kinds import Letter, Letters, register_kind
from notifications.models import Message
from people.models import Invitation


def link_of(invitation: Invitation) -> str:
    """The link that opens it; empty once the mail has gone, when only the person who got it knows it."""
    return f"{settings.SITE_URL}{reverse('people:join', args=[invitation.token])}" if invitation.token else ""


def _write(message: Message, now: datetime) -> Letter | None:
    """In the language that was chosen for the person and the zone of the program: the site's title, a link and a date.

    None when the invitation is over, or has a newer link.
    """
    invitation = Invitation.objects.open(now).select_related("program").filter(message=message).first()
    if invitation is None or not invitation.token:
        return None
    context = {"invitation": invitation, "link": link_of(invitation), "site_title": settings.SITE_TITLE}
    with translation.override(invitation.language), timezone.override(zone_of(invitation.program.timezone)):
        return Letter(
            to=invitation.email,
            subject=_("An invitation to %(site)s") % {"site": settings.SITE_TITLE},
            body=render_to_string("people/mail/invitation.txt", context),
        )


def _forget_token(message: Message) -> None:
    Invitation.objects.filter(message=message).update(token="")


def _write_code(message: Message, now: datetime) -> Letter | None:
    """In the language that was chosen for the person. None once the code was used or is too old."""
    invitation = Invitation.objects.open(now).filter(pk=message.subject_id, code_expires_at__gt=now).first()
    if invitation is None:
        return None
    context = {"invitation": invitation, "site_title": settings.SITE_TITLE}
    with translation.override(invitation.language):
        return Letter(
            to=invitation.email,
            subject=_("Your code for %(site)s") % {"site": settings.SITE_TITLE},
            body=render_to_string("people/mail/mailbox_code.txt", context),
        )


MAILBOX_CODE = register_kind("people.mailbox_code", letters=Letters(_write_code), is_urgent=True)
INVITATION = register_kind("people.invitation", letters=Letters(_write, sent=_forget_token))
