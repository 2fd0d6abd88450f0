"""A check-in names the pair it was shared with, a call for support the pair whose mentor was told."""

from typing import Any
from uuid import UUID

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

RUNNING = {"accepted", "introduced", "active"}
ONGOING = {*RUNNING, "paused", "closing"}


def name_the_pair(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Rows written until now go to the pair that the mentee was in at that moment, as the history says; else to nobody.

    Not to the pair of today: since then it may have been closed, and reopened after another one.
    """
    checkins = apps.get_model("checkins", "CheckIn").objects.filter(is_shared=True)
    calls = apps.get_model("checkins", "SupportRequest").objects.all()
    changes = apps.get_model("relationships", "Transition").objects.order_by("at", "id")
    for rows, at, states in ((checkins, "submitted_at", ONGOING), (calls, "asked_at", RUNNING)):
        for pk, mentee_id, moment in rows.values_list("pk", "mentee_id", at):
            before = changes.filter(relationship__mentee_id=mentee_id, at__lte=moment)
            rows.filter(pk=pk).update(shared_with_id=_pair_in(states, before))


def _pair_in(states: set[str], changes: Any) -> UUID | None:
    """The pair that the last of its `changes` left in one of `states`. A mentee had one at most at a time."""
    stood = dict(changes.values_list("relationship_id", "to_state"))
    return next((pair for pair, state in stood.items() if state in states), None)


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0001_initial"),
        ("relationships", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="checkin",
            name="shared_with",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="shared_checkins",
                to="relationships.relationship",
            ),
        ),
        migrations.AddField(
            model_name="supportrequest",
            name="shared_with",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="calls",
                to="relationships.relationship",
            ),
        ),
        migrations.RunPython(name_the_pair, migrations.RunPython.noop),
    ]
