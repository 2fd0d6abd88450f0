"""States of a pair, and reasons."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    PROPOSED = "proposed", _("Proposed")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")
    ACCEPTED = "accepted", _("Accepted")
    INTRODUCED = "introduced", _("Introduced")
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    CLOSING = "closing", _("Closing")
    CLOSED = "closed", _("Closed")


RUNNING = (State.ACCEPTED, State.INTRODUCED, State.ACTIVE)
"""States in which sessions and check-ins are expected."""
ONGOING = (*RUNNING, State.PAUSED, State.CLOSING)
"""States in which the two people are a pair."""
HOLDS_PLACE = (State.PROPOSED, *ONGOING)
"""States that take one of the mentor's places."""
NEVER_BEGAN = (State.DECLINED, State.WITHDRAWN, State.EXPIRED)
"""How a proposal ends that came to nothing: one of the two said no, a coordinator took it back, its time ran out."""


class Ground(TextChoices):
    """What two people who are paired stand on, by what staff read when it is missing. See `relationships.grounds`."""

    MENTEE_CONSENT = "mentee_consent", _("%(mentee)s’s consent is not in force")
    MENTOR_CONSENT = "mentor_consent", _("%(mentor)s’s consent is not in force")
    NEVER_PAIR = "never_pair", _("These two must not be paired")
    MENTEE_ACTIVE = "mentee_active", _("%(mentee)s is not active in this program")
    MENTOR_ACTIVE = "mentor_active", _("%(mentor)s is not active in this program")

    @property
    def remedy(self) -> str | Promise:
        """What a coordinator can do about it; `mentor` and `mentee` are named."""
        return _REMEDIES[self]


_REMEDIES = {
    Ground.MENTEE_CONSENT: _(
        "Talk with %(mentee)s. If %(mentee)s agrees again, record the consent on %(mentee)s’s page; if not, choose “End"
        " the match”."
    ),
    Ground.MENTOR_CONSENT: _(
        "Talk with %(mentor)s. If %(mentor)s agrees again, record the consent on %(mentor)s’s page; if not, choose “End"
        " the match”."
    ),
    Ground.NEVER_PAIR: _(
        "Talk with each of them, and choose “End the match” or “End for safety”. If they were named by mistake, take it out"
        " under “Never pair” on the page of %(mentor)s or %(mentee)s."
    ),
    Ground.MENTEE_ACTIVE: _("An admin can bring %(mentee)s back. If %(mentee)s does not come back, choose “End the match”."),
    Ground.MENTOR_ACTIVE: _("An admin can bring %(mentor)s back. If %(mentor)s does not come back, choose “End the match”."),
}


class CloseReason(TextChoices):
    COMPLETED = "completed", _("Completed")
    ENDED_EARLY = "ended_early", _("Ended early")
    REMATCH = "rematch", _("A different match")
    SAFETY = "safety", _("Ended for safety")

    @property
    def meaning(self) -> str | Promise:
        """One line beside the choice."""
        return _MEANINGS[self]


_MEANINGS = {
    CloseReason.COMPLETED: _("They did what they set out to do, or their time together is over as planned."),
    CloseReason.ENDED_EARLY: _("One of them cannot or does not want to go on, and no new mentor is needed now."),
    CloseReason.REMATCH: _(
        "The mentee goes back to the waiting list, with the first date. Wait two to three weeks with the next match,"
        " unless the mentee asks sooner."
    ),
    CloseReason.SAFETY: _("Somebody may not be safe in this match."),
}


class RequestKind(TextChoices):
    """What a mentor may tell their supervisor alone."""

    WORRY = "worry", _("I am worried about someone's safety")
    TALK = "talk", _("I want to talk to my supervisor")


class Outcome(TextChoices):
    MET = "met", _("We met")
    MENTEE_COULD_NOT = "mentee_could_not", _("They couldn't")
    MENTOR_COULD_NOT = "mentor_could_not", _("I couldn't")
    MOVED = "moved", _("We moved it")

    @property
    def plainly(self) -> str | Promise:
        """For staff."""
        return _PLAINLY[self]

    @property
    def for_mentee(self) -> str | Promise:
        """For the mentee, to whom a third person would read as another person."""
        return _FOR_MENTEE[self]


_PLAINLY = {
    Outcome.MET: _("Met"),
    Outcome.MENTEE_COULD_NOT: _("The mentee couldn't"),
    Outcome.MENTOR_COULD_NOT: _("The mentor couldn't"),
    Outcome.MOVED: _("Moved"),
}
_FOR_MENTEE = {
    **_PLAINLY,
    Outcome.MENTEE_COULD_NOT: _("You couldn't"),
    Outcome.MENTOR_COULD_NOT: _("Your mentor couldn't"),
}


class Topic(TextChoices):
    GUIDANCE = "guidance", _("Guidance")
    ACCOUNTABILITY = "accountability", _("Accountability")
    EMOTIONAL_SUPPORT = "emotional_support", _("Emotional support")
    CONNECTION = "connection", _("Connection")
    ROLE_MODELING = "role_modeling", _("Role modeling")
