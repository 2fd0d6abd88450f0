"""Each hold of a pair is told to its coordinator, however soon after the last, and once."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Program, User
from accounts.services import set_active
from demo import factories
from notifications.models import Notice
from privacy.consents import give_consent, revoke_consent
from privacy.models import Consent
from relationships.models import Relationship
from relationships.services import accept, check_standing, propose

Turn = Callable[[bool, datetime], None]


def unread() -> int:
    return Notice.objects.unread().filter(message__kind="relationships.on_hold").count()


@pytest.fixture(params=["consent", "membership"])
def turn(request: pytest.FixtureRequest, pair: Relationship, north: Program, mona: Membership, alice: Membership) -> Turn:
    """Gives the pair a ground back, or takes it."""

    def consent(is_there: bool, at: datetime) -> None:
        if is_there:
            give_consent(person=mona, on=north.today(at), by=mona, now=at)
        else:
            revoke_consent(person=mona, by=mona, now=at)

    def membership(is_there: bool, at: datetime) -> None:
        set_active(person=mona, is_active=is_there, by=alice, now=at)

    return {"consent": consent, "membership": membership}[request.param]


@pytest.mark.parametrize("later", [timedelta(seconds=2), timedelta(days=2)], ids=["same_day", "day_two"])
def test_second_hold_within_the_week_is_told(*, later: timedelta, turn: Turn, now: datetime) -> None:
    turn(False, now)
    assert unread() == 1
    turn(True, now + timedelta(seconds=1))
    assert unread() == 0

    turn(False, now + later)

    assert unread() == 1


def test_consent_that_runs_out_again_is_told_again(pair: Relationship, north: Program, mona: Membership, now: datetime) -> None:
    today = north.today(now)
    Consent.objects.filter(person_id=mona.user_id).update(expires_on=today - timedelta(days=1))
    assert (check_standing(now), unread()) == (1, 1)
    until = today + timedelta(days=1)
    give_consent(person=mona, on=today, by=mona, now=now, expires_on=until)
    assert unread() == 0

    told = [check_standing(now + timedelta(days=days)) for days in (1, 2, 3)]

    assert (told, unread()) == ([0, 1, 0], 1)


def test_another_ground_within_the_week_is_told(pair: Relationship, north: Program, mona: Membership, now: datetime) -> None:
    revoke_consent(person=mona, by=mona, now=now)
    Notice.objects.update(read_at=now)

    User.objects.filter(pk=pair.mentee.user_id).update(is_active=False)

    assert (check_standing(now), check_standing(now + timedelta(hours=1)), unread()) == (1, 0, 1)


def test_closed_account_is_told_once_a_hold(pair: Relationship, mona: Membership, now: datetime) -> None:
    account = User.objects.filter(pk=mona.user_id)
    account.update(is_active=False)
    assert [check_standing(now + timedelta(days=days)) for days in (0, 1, 8)] == [1, 0, 0]
    account.update(is_active=True)
    assert (check_standing(now + timedelta(days=8)), unread()) == (0, 0)

    account.update(is_active=False)

    assert (check_standing(now + timedelta(days=8)), unread()) == (1, 1)


def test_scan_asks_no_more_of_many_pairs_on_hold_than_of_one(
    pair: Relationship, north: Program, alice: Membership, now: datetime
) -> None:
    User.objects.filter(pk=pair.mentor.user_id).update(is_active=False)
    check_standing(now)
    with CaptureQueriesContext(connection) as few:
        check_standing(now)
    for number in range(5):
        mentor = factories.make_mentor(north, f"m{number}@example.org", now=now)
        mentee = factories.make_mentee(north, f"n{number}@example.org", now=now)
        proposed = propose(mentor=mentor, mentee=mentee, by=alice, now=now)
        for person in (mentor, mentee):
            accept(relationship=proposed, by=person, now=now)
        User.objects.filter(pk=mentor.user_id).update(is_active=False)
    assert check_standing(now) == 5
    with CaptureQueriesContext(connection) as many:
        check_standing(now)

    assert len(many) == len(few)
