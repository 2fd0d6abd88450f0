"""What the coordinator reads, and what the two people read."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from matching.explain.breakdown import breakdown_of
from matching.explain.intake import intake_lines
from matching.explain.reasons import explain
from matching.explain.shared import shared_facts
from matching.scoring.availability import WeekClock, encode_times
from matching.scoring.encoding import encode
from matching.scoring.evaluation import Evaluation, People
from matching.scoring.factors import FACTORS, default_weights
from matching.scoring.people import MenteeFacts, MentorFacts
from matching.scoring.questions import Bearing
from matching.scoring.scores import score
from matching.scoring.tables import Frequencies
from matching.tests import make
from people.availability import Window

pytestmark = pytest.mark.once

NOW = datetime(2026, 3, 2, 17, tzinfo=UTC)


def glued(text: str) -> str:
    """`_` stands for the space at which a line may not break."""
    return text.replace("_", "\N{NO-BREAK SPACE}")


def evaluated(mentees: list[MenteeFacts], mentors: list[MentorFacts]) -> Evaluation:
    people = People(mentees, mentors, [], lambda: Frequencies.of(who.experiences for who in (*mentees, *mentors)))
    return Evaluation(people=people, now=NOW, weights=default_weights())


def said(mentee: MenteeFacts, mentor: MentorFacts, part: str) -> tuple[Bearing, str]:
    return next((one.bearing, one.text) for one in explain(mentee, mentor, WeekClock(NOW)) if one.part.name == part)


def test_explain_times_same_zone_names_them() -> None:
    ben = make.mentee(windows=(Window(1, 17 * 60, 20 * 60), Window(4, 9 * 60, 10 * 60)))
    mona = make.mentor(windows=(Window(1, 18 * 60, 21 * 60), Window(4, 9 * 60, 12 * 60)))
    assert said(ben, mona, "time") == (Bearing.FOR, glued("Both free Tuesday_6_p.m._to_8_p.m., Friday_9_a.m._to_10_a.m."))


def test_explain_times_other_zone_are_in_the_mentees() -> None:
    ben = make.mentee(windows=(Window(1, 17 * 60, 20 * 60),))
    mona = make.mentor(time_zone="America/Los_Angeles", windows=(Window(1, 15 * 60, 21 * 60),))
    assert said(ben, mona, "time") == (Bearing.FOR, glued("Both free Tuesday_6_p.m._to_8_p.m. (Ben’s time)"))


def test_explain_times_over_midnight_and_the_end_of_the_week_are_one() -> None:
    ben = make.mentee(time_zone="UTC", windows=(Window(6, 22 * 60, 24 * 60), Window(0, 0, 60)))
    mona = make.mentor(time_zone="UTC", windows=(Window(6, 21 * 60, 24 * 60), Window(0, 0, 120)))
    assert said(ben, mona, "time") == (Bearing.FOR, glued("Both free Sunday_10_p.m. to Monday_1_a.m."))


def test_explain_times_until_midnight_say_so() -> None:
    ben = make.mentee(time_zone="UTC", windows=(Window(2, 22 * 60, 24 * 60),))
    assert said(ben, make.mentor(time_zone="UTC", windows=(Window(2, 0, 24 * 60),)), "time")[1] == (
        glued("Both free Wednesday_10_p.m._to_midnight")
    )


def test_explain_times_more_than_four_are_counted() -> None:
    ben = make.mentee(windows=tuple(Window(day, 600, 700) for day in range(6)))
    text = said(ben, make.mentor(windows=tuple(Window(day, 600, 700) for day in range(6))), "time")[1]
    days = ", ".join(f"{day} 10 a.m. to 11:40 a.m." for day in ("Monday", "Tuesday", "Wednesday", "Thursday"))
    assert text.replace("\N{NO-BREAK SPACE}", " ") == f"Both free {days} and 2 more times"


def test_explain_times_none_in_common_or_not_known() -> None:
    assert said(make.mentee(windows=(Window(0, 0, 60),)), make.mentor(windows=(Window(1, 0, 60),)), "time") == (
        Bearing.AGAINST,
        "No time when both are free",
    )
    assert said(make.mentee(windows=()), make.mentor(windows=()), "time") == (
        Bearing.UNKNOWN,
        "Times: not known for Ben and Mona",
    )


@pytest.mark.parametrize(
    ("part", "facts", "text"),
    [
        ("modes", {"modes": ("phone", "video")}, "Both can meet by: Phone, Video"),
        ("pathways", {"pathways": ("secular",)}, "Same pathway: Secular"),
        ("goals", {"goals": ("work", "sleep")}, "Goals in common: Work or study, Sleep and stress (2 of Ben’s 2)"),
        ("experiences", {"experiences": ("grief", "parenting")}, "Both have lived through: Grief, Parenting in recovery"),
        ("styles", {"styles": ("direct",)}, "Mona’s style is what Ben looks for: Says it straight"),
        ("interests", {"interests": ("music",)}, "Both like: Music"),
        ("dislikes", {"dislikes": ("loud",)}, "Neither likes: Loud places"),
        ("places", {"places": ("Main Street library",)}, "Both can meet at: Main Street library"),
    ],
)
def test_explain_answers_in_common_are_named(part: str, facts: dict[str, Any], text: str) -> None:
    assert said(make.mentee(**facts), make.mentor(**facts), part) == (Bearing.FOR, text)


def test_explain_answers_not_in_common_speak_against() -> None:
    assert said(make.mentee(goals=("work",)), make.mentor(goals=("sleep",)), "goals") == (
        Bearing.AGAINST,
        "No goals in common",
    )


def test_explain_answers_missing_say_whose() -> None:
    assert said(make.mentee(), make.mentor(goals=("work",)), "goals") == (Bearing.UNKNOWN, "Goals: not answered by Ben")
    assert said(make.mentee(), make.mentor(), "goals")[1] == "Goals: not answered by Ben and Mona"


def test_explain_gender_wishes_of_both_sides() -> None:
    ben = make.mentee(preferred_genders=("woman",), gender="man")
    mona = make.mentor(preferred_genders=("woman",), gender="woman")
    assert said(ben, mona, "mentee_genders") == (Bearing.FOR, "As Ben would rather have it: Woman")
    assert said(ben, mona, "mentor_genders") == (Bearing.AGAINST, "Not what Mona would rather have: Woman")
    assert said(ben, make.mentor(), "mentee_genders")[0] is Bearing.UNKNOWN
    assert said(ben, make.mentor(), "mentor_genders") == (Bearing.SILENT, "Mona stated no preference about gender")


@pytest.mark.parametrize(
    ("low", "high", "age", "bearing", "text"),
    [
        (30, 50, 50, Bearing.FOR, "The age Ben would rather have (30 to 50): Mona is 50"),
        (None, 50, 51, Bearing.AGAINST, "Not the age Ben would rather have (up to 50): Mona is 51"),
        (30, None, 29, Bearing.AGAINST, "Not the age Ben would rather have (from 30): Mona is 29"),
        (None, None, 29, Bearing.SILENT, "Ben stated no preference about age"),
        (30, None, None, Bearing.UNKNOWN, "Ben has a preference about age; Mona’s is not known"),
    ],
)
def test_explain_age_wish(low: int | None, high: int | None, age: int | None, bearing: Bearing, text: str) -> None:
    ben = make.mentee(preferred_age_min=low, preferred_age_max=high)
    assert said(ben, make.mentor(age=age), "mentee_ages") == (bearing, text)


def test_explain_free_places() -> None:
    assert said(make.mentee(), make.mentor(places_left=1), "capacity") == (Bearing.FOR, "1 of 3 places free")
    assert said(make.mentee(), make.mentor(places_left=-1), "capacity") == (Bearing.AGAINST, "0 of 3 places free")


@make.unhurried
@given(make.mentees(most=1), make.mentors(most=1))
def test_explain_any_pair_says_of_each_part_what_the_score_knows(
    mentees: list[MenteeFacts], mentors: list[MentorFacts]
) -> None:
    tables = encode(mentees, mentors, times=encode_times(mentees, mentors, NOW))
    scores = score(tables)
    found = explain(mentees[0], mentors[0], WeekClock(NOW))
    assert [one.part for one in found] == [part for factor in FACTORS.values() for part in factor.parts]
    for one in found:
        gained, known = (float(units[0, 0]) for units in scores.part(one.part, 0, 0))
        assert (one.bearing in (Bearing.UNKNOWN, Bearing.SILENT)) == (known == 0)
        assert (one.bearing is Bearing.FOR) == (gained > 0 or (one.part.name == "capacity" and mentors[0].places_left > 0))


@make.unhurried
@given(make.mentees(most=1), make.mentors(most=1))
def test_breakdown_any_pair_shows_tenths_that_add_up_to_the_score(
    mentees: list[MenteeFacts], mentors: list[MentorFacts]
) -> None:
    evaluation = evaluated(mentees, mentors)
    found = breakdown_of(evaluation, 0, 0)
    assert sum(round(10 * row.points) for row in found.rows) == round(10 * found.score)
    assert [row.most is None for row in found.rows] == [not c.known for c in evaluation.scores.contributions(0, 0)]


EVERYTHING: dict[str, Any] = {
    "gender": "woman",
    "preferred_genders": ("woman",),
    "preferred_age_min": 30,
    "pathways": ("medication",),
    "languages": ("en", "es"),
    "goals": ("work",),
    "experiences": ("grief",),
    "modes": ("phone",),
    "styles": ("direct",),
    "interests": ("music",),
    "dislikes": ("loud",),
    "places": ("Main Street library",),
}


def test_shared_facts_name_what_both_said_and_nothing_private() -> None:
    assert shared_facts(make.mentee(**EVERYTHING), make.mentor(**EVERYTHING), NOW) == [
        "You both speak: English, Spanish",
        "You are both free about 15 hours a week",
        "Ways you can both meet: Phone",
        "What you both work on: Work or study",
        "Experience you share: Grief",
        "You both like: Music",
        "Neither of you likes: Loud places",
        "Places you can both get to: Main Street library",
    ]


def test_shared_facts_what_only_one_said_is_left_out() -> None:
    ben = make.mentee(**{**EVERYTHING, "experiences": ("grief", "legal"), "goals": ("health",)})
    mona = make.mentor(**{**EVERYTHING, "experiences": ("trauma",), "interests": ("cars",)})
    text = " ".join(shared_facts(ben, mona, NOW))
    assert not any(word in text for word in ("Grief", "Court", "Trauma", "Health", "Work", "Music", "Cars", "Ben", "Mona"))


def test_shared_facts_nothing_in_common_is_empty() -> None:
    ben = make.mentee(windows=(Window(0, 0, 60),), languages=("es",))
    assert shared_facts(ben, make.mentor(windows=(Window(1, 0, 60),)), NOW) == []


def test_intake_says_the_time_zone_as_every_other_page_does() -> None:
    ben = make.mentee(time_zone="America/New_York")
    assert dict(intake_lines(ben))["Time zone"] == ["New York (Eastern Time)"]


def test_intake_times_break_only_between_times() -> None:
    ben = make.mentee(windows=(Window(0, 17 * 60, 20 * 60), Window(0, 21 * 60, 22 * 60)))
    assert dict(intake_lines(ben))["Free"] == [glued("Monday: 5_p.m._to_8_p.m., 9_p.m._to_10_p.m.")]


def test_reasons_leave_out_the_free_place() -> None:
    ben, mona = make.mentee(), make.mentor(places_left=1)
    found = breakdown_of(evaluated([ben], [mona]), 0, 0)
    assert [reason for reason in found.speaks_for if "places free" in reason] == []
    assert found.speaks_for != []
