"""The steps that the services of a round share. They run in the caller's transaction."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership
from core.errors import DomainError
from matching.audit_events import ROUND_CHANGED
from matching.models import Round
from privacy import audit


def write_down(held: Round, what: str, *, by: Membership, now: datetime) -> None:
    """Who changed a round, and when."""
    audit.record(ROUND_CHANGED, held, person=None, program=held.program_id, by=by, at=now, detail=what)


def require_coordinator(by: Membership) -> None:
    if by.role != Role.COORDINATOR:
        raise DomainError(_("Only a coordinator of the program can match people."), code="not_allowed")


def hold_round(matching_round: Round, by: Membership) -> Round:
    """The row as it is now, held until the transaction ends. Refuses with `not_allowed`."""
    require_coordinator(by)
    if by.program_id != matching_round.program_id:
        raise DomainError(_("This round belongs to another program."), code="not_allowed")
    held = Round.objects.select_for_update(of=("self",), no_key=True).select_related("program")
    return held.get(pk=matching_round.pk)


def hold_open(matching_round: Round, by: Membership) -> Round:
    """The same for a round that can still change. Refuses with `round_closed` too."""
    held = hold_round(matching_round, by)
    if not held.is_open:
        raise DomainError(_("This round is no longer open. What it found can still be read."), code="round_closed")
    return held
