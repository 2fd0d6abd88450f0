import threading
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from core.scans import all_scans, run_scan
from core.tests.append_only import lifted
from privacy import seal
from privacy.models import Action, AuditEntry, AuditSeal, UnsealedEntry
from privacy.seal import link, seal_entries, verify_chain

pytestmark = pytest.mark.django_db


def write(at: datetime, **fields: object) -> AuditEntry:
    values = {"action": Action.OPENED, "program_id": uuid4(), "object_type": "checkins.checkin", "object_id": uuid4()}
    return AuditEntry.objects.create(at=at, **{**values, **fields})


def write_five(noon: datetime) -> list[AuditEntry]:
    return [write(noon + timedelta(minutes=minute), actor_id=uuid4(), actor_role="mentor") for minute in range(5)]


def tamper(*statements: str) -> None:
    """Behind the program's back, with the triggers out of the way."""
    with lifted(connection), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def entries_in_chain() -> list[UUID]:
    return list(AuditSeal.objects.order_by("position").values_list("entry_id", flat=True))


def test_sealing_links_what_waits_in_order_of_time(noon: datetime) -> None:
    late = write(noon + timedelta(minutes=2))
    early = write(noon)

    assert seal_entries(noon) == 2
    assert entries_in_chain() == [early.pk, late.pk]
    assert UnsealedEntry.objects.count() == 0
    assert seal_entries(noon) == 0


def test_sealing_again_goes_on_where_the_chain_ends(noon: datetime) -> None:
    write_five(noon)
    seal_entries(noon)
    earlier = write(noon - timedelta(hours=1))

    assert seal_entries(noon) == 1
    assert AuditSeal.objects.get(position=6).entry_id == earlier.pk
    assert verify_chain().broken == 0


def test_sealing_in_small_batches_makes_the_same_chain(noon: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seal, "BATCH", 2)
    entries = write_five(noon)

    assert seal_entries(noon) == 5
    assert entries_in_chain() == [entry.pk for entry in entries]
    assert verify_chain().broken == 0


def test_sealing_reads_only_what_waits(noon: datetime, django_assert_num_queries: Any) -> None:
    write_five(noon)
    seal_entries(noon)

    with django_assert_num_queries(4 if connection.vendor == "sqlite" else 5):  # savepoint, lock, head, waiting, release
        seal_entries(noon)


def test_sealing_is_one_of_the_scans_and_comes_last(noon: datetime) -> None:
    write(noon)

    assert run_scan("privacy.seal_audit", noon) == 1
    assert all_scans()[-1].name == "privacy.seal_audit"


def test_entries_written_in_bulk_are_linked_too(noon: datetime) -> None:
    AuditEntry.objects.bulk_create(
        AuditEntry(at=noon, action=Action.IMPORTED, program_id=uuid4(), object_type="x.y", object_id=uuid4()) for _ in range(3)
    )

    assert seal_entries(noon) == 3


@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_once_make_one_chain(noon: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seal, "BATCH", 3)
    for minute in range(60):
        write(noon + timedelta(minutes=minute))
    start = threading.Barrier(4)
    sealed: list[int] = []

    def run() -> None:
        start.wait()
        try:
            sealed.append(seal_entries(noon))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(sealed), sum(sealed)) == (4, 60)
    report = verify_chain()
    assert (report.links, report.broken, report.head.position) == (60, 0, 60)


def test_link_covers_every_part(noon: datetime) -> None:
    entry = AuditEntry(
        at=noon, action="opened", program_id=UUID(int=1), object_type="a.b", object_id=UUID(int=2), id=UUID(int=3), reason="r"
    )
    before = link("0" * 64, 7, entry)
    changed = {
        "id": UUID(int=9),
        "at": noon + timedelta(microseconds=1),
        "action": "changed",
        "program_id": UUID(int=9),
        "actor_id": UUID(int=9),
        "actor_role": "mentor",
        "person_id": UUID(int=9),
        "object_type": "a.c",
        "object_id": UUID(int=9),
        "reason": "s",
    }

    assert {field.name for field in AuditEntry._meta.concrete_fields} == set(changed)
    for name, value in changed.items():
        kept = getattr(entry, name)
        setattr(entry, name, value)
        assert link("0" * 64, 7, entry) != before, name
        setattr(entry, name, kept)
    assert link("0" * 64, 8, entry) != before
    assert link("1" * 64, 7, entry) != before
    assert link("0" * 64, 7, entry) == before


