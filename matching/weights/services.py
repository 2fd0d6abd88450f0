"""The weights a program scores with, and who changed them when."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership, Program
from core.errors import DomainError
from core.locks import hold
from matching.audit_events import WEIGHTS_CHANGED
from matching.models import WeightChange
from matching.scoring.factors import Factor
from matching.scoring.scores import DEFAULT_WEIGHTS
from privacy import audit

MOST = 100


def weights_of(program: Program) -> Mapping[Factor, float]:
    """The weights of the latest change, or the defaults; one query."""
    latest = WeightChange.objects.filter(program=program).first()
    return from_json(latest.weights) if latest else DEFAULT_WEIGHTS


@transaction.atomic
def set_weights(*, program: Program, weights: Mapping[Factor, float], by: Membership, now: datetime) -> WeightChange | None:
    """Score with `weights` from now on: whole numbers from 0 to 100, one for every factor. None where they are so already.

    Of two people who save at once, the one whose turn came later is also the later row: their page said "saved".
    Refuses with `not_allowed`, `out_of_range` or `nothing_counts`.
    """
    if by.role != Role.COORDINATOR or by.program_id != program.pk:
        raise DomainError(_("Only a coordinator of the program can change its weights."), code="not_allowed")
    require_sound(weights)
    hold(f"weights of {program.pk}")
    latest = WeightChange.objects.filter(program=program).first()
    if (from_json(latest.weights) if latest else DEFAULT_WEIGHTS) == weights:
        return None
    at = max(now, latest.at + timedelta(microseconds=1)) if latest else now
    change = WeightChange.objects.create(program=program, weights=as_json(weights), by=by, at=at)
    audit.record(WEIGHTS_CHANGED, change, person=None, program=program.pk, by=by, at=now)
    return change


def require_sound(weights: Mapping[Factor, float]) -> None:
    """Refuses with `out_of_range` or `nothing_counts`."""
    if set(weights) != set(Factor) or not all(0 <= weight <= MOST and weight == int(weight) for weight in weights.values()):
        raise DomainError(_("Give each factor a whole number from 0 to %(most)d.") % {"most": MOST}, code="out_of_range")
    if not any(weights.values()):
        raise DomainError(_("Give at least one factor a number above 0."), code="nothing_counts")


def as_json(weights: Mapping[Factor, float]) -> dict[str, float]:
    """As rows keep them: by the name of each factor, in the order of the factors."""
    return {factor.value: weights[factor] for factor in Factor}


def from_json(kept: Mapping[str, float]) -> Mapping[Factor, float]:
    """A factor that a later version added takes its default; a name that is no factor any more is ignored.

    The defaults where nothing of what is left counts.
    """
    weights = {factor: kept.get(factor.value, DEFAULT_WEIGHTS[factor]) for factor in Factor}
    return weights if any(weights.values()) else DEFAULT_WEIGHTS
