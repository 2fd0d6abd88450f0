"""Database triggers that keep append-only tables append-only, whoever asks."""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME; END $$
"""


def _create(vendor: str, table: str, unique: list[str]) -> list[str]:
    if vendor == "postgresql":
        return [
            _POSTGRES_FUNCTION,
            f'CREATE TRIGGER "{table}_no_change" BEFORE UPDATE OR DELETE ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            f'CREATE TRIGGER "{table}_no_truncate" BEFORE TRUNCATE ON "{table}" EXECUTE FUNCTION refuse_change()',
        ]
    refuse = f"BEGIN SELECT RAISE(ABORT, 'table {table} is append-only'); END"
    # SQLite's INSERT OR REPLACE deletes the old row without asking a delete trigger.
    taken = " OR ".join(f'"{column}" = NEW."{column}"' for column in unique)
    twin = f'SELECT 1 FROM "{table}" WHERE {taken}'  # noqa: S608  the names come from our own migrations
    return [
        f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}" {refuse}',
        f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" {refuse}',
        f'CREATE TRIGGER "{table}_no_replace" BEFORE INSERT ON "{table}" WHEN EXISTS ({twin}) {refuse}',
    ]


def _drop(vendor: str, table: str) -> list[str]:
    if vendor == "postgresql":
        return [f'DROP TRIGGER "{table}_{name}" ON "{table}"' for name in ("no_change", "no_truncate")]
    return [f'DROP TRIGGER "{table}_{name}"' for name in ("no_update", "no_delete", "no_replace")]


def _unique_columns(apps: Any, table: str) -> list[str]:
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    return [field.column for field in model._meta.concrete_fields if field.unique]


class ForbidChanges(Operation):
    """Migration operation: `UPDATE`, `DELETE` (and `TRUNCATE` on PostgreSQL) of `table` fail from here on."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str) -> None:
        self.table = table

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models do not change."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        unique = _unique_columns(to_state.apps, self.table)
        for statement in _create(schema_editor.connection.vendor, self.table, unique):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        for statement in _drop(schema_editor.connection.vendor, self.table):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return f"Forbid changes to {self.table}"
