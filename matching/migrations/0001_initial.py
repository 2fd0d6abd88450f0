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
            name='Round',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('open', 'In work'), ('sent', 'Sent'), ('set_aside', 'Set aside')], default='open', max_length=12, verbose_name='state')),
                ('started_at', models.DateTimeField()),
                ('weights', models.JSONField()),
                ('protects_weakest', models.BooleanField(default=True, help_text='Raise the lowest score of the set first, then the sum.', verbose_name='protect the weakest pair')),
                ('solve_wanted_at', models.DateTimeField(null=True)),
                ('solve_language', models.CharField(blank=True, max_length=8)),
                ('claimed_until', models.DateTimeField(null=True)),
                ('progress', models.PositiveSmallIntegerField(default=0)),
                ('solved_at', models.DateTimeField(null=True)),
                ('places', models.PositiveIntegerField(default=0, help_text='Free places of mentors who could be proposed, at the solve.')),
                ('sent_at', models.DateTimeField(null=True)),
                ('program', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rounds', to='accounts.program')),
                ('sent_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('started_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
            ],
            options={
                'ordering': ['-started_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Override',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('lock', 'Keep together'), ('forbid', 'Keep apart')], max_length=8, verbose_name='what')),
                ('reason', models.CharField(choices=[('know_each_other', 'They know each other'), ('asked_for_it', 'One of them asked for it'), ('not_written_down', 'Something not written down'), ('score_looks_right', 'The score looks right'), ('score_looks_wrong', 'The score looks wrong'), ('practical', 'A practical matter'), ('other', 'Another reason')], max_length=20, verbose_name='why')),
                ('words', core.fields.EncryptedTextField(blank=True, verbose_name='in your own words')),
                ('score', models.FloatField(null=True)),
                ('cost', models.FloatField(null=True)),
                ('holds', models.BooleanField(default=True)),
                ('at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('instead_of', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.membership')),
                ('mentee', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.membership')),
                ('mentor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.membership')),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='overrides', to='matching.round')),
            ],
            options={
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='RoundLine',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('days', models.PositiveIntegerField(help_text='How long the mentee had waited.')),
                ('score', models.FloatField(null=True)),
                ('known', models.FloatField(null=True)),
                ('parts', models.JSONField(default=list)),
                ('others', models.JSONField(default=list)),
                ('is_locked', models.BooleanField(default=False)),
                ('left_over', core.fields.EncryptedTextField(blank=True)),
                ('lost', core.fields.EncryptedTextField(blank=True)),
                ('mentee', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.membership')),
                ('mentor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.membership')),
                ('relationship', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='relationships.relationship')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='matching.round')),
            ],
            options={
                'ordering': ['-days', 'mentee_id'],
            },
        ),
        migrations.CreateModel(
            name='WeightChange',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('weights', models.JSONField()),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership')),
                ('program', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='weight_changes', to='accounts.program')),
            ],
            options={
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.AddIndex(
            model_name='round',
            index=models.Index(condition=models.Q(('solve_wanted_at__isnull', False)), fields=['solve_wanted_at'], name='round_to_solve'),
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('program',), name='one_open_round'),
        ),
        migrations.AddConstraint(
            model_name='override',
            constraint=models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('round', 'mentee', 'mentor'), name='one_override_per_pair'),
        ),
        migrations.AddConstraint(
            model_name='override',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'lock'), ('undone_at', None)), fields=('round', 'mentee'), name='one_lock_per_mentee'),
        ),
        migrations.AddConstraint(
            model_name='roundline',
            constraint=models.UniqueConstraint(fields=('round', 'mentee'), name='one_line_per_mentee'),
        ),
        migrations.AddIndex(
            model_name='weightchange',
            index=models.Index(fields=['program', '-at'], name='weights_of_a_program'),
        ),
        ForbidChanges("matching_weightchange"),
    ]
