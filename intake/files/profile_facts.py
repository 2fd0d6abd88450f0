"""The people file's facts that this app keeps: profile, availability, never-pairs and consent."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership
from core.fields import EncryptedTextField
from intake.files.columns import EMAIL, PROFILE_COLUMNS
from intake.files.facts import BATCH, Change, Directory, Facts, in_batches
from intake.files.format import PersonRow
from people.availability import Window, in_order
from people.models import AvailabilityWindow, MenteeProfile, MentorProfile, NeverPair
from people.rules import NOT_IN_THE_FUTURE, contradictions, future_days
from privacy.models import Consent

_ATTRIBUTES = {"taking_mentees": "is_taking_mentees"}
"""Columns whose field has another name."""


class ProfileFacts(Facts):
    def read(self, kind: str, members: Sequence[Membership]) -> dict[UUID, dict[str, Any]]:
        names = [column.name for column in PROFILE_COLUMNS if kind in column.kinds]
        known = {}
        for membership_id, profile in self._profiles(kind, members).items():
            values = {name: getattr(profile, _ATTRIBUTES.get(name, name)) for name in names if name != "supervisor"}
            if isinstance(profile, MentorProfile):
                values["supervisor"] = profile.supervisor.user.email if profile.supervisor else ""
            known[membership_id] = values
        return known

    def problems(self, row: PersonRow, known: Directory, current: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        yield from future_days(row.values, NOT_IN_THE_FUTURE, known.today)
        yield from contradictions({**current, **row.values})
        supervisor = row.values.get("supervisor")
        if supervisor and not known.has(supervisor, Role.SUPERVISOR):
            yield "supervisor", _("Nobody with the address %(email)s is a supervisor here.") % {"email": supervisor}

    def write(self, kind: str, changes: Sequence[Change], *, known: Directory, now: datetime) -> None:
        model = MentorProfile if kind == Role.MENTOR else MenteeProfile
        names = {column.name for column in PROFILE_COLUMNS if kind in column.kinds}
        touched = [change for change in changes if change.is_new or names & change.fields]
        profiles = self._profiles(kind, [change.membership for change in touched], lock=True)
        rows = []
        for change in touched:
            profile = profiles.get(change.membership.pk) or self._new(kind, change.membership)
            for name in names & change.fields:
                value = change.values[name]
                if name == "supervisor":
                    profile.supervisor_id = known.find(value, Role.SUPERVISOR) if value else None
                else:
                    setattr(profile, _ATTRIBUTES.get(name, name), value)
            rows.append(profile)
        fields = [f.name for f in model._meta.concrete_fields if f.name not in ("id", "membership")]
        # An upsert, because bulk_update() cannot seal text. It saves every row as a new one, and so must know its text.
        sealed = [f.attname for f in model._meta.concrete_fields if isinstance(f, EncryptedTextField)]
        for profile in rows:
            for name in sealed:
                getattr(profile, name)
        model._default_manager.bulk_create(
            rows, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=fields
        )

    @staticmethod
    def _new(kind: str, membership: Membership) -> Any:
        if kind == Role.MENTOR:
            return MentorProfile(membership=membership, capacity=membership.program.mentor_capacity)
        return MenteeProfile(membership=membership)

    @staticmethod
    def _profiles(kind: str, members: Sequence[Membership], *, lock: bool = False) -> dict[UUID, Any]:
        """Held in the order of the memberships, as everybody holds them who takes places of several mentors."""
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
        kept: set[tuple[UUID, str]] = set()
        for batch in in_batches(touched):
            gone = []
            for row in NeverPair.objects.filter(person__in=batch).select_related("other__user").defer("reason"):
                if row.other.user.email in touched[row.person_id].values["never_pair"]:
                    kept.add((row.person_id, row.other.user.email))
                else:
                    gone.append(row.pk)
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


class ConsentFacts(Facts):
    """The newest consent that was not revoked. The file can add one or move its end; it never revokes."""

    names = frozenset({"consent_given_on", "consent_expires_on"})

    def read(self, kind: str, members: Sequence[Membership]) -> dict[UUID, dict[str, Any]]:
        by_user = {membership.user_id: membership for membership in members}
        known: dict[UUID, dict[str, Any]] = {}
        for batch in in_batches(by_user):
            consents = Consent.objects.filter(
                person_id__in=batch, program_id=by_user[batch[0]].program_id, revoked_at=None
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

    @staticmethod
    def _keep(changes: Sequence[Change], *, update_conflicts: bool = False, ignore_conflicts: bool = False) -> None:
        """A consent that is known from this day on keeps its end, unless the row names another."""
        Consent.objects.bulk_create(
            (
                Consent(
                    program_id=change.membership.program_id,
                    person_id=change.membership.user_id,
                    given_on=change.values["consent_given_on"],
                    expires_on=change.values.get("consent_expires_on"),
                )
                for change in changes
            ),
            batch_size=BATCH,
            update_conflicts=update_conflicts,
            ignore_conflicts=ignore_conflicts,
            unique_fields=["program_id", "person_id", "given_on"] if update_conflicts else None,
            update_fields=["expires_on"] if update_conflicts else None,
        )
