"""The home page is a to-do list made of cards; each app brings its own.

An app registers cards in `AppConfig.ready()`. A card whose context is None is not shown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.http import MemberRequest

Context = Callable[[MemberRequest], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Card:
    """One card on the home page of `role`: lower `order` stands higher. `template` gets what `context(request)` returns."""

    role: str
    order: int
    template: str
    context: Context


_cards: list[Card] = []


def register_card(role: str, template: str, context: Context, *, order: int = 50) -> None:
    """Put a card on the home page of everybody acting as `role`."""
    _cards.append(Card(str(role), order, template, context))


def cards_for(request: MemberRequest) -> list[tuple[str, Mapping[str, Any]]]:
    """The cards of the role acted as, in order: (template, context)."""
    mine = sorted((card for card in _cards if card.role == request.membership.role), key=lambda card: card.order)
    shown = ((card.template, card.context(request)) for card in mine)
    return [(template, context) for template, context in shown if context is not None]
