"""What every template may read."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from core.deployment import mail_leaves


def site(request: HttpRequest) -> dict[str, Any]:
    """The neutral site title, demo mode, whether mail leaves, the membership that the person acts as, and in how many seconds
    their session ends."""
    ends_in = getattr(request, "ends_in", timedelta.max)
    return {
        "site_title": settings.SITE_TITLE,
        "demo_mode": settings.DEMO_MODE,
        "mail_leaves": mail_leaves(),
        "session_seconds": None if ends_in == timedelta.max else int(ends_in.total_seconds()),
        "membership": getattr(request, "membership", None),
        "memberships": getattr(request, "memberships", []),
    }
