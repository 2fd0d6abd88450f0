"""Names and addresses that a person cannot tell apart are one."""

import unicodedata
from collections.abc import Callable

import pytest
from allauth.account.views import ConfirmLoginCodeView
from django import forms
from django.core.exceptions import ValidationError
from django.urls import get_resolver
from hypothesis import given
from hypothesis import strategies as st

from accounts.forms import FormOfAllauth
from accounts.models import User
from core import canonical
from core.forms import TypedAddress, TypedName
from core.policy import Policy, policy_of
from core.routes import walk
from core.tests.test_imports import RANK

HIDDEN = {
    "zero width space": "\u200b",
    "word joiner": "\u2060",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
    "right-to-left mark": "\u200f",
    "right-to-left override": "\u202e",
    "isolate": "\u2068",
    "zero width joiner": "\u200d",
    "variation selector": "\ufe0f",
    "Hangul filler": "\u3164",
    "tag": "\U000e0041",
}


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN)
def test_what_is_not_seen_is_not_kept(hidden: str) -> None:
    assert canonical.one_line(f"{hidden}Jo{hidden}sé {hidden}") == "José"
    assert canonical.address(f"{hidden}jo{hidden}se@exam{hidden}ple.org{hidden}") == "jose@example.org"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Jose\u0301", "José"),
        ("Ann\r\nMarie", "Ann Marie"),
        ("Ann\u2028\u00a0\tMarie ", "Ann Marie"),
        ("Ann\x07Marie", "Ann Marie"),
        ("\u2800", ""),
        ("\u200b\u2060 \ufeff", ""),
        ("O'Neil-Çelik", "O'Neil-Çelik"),
        ("ANN", "ANN"),
    ],
)
def test_name_is_composed_and_on_one_line(typed: str, name: str) -> None:
    assert canonical.one_line(typed) == name


@pytest.mark.parametrize(
    "name",
    [
        "\u0634\u0647\u200c\u0631\u0632\u0627\u062f",  # Persian: the letters before and after do not join
        "\u0dc1\u0dca\u200d\u0dbb\u0dd3",  # Sinhala: the joiner makes the conjunct
    ],
)
def test_joiner_that_shapes_a_letter_stays(name: str) -> None:
    assert canonical.one_line(name) == name


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" Ben@Example.ORG\n", "ben@example.org"),
        ("ｂｅｎ＠ｅｘａｍｐｌｅ．ｏｒｇ", "ben@example.org"),
        ("ben@bücher.example", "ben@xn--bcher-kva.example"),
        ("ben@bu\u0308cher.example", "ben@xn--bcher-kva.example"),
        ("BEN@XN--BCHER-KVA.example", "ben@xn--bcher-kva.example"),
        ("ben@bücher。example", "ben@xn--bcher-kva.example"),
        ("ben", "ben"),
        ("ben@a..b", "ben@a..b"),
        ("", ""),
    ],
)
def test_address_is_written_as_mail_servers_ask_for_it(typed: str, address: str) -> None:
    assert canonical.address(typed) == address


@given(st.text())
def test_one_form_of_the_one_form_is_itself(text: str) -> None:
    name, address = canonical.one_line(text), canonical.address(text)

    assert canonical.one_line(name) == name == unicodedata.normalize("NFC", name)
    assert canonical.address(address) == address
    assert len(name.splitlines()) <= 1


MARKS = "\u0301\u0316" * 50_000
"""Marks of two classes by turns: putting them into order takes a time that grows with the square of their number."""


@pytest.mark.parametrize("written", [canonical.one_line, canonical.folded, canonical.address])
@pytest.mark.parametrize("text", [f"e{MARKS}", f"ben@{MARKS}", f"ben@{'é.' * 50_000}example", "Ａ" * 1001])
def test_text_too_long_for_a_name_or_an_address_is_left_as_it_is(written: Callable[[str], str], text: str) -> None:
    assert written(text) == text


def test_longest_text_is_still_written_in_the_one_form() -> None:
    assert canonical.one_line("Jo\n" * 333) == "Jo " * 332 + "Jo"
    assert canonical.address(f"{'Ａ' * 990}@b.example") == f"{'a' * 990}@b.example"


def test_name_too_long_is_refused_as_it_was_typed() -> None:
    with pytest.raises(ValidationError, match=r"at most 80 characters \(it has 100001\)"):
        TypedName(max_length=80).clean(f"e{MARKS}")


