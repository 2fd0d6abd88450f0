"""The request a signed-in view receives, for the type checker."""

from datetime import datetime

from django.http import HttpRequest

from accounts.models import Membership, User


class MemberRequest(HttpRequest):
    """After the middleware: a user, their active memberships, the one they act as, and the one time of this request.

    Only a `signed_in` view may meet a `membership` of None: a person whom every program has let go.
    """

    user: User
    membership: Membership
    memberships: list[Membership]
    now: datetime
