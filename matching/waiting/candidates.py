"""One mentee beside every mentor: those who may take them, best first with the reasons, and those who may not, with why."""

from dataclasses import dataclass, replace
from datetime import datetime

from accounts.models import Membership
from matching.explain.breakdown import Breakdown, breakdown_of
from matching.explain.ineligible import ineligible, mentee_reasons
from matching.pool import evaluate, pairs_of
from matching.scoring.eligibility import Barriers, PairRule, PersonRule
from matching.scoring.people import MenteeFacts, MentorFacts
from matching.weights.services import weights_of
from relationships.enums import HOLDS_PLACE
from relationships.models import Relationship


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mentor who may take this mentee. `earlier` is the latest pair or proposal of these two that ended."""

    member: Membership
    facts: MentorFacts
    breakdown: Breakdown
    earlier: Relationship | None


@dataclass(frozen=True, slots=True)
class Ineligible:
    """A mentor who may not take this mentee, and every reason. `only_declined` when it is only that one said no before."""

    member: Membership
    reasons: list[str]
    only_declined: bool = False

    @classmethod
    def of(cls, member: Membership, mentee: MenteeFacts, mentor: MentorFacts, barriers: Barriers) -> "Ineligible":
        only_declined = replace(barriers, pair=barriers.pair & ~PairRule.DECLINED).clear
        return cls(member, ineligible(mentee, mentor, barriers), only_declined)


@dataclass(frozen=True, slots=True)
class Candidates:
    """`able` by score, the lower id first where it is equal; `ineligible` by name. `standing` holds a mentor's place.

    `missing` is what keeps the mentee from being paired with anybody.
    """

    mentee: MenteeFacts
    missing: list[str]
    standing: Relationship | None
    able: list[Candidate]
    ineligible: list[Ineligible]


def candidates(mentee: Membership, now: datetime) -> Candidates:
    """Every active mentor of the program, on one side or the other, scored with the weights of the program."""
    pool = evaluate(mentee.program, [mentee], now=now, weights=weights_of(mentee.program))
    pairs = pairs_of(mentee)
    one = pool.people.mentees[0]
    earlier = {str(pair.mentor_id): pair for pair in pairs if pair.state not in HOLDS_PLACE}
    able, others = [], []
    for column, mentor in enumerate(pool.people.mentors):
        member, barriers = pool.mentor(column), pool.barriers(0, column)
        if barriers.clear:
            found = Candidate(member, mentor, breakdown_of(pool, 0, column), earlier.get(mentor.id))
            able.append((-pool.scores.matrix[0, column], column, found))
        else:
            others.append(Ineligible.of(member, one, mentor, barriers))
    return Candidates(
        mentee=one,
        missing=mentee_reasons(one, PersonRule(int(pool.eligibility.mentees[0]))),
        standing=next((pair for pair in pairs if pair.state in HOLDS_PLACE), None),
        able=[candidate for _, _, candidate in sorted(able, key=lambda row: row[:2])],
        ineligible=sorted(others, key=lambda row: (row.member.user.name_key, row.member.pk)),
    )