def test_link_depends_on_the_key(noon: datetime, settings: Settings) -> None:
    entry = AuditEntry(at=noon, action="opened", program_id=UUID(int=1), object_type="a.b", object_id=UUID(int=2))
    before = link("", 1, entry)
    settings.AUDIT_KEY = "another"

    assert link("", 1, entry) != before


def test_verify_of_an_untouched_chain_finds_nothing(noon: datetime) -> None:
    write_five(noon)
    seal_entries(noon)
    write(noon)

    report = verify_chain()

    assert (report.links, report.waiting, report.broken, report.problems) == (5, 1, 0, [])
    assert str(report.head) == f"5:{AuditSeal.objects.get(position=5).mac}"


def test_verify_of_nothing_finds_nothing() -> None:
    report = verify_chain()

    assert (report.links, report.waiting, report.broken, str(report.head)) == (0, 0, 0, "0:")


THIRD = "(SELECT entry_id FROM privacy_auditseal WHERE position = 3)"
SWAP = (
    "UPDATE privacy_auditseal SET position = 99 WHERE position = 3",
    "UPDATE privacy_auditseal SET position = 3 WHERE position = 4",
    "UPDATE privacy_auditseal SET position = 4 WHERE position = 99",
)
SHIFT_UP = (
    "UPDATE privacy_auditseal SET position = position + 1000 WHERE position >= 3",
    "UPDATE privacy_auditseal SET position = position - 999 WHERE position > 1000",
)
INSERT_SEAL = (
    "INSERT INTO privacy_auditseal (position, entry_id, mac) SELECT 3, entry_id, 'ffff' FROM privacy_unsealedentry",
    "DELETE FROM privacy_unsealedentry",
)
"""Written so that nothing waits and every position is taken."""


@pytest.mark.parametrize(
    ("statements", "positions"),
    [
        ([f"UPDATE privacy_auditentry SET reason = 'x' WHERE id = {THIRD}"], [3]),
        ([f"UPDATE privacy_auditentry SET at = '2020-01-01 00:00:00+00:00' WHERE id = {THIRD}"], [3]),
        ([f"UPDATE privacy_auditentry SET actor_id = NULL WHERE id = {THIRD}"], [3]),
        ([f"DELETE FROM privacy_auditentry WHERE id = {THIRD}"], [3]),
        (["UPDATE privacy_auditseal SET mac = 'ffff' WHERE position = 3"], [3, 4]),
        (SWAP, [3, 4, 5]),
    ],
    ids=["edited", "backdated", "actor_removed", "deleted", "mac_edited", "reordered"],
)
def test_verify_of_a_changed_chain_names_the_places(noon: datetime, statements: list[str], positions: list[int]) -> None:
    write_five(noon)
    seal_entries(noon)
    chain = entries_in_chain()
    tamper(*statements)
    now_in_chain = entries_in_chain()

    report = verify_chain()

    changed = "Position {}: the entry {}, or its place in the chain, was changed."
    missing = "Position {}: the entry {} is missing."
    is_deleted = AuditEntry.objects.count() == 4
    assert report.problems == [
        (missing if is_deleted else changed).format(position, now_in_chain[position - 1]) for position in positions
    ]
    assert set(now_in_chain) == set(chain)


