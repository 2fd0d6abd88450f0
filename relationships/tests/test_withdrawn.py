"""A proposal that a coordinator took back: nobody declined it, and no page of staff says that somebody did."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Membership
from conftest import SignIn
from demo import factories
from relationships import services
from relationships.enums import State
from relationships.history import history_of
from relationships.models import Relationship
from relationships.tests.pages import get, url


@pytest.fixture
def withdrawn(proposal: Relationship, alice: Membership, now: datetime) -> Relationship:
    return services.change_state(relationship=proposal, to=State.WITHDRAWN, by=alice, now=now)


def main_of(page: str) -> str:
    """What stands on the page itself, without the choices of its filter."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<option.*?</option>", "", main).split())


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("alice", "home"),
        ("alice", "relationships:detail"),
        ("alice", "list"),
        ("alice", "intake:person"),
        ("alice", "matching:candidates"),
        ("sam", "relationships:detail"),
    ],
)
def test_withdrawn_proposal_reads_withdrawn_on_every_page_that_names_it(
    *, name: str, address: str, withdrawn: Relationship, ben: Membership, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    about = {"relationships:detail": [withdrawn.pk], "intake:person": [ben.pk], "matching:candidates": [ben.pk]}
    place = url("list") + "?state=withdrawn" if address == "list" else reverse(address, args=about.get(address, []))

    page = main_of(get(sign_in(request.getfixturevalue(name)), place))

    assert ("ithdr" in page, "eclined" in page, "the answer was no" in page) == (True, False, False)


@pytest.mark.parametrize(("state", "is_listed"), [("withdrawn", True), ("declined", False)])
def test_withdrawn_proposal_is_listed_apart_from_those_that_were_declined(
    *, state: str, is_listed: bool, withdrawn: Relationship, alice: Membership, sign_in: SignIn
) -> None:
    page = get(sign_in(alice), url("list") + f"?state={state}")

    assert (withdrawn.get_absolute_url() in page) == is_listed


def test_history_says_by_whom_it_was_withdrawn(alice: Membership, mona: Membership, ben: Membership, now: datetime) -> None:
    pair = services.propose(mentor=mona, mentee=ben, by=alice, now=now - timedelta(minutes=1))
    services.change_state(relationship=pair, to=State.WITHDRAWN, by=alice, now=now)

    assert [(step.what, step.reason) for step in history_of(pair, names_grounds=True)] == [
        ("Withdrawn by Alice", ""),
        ("Proposed by Alice", ""),
    ]


def test_list_of_withdrawn_proposals_costs_the_same_for_three_as_for_thirty(
    *,
    alice: Membership,
    now: datetime,
    sign_in: SignIn,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    client = sign_in(alice)
    client.get(url("list"))
    for count, prefix in ((3, "a"), (27, "b")):
        for number in range(count):
            mentor = factories.make_mentor(alice.program, f"{prefix}m{number}@example.org", now=now)
            mentee = factories.make_mentee(alice.program, f"{prefix}n{number}@example.org", now=now)
            pair = services.propose(mentor=mentor, mentee=mentee, by=alice, now=now)
            services.change_state(relationship=pair, to=State.WITHDRAWN, by=alice, now=now)
        with django_assert_num_queries(8):
            client.get(url("list") + "?state=withdrawn")
