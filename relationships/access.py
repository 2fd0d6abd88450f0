"""The only doors to one pair and one session: scoped to what the person may see, 404 for everybody else."""

from datetime import datetime
from uuid import UUID

from django.http import Http404

from accounts.enums import Role
from accounts.models import Membership
from privacy import audit
from relationships.audit_events import SESSION_OPENED
from relationships.grounds import require_contact
from relationships.models import MentoringSession, Relationship


def get_pair_for(membership: Membership, pair_id: UUID) -> Relationship:
    """A pair this membership may know of."""
    pair = Relationship.objects.visible_to(membership).with_people().filter(pk=pair_id).first()
    if pair is None:
        raise Http404
    return pair


def get_session_for(membership: Membership, pair_id: UUID, session_id: UUID, *, now: datetime) -> MentoringSession:
    """A session with the words in it. Refuses the mentee with `on_hold` while contact is on hold.

    A supervisor who opens it leaves a record that the mentee can read.
    """
    pair = get_pair_for(membership, pair_id)
    session = MentoringSession.objects.standing().filter(relationship=pair, pk=session_id).first()
    if session is None or membership.role not in (Role.MENTOR, Role.MENTEE, Role.SUPERVISOR):
        raise Http404
    if membership.role == Role.MENTEE:
        require_contact(pair, now)
    session.relationship = pair
    if membership.role == Role.SUPERVISOR:
        audit.record(SESSION_OPENED, session, person=pair.mentee.user_id, program=pair.program_id, by=membership, at=now)
    return session
