"""What stands on a person: open proposals and pairs, which a change of their answers, times or training may end or put on hold.

Rooms to the right know; `intake` registers here from its `ready()`, so that every page that changes a person says it beforehand
and afterwards.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from accounts.http import MemberRequest
from accounts.models import Membership

StandingOf = Callable[[Membership], Any]
"""What a template shows of it beforehand."""
Saying = Callable[[MemberRequest, Membership], AbstractContextManager[None]]
"""Runs around the change, and says to whoever makes it what became."""

_registered: list[tuple[StandingOf, Saying]] = []


def register_standing(standing_of: StandingOf, saying: Saying) -> None:
    _registered[:] = [(standing_of, saying)]


def standing_of(person: Membership) -> Any:
    return _registered[0][0](person) if _registered else None


def saying_what_became(request: MemberRequest, person: Membership) -> AbstractContextManager[None]:
    return _registered[0][1](request, person) if _registered else nullcontext()
