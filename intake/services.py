"""Put a mentee on the waiting list; a person ends their own consent."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership
from core.errors import DomainError
from intake.audit_events import NOT_WAITING, WAITING
from intake.notices import CONSENT_TAKEN_BACK
from intake.selectors import missing_of, place_in_line, staff_who_hear_of_consent
from notifications.services import cancel_all, enqueue_all, message_for
from people.models import MenteeProfile
from privacy import audit
from privacy.consents import consenting, give_consent, revoke_consent
from privacy.models import Consent
from relationships.models import Relationship
from relationships.selectors import pairs_of_mentees


@transaction.atomic
def start_waiting(*, person: Membership, by: Membership, now: datetime) -> None:
    """Put a mentee on the waiting list, at their place in line; one who waits already keeps their day.

    Refuses with `not_a_mentee`, `has_a_mentor` or `intake_missing`.
    """
    profile = MenteeProfile.objects.select_for_update().filter(membership=person).first()
    if profile is None or person.role != Role.MENTEE or not person.is_active:
        raise DomainError(_("Only a mentee who takes part can wait for a mentor."), code="not_a_mentee")
    if profile.waiting_since is not None:
        return
    if pairs_of_mentees(person.program).get(person.pk):
        raise DomainError(_("This person has a mentor, or a proposal to answer."), code="has_a_mentor")
    if missing_of(person, now):
        raise DomainError(_("Something is still missing from intake."), code="intake_missing")
    profile.waiting_since = place_in_line(person, now)
    profile.save(update_fields=["waiting_since"])
    audit.record(WAITING, profile, person=person.user_id, program=person.program_id, by=by, at=now)


@transaction.atomic
def leave_unmatched(*, person: Membership, by: Membership, now: datetime) -> None:
    """A mentee whose match was ended for safety wants no other mentor for now: nobody is asked about them any more.

    A second time changes nothing. They can be put on the waiting list later, at the place they had.
    """
    ended = Relationship.objects.visible_to(by).to_hand_on().filter(mentee=person)
    if Relationship.objects.filter(pk__in=list(ended.values_list("pk", flat=True))).update(handed_on_at=now):
        audit.record(NOT_WAITING, person, person=person.user_id, program=person.program_id, by=by, at=now)


@transaction.atomic
def take_back_consent(*, consent: Consent, by: Membership, now: datetime) -> None:
    """The person ends what they agreed to in this role; the coordinators are told, or the admins where there are none.

    Nothing happens where this consent has ended before, so a form that was left open ends no newer one.
    """
    in_force = Consent.objects.of(by).in_force(by.program_id, by.program.today(now)).filter(pk=consent.pk)
    if not in_force.exists() or not revoke_consent(person=by, by=by, now=now):
        return
    enqueue_all(
        message_for(CONSENT_TAKEN_BACK, subject_id=by.pk, recipient=member.user, program=member.program, now=now)
        for member in staff_who_hear_of_consent(by.program_id)
    )


@transaction.atomic
def note_consent(*, person: Membership, given_on: date, expires_on: date | None, by: Membership, now: datetime) -> None:
    """Keep a consent that the person gave, on paper or in words. Refuses as `give_consent` does."""
    give_consent(person=person, on=given_on, expires_on=expires_on, by=by, now=now)
    end_notices_of_consent([person], now=now)


def end_notices_of_consent(people: Collection[Membership], *, now: datetime) -> None:
    """In the caller's transaction: that one of these people of one program took a consent back asks for nothing any more, where
    another is in force by now."""
    days = {person.program_id: person.program.today(now) for person in people}
    agreed = consenting([person.user_id for person in people], days)
    again = [person.pk for person in people if (person.program_id, person.user_id, person.role) in agreed]
    cancel_all([CONSENT_TAKEN_BACK], again, now=now)
