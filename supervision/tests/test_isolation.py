"""A row that breaks holds up nobody else: not the calls, not the gaps, not what waits for an answer."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from django.db.models import Model
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership, Program, User
from checkins.models import SupportRequest
from conftest import SignIn
from core.models import BrokenRow
from core.tests.broken_rows import break_row
from demo.factories import make_member
from notifications.models import Message, Notice
from notifications.outbox import drain
from notifications.tests.broken import heard_of_broken_rows
from people.models import MentorProfile
from relationships.models import Relationship
from supervision.models import Flag
from supervision.notices import CONFIDED_BROKE
from supervision.services import follow_session_gaps, raise_unanswered, take_up_confided, take_up_requests
from supervision.services.handing_on import check_hearers
from supervision.tests.conftest import START, MakeMany, confide, log_met

SOON = START + timedelta(minutes=1)
GAP = START + timedelta(days=8)
NEXT_DAY = START + timedelta(days=1, hours=1)
TOO_LONG = START + timedelta(hours=2)


def gap_due(pairs: Sequence[Relationship]) -> Sequence[Model]:
    return pairs


def gap_over(pairs: Sequence[Relationship]) -> Sequence[Model]:
    """Gaps that a session has ended; their flags are still open."""
    follow_session_gaps(GAP)
    for pair in pairs:
        log_met(pair, GAP.date(), GAP)
    return [Flag.objects.get(relationship=pair) for pair in pairs]


def call(pairs: Sequence[Relationship]) -> Sequence[Model]:
    return [SupportRequest.objects.create(mentee=pair.mentee, urgency="now", asked_at=START) for pair in pairs]


def worry(pairs: Sequence[Relationship]) -> Sequence[Model]:
    return [confide(pair) for pair in pairs]


def worry_unanswered(pairs: Sequence[Relationship]) -> Sequence[Model]:
    worry(pairs)
    take_up_confided(START)
    return [Flag.objects.get(relationship=pair) for pair in pairs]


def unanswered(pairs: Sequence[Relationship]) -> Sequence[Model]:
    call(pairs)
    take_up_requests(START)
    return [Flag.objects.get(relationship=pair) for pair in pairs]


@pytest.mark.parametrize(
    ("due", "scan", "at"),
    [
        (gap_due, follow_session_gaps, GAP),
        (gap_over, follow_session_gaps, GAP),
        (call, take_up_requests, SOON),
        (worry, take_up_confided, SOON),
        (unanswered, raise_unanswered, TOO_LONG),
        (worry_unanswered, raise_unanswered, NEXT_DAY),
    ],
)
def test_row_that_breaks_is_named_once_and_all_others_are_done(
    due: Callable[[Sequence[Relationship]], Sequence[Model]], scan: Callable[[datetime], int], at: datetime, many: MakeMany
) -> None:
    break_row(due(many(4))[1])

    assert [scan(at), scan(at + timedelta(minutes=1))] == [3, 0]

    pair = Relationship.objects.get(mentee__user__email="xmentee1@example.org")
    is_confided = due in (worry, worry_unanswered)
    assert [person for _user, person in heard_of_broken_rows()] == ([] if is_confided else [pair.mentee_id])
    in_confidence = Message.objects.filter(kind=CONFIDED_BROKE).values_list("recipient__first_name", flat=True)
    assert list(in_confidence) == (["Sam"] if is_confided else [])


@pytest.mark.parametrize("due", [unanswered, worry_unanswered])
def test_flag_that_breaks_as_it_is_handed_on_is_named_to_who_may_know_of_it(
    due: Callable[[Sequence[Relationship]], Sequence[Model]], many: MakeMany, north: Program
) -> None:
    flags = due(many(4))
    una = make_member(north, Role.SUPERVISOR, "una@example.org")
    MentorProfile.objects.update(supervisor=una)
    break_row(flags[1])

    assert [check_hearers(SOON), check_hearers(TOO_LONG)] == [3, 0]

    mentee = Relationship.objects.get(mentee__user__email="xmentee1@example.org").mentee
    assert [person for _user, person in heard_of_broken_rows()] == ([] if due is worry_unanswered else [mentee.pk])
    in_confidence = Message.objects.filter(kind=CONFIDED_BROKE).values_list("recipient", flat=True)
    assert list(in_confidence) == ([una.user_id] if due is worry_unanswered else [])


@pytest.mark.parametrize(
    ("due", "scan", "at"),
    [(gap_due, follow_session_gaps, GAP), (call, take_up_requests, SOON), (unanswered, raise_unanswered, TOO_LONG)],
)
def test_zone_that_does_not_exist_holds_up_nobody(
    due: Callable[[Sequence[Relationship]], Sequence[Model]], scan: Callable[[datetime], int], at: datetime, many: MakeMany
) -> None:
    due(many(3))
    User.objects.filter(email__in=["xmentor1@example.org", "xmentee1@example.org"]).update(timezone="Nowhere/Land")

    assert scan(at) == 3

    assert heard_of_broken_rows() == []


def test_worry_that_breaks_is_told_to_the_mentors_supervisor_and_to_nobody_else(
    *, many: MakeMany, north: Program, sam: Membership, sign_in: SignIn
) -> None:
    others = [make_member(north, role, f"{role}@example.org") for role in (Role.ADMIN, Role.SUPERVISOR)]
    [pair] = many(1)
    break_row(confide(pair))
    before = {one.user_id: Notice.objects.filter(recipient=one.user).count() for one in others}
    take_up_confided(SOON)
    drain(SOON)
    client = sign_in(sam)

    page = client.get("/notices/").content.decode()
    notice = Message.objects.get(kind=CONFIDED_BROKE).notice
    opened = client.post(f"/notices/{notice.pk}/", follow=True)

    assert f"{pair.mentor.user.full_name} told you something that this site could not pass on" in page
    assert [where.partition("?")[0] for where, _status in opened.redirect_chain] == [reverse("relationships:list")]
    assert opened.status_code == 200
    assert {one.user_id: Notice.objects.filter(recipient=one.user).count() for one in others} == before
    assert set(Message.objects.filter(created_at=SOON).values_list("recipient__first_name", flat=True)) == {"Sam"}


def test_worry_that_breaks_where_nobody_supervises_is_told_to_nobody(many: MakeMany, sam: Membership) -> None:
    [pair] = many(1)
    break_row(confide(pair))
    Membership.objects.filter(pk=sam.pk).update(is_active=False)

    take_up_confided(SOON)

    assert not Message.objects.filter(created_at=SOON).exists()
    assert BrokenRow.objects.standing().count() == 1
