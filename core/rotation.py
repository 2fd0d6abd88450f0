"""Write every encrypted value anew under the first key of FIELD_KEYS.

Small transactions, each of which leaves everything readable: it may be interrupted and run again at any time, while people
work. A value that a person changes meanwhile was written under the first key already and is left alone.
"""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import transaction

from core import encryption
from core.fields import EncryptedTextField, Sealed

BATCH = 500


@dataclass
class Progress:
    """Of one place: `unopened` names the rows whose value no key opens, with the reason."""

    place: str
    total: int
    seen: int = 0
    rewritten: int = 0
    unopened: list[str] = field(default_factory=list)


def encrypted_fields() -> Iterator[EncryptedTextField]:
    """Every encrypted field of every table."""
    for model in apps.get_models():
        if model._meta.managed and not model._meta.proxy:
            yield from (one for one in model._meta.local_fields if isinstance(one, EncryptedTextField))


def rotate_field(encrypted: EncryptedTextField) -> Generator[Progress]:
    """Yields the progress after each batch, and at least once."""
    model: Any = encrypted.model
    rows = model._base_manager.exclude(**{encrypted.name: ""}).exclude(**{f"{encrypted.name}__isnull": True}).order_by("pk")
    progress = Progress(f"{model._meta.db_table}.{encrypted.column}", rows.count())
    yield progress
    batch = list(rows[:BATCH].values_list("pk", encrypted.name))
    while batch:
        with transaction.atomic():
            for pk, value in batch:
                if (renewed := _renewed(value, pk, progress, _moved_by(encrypted.bound_to(pk)))) is not None:
                    unchanged = model._base_manager.filter(pk=pk, **{encrypted.name: value})
                    progress.rewritten += unchanged.update(**{encrypted.name: Sealed(renewed)})
        progress.seen += len(batch)
        yield progress
        batch = list(rows.filter(pk__gt=batch[-1][0])[:BATCH].values_list("pk", encrypted.name))


def rotate_second_factors() -> Iterator[Progress]:
    """The secrets of authenticator apps and recovery codes, which allauth keeps in one JSON column."""
    adapter = get_adapter()
    rows = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).order_by("pk")
    progress = Progress(f"{Authenticator._meta.db_table}.data", rows.count())
    for pk in rows.values_list("pk", flat=True):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().get(pk=pk)
            before = dict(row.data)
            row.data = _renewed_data(row.data, pk, progress, lambda value: adapter.encrypt(adapter.decrypt(value)))
            if row.data != before:
                row.save(update_fields=["data"])
                progress.rewritten += 1
        progress.seen += 1
        if progress.seen % BATCH == 0:
            yield progress
    yield progress


def _moved_by(bound_to: str) -> Callable[[str], str]:
    return lambda value: encryption.seal(encryption.open_sealed(value, bound_to), bound_to)


def _renewed(value: str, pk: object, progress: Progress, move: Callable[[str], str]) -> str | None:
    """`value` under the first key; None when it is already, or when nothing opens it."""
    if encryption.key_id_of(value) == encryption.current_key_id():
        return None
    try:
        return move(value)
    except encryption.CannotOpen as error:
        progress.unopened.append(f"{progress.place}, row {pk}: {error}")
        return None


def _renewed_data(data: dict[str, Any], pk: int, progress: Progress, move: Callable[[str], str]) -> dict[str, Any]:
    """`secret` (authenticator app) and `seed` or `migrated_codes` (recovery codes) hold ciphertext; the rest is plain."""
    renewed = dict(data)
    for key in ("secret", "seed"):
        if key in data:
            renewed[key] = _renewed(data[key], pk, progress, move) or data[key]
    if "migrated_codes" in data:
        renewed["migrated_codes"] = [_renewed(code, pk, progress, move) or code for code in data["migrated_codes"]]
    return renewed
