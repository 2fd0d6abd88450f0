"""Words in a people file as people write them, without a database."""

from itertools import combinations
from typing import Any

import pytest
from django.db.models import TextChoices

from people import cells
from people.cells import CellError
from people.enums import Experience, Gender, Goal, Language, MeetingMode, Pathway
from people.said.synonyms import SYNONYMS
from people.said.words import key

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("options", "text", "codes"),
    [
        (Gender, "M", ["man"]),
        (Gender, "Female ", ["woman"]),
        (Gender, "MUJER", ["woman"]),
        (Pathway, "12-step, faith", ["twelve_step", "faith"]),
        (Pathway, "SMART", ["secular"]),
        (Pathway, "12 pasos", ["twelve_step"]),
        (MeetingMode, "in person, phone", ["in_person", "phone"]),
        (MeetingMode, "In-Person and Zoom", ["in_person", "video"]),
        (Goal, "Staying sober, Work or study", ["stay_sober", "work"]),
        (Goal, "Get a job; sleep", ["work", "sleep"]),
        (Experience, "Return to drinking, and coming back; grief", ["grief", "return"]),
        (Experience, "PTSD / vet", ["trauma", "military"]),
        (Language, "Spanish/English", ["en", "es"]),
        (Language, "inglés y español", ["en", "es"]),
        (Language, "EN\nES", ["en", "es"]),
    ],
)
def test_words_of_a_list_are_read_as_people_write_them(options: type[TextChoices], text: str, codes: list[str]) -> None:
    assert cells.some_of(options.choices).parse(text) == codes


def test_one_word_is_read_as_people_write_it() -> None:
    cell = cells.one_of(Gender.choices)

    assert [cell.parse(text) for text in ("m", "Male", "hombre", "non-binary")] == ["man", "man", "man", "non_binary"]


def test_word_that_is_not_known_is_named_alone() -> None:
    with pytest.raises(CellError, match="“shoes” is not known here"):
        cells.some_of(Goal.choices).parse("work, shoes")


@pytest.mark.parametrize(("options", "text"), [(Pathway, "N/A"), (Pathway, "na"), (Gender, "H")])
def test_what_may_mean_something_else_is_left_to_be_asked(options: type[TextChoices], text: str) -> None:
    """Not applicable; and where men are H, women are M."""
    with pytest.raises(CellError):
        cells.some_of(options.choices).parse(text)


@pytest.mark.parametrize(("text", "value"), [("Y", True), ("Sí", True), ("TRUE", True), ("n", False), ("No", False)])
def test_yes_and_no_are_read_in_both_languages(text: str, value: Any) -> None:
    assert cells.YES_OR_NO.parse(text) is value


@pytest.mark.parametrize("options", SYNONYMS, ids=lambda options: options.__name__)
def test_no_word_stands_for_two_things(options: type[TextChoices]) -> None:
    said = {code: set(map(key, [*words, code])) for code, words in SYNONYMS[options].items()}

    assert set(said) <= set(options)
    assert [(a, b, said[a] & said[b]) for a, b in combinations(said, 2) if said[a] & said[b]] == []
