import core.fields
from django.db import migrations

CONTACT = {
    "help_text": "A phone number, for example. The match and the coordinators see it, and supervisors when somebody has to be called.",
    "verbose_name": "how to be reached",
}


class Migration(migrations.Migration):
    dependencies = [("people", "0005_places_sealed")]
    operations = [
        migrations.AlterField(kind, "contact", core.fields.EncryptedTextField(blank=True, max_length=200, **CONTACT))
        for kind in ("menteeprofile", "mentorprofile")
    ]
