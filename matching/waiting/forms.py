"""What a coordinator sends when proposing a match."""

from django import forms


class ProposeForm(forms.Form):
    """Without `is_confirmed` the page says what will happen and asks."""

    mentor = forms.UUIDField()
    mentee = forms.UUIDField()
    is_confirmed = forms.BooleanField(required=False)
