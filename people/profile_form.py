"""The form of what a mentor or mentee says about themselves."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Membership
from core.fields import ChoiceListField
from core.forms import LATEST, PlainDateField
from core.widgets import ChipsMultiple
from people import cells
from people.availability import Window, example, in_lines, in_order, read_windows
from people.cells import CellError
from people.models import MenteeProfile, MentorProfile
from people.rules import NOT_IN_THE_FUTURE, contradictions

SECTIONS = (
    (_("About"), ("birth_date", "gender", "languages", "recovery_since", "pathways", "experiences")),
    (_("Meeting"), ("contact", "availability", "meeting_modes", "places")),
    (
        _("Matching"),
        (
            "waiting_since",
            "capacity",
            "is_taking_mentees",
            "supervisor",
            "goals",
            "support_styles",
            "interests",
            "dislikes",
        ),
    ),
    (_("Preferences"), ("preferred_genders", "required_genders", "preferred_age_min", "preferred_age_max")),
)
_STAFF_ONLY = frozenset({"birth_date", "recovery_since", "waiting_since", "capacity", "is_taking_mentees", "supervisor"})
"""What people do not change themselves."""


class AvailabilityField(forms.CharField):
    """Weekly times, one a line or separated by `;`, in the person's own time zone."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else in_lines(value)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return read_windows(text.replace("\r", "").replace("\n", ";"))
        except ValueError as error:
            raise forms.ValidationError(str(error), code="unreadable") from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(in_lines(initial or ()), (data or "").replace("\r", ""))


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

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class SupervisorField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Membership) -> str:
        return obj.user.full_name


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """Made for one of the two kinds of people by `profile_form`."""

    contact = forms.CharField(
        label=_("How to be reached"),
        max_length=200,
        required=False,
        help_text=_("A phone number, for example. The match and the coordinators see it."),
    )
    places = PlacesField(
        label=_("Places to meet"), required=False, help_text=_("Write a semicolon between two places, such as: Library; Park.")
    )
    availability = AvailabilityField(label=_("Weekly times to meet"), required=False, max_length=2000)

    def __init__(self, *args: Any, windows: Iterable[Window], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        availability = self.fields["availability"]
        availability.initial = in_order(windows)
        availability.help_text = _("One time on each line, such as: %(example)s") % {"example": example()}
        for name, field in list(self.fields.items()):
            if name == "availability":
                continue
            model_field = self._meta.model._meta.get_field(name)
            label = str(field.label)
            if isinstance(model_field, ChoiceListField) and model_field.options:
                self.fields[name] = forms.MultipleChoiceField(
                    label=label, choices=model_field.options.choices, required=False, widget=ChipsMultiple
                )
            elif isinstance(field, forms.DateField):
                latest = today if name in NOT_IN_THE_FUTURE else LATEST
                self.fields[name] = PlainDateField(label=label, required=False, latest=latest)
        if "supervisor" in self.fields:
            supervisors = Membership.objects.active().with_role(Role.SUPERVISOR).select_related("user")
            mine = supervisors.filter(program_id=self.instance.membership.program_id)
            self.fields["supervisor"] = SupervisorField(mine, label=_("Supervisor"), required=False)

    @property
    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """(heading, fields), for the template."""
        return [(title, [self[name] for name in names if name in self.fields]) for title, names in SECTIONS]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name, sentence in contradictions(cleaned):
            self.add_error(name, sentence)
        return cleaned

    class Meta:
        model: type[MentorProfile | MenteeProfile] = MenteeProfile
        fields: tuple[str, ...] = ()


def profile_form(kind: str, *, is_own: bool) -> type[ProfileForm]:
    """The form of a mentor's or mentee's profile, as they see it or as a coordinator does."""
    model = MentorProfile if kind == Role.MENTOR else MenteeProfile
    known = {field.name for field in model._meta.fields} - (_STAFF_ONLY if is_own else set())
    order = [name for _title, names in SECTIONS for name in names if name in known or name == "availability"]
    meta = type("Meta", (), {"model": model, "fields": [name for name in order if name in known]})
    return type("ProfileForm", (ProfileForm,), {"Meta": meta, "field_order": order})
