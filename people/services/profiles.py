"""Change what is known of a person. Each change is one transaction and one audit entry."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership, User
from accounts.services import save_user
from core.errors import DomainError
from people.audit_events import NEVER_PAIR_DROPPED, NEVER_PAIR_NAMED, PROFILE_SAVED
from people.availability import Window, in_order
from people.models import AvailabilityWindow, MenteeProfile, MentorProfile, NeverPair
from privacy import audit
from privacy.signals import person_changed


@transaction.atomic
def save_profile(
    *,
    person: Membership,
    profile: MentorProfile | MenteeProfile,
    changed: Collection[str],
    windows: Iterable[Window],
    by: Membership,
    now: datetime,
) -> None:
    """Keep the `changed` fields, and the weekly times when "availability" is among them.

    The others stay as they are in the database by now, such as `waiting_since` when a mentor was found meanwhile.
    """
    if changed:
        _write(person, profile, changed, windows, by=by, now=now)
        person_changed.send(Membership, program_id=person.program_id, person_ids=[person.user_id], now=now)


@transaction.atomic
def save_myself(
    *,
    user: User,
    by: Membership,
    now: datetime,
    profile: MentorProfile | MenteeProfile | None = None,
    changed: Collection[str] = (),
    windows: Iterable[Window] = (),
) -> None:
    """What a person says about themselves on one page: names, zone and language, and as a mentor or mentee their answers.

    Their matches are looked at once all of it is written. New times are meant in the new zone; and whoever answers a proposal
    holds the profile before the proposal, so nothing here may hold them the other way round.
    """
    save_user(user=user, by=by, now=now)
    if profile and changed:
        _write(by, profile, changed, windows, by=by, now=now)
    for program_id in set(user.memberships.values_list("program_id", flat=True)):
        person_changed.send(User, program_id=program_id, person_ids=[user.pk], now=now)


def _write(
    person: Membership,
    profile: MentorProfile | MenteeProfile,
    changed: Collection[str],
    windows: Iterable[Window],
    *,
    by: Membership,
    now: datetime,
) -> None:
    Membership.objects.select_for_update(no_key=True).get(pk=person.pk)
    profile.save(update_fields=[name for name in changed if name != "availability"])
    if "availability" in changed:
        person.availability.all().delete()
        AvailabilityWindow.objects.bulk_create(
            AvailabilityWindow(membership=person, weekday=day, start_minute=start, end_minute=end)
            for day, start, end in in_order(windows)
        )
    audit.record(PROFILE_SAVED, profile, person=person.user_id, program=person.program_id, by=by, at=now)


@transaction.atomic
def name_never_pair(*, person: Membership, email: str, reason: str, by: Membership, now: datetime) -> NeverPair:
    """Keep `person` and the mentor or mentee with this address apart. Refuses with `nobody` or `same_person`."""
    roles = (Role.MENTEE, Role.MENTOR) if person.role == Role.MENTOR else (Role.MENTOR, Role.MENTEE)
    found = {m.role: m for m in person.program.memberships.filter(user__email=email, role__in=roles)}
    other = next((found[role] for role in roles if role in found), None)
    if other is None:
        raise DomainError(_("Nobody with this address is a mentor or mentee here."), code="nobody")
    if other.user_id == person.user_id:
        raise DomainError(_("A person cannot be on their own list."), code="same_person")
    rule, is_new = NeverPair.objects.get_or_create(
        person=person, other=other, defaults={"program": person.program, "reason": reason}
    )
    if is_new:
        audit.record(NEVER_PAIR_NAMED, rule, person=person.user_id, program=person.program_id, by=by, at=now)
        person_changed.send(NeverPair, program_id=person.program_id, person_ids=[person.user_id], by=by, now=now)
    return rule


@transaction.atomic
def drop_never_pair(*, rule: NeverPair, by: Membership, now: datetime) -> None:
    """Let the two be paired again."""
    audit.record(NEVER_PAIR_DROPPED, rule, person=rule.person.user_id, program=rule.person.program_id, by=by, at=now)
    NeverPair.objects.filter(pk=rule.pk).delete()
    person_changed.send(NeverPair, program_id=rule.person.program_id, person_ids=[rule.person.user_id], by=by, now=now)
