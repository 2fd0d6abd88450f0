"""What a coordinator records about a mentor's training."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PlainDateField
from training.models import TrainingRecord


class TrainingForm(forms.ModelForm):  # type: ignore[type-arg]
    hours = forms.DecimalField(label=_("Training hours"), min_value=0, max_value=9999, max_digits=5, decimal_places=1)
    screening_valid_until = PlainDateField(label=_("Screening valid until"), required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        signed = PlainDateField(label=_("Agreement signed on"), required=False, latest=today)
        self.fields["agreement_signed_on"] = signed

    class Meta:
        model = TrainingRecord
        fields = ("hours", "agreement_signed_on", "screening_valid_until")
