"""Lists of pairs, and the page of one pair as each role sees it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.http import MemberRequest
from core.errors import DomainError
from core.forms import posted, status_of
from core.policy import allow
from relationships import services
from relationships.access import get_pair_for
from relationships.actions import actions_for
from relationships.enums import NEVER_BEGAN, State
from relationships.forms import CadenceForm
from relationships.history import history_of
from relationships.models import Relationship
from relationships.proposal_facts import facts_for
from relationships.selectors import (
    CURRENT,
    PairLine,
    contact_of,
    is_never_pair,
    is_pair,
    next_session_on,
    pairs_for,
    sessions_of,
)

PAGE_SIZE = 50


@allow(Role.MENTOR, Role.COORDINATOR, Role.SUPERVISOR)
def pair_list(request: MemberRequest) -> HttpResponse:
    """The pairs this person looks after, those furthest into a session gap first."""
    chosen = request.GET.get("state", CURRENT)
    if chosen not in State.values:
        chosen = CURRENT
    page = Paginator(pairs_for(request.membership, chosen), PAGE_SIZE).get_page(request.GET.get("page"))
    hidden = NEVER_BEGAN if request.membership.role == Role.MENTOR else ()
    context = {
        "page": page,
        "lines": [PairLine.of(pair, request.now) for pair in page.object_list],
        "chosen": chosen,
        "states": [(CURRENT, _("Current")), *((state.value, state.label) for state in State if state not in hidden)],
    }
    return render(request, "relationships/list.html", context)


@allow(Role.MENTEE, Role.MENTOR, Role.COORDINATOR, Role.SUPERVISOR)
def detail(request: MemberRequest, pair_id: UUID) -> HttpResponse:
    """One pair; each role has its own template, so that none shows what another may not see."""
    pair = get_pair_for(request.membership, pair_id)
    role = request.membership.role
    context = {"pair": pair, "line": PairLine.of(pair, request.now), **_CONTEXTS[role](request, pair)}
    return render(request, f"relationships/detail_{role}.html", context)


def _two_people(request: MemberRequest, pair: Relationship) -> dict[str, Any]:
    """What the two see: each other's first name and, while they are a pair, how to reach each other."""
    me_is_mentor = request.membership.role == Role.MENTOR
    other = pair.mentee if me_is_mentor else pair.mentor
    sessions = sessions_of(pair)
    today = request.user.today(request.now)
    return {
        "other": other,
        "is_pair": is_pair(pair),
        "contact": contact_of(other) if is_pair(pair) else "",
        "can_answer": pair.state == State.PROPOSED and pair.proposal_expires_at > request.now,
        "answered_at": pair.mentor_accepted_at if me_is_mentor else pair.mentee_accepted_at,
        "facts": facts_for(pair) if pair.state == State.PROPOSED else [],
        "sessions": sessions,
        "next_on": next_session_on(sessions, today),
        "today": today,
    }


def _mentor(request: MemberRequest, pair: Relationship) -> dict[str, Any]:
    context = _two_people(request, pair)
    undoable = [session for session in context["sessions"] if is_pair(pair) and session.may_be_taken_back(request.now)]
    return {**context, "key": uuid4(), "undoable": undoable}


def _staff(request: MemberRequest, pair: Relationship) -> dict[str, Any]:
    return {
        "is_pair": is_pair(pair),
        "sessions": sessions_of(pair),
        "history": history_of(pair),
        "actions": actions_for(pair.state, request.membership.role),
    }


def _coordinator(request: MemberRequest, pair: Relationship) -> dict[str, Any]:
    return {**_staff(request, pair), "people": (pair.mentor, pair.mentee), "is_never_pair": is_never_pair(pair)}


_CONTEXTS: dict[str, Callable[[MemberRequest, Relationship], dict[str, Any]]] = {
    Role.MENTEE: _two_people,
    Role.MENTOR: _mentor,
    Role.COORDINATOR: _coordinator,
    Role.SUPERVISOR: _staff,
}


@allow(Role.MENTOR, Role.COORDINATOR, methods=("GET", "POST"))
def cadence(request: MemberRequest, pair_id: UUID) -> HttpResponse:
    """How often the two agreed to meet."""
    pair = get_pair_for(request.membership, pair_id)
    if not is_pair(pair):
        messages.error(request, _("This can be changed only while the two are paired."))
        return redirect(pair)
    form = CadenceForm(posted(request), initial={"cadence_days": pair.cadence_days})
    if form.is_valid():
        days = form.cleaned_data["cadence_days"]
        try:
            services.set_cadence(relationship=pair, cadence_days=days, by=request.membership, now=request.now)
        except DomainError as refused:
            form.add_error("cadence_days", str(refused))
        else:
            messages.success(request, _("Saved: a session every %(days)d days.") % {"days": days})
            return redirect(pair)
    return render(request, "relationships/cadence.html", {"pair": pair, "form": form}, status=status_of(form))
