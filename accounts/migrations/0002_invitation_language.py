from django.db import migrations, models


class Migration(migrations.Migration):
    """Invitations that are on their way keep the language they had."""

    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="language",
            field=models.CharField(default="en", max_length=8, verbose_name="language"),
        ),
    ]
