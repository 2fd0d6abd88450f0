"""What somebody meets who uses the site for the first time: how to begin, and sentences that are true."""

import re
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership, Program
from conftest import SignIn
from core.deployment import FILES
from demo import factories
from notifications.models import Delivery
from notifications.outbox import DrainResult, drain
from people.models import Invitation, MentorProfile, NeverPair
from people.services import invitations

pytestmark = pytest.mark.django_db
PEOPLE, INVITATIONS, EVERYBODY = (reverse(name) for name in ("intake:people", "people:invitations", "people:invite_everybody"))
NO_MAIL = "This site does not send e-mail yet"


def words(client: Client, url: str, *, status: int = 200) -> str:
    """What the page says, in one line."""
    response = client.get(url)
    assert response.status_code == status
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def make(by: Membership, now: datetime, email: str, role: Role = Role.MENTOR) -> Invitation:
    return invitations.invite(
        program=by.program, email=email, first_name="Nora", role=role, by=by, now=now, submission_key=uuid4()
    )


# Invite everybody -------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("ben", "maya")
def test_everybody_who_was_imported_is_invited_once(
    alice: Membership, mona: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    """Mona mentors and is a mentee; Vera has an open invitation; Sam and Alice are no business of a coordinator's."""
    factories.make_member(alice.program, Role.MENTEE, "mona@example.org", user=mona.user)
    factories.not_joined(mona, ben, factories.make_member(alice.program, Role.MENTEE, "vera@example.org"))
    make(alice, now, "vera@example.org", Role.MENTEE)
    client = sign_in(alice)
    assert "Invite everybody who has not joined yet (2)" in words(client, PEOPLE)
    assert "2 people each get an e-mail with their own link." in words(client, EVERYBODY)
    assert Invitation.objects.count() == 1

    for _time in range(2):
        client.post(EVERYBODY)

    made = Invitation.objects.exclude(email="vera@example.org").order_by("email")
    assert [(one.email, one.role) for one in made] == [("ben@example.org", Role.MENTEE), ("mona@example.org", Role.MENTOR)]
    assert "Invite everybody" not in words(client, PEOPLE)
    assert (drain(timezone.now()), len(mail.outbox)) == (DrainResult(sent=3), 3)


def test_nobody_who_joined_or_is_suspended_is_invited(
    alice: Membership, ben: Membership, mona: Membership, sign_in: SignIn
) -> None:
    factories.not_joined(mona)
    Membership.objects.filter(pk=mona.pk).update(is_active=False)

    sign_in(alice).post(EVERYBODY)

    assert not Invitation.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("ada", 200), ("sam", 403), ("mona", 403), ("ben", 403)])
def test_inviting_everybody_is_for_coordinators_and_admins(
    request: pytest.FixtureRequest, north: Program, sign_in: SignIn, *, who: str, status: int
) -> None:
    factories.not_joined(factories.make_member(north, Role.MENTEE, "vera@example.org"))

    assert sign_in(request.getfixturevalue(who)).get(EVERYBODY).status_code == status
    assert Client().get(EVERYBODY).status_code == 302


# Mail that does not leave -----------------------------------------------------------------------------------------


def test_site_without_mail_says_so_where_people_are_invited(
    alice: Membership, ada: Membership, now: datetime, sign_in: SignIn, settings: Any
) -> None:
    factories.not_joined(factories.make_member(alice.program, Role.MENTEE, "vera@example.org"))
    sent = make(alice, now, "nora@example.org")
    Delivery.objects.filter(message=sent.message).update(sent_at=now)
    client, admin = sign_in(alice), sign_in(ada)
    with_mail = [NO_MAIL in words(client, url) for url in (INVITATIONS, PEOPLE)]
    assert (with_mail, "E-mail sent" in words(client, INVITATIONS)) == ([False, False], True)

    settings.EMAIL_BACKEND = FILES

    assert [NO_MAIL in words(client, url) for url in (INVITATIONS, PEOPLE)] == [True, True]
    assert NO_MAIL in words(admin, reverse("home"))
    page = words(client, INVITATIONS)
    assert ("E-mail sent" in page, "by e-mail" in page, "Make a new link" in page) == (False, False, True)
    client.post(EVERYBODY)
    assert Invitation.objects.count() == 1

    settings.DEMO_MODE = True
    assert NO_MAIL not in words(client, INVITATIONS)


