"""The history of a pair keeps after whose act contact went on hold, or was open again."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_name_key"), ("relationships", "0006_unfit_told_at")]
    operations = [
        migrations.AddField(
            "holdchange",
            "by",
            models.ForeignKey(
                help_text="Whose act it followed; null for nobody's.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.membership",
            ),
        ),
    ]
