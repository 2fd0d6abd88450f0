"""What this app puts on the home pages."""

from collections.abc import Mapping
from typing import Any

from accounts.http import MemberRequest
from supervision.models import FlagQuerySet
from supervision.selectors import WINDOW_DAYS, flag_lines, flags_for_coordinator, open_flags, pair_health

SHOWN = 10
PAIRS_SHOWN = 20


def supervisor_flags(request: MemberRequest) -> Mapping[str, Any]:
    """Open flags; when there are none, that is said."""
    return _flags(open_flags(request.membership), request)


def coordinator_flags(request: MemberRequest) -> Mapping[str, Any] | None:
    """What a coordinator must know of, if there is anything."""
    card = _flags(flags_for_coordinator(request.membership), request)
    return card if card["lines"] else None


def _flags(flags: FlagQuerySet, request: MemberRequest) -> Mapping[str, Any]:
    found = list(flags[: SHOWN + 1])
    return {"lines": flag_lines(found[:SHOWN], request.membership, request.now), "has_more": len(found) > SHOWN}


def my_pairs(request: MemberRequest) -> Mapping[str, Any]:
    """A supervisor's pairs in plain numbers, gaps first."""
    found = pair_health(request.membership, request.now, PAIRS_SHOWN + 1)
    return {"pairs": found[:PAIRS_SHOWN], "has_more": len(found) > PAIRS_SHOWN, "window": WINDOW_DAYS}
