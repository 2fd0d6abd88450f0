"""One number for each factor of a match: for a program, and for one round."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matching.explain.reasons import FACTOR_NAMES
from matching.scoring.factors import Factor
from matching.scoring.scores import DEFAULT_WEIGHTS
from matching.weights.services import MOST

MEANINGS: Mapping[Factor, Promise] = {
    Factor.AVAILABILITY: _("Hours a week that both are free, and ways to meet that suit both."),
    Factor.PATHWAY_GOALS: _("The mentee’s pathway and goals that are the mentor’s too."),
    Factor.EXPERIENCE: _("What both have lived through and chose to use. What is rarer counts more."),
    Factor.PREFERENCES: _("Gender and age, where one of them said what they would rather have."),
    Factor.SUPPORT_STYLE: _("The kind of support the mentee looks for and the mentor gives."),
    Factor.INTERESTS: _("What both like, and what neither likes."),
    Factor.PLACES: _("A place to meet that both can get to."),
    Factor.CAPACITY: _("The share of the mentor’s places that is free now."),
}
"""What each factor looks at, in one line."""


@dataclass(frozen=True, slots=True)
class WeightRow:
    """One factor's field, and the share of all weights it has, in percent: None while some number is none.

    `start` is where its piece of a bar of 100 begins, and `tone` the color of it.
    """

    field: forms.BoundField
    share: float | None
    start: float
    tone: int


class WeightsForm(forms.Form):
    """Eight whole numbers from 0 to 100, by the names of the factors; `weights` reads them from a valid form."""

    NO_NUMBER = _("Type a whole number from 0 to 100.")

    def __init__(self, *args: Any, weights: Mapping[Factor, float] | None = None, **kwargs: Any) -> None:
        """`weights` are what an unsent form shows; else the defaults."""
        super().__init__(*args, **kwargs)
        for factor in Factor:
            self.fields[factor.value] = forms.IntegerField(
                label=str(FACTOR_NAMES[factor]),
                help_text=str(MEANINGS[factor]),
                min_value=0,
                max_value=MOST,
                error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), self.NO_NUMBER),
                initial=(weights or DEFAULT_WEIGHTS)[factor],
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "step": "1"}),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned[factor.value] for factor in Factor):
            self.add_error(None, forms.ValidationError(_("Give at least one factor a number above 0."), "nothing_counts"))
        return cleaned

    @property
    def weights(self) -> Mapping[Factor, float]:
        return {factor: self.cleaned_data[factor.value] for factor in Factor}

    def rows(self) -> list[WeightRow]:
        """The factors in their order, with the shares of the numbers that the form shows."""
        if self.is_bound:
            numbers = self.weights if self.is_valid() else None
        else:
            numbers = {factor: self[factor.value].initial for factor in Factor}
        total = sum(numbers.values()) if numbers else 0
        rows, start = [], 0.0
        for at, factor in enumerate(Factor):
            share = 100 * numbers[factor] / total if numbers and total else None
            rows.append(WeightRow(self[factor.value], share, round(start, 3), at + 1))
            start += share or 0
        return rows
