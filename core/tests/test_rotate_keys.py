import base64
from io import StringIO

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from accounts.models import Membership
from core import encryption, rotation
from core.encryption import key_id_of
from core.fields import EncryptedTextField
from core.rotation import encrypted_fields, rotate_field
from demo import factories
from people.models import NeverPair

OLD = "old:" + base64.b64encode(b"1" * 32).decode()
NEW = "new:" + base64.b64encode(b"2" * 32).decode()


@pytest.fixture(autouse=True)
def _old_key(settings: Settings) -> None:
    settings.FIELD_KEYS = [OLD]


@pytest.fixture
def pairs(ben: Membership, mona: Membership) -> list[NeverPair]:
    """Three rows, the last without a reason."""
    others = [factories.make_mentee(ben.program, f"m{n}@example.org", now=ben.joined_at) for n in range(3)]
    reasons = ["first", "second", ""]
    return [
        NeverPair.objects.create(program=ben.program, person=mona, other=other, reason=reason)
        for other, reason in zip(others, reasons, strict=True)
    ]


def _rotate() -> str:
    out = StringIO()
    call_command("rotate_keys", stdout=out, stderr=out)
    return out.getvalue()


def _keys_in_use() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM people_neverpair")
        return {key_id_of(value) for (value,) in cursor.fetchall()}


def test_rotation_moves_every_value_to_the_first_key(pairs: list[NeverPair], settings: Settings) -> None:
    settings.FIELD_KEYS = [NEW, OLD]

    said = _rotate()

    assert "Writing under the key 'new'.\n" in said
    assert "people_neverpair.reason: 2 of 2 read, 2 written anew\n" in said
    assert said.endswith("Done. Keys that are no longer first may be removed from FIELD_KEYS.\n")
    settings.FIELD_KEYS = [NEW]
    assert _keys_in_use() == {"new", ""}
    assert sorted(pair.reason for pair in NeverPair.objects.all()) == ["", "first", "second"]


def test_rotation_run_again_writes_nothing(pairs: list[NeverPair], settings: Settings) -> None:
    settings.FIELD_KEYS = [NEW, OLD]
    _rotate()

    assert "people_neverpair.reason: 2 of 2 read, 0 written anew\n" in _rotate()


def test_rotation_interrupted_leaves_all_readable_and_goes_on_from_there(
    pairs: list[NeverPair], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FIELD_KEYS = [NEW, OLD]
    monkeypatch.setattr(rotation, "BATCH", 1)
    steps = rotate_field(_field_of(NeverPair, "reason"))
    next(steps)
    assert next(steps).rewritten == 1
    steps.close()

    assert _keys_in_use() == {"new", "old", ""}
    assert sorted(pair.reason for pair in NeverPair.objects.all()) == ["", "first", "second"]
    assert "people_neverpair.reason: 2 of 2 read, 1 written anew\n" in _rotate()


def test_rotation_leaves_a_value_that_changed_meanwhile(
    pairs: list[NeverPair], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FIELD_KEYS = [NEW, OLD]
    seal = encryption.seal

    def changed_meanwhile(text: str, bound_to: str) -> str:
        pair = NeverPair.objects.get(pk=bound_to.rpartition(":")[2])
        pair.reason = f"{text}, changed"
        monkeypatch.setattr(encryption, "seal", seal)
        pair.save()
        return seal(text, bound_to)

    monkeypatch.setattr(encryption, "seal", changed_meanwhile)
    _rotate()

    assert sum(pair.reason.endswith(", changed") for pair in NeverPair.objects.all()) == 1
    assert _keys_in_use() == {"new", ""}


def test_rotation_of_second_factors_keeps_them_working(ben: Membership, settings: Settings) -> None:
    adapter = get_adapter()
    codes = [adapter.encrypt("code one"), adapter.encrypt("code two")]
    contents = [
        ("totp", {"secret": adapter.encrypt("totp secret")}),
        ("recovery_codes", {"seed": adapter.encrypt("the seed"), "used_mask": 5}),
        ("webauthn", {"credential": {"id": "x"}, "name": "key"}),
    ]
    for kind, data in contents:
        Authenticator.objects.create(user=ben.user, type=kind, data=data)
    migrated = factories.make_user("other@example.org")
    Authenticator.objects.create(user=migrated, type="recovery_codes", data={"migrated_codes": codes})
    settings.FIELD_KEYS = [NEW, OLD]

    said = _rotate()

    settings.FIELD_KEYS = [NEW]
    assert "mfa_authenticator.data: 3 of 3 read, 3 written anew\n" in said
    totp, recovery, webauthn, other = Authenticator.objects.order_by("pk")
    assert adapter.decrypt(totp.data["secret"]) == "totp secret"
    assert adapter.decrypt(recovery.data["seed"]) == "the seed"
    assert recovery.data["used_mask"] == 5
    assert webauthn.data == {"credential": {"id": "x"}, "name": "key"}
    assert [adapter.decrypt(code) for code in other.data["migrated_codes"]] == ["code one", "code two"]


def test_rotation_names_what_it_cannot_open_and_moves_the_rest(
    pairs: list[NeverPair], ben: Membership, settings: Settings
) -> None:
    Authenticator.objects.create(user=ben.user, type="totp", data={"secret": "lost:AAAA"})
    settings.FIELD_KEYS = [NEW]
    pairs[0].reason = "written under the new key"
    pairs[0].save()
    out = StringIO()

    with pytest.raises(CommandError, match=r"^2 values could not be opened and were left as they are\."):
        call_command("rotate_keys", stdout=out, stderr=out)

    assert f"people_neverpair.reason, row {pairs[1].pk}: No key named 'old' is in FIELD_KEYS.\n" in out.getvalue()
    assert "mfa_authenticator.data, row " in out.getvalue()
    assert _keys_in_use() == {"new", "old", ""}


def _field_of(model: type[NeverPair], name: str) -> EncryptedTextField:
    field = model._meta.get_field(name)
    assert isinstance(field, EncryptedTextField)
    return field


def test_rotation_finds_encrypted_fields_of_abstract_parents_too() -> None:
    found = {f"{field.model._meta.label_lower}.{field.name}" for field in encrypted_fields()}

    assert {"people.menteeprofile.contact", "people.neverpair.reason", "checkins.checkin.note"} <= found
