"""The request as the middleware leaves it, for the type checker."""

from accounts.models import Membership, User
from core.http import ClockRequest


class ActingRequest(ClockRequest):
    """With the active memberships of the person who asks, none for a stranger, and the one acted as, if any."""

    membership: Membership | None
    memberships: list[Membership]


class MemberRequest(ActingRequest):
    """What a signed-in view receives.

    Only a `signed_in` view may meet a `membership` of None: a person whom every program has let go.
    """

    user: User
    membership: Membership
