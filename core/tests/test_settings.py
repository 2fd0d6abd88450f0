"""Each setting that is missing or malformed stops the start, names itself and says what to do."""

import importlib.util
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db.backends.postgresql.psycopg_any import is_psycopg3

pytestmark = pytest.mark.once
ROOT = settings.BASE_DIR
EMBEDDED = {"PATH": os.environ["PATH"]}
PRODUCTION = {
    **EMBEDDED,
    "DATABASE_URL": "postgres://handrail:pa55word@db.example/handrail",
    "REDIS_URL": "redis://:pa55word@redis.example:6379/0",
    "SITE_URL": "https://handrail.example",
    "ALLOWED_HOSTS": "handrail.example",
    "EMAIL_URL": "smtp+tls://handrail:pa55word@mail.example:587",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-x",
    "AUDIT_KEY": "another text, as long as the first, that nobody else knows about",
    "FIELD_KEYS": "k1:" + "QUFB" * 10 + "QUE=",
}


def manage(*arguments: str, environment: dict[str, str], var: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env={"VAR_DIR": str(var), **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def values(*names: str, environment: dict[str, str], var: Path) -> list[object]:
    """What the settings become, read in a process of their own."""
    code = f"import json; from mentorship import settings; print(json.dumps([getattr(settings, n) for n in {names!r}]))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"VAR_DIR": str(var), **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    found: list[object] = json.loads(done.stdout)
    return found


def test_embedded_mode_without_any_setting_starts_and_keeps_its_keys(tmp_path: Path) -> None:
    first = values("SECRET_KEY", "FIELD_KEYS", "AUDIT_KEY", environment=EMBEDDED, var=tmp_path / "var")
    second = values("SECRET_KEY", "FIELD_KEYS", "AUDIT_KEY", environment=EMBEDDED, var=tmp_path / "var")

    assert first == second
    assert stat.S_IMODE((tmp_path / "var" / "keys.json").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["keys.json"]


def test_embedded_mode_by_default_is_closed_and_plain(tmp_path: Path) -> None:
    found = values("DEBUG", "DEMO_MODE", "ALLOW_TEST_CLOCK", "HTTPS", "EMBEDDED", environment=EMBEDDED, var=tmp_path)

    assert found == [False, False, False, False, True]


def test_production_by_default_is_secure(tmp_path: Path) -> None:
    names = ("DEBUG", "HTTPS", "SECURE_SSL_REDIRECT", "SESSION_COOKIE_NAME", "DEFAULT_FROM_EMAIL", "EMAIL_USE_TLS")

    found = values(*names, environment=PRODUCTION, var=tmp_path)

    assert found == [False, True, True, "__Host-session", "Handrail <notices@handrail.example>", True]


@pytest.mark.parametrize("name", ["SECRET_KEY", "FIELD_KEYS", "AUDIT_KEY", "SITE_URL", "ALLOWED_HOSTS"])
@pytest.mark.parametrize("database_or_redis", ["DATABASE_URL", "REDIS_URL"])
def test_needed_setting_missing_outside_the_embedded_mode_stops_the_start(
    name: str, database_or_redis: str, tmp_path: Path
) -> None:
    other = {"DATABASE_URL": "REDIS_URL", "REDIS_URL": "DATABASE_URL"}[database_or_redis]

    done = manage("check", environment={**PRODUCTION, name: "", other: ""}, var=tmp_path)

    assert done.returncode == 1
    assert done.stderr.startswith(f"Wrong setting: {name} ")
    assert "set" in done.stderr
    assert "Traceback" not in done.stderr


MALFORMED = [
    ("DEBUG", "maybe", "DEBUG is malformed: 'maybe' is neither 1 nor 0. Set DEBUG=1 or DEBUG=0, or unset it."),
    ("DEMO_MODE", "2", "DEMO_MODE is malformed: '2' is neither 1 nor 0. Set DEMO_MODE=1 or DEMO_MODE=0, or unset it."),
    (
        "STAFF_IDLE_MINUTES",
        "0",
        "STAFF_IDLE_MINUTES is malformed: '0' is not a whole number of at least 1. Correct it, or unset it for 15.",
    ),
    (
        "TRUSTED_PROXY_COUNT",
        "-1",
        "TRUSTED_PROXY_COUNT is malformed: '-1' is not a whole number of at least 0. Correct it, or unset it for 0.",
    ),
    (
        "STAFF_SESSION_HOURS",
        "²",
        "STAFF_SESSION_HOURS is malformed: '²' is not a whole number of at least 1. Correct it, or unset it for 8.",
    ),
    (
        "LOG_LEVEL",
        "loud",
        "LOG_LEVEL is malformed: 'LOUD' is none of DEBUG, INFO, WARNING, ERROR, CRITICAL. Correct it, or unset it.",
    ),
    (
        "SITE_URL",
        "handrail.example",
        "SITE_URL is malformed: 'handrail.example' is not an address such as https://handrail.example.",
    ),
    (
        "CSRF_TRUSTED_ORIGINS",
        "https://a.example,b.example",
        "CSRF_TRUSTED_ORIGINS is malformed: 'b.example' is not an address such as https://handrail.example.",
    ),
    (
        "DATABASE_URL",
        "mysql://handrail:pa55word@db.example/handrail",
        "DATABASE_URL must name PostgreSQL, such as postgres://user:password@host/name. Correct it, or unset it to use SQLite.",
    ),
    (
        "DATABASE_URL",
        "postgres://handrail:pa55word@db.example:port/handrail",
        "DATABASE_URL must name PostgreSQL, such as postgres://user:password@host/name. Correct it, or unset it to use SQLite.",
    ),
    (
        "DATABASE_URL",
        "postgres://",
        "DATABASE_URL must name PostgreSQL, such as postgres://user:password@host/name. Correct it, or unset it to use SQLite.",
    ),
    (
        "REDIS_URL",
        "http://:pa55word@redis.example",
        "REDIS_URL must name Redis, such as redis://host:6379/0 or unix:///path/redis.sock. Correct it, or unset it.",
    ),
    (
        "EMAIL_URL",
        "mail.example",
        "EMAIL_URL is malformed. Write smtp://user:password@host:25, or smtp+tls://user:password@host:587 with encryption.",
    ),
    (
        "EMAIL_URL",
        "smtp://handrail:pa55word@mail.example:port",
        "EMAIL_URL is malformed. Write smtp://user:password@host:25, or smtp+tls://user:password@host:587 with encryption.",
    ),
]


@pytest.mark.parametrize(("name", "value", "sentence"), MALFORMED)
def test_setting_malformed_stops_the_start_with_its_remedy(name: str, value: str, sentence: str, tmp_path: Path) -> None:
    done = manage("check", environment={**PRODUCTION, name: value}, var=tmp_path)

    assert (done.returncode, done.stderr) == (1, f"Wrong setting: {sentence}\n")


def test_field_keys_malformed_fail_the_check(tmp_path: Path) -> None:
    done = manage("check", environment={**PRODUCTION, "FIELD_KEYS": "k1:short"}, var=tmp_path)

    assert done.returncode == 1
    assert "Key 1 in FIELD_KEYS is malformed" in done.stderr


@pytest.mark.parametrize("exists", [False, True])
def test_var_dir_of_the_embedded_mode_is_for_its_owner_only(*, exists: bool, tmp_path: Path) -> None:
    var = tmp_path / "var"
    if exists:
        var.mkdir()
        var.chmod(0o755)

    values("EMBEDDED", environment=EMBEDDED, var=var)

    assert var.stat().st_mode & 0o777 == 0o700


def test_var_dir_that_everybody_uses_stays_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)

    values("EMBEDDED", environment=EMBEDDED, var=tmp_path)

    assert tmp_path.stat().st_mode & 0o7777 == 0o1777


def test_var_dir_that_cannot_be_made_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    done = manage("check", environment=EMBEDDED, var=tmp_path / "file" / "var")

    assert done.returncode == 1
    assert done.stderr == (
        f"Wrong setting: VAR_DIR is {tmp_path}/file/var, which cannot be made (Not a directory)."
        " Set VAR_DIR to a folder this user may write to.\n"
    )


def test_kept_keys_damaged_stop_the_start(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("[]")

    done = manage("check", environment=EMBEDDED, var=tmp_path)

    assert done.returncode == 1
    assert done.stderr == (
        f"Wrong setting: {tmp_path}/keys.json cannot be read as keys."
        " Restore it from your backup: without it encrypted notes stay closed.\n"
    )


def test_new_field_key_before_the_settings_are_complete_prints_a_key(tmp_path: Path) -> None:
    done = manage("new_field_key", environment={**EMBEDDED, "DATABASE_URL": PRODUCTION["DATABASE_URL"]}, var=tmp_path)

    assert done.returncode == 0
    assert manage("check", environment={**PRODUCTION, "FIELD_KEYS": done.stdout.strip()}, var=tmp_path).returncode == 0


def test_check_deploy_with_production_settings_is_silent(tmp_path: Path) -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING", environment=PRODUCTION, var=tmp_path)

    assert (done.returncode, done.stdout) == (0, "System check identified no issues (1 silenced).\n")


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("EMAIL_URL", "", "W001"),
        ("DEMO_MODE", "1", "W002"),
        ("ALLOW_TEST_CLOCK", "1", "W003"),
        ("SITE_URL", "http://a.b", "W004"),
    ],
)
def test_check_deploy_with_a_setting_unfit_for_people_warns(name: str, value: str, code: str, tmp_path: Path) -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING", environment={**PRODUCTION, name: value}, var=tmp_path)

    assert done.returncode == 1
    assert done.stderr.count("(handrail.W") == 1
    assert f"(handrail.{code})" in done.stderr


def test_redis_on_a_socket_reaches_celery_too(tmp_path: Path) -> None:
    environment = {**PRODUCTION, "REDIS_URL": "unix:///run/redis.sock?db=3"}

    assert values("CELERY_BROKER_URL", environment=environment, var=tmp_path) == [
        "redis+socket:///run/redis.sock?virtual_host=3"
    ]


def test_database_driver_is_psycopg2_alone() -> None:
    """Django prefers psycopg 3 silently wherever it is installed."""
    assert importlib.util.find_spec("psycopg") is None
    assert not is_psycopg3


def test_static_files_are_collected_with_a_manifest(tmp_path: Path) -> None:
    done = manage("collectstatic", "--no-input", environment=EMBEDDED, var=tmp_path)

    assert done.returncode == 0, done.stderr
    manifest = json.loads((tmp_path / "static" / "staticfiles.json").read_text())
    assert all((tmp_path / "static" / hashed).exists() for hashed in manifest["paths"].values())


def test_vendored_files_name_no_source_map() -> None:
    """A `sourceMappingURL` that leads nowhere breaks the manifest."""
    vendored = [path for path in (ROOT / "static").rglob("*") if path.suffix in (".js", ".css")]

    assert vendored
    assert [path.name for path in vendored if "sourceMappingURL" in path.read_text()] == []
