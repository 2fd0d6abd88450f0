"""Codes of matching: the states of a round, how a coordinator can override what is proposed, and why."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RoundState(TextChoices):
    OPEN = "open", _("In work")
    SENT = "sent", _("Sent")
    SET_ASIDE = "set_aside", pgettext_lazy("state of a round", "Set aside")


class OverrideKind(TextChoices):
    """`LOCK` makes a pair stand, whatever the score says; `FORBID` keeps two people apart in this round."""

    LOCK = "lock", _("Keep together")
    FORBID = "forbid", _("Keep apart")


class OverrideReason(TextChoices):
    KNOW_EACH_OTHER = "know_each_other", _("They know each other")
    ASKED_FOR_IT = "asked_for_it", _("One of them asked for it")
    NOT_WRITTEN_DOWN = "not_written_down", _("Something not written down")
    SCORE_LOOKS_RIGHT = "score_looks_right", _("The score looks right")
    SCORE_LOOKS_WRONG = "score_looks_wrong", _("The score looks wrong")
    PRACTICAL = "practical", _("A practical matter")
    OTHER = "other", _("Another reason")
