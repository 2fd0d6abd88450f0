"""Who changed a program's weights, when, and what, ready to show."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from accounts.models import Program
from matching.explain.reasons import FACTOR_NAMES
from matching.models import WeightChange
from matching.scoring.factors import Factor
from matching.scoring.scores import DEFAULT_WEIGHTS
from matching.weights.services import from_json

PER_PAGE = 10


@dataclass(frozen=True, slots=True)
class PastChange:
    """One change, and in words what it changed."""

    change: WeightChange
    differences: list[str]


@dataclass(frozen=True, slots=True)
class History:
    """The changes of one page, newest first."""

    rows: list[PastChange]
    page: Page[WeightChange]


def history(program: Program, page: str | None) -> History:
    """Each change beside the one before it, which may stand on the next page; the first beside the defaults. Two queries."""
    changes = WeightChange.objects.filter(program=program).select_related("by__user")
    shown = Paginator(changes, PER_PAGE).get_page(page)
    start = (shown.number - 1) * PER_PAGE
    found = list(changes[start : start + PER_PAGE + 1])
    weights = [*(from_json(change.weights) for change in found), DEFAULT_WEIGHTS]
    rows = [PastChange(change, differences(weights[at + 1], weights[at])) for at, change in enumerate(found[:PER_PAGE])]
    return History(rows, shown)


def differences(before: Mapping[Factor, float], after: Mapping[Factor, float]) -> list[str]:
    """In the order of the factors; only those that differ."""
    return [
        _("%(factor)s from %(before)d to %(after)d")
        % {"factor": FACTOR_NAMES[factor], "before": before[factor], "after": after[factor]}
        for factor in Factor
        if before[factor] != after[factor]
    ]
