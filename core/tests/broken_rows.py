"""A row that breaks whatever is done to it, whoever does it: the database refuses to change it."""

from django.db import connection
from django.db.models import Model

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION broken_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'this row is broken'; END $$
"""


def break_row(row: Model) -> None:
    """From here to the end of the test every change of `row` raises an error of the database."""
    table = row._meta.db_table
    trigger = f'CREATE TRIGGER "broken_{row.pk.hex}" BEFORE UPDATE ON "{table}"'
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_FUNCTION)
            cursor.execute(f"{trigger} FOR EACH ROW WHEN (OLD.id = '{row.pk}') EXECUTE FUNCTION broken_row()")
        else:
            cursor.execute(f"{trigger} WHEN OLD.id = '{row.pk.hex}' BEGIN SELECT RAISE(ABORT, 'this row is broken'); END")


def mend_row(row: Model) -> None:
    """Undo `break_row`."""
    on = f' ON "{row._meta.db_table}"' if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TRIGGER "broken_{row.pk.hex}"{on}')
