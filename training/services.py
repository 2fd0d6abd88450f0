"""Record what makes a mentor ready."""

from datetime import datetime

from django.db import transaction

from accounts.models import Membership
from privacy import audit
from privacy.models import Action
from training.models import TrainingRecord


@transaction.atomic
def record_training(*, record: TrainingRecord, by: Membership, now: datetime) -> None:
    """Keep a new or changed record."""
    record.save()
    person = record.mentor.membership
    audit.record(
        Action.CHANGED,
        by=by,
        about=record,
        person_id=person.user_id,
        program_id=person.program_id,
        at=now,
        reason="training",
    )
