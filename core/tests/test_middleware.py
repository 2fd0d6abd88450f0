from datetime import UTC, datetime

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from accounts.enums import Role
from accounts.models import Membership
from conftest import SignIn
from core.http import ClockRequest
from core.middleware import ClockMiddleware
from demo import factories

pytestmark = [pytest.mark.urls("core.tests.urls_for_middleware"), pytest.mark.django_db]


def test_undeclared_view_is_refused_to_everybody(client: Client, ada: Membership, sign_in: SignIn) -> None:
    assert client.get("/test/undeclared/").status_code == 403
    assert sign_in(ada).get("/test/undeclared/").status_code == 403


def test_public_view_opens_to_a_stranger(client: Client) -> None:
    assert client.get("/test/public/").content == b"GET answered"


@pytest.mark.parametrize("address", ["/test/signed-in/", "/test/mentors/"])
def test_stranger_asking_for_a_page_signs_in_and_comes_back(client: Client, address: str) -> None:
    response = client.get(f"{address}?page=2")

    assert response.status_code == 302
    assert response.headers["Location"] == f"/account/login/?next={address}%3Fpage%3D2"


def test_stranger_posting_signs_in_and_goes_home(client: Client) -> None:
    response = client.post("/test/post/", {"note": "x"})

    assert response.headers["Location"] == "/account/login/?next=/"


def test_role_that_may_is_let_in(mona: Membership, sign_in: SignIn) -> None:
    assert sign_in(mona).get("/test/mentors/").content == b"GET answered"


def test_wrong_role_is_refused_and_offered_nothing(ben: Membership, sign_in: SignIn) -> None:
    response = sign_in(ben).get("/test/mentors/")

    assert response.status_code == 403
    assert response.context["request"].could_act_as == []


def test_wrong_role_with_the_right_one_in_hand_is_offered_the_switch(ben: Membership, sign_in: SignIn) -> None:
    mentor_too = factories.make_member(ben.program, Role.MENTOR, "", user=ben.user)

    response = sign_in(ben).get("/test/mentors/")

    assert response.status_code == 403
    assert response.context["request"].could_act_as == [mentor_too]


def test_person_without_a_membership_is_refused_where_a_role_is_needed(client: Client) -> None:
    client.force_login(factories.make_user("nobody@example.org"))

    assert client.get("/test/mentors/").status_code == 403
    assert client.get("/test/signed-in/").status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "POST"])
def test_wrong_method_is_405_and_names_the_right_ones(mona: Membership, sign_in: SignIn, method: str) -> None:
    response = sign_in(mona).generic(method, "/test/mentors/")

    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_wrong_method_shows_a_page_in_our_dress(mona: Membership, sign_in: SignIn) -> None:
    response = sign_in(mona).post("/test/mentors/")

    assert "<h1>This page cannot be opened this way</h1>" in response.content.decode()
    assert 'href="/"' in response.content.decode()


def test_head_answers_like_get_without_a_body(mona: Membership, sign_in: SignIn) -> None:
    response = sign_in(mona).head("/test/mentors/")

    assert (response.status_code, response.content) == (200, b"")


def test_options_names_the_methods_and_does_not_run_the_view(mona: Membership, sign_in: SignIn) -> None:
    response = sign_in(mona).options("/test/signed-in/")

    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS, POST"


def test_options_of_another_roles_page_is_refused(ben: Membership, sign_in: SignIn) -> None:
    assert sign_in(ben).options("/test/mentors/").status_code == 403


@pytest.mark.parametrize(
    "headers", [{"HX-Request": "true"}, {"X-Requested-With": "XMLHttpRequest"}, {"Accept": "application/json"}]
)
def test_request_made_by_a_script_gets_no_exception(ben: Membership, sign_in: SignIn, headers: dict[str, str]) -> None:
    assert sign_in(ben).get("/test/mentors/", headers=headers).status_code == 403


@pytest.mark.parametrize("address", ["/test/signed-in/", "/test/cacheable/", "/test/mentors/", "/nowhere/"])
def test_page_for_a_signed_in_person_is_never_kept(ben: Membership, sign_in: SignIn, address: str) -> None:
    assert sign_in(ben).get(address).headers["Cache-Control"] == "no-store"


def test_page_for_a_stranger_is_kept_only_where_the_view_says_so(client: Client) -> None:
    assert client.get("/test/cacheable/").headers["Cache-Control"] == "max-age=60"
    assert client.get("/test/public/").headers["Cache-Control"] == "no-store"


def test_form_without_its_token_is_refused_in_our_words() -> None:
    response = Client(enforce_csrf_checks=True).post("/account/login/", {"login": "ben@example.org", "password": "x"})

    assert response.status_code == 403
    assert "This page was open too long" in response.content.decode()
    assert response.headers["Cache-Control"] == "no-store"


def test_clock_is_read_once_per_request() -> None:
    request = ClockRequest()

    with time_machine.travel(datetime(2026, 3, 2, 17, 0, tzinfo=UTC), tick=False):
        ClockMiddleware(lambda request: HttpResponse())(request)

    assert request.now == datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
