"""What a coordinator sends when proposing a match."""

from django import forms


class ProposeForm(forms.Form):
    """Without `is_confirmed` the page says what will happen and asks. `asks_again` though one of the two said no before."""

    mentor = forms.UUIDField()
    mentee = forms.UUIDField()
    asks_again = forms.BooleanField(required=False)
    is_confirmed = forms.BooleanField(required=False)
