"""A broken row may name nobody."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0002_try_counts")]

    operations = [migrations.AlterField("brokenrow", "person_id", models.UUIDField(null=True))]
