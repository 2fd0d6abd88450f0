"""Inviting, joining, one's own account, and what a mentor or mentee says about themselves."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError
from django.db.models import DateField, Model
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.forms import AsksZone
from accounts.models import Membership, User
from core.fields import ChoiceListField, EncryptedListField
from core.forms import LATEST, LinesField, PlainDateField, SubmissionForm, TypedAddress, TypedCode, TypedName
from core.refill import AS_READ
from core.widgets import ChipsMultiple
from people.availability import Window, example, in_lines, in_order
from people.cells import Cell, CellError
from people.fields import ProfileField, Section, fields_of
from people.models import PROFILE_OF, Invitation, MenteeProfile, MentorProfile
from people.rules import contradictions
from people.said.times import read_windows


class InvitationForm(SubmissionForm):
    email = TypedAddress(label=_("E-mail address"), max_length=254)
    first_name = TypedName(label=_("First name"), max_length=80, required=False)
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("Language of the invitation"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, roles: tuple[Role, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role: Any = self.fields["role"]
        role.choices = [(one.value, one.label) for one in roles]


class JoinForm(AsksZone):
    """What a person chooses when they open their invitation without an account."""

    first_name = TypedName(label=_("First name"), max_length=80, help_text=_("What you would like people here to call you."))
    last_name = TypedName(label=_("Last name"), max_length=80, required=False)
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        help_text=password_validators_help_text_html,
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    field_order = ("first_name", "last_name", "password", "timezone", "language")

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitation = invitation

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if password := cleaned.get("password"):
            try:
                validate_password(password, User(email=self.invitation.email, first_name=cleaned.get("first_name", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class MailboxCodeForm(forms.Form):
    """The code that was sent to the invited address."""

    code = TypedCode(label=_("Code from the mail"))


class UserForm(AsksZone, forms.ModelForm):  # type: ignore[type-arg]
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields = ("first_name", "last_name", "timezone", "language")


class AvailabilityField(LinesField):
    """Weekly times, one a line or separated by `;`, in the person's own time zone."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else in_lines(value)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return read_windows(text.replace("\n", ";"))
        except ValueError as error:
            raise forms.ValidationError(str(error), code="unreadable") from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(in_lines(initial or ()), (data or "").replace("\r", ""))


class ListField(forms.CharField):
    """A few entries in a person's own words, separated by `;`."""

    def __init__(self, *, cell: Cell, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cell = cell

    def prepare_value(self, value: Any) -> Any:
        return self.cell.show(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return self.cell.parse(text)
        except CellError as error:
            raise forms.ValidationError(str(error), code="unreadable") from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class SupervisorField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Membership) -> str:
        return obj.user.full_name


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """Made for one of the two kinds of people by `profile_form`."""

    availability = AvailabilityField(label=_("Weekly times to meet"), required=False, max_length=2000)

    def __init__(self, *args: Any, windows: Iterable[Window], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model: type[Model] = self._meta.model
        self.asked = [asked for asked in fields_of(model) if asked.name in self.fields]
        availability = self.fields["availability"]
        availability.initial = in_order(windows)
        availability.help_text = _("One time on each line, such as: %(example)s") % {"example": example()}
        for asked in self.asked:
            self.fields[asked.name] = self._field_for(asked, today)
        self.order_fields([bound.name for _title, listed in self.sections for bound in listed])

    def _field_for(self, asked: ProfileField, today: date) -> forms.Field:
        """The input of the house for this kind of answer; Django's own where that will do."""
        given, field = self.fields[asked.name], asked.field
        said: dict[str, Any] = {"label": given.label, "help_text": given.help_text, "required": False}
        if isinstance(field, ChoiceListField) and field.options:
            return forms.MultipleChoiceField(choices=field.options.choices, widget=ChipsMultiple, **said)
        if isinstance(field, EncryptedListField):
            return ListField(cell=asked.cell, **said)
        if isinstance(field, DateField):
            return PlainDateField(latest=today if asked.is_past else LATEST, **said)
        if asked.is_private:
            return forms.CharField(max_length=field.max_length, **said)
        if asked.is_person:
            supervisors = (
                Membership.objects.active().with_role(Role.SUPERVISOR).select_related("user").order_by("user__name_key")
            )
            return SupervisorField(supervisors.filter(program_id=self.instance.membership.program_id), **said)
        return given

    @property
    def as_read(self) -> str:
        """A mark of the answers as they are saved, which the page carries along."""
        saved = [str(field.prepare_value(self.get_initial_for_field(field, name))) for name, field in self.fields.items()]
        return salted_hmac("people.forms", json.dumps(saved)).hexdigest()[:24]

    @property
    def is_behind(self) -> bool:
        """Whether the answers were changed since the page was opened, and this would change them back; not when sent twice."""
        return self.is_bound and self.data.get(AS_READ, self.as_read) != self.as_read and self.has_changed()

    @property
    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """(heading, fields), for the template; the weekly times begin the section about meeting."""
        names: dict[Section, list[str]] = {section: [] for section in Section}
        names[Section.MEETING].append("availability")
        for asked in self.asked:
            names[asked.section].append(asked.name)
        return [(section.label, [self[name] for name in listed]) for section, listed in names.items()]

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
    model = PROFILE_OF[kind]
    names = [asked.name for asked in fields_of(model) if not (is_own and asked.by_staff)]
    meta = type("Meta", (), {"model": model, "fields": names})
    return type("ProfileForm", (ProfileForm,), {"Meta": meta})
