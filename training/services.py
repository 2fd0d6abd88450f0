"""Record what makes a mentor ready."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Membership
from people.models import MentorProfile
from privacy import audit
from privacy.signals import person_changed
from training.audit_events import TRAINING_RECORDED
from training.models import TrainingRecord


@transaction.atomic
def record_training(*, mentor: MentorProfile, by: Membership, now: datetime, **values: Any) -> TrainingRecord:
    """Keep `hours`, `agreement_signed_on` and `screening_valid_until` as given; the first record of a mentor is made here."""
    record, _is_new = TrainingRecord.objects.update_or_create(mentor=mentor, defaults=values)
    audit.record(
        TRAINING_RECORDED, record, person=mentor.membership.user_id, program=mentor.membership.program_id, by=by, at=now
    )
    member = mentor.membership
    person_changed.send(TrainingRecord, program_id=member.program_id, person_ids=[member.user_id], now=now)
    return record
