import uuid
from django.db import migrations, models

from core.triggers import ForbidChanges, QueueInserts


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='AuditSeal',
            fields=[
                ('position', models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ('entry_id', models.UUIDField(unique=True)),
                ('mac', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='UnsealedEntry',
            fields=[
                ('entry_id', models.UUIDField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(db_index=True)),
                ('action', models.CharField(choices=[('opened', 'opened'), ('changed', 'changed'), ('exported', 'exported'), ('imported', 'imported')], max_length=12)),
                ('program_id', models.UUIDField(db_index=True)),
                ('actor_id', models.UUIDField(help_text='The user; null when the program itself acted.', null=True)),
                ('actor_role', models.CharField(blank=True, max_length=12)),
                ('person_id', models.UUIDField(help_text='The user whose data it is.', null=True)),
                ('object_type', models.CharField(max_length=60)),
                ('object_id', models.UUIDField()),
                ('reason', models.CharField(blank=True, help_text='A code, never free text.', max_length=40)),
            ],
            options={
                'ordering': ['at', 'id'],
                'indexes': [models.Index(fields=['person_id', '-at'], name='audit_about_a_person')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('program_id', models.UUIDField(db_index=True)),
                ('person_id', models.UUIDField(db_index=True, help_text='The user.')),
                ('given_on', models.DateField(verbose_name='given on')),
                ('expires_on', models.DateField(blank=True, null=True, verbose_name='expires on')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked at')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('program_id', 'person_id', 'given_on'), name='consent_unique')],
            },
        ),
        ForbidChanges("privacy_auditentry"),
        ForbidChanges("privacy_auditseal"),
        QueueInserts("privacy_auditentry", "privacy_unsealedentry"),
    ]
