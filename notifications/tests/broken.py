"""What staff heard of rows that broke."""

from uuid import UUID

from core.models import BrokenRow
from notifications.isolation import ROW_BROKE
from notifications.models import Message


def heard_of_broken_rows() -> list[tuple[UUID | None, UUID | None]]:
    """(user who heard, membership of the person the row concerns), the oldest first."""
    rows = BrokenRow.objects.in_bulk()
    messages = Message.objects.filter(kind=ROW_BROKE).order_by("created_at", "recipient__email")
    heard = messages.values_list("recipient_id", "subject_id")
    return [(user, rows[subject].person_id) for user, subject in heard]
