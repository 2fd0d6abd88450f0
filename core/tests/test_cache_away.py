"""Pages that count tries need the cache. While Redis is away they say so; the others do not notice."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Membership
from conftest import SignIn
from core.tests.services import Services

LOGIN = reverse("account_login")
GUESS = {"login": "ben@example.org", "password": "not-the-right-one"}


def use_redis(settings: Settings | LazySettings, address: str) -> None:
    options = {"socket_connect_timeout": 2, "socket_timeout": 2}
    backend = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": address, "OPTIONS": options}}


@pytest.fixture
def redis() -> Iterator[Services]:
    """A place for a Redis of the test's own, which it may stop."""
    own = Services(Path(tempfile.mkdtemp(prefix="handrail-test-")))
    yield own
    own.stop()


@pytest.mark.services
def test_sign_in_while_redis_is_stopped_says_so_and_when_to_try_again(
    ben: Membership, client: Client, settings: Settings, redis: Services
) -> None:
    use_redis(settings, redis.start_redis() + "?db=0")
    before = client.post(LOGIN, GUESS)
    redis.stop()

    response = client.post(LOGIN, GUESS)

    assert (before.status_code, "do not go together" in before.content.decode()) == (200, True)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "60")


def test_page_that_needs_the_cache_is_503_in_plain_words(
    ben: Membership, client: Client, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    use_redis(settings, "unix:///nowhere/redis.sock?db=0")

    response = client.post(LOGIN, GUESS)

    page = response.content.decode()
    assert (response.status_code, response.headers["Retry-After"]) == (503, "60")
    assert "This does not work right now" in page
    assert "Wait a minute and try again." in page
    assert reverse("core:support") in page
    assert response.headers["Cache-Control"] == "no-store"
    assert "script-src" in response.headers["Content-Security-Policy"]
    assert "ConnectionError" in caplog.text
    assert "ben@example.org" not in caplog.text


def test_page_that_needs_no_cache_works_while_redis_is_away(ben: Membership, settings: Settings, sign_in: SignIn) -> None:
    client = sign_in(ben)
    use_redis(settings, "unix:///nowhere/redis.sock?db=0")

    pages = ["/", LOGIN, reverse("core:support"), reverse("checkins:new"), "/healthz"]

    assert [client.get(page, follow=True).status_code for page in pages] == [200] * len(pages)


def test_page_that_breaks_for_another_reason_still_breaks(ben: Membership, client: Client, settings: Settings) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "no_such_table"}}
    client.raise_request_exception = False

    assert client.post(LOGIN, GUESS).status_code == 500
