"""No staff role begins unseen: every member of the staff reads of it on their home page for thirty days."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.enums import Role
from accounts.models import Membership
from accounts.services import set_active
from conftest import SignIn
from demo import factories
from people.selectors import STAFF_SHOWN_FOR, staff_begun
from people.services import joining
from people.services.invitations import invite

pytestmark = pytest.mark.django_db


def join(by: Membership | None, role: Role, now: datetime, *, whom: Membership) -> Membership:
    """`whom` accepts another role, to which `by` invited their address."""
    link = invite(program=whom.program, email=whom.user.email, first_name="", role=role, by=by, now=now, submission_key=uuid4())
    return joining.join_known(invitation=link, user=whom.user, now=now)


def card(sign_in: SignIn, who: Membership) -> str:
    """The words of the card on this person's home page; empty where there is none."""
    page = sign_in(who).get(reverse("home")).content.decode()
    found = re.search(r"<h2>New on the staff</h2>.*?</section>", page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"</?time[^>]*>", "", found[0])).split()) if found else ""


def test_admin_who_invites_themselves_is_shown_to_every_member_of_the_staff(
    alice: Membership, ada: Membership, sam: Membership, now: datetime, sign_in: SignIn
) -> None:
    own = join(ada, Role.COORDINATOR, now, whom=ada)

    cards = {card(sign_in, who) for who in (alice, sam, ada, own)}

    assert len(cards) == 1
    assert "Ada · Coordinator since Mar 2 · invited by themselves Also: Program admin" in cards.pop()


def test_second_role_of_ones_own_is_named_to_whom_it_read(
    ada: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    own = join(ada, Role.COORDINATOR, now, whom=ada)
    sign_in(own).get(reverse("intake:person", args=[ben.pk]))

    lines = sign_in(ben).get(reverse("privacy:access_log")).context["lines"]

    assert [line.sentence for line in lines] == ["Ada (Coordinator) opened your place in the program."]


def test_new_member_of_the_staff_is_shown_with_who_invited_them(
    alice: Membership, ada: Membership, mona: Membership, now: datetime, sign_in: SignIn
) -> None:
    """Two accounts of one person cannot be told from two people: so everybody who is new is shown."""
    join(ada, Role.SUPERVISOR, now, whom=mona)

    assert "Mona · Supervisor since Mar 2 · invited by Ada Also: Mentor" in card(sign_in, alice)


def test_first_admin_is_shown_as_invited_when_the_program_was_set_up(
    alice: Membership, mona: Membership, now: datetime, sign_in: SignIn
) -> None:
    join(None, Role.ADMIN, now, whom=mona)

    assert "Mona · Program admin since Mar 2 · invited when the program was set up" in card(sign_in, alice)


def test_staff_whose_inviter_has_gone_is_not_shown_as_invited_by_the_program(
    alice: Membership, ada: Membership, mona: Membership, now: datetime, sign_in: SignIn
) -> None:
    join(ada, Role.SUPERVISOR, now, whom=mona)
    ada.delete()
    assert "Mona · Supervisor since Mar 2 · invited by Ada Also: Mentor" in card(sign_in, alice)

    ada.user.delete()
    assert "Mona · Supervisor since Mar 2 Also: Mentor" in card(sign_in, alice)


def test_role_that_was_suspended_at_once_stays_shown(
    alice: Membership, ada: Membership, now: datetime, sign_in: SignIn
) -> None:
    own = join(ada, Role.COORDINATOR, now, whom=ada)
    set_active(person=own, is_active=False, by=ada, now=now)

    assert "invited by themselves Also: Program admin Suspended" in card(sign_in, alice)


def test_role_that_is_brought_back_is_shown_anew(alice: Membership, ada: Membership, now: datetime, sign_in: SignIn) -> None:
    """Else a role could be taken on, put away until it is no longer shown, and taken out again."""
    own = join(ada, Role.COORDINATOR, now, whom=ada)
    set_active(person=own, is_active=False, by=ada, now=now)
    later = now + STAFF_SHOWN_FOR + timedelta(days=10)
    set_active(person=own, is_active=True, by=ada, now=later)

    with time_machine.travel(later):
        assert "Ada · Coordinator since Apr 11 · brought back by themselves" in card(sign_in, alice)


def test_role_is_shown_for_thirty_days_and_to_its_own_program_only(
    ada: Membership, otto: Membership, now: datetime, sign_in: SignIn
) -> None:
    join(ada, Role.COORDINATOR, now, whom=ada)

    last_day, then = now + timedelta(days=29), now + timedelta(days=31)
    assert [len(staff_begun(ada.program_id, at)) for at in (now, last_day, then)] == [1, 1, 0]
    assert card(sign_in, otto) == ""


def test_mentors_and_mentees_are_not_on_the_card_and_do_not_see_it(
    alice: Membership, ada: Membership, mona: Membership, now: datetime, sign_in: SignIn
) -> None:
    join(alice, Role.MENTEE, now, whom=mona)
    assert card(sign_in, alice) == ""

    join(ada, Role.COORDINATOR, now, whom=ada)
    assert (card(sign_in, mona), card(sign_in, alice) != "") == ("", True)


def test_coordinator_who_joined_another_program_is_not_shown_there(ada: Membership, otto: Membership, now: datetime) -> None:
    join(ada, Role.COORDINATOR, now, whom=ada)

    assert staff_begun(otto.program_id, now) == []


def test_card_reads_no_entry_of_mentors_and_mentees_who_joined(ada: Membership, now: datetime) -> None:
    """A program may have brought in thousands this month."""
    for number in range(3):
        join(ada, Role.MENTEE, now, whom=factories.make_member(ada.program, Role.MENTOR, f"p{number}@example.org"))

    with CaptureQueriesContext(connection) as queries:
        assert staff_begun(ada.program_id, now) == []
    assert len(queries) == 1


@pytest.mark.parametrize("count", [3, 12])
def test_card_takes_the_same_queries_for_few_and_many(
    ada: Membership, now: datetime, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        join(ada, Role.SUPERVISOR, now, whom=factories.make_member(ada.program, Role.MENTOR, f"p{number}@example.org"))

    with django_assert_num_queries(6):
        assert len(staff_begun(ada.program_id, now)) == count
