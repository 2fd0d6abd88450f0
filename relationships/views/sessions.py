"""Log a session, read it, take it back, confirm it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.http import MemberRequest
from core.dates import Style, written
from core.errors import DomainError
from core.forms import posted, status_of
from core.policy import allow
from core.refusals import refuse
from relationships import services
from relationships.access import get_pair_for, get_session_for
from relationships.enums import RequestKind, Topic
from relationships.forms import LogSessionForm
from relationships.grounds import is_on_hold
from relationships.models import MentoringSession, Relationship
from relationships.selectors.confiding import Confidants
from relationships.views.confiding import tell, unsent


def _unsent(posted: QueryDict) -> str:
    return unsent(posted) if posted.keys() & set(RequestKind.values) else ""


@allow(Role.MENTOR, methods=("GET", "POST"), unsent=_unsent)
def log_session(request: MemberRequest, pair_id: UUID) -> HttpResponse:
    """The session log. "We met today" posts only the key, the date and the outcome.

    What the mentor tells the supervisor goes first, whatever becomes of the session.
    """
    pair = get_pair_for(request.membership, pair_id)
    today = request.user.today(request.now)
    held = is_on_hold(pair, request.now)
    initial = {"held_on": today}
    form = LogSessionForm(posted(request), initial=initial, pair=pair, confidants=Confidants.of(pair), is_on_hold=held)
    for kind in form.to_tell():
        if tell(request, pair, kind, form):
            form.leave_out(kind)
    session = _try_to_log(request, pair, form) if form.is_valid() else None
    if session is None:
        context = {"pair": pair, "form": form, "is_on_hold": held}
        return render(request, "relationships/log_session.html", context, status=status_of(form))
    day = written(session.held_on, Style.DAY)
    messages.success(request, _("Logged: %(outcome)s, %(day)s.") % {"outcome": session.get_outcome_display(), "day": day})
    return redirect(pair)


_FIELDS = {"wrong_date": "held_on", "wrong_next_date": "next_on"}
"""Which field a refusal belongs beside."""


def _try_to_log(request: MemberRequest, pair: Relationship, form: LogSessionForm) -> MentoringSession | None:
    answers: dict[str, Any] = form.cleaned_data
    try:
        return services.log_session(relationship=pair, by=request.membership, now=request.now, **answers)
    except DomainError as refused:
        form.refuse(refused, _FIELDS.get(refused.code))
        return None


@allow(Role.MENTEE, Role.MENTOR, Role.SUPERVISOR)
def session(request: MemberRequest, pair_id: UUID, session_id: UUID) -> HttpResponse:
    """One session with its words; the mentee reads that contact is on hold, while it is."""
    try:
        found = get_session_for(request.membership, pair_id, session_id, now=request.now)
    except DomainError as refused:
        refuse(request, refused)
        return redirect("relationships:detail", pair_id)
    context = {
        "session": found,
        "pair": found.relationship,
        "topics": [Topic(topic).label for topic in found.topics],
        "shows_mentor_part": request.membership.role != Role.MENTEE,
        "can_take_back": request.membership.role == Role.MENTOR and found.may_be_taken_back(request.now),
    }
    return render(request, "relationships/session.html", context)


@allow(Role.MENTOR, methods=("POST",))
def take_back_session(request: MemberRequest, pair_id: UUID, session_id: UUID) -> HttpResponse:
    """Undo: it was logged by mistake."""
    found = get_session_for(request.membership, pair_id, session_id, now=request.now)
    try:
        services.take_back_session(session=found, by=request.membership, now=request.now)
    except DomainError as refused:
        refuse(request, refused)
    else:
        messages.success(request, _("Undone. This session no longer counts."))
    return redirect(found.relationship)


@allow(Role.MENTEE, methods=("POST",))
def confirm_session(request: MemberRequest, pair_id: UUID, session_id: UUID) -> HttpResponse:
    """One tap: yes, we met."""
    try:
        found = get_session_for(request.membership, pair_id, session_id, now=request.now)
        services.confirm_session(session=found, by=request.membership, now=request.now)
    except DomainError as refused:
        refuse(request, refused)
    else:
        messages.success(request, _("Thank you. The session is confirmed."))
    return redirect("home")
