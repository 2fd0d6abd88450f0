"""A mentor's worry is a kind of flag of its own, about the mentor; it was a safety flag about the mentee."""

from django.db import migrations, models


def take_out_of_safety(apps, schema_editor):
    """Flags that nothing but a mentor's worry caused. One that a mentee's call is behind too stays a call."""
    flags = apps.get_model("supervision", "Flag").objects.filter(kind="safety").exclude(relationship=None)
    events = apps.get_model("supervision", "FlagEvent").objects
    for flag in flags.select_related("relationship").iterator():
        causes = set(events.filter(flag=flag, change__in=("opened", "raised")).values_list("reason", flat=True))
        if causes - {"unanswered"} == {"mentor_worried"}:
            flag.kind, flag.about_id, flag.step = "worry", flag.relationship.mentor_id, 1
            flag.save(update_fields=["kind", "about", "step"])


class Migration(migrations.Migration):
    dependencies = [
        ("supervision", "0002_notified_by_name"),
        ("relationships", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="flag",
            name="kind",
            field=models.CharField(
                choices=[
                    ("safety", "Safety"),
                    ("worry", "A mentor is worried"),
                    ("support", "Support asked for"),
                    ("session_gap", "Session gap"),
                    ("mentor_asks", "Mentor asks for you"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.RunPython(take_out_of_safety, migrations.RunPython.noop),
    ]
