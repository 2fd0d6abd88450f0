"""docs/adding.md, held against the house: how many files a new thing touches, and whether the list is whole."""

import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
GOALS = {
    "A profile field": 4,
    "A matching factor": 4,
    "A kind of flag": 3,
    "A notice": 2,
    "A page": 4,
    "A channel": 2,
}
LEFT_OUT = re.compile(r"/tests/|/migrations/|^benchmarks/|^locale/|^docs/|^conftest\.py|^static/vendor/")
TEXT = (ROOT / "docs/adding.md").read_text()
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL))


def _listed(section: str) -> list[str]:
    return re.findall(r"^- `([^`]+)`:", section, re.MULTILINE)


def _naming(example: str) -> set[str]:
    """The files of the product that name the example as a word of its own."""
    whole = re.compile(rf"(?<![\w.]){re.escape(example)}(?!\w)")
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    sources = (file for file in files if file.endswith((".py", ".html", ".css", ".js")) and not LEFT_OUT.search(file))
    return {file for file in sources if whole.search((ROOT / file).read_text())}


def test_every_thing_with_a_goal_has_its_section() -> None:
    assert list(SECTIONS) == list(GOALS)


@pytest.mark.parametrize("thing", GOALS)
def test_files_to_touch_exist_and_are_no_more_than_the_goal(thing: str) -> None:
    first_list = re.search(r"(^- .+\n)+", SECTIONS[thing], re.MULTILINE)
    assert first_list is not None
    listed = _listed(first_list[0])

    assert [file for file in _listed(SECTIONS[thing]) if not (ROOT / file).exists()] == []
    assert 0 < len(listed) <= GOALS[thing]
    assert f"At most {GOALS[thing]} files." in SECTIONS[thing]


@pytest.mark.parametrize("thing", GOALS)
def test_nothing_else_names_the_example(thing: str) -> None:
    section = SECTIONS[thing]
    example = re.findall(r"Example: `([^`]+)`", section)[0]

    assert _naming(example) <= set(_listed(section))
    assert _naming(example) != set()
