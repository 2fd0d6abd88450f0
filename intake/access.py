"""The door to one consent: the person's own, 404 for everybody else."""

from uuid import UUID

from django.http import Http404

from accounts.models import Membership
from privacy.models import Consent


def get_own_consent(membership: Membership, consent_id: UUID) -> Consent:
    """What this person agreed to in the program and the role they act in, in force or not."""
    consent = Consent.objects.of(membership).filter(pk=consent_id).first()
    if consent is None:
        raise Http404
    return consent
