"""What people change about themselves."""

from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.http import MemberRequest
from accounts.models import Membership
from accounts.staff import has_any
from core.forms import posted, status_of
from core.policy import signed_in
from core.refusals import refuse
from people.followed import saying_what_became, standing_of
from people.forms import ProfileForm, UserForm, profile_form
from people.selectors import profile_of, windows_of
from people.services.profiles import save_myself


@signed_in(methods=("GET", "POST"))
def me(request: MemberRequest) -> HttpResponse:
    """One's own names, zone and language; for mentors and mentees also their profile."""
    if request.membership is None:
        if request.method == "POST":
            refuse(request, _("You no longer have the role in which you opened this page."))
        return redirect("home")
    person = request.membership
    user_form = UserForm(posted(request), instance=request.user)
    form = asked_profile(request, person, is_own=True, today=request.user.today(request.now))
    shown: list[BaseForm] = [user_form, form] if form else [user_form]
    if all(one.is_valid() for one in shown):
        with transaction.atomic(), saying_what_became(request, person):
            answers: dict[str, Any] = {}
            if form:
                windows = form.cleaned_data["availability"]
                answers = {"profile": form.save(commit=False), "changed": form.changed_data, "windows": windows}
            save_myself(user=user_form.save(commit=False), by=person, now=request.now, **answers)
        with translation.override(request.user.language):  # perhaps chosen just now
            messages.success(request, _("Saved."))
        return redirect("people:me")
    context = {
        "user_form": user_form,
        "form": form,
        "standing": standing_of(person) if form else None,
        "has_coordinator": has_any(person.program_id, Role.COORDINATOR),
    }
    return render(request, "people/me.html", context, status=422 if request.is_refused else status_of(*shown))


def asked_profile(request: MemberRequest, person: Membership, *, is_own: bool, today: date) -> ProfileForm | None:
    """What `person` is asked, with what was sent; as it is saved where somebody changed it since, whom that would undo."""
    profile = profile_of(person)
    if profile is None:
        return None
    make = partial(profile_form(person.role, is_own=is_own), instance=profile, windows=windows_of(person), today=today)
    form = make(posted(request))
    if not form.is_behind:
        return form
    refuse(request, _("This was changed while you were writing. Here is how it stands now. Add what is yours, then save."))
    return make()
