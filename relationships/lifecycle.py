"""The life of a pair: which change of state is allowed, which role may make it, and with which reasons. No database here.

    PROPOSED → ACCEPTED (both said yes) / DECLINED / WITHDRAWN (by a coordinator, or by the rules) / EXPIRED (by time)
    ACCEPTED → INTRODUCED → ACTIVE (the first session held; back again when the mentor takes that session back)
    running  → PAUSED → ACTIVE
    running or PAUSED → CLOSING → CLOSED → ACTIVE (reopened)
    ongoing  → CLOSED, ended for safety, or because a ground is missing (see `relationships.grounds`)

While a ground is missing nothing brings the two together: they are not introduced, nothing resumes, no last session is planned.

Nothing closes by itself: only a proposal that the two have not both answered ends by time, or when it is no longer allowed.
"""

from dataclasses import dataclass
from enum import Enum, auto

from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from core.errors import DomainError
from relationships.enums import ONGOING, RUNNING, CloseReason, State

TIME = "time"
"""Stands in place of a role where the clock makes the change."""
RULES = "rules"
"""Stands in place of a role, and is the reason, where the rules no longer allow what was proposed."""
TAKEN_BACK = "taken_back"
"""The reason when a mentor takes back the session that had made the pair active."""
SETTLE_FIRST = _("Contact is on hold in this match. Settle first what its page says is missing, or choose “End the match”.")
"""To a coordinator."""

_REASONS = frozenset({CloseReason.COMPLETED, CloseReason.ENDED_EARLY, CloseReason.REMATCH})
_NONE = frozenset({""})


class OnHold(Enum):
    """How a move stands to a pair that is on hold."""

    ALLOWED = auto()
    REFUSED = auto()
    NEEDED = auto()


@dataclass(frozen=True)
class Move:
    """From one of `sources` to `target`, made by one of `who`, giving one of `reasons` ("" is no reason)."""

    sources: frozenset[State]
    target: State
    who: frozenset[str]
    reasons: frozenset[str] = _NONE
    on_hold: OnHold = OnHold.ALLOWED


def _move(
    sources: tuple[State, ...],
    target: State,
    *who: str,
    reasons: frozenset[str] = _NONE,
    on_hold: OnHold = OnHold.ALLOWED,
) -> Move:
    return Move(frozenset(sources), target, frozenset(who), reasons, on_hold)


MOVES: tuple[Move, ...] = (
    _move((State.PROPOSED,), State.ACCEPTED, Role.MENTOR, Role.MENTEE),
    _move((State.PROPOSED,), State.DECLINED, Role.MENTOR, Role.MENTEE),
    _move((State.PROPOSED,), State.WITHDRAWN, Role.COORDINATOR),
    _move((State.PROPOSED,), State.WITHDRAWN, RULES, reasons=frozenset({RULES})),
    _move((State.PROPOSED,), State.EXPIRED, TIME),
    _move((State.ACCEPTED,), State.INTRODUCED, Role.COORDINATOR, on_hold=OnHold.REFUSED),
    _move((State.ACCEPTED, State.INTRODUCED), State.ACTIVE, Role.MENTOR),
    _move((State.ACTIVE,), State.ACCEPTED, Role.MENTOR, reasons=frozenset({TAKEN_BACK})),
    _move((State.ACTIVE,), State.INTRODUCED, Role.MENTOR, reasons=frozenset({TAKEN_BACK})),
    _move(RUNNING, State.PAUSED, Role.COORDINATOR, Role.SUPERVISOR),
    _move((State.PAUSED,), State.ACTIVE, Role.COORDINATOR, on_hold=OnHold.REFUSED),
    _move((*RUNNING, State.PAUSED), State.CLOSING, Role.COORDINATOR, on_hold=OnHold.REFUSED),
    _move((*RUNNING, State.PAUSED), State.CLOSED, Role.COORDINATOR, reasons=_REASONS, on_hold=OnHold.NEEDED),
    _move((State.CLOSING,), State.CLOSED, Role.COORDINATOR, reasons=_REASONS),
    _move(ONGOING, State.CLOSED, Role.COORDINATOR, Role.SUPERVISOR, reasons=frozenset({CloseReason.SAFETY})),
    _move((State.CLOSED,), State.ACTIVE, Role.COORDINATOR),
)


def is_allowed(source: str, target: str, who: str, reason: str = "", *, is_on_hold: bool = False) -> bool:
    """Whether `who` (a role, or `TIME`) may take a pair from `source` to `target` for `reason`."""
    unfit = OnHold.REFUSED if is_on_hold else OnHold.NEEDED
    return any(
        source in move.sources
        and target == move.target
        and who in move.who
        and reason in move.reasons
        and move.on_hold is not unfit
        for move in MOVES
    )


def require(source: str, target: str, who: str, reason: str = "", *, is_on_hold: bool = False) -> None:
    """Refuse what the table does not allow, and say whether the hold (`on_hold`), the person or the state (`wrong_state`)
    stands in the way.
    """
    if is_allowed(source, target, who, reason, is_on_hold=is_on_hold):
        return
    if is_on_hold and is_allowed(source, target, who, reason):
        raise DomainError(SETTLE_FIRST, code="on_hold")
    if any(source in move.sources and target == move.target for move in MOVES):
        raise DomainError(_("This is for somebody in another role to do."), code="wrong_state")
    raise DomainError(
        _("This cannot be done while the match is “%(state)s”.") % {"state": State(source).label}, code="wrong_state"
    )
