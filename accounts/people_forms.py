"""Forms about people: the list, a profile, a program."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import people_cells as cells
from accounts.availability import Window, in_order, read_windows, show_windows
from accounts.enums import Role
from accounts.models import Membership, MembershipQuerySet, MenteeProfile, MentorProfile, Program, User
from accounts.panels import all_filters
from accounts.people_format import CellError
from accounts.timezones import zone_choices
from core.fields import ChoiceListField
from core.widgets import ChipsMultiple, DayInput


class AvailabilityField(forms.CharField):
    """Weekly times, one a line or separated by `;`, in the person's own time zone."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else show_windows(value).replace("; ", "\n")

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return read_windows(text.replace("\r", "").replace("\n", ";"))
        except ValueError as error:
            raise forms.ValidationError(str(error), code="unreadable") from error


class PlacesField(forms.CharField):
    """A few places, separated by `;`."""

    def prepare_value(self, value: Any) -> Any:
        return "; ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return cells.names(limit=20, each=60)(text)
        except CellError as error:
            raise forms.ValidationError(str(error), code="unreadable") from error


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a mentor or mentee says about themselves. Made for one of the two by `profile_form`."""

    contact = forms.CharField(
        label=_("How to be reached"),
        max_length=200,
        required=False,
        help_text=_("A phone number, for example. The match and the coordinators see it."),
    )
    places = PlacesField(
        label=_("Places to meet"), required=False, help_text=_("Write a semicolon between two places, such as: Library; Park.")
    )
    availability = AvailabilityField(
        label=_("Weekly times to meet"),
        required=False,
        help_text=_("One time on each line, in the time zone of the person who meets, such as: mon 17:00-20:00."),
    )

    def __init__(self, *args: Any, windows: Iterable[Window], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["availability"].initial = in_order(windows)
        for name, field in list(self.fields.items()):
            model_field = self.Meta.model._meta.get_field(name) if name != "availability" else None
            if isinstance(model_field, ChoiceListField) and model_field.options:
                self.fields[name] = forms.MultipleChoiceField(
                    label=str(model_field.verbose_name).capitalize(),
                    choices=model_field.options.choices,
                    required=False,
                    widget=ChipsMultiple,
                )
            elif isinstance(field, forms.DateField):
                field.widget = DayInput()
        if "supervisor" in self.fields:
            program_id = self.instance.membership.program_id
            supervisors = Membership.objects.active().with_role(Role.SUPERVISOR).filter(program_id=program_id)
            self.fields["supervisor"] = forms.ModelChoiceField(
                supervisors.select_related("user"), label=_("Supervisor"), required=False
            )
            self.fields["supervisor"].label_from_instance = lambda member: member.user.full_name  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        low, high = cleaned.get("preferred_age_min"), cleaned.get("preferred_age_max")
        if low and high and low > high:
            self.add_error("preferred_age_max", _("The highest preferred age is below the lowest."))
        for name in ("birth_date", "recovery_since", "waiting_since"):
            day = cleaned.get(name)
            if day and not 1900 <= day.year <= 2100:
                self.add_error(name, _("The year must lie between 1900 and 2100."))
        return cleaned

    class Meta:
        model: type[MentorProfile | MenteeProfile] = MenteeProfile
        fields: tuple[str, ...] = ()


OWN_FIELDS = (
    "contact",
    "availability",
    "meeting_modes",
    "languages",
    "places",
    "pathways",
    "goals",
    "experiences",
    "support_styles",
    "interests",
    "dislikes",
    "gender",
    "preferred_genders",
    "required_genders",
    "preferred_age_min",
    "preferred_age_max",
)
"""What people change themselves; the rest is a coordinator's."""
_STAFF_FIELDS = {
    Role.MENTOR: ("recovery_since", "capacity", "is_taking_mentees", "supervisor", "birth_date"),
    Role.MENTEE: ("waiting_since", "birth_date"),
}


def profile_form(kind: str, *, is_own: bool) -> type[ProfileForm]:
    """The form of a mentor's or mentee's profile, as they see it or as a coordinator does."""
    first = () if is_own else _STAFF_FIELDS[Role(kind)]
    model = MentorProfile if kind == Role.MENTOR else MenteeProfile
    meta = type("Meta", (), {"model": model, "fields": [name for name in (*first, *OWN_FIELDS) if name != "availability"]})
    return type("ProfileForm", (ProfileForm,), {"Meta": meta, "field_order": [*first, *OWN_FIELDS]})


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


class ProgramForm(forms.ModelForm):  # type: ignore[type-arg]
    timezone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)
    country = forms.RegexField(
        r"^[A-Za-z]{2}$",
        label=_("Country"),
        help_text=_("Two letters, such as US. Decides which crisis lines people see."),
        error_messages={"invalid": _("Write two letters, such as US.")},
    )

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()

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


class PeopleFilterForm(forms.Form):
    """The selects above the list of people, with those that other apps registered."""

    q = forms.CharField(label=_("Name or e-mail"), required=False, max_length=100)
    role = forms.ChoiceField(label=_("Role"), choices=[("", _("Every role")), *Role.choices], required=False)

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
        for people_filter in all_filters():
            if value := chosen.get(people_filter.name):
                people = people_filter.narrow(people, value, program, now)
        return people
