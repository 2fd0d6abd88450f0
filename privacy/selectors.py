"""What the page "Who opened my data" reads."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from privacy.events import all_events, sentence, why
from privacy.models import AuditEntry


@dataclass(frozen=True)
class AccessLine:
    """One entry in words; `program` is empty when the program is gone."""

    at: datetime
    sentence: str
    why: str
    program: str


def entries_about(person_ids: Collection[UUID]) -> QuerySet[AuditEntry]:
    """What another person, or the program itself, did with the data of the person with these ids, as far as they may know of
    it; newest first."""
    entries: QuerySet[AuditEntry] = AuditEntry.objects.filter(person_id__in=person_ids).exclude(actor_id__in=person_ids)
    return entries.exclude(_untold()).order_by("-at", "-id")


def _untold() -> Q:
    """The entries of events that the person is not told of; the code stands before the detail, where there is one."""
    untold = Q(pk__in=[])
    for event in all_events():
        if not event.is_told:
            untold |= Q(action=event.action) & (Q(reason=event.code) | Q(reason__startswith=f"{event.code}:"))
    return untold


def lines_of(page: Iterable[AuditEntry]) -> list[AccessLine]:
    """In two queries, however many entries there are. Accounts are reached by name: this app may not import them."""
    entries = list(page)
    people: dict[Any, Any] = get_user_model().objects.in_bulk({entry.actor_id for entry in entries if entry.actor_id})
    programs: dict[Any, Any] = apps.get_model("accounts", "Program").objects.in_bulk({entry.program_id for entry in entries})
    roles: dict[str, Any] = dict(apps.get_model("accounts", "Membership")._meta.get_field("role").flatchoices)
    return [
        AccessLine(
            at=entry.at,
            sentence=sentence(entry.action, entry.reason, who=_who(entry, people, roles)),
            why=why(entry.action, entry.reason),
            program=programs[entry.program_id].name if entry.program_id in programs else "",
        )
        for entry in entries
    ]


def _who(entry: AuditEntry, people: dict[Any, Any], roles: dict[str, Any]) -> str:
    """The chosen first name and the role at that time; never more."""
    if entry.actor_id is None:
        return _("The program itself")
    if entry.actor_id not in people:
        return _("Somebody who has left")
    name, role = people[entry.actor_id].first_name, roles.get(entry.actor_role, "")
    return _("%(name)s (%(role)s)") % {"name": name, "role": role} if role else name
