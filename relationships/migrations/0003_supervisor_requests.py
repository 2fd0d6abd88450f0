"""What a mentor tells their supervisor becomes a row of its own; it stood on the session that the mentor logged."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import core.fields


def move_out_of_sessions(apps, schema_editor):
    """Under the key that the session's own form would give it, so that the form sent again tells nothing twice."""
    sessions = apps.get_model("relationships", "MentoringSession").objects
    requests = apps.get_model("relationships", "SupervisorRequest").objects
    for kind, field in (("worry", "has_safety_concern"), ("talk", "wants_supervisor")):
        for session in sessions.filter(taken_back_at=None, **{field: True}).iterator():
            requests.create(
                relationship_id=session.relationship_id,
                kind=kind,
                asked_at=session.logged_at,
                taken_up_at=session.taken_up_at,
                submission_key=uuid.uuid5(session.submission_key, f"{session.relationship_id} {kind} "),
            )


class Migration(migrations.Migration):
    dependencies = [
        ("relationships", "0002_place_in_line"),
    ]

    operations = [
        migrations.CreateModel(
            name="SupervisorRequest",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("worry", "I am worried about someone's safety"),
                            ("talk", "I want to talk to my supervisor"),
                        ],
                        max_length=12,
                        verbose_name="what is it?",
                    ),
                ),
                ("words", core.fields.EncryptedTextField(blank=True, verbose_name="in your own words")),
                ("asked_at", models.DateTimeField()),
                (
                    "taken_up_at",
                    models.DateTimeField(help_text="When supervision took it up; null while it is pending.", null=True),
                ),
                ("submission_key", models.UUIDField(unique=True)),
                (
                    "relationship",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supervisor_requests",
                        to="relationships.relationship",
                    ),
                ),
            ],
            options={"ordering": ["-asked_at", "id"]},
        ),
        migrations.AddIndex(
            model_name="supervisorrequest",
            index=models.Index(
                condition=models.Q(("taken_up_at", None)), fields=["asked_at"], name="supervisor_to_take_up"
            ),
        ),
        migrations.RunPython(move_out_of_sessions, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="mentoringsession", name="session_to_take_up"),
        migrations.RemoveField(model_name="mentoringsession", name="has_safety_concern"),
        migrations.RemoveField(model_name="mentoringsession", name="wants_supervisor"),
        migrations.RemoveField(model_name="mentoringsession", name="taken_up_at"),
    ]
