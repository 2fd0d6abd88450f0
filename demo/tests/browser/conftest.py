"""A real browser on a real server. The demo program is loaded once for many tests: for each it would take too long."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client, override_settings
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from accounts.middleware import SESSION_KEY
from accounts.models import Membership
from core.tests.services import find_chromium
from demo.program import Stage, create_demo_data

CHROMIUM_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 20_000
"""A busy machine is slow, not wrong."""
expect.set_options(timeout=PATIENCE_MS)
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's synchronous API keeps an event loop running


@dataclass(frozen=True)
class Site:
    """A running site with its own mail folder."""

    url: str
    mail: Path

    def __call__(self, path: str) -> str:
        return self.url + path


OpenAs = Callable[..., Page]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The chromium of this machine, which sees of its fonts only DejaVu: so pages fall back to the same face everywhere."""
    chromium = find_chromium()
    if chromium is None:
        pytest.fail("The browser tests need chromium: apt-get install chromium. Leave them out with -m 'not browser'.")
    fonts = {"FONTCONFIG_FILE": str(Path(__file__).with_name("fonts.conf"))}
    return {"executable_path": chromium, "args": list(CHROMIUM_ARGS), "env": {**os.environ, **fonts}}


@pytest.fixture
def _django_db_helper() -> None:
    """Takes the place of pytest-django's, which would empty the tables after each test: here the data stays."""


def empty_tables() -> None:
    call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(scope="package")
def site(django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server for all tests, in demo mode. Mail goes to files; the tables are emptied at the end."""
    mail = tmp_path_factory.mktemp("mail")
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        stack.enter_context(
            override_settings(
                DEMO_MODE=True,
                EMAIL_BACKEND="django.core.mail.backends.filebased.EmailBackend",
                EMAIL_FILE_PATH=str(mail),
                ALLOWED_HOSTS=["localhost"],
            )
        )
        stack.callback(empty_tables)
        server = LiveServer("localhost")
        stack.callback(server.stop)
        stack.enter_context(override_settings(SITE_URL=server.url))
        yield Site(server.url, mail)


@pytest.fixture
def demo_site(site: Site) -> Site:
    """The whole demo program, as `make run` shows it. It stays for the next test, with what was done in it."""
    create_demo_data(stage=Stage.FULL, now=timezone.now())
    return site


@pytest.fixture
def empty_site(site: Site) -> Iterator[Site]:
    """Nobody yet, and nobody afterwards: for a test in which days pass, which they would for the demo program too."""
    empty_tables()
    yield site
    empty_tables()


@pytest.fixture
def open_as(browser: Browser) -> Iterator[OpenAs]:
    """Open a page as a membership (None: signed out), without filling the sign-in form. Options go to the browser context."""
    contexts: list[BrowserContext] = []

    def opened(site: Site, membership: Membership | None, **options: Any) -> Page:
        context = browser.new_context(base_url=site.url, locale="en-US", timezone_id="America/New_York", **options)
        contexts.append(context)
        if membership is not None:
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": _session(membership), "url": site.url}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        return page

    yield opened
    for context in contexts:
        context.close()


def _session(membership: Membership) -> str:
    """The key of a session in which this membership has signed in with its password a moment ago."""
    client = Client()
    client.force_login(membership.user)
    session = client.session
    session[SESSION_KEY] = str(membership.pk)
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session.save()
    return str(session.session_key)
