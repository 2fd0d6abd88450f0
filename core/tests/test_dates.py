"""Dates are short everywhere, the same everywhere, and whole for whoever points at them."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils import timezone, translation

from core.dates import Style, whole, written

pytestmark = pytest.mark.once

ROOT = Path(settings.BASE_DIR)
EVENING = datetime(2026, 11, 28, 1, 52, 7, 123, tzinfo=UTC)
"""Friday, November 27, 8:52 p.m. in New York."""
FOR_MACHINES = {"c", "Y-m-d"}


@pytest.mark.parametrize(
    ("style", "english", "spanish"),
    [
        (Style.DAY, "Nov 27", "27 nov"),
        (Style.DATED, "Nov 27, 2026", "27 nov 2026"),
        (Style.WEEKDAY, "Fri, Nov 27", "vie 27 nov"),
        (Style.MOMENT, "Fri, Nov 27, 8:52 PM", "vie 27 nov, 8:52 p.m."),
        (Style.RECORD, "Nov 27, 2026, 8:52 PM", "27 nov 2026, 8:52 p.m."),
        (Style.CLOCK, "8:52 PM", "8:52 p.m."),
        (Style.WHOLE_DAY, "Friday, November 27, 2026", "viernes 27 de noviembre de 2026"),
        (Style.WHOLE_MOMENT, "Friday, November 27, 2026, 8:52 PM", "viernes 27 de noviembre de 2026, 8:52 p.m."),
    ],
)
def test_each_style_is_in_the_zone_and_the_language_of_the_reader(style: Style, english: str, spanish: str) -> None:
    with timezone.override("America/New_York"):
        assert written(EVENING, style) == english
        with translation.override("es"):
            assert written(EVENING, style) == spanish


def test_whole_date_has_an_hour_only_where_there_is_one() -> None:
    assert whole(date(2026, 11, 27)) == "Friday, November 27, 2026"
    assert whole(datetime(2026, 11, 27, 0, 0, tzinfo=UTC)) == "Friday, November 27, 2026, 12:00 AM"


def test_filter_writes_the_short_date_with_the_whole_one_beside_it_and_nothing_for_none() -> None:
    sentence = "{% load i18n %}{% blocktranslate with day=on|weekday %}On {{ day }}.{% endblocktranslate %}"
    page = Template("{{ at|moment }}|{{ on|day }}|{{ none|day }}|" + sentence)

    with timezone.override("America/New_York"):
        said = page.render(Context({"at": EVENING, "on": date(2026, 11, 27), "none": None}))

    on = '<time datetime="2026-11-27" title="Friday, November 27, 2026">'
    assert said.split("|") == [
        '<time datetime="2026-11-27T20:52-05:00" title="Friday, November 27, 2026, 8:52 PM">Fri, Nov 27, 8:52 PM</time>',
        f"{on}Nov 27</time>",
        "",
        f"On {on}Fri, Nov 27</time>.",
    ]


def other_styles(text: str) -> list[str]:
    """Formats of dates and times that a template asks for and that are not ours."""
    return [form for form in re.findall(r"\|(?:date|time)\b(?::[\"']([^\"']*)[\"'])?", text) if form not in FOR_MACHINES]


def test_every_date_is_written_in_one_of_the_styles() -> None:
    """Django's own format, or that of a language, would be another style beside ours."""
    templates = {path: other_styles(path.read_text()) for path in (ROOT / "templates").rglob("*.*")}
    sources = [path for app in settings.INSTALLED_APPS for path in (ROOT / app).rglob("*.py") if "tests" not in path.parts]

    assert {path: found for path, found in templates.items() if found} == {}
    assert [path.name for path in sources if re.search(r"\bdate_format\b|strftime", path.read_text())] == ["dates.py"]
    assert other_styles("""{{ at|date:"l, F j" }} {{ at|time }} {{ at|date:'c' }}""") == ["l, F j", ""]
