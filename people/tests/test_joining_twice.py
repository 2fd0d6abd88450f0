"""Joining pressed twice, opened again, or tried by another browser."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership, User
from conftest import SignIn
from people.services import invitations

ANSWERS = {
    "first_name": "Nora",
    "last_name": "",
    "password": "a-long-quiet-river",
    "timezone": "America/Chicago",
    "language": "en",
}
pytestmark = pytest.mark.django_db


def invite(by: Membership, now: datetime, *, email: str = "nora@example.org") -> str:
    """The address of the link."""
    made = invitations.invite(
        program=by.program, email=email, first_name="", role=Role.MENTOR, by=by, now=now, submission_key=uuid4()
    )
    return reverse("people:join", args=[made.token])


def tapped(client: Client, path: str, said: dict[str, str]) -> Callable[[], tuple[Client, Any]]:
    """The form of `path`, filled in and ready to be sent again and again, as the browser has it when the page is shown.

    Each press carries the cookies of that moment, since no answer has come yet.
    """
    page = client.get(path)
    form = said | {"csrfmiddlewaretoken": page.context["csrf_token"]}
    cookies = {name: cookie.value for name, cookie in client.cookies.items()}

    def press() -> tuple[Client, Any]:
        browser = Client(enforce_csrf_checks=True)
        browser.cookies.load(cookies)
        return browser, browser.post(path, form)

    return press


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("home")).status_code == 200


def test_join_pressed_twice_signs_in_twice_and_joins_once(alice: Membership, now: datetime) -> None:
    path = invite(alice, now)
    press = tapped(Client(), path, ANSWERS)

    pressed = [press() for _time in range(3)]

    assert [(answer.status_code, answer.headers["Location"]) for _browser, answer in pressed] == [(302, "/")] * 3
    assert [is_signed_in(browser) for browser, _answer in pressed] == [True] * 3
    assert len({browser.cookies[settings.SESSION_COOKIE_NAME].value for browser, _answer in pressed}) == 1
    assert Membership.objects.filter(user__email="nora@example.org").count() == 1


def test_join_pressed_twice_at_once_signs_in_twice_and_joins_once(
    alice: Membership, now: datetime, transactional_db: None
) -> None:
    path = invite(alice, now)
    press, gate = tapped(Client(), path, ANSWERS), Barrier(4)

    def at_once(_number: int) -> tuple[int, bool]:
        gate.wait()
        try:
            browser, answer = press()
            return answer.status_code, is_signed_in(browser)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(at_once, range(4))) == [(302, True)] * 4

    assert User.objects.filter(email="nora@example.org").count() == 1
    assert Membership.objects.filter(user__email="nora@example.org").count() == 1


def test_used_link_opens_nothing_in_another_browser(alice: Membership, now: datetime) -> None:
    path = invite(alice, now)
    theirs = tapped(Client(), path, ANSWERS)
    tapped(Client(), path, ANSWERS)()

    browser, answer = theirs()

    assert answer.status_code == 404
    assert not is_signed_in(browser)
    assert browser.get(path).status_code == 404


def test_used_link_with_other_answers_opens_nothing(alice: Membership, now: datetime) -> None:
    path = invite(alice, now)
    browser = Client()
    tapped(browser, path, ANSWERS)()

    answer = browser.post(path, ANSWERS | {"password": "another-quiet-river"})

    assert answer.status_code == 404
    assert User.objects.get(email="nora@example.org").check_password(ANSWERS["password"])


def test_link_opened_again_by_the_person_who_joined_leads_home(alice: Membership, now: datetime) -> None:
    path = invite(alice, now)
    browser, _answer = tapped(Client(), path, ANSWERS)()

    for again in (browser.get(path), browser.post(path, ANSWERS | {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value})):
        assert (again.status_code, again.headers["Location"]) == (302, "/")


def test_link_opened_again_in_another_role_asks_and_changes_nothing_by_itself(
    alice: Membership, maya: Membership, now: datetime, sign_in: SignIn
) -> None:
    path = invite(alice, now, email="maya@example.org")
    browser = sign_in(maya)
    browser.post(path)
    browser.post(reverse("accounts:act_as"), {"membership": str(maya.pk)})

    again = browser.get(path)

    assert (again.status_code, browser.get(reverse("home")).context["membership"]) == (200, maya)
    assert "Go on as: Mentor, North" in " ".join(again.content.decode().split())


def test_link_opened_again_after_signing_out_is_closed(alice: Membership, now: datetime) -> None:
    path = invite(alice, now)
    press = tapped(Client(), path, ANSWERS)
    browser, _answer = press()
    browser.logout()

    assert browser.get(path).status_code == 404
    assert press()[1].status_code == 404


def test_accept_pressed_twice_leads_home_twice(alice: Membership, maya: Membership, now: datetime, sign_in: SignIn) -> None:
    path = invite(alice, now, email="maya@example.org")
    press = tapped(sign_in(maya), path, {})

    pressed = [press() for _time in range(2)]

    assert [(answer.status_code, answer.headers["Location"]) for _browser, answer in pressed] == [(302, "/")] * 2
    assert Membership.objects.filter(user=maya.user, program=alice.program).count() == 1


def test_accept_in_two_tabs_leads_home_twice(alice: Membership, maya: Membership, now: datetime, sign_in: SignIn) -> None:
    path = invite(alice, now, email="maya@example.org")
    browser = sign_in(maya)

    assert [browser.post(path).headers["Location"] for _tab in range(2)] == ["/", "/"]


def test_used_link_of_somebody_else_is_closed(alice: Membership, ben: Membership, now: datetime, sign_in: SignIn) -> None:
    path = invite(alice, now)
    tapped(Client(), path, ANSWERS)()

    assert sign_in(ben).get(path).status_code == 404


def test_link_of_a_place_that_was_suspended_is_closed(alice: Membership, now: datetime) -> None:
    path = invite(alice, now)
    browser, _answer = tapped(Client(), path, ANSWERS)()
    Membership.objects.filter(user__email="nora@example.org").update(is_active=False)

    assert browser.get(path).status_code == 404
