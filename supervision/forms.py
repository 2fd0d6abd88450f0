"""What a person may type about a flag."""

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_TEXT = 2000


class ResolveFlagForm(forms.Form):
    what_was_done = forms.CharField(
        label=_("What was done?"),
        help_text=_("A few plain words. Supervisors read this; the person it concerns can see when somebody does."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
