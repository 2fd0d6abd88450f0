import core.fields
import django.core.validators
import django.db.models.deletion
import uuid
from django.db import migrations, models

from core.triggers import ForbidChanges


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Relationship',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn'), ('expired', 'Expired'), ('accepted', 'Accepted'), ('introduced', 'Introduced'), ('active', 'Active'), ('paused', 'Paused'), ('closing', 'Closing'), ('closed', 'Closed')], default='proposed', max_length=12, verbose_name='state')),
                ('close_reason', models.CharField(blank=True, choices=[('completed', 'Completed'), ('ended_early', 'Ended early'), ('rematch', 'A different match'), ('safety', 'Ended for safety')], max_length=12, verbose_name='reason')),
                ('cadence_days', models.PositiveSmallIntegerField(default=7, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)], verbose_name='days between sessions')),
                ('proposed_at', models.DateTimeField()),
                ('proposal_expires_at', models.DateTimeField()),
                ('mentor_accepted_at', models.DateTimeField(null=True)),
                ('mentee_accepted_at', models.DateTimeField(null=True)),
                ('started_at', models.DateTimeField(help_text='When the second of the two accepted.', null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('last_session_on', models.DateField(null=True)),
                ('session_gap_since', models.DateField(null=True)),
                ('session_gap_due_at', models.DateTimeField(null=True)),
                ('session_gap_step', models.PositiveSmallIntegerField(default=0)),
                ('mentee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='relationships_as_mentee', to='accounts.membership')),
                ('mentor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='relationships_as_mentor', to='accounts.membership')),
                ('program', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='relationships', to='accounts.program')),
                ('proposed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.membership')),
            ],
        ),
        migrations.CreateModel(
            name='MentoringSession',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('held_on', models.DateField(verbose_name='date')),
                ('minutes', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(600)], verbose_name='minutes')),
                ('mode', models.CharField(blank=True, choices=[('in_person', 'In person'), ('phone', 'Phone'), ('video', 'Video'), ('text', 'Text messages')], max_length=12, verbose_name='how')),
                ('outcome', models.CharField(choices=[('met', 'We met'), ('mentee_could_not', "They couldn't"), ('mentor_could_not', "I couldn't"), ('moved', 'We moved it')], max_length=20, verbose_name='outcome')),
                ('topics', core.fields.ChoiceListField(blank=True, default=list, verbose_name='what it was about')),
                ('next_step', core.fields.EncryptedTextField(blank=True, verbose_name='next step')),
                ('next_on', models.DateField(blank=True, null=True, verbose_name='next date')),
                ('note', core.fields.EncryptedTextField(blank=True, verbose_name='note')),
                ('mentor_wellbeing', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(5)], verbose_name='how are you doing yourself?')),
                ('wants_supervisor', models.BooleanField(default=False, verbose_name='I want to talk to my supervisor')),
                ('has_safety_concern', models.BooleanField(default=False, verbose_name="I am worried about someone's safety")),
                ('logged_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(help_text='When the mentee confirmed it.', null=True)),
                ('taken_back_at', models.DateTimeField(help_text='When the mentor took it back: it did not take place.', null=True)),
                ('taken_up_at', models.DateTimeField(help_text='When supervision took up what the mentor asked for here.', null=True)),
                ('submission_key', models.UUIDField(unique=True)),
                ('logged_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('relationship', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='relationships.relationship')),
            ],
            options={
                'ordering': ['-held_on', '-logged_at'],
            },
        ),
        migrations.CreateModel(
            name='Transition',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('from_state', models.CharField(blank=True, choices=[('proposed', 'Proposed'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn'), ('expired', 'Expired'), ('accepted', 'Accepted'), ('introduced', 'Introduced'), ('active', 'Active'), ('paused', 'Paused'), ('closing', 'Closing'), ('closed', 'Closed')], max_length=12)),
                ('to_state', models.CharField(choices=[('proposed', 'Proposed'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn'), ('expired', 'Expired'), ('accepted', 'Accepted'), ('introduced', 'Introduced'), ('active', 'Active'), ('paused', 'Paused'), ('closing', 'Closing'), ('closed', 'Closed')], max_length=12)),
                ('at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, help_text='A code, such as a CloseReason.', max_length=40)),
                ('by', models.ForeignKey(help_text='Null when time did it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('relationship', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transitions', to='relationships.relationship')),
            ],
            options={
                'ordering': ['at', 'id'],
            },
        ),
        migrations.AddIndex(
            model_name='relationship',
            index=models.Index(fields=['mentor', 'state'], name='relationship_mentor_state'),
        ),
        migrations.AddIndex(
            model_name='relationship',
            index=models.Index(condition=models.Q(('session_gap_due_at__isnull', False)), fields=['session_gap_due_at'], name='relationship_gap_due'),
        ),
        migrations.AddIndex(
            model_name='relationship',
            index=models.Index(condition=models.Q(('state', 'proposed')), fields=['proposal_expires_at'], name='relationship_proposal_due'),
        ),
        migrations.AddConstraint(
            model_name='relationship',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('proposed', 'accepted', 'introduced', 'active', 'paused', 'closing'))), fields=('mentee',), name='one_mentor_per_mentee'),
        ),
        migrations.AddIndex(
            model_name='mentoringsession',
            index=models.Index(condition=models.Q(models.Q(('has_safety_concern', True), ('wants_supervisor', True), _connector='OR'), ('taken_up_at', None)), fields=['logged_at'], name='session_to_take_up'),
        ),
        ForbidChanges("relationships_transition"),
    ]
