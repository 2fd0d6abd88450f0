"""AES-GCM for people's words. One value looks like `key-id:base64(nonce + ciphertext)`.

The associated data is `table:column:row`, so a value copied into another row, column or table does not open.
"""

import base64
import os
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE_BYTES = 12


class CannotOpen(Exception):
    """The value was not written by this program with a key that it still has, or it was moved or changed."""


@lru_cache(maxsize=8)
def _ciphers(keys: tuple[str, ...]) -> dict[str, AESGCM]:
    """Key id → cipher, in the order given; the first writes."""
    ciphers: dict[str, AESGCM] = {}
    for place, item in enumerate(keys, start=1):
        key_id, _, encoded = item.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except ValueError:
            key = b""
        if not key_id or len(key) != 32:
            raise ImproperlyConfigured(
                f"Key {place} in FIELD_KEYS is malformed: it must read `id:base64 of 32 bytes`, with commas between keys. "
                "`manage.py new_field_key` makes one."
            )
        if key_id in ciphers:
            raise ImproperlyConfigured(f"FIELD_KEYS names {key_id!r} twice. Give each key an id of its own.")
        ciphers[key_id] = AESGCM(key)
    return ciphers


def new_field_key() -> str:
    """A fresh key for FIELD_KEYS: `id:base64 of 32 random bytes`."""
    return f"k{secrets.token_hex(3)}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def current_key_id() -> str:
    """The id of the key that writes."""
    return next(iter(_ciphers(tuple(settings.FIELD_KEYS))))


def key_id_of(value: str) -> str:
    """The id of the key that wrote `value`."""
    return value.partition(":")[0]


def seal(text: str, bound_to: str) -> str:
    """`text` encrypted under the current key and bound to `bound_to`."""
    key_id = current_key_id()
    nonce = os.urandom(NONCE_BYTES)
    body = _ciphers(tuple(settings.FIELD_KEYS))[key_id].encrypt(nonce, text.encode(), bound_to.encode())
    return f"{key_id}:{base64.b64encode(nonce + body).decode()}"


def open_sealed(value: str, bound_to: str) -> str:
    """The text inside `value`; raises `CannotOpen` when it is not ours, was changed, or belongs elsewhere."""
    key_id, _, encoded = value.partition(":")
    cipher = _ciphers(tuple(settings.FIELD_KEYS)).get(key_id)
    if cipher is None:
        raise CannotOpen(f"No key named {key_id!r} is in FIELD_KEYS.")
    try:
        raw = base64.b64decode(encoded, validate=True)
        return cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], bound_to.encode()).decode()
    except (ValueError, InvalidTag) as error:
        raise CannotOpen("The value was changed, or belongs to another row.") from error
