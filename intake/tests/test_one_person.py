"""An address or a name is one, however it was typed or pasted, on every way in."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from importlib import import_module
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership, Program, User
from conftest import SignIn
from core.errors import DomainError
from demo import factories
from intake.files.apply import import_people
from intake.files.format import read_people
from notifications.outbox import drain
from people.models import Invitation, NeverPair
from people.notices import link_of
from people.services import invitations

PASSWORD = "a-long-quiet-river"
DISGUISED = (
    "ben@exam\u200bple.org",
    "\ufeffben@example.org",
    "ben@example.org\u00ad",
    "\u202aben@example.org\u202c",
    "ＢＥＮ＠example．org",
    " BEN@Example.ORG ",
)
"""What looks like the address of Ben."""

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("typed", DISGUISED, ids=map(ascii, DISGUISED))]


@pytest.fixture
def benny(ben: Membership) -> Membership:
    ben.user.set_password(PASSWORD)
    ben.user.save()
    return ben


def invite(by: Membership, typed: str, now: datetime, **more: Any) -> Invitation:
    said: dict[str, Any] = {"first_name": "", "role": Role.MENTEE, "submission_key": uuid4(), **more}
    return invitations.invite(program=by.program, email=typed, by=by, now=now, **said)


def test_user_with_the_address_is_found_and_made_once(ben: Membership, typed: str) -> None:
    assert User.objects.get(email=typed) == User.objects.get_by_natural_key(typed) == ben.user
    assert list(User.objects.filter(email__in=[typed])) == [ben.user]
    with pytest.raises(IntegrityError):
        User.objects.create_user(typed)


def test_two_users_made_at_once_are_one(transactional_db: None, typed: str) -> None:
    gate = Barrier(2)

    def make(address: str) -> bool:
        gate.wait()
        try:
            User.objects.create_user(address)
        except IntegrityError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as threads:
        made = list(threads.map(make, ("ben@example.org", typed)))

    assert sorted(made) == [False, True]
    assert User.objects.get().email == "ben@example.org"


def test_sign_in_with_the_address(benny: Membership, typed: str) -> None:
    response = Client().post(reverse("account_login"), {"login": typed, "password": PASSWORD})

    assert (response.status_code, response.headers["Location"]) == (302, "/")


def test_reset_with_the_address_writes_to_its_mailbox(benny: Membership, typed: str) -> None:
    Client().post(reverse("account_reset_password"), {"email": typed})

    drain(timezone.now() + timedelta(seconds=1))
    (message,) = mail.outbox
    assert message.to == ["ben@example.org"]
    assert "/account/password/reset/key/" in message.body


def test_change_to_the_address_is_the_address(mona: Membership, sign_in: SignIn, typed: str) -> None:
    mona.user.set_password(PASSWORD)
    mona.user.save()
    client = sign_in(mona)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    client.post(reverse("account_email"), {"action_add": "", "email": typed})

    assert EmailAddress.objects.get(user=mona.user, verified=False).email == "ben@example.org"


def test_invitation_of_the_address_twice_is_refused(alice: Membership, now: datetime, typed: str) -> None:
    assert invite(alice, "ben@example.org", now).email == "ben@example.org"

    with pytest.raises(DomainError) as refused:
        invite(alice, typed, now)

    assert refused.value.code == "already_invited"


def test_invitation_form_takes_the_address(alice: Membership, sign_in: SignIn, typed: str) -> None:
    said = {"email": typed, "role": "mentee", "language": "en", "submission_key": str(uuid4())}

    sign_in(alice).post(reverse("people:invitations"), said)

    assert Invitation.objects.get().email == "ben@example.org"


def test_person_who_joins_by_the_address_signs_in_with_it(alice: Membership, now: datetime, typed: str) -> None:
    said = {"first_name": "Ben", "last_name": "", "password": PASSWORD, "timezone": "America/Chicago", "language": "en"}
    Client().post(link_of(invite(alice, typed, now)), said)

    response = Client().post(reverse("account_login"), {"login": "ben@example.org", "password": PASSWORD})

    assert response.status_code == 302


def test_import_of_the_address_changes_the_person_there_is(
    alice: Membership, ben: Membership, now: datetime, typed: str
) -> None:
    factories.not_joined(ben)
    people = read_people(Role.MENTEE, f"email,first_name\n{typed},Benjamin\n".encode())

    import_people(program=alice.program, files=[people], by=alice, now=now)

    assert list(User.everybody.filter(memberships__role=Role.MENTEE).values_list("email", "first_name")) == [
        ("ben@example.org", "Benjamin")
    ]


def test_import_of_the_address_twice_names_the_row(north: Program, typed: str) -> None:
    people = read_people(Role.MENTEE, f"email,first_name\nben@example.org,Ben\n{typed},Ben\n".encode())

    assert [(one.row, one.reason) for one in people.problems] == [(3, "Row 2 has the same address.")]


def test_import_page_takes_the_address(alice: Membership, sign_in: SignIn, typed: str) -> None:
    client, data = sign_in(alice), f"email,first_name\n{typed},Ben\n".encode()

    preview = client.post(reverse("intake:import"), {"mentees": SimpleUploadedFile("mentees.csv", data)})
    client.post(f"{preview.headers['Location']}confirm/")

    assert User.everybody.get(memberships__role=Role.MENTEE).email == "ben@example.org"


def test_never_pair_by_the_address_finds_the_person(
    alice: Membership, mona: Membership, ben: Membership, sign_in: SignIn, typed: str
) -> None:
    sign_in(alice).post(reverse("intake:never_pair_add", args=[mona.pk]), {"email": typed, "reason": ""})

    assert NeverPair.objects.get().other == ben


def test_create_program_invites_the_address(db: None, typed: str) -> None:
    call_command("create_program", name="River\u200b  City", slug="river", admin_email=typed)

    assert (Invitation.objects.get().email, Program.objects.get().name) == ("ben@example.org", "River City")
    assert drain(Invitation.objects.get().created_at).sent == 1
    assert mail.outbox[0].to == ["ben@example.org"]


def test_rows_of_before_are_rewritten(alice: Membership, benny: Membership, now: datetime, typed: str) -> None:
    invite(alice, "nora@example.org", now)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_user SET email = %s, first_name = %s WHERE email = 'ben@example.org'", [typed, "B\u200ben"]
        )
        cursor.execute("UPDATE account_emailaddress SET email = %s WHERE email = 'ben@example.org'", [typed])
        cursor.execute("UPDATE people_invitation SET email = %s, first_name = %s", [typed, "B\u200ben"])

    for app in ("accounts", "people"):
        import_module(f"{app}.migrations.0002_one_written_form").rewrite(apps, None)

    for rows in (User.objects.filter(pk=benny.user_id), Invitation.objects.all()):
        assert list(rows.values_list("email", "first_name")) == [("ben@example.org", "Ben")]
    assert EmailAddress.objects.get(user=benny.user).email == "ben@example.org"
