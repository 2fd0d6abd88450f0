from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection

from accounts.models import Membership
from checkins.models import SupportRequest
from notifications.models import Message
from people.models import MentorProfile
from relationships.models import Relationship
from supervision.kinds import FlagKind
from supervision.models import Flag, FlagEvent
from supervision.services import resolve_flag, take_up_confided, take_up_requests
from supervision.tests.conftest import START, confide, log_met


def ask(mentee: Membership, urgency: str, at: datetime = START) -> SupportRequest:
    return SupportRequest.objects.create(mentee=mentee, urgency=urgency, asked_at=at)


def told() -> Counter[tuple[str, str]]:
    rows = Message.objects.filter(kind__startswith="supervision.").values_list("kind", "recipient__first_name")
    return Counter((kind.removeprefix("supervision."), name) for kind, name in rows)


@pytest.mark.parametrize(
    ("urgency", "kind", "reason"), [("now", FlagKind.SAFETY, "asked_now"), ("today", FlagKind.SUPPORT, "asked_today")]
)
def test_take_up_a_support_request_opens_a_flag_and_tells_the_supervisor(
    urgency: str, kind: FlagKind, reason: str, pair: Relationship, ben: Membership
) -> None:
    request = ask(ben, urgency)

    assert take_up_requests(START) == 1

    event = FlagEvent.objects.get()
    assert (event.flag.kind, event.flag.relationship, event.flag.about) == (kind, pair, ben)
    assert (event.change, event.reason, event.source_id) == ("opened", reason, request.pk)
    at_once = {"Sam", "Alice"} if kind == FlagKind.SAFETY else {"Sam"}
    assert told() == {(kind.value, name): 1 for name in at_once}


def test_take_up_the_same_request_again_does_nothing(pair: Relationship, ben: Membership, sam: Membership) -> None:
    ask(ben, "now")
    take_up_requests(START)
    resolve_flag(flag=Flag.objects.get(), what_was_done="Called.", by=sam, now=START)

    assert take_up_requests(START + timedelta(days=1)) == 0
    assert Flag.objects.count() == 1


def test_take_up_a_second_call_on_one_day_raises_the_flag_and_tells_again(pair: Relationship, ben: Membership) -> None:
    ask(ben, "now")
    take_up_requests(START)
    later = START + timedelta(hours=1)
    ask(ben, "now", later)

    assert take_up_requests(later) == 1

    assert list(FlagEvent.objects.values_list("change", "at")) == [("opened", START), ("raised", later)]
    assert Flag.objects.get().raised_at == later
    assert told() == {("safety", "Sam"): 2, ("safety", "Alice"): 2}


def test_take_up_several_calls_in_one_pass_opens_one_flag_and_tells_of_each(pair: Relationship, ben: Membership) -> None:
    ask(ben, "now")
    ask(ben, "now")

    assert take_up_requests(START) == 2
    assert Flag.objects.count() == 1
    assert [event.change for event in FlagEvent.objects.all()] == ["opened", "raised"]
    assert told() == {("safety", "Sam"): 2, ("safety", "Alice"): 2}


@pytest.mark.parametrize("urgency", ["fine", "this_week"])
def test_take_up_leaves_what_asks_for_nobody_today(urgency: str, ben: Membership) -> None:
    ask(ben, urgency)

    assert take_up_requests(START) == 0


def test_take_up_a_call_of_somebody_without_a_mentor_tells_supervisors_and_coordinators(
    ben: Membership, alice: Membership, sam: Membership, otto: Membership, sofia: Membership
) -> None:
    ask(ben, "now")
    take_up_requests(START)
    ask(ben, "now")
    take_up_requests(START)

    flag = Flag.objects.get()
    assert (flag.relationship, flag.about, flag.program) == (None, ben, ben.program)
    assert told() == {("safety", "Sam"): 2, ("safety", "Alice"): 2}
    assert [Flag.objects.visible_to(member).count() for member in (alice, sam, otto, sofia)] == [1, 1, 0, 0]


def test_take_up_a_call_in_a_program_without_staff_tells_the_admin(ben: Membership, ada: Membership) -> None:
    ask(ben, "now")

    take_up_requests(START)

    assert told() == {("nobody_in_charge", "Ada"): 1}


def test_take_up_a_mentors_worry_and_wish_to_talk_opens_one_flag_each_about_the_mentor(
    pair: Relationship, mona: Membership
) -> None:
    confide(pair, kind="worry")
    confide(pair, kind="talk")

    assert take_up_confided(START) == 2
    assert take_up_confided(START) == 0

    assert set(Flag.objects.values_list("kind", "about", "relationship")) == {
        ("worry", mona.pk, pair.pk),
        ("mentor_asks", mona.pk, pair.pk),
    }
    assert told() == {("worry", "Sam"): 1, ("mentor_asks", "Sam"): 1}


def test_take_up_an_ordinary_session_does_nothing(pair: Relationship) -> None:
    log_met(pair, START.date(), START)

    assert take_up_requests(START) == 0


@pytest.mark.django_db(transaction=True)
def test_take_up_by_several_passes_at_once_takes_each_call_once(pair: Relationship, ben: Membership) -> None:
    MentorProfile.objects.update(capacity=3)
    for _ in range(6):
        ask(ben, "now")
    gate = Barrier(4)

    def tick(_number: int) -> int:
        gate.wait()
        try:
            return take_up_requests(START)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        done = sum(pool.map(tick, range(4)))
    done += take_up_requests(START)

    assert done == 6
    assert (Flag.objects.count(), FlagEvent.objects.count()) == (1, 6)
    assert told() == {("safety", "Sam"): 6, ("safety", "Alice"): 6}
