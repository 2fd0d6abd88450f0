"""A sentence that names a button, a choice or a heading names it as it reads, in curly quotes, in both languages."""

import re

import pytest

from core.tests.test_translations import FOLDER, read_catalog

pytestmark = pytest.mark.once

CATALOG = {key[1]: said[0] for key, said in read_catalog((FOLDER / "django.po").read_text()).items()}
"""What is said on the site, and its Spanish."""
QUOTED = re.compile(r"“([^”%{]+)”")
NOT_OURS = {"CSV UTF-8", "blue key", "my laptop"}
"""What a spreadsheet says, and examples of what somebody may type."""


def misnamed(sentence: str, said: set[str]) -> list[str]:
    """What the sentence names in quotes and nothing on the site is called."""
    return [name for name in QUOTED.findall(sentence) if name not in said | NOT_OURS]


def unquoted(sentence: str, labels: set[str]) -> list[str]:
    """Labels of several words in the middle of the sentence, by the capital that they begin with."""
    within = [label for label in labels if label in sentence and label != sentence]
    return [label for label in within if re.search(rf"(?<=[a-z,;] ){re.escape(label)}\b", sentence)]


def labels_of(said: set[str]) -> set[str]:
    return {one for one in said if re.fullmatch(r"[A-Z][^.%{<:?!]*", one) and 2 <= len(one.split()) <= 6}


def test_what_a_sentence_names_in_quotes_is_what_stands_on_the_button() -> None:
    assert {one: found for one in CATALOG if (found := misnamed(one, set(CATALOG)))} == {}


def test_label_in_a_sentence_stands_in_quotes() -> None:
    labels = labels_of(set(CATALOG))

    assert len(labels) > 100
    assert {one: found for one in CATALOG if (found := unquoted(one, labels))} == {}


def is_quoted(name: str, sentence: str) -> bool:
    """In either kind of quotes that Spanish has."""
    return f"“{name}”" in sentence or f"«{name}»" in sentence


def test_spanish_sentence_names_what_stands_on_the_spanish_button() -> None:
    ours = {one: [CATALOG[name] for name in QUOTED.findall(one) if name in CATALOG] for one in CATALOG}

    assert [one for one, names in ours.items() if not all(is_quoted(name, CATALOG[one]) for name in names)] == []


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        ("If not, choose “Finish the match”.", ["Finish the match"]),
        ("If not, choose “End the match”. Save it as “CSV UTF-8”.", []),
        ("In an emergency, use Get support now.", ["Get support now"]),
        ("In an emergency, use “Get support now”.", []),
    ],
)
def test_planted_name_that_is_on_no_button_is_found(sentence: str, wrong: list[str]) -> None:
    said = {"End the match", "Get support now"}

    assert misnamed(sentence, said) + unquoted(sentence, labels_of(said)) == wrong
