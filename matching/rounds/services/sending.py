"""Send what a round proposes."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership
from core.errors import DomainError
from matching.enums import RoundState
from matching.models import Round, RoundLine
from matching.pool import Pool, evaluate, require_eligible
from matching.rounds.services.rounds import hold_open, hold_round, write_down
from matching.rounds.services.solving import locked_in
from relationships import services as relationships
from relationships.selectors import mentees_in_line


@dataclass(frozen=True, slots=True)
class Sent:
    """The lines whose two people were asked, and those that could not be sent, each with its sentence in `lost`."""

    sent: list[RoundLine]
    lost: list[RoundLine]


@transaction.atomic
def send_round(*, matching_round: Round, seen: datetime | None, by: Membership, now: datetime) -> Sent:
    """Propose every pair of the round. A pair that can no longer be is named; the others go. Sending twice sends once.

    `seen` is when the result was worked out that the coordinator read: a set is not sent unseen.
    Refuses with `not_allowed`, `round_closed`, `at_work` while the round is being worked out, `is_behind` when that was called
    off, for then the set may hold pairs that were ruled out since, `changed` for another result, or `nothing_to_send`.
    """
    held = hold_round(matching_round, by)
    lines = list(
        held.lines.filter(mentor__isnull=False)
        .select_related("mentee__user", "mentee__program", "mentor__user", "mentor__program")
        .order_by("mentor_id", "mentee_id")
    )
    is_sent = held.state == RoundState.SENT and held.solved_at == seen
    if not is_sent:
        hold_open(held, by)
        _require_ready(held, seen, lines)
        relationships.hold_mentors(line.mentor for line in lines if line.mentor)
        overridden = locked_in(held.overrides.standing())
        pool = evaluate(held.program, list(mentees_in_line(held.program)), now=now, overridden=overridden)
        for line in lines:
            _propose(line, pool, by, now)
        held.state, held.sent_by, held.sent_at = RoundState.SENT, by, now
        held.save(update_fields=["state", "sent_by", "sent_at"])
        write_down(held, "sent", by=by, now=now)
    return Sent(
        sent=[line for line in lines if line.relationship_id is not None],
        lost=[line for line in lines if line.relationship_id is None],
    )


def _require_ready(held: Round, seen: datetime | None, lines: list[RoundLine]) -> None:
    if held.is_at_work:
        raise DomainError(_("This round is being worked out. Wait for the result."), code="at_work")
    if held.is_behind:
        raise DomainError(
            _("The set does not follow the last change, for that was called off. Work it out again, then send it."),
            code="is_behind",
        )
    if held.solved_at != seen:
        raise DomainError(_("The set has changed since you read it. Please read it again, then send it."), code="changed")
    if not lines:
        raise DomainError(_("This round proposes nobody, so there is nothing to send."), code="nothing_to_send")


def _propose(line: RoundLine, pool: Pool, by: Membership, now: datetime) -> None:
    assert line.mentor is not None
    try:
        require_eligible(pool, line.mentor, line.mentee)
        line.relationship = relationships.propose(mentor=line.mentor, mentee=line.mentee, by=by, now=now)
    except DomainError as refusal:
        line.lost = str(refusal)
    line.save(update_fields=["relationship", "lost"])
