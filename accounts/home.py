"""The home page is a to-do list made of cards; each app brings its own.

An app registers cards in `AppConfig.ready()`; `ORDER` says where each stands. A card whose context is None is not shown.
"""

from collections.abc import Callable, Mapping
from typing import Any

from accounts.enums import Role
from accounts.http import MemberRequest

Context = Callable[[MemberRequest], Mapping[str, Any] | None]

ORDER: Mapping[Role, tuple[str, ...]] = {
    Role.MENTEE: (
        "checkins/home/call.html",
        "checkins/home/check_in.html",
        "relationships/home/proposals.html",
        "intake/home/next_steps.html",
        "notifications/home/new_for_you.html",
        "relationships/home/my_mentor.html",
    ),
    Role.MENTOR: (
        "checkins/home/new_from_mentees.html",
        "relationships/home/proposals.html",
        "intake/home/next_steps.html",
        "notifications/home/new_for_you.html",
        "relationships/home/my_mentees.html",
        "training/home/missing.html",
    ),
    Role.COORDINATOR: (
        "supervision/home/flags.html",
        "relationships/home/on_hold.html",
        "intake/home/to_hand_on.html",
        "intake/home/first_steps.html",
        "matching/home/waiting.html",
        "notifications/home/undelivered.html",
        "intake/home/intake.html",
        "relationships/home/no_longer_fits.html",
        "notifications/home/new_for_you.html",
        "relationships/home/proposals_out.html",
        "relationships/home/starts_overdue.html",
        "people/home/new_staff.html",
    ),
    Role.SUPERVISOR: (
        "supervision/home/flags.html",
        "relationships/home/on_hold.html",
        "intake/home/to_hand_on.html",
        "notifications/home/new_for_you.html",
        "supervision/home/my_pairs.html",
        "people/home/new_staff.html",
    ),
    Role.ADMIN: (
        "intake/home/no_coordinator.html",
        "notifications/home/undelivered.html",
        "notifications/home/new_for_you.html",
        "people/home/access.html",
        "people/home/new_staff.html",
    ),
}
"""The template of every card, by role, from the top of the page down."""

_cards: dict[tuple[str, str], Context] = {}


def register_card(role: Role, template: str, context: Context) -> None:
    """Put a card on the home page of everybody acting as `role`; `template` gets what `context(request)` returns.

    Raises `LookupError` for a card that has no place in `ORDER`.
    """
    if template not in ORDER[role]:
        raise LookupError(f"{template} has no place among the cards of {role}: add it to accounts.home.ORDER.")
    _cards[role, template] = context


def cards_for(request: MemberRequest) -> list[tuple[str, Mapping[str, Any]]]:
    """The cards of the role acted as, in order: (template, context)."""
    role = Role(request.membership.role)
    shown = ((template, _cards[role, template](request)) for template in ORDER[role])
    return [(template, context) for template, context in shown if context is not None]
