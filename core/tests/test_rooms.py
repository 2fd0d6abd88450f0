"""How a room is laid out (docs/architecture.md): what its files are called, and in which order they import each other."""

import ast
import re
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db.models import QuerySet
from django.forms import BaseForm
from django.urls import get_resolver

from accounts import home
from core.routes import walk
from core.tests.test_imports import RANK

ROOT = Path(settings.BASE_DIR)
LAYERS = ({"enums"}, {"models"}, {"access", "selectors", "services"}, {"forms"}, {"cards", "views"}, {"urls"}, {"apps"})
"""By the name of a module or of the package it stands in; each imports from its own and those before it."""
MACHINERY = {"__init__", "audit_events", "management", "migrations", "notices", "signals", "templatetags", "tests"}
OWN: Mapping[str, set[str]] = {
    "privacy": {"audit", "consents", "events", "seal"},
    "accounts": {"context_processors", "home", "http", "middleware", "sign_in", "staff", "timezones"},
    "notifications": {"account_mail", "channels", "doorbell", "isolation", "kinds", "outbox", "quiet", "sorting"},
    "people": {"availability", "cells", "fields", "followed", "rules", "said", "words"},
    "training": {"readiness"},
    "relationships": {"actions", "cadence", "grounds", "history", "lifecycle", "proposal_facts"},
    "intake": {"files", "panels", "standing", "suspending"},
    "matching": {"assignment", "explain", "pool", "rounds", "scoring", "spreadsheet", "standing", "waiting", "weights"},
    "checkins": {"calls", "clocks", "reminders", "schedule"},
    "supervision": {"calls", "checks", "escalation", "kinds", "reach", "recipients"},
}
"""What a room holds beside the names that all rooms share. `core` and `demo` are no rooms with pages and rows: no list."""
UPWARD = {
    ("matching.rounds.answers", "matching.rounds.forms"): "a part of the views of rounds, which show their form again",
}
MOST_MODULES = 16
"""In one folder, but for `__init__.py` and `apps.py`."""
LARGER = {"core": "what every room uses, each a few lines with a name of its own"}


def _modules(app: str, root: Path = ROOT) -> dict[str, Path]:
    """The modules of a room by their names, but for tests and migrations."""
    found = {}
    for path in (root / app).rglob("*.py"):
        parts = path.relative_to(root).with_suffix("").parts
        if not {"tests", "migrations"} & set(parts):
            found[".".join(parts).removesuffix(".__init__")] = path
    return found


def _imports(app: str, root: Path = ROOT) -> dict[str, set[str]]:
    """Which modules of its own room each module imports, also inside functions."""
    modules = _modules(app, root)
    return {name: set(_named(path.read_text(), modules)) - {name} for name, path in modules.items()}


def _named(source: str, modules: Mapping[str, Path]) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module in modules:
            inner = ((f"{node.module}.{alias.name}", node.module) for alias in node.names)
            yield from (name if name in modules else package for name, package in inner)


def _layer(module: str) -> int | None:
    """Which of `LAYERS` a module belongs to; the rest of a room stands between its rows and its forms."""
    parts = module.split(".")[1:]
    return next((rank for part in parts for rank, names in enumerate(LAYERS) if part in names), None)


def _upward(imports: Mapping[str, set[str]]) -> set[tuple[str, str]]:
    forms = next(rank for rank, names in enumerate(LAYERS) if "forms" in names)
    wrong = set()
    for module, others in imports.items():
        if "management" in module.split("."):
            continue
        mine = _layer(module)
        for other in others:
            theirs = _layer(other)
            if theirs is not None and theirs > (forms - 1 if mine is None else mine):
                wrong.add((module, other))
    return wrong


def _circle(imports: Mapping[str, set[str]]) -> list[str]:
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.mark.parametrize("app", OWN)
def test_a_room_holds_only_what_is_named_here(app: str) -> None:
    shared = MACHINERY.union(*LAYERS)
    found = {path.stem for path in (ROOT / app).iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}

    assert found - shared == OWN[app]


