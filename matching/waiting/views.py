"""The coordinator's way from a mentee who waits to a proposal."""

from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.http import MemberRequest
from accounts.models import Membership
from core.dates import Style, written
from core.errors import DomainError
from core.policy import allow
from core.refusals import refuse
from matching.access import get_member_for, open_intake
from matching.explain.intake import intake_lines
from matching.explain.shared import facts_about
from matching.rounds.bench import open_round_of
from matching.waiting import candidates as matches
from matching.waiting.board import board
from matching.waiting.forms import ProposeForm
from matching.waiting.services import propose_match, standing_between
from people.rules import days_waited
from relationships.models import Relationship


@allow(Role.COORDINATOR)
def waiting(request: MemberRequest) -> HttpResponse:
    context = {"board": board(request.membership.program, request.now), "open_round": open_round_of(request.membership)}
    return render(request, "matching/waiting.html", context)


@allow(Role.COORDINATOR)
def candidates(request: MemberRequest, mentee_id: UUID) -> HttpResponse:
    mentee = open_intake(request.membership, mentee_id, now=request.now)
    found = matches.candidates(mentee, request.now)
    since = mentee.mentee_profile.waiting_since
    context = {
        "mentee": mentee,
        "intake": intake_lines(found.mentee),
        "days": days_waited(since, mentee.program.today(request.now)) if since else None,
        "standing": found.standing,
        "missing": found.missing,
        "able": found.able,
        "ineligible": found.ineligible,
    }
    return render(request, "matching/candidates.html", context)


@allow(Role.COORDINATOR, methods=("POST",))
def propose(request: MemberRequest) -> HttpResponse:
    form = ProposeForm(request.POST)
    if not form.is_valid():
        raise Http404
    mentee = get_member_for(request.membership, form.cleaned_data["mentee"], Role.MENTEE)
    mentor = get_member_for(request.membership, form.cleaned_data["mentor"], Role.MENTOR)
    asks_again = form.cleaned_data["asks_again"]
    if not form.cleaned_data["is_confirmed"]:
        return _ask(request, mentee, mentor)
    try:
        pair = propose_match(mentor=mentor, mentee=mentee, by=request.membership, now=request.now, asks_again=asks_again)
    except DomainError as refusal:
        if not standing_between(mentor=mentor, mentee=mentee, now=request.now).refusal:
            return _ask(request, mentee, mentor, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        refuse(request, refusal)
        return redirect("matching:candidates", mentee.pk)
    messages.success(request, _sent(pair))
    return redirect("matching:waiting")


def _ask(request: MemberRequest, mentee: Membership, mentor: Membership, *, status: int = HTTPStatus.OK) -> HttpResponse:
    """Nothing is sent until the coordinator has read what will happen, and what stands in the way by now."""
    context = {
        "mentee": mentee,
        "mentor": mentor,
        "between": standing_between(mentor=mentor, mentee=mentee, now=request.now),
        "expires_at": request.now + timedelta(days=mentee.program.proposal_days),
        "not_joined": [member for member in (mentor, mentee) if not member.user.has_joined],
        "shared": facts_about(mentee, mentor, request.now),
    }
    return render(request, "matching/propose.html", context, status=status)


def _sent(pair: Relationship) -> str:
    return _("%(mentor)s and %(mentee)s have been asked. Both can answer until %(day)s.") % {
        "mentor": pair.mentor.user.first_name,
        "mentee": pair.mentee.user.first_name,
        "day": written(pair.proposal_expires_at, Style.WEEKDAY),
    }
