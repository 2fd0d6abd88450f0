"""What holds for the scores of any people."""

import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime
from math import fsum
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from matching.scoring.availability import encode_times
from matching.scoring.encoding import encode
from matching.scoring.factors import FACTORS, Weights
from matching.scoring.people import MenteeFacts, MentorFacts
from matching.scoring.scores import SMALLEST_BLOCK, score
from matching.scoring.tables import Frequencies, Rule
from matching.tests import make
from matching.tests.make import scores_of
from people.availability import Window

pytestmark = pytest.mark.once

NOW = datetime(2026, 3, 2, 17, tzinfo=UTC)


WEIGHTS = st.fixed_dictionaries({factor: st.integers(0, 50) for factor in FACTORS}).filter(lambda w: sum(w.values()) > 0)


@make.unhurried
@given(make.mentees(), make.mentors(), WEIGHTS)
def test_contributions_any_people_sum_to_the_score_exactly(
    mentees: list[MenteeFacts], mentors: list[MentorFacts], weights: Weights
) -> None:
    scores = scores_of(mentees, mentors, weights)
    for row in range(len(mentees)):
        for column in range(len(mentors)):
            contributions = scores.contributions(row, column)
            assert [c.factor for c in contributions] == list(FACTORS)
            total = fsum(c.points for c in contributions)
            assert abs(total - float(scores.matrix[row, column])) <= 1e-6
            assert np.float32(total) == scores.matrix[row, column]
            assert fsum(c.weight * c.known for c in contributions) == pytest.approx(float(scores.known(row, column)[0, 0]))


@make.unhurried
@given(make.mentees(), make.mentors())
def test_scores_any_people_lie_between_zero_and_one(mentees: list[MenteeFacts], mentors: list[MentorFacts]) -> None:
    scores = scores_of(mentees, mentors)
    assert scores.matrix.dtype == np.float32
    assert scores.matrix.shape == (len(mentees), len(mentors))
    assert bool(((scores.matrix >= 0) & (scores.matrix <= 1)).all())
    for factor in FACTORS.values():
        values, known = scores.factor(factor)
        assert values.dtype == np.float32
        assert bool(((values >= 0) & (values <= 1) & (known >= 0) & (known <= 1)).all())
        assert not values[known == 0].any()


@make.unhurried
@given(make.mentees(most=3), make.mentors(most=3))
def test_score_any_pair_is_the_mean_of_its_factors_over_what_is_known(
    mentees: list[MenteeFacts], mentors: list[MentorFacts]
) -> None:
    scores = scores_of(mentees, mentors)
    gained, base = np.zeros(scores.matrix.shape), np.zeros(scores.matrix.shape)
    for factor in FACTORS.values():
        values, known = scores.factor(factor)
        gained += factor.default_weight * known * values
        base += factor.default_weight * known
    np.testing.assert_allclose(scores.matrix, gained / base, atol=1e-6)


@make.unhurried
@given(make.mentees(most=4), make.mentors(most=4), st.randoms(use_true_random=False))
def test_scores_people_in_another_order_are_bit_for_bit_the_same(
    mentees: list[MenteeFacts], mentors: list[MentorFacts], shuffle: Random
) -> None:
    scores = scores_of(mentees, mentors)
    rows, columns = list(range(len(mentees))), list(range(len(mentors)))
    shuffle.shuffle(rows)
    shuffle.shuffle(columns)
    shuffled = scores_of([mentees[row] for row in rows], [mentors[column] for column in columns])
    assert shuffled.matrix.tobytes() == np.ascontiguousarray(scores.matrix[np.ix_(rows, columns)]).tobytes()


@make.unhurried
@given(make.mentees(least=2, most=4), make.mentors(least=2, most=4))
def test_score_one_pair_alone_is_bit_for_bit_the_same_as_among_many(
    mentees: list[MenteeFacts], mentors: list[MentorFacts]
) -> None:
    frequencies = Frequencies.of(who.experiences for who in (*mentees, *mentors))
    scores = scores_of(mentees, mentors)
    alone = scores_of(mentees[-1:], mentors[-1:], frequencies=frequencies)
    assert alone.matrix[0, 0] == scores.matrix[-1, -1]


