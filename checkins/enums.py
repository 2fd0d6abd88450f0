"""What a check-in asks."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Mood(IntegerChoices):
    VERY_HARD = 1, _("Very hard")
    HARD = 2, _("Hard")
    SO_SO = 3, _("So-so")
    GOOD = 4, _("Good")
    VERY_GOOD = 5, _("Very good")


class Drinking(TextChoices):
    NO = "no", _("No")
    YES = "yes", _("Yes")
    RATHER_NOT_SAY = "rather_not_say", _("Rather not say")


class Hard(TextChoices):
    SLEEP = "sleep", _("Sleep")
    STRESS = "stress", _("Stress")
    FAMILY = "family", _("Family")
    LONELY = "lonely", _("Feeling alone")
    MONEY = "money", _("Money")
    WORK = "work", _("Work")
    HEALTH = "health", _("Health")
    PEOPLE = "people", _("People who drink around me")
    BOREDOM = "boredom", _("Empty time")


class Support(TextChoices):
    FINE = "fine", _("I'm fine")
    THIS_WEEK = "this_week", _("This week")
    TODAY = "today", _("Today")
    NOW = "now", _("Now")


SUPPORT_KINDS = {Support.TODAY: "checkins.support_today", Support.NOW: "checkins.support_now"}
"""The answers that ask for support, and what the mentor is told at once."""
