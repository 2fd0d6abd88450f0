"""The life of a pair: which change of state is allowed, which role may make it, and with which reasons. No database here.

    PROPOSED → ACCEPTED (both said yes) / DECLINED / WITHDRAWN (by a coordinator) / EXPIRED (by time)
    ACCEPTED → INTRODUCED → ACTIVE (the first session held; back again when the mentor takes that session back)
    running  → PAUSED → ACTIVE
    running or PAUSED → CLOSING → CLOSED → ACTIVE (reopened)
    ongoing  → CLOSED, ended for safety

Nothing closes by itself: only a proposal that the two have not both answered ends by time.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from core.errors import DomainError
from relationships.enums import ONGOING, RUNNING, CloseReason, State

TIME = "time"
"""Stands in place of a role where the clock makes the change."""
TAKEN_BACK = "taken_back"
"""The reason when a mentor takes back the session that had made the pair active."""

_REASONS = frozenset({CloseReason.COMPLETED, CloseReason.ENDED_EARLY, CloseReason.REMATCH})
_NONE = frozenset({""})


@dataclass(frozen=True)
class Move:
    """From one of `sources` to `target`, made by one of `who`, giving one of `reasons` ("" is no reason)."""

    sources: frozenset[State]
    target: State
    who: frozenset[str]
    reasons: frozenset[str] = _NONE


def _move(sources: tuple[State, ...], target: State, *who: str, reasons: frozenset[str] = _NONE) -> Move:
    return Move(frozenset(sources), target, frozenset(who), reasons)


MOVES: tuple[Move, ...] = (
    _move((State.PROPOSED,), State.ACCEPTED, Role.MENTOR, Role.MENTEE),
    _move((State.PROPOSED,), State.DECLINED, Role.MENTOR, Role.MENTEE),
    _move((State.PROPOSED,), State.WITHDRAWN, Role.COORDINATOR),
    _move((State.PROPOSED,), State.EXPIRED, TIME),
    _move((State.ACCEPTED,), State.INTRODUCED, Role.COORDINATOR),
    _move((State.ACCEPTED, State.INTRODUCED), State.ACTIVE, Role.MENTOR),
    _move((State.ACTIVE,), State.ACCEPTED, Role.MENTOR, reasons=frozenset({TAKEN_BACK})),
    _move((State.ACTIVE,), State.INTRODUCED, Role.MENTOR, reasons=frozenset({TAKEN_BACK})),
    _move(RUNNING, State.PAUSED, Role.COORDINATOR, Role.SUPERVISOR),
    _move((State.PAUSED,), State.ACTIVE, Role.COORDINATOR),
    _move((*RUNNING, State.PAUSED), State.CLOSING, Role.COORDINATOR),
    _move((State.CLOSING,), State.CLOSED, Role.COORDINATOR, reasons=_REASONS),
    _move(ONGOING, State.CLOSED, Role.COORDINATOR, Role.SUPERVISOR, reasons=frozenset({CloseReason.SAFETY})),
    _move((State.CLOSED,), State.ACTIVE, Role.COORDINATOR),
)


def is_allowed(source: str, target: str, who: str, reason: str = "") -> bool:
    """Whether `who` (a role, or `TIME`) may take a pair from `source` to `target` for `reason`."""
    return any(
        source in move.sources and target == move.target and who in move.who and reason in move.reasons for move in MOVES
    )


def require(source: str, target: str, who: str, reason: str = "") -> None:
    """Refuse (`wrong_state`) what the table does not allow, and say whether the state or the person stands in the way."""
    if is_allowed(source, target, who, reason):
        return
    if any(source in move.sources and target == move.target for move in MOVES):
        raise DomainError(_("This is for somebody in another role to do."), code="wrong_state")
    raise DomainError(
        _("This cannot be done while the match is “%(state)s”.") % {"state": State(source).label}, code="wrong_state"
    )
