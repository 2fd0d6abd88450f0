import core.fields
import django.core.validators
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('notifications', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('first_name', models.CharField(blank=True, max_length=80, verbose_name='first name')),
                ('role', models.CharField(choices=[('mentee', 'Mentee'), ('mentor', 'Mentor'), ('coordinator', 'Coordinator'), ('supervisor', 'Supervisor'), ('admin', 'Program admin')], max_length=12, verbose_name='role')),
                ('language', models.CharField(default='en', max_length=8, verbose_name='language')),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('token', core.fields.EncryptedTextField(blank=True)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('submission_key', models.UUIDField(unique=True)),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.membership')),
                ('message', models.OneToOneField(help_text='The mail with the present link.', on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='notifications.message')),
                ('program', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='accounts.program')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='MenteeProfile',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('birth_date', models.DateField(blank=True, null=True, verbose_name='date of birth')),
                ('gender', models.CharField(blank=True, choices=[('woman', 'Woman'), ('man', 'Man'), ('non_binary', 'Non-binary')], max_length=12, verbose_name='gender')),
                ('languages', core.fields.ChoiceListField(blank=True, default=list, verbose_name='languages')),
                ('pathways', core.fields.ChoiceListField(blank=True, default=list, verbose_name='pathways')),
                ('experiences', core.fields.ChoiceListField(blank=True, default=list, verbose_name='lived experience to use in matching')),
                ('contact', core.fields.EncryptedTextField(blank=True, help_text='A phone number, for example. The match and the coordinators see it.', max_length=200, verbose_name='how to be reached')),
                ('meeting_modes', core.fields.ChoiceListField(blank=True, default=list, verbose_name='ways to meet')),
                ('places', core.fields.ChoiceListField(blank=True, default=list, help_text='Write a semicolon between two places, such as: Library; Park.', verbose_name='places to meet')),
                ('goals', core.fields.ChoiceListField(blank=True, default=list, verbose_name='goals')),
                ('support_styles', core.fields.ChoiceListField(blank=True, default=list, verbose_name='support style')),
                ('interests', core.fields.ChoiceListField(blank=True, default=list, verbose_name='interests')),
                ('dislikes', core.fields.ChoiceListField(blank=True, default=list, verbose_name='dislikes')),
                ('preferred_genders', core.fields.ChoiceListField(blank=True, default=list, verbose_name='would rather be matched with')),
                ('required_genders', core.fields.ChoiceListField(blank=True, default=list, verbose_name='must be matched with')),
                ('preferred_age_min', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(18), django.core.validators.MaxValueValidator(120)], verbose_name='preferred age from')),
                ('preferred_age_max', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(18), django.core.validators.MaxValueValidator(120)], verbose_name='preferred age to')),
                ('waiting_since', models.DateField(blank=True, db_index=True, null=True, verbose_name='waiting since')),
                ('membership', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='mentee_profile', to='accounts.membership')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='MentorProfile',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('birth_date', models.DateField(blank=True, null=True, verbose_name='date of birth')),
                ('gender', models.CharField(blank=True, choices=[('woman', 'Woman'), ('man', 'Man'), ('non_binary', 'Non-binary')], max_length=12, verbose_name='gender')),
                ('languages', core.fields.ChoiceListField(blank=True, default=list, verbose_name='languages')),
                ('pathways', core.fields.ChoiceListField(blank=True, default=list, verbose_name='pathways')),
                ('experiences', core.fields.ChoiceListField(blank=True, default=list, verbose_name='lived experience to use in matching')),
                ('contact', core.fields.EncryptedTextField(blank=True, help_text='A phone number, for example. The match and the coordinators see it.', max_length=200, verbose_name='how to be reached')),
                ('meeting_modes', core.fields.ChoiceListField(blank=True, default=list, verbose_name='ways to meet')),
                ('places', core.fields.ChoiceListField(blank=True, default=list, help_text='Write a semicolon between two places, such as: Library; Park.', verbose_name='places to meet')),
                ('goals', core.fields.ChoiceListField(blank=True, default=list, verbose_name='goals')),
                ('support_styles', core.fields.ChoiceListField(blank=True, default=list, verbose_name='support style')),
                ('interests', core.fields.ChoiceListField(blank=True, default=list, verbose_name='interests')),
                ('dislikes', core.fields.ChoiceListField(blank=True, default=list, verbose_name='dislikes')),
                ('preferred_genders', core.fields.ChoiceListField(blank=True, default=list, verbose_name='would rather be matched with')),
                ('required_genders', core.fields.ChoiceListField(blank=True, default=list, verbose_name='must be matched with')),
                ('preferred_age_min', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(18), django.core.validators.MaxValueValidator(120)], verbose_name='preferred age from')),
                ('preferred_age_max', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(18), django.core.validators.MaxValueValidator(120)], verbose_name='preferred age to')),
                ('recovery_since', models.DateField(blank=True, null=True, verbose_name='in recovery since')),
                ('capacity', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MaxValueValidator(50)], verbose_name='places for mentees')),
                ('is_taking_mentees', models.BooleanField(default=True, verbose_name='taking new mentees')),
                ('membership', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='mentor_profile', to='accounts.membership')),
                ('supervisor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='supervised_mentors', to='accounts.membership', verbose_name='supervisor')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='AvailabilityWindow',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('weekday', models.PositiveSmallIntegerField()),
                ('start_minute', models.PositiveSmallIntegerField()),
                ('end_minute', models.PositiveSmallIntegerField()),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='availability', to='accounts.membership')),
            ],
            options={
                'ordering': ['weekday', 'start_minute'],
                'constraints': [models.CheckConstraint(condition=models.Q(('end_minute__lte', 1440), ('start_minute__lt', models.F('end_minute')), ('weekday__lte', 6)), name='availability_is_a_window')],
            },
        ),
        migrations.CreateModel(
            name='NeverPair',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('reason', core.fields.EncryptedTextField(blank=True, verbose_name='reason')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='never_pairs_received', to='accounts.membership')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='never_pairs_named', to='accounts.membership')),
                ('program', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='never_pairs', to='accounts.program')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'other'), name='never_pair_unique')],
            },
        ),
    ]
