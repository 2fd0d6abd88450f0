"""Who was told of a flag is kept when it happens, and read on its pages."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership, Program
from checkins.services import submit_checkin
from demo import factories
from notifications.models import Message
from notifications.outbox import drain
from relationships.models import Relationship
from supervision.models import Flag, FlagNotified
from supervision.selectors import flag_lines
from supervision.services import follow_session_gaps, resolve_flag, take_up_requests
from supervision.tests.conftest import START, MakeMany
from supervision.tests.test_requests import ask

DAY = timedelta(days=1)


def told(me: Membership) -> list[tuple[str, int | None]]:
    """What the page of the one flag says: who, and on which day of March 2026 in New York."""
    with timezone.override("America/New_York"):
        (line,) = flag_lines(Flag.objects.with_people(), me, START)
        return [(one.name, timezone.localtime(one.sent_at).day if one.sent_at else None) for one in line.notified]


def call(mentee: Membership, *, days: int = 0) -> None:
    """The mentee asks for support now, and every mail goes out."""
    submit_checkin(mentee=mentee, now=START + days * DAY, submission_key=uuid4(), support="now")
    take_up_requests(START + days * DAY)
    drain(START + days * DAY)


def test_notified_is_written_with_each_message(pair: Relationship, ben: Membership) -> None:
    call(ben)

    lines = FlagNotified.objects.values_list("event__flag__kind", "member__user__first_name", "role", "at")

    assert list(lines) == [
        ("safety", "Alice", "coordinator", START),
        ("safety", "Mona", "mentor", START),
        ("safety", "Sam", "supervisor", START),
    ]
    sent = Message.objects.filter(kind__in=("checkins.support_now", "supervision.safety"))
    assert set(FlagNotified.objects.values_list("message_id")) == set(sent.values_list("pk"))


def test_mentor_whom_nobody_told_of_the_call_is_not_kept_as_told(pair: Relationship, ben: Membership) -> None:
    ask(ben, "now")
    take_up_requests(START)

    assert sorted(FlagNotified.objects.values_list("role", flat=True)) == ["coordinator", "supervisor"]


def test_later_call_leaves_the_dates_of_the_earlier_one(pair: Relationship, ben: Membership, sam: Membership) -> None:
    call(ben)
    call(ben, days=2)

    assert told(sam) == [
        ("Alice, coordinator", 2),
        ("Mona, mentor", 2),
        ("Sam, supervisor", 2),
        ("Alice, coordinator", 4),
        ("Mona, mentor", 4),
        ("Sam, supervisor", 4),
    ]


def test_several_calls_of_one_day_name_each_person_once(pair: Relationship, ben: Membership, sam: Membership) -> None:
    call(ben)
    call(ben)

    assert told(sam) == [("Alice, coordinator", 2), ("Mona, mentor", 2), ("Sam, supervisor", 2)]


def test_mail_that_is_no_longer_kept_takes_no_history_along(pair: Relationship, ben: Membership, sam: Membership) -> None:
    call(ben)
    before = told(sam)
    Message.objects.all().delete()

    assert told(sam) == before
    resolve_flag(flag=Flag.objects.get(), what_was_done="Called.", by=sam, now=START + DAY)
    assert list(Message.objects.values_list("kind", "recipient__first_name")) == [("supervision.call_closed", "Mona")]


def test_role_in_which_somebody_was_told_outlives_their_leaving(
    pair: Relationship, ben: Membership, sam: Membership, alice: Membership
) -> None:
    call(ben)
    Membership.objects.filter(pk=sam.pk).update(is_active=False)

    assert ("Sam, supervisor", 2) in told(alice)


def test_person_with_two_roles_gets_one_message_and_one_line(north: Program, ben: Membership, sam: Membership) -> None:
    factories.make_member(north, Role.COORDINATOR, "", user=sam.user)
    ask(ben, "now")

    take_up_requests(START)

    assert list(FlagNotified.objects.values_list("member", "role")) == [(sam.pk, "supervisor")]
    assert Message.objects.get().pk == FlagNotified.objects.get().message_id


@pytest.mark.parametrize("count", [1, 5])
def test_flag_lines_cost_the_same_for_one_flag_as_for_five(count: int, many: MakeMany, sam: Membership) -> None:
    many(count)
    for days in (14, 21, 28):
        follow_session_gaps(START + days * DAY)
    flags = list(Flag.objects.with_people())

    with CaptureQueriesContext(connection) as captured:
        lines = flag_lines(flags, sam, START)

    assert (len(captured), {len(line.notified) for line in lines}) == (4, {3})
    assert [query["sql"] for query in captured if "LIKE" in query["sql"]] == []
