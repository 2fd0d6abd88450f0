"""What forms share."""

import uuid
from copy import copy
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import canonical
from core.dates import Style, written
from core.errors import DomainError, UsedForm
from core.widgets import DayInput

EARLIEST = date(1900, 1, 1)
LATEST = date(2199, 12, 31)


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: whatever was sent, even nothing; None while the page is only read."""
    return request.POST if request.method == "POST" else None


def status_of(*shown: forms.BaseForm) -> int:
    """The status of a page with these forms: 422 when one of them was refused."""
    return 422 if any(form.errors for form in shown) else 200


class SubmissionForm(forms.Form):
    """A form whose second posting with the same key makes no second row: the service finds the first by its key."""

    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    @property
    def key(self) -> uuid.UUID:
        """The key as it was sent, however the other answers stand; a new one where what was sent is no key."""
        try:
            return uuid.UUID(self["submission_key"].data)
        except (TypeError, ValueError):
            return uuid.uuid4()

    def refuse(self, why: DomainError, field: str | None = None) -> None:
        """The service said no, to `field` or to all of it. A form that was used before may be sent once more, as another."""
        if isinstance(why, UsedForm):
            anew: Any = copy(self.data)
            anew["submission_key"] = str(uuid.uuid4())
            self.data = anew
        self.add_error(field, str(why))


class TypedName(forms.CharField):
    """What somebody is called. A name of invisible characters is no name; a line break in it is a space."""

    def to_python(self, value: Any) -> str:
        return canonical.one_line(super().to_python(value) or "")


class TypedAddress(forms.EmailField):
    """An e-mail address however it was typed or pasted."""

    def to_python(self, value: Any) -> str:
        return canonical.address(super().to_python(value) or "")


class TypedCode(forms.CharField):
    """A code out of a mail, an app or a list. It is shown in groups; the spaces and hyphens between them say nothing."""

    def __init__(self, *, label: Any) -> None:
        attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}
        super().__init__(label=label, max_length=20, widget=forms.TextInput(attrs=attrs))

    def to_python(self, value: Any) -> str:
        return "".join(character for character in super().to_python(value) or "" if character.isalnum())


class LinesField(forms.CharField):
    """A text of several lines. The server takes whatever the browser let somebody type: a browser counts a line end as one
    character, though it sends two, and an emoji as two, which the server counts as one."""

    widget: forms.Widget | type[forms.Widget] = forms.Textarea

    def to_python(self, value: Any) -> str:
        return super().to_python((value or "").replace("\r\n", "\n").replace("\r", "\n")) or ""


class NoteField(LinesField):
    """What somebody writes in their own words. `data-counted` is what the page's script says while they type."""

    def __init__(self, *, max_length: int, rows: int = 3, **kwargs: Any) -> None:
        said = {"max_length": gettext_lazy("Please shorten the note to %(limit_value)d characters. It has %(show_value)d.")}
        super().__init__(
            max_length=max_length,
            widget=forms.Textarea(attrs={"rows": rows, "data-counted": gettext_lazy("{typed} of {all} characters")}),
            error_messages={**said, **kwargs.pop("error_messages", {})},
            **kwargs,
        )

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        bound = super().get_bound_field(form, field_name)
        limit = _("Up to %(count)d characters.") % {"count": self.max_length}
        bound.help_text = format_html("{} {}", bound.help_text, limit)
        return bound


class PlainDateField(forms.DateField):
    """A day between `earliest` and `latest`, both included.

    The first and last years of the calendar are refused everywhere: as a time in another zone they are no date at all,
    and the arithmetic on them raises.
    """

    widget = DayInput

    def __init__(self, *, earliest: date = EARLIEST, latest: date = LATEST, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.earliest, self.latest = earliest, latest
        self.widget.attrs |= {"min": earliest.isoformat(), "max": latest.isoformat()}

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is not None and value < self.earliest:
            day = written(self.earliest, Style.DATED)
            raise forms.ValidationError(_("Choose %(day)s or a later date.") % {"day": day}, "too_early")
        if value is not None and value > self.latest:
            day = written(self.latest, Style.DATED)
            raise forms.ValidationError(_("Choose %(day)s or an earlier date.") % {"day": day}, "too_late")
