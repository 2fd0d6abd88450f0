"""One mentee beside every mentor: who may take them, best first with the reasons, and who may not, with why not."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Membership
from matching.evaluation import Scored
from matching.explain.breakdown import Fit, fit_of
from matching.explain.ineligible import why_not
from matching.pool import pairs_of
from matching.scoring.availability import WeekClock
from matching.scoring.people import MenteeFacts, MentorFacts
from matching.weights.services import weights_of
from relationships.enums import HOLDS_PLACE
from relationships.models import Relationship


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mentor who may take this mentee. `earlier` is the latest pair or proposal of these two that ended."""

    member: Membership
    facts: MentorFacts
    fit: Fit
    earlier: Relationship | None


@dataclass(frozen=True, slots=True)
class Excluded:
    """A mentor who may not take this mentee, and every reason."""

    member: Membership
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class Candidates:
    """`able` by score, the lower id first where it is equal; `excluded` by name. `standing` holds one of a mentor's places."""

    mentee: MenteeFacts
    standing: Relationship | None
    able: list[Candidate]
    excluded: list[Excluded]


def candidates(mentee: Membership, now: datetime) -> Candidates:
    """Every active mentor of the program, on one side or the other, scored with the weights of the program."""
    scored = Scored.of(mentee.program, [mentee], weights_of(mentee.program), now)
    pairs = pairs_of(mentee)
    one, members = scored.people.mentees[0], scored.people.members
    clock = WeekClock(now)
    earlier = {str(pair.mentor_id): pair for pair in pairs if pair.state not in HOLDS_PLACE}
    able, excluded = [], []
    for column, mentor in enumerate(scored.people.mentors):
        member, barriers = members[mentor.id], scored.found.of(0, column)
        if barriers.clear:
            fit = fit_of(one, mentor, scored.scores, (0, column), clock)
            able.append((-scored.scores.matrix[0, column], column, Candidate(member, mentor, fit, earlier.get(mentor.id))))
        else:
            excluded.append(Excluded(member, why_not(one, mentor, barriers)))
    return Candidates(
        mentee=one,
        standing=next((pair for pair in pairs if pair.state in HOLDS_PLACE), None),
        able=[candidate for _, _, candidate in sorted(able, key=lambda row: row[:2])],
        excluded=sorted(excluded, key=lambda row: (row.member.user.first_name, row.member.pk)),
    )
