"""Which language speaks to a person while they join, and once they have chosen another one."""

import re
from datetime import datetime
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from accounts.enums import Role
from accounts.models import Membership, User
from conftest import SignIn
from people.services import invitations

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en-US,en;q=0.9"}
ANSWERS = {"first_name": "Nora", "last_name": "", "password": "a-long-quiet-river", "timezone": "America/Chicago"}


def invite(by: Membership, now: datetime, language: str, role: Role = Role.MENTEE) -> str:
    """The address of the link."""
    made = invitations.invite(
        program=by.program,
        email="nora@example.org",
        first_name="Nora",
        role=role,
        by=by,
        now=now,
        submission_key=uuid4(),
        language=language,
    )
    return reverse("people:join", args=[made.token])


def language_of(page: str) -> str:
    (found,) = re.findall(r'<html lang="(\w+)"', page)
    return str(found)


@pytest.mark.parametrize("role", [Role.MENTEE, Role.COORDINATOR])
def test_join_page_speaks_the_language_of_the_invitation_in_any_browser(ada: Membership, now: datetime, role: Role) -> None:
    response = Client().get(invite(ada, now, "es", role), headers=ENGLISH)

    assert language_of(response.content.decode()) == response.headers["Content-Language"] == "es"


def test_join_page_speaks_another_language_once_it_is_chosen(alice: Membership, now: datetime) -> None:
    path, client = invite(alice, now, "es"), Client()
    first = client.get(path, headers=ENGLISH)
    (link,) = re.findall(r'<a href="(\?language=\w+)" lang="en" hreflang="en">English</a>', first.content.decode())

    chosen = client.get(path + link, headers=ENGLISH)
    joined = client.post(path + link, ANSWERS | {"language": chosen.context["form"]["language"].value()})

    assert [page.context["form"]["language"].value() for page in (first, chosen)] == ["es", "en"]
    assert (language_of(chosen.content.decode()), joined.headers["Location"]) == ("en", reverse("home"))
    assert User.objects.get(email="nora@example.org").language == "en"


def test_join_form_that_is_refused_speaks_the_language_chosen_in_it(alice: Membership, now: datetime) -> None:
    response = Client().post(invite(alice, now, "es"), ANSWERS | {"language": "en", "password": "short"}, headers=ENGLISH)

    assert (response.status_code, language_of(response.content.decode())) == (422, "en")


def test_join_page_with_a_language_that_is_none_speaks_that_of_the_invitation(alice: Membership, now: datetime) -> None:
    page = Client().get(f"{invite(alice, now, 'es')}?language=tlh").content.decode()

    assert language_of(page) == "es"


def test_person_signed_in_reads_the_invitation_in_their_own_language(ben: Membership, ada: Membership, now: datetime) -> None:
    client = Client()
    client.force_login(ben.user)

    page = client.get(invite(ada, now, "es")).content.decode()

    assert (language_of(page), "?language=" in page) == ("en", False)


def test_saved_is_said_in_the_language_that_was_just_chosen(alice: Membership, sign_in: SignIn) -> None:
    said = {"first_name": "Alice", "last_name": "", "timezone": "America/New_York", "language": "es"}

    page = sign_in(alice).post(reverse("people:me"), said, follow=True)

    with translation.override("es"):
        saved = gettext("Saved.")
    assert [str(message) for message in page.context["messages"]] == [saved]
    assert language_of(page.content.decode()) == "es"
    assert saved != "Saved."


def test_words_typed_before_are_announced_in_the_language_of_the_join_page(alice: Membership, now: datetime) -> None:
    """The page was open too long for its token. It comes back filled."""
    path, client = invite(alice, now, "es"), Client(enforce_csrf_checks=True)
    client.get(path)
    here = {"Origin": "http://testserver", "Referer": f"http://testserver{path}"}

    page = client.post(path, ANSWERS | {"typed_by": "", "first_name": "Norita"}, headers=ENGLISH | here, follow=True)

    html = page.content.decode()
    with translation.override("es"):
        note = gettext("Here is what you typed before. It was not sent. Look at it, then send it.")
    assert (language_of(html), "Norita" in html, html.count(note)) == ("es", True, 2)
