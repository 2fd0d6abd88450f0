"""What every template may read."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """The neutral site title, demo mode, and the membership that the person acts as."""
    return {
        "site_title": settings.SITE_TITLE,
        "demo_mode": settings.DEMO_MODE,
        "membership": getattr(request, "membership", None),
        "memberships": getattr(request, "memberships", []),
    }
