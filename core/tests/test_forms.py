from datetime import date

import pytest
from django import forms

from core.forms import PlainDateField, SubmissionForm


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
        ("0001-01-01", "Choose Jan. 1, 1900 or a later date."),
        ("1899-12-31", "Choose Jan. 1, 1900 or a later date."),
        ("2200-01-01", "Choose Dec. 31, 2199 or an earlier date."),
        ("9999-12-31", "Choose Dec. 31, 2199 or an earlier date."),
        ("10000-01-01", "Enter a valid date."),
        ("2026-02-30", "Enter a valid date."),
        ("", "This field is required."),
    ],
)
def test_plain_date_outside_its_bounds_is_refused_in_words(typed: str, message: str) -> None:
    assert _Form({"day": typed}).errors == {"day": [message]}


def test_plain_date_with_a_bound_of_its_own_keeps_to_it() -> None:
    form = _Form({"day": "2026-03-02", "past": "2026-03-03"})

    assert form.errors == {"past": ["Choose March 2, 2026 or an earlier date."]}


def test_plain_date_tells_the_browser_its_bounds() -> None:
    assert 'min="1900-01-01" max="2026-03-02"' in str(_Form()["past"])


def test_submission_form_drawn_twice_has_two_keys_and_keeps_a_posted_one() -> None:
    key = "0b6a1a2e-29f7-4bd5-9f4c-0d5a3b3a3f10"

    assert SubmissionForm()["submission_key"].value() != SubmissionForm()["submission_key"].value()
    assert SubmissionForm({"submission_key": key})["submission_key"].value() == key
