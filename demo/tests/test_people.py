from collections import Counter

import pytest

from demo import people

pytestmark = pytest.mark.once


def test_mentees_number_forty_eight_in_their_groups() -> None:
    groups = (people.SETTLED, people.EARLY, people.PAUSED, people.CLOSING, people.WAITING, people.INTAKE, people.ALUMNI)

    assert [len(group) for group in groups] == [18, 8, 2, 2, 6, 3, 9]
    assert len(people.MENTEES) == 48


def test_mentees_ages_run_from_22_to_67_with_mean_41() -> None:
    ages = [person.age for person in people.MENTEES]

    assert (min(ages), max(ages), sum(ages) / len(ages)) == (22, 67, 41.0)


def test_mentees_genders_pathways_and_languages_match_the_plan() -> None:
    assert Counter(person.gender for person in people.MENTEES) == {"woman": 22, "man": 24, "non_binary": 2}
    assert Counter(person.pathway for person in people.MENTEES) == {
        "twelve_step": 22,
        "secular": 9,
        "faith": 7,
        "medication": 5,
        "undecided": 5,
    }
    assert sum("es" in person.languages for person in people.MENTEES) == 9


def test_pairs_share_a_language_and_thirteen_mentors_have_mentees() -> None:
    paired = people.MENTEES[: len(people.MENTOR_OF)]
    former = zip(people.ALUMNI, people.FORMER_MENTOR_OF, strict=True)
    pairs = [*zip(paired, people.MENTOR_OF, strict=True), *former]

    assert [who for who, mentor in pairs if not set(who.languages) & set(people.MENTORS[mentor].languages)] == []
    assert sorted(set(people.MENTOR_OF)) == list(range(13))
    assert max(Counter(people.MENTOR_OF).values()) == 3


def test_names_are_given_once() -> None:
    everybody = [*people.MENTEES, *people.MENTORS]

    assert len({person.first_name for person in everybody}) == len({person.email for person in everybody}) == len(everybody)
