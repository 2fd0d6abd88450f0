from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from accounts.enums import Role
from accounts.models import Membership
from checkins.clocks import follow_pairs
from checkins.models import CheckIn, CheckInSchedule
from checkins.services import submit_checkin
from demo.factories import make_member
from relationships.enums import State
from relationships.models import Relationship

CheckInAs = Callable[..., CheckIn]


def pair_up(mentor: Membership, mentee: Membership, at: datetime, state: State = State.ACTIVE) -> Relationship:
    """A pair in `state` that began 30 days before `at`; the mentee's clock follows at `at`."""
    began = at - timedelta(days=30)
    pair = Relationship.objects.create(
        program=mentor.program,
        mentor=mentor,
        mentee=mentee,
        state=state,
        proposed_at=began,
        proposal_expires_at=began + timedelta(days=7),
        started_at=began,
    )
    follow_pairs([mentee.pk], at)
    return pair


def start_clock(mentee: Membership, at: datetime) -> CheckInSchedule:
    """The mentee's schedule, which runs from `at` on."""
    mentor = make_member(mentee.program, Role.MENTOR, f"of-{mentee.user.email}")
    pair_up(mentor, mentee, at)
    return CheckInSchedule.objects.get(mentee=mentee)


@pytest.fixture
def pair(mona: Membership, ben: Membership, noon: datetime) -> Relationship:
    return pair_up(mona, ben, noon)


@pytest.fixture
def check_in_as(now: datetime) -> CheckInAs:
    def checked_in(mentee: Membership, *, at: datetime = now, **answers: object) -> CheckIn:
        return submit_checkin(mentee=mentee, now=at, submission_key=uuid4(), **answers)  # type: ignore[arg-type]

    return checked_in
