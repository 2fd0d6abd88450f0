"""Which time zones people choose from, and what becomes of one that goes by an older name."""

import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.models import Membership, User
from accounts.timezones import AT_HOME, REGIONS, zone_choices, zone_in_words, zone_names
from conftest import SignIn

OLDER = ("US/Eastern", "Asia/Calcutta", "America/Buenos_Aires", "Europe/Kiev", "Australia/ACT", "Canada/Pacific")


def groups(kept: str = "UTC") -> dict[str, list[str]]:
    """The names in each group, by its heading; a choice that is in none, by its own words."""
    choices: Any = zone_choices(kept)
    listed = [(str(name), words) for name, words in choices]
    return {name: [one for one, _words in words] if isinstance(words, list) else [name] for name, words in listed}


def test_zones_are_offered_once_each_by_region_with_those_of_the_country_first() -> None:
    offered = groups()
    names = [name for listed in offered.values() for name in listed]

    assert list(offered) == [*map(str, REGIONS.values()), "UTC"]
    assert offered["United States"][: len(AT_HOME)] == list(AT_HOME)
    assert {"America/Detroit", "America/Boise"} <= set(offered["United States"])
    assert len(set(names)) == len(names) > 400
    assert set(names) <= zone_names()


@pytest.mark.parametrize("name", OLDER)
def test_older_name_is_valid_but_not_offered(name: str) -> None:
    assert name in zone_names()
    assert not [listed for listed in groups().values() if name in listed]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("America/New_York", "New York (Eastern Time)"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires, Argentina"),
        ("America/North_Dakota/New_Salem", "New Salem, North Dakota"),
        ("Europe/Stockholm", "Stockholm"),
        ("US/Eastern", "US/Eastern"),
        ("Canada/Pacific", "Canada/Pacific"),
        ("UTC", "UTC"),
    ],
)
def test_zone_is_called_by_its_place(name: str, words: str) -> None:
    assert str(zone_in_words(name)) == words


def test_places_stand_in_alphabetical_order() -> None:
    places = [str(zone_in_words(name)) for name in groups()["Europe"]]

    assert places == sorted(places)
    assert {"Stockholm", "Madrid", "Kyiv"} <= set(places)


def test_words_of_zones_follow_the_language_of_the_page() -> None:
    zone_choices()
    with translation.override("es"):
        spanish = [str(heading) for heading, _choices in zone_choices()]

    assert "Estados Unidos" in spanish


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["US/Eastern", "America/Denver"])
def test_zone_that_was_saved_stays_chosen_and_saved(ben: Membership, sign_in: SignIn, zone: str) -> None:
    User.objects.filter(pk=ben.user_id).update(timezone=zone)
    client = sign_in(ben)
    page = client.get(reverse("people:me"))

    chosen = re.findall(r'<option value="([^"]+)" selected>', page.content.decode())
    said = {name: value for name, value in page.context["user_form"].initial.items() if value}
    saved = client.post(reverse("people:me"), said | {"availability": ""})

    assert zone in chosen
    assert saved.status_code == 302
    ben.user.refresh_from_db()
    assert ben.user.timezone == zone
