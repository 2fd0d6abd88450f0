"""What the scans and people do to a flag, each with its line of history and its audit entry."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Membership
from checkins.enums import SUPPORT_KINDS
from core.errors import DomainError
from notifications.isolation import in_batches
from notifications.models import Message
from notifications.services import cancel_all, enqueue_all, message_for
from privacy import audit
from relationships.grounds import in_contact
from relationships.models import Relationship
from supervision.audit_events import FLAG_CHANGED
from supervision.kinds import CONFIDED_KINDS, FlagChange, FlagKind, FlagReason
from supervision.models import Flag, FlagEvent, FlagNotified, FlagQuerySet
from supervision.notices import CALL_CLOSED, CONFIDED_CLOSED, IN_CONFIDENCE


def in_batches_apart(
    scan: str, flags: FlagQuerySet, work: Callable[[Sequence[UUID], datetime], int], now: datetime, *, stay: bool = False
) -> int:
    """As `in_batches`. Of a flag with what a mentor confided that breaks, only those hear who supervise the mentor."""
    others, confided = flags.exclude(kind__in=CONFIDED_KINDS), flags.filter(kind__in=CONFIDED_KINDS)
    return in_batches(scan, others, work, now, about="about", stay=stay) + in_batches(
        f"{scan}_confided", confided, work, now, about="about", hearers=IN_CONFIDENCE, stay=stay
    )


def raise_flag(
    existing: Flag | None, new: Flag, *, reason: FlagReason, now: datetime, source_id: UUID | None = None
) -> FlagEvent:
    """Raise the open flag of this kind, or open `new` when there is none; in the caller's transaction."""
    if existing is None:
        new.opened_at = new.raised_at = now
        new.save()
        return _write(new, FlagChange.OPENED, now, reason=reason, source_id=source_id)
    existing.step = max(existing.step, new.step)
    existing.raised_at = now
    existing.save(update_fields=["step", "raised_at"])
    return _write(existing, FlagChange.RAISED, now, reason=reason, source_id=source_id)


def clear_flag(flag: Flag, *, reason: FlagReason, now: datetime) -> FlagEvent:
    """Close a flag whose cause is gone; the history says why."""
    flag.closed_at = now
    flag.save(update_fields=["closed_at"])
    _quiet(flag, now)
    return _write(flag, FlagChange.CLEARED, now, reason=reason)


def notify(event: FlagEvent, messages: Mapping[Membership, str], now: datetime) -> None:
    """Each hears of this event once, with the kind of message beside them; that they did is kept with the event, and none of
    them is away from its flag any more.

    In the caller's transaction. A person with two roles gets one message of a kind.
    """
    outgoing: dict[tuple[UUID, str], tuple[Membership, Message]] = {}
    for member, kind in messages.items():
        message = message_for(kind, subject_id=event.pk, recipient=member.user, program=member.program, now=now)
        outgoing.setdefault((member.user_id, kind), (member, message))
    enqueue_all(message for _member, message in outgoing.values())
    FlagNotified.objects.bulk_create(FlagNotified.of(event, member, message) for member, message in outgoing.values())
    event.flag.away.remove(*messages)


@transaction.atomic
def resolve_flag(*, flag: Flag, what_was_done: str, by: Membership, now: datetime) -> Flag:
    """A staff member closes a flag and says what was done. The step that was reached stays: only a worse one opens a new flag.

    The mentor who had been told of a call for support, or who confided something, hears that it is closed, not what was done.

    Refuses with `not_your_flag`, `say_what_was_done` or `wrong_state`.
    """
    held = Flag.objects.select_for_update(of=("self",), no_key=True).filter(pk=flag.pk).get()
    if not Flag.objects.visible_to(by).filter(pk=flag.pk).exists():
        raise DomainError(_("This flag belongs to somebody else."), code="not_your_flag")
    if not what_was_done.strip():
        raise DomainError(_("Say in a few words what was done."), code="say_what_was_done")
    if held.closed_at is not None:
        raise DomainError(_("This flag is already closed. How it was closed stands on its page."), code="wrong_state")
    held.closed_at = now
    held.closed_by = by
    held.what_was_done = what_was_done.strip()
    held.save(update_fields=["closed_at", "closed_by", "what_was_done"])
    _quiet(held, now)
    event = _write(held, FlagChange.RESOLVED, now, by=by)
    if held.spec.is_confided:
        notify(event, {held.about: CONFIDED_CLOSED}, now)
    elif held.spec.call is not None and held.relationship is not None:
        notify(event, dict.fromkeys(_mentor_who_heard(held.relationship, held, by, now), CALL_CLOSED), now)
    return held


def _mentor_who_heard(pair: Relationship, flag: Flag, by: Membership, now: datetime) -> list[Membership]:
    """The mentor, when the mentee's call had reached them and the two are still in contact: it is not theirs alone any more."""
    if pair.mentor.user_id == by.user_id or not in_contact(pair, now):
        return []
    heard = FlagNotified.objects.filter(event__flag=flag, member=pair.mentor, role=Role.MENTOR)
    return [pair.mentor] if heard.exists() else []


def _quiet(flag: Flag, now: datetime) -> None:
    """A closed flag asks for no attention any more: its notices count as read, and what is still pending is not sent. So with
    what the mentor was told of the calls behind it."""
    cancel_all(flag.spec.messages(), list(flag.events.values_list("pk", flat=True)), now=now)
    calls = flag.events.filter(source_id__isnull=False).values_list("source_id", flat=True)
    cancel_all(SUPPORT_KINDS.values(), list(calls), now=now)


def _write(
    flag: Flag,
    change: FlagChange,
    now: datetime,
    *,
    by: Membership | None = None,
    reason: FlagReason | None = None,
    source_id: UUID | None = None,
) -> FlagEvent:
    audit.record(
        FLAG_CHANGED[FlagKind(flag.kind), change], flag, person=flag.about.user_id, program=flag.program_id, by=by, at=now
    )
    return FlagEvent.objects.create(
        flag=flag, change=change, step=flag.step, by=by, at=now, reason=reason or "", source_id=source_id
    )
