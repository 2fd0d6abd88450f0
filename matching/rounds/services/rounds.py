"""A round: start it, weigh it anew, work it out again, put it aside."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership
from core.errors import DomainError
from matching.audit_events import ROUND_CHANGED
from matching.enums import RoundState
from matching.models import Round
from matching.rounds.services.solving import solve_or_enqueue
from matching.scoring.factors import Weights
from matching.weights.services import require_sound, weights_of
from privacy import audit


def start_round(*, by: Membership, now: datetime) -> Round:
    """A round for everybody who waits, with the program's weights, worked out. An open round is returned as it is.

    Refuses with `not_allowed`.
    """
    require_coordinator(by)
    standing = Round.objects.filter(program=by.program, state=RoundState.OPEN)
    found = standing.first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            weights = dict(weights_of(by.program))
            made = Round.objects.create(program=by.program, started_by=by, started_at=now, weights=weights)
            write_down(made, "started", by=by, now=now)
            solve_or_enqueue(made, by=by, now=now)
    except IntegrityError:  # a colleague started one at the same moment
        return standing.get()
    return made


@transaction.atomic
def reweigh(*, matching_round: Round, weights: Weights, protects_weakest: bool, by: Membership, now: datetime) -> None:
    """This round's own weights; the program's stay.

    Refuses with `not_allowed`, `round_closed`, `out_of_range` or `nothing_counts`.
    """
    held = hold_open(matching_round, by)
    require_sound(weights)
    held.weights = dict(weights)
    held.protects_weakest = protects_weakest
    held.save(update_fields=["weights", "protects_weakest"])
    write_down(held, "weights", by=by, now=now)
    solve_or_enqueue(held, by=by, now=now)


@transaction.atomic
def solve_again(*, matching_round: Round, by: Membership, now: datetime) -> None:
    """With the people and places of this moment. Refuses with `not_allowed` or `round_closed`."""
    solve_or_enqueue(hold_open(matching_round, by), by=by, now=now)


@transaction.atomic
def call_off(*, matching_round: Round, by: Membership, now: datetime) -> None:
    """No more work on it: what was found before stays. Refuses with `not_allowed` or `round_closed`."""
    held = hold_open(matching_round, by)
    held.solve_wanted_at = held.claimed_until = None
    held.save(update_fields=["solve_wanted_at", "claimed_until"])
    write_down(held, "called_off", by=by, now=now)


@transaction.atomic
def set_aside(*, matching_round: Round, by: Membership, now: datetime) -> None:
    """Nothing is sent; the round can be taken up again. Refuses with `not_allowed` or `round_closed`."""
    held = hold_open(matching_round, by)
    held.state = RoundState.SET_ASIDE
    held.solve_wanted_at = held.claimed_until = None
    held.save(update_fields=["state", "solve_wanted_at", "claimed_until"])
    write_down(held, "set_aside", by=by, now=now)


def reopen(*, matching_round: Round, by: Membership, now: datetime) -> None:
    """Take up a round that was set aside, just as it was. Refuses with `not_allowed`, `round_closed` or `another_is_open`."""
    try:
        with transaction.atomic():
            held = hold_round(matching_round, by)
            if held.state == RoundState.SENT:
                raise DomainError(_("This round was sent. Start a new one for the people who still wait."), code="round_closed")
            held.state = RoundState.OPEN
            held.save(update_fields=["state"])
            write_down(held, "reopened", by=by, now=now)
    except IntegrityError:
        raise DomainError(_("Another round is open. Send it or set it aside first."), code="another_is_open") from None


# Steps that all changes of a round share, in the transaction of the caller ---------------------------------------------
def write_down(held: Round, what: str, *, by: Membership, now: datetime) -> None:
    """The audit entry of the coordinator who changed a round."""
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
