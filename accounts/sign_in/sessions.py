"""Sessions that are over are forgotten, with what was noted of them for the page of one's own devices."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session


def forget_ended(now: datetime) -> int:
    """Returns how many sessions."""
    ended, _by_model = Session.objects.filter(expire_date__lte=now).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return ended
