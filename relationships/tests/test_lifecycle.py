from itertools import product

import pytest

from accounts.enums import Role
from core.errors import DomainError
from relationships.enums import CloseReason, State
from relationships.lifecycle import TAKEN_BACK, TIME, is_allowed, require

pytestmark = pytest.mark.once

EVERYBODY = (*Role.values, TIME)
REASONS = ("", TAKEN_BACK, *CloseReason.values)
ENDINGS = {"completed", "ended_early", "rematch"}

ALLOWED = (
    {("proposed", "accepted", who, "") for who in ("mentor", "mentee")}
    | {("proposed", "declined", who, "") for who in ("mentor", "mentee")}
    | {("proposed", "withdrawn", "coordinator", ""), ("proposed", "expired", "time", "")}
    | {("accepted", "introduced", "coordinator", "")}
    | {(state, "active", "mentor", "") for state in ("accepted", "introduced")}
    | {("active", state, "mentor", "taken_back") for state in ("accepted", "introduced")}
    | {(state, "paused", who, "") for state in ("accepted", "introduced", "active") for who in ("coordinator", "supervisor")}
    | {("paused", "active", "coordinator", "")}
    | {(state, "closing", "coordinator", "") for state in ("accepted", "introduced", "active", "paused")}
    | {("closing", "closed", "coordinator", reason) for reason in ENDINGS}
    | {
        (state, "closed", who, "safety")
        for state in ("accepted", "introduced", "active", "paused", "closing")
        for who in ("coordinator", "supervisor")
    }
    | {("closed", "active", "coordinator", "")}
)


def test_lifecycle_every_combination_is_allowed_exactly_as_written_here() -> None:
    everything = product(State.values, State.values, EVERYBODY, REASONS)

    assert {combination for combination in everything if is_allowed(*combination)} == ALLOWED


def test_lifecycle_forbidden_change_is_refused_with_the_state_in_words() -> None:
    with pytest.raises(DomainError) as refused:
        require(State.DECLINED, State.ACTIVE, Role.COORDINATOR)

    assert refused.value.code == "wrong_state"
    assert str(refused.value) == "This cannot be done while the match is “Declined”."


@pytest.mark.parametrize("state", State.values)
def test_lifecycle_time_ends_nothing_but_a_proposal(state: str) -> None:
    ended = {target for target in State.values if is_allowed(state, target, TIME)}

    assert ended == ({"expired"} if state == "proposed" else set())
