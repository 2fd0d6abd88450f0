"""Why these two, for the coordinator, who sees intake: what speaks for a pair, what does not, and what is not known."""

from dataclasses import dataclass

from matching.scoring.availability import WeekClock
from matching.scoring.factors import FACTORS, Factor, FactorPart
from matching.scoring.people import MenteeFacts, MentorFacts
from matching.scoring.questions import Bearing


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence about one part of a pair."""

    factor: Factor
    part: FactorPart
    bearing: Bearing
    text: str


def explain(mentee: MenteeFacts, mentor: MentorFacts, clock: WeekClock) -> list[Sentence]:
    """One sentence for each part of each factor, for the coordinator, in the order of the factors."""
    return [
        Sentence(factor, part, *part.question.sentence(mentee, mentor, clock))
        for factor in FACTORS.values()
        for part in factor.parts
    ]
