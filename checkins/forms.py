"""The check-in as a form. Every question may be skipped."""

from copy import copy
from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from checkins.enums import Drinking, Hard, Mood, Support
from core.forms import NoteField, SubmissionForm
from core.widgets import ChipsMultiple, ChipsSelect, ScaleField

NOTE_LENGTH = 500
_CHOOSE = {"invalid_choice": _("Choose one of the answers shown, or skip this question.")}


_WHO_HEARS = {
    (True, True): _("Now or Today: we tell {mentor} and the program's staff that you asked, and how to reach you."),
    (False, True): _("Now or Today: we tell the program's staff that you asked, and how to reach you."),
    (True, False): _(
        "Now or Today: we tell {mentor} that you asked, and how to reach you. Nobody on the staff can be told right now."
    ),
    (False, False): _("Now or Today: nobody here can be told. Please call one of the lines under “Get support now”."),
}
"""By whether the mentor hears, and whether anybody on the staff does."""

_WHO_HEARS_BY_MAIL = _WHO_HEARS | {
    (True, True): _(
        "Now or Today: we tell {mentor} and the program's staff that you asked. The staff can write to your e-mail address."
    ),
    (False, True): _("Now or Today: we tell the program's staff that you asked. They can write to your e-mail address."),
    (True, False): _("Now or Today: we tell {mentor} that you asked. Nobody on the staff can be told right now."),
}
"""The same for a mentee who has not said how to be reached."""


def _lines_about_support(
    mentor: str, *, mentor_hears: bool, staff_hear: bool, mentor_hears_later: bool, has_contact: bool
) -> str:
    """Whom each answer reaches, in short lines, for somebody who is tired; the lines to call come first."""
    who_hears = _WHO_HEARS if has_contact else _WHO_HEARS_BY_MAIL
    lines = [
        format_html(
            str(_("If it cannot wait, do not wait for us: {link}")),
            link=format_html('<a href="{}">{}</a>', reverse("core:support"), _("Get support now")),
        ),
        format_html(str(who_hears[mentor_hears, staff_hear]), mentor=mentor),
    ]
    if not has_contact and (mentor_hears or staff_hear):
        lines.append(_ask_for_contact())
    if mentor and not mentor_hears:
        paused = _(
            "{mentor} is not told while your match is paused or coming to its end, unless you share this check-in below."
        )
        lines.append(format_html(str(paused), mentor=mentor))
    if mentor_hears_later:
        later = _("If you still wait for an answer when contact with your mentor is open again, we tell your mentor then.")
        lines.append(format_html("{}", later))
    if mentor_hears:
        others = _("Your other answers: only {mentor} sees them, and only if you share them.")
        lines.append(format_html(str(others), mentor=mentor))
    elif staff_hear:
        lines.append(format_html("{}", _("Your other answers: the staff do not see them.")))
    alone = _("This week: nobody is told.")
    if mentor:
        alone = _("This week: nobody is told. {mentor} sees it only if you share this check-in below.")
    lines.append(format_html(str(alone), mentor=mentor))
    items = format_html_join("", "<li>{}</li>", ((line,) for line in lines))
    return format_html("<ul>{}</ul>", items)


def _ask_for_contact() -> SafeString:
    link = format_html('<a href="{}#id_contact">{}</a>', reverse("people:me"), _("Add a phone number"))
    return format_html(str(_("You have not said how to reach you by phone. {link}")), link=link)


class CheckInForm(SubmissionForm):
    """The seven questions. `mentor` is the first name of the person to share with, or empty; `mentor_hears` and `staff_hear`
    say whom a call for support reaches, `mentor_hears_later` that contact is on hold and may open again, `has_contact` that the
    mentee has said how to be reached. `pair` is the pair of the two, so that a form left open shares with no other mentor."""

    mood = forms.TypedChoiceField(
        label=_("How are things?"),
        choices=Mood.choices,
        coerce=int,
        empty_value=None,
        required=False,
        widget=ChipsSelect,
        error_messages=_CHOOSE,
    )
    urges = ScaleField(label=_("Urges to drink"), low_label=_("none"), high_label=_("very strong"), error_messages=_CHOOSE)
    confidence = ScaleField(
        label=_("Confidence in my plan"), low_label=_("not sure at all"), high_label=_("very sure"), error_messages=_CHOOSE
    )
    drinking = forms.ChoiceField(
        label=_("Any drinking since last time?"),
        choices=Drinking.choices,
        required=False,
        widget=ChipsSelect,
        error_messages=_CHOOSE,
    )
    hard = forms.MultipleChoiceField(
        label=_("What is hard right now?"),
        choices=Hard.choices,
        required=False,
        widget=ChipsMultiple,
        error_messages={"invalid_choice": _("Choose from the answers shown.")},
    )
    support = forms.ChoiceField(
        label=_("Would you like support?"),
        choices=Support.choices,
        required=False,
        widget=ChipsSelect,
        error_messages=_CHOOSE,
    )
    note = NoteField(label=_("A note"), required=False, max_length=NOTE_LENGTH, rows=4)
    is_shared = forms.BooleanField(required=False)
    shared_in = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        pair: UUID | None,
        mentor: str,
        mentor_hears: bool,
        staff_hear: bool,
        mentor_hears_later: bool = False,
        has_contact: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.pair = pair
        self.fields["shared_in"].initial = pair
        self.fields["support"].help_text = _lines_about_support(
            mentor,
            mentor_hears=mentor_hears,
            staff_hear=staff_hear,
            mentor_hears_later=mentor_hears_later,
            has_contact=has_contact,
        )
        if not mentor:
            del self.fields["is_shared"], self.fields["shared_in"]
            self.fields["note"].help_text = _("Who sees this: only you.")
            return
        seen = _("Who sees this: only you. If you share this check-in, {mentor} sees it too. Staff do not.")
        self.fields["note"].help_text = format_html(str(seen), mentor=mentor)
        self.fields["is_shared"].label = _("Share this check-in with %(mentor)s") % {"mentor": mentor}
        self.fields["is_shared"].help_text = _("All of it, with the note. You choose each time.")

    @property
    def was_not_shared(self) -> bool:
        """Whether the mentee chose to share on a page that was open when there was a mentor to share with."""
        return self.pair is None and "is_shared" in self.data

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.pop("shared_in", None) != self.pair and cleaned.get("is_shared"):
            asked_anew: Any = copy(self.data)
            asked_anew["shared_in"] = str(self.pair)
            del asked_anew["is_shared"]
            self.data = asked_anew
            self.add_error("is_shared", _("You have another mentor since you opened this page. Please choose again."))
        return cleaned
