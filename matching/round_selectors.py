"""What the pages of a round ask beside its lines."""

from collections import Counter
from dataclasses import dataclass

from matching.models import Round
from matching.selectors import waiting_mentees
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
    """In three queries."""
    lines = list(matching_round.lines.select_related("mentee__user", "mentor__user", "mentor__mentor_profile"))
    waiting = {member.pk: member for member in waiting_mentees(matching_round.program)}
    given = Counter(line.mentor for line in lines if line.mentor)
    taken = Counter(Relationship.objects.holding_a_place().filter(mentor__in=given).values_list("mentor_id", flat=True))
    full = [
        mentor.user.first_name
        for mentor, count in given.items()
        if not (mentor.is_active and mentor.user.is_active) or mentor.mentor_profile.capacity - taken[mentor.pk] < count
    ]
    known = {line.mentee_id for line in lines}
    return Changes(
        gone=sorted(line.mentee.user.first_name for line in lines if line.mentee_id not in waiting),
        new=sorted(member.user.first_name for pk, member in waiting.items() if pk not in known),
        full=sorted(full),
    )
