import base64

import pytest
from django.conf import settings as live
from django.core.checks import CheckMessage, run_checks
from django.core.checks.urls import check_url_config
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.test.utils import isolate_apps
from django.urls import include, path
from django.urls.resolvers import RegexPattern, URLResolver
from pytest_django import Settings

from core.checks import check_keys, problems_of
from core.fields import EncryptedTextField
from core.models import AppendOnlyModel, UUIDModel
from core.policy import public

A_KEY = base64.b64encode(bytes(32)).decode()


def _open(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse()


_marked = public()(_open)


def _undeclared(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def _messages(*patterns: object) -> list[tuple[str | None, str]]:
    found: list[CheckMessage] = problems_of(patterns, URLResolver(RegexPattern(r"^/"), list(patterns)))  # type: ignore[arg-type]
    return [(problem.id, problem.msg) for problem in found]


def test_site_has_no_problem() -> None:
    assert [problem for problem in run_checks() if not problem.is_silenced()] == []
    assert check_url_config(None) == []


def test_route_without_a_policy_is_named() -> None:
    inner = ([path("new/", _undeclared, name="new")], "people")

    assert _messages(path("", _marked), path("people/", include(inner))) == [
        ("handrail.E001", "/people/new/ (people:new) declares no policy.")
    ]


def test_route_given_twice_is_dead() -> None:
    twice = _messages(path("a/<uuid:id>/", _marked, name="one"), path("a/<uuid:id>/", _marked, name="two"))

    assert twice == [("handrail.E002", "/a/<uuid:id>/ (two) is never reached: the same pattern stands above it.")]


def test_route_behind_a_wider_one_is_dead() -> None:
    assert _messages(path("<slug:name>/", _marked), path("new/", _marked, name="new")) == [
        ("handrail.E002", "/new/ (new) is never reached: /<slug:name>/ comes first.")
    ]


def test_route_behind_a_narrower_one_is_alive() -> None:
    assert _messages(path("new/", _marked), path("<slug:name>/", _marked), path("<int:n>/<path:rest>", _marked)) == []


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ([""], "Key 1 in FIELD_KEYS is malformed"),
        ([f"a:{A_KEY}", "b"], "Key 2 in FIELD_KEYS is malformed"),
        ([f":{A_KEY}"], "Key 1 in FIELD_KEYS is malformed"),
        (["a:not base64"], "Key 1 in FIELD_KEYS is malformed"),
        (["a:c2hvcnQ="], "Key 1 in FIELD_KEYS is malformed"),
        ([f"a:{A_KEY}", f"a:{A_KEY}"], "FIELD_KEYS names 'a' twice"),
    ],
)
def test_field_keys_that_cannot_be_used_are_reported_without_the_key(settings: Settings, keys: list[str], message: str) -> None:
    settings.FIELD_KEYS = keys

    (problem,) = check_keys(None)

    assert problem.id == "handrail.E003"
    assert problem.msg.startswith(message)
    assert A_KEY not in problem.msg


def test_one_secret_used_twice_is_reported(settings: Settings) -> None:
    settings.AUDIT_KEY = live.SECRET_KEY

    assert [problem.id for problem in check_keys(None)] == ["handrail.E004"]


@isolate_apps("core")
def test_encrypted_field_on_a_row_numbered_by_the_database_is_reported() -> None:
    class Numbered(models.Model):
        note = EncryptedTextField()

        class Meta:
            app_label = "core"

    assert [problem.id for problem in Numbered._meta.get_field("note").check()] == ["handrail.E005"]


@isolate_apps("core")
def test_encrypted_field_on_an_append_only_row_is_reported() -> None:
    class Written(AppendOnlyModel):
        note = EncryptedTextField()

        class Meta:
            app_label = "core"

    assert [problem.id for problem in Written._meta.get_field("note").check()] == ["handrail.E006"]


@isolate_apps("core")
def test_encrypted_field_on_a_row_with_its_own_id_is_fine() -> None:
    class Diary(UUIDModel):
        note = EncryptedTextField()

        class Meta:
            app_label = "core"

    assert Diary._meta.get_field("note").check() == []
