"""What stands on a person: the proposals and pairs that a change of theirs may end or put on hold. Said before, and after."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import Role
from accounts.http import MemberRequest
from accounts.models import Membership, Program
from intake.files.facts.base import in_batches
from relationships.enums import State
from relationships.grounds import missing_grounds
from relationships.lifecycle import RULES
from relationships.models import Relationship


@dataclass(frozen=True)
class Standing:
    """Open proposals and ongoing pairs, each with the other person, of somebody in whichever role."""

    proposals: list[tuple[Relationship, Membership]]
    pairs: list[tuple[Relationship, Membership]]


def standing_of(person: Membership) -> Standing:
    """In one query."""
    theirs = Q(mentor__user=person.user_id) | Q(mentee__user=person.user_id)
    held = Relationship.objects.holding_a_place().filter(theirs, program_id=person.program_id).with_people()
    both = [(pair, _other(pair, person)) for pair in held.order_by("proposed_at", "pk")]
    return Standing(
        proposals=[(pair, other) for pair, other in both if pair.state == State.PROPOSED],
        pairs=[(pair, other) for pair, other in both if pair.state != State.PROPOSED],
    )


def _other(pair: Relationship, person: Membership) -> Membership:
    return pair.mentee if pair.mentor.user_id == person.user_id else pair.mentor


def proposals_of(people: Collection[Membership]) -> list[Relationship]:
    """The open proposals to any of these people, in one query for each 500."""
    found: dict[UUID, Relationship] = {}
    for batch in in_batches(people):
        theirs = Relationship.objects.proposed().filter(Q(mentor__in=batch) | Q(mentee__in=batch)).with_people()
        found.update((pair.pk, pair) for pair in theirs)
    return sorted(found.values(), key=str)


def withdrawn_at(program: Program, now: datetime) -> int:
    """How many proposals the rules ended at this very moment."""
    ended = Relationship.objects.filter(program=program, state=State.WITHDRAWN, ended_at=now)
    return ended.filter(transitions__reason=RULES).count()


@contextmanager
def saying_what_became(request: MemberRequest, person: Membership) -> Iterator[None]:
    """Say to whoever changes something about `person` which proposals it ended and which pairs it put on hold.

    An admin, who reaches no pairs, hears how many.
    """
    before = standing_of(person)
    held_before = _on_hold(before, request.now)
    yield
    proposals = Relationship.objects.filter(pk__in=[pair.pk for pair, _other in before.proposals], state=State.WITHDRAWN)
    withdrawn = set(proposals.values_list("pk", flat=True))
    ended = [other for pair, other in before.proposals if pair.pk in withdrawn]
    held = _on_hold(standing_of(person), request.now) if before.pairs else []
    new = [other for other in held if other not in held_before]
    for sentence in _in_words(ended, new, names=request.membership.role == Role.COORDINATOR):
        messages.warning(request, sentence)


def _on_hold(standing: Standing, now: datetime) -> list[Membership]:
    missing = missing_grounds([pair for pair, _other in standing.pairs], now)
    return [other for pair, other in standing.pairs if missing[pair.pk]]


def _in_words(ended: list[Membership], held: list[Membership], *, names: bool) -> Iterator[str]:
    if names:
        for other in ended:
            yield _("The proposal with %(name)s is withdrawn.") % {"name": other.user.full_name}
        for other in held:
            yield _("Contact with %(name)s is on hold. Please decide on the page of the match how it goes on.") % {
                "name": other.user.full_name
            }
        return
    if ended:
        yield ngettext("%(count)d open proposal is withdrawn.", "%(count)d open proposals are withdrawn.", len(ended)) % {
            "count": len(ended)
        }
    if held:
        words = ngettext(
            "In %(count)d match contact is on hold. A coordinator is told.",
            "In %(count)d matches contact is on hold. A coordinator is told.",
            len(held),
        )
        yield words % {"count": len(held)}
