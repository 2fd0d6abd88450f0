"""A person's consent to one program, in one role there: given, run out, revoked. `person` is that membership."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.locks import hold
from privacy import audit
from privacy.audit_events import CONSENT_GIVEN, CONSENT_REVOKED
from privacy.models import Actor, Consent
from privacy.signals import person_changed


def has_consent(person: Actor, on: date) -> bool:
    """Whether the person's consent is in force on that day."""
    return Consent.objects.of(person).in_force(person.program_id, on).exists()


def people_with_consent(program_id: UUID, on: date) -> set[tuple[UUID, str]]:
    """Each (person, role) whose consent to this program is in force on that day, in one query."""
    return set(Consent.objects.in_force(program_id, on).values_list("person_id", "role"))


def consenting(people: Collection[UUID], days: Mapping[UUID, date]) -> set[tuple[UUID, UUID, str]]:
    """Of these people, each (program, person, role) whose consent is in force on that program's day in `days`; one query."""
    in_force = reduce(or_, (Consent.objects.in_force(*day) for day in days.items()), Consent.objects.none())
    return set(in_force.filter(person_id__in=people).values_list("program_id", "person_id", "role"))


@transaction.atomic
def give_consent(*, person: Actor, on: date, by: Actor, now: datetime, expires_on: date | None = None) -> Consent:
    """Consent from `on` until `expires_on`, both included; None is until revoked. Given twice for one day, it is one row.

    Refuses with `another_program` and `ends_before_it_starts`.
    """
    _check_program(person, by)
    if expires_on is not None and expires_on < on:
        raise DomainError(_("The consent would end before it was given."), code="ends_before_it_starts")
    consent, _created = Consent.objects.update_or_create(
        program_id=person.program_id,
        person_id=person.user_id,
        role=person.role,
        given_on=on,
        defaults={"expires_on": expires_on, "revoked_at": None},
    )
    audit.record(CONSENT_GIVEN, consent, person=person.user_id, program=person.program_id, by=by, at=now)
    person_changed.send(Consent, program_id=person.program_id, person_ids=[person.user_id], by=by, now=now)
    return consent


@transaction.atomic
def revoke_consent(*, person: Actor, by: Actor, now: datetime) -> int:
    """End every consent of this person in this role, at once, whatever day it names; returns how many there were."""
    _check_program(person, by)
    hold(f"privacy.consent.{person.user_id}")
    standing = list(Consent.objects.of(person).standing(person.program_id))
    for consent in standing:
        consent.revoked_at = now
        consent.save(update_fields=["revoked_at"])
        audit.record(CONSENT_REVOKED, consent, person=person.user_id, program=person.program_id, by=by, at=now)
    person_changed.send(Consent, program_id=person.program_id, person_ids=[person.user_id], by=by, now=now)
    return len(standing)


def move_consents(*, person_id: UUID, to: UUID) -> None:
    """In the caller's transaction: the person whom a program knew as `person_id` is known as `to` from here on."""
    Consent.objects.filter(person_id=person_id).update(person_id=to)


def _check_program(person: Actor, by: Actor) -> None:
    if by.program_id != person.program_id:
        raise DomainError(_("This consent belongs to another program."), code="another_program")
