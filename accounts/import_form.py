"""The form that takes people files."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.people_format import FileError, read_people


class ImportForm(forms.Form):
    """One or two people files. `texts` holds their text by kind once valid; `is_too_large` says that one passed the limit."""

    mentors = forms.FileField(label=_("Mentors"), required=False, widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}))
    mentees = forms.FileField(label=_("Mentees"), required=False, widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}))
    is_too_large = False

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
        if (upload.size or 0) > settings.UPLOAD_LIMIT_BYTES:
            self.is_too_large = True
            raise forms.ValidationError(_("The file is larger than 1 MB. Split it into smaller files."), code="too_large")
        data = upload.read()
        try:
            read_people(kind, data)
        except FileError as error:
            raise forms.ValidationError(str(error), code="unreadable") from error
        self.texts[kind] = data.decode("utf-8-sig")
