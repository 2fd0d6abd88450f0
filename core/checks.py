"""System checks of the house's own rules: every route declares its policy and can be reached, and the keys fit."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver
from django.urls.resolvers import URLResolver as Resolver

from core import encryption
from core.policy import policy_of
from core.routes import Route, walk


@register(Tags.urls)
def check_routes(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """Of the whole site."""
    return problems_of(get_resolver().url_patterns, get_resolver())


def problems_of(patterns: Sequence[URLPattern | URLResolver], resolver: Resolver) -> list[CheckMessage]:
    """E001 for a route without a policy, E002 for one that no request reaches."""
    problems: list[CheckMessage] = []
    seen: set[str] = set()
    for route in walk(patterns):
        if policy_of(route.view) is None:
            hint = "Mark the view with allow(), signed_in() or public() from core.policy, where its route is written."
            problems.append(Error(f"{route} declares no policy.", hint=hint, id="handrail.E001"))
        if (reason := _dead_because(route, seen, resolver)) is not None:
            hint = "Reorder the routes, or remove one."
            problems.append(Error(f"{route} is never reached: {reason}.", hint=hint, id="handrail.E002"))
        seen.add(route.pattern)
    return problems


def _dead_because(route: Route, seen: set[str], resolver: Resolver) -> str | None:
    if route.pattern in seen:
        return "the same pattern stands above it"
    if route.sample is None:
        return None
    try:
        winner = resolver.resolve(route.sample).route
    except Resolver404:
        return "its own pattern refuses it"
    return None if winner == route.pattern else f"/{winner} comes first"


@register(Tags.security)
def check_keys(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """E003 for field keys that cannot be used, E004 for one secret used twice."""
    problems: list[CheckMessage] = []
    try:
        encryption.current_key_id()
    except ImproperlyConfigured as error:
        problems.append(Error(str(error), hint="Restore FIELD_KEYS from your backup if it was changed.", id="handrail.E003"))
    if settings.AUDIT_KEY == settings.SECRET_KEY:
        problems.append(
            Error("AUDIT_KEY equals SECRET_KEY.", hint="Give AUDIT_KEY a long random text of its own.", id="handrail.E004")
        )
    return problems
