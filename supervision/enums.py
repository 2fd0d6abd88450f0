"""Kinds of flags."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FlagKind(TextChoices):
    SAFETY = "safety", _("Safety")
    SUPPORT = "support", _("Support asked for")
    SESSION_GAP = "session_gap", _("Session gap")
    MENTOR_ASKS = "mentor_asks", _("Mentor asks for you")


class FlagChange(TextChoices):
    OPENED = "opened", _("Opened")
    RAISED = "raised", _("Raised")
    RESOLVED = "resolved", _("Resolved")
    CLEARED = "cleared", _("Closed by itself")