def test_every_room_is_named_here() -> None:
    assert set(OWN) == set(RANK) - {"core", "demo"}


@pytest.mark.parametrize("app", RANK)
def test_no_circle_of_imports_within_a_room(app: str) -> None:
    assert _circle(_imports(app)) == []


def test_imports_within_a_room_run_from_rows_to_addresses() -> None:
    wrong = {pair for app in OWN for pair in _upward(_imports(app))}

    assert wrong == set(UPWARD)


def test_a_class_name_stands_once_in_the_project() -> None:
    found: dict[str, list[str]] = {}
    for name, path in ((name, path) for app in RANK for name, path in _modules(app).items() if ".commands." not in name):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, []).append(name)

    assert {name: modules for name, modules in found.items() if len(modules) > 1} == {}


def test_no_folder_has_too_many_modules() -> None:
    folders: dict[str, int] = {}
    for app in RANK:
        for path in _modules(app).values():
            folder = str(path.parent.relative_to(ROOT))
            folders[folder] = folders.get(folder, 0) + (path.stem not in ("__init__", "apps"))

    assert {folder for folder, count in folders.items() if count > MOST_MODULES} == set(LARGER)


def _descendants(kind: type[Any]) -> Iterator[type[Any]]:
    for child in kind.__subclasses__():
        yield child
        yield from _descendants(child)


@pytest.mark.parametrize(("kind", "home"), [(BaseForm, "forms"), (QuerySet, "models")])
def test_forms_stand_in_forms_and_querysets_in_models(kind: type[Any], home: str) -> None:
    assert get_resolver().url_patterns  # every form is loaded with the view that shows it

    places = [child.__module__.split(".") for child in _descendants(kind)]
    ours = [parts for parts in places if parts[0] in OWN and "tests" not in parts]

    assert [parts for parts in ours if home not in parts] == []
    assert len(ours) > 3


def test_views_stand_in_views() -> None:
    modules = {route.view.__module__ for route in walk(get_resolver().url_patterns)}
    ours = {module for module in modules if module.partition(".")[0] in OWN}

    assert [module for module in sorted(ours) if "views" not in module.split(".")] == []


def test_cards_stand_in_cards() -> None:
    modules = {context.__module__ for context in home._cards.values()}

    assert [module for module in sorted(modules) if not module.endswith(".cards")] == []


def test_what_notices_say_stands_in_notices() -> None:
    paths = [path for app in OWN for path in _modules(app).values()]

    saying = {path.name for path in paths if "register_kind(" in path.read_text() and path.parent.name != "notifications"}

    assert saying == {"notices.py"}


@pytest.mark.parametrize(
    ("files", "circle", "upward"),
    [
        ({"models": "", "services": "from room.models import A", "views": "from room import services"}, False, set()),
        ({"a": "import room.b", "b": "def late():\n    from room import a"}, True, set()),
        ({"models": "", "forms": "", "services": "from room.forms import F"}, False, {("room.services", "room.forms")}),
        ({"models": "from room.services import s", "services": ""}, False, {("room.models", "room.services")}),
        ({"plain": "from room.views import v", "views": ""}, False, {("room.plain", "room.views")}),
        ({"models": "from room.plain import p", "plain": "import json"}, False, set()),
    ],
)
def test_the_reader_finds_what_is_planted(
    tmp_path: Path, *, files: dict[str, str], circle: bool, upward: set[tuple[str, str]]
) -> None:
    (tmp_path / "room").mkdir()
    for name, source in {"__init__": "", **files}.items():
        (tmp_path / "room" / f"{name}.py").write_text(source)

    imports = _imports("room", tmp_path)

    assert (bool(_circle(imports)), _upward(imports)) == (circle, upward)


def test_every_decision_has_a_number_and_every_app_a_row_of_its_own() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs" / "adr").glob("*.md")]
    rows = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "architecture.md").read_text(), re.MULTILINE)

    assert sorted(numbers) == [f"{number:04}" for number in range(1, len(numbers) + 1)]
    assert [app for app in OWN if rows.count(app) != 1] + [app for app in set(rows) if rows.count(app) > 1] == []
