"""A pair's history in words, for staff."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from relationships.enums import CloseReason, Ground, State
from relationships.grounds import in_words
from relationships.lifecycle import TAKEN_BACK
from relationships.models import HoldChange, Relationship, Transition

_WHAT: Mapping[str, Promise] = {
    State.PROPOSED: _("Proposed by %(name)s"),
    State.DECLINED: _("Declined by %(name)s"),
    State.WITHDRAWN: _("Withdrawn by %(name)s"),
    State.ACCEPTED: _("Accepted; the last yes came from %(name)s"),
    State.INTRODUCED: _("Marked as introduced by %(name)s"),
    State.ACTIVE: _("Made active by %(name)s"),
    State.PAUSED: _("Paused by %(name)s"),
    State.CLOSING: _("Closing begun by %(name)s"),
    State.CLOSED: _("Closed by %(name)s"),
}
_BACK: Mapping[tuple[str, str], Promise] = {
    (State.CLOSED, State.ACTIVE): _("Reopened by %(name)s"),
    (State.PAUSED, State.ACTIVE): _("Resumed by %(name)s"),
    (State.ACTIVE, State.ACCEPTED): _("Put back to accepted by %(name)s"),
    (State.ACTIVE, State.INTRODUCED): _("Put back to introduced by %(name)s"),
}
_BY_ITSELF: Mapping[str, Promise] = {
    State.EXPIRED: _("Expired because nobody answered in time"),
    State.WITHDRAWN: _("Withdrawn because the rules no longer allow it"),
}
_HELD: Mapping[tuple[bool, bool], Promise] = {
    (True, False): _("Contact on hold"),
    (True, True): _("Contact on hold after a change by %(name)s"),
    (False, False): _("Contact was open again"),
    (False, True): _("Contact was open again after a change by %(name)s"),
}
"""By whether contact is on hold from then on, which may be no new hold, and whether the reader learns whose act it followed."""
_REASONS: Mapping[str, str | Promise] = {
    TAKEN_BACK: _("the first session was taken back"),
    **{reason.value: reason.label for reason in CloseReason},
}


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One change: when, what, the member who made it, and the reason where there is one."""

    at: datetime
    what: str
    reason: str | Promise

    @classmethod
    def of(cls, step: Transition) -> "HistoryLine":
        reason = _REASONS.get(step.reason, "")
        if step.by is None:
            return cls(step.at, str(_BY_ITSELF[step.to_state]), reason)
        words = _BACK.get((step.from_state, step.to_state), _WHAT[step.to_state])
        return cls(step.at, str(words) % {"name": step.by.user.full_name}, reason)

    @classmethod
    def of_hold(cls, change: HoldChange, pair: Relationship, *, names_grounds: bool) -> "HistoryLine":
        """Whose change it was, and what was missing, is for a coordinator to read: one tells of the other."""
        words = "; ".join(in_words(pair, tuple(Ground(ground) for ground in change.grounds)))
        by = change.by if names_grounds else None
        what = str(_HELD[bool(words), by is not None]) % {"name": by.user.full_name if by else ""}
        return cls(change.at, what, words if names_grounds else "")


def history_of(pair: Relationship, *, names_grounds: bool) -> list[HistoryLine]:
    """The newest first, as sessions are. What was missing, and whose act it followed, is for a coordinator to read alone."""
    steps = [HistoryLine.of(step) for step in pair.transitions.select_related("by__user").order_by("-at", "-pk")]
    changes = pair.hold_changes.select_related("by__user").order_by("-at", "-pk")
    holds = [HistoryLine.of_hold(change, pair, names_grounds=names_grounds) for change in changes]
    return sorted([*holds, *steps], key=lambda line: line.at, reverse=True)
