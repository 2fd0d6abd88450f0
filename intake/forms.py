"""What a coordinator fills in about people."""

from collections.abc import Callable, Mapping
from copy import copy
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import MembershipQuerySet, Program
from core import canonical
from core.forms import NoteField, PlainDateField, TypedAddress
from intake.files.format import PeopleFile, read_people
from intake.files.tables import FileError
from training.readiness import mentors_not_ready, mentors_ready


class ConsentForm(forms.Form):
    """A consent that was given on or before `today`."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["given_on"] = PlainDateField(label=_("Given on"), latest=today, initial=today)
        self.fields["expires_on"] = PlainDateField(
            label=_("Ends on"), required=False, help_text=_("Without a date it lasts until it is taken back.")
        )


class NeverPairForm(forms.Form):
    email = TypedAddress(label=_("E-mail address of the other person"))
    reason = NoteField(
        label=_("Reason"),
        required=False,
        max_length=500,
        rows=2,
        help_text=_("Kept sealed. Nobody who makes matches reads it."),
    )


class PeopleFilterForm(forms.Form):
    """What narrows the list of people."""

    q = forms.CharField(label=_("Name or e-mail"), required=False, max_length=100, widget=forms.SearchInput)
    role = forms.ChoiceField(label=_("Role"), choices=[("", _("Every role")), *Role.choices], required=False)
    status = forms.ChoiceField(
        label=_("Status"),
        choices=[("", _("All")), ("not_joined", _("Has not joined yet")), ("suspended", _("Suspended"))],
        required=False,
    )
    ready = forms.ChoiceField(
        label=_("Readiness of mentors"),
        choices=[("", _("All")), ("ready", _("Ready")), ("not_ready", _("Something is missing"))],
        required=False,
    )

    def narrow(self, people: MembershipQuerySet, *, program: Program, now: datetime) -> MembershipQuerySet:
        """`people` as chosen; a choice that does not exist narrows nothing."""
        self.full_clean()
        chosen = self.cleaned_data
        if words := chosen.get("q"):
            for word in words.split():
                people = people.filter(Q(user__name_key__contains=canonical.folded(word)) | Q(user__email__icontains=word))
        if role := chosen.get("role"):
            people = people.with_role(role)
        if status := chosen.get("status"):
            people = people.filter(is_active=False) if status == "suspended" else people.filter(is_active=True).not_joined()
        if ready := chosen.get("ready"):
            people = mentors_ready(people, program, now) if ready == "ready" else mentors_not_ready(people, program, now)
        return people


_FILE = forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.xls,.ods,.csv,.tsv,.txt"})


class ImportForm(forms.Form):
    """One or two people files; `texts` holds the text of those that can be read, by kind, `files_read` what those say that were
    just sent. Larger ones are refused at the door.

    Where one of two is refused the other is kept, and `kept` says where: a browser forgets both.
    """

    kept = forms.UUIDField(required=False, widget=forms.HiddenInput)
    mentors = forms.FileField(label=_("Mentors"), required=False, widget=_FILE)
    mentees = forms.FileField(label=_("Mentees"), required=False, widget=_FILE)

    def __init__(self, *args: Any, texts_kept: Callable[[UUID], Mapping[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._texts_kept = texts_kept
        self.texts: dict[str, str] = {}
        self.files_read: list[PeopleFile] = []

    def clean_mentors(self) -> None:
        self._read(Role.MENTOR, self.cleaned_data["mentors"])

    def clean_mentees(self) -> None:
        self._read(Role.MENTEE, self.cleaned_data["mentees"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if kept := cleaned.get("kept"):
            self.texts = {**self._texts_kept(kept), **self.texts}
        if not self.texts and not self.errors:
            raise forms.ValidationError(_("Choose at least one file."), code="no_file")
        return cleaned

    def keep(self, kept: UUID) -> None:
        """What could be read waits there until the form comes again."""
        anew: Any = copy(self.data)
        anew["kept"] = str(kept)
        self.data = anew
        for kind in self.texts:
            self[f"{kind}s"].help_text = str(_("Your file is kept. Choose one here only to use another."))

    def _read(self, kind: str, upload: "UploadedFile[bytes] | None") -> None:
        if upload is None:
            return
        try:
            file = read_people(kind, upload.read())
        except FileError as error:
            raise forms.ValidationError(f"{upload.name}: {error}", code="unreadable") from error
        if not file.named:
            nobody = _("This file has no people in it.")
            raise forms.ValidationError(f"{upload.name}: {nobody}", code="nobody")
        self.texts[kind] = file.text
        self.files_read.append(file)
