import core.fields
import django.db.models.deletion
import uuid
from django.db import migrations, models

from core.triggers import ForbidChanges


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('relationships', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Flag',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('safety', 'Safety'), ('support', 'Support asked for'), ('session_gap', 'Session gap'), ('mentor_asks', 'Mentor asks for you')], max_length=20, verbose_name='kind')),
                ('step', models.PositiveSmallIntegerField(default=1)),
                ('opened_at', models.DateTimeField()),
                ('raised_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('what_was_done', core.fields.EncryptedTextField(blank=True, verbose_name='what was done')),
                ('about', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='flags_about', to='accounts.membership')),
                ('closed_by', models.ForeignKey(help_text='Null when it closed by itself.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('program', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='flags', to='accounts.program')),
                ('relationship', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='flags', to='relationships.relationship')),
            ],
        ),
        migrations.CreateModel(
            name='FlagEvent',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('change', models.CharField(choices=[('opened', 'Opened'), ('raised', 'Raised'), ('resolved', 'Resolved'), ('cleared', 'Closed by itself')], max_length=12)),
                ('step', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, choices=[('gap', 'Days without a session passed the agreed number.'), ('asked_now', 'Asked for support now.'), ('asked_today', 'Asked for support today.'), ('mentor_worried', "The mentor is worried about someone's safety."), ('mentor_asked', 'The mentor asked to talk to you.'), ('unanswered', 'Still open, so more people were told.'), ('session_logged', 'Closed by itself: a session was logged.'), ('not_running', 'Closed by itself: the pair is paused, closing or closed.'), ('clock_moved', 'Closed by itself: the time between sessions was changed.')], max_length=20)),
                ('source_id', models.UUIDField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('flag', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='supervision.flag')),
            ],
            options={
                'ordering': ['at', 'change', 'id'],
            },
        ),
        migrations.CreateModel(
            name='FlagNotified',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(choices=[('mentee', 'Mentee'), ('mentor', 'Mentor'), ('coordinator', 'Coordinator'), ('supervisor', 'Supervisor'), ('admin', 'Program admin')], max_length=12)),
                ('at', models.DateTimeField()),
                ('message_id', models.UUIDField()),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notified', to='supervision.flagevent')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
            ],
            options={
                'ordering': ['at', 'member__user__first_name', 'id'],
            },
        ),
        migrations.AddIndex(
            model_name='flag',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['program', '-raised_at'], name='flag_open'),
        ),
        migrations.AddConstraint(
            model_name='flag',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('relationship', 'kind'), name='one_open_flag_per_kind'),
        ),
        migrations.AddConstraint(
            model_name='flag',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None), ('relationship', None)), fields=('about', 'kind'), name='one_open_flag_per_kind_unpaired'),
        ),
        ForbidChanges("supervision_flagevent"),
        ForbidChanges("supervision_flagnotified"),
    ]
