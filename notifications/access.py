"""The doors to one notice and one delivery."""

from collections.abc import Sequence
from uuid import UUID

from django.http import Http404

from accounts.models import Membership
from notifications.models import Delivery, Notice


def get_notice_of(memberships: Sequence[Membership], notice_id: UUID) -> Notice:
    """A person's own notice in any program they are active in, with its message; 404 for everybody else's."""
    mine = Notice.objects.filter(
        recipient_id__in={one.user_id for one in memberships}, program_id__in={one.program_id for one in memberships}
    )
    notice = mine.select_related("message").filter(pk=notice_id).first()
    if notice is None:
        raise Http404
    return notice


def get_delivery_for(membership: Membership, delivery_id: UUID) -> Delivery:
    """A delivery of the program, for coordinators and admins. They learn which person it goes to, never what it says.

    A letter about an account is the person's to ask for again.
    """
    ours = Delivery.objects.visible_to(membership).filter(message__program_id=membership.program_id)
    delivery = ours.select_related("message").filter(pk=delivery_id).first()
    if delivery is None:
        raise Http404
    return delivery
