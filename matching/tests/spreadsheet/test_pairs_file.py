"""The pairs of two files, as rows and as JSON."""

import csv
import io
import json
from collections.abc import Sequence
from random import Random

import pytest

from matching.spreadsheet.pairs import COLUMNS, Pairs, as_csv, as_json, make_pairs
from matching.tests.spreadsheet.test_spreadsheet import ANSWERS, NOW, Row, read, who

pytestmark = pytest.mark.once

BASE = {"availability": "mon 17:00-20:00", "birth_date": "1990-01-01", "languages": "en"}


def person(name: str, **cells: str) -> Row:
    return who(name, **{**BASE, **cells})


def pairs(mentors: Sequence[Row], mentees: Sequence[Row]) -> Pairs:
    return make_pairs(read(mentors, mentees), NOW)


def named(found: Pairs) -> list[tuple[str, str]]:
    return [(pair.mentee.name, pair.mentor.name) for pair in found.pairs]


def rows(found: Pairs) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv(found))))


def test_make_pairs_takes_the_mentor_who_fits_better() -> None:
    mentors = [person("Max", goals="work"), person("Mona", goals="sleep")]
    found = pairs(mentors, [person("Ana", goals="sleep"), person("Ben", goals="work")])

    assert named(found) == [("Ana", "Mona"), ("Ben", "Max")]


def test_make_pairs_last_place_goes_to_the_longest_wait() -> None:
    mentees = [person("Ana", waiting_since="2026-02-20"), person("Ben", waiting_since="2026-02-19")]
    found = pairs([person("Mona", capacity="1")], mentees)

    assert named(found) == [("Ben", "Mona")]
    assert [(who.name, reason) for who, reason in found.mentees] == [("Ana", "Ana and Ben both need Mona, who has 1 place")]


def test_make_pairs_mentor_has_no_more_than_the_places_of_the_file() -> None:
    mentees = [person(name) for name in ("Ana", "Ben", "Cleo", "Dan")]
    found = pairs([person("Max", capacity="1"), person("Mona", capacity="2")], mentees)

    assert sorted(mentor for _mentee, mentor in named(found)) == ["Max", "Mona", "Mona"]
    assert len(found.mentees) == 1


@pytest.mark.parametrize(
    ("mentor", "mentee", "reason"),
    [
        ({"languages": "fr"}, {}, "No mentor is eligible for Ana: 1 shares no language"),
        (
            {"availability": "tue 17:00-20:00"},
            {},
            "No mentor is eligible for Ana: for 1 the times overlap less than 2 hours a week",
        ),
        ({"birth_date": "2010-01-01"}, {}, "No mentor is eligible for Ana: 1 is under 18"),
        ({"capacity": "0"}, {}, "No mentor is eligible for Ana: 1 has no free place"),
        ({"taking_mentees": "no"}, {}, "No mentor is eligible for Ana: 1 is not taking new mentees"),
        ({"never_pair": "ana@example.org"}, {}, "No mentor is eligible for Ana: 1 must not be paired with Ana"),
        ({}, {"never_pair": "mona@example.org"}, "No mentor is eligible for Ana: 1 must not be paired with Ana"),
        ({}, {"required_genders": "woman"}, "No mentor is eligible for Ana: 1 does not meet a must-have of Ana"),
        ({}, {"birth_date": "2010-01-01"}, "Ana is under 18"),
        ({}, {"languages": ""}, "The languages Ana speaks are not known"),
    ],
)
def test_make_pairs_hard_rules_stay_hard(mentor: Row, mentee: Row, reason: str) -> None:
    found = pairs([person("Mona", **mentor)], [person("Ana", **mentee)])

    assert [(who.name, why) for who, why in found.mentees] == [("Ana", reason)]
    assert [who.name for who, _why in found.mentors] == ["Mona"]
    assert found.pairs == []


def test_make_pairs_consent_training_and_screening_are_not_asked() -> None:
    lapsed = {"consent_given_on": "2020-01-01", "consent_expires_on": "2021-01-01"}
    found = pairs([person("Mona", **lapsed, screening_valid_until="2020-01-01")], [person("Ana", **lapsed)])

    assert named(found) == [("Ana", "Mona")]


def test_make_pairs_nobody_is_missing() -> None:
    mentors = [person("Mona", capacity="1"), person("Max", languages="fr")]
    mentees = [
        person("Ana", waiting_since="2026-02-20"),
        person("Ben", waiting_since="2026-02-21"),
        person("Cleo"),
        person("Dan", waiting_since="2026-02-21", languages="es"),
    ]
    found = pairs(mentors, mentees)

    assert named(found) == [("Ana", "Mona")]
    assert [(who.name, why) for who, why in found.mentees] == [
        ("Ben", "Ben and Ana both need Mona, who has 1 place"),
        ("Cleo", "Cleo is not on the waiting list"),
        ("Dan", "No mentor is eligible for Dan: 2 share no language"),
    ]
    assert [(who.name, why) for who, why in found.mentors] == [
        ("Max", "Nobody who waits may be matched with Max; 3 places stay free")
    ]