# Taking back and suspending ---------------------------------------------------------------------------------------


def test_remove_and_suspend_say_first_what_will_happen(
    alice: Membership, ada: Membership, mona: Membership, ben: Membership, sign_in: SignIn
) -> None:
    NeverPair.objects.create(program=ben.program, person=ben, other=mona)
    url = reverse("intake:person", args=[ben.pk])
    removing, suspending = sign_in(alice).get(url).content.decode(), sign_in(ada).get(url).content.decode()

    for page, name, sentence in (
        (removing, "never-pair/", "may then suggest Ben and Mona for each other again"),
        (suspending, "active/", "stops this person from opening anything"),
    ):
        boxes = [box for box in re.findall(r"<details.*?</details>", page, re.DOTALL) if f"{name}" in box and sentence in box]
        assert len(boxes) == 1
        assert boxes[0].index(sentence) < boxes[0].index("Yes, ")


# The first run of an admin ----------------------------------------------------------------------------------------


def test_admin_of_an_empty_program_reads_what_to_do_in_order(ada: Membership, now: datetime, sign_in: SignIn) -> None:
    client = sign_in(ada)
    steps = ["Invite a coordinator", "Invite a supervisor", "Check the settings"]
    page = words(client, reverse("home"))
    assert sorted(steps, key=page.index) == steps
    assert "Nothing needs you right now" not in page

    make(ada, now, "carla@example.org", Role.COORDINATOR)
    assert words(client, reverse("home")).count("Invited, has not joined yet") == 1

    Invitation.objects.all().delete()
    for role in (Role.COORDINATOR, Role.SUPERVISOR):
        factories.make_member(ada.program, role, f"{role}@example.org")
    assert "Nothing needs you right now" in words(client, reverse("home"))


# Invitations and links --------------------------------------------------------------------------------------------


def test_invitations_have_first_names_and_an_end_only_while_open(alice: Membership, now: datetime, sign_in: SignIn) -> None:
    invitation = make(alice, now, "nora@example.org")
    client = sign_in(alice)
    page = words(client, INVITATIONS)
    assert ("Nora" in page, "nora@example.org" in page, "open until" in page) == (True, True, True)

    for change in ({"accepted_at": now}, {"accepted_at": None, "withdrawn_at": now}):
        Invitation.objects.filter(pk=invitation.pk).update(**change)
        assert "open until" not in words(client, INVITATIONS)


def test_coordinator_who_opens_the_link_of_somebody_new_reads_whose_it_is(
    alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    page = words(sign_in(alice), reverse("people:join", args=[make(alice, now, "nora@example.org").token]))

    assert "This invitation is for nora@example.org. You are signed in as alice@example.org, so you cannot use it here." in page
    assert "Sign in with that address" not in page


# The list, and who is suspended -----------------------------------------------------------------------------------


def test_people_count_each_person_once_and_mark_mentors_who_are_not_ready(
    alice: Membership, mona: Membership, ben: Membership, sign_in: SignIn
) -> None:
    factories.make_member(alice.program, Role.MENTEE, "mona@example.org", user=mona.user)
    page = words(sign_in(alice), PEOPLE)
    assert ("4 people" in page, "Not ready to mentor" in page) == (True, False)

    MentorProfile.objects.filter(membership=mona).update(recovery_since=None)
    assert words(sign_in(alice), PEOPLE).count("Not ready to mentor") == 1


def test_suspended_person_reads_that_they_are_suspended(ben: Membership, mona: Membership, sign_in: SignIn) -> None:
    client = sign_in(ben)
    assert "This page is for another role" in words(client, PEOPLE, status=403)

    Membership.objects.filter(pk=ben.pk).update(is_active=False)

    page = words(client, PEOPLE, status=403)
    assert ("Your account is suspended for now." in page, "another role" in page) == (True, False)
    home = client.get(reverse("home")).content.decode()
    assert re.findall(r"<h1[^>]*>\s*(.+?)\s*</h1>", home) == ["Your account is suspended for now"]
