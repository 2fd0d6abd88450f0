"""Pages about people, for coordinators and admins."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.http import MemberRequest
from accounts.models import Membership
from accounts.services import set_active as set_membership_active
from core.errors import DomainError
from core.forms import status_of
from core.policy import allow
from core.refusals import refuse
from intake.forms import ConsentForm, NeverPairForm, PeopleFilterForm
from intake.panels import panels_for
from intake.selectors import missing_of
from intake.standing import saying_what_became, standing_of, too_few_places
from intake.suspending import touched_by
from people.access import get_person_for, may_read_intake
from people.audit_events import INTAKE_OPENED_TO_EDIT
from people.availability import in_words
from people.forms import InvitationForm
from people.models import NeverPair
from people.selectors import profile_of, windows_of
from people.services import inviting_all, profiles
from people.services.invitations import MAY_INVITE
from people.views.me import asked_profile
from people.words import about_words
from privacy.models import Consent
from relationships.selectors import mentees_in_line, pairs_of_mentees, waiting_mentees
from training.readiness import mentors_not_ready

PEOPLE_A_PAGE = 50


@allow(Role.COORDINATOR, Role.ADMIN)
def people(request: MemberRequest) -> HttpResponse:
    """Everybody in the program, by name."""
    form = PeopleFilterForm(request.GET)
    everybody = Membership.objects.visible_to(request.membership)
    found = form.narrow(everybody, program=request.membership.program, now=request.now)
    ordered = found.select_related("user", "mentee_profile").order_by("user__name_key", "id")
    page = Paginator(ordered, PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    on_page = Membership.objects.filter(pk__in=[person.pk for person in page])
    not_ready = set(mentors_not_ready(on_page, request.membership.program, request.now).values_list("pk", flat=True))
    held_back = _held_back(request) if request.membership.role == Role.COORDINATOR else set()
    context = {
        "form": form,
        "page": page,
        "rows": [(person, person.pk in not_ready, person.pk in held_back) for person in page],
        "people_count": found.values("user_id").distinct().count(),
        "is_narrowed": any(form.cleaned_data.values()),
        "not_invited": inviting_all.not_invited(by=request.membership, now=request.now).count(),
    }
    return render(request, "intake/people.html", context)


def _held_back(request: MemberRequest) -> set[UUID]:
    """The mentees in line whom nobody can be paired with yet."""
    waiting = waiting_mentees(request.membership.program, request.now)
    held_back = mentees_in_line(request.membership.program).exclude(pk__in=waiting.values("pk"))
    return set(held_back.values_list("pk", flat=True))


@allow(Role.COORDINATOR, Role.ADMIN)
def person(request: MemberRequest, person_id: UUID) -> HttpResponse:
    return person_page(request, get_person_for(request.membership, person_id, now=request.now))


@allow(Role.COORDINATOR, methods=("GET", "POST"))
def person_edit(request: MemberRequest, person_id: UUID) -> HttpResponse:
    """A coordinator changes what intake says."""
    shown = get_person_for(request.membership, person_id, now=request.now, event=INTAKE_OPENED_TO_EDIT)
    form = asked_profile(request, shown, is_own=False, today=shown.program.today(request.now))
    if form is None:
        raise Http404
    if form.is_valid():
        with saying_what_became(request, shown):
            profiles.save_profile(
                person=shown,
                profile=form.save(commit=False),
                changed=form.changed_data,
                windows=form.cleaned_data["availability"],
                by=request.membership,
                now=request.now,
            )
            messages.success(request, _("Saved."))
        if too_few := too_few_places(shown):
            messages.warning(request, too_few)
        return redirect("intake:person", shown.pk)
    context = {"form": form, "person": shown, "standing": standing_of(shown)}
    return render(request, "intake/person_edit.html", context, status=422 if request.is_refused else status_of(form))


@allow(Role.COORDINATOR, methods=("POST",))
def never_pair_add(request: MemberRequest, person_id: UUID) -> HttpResponse:
    shown = get_person_for(request.membership, person_id, now=request.now)
    if not may_read_intake(request.membership, shown):
        raise Http404
    form = NeverPairForm(request.POST)
    if form.is_valid():
        try:
            with saying_what_became(request, shown):
                profiles.name_never_pair(person=shown, by=request.membership, now=request.now, **form.cleaned_data)
                messages.success(request, _("Noted: these two must not be paired."))
        except DomainError as error:
            form.add_error("email", str(error))
        else:
            return redirect("intake:person", shown.pk)
    return person_page(request, shown, never_pair_form=form)


@allow(Role.COORDINATOR, methods=("POST",))
def never_pair_drop(request: MemberRequest, person_id: UUID, rule_id: UUID) -> HttpResponse:
    shown = get_person_for(request.membership, person_id, now=request.now)
    rule = get_object_or_404(NeverPair.objects.select_related("person").defer("reason"), pk=rule_id, person=shown)
    with saying_what_became(request, shown):
        profiles.drop_never_pair(rule=rule, by=request.membership, now=request.now)
        messages.success(request, _("Taken out. The matching may suggest the two again, unless another rule keeps them apart."))
    return redirect("intake:person", shown.pk)


@allow(Role.ADMIN, methods=("POST",))
def set_active(request: MemberRequest, person_id: UUID) -> HttpResponse:
    """Suspend a person, or bring them back; `active` is "yes" or "no"."""
    shown = get_person_for(request.membership, person_id, now=request.now)
    is_active = request.POST.get("active") == "yes"
    try:
        with saying_what_became(request, shown):
            set_membership_active(person=shown, is_active=is_active, by=request.membership, now=request.now)
            words = _("%(name)s takes part again.") if is_active else _("%(name)s is suspended in this role.")
            messages.success(request, words % {"name": shown.user.first_name})
            if is_active and shown.role in (Role.MENTOR, Role.MENTEE):
                messages.info(request, _("Proposals that ended meanwhile stay ended; a coordinator can ask anew."))
    except DomainError as error:
        refuse(request, error)
    return redirect("intake:person", shown.pk)


def person_page(
    request: MemberRequest,
    shown: Membership,
    *,
    never_pair_form: NeverPairForm | None = None,
    consent_form: ConsentForm | None = None,
) -> HttpResponse:
    """The page of one person; a form that was refused is shown again as typed."""
    context: dict[str, Any] = {
        "person": shown,
        "is_self": shown.pk == request.membership.pk,
        "invite_form": _invite_form(request.membership, shown),
        "standing": standing_of(shown),
        "touched": touched_by(shown) if request.membership.role == Role.ADMIN else [],
    }
    profile = profile_of(shown)
    if profile and may_read_intake(request.membership, shown):
        today = shown.program.today(request.now)
        has_mentor = shown.role == Role.MENTEE and pairs_of_mentees(shown.program).get(shown.pk, False)
        context |= {
            "about": about_words(profile, today),
            "availability": in_words(windows_of(shown)),
            "consent": _consent(shown, today),
            "consent_form": consent_form or ConsentForm(today=today),
            "missing": missing_of(shown, request.now),
            "has_mentor": has_mentor,
            "rules": shown.never_pairs_named.select_related("other__user").defer("reason").order_by("id"),
            "is_named_by_others": shown.never_pairs_received.exists(),
            "never_pair_form": never_pair_form or NeverPairForm(),
            "panels": panels_for(request, shown, has_mentor=has_mentor),
        }
    refused = [form for form in (never_pair_form, consent_form) if form]
    return render(request, "intake/person.html", context, status=status_of(*refused))


def _invite_form(membership: Membership, shown: Membership) -> InvitationForm | None:
    """Invites a person who was imported and has not joined yet; nothing is left to type."""
    roles = MAY_INVITE[membership.role]
    if not shown.is_active or shown.user.has_joined or shown.role not in roles:
        return None
    user = shown.user
    known = {"email": user.email, "first_name": user.first_name, "role": shown.role, "language": user.language}
    return InvitationForm(roles=roles, initial=known, auto_id=False)


def _consent(shown: Membership, today: date) -> Consent | None:
    """The newest consent in force."""
    return Consent.objects.of(shown).in_force(shown.program_id, today).order_by("-given_on").first()
