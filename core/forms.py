"""What forms share."""

import uuid

from django import forms


class SubmissionForm(forms.Form):
    """A form whose second posting with the same key makes no second row: the service finds the first by its key."""

    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
