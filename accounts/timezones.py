"""Time zones people may choose, by IANA name."""

import zoneinfo
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

FALLBACK = "UTC"


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Every zone this machine knows, apart from the legacy ones that are not a place."""
    places = {name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/"))}
    return frozenset(places | {FALLBACK})


def zone_choices() -> list[tuple[str, str]]:
    """(name, words), in alphabetical order, for a select."""
    return [(name, name.replace("_", " ")) for name in sorted(zone_names())]


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
