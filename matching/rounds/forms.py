"""What a coordinator types in a round."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import NoteField
from core.widgets import ChipsSelect
from matching.enums import OverrideReason
from matching.weights.forms import WeightsForm

MOST_WORDS = 500


class OverrideForm(forms.Form):
    """Why two people are kept together or apart; `mentor` is the one it is about.

    `proposed` is the id of the mentor who was proposed where the coordinator read it, empty for none.
    """

    mentor = forms.UUIDField(widget=forms.HiddenInput)
    proposed = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = forms.ChoiceField(
        label=_("Why?"),
        choices=OverrideReason.choices,
        widget=ChipsSelect,
        error_messages={"required": _("Choose the reason that comes closest.")},
    )
    words = NoteField(
        label=_("In your own words"),
        help_text=_("Kept with the round; coordinators of this program can read it."),
        max_length=MOST_WORDS,
        required=False,
    )


class RoundWeightsForm(WeightsForm):
    """The weights of one round, and what it puts first."""

    def __init__(self, *args: Any, protects_weakest: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["protects_weakest"] = forms.BooleanField(
            label=_("Protect the weakest pair"),
            help_text=_("Raise the lowest score of the set first, then the sum of all."),
            initial=protects_weakest,
            required=False,
        )


class SendForm(forms.Form):
    """`seen` is when the result was worked out that the coordinator read before sending."""

    seen = forms.DateTimeField(required=False)
