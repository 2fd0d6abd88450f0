"""A mentor's training in the people file."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.enums import Role
from accounts.models import Membership, Program
from core.widgets import Words
from intake.files.facts.base import BATCH, Change, Directory, Facts, in_batches
from intake.files.format import PersonRow
from people.models import MentorProfile
from people.rules import future_days
from training.models import TrainingRecord
from training.readiness import readiness

_FIELDS = {
    "training_hours": "hours",
    "agreement_signed_on": "agreement_signed_on",
    "screening_valid_until": "screening_valid_until",
}
"""Column → field."""


def needs(program: Program, known: Mapping[str, Any], now: datetime) -> Sequence[Words]:
    """What keeps a mentor from being ready when this is known of them, by column; nothing is saved."""
    mentor = MentorProfile(membership=Membership(program=program), recovery_since=known.get("recovery_since"))
    TrainingRecord(mentor=mentor, **{field: known[name] for name, field in _FIELDS.items() if name in known})
    return readiness(mentor, now).missing


class TrainingFacts(Facts):
    def read(self, kind: str, members: Sequence[Membership]) -> dict[UUID, dict[str, Any]]:
        known: dict[UUID, dict[str, Any]] = {}
        if kind != Role.MENTOR:
            return known
        for batch in in_batches(members):
            for record in TrainingRecord.objects.filter(mentor__membership__in=batch).select_related("mentor"):
                known[record.mentor.membership_id] = {name: getattr(record, field) for name, field in _FIELDS.items()}
        return known

    def problems(self, row: PersonRow, known: Directory, current: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        return future_days(row.values, ("agreement_signed_on",), known.today)

    def write(self, kind: str, changes: Sequence[Change], *, known: Directory, now: datetime) -> None:
        for batch in in_batches(change for change in changes if change.fields & _FIELDS.keys()):
            members = [change.membership for change in batch]
            mentors = {profile.membership_id: profile for profile in MentorProfile.objects.filter(membership__in=members)}
            records = {record.mentor_id: record for record in TrainingRecord.objects.filter(mentor__in=list(mentors.values()))}
            rows = []
            for change in batch:
                mentor = mentors[change.membership.pk]
                record = records.get(mentor.pk) or TrainingRecord(mentor=mentor)
                for name in change.fields & _FIELDS.keys():
                    setattr(record, _FIELDS[name], change.values[name])
                rows.append(record)
            TrainingRecord.objects.bulk_create(
                rows,
                batch_size=BATCH,
                update_conflicts=True,
                unique_fields=["mentor"],
                update_fields=list(_FIELDS.values()),
            )
