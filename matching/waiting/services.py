"""Propose a match that the rules allow at this moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership, Program
from core.errors import DomainError
from matching.pool import Pool, evaluate, require_eligible
from relationships import services as relationships
from relationships.enums import HOLDS_PLACE, State
from relationships.models import Relationship
from relationships.selectors import mentees_in_line


@dataclass(frozen=True, slots=True)
class Between:
    """What a coordinator reads before two people are asked, however old the page is that led there.

    `refusal` says what keeps the two apart, if anything does; `earlier` is the latest pair or proposal of theirs that ended.
    """

    refusal: str
    has_declined: bool
    earlier: Relationship | None


def standing_between(*, mentor: Membership, mentee: Membership, now: datetime) -> Between:
    """As the rules and the rows stand at this moment. That one of the two said no is no refusal: it can be asked again."""
    ended = list(Relationship.objects.filter(mentor=mentor, mentee=mentee).exclude(state__in=HOLDS_PLACE))
    has_declined = any(pair.state == State.DECLINED for pair in ended)
    refusal = ""
    try:
        found = mentees_in_line(mentee.program).filter(pk=mentee.pk)
        pool = _pool_of(mentee.program, found, mentor, now, asks_again=True)
        require_eligible(pool, mentor, mentee)
    except DomainError as refused:
        refusal = str(refused)
    return Between(refusal, has_declined, max(ended, key=lambda pair: pair.proposed_at, default=None))


def _pool_of(program: Program, mentees: Iterable[Membership], mentor: Membership, now: datetime, *, asks_again: bool) -> Pool:
    """The mentee who waits, if so, beside the one mentor."""
    found = list(mentees)
    overridden = {(mentee.pk, mentor.pk) for mentee in found} if asks_again else set()
    return evaluate(program, found, now=now, beside=[mentor.pk], overridden=overridden)


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
        found = waiting.select_related("user", "mentee_profile")
        pool = _pool_of(mentee.program, found, mentor, now, asks_again=asks_again)
        require_eligible(pool, mentor, mentee)
        return relationships.propose(mentor=mentor, mentee=mentee, by=by, now=now)
    except DomainError:
        # Made a moment ago, by a double click or by a colleague?
        standing = Relationship.objects.proposed().filter(mentor=mentor, mentee=mentee).first()
        if standing is None:
            raise
        return standing
