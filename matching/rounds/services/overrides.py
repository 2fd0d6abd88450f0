"""How a coordinator overrides what a round proposes, and why."""

from collections.abc import Mapping
from datetime import datetime
from math import fsum
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership
from core.errors import DomainError
from matching.enums import OverrideKind, OverrideReason
from matching.models import Override, Round
from matching.pool import Pool, evaluate, require_eligible
from matching.rounds.services.rounds import hold_open
from matching.rounds.services.solving import solve_or_enqueue
from matching.weights.services import as_counted
from relationships.selectors import mentees_in_line, waiting_mentees

_Pairs = Mapping[UUID, tuple[UUID | None, float | None]]
"""The mentor and the score of each mentee of a round."""


@transaction.atomic
def override(
    *,
    matching_round: Round,
    kind: OverrideKind,
    mentee: Membership,
    mentor: Membership,
    reason: OverrideReason,
    words: str,
    by: Membership,
    now: datetime,
) -> Override:
    """Keep two people together or apart in this round, and work the rest out around them.

    It takes the place of what stood for the pair, and a lock that of the mentee's earlier lock; the same again changes nothing.
    Refuses with `not_allowed`, `round_closed`, `wrong_people`, and for a lock with `not_eligible` or `no_place_left`.
    """
    held = hold_open(matching_round, by)
    _require_people(held, mentee, mentor)
    standing = list(held.overrides.standing())
    replaced = [one for one in standing if _gives_way(one, kind, mentee, mentor)]
    same = next((one for one in replaced if one.kind == kind and one.mentor_id == mentor.pk), None)
    if same is not None:
        return same
    waiting = list(mentees_in_line(held.program).filter(pk=mentee.pk))
    overridden = {(mentee.pk, mentor.pk)} if kind == OverrideKind.LOCK else set()
    weights = as_counted(held.weights)
    pool = evaluate(held.program, waiting, now=now, weights=weights, beside=[mentor.pk], overridden=overridden)
    if kind == OverrideKind.LOCK:
        require_eligible(pool, mentor, mentee)
        _require_room(mentor, pool, [one for one in standing if one not in replaced])
    for one in replaced:
        _retire(one, by, now)
    line = held.lines.filter(mentee=mentee).first()
    new = Override.objects.create(
        round=held,
        kind=kind,
        mentee=mentee,
        mentor=mentor,
        reason=reason,
        words=words,
        score=_score(pool, mentee, mentor),
        instead_of_id=line.mentor_id if line and line.mentor_id != mentor.pk else None,
        by=by,
        at=now,
    )
    before = _set_of(held)
    solve_or_enqueue(held, by=by, now=now)
    _note_cost(new, held, before)
    return new


@transaction.atomic
def take_back(*, override: Override, by: Membership, now: datetime) -> None:
    """The pair is like any other again; the row stays, with the coordinator and the time.

    Refuses with `not_allowed` or `round_closed`.
    """
    held = hold_open(override.round, by)
    current = held.overrides.standing().filter(pk=override.pk).first()
    if current is not None:
        _retire(current, by, now)
        solve_or_enqueue(held, by=by, now=now)


def _gives_way(one: Override, kind: OverrideKind, mentee: Membership, mentor: Membership) -> bool:
    """Whether a new override takes the place of `one`."""
    both_lock = one.kind == kind == OverrideKind.LOCK
    return one.mentee_id == mentee.pk and (one.mentor_id == mentor.pk or both_lock)


def _require_people(held: Round, mentee: Membership, mentor: Membership) -> None:
    roles = (mentee.role, mentor.role) == (Role.MENTEE, Role.MENTOR)
    if not roles or {mentee.program_id, mentor.program_id} != {held.program_id}:
        raise DomainError(_("This needs a mentee and a mentor of your program."), code="wrong_people")


def _require_room(mentor: Membership, pool: Pool, standing: list[Override]) -> None:
    """Locks cannot promise more places than there are. One for a mentee who waits no longer promises none."""
    places = pool.people.mentors[pool.column_of[str(mentor.pk)]].places_left
    locked = [one.mentee_id for one in standing if one.kind == OverrideKind.LOCK and one.mentor_id == mentor.pk]
    if waiting_mentees(mentor.program, pool.now).filter(pk__in=locked).count() >= places:
        raise DomainError(
            _("Every free place of %(mentor)s is kept for somebody in this round. Take back one of those first.")
            % {"mentor": mentor.user.full_name},
            code="no_place_left",
        )


def _retire(one: Override, by: Membership, now: datetime) -> None:
    one.undone_by, one.undone_at = by, now
    one.save(update_fields=["undone_by", "undone_at"])


def _score(pool: Pool, mentee: Membership, mentor: Membership) -> float | None:
    """Of these two, of 100; None where the one does not wait or the other mentors no more."""
    row, column = pool.row_of.get(str(mentee.pk)), pool.column_of.get(str(mentor.pk))
    return None if row is None or column is None else pool.score_of(row, column)


def _set_of(held: Round) -> _Pairs:
    return {mentee: (mentor, score) for mentee, mentor, score in held.lines.values_list("mentee_id", "mentor_id", "score")}


def _note_cost(new: Override, held: Round, before: _Pairs) -> None:
    """What the set lost, where it was worked out at once and only the override can have changed it."""
    after = _set_of(held)
    if not held.is_at_work and _differ_in_pairs_only(before, after):
        new.cost = _points(before) - _points(after)
        new.save(update_fields=["cost"])


def _differ_in_pairs_only(before: _Pairs, after: _Pairs) -> bool:
    """The same people, as many of them matched, and each pair that stayed has the score it had."""
    if before.keys() != after.keys() or _matched(before) != _matched(after):
        return False
    return all(after[mentee] == had for mentee, had in before.items() if after[mentee][0] == had[0])


def _matched(found: _Pairs) -> int:
    return sum(mentor is not None for mentor, _score in found.values())


def _points(found: _Pairs) -> float:
    return fsum(score or 0.0 for _mentor, score in found.values())
