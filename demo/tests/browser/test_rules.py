"""Two people are not paired after it was forbidden: as the coordinator, the mentor and the mentee see it."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.enums import Role
from accounts.models import Membership
from demo import factories
from demo.tests.browser.conftest import OpenAs, Site
from matching.waiting.services import propose_match
from relationships.enums import State
from relationships.models import Relationship
from relationships.services import accept

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
PHONES = {"Ida": "555 0141", "Olav": "555 0142"}


@pytest.fixture
def people(demo_site: Site) -> dict[str, Membership]:
    """Cleo coordinates; Ida could mentor Olav."""
    now, at = timezone.now(), f"{uuid4().hex}.example.net"  # the data stays for the next test
    program = factories.make_program(f"meadow-{uuid4().hex}", name="Meadow")
    return {
        "Cleo": factories.make_member(program, Role.COORDINATOR, f"cleo@{at}"),
        "Ida": factories.make_mentor(program, f"ida@{at}", now=now, contact=PHONES["Ida"]),
        "Olav": factories.make_mentee(program, f"olav@{at}", now=now, contact=PHONES["Olav"]),
    }


def sees_no_phone(page: Page) -> None:
    body = page.locator("body").inner_text()
    assert not any(phone in body for phone in PHONES.values())


def revoke(page: Page, person: Membership, says: str) -> None:
    page.goto(f"/people/{person.pk}/")
    page.get_by_text("Revoke consent").click()
    expect(page.get_by_text(says)).to_be_visible()
    page.get_by_role("button", name="Yes, revoke it").click()


def test_two_who_say_yes_after_a_consent_was_revoked_are_not_paired_and_see_no_phone_number(
    demo_site: Site, people: dict[str, Membership], open_as: OpenAs
) -> None:
    now = timezone.now()
    pair = propose_match(mentor=people["Ida"], mentee=people["Olav"], by=people["Cleo"], now=now)
    pages = {name: open_as(demo_site, people[name]) for name in ("Ida", "Olav")}
    for page in pages.values():
        page.goto("/")
    coordinator = open_as(demo_site, people["Cleo"])

    revoke(coordinator, people["Olav"], "There is a proposal with Ida. It will be withdrawn.")
    expect(coordinator.get_by_text("The proposal with Ida is withdrawn.")).to_be_visible()
    for page in pages.values():
        page.get_by_role("button", name="Yes to").click()
        expect(page.get_by_role("status").get_by_text("This match is no longer open.")).to_be_visible()
        sees_no_phone(page)
        page.goto(f"/pairs/{pair.pk}/")
        expect(page.get_by_text("This match is no longer open. That happens,")).to_be_visible()
        sees_no_phone(page)
        page.goto(reverse("notifications:notices"))
        expect(page.get_by_text("is no longer open. That happens, and says nothing about either of you.")).to_be_visible()
        expect(page.get_by_text("No longer open. Nothing is left to do here.")).to_be_visible()

    assert Relationship.objects.get(pk=pair.pk).state == State.WITHDRAWN


def test_two_who_are_paired_lose_sight_of_each_others_phone_number_until_the_coordinator_decides(
    demo_site: Site, people: dict[str, Membership], open_as: OpenAs
) -> None:
    now = timezone.now()
    pair = propose_match(mentor=people["Ida"], mentee=people["Olav"], by=people["Cleo"], now=now)
    for name in ("Ida", "Olav"):
        accept(relationship=pair, by=people[name], now=now)
    mentee, mentor = open_as(demo_site, people["Olav"]), open_as(demo_site, people["Ida"])
    mentee.goto("/")
    expect(mentee.get_by_text(PHONES["Ida"])).to_be_visible()
    coordinator = open_as(demo_site, people["Cleo"])

    revoke(coordinator, people["Ida"], "There is a match with Olav. Contact will be on hold until you decide how it goes on.")

    for page, other in ((mentee, "Ida"), (mentor, "Olav")):
        page.goto(f"/pairs/{pair.pk}/")
        expect(page.get_by_text(f"Contact with {other} is on hold for now.")).to_be_visible()
        sees_no_phone(page)
    coordinator.goto("/")
    expect(coordinator.get_by_text("Ida’s consent is not in force").first).to_be_visible()
    coordinator.goto(f"/pairs/{pair.pk}/")
    coordinator.get_by_role("link", name="End the match", exact=True).click()
    coordinator.get_by_label("A different match").check()
    coordinator.get_by_role("button", name="End the match").click()
    expect(coordinator.get_by_text("The match is ended.")).to_be_visible()


def test_coordinator_who_keeps_two_apart_reads_what_became_of_their_match_and_what_helps(
    demo_site: Site, people: dict[str, Membership], open_as: OpenAs
) -> None:
    now = timezone.now()
    pair = propose_match(mentor=people["Ida"], mentee=people["Olav"], by=people["Cleo"], now=now)
    for name in ("Ida", "Olav"):
        accept(relationship=pair, by=people[name], now=now)
    page, mentor = open_as(demo_site, people["Cleo"]), open_as(demo_site, people["Ida"])

    page.goto(f"/people/{people['Olav'].pk}/")
    page.get_by_text("Name somebody who must not be paired with this person").click()
    expect(page.get_by_text("If you name Ida, contact is on hold until you decide how it goes on.")).to_be_visible()
    page.get_by_label("E-mail address of the other person").fill(people["Ida"].user.email)
    page.get_by_role("button", name="Add").click()

    expect(page.get_by_text("Contact with Ida is on hold. Please decide on the page of the match")).to_be_visible()
    expect(page.get_by_text("will not be paired")).to_have_count(0)
    expect(page.locator(".badge", has_text="On hold")).to_be_visible()
    expect(page.locator(".badge", has_text="Accepted")).to_have_count(0)
    page.get_by_role("link", name="With Ida").click()
    expect(page.get_by_text("Talk with each of them, and choose “End the match” or “End for safety”.")).to_be_visible()
    expect(page.get_by_text("Contact on hold")).to_be_visible()
    mentor.goto(f"/pairs/{pair.pk}/sessions/new/")
    expect(mentor.get_by_text("Contact is on hold, so nothing is passed on to your mentee.")).to_be_visible()
    expect(mentor.get_by_label("Minutes")).to_be_visible()
    expect(mentor.get_by_label("A note")).to_have_count(0)
    mentee = open_as(demo_site, people["Olav"])
    for each in (mentor, mentee):
        each.goto(reverse("privacy:access_log"))
        expect(each.get_by_text("proposed a match for you").first).to_be_visible()
        expect(each.get_by_text("paired")).to_have_count(0)
