"""Forms about people: the list, one's own account, a program."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Program, User
from accounts.panels import all_filters
from accounts.querysets import MembershipQuerySet
from accounts.timezones import zone_choices
from core.support import COUNTRIES


class UserForm(forms.ModelForm):  # type: ignore[type-arg]
    timezone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields = ("first_name", "last_name", "timezone", "language")


class NeverPairForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address of the other person"))
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept sealed. Nobody who makes matches reads it."),
    )


NO_COUNTRY = "ZZ"
"""The code for a country that is not in `core.support`; ISO 3166 never gives it away."""


class ProgramForm(forms.ModelForm):  # type: ignore[type-arg]
    timezone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)
    country = forms.ChoiceField(label=_("Country"), help_text=_("Decides which crisis lines people see."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = sorted(((code, str(country.name)) for code, country in COUNTRIES.items()), key=lambda choice: choice[1])
        other = NO_COUNTRY if self.instance.country in COUNTRIES else self.instance.country
        choices = [*known, (other, _("Another country"))]
        self.fields["country"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        begins, ends = cleaned.get("quiet_from_hour"), cleaned.get("quiet_until_hour")
        if begins is not None and begins == ends:
            self.add_error("quiet_until_hour", _("The quiet hours must end at another hour than they begin."))
        return cleaned

    class Meta:
        model = Program
        fields = (
            "name",
            "timezone",
            "country",
            "mentor_recovery_months",
            "training_hours",
            "mentor_capacity",
            "proposal_days",
            "session_cadence_days",
            "checkin_cadence_days",
            "quiet_from_hour",
            "quiet_until_hour",
        )
        help_texts = {
            "session_cadence_days": _("For pairs proposed from now on. Each pair can agree on another number."),
            "checkin_cadence_days": _("For everybody, from their next check-in on."),
        }


class PeopleFilterForm(forms.Form):
    """The selects above the list of people, with those that other apps registered."""

    q = forms.CharField(label=_("Name or e-mail"), required=False, max_length=100)
    role = forms.ChoiceField(label=_("Role"), choices=[("", _("Every role")), *Role.choices], required=False)
    status = forms.ChoiceField(
        label=_("Status"),
        choices=[("", _("All")), ("not_joined", _("Has not joined yet")), ("suspended", _("Suspended"))],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for people_filter in all_filters():
            self.fields[people_filter.name] = forms.ChoiceField(
                label=str(people_filter.label), choices=[("", _("All")), *people_filter.choices], required=False
            )

    def narrow(self, people: MembershipQuerySet, *, program: Program, now: datetime) -> MembershipQuerySet:
        """`people` as chosen; a choice that does not exist narrows nothing."""
        self.full_clean()
        chosen = self.cleaned_data
        if words := chosen.get("q"):
            for word in words.split():
                people = people.filter(
                    Q(user__first_name__icontains=word) | Q(user__last_name__icontains=word) | Q(user__email__icontains=word)
                )
        if role := chosen.get("role"):
            people = people.with_role(role)
        if status := chosen.get("status"):
            suspended = Q(is_active=False)
            not_joined = Q(is_active=True, user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
            people = people.filter(suspended if status == "suspended" else not_joined)
        for people_filter in all_filters():
            if value := chosen.get(people_filter.name):
                people = people_filter.narrow(people, value, program, now)
        return people
