"""What other apps add to the pages about people: panels on a person's page, and filters of the list.

Both are registered in `AppConfig.ready()`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

from accounts.http import MemberRequest
from accounts.models import Membership, Program
from accounts.querysets import MembershipQuerySet

PanelContext = Callable[[MemberRequest, Membership], Mapping[str, Any] | None]
Narrow = Callable[[MembershipQuerySet, str, Program, datetime], MembershipQuerySet]


@dataclass(frozen=True)
class Panel:
    """A section of a person's page; `context(request, person)` is what the template reads as `panel`, None hides it."""

    template: str
    context: PanelContext
    order: int


@dataclass(frozen=True)
class PeopleFilter:
    """A select above the list of people; `narrow(people, chosen value, program, now)` applies it.

    Whoever `badge_value` finds carries `badge_words` in the list.
    """

    name: str
    label: str | Promise
    choices: Sequence[tuple[str, str | Promise]]
    narrow: Narrow
    badge_value: str = ""
    badge_words: str | Promise = ""


_panels: list[Panel] = []
_filters: list[PeopleFilter] = []


def register_panel(template: str, context: PanelContext, *, order: int = 50) -> None:
    """Put a panel on the page of every person, for coordinators."""
    _panels.append(Panel(template, context, order))


def register_filter(people_filter: PeopleFilter) -> None:
    """Add a select to the list of people."""
    _filters.append(people_filter)


def panels_for(request: MemberRequest, person: Membership) -> list[tuple[str, Mapping[str, Any]]]:
    """The panels about `person`, in order: (template, context)."""
    ordered = sorted(_panels, key=lambda panel: panel.order)
    shown = ((panel.template, panel.context(request, person)) for panel in ordered)
    return [(template, context) for template, context in shown if context is not None]


def badges_for(people: MembershipQuerySet, program: Program, now: datetime) -> dict[UUID, list[str | Promise]]:
    """The words that filters put beside each of `people`, by membership; one query for each filter with a badge."""
    badges: dict[UUID, list[str | Promise]] = {}
    for people_filter in _filters:
        if people_filter.badge_value:
            for pk in people_filter.narrow(people, people_filter.badge_value, program, now).values_list("pk", flat=True):
                badges.setdefault(pk, []).append(people_filter.badge_words)
    return badges


def all_filters() -> tuple[PeopleFilter, ...]:
    return tuple(_filters)
