"""docs/promises.md and docs/threats.md, held against the sentences people read and the tests that are there.

A sentence about who sees, hears or is told something is a promise: the first page lists it beside the test that keeps it.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

from core.tests.test_translations import FOLDER, read_catalog

pytestmark = pytest.mark.once

ROOT = Path(settings.BASE_DIR)
PROMISES = (ROOT / "docs/promises.md").read_text()
THREATS = (ROOT / "docs/threats.md").read_text()
NO_PROMISE = "## Sentences that promise nothing"
ABOUT_WHO = re.compile(
    r"\b(sees?|hears?|heard|reads?|told|tells?|telling|knows|shared?|shares|sealed|passed|passing|opened|opens|written to"
    r"|nobody else|nothing else|ask why|gets in)\b",
    re.IGNORECASE,
)
"""Words without one of which English says little about who sees or hears."""
LABEL = re.compile(r"(See|Show|Read|Tell|Share|Shared)\b[^.]*")
"""A button or a heading, which promises nothing by itself."""
TEST = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def plain(sentence: str) -> str:
    """On one line, as the page lists it."""
    return " ".join(sentence.split())


def listed(page: str) -> list[tuple[str, str]]:
    """(sentence, the lines below it) of each list entry: a sentence in curly quotes, then what keeps it."""
    entries = re.findall(r"^- “(.+)”\n((?:  .*\n)*)", page + "\n", flags=re.MULTILINE)
    return [(sentence, below.strip()) for sentence, below in entries]


@cache
def names_in(path: str) -> frozenset[str]:
    """The names of the test functions in a file of this project; none where there is no such file."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    return frozenset(node.name for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.FunctionDef))


def missing_tests(page: str) -> list[str]:
    return [f"{path}::{name}" for path, name in TEST.findall(page) if name not in names_in(path)]


def unlisted(sentences: Iterator[str] | list[str], page: str) -> list[str]:
    """The sentences about who sees or hears that the page does not list."""
    known = {sentence for sentence, _below in listed(page)}
    about_who = {plain(one) for one in sentences if ABOUT_WHO.search(one) and not LABEL.fullmatch(plain(one))}
    return sorted(about_who - known)


def sentences_of_the_site() -> list[str]:
    """Every sentence a page, a notice or a mail can say; test_translations.py holds the catalog against the sources."""
    catalog = read_catalog((FOLDER / "django.po").read_text())
    return [text for _context, singular, plural in catalog for text in (singular, plural) if text]


def test_every_sentence_about_who_sees_or_hears_is_listed() -> None:
    assert unlisted(sentences_of_the_site(), PROMISES) == []


def test_every_listed_sentence_is_still_said_and_stands_once() -> None:
    said = {plain(one) for one in sentences_of_the_site()}
    sentences = [sentence for sentence, _below in listed(PROMISES)]

    assert sorted(set(sentences) - said) == []
    assert sorted({one for one in sentences if sentences.count(one) > 1}) == []


def test_every_promise_names_a_test() -> None:
    promises = listed(PROMISES.partition(NO_PROMISE)[0])

    assert len(promises) > 50
    assert [sentence for sentence, below in promises if not TEST.search(below)] == []


@pytest.mark.parametrize("page", [PROMISES, THREATS], ids=["promises", "threats"])
def test_every_test_that_a_page_names_is_there(page: str) -> None:
    assert len(TEST.findall(page)) > 20
    assert missing_tests(page) == []


def test_every_threat_names_what_stops_it_and_a_test() -> None:
    threats = re.findall(r"^\| .+ \|$", THREATS, flags=re.MULTILINE)
    rows = [row for row in threats if not row.startswith(("| who", "| ---"))]

    assert len(rows) > 20
    assert [row for row in rows if not TEST.search(row)] == []


def test_planted_promise_and_planted_test_are_found() -> None:
    assert unlisted(["Only you and your dog see this.", "Save"], PROMISES) == ["Only you and your dog see this."]
    assert missing_tests("`core/tests/test_promises.py::test_of_nothing`") == ["core/tests/test_promises.py::test_of_nothing"]
