import base64

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connection, transaction
from django.db.models import F
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from accounts.models import Membership
from core.encryption import CannotOpen, current_key_id, key_id_of, new_field_key, open_sealed, seal
from core.fields import Sealed
from people.models import MentorProfile, NeverPair

FIRST = "one:" + base64.b64encode(b"1" * 32).decode()
SECOND = "two:" + base64.b64encode(b"2" * 32).decode()
SECRET = "They are cousins. Привет 🌿"


@pytest.fixture
def pair(ben: Membership, mona: Membership) -> NeverPair:
    return NeverPair.objects.create(program=ben.program, person=ben, other=mona, reason=SECRET)


def _stored(row: NeverPair) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM people_neverpair WHERE id = %s", [_raw(row)])
        return str(cursor.fetchone()[0])


def _store(row: NeverPair, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_neverpair SET reason = %s WHERE id = %s", [value, _raw(row)])


def _raw(row: NeverPair) -> str:
    return row.pk.hex if connection.vendor == "sqlite" else str(row.pk)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_text_sealed_opens_to_itself_where_it_belongs_and_nowhere_else(text: str) -> None:
    value = seal(text, "table:column:1")

    assert open_sealed(value, "table:column:1") == text
    with pytest.raises(CannotOpen):
        open_sealed(value, "table:column:2")


def test_same_text_sealed_twice_looks_different() -> None:
    assert seal("yes", "t:c:1") != seal("yes", "t:c:1")


@given(st.data())
def test_value_with_any_character_changed_does_not_open(data: st.DataObject) -> None:
    value = seal("no", "t:c:1")
    place = data.draw(st.integers(0, len(value) - 1))
    other = data.draw(st.characters(codec="ascii").filter(lambda char: char != value[place]))

    with pytest.raises(CannotOpen):
        open_sealed(value[:place] + other + value[place + 1 :], "t:c:1")


@pytest.mark.parametrize("value", ["", "plain text", "one:", "one:AAAA", "one:not base64", "none:AAAA", ":"])
def test_value_we_never_wrote_does_not_open(settings: Settings, value: str) -> None:
    settings.FIELD_KEYS = [FIRST]

    with pytest.raises(CannotOpen):
        open_sealed(value, "t:c:1")


def test_first_key_writes_and_every_key_reads(settings: Settings) -> None:
    settings.FIELD_KEYS = [FIRST]
    old = seal("old", "t:c:1")
    settings.FIELD_KEYS = [SECOND, FIRST]
    new = seal("new", "t:c:1")

    assert (key_id_of(old), key_id_of(new), current_key_id()) == ("one", "two", "two")
    assert (open_sealed(old, "t:c:1"), open_sealed(new, "t:c:1")) == ("old", "new")


def test_value_of_a_key_that_was_removed_does_not_open_and_names_the_key(settings: Settings) -> None:
    settings.FIELD_KEYS = [FIRST]
    value = seal("old", "t:c:1")
    settings.FIELD_KEYS = [SECOND]

    with pytest.raises(CannotOpen, match="'one'"):
        open_sealed(value, "t:c:1")


def test_new_key_can_be_used_at_once(settings: Settings) -> None:
    settings.FIELD_KEYS = [new_field_key(), FIRST]

    assert open_sealed(seal("x", "t:c:1"), "t:c:1") == "x"


def test_malformed_key_is_an_error_that_says_the_remedy(settings: Settings) -> None:
    settings.FIELD_KEYS = ["one"]

    with pytest.raises(ImproperlyConfigured, match=r"Key 1 in FIELD_KEYS is malformed.*new_field_key"):
        seal("x", "t:c:1")


def test_field_in_the_database_is_ciphertext_and_opens_on_access(pair: NeverPair) -> None:
    read = NeverPair.objects.get()

    assert key_id_of(_stored(pair)) == current_key_id()
    assert isinstance(read.__dict__["reason"], Sealed)
    assert read.reason == SECRET
    assert read.__dict__["reason"] == SECRET


def test_field_that_was_not_read_is_saved_unchanged(pair: NeverPair) -> None:
    before = _stored(pair)

    NeverPair.objects.get().save()

    assert _stored(pair) == before


def test_field_deferred_opens_on_access(pair: NeverPair) -> None:
    assert NeverPair.objects.defer("reason").get().reason == SECRET
    assert NeverPair.objects.only("id").get().reason == SECRET


def test_field_refreshed_opens_what_the_database_holds_now(pair: NeverPair) -> None:
    NeverPair.objects.get().delete()
    again = NeverPair(id=pair.pk, program=pair.program, person=pair.person, other=pair.other, reason="other")
    again.save(force_insert=True)

    pair.refresh_from_db()

    assert pair.reason == "other"


def test_field_left_empty_stays_empty_and_can_be_asked_for(pair: NeverPair, ben: Membership, mona: Membership) -> None:
    empty = NeverPair.objects.create(program=ben.program, person=mona, other=ben)

    assert _stored(empty) == ""
    assert NeverPair.objects.get(reason="").reason == ""
    assert NeverPair.objects.exclude(reason="").get() == pair


def test_field_of_a_row_whose_id_was_given_as_text_opens(ben: Membership, mona: Membership) -> None:
    written = "5AFE0000-0000-4000-8000-000000000000"
    NeverPair.objects.create(id=written, program=ben.program, person=ben, other=mona, reason=SECRET)

    assert NeverPair.objects.get().reason == SECRET


def test_value_copied_into_another_row_does_not_open(pair: NeverPair, ben: Membership, mona: Membership) -> None:
    other = NeverPair.objects.create(program=ben.program, person=mona, other=ben, reason="x")
    _store(other, _stored(pair))

    with pytest.raises(CannotOpen):
        _ = NeverPair.objects.get(pk=other.pk).reason


def test_value_copied_from_another_column_does_not_open(pair: NeverPair, mona: Membership) -> None:
    mentor = MentorProfile.objects.get(membership=mona)
    mentor.contact = "555 0100"
    mentor.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact FROM people_mentorprofile WHERE contact <> ''")
        _store(pair, cursor.fetchone()[0])

    with pytest.raises(CannotOpen):
        _ = NeverPair.objects.get().reason


@pytest.mark.parametrize("value", ["plain text", "one:AAAA"])
def test_text_put_into_the_database_from_outside_does_not_pass_for_ours(pair: NeverPair, value: str) -> None:
    _store(pair, value)

    with pytest.raises(CannotOpen):
        _ = NeverPair.objects.get().reason


def test_text_that_looks_like_ciphertext_is_sealed_like_any_other(pair: NeverPair) -> None:
    looks_sealed = _stored(pair)
    pair.reason = looks_sealed
    pair.save()

    assert _stored(pair) != looks_sealed
    assert NeverPair.objects.get().reason == looks_sealed


def test_copy_of_a_row_still_sealed_is_refused_and_copied_once_read(pair: NeverPair, ben: Membership, mona: Membership) -> None:
    copy = NeverPair.objects.get()
    copy.pk, copy.person, copy.other, copy._state.adding = NeverPair().pk, mona, ben, True

    with pytest.raises(FieldError, match="still sealed"), transaction.atomic():
        copy.save()
    copy.reason = pair.reason
    copy.save()
    assert NeverPair.objects.get(pk=copy.pk).reason == SECRET


def test_bulk_create_seals(ben: Membership, mona: Membership) -> None:
    NeverPair.objects.bulk_create([NeverPair(program=ben.program, person=ben, other=mona, reason=SECRET)])

    assert key_id_of(_stored(NeverPair.objects.get())) == current_key_id()
    assert NeverPair.objects.get().reason == SECRET


@pytest.mark.parametrize(
    "lookup", ["reason", "reason__iexact", "reason__contains", "reason__in", "reason__gt", "reason__length"]
)
def test_search_for_a_text_is_refused(pair: NeverPair, lookup: str) -> None:
    with pytest.raises(FieldError, match="encrypted"):
        list(NeverPair.objects.filter(**{lookup: SECRET}))


def test_update_with_a_text_is_refused(pair: NeverPair) -> None:
    for value in ("plain", F("person_id")):
        with pytest.raises(FieldError, match="encrypted"), transaction.atomic():
            NeverPair.objects.update(reason=value)
    pair.reason = "plain"
    with pytest.raises(FieldError, match="encrypted"), transaction.atomic():
        NeverPair.objects.bulk_update([pair], ["reason"])

    assert NeverPair.objects.get().reason == SECRET


def test_update_to_empty_is_allowed(pair: NeverPair) -> None:
    NeverPair.objects.update(reason="")

    assert NeverPair.objects.get().reason == ""
