from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from core.models import AppendOnlyError, AppendOnlyModel
from privacy.models import Action, AuditEntry


@pytest.fixture
def entry(db: None, now: datetime) -> AuditEntry:
    return make_entry(now)


def make_entry(now: datetime) -> AuditEntry:
    return AuditEntry.objects.create(
        at=now, action=Action.OPENED, program_id=uuid4(), object_type="checkins.checkin", object_id=uuid4()
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry.save(),
        lambda entry: entry.delete(),
        lambda entry: AuditEntry.objects.update(reason="x"),
        lambda entry: AuditEntry.objects.all().delete(),
        lambda entry: AuditEntry.objects.bulk_update([entry], ["reason"]),
        lambda entry: AuditEntry._base_manager.filter(pk=entry.pk).update(reason="x"),
    ],
    ids=["save", "delete", "update", "delete_all", "bulk_update", "base_manager"],
)
def test_append_only_row_changed_through_the_orm_is_refused(entry: AuditEntry, change: Callable[[AuditEntry], None]) -> None:
    with pytest.raises((AppendOnlyError, DatabaseError)), transaction.atomic():
        change(entry)

    assert AuditEntry.objects.get().reason == ""


@pytest.mark.parametrize(
    "table",
    [
        "matching_weightchange",
        "privacy_auditentry",
        "privacy_auditseal",
        "relationships_holdchange",
        "relationships_transition",
        "supervision_flagevent",
        "supervision_flagnotified",
    ],
)
def test_append_only_table_has_its_triggers(db: None, table: str) -> None:
    sql = {
        "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled = 'O'",
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
    }
    names = {"postgresql": ["no_change", "no_truncate"], "sqlite": ["no_delete", "no_replace", "no_update"]}
    with connection.cursor() as cursor:
        cursor.execute(sql[connection.vendor], [table])
        found = sorted(name for (name,) in cursor.fetchall() if not name.endswith("_queue"))

    assert found == [f"{table}_{name}" for name in names[connection.vendor]]


def test_every_append_only_model_is_tested_here() -> None:
    models = [model._meta.db_table for model in apps.get_models() if issubclass(model, AppendOnlyModel)]

    assert sorted(models) == [
        "matching_weightchange",
        "privacy_auditentry",
        "relationships_holdchange",
        "relationships_transition",
        "supervision_flagevent",
        "supervision_flagnotified",
    ]


@pytest.mark.parametrize("statement", ["UPDATE privacy_auditentry SET reason = 'x'", "DELETE FROM privacy_auditentry"])
def test_append_only_table_changed_with_raw_sql_is_refused(entry: AuditEntry, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert AuditEntry.objects.get().reason == ""


@pytest.mark.once
def test_append_only_row_replaced_is_refused(entry: AuditEntry) -> None:
    """Only SQLite has INSERT OR REPLACE."""
    statement = """INSERT OR REPLACE INTO privacy_auditentry
        (id, at, action, program_id, actor_role, object_type, object_id, reason)
        SELECT id, at, action, program_id, actor_role, object_type, object_id, 'x' FROM privacy_auditentry"""
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert AuditEntry.objects.get().reason == ""


@pytest.mark.services
def test_append_only_table_truncated_is_refused(entry: AuditEntry) -> None:
    """Only PostgreSQL has TRUNCATE."""
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE privacy_auditentry")

    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("run", ["first", "second"])
def test_flush_after_a_real_transaction_empties_the_table_and_keeps_it_closed(run: str, now: datetime) -> None:
    assert AuditEntry.objects.count() == 0
    make_entry(now)

    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM privacy_auditentry")
