"""The people of a program in the format that the import reads."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Membership, Program
from intake.audit_events import EXPORTED
from intake.files.columns import EMAIL, USER_COLUMNS
from intake.files.facts import ALL_FACTS
from intake.files.format import write_people
from privacy import audit


@transaction.atomic
def export_people(*, program: Program, kind: str, by: Membership | None, now: datetime) -> str:
    """The file of all active mentors or mentees, by address; each of them can see that it was made."""
    members = list(program.memberships.active().with_role(kind).select_related("user").order_by("user__email"))
    audit.record_many(EXPORTED, ((member, member.user_id) for member in members), program=program.pk, by=by, at=now)
    return write_people(kind, _known(kind, members))


def _known(kind: str, members: list[Membership]) -> list[Mapping[str, Any]]:
    people: dict[Any, dict[str, Any]] = {
        member.pk: {EMAIL: member.user.email, **{c.name: getattr(member.user, c.name) for c in USER_COLUMNS}}
        for member in members
    }
    for facts in ALL_FACTS:
        for pk, values in facts.read(kind, members).items():
            people[pk].update(values)
    return list(people.values())
