"""Calls and worries that are open when somebody who heard of them goes: whoever takes over hears at once."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership, Program, User
from accounts.services import set_active
from checkins.models import SupportRequest
from checkins.services import submit_checkin
from conftest import SignIn
from demo import factories
from notifications.models import Notice
from people.models import MentorProfile
from people.services.profiles import save_profile
from privacy.consents import give_consent, revoke_consent
from relationships.models import Relationship
from relationships.services import change_state
from relationships.tests.losses import LOSSES, Lose
from supervision.models import Flag, FlagEvent
from supervision.services import raise_unanswered, resolve_flag, take_up_confided, take_up_requests
from supervision.services.handing_on import check_hearers
from supervision.tests.conftest import MakePair, confide
from supervision.tests.test_calls import read

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def pair(make_pair: MakePair, alice: Membership, mona: Membership, ben: Membership, now: datetime) -> Relationship:
    return make_pair(mona, ben, by=alice, at=now - 3 * DAY)


@pytest.fixture
def sue(north: Program) -> Membership:
    return factories.make_member(north, Role.SUPERVISOR, "sue@example.org")


def ask(mentee: Membership, at: datetime, support: str = "today") -> None:
    submit_checkin(mentee=mentee, now=at, submission_key=uuid4(), support=support)
    take_up_requests(at)


def told(member: Membership) -> list[str]:
    """The kinds of messages that this member got of flags, the oldest first."""
    notices = Notice.objects.filter(recipient=member.user, message__kind__startswith="supervision.")
    return list(notices.order_by("created_at").values_list("message__kind", flat=True))


def suspend(person: Membership, by: Membership, now: datetime) -> None:
    set_active(person=person, is_active=False, by=by, now=now)


def choose(supervisor: Membership, mentor: Membership, by: Membership, now: datetime) -> None:
    profile = MentorProfile.objects.get(membership=mentor)
    profile.supervisor = supervisor
    save_profile(person=mentor, profile=profile, changed=["supervisor"], windows=[], by=by, now=now)


def test_supervisor_who_is_suspended_leaves_calls_and_worries_to_the_others_who_are_told_at_once(
    *, pair: Relationship, ben: Membership, sam: Membership, sue: Membership, ada: Membership, now: datetime, sign_in: SignIn
) -> None:
    ask(ben, now - DAY)
    confide(pair, now - DAY)
    take_up_confided(now - DAY)
    assert told(sue) == []

    suspend(sam, ada, now)

    assert sorted(told(sue)) == ["supervision.support", "supervision.worry"]
    flag = sign_in(sue).get(Flag.objects.get(kind="worry").get_absolute_url()).content.decode()
    assert f"{sue.user.full_name}, supervisor" in flag
    assert "Who hears of it has changed, so whoever hears of it now was told." in flag


def test_suspending_twice_or_a_closed_flag_tells_nobody_again(
    *, pair: Relationship, ben: Membership, sam: Membership, sue: Membership, ada: Membership, now: datetime
) -> None:
    ask(ben, now - DAY)
    resolve_flag(flag=Flag.objects.get(), what_was_done="Rang.", by=sam, now=now - DAY)
    ask(ben, now - DAY / 2, "now")
    suspend(sam, ada, now)
    suspend(sam, ada, now)

    assert told(sue) == ["supervision.safety"]
    assert FlagEvent.objects.filter(reason="handed_on").count() == 1


def test_supervisor_who_comes_back_is_told_of_what_is_open(
    *, pair: Relationship, ben: Membership, sam: Membership, sue: Membership, ada: Membership, now: datetime
) -> None:
    ask(ben, now - DAY)
    suspend(sam, ada, now - DAY / 2)

    set_active(person=sam, is_active=True, by=ada, now=now)

    assert told(sam) == ["supervision.support", "supervision.support"]
    assert told(sue) == ["supervision.support"]


def test_worry_of_a_program_that_lost_its_only_supervisor_reaches_the_next_and_tells_the_admin_no_reason(
    *, north: Program, pair: Relationship, sam: Membership, alice: Membership, ada: Membership, now: datetime
) -> None:
    confide(pair, now - DAY)
    take_up_confided(now - DAY)
    suspend(sam, ada, now)
    assert told(ada) == ["supervision.nobody_in_charge"]
    assert told(alice) == []

    set_active(person=sam, is_active=True, by=ada, now=now + DAY)

    assert told(sam) == ["supervision.worry", "supervision.worry"]


def test_another_supervisor_who_is_chosen_is_told_and_the_coordinators_are_not_told_twice(
    *, pair: Relationship, ben: Membership, mona: Membership, sue: Membership, alice: Membership, now: datetime
) -> None:
    ask(ben, now - DAY, "now")

    choose(sue, mona, alice, now)

    assert told(sue) == ["supervision.safety"]
    assert told(alice) == ["supervision.safety"]


def test_mentor_who_goes_after_another_supervisor_was_chosen_is_heard_of_by_that_one(
    *, pair: Relationship, ben: Membership, mona: Membership, sue: Membership, alice: Membership, ada: Membership, now: datetime
) -> None:
    ask(ben, now - 3 * HOUR)
    choose(sue, mona, alice, now - 2 * HOUR)

    suspend(mona, ada, now - HOUR)
    suspend(mona, ada, now)

    assert told(sue) == ["supervision.support"] * 2


def test_supervisor_who_is_chosen_again_is_told_again(
    *, pair: Relationship, ben: Membership, mona: Membership, sam: Membership, sue: Membership, alice: Membership, now: datetime
) -> None:
    ask(ben, now - 3 * HOUR)
    choose(sue, mona, alice, now - 2 * HOUR)

    choose(sam, mona, alice, now - HOUR)

    assert (told(sam), told(sue)) == (["supervision.support"] * 2, ["supervision.support"])


def test_supervisor_who_was_told_meanwhile_is_not_told_again_when_they_are_chosen_again(
    *, pair: Relationship, ben: Membership, mona: Membership, sam: Membership, sue: Membership, alice: Membership, now: datetime
) -> None:
    ask(ben, now - 2 * DAY)
    choose(sue, mona, alice, now - 2 * DAY)
    raise_unanswered(now - DAY)

    choose(sam, mona, alice, now)

    assert told(sam) == ["supervision.support", "supervision.support_waits"]


def test_hold_that_comes_a_second_time_is_heard_of_a_second_time(
    *, pair: Relationship, ben: Membership, sam: Membership, alice: Membership, now: datetime
) -> None:
    ask(ben, now - 4 * HOUR)
    for hours in (3, 1):
        revoke_consent(person=ben, by=alice, now=now - hours * HOUR)
        give_consent(person=ben, by=alice, now=now - (hours - 1) * HOUR, on=ben.program.today(now))

    assert told(sam) == ["supervision.support"] * 3


def test_supervisor_who_coordinates_too_is_told_once_whatever_is_changed_later(
    *, pair: Relationship, ben: Membership, mona: Membership, sam: Membership, alice: Membership, now: datetime
) -> None:
    factories.make_member(sam.program, Role.COORDINATOR, "", user=sam.user)
    ask(ben, now - DAY, "now")

    choose(sam, mona, alice, now)

    assert told(sam) == ["supervision.safety"]


def _supervisors_account_closed(_pair: Relationship, _now: datetime) -> None:
    User.objects.filter(email="sam@example.org").update(is_active=False)


@pytest.mark.parametrize(
    ("befall", "hears"),
    [
        (LOSSES["mentees_consent_ran_out"][0], "sam"),
        (LOSSES["mentors_account_closed"][0], "sam"),
        (_supervisors_account_closed, "sue"),
    ],
    ids=["consent ran out", "mentor's account", "supervisor's account"],
)
def test_what_time_or_a_hand_in_the_database_took_is_handed_on_once_by_the_next_pass(
    *,
    befall: Lose,
    hears: str,
    pair: Relationship,
    ben: Membership,
    sam: Membership,
    sue: Membership,
    now: datetime,
    request: pytest.FixtureRequest,
) -> None:
    ask(ben, now - DAY)
    member = request.getfixturevalue(hears)
    before = len(told(member))
    befall(pair, now)

    passes = [check_hearers(now), check_hearers(now + HOUR)]

    assert (passes, told(member)[before:]) == ([1, 0], ["supervision.support"])


@pytest.mark.parametrize("how", ["suspended", "ended"])
def test_mentor_who_is_gone_is_said_to_be_gone_and_the_supervisor_is_told_once_more(
    *,
    how: str,
    pair: Relationship,
    ben: Membership,
    mona: Membership,
    sam: Membership,
    alice: Membership,
    ada: Membership,
    now: datetime,
    sign_in: SignIn,
) -> None:
    ask(ben, now - DAY)
    assert "Mona (Mentor) has not opened it yet." in read(sign_in, ben, "/")

    if how == "suspended":
        suspend(mona, ada, now)
    else:
        change_state(relationship=pair, to="closed", by=alice, now=now, reason="safety")

    assert told(sam) == ["supervision.support", "supervision.support"]
    page = read(sign_in, ben, "/")
    assert "Mona (Mentor) does not see this any more." in page
    assert "Mona (Mentor) has not opened it yet" not in page
    assert "Sam (Supervisor) has not opened it yet." in page


def test_supervisor_who_is_gone_is_said_to_be_gone_to_the_mentee_and_not_named_to_the_mentor(
    *,
    pair: Relationship,
    ben: Membership,
    mona: Membership,
    sam: Membership,
    sue: Membership,
    ada: Membership,
    now: datetime,
    sign_in: SignIn,
) -> None:
    ask(ben, now - DAY)
    suspend(sam, ada, now)

    page = read(sign_in, ben, "/")
    assert "Sam (Supervisor) does not see this any more." in page
    assert "Sue (Supervisor) has not opened it yet." in page
    call = read(sign_in, mona, reverse("checkins:support_request", args=[SupportRequest.objects.get().pk]))
    assert "Sue (Supervisor)" in call
    assert "Sam (Supervisor)" not in call


def test_page_that_suspends_a_supervisor_says_before_who_takes_over(
    pair: Relationship, sam: Membership, sue: Membership, ada: Membership, sign_in: SignIn
) -> None:
    page = read(sign_in, ada, reverse("intake:person", args=[sam.pk]))

    assert "What is open with Sam goes to Sue at once, by a message: calls for support and worries." in page


def test_page_that_suspends_a_mentor_says_before_that_staff_hear_of_open_calls(
    pair: Relationship, mona: Membership, ada: Membership, sign_in: SignIn
) -> None:
    page = read(sign_in, ada, reverse("intake:person", args=[mona.pk]))

    assert "Where Mona was told of a call for support that is still open, the staff who hear of it are told once more." in page


def test_mentor_who_was_not_told_of_a_call_goes_without_a_word_about_it(
    *, pair: Relationship, ben: Membership, mona: Membership, sam: Membership, alice: Membership, ada: Membership, now: datetime
) -> None:
    change_state(relationship=pair, to="paused", by=alice, now=now - DAY)
    ask(ben, now - HOUR)

    suspend(mona, ada, now)

    assert told(sam) == ["supervision.support"]
