from django.db import migrations

from core.triggers import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [("matching", "0001_initial")]

    operations = [
        ForbidChanges("matching_weightchange"),
    ]
