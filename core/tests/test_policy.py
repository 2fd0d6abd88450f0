from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.views import View

from core.policy import Policy, allow, policy_of, public, signed_in


class _ClassView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("class")


def _fresh() -> Callable[..., Any]:
    return lambda request: HttpResponse()


@pytest.mark.parametrize(
    ("marker", "policy"),
    [
        (public(), Policy("public", frozenset({"GET", "HEAD"}))),
        (signed_in(methods=["post"]), Policy("signed_in", frozenset({"POST"}))),
        (allow("mentor", "mentee"), Policy("roles", frozenset({"GET", "HEAD"}), frozenset({"mentor", "mentee"}))),
    ],
)
def test_marker_on_a_view_declares_its_policy(marker: Callable[[Any], Any], policy: Policy) -> None:
    assert policy_of(marker(_fresh())) == policy


def test_policy_of_a_view_that_declares_nothing_is_none() -> None:
    view = _fresh()
    view.policy = "public"  # type: ignore[attr-defined]

    assert policy_of(view) is None


def test_allow_without_a_role_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one role"):
        allow()


def test_methods_given_as_one_text_are_an_error() -> None:
    with pytest.raises(TypeError, match=r'methods=\("POST",\)'):
        public(methods="POST")


def test_second_policy_on_one_view_is_an_error_not_the_winner() -> None:
    view = allow("admin")(_fresh())

    with pytest.raises(ValueError, match="two policies"):
        public()(view)
    assert policy_of(view) == Policy("roles", frozenset({"GET", "HEAD"}), frozenset({"admin"}))


def test_class_based_view_is_declared_for_one_route_only() -> None:
    marked = public()(_ClassView.as_view())

    assert policy_of(marked) == Policy("public", frozenset({"GET", "HEAD"}))
    assert policy_of(_ClassView.as_view()) is None
