"""Time zones by IANA name, and those of them that people choose from.

IANA keeps each name that a zone ever had (US/Eastern, Asia/Calcutta). Every one is valid, so that what was saved or imported
stays so; offered are the present ones, which IANA lists in `zone.tab` with their countries.
"""

import zoneinfo
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import canonical

FALLBACK = "UTC"
HOME = "US"
"""The country whose zones come first, by the names that people there call them."""
AT_HOME: dict[str, Promise] = {
    "America/New_York": _("New York (Eastern Time)"),
    "America/Chicago": _("Chicago (Central Time)"),
    "America/Denver": _("Denver (Mountain Time)"),
    "America/Phoenix": _("Phoenix (Arizona)"),
    "America/Los_Angeles": _("Los Angeles (Pacific Time)"),
    "America/Anchorage": _("Anchorage (Alaska)"),
    "Pacific/Honolulu": _("Honolulu (Hawaii)"),
}
REGIONS: dict[str, Promise] = {
    HOME: _("United States"),
    "America": _("The Americas"),
    "Europe": _("Europe"),
    "Africa": _("Africa"),
    "Asia": _("Asia"),
    "Australia": _("Australia"),
    "Pacific": _("Islands in the Pacific"),
    "Atlantic": _("Islands in the Atlantic"),
    "Indian": _("Islands in the Indian Ocean"),
    "Arctic": _("The Arctic"),
    "Antarctica": _("Antarctica"),
}
"""By the first part of a name, in the order of the list."""

Words = str | Promise
Choice = tuple[str, Words]


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Every zone this machine knows, apart from the legacy ones that are not a place."""
    places = {name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/"))}
    return frozenset(places | {FALLBACK})


def zone_choices(kept: str = FALLBACK) -> list[Choice | tuple[Words, list[Choice]]]:
    """For a select: by region, each by its place, in alphabetical order. One that is kept under an older name stands first."""
    offered = [(REGIONS[region], list(choices)) for region, choices in _offered().items()]
    is_offered = kept == FALLBACK or any(kept == name for _region, choices in offered for name, _words in choices)
    older = [] if is_offered or kept not in zone_names() else [(kept, zone_in_words(kept))]
    return [*older, *offered, (FALLBACK, FALLBACK)]


def zone_in_words(name: str) -> Words:
    """The place that a zone is called by, such as "Buenos Aires, Argentina"."""
    region, *places = name.replace("_", " ").split("/")
    is_place = bool(places) and region in REGIONS and region != HOME
    return AT_HOME.get(name) or (", ".join(reversed(places)) if is_place else name)


@lru_cache(maxsize=1)
def _offered() -> dict[str, tuple[Choice, ...]]:
    listed = _listed()
    regions: dict[str, list[str]] = {region: [] for region in REGIONS}
    for name in sorted(listed, key=lambda name: canonical.name_key(str(zone_in_words(name)))):
        regions[HOME if listed[name] == HOME else name.partition("/")[0]].append(name)
    regions[HOME] = [*AT_HOME, *(name for name in regions[HOME] if name not in AT_HOME)]
    return {region: tuple((name, zone_in_words(name)) for name in names) for region, names in regions.items()}


def _listed() -> dict[str, str]:
    """The country of each present zone that this machine knows, by its name."""
    rows = (line.split("\t") for line in _table() if not line.startswith("#"))
    return {row[2].strip(): row[0] for row in rows if row[2].strip() in zone_names()}


def _table() -> Iterable[str]:
    """The lines of `zone.tab`, which stands beside the zones: where the system keeps them, else in Python's package of them."""
    paths = (Path(folder) / "zone.tab" for folder in zoneinfo.TZPATH)
    table = next((path for path in paths if path.is_file()), None) or files("tzdata") / "zoneinfo" / "zone.tab"
    return table.read_text().splitlines()


def check_zone(name: str) -> None:
    """A model or form validator."""
    if name not in zone_names():
        raise ValidationError(_("Choose a time zone such as America/New_York."), code="unknown_zone")


def local_date(now: datetime, zone: str) -> date:
    """The date on the wall in `zone`, by its IANA name."""
    return now.astimezone(zone_of(zone)).date()


def zone_of(name: str) -> ZoneInfo:
    """The zone called `name`; UTC when this machine no longer knows it."""
    return ZoneInfo(name if name in zone_names() else FALLBACK)
