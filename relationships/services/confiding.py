"""What a mentor tells their supervisor alone."""

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from core.errors import DomainError
from privacy import audit
from relationships.audit_events import SUPERVISOR_ASKED
from relationships.models import Relationship, SupervisorRequest


@transaction.atomic
def ask_supervisor(
    *, relationship: Relationship, kind: str, by: Membership, now: datetime, submission_key: UUID, words: str = ""
) -> SupervisorRequest:
    """Keep what the mentor tells the supervisor; `supervision` takes it up within seconds.

    It needs no session, and the match may have ended. The same form sent again is heard once; with other words, or of
    another kind, it is heard anew, so that nothing a mentor adds is lost. Refuses with `not_your_pair` or `wrong_state`.
    """
    if by.pk != relationship.mentor_id:
        raise DomainError(_("Only this pair's mentor can tell the supervisor about it."), code="not_your_pair")
    if relationship.started_at is None:
        raise DomainError(_("You two were never paired, so there is nothing to tell yet."), code="wrong_state")
    said = words.strip()
    asked, is_new = SupervisorRequest.objects.get_or_create(
        submission_key=uuid5(submission_key, f"{relationship.pk} {kind} {said}"),
        defaults={"relationship": relationship, "kind": kind, "words": said, "asked_at": now},
    )
    if is_new:
        audit.record(SUPERVISOR_ASKED, asked, person=by.user_id, program=relationship.program_id, by=by, at=now)
    return asked
