"""Propose a match that the rules allow at this moment."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership
from core.errors import DomainError
from matching.explain.ineligible import ineligible
from matching.pool import Pool, evaluate
from relationships import services as relationships
from relationships.enums import State
from relationships.models import Relationship


@transaction.atomic
def propose_match(*, mentor: Membership, mentee: Membership, by: Membership, now: datetime) -> Relationship:
    """A proposal to both people. Asking twice for the same pair makes one and returns it.

    Refuses with `not_allowed`, with `not_eligible` and every rule that stands in the way, or with the codes of
    `relationships.services.propose`, which sees to it that two coordinators cannot take one place.
    """
    if by.role != Role.COORDINATOR or by.program_id != mentee.program_id:
        raise DomainError(_("Only a coordinator of the program can propose a match."), code="not_allowed")
    try:
        # A proposal to answer is no hindrance here; `relationships` knows of it.
        waiting = Membership.objects.active().filter(pk=mentee.pk, mentee_profile__waiting_since__isnull=False)
        found = list(waiting.select_related("user", "mentee_profile"))
        require_eligible(evaluate(mentee.program, found, now=now, mentor=mentor), mentor, mentee)
        return relationships.propose(mentor=mentor, mentee=mentee, by=by, now=now)
    except DomainError:
        # Made a moment ago, by a double click or by a colleague?
        standing = Relationship.objects.proposed().filter(mentor=mentor, mentee=mentee).first()
        if standing is None:
            raise
        return standing


def require_eligible(pool: Pool, mentor: Membership, mentee: Membership) -> None:
    """Refuse with `not_eligible`, and say everything that stands in the way.

    The pool holds the rules as they stand, read anew: what a page showed a minute ago may no longer hold.
    """
    row, column = pool.row_of.get(str(mentee.pk)), pool.column_of.get(str(mentor.pk))
    if row is None:
        raise DomainError(_not_waiting(mentee), code="not_eligible")
    if column is None:
        raise DomainError(_("%(name)s is not an active mentor now.") % {"name": mentor.user.full_name}, code="not_eligible")
    barriers = pool.barriers(row, column)
    if not barriers.clear:
        reasons = ineligible(pool.people.mentees[row], pool.people.mentors[column], barriers)
        raise DomainError(
            _("%(mentor)s and %(mentee)s cannot be matched: %(reasons)s.")
            % {"mentor": mentor.user.full_name, "mentee": mentee.user.full_name, "reasons": "; ".join(reasons)},
            code="not_eligible",
        )


def _not_waiting(mentee: Membership) -> str:
    pair = Relationship.objects.holding_a_place().filter(mentee=mentee).select_related("mentor__user").first()
    if pair is None:
        return _("%(name)s is not waiting for a mentor now.") % {"name": mentee.user.full_name}
    names = {"name": mentee.user.full_name, "mentor": pair.mentor.user.full_name}
    if pair.state == State.PROPOSED:
        return _("%(name)s has a proposal to answer already, with %(mentor)s.") % names
    return _("%(name)s already has a mentor: %(mentor)s.") % names
