from django.db import migrations

from core.triggers import ForbidChanges


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial")]

    operations = [
        ForbidChanges("privacy_auditentry"),
        ForbidChanges("privacy_auditseal"),
    ]
