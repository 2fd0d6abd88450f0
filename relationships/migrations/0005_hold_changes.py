"""The history of a pair keeps when contact went on hold, and when it was open again."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import core.fields
from core.triggers import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [
        ("relationships", "0004_held_for"),
    ]

    operations = [
        migrations.CreateModel(
            name="HoldChange",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "grounds",
                    core.fields.ChoiceListField(
                        blank=True, default=list, help_text="What is missing from then on; empty when nothing is any more."
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "relationship",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hold_changes",
                        to="relationships.relationship",
                    ),
                ),
            ],
            options={"ordering": ["at", "id"]},
        ),
        ForbidChanges("relationships_holdchange"),
    ]
