"""The request as the middleware leaves it, for the type checker."""

from datetime import timedelta

from accounts.models import Membership, User
from core.http import ClockRequest


class ActingRequest(ClockRequest):
    """With the active memberships of the person who asks, none for a stranger, and the one acted as, if any.

    `ends_in` is how long a signed-in person's session lasts if they do nothing more.
    """

    membership: Membership | None
    memberships: list[Membership]
    ends_in: timedelta


class MemberRequest(ActingRequest):
    """What a signed-in view receives.

    Only a `signed_in` view may meet a `membership` of None: a person whom every program has let go.
    """

    user: User
    membership: Membership
