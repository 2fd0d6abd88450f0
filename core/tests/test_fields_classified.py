"""Every text field of ours is encrypted, offers fixed choices, or is named here with the reason why a backup may show it.

What people write freely belongs in `core.fields.EncryptedTextField`.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models

from core.fields import AddressField, ChoiceListField, EncryptedTextField, NameField, NameKeyField
from core.tests.test_imports import RANK

CODE = "a code or a name that the program writes"
HASH = "made from something that cannot be found from it"
SETTING = "a setting of the program or the account"
IDENTITY = "needed to find, address or greet the person"
NUMBERS = "ids and numbers that the program works out; they name nobody"

PLAIN = {
    "people.Invitation.email": IDENTITY,
    "people.Invitation.first_name": IDENTITY,
    "people.Invitation.language": SETTING,
    "people.Invitation.token_hash": HASH,
    "accounts.Program.country": SETTING,
    "accounts.Program.name": SETTING,
    "accounts.Program.slug": SETTING,
    "accounts.Program.timezone": SETTING,
    "accounts.User.email": IDENTITY,
    "accounts.User.first_name": IDENTITY,
    "accounts.User.language": SETTING,
    "accounts.User.last_name": IDENTITY,
    "accounts.User.name_key": IDENTITY,
    "accounts.User.password": HASH,
    "accounts.User.timezone": SETTING,
    "core.BrokenRow.error": CODE,
    "core.BrokenRow.scan": CODE,
    "core.ScanRun.name": CODE,
    "core.TryCount.key": HASH,
    "matching.Round.solve_language": CODE,
    "matching.Round.weights": SETTING,
    "matching.RoundLine.others": NUMBERS,
    "matching.RoundLine.parts": NUMBERS,
    "matching.WeightChange.weights": SETTING,
    "notifications.Delivery.channel": CODE,
    "notifications.Delivery.last_error": CODE,
    "notifications.Message.kind": CODE,
    "privacy.AuditEntry.actor_role": CODE,
    "privacy.AuditEntry.object_type": CODE,
    "privacy.AuditEntry.reason": CODE,
    "privacy.AuditSeal.mac": HASH,
    "privacy.Consent.role": CODE,
    "relationships.Transition.reason": CODE,
}


def _is_fixed(field: "models.Field[Any, Any]") -> bool:
    return bool(field.choices) or (isinstance(field, ChoiceListField) and field.options is not None)


def _free_texts() -> Iterator[str]:
    """The fields of our own apps that could hold any text in clear."""
    for model in apps.get_models():
        for field in model._meta.local_fields if model._meta.app_label in RANK else ():
            is_text = isinstance(field, models.CharField | models.TextField | models.JSONField)
            if is_text and not isinstance(field, EncryptedTextField) and not _is_fixed(field):
                yield f"{model._meta.label}.{field.name}"


def test_every_text_field_is_encrypted_or_has_a_reason_not_to_be() -> None:
    assert sorted(_free_texts()) == sorted(PLAIN)


def test_every_name_and_address_is_kept_in_its_one_written_form() -> None:
    fields = {name: apps.get_model(name.rpartition(".")[0])._meta.get_field(name.rpartition(".")[2]) for name in PLAIN}
    named = {name for name, reason in PLAIN.items() if reason == IDENTITY} | {"accounts.Program.name"}

    assert {name for name, field in fields.items() if isinstance(field, NameField | AddressField | NameKeyField)} == named
