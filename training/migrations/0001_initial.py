import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='TrainingRecord',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('hours', models.DecimalField(decimal_places=1, default=0, max_digits=5, verbose_name='training hours')),
                ('agreement_signed_on', models.DateField(blank=True, null=True, verbose_name='agreement signed on')),
                ('screening_valid_until', models.DateField(blank=True, null=True, verbose_name='screening valid until')),
                ('mentor', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='training', to='people.mentorprofile')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
