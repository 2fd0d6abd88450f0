import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from conftest import SignIn

LOGIN = "/account/login/"


def _policy(response: Any) -> dict[str, list[str]]:
    """The CSP by directive."""
    parts = (part.split() for part in response.headers["Content-Security-Policy"].split(";") if part.strip())
    return {name: sources for name, *sources in parts}


@pytest.mark.django_db
@pytest.mark.parametrize("address", [LOGIN, "/support/", "/nowhere/", "/%00", "/healthz"])
def test_policy_of_every_kind_of_page_allows_ourselves_only(client: Client, address: str) -> None:
    policy = _policy(client.get(address))
    nonces = {source for source in policy["script-src"] if source.startswith("'nonce-")}

    assert {name: [source for source in sources if source not in nonces] for name, sources in policy.items()} == {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'", settings.WAY_OUT],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }


@pytest.mark.django_db
def test_page_holds_no_script_style_or_handler_the_policy_would_refuse(
    ben: Membership, sign_in: SignIn, client: Client
) -> None:
    for response in (client.get(LOGIN), client.get("/support/"), sign_in(ben).get("/")):
        html = response.content.decode()
        scripts = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*\bnonce=)[^>]*>", html)
        assert scripts + re.findall(r"<style(?![^>]*\bnonce=)[^>]*>|\sstyle=|\son\w+=|javascript:", html) == []
        assert re.findall(r'(?:src|href)="(?:https?:)?//(?!www\.weather\.gov)[^"]*\.(?:js|css|woff2?|png|svg)', html) == []


@pytest.mark.django_db
def test_headers_of_a_page(ben: Membership, sign_in: SignIn) -> None:
    headers = sign_in(ben).get(reverse("privacy:access_log")).headers

    assert {name: headers.get(name) for name in EXPECTED} == EXPECTED


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "more", "status"),
    [
        ("/account/login", {}, 301),
        ("/support", {}, 301),
        ("/%00", {}, 400),
        (LOGIN, {"HTTP_HOST": "other.example"}, 400),
        (LOGIN, {"CONTENT_LENGTH": "9000000"}, 413),
        (LOGIN, {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}, 411),
        ("/people/", {}, 302),
        ("/nowhere/", {}, 404),
        ("/act-as/", {}, 302),
        ("/join/abc>", {}, 302),
        ("/healthz", {}, 200),
    ],
)
def test_no_answer_is_kept_not_even_a_refusal_or_a_redirect(
    client: Client, address: str, more: dict[str, Any], status: int
) -> None:
    response = client.get(address, **more)

    assert (response.status_code, response.headers["Cache-Control"]) == (status, "no-store")


@pytest.mark.django_db
def test_form_without_its_mark_and_page_that_breaks_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    refused = strict.post(LOGIN)
    monkeypatch.setattr("people.services.invitations.find_open", None)
    broken = strict.get("/join/abc/")

    assert {one.status_code: one.headers["Cache-Control"] for one in (refused, broken)} == {403: "no-store", 500: "no-store"}


EXPECTED = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@pytest.mark.django_db
def test_cookies_are_not_for_scripts_or_other_sites(client: Client) -> None:
    client.get(LOGIN)

    assert {name: cookie["samesite"] for name, cookie in client.cookies.items()} == dict.fromkeys(client.cookies, "Lax")
    assert settings.SESSION_COOKIE_HTTPONLY is True
