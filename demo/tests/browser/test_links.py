"""A link from a mail, as it reaches a person: mangled by the mail program, on a line so slow that they press twice."""

from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from accounts.enums import Role
from accounts.models import Membership
from demo.signins import COORDINATOR
from demo.tests.browser.conftest import OpenAs, Site
from people.services import invitations

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


class _StayHere(HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def lose_first_answer(page: Page) -> list[int]:
    """The first form sent reaches the site, but its answer never reaches the browser; returns the status it had."""
    statuses: list[int] = []

    def handle(route: Route) -> None:
        if route.request.method != "POST" or statuses:
            route.continue_()
            return
        said, headers = route.request.post_data_buffer, route.request.all_headers()
        sent = Request(route.request.url, data=said, headers=headers)  # noqa: S310  the site of this test
        try:
            build_opener(_StayHere()).open(sent, timeout=60)
        except HTTPError as answer:
            statuses.append(answer.code)
        route.abort("aborted")

    page.route("**/join/**", handle)
    return statuses


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_join_by_a_mangled_link_pressing_twice_ends_at_home(demo_site: Site, open_as: OpenAs, *, scripts: bool) -> None:
    coordinator = Membership.objects.select_related("program").get(user__email=COORDINATOR.email, role=Role.COORDINATOR)
    address = f"nora.{uuid4().hex[:8]}@example.org"
    invitation = invitations.invite(
        program=coordinator.program,
        email=address,
        first_name="Nora",
        role=Role.MENTOR,
        by=coordinator,
        now=timezone.now(),
        submission_key=uuid4(),
    )
    good = reverse("people:join", args=[invitation.token])
    page = open_as(demo_site, None, java_script_enabled=scripts)

    page.goto(f"{good}>).")
    expect(page).to_have_url(demo_site(good))
    page.get_by_label("Password").fill("a-long-quiet-river")
    statuses = lose_first_answer(page)
    page.get_by_role("button", name="Join").click()
    expect(page).to_have_url(demo_site(good))
    page.get_by_role("button", name="Join").click()

    expect(page).to_have_url(demo_site("/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nora")
    assert statuses == [302]
    assert Membership.objects.filter(user__email=address).count() == 1

    page.go_back()

    expect(page).to_have_url(demo_site("/"))
    page.goto(good)
    expect(page).to_have_url(demo_site("/"))
