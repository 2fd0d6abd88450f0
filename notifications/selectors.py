"""What the pages read."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from core.health import Part, age
from notifications.channels import Refused
from notifications.kinds import kind_of, sentences
from notifications.models import Message, Notice, NoticeQuerySet
from notifications.outbox import INTERRUPTED
from people.services.invitations import oldest_owed

ON_CARD = 3
ON_PAGE = 50
ALARM_AFTER = timedelta(hours=1)
"""A single address that does not answer for a while is no alarm; a message that waits this long is."""

WHY = {
    Refused.__name__: _("The mail server says this address does not exist. Check the address with the person."),
    INTERRUPTED: _("The sending was cut off each time. Look at the server's memory and its log."),
}
UNREACHABLE = ("ConnectionRefusedError", "TimeoutError", "gaierror", "SMTPAuthenticationError", "SMTPConnectError")


@dataclass(frozen=True)
class NoticeLine:
    """A notice in words."""

    notice: Notice
    text: str | Promise


@dataclass(frozen=True)
class CardLine(NoticeLine):
    """The newest of `count` unread notices of one kind; with more than one, the sentence names nobody."""

    count: int


@dataclass(frozen=True)
class PendingLine:
    """A message that has not left, and why, in words for staff."""

    message: Message
    why: str | Promise


def unread_lines(membership: Membership) -> tuple[list[CardLine], bool]:
    """The newest unread notices for the home page, those of one kind together, and whether there are more."""
    unread = list(Notice.objects.visible_to(membership).unread().select_related("message")[: ON_PAGE + 1])
    by_kind: dict[str, list[Notice]] = {}
    for notice in unread:
        by_kind.setdefault(notice.message.kind, []).append(notice)
    shown = list(by_kind.values())[:ON_CARD]
    single = sentences(found[0].message for found in shown if len(found) == 1)
    lines = [CardLine(one[0], single.get(one[0].message_id) or kind_of(one[0].message).text, len(one)) for one in shown]
    return lines, len(by_kind) > ON_CARD or len(unread) > ON_PAGE


def latest_lines(membership: Membership) -> list[NoticeLine]:
    """The newest notices, read or not."""
    return _lines(Notice.objects.visible_to(membership)[:ON_PAGE])


def dead_lines(membership: Membership) -> list[PendingLine]:
    """Messages that were given up, the newest first."""
    dead = Message.objects.visible_to(membership).dead().order_by("-dead_at", "id")
    return [_pending_line(message) for message in dead.select_related("recipient")[:ON_PAGE]]


def late_lines(membership: Membership, now: datetime) -> list[PendingLine]:
    """Messages that should have left and are still being tried, the oldest first."""
    late = Message.objects.visible_to(membership).late(now).order_by("due_at", "id")
    return [_pending_line(message) for message in late.select_related("recipient")[:ON_PAGE]]


def delivery_readiness(now: datetime) -> Part:
    """For `/readyz`: how long the message or invitation that has waited longest is due."""
    message = Message.objects.pending().filter(due_at__lte=now).aggregate(oldest=Min("due_at"))["oldest"]
    due = [moment for moment in (message, oldest_owed(now)) if moment is not None]
    if not due:
        return Part(ok=True, detail="nothing owed")
    oldest = min(due)
    return Part(ok=now - oldest <= ALARM_AFTER, detail=age(oldest, now))


def _lines(notices: NoticeQuerySet) -> list[NoticeLine]:
    found = list(notices.select_related("message"))
    said = sentences(notice.message for notice in found)
    return [NoticeLine(notice, said[notice.message_id]) for notice in found]


def _pending_line(message: Message) -> PendingLine:
    if message.last_error in UNREACHABLE:
        return PendingLine(message, _("The mail server cannot be reached or does not let this site sign in."))
    if not message.last_error:
        return PendingLine(message, _("It has not been tried yet. Is the worker running?"))
    return PendingLine(message, WHY.get(message.last_error, _("The mail server did not take it.")))
