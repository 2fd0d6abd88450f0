"""A name is what people see of it, on one line, on every way in."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership, User
from conftest import SignIn
from intake.files.apply import import_people
from intake.files.format import read_people
from notifications.outbox import drain
from people.notices import link_of
from people.services import invitations

NOTHING = ("\u200b", "\ufeff \u00ad", "\u2800", "\u3164")
"""Names that nobody can see."""
BROKEN = ("Nora\r\nPay here", "Nora\u2028Pay here", "Nora\tPay\x0bhere", "\u202eNora Pay here\u202c", "Nora\x85 Pay here")
"""Names that would be a second line, or turn one around, in a mail or a log."""

pytestmark = pytest.mark.django_db


def join(by: Membership, now: datetime, **said: str) -> int:
    """The status of the page that joins."""
    invitation = invitations.invite(
        program=by.program,
        email="nora@example.org",
        first_name="",
        role=Role.MENTEE,
        by=by,
        now=now,
        submission_key=uuid4(),
    )
    chosen = {"password": "a-long-quiet-river", "timezone": "America/Chicago", "language": "en", "last_name": "", **said}
    return Client().post(link_of(invitation), chosen).status_code


@pytest.mark.parametrize("name", NOTHING, ids=map(ascii, NOTHING))
def test_join_with_an_invisible_name_is_refused(alice: Membership, now: datetime, name: str) -> None:
    assert join(alice, now, first_name=name) == 422
    assert not User.objects.filter(email="nora@example.org").exists()


@pytest.mark.parametrize("name", NOTHING, ids=map(ascii, NOTHING))
def test_own_name_cannot_become_invisible(ben: Membership, sign_in: SignIn, name: str) -> None:
    said = {"first_name": name, "last_name": "", "timezone": "America/New_York", "language": "en", "availability": ""}

    response = sign_in(ben).post(reverse("people:me"), said)

    assert (response.status_code, response.context["user_form"].errors) == (422, {"first_name": ["This field is required."]})


@pytest.mark.parametrize("name", NOTHING, ids=map(ascii, NOTHING))
def test_import_of_an_invisible_name_names_the_row(alice: Membership, name: str) -> None:
    people = read_people(Role.MENTEE, f"email,first_name\nben@example.org,{name}\n".encode())

    assert [(one.row, one.column, one.reason) for one in people.problems] == [(2, "first_name", "This cell must not be empty.")]


@pytest.mark.parametrize("name", BROKEN, ids=map(ascii, BROKEN))
def test_name_is_one_line_however_it_came_in(alice: Membership, now: datetime, name: str) -> None:
    people = read_people(Role.MENTEE, f'email,first_name\nben@example.org,"{name}"\n'.encode())

    import_people(program=alice.program, files=[people], by=alice, now=now)
    join(alice, now, first_name=name)
    User.objects.filter(email="alice@example.org").update(first_name=name)
    User.objects.bulk_create([User(email="mia@example.org", first_name=name)])

    assert set(User.objects.values_list("first_name", flat=True)) == {"Nora Pay here"}


@pytest.mark.parametrize("name", BROKEN, ids=map(ascii, BROKEN))
def test_name_in_the_greeting_of_a_mail_is_one_line(alice: Membership, sign_in: SignIn, name: str) -> None:
    said = {"email": "nora@example.org", "first_name": name, "role": "mentee", "language": "en"}

    sign_in(alice).post(reverse("people:invitations"), said | {"submission_key": str(uuid4())})
    drain(timezone.now())

    (message,) = mail.outbox
    assert message.body.splitlines()[:2] == ["Hello Nora Pay here,", ""]
