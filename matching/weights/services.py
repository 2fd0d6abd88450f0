"""The weights a program scores with, and which coordinator changed them when."""

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
from matching.scoring.factors import FACTORS, Weights, default_weights
from privacy import audit

MOST = 100


def weights_of(program: Program) -> Weights:
    """The weights of the latest change, or the defaults; one query."""
    latest = WeightChange.objects.filter(program=program).first()
    return as_counted(latest.weights) if latest else default_weights()


@transaction.atomic
def set_weights(*, program: Program, weights: Weights, by: Membership, now: datetime) -> WeightChange | None:
    """Score with `weights` from now on: whole numbers from 0 to 100, one for every factor. None where they are so already.

    Of two people who save at once, the one whose turn came later is also the later row: their page said "saved".
    Refuses with `not_allowed`, `out_of_range` or `nothing_counts`.
    """
    if by.role != Role.COORDINATOR or by.program_id != program.pk:
        raise DomainError(_("Only a coordinator of the program can change its weights."), code="not_allowed")
    require_sound(weights)
    hold(f"weights of {program.pk}")
    latest = WeightChange.objects.filter(program=program).first()
    if (as_counted(latest.weights) if latest else default_weights()) == weights:
        return None
    at = max(now, latest.at + timedelta(microseconds=1)) if latest else now
    change = WeightChange.objects.create(program=program, weights=dict(weights), by=by, at=at)
    audit.record(WEIGHTS_CHANGED, change, person=None, program=program.pk, by=by, at=now)
    return change


def require_sound(weights: Weights) -> None:
    """Refuses with `out_of_range` or `nothing_counts`."""
    if weights.keys() != FACTORS.keys() or not all(
        0 <= weight <= MOST and weight == int(weight) for weight in weights.values()
    ):
        raise DomainError(_("Give each factor a whole number from 0 to %(most)d.") % {"most": MOST}, code="out_of_range")
    if not any(weights.values()):
        raise DomainError(_("Give at least one factor a number above 0."), code="nothing_counts")


def as_counted(kept: Mapping[str, float]) -> Weights:
    """The weights of a row, for the factors there are now.

    A factor that a later version added takes its default; a name that is no factor any more is ignored. The defaults where
    nothing of what is left counts.
    """
    weights = {name: kept.get(name, default) for name, default in default_weights().items()}
    return weights if any(weights.values()) else default_weights()
