"""Whoever guesses is slowed; the owner of the account, and others on the same network, sign in."""

import re
from dataclasses import replace
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Membership
from accounts.sign_in.devices import COOKIE
from accounts.sign_in.limits import CODES, HOUR, PASSWORDS, RESETS
from accounts.tests.signing_in import PASSWORD, code_in_last_mail, current_code, link_in_last_mail, log_in
from conftest import SignIn
from core.limits import Limit
from core.models import TryCount

CLINIC, HOME = "198.51.100.7", "203.0.113.5"

pytestmark = pytest.mark.django_db


def try_password(email: str, password: str, *, at: str = CLINIC, device: Client | None = None) -> str:
    """One try on a device of its own, unless one is given; returns where it leads, else the first error."""
    response: Any = (device or Client()).post(reverse("account_login"), {"login": email, "password": password}, REMOTE_ADDR=at)
    return str(response.headers.get("Location") or response.context["form"].non_field_errors()[0])


def guess(email: str, *, times: int = 30, at: str = CLINIC) -> list[str]:
    return [try_password(email, f"wrong-guess-{number}", at=at) for number in range(times)]


def use_up(limit: Limit, of: str, *, but: int = 0) -> None:
    """As many tries as there are, but for the last few."""
    for _time in range(limit.times - but):
        limit.take(of, now=timezone.now())


def test_thirty_wrong_passwords_are_stopped_after_five(benny: Membership) -> None:
    answers = guess("ben@example.org")

    assert ["go together" in answer for answer in answers] == [True] * 5 + [False] * 25
    assert try_password("ben@example.org", PASSWORD).startswith("Too many tries.")


def test_owner_elsewhere_signs_in_after_thirty_wrong_passwords(benny: Membership) -> None:
    guess("ben@example.org")

    assert try_password("ben@example.org", PASSWORD, at=HOME) == reverse("home")


def test_owner_signs_in_beside_the_guesser_on_a_device_of_their_own(benny: Membership) -> None:
    own = Client()
    try_password("ben@example.org", PASSWORD, device=own)
    own.cookies.pop("sessionid")
    guess("ben@example.org")

    assert try_password("ben@example.org", PASSWORD, device=own) == reverse("home")


def test_others_on_the_same_network_sign_in_after_thirty_wrong_passwords(benny: Membership, mona: Membership) -> None:
    mona.user.set_password(PASSWORD)
    mona.user.save()
    guess("ben@example.org")

    assert try_password("mona@example.org", PASSWORD) == reverse("home")


def test_unknown_address_is_limited_like_a_known_one(benny: Membership) -> None:
    assert guess("xyz@example.org", times=7) == guess("ben@example.org", times=7)


def test_one_password_on_many_accounts_is_stopped_for_the_network_alone(benny: Membership) -> None:
    use_up(PASSWORDS.network, CLINIC, but=2)

    answers = [try_password(f"guess{number}@example.org", "quiet-river-1") for number in range(3)]

    assert ["go together" in answer for answer in answers] == [True, True, False]
    assert try_password("ben@example.org", PASSWORD, at=HOME) == reverse("home")


def test_network_whose_passwords_are_used_up_says_what_is_left_and_a_code_signs_in_there(benny: Membership) -> None:
    """A treatment center has one address, and on it somebody who guesses at everybody."""
    use_up(PASSWORDS.network, CLINIC)
    unknown = Client(REMOTE_ADDR=CLINIC)

    page = unknown.post(reverse("account_login"), {"login": "ben@example.org", "password": PASSWORD}).content.decode()
    (code_by_mail,) = re.findall(r'<button type="submit"[^>]*?class="btn btn-primary"[^>]*?formaction="([^"]+)"', page)
    unknown.post(code_by_mail, {"login": "ben@example.org", "password": PASSWORD})
    arrived = unknown.post(reverse("account_confirm_login_code"), {"code": code_in_last_mail()})

    assert "came from this network, perhaps from others. Let us send you a code, or wait an hour." in page
    assert code_by_mail == reverse("account_request_login_code")
    assert arrived.headers["Location"] == reverse("home")


def test_network_whose_passwords_are_used_up_lets_a_new_password_and_a_known_device_in(benny: Membership) -> None:
    known = Client()
    try_password("ben@example.org", PASSWORD, device=known)
    known.cookies.pop("sessionid")
    use_up(PASSWORDS.network, CLINIC)
    unknown, new = Client(REMOTE_ADDR=CLINIC), "another-long-river"

    assert try_password("ben@example.org", PASSWORD, device=known) == reverse("home")
    unknown.post(reverse("account_reset_password"), {"email": "ben@example.org"})
    form = unknown.get(link_in_last_mail(), follow=True).redirect_chain[-1][0]
    unknown.post(form, {"password1": new, "password2": new})
    assert try_password("ben@example.org", new, device=unknown) == reverse("home")


def test_network_that_is_used_up_adds_no_row_for_an_address_that_is_made_up() -> None:
    few = replace(PASSWORDS, network=Limit("few", 2, HOUR))
    request, now = RequestFactory().post("/", REMOTE_ADDR=CLINIC), timezone.now()

    refusing = [few.take(request, f"made-up-{number}@example.org", now) for number in range(2)]
    rows = TryCount.objects.count()
    refusing += [few.take(request, f"made-up-{number}@example.org", now) for number in range(2, 20)]

    assert refusing == [None] * 2 + [few.network] * 18
    assert TryCount.objects.count() == rows


