"""The history of a flag says that the mentor was told once contact was open again."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('supervision', '0007_no_passing_day'),
    ]

    operations = [
        migrations.AlterField(
            model_name='flagevent',
            name='reason',
            field=models.CharField(blank=True, choices=[('gap', 'Days without a session passed the agreed number.'), ('asked_now', 'Asked for support right away.'), ('asked_today', 'Asked for support the same day.'), ('mentor_worried', "The mentor is worried about someone's safety."), ('mentor_asked', 'The mentor asked to talk to you.'), ('unanswered', 'Still open, so more people were told.'), ('handed_on', 'Who hears of it has changed, so whoever hears of it now was told.'), ('contact_open', 'Contact in the match is open again, so the mentor was told.'), ('session_logged', 'Closed by itself: a session was logged.'), ('not_running', 'Closed by itself: the pair is paused, closing or closed.'), ('clock_moved', 'Closed by itself: the time between sessions was changed.')], max_length=20),
        ),
    ]
