"""Which addresses to look at for each route that takes arguments, and which routes show no page."""

from collections.abc import Callable, Iterator

from django.urls import get_resolver, reverse

from accounts.enums import Role
from accounts.models import Membership
from core.policy import policy_of
from core.routes import Route, walk
from relationships.models import MentoringSession, Relationship
from supervision.models import Flag

Addresses = Callable[[Membership], list[str]]

NO_PAGE = frozenset({"core:healthz", "core:readyz", "mfa_download_recovery_codes"})
"""Answers for machines, and downloads."""


def _pairs(route: str) -> Addresses:
    """One pair in each state that this person can see."""

    def addresses(person: Membership) -> list[str]:
        seen = {pair.state: pair for pair in Relationship.objects.visible_to(person).order_by("started_at")}
        return [reverse(route, args=[pair.pk]) for pair in seen.values()]

    return addresses


WITH_ARGUMENTS: dict[str, Addresses] = {
    "relationships:detail": _pairs("relationships:detail"),
}


def pages_of(person: Membership | None) -> Iterator[str]:
    """Every address that this person (None: signed out) may open with GET."""
    for route in walk(get_resolver().url_patterns):
        if route.name in NO_PAGE or not _may_open(route, person):
            continue
        if route.name in WITH_ARGUMENTS:
            yield from WITH_ARGUMENTS[route.name](person) if person else []
        elif "<" in route.pattern:
            raise LookupError(f"{route} takes arguments: say in WITH_ARGUMENTS which addresses to look at")
        else:
            yield f"/{route.pattern}"


def _may_open(route: Route, person: Membership | None) -> bool:
    policy = policy_of(route.view)
    if policy is None or "GET" not in policy.methods:
        return False
    if person is None or policy.audience != "roles":
        return policy.audience == "public" or person is not None
    return person.role in policy.roles


__all__ = ["Flag", "MentoringSession", "Role", "pages_of"]
