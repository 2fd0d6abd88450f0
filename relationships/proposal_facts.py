"""What two people share, in sentences for the people themselves. `matching` knows; it registers here from its `ready()`."""

from collections.abc import Callable, Sequence

from relationships.models import Relationship

Facts = Callable[[Relationship], Sequence[str]]

_sources: list[Facts] = []


def register_facts(facts: Facts) -> None:
    """`facts(relationship)` returns plain sentences that both people may read, never a score."""
    if facts not in _sources:
        _sources.append(facts)


def facts_for(relationship: Relationship) -> list[str]:
    """Every sentence of every source, in the order they registered."""
    return [sentence for source in _sources for sentence in source(relationship)]
