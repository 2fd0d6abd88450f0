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
from accounts.staff import has_any
from core.errors import DomainError
from core.forms import posted, status_of
from core.policy import allow
from core.refusals import refuse
from relationships import services
from relationships.access import get_pair_for
from relationships.actions import actions_for
from relationships.enums import HOLDS_PLACE, NEVER_BEGAN, ONGOING, State
from relationships.forms import CadenceForm
from relationships.grounds import in_the_way, is_on_hold
from relationships.history import history_of
from relationships.notices import no_longer_open
from relationships.proposal_facts import facts_for
from relationships.selectors import (
    CURRENT,
    HELD,
    PairLine,
    contact_of,
    next_session_on,
    pair_lines_for,
    pairs_for,
    sessions_of,
    was_not_allowed,
)

PAGE_SIZE = 50


@allow(Role.MENTOR, Role.COORDINATOR, Role.SUPERVISOR)
def pair_list(request: MemberRequest) -> HttpResponse:
    """The pairs this person looks after, those furthest into a session gap first."""
    chosen = request.GET.get("state", CURRENT)
    if chosen not in State.values and chosen != HELD:
        chosen = CURRENT
    page = Paginator(pairs_for(request.membership, request.now, chosen), PAGE_SIZE).get_page(request.GET.get("page"))
    hidden = NEVER_BEGAN if request.membership.role == Role.MENTOR else ()
    context = {
        "page": page,
        "lines": pair_lines_for(request.membership, page.object_list, request.now),
        "chosen": chosen,
        "states": [
            (CURRENT, _("Current")),
            (HELD, _("On hold")),
            *((state.value, state.label) for state in State if state not in hidden),
        ],
    }
    return render(request, "relationships/list.html", context)


@allow(Role.MENTEE, Role.MENTOR, Role.COORDINATOR, Role.SUPERVISOR)
def detail(request: MemberRequest, pair_id: UUID) -> HttpResponse:
    """One pair; each role has its own template, so that none shows what another may not see."""
    pair = get_pair_for(request.membership, pair_id)
    role = request.membership.role
    line = pair_lines_for(request.membership, [pair], request.now)[0]
    context = {"pair": pair, "line": line, "is_pair": pair.state in ONGOING, **_CONTEXTS[role](request, line)}
    return render(request, f"relationships/detail_{role}.html", context)


def _two_people(request: MemberRequest, line: PairLine) -> dict[str, Any]:
    """What the two see: each other's first name and, while they are in contact, how to reach each other."""
    pair = line.pair
    me_is_mentor = request.membership.role == Role.MENTOR
    other = pair.mentee if me_is_mentor else pair.mentor
    sessions = sessions_of(pair)
    today = request.user.today(request.now)
    can_answer = pair.state == State.PROPOSED and pair.proposal_expires_at > request.now and not line.missing
    is_over = pair.state in (State.PROPOSED, *NEVER_BEGAN) and not can_answer
    contact = contact_of(other) if line.in_contact else ""
    return {
        "other": other,
        "contact": contact,
        "can_answer": can_answer,
        "answered_at": pair.mentor_accepted_at if me_is_mentor else pair.mentee_accepted_at,
        "facts": facts_for(pair) if pair.state == State.PROPOSED and not line.missing else [],
        "no_longer_open": no_longer_open(pair.program_id) if is_over else "",
        "has_coordinator": not contact and has_any(pair.program_id, Role.COORDINATOR),
        "sessions": sessions,
        "next_on": next_session_on(sessions, today),
        "today": today,
    }


def _mentor(request: MemberRequest, line: PairLine) -> dict[str, Any]:
    context = _two_people(request, line)
    is_pair = line.pair.state in ONGOING
    undoable = [session for session in context["sessions"] if is_pair and session.may_be_taken_back(request.now)]
    return {**context, "key": uuid4(), "undoable": undoable}


def _staff(request: MemberRequest, line: PairLine) -> dict[str, Any]:
    return {
        "sessions": sessions_of(line.pair),
        "history": history_of(line.pair, names_grounds=request.membership.role == Role.COORDINATOR),
        "actions": actions_for(line.pair, request.membership.role, is_on_hold=line.is_on_hold),
    }


def _coordinator(request: MemberRequest, line: PairLine) -> dict[str, Any]:
    pair = line.pair
    asks_rules = pair.state in HOLDS_PLACE or was_not_allowed(pair)
    reasons = in_the_way([pair], request.now)[pair.pk] if asks_rules and not line.is_on_hold else []
    return {**_staff(request, line), "people": (pair.mentor, pair.mentee), "reasons": reasons}


_CONTEXTS: dict[str, Callable[[MemberRequest, PairLine], dict[str, Any]]] = {
    Role.MENTEE: _two_people,
    Role.MENTOR: _mentor,
    Role.COORDINATOR: _coordinator,
    Role.SUPERVISOR: _staff,
}


@allow(Role.MENTOR, Role.COORDINATOR, methods=("GET", "POST"))
def cadence(request: MemberRequest, pair_id: UUID) -> HttpResponse:
    """How often the two agreed to meet."""
    pair = get_pair_for(request.membership, pair_id)
    if pair.state not in ONGOING:
        refuse(request, _("This can be changed only while the two are paired."))
        return redirect(pair)
    form = CadenceForm(posted(request), initial={"cadence_days": pair.cadence_days})
    if not form.is_bound and is_on_hold(pair, request.now):
        refuse(request, _("How often the two meet can be changed once contact is open again."))
        return redirect(pair)
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
