"""That two no longer fit is noted on the pair, also where no coordinator is there to be told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("relationships", "0005_hold_changes"),
    ]

    operations = [
        migrations.AddField(
            model_name="relationship",
            name="unfit_told_at",
            field=models.DateTimeField(
                help_text="When it was last told that the two could not be paired any more; null while they could.", null=True
            ),
        ),
    ]
