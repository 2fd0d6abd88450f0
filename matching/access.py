"""The only door to one person, to one round and to a mentee in it, for matching."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.enums import Role
from accounts.models import Membership
from matching.audit_events import INTAKE_OPENED
from matching.models import Round
from privacy import audit


def get_member_for(membership: Membership, member_id: UUID, role: Role) -> Membership:
    """An active mentee or mentor of the same program. Raises `Http404` for any other id."""
    people = Membership.objects.visible_to(membership).active().with_role(role)
    profile = "mentee_profile" if role is Role.MENTEE else "mentor_profile"
    found = people.filter(pk=member_id, **{f"{profile}__isnull": False}).select_related("user", "program", profile).first()
    if found is None:
        raise Http404
    return found


def open_intake(membership: Membership, mentee_id: UUID, *, now: datetime) -> Membership:
    """A mentee whose intake is about to be read; the person can see that it was. Raises `Http404` as above."""
    mentee = get_member_for(membership, mentee_id, Role.MENTEE)
    audit.record(INTAKE_OPENED, mentee, person=mentee.user_id, program=mentee.program_id, by=membership, at=now)
    return mentee


def get_round_for(membership: Membership, round_id: UUID) -> Round:
    """A round of the same program, for a coordinator. Raises `Http404` for any other role or program."""
    rounds = Round.objects.visible_to(membership).select_related("program", "started_by__user", "sent_by__user")
    found = rounds.filter(pk=round_id).first()
    if found is None:
        raise Http404
    return found


def get_line_for(matching_round: Round, mentee_id: UUID, **asked: Exists) -> Any:
    """A `RoundLine`, with the answers to what is asked of it. Raises `Http404` for a mentee who is not in the round."""
    lines = matching_round.lines.select_related("mentee__user", "mentee__program", "mentor__user")
    return get_object_or_404(lines.annotate(**asked), mentee_id=mentee_id)
