"""Which roles may open a view, and with which methods. A view that declares no policy is refused.

    @allow(Role.COORDINATOR, methods=("GET", "POST"))
    def waiting(request): ...

    path("about/", public()(TemplateView.as_view(...)))

`public` and `signed_in` say so out loud. `core.middleware.PolicyMiddleware` enforces; `core.checks` finds views that
declare nothing. Roles are plain strings here: `accounts.enums.Role` holds their names.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from django.conf import settings
from django.http import QueryDict
from django.urls import Resolver404, resolve

View = TypeVar("View", bound=Callable[..., Any])
Audience = Literal["public", "signed_in", "roles"]
Threads = Literal["ordinary", "calls", "help"]
"""Whose threads of the web server answer: "calls" are kept for a person who asks for somebody or leaves in haste, "help"
for pages that wait for nothing and on which somebody may depend."""
Unsent = Callable[[QueryDict], str]
"""What it means to whoever posted this that it did not come through, where they may count on it; else nothing. Asked without
knowing them: their session has ended."""


def _means_nothing(_posted: QueryDict) -> str:
    return ""


@dataclass(frozen=True)
class Policy:
    """`roles` counts only when `audience` is "roles". `methods` are upper case; HEAD goes with GET."""

    audience: Audience
    methods: frozenset[str]
    roles: frozenset[str] = frozenset()
    threads: Threads = "ordinary"
    unsent: Unsent = _means_nothing


def _declare(
    audience: Audience,
    methods: Iterable[str],
    threads: Threads,
    roles: Iterable[str] = (),
    unsent: Unsent = _means_nothing,
) -> Callable[[View], View]:
    if isinstance(methods, str):
        raise TypeError(f'methods={methods!r} is one text; write methods=("{methods}",)')
    allowed = {method.upper() for method in methods}
    if "GET" in allowed:
        allowed.add("HEAD")
    policy = Policy(audience, frozenset(allowed), frozenset(map(str, roles)), threads, unsent)

    def mark(view: View) -> View:
        if policy_of(view) not in (None, policy):
            raise ValueError(f"{view!r} declares two policies; the later would quietly replace the earlier")
        view.policy = policy  # type: ignore[attr-defined]
        return view

    return mark


def public(*, methods: Iterable[str] = ("GET",), threads: Threads = "ordinary") -> Callable[[View], View]:
    """Anybody, signed in or not."""
    return _declare("public", methods, threads)


def signed_in(*, methods: Iterable[str] = ("GET",), threads: Threads = "ordinary") -> Callable[[View], View]:
    """Every person who has signed in, whatever their role."""
    return _declare("signed_in", methods, threads)


def allow(
    *roles: str, methods: Iterable[str] = ("GET",), threads: Threads = "ordinary", unsent: Unsent = _means_nothing
) -> Callable[[View], View]:
    """People acting in one of `roles` at this moment."""
    if not roles:
        raise ValueError("allow() needs at least one role; use signed_in() for everybody with an account")
    return _declare("roles", methods, threads, roles, unsent)


def policy_of(view: Callable[..., Any]) -> Policy | None:
    """The policy a view declares, or None."""
    policy = getattr(view, "policy", None)
    return policy if isinstance(policy, Policy) else None


def policy_at(path: str) -> Policy | None:
    """The policy of the view at this path of the site, or None where there is none."""
    try:
        return policy_of(resolve(path).func)
    except Resolver404:
        return None


def threads_for(path: str) -> Threads:
    """Whose threads answer an address. Styles and pictures go with the pages for help, which could not be read without them."""
    if path.startswith(settings.STATIC_URL):
        return "help"
    policy = policy_at(path)
    return policy.threads if policy else "ordinary"


def may_open(path: str, role: str) -> bool:
    """Whether a person acting in this role is let into the page at this path. False when there is none."""
    policy = policy_at(path)
    return policy is not None and (policy.audience != "roles" or role in policy.roles)
