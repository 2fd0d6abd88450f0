"""What two people read about each other on a proposal."""

from datetime import datetime

from accounts.models import Membership
from matching.explain.reasons import shared_facts
from matching.pool import load_two
from relationships.models import Relationship


def facts_of(relationship: Relationship) -> list[str]:
    """What the two share, in plain sentences. Nothing while the consent of either is not in force.

    Common time is that of the week of the proposal, so both read the same whenever they look.
    """
    return facts_about(relationship.mentee, relationship.mentor, relationship.proposed_at)


def facts_about(mentee: Membership, mentor: Membership, now: datetime) -> list[str]:
    """The same, for two people who are about to be asked."""
    mentee_facts, mentor_facts = load_two(mentee.pk, mentor.pk, now=now)
    if not (mentee_facts.has_consent and mentor_facts.has_consent):
        return []
    return shared_facts(mentee_facts, mentor_facts, now)