@pytest.mark.parametrize("text", [f"ben@{MARKS}", f"ben@{'é.' * 50_000}example"])
def test_address_too_long_is_refused_as_it_was_typed(text: str) -> None:
    with pytest.raises(ValidationError, match=rf"at most 320 characters \(it has {len(text)}\)"):
        TypedAddress().clean(text)


@pytest.mark.django_db
def test_address_too_long_is_sought_as_it_was_typed() -> None:
    sought = User._meta.get_field("email").get_prep_value(f"ben@{MARKS}")

    assert sought == f"ben@{MARKS}"
    assert not User.objects.filter(email=sought).exists()


@pytest.mark.parametrize("nothing", ["\u200b", "\ufeff\u00ad", "\u2800", "\n"])
def test_name_of_invisible_characters_is_a_missing_name(nothing: str) -> None:
    with pytest.raises(ValidationError) as refused:
        TypedName().clean(nothing)

    assert refused.value.code == "required"


@pytest.mark.parametrize(
    "typed", ["ben example.org", "ben@", "\u200b@\u200b", "bé@example.org", "a b@example.org", "a@b\nc.org"]
)
def test_address_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        TypedAddress().clean(typed)


NAMES = {"name", "first_name", "last_name"}
NOTHING = Policy("public", frozenset())


def _forms() -> set[type[forms.BaseForm]]:
    """Our own, and those of allauth that may be posted. The page for a code asks the request which, and has one of ours."""
    routes = [route for route in walk(get_resolver().url_patterns) if "POST" in (policy_of(route.view) or NOTHING).methods]
    views = {getattr(route.view, "view_class", None) for route in routes} - {ConfirmLoginCodeView}
    shown = {view().get_form_class() for view in views if view is not None and hasattr(view, "get_form_class")}
    waiting: list[type[forms.BaseForm]] = [forms.BaseForm]
    ours: set[type[forms.BaseForm]] = set()
    while waiting:
        waiting += (children := waiting.pop().__subclasses__())
        ours |= {
            child for child in children if child.__module__.partition(".")[0] in RANK and ".tests." not in child.__module__
        }
    return shown | ours


def test_every_form_takes_names_and_addresses_as_they_were_typed() -> None:
    fields = {(form, name, field) for form in _forms() for name, field in vars(form).get("base_fields", {}).items()}
    addresses = {form: field for form, _name, field in fields if isinstance(field, forms.EmailField)}
    raw = {form for form, field in addresses.items() if not isinstance(field, TypedAddress)}

    assert [form for form in raw if not issubclass(form, FormOfAllauth)] == []
    assert [form for form, name, field in fields if name in NAMES and not isinstance(field, TypedName)] == []
    assert len(addresses) > 3


def test_every_field_for_a_name_or_an_address_has_a_limit_that_refuses_what_is_left_as_it_is() -> None:
    fields = {(form, name, field) for form in _forms() for name, field in vars(form).get("base_fields", {}).items()}
    typed = [(form, name, field.max_length) for form, name, field in fields if isinstance(field, TypedAddress | TypedName)]

    assert [(form, name) for form, name, most in typed if most is None or most > canonical.LONGEST] == []
    assert len(typed) > 5


@pytest.mark.parametrize(
    ("name", "sought"),
    [
        ("Álvaro", "alvaro"),
        ("A\u0301lvaro", "alvaro"),
        ("NUÑEZ", "nunez"),
        ("Ørsted", "orsted"),
        ("Æsa Þór", "aesa thor"),
        ("Straße", "strasse"),
        ("İpek ıLGIN", "ipek ilgin"),
        ("Ｂｅｎ", "ben"),
        ("O’Brien–Łoś", "o'brien-los"),
        ("Ιωάννης", "ιωαννησ"),
        ("हिन्दी", "हिनदी"),
    ],
)
def test_name_is_sought_without_case_accents_and_forms_of_letters(name: str, sought: str) -> None:
    assert canonical.folded(name) == sought


@given(st.text())
def test_name_is_sought_the_same_composed_or_not(text: str) -> None:
    folded = canonical.folded(text)

    assert canonical.folded(unicodedata.normalize("NFD", text)) == folded
    assert canonical.folded(unicodedata.normalize("NFC", text)) == folded
