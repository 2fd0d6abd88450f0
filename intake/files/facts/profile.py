"""What mentors and mentees say about themselves, in the people file."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership
from intake.files.facts.base import BATCH, Change, Directory, Facts, in_batches
from intake.files.format import PersonRow
from people.fields import ProfileField, fields_of
from people.models import PROFILE_OF, MenteeProfile, MentorProfile
from people.rules import contradictions, future_days


class ProfileFacts(Facts):
    def read(self, kind: str, members: Sequence[Membership]) -> dict[UUID, dict[str, Any]]:
        fields = fields_of(PROFILE_OF[kind])
        return {
            membership_id: {asked.column: _told(profile, asked) for asked in fields}
            for membership_id, profile in self._profiles(kind, members).items()
        }

    def problems(self, row: PersonRow, known: Directory, current: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        fields = fields_of(PROFILE_OF[row.kind])
        yield from future_days(row.values, [asked.column for asked in fields if asked.is_past], known.today)
        yield from contradictions({**current, **row.values})
        for column in [asked.column for asked in fields if asked.is_person]:
            email = row.values.get(column)
            if email and not known.has(email, Role.SUPERVISOR):
                yield column, _("Nobody with the address %(email)s is a supervisor here.") % {"email": email}

    def write(self, kind: str, changes: Sequence[Change], *, known: Directory, now: datetime) -> None:
        fields = fields_of(PROFILE_OF[kind])
        columns = {asked.column for asked in fields}
        touched = [change for change in changes if change.is_new or columns & change.fields]
        profiles = self._profiles(kind, [change.membership for change in touched if not change.is_new], lock=True)
        rows = []
        for change in touched:
            profile = profiles.get(change.membership.pk) or self._new(kind, change.membership)
            for asked in fields:
                if asked.column in change.fields:
                    _keep(profile, asked, change.values[asked.column], known)
            rows.append(profile)
        # An upsert, because bulk_update() cannot seal text. It saves every row as a new one, and so must know its text.
        for profile in rows:
            for name in [asked.name for asked in fields if asked.is_private]:
                getattr(profile, name)
        PROFILE_OF[kind]._default_manager.bulk_create(
            rows,
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=[asked.name for asked in fields],
        )

    @staticmethod
    def _new(kind: str, membership: Membership) -> Any:
        if kind == Role.MENTOR:
            return MentorProfile(membership=membership, capacity=membership.program.mentor_capacity)
        return MenteeProfile(membership=membership)

    @staticmethod
    def _profiles(kind: str, members: Sequence[Membership], *, lock: bool = False) -> dict[UUID, Any]:
        """Held in the order of the memberships, as every transaction holds them that takes places of several mentors."""
        found: dict[UUID, Any] = {}
        for batch in in_batches(sorted(members, key=attrgetter("pk"))):
            if kind == Role.MENTOR:
                rows: Any = MentorProfile.objects.filter(membership__in=batch).select_related("supervisor__user")
            else:
                rows = MenteeProfile.objects.filter(membership__in=batch)
            if lock:
                rows = rows.select_for_update(of=("self",), no_key=True).order_by("membership_id")
            found.update((profile.membership_id, profile) for profile in rows)
        return found


def _told(profile: Any, asked: ProfileField) -> Any:
    """The answer as the file tells it."""
    value = getattr(profile, asked.name)
    return value.user.email if asked.is_person and value else value


def _keep(profile: Any, asked: ProfileField, value: Any, known: Directory) -> None:
    if asked.is_person:
        setattr(profile, asked.field.attname, known.find(value, Role.SUPERVISOR) if value else None)
    else:
        setattr(profile, asked.name, value)
