"""Signing in, the second factor, how long a session lasts, and whom one acts as."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.enums import Role
from accounts.middleware import SEEN_AT, SHARED_DEVICE, SIGNED_IN_AT
from accounts.models import Membership, Program
from accounts.tests.signing_in import PASSWORD, current_code, link_in_last_mail, log_in, mails, type_password_again
from conftest import SignIn
from demo import factories

pytestmark = pytest.mark.django_db


def set_back(client: Client, key: str, by: timedelta) -> None:
    session = client.session
    session[key] = (timezone.now() - by).isoformat()
    session.save()


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("accounts:act_as")).status_code == 405


def test_sign_in_right_password_leads_home(client: Client, benny: Membership) -> None:
    assert log_in(client, "ben@example.org") == reverse("home")
    assert client.get(reverse("home")).status_code == 200


def test_sign_in_unknown_and_known_address_answers_alike(client: Client, benny: Membership) -> None:
    known = client.post(reverse("account_login"), {"login": "ben@example.org", "password": "wrong-wrong"})
    unknown = client.post(reverse("account_login"), {"login": "xyz@example.org", "password": "wrong-wrong"})

    assert known.context["form"].errors == unknown.context["form"].errors != {}


def test_reset_unknown_and_known_address_answers_alike(client: Client, benny: Membership) -> None:
    known = client.post(reverse("account_reset_password"), {"email": "ben@example.org"})
    unknown = client.post(reverse("account_reset_password"), {"email": "xyz@example.org"})

    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert known.headers["Location"] == reverse("account_reset_password_done")
    assert [mail.to for mail in mails()] == [["ben@example.org"]]


def test_sign_up_without_invitation_makes_no_account(client: Client) -> None:
    assert client.get(reverse("account_signup")).status_code == 200
    assert client.post(reverse("account_signup"), {"email": "a@example.org", "password1": PASSWORD}).status_code == 405


def test_staff_without_second_factor_are_sent_to_set_one_up(client: Client, cora: Membership) -> None:
    log_in(client, "cora@example.org")

    response = client.get(reverse("home"))

    assert response.status_code == 302
    assert response.headers["Location"] == reverse("mfa_activate_totp") + "?next=%2F"
    type_password_again(client)
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_staff_without_second_factor_in_demo_mode_go_home(client: Client, cora: Membership, settings: Settings) -> None:
    settings.DEMO_MODE = True
    log_in(client, "cora@example.org")

    assert client.get(reverse("home")).status_code == 200


def test_staff_with_recovery_codes_only_still_lack_a_second_factor(client: Client, cora: Membership) -> None:
    Authenticator.objects.create(user=cora.user, type=Authenticator.Type.RECOVERY_CODES, data={})
    client.force_login(cora.user)

    assert client.get(reverse("home")).status_code == 302


def test_staff_with_second_factor_are_asked_for_a_code_that_works_once(client: Client, cora: Membership) -> None:
    secret = generate_totp_secret()
    TOTP.activate(cora.user, secret)

    assert log_in(client, "cora@example.org") == reverse("mfa_authenticate")
    assert client.get(reverse("home")).status_code == 302
    code = current_code(secret)
    first = client.post(reverse("mfa_authenticate"), {"code": code})
    other = Client()
    log_in(other, "cora@example.org")
    second = other.post(reverse("mfa_authenticate"), {"code": code})

    assert (first.status_code, first.headers["Location"]) == (302, reverse("home"))
    assert client.get(reverse("home")).status_code == 200
    assert second.status_code == 200
    assert not is_signed_in(other)


def test_one_time_secret_is_kept_encrypted(cora: Membership) -> None:
    secret = generate_totp_secret()

    TOTP.activate(cora.user, secret)

    assert secret not in str(Authenticator.objects.get().data)


def test_setting_up_a_second_factor_ends_sessions_that_were_opened_without_it(
    client: Client, cora: Membership, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    log_in(client, "cora@example.org")
    thief = Client()
    log_in(thief, "cora@example.org")
    type_password_again(client)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": current_code(secret)})

    assert client.get(reverse("home")).status_code == 200
    assert not is_signed_in(thief)


def test_sessions_page_lists_each_session_and_ends_the_others(client: Client, benny: Membership) -> None:
    log_in(client, "ben@example.org")
    other = Client()
    log_in(other, "ben@example.org")
    assert len(client.get(reverse("usersessions_list")).context["sessions"]) == 2

    client.post(reverse("usersessions_list"))

    assert (is_signed_in(client), is_signed_in(other)) == (True, False)


@pytest.mark.parametrize("has_second_factor", [True, False])
def test_changed_address_counts_once_the_new_mailbox_confirms_it(
    client: Client, benny: Membership, *, has_second_factor: bool
) -> None:
    log_in(client, "ben@example.org")
    client.get(reverse("home"))
    if has_second_factor:
        TOTP.activate(benny.user, generate_totp_secret())
    type_password_again(client)

    client.post(reverse("account_email"), {"action_add": "", "email": "Benny@Example.net"})
    benny.user.refresh_from_db()
    before = benny.user.email
    client.post(link_in_last_mail())

    benny.user.refresh_from_db()
    assert (before, benny.user.email) == ("ben@example.org", "benny@example.net")
    addresses = EmailAddress.objects.filter(user=benny.user).values_list("email", "verified", "primary")
    assert list(addresses) == [("benny@example.net", True, True)]


def test_address_of_somebody_else_cannot_be_taken_over(client: Client, benny: Membership, mona: Membership) -> None:
    log_in(client, "ben@example.org")
    client.get(reverse("home"))
    type_password_again(client)

    client.post(reverse("account_email"), {"action_add": "", "email": "mona@example.org"})

    assert list(EmailAddress.objects.filter(user=benny.user, verified=True).values_list("email", flat=True)) == [
        "ben@example.org"
    ]
    benny.user.refresh_from_db()
    assert benny.user.email == "ben@example.org"


def test_imported_person_without_a_password_gets_one_by_resetting_it(client: Client, ben: Membership) -> None:
    client.post(reverse("account_reset_password"), {"email": "ben@example.org"})
    page = client.get(link_in_last_mail(), follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})

    assert log_in(Client(), "ben@example.org") == reverse("home")


@pytest.mark.parametrize(
    ("key", "ago", "stays"),
    [
        (SEEN_AT, timedelta(minutes=14), True),
        (SEEN_AT, timedelta(minutes=15, seconds=1), False),
        (SIGNED_IN_AT, timedelta(hours=7, minutes=59), True),
        (SIGNED_IN_AT, timedelta(hours=8, seconds=1), False),
    ],
)
def test_staff_session_ends_when_idle_or_old(alice: Membership, sign_in: SignIn, key: str, ago: timedelta, stays: bool) -> None:
    client = sign_in(alice)
    client.get(reverse("home"))
    set_back(client, key, ago)

    assert is_signed_in(client) is stays


def test_ended_session_leads_back_to_the_page_after_sign_in(alice: Membership, sign_in: SignIn) -> None:
    client = sign_in(alice)
    client.get(reverse("home"))
    set_back(client, SEEN_AT, timedelta(minutes=20))

    response = client.get(reverse("home") + "?a=1")

    assert response.headers["Location"] == reverse("account_login") + "?next=/%3Fa%3D1"


def test_mentee_session_on_own_phone_does_not_end_when_idle(ben: Membership, sign_in: SignIn) -> None:
    client = sign_in(ben)
    client.get(reverse("home"))
    set_back(client, SEEN_AT, timedelta(hours=3))

    assert is_signed_in(client)


def test_support_lines_are_read_without_writing_anything(ben: Membership, sign_in: SignIn) -> None:
    """So that they never wait for whoever writes to the database."""
    client = sign_in(ben)
    client.get(reverse("home"))
    set_back(client, SEEN_AT, timedelta(hours=3))

    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("core:support")).status_code == 200

    assert [query["sql"] for query in queries if not query["sql"].startswith("SELECT")] == []


def test_mentee_on_a_shared_device_is_signed_out_after_ten_idle_minutes(client: Client, benny: Membership) -> None:
    log_in(client, "ben@example.org", shared_device="on")
    client.get(reverse("home"))
    assert client.session[SHARED_DEVICE] is True
    set_back(client, SEEN_AT, timedelta(minutes=9))
    assert is_signed_in(client)

    set_back(client, SEEN_AT, timedelta(minutes=11))

    assert not is_signed_in(client)


def test_password_change_ends_other_sessions(client: Client, benny: Membership) -> None:
    log_in(client, "ben@example.org")
    other = Client()
    log_in(other, "ben@example.org")
    assert is_signed_in(other)

    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "another-long-river", "password2": "another-long-river"},
    )

    assert not is_signed_in(other)
    assert log_in(Client(), "ben@example.org", "another-long-river") == reverse("home")


def test_role_change_works_on_the_next_request(alice: Membership, sign_in: SignIn) -> None:
    client = sign_in(alice)
    assert client.get(reverse("intake:people")).status_code == 200

    Membership.objects.filter(pk=alice.pk).update(role=Role.SUPERVISOR)

    assert client.get(reverse("intake:people")).status_code == 403


def test_suspension_works_on_the_next_request(alice: Membership, sign_in: SignIn) -> None:
    client = sign_in(alice)

    Membership.objects.filter(pk=alice.pk).update(is_active=False)

    assert client.get(reverse("intake:people")).status_code == 403
    assert "accounts/no_membership.html" in [template.name for template in client.get(reverse("home")).templates]


def test_act_as_own_other_role_switches_the_home_page(ben: Membership, north: Program, sign_in: SignIn) -> None:
    as_mentor = factories.make_member(north, Role.MENTOR, "", user=ben.user)
    client = sign_in(ben)

    response = client.post(reverse("accounts:act_as"), {"membership": str(as_mentor.pk)})

    assert response.headers["Location"] == reverse("home")
    assert client.get(reverse("home")).context["membership"] == as_mentor


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example", ""])
def test_act_as_leads_nowhere_outside(ben: Membership, sign_in: SignIn, where: str) -> None:
    response = sign_in(ben).post(reverse("accounts:act_as"), {"membership": str(ben.pk), "next": where})

    assert response.headers["Location"] == reverse("home")


@pytest.mark.parametrize("chosen", ["", "nonsense", "00000000-0000-0000-0000-000000000000"])
def test_act_as_unknown_role_is_not_found(ben: Membership, sign_in: SignIn, chosen: str) -> None:
    assert sign_in(ben).post(reverse("accounts:act_as"), {"membership": chosen}).status_code == 404


def test_act_as_somebody_else_is_not_found(ben: Membership, alice: Membership, sign_in: SignIn) -> None:
    assert sign_in(ben).post(reverse("accounts:act_as"), {"membership": str(alice.pk)}).status_code == 404


def test_act_as_signed_out_asks_to_sign_in(client: Client, db: None) -> None:
    response = client.post(reverse("accounts:act_as"))

    assert response.headers["Location"] == reverse("account_login") + "?next=/"


def test_page_is_in_the_persons_language_and_zone(ben: Membership, sign_in: SignIn) -> None:
    ben.user.language, ben.user.timezone = "es", "Asia/Tokyo"
    ben.user.save()

    response = sign_in(ben).get(reverse("home"))

    assert response.headers["Content-Language"] == "es"
    assert timezone.get_current_timezone_name() == "UTC"
