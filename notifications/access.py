"""The doors to one notice and one message."""

from uuid import UUID

from django.http import Http404

from accounts.models import Membership
from notifications.models import Message, Notice


def get_notice_for(membership: Membership, notice_id: UUID) -> Notice:
    """A person's own notice in the program they act in, with its message; 404 for everybody else's."""
    notice = Notice.objects.visible_to(membership).select_related("message").filter(pk=notice_id).first()
    if notice is None:
        raise Http404
    return notice


def get_dead_message_for(membership: Membership, message_id: UUID) -> Message:
    """A message of the program, for those who look after delivery. They learn to whom it goes, never what it says."""
    message = Message.objects.visible_to(membership).filter(pk=message_id).first()
    if message is None:
        raise Http404
    return message
