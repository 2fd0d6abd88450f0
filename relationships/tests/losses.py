"""Every way in which a ground of a pair goes missing, for the tests of what follows from it."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from accounts.models import Membership, User
from accounts.services import set_active
from people.models import NeverPair
from privacy.consents import revoke_consent
from privacy.models import Consent
from relationships.enums import Ground
from relationships.models import Relationship
from relationships.services import check_standing

Lose = Callable[[Relationship, datetime], None]


def _by(pair: Relationship) -> Membership:
    assert pair.proposed_by is not None
    return pair.proposed_by


def _revoked(side: str) -> Lose:
    def lose(pair: Relationship, now: datetime) -> None:
        revoke_consent(person=getattr(pair, side), by=_by(pair), now=now)

    return lose


def _ran_out(side: str) -> Lose:
    def lose(pair: Relationship, now: datetime) -> None:
        consents = Consent.objects.filter(person_id=getattr(pair, side).user_id)
        consents.update(expires_on=pair.program.today(now) - timedelta(days=1))

    return lose


def _named(side: str, other: str) -> Lose:
    def lose(pair: Relationship, now: datetime) -> None:
        NeverPair.objects.create(program=pair.program, person=getattr(pair, side), other=getattr(pair, other), reason="Hush.")

    return lose


def _suspended(side: str) -> Lose:
    def lose(pair: Relationship, now: datetime) -> None:
        set_active(person=getattr(pair, side), is_active=False, by=_by(pair), now=now)

    return lose


def _account_closed(side: str) -> Lose:
    def lose(pair: Relationship, now: datetime) -> None:
        User.objects.filter(pk=getattr(pair, side).user_id).update(is_active=False)

    return lose


LOSSES: Mapping[str, tuple[Lose, Ground]] = {
    "mentee_revoked": (_revoked("mentee"), Ground.MENTEE_CONSENT),
    "mentor_revoked": (_revoked("mentor"), Ground.MENTOR_CONSENT),
    "mentees_consent_ran_out": (_ran_out("mentee"), Ground.MENTEE_CONSENT),
    "mentors_consent_ran_out": (_ran_out("mentor"), Ground.MENTOR_CONSENT),
    "mentee_named_mentor": (_named("mentee", "mentor"), Ground.NEVER_PAIR),
    "mentor_named_mentee": (_named("mentor", "mentee"), Ground.NEVER_PAIR),
    "mentor_suspended": (_suspended("mentor"), Ground.MENTOR_ACTIVE),
    "mentee_suspended": (_suspended("mentee"), Ground.MENTEE_ACTIVE),
    "mentors_account_closed": (_account_closed("mentor"), Ground.MENTOR_ACTIVE),
    "mentees_account_closed": (_account_closed("mentee"), Ground.MENTEE_ACTIVE),
}
"""By name: what happens, and the ground that is missing from then on."""


def lose(loss: str, pair: Relationship, now: datetime) -> None:
    """As the site notices it: what no service does, an hourly pass finds."""
    LOSSES[loss][0](pair, now)
    check_standing(now)
