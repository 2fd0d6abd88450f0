"""What a person may type about a pair."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import NoteField, PlainDateField, SubmissionForm
from core.widgets import ChipsMultiple, ChipsSelect, ScaleField
from people.enums import MeetingMode
from relationships.actions import StaffAction
from relationships.enums import CloseReason, Outcome, RequestKind, Topic
from relationships.models import Relationship
from relationships.selectors.confiding import Confidants
from relationships.services.states import MAX_CADENCE_DAYS

LONGEST_TEXT = 1000
PASSED_ON = ("next_step", "next_on", "note")
"""What the mentee would read of a session, or be asked to come to: nothing of it is taken while contact is on hold."""


class LogSessionForm(SubmissionForm):
    """Only the date and the outcome are asked for; the one-tap log posts just those two.

    While contact is on hold it shows only what can be taken. What was typed on a page from before stays until the mentor takes
    it out: the service says that it cannot be passed on.
    """

    outcome = forms.ChoiceField(label=_("How did it go?"), choices=Outcome.choices, initial=Outcome.MET, widget=ChipsSelect)
    held_on = PlainDateField(label=_("Date"))
    is_another = forms.BooleanField(label=_("Log another session for this day"), required=False, widget=forms.HiddenInput)
    minutes = forms.IntegerField(label=_("Minutes"), required=False, min_value=1, max_value=600)
    mode = forms.ChoiceField(label=_("How did you meet?"), required=False, choices=MeetingMode.choices, widget=ChipsSelect)
    topics = forms.MultipleChoiceField(
        label=_("What was it about?"), required=False, choices=Topic.choices, widget=ChipsMultiple
    )
    next_step = NoteField(
        label=_("Next step"),
        help_text=_("Your mentee may read this. Your supervisor may read it too."),
        required=False,
        max_length=LONGEST_TEXT,
    )
    next_on = PlainDateField(label=_("Next session on"), required=False)
    note = NoteField(
        label=_("A note"),
        help_text=_("Your mentee may read this. Your supervisor may read it too."),
        required=False,
        max_length=LONGEST_TEXT,
    )
    mentor_wellbeing = ScaleField(
        label=_("How are you doing yourself?"),
        lowest=1,
        highest=5,
        low_label=_("Very hard"),
        high_label=_("Very good"),
    )
    talk = forms.BooleanField(label=RequestKind.TALK.label, required=False)
    worry = forms.BooleanField(label=RequestKind.WORRY.label, required=False)

    def __init__(self, *args: Any, pair: Relationship, confidants: Confidants, is_on_hold: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._pair = pair
        for name in PASSED_ON if is_on_hold else ():
            if not self[name].data:
                del self.fields[name]
        self.fields["mentor_wellbeing"].help_text = confidants.see_alone
        self.fields["talk"].help_text = self.fields["worry"].help_text = confidants.before

    def to_tell(self) -> list[RequestKind]:
        """What the mentor ticked for the supervisor. It waits for none of the other answers."""
        return [kind for kind in RequestKind if self.is_bound and self[kind.value].data]

    def leave_out(self, kind: RequestKind) -> None:
        """It was told: when the form comes back with a question, this is not asked again."""
        del self.fields[kind.value]

    def clean(self) -> dict[str, Any]:
        """Asks once when the day already has a session; the same form sent again is no second one."""
        cleaned = super().clean() or self.cleaned_data
        is_another = cleaned.pop("is_another", False)
        for kind in RequestKind:
            cleaned.pop(kind.value, None)
        that_day = self._pair.sessions.standing().filter(held_on=cleaned["held_on"]) if cleaned.get("held_on") else ()
        is_known = any(session.submission_key == cleaned.get("submission_key") for session in that_day)
        if that_day and not is_another and not is_known:
            self.fields["is_another"].widget = forms.CheckboxInput()
            self.add_error("is_another", _("You already logged a session for this day. Log another?"))
        return cleaned


class TellSupervisorForm(SubmissionForm):
    """What a mentor tells their supervisor alone. Nothing is asked for: what it is stands chosen, words may be left out."""

    kind = forms.ChoiceField(
        label=_("What is it?"), required=False, choices=RequestKind.choices, initial=RequestKind.WORRY, widget=ChipsSelect
    )
    words = NoteField(label=_("In your own words"), required=False, max_length=LONGEST_TEXT)

    def __init__(self, *args: Any, confidants: Confidants, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].help_text = confidants.before

    @property
    def chosen(self) -> RequestKind:
        """A worry, unless the mentor said plainly that it is none."""
        return RequestKind.TALK if self["kind"].data == RequestKind.TALK else RequestKind.WORRY


class CadenceForm(forms.Form):
    cadence_days = forms.IntegerField(label=_("Days between sessions"), min_value=1, max_value=MAX_CADENCE_DAYS)


def _reason_words(reason: CloseReason) -> str:
    return f"{reason.label}: {reason.meaning}"


class CloseForm(forms.Form):
    """The reason, where there is one to choose."""

    reason = forms.ChoiceField(label=_("Why does it end?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, action: StaffAction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(reason, _reason_words(CloseReason(reason))) for reason in action.reasons]
