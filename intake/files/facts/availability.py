"""Weekly times in the people file."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import Membership
from intake.files.facts.base import BATCH, Change, Directory, Facts, in_batches
from people.availability import Window, in_order
from people.models import AvailabilityWindow


class AvailabilityFacts(Facts):
    def read(self, kind: str, members: Sequence[Membership]) -> dict[UUID, dict[str, Any]]:
        windows: dict[UUID, list[Window]] = {membership.pk: [] for membership in members}
        for batch in in_batches(windows):
            for row in AvailabilityWindow.objects.filter(membership__in=batch):
                windows[row.membership_id].append(Window(row.weekday, row.start_minute, row.end_minute))
        return {pk: {"availability": in_order(found)} for pk, found in windows.items()}

    def write(self, kind: str, changes: Sequence[Change], *, known: Directory, now: datetime) -> None:
        touched = [change for change in changes if "availability" in change.fields]
        for batch in in_batches(touched):
            AvailabilityWindow.objects.filter(membership__in=[c.membership for c in batch if not c.is_new]).delete()
        AvailabilityWindow.objects.bulk_create(
            (
                AvailabilityWindow(membership=change.membership, weekday=day, start_minute=start, end_minute=end)
                for change in touched
                for day, start, end in change.values["availability"]
            ),
            batch_size=BATCH,
        )
