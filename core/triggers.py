"""Database triggers that keep append-only tables append-only, also when the change does not come from the site."""

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


class _TriggerOperation(Operation):
    """A migration operation that changes triggers only, never the models."""

    reduces_to_sql = True
    reversible = True

    def create(self, vendor: str, apps: Any) -> list[str]:
        raise NotImplementedError

    def drop(self, vendor: str) -> list[str]:
        raise NotImplementedError

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models do not change."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        for statement in self.create(schema_editor.connection.vendor, to_state.apps):
            schema_editor.execute(statement, params=None)  # a percent sign is part of the statement

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        for statement in self.drop(schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)  # a percent sign is part of the statement


class ForbidChanges(_TriggerOperation):
    """`UPDATE`, `DELETE` (and `TRUNCATE` on PostgreSQL) of `table` fail from here on."""

    def __init__(self, table: str) -> None:
        self.table = table

    def create(self, vendor: str, apps: Any) -> list[str]:
        return _create(vendor, self.table, _unique_columns(apps, self.table))

    def drop(self, vendor: str) -> list[str]:
        return _drop(vendor, self.table)

    def describe(self) -> str:
        return f"Forbid changes to {self.table}"


class QueueInserts(_TriggerOperation):
    """Whatever is inserted into `table`, by whomever, leaves its `id` in the column `entry_id` of `queue`."""

    def __init__(self, table: str, queue: str) -> None:
        self.table = table
        self.queue = queue

    def create(self, vendor: str, apps: Any) -> list[str]:
        insert = f'INSERT INTO "{self.queue}" (entry_id) VALUES (NEW.id)'  # noqa: S608  the names come from our own migrations
        trigger = f'CREATE TRIGGER "{self.table}_queue" AFTER INSERT ON "{self.table}"'
        if vendor == "postgresql":
            body = f"LANGUAGE plpgsql AS $$ BEGIN {insert}; RETURN NULL; END $$"
            return [
                f'CREATE FUNCTION "{self.queue}_add"() RETURNS trigger {body}',
                f'{trigger} FOR EACH ROW EXECUTE FUNCTION "{self.queue}_add"()',
            ]
        return [f"{trigger} BEGIN {insert}; END"]

    def drop(self, vendor: str) -> list[str]:
        if vendor == "postgresql":
            return [f'DROP TRIGGER "{self.table}_queue" ON "{self.table}"', f'DROP FUNCTION "{self.queue}_add"()']
        return [f'DROP TRIGGER "{self.table}_queue"']

    def describe(self) -> str:
        return f"Queue what is inserted into {self.table}"
