"""Every address × every role × every method answers as its policy says, and none answers with a server error.

Ids in the addresses are nobody's, so where the policy lets somebody in, a page about one thing says 404.
"""

from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from accounts.enums import Role
from accounts.models import Membership
from conftest import SignIn
from core.policy import Policy, policy_of
from core.routes import Route, walk

METHODS = ("PUT", "DELETE", "GET", "POST")
"""POST comes last: it is the one that may end the session."""
ROUTES = list(walk(get_resolver().url_patterns))
BY_HAND = {
    "account_confirm_email": "/account/confirm-email/nobodys-key/",
    "account_reset_password_from_key": "/account/password/reset/key/nobody-key/",
}
"""Addresses for routes that are written as regular expressions."""


def _address_of(route: Route) -> str:
    return route.sample or BY_HAND[route.name]


def _expected(policy: Policy, role: str | None, method: str) -> str:
    if policy.audience != "public" and role is None:
        return "sign in"
    if policy.audience == "roles" and role not in policy.roles:
        return "403"
    return "let in" if method in policy.methods else "405"


def _answer(response: Any) -> str:
    if response.status_code == 302 and response.headers["Location"].startswith("/account/login/?next="):
        return "sign in"
    return str(response.status_code) if response.status_code in (403, 405, 500) else "let in"


@pytest.fixture
def everybody(
    ben: Membership, mona: Membership, alice: Membership, sam: Membership, ada: Membership
) -> dict[str | None, Membership | None]:
    """By role; None is a stranger."""
    members: dict[str | None, Membership | None] = {None: None}
    members |= {str(member.role): member for member in (ben, mona, alice, sam, ada)}
    assert set(members) == {None, *Role.values}
    return members


def test_every_route_declares_a_policy_and_has_an_address() -> None:
    assert [str(route) for route in ROUTES if policy_of(route.view) is None] == []
    assert {route.name for route in ROUTES if route.sample is None} == set(BY_HAND)


@pytest.mark.once
@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_every_role_and_method_is_answered_as_declared(
    route: Route, everybody: dict[str | None, Membership | None], sign_in: SignIn
) -> None:
    policy = policy_of(route.view)
    assert policy is not None
    expected, answers = {}, {}

    for role, member in everybody.items():
        client = sign_in(member) if member else Client()
        for method in METHODS:
            response = client.generic(method, _address_of(route), content_type="application/x-www-form-urlencoded")
            answers[role, method] = _answer(response)
            expected[role, method] = _expected(policy, role, method)

    assert answers == expected
