"""The doors to a pair's shared check-ins, one check-in and one request for support."""

from datetime import datetime
from uuid import UUID

from django.http import Http404

from accounts.models import Membership
from checkins.audit_events import CALL_OPENED, CHECK_IN_OPENED
from checkins.models import CheckIn, SupportRequest
from privacy import audit
from relationships.grounds import require_contact
from relationships.models import Relationship


def get_pair_for(membership: Membership, pair_id: UUID, *, now: datetime) -> Relationship:
    """A pair of this mentor's that goes on. Refuses with `on_hold` while contact is; 404 otherwise. Opens nothing that the
    mentee wrote."""
    in_contact = Relationship.objects.visible_to(membership).in_contact(membership.program.today(now))
    pair = in_contact.with_people().filter(pk=pair_id).first()
    if pair is None:
        _require_contact(membership, now, pk=pair_id)
        raise Http404
    return pair


def open_shared_checkin_for(membership: Membership, checkin_id: UUID, *, now: datetime) -> CheckIn:
    """A check-in that was shared with this mentor, with the access record that the mentee can read. Refuses with `on_hold`
    while contact is; 404 otherwise."""
    checkin = CheckIn.objects.visible_to(membership, now).select_related("mentee__user").filter(pk=checkin_id).first()
    if checkin is None:
        _require_contact(membership, now, shared_checkins=checkin_id)
        raise Http404
    audit.record(CHECK_IN_OPENED, checkin, person=checkin.mentee.user_id, program=membership.program_id, by=membership, at=now)
    return checkin


def open_support_request_for(membership: Membership, request_id: UUID, *, now: datetime) -> SupportRequest:
    """A request of this mentor's mentee, with how to reach them, and the access record; refused as below."""
    request = get_support_request_for(membership, request_id, now=now)
    audit.record(CALL_OPENED, request, person=request.mentee.user_id, program=membership.program_id, by=membership, at=now)
    return request


def get_support_request_for(membership: Membership, request_id: UUID, *, now: datetime) -> SupportRequest:
    """A request of this mentor's mentee, to answer it without showing it. Refuses with `on_hold` while contact is; 404
    otherwise."""
    requests = SupportRequest.objects.visible_to(membership, now).with_people()
    request = requests.filter(pk=request_id).first()
    if request is None:
        _require_contact(membership, now, calls=request_id)
        raise Http404
    return request


def _require_contact(membership: Membership, now: datetime, **there: UUID) -> None:
    """In the pair of this mentor that a link from before a hold leads to, if there is one."""
    pair = Relationship.objects.visible_to(membership).ongoing().with_people().filter(**there).first()
    if pair is not None:
        require_contact(pair, now)
