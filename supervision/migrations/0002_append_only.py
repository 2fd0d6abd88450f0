from django.db import migrations

from core.triggers import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [("supervision", "0001_initial")]

    operations = [
        ForbidChanges("supervision_flagevent"),
    ]
