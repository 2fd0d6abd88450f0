"""What people change about themselves, and what admins change about a program."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import services
from accounts.enums import Role
from accounts.http import MemberRequest
from accounts.models import Program
from accounts.people_forms import ProgramForm, UserForm
from accounts.profile_form import profile_form
from accounts.views.people import windows_of
from core.policy import allow, signed_in


@signed_in(methods=("GET", "POST"))
def me(request: MemberRequest) -> HttpResponse:
    """One's own names, zone and language; for mentors and mentees also their profile."""
    if request.membership is None:
        return redirect("home")
    person = request.membership
    profile = services.profile_of(person)
    user_form = UserForm(request.POST or None, instance=request.user)
    form = None
    if profile:
        form = profile_form(person.role, is_own=True)(
            request.POST or None, instance=profile, windows=windows_of(person), today=timezone.localdate(request.now)
        )
    refused = [one for one in (user_form, form) if one is not None and not one.is_valid()]
    if request.method == "POST" and not refused:
        with transaction.atomic():
            services.save_user(user=user_form.save(commit=False), by=person, now=request.now)
            if form:
                services.save_profile(
                    person=person,
                    profile=form.save(commit=False),
                    changed=form.changed_data,
                    windows=form.cleaned_data["availability"],
                    by=person,
                    now=request.now,
                )
        messages.success(request, _("Saved."))
        return redirect("accounts:me")
    return render(request, "accounts/me.html", {"user_form": user_form, "form": form})


@allow(Role.ADMIN, methods=("GET", "POST"))
def program(request: MemberRequest) -> HttpResponse:
    """The settings of the program acted in."""
    form = ProgramForm(request.POST or None, instance=Program.objects.get(pk=request.membership.program_id))
    if request.method == "POST" and form.is_valid():
        services.save_program(program=form.save(commit=False), by=request.membership, now=request.now)
        messages.success(request, _("Saved."))
        return redirect("accounts:program")
    return render(request, "accounts/program.html", {"form": form})
