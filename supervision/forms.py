"""What a person may type about a flag."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import NoteField

LONGEST_TEXT = 2000


class ResolveFlagForm(forms.Form):
    what_was_done = NoteField(
        label=_("What was done?"),
        help_text=_("A few plain words. Supervisors read this; the person it concerns can see when somebody does."),
        max_length=LONGEST_TEXT,
        rows=4,
    )
