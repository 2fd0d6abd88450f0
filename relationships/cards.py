"""What this app puts on the home pages. A card that has nothing to say is not shown."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from accounts.enums import Role
from accounts.http import MemberRequest
from accounts.staff import has_any
from relationships.models import MentoringSession, Relationship
from relationships.proposal_facts import facts_for
from relationships.selectors import (
    contact_of,
    ended_proposals,
    next_session_on,
    ongoing_pair_of,
    overdue_starts,
    pair_lines,
    pairs_for,
    pairs_on_hold,
    pairs_that_no_longer_fit,
    proposals_to_answer,
    sessions_of,
    waiting_mentees,
)

Card = Mapping[str, Any] | None
SHOWN = 10
CONFIRM_DAYS = 28
"""How long the home page asks about a session."""


def proposals_card(request: MemberRequest) -> Card:
    """For a mentor or a mentee: the other one's name, what they share, yes or no."""
    lines = pair_lines(proposals_to_answer(request.membership, request.now), request.now)
    open_ones = [line.pair for line in lines if not line.missing]
    if not open_ones:
        return None
    role = request.membership.role
    proposals = [
        {
            "pair": pair,
            "other": pair.mentee if role == "mentor" else pair.mentor,
            "facts": facts_for(pair),
            "answered_at": getattr(pair, f"{role}_accepted_at"),
        }
        for pair in open_ones
    ]
    return {"proposals": proposals}


def my_mentor(request: MemberRequest) -> Card:
    """For a mentee: their mentor, when next, how to reach them, and sessions to confirm; on hold, only that it is."""
    pair = ongoing_pair_of(request.membership)
    if pair is None:
        return None
    line = pair_lines([pair], request.now)[0]
    if line.is_on_hold:
        return {"pair": pair, "line": line, "has_coordinator": has_any(pair.program_id, Role.COORDINATOR)}
    sessions = sessions_of(pair)
    today = request.user.today(request.now)
    recent = MentoringSession.objects.to_confirm(request.membership).filter(held_on__gte=today - timedelta(days=CONFIRM_DAYS))
    contact = contact_of(pair.mentor)
    return {
        "pair": pair,
        "line": line,
        "contact": contact,
        "has_coordinator": not contact and has_any(pair.program_id, Role.COORDINATOR),
        "next_on": next_session_on(sessions, today),
        "to_confirm": list(recent[:3]),
    }


def my_mentees(request: MemberRequest) -> Card:
    """For a mentor: each mentee with the last session and a one-tap log. Each button carries a key of its own."""
    today = request.user.today(request.now)
    mine = pairs_for(request.membership, request.now).ongoing()
    lines = [{"line": line, "key": uuid4()} for line in pair_lines(mine, request.now)]
    return {"lines": lines, "today": today}


def on_hold(request: MemberRequest) -> Card:
    """For staff: pairs whose people may not be in contact until a coordinator decides."""
    lines = pairs_on_hold(request.membership, request.now)
    return {"lines": lines[:SHOWN], "more": max(len(lines) - SHOWN, 0)} if lines else None


def proposals_out(request: MemberRequest) -> Card:
    """For a coordinator: proposals that wait for an answer, and those that ended in the last days."""
    out = Relationship.objects.visible_to(request.membership).proposed().with_people().order_by("proposal_expires_at")
    waiting = list(out[: SHOWN + 1])
    ended = ended_proposals(request.membership, request.now)
    if not waiting and not ended:
        return None
    can_be_paired = waiting_mentees(request.membership.program, request.now).filter(pk__in=[pair.mentee_id for pair in ended])
    able = set(can_be_paired.values_list("pk", flat=True))
    return {
        "waiting": waiting[:SHOWN],
        "has_more": len(waiting) > SHOWN,
        "ended": [(pair, pair.mentee_id in able) for pair in ended],
    }


def starts_overdue(request: MemberRequest) -> Card:
    """For a coordinator: pairs that began a week ago and have not met."""
    late = overdue_starts(request.membership, request.now)
    lines = [(line, (request.now - line.pair.started_at).days) for line in late if line.pair.started_at]
    return {"lines": lines[:SHOWN], "more": max(len(lines) - SHOWN, 0)} if lines else None


def no_longer_fits(request: MemberRequest) -> Card:
    """For a coordinator: matches that go on, though a rule would keep the two apart since a change of the last days."""
    lines = pairs_that_no_longer_fit(request.membership, request.now)
    return {"lines": lines[:SHOWN], "more": max(len(lines) - SHOWN, 0)} if lines else None
