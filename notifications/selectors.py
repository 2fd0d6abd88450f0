"""What the pages read."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from core.health import Part, age
from notifications.channels import channel_called
from notifications.kinds import kind_of, sentences
from notifications.models import Delivery, Notice, NoticeQuerySet
from notifications.outbox import INTERRUPTED

ON_CARD = 3
ON_PAGE = 50
ALARM_AFTER = timedelta(hours=1)
"""A single address that does not answer for a while is no alarm; a message that waits this long is."""


@dataclass(frozen=True)
class NoticeLine:
    """A notice in words."""

    notice: Notice
    text: str | Promise


@dataclass(frozen=True)
class CardLine(NoticeLine):
    """The newest of `count` unread notices of one kind; with more than one, the sentence names no person."""

    count: int


@dataclass(frozen=True)
class PendingLine:
    """A delivery that has not left, and why, in words for staff."""

    delivery: Delivery
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
    """What was given up, the newest first."""
    return _pending_lines(Delivery.objects.visible_to(membership).dead().order_by("-dead_at", "id"))


def late_lines(membership: Membership, now: datetime) -> list[PendingLine]:
    """What should have left and is still being tried, the oldest first."""
    return _pending_lines(Delivery.objects.visible_to(membership).late(now).order_by("message__due_at", "id"))


def delivery_readiness(now: datetime) -> Part:
    """For `/readyz`: how long the delivery that has waited longest is due."""
    due = Delivery.objects.pending().filter(message__due_at__lte=now)
    oldest = due.aggregate(oldest=Min("message__due_at"))["oldest"]
    if oldest is None:
        return Part(ok=True, detail="nothing pending")
    return Part(ok=now - oldest <= ALARM_AFTER, detail=age(oldest, now))


def _lines(notices: NoticeQuerySet) -> list[NoticeLine]:
    found = list(notices.select_related("message"))
    said = sentences(notice.message for notice in found)
    return [NoticeLine(notice, said[notice.message_id]) for notice in found]


def _pending_lines(deliveries: QuerySet[Delivery]) -> list[PendingLine]:
    found = deliveries.select_related("message__recipient")[:ON_PAGE]
    return [PendingLine(delivery, _why(delivery)) for delivery in found]


def _why(delivery: Delivery) -> str | Promise:
    if not delivery.last_error:
        return _("It has not been tried yet. Is the worker running?")
    if delivery.last_error == INTERRUPTED:
        return _("The sending was cut off each time. Look at the server's memory and its log.")
    channel = channel_called(delivery.channel)
    return channel.explain(delivery.last_error) if channel else _("This site no longer sends this way.")
