"""Nobody tries one link after the other."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership
from people.models import Invitation
from people.services import invitations

pytestmark = pytest.mark.django_db
WAIT = "Too many links that do not work were opened from here. Wait an hour, then open yours again."


def make(by: Membership, now: datetime) -> str:
    invitation = invitations.invite(
        program=by.program,
        email="nora@example.org",
        first_name="Nora",
        role=Role.MENTOR,
        by=by,
        now=now,
        submission_key=uuid4(),
    )
    return reverse("people:join", args=[invitation.token])


def guess(times: int, address: str = "203.0.113.7") -> Any:
    """The answer to the last of so many guesses from this address."""
    for number in range(times):
        answer = Client(REMOTE_ADDR=address).get(reverse("people:join", args=[f"guess-{number}"]))
    return answer


def test_guesses_from_one_network_end(alice: Membership, now: datetime) -> None:
    make(alice, now)
    assert guess(invitations.GUESSES.times).status_code == 404

    answer = guess(1)

    assert (answer.status_code, WAIT in answer.content.decode()) == (429, True)


def test_guesses_shut_out_nobody_who_has_a_link_also_in_the_same_network(alice: Membership, now: datetime) -> None:
    """Somebody in the waiting room tries nonsense; the person beside them joins."""
    url = make(alice, now)
    guess(invitations.GUESSES.times + 1)

    assert Client(REMOTE_ADDR="203.0.113.7").get(url).status_code == 200


def test_guesses_elsewhere_and_before_this_hour_do_not_count(alice: Membership, now: datetime) -> None:
    guess(invitations.GUESSES.times + 1)

    assert guess(1, "198.51.100.4").status_code == 404
    with time_machine.travel(now + timedelta(minutes=61)):
        assert guess(1).status_code == 404


@pytest.mark.parametrize("became", ["open", "used", "withdrawn", "expired"])
def test_link_that_was_sent_is_no_guess_whatever_became_of_it(alice: Membership, now: datetime, became: str) -> None:
    url = make(alice, now)
    changes = {"used": {"accepted_at": now}, "withdrawn": {"withdrawn_at": now}, "expired": {"expires_at": now}}
    Invitation.objects.update(**changes.get(became, {}))

    answers = {Client().get(url).status_code for _time in range(invitations.GUESSES.times + 5)}

    assert answers == {200 if became == "open" else 404}
