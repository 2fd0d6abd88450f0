"""What the pure parts of matching load, and what every process of ours pays for them at its start."""

import json
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = pytest.mark.once


def loaded_by(source: str) -> set[str]:
    """The modules that a fresh Python holds after it ran `source`."""
    code = f"{source}\nimport json, sys\nprint(json.dumps(list(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


def packages(modules: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


def test_assignment_knows_no_django_and_no_other_part_of_matching() -> None:
    solved = "from matching.assignment import assign, rematch\nrematch(assign([[0.9, 0.8], [0.8, 0.1]], [1, 1]), 0)"
    modules = loaded_by(solved)
    assert "django" not in packages(modules)
    assert {name for name in modules if name.startswith("matching.")} == {
        name for name in modules if name.startswith("matching.assignment")
    }
    assert "scipy" in packages(modules)


def test_scoring_reads_no_database() -> None:
    """It is loaded where no settings are: people are plain values, and only their enums come from elsewhere."""
    modules = loaded_by("import matching.scoring.evaluation, matching.scoring.wording")
    ours = {name for name in modules if name.partition(".")[0] in ("accounts", "matching", "people", "relationships", "core")}
    assert {name for name in ours if not name.startswith("matching.scoring")} == {
        "matching",
        "people",
        "people.availability",
        "people.enums",
        "people.rules",
    }


def test_start_of_a_process_does_not_load_scipy() -> None:
    started = (
        "import os, django\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mentorship.settings')\ndjango.setup()\n"
        "from django.urls import get_resolver\nassert get_resolver().url_patterns"
    )
    modules = loaded_by(started)
    assert "matching.rounds.views" in modules
    assert "scipy" not in packages(modules)
