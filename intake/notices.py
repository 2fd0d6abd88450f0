"""What staff are told about the people they look after."""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from notifications.kinds import Named, register_kind
from notifications.models import Message


def _person(message: Message) -> str:
    return reverse("intake:person", args=[message.subject_id])


def _names(messages: Sequence[Message]) -> dict[UUID, dict[str, str]]:
    people = Membership.objects.select_related("user").in_bulk({message.subject_id for message in messages})
    named = ((message.pk, people.get(message.subject_id)) for message in messages)
    return {pk: {"name": person.user.full_name} for pk, person in named if person}


CONSENT_TAKEN_BACK = register_kind(
    "intake.consent_taken_back",
    text=_("Somebody took back their consent. Talk with them about how to go on."),
    named=Named(_("%(name)s took back their consent. Talk with them about how to go on."), _names),
    url=_person,
)
