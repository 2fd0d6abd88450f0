"""A row that breaks holds up nobody else: not the calls, not the gaps, not what waits for an answer."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from django.db.models import Model

from accounts.enums import Role
from accounts.models import Program, User
from checkins.models import SupportRequest
from conftest import SignIn
from core.tests.broken_rows import break_row
from demo.factories import make_member
from notifications.isolation import ROW_BROKE
from notifications.models import Message
from notifications.outbox import drain
from notifications.tests.broken import heard_of_broken_rows
from relationships.models import Relationship
from supervision.models import Flag
from supervision.services import follow_session_gaps, raise_unanswered, take_up_confided, take_up_requests
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
    assert [person for _user, person in heard_of_broken_rows()] == [None if is_confided else pair.mentee_id]


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


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMIN])
def test_notice_of_a_worry_that_breaks_names_nobody_and_leads_to_nobody(
    role: Role, many: MakeMany, north: Program, sign_in: SignIn
) -> None:
    staff = make_member(north, role, "staff@example.org")
    [pair] = many(1)
    break_row(confide(pair))
    take_up_confided(SOON)
    drain(SOON)
    client = sign_in(staff)

    page = client.get("/notices/").content.decode()
    notice = Message.objects.get(kind=ROW_BROKE, recipient=staff.user).notice
    opened = client.post(f"/notices/{notice.pk}/", follow=True)

    assert "does not work for one person." in page
    assert pair.mentor.user.full_name not in page
    assert [(where.partition("?")[0], status) for where, status in opened.redirect_chain] == [("/notices/", 302)]