def test_try_that_is_refused_counts_nowhere() -> None:
    """So whoever goes on with one account uses up no more of the network than five tries."""
    guess("ben@example.org", times=8)

    assert sorted(TryCount.objects.values_list("count", flat=True)) == [5, 5, 5, 5]


def test_key_is_counted_nowhere(benny: Membership) -> None:
    """What it answers cannot be guessed."""
    for _time in range(3):
        Client(REMOTE_ADDR=CLINIC).post(reverse("mfa_login_webauthn"), {"credential": "{}"})

    assert not TryCount.objects.exists()


def test_codes_and_links_of_a_network_are_counted_apart_from_its_passwords_and_go_further() -> None:
    """What one account may be sent is limited anyway; these only keep the table small."""
    assert len({PASSWORDS.network.name, CODES.network.name, RESETS.network.name}) == 3
    assert CODES.network.times == RESETS.network.times == 10 * PASSWORDS.network.times


def test_guesses_from_everywhere_stop_at_the_account_but_not_on_a_device_it_knows(benny: Membership) -> None:
    own = Client()
    try_password("ben@example.org", PASSWORD, device=own)
    own.cookies.pop("sessionid")
    use_up(PASSWORDS.account, "ben@example.org", but=2)

    answers = [answer for one in range(3) for answer in guess("ben@example.org", times=1, at=f"192.0.2.{one}")]

    assert ["go together" in answer for answer in answers] == [True, True, False]
    assert try_password("ben@example.org", PASSWORD, device=own) == reverse("home")


def test_known_device_has_tries_of_its_own_that_end_too(benny: Membership) -> None:
    own = Client()
    try_password("ben@example.org", PASSWORD, device=own)
    own.cookies.pop("sessionid")

    answers = [try_password("ben@example.org", "wrong-wrong", device=own) for _ in range(12)]

    assert ["go together" in answer for answer in answers] == [True] * 10 + [False] * 2


def test_device_is_known_to_nobody_else_and_not_when_forged(benny: Membership, mona: Membership) -> None:
    own = Client()
    try_password("ben@example.org", PASSWORD, device=own)
    forged = Client()
    forged.cookies[COOKIE] = own.cookies[COOKIE].value[:-1]
    own.cookies.pop("sessionid")
    guess("mona@example.org")
    guess("ben@example.org")

    assert try_password("mona@example.org", "wrong-wrong", device=own).startswith("Too many tries.")
    assert try_password("ben@example.org", PASSWORD, device=forged).startswith("Too many tries.")


def test_device_is_no_longer_known_once_the_password_has_changed(benny: Membership) -> None:
    thief = Client()
    try_password("ben@example.org", PASSWORD, device=thief)
    thief.cookies.pop("sessionid")
    benny.user.set_password("another-long-river")
    benny.user.save()
    guess("ben@example.org")

    assert try_password("ben@example.org", "another-long-river", device=thief).startswith("Too many tries.")


def test_shared_device_is_not_remembered(benny: Membership) -> None:
    shared = Client()
    log_in(shared, "ben@example.org", shared_device="on")

    assert COOKIE not in shared.cookies


def test_right_password_does_not_count(benny: Membership) -> None:
    assert [try_password("ben@example.org", PASSWORD) for _ in range(8)] == [reverse("home")] * 8


def test_password_typed_again_by_whoever_sits_there_is_limited(benny: Membership, sign_in: SignIn) -> None:
    sitting = sign_in(benny)

    pages = [sitting.post(reverse("account_reauthenticate"), {"password": f"wrong-{n}"}) for n in range(7)]

    errors = [str(page.context["form"].errors) for page in pages if page.context]
    assert ["Too many tries" in error for error in errors][-1] is True


def test_asking_for_170_resets_empties_no_limit(benny: Membership) -> None:
    guess("ben@example.org", times=5)
    request, now = RequestFactory().post("/", REMOTE_ADDR=CLINIC), timezone.now()
    refusing = [RESETS.take(request, f"xyz{number}@example.org", now) for number in range(170)]

    assert set(refusing) == {None}
    assert try_password("ben@example.org", PASSWORD).startswith("Too many tries.")


def test_code_that_was_used_stays_used_when_the_cache_is_full(client: Client, cora: Membership) -> None:
    secret = generate_totp_secret()
    TOTP.activate(cora.user, secret)
    code = current_code(secret)
    log_in(client, "cora@example.org")
    client.post(reverse("mfa_authenticate"), {"code": code})
    for number in range(1100):
        cache.set(f"filler-{number}", "y", timeout=300)

    other = Client()
    log_in(other, "cora@example.org")
    again = other.post(reverse("mfa_authenticate"), {"code": code})

    assert (again.status_code, bool(again.context["form"].errors)) == (200, True)


def test_sign_in_needs_no_redis(client: Client, benny: Membership, settings: Settings) -> None:
    settings.REDIS_URL = "unix:///nowhere/redis.sock?db=0"

    assert log_in(client, "ben@example.org") == reverse("home")
