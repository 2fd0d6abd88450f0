"""The form that takes people files."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from intake.files.format import FileError, read_people


class ImportForm(forms.Form):
    """One or two people files; `texts` holds their text by kind once valid. Larger ones are refused at the door."""

    mentors = forms.FileField(label=_("Mentors"), required=False, widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}))
    mentees = forms.FileField(label=_("Mentees"), required=False, widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.texts: dict[str, str] = {}

    def clean_mentors(self) -> None:
        self._read(Role.MENTOR, self.cleaned_data["mentors"])

    def clean_mentees(self) -> None:
        self._read(Role.MENTEE, self.cleaned_data["mentees"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.texts and not self.errors:
            raise forms.ValidationError(_("Choose at least one file."), code="no_file")
        return cleaned

    def _read(self, kind: str, upload: "UploadedFile[bytes] | None") -> None:
        if upload is None:
            return
        data = upload.read()
        try:
            file = read_people(kind, data)
        except FileError as error:
            raise forms.ValidationError(str(error), code="unreadable") from error
        if not file.named:
            raise forms.ValidationError(_("This file has no people in it."), code="nobody")
        self.texts[kind] = data.decode("utf-8-sig")
