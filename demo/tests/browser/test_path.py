"""The main job from end to end, by clicking: people come in, are paired, check in, and a session gap reaches the supervisor."""

import re
from collections.abc import Iterator
from datetime import UTC, date, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.enums import Role
from accounts.models import Program
from demo import factories
from demo.mailbox import DemoMail, newest_mails
from demo.tests.browser.conftest import OpenAs, Site

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a quiet harbor at noon"
LENA, RUTH = "lena@example.net", "ruth@example.net"
STAFF = {Role.COORDINATOR: "cora@example.net", Role.SUPERVISOR: "saul@example.net"}


class Days:
    """Moves the clock of the test's process, and so the server's, which lives in it. Each day is at 10 or 11 in New York."""

    def __init__(self) -> None:
        self.first = (timezone.now() + timedelta(days=1)).replace(hour=15, minute=30, second=0, microsecond=0)
        self.traveller: time_machine.travel | None = None
        self.go_to(0)

    def go_to(self, day: int) -> None:
        self.stop()
        self.traveller = time_machine.travel(self.first + timedelta(days=day), tick=True)
        self.traveller.start()

    def stop(self) -> None:
        if self.traveller is not None:
            self.traveller.stop()
            self.traveller = None

    def date(self, day: int) -> date:
        return (self.first + timedelta(days=day)).astimezone(UTC).date()


@pytest.fixture
def days() -> Iterator[Days]:
    clock = Days()
    yield clock
    clock.stop()


@pytest.fixture
def staff(empty_site: Site) -> Program:
    """A program with its staff, and nobody else yet."""
    program = factories.make_program("harbor", name="Harbor")
    for role, email in STAFF.items():
        factories.make_member(program, role, email, password=PASSWORD)
    return program


def people_files(folder: Path, today: date) -> tuple[Path, Path]:
    """What a coordinator would have typed into two spreadsheets."""
    past, ahead = today - timedelta(days=90), today + timedelta(days=300)
    mentors = folder / "mentors.csv"
    mentors.write_text(
        "email,first_name,timezone,languages,availability,birth_date,recovery_since,training_hours,agreement_signed_on,"
        "screening_valid_until,consent_given_on,supervisor\n"
        f"{RUTH},Ruth,America/New_York,en,mon 17:00-20:00; wed 17:00-20:00,1970-05-14,2012-09-01,8,{past},{ahead},{past},"
        f"{STAFF[Role.SUPERVISOR]}\n"
    )
    mentees = folder / "mentees.csv"
    mentees.write_text(
        "email,first_name,timezone,languages,availability,birth_date,waiting_since,consent_given_on\n"
        f"{LENA},Lena,America/New_York,en,mon 17:00-20:00,1990-03-08,{past},{past}\n"
    )
    return mentors, mentees


def sign_in(page: Page, email: str) -> None:
    page.goto("/account/login/")
    page.get_by_role("textbox", name=re.compile("e-?mail", re.IGNORECASE)).fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hello")


def mails_to(site: Site, email: str) -> list[DemoMail]:
    """Newest first."""
    return [mail for mail in newest_mails(site.mail, limit=10_000) if mail.to == email]


def import_people(page: Page, mentors: Path, mentees: Path) -> None:
    page.get_by_role("link", name="People", exact=True).click()
    page.get_by_role("link", name="Import").click()
    page.get_by_label("Mentors").set_input_files(mentors)
    page.get_by_label("Mentees").set_input_files(mentees)
    page.get_by_role("button", name="See what will happen").click()
    expect(page.get_by_text("Nothing is saved yet.")).to_be_visible()
    page.get_by_role("button", name="Import 2 people").click()
    expect(page.get_by_text("Imported: 2 new, 0 changed.")).to_be_visible()


def invite(page: Page, email: str, first_name: str, role: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name="Invitations").click()
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("First name").fill(first_name)
    page.get_by_role("radio", name=role).check()
    page.get_by_role("button", name="Invite", exact=True).click()
    expect(page.get_by_role("heading", name=f"The link for {email}")).to_be_visible()


def join(page: Page, email: str) -> None:
    """Through the link in the mail, as the demo's mail page shows it."""
    page.goto("/demo/mail/")
    mail = page.get_by_role("article").filter(has_text=f"To {email}")
    expect(mail).to_have_count(1)
    mail.get_by_role("link").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hello")


def propose(page: Page) -> None:
    page.get_by_role("navigation").get_by_role("link", name="Waiting").click()
    page.get_by_role("link", name="Lena").click()
    page.get_by_role("button", name="Propose Ruth").click()
    page.get_by_role("button", name="Send the proposal").click()
    expect(page.get_by_text("Ruth and Lena have been asked.")).to_be_visible()


def accept(page: Page, other: str) -> None:
    page.goto("/")
    page.get_by_role("button", name=f"Yes to {other}").click()
    expect(page.get_by_role("button", name=f"Yes to {other}")).to_have_count(0)


def check_in(page: Page) -> None:
    page.goto("/")
    page.get_by_role("navigation").get_by_role("link", name="Check in", exact=True).click()
    page.get_by_role("radio", name="Good", exact=True).check()
    page.get_by_label("A note").fill("The first evening was quiet.")
    page.get_by_role("button", name="Send my check-in").click()
    expect(page.get_by_role("heading", name="Thank you for checking in")).to_be_visible()


def test_people_come_in_are_paired_check_in_and_a_gap_is_resolved(
    empty_site: Site, staff: Program, open_as: OpenAs, days: Days, tmp_path: Path
) -> None:
    cora, saul, ruth, lena = (open_as(empty_site, None) for _person in range(4))

    sign_in(cora, STAFF[Role.COORDINATOR])
    import_people(cora, *people_files(tmp_path, days.date(0)))
    invite(cora, RUTH, "Ruth", "Mentor")
    invite(cora, LENA, "Lena", "Mentee")
    call_command("tick")
    join(ruth, RUTH)
    join(lena, LENA)

    propose(cora)
    accept(ruth, "Lena")
    accept(lena, "Ruth")
    call_command("tick")
    check_in(lena)
    before = len(mails_to(empty_site, LENA))

    days.go_to(7)
    call_command("tick")
    call_command("tick")
    assert len(mails_to(empty_site, LENA)) == before + 1
    reminder = mails_to(empty_site, LENA)[0]
    assert (reminder.subject, reminder.sent_at.date()) == ("Handrail: you have a new notice", days.date(7))

    ruth_before = len(mails_to(empty_site, RUTH))
    days.go_to(8)
    call_command("tick")
    assert len(mails_to(empty_site, RUTH)) == ruth_before + 1
    days.go_to(14)
    call_command("tick")
    assert len(mails_to(empty_site, STAFF[Role.SUPERVISOR])) == 1

    sign_in(saul, STAFF[Role.SUPERVISOR])
    saul.get_by_role("main").get_by_role("link", name="Lena").first.click()
    expect(saul.get_by_role("heading", name="Session gap", level=1)).to_be_visible()
    saul.get_by_label("What was done?").fill("Rang Ruth. Both will meet on Monday.")
    saul.get_by_role("button", name="Close the flag").click()
    expect(saul.get_by_text("The flag is closed.")).to_be_visible()
    saul.goto("/")
    expect(saul.get_by_text("No open flags. Nobody needs you here right now.")).to_be_visible()
