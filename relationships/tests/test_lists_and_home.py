import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Membership, Program
from conftest import SignIn
from core.dates import Style, written
from demo import factories
from relationships import services
from relationships.enums import State
from relationships.models import Relationship
from relationships.tests.pages import get, log, url


def make_pairs(north: Program, sam: Membership, alice: Membership, now: datetime, *, count: int, prefix: str) -> None:
    for number in range(count):
        mentor = factories.make_mentor(north, f"{prefix}m{number}@example.org", now=now, supervisor=sam)
        mentee = factories.make_mentee(north, f"{prefix}n{number}@example.org", now=now)
        pair = services.propose(mentor=mentor, mentee=mentee, by=alice, now=now)
        services.accept(relationship=pair, by=mentor, now=now)
        if number % 2:
            services.accept(relationship=pair, by=mentee, now=now)


@pytest.mark.parametrize("name", ["alice", "sam"])
def test_list_costs_the_same_for_three_pairs_as_for_thirty(
    *,
    name: str,
    north: Program,
    sam: Membership,
    alice: Membership,
    now: datetime,
    sign_in: SignIn,
    request: pytest.FixtureRequest,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    client = sign_in(request.getfixturevalue(name))
    client.get(url("list"))
    for count, prefix in ((3, "a"), (27, "b")):
        make_pairs(north, sam, alice, now - timedelta(days=2), count=count, prefix=prefix)
        with django_assert_num_queries(LIST_QUERIES):
            client.get(url("list"))


LIST_QUERIES = 8


def test_home_of_a_coordinator_costs_the_same_for_three_pairs_as_for_thirty(
    *,
    north: Program,
    sam: Membership,
    alice: Membership,
    now: datetime,
    sign_in: SignIn,
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    client = sign_in(alice)
    client.get(reverse("home"))
    counts = []
    for count, prefix in ((4, "a"), (26, "b")):
        make_pairs(north, sam, alice, now - timedelta(days=8), count=count, prefix=prefix)
        Relationship.objects.filter(state=State.PROPOSED).update(proposal_expires_at=now + timedelta(days=3))
        with django_assert_max_num_queries(30) as captured:
            client.get(reverse("home"))
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_list_filters_by_state_and_shows_each_only_their_own(
    *,
    pair: Relationship,
    alice: Membership,
    sam: Membership,
    mona: Membership,
    otto: Membership,
    sofia: Membership,
    mateo: Membership,
    sign_in: SignIn,
) -> None:
    def shown(member: Membership, state: str) -> bool:
        return url("detail", pair.pk) in get(sign_in(member), url("list") + f"?state={state}")

    assert [shown(member, "current") for member in (alice, sam, mona)] == [True] * 3
    assert [shown(member, "accepted") for member in (alice, sam, mona)] == [True] * 3
    assert [shown(member, "closed") for member in (alice, sam, mona)] == [False] * 3
    assert [shown(member, "nonsense") for member in (alice, sam, mona)] == [True] * 3
    assert [shown(member, "current") for member in (otto, sofia, mateo)] == [False] * 3


def test_list_of_a_mentee_is_refused(ben: Membership, sign_in: SignIn) -> None:
    assert sign_in(ben).get(url("list")).status_code == 403


def test_home_of_a_coordinator_shows_proposals_out_ended_ones_and_overdue_starts(
    *,
    pair: Relationship,
    alice: Membership,
    mona: Membership,
    north: Program,
    now: datetime,
    sign_in: SignIn,
) -> None:
    Relationship.objects.update(started_at=now - timedelta(days=7))
    bea, cal = (factories.make_mentee(north, f"{name}@example.org", now=now) for name in ("bea", "cal"))
    services.propose(mentor=mona, mentee=bea, by=alice, now=now)
    ended = services.propose(mentor=mona, mentee=cal, by=alice, now=now)
    services.decline(relationship=ended, by=cal, now=now)

    page = " ".join(re.sub(r"</?time[^>]*>", "", get(sign_in(alice), reverse("home"))).split())

    ends = written(alice.user.today(now + timedelta(days=7)), Style.WEEKDAY)
    assert f"Nobody has answered. Ask them both. It ends by itself on {ends}." in page
    assert "Declined" in page
    assert reverse("matching:candidates", args=[cal.pk]) in page
    assert "Started 7 days ago. Introduce them, and record it." in page


def test_home_of_a_coordinator_drops_an_ended_proposal_once_the_mentee_has_another(
    *, proposal: Relationship, alice: Membership, mona: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    services.decline(relationship=proposal, by=mona, now=now)
    other = services.propose(mentor=mona, mentee=ben, by=alice, now=now)

    page = get(sign_in(alice), reverse("home"))

    assert url("detail", other.pk) in page
    assert url("detail", proposal.pk) not in page


def test_home_of_a_mentee_shows_the_next_date_the_last_log_names(
    pair: Relationship, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    today = ben.user.today(now)
    log(pair, now, next_on=today + timedelta(days=3))

    assert (today + timedelta(days=3)).isoformat() in get(sign_in(ben), reverse("home"))
