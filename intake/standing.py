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
from accounts.staff import has_any
from intake.files.facts.base import in_batches
from people.models import MentorProfile
from relationships.enums import State
from relationships.grounds import Missing, in_words, missing_grounds
from relationships.lifecycle import RULES
from relationships.models import Relationship
from relationships.notices import who_knows


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


def too_few_places(person: Membership) -> str:
    """Where a mentor has more matches than places, that it is so and what it means, for a coordinator; else empty."""
    places = MentorProfile.objects.filter(membership=person).values_list("capacity", flat=True).first()
    matches = Relationship.objects.ongoing().filter(mentor=person).count()
    if places is None or matches <= places:
        return ""
    return _(
        "%(name)s has more matches (%(matches)d) than places (%(places)d). They go on; nobody new is proposed until there is a"
        " free place."
    ) % {"name": person.user.first_name, "matches": matches, "places": places}


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
    """Say to whoever changes something about `person` which proposals it ended, and in which pairs contact was closed, opened
    again, or stays closed for another reason.

    An admin, who reaches no pairs, hears how many.
    """
    before = standing_of(person)
    missing_before = _missing_in(before, request.now)
    yield
    proposals = Relationship.objects.filter(pk__in=[pair.pk for pair, _other in before.proposals], state=State.WITHDRAWN)
    withdrawn = set(proposals.values_list("pk", flat=True))
    ended = [other for pair, other in before.proposals if pair.pk in withdrawn]
    after = standing_of(person) if before.pairs else Standing([], [])
    missing = _missing_in(after, request.now)
    changed = [
        _Contact(pair, other, missing_before[pair.pk], missing[pair.pk])
        for pair, other in after.pairs
        if missing[pair.pk] != missing_before.get(pair.pk, missing[pair.pk])
    ]
    if request.membership.pk == person.pk:
        said = _to_oneself(len(ended), person.program_id)
    elif request.membership.role == Role.COORDINATOR:
        said = _to_coordinator(ended, changed)
    else:
        said = _to_admin(len(ended), changed, person.program_id)
    for sentence in said:
        messages.warning(request, sentence)


@dataclass(frozen=True)
class _Contact:
    """A pair and the other person in it, with what was missing before a change and what is missing after it."""

    pair: Relationship
    other: Membership
    before: Missing
    now: Missing


def _missing_in(standing: Standing, now: datetime) -> dict[UUID, Missing]:
    return missing_grounds([pair for pair, _other in standing.pairs], now)


def _to_oneself(ended: int, program_id: UUID) -> Iterator[str]:
    if ended:
        words = ngettext(
            "%(count)d match that waited for an answer no longer fits, and is not open any more.",
            "%(count)d matches that waited for an answer no longer fit, and are not open any more.",
            ended,
        )
        yield f"{words % {'count': ended}} {who_knows(program_id)}"


def _to_coordinator(ended: list[Membership], changed: list[_Contact]) -> Iterator[str]:
    for other in ended:
        yield _("The proposal with %(name)s is withdrawn.") % {"name": other.user.full_name}
    for contact in changed:
        names = {"name": contact.other.user.full_name, "reasons": "; ".join(in_words(contact.pair, contact.now))}
        if not contact.now:
            yield _("Contact with %(name)s is open again.") % names
        elif contact.before:
            yield _("Contact with %(name)s stays on hold: %(reasons)s.") % names
        else:
            yield _("Contact with %(name)s is on hold. Please decide on the page of the match how it goes on.") % names


def _to_admin(ended: int, changed: list[_Contact], program_id: UUID) -> Iterator[str]:
    closed = sum(not contact.before for contact in changed)
    opened = sum(not contact.now for contact in changed)
    staying = sum(bool(contact.before and contact.now) for contact in changed)
    if ended:
        yield ngettext("%(count)d open proposal is withdrawn.", "%(count)d open proposals are withdrawn.", ended) % {
            "count": ended
        }
    if closed:
        words = ngettext("In %(count)d match contact is on hold.", "In %(count)d matches contact is on hold.", closed)
        yield f"{words % {'count': closed}} {who_decides(program_id)}"
    if opened:
        words = ngettext("In %(count)d match contact is open again.", "In %(count)d matches contact is open again.", opened)
        yield words % {"count": opened}
    if staying:
        words = ngettext(
            "In %(count)d match contact stays on hold: something else is missing.",
            "In %(count)d matches contact stays on hold: something else is missing.",
            staying,
        )
        yield f"{words % {'count': staying}} {who_decides(program_id)}"


def who_decides(program_id: UUID) -> str:
    """About matches on hold, for an admin: who hears of them."""
    if has_any(program_id, Role.COORDINATOR):
        return _("A coordinator is told.")
    return _("No coordinator is active to decide how it goes on: invite one, or bring one back.")
