"""Read settings from the environment; say which one is wrong and how to mend it.

The embedded mode (no `DATABASE_URL`, no `REDIS_URL`) needs no settings at all: its keys are made on first start and
kept in `var/keys.json`, readable by the owner only. Anywhere else every secret must be given.

A refusal names the variable and the remedy, and never shows the value of one that may hold a password.
"""

import json
import os
import secrets
import stat
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from core.encryption import new_field_key

SECRETS = {
    "SECRET_KEY": "a long random text; `python -c 'import secrets; print(secrets.token_urlsafe(50))'` makes one",
    "FIELD_KEYS": "comma-separated `id:base64 of 32 bytes`, the first writes; `manage.py new_field_key` makes one",
    "AUDIT_KEY": "a long random text that differs from SECRET_KEY; it signs the audit chain",
}
YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def text(name: str, default: str = "") -> str:
    """An empty variable counts as one that is not set."""
    return os.environ.get(name, "").strip() or default


def needed(name: str, remedy: str) -> str:
    value = text(name)
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. Set {name} to {remedy}; docs/settings.md lists every setting.")
    return value


def flag(name: str, *, default: bool = False) -> bool:
    value = text(name).lower()
    if value and value not in YES | NO:
        raise ImproperlyConfigured(f"{name} is malformed: {value!r} is neither 1 nor 0. Set {name}=1 or {name}=0, or unset it.")
    return value in YES if value else default


def whole_number(name: str, *, default: int, least: int) -> int:
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit() and int(value) >= least):
        raise ImproperlyConfigured(
            f"{name} is malformed: {value!r} is not a whole number of at least {least}. Correct it, or unset it for {default}."
        )
    return int(value)


def names(name: str) -> list[str]:
    """A comma-separated list."""
    return [item.strip() for item in text(name).split(",") if item.strip()]


def log_level(name: str) -> str:
    value = text(name, "INFO").upper()
    if value not in LEVELS:
        raise ImproperlyConfigured(f"{name} is malformed: {value!r} is none of {', '.join(LEVELS)}. Correct it, or unset it.")
    return value


def origin(name: str, value: str) -> str:
    """`value` as scheme, host and port, such as `https://handrail.example`."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise ImproperlyConfigured(f"{name} is malformed: {value!r} is not an address such as https://handrail.example.")
    return f"{parts.scheme}://{parts.netloc}"


def database(name: str) -> dict[str, Any]:
    """Django's settings for the PostgreSQL at this URL."""
    remedy = f"{name} must name PostgreSQL, such as postgres://user:password@host/name. Correct it, or unset it to use SQLite."
    if urlsplit(text(name)).scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured(remedy)
    try:
        parsed: dict[str, Any] = environ.Env.db_url_config(text(name))
    except ValueError as error:
        raise ImproperlyConfigured(remedy) from error
    if not parsed["NAME"]:
        raise ImproperlyConfigured(remedy)
    return parsed


def redis(name: str) -> str:
    value = text(name)
    if value and urlsplit(value).scheme not in ("redis", "rediss", "unix"):
        raise ImproperlyConfigured(
            f"{name} must name Redis, such as redis://host:6379/0 or unix:///path/redis.sock. Correct it, or unset it."
        )
    return value


def mail(name: str) -> dict[str, Any]:
    """Django's settings for the mail server at this URL."""
    try:
        parsed: dict[str, Any] = environ.Env.email_url_config(text(name))
    except (ValueError, ImproperlyConfigured) as error:
        raise ImproperlyConfigured(
            f"{name} is malformed. Write smtp://user:password@host:25, or smtp+tls://user:password@host:587 with encryption."
        ) from error
    return parsed


def writable_folder(name: str, default: Path, *, private: bool) -> Path:
    """The folder, made when it is not there. A `private` one is for its owner only; one shared by all, as /tmp is, stays so."""
    path = Path(text(name, str(default))).absolute()
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700 if private else 0o777)
        found = path.stat()
        if private and found.st_uid == os.geteuid() and found.st_mode & 0o077 and not found.st_mode & stat.S_ISVTX:
            path.chmod(0o700)
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name} is {path}, which cannot be made ({error.strerror}). Set {name} to a folder this user may write to."
        ) from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise ImproperlyConfigured(
            f"{name} is {path}, which cannot be written to. Set {name} to a folder this user may write to."
        )
    return path


def read_secrets(*, embedded: bool, var_dir: Path) -> dict[str, str]:
    """The three secrets, by name: from the environment, else (embedded mode only) from `var/keys.json`."""
    given = {name: text(name) for name in SECRETS}
    missing = [name for name, value in given.items() if not value]
    if not missing:
        return given
    if not embedded:
        lines = "; ".join(f"{name}: {SECRETS[name]}" for name in missing)
        raise ImproperlyConfigured(f"{', '.join(missing)} must be set outside the embedded mode. {lines}.")
    kept = _keys_kept_in(var_dir / "keys.json")
    return {name: given[name] or kept[name] for name in SECRETS}


def _keys_kept_in(path: Path) -> dict[str, str]:
    """The embedded mode's own keys; written once, whole, by whichever process comes first."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        keys = {"SECRET_KEY": secrets.token_urlsafe(50), "FIELD_KEYS": new_field_key(), "AUDIT_KEY": secrets.token_urlsafe(50)}
        draft = path.with_name(f"keys.{os.getpid()}.tmp")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(keys))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    try:
        kept: dict[str, str] = json.loads(path.read_text())
        return {name: kept[name] for name in SECRETS}
    except (ValueError, KeyError, TypeError) as error:
        raise ImproperlyConfigured(
            f"{path} cannot be read as keys. Restore it from your backup: without it encrypted notes stay closed."
        ) from error


def broker_url(redis_url: str) -> str:
    """The broker's address for Celery, which writes a socket as `redis+socket://` and its database as `virtual_host`."""
    if redis_url.startswith("unix://"):
        return "redis+socket://" + redis_url.removeprefix("unix://").replace("db=", "virtual_host=")
    return redis_url or "memory://localhost/"
