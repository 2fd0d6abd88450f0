"""The sections of a person's page beside the profile. A section with nothing to say is not shown."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Q

from accounts.enums import Role
from accounts.http import MemberRequest
from accounts.models import Membership
from intake.standing import too_few_places
from people.rules import days_waited
from relationships.enums import State
from relationships.models import Relationship
from relationships.selectors import pair_lines
from training.forms import TrainingForm
from training.readiness import readiness

PAIRS_SHOWN = 20
BETWEEN_MATCHES = timedelta(days=21)
"""How long it is good to wait after a match before the next, unless the mentee asks sooner. Advice: nothing is refused."""


def panels_for(request: MemberRequest, person: Membership, *, has_mentor: bool) -> list[tuple[str, Mapping[str, Any]]]:
    """(template, what it reads as `panel`), from the top of the page down."""
    sections = (
        ("intake/panels/waiting.html", _waiting(request, person, has_mentor=has_mentor)),
        ("intake/panels/pairs.html", _pairs(request, person)),
        ("intake/panels/readiness.html", _readiness(request, person)),
    )
    return [(template, panel) for template, panel in sections if panel is not None]


def _waiting(request: MemberRequest, person: Membership, *, has_mentor: bool) -> Mapping[str, Any] | None:
    """For a mentee who waits: since when, and the way to the mentors they could have."""
    if person.role != Role.MENTEE or has_mentor or not (person.is_active and person.user.is_active):
        return None
    since = person.mentee_profile.waiting_since
    if since is None:
        return None
    recent = Relationship.objects.filter(mentee=person, state=State.CLOSED, ended_at__gt=request.now - BETWEEN_MATCHES)
    ended_at = recent.order_by("-ended_at").values_list("ended_at", flat=True).first()
    return {"person": person, "days": days_waited(since, person.program.today(request.now)), "ended_at": ended_at}


def _pairs(request: MemberRequest, person: Membership) -> Mapping[str, Any] | None:
    """The pairs and proposals of a mentor or a mentee, the newest first, each with the other person."""
    theirs = Relationship.objects.visible_to(request.membership).filter(Q(mentor=person) | Q(mentee=person)).with_people()
    pairs = theirs.order_by("-proposed_at")[:PAIRS_SHOWN]
    lines = [
        (line, line.pair.mentee if line.pair.mentor_id == person.pk else line.pair.mentor)
        for line in pair_lines(pairs, request.now)
    ]
    return {"lines": lines, "too_few_places": too_few_places(person)} if lines else None


def _readiness(request: MemberRequest, person: Membership) -> Mapping[str, Any] | None:
    """A mentor's readiness, and the form that records training."""
    if person.role != Role.MENTOR:
        return None
    mentor = person.mentor_profile
    form = TrainingForm(instance=getattr(mentor, "training", None), today=person.program.today(request.now))
    return {"readiness": readiness(mentor, request.now), "form": form, "person": person}
