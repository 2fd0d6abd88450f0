"""The settings under HTTPS are read once at start, so they are tried in a process of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

SCRIPT = """
import json
import django
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
django.setup()
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
call_command("createcachetable", verbosity=0)
client = Client(headers={"host": "localhost"})
plain = client.get("/account/login/")
secure = client.get("/account/login/", secure=True)
get_user_model().objects.create_user("ben@example.org", "a long password", first_name="Ben")
client.post("/account/login/", {"login": "ben@example.org", "password": "a long password"}, secure=True)
cookies = {name: [bool(c["secure"]), c["path"], c["domain"]] for name, c in client.cookies.items()}
client.cookies["left"] = "1"
stays = client.get("/", secure=True)
client.cookies["__Host-left"] = "1"
gone = client.get("/", secure=True)
print(json.dumps({
    "exit": ['data-left="__Host-left"' in secure.content.decode(), stays.status_code, gone.status_code],
    "mark": [bool(gone.cookies["__Host-left"]["secure"]), gone.cookies["__Host-left"].value],
    "redirected": [plain.status_code, plain.headers["Location"]],
    "hsts": secure.headers["Strict-Transport-Security"],
    "cookies": cookies,
    "health": client.get("/healthz").status_code,
}))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Any:
    var: Path = tmp_path_factory.mktemp("https")
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "DEMO_MODE")}
    environ = {**kept, "HTTPS": "true", "VAR_DIR": str(var), "DJANGO_SETTINGS_MODULE": "mentorship.settings"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=settings.BASE_DIR,
        env=environ,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_plain_http_is_led_to_https(answers: Any) -> None:
    assert answers["redirected"] == [301, "https://localhost/account/login/"]


def test_health_answers_over_plain_http(answers: Any) -> None:
    assert answers["health"] == 200


def test_browsers_are_told_to_stay_with_https(answers: Any) -> None:
    assert answers["hsts"] == "max-age=31536000; includeSubDomains; preload"


def test_mark_of_exit_is_bound_to_this_host_too(answers: Any) -> None:
    """No other site under the same domain can set it and so sign a person out; the page's script is told the name."""
    assert answers["exit"] == [True, 200, 302]
    assert answers["mark"] == [True, ""]


def test_cookies_are_bound_to_this_host(answers: Any) -> None:
    """What the prefix `__Host-` asks of a cookie: secure, for the whole site, and for no other host."""
    assert answers["cookies"] == {key: [True, "/", ""] for key in ("__Host-csrf", "__Host-device", "__Host-session")}
