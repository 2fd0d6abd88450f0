"""`shared_with` says it."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def share_again(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """On the way back: what is shared with a pair is shared."""
    apps.get_model("checkins", "CheckIn").objects.exclude(shared_with=None).update(is_shared=True)


class Migration(migrations.Migration):
    dependencies = [("checkins", "0002_shared_with")]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, share_again),
        migrations.RemoveField(model_name="checkin", name="is_shared"),
    ]
