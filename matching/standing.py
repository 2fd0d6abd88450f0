"""Whether what was proposed, or has begun, may still be: the rules asked anew of pairs that exist."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from accounts.models import Membership, Program
from matching.explain.ineligible import ineligible
from matching.pool import Pool, evaluate
from matching.scoring.eligibility import Barriers, PersonRule
from relationships.enums import HOLDS_PLACE, ONGOING, State
from relationships.models import Relationship


def rules_against(pairs: Sequence[Relationship], now: datetime) -> dict[UUID, list[str]]:
    """By pair, every rule that stands in its way now, in words for a coordinator. Seven queries for each program.

    That one of the two said no before keeps nobody apart who is asked again. A pair that has begun has its place, and needs no
    mentor who takes new mentees. Of a mentor with fewer places than people, those who were asked first have one.
    """
    by_program: dict[Program, list[Relationship]] = defaultdict(list)
    for pair in pairs:
        by_program[pair.program].append(pair)
    return {pk: words for program, own in by_program.items() for pk, words in _against(program, own, now).items()}


def _against(program: Program, pairs: Collection[Relationship], now: datetime) -> dict[UUID, list[str]]:
    mentees = Membership.objects.filter(pk__in={pair.mentee_id for pair in pairs})
    pool = evaluate(
        program,
        list(mentees.select_related("user", "mentee_profile").defer("mentee_profile__contact")),
        now=now,
        beside={pair.mentor_id for pair in pairs},
        overridden={(pair.mentee_id, pair.mentor_id) for pair in pairs},
    )
    found = {pair.pk: _barriers(pool, pair) for pair in pairs}
    full = _without_a_place(pool, found)
    words = {}
    for pair in pairs:
        barriers = found[pair.pk]
        if pair.pk in full:
            barriers = replace(barriers, mentor=barriers.mentor | PersonRule.NO_PLACE)
        mentee = pool.people.mentees[pool.row_of[str(pair.mentee_id)]]
        words[pair.pk] = ineligible(mentee, pool.people.mentors[pool.column_of[str(pair.mentor_id)]], barriers)
    return words


def _barriers(pool: Pool, pair: Relationship) -> Barriers:
    barriers = pool.barriers(pool.row_of[str(pair.mentee_id)], pool.column_of[str(pair.mentor_id)])
    if pair.state in HOLDS_PLACE:
        barriers = replace(barriers, mentor=barriers.mentor & ~PersonRule.NO_PLACE)
    if pair.state in ONGOING:
        barriers = replace(barriers, mentor=barriers.mentor & ~PersonRule.NOT_TAKING_MENTEES)
    return barriers


def _without_a_place(pool: Pool, found: Mapping[UUID, Barriers]) -> set[UUID]:
    """The proposals, the newest of a mentor's, for which the mentor has no place by now. One that cannot be takes none."""
    room = {UUID(who.id): who.capacity for who in pool.people.mentors}
    held = Relationship.objects.holding_a_place().filter(mentor__in=room).order_by("proposed_at", "pk")
    rows = list(held.values_list("pk", "mentor_id", "state"))
    for _pk, mentor, state in rows:
        room[mentor] -= state in ONGOING
    full = set()
    for pk, mentor, state in rows:
        if state != State.PROPOSED or (pk in found and not found[pk].clear):
            continue
        if room[mentor] > 0:
            room[mentor] -= 1
        else:
            full.add(pk)
    return full
