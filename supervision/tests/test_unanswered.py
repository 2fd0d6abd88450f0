from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from accounts.enums import Role
from accounts.models import Membership, Program
from checkins.models import SupportRequest
from demo import factories
from notifications.models import Message
from notifications.outbox import drain
from relationships.models import Relationship
from supervision.models import Flag, FlagEvent
from supervision.selectors import flags_for_coordinator
from supervision.services import raise_unanswered, resolve_flag, take_up_requests
from supervision.tests.conftest import START
from supervision.tests.test_requests import ask, told

MINUTE = timedelta(minutes=1)
DAY = timedelta(hours=24)


@pytest.fixture
def sue(north: Program) -> Membership:
    """Another supervisor, who does not look after Mona."""
    return factories.make_member(north, Role.SUPERVISOR, "sue@example.org")


def call(mentee: Membership, urgency: str) -> Flag:
    ask(mentee, urgency)
    take_up_requests(START)
    Message.objects.all().delete()
    return Flag.objects.get()


def test_raise_a_call_of_today_after_a_day_tells_the_other_supervisors_and_the_coordinators(
    pair: Relationship, ben: Membership, sue: Membership, ada: Membership, otto: Membership
) -> None:
    flag = call(ben, "today")

    assert raise_unanswered(START + DAY - MINUTE) == 0
    assert raise_unanswered(START + DAY) == 1
    assert raise_unanswered(START + 9 * DAY) == 0

    assert list(FlagEvent.objects.values_list("change", "step", "reason")) == [
        ("opened", 1, "asked_today"),
        ("raised", 2, "unanswered"),
    ]
    flag.refresh_from_db()
    assert (flag.opened_at, flag.step) == (START, 2)
    assert told() == {("support_waits", "Sue"): 1, ("support_waits", "Alice"): 1}


def test_raise_a_call_of_now_after_an_hour_tells_everybody_and_the_admins(
    pair: Relationship, ben: Membership, sue: Membership, ada: Membership, otto: Membership
) -> None:
    call(ben, "now")

    assert raise_unanswered(START + 59 * MINUTE) == 0
    assert raise_unanswered(START + 60 * MINUTE) == 1
    assert raise_unanswered(START + 90 * MINUTE) == 0

    assert told() == {
        ("safety_waits", "Sam"): 1,
        ("safety_waits", "Sue"): 1,
        ("safety_waits", "Alice"): 1,
        ("unanswered", "Ada"): 1,
    }


def test_raise_where_the_only_supervisor_was_told_tells_the_admin(
    pair: Relationship, ben: Membership, alice: Membership, ada: Membership
) -> None:
    Membership.objects.filter(pk=alice.pk).update(is_active=False)
    call(ben, "today")

    raise_unanswered(START + DAY)

    assert told() == {("unanswered", "Ada"): 1}


def test_raise_leaves_a_closed_flag(pair: Relationship, ben: Membership, sam: Membership) -> None:
    resolve_flag(flag=call(ben, "today"), what_was_done="Called.", by=sam, now=START)

    assert raise_unanswered(START + DAY) == 0


def test_raised_call_is_open_to_the_other_supervisors_and_stands_on_the_coordinators_home(
    *, pair: Relationship, ben: Membership, sue: Membership, alice: Membership, otto: Membership, sofia: Membership
) -> None:
    flag = call(ben, "today")
    seen_by = [Flag.objects.visible_to(member).count() for member in (sue, otto, sofia)]
    assert (seen_by, list(flags_for_coordinator(alice))) == ([0, 0, 0], [])

    raise_unanswered(START + DAY)

    assert [Flag.objects.visible_to(member).count() for member in (sue, otto, sofia)] == [1, 0, 0]
    assert list(flags_for_coordinator(alice)) == [flag]
    resolve_flag(flag=flag, what_was_done="Called.", by=sue, now=START + DAY)


def test_call_asked_again_once_it_was_raised_tells_everybody_who_heard(
    pair: Relationship, ben: Membership, sue: Membership
) -> None:
    call(ben, "today")
    raise_unanswered(START + DAY)
    Message.objects.all().delete()

    ask(ben, "today", START + DAY)
    take_up_requests(START + DAY)

    assert told() == {("support", "Sam"): 1, ("support", "Sue"): 1, ("support", "Alice"): 1}


def test_closing_a_flag_counts_its_notices_as_read_and_sends_no_more(
    pair: Relationship, ben: Membership, sam: Membership
) -> None:
    ask(ben, "now")
    take_up_requests(START)
    drain(START)
    ask(ben, "now")
    take_up_requests(START)

    resolve_flag(flag=Flag.objects.get(), what_was_done="Called.", by=sam, now=START + MINUTE)

    calls = Message.objects.filter(kind="supervision.safety")
    rows = calls.values_list("deliveries__sent_at", "cancelled_at", "notice__read_at")
    assert sorted(((sent is not None, cancelled, read) for sent, cancelled, read in rows), key=str) == [
        *[(False, START + MINUTE, START + MINUTE)] * 2,
        *[(True, None, START + MINUTE)] * 2,
    ]


@pytest.mark.django_db(transaction=True)
def test_raise_by_several_passes_at_once_raises_once(pair: Relationship, ben: Membership) -> None:
    SupportRequest.objects.create(mentee=ben, urgency="today", asked_at=START)
    take_up_requests(START)
    gate = Barrier(4)

    def tick(_number: int) -> int:
        gate.wait()
        try:
            return raise_unanswered(START + DAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(tick, range(4))) == 1
    assert told() == {("support", "Sam"): 1, ("support_waits", "Alice"): 1}
