"""Propose a match that the rules allow at this moment."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership
from core.errors import DomainError
from matching.pool import evaluate, require_eligible
from relationships import services as relationships
from relationships.models import Relationship


@transaction.atomic
def propose_match(
    *, mentor: Membership, mentee: Membership, by: Membership, now: datetime, asks_again: bool = False
) -> Relationship:
    """A proposal to both people. Asking twice for the same pair makes one and returns it.

    Two of whom one said no before are proposed only where the coordinator `asks_again`.

    Refuses with `not_allowed`, with `not_eligible` and every rule that stands in the way, or with the codes of
    `relationships.services.propose`, which sees to it that two coordinators cannot take one place.
    """
    if by.role != Role.COORDINATOR or by.program_id != mentee.program_id:
        raise DomainError(_("Only a coordinator of the program can propose a match."), code="not_allowed")
    try:
        # A proposal to answer is no hindrance here; `relationships` knows of it.
        waiting = Membership.objects.active().filter(pk=mentee.pk, mentee_profile__waiting_since__isnull=False)
        found = list(waiting.select_related("user", "mentee_profile"))
        overridden = {(mentee.pk, mentor.pk)} if asks_again else set()
        pool = evaluate(mentee.program, found, now=now, beside=[mentor.pk], overridden=overridden)
        require_eligible(pool, mentor, mentee)
        return relationships.propose(mentor=mentor, mentee=mentee, by=by, now=now)
    except DomainError:
        # Made a moment ago, by a double click or by a colleague?
        standing = Relationship.objects.proposed().filter(mentor=mentor, mentee=mentee).first()
        if standing is None:
            raise
        return standing
