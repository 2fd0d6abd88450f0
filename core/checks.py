"""System checks of the house's own rules: every route declares its policy and can be reached, and the keys fit."""

from collections.abc import Iterator, Sequence
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
    return [problem for route in walk(patterns) for problem in _problems_of_one(route, resolver)]


def _problems_of_one(route: Route, resolver: Resolver) -> Iterator[CheckMessage]:
    if policy_of(route.view) is None:
        hint = "Mark the view with allow(), signed_in() or public() from core.policy; declare() marks another package's."
        yield Error(f"{route} declares no policy.", hint=hint, id="handrail.E001")
    if route.sample is not None and (winner := _reached_at(route.sample, resolver)) != route.pattern:
        reason = f"/{winner} comes first" if winner is not None else "its own pattern refuses it"
        yield Error(f"{route} is never reached: {reason}.", hint="Reorder the routes, or remove one.", id="handrail.E002")


def _reached_at(address: str, resolver: Resolver) -> str | None:
    try:
        return resolver.resolve(address).route
    except Resolver404:
        return None


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
