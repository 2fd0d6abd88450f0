"""The main job at hours that have misled programs: what is done today counts as today's."""

from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from accounts.models import Membership, Program
from accounts.timezones import zone_of
from checkins.models import CheckIn
from conftest import SignIn
from core.dates import Style, written
from matching.rounds.services import start_round
from matching.waiting.services import propose_match
from relationships.enums import State
from relationships.models import MentoringSession, Relationship
from relationships.services import accept, change_state
from supervision.models import Flag
from supervision.services import follow_session_gaps

pytestmark = [pytest.mark.django_db, pytest.mark.any_hour]


@pytest.fixture
def pair(mona: Membership, ben: Membership, alice: Membership, now: datetime) -> Relationship:
    """Proposed, answered and introduced within the hour."""
    pair = propose_match(mentor=mona, mentee=ben, by=alice, now=now)
    for person in (mona, ben):
        pair = accept(relationship=pair, by=person, now=now)
    return change_state(relationship=pair, to=State.INTRODUCED, by=alice, now=now)


def test_round_counts_the_days_that_somebody_waited(
    mona: Membership, ben: Membership, alice: Membership, now: datetime
) -> None:
    started = start_round(by=alice, now=now)

    assert [(line.mentee, line.mentor, line.days) for line in started.lines.all()] == [(ben, mona, 21)]


def test_session_of_today_is_logged_and_tomorrows_is_refused(
    north: Program, pair: Relationship, mona: Membership, now: datetime, sign_in: SignIn
) -> None:
    today = north.today(now)
    address = reverse("relationships:log_session", args=[pair.pk])

    def log(days: int) -> list[str]:
        """The fields that are refused."""
        answers = {"held_on": today + timedelta(days=days), "outcome": "met", "submission_key": uuid4()}
        response = sign_in(mona).post(address, answers)
        return [] if response.status_code == 302 else list(response.context["form"].errors)

    assert log(1) == ["held_on"]
    assert log(0) == []
    assert MentoringSession.objects.get().held_on == today


def test_gap_counts_from_the_day_of_the_start(north: Program, pair: Relationship, now: datetime) -> None:
    def flags_after(days: int) -> int:
        noon = datetime.combine(north.today(now) + timedelta(days=days), time(12), zone_of(north.timezone))
        follow_session_gaps(noon)
        return Flag.objects.open().count()

    assert (north.session_cadence_days, flags_after(7), flags_after(8)) == (7, 0, 1)


def test_check_in_of_a_moment_ago_is_todays(north: Program, ben: Membership, now: datetime, sign_in: SignIn) -> None:
    client = sign_in(ben)
    answers = {"mood": "4", "support": "fine", "submission_key": uuid4()}

    assert client.post(reverse("checkins:new"), answers).status_code == 302

    assert CheckIn.objects.get().mentee == ben
    day = written(north.today(now), Style.DAY)
    assert f"You last checked in on {day}." in strip_tags(client.get(reverse("home")).content.decode())


@pytest.mark.usefixtures("pair")
@pytest.mark.parametrize("who", ["mona", "ben", "alice", "sam", "ada"])
def test_home_of_everybody_opens(who: str, request: pytest.FixtureRequest, sign_in: SignIn) -> None:
    assert sign_in(request.getfixturevalue(who)).get(reverse("home")).status_code == 200
