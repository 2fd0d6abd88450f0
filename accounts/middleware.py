"""Whom a person acts as."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts.models import Membership

SESSION_KEY = "acting_membership"


class ActingMembershipMiddleware:
    """Sets `request.memberships` (all active ones) and `request.membership` (the one acted as, or None).

    Read anew on each request, so a changed role or a suspension works on the next one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        memberships: list[Membership] = []
        if request.user.is_authenticated:
            memberships = list(
                Membership.objects.active()
                .filter(user_id=request.user.pk)
                .select_related("program", "user")
                .order_by("joined_at", "id")
            )
        chosen = request.session.get(SESSION_KEY)
        acting = next((m for m in memberships if str(m.pk) == chosen), memberships[0] if memberships else None)
        request.memberships = memberships  # type: ignore[attr-defined]
        request.membership = acting  # type: ignore[attr-defined]
        return self.get_response(request)