@pytest.mark.parametrize(
    ("mentors", "mentees", "left"),
    [
        ([], [], []),
        ([], [person("Ana")], [("ana@example.org", "", "There are no mentors")]),
        ([person("Mona")], [], [("", "mona@example.org", "Nobody who waits may be matched with Mona; 3 places stay free")]),
    ],
)
def test_make_pairs_empty_file_leaves_everybody_over(
    mentors: list[Row], mentees: list[Row], left: list[tuple[str, str, str]]
) -> None:
    found = rows(pairs(mentors, mentees))

    assert [(row["mentee_email"], row["mentor_email"], row["left_over"]) for row in found] == left


def any_person(rng: Random, number: int) -> Row:
    """One of few kinds, so that many pairs are equally good."""
    return who(
        f"P{number}",
        **BASE,
        goals=rng.choice(["", "work", "sleep", "work; sleep"]),
        interests=rng.choice(["", "music", "reading"]),
        experiences=rng.choice(["", "grief", "young; grief"]),
    )


@pytest.mark.parametrize("seed", range(5))
def test_make_pairs_same_people_in_any_order_give_the_same_file(seed: int) -> None:
    rng = Random(seed)
    mentors = [{**any_person(rng, number), "capacity": str(rng.randint(0, 2))} for number in range(8)]
    mentees = [{**any_person(rng, number), "waiting_since": f"2026-02-{rng.randint(1, 3):02}"} for number in range(10, 24)]
    before = as_csv(pairs(mentors, mentees))
    rng.shuffle(mentors)
    rng.shuffle(mentees)

    assert as_csv(pairs(mentors, mentees)) == before


def test_as_csv_contributions_add_up_to_the_score_and_unknown_ones_are_empty() -> None:
    (row,) = rows(pairs([who("Mona", **ANSWERS)], [who("Ana", **{**ANSWERS, "interests": "", "dislikes": ""})]))

    points = [row[name] for name in COLUMNS[6:14]]
    assert round(sum(float(cell) for cell in points if cell), 1) == float(row["score"])
    assert [name for name in COLUMNS[6:14] if not row[name]] == ["interests"]
    assert (row["known"], row["not_known"], row["left_over"]) == ("95", "interests; dislikes", "")


def test_as_csv_row_says_who_and_why() -> None:
    (row,) = rows(pairs([who("Mona", **ANSWERS)], [who("Ana", **ANSWERS)]))

    assert (row["mentee_email"], row["mentee"]) == ("ana@example.org", "Ana")
    assert (row["mentor_email"], row["mentor"]) == ("mona@example.org", "Mona")
    assert row["speaks_for"].split("; ") == [
        "Same pathway: Secular",
        "Goals in common: Work or study, Sleep and stress (2 of Ana’s 2)",
        "Both have lived through: Grief",
        "Both free Monday 5 p.m. to 8 p.m.",
        "Both can meet by: Phone",
    ]
    assert row["speaks_against"].split("; ") == ["Not what Ana would rather have: Man", "Not what Mona would rather have: Man"]


def test_as_csv_cell_that_starts_a_formula_is_made_inert() -> None:
    found = pairs([{**person("Mona"), "first_name": "=1+1"}], [{**person("Ana"), "first_name": "@Ana"}])

    (row,) = rows(found)
    assert (row["mentee"], row["mentor"]) == ("'@Ana", "'=1+1")
    assert json.loads(as_json(found))["pairs"][0]["mentor"]["name"] == "=1+1"


def test_as_json_says_the_same_as_the_rows() -> None:
    mentors = [who("Mona", **ANSWERS, capacity="1"), who("Max", **{**ANSWERS, "languages": "fr"})]
    found = pairs(mentors, [who("Ana", **ANSWERS), who("Ben", **ANSWERS)])
    first, left, without = rows(found)

    data = json.loads(as_json(found))

    (pair,) = data["pairs"]
    assert [pair["mentee"]["email"], pair["mentor"]["email"]] == [first["mentee_email"], first["mentor_email"]]
    assert [str(pair["score"]), str(pair["known"])] == [first["score"], first["known"]]
    assert [(given["factor"], str(given["points"])) for given in pair["contributions"]] == [
        (name, first[name]) for name in COLUMNS[6:14]
    ]
    assert ["; ".join(pair[name]) for name in ("speaks_for", "speaks_against", "not_known")] == [
        first["speaks_for"],
        first["speaks_against"],
        first["not_known"],
    ]
    assert data["mentees_left_over"] == [{"email": left["mentee_email"], "name": left["mentee"], "reason": left["left_over"]}]
    assert data["mentors_left_over"] == [
        {"email": without["mentor_email"], "name": without["mentor"], "reason": without["left_over"]}
    ]


def test_as_json_unknown_points_are_null() -> None:
    found = pairs([person("Mona")], [person("Ana")])

    given = {one["factor"]: one["points"] for one in json.loads(as_json(found))["pairs"][0]["contributions"]}
    assert [factor for factor, points in given.items() if points is not None] == ["availability", "capacity"]
