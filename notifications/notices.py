"""What this app's own notices say on the site."""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from core.models import BrokenRow
from notifications.isolation import ROW_BROKE
from notifications.kinds import Named, register_kind
from notifications.models import Message


def _person(message: Message) -> str:
    """The page of the person; where nobody is named, the notices themselves."""
    person_id = BrokenRow.objects.filter(pk=message.subject_id).values_list("person_id", flat=True).first()
    return reverse("intake:person", args=[person_id]) if person_id else reverse("notifications:notices")


def named_in_rows(messages: Sequence[Message]) -> dict[UUID, dict[str, str]]:
    """The full name of the person the broken row is about."""
    rows = BrokenRow.objects.in_bulk({message.subject_id for message in messages})
    people = Membership.objects.select_related("user").in_bulk({row.person_id for row in rows.values() if row.person_id})
    about = {pk: people[row.person_id] for pk, row in rows.items() if row.person_id and row.person_id in people}
    return {
        message.pk: {"name": about[message.subject_id].user.full_name} for message in messages if message.subject_id in about
    }


register_kind(
    ROW_BROKE,
    text=_("Something that this site does by itself does not work for one person. Please tell whoever looks after the server."),
    named=Named(
        _(
            "Something that this site does by itself does not work for %(name)s. Everybody else is served."
            " Please tell whoever looks after the server."
        ),
        named_in_rows,
    ),
    url=_person,
    is_urgent=True,
)
