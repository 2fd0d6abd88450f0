"""System check of the table of flag kinds: a kind that was added halfway stops the start, not a mentee's call."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from django.core.checks import CheckMessage, Error, register

from supervision.escalation import FlagSpec
from supervision.kinds import FLAG_KINDS, FlagKind


@register
def check_flag_kinds(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """Of the table that runs."""
    return problems_of(FlagKind.values, {kind.value: spec for kind, spec in FLAG_KINDS.items()})


def problems_of(kinds: Collection[str], specs: Mapping[str, FlagSpec]) -> list[CheckMessage]:
    """E007 for a kind of flag without a spec, a spec without a kind, and two kinds of one rank."""
    ranks = Counter(spec.rank for spec in specs.values())
    problems = [
        *(f"The kind of flag {kind!r} has no FlagSpec." for kind in kinds if kind not in specs),
        *(f"The FlagSpec of {kind!r} stands for no kind of flag." for kind in specs if kind not in kinds),
        *(f"{count} kinds of flags have the rank {rank}." for rank, count in ranks.items() if count > 1),
    ]
    hint = "Give each member of FlagKind one FlagSpec in FLAG_KINDS, with a rank of its own (supervision/kinds.py)."
    return [Error(problem, hint=hint, id="handrail.E007") for problem in problems]
