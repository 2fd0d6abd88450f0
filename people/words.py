"""What a profile says, in words."""

from datetime import date

from django.utils.text import capfirst

from people.fields import fields_of
from people.models import MenteeProfile, MentorProfile


def about_words(profile: MentorProfile | MenteeProfile, today: date) -> list[tuple[str, str]]:
    """(label, words) for everything the profile says, in the order of its form; what is not known is left out."""
    answers = [(asked, getattr(profile, asked.name)) for asked in fields_of(type(profile))]
    return [
        (capfirst(str(asked.label)), asked.in_words(value, today)) for asked, value in answers if value not in (None, "", [])
    ]
