"""The people who must not be paired with each other, in the people file."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership
from intake.files.columns import EMAIL
from intake.files.facts.base import BATCH, Change, Directory, Facts, in_batches
from intake.files.format import PersonRow
from people.models import NeverPair


class NeverPairFacts(Facts):
    def read(self, kind: str, members: Sequence[Membership]) -> dict[UUID, dict[str, Any]]:
        named: dict[UUID, set[str]] = {membership.pk: set() for membership in members}
        for batch in in_batches(named):
            for person, email in NeverPair.objects.filter(person__in=batch).values_list("person_id", "other__user__email"):
                named[person].add(email)
        return {pk: {"never_pair": tuple(sorted(emails))} for pk, emails in named.items()}

    def problems(self, row: PersonRow, known: Directory, current: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        for email in row.values.get("never_pair", ()):
            if email == row.values[EMAIL]:
                yield "never_pair", _("A person cannot be on their own list.")
            elif not known.has(email, Role.MENTOR, Role.MENTEE):
                reason = _("Nobody with the address %(email)s is a mentor or mentee here or in these files.")
                yield "never_pair", reason % {"email": email}

    def write(self, kind: str, changes: Sequence[Change], *, known: Directory, now: datetime) -> None:
        touched = {change.membership.pk: change for change in changes if "never_pair" in change.fields}
        addresses = {pk: email for email, roles in known.members.items() for pk in roles.values()}
        kept: set[tuple[UUID, str]] = set()
        # No join: next to rows of this transaction, of which PostgreSQL has no statistics yet, it may read every pair of them.
        for batch in in_batches(pk for pk, change in touched.items() if not change.is_new):
            gone = []
            for row, person, other in NeverPair.objects.filter(person__in=batch).values_list("pk", "person_id", "other_id"):
                if addresses[other] in touched[person].values["never_pair"]:
                    kept.add((person, addresses[other]))
                else:
                    gone.append(row)
            NeverPair.objects.filter(pk__in=gone).delete()
        roles = (Role.MENTEE, Role.MENTOR) if kind == Role.MENTOR else (Role.MENTOR, Role.MENTEE)
        NeverPair.objects.bulk_create(
            (
                NeverPair(program=change.membership.program, person_id=pk, other_id=known.find(email, *roles))
                for pk, change in touched.items()
                for email in change.values["never_pair"]
                if (pk, email) not in kept
            ),
            batch_size=BATCH,
        )
