from django.db import migrations

from core.triggers import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [("relationships", "0001_initial")]

    operations = [
        ForbidChanges("relationships_transition"),
    ]
