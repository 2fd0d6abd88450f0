"""The form in which a coordinator records consent."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PlainDateField


class ConsentForm(forms.Form):
    """A consent that was given on or before `today`."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["given_on"] = PlainDateField(label=_("Given on"), latest=today, initial=today)
        self.fields["expires_on"] = PlainDateField(
            label=_("Ends on"), required=False, help_text=_("Without a date it lasts until it is taken back.")
        )
