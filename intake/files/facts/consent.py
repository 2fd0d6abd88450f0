"""Consent in the people file."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Membership
from intake.files.facts.base import BATCH, Change, Directory, Facts, in_batches
from intake.files.format import PersonRow
from intake.services import end_notices_of_consent
from privacy.models import Consent


class ConsentFacts(Facts):
    """The newest consent that was not revoked. The file can add one or move its end; it never revokes."""

    names = frozenset({"consent_given_on", "consent_expires_on"})

    def read(self, kind: str, members: Sequence[Membership]) -> dict[UUID, dict[str, Any]]:
        by_user = {membership.user_id: membership for membership in members}
        known: dict[UUID, dict[str, Any]] = {}
        for batch in in_batches(by_user):
            consents = Consent.objects.filter(
                person_id__in=batch, program_id=by_user[batch[0]].program_id, role=kind, revoked_at=None
            ).order_by("given_on")
            for consent in consents:
                values = {"consent_given_on": consent.given_on, "consent_expires_on": consent.expires_on}
                known[by_user[consent.person_id].pk] = values
        return known

    def problems(self, row: PersonRow, known: Directory, current: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        given, expires = row.values.get("consent_given_on"), row.values.get("consent_expires_on")
        if expires and not given:
            yield "consent_given_on", _("Say when the consent that ends on this date was given.")
        elif expires and expires < given:
            yield "consent_expires_on", _("The consent would end before it was given.")

    def write(self, kind: str, changes: Sequence[Change], *, known: Directory, now: datetime) -> None:
        touched = [change for change in changes if self.names & change.fields]
        self._keep([change for change in touched if "consent_expires_on" in change.values], update_conflicts=True)
        self._keep([change for change in touched if "consent_expires_on" not in change.values], ignore_conflicts=True)
        for batch in in_batches(change.membership for change in touched if not change.is_new):
            end_notices_of_consent(batch, now=now)

    @staticmethod
    def _keep(changes: Sequence[Change], *, update_conflicts: bool = False, ignore_conflicts: bool = False) -> None:
        """A consent that is known from this day on keeps its end, unless the row names another."""
        Consent.objects.bulk_create(
            (
                Consent(
                    program_id=change.membership.program_id,
                    person_id=change.membership.user_id,
                    role=change.membership.role,
                    given_on=change.values["consent_given_on"],
                    expires_on=change.values.get("consent_expires_on"),
                )
                for change in changes
            ),
            batch_size=BATCH,
            update_conflicts=update_conflicts,
            ignore_conflicts=ignore_conflicts,
            unique_fields=["program_id", "person_id", "role", "given_on"] if update_conflicts else None,
            update_fields=["expires_on"] if update_conflicts else None,
        )
