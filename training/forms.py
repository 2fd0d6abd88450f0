"""What a coordinator records about a mentor's training."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PlainDateField
from training.models import TrainingRecord


class TrainingForm(forms.ModelForm):  # type: ignore[type-arg]
    hours = forms.DecimalField(label=_("Training hours"), min_value=0, max_value=9999, max_digits=5, decimal_places=1)
    agreement_signed_on = PlainDateField(label=_("Agreement signed on"), required=False)
    screening_valid_until = PlainDateField(label=_("Screening valid until"), required=False)

    class Meta:
        model = TrainingRecord
        fields = ("hours", "agreement_signed_on", "screening_valid_until")
