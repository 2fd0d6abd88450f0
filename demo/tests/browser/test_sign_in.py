"""The ways in, as a person meets them: by password, by a code sent to them, by a key; and how long they stay."""

import re
import time
from collections.abc import Iterator
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.enums import Role
from accounts.models import Membership, Program
from accounts.tests.signing_in import PASSWORD, current_code
from core.tests.services import wait_until
from demo import factories
from demo.mailbox import newest_mails
from demo.tests.browser.axe import NARROWEST
from demo.tests.browser.conftest import OpenAs, Site
from notifications.models import Notice
from notifications.outbox import drain
from notifications.services import enqueue

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

DAY = 24 * 3600


@pytest.fixture
def newcomers() -> Iterator[list[Membership]]:
    """Whoever a test adds to the demo program; they leave it afterwards."""
    added: list[Membership] = []
    yield added
    for member in added:
        member.user.delete()


def add(newcomers: list[Membership], role: Role) -> Membership:
    program = Program.objects.get(memberships__user__email="mentee@example.org")
    member = factories.make_member(program, role, f"{uuid4().hex[:12]}@example.org", password=PASSWORD)
    newcomers.append(member)
    return member


def wake(member: Membership) -> None:
    """They live where it is day, so that no quiet hours hold a reminder."""
    around = ("Pacific/Auckland", "Asia/Tokyo", "Asia/Kolkata", "Europe/Paris", "America/New_York", "Pacific/Honolulu")
    member.user.timezone = next(zone for zone in around if 10 <= timezone.now().astimezone(ZoneInfo(zone)).hour < 20)
    member.user.save()


def last_mail_to(site: Site, address: str) -> str:
    """Its words, once it has left."""

    def words() -> list[str]:
        drain(timezone.now())
        return [mail.body for mail in newest_mails(site.mail, limit=10_000) if mail.to == address]

    wait_until(words, f"a mail to {address}")
    return words()[0]


def session_expiry(page: Page) -> float:
    """In seconds from now; -1 where it ends with the browser."""
    expires = next(c["expires"] for c in page.context.cookies() if c["name"] == settings.SESSION_COOKIE_NAME)
    return expires if expires == -1 else expires - time.time()


def sign_in(page: Page, member: Membership) -> None:
    page.get_by_label("E-mail address").fill(member.user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_mail_leads_to_its_page_through_a_code_and_the_person_stays(
    demo_site: Site, open_as: OpenAs, newcomers: list[Membership], *, scripts: bool
) -> None:
    mentee = add(newcomers, Role.MENTEE)
    wake(mentee)
    enqueue("checkins.reminder", subject_id=uuid4(), recipient=mentee.user, program=mentee.program, now=timezone.now())
    notice = Notice.objects.get(recipient=mentee.user)
    link = re.search(r"Sign in: (\S+)", last_mail_to(demo_site, mentee.user.email))
    assert link
    page = open_as(demo_site, None, java_script_enabled=scripts, viewport={"width": NARROWEST[0], "height": NARROWEST[1]})

    page.goto(link[1])
    page.get_by_label("E-mail address").fill(mentee.user.email)
    page.get_by_role("button", name="Send me a code instead").click()
    code = re.search(r"^\d{4}-\d{4}$", last_mail_to(demo_site, mentee.user.email), re.M)
    assert code
    page.get_by_label("Code").fill(code[0])
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page).to_have_url(demo_site(f"/check-in/?notice={notice.pk}"))
    assert 89 * DAY < session_expiry(page) <= 90 * DAY
    kept = page.context.storage_state()
    later = open_as(demo_site, None, storage_state=kept)
    later.goto("/check-in/")
    expect(later).to_have_url(demo_site("/check-in/"))


def test_shared_device_is_signed_out_with_the_browser(demo_site: Site, open_as: OpenAs, newcomers: list[Membership]) -> None:
    mentee = add(newcomers, Role.MENTEE)
    page = open_as(demo_site, None)

    page.goto("/account/login/")
    page.get_by_label("This is a shared phone or computer").check()
    sign_in(page, mentee)

    expect(page).to_have_url(demo_site("/"))
    assert session_expiry(page) == -1
    assert [cookie["name"] for cookie in page.context.cookies() if cookie["name"] == "device"] == []


def test_wanted_page_opens_after_the_second_step(demo_site: Site, open_as: OpenAs, newcomers: list[Membership]) -> None:
    coordinator = add(newcomers, Role.COORDINATOR)
    secret = generate_totp_secret()
    TOTP.activate(coordinator.user, secret)
    page = open_as(demo_site, None)

    page.goto("/people/?q=ana")
    sign_in(page, coordinator)
    page.get_by_role("button", name="Start again").click()
    sign_in(page, coordinator)
    page.get_by_label("Code").fill(current_code(secret))
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page).to_have_url(demo_site("/people/?q=ana"))
    assert session_expiry(page) == -1


def test_key_of_the_device_signs_in_alone(demo_site: Site, open_as: OpenAs, newcomers: list[Membership]) -> None:
    mentee = add(newcomers, Role.MENTEE)
    page = open_as(demo_site, None)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "isUserVerified": True}})
    page.goto("/account/2fa/webauthn/add/")
    sign_in(page, mentee)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Add the key").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.context.clear_cookies()

    page.goto("/account/login/?next=/notices/")
    page.get_by_label("This is a shared phone or computer").check()
    page.get_by_role("button", name="Use my fingerprint, face or key").click()

    expect(page).to_have_url(demo_site("/notices/"))
    assert session_expiry(page) == -1
