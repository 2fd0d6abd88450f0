"""The weights of a program: which are in force, who may change them, and what is kept."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection

from accounts.models import Membership, Program
from core.errors import DomainError
from matching.models import WeightChange
from matching.scoring.factors import FACTORS, Weights, default_weights
from matching.weights.forms import WeightsForm
from matching.weights.services import as_counted, set_weights, weights_of
from privacy.models import Action, AuditEntry


def but(**changed: float) -> Weights:
    """The defaults but for some, named as in `Factor`."""
    return {factor: changed.get(factor, weight) for factor, weight in default_weights().items()}


def test_weights_of_a_program_that_never_changed_them_are_the_defaults(north: Program) -> None:
    assert weights_of(north) == default_weights()


def test_set_weights_are_in_force_and_written_down(north: Program, south: Program, alice: Membership, noon: datetime) -> None:
    change = set_weights(program=north, weights=but(interests=30, places=0), by=alice, now=noon)

    assert weights_of(north) == but(interests=30, places=0)
    assert weights_of(south) == default_weights()
    assert change is not None
    assert (change.program, change.by, change.at) == (north, alice, noon)
    assert change.weights == {
        "availability": 20,
        "pathway_goals": 20,
        "experience": 20,
        "preferences": 15,
        "support_style": 10,
        "interests": 30,
        "places": 0,
        "capacity": 5,
    }
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.reason, entry.actor_id) == (Action.CHANGED, "weights", alice.user_id)
    assert (entry.object_type, entry.object_id) == ("matching.weightchange", change.pk)


def test_set_weights_the_latest_count(north: Program, alice: Membership, noon: datetime) -> None:
    for number in (1, 2, 3):
        set_weights(program=north, weights=but(interests=number), by=alice, now=noon + timedelta(hours=number))
    assert weights_of(north) == but(interests=3)


def test_set_weights_the_same_as_now_write_nothing(north: Program, alice: Membership, noon: datetime) -> None:
    assert set_weights(program=north, weights=default_weights(), by=alice, now=noon) is None
    set_weights(program=north, weights=but(interests=30), by=alice, now=noon)
    assert set_weights(program=north, weights=but(interests=30), by=alice, now=noon + timedelta(hours=1)) is None
    assert (WeightChange.objects.count(), AuditEntry.objects.count()) == (1, 1)


def test_set_weights_by_somebody_who_read_the_clock_earlier_still_come_last(
    north: Program, alice: Membership, noon: datetime
) -> None:
    set_weights(program=north, weights=but(interests=30), by=alice, now=noon)
    set_weights(program=north, weights=but(interests=40), by=alice, now=noon - timedelta(seconds=1))
    assert weights_of(north) == but(interests=40)


@pytest.mark.parametrize("who", ["ben", "mona", "sam", "ada", "otto"])
def test_set_weights_by_anybody_but_a_coordinator_of_the_program_is_refused(
    who: str, north: Program, noon: datetime, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(DomainError) as refusal:
        set_weights(program=north, weights=but(interests=30), by=request.getfixturevalue(who), now=noon)

    assert refusal.value.code == "not_allowed"
    assert not WeightChange.objects.exists()


@pytest.mark.parametrize("weight", [-1, 101, 2.5, float("nan"), float("inf")])
def test_set_weights_out_of_range_are_refused(weight: float, north: Program, alice: Membership, noon: datetime) -> None:
    with pytest.raises(DomainError) as refusal:
        set_weights(program=north, weights=but(interests=weight), by=alice, now=noon)
    assert refusal.value.code == "out_of_range"


def test_set_weights_without_one_of_the_factors_are_refused(north: Program, alice: Membership, noon: datetime) -> None:
    with pytest.raises(DomainError) as refusal:
        set_weights(program=north, weights={"interests": 5}, by=alice, now=noon)
    assert refusal.value.code == "out_of_range"


def test_set_weights_all_zero_are_refused(north: Program, alice: Membership, noon: datetime) -> None:
    with pytest.raises(DomainError) as refusal:
        set_weights(program=north, weights=dict.fromkeys(FACTORS, 0), by=alice, now=noon)
    assert refusal.value.code == "nothing_counts"


@pytest.mark.django_db(transaction=True)
def test_set_weights_the_same_by_four_at_once_are_one_change(north: Program, alice: Membership, noon: datetime) -> None:
    def change(_turn: int) -> bool:
        try:
            return set_weights(program=north, weights=but(interests=30), by=alice, now=noon) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(change, range(4)))

    assert (sum(made), WeightChange.objects.count()) == (1, 1)


def test_as_counted_of_another_version_takes_defaults_and_ignores_what_it_does_not_know() -> None:
    kept = {**but(interests=30), "shoe_size": 50}
    del kept["places"]
    assert as_counted(kept) == but(interests=30)


def test_as_counted_where_nothing_left_counts_is_the_defaults() -> None:
    assert as_counted(dict.fromkeys(FACTORS, 0) | {"shoe_size": 50}) == default_weights()


def posted(**changed: object) -> dict[str, object]:
    return {**default_weights(), **changed}


def test_form_valid_gives_weights() -> None:
    form = WeightsForm(posted(interests="30"))
    assert form.is_valid()
    assert form.weights == but(interests=30)


def test_form_unsent_shows_the_weights_in_force() -> None:
    form = WeightsForm(weights=but(interests=30))
    assert {factor: form[factor].value() for factor in FACTORS} == but(interests=30)


@pytest.mark.parametrize("number", ["", "-1", "101", "2.5", "nan", "many", "1" * 5000])
def test_form_number_that_is_none_says_so_beside_it(number: str) -> None:
    form = WeightsForm(posted(interests=number))
    assert not form.is_valid()
    assert list(form.errors) == ["interests"]


def test_form_all_zero_says_that_something_must_count() -> None:
    form = WeightsForm(dict.fromkeys(FACTORS, "0"))
    assert not form.is_valid()
    assert form.non_field_errors() == ["Give at least one factor a number above 0."]
