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


class FlagReason(TextChoices):
    """Why a flag opened, was raised, or closed by itself. A code in the history, words on the page."""

    GAP = "gap", _("Days without a session passed the agreed number.")
    ASKED_NOW = "asked_now", _("Asked for support now.")
    ASKED_TODAY = "asked_today", _("Asked for support today.")
    MENTOR_WORRIED = "mentor_worried", _("The mentor is worried about someone's safety.")
    MENTOR_ASKED = "mentor_asked", _("The mentor asked to talk to you.")
    UNANSWERED = "unanswered", _("Still open, so more people were told.")
    SESSION_LOGGED = "session_logged", _("Closed by itself: a session was logged.")
    NOT_RUNNING = "not_running", _("Closed by itself: the pair is paused, closing or closed.")
    CLOCK_MOVED = "clock_moved", _("Closed by itself: the time between sessions was changed.")
