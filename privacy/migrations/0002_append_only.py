from django.db import migrations

from core.triggers import ForbidChanges, QueueInserts


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial")]

    operations = [
        ForbidChanges("privacy_auditentry"),
        ForbidChanges("privacy_auditseal"),
        QueueInserts("privacy_auditentry", "privacy_unsealedentry"),
    ]
