"""A form is sent as the membership that its page was drawn for, whatever was switched or suspended in another window."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.middleware import SESSION_KEY
from accounts.models import Membership, Program
from accounts.tests.test_typed import inputs_of
from conftest import SignIn
from demo import factories
from people.models import Invitation

ME = reverse("people:me")
pytestmark = pytest.mark.django_db


def acting_as(client: Client, page: str) -> str:
    return inputs_of(client.get(page).content.decode(), "acting_as")[0]["value"]


def test_form_opened_in_one_program_is_sent_in_it_after_a_switch_in_another_window(
    alice: Membership, south: Program, sign_in: SignIn
) -> None:
    as_other = factories.make_member(south, Role.COORDINATOR, "", user=alice.user)
    client, page = sign_in(alice), reverse("people:invitations")
    data = {"email": "nora@example.org", "role": "mentee", "language": "en", "submission_key": str(uuid4())}
    data["acting_as"] = acting_as(client, page)
    client.post(reverse("accounts:act_as"), {"membership": str(as_other.pk)})

    client.post(page, data)

    assert Invitation.objects.get().program == alice.program
    assert client.session[SESSION_KEY] == str(alice.pk)


def test_own_details_written_in_a_role_that_was_suspended_are_not_taken_for_another(
    mona: Membership, north: Program, sign_in: SignIn
) -> None:
    factories.make_member(north, Role.MENTEE, "", user=mona.user)
    client = sign_in(mona)
    data = {
        "acting_as": acting_as(client, ME),
        "typed_by": inputs_of(client.get(ME).content.decode(), "typed_by")[0]["value"],
        "first_name": "Ramona",
        "timezone": "America/New_York",
        "language": "en",
        "contact": "Text me after six.",
        "written_in": ["first_name First name", "contact Contact"],
    }
    Membership.objects.filter(pk=mona.pk).update(is_active=False)

    answer = client.post(ME, data, headers={"Origin": "http://testserver"}, follow=True)

    page = answer.content.decode()
    mona.user.refresh_from_db()
    assert mona.user.first_name == "Mona"
    assert "You no longer have the role in which you opened this page." in page
    assert "Text me after six." in page


def test_form_of_a_suspended_role_opens_nothing_and_says_so(alice: Membership, south: Program, sign_in: SignIn) -> None:
    factories.make_member(south, Role.MENTOR, "", user=alice.user)
    client, page = sign_in(alice), reverse("people:invitations")
    data = {"email": "nora@example.org", "role": "mentee", "acting_as": acting_as(client, page)}
    Membership.objects.filter(pk=alice.pk).update(is_active=False)

    answer = client.post(page, data)

    assert answer.status_code == 403
    assert "You no longer have the role in which you opened this page." in answer.content.decode()
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("said", ["", "nonsense", "somebody else"])
def test_form_that_names_no_membership_of_ones_own_is_sent_as_none(
    said: str, alice: Membership, ada: Membership, sign_in: SignIn
) -> None:
    data = {"email": "nora@example.org", "role": "mentee", "acting_as": str(ada.pk) if said == "somebody else" else said}

    assert sign_in(alice).post(reverse("people:invitations"), data).status_code == 403
