"""One number for each factor of a match: for a program, and for one round."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from matching.scoring.factors import FACTORS, Factor, Weights
from matching.weights.services import MOST


@dataclass(frozen=True, slots=True)
class WeightRow:
    """One factor's field, and the share of all weights it has, in percent: None while some number is none.

    `start` is where its piece of a bar of 100 begins.
    """

    factor: Factor
    field: forms.BoundField
    share: float | None
    start: float


class WeightsForm(forms.Form):
    """A whole number from 0 to 100 for each factor, by its name; `weights` reads them from a valid form."""

    NO_NUMBER = _("Type a whole number from 0 to 100.")

    def __init__(self, *args: Any, weights: Weights | None = None, **kwargs: Any) -> None:
        """`weights` are what an unsent form shows; else the defaults."""
        super().__init__(*args, **kwargs)
        for name, factor in FACTORS.items():
            self.fields[name] = forms.IntegerField(
                label=str(factor.label),
                help_text=str(factor.meaning),
                min_value=0,
                max_value=MOST,
                error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), self.NO_NUMBER),
                initial=weights[name] if weights else factor.default_weight,
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "step": "1"}),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned[name] for name in FACTORS):
            self.add_error(None, forms.ValidationError(_("Give at least one factor a number above 0."), "nothing_counts"))
        return cleaned

    @property
    def weights(self) -> Weights:
        return {name: self.cleaned_data[name] for name in FACTORS}

    def rows(self) -> list[WeightRow]:
        """The factors in their order, with the shares of the numbers that the form shows."""
        if self.is_bound:
            numbers = self.weights if self.is_valid() else None
        else:
            numbers = {name: self[name].initial for name in FACTORS}
        total = sum(numbers.values()) if numbers else 0
        rows, start = [], 0.0
        for name, factor in FACTORS.items():
            share = 100 * numbers[name] / total if numbers and total else None
            rows.append(WeightRow(factor, self[name], share, round(start, 3)))
            start += share or 0
        return rows
