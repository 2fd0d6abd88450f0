"""Read settings from the environment; say which one is wrong and how to mend it.

The embedded mode (no `DATABASE_URL`, no `REDIS_URL`) needs no settings at all: its keys are made on first start and
kept in `var/keys.json`, readable by the owner only. Anywhere else every secret must be given.
"""

import json
import os
import secrets
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from core.encryption import new_field_key

SECRETS = {
    "SECRET_KEY": "a long random text; `python -c 'import secrets; print(secrets.token_urlsafe(50))'` makes one",
    "FIELD_KEYS": "comma-separated `id:base64 of 32 bytes`, the first writes; `manage.py new_field_key` makes one",
    "AUDIT_KEY": "a long random text that differs from SECRET_KEY; it signs the audit chain",
}


class Env(environ.Env):  # type: ignore[misc]
    """`environ.Env` whose every failure names the variable and the remedy."""

    def get_value(self, var: str, cast: Any = None, default: Any = environ.Env.NOTSET, parse_default: bool = False) -> Any:
        try:
            return super().get_value(var, cast=cast, default=default, parse_default=parse_default)
        except ImproperlyConfigured as error:
            raise ImproperlyConfigured(
                f"{var} is not set. Set {var} in the environment; docs/settings.md lists every setting."
            ) from error
        except (ValueError, TypeError) as error:
            kind = getattr(cast, "__name__", "value")
            raise ImproperlyConfigured(
                f"{var} is malformed: {os.environ.get(var, '')!r} is not a valid {kind}. Correct it or unset it."
            ) from error


def read_secrets(env: Env, *, embedded: bool, var_dir: Path) -> dict[str, str]:
    """The three secrets, by name: from the environment, else (embedded mode only) from `var/keys.json`."""
    given = {name: env.str(name, default="") for name in SECRETS}
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
    except (ValueError, KeyError) as error:
        raise ImproperlyConfigured(
            f"{path} cannot be read as keys. Restore it from your backup: without it encrypted notes stay closed."
        ) from error


def broker_url(redis_url: str) -> str:
    """The broker's address for Celery, which writes a socket as `redis+socket://` and its database as `virtual_host`."""
    if redis_url.startswith("unix://"):
        return "redis+socket://" + redis_url.removeprefix("unix://").replace("db=", "virtual_host=")
    return redis_url or "memory://localhost/"
