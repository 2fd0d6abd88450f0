"""What follows from a change of how a person signs in."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.usersessions.models import UserSession
from django.dispatch import receiver

from accounts.models import User


@receiver(authenticator_added)
def end_sessions_opened_without_it(
    sender: object, request: Any, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """A session that was opened with the password alone must not go on beside a second factor."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        for session in UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key):
            session.end()