STRANGE_ANYWHERE = [
    (f"UPDATE privacy_auditentry SET at = '0001-01-01 00:00:00+00:00' WHERE id = {THIRD}", "entry {}, or its place"),
    ("UPDATE privacy_auditseal SET mac = 'ümlaut' WHERE position = 3", "entry {}, or its place"),
    ("UPDATE privacy_auditseal SET mac = '' WHERE position = 3", "entry {}, or its place"),
]
STRANGE_ON_POSTGRESQL = [
    (f"UPDATE privacy_auditentry SET at = 'infinity' WHERE id = {THIRD}", "entry {}, or its place"),
    (f"UPDATE privacy_auditentry SET at = '0044-03-15 12:00:00+00 BC' WHERE id = {THIRD}", "cannot be read"),
    (f"UPDATE privacy_auditentry SET at = '20000-01-01 12:00:00+00' WHERE id = {THIRD}", "cannot be read"),
]
STRANGE_ON_SQLITE = [
    (f"UPDATE privacy_auditentry SET at = 'long ago' WHERE id = {THIRD}", "entry {}, or its place"),
    (f"UPDATE privacy_auditentry SET at = 17 WHERE id = {THIRD}", "entry {}, or its place"),
    (f"UPDATE privacy_auditentry SET at = x'ff' WHERE id = {THIRD}", "cannot be read"),
    (f"UPDATE privacy_auditentry SET program_id = 'north' WHERE id = {THIRD}", "entry {} cannot be read"),
    (f"UPDATE privacy_auditentry SET actor_id = 17 WHERE id = {THIRD}", "entry {} cannot be read"),
    (f"UPDATE privacy_auditentry SET object_id = x'ff00' WHERE id = {THIRD}", "entry {} cannot be read"),
    (f"UPDATE privacy_auditentry SET reason = x'ff' WHERE id = {THIRD}", "entry {}, or its place"),
    (f"UPDATE privacy_auditentry SET reason = CAST(x'ff' AS TEXT) WHERE id = {THIRD}", "entry {}, or its place"),
    (f"UPDATE privacy_auditentry SET id = 'x' WHERE id = {THIRD}", "entry {} is missing"),
    ("UPDATE privacy_auditseal SET entry_id = 'x' WHERE position = 3", "the link cannot be read"),
    ("UPDATE privacy_auditseal SET entry_id = CAST(x'ff' AS TEXT) WHERE position = 3", "the link cannot be read"),
    ("UPDATE privacy_auditseal SET mac = 17 WHERE position = 3", "entry {}, or its place"),
    ("UPDATE privacy_auditseal SET mac = x'ff' WHERE position = 3", "entry {}, or its place"),
]


def only(mark: pytest.MarkDecorator, cases: list[tuple[str, str]]) -> list[Any]:
    """What a column can hold is the database's."""
    return [pytest.param(*case, marks=mark) for case in cases]


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        *STRANGE_ANYWHERE,
        *only(pytest.mark.once, STRANGE_ON_SQLITE),
        *only(pytest.mark.services, STRANGE_ON_POSTGRESQL),
    ],
)
def test_verify_of_a_row_tampered_with_strangely_names_the_place(
    noon: datetime, statement: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write_five(noon)
    seal_entries(noon)
    third = entries_in_chain()[2]
    tamper(statement)

    with pytest.raises(CommandError, match="The audit chain is broken in"):
        call_command("verify_audit")

    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("Position 3: ")]
    assert len(said) == 1
    assert sentence.format(third) in said[0]


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (
            "UPDATE privacy_auditseal SET position = 'third' WHERE position = 3",
            "A link stands at the position 'third', which is none.",
        ),
        ("UPDATE privacy_unsealedentry SET entry_id = 'x'", "The entry 'x' is missing; it waited for its place in the chain."),
        ("UPDATE privacy_unsealedentry SET entry_id = x'ff'", "it waited for its place in the chain."),
    ],
)
@pytest.mark.once
def test_verify_of_an_id_that_is_none_names_it(noon: datetime, statement: str, sentence: str) -> None:
    write_five(noon)
    seal_entries(noon)
    write(noon)
    tamper(statement)

    assert any(sentence in problem for problem in verify_chain().problems)


def test_verify_of_a_chain_with_a_link_cut_out_names_the_gap_and_the_next_link(noon: datetime) -> None:
    write_five(noon)
    seal_entries(noon)
    chain = entries_in_chain()
    tamper(f"DELETE FROM privacy_auditentry WHERE id = {THIRD}", "DELETE FROM privacy_auditseal WHERE position = 3")

    assert verify_chain().problems == [
        "Positions 3 to 3 are missing.",
        f"Position 4: the entry {chain[3]}, or its place in the chain, was changed.",
    ]


def test_verify_of_a_chain_with_a_link_put_in_names_it_and_what_follows(noon: datetime) -> None:
    write_five(noon)
    seal_entries(noon)
    forged = write(noon)
    tamper(*SHIFT_UP, *INSERT_SEAL)

    report = verify_chain()

    assert report.broken == 4
    assert report.problems[0] == f"Position 3: the entry {forged.pk}, or its place in the chain, was changed."


def test_verify_finds_an_entry_that_was_put_in_beside_the_chain(noon: datetime) -> None:
    write_five(noon)
    seal_entries(noon)
    forged = write(noon)
    tamper("DELETE FROM privacy_unsealedentry")

    assert verify_chain().problems == [f"The entry {forged.pk} is not in the chain and does not wait for its place."]


