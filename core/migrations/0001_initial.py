import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='ScanRun',
            fields=[
                ('name', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('finished_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='BrokenRow',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('scan', models.CharField(max_length=40)),
                ('row_id', models.UUIDField()),
                ('program_id', models.UUIDField()),
                ('person_id', models.UUIDField()),
                ('error', models.CharField(max_length=80)),
                ('since', models.DateTimeField()),
                ('mended_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('mended_at', None)), fields=('scan', 'row_id'), name='broken_row_once')],
            },
        ),
    ]
