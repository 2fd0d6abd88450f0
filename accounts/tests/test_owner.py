"""Whatever others have tried, the owner of an account gets in: on a device of theirs, and by a link to their mailbox."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from accounts.sign_in.devices import COOKIE, device_known_to
from accounts.sign_in.limits import CODES, PASSWORDS, RESETS
from accounts.tests.signing_in import PASSWORD, link_in_last_mail, log_in, mails
from accounts.tests.test_limits import CLINIC, HOME, guess, try_password
from core.limits import Limit

BEN, NEW = "ben@example.org", "another-long-river"

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(benny: Membership) -> Client:
    """A device on which Ben has signed in before."""
    device = Client()
    try_password(BEN, PASSWORD, device=device)
    device.cookies.pop("sessionid")
    return device


def use_up(limit: Limit) -> None:
    """As tries for Ben's account from many networks do."""
    while limit.take(BEN, now=timezone.now()):
        pass


def choose_new_password(device: Client) -> None:
    """By a link that Ben asks for and opens on this device."""
    device.post(reverse("account_reset_password"), {"email": BEN})
    form = device.get(link_in_last_mail(), follow=True).redirect_chain[-1][0]
    device.post(form, {"password1": NEW, "password2": NEW})


def is_known(device: Client, member: Membership) -> bool:
    request = RequestFactory().get("/")
    request.COOKIES = {name: cookie.value for name, cookie in device.cookies.items()}
    member.user.refresh_from_db()
    return device_known_to(request, member.user) is not None


def test_new_password_signs_in_where_the_link_was_opened_though_others_go_on_trying(own: Client) -> None:
    use_up(PASSWORDS.account)
    choose_new_password(own)
    use_up(PASSWORDS.account)

    assert try_password(BEN, NEW, at=HOME, device=own) == reverse("home")


def test_new_password_signs_in_on_another_device(own: Client) -> None:
    use_up(PASSWORDS.account)
    guess(BEN, times=5, at=CLINIC)
    choose_new_password(own)

    assert try_password(BEN, NEW, at=HOME) == reverse("home")


def test_new_password_signs_in_on_a_known_device_whose_own_tries_were_used_up(own: Client) -> None:
    for number in range(11):
        try_password(BEN, f"wrong-guess-{number}", device=own)
    choose_new_password(own)

    assert try_password(BEN, NEW, device=own) == reverse("home")


def test_device_on_which_its_owner_changes_the_password_stays_known(benny: Membership, own: Client) -> None:
    log_in(own, BEN)
    other = Client()
    log_in(other, BEN)

    own.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})

    assert (is_known(own, benny), is_known(other, benny)) == (True, False)


def test_shared_device_on_which_the_password_is_changed_is_not_remembered(benny: Membership) -> None:
    shared = Client()
    log_in(shared, BEN, shared_device="on")

    shared.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})

    benny.user.refresh_from_db()
    assert benny.user.check_password(NEW)
    assert COOKIE not in shared.cookies


def test_device_is_forgotten_once_its_owner_says_that_it_is_shared(benny: Membership, own: Client) -> None:
    was_known = is_known(own, benny)

    log_in(own, BEN, shared_device="on")

    assert (was_known, is_known(own, benny)) == (True, False)


def test_code_comes_to_a_known_device_though_others_asked_for_many(own: Client) -> None:
    use_up(CODES.account)
    before = len(mails())

    answer = own.post(reverse("account_request_login_code"), {"login": BEN})

    assert (answer.status_code, len(mails()) - before) == (302, 1)


def test_owner_elsewhere_who_gets_no_code_is_sent_to_no_mailbox(benny: Membership) -> None:
    use_up(CODES.account)

    page = Client().post(reverse("account_request_login_code"), {"login": BEN})

    said = "Use a device where you have signed in before, or wait an hour."
    assert [said in error for error in page.context["form"].non_field_errors()] == [True]
    assert mails() == []


def test_link_that_somebody_else_asked_for_chooses_a_new_password(benny: Membership) -> None:
    Client().post(reverse("account_reset_password"), {"email": BEN}, REMOTE_ADDR=CLINIC)
    use_up(RESETS.account)
    device = Client()

    refused = device.post(reverse("account_reset_password"), {"email": BEN})
    choose_new_password(device)

    assert "Look at your e-mail" in refused.context["form"].non_field_errors()[0]
    assert try_password(BEN, NEW, device=device) == reverse("home")


def test_account_closed_for_a_day_says_so_and_what_opens_it(benny: Membership) -> None:
    use_up(PASSWORDS.account)

    assert try_password(BEN, PASSWORD).endswith("Let us send you a code, or choose a new password. Or try again tomorrow.")


def test_guesses_on_a_known_device_end_for_the_day(own: Client) -> None:
    begun, answers = timezone.now(), []
    for tens in range(4):
        with time_machine.travel(begun + tens * timedelta(minutes=11), tick=False):
            answers += [try_password(BEN, f"wrong-guess-{number}", device=own) for number in range(10)]

    assert ["go together" in answer for answer in answers] == [True] * 30 + [False] * 10
    assert answers[-1].endswith("Or try again tomorrow.")
    with time_machine.travel(begun + timedelta(days=1, minutes=1), tick=False):
        assert try_password(BEN, PASSWORD, device=own) == reverse("home")
