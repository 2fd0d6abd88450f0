"""The steps that every service here is made of. They run in the caller's transaction."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Membership
from accounts.staff import Staff
from core.errors import DomainError
from notifications.services import cancel, enqueue
from people.models import MenteeProfile, MentorProfile
from privacy import audit
from relationships.audit_events import became
from relationships.enums import ONGOING, RUNNING, State
from relationships.models import Relationship, Transition
from relationships.notices import COORDINATOR_NEEDED, INTRODUCE
from relationships.signals import running_changed


def lock_pair(relationship: Relationship) -> Relationship:
    """The row as it is now, held until the transaction ends, with its people.

    Held without its key, here and in every scan: a row that points at a held pair (a flag, a session) can still be written.
    Otherwise two transactions that hold a pair and one of its sessions or flags would wait for each other.
    """
    return Relationship.objects.with_people().select_for_update(of=("self",), no_key=True).get(pk=relationship.pk)


def require_place(mentor: Membership) -> None:
    """Hold the mentor's row and refuse (`no_place_left`) when every place is taken.

    Every caller that takes a place comes through here, so the count and the insert that follows cannot be raced.
    """
    profile = MentorProfile.objects.select_for_update(of=("self",), no_key=True).filter(membership=mentor).first()
    taken = Relationship.objects.holding_a_place().filter(mentor=mentor).count()
    if profile is None or taken >= profile.capacity:
        raise DomainError(
            _("%(mentor)s has no free place right now. Choose another mentor, or wait until a place is free.")
            % {"mentor": mentor.user.first_name},
            code="no_place_left",
        )


def hold_people(pair: Relationship) -> None:
    """Hold the memberships and the profiles of the two before their proposal or pair is held, in the order in which a form or a
    file that changes them holds them, which then looks at the pair: no change of theirs falls between the check and the yes.
    """
    people = [pair.mentor_id, pair.mentee_id]
    list(Membership.objects.filter(pk__in=people).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    for profile in (MentorProfile, MenteeProfile):
        list(profile._default_manager.filter(membership__in=people).select_for_update(no_key=True).values_list("pk"))


def hold_mentors(mentors: Iterable[Membership]) -> None:
    """Hold the rows of several mentors before the first place is taken, in the one order that every caller holds them in.

    A proposal holds its mentee too, until the transaction ends. One that took mentor after mentor would wait for another
    that holds the next mentor and waits for that mentee.
    """
    rows = MentorProfile.objects.select_for_update(of=("self",), no_key=True).filter(membership__in=[one.pk for one in mentors])
    list(rows.order_by("membership_id").values_list("pk"))


def save_taking_mentee(pair: Relationship) -> None:
    """Save a pair that now holds a place; refuse (`mentee_taken`) when the mentee already has a proposal or a mentor."""
    try:
        with transaction.atomic():
            pair.save()
    except IntegrityError:
        if not Relationship.objects.holding_a_place().filter(mentee=pair.mentee).exclude(pk=pair.pk).exists():
            raise
        raise DomainError(
            _("%(mentee)s already has a mentor or a proposal to answer.") % {"mentee": pair.mentee.user.first_name},
            code="mentee_taken",
        ) from None


def write_history(pair: Relationship, *, from_state: str, by: Membership | None, now: datetime, reason: str = "") -> None:
    """One row of history, one audit entry for each of the two people, and word to the apps that follow.

    A pair that begins or ceases to run, or to be a pair, is saved before. Whoever is past the introduction needs none.
    """
    if from_state == State.ACCEPTED:
        cancel(INTRODUCE, subject_id=pair.pk, now=now)
    Transition.objects.create(relationship=pair, from_state=from_state, to_state=pair.state, by=by, at=now, reason=reason)
    event = became(from_state, pair.state)
    for member in (pair.mentor, pair.mentee):
        audit.record(event, pair, person=member.user_id, program=pair.program_id, by=by, at=now, detail=reason)
    if any((from_state in states) != (pair.state in states) for states in (RUNNING, ONGOING)):
        running_changed.send(Relationship, mentee_ids=[pair.mentee_id], now=now)


def notify(kind: str, pair: Relationship, people: Iterable[Membership], now: datetime) -> None:
    for member in people:
        enqueue(kind, subject_id=pair.pk, recipient=member.user, program=pair.program, now=now)


def notify_coordinators(kind: str, pair: Relationship, now: datetime) -> None:
    """Say `kind` to the coordinator who proposed the pair, else to every active coordinator of the program.

    Where none is active, the admins hear that one is needed: they reach no pairs, so not for whom. Once a day is enough.
    """
    staff = Staff.of([pair.program_id])
    coordinators = staff.first_of(pair.program_id, Role.COORDINATOR)
    notify(kind, pair, [member for member in coordinators if member.pk == pair.proposed_by_id] or coordinators, now)
    for admin in [] if coordinators else staff.first_of(pair.program_id, Role.ADMIN):
        enqueue(COORDINATOR_NEEDED, subject_id=pair.program_id, recipient=admin.user, program=pair.program, now=now)


def require_program(pair: Relationship, by: Membership) -> None:
    if by.program_id != pair.program_id:
        raise DomainError(_("This match belongs to another program."), code="not_your_pair")


def require_mentor(pair: Relationship, by: Membership) -> None:
    """Only the pair's own mentor, and only while the two are a pair."""
    if by.pk != pair.mentor_id:
        raise DomainError(_("Only this pair's mentor can log a session."), code="not_your_pair")
    if pair.state not in ONGOING:
        raise DomainError(_("Sessions can be logged only while you two are paired."), code="wrong_state")
