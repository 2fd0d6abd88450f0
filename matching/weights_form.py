"""One number for each factor of a match: for a program, and for one round."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matching.explanation import FACTOR_NAMES
from matching.factors import Factor
from matching.weights import MOST

MEANINGS: Mapping[Factor, Promise] = {
    Factor.AVAILABILITY: _("Hours a week that both are free, and ways to meet that suit both."),
    Factor.PATHWAY_GOALS: _("The mentee’s pathway and goals that are the mentor’s too."),
    Factor.EXPERIENCE: _("What both have lived through and chose to use. What is rarer counts more."),
    Factor.PREFERENCES: _("Gender and age, where one of them said what they would rather have."),
    Factor.SUPPORT_STYLE: _("The kind of support the mentee looks for and the mentor gives."),
    Factor.INTERESTS: _("What both like, and what neither likes."),
    Factor.PLACES: _("A place to meet that both can get to."),
    Factor.CAPACITY: _("How much room the mentor has. It spreads people among mentors."),
}
"""What each factor looks at, in one line."""


class WeightsForm(forms.Form):
    """Eight whole numbers from 0 to 100, by the names of the factors; `weights` reads them from a valid form."""

    def __init__(self, *args: Any, weights: Mapping[Factor, float] | None = None, **kwargs: Any) -> None:
        """`weights` are what an unsent form shows."""
        super().__init__(*args, **kwargs)
        for factor in Factor:
            self.fields[factor.value] = forms.IntegerField(
                label=str(FACTOR_NAMES[factor]),
                help_text=str(MEANINGS[factor]),
                min_value=0,
                max_value=MOST,
                initial=weights[factor] if weights else None,
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "step": "1"}),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.values()):
            self.add_error(None, forms.ValidationError(_("Give at least one factor a number above 0."), "nothing_counts"))
        return cleaned

    @property
    def weights(self) -> Mapping[Factor, float]:
        return {factor: self.cleaned_data[factor.value] for factor in Factor}
