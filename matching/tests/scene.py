"""Two who wait and two mentors with one place each, for the tests of rounds."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Membership, Program
from demo import factories
from matching.enums import OverrideKind, OverrideReason
from matching.models import Override, Round
from matching.rounds import services
from matching.scoring.factors import default_weights

WORDS = "They met at the open house."


@dataclass
class Scene:
    """Ben, who has waited longer, fits Mona best; Cara fits Rosa best. Alice coordinates."""

    ben: Membership
    cara: Membership
    mona: Membership
    rosa: Membership
    alice: Membership
    now: datetime

    @classmethod
    def of(cls, program: Program, alice: Membership, now: datetime, *, at: str = "example.org") -> "Scene":
        today = program.today(now)
        first, then = today - timedelta(days=21), today - timedelta(days=3)
        return cls(
            ben=factories.make_mentee(program, f"ben@{at}", now=now, goals=["work"], waiting_since=first),
            cara=factories.make_mentee(program, f"cara@{at}", now=now, goals=["sleep"], waiting_since=then),
            mona=factories.make_mentor(program, f"mona@{at}", now=now, goals=["work"], capacity=1),
            rosa=factories.make_mentor(program, f"rosa@{at}", now=now, goals=["sleep"], capacity=1),
            alice=alice,
            now=now,
        )

    def start(self) -> Round:
        return services.start_round(by=self.alice, now=self.now)

    def override(self, matching_round: Round, kind: OverrideKind, mentee: Membership, mentor: Membership) -> Override:
        return services.override(
            matching_round=matching_round,
            kind=kind,
            mentee=mentee,
            mentor=mentor,
            reason=OverrideReason.ASKED_FOR_IT,
            words=WORDS,
            by=self.alice,
            now=self.now,
        )

    def close(self, mentor: Membership, *, taking: bool = False) -> None:
        """This mentor takes no new mentees, or does again."""
        mentor.mentor_profile.is_taking_mentees = taking
        mentor.mentor_profile.save()

    def leave(self, person: Membership) -> None:
        """This person takes part no more."""
        person.is_active = False
        person.save()


def pairs(matching_round: Round) -> dict[str, str | None]:
    """Who is proposed to whom, by first name."""
    lines = matching_round.lines.select_related("mentee__user", "mentor__user")
    return {line.mentee.user.first_name: line.mentor.user.first_name if line.mentor else None for line in lines}


def sum_alone(scene: Scene) -> Round:
    """An open round that looks at the sum of the scores only."""
    started = scene.start()
    services.reweigh(matching_round=started, weights=default_weights(), protects_weakest=False, by=scene.alice, now=scene.now)
    return started
