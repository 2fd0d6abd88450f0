"""What a profile says, in words."""

from datetime import date

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.fields import ChoiceListField
from people.models import MenteeProfile, MentorProfile


def about_words(profile: MentorProfile | MenteeProfile, today: date) -> list[tuple[str, str]]:
    """(label, words) for everything the profile says, in the order of its form; what is not known is left out."""
    words: list[tuple[str, str]] = []
    for field in profile._meta.concrete_fields:
        value = getattr(profile, field.attname)
        if field.name in ("id", "membership") or value in (None, "", []):
            continue
        label = capfirst(str(field.verbose_name))
        if isinstance(field, ChoiceListField):
            words.append((label, ", ".join(field.labels(value))))
        elif field.name == "birth_date":
            words.append((label, _("%(day)s (%(age)d years)") % {"day": date_format(value), "age": profile.age_on(today) or 0}))
        elif isinstance(value, date):
            words.append((label, date_format(value)))
        elif isinstance(value, bool):
            words.append((label, _("Yes") if value else _("No")))
        elif field.name == "supervisor" and isinstance(profile, MentorProfile) and profile.supervisor:
            words.append((label, profile.supervisor.user.full_name))
        elif field.choices:
            words.append((label, str(dict(field.flatchoices).get(value, value))))
        else:
            words.append((label, str(value)))
    return words
