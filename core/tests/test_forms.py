from collections.abc import Iterator
from datetime import date

import pytest
from django import forms
from django.urls import get_resolver

from core.forms import LinesField, NoteField, PlainDateField, SubmissionForm
from core.tests.test_imports import RANK
from people.forms import profile_form


class _Form(forms.Form):
    day = PlainDateField()
    past = PlainDateField(required=False, latest=date(2026, 3, 2))


@pytest.mark.parametrize("typed", ["1900-01-01", "2026-03-02", "2199-12-31"])
def test_plain_date_inside_its_bounds_is_taken(typed: str) -> None:
    form = _Form({"day": typed})

    assert form.is_valid()
    assert form.cleaned_data["day"] == date.fromisoformat(typed)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("0001-01-01", "Choose Jan 1, 1900 or a later date."),
        ("1899-12-31", "Choose Jan 1, 1900 or a later date."),
        ("2200-01-01", "Choose Dec 31, 2199 or an earlier date."),
        ("9999-12-31", "Choose Dec 31, 2199 or an earlier date."),
        ("10000-01-01", "Enter a valid date."),
        ("2026-02-30", "Enter a valid date."),
        ("", "This field is required."),
    ],
)
def test_plain_date_outside_its_bounds_is_refused_in_words(typed: str, message: str) -> None:
    assert _Form({"day": typed}).errors == {"day": [message]}


def test_plain_date_with_a_bound_of_its_own_keeps_to_it() -> None:
    form = _Form({"day": "2026-03-02", "past": "2026-03-03"})

    assert form.errors == {"past": ["Choose Mar 2, 2026 or an earlier date."]}


def test_plain_date_tells_the_browser_its_bounds() -> None:
    assert 'min="1900-01-01" max="2026-03-02"' in str(_Form()["past"])


def test_submission_form_drawn_twice_has_two_keys_and_keeps_a_posted_one() -> None:
    key = "0b6a1a2e-29f7-4bd5-9f4c-0d5a3b3a3f10"

    assert SubmissionForm()["submission_key"].value() != SubmissionForm()["submission_key"].value()
    assert SubmissionForm({"submission_key": key})["submission_key"].value() == key


class _NoteForm(forms.Form):
    note = NoteField(help_text="Only you see this.", max_length=10, required=False)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("1234\r\n6789\r\n", "1234\n6789"),
        ("1234\r\n\r\n7890", "1234\n\n7890"),
        ("1\r3\n5\r\n7", "1\n3\n5\n7"),
        ("🙂🙂🙂🙂🙂", "🙂🙂🙂🙂🙂"),
        ("  ", ""),
    ],
)
def test_note_that_the_browser_let_somebody_type_is_taken(sent: str, kept: str) -> None:
    form = _NoteForm({"note": sent})

    assert form.is_valid()
    assert form.cleaned_data["note"] == kept


def test_note_that_is_too_long_says_how_long_it_is_and_may_be() -> None:
    assert _NoteForm({"note": "1\r\n" * 5 + "1"}).errors == {"note": ["Please shorten the note to 10 characters. It has 11."]}


def test_note_says_its_length_beside_its_help() -> None:
    assert _NoteForm()["note"].help_text == "Only you see this. Up to 10 characters."


def _forms(below: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    for form in below.__subclasses__():
        yield form
        yield from _forms(form)


def test_every_text_of_several_lines_is_measured_as_the_browser_does() -> None:
    """Also in the forms that are made from a model."""
    get_resolver().url_patterns  # noqa: B018  loads every view, and with it every form
    fields = {
        f"{form.__module__}.{form.__qualname__}.{name}": field
        for form in (*_forms(), profile_form("mentor", is_own=False), profile_form("mentee", is_own=True))
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field.widget, forms.Textarea) and form.__module__.split(".")[0] in RANK
    }

    assert fields.keys() >= {"checkins.forms.CheckInForm.note", "people.forms.ProfileForm.availability"}
    assert sorted(where for where, field in fields.items() if not isinstance(field, LinesField)) == []
