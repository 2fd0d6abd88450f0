import core.fields
import django.core.validators
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='CheckIn',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('submitted_at', models.DateTimeField()),
                ('mood', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Very hard'), (2, 'Hard'), (3, 'So-so'), (4, 'Good'), (5, 'Very good')], null=True, verbose_name='How are things?')),
                ('urges', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(10)], verbose_name='Urges to drink')),
                ('confidence', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(10)], verbose_name='Confidence in my plan')),
                ('drinking', models.CharField(blank=True, choices=[('no', 'No'), ('yes', 'Yes'), ('rather_not_say', 'Rather not say')], max_length=16, verbose_name='Any drinking since last time?')),
                ('hard', core.fields.ChoiceListField(blank=True, default=list, verbose_name='What is hard right now?')),
                ('support', models.CharField(blank=True, choices=[('fine', "I'm fine"), ('this_week', 'This week'), ('today', 'Today'), ('now', 'Now')], max_length=12, verbose_name='Would you like support?')),
                ('note', core.fields.EncryptedTextField(blank=True, verbose_name='A note')),
                ('is_shared', models.BooleanField(default=False, verbose_name='Share this check-in with my mentor')),
                ('submission_key', models.UUIDField(unique=True)),
                ('mentee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checkins', to='accounts.membership')),
            ],
            options={
                'ordering': ['-submitted_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='CheckInSchedule',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('cadence_days', models.PositiveSmallIntegerField(default=7)),
                ('hour', models.PositiveSmallIntegerField(default=10, validators=[django.core.validators.MaxValueValidator(23)], verbose_name='hour of the day')),
                ('due_at', models.DateTimeField(null=True)),
                ('reminder_at', models.DateTimeField(null=True)),
                ('reminders_sent', models.PositiveSmallIntegerField(default=0)),
                ('reminded_on', models.DateField(null=True)),
                ('reminders_skipped', models.PositiveIntegerField(default=0)),
                ('mentee', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='checkin_schedule', to='accounts.membership')),
            ],
        ),
        migrations.CreateModel(
            name='SupportRequest',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('urgency', models.CharField(choices=[('fine', "I'm fine"), ('this_week', 'This week'), ('today', 'Today'), ('now', 'Now')], max_length=12)),
                ('asked_at', models.DateTimeField(db_index=True)),
                ('taken_up_at', models.DateTimeField(help_text='When supervision was told; null while it is pending.', null=True)),
                ('in_touch_at', models.DateTimeField(help_text='When the mentor first said that they had been in touch.', null=True)),
                ('checkin', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='support_request', to='checkins.checkin')),
                ('mentee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='support_requests', to='accounts.membership')),
            ],
        ),
        migrations.AddIndex(
            model_name='checkin',
            index=models.Index(fields=['mentee', '-submitted_at'], name='checkin_mentee_latest'),
        ),
        migrations.AddIndex(
            model_name='checkinschedule',
            index=models.Index(condition=models.Q(('reminder_at__isnull', False)), fields=['reminder_at'], name='checkin_reminder_due'),
        ),
        migrations.AddIndex(
            model_name='supportrequest',
            index=models.Index(condition=models.Q(('taken_up_at', None)), fields=['asked_at'], name='support_to_take_up'),
        ),
    ]
