"""What the answers of a profile must not say together. The people file and the forms ask here."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

ADULT_AGE = 18


def whole_years(born: date | None, day: date) -> int | None:
    """The age on `day` of a person born on `born`, or None when that is not known."""
    if born is None:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def latest_birth_of_an_adult(day: date) -> date:
    """Whoever was born on that day or before is an adult on `day`. As `whole_years`, for a query."""
    year = day.year - ADULT_AGE
    try:
        return day.replace(year=year)
    except ValueError:  # the 29th of February
        return date(year, 2, 28)


def days_waited(since: date | None, day: date) -> int:
    """How long a mentee has waited by `day`; before a date to come, not a day."""
    return max(0, (day - since).days) if since else 0


def contradictions(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(field, sentence) for each answer that another one rules out. Answers that are not known rule out nothing."""
    low, high = values.get("preferred_age_min"), values.get("preferred_age_max")
    if low and high and low > high:
        yield "preferred_age_max", _("The highest preferred age is below the lowest.")
    born, recovered = values.get("birth_date"), values.get("recovery_since")
    if born and recovered and recovered <= born:
        yield "recovery_since", _("This day is not after the date of birth.")


def future_days(values: Mapping[str, Any], names: Iterable[str], today: date) -> Iterator[tuple[str, str]]:
    """(column, sentence) for each of the days called `names` that is still to come."""
    for name in names:
        if (day := values.get(name)) and day > today:
            yield name, _("This day lies in the future.")
