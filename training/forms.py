"""What a coordinator records about a mentor's training."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.widgets import DayInput
from training.models import TrainingRecord


class TrainingForm(forms.ModelForm):  # type: ignore[type-arg]
    hours = forms.DecimalField(label=_("Training hours"), min_value=0, max_value=9999, max_digits=5, decimal_places=1)

    class Meta:
        model = TrainingRecord
        fields = ("hours", "agreement_signed_on", "screening_valid_until")
        widgets = {"agreement_signed_on": DayInput, "screening_valid_until": DayInput}

    def clean(self) -> None:
        super().clean()
        for name in ("agreement_signed_on", "screening_valid_until"):
            day = self.cleaned_data.get(name)
            if day and not 1900 <= day.year <= 2100:
                self.add_error(name, _("The year must lie between 1900 and 2100."))