def test_scores_more_pairs_than_a_block_are_the_same_as_row_by_row() -> None:
    mentees = [make.mentee(f"{at:03}", goals=("work", "sleep")[: at % 3], age=18 + at % 50) for at in range(250)]
    mentors = [make.mentor(f"{at:04}", goals=("work",) * (at % 2), places_left=at % 4) for at in range(900)]
    scores = scores_of(mentees, mentors)
    for row in (0, SMALLEST_BLOCK - 1, SMALLEST_BLOCK, SMALLEST_BLOCK + 1, 2 * SMALLEST_BLOCK, 249):
        assert scores_of([mentees[row]], mentors).matrix[0].tobytes() == scores.matrix[row].tobytes()


def test_score_many_pairs_takes_little_more_memory_than_the_matrix() -> None:
    """Their times cut the week into more than 300 pieces."""
    half_hours = [(Window(at % 7, 30 * (at % 48), 30 * (at % 48) + 30),) for at in range(1000)]
    mentees = [make.mentee(f"{at}", windows=half_hours[at], goals=("work",)) for at in range(1000)]
    mentors = [make.mentor(f"{at}", windows=half_hours[at], goals=("work",)) for at in range(400)]
    tables = encode(mentees, mentors, times=encode_times(mentees, mentors, NOW))
    assert len(tables.worth) > 300
    tracemalloc.start()
    matrix = score(tables).matrix
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak <= 1.25 * matrix.nbytes


@make.unhurried
@given(make.mentees(), make.mentors(), WEIGHTS)
def test_terms_any_people_share_out_what_a_part_carries_to_the_last_unit(
    mentees: list[MenteeFacts], mentors: list[MentorFacts], weights: Weights
) -> None:
    terms = scores_of(mentees, mentors, weights).terms
    left, known = terms.left(slice(None)), terms.known_left(slice(None))
    for column, part in enumerate(terms.tables.parts):
        if part.question.rule is Rule.SHARE:
            assert left[:, terms.tables.items[part.name]].sum(axis=1).tolist() == known[:, column].tolist()
    assert bool((left == np.rint(left)).all())


FORGETTABLE = ("pathways", "goals", "experiences", "modes", "styles", "interests", "dislikes", "places", "preferred_genders")


@make.unhurried
@given(make.mentees(most=1), make.mentors(most=1), st.sampled_from(FORGETTABLE), st.booleans())
def test_score_an_answer_unknown_is_left_out_never_counted_as_zero(
    mentees: list[MenteeFacts], mentors: list[MentorFacts], answer: str, forget_mentee: bool
) -> None:
    """Forgetting an answer takes its part out of the mean, so what is left is a mean of the same other parts."""
    mentee, mentor = mentees[0], mentors[0]
    frequencies = Frequencies.of([mentee.experiences, mentor.experiences])
    before = scores_of([mentee], [mentor], frequencies=frequencies)
    forgotten: dict[str, Any] = {answer: ()}
    if forget_mentee:
        after = scores_of([replace(mentee, **forgotten)], [mentor], frequencies=frequencies)
    else:
        after = scores_of([mentee], [replace(mentor, **forgotten)], frequencies=frequencies)
    changed = [
        factor
        for factor in FACTORS.values()
        if before.factor(factor)[0][0, 0] != after.factor(factor)[0][0, 0]
        or before.factor(factor)[1][0, 0] != after.factor(factor)[1][0, 0]
    ]
    assert len(changed) <= 1
    assert after.known()[0, 0] <= before.known()[0, 0]
    lost = before.known()[0, 0] - after.known()[0, 0]
    assume(lost > 0)
    kept = float(before.matrix[0, 0] * before.known()[0, 0] - after.matrix[0, 0] * after.known()[0, 0])
    assert -1e-6 <= kept <= float(lost) + 1e-6
