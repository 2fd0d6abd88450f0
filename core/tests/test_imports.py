"""Who may import whom (docs/architecture.md): an app may import those to its left and itself."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ORDER = [
    ["core"],
    ["privacy"],
    ["accounts"],
    ["notifications"],
    ["people"],
    ["training"],
    ["relationships"],
    ["intake"],
    ["matching", "checkins"],
    ["supervision"],
    ["demo"],
]
RANK = {app: rank for rank, apps in enumerate(ORDER) for app in apps}
PROJECT = "mentorship"


def _imports(source: str, package: str) -> Iterator[str]:
    """The first part of every imported name, also inside functions, under TYPE_CHECKING and by `import_module("...")`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield package if node.level else (node.module or "").partition(".")[0]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in ("import_module", "import_string"):
            yield from (str(arg.value).partition(".")[0] for arg in node.args if isinstance(arg, ast.Constant))


def _wrong(source: str, app: str) -> list[str]:
    """What `app` imports and may not."""

    def may(name: str) -> bool:
        if name == PROJECT:
            return app == PROJECT
        return name not in RANK or app in (PROJECT, name) or RANK[name] < RANK[app]

    return sorted({name for name in _imports(source, app) if not may(name)})


def _files() -> list[Path]:
    root = Path(settings.BASE_DIR)
    files = (path for app in (*RANK, PROJECT) for path in (root / app).rglob("*.py"))
    return sorted(path.relative_to(root) for path in files if "tests" not in path.relative_to(root).parts)


def test_every_app_of_ours_has_its_place_in_the_order() -> None:
    ours = {app for app in settings.INSTALLED_APPS if (Path(settings.BASE_DIR) / app / "apps.py").exists()}

    assert ours == set(RANK)


def test_no_import_runs_backwards() -> None:
    wrong = {str(path): _wrong((settings.BASE_DIR / path).read_text(), path.parts[0]) for path in _files()}

    assert {path: names for path, names in wrong.items() if names} == {}


def test_demo_is_imported_by_nobody_but_tests() -> None:
    sources = {path: (settings.BASE_DIR / path).read_text() for path in _files() if path.parts[0] != "demo"}

    assert [str(path) for path, source in sources.items() if "demo" in _imports(source, path.parts[0])] == []


READS_THE_CLOCK = re.compile(r"timezone\.now\(\)|datetime\.now\(|date\.today\(\)|localdate\(\)|localtime\(\)")
ENTRIES = {"core/health.py", "core/middleware.py", "core/tasks.py"}
"""Where a request, a ring of the broker or a question of a monitor comes in; beside them the commands."""


def test_only_entry_points_read_the_clock() -> None:
    """Everything below is given the time; a test whose clock stands where its `now` stands could not tell."""
    reads = {str(path) for path in _files() if READS_THE_CLOCK.search((settings.BASE_DIR / path).read_text())}

    assert {path for path in reads if "/management/commands/" not in path} == ENTRIES


@pytest.mark.parametrize(
    ("app", "source", "wrong"),
    [
        ("core", "import accounts.models", ["accounts"]),
        ("core", "def late():\n    from privacy import audit", ["privacy"]),
        ("matching", "from checkins.models import CheckIn", ["checkins"]),
        ("checkins", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import matching", ["matching"]),
        ("accounts", "from importlib import import_module\nimport_module('supervision.services')", ["supervision"]),
        ("supervision", "from mentorship.settings import DEBUG", ["mentorship"]),
        ("supervision", "from . import models\nfrom core import policy\nimport json, checkins.models, matching", []),
        ("mentorship", "import mentorship.environment, demo.urls", []),
    ],
)
def test_the_reader_of_imports_finds_what_is_planted(app: str, source: str, wrong: list[str]) -> None:
    assert _wrong(source, app) == wrong
