"""What a person may type about a flag."""

from typing import Any

from django import forms
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.staff import has_any
from core.forms import NoteField
from supervision.models import Flag

LONGEST_TEXT = 2000


class ResolveFlagForm(forms.Form):
    what_was_done = NoteField(label=_("What was done?"), max_length=LONGEST_TEXT, rows=4)

    def __init__(self, *args: Any, flag: Flag, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        read_by = gettext("A few plain words. Supervisors read this. %(name)s can see when one does, and does not read it.")
        if not has_any(flag.program_id, Role.SUPERVISOR):
            read_by = gettext(
                "A few plain words. Your program has no supervisor right now: one who comes later can read this. %(name)s can"
                " see when one does, and does not read it."
            )
        if flag.spec.is_confided and not flag.about.takes_part:
            read_by = gettext(
                "A few plain words. Only who supervises %(name)s reads this. Nobody else learns of it. If %(name)s takes part"
                " again, %(name)s sees that you looked at it."
            )
        elif flag.spec.is_confided:
            read_by = gettext(
                "A few plain words. Only who supervises %(name)s reads this. %(name)s sees that you looked at it, and when this"
                " is opened, and does not read it. Nobody else learns of it."
            )
        self.fields["what_was_done"].help_text = escape(read_by % {"name": flag.about.user.first_name})