def test_verify_finds_an_entry_that_was_removed_before_it_was_linked(noon: datetime) -> None:
    entry = write(noon)
    tamper("DELETE FROM privacy_auditentry")

    assert verify_chain().problems == [f"The entry {entry.pk} is missing; it waited for its place in the chain."]


def test_verify_with_a_kept_head_finds_what_was_cut_off(noon: datetime) -> None:
    write_five(noon)
    seal_entries(noon)
    kept = verify_chain().head
    tamper(
        "DELETE FROM privacy_auditentry WHERE id IN (SELECT entry_id FROM privacy_auditseal WHERE position > 3)",
        "DELETE FROM privacy_auditseal WHERE position > 3",
    )

    assert verify_chain().broken == 0
    assert verify_chain(kept).problems == ["The chain ends at position 3; the head that was kept is at 5."]


def test_verify_with_a_kept_head_finds_a_chain_sealed_anew(noon: datetime, settings: Settings) -> None:
    """By somebody who knows the key: rewritten, and whole in itself."""
    write_five(noon)
    seal_entries(noon)
    kept = verify_chain().head
    tamper(
        f"UPDATE privacy_auditentry SET reason = 'x' WHERE id = {THIRD}",
        "INSERT INTO privacy_unsealedentry SELECT entry_id FROM privacy_auditseal",
        "DELETE FROM privacy_auditseal",
    )
    seal_entries(noon)

    assert verify_chain().broken == 0
    assert verify_chain(kept).problems == ["Position 5: the link is another one than the head that was kept."]


def test_verify_with_a_kept_head_after_more_was_written_finds_nothing(noon: datetime) -> None:
    write_five(noon)
    seal_entries(noon)
    kept = verify_chain().head
    write_five(noon)
    seal_entries(noon)

    assert verify_chain(kept).broken == 0


def test_verify_command_prints_the_head_and_takes_it_back(noon: datetime) -> None:
    write_five(noon)
    seal_entries(noon)
    write(noon)
    out = StringIO()

    call_command("verify_audit", stdout=out)

    head = f"5:{AuditSeal.objects.get(position=5).mac}"
    assert out.getvalue() == (
        f"5 entries are linked; 1 wait for the next tick.\nThe chain is whole. Keep its head elsewhere: {head}\n"
    )
    call_command("verify_audit", f"--head={head}", stdout=StringIO())


def test_verify_command_on_a_broken_chain_fails_and_names_the_place(noon: datetime) -> None:
    write_five(noon)
    seal_entries(noon)
    tamper("UPDATE privacy_auditseal SET mac = 'ffff' WHERE position = 5")
    errors = StringIO()

    with pytest.raises(CommandError, match=r"^The audit chain is broken in 1 places\.$") as caught:
        call_command("verify_audit", stdout=StringIO(), stderr=errors)

    assert caught.value.returncode == 1
    assert errors.getvalue().startswith("Position 5: the entry ")


def test_verify_command_with_another_key_says_so(noon: datetime, settings: Settings) -> None:
    write_five(noon)
    seal_entries(noon)
    settings.AUDIT_KEY = "another"
    errors = StringIO()

    with pytest.raises(CommandError, match="broken in 5 places"):
        call_command("verify_audit", stdout=StringIO(), stderr=errors)

    assert errors.getvalue().endswith("Every link differs: is AUDIT_KEY the key that sealed them?\n")


@pytest.mark.parametrize("text", ["5", "x:y", "5:abc", f"-1:{'0' * 64}", f"5:{'G' * 64}"])
def test_verify_command_given_a_malformed_head_says_what_it_wants(text: str) -> None:
    with pytest.raises(CommandError, match="is not POSITION:MAC"):
        call_command("verify_audit", f"--head={text}")


def test_verify_names_only_the_first_broken_links_and_counts_all(noon: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seal, "NAMED", 2)
    write_five(noon)
    seal_entries(noon)
    tamper("UPDATE privacy_auditentry SET reason = 'x'")

    report = verify_chain()

    assert (report.broken, len(report.problems)) == (5, 2)


def test_verify_reads_in_batches(noon: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seal, "BATCH", 2)
    write_five(noon)
    seal_entries(noon)

    assert (verify_chain().links, verify_chain().broken) == (5, 0)


def test_times_read_back_from_the_database_keep_their_microseconds() -> None:
    write(datetime(2026, 3, 2, 17, 0, 0, 123456, tzinfo=UTC))
    seal_entries(datetime(2026, 3, 2, tzinfo=UTC))

    assert verify_chain().broken == 0
