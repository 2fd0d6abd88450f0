"""The request a signed-in view receives, for the type checker."""

from datetime import datetime

from django.http import HttpRequest

from accounts.models import Membership, User


class MemberRequest(HttpRequest):
    """After the middleware: a user, the membership they act as, and the one time of this request."""

    user: User
    membership: Membership
    now: datetime
