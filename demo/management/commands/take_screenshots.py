"""`manage.py take_screenshots`: the pictures of the README, from a running demo program."""

import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership
from demo.program import SLUG
from demo.signins import COORDINATOR, DEMO_PASSWORD, MENTEE, MENTOR, SUPERVISOR, SignIn
from matching.rounds.services import start_round

FOLDER = Path(settings.BASE_DIR) / "docs" / "screenshots"
DESK, PHONE = (1280, 800), (390, 844)


def shots() -> list[tuple[str, SignIn, str, tuple[int, int]]]:
    """(file, who, address, size) of each picture."""
    graciela = Membership.objects.filter(program__slug=SLUG, role=Role.MENTEE, user__first_name="Graciela").first()
    if graciela is None:
        raise CommandError("The demo program is not in this database: run `make run` once, or manage.py create_demo_data.")
    coordinator = Membership.objects.get(program__slug=SLUG, role=Role.COORDINATOR, user__email=COORDINATOR.email)
    workbench = start_round(by=coordinator, now=timezone.now()).get_absolute_url()
    return [
        ("workbench", COORDINATOR, f"{workbench}?pair={graciela.pk}", DESK),
        ("candidates", COORDINATOR, reverse("matching:candidates", args=[graciela.pk]), DESK),
        ("coordinator", COORDINATOR, reverse("home"), DESK),
        ("supervisor", SUPERVISOR, reverse("home"), DESK),
        ("mentor", MENTOR, reverse("home"), DESK),
        ("mentee", MENTEE, reverse("home"), PHONE),
        ("check-in", MENTEE, reverse("checkins:new"), PHONE),
    ]


class Command(BaseCommand):
    help = "Take the pictures in docs/screenshots/ from a demo program that runs at --url (needs the development requirements)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--url", default=settings.SITE_URL, help="where the demo program runs (default: SITE_URL)")

    def handle(self, *, url: str, **options: Any) -> None:
        try:
            from playwright.sync_api import sync_playwright  # noqa: PLC0415  a development requirement
        except ImportError as error:
            raise CommandError("Pictures need requirements-dev.txt; `make test` installs it.") from error
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        if chromium is None:
            raise CommandError("Pictures need chromium: apt-get install chromium.")
        FOLDER.mkdir(parents=True, exist_ok=True)
        pictures = shots()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            for name, who, address, (width, height) in pictures:
                page = browser.new_page(base_url=url, viewport={"width": width, "height": height})
                page.goto(reverse("account_login"))
                page.locator("#id_login").fill(who.email)
                page.locator("#id_password").fill(DEMO_PASSWORD)
                page.get_by_role("button", name="Sign in").click()
                page.wait_for_url(f"{url}{reverse('home')}")
                page.goto(address)
                page.screenshot(path=FOLDER / f"{name}.png")
                page.close()
                self.stdout.write(f"docs/screenshots/{name}.png")
            browser.close()
