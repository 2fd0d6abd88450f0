"""Words back into a page: exactly where they stood, and nothing else changes."""

import re
from html import unescape

import pytest
from django import forms
from django.http import QueryDict
from django.urls import get_resolver
from hypothesis import given
from hypothesis import strategies as st

from core.refill import Words, fill, words_of
from core.tests.test_imports import RANK
from core.typed import _NEVER

PAGE = """<!doctype html><p>\u2028Å &amp; <b>é</b></p>
<form method="get" action="/other/"><input name="note" value="q"></form>
<form method="post" action="/here/" class="a"><input type="hidden" name="csrfmiddlewaretoken" value="t">
<input type="hidden" name="submission_key" value="new"><input type="hidden" name="pair" value="1">
<input name="day"><input name="day" value="old" required><input type="password" name="word" value="">
<input type="radio" name="mood" value="1" checked><input type="radio" name="mood" value="2">
<select name="how"><option value="a" selected>A</option><option value="b">B</option></select>
<textarea name="note" rows="4">
before &lt;b&gt;</textarea><button name="save" value="1">Save</button></form>
<form method="post"><textarea name="note"></textarea></form>"""
SENT = "submission_key=old&pair=1&day=x&day=y&word=secret&mood=2&how=b&note=A+%3Cb%3E%0D%0A%26&save=1"


def filled(values: str, html: str = PAGE) -> str:
    return fill(html, page="/page/", action="/here/", values=QueryDict(values), note="<p>NOTE</p>", way_out="")


def test_fill_puts_each_value_where_it_stood() -> None:
    assert filled(SENT) == (
        PAGE.replace('<form method="post" action="/here/"', '<p>NOTE</p><form method="post" action="/here/"')
        .replace('value="new"', 'value="old"', 1)
        .replace('<input name="day">', '<input name="day" value="x">')
        .replace('<input name="day" value="old" required>', '<input name="day" value="y" required>')
        .replace('value="1" checked', 'value="1"')
        .replace('name="mood" value="2"', 'name="mood" value="2" checked')
        .replace('value="a" selected', 'value="a"')
        .replace('value="b"', 'value="b" selected')
        .replace("\nbefore &lt;b&gt;", "\nA &lt;b&gt;\r\n&amp;")
    )


def test_fill_of_a_form_about_something_else_brings_words_and_no_choices() -> None:
    html = filled(SENT.replace("pair=1", "pair=2"))

    assert 'value="1" checked' in html
    assert 'value="a" selected' in html
    assert "A &lt;b&gt;" in html
    assert 'name="pair" value="1"' in html


def test_fill_finds_the_form_without_an_address_by_its_page() -> None:
    html = fill(PAGE, page="/page/", action="/page/", values=QueryDict("note=hello"), note="", way_out="")

    assert html == PAGE.replace('<textarea name="note"></textarea>', '<textarea name="note">\nhello</textarea>')


@pytest.mark.parametrize(
    "html", ["", "<form method=post action=/there/><input name=note></form>", "<form", "<textarea name=note>"]
)
def test_fill_of_a_page_without_the_form_changes_nothing(html: str) -> None:
    assert filled(SENT, html) == html


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r")))
def test_fill_keeps_any_text(text: str) -> None:
    values = QueryDict(mutable=True)
    values["note"] = values["day"] = text

    html = fill(PAGE, page="/page/", action="/here/", values=values, note="", way_out="")

    found = re.search(r'rows="4">\n(.*)</textarea><button', html, re.DOTALL)
    one = re.search(r'<input name="day" value="([^"]*)">', html)
    assert found is not None
    assert one is not None
    assert (unescape(found[1]), unescape(one[1])) == (text, text)


def test_words_are_said_once_however_often_a_form_names_their_field() -> None:
    values = QueryDict(f"note={'x' * 1000}" + "&written_in=note+Note" * 500)

    assert words_of(values) == [Words("note", "Note", "x" * 1000)]


def test_every_password_of_ours_has_a_name_that_is_never_kept() -> None:
    assert get_resolver().url_patterns  # every form is loaded with the view that shows it
    ours = [form for form in _descendants(forms.BaseForm) if form.__module__.partition(".")[0] in RANK]

    secret = {
        name
        for form in ours
        for name, one in {**getattr(form, "base_fields", {})}.items()
        if isinstance(one.widget, forms.PasswordInput)
    }

    assert secret
    assert {name for name in secret if not _NEVER.search(name)} == set()


def _descendants(kind: type[forms.BaseForm]) -> "list[type[forms.BaseForm]]":
    return [kind, *(form for child in kind.__subclasses__() for form in _descendants(child))]
