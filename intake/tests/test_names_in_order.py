"""Names are found as people type them and stand where people look for them, on both databases alike."""

import re
from datetime import datetime
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership, Program, User
from accounts.services import save_user
from conftest import SignIn
from core.tests.test_imports import RANK
from demo import factories
from intake.files.apply import import_people
from intake.files.format import read_people

pytestmark = pytest.mark.django_db

IN_ORDER = [
    "Álvaro",
    "amy",
    "Ana Zubiri",
    "Åsa",
    "bob",
    "Çelik",
    "Łukasz",
    "Łukasz Żak",
    "Mara",
    "Nunez",
    "Nuñez",
    "Ørsted",
    "Zoe",
    "Zoë",
    "Иван",
]
DECOMPOSED = "A\u0301lvaro"


def add(program: Program, names: list[str]) -> None:
    for number, name in enumerate(sorted(names, key=lambda name: name[::-1])):
        first, _, last = name.partition(" ")
        factories.make_member(program, Role.MENTEE, f"p{number}@example.org", first_name=first, last_name=last)


def names_on(client: Client, **query: str) -> list[str]:
    return [person.user.full_name for person in client.get(reverse("intake:people"), query).context["page"]]


def test_list_of_people_stands_as_people_look_for_names(ada: Membership, sign_in: SignIn) -> None:
    add(ada.program, IN_ORDER)

    shown = names_on(sign_in(ada))

    assert [name for name in shown if name != "Ada"] == IN_ORDER


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("alvaro", ["Álvaro Núñez"]),
        ("ÁLVARO", ["Álvaro Núñez"]),
        (DECOMPOSED, ["Álvaro Núñez"]),
        ("nunez alv", ["Álvaro Núñez"]),
        ("lukasz", ["Łukasz Żak"]),
        ("zak", ["Łukasz Żak"]),
        ("orsted", ["Ørsted O’Brien"]),
        ("o'brien", ["Ørsted O’Brien"]),
        ("STRASSE", ["Straße"]),
        ("иван", ["ИВАН"]),
        ("nobody", []),
        ("%", []),
        ("_", []),
    ],
)
def test_name_is_found_however_it_is_typed(ada: Membership, sign_in: SignIn, typed: str, found: list[str]) -> None:
    add(ada.program, ["Álvaro Núñez", "Łukasz Żak", "Ørsted O’Brien", "Straße", "ИВАН"])

    assert names_on(sign_in(ada), q=typed) == found


def test_name_stored_before_is_found_after_the_migration(ada: Membership, sign_in: SignIn) -> None:
    """Decomposed, and without its key, as a database from before has it."""
    person = factories.make_member(ada.program, Role.MENTEE, "p@example.org")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET first_name = %s, name_key = '' WHERE email = 'p@example.org'", [DECOMPOSED])
    client = sign_in(ada)
    assert names_on(client, q="alvaro") == []

    import_module("accounts.migrations.0005_name_key").fill(apps, None)

    assert names_on(client, q="alvaro") == [DECOMPOSED]
    assert person.pk in [one.pk for one in Membership.objects.filter(user__name_key__startswith="alvaro")]


def test_new_name_is_found_whatever_way_it_came(ada: Membership, ben: Membership, sign_in: SignIn, now: datetime) -> None:
    client = sign_in(ada)
    ben.user.first_name = "Benoît"
    save_user(user=ben.user, by=ben, now=now)
    assert names_on(client, q="benoit") == ["Benoît"]

    vera = factories.make_member(ada.program, Role.MENTOR, "vera@example.org")
    file = read_people(Role.MENTOR, "email,first_name\nvera@example.org,Véra\nnew@example.org,Zoë\n".encode())
    User.objects.filter(pk=vera.user_id).update(pending_in=ada.program)
    import_people(program=ada.program, files=[file], by=None, now=now)
    assert (names_on(client, q="zoe"), names_on(client, q="vera")) == (["Zoë"], ["Véra"])


def test_whoever_saves_some_fields_saves_the_key_with_the_name() -> None:
    root = Path(settings.BASE_DIR)
    sources = {path: path.read_text() for app in RANK for path in (root / app).rglob("*.py") if "migrations" not in path.parts}
    lists = [found for source in sources.values() for found in re.findall(r"update_fields=[\[(][^\])]*[\])]", source)]

    assert [found for found in lists if '_name"' in found and "name_key" not in found] == []
    assert any("name_key" in found for found in lists)
