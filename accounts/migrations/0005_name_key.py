from typing import Any

import core.fields
from django.db import migrations


def fill(apps: Any, schema_editor: Any) -> None:
    """Rows of before; the field reads the names by itself."""
    for user in apps.get_model("accounts", "User")._base_manager.only("first_name", "last_name").iterator():
        user.save(update_fields=["name_key"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_imported_people_are_pending")]
    operations = [
        migrations.AddField(
            model_name="user",
            name="name_key",
            field=core.fields.NameKeyField(default="", editable=False, of=("first_name", "last_name")),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
