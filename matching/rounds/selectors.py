"""What the pages of a round ask beside its lines."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from matching.models import Round, RoundLine
from matching.pool import waiting_mentees
from relationships.enums import HOLDS_PLACE, State
from relationships.models import Relationship


@dataclass(frozen=True, slots=True)
class Changes:
    """What is no longer as it was when the round was worked out, as names in order.

    `gone` wait no longer, `new` wait since, and `full` are mentors who can take fewer people now than the round gives them.
    """

    gone: list[str]
    new: list[str]
    full: list[str]

    def __bool__(self) -> bool:
        return bool(self.gone or self.new or self.full)


def changed_since(matching_round: Round) -> Changes:
    """In four queries."""
    lines = matching_round.lines.values_list("mentee_id", "mentee__user__first_name", "mentee__user__last_name")
    people = waiting_mentees(matching_round.program).values_list("pk", "user__first_name", "user__last_name")
    proposed, waiting = ({pk: f"{first} {last}".strip() for pk, first, last in rows} for rows in (lines, people))
    return Changes(
        gone=sorted(name for pk, name in proposed.items() if pk not in waiting),
        new=sorted(name for pk, name in waiting.items() if pk not in proposed),
        full=_full(matching_round),
    )


def _full(matching_round: Round) -> list[str]:
    given = matching_round.lines.filter(mentor__isnull=False).values_list(
        "mentor_id",
        "mentor__user__first_name",
        "mentor__user__last_name",
        "mentor__mentor_profile__capacity",
        "mentor__mentor_profile__is_taking_mentees",
        "mentor__is_active",
        "mentor__user__is_active",
    )
    taken = Counter(
        Relationship.objects.holding_a_place().filter(program=matching_round.program_id).values_list("mentor_id", flat=True)
    )
    return sorted(
        f"{first} {last}".strip()
        for (pk, first, last, capacity, *takes_people), count in Counter(given).items()
        if not all(takes_people) or capacity - taken[pk] < count
    )


def ended_of(mentees: Collection[UUID] | QuerySet[RoundLine, Any]) -> Iterable[Relationship]:
    """Every pair and proposal of these mentees that ended, the latest last. In one query."""
    pairs = Relationship.objects.exclude(state__in=HOLDS_PLACE).filter(mentee__in=mentees)
    return pairs.with_people().order_by("proposed_at", "id")


def earlier_in(matching_round: Round) -> dict[tuple[UUID, UUID], str]:
    """What to say of each mentee and mentor who had something to do with each other before. In one query."""
    ended = ended_of(matching_round.lines.order_by().values("mentee"))
    return {(pair.mentee_id, pair.mentor_id): earlier_words(pair) for pair in ended}


def earlier_words(ended: Relationship) -> str:
    """A mark beside two people who could be proposed again."""
    if ended.state == State.CLOSED:
        return _("Were a pair before")
    if ended.state == State.DECLINED:
        return _("Declined before")
    return _("Proposed before")
