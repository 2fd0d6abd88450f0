from typing import Any

import core.fields
from django.db import migrations

KINDS = ("menteeprofile", "mentorprofile")
PLACES = {
    "help_text": "Write a semicolon between two places, such as: Library; Park.",
    "verbose_name": "places to meet",
}


def seal(apps: Any, schema_editor: Any) -> None:
    for kind in KINDS:
        for profile in apps.get_model("people", kind).objects.exclude(places_in_clear=[]).iterator():
            profile.places = profile.places_in_clear
            profile.save(update_fields=["places"])


class Migration(migrations.Migration):
    dependencies = [("people", "0004_accepted_as")]
    operations = [
        *(migrations.RenameField(kind, "places", "places_in_clear") for kind in KINDS),
        *(
            migrations.AddField(kind, "places", core.fields.EncryptedListField(blank=True, default=list, **PLACES))
            for kind in KINDS
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
        *(migrations.RemoveField(kind, "places_in_clear") for kind in KINDS),
    ]
