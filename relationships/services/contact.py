"""What the two of a pair are told of a hold: that it began, and that contact is open again. Never why, nor after whose act.

Both get the one sentence for whatever is missing, and no second one when something else goes missing beside or comes back:
what one of them did or left can be told from neither. See docs/adr/0020-what-two-people-hear-of-a-hold.md.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from accounts.models import Membership
from notifications.models import Delivery, Message, MessageQuerySet
from notifications.services import cancel_all, enqueue_all, message_for
from notifications.sorting import sleeps_until
from relationships.models import Relationship
from relationships.notices import CONTACT_HELD, CONTACT_OPEN


def tell_the_two(on_hold: Sequence[Relationship], in_contact: Sequence[Relationship], now: datetime) -> set[tuple[UUID, UUID]]:
    """In the caller's transaction, which holds these pairs: each of the two is told once how things are between them.

    A hold is told to whoever has not heard of it and is here to read it, so it reaches who comes back meanwhile too. Nobody is
    told in their quiet hours, but by the first pass after them: a notice of the night could only be of a consent that ran out.
    That contact is open again is told to who had heard that it was not; the others need not hear of either.
    Returns whom that was told, by pair and user.
    """
    cancel_all([CONTACT_OPEN], [pair.pk for pair in on_hold], now=now)
    heard = _two(_standing(in_contact).filter(~_is_unsaid()))
    cancel_all([CONTACT_HELD], [pair.pk for pair in in_contact], now=now)
    told = _two(_standing(on_hold))
    held = [(pair, one) for pair, one in _people(on_hold) if (pair.pk, one.user_id) not in told and _can_hear(pair, one, now)]
    opened = [(pair, one) for pair, one in _people(in_contact) if (pair.pk, one.user_id) in heard]
    enqueue_all(
        message_for(kind, subject_id=pair.pk, recipient=one.user, program=pair.program, now=now)
        for kind, people in ((CONTACT_HELD, held), (CONTACT_OPEN, opened))
        for pair, one in people
    )
    return {(pair.pk, one.user_id) for pair, one in opened}


def _standing(pairs: Collection[Relationship]) -> MessageQuerySet:
    """What was said of a hold that goes on."""
    return Message.objects.about([CONTACT_HELD], [pair.pk for pair in pairs]).filter(over_at=None)


def _is_unsaid() -> Q:
    """Its mail still waits, and nobody has opened its notice."""
    return Q(Exists(Delivery.objects.pending().filter(message=OuterRef("pk"))), notice__read_at=None)


def _two(messages: MessageQuerySet) -> set[tuple[UUID, UUID | None]]:
    return set(messages.values_list("subject_id", "recipient_id"))


def _people(pairs: Sequence[Relationship]) -> list[tuple[Relationship, Membership]]:
    return [(pair, member) for pair in pairs for member in (pair.mentor, pair.mentee)]


def _can_hear(pair: Relationship, member: Membership, now: datetime) -> bool:
    return member.is_active and member.user.is_active and sleeps_until(member.user, pair.program, now) is None
