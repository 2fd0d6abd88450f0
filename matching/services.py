"""Propose a match that the rules allow at this moment."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership
from core.errors import DomainError
from matching.availability import encode_times
from matching.eligibility import check
from matching.selectors import load_people
from matching.why_not import why_not
from relationships import services as relationships
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
        _require_eligible(mentor, mentee, now)
        return relationships.propose(mentor=mentor, mentee=mentee, by=by, now=now)
    except DomainError:
        # Made a moment ago, by a double click or by a colleague?
        standing = Relationship.objects.proposed().filter(mentor=mentor, mentee=mentee).first()
        if standing is None:
            raise
        return standing


def _require_eligible(mentor: Membership, mentee: Membership, now: datetime) -> None:
    """Reads everything anew: what a page showed a minute ago may no longer hold."""
    waiting = Membership.objects.active().filter(pk=mentee.pk, mentee_profile__waiting_since__isnull=False)
    people = load_people(mentee.program, list(waiting.select_related("user", "mentee_profile")), now=now)
    column = next((at for at, who in enumerate(people.mentors) if who.id == str(mentor.pk)), None)
    if not people.mentees:
        raise DomainError(
            _("%(name)s is not waiting for a mentor now.") % {"name": mentee.user.first_name}, code="not_eligible"
        )
    if column is None:
        raise DomainError(_("%(name)s is not an active mentor now.") % {"name": mentor.user.first_name}, code="not_eligible")
    pair = people.mentees, people.mentors[column : column + 1]
    barriers = check(*pair, times=encode_times(*pair, now), never=people.never).of(0, 0)
    if not barriers.clear:
        reasons = why_not(people.mentees[0], people.mentors[column], barriers)
        raise DomainError(
            _("%(mentor)s and %(mentee)s cannot be matched: %(reasons)s.")
            % {"mentor": mentor.user.first_name, "mentee": mentee.user.first_name, "reasons": "; ".join(reasons)},
            code="not_eligible",
        )
