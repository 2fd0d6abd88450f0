"""Which coordinator changed a program's weights, when, and what, ready to show."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from accounts.models import Program
from matching.models import WeightChange
from matching.scoring.factors import Weights, default_weights, factor_named, in_order

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
    weights: list[Weights] = [*(change.weights for change in found), default_weights()]
    rows = [PastChange(change, differences(weights[at + 1], weights[at])) for at, change in enumerate(found[:PER_PAGE])]
    return History(rows, shown)


def differences(before: Weights, after: Weights) -> list[str]:
    """In the order of the factors; only those that differ.

    Either row may be of a version with other factors: one that it does not name had its default weight, and one that neither
    version before nor after can compare is left out.
    """
    kept = {**default_weights(), **before}, {**default_weights(), **after}
    return [
        _("%(factor)s from %(before)d to %(after)d")
        % {"factor": factor_named(name).label, "before": kept[0][name], "after": kept[1][name]}
        for name in in_order(kept[0].keys() & kept[1].keys())
        if kept[0][name] != kept[1][name]
    ]
