"""A profile field is described once, in `people.models`; form, file, page and intake follow."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import models
from django.test.utils import isolate_apps

from accounts.enums import Role
from accounts.models import Membership
from core.fields import ChoiceListField, EncryptedListField
from core.models import UUIDModel
from core.tests.test_imports import RANK
from demo import factories
from intake.files.apply import import_people
from intake.files.columns import columns_for
from intake.files.export import export_people
from intake.files.format import read_people, write_people
from intake.selectors import missing_from
from people.fields import ProfileField, Section, asked, fields_of
from people.forms import profile_form
from people.models import PROFILE_OF, MatchingProfile
from people.words import about_words

KINDS = pytest.mark.parametrize("kind", list(PROFILE_OF))
TODAY = date(2026, 3, 2)


def _sample(field: ProfileField) -> Any:
    """Something that a person could answer, other than what a new profile says."""
    if isinstance(field.field, ChoiceListField | EncryptedListField):
        return [field.cell.codes[-1]] if field.cell.codes else ["Library"]
    if field.is_person:
        return "sam@example.org"
    if isinstance(field.field, models.BooleanField):
        return False
    if isinstance(field.field, models.DateField):
        return date(1980, 2, 29) if field.name == "birth_date" else date(2020, 5, 6)
    if isinstance(field.field, models.PositiveSmallIntegerField):
        return 45
    return field.cell.codes[-1] if field.cell.codes else "555 0100"


def _samples(kind: str) -> dict[str, Any]:
    return {field.column: _sample(field) for field in fields_of(PROFILE_OF[kind])}


def _fields_of_form(kind: str, *, is_own: bool) -> list[str]:
    model = PROFILE_OF[kind]
    form = profile_form(kind, is_own=is_own)(instance=model(membership=Membership()), windows=(), today=TODAY)
    return [bound.name for _title, listed in form.sections for bound in listed]


@KINDS
def test_every_column_of_a_profile_is_asked(kind: str) -> None:
    stored = {field.name for field in PROFILE_OF[kind]._meta.concrete_fields}

    assert {field.name for field in fields_of(PROFILE_OF[kind])} == stored - {"id", "membership"}


@KINDS
def test_every_field_stands_once_in_the_form_in_its_section(kind: str) -> None:
    fields = fields_of(PROFILE_OF[kind])

    assert sorted(_fields_of_form(kind, is_own=False)) == sorted(["availability", *(field.name for field in fields)])
    assert set(_fields_of_form(kind, is_own=True)) == {"availability", *(f.name for f in fields if not f.by_staff)}


@KINDS
def test_every_field_comes_back_from_the_file_as_it_was_written(kind: str) -> None:
    said = {"email": "a@b.org", "first_name": "Ana", **_samples(kind)}

    (row,) = read_people(kind, write_people(kind, [said]).encode()).rows

    assert {column: row.values[column] for column in said} == said


@KINDS
def test_every_field_is_imported_kept_and_exported(kind: str, sam: Membership, noon: datetime) -> None:
    text = write_people(kind, [{"email": "a@b.org", "first_name": "Ana", **_samples(kind)}])

    import_people(program=sam.program, files=[read_people(kind, text.encode())], by=None, now=noon)

    (row,) = read_people(kind, export_people(program=sam.program, kind=kind, by=None, now=noon).encode()).rows
    assert {column: row.values[column] for column in _samples(kind)} == _samples(kind)


@KINDS
def test_every_field_is_said_in_words_in_the_order_of_the_form(kind: str, sam: Membership, noon: datetime) -> None:
    values = {f.name: sam if f.is_person else _sample(f) for f in fields_of(PROFILE_OF[kind])}
    member = factories.make_member(sam.program, Role(kind), "a@b.org")
    profile = PROFILE_OF[kind](membership=member, **values)

    words = about_words(profile, TODAY)

    order = [name for name in _fields_of_form(kind, is_own=False) if name != "availability"]
    labels = {f.name: str(f.label).capitalize() for f in fields_of(PROFILE_OF[kind])}
    assert [label for label, _said in words] == [labels[name] for name in order]
    assert all(said for _label, said in words)
    assert ("Date of birth", "Feb 29, 1980 (46 years)") in words


class Pet(models.TextChoices):
    CAT = "cat", "Cat"
    DOG = "dog", "Dog"


@isolate_apps("people")
def test_a_new_field_is_one_line_and_everything_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    class TriedProfile(UUIDModel, MatchingProfile):
        membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="+")
        pets = asked(ChoiceListField("pets at home", options=Pet), Section.MEETING, column="animals_at_home", is_needed=True)

        class Meta:
            app_label = "people"

    tried: Any = TriedProfile
    monkeypatch.setitem(PROFILE_OF, Role.MENTEE, tried)
    profile = tried(membership=Membership(), pets=["dog", "cat"])
    form = profile_form(Role.MENTEE, is_own=True)(
        {"pets": ["dog"]}, instance=tried(membership=Membership()), windows=(), today=TODAY
    )
    (row,) = read_people(Role.MENTEE, b"email,first_name,animals_at_home\na@b.org,Ana,dog; cat\n").rows

    assert [bound.name for _t, listed in form.sections for bound in listed].count("pets") == 1
    assert (form.errors, form.cleaned_data["pets"]) == ({}, ["dog"])
    assert row.values["animals_at_home"] == ["cat", "dog"]
    assert "animals_at_home" in [column.name for column in columns_for(Role.MENTEE)]
    assert about_words(profile, TODAY) == [("Pets at home", "Dog, Cat")]
    assert missing_from(Role.MENTEE, lambda f: f.name != "pets", has_consent=True, has_times=True) == ["pets at home"]


def test_no_other_file_names_a_field() -> None:
    root = Path(settings.BASE_DIR)
    files = [path.relative_to(root) for app in RANK for path in (root / app).rglob("*.py")]
    code = [path for path in files if not {"tests", "demo", "matching", "migrations"} & set(path.parts)]

    naming = [str(path) for path in code if "support_styles" in (root / path).read_text()]

    assert naming == ["people/models.py"]
