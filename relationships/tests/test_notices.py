"""What the notices on the site name, and that the mail names nobody."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import Membership, Program
from conftest import SignIn
from demo import factories
from notifications.kinds import all_kinds
from notifications.models import Message, Notice
from notifications.outbox import drain
from notifications.services import enqueue
from relationships import services
from relationships.actions import ACTIONS, StaffAction
from relationships.enums import CloseReason, State
from relationships.models import Relationship
from relationships.notices import COORDINATOR_NEEDED
from relationships.tests.pages import get

NOTICES = reverse("notifications:notices")
OURS = [kind for kind in all_kinds() if kind.name.startswith("relationships.") and kind.name != COORDINATOR_NEEDED]
"""The notices about a pair. An admin, who reaches no pairs, hears that a coordinator is needed, and not for whom."""
FOR_STAFF = (
    "relationships.introduce",
    "relationships.declined",
    "relationships.expired",
    "relationships.changed_by_supervisor",
    "relationships.not_allowed",
    "relationships.on_hold",
    "relationships.no_longer_fits",
)


def close(pair: Relationship, alice: Membership, now: datetime) -> None:
    Message.objects.all().delete()
    services.change_state(relationship=pair, to=State.CLOSED, by=alice, now=now, reason=CloseReason.SAFETY)
    drain(now)


@pytest.mark.parametrize(("name", "other"), [("mona", "Ben"), ("ben", "Mona")])
def test_end_of_a_match_names_the_other_on_the_site_and_nobody_in_the_mail(
    *,
    name: str,
    other: str,
    pair: Relationship,
    alice: Membership,
    now: datetime,
    sign_in: SignIn,
    request: pytest.FixtureRequest,
) -> None:
    close(pair, alice, now)
    client = sign_in(request.getfixturevalue(name))
    sentence = f"Your match with {other} has ended. Its page says whom you can ask."

    assert [get(client, page).count(sentence) for page in (NOTICES, reverse("home"))] == [1, 1]
    sent = " ".join(f"{one.subject} {one.body}" for one in mail.outbox)
    assert (len(mail.outbox), [who for who in ("Mona", "Ben", "match") if who in sent]) == (2, [])


def test_end_for_safety_says_to_neither_of_the_two_why(
    *, pair: Relationship, alice: Membership, mona: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    close(pair, alice, now)

    for person in (mona, ben):
        client = sign_in(person)
        pages = [get(client, page).lower() for page in (reverse("home"), NOTICES, reverse("privacy:access_log"))]
        assert [word for page in pages for word in ("safety", "may not be safe") if word in page] == []


@pytest.mark.parametrize("action", [one for one in ACTIONS if "told" in str(one.what_happens)], ids=lambda one: one.slug)
def test_both_are_told_of_every_change_of_which_the_page_says_so(
    action: StaffAction, pair: Relationship, alice: Membership, now: datetime
) -> None:
    before = {"close": State.CLOSING}.get(action.slug, action.only_from or State.ACTIVE)
    Relationship.objects.filter(pk=pair.pk).update(state=before)
    Message.objects.all().delete()

    services.change_state(relationship=pair, to=action.to, by=alice, now=now, reason=action.reasons[0])

    assert sorted(Message.objects.values_list("recipient__first_name", flat=True)) == ["Ben", "Mona"]


@pytest.mark.parametrize("kind", [kind.name for kind in OURS])
def test_every_notice_about_a_pair_names_it(
    *, kind: str, pair: Relationship, alice: Membership, ben: Membership, north: Program, now: datetime, sign_in: SignIn
) -> None:
    Message.objects.all().delete()
    for_staff = kind in FOR_STAFF
    reader = alice if for_staff else ben
    enqueue(kind, subject_id=pair.pk, recipient=reader.user, program=north, now=now)
    drain(now)

    page = get(sign_in(reader), NOTICES).partition("<main")[2].partition("</main>")[0]

    assert ("Mona" in page, "Ben" in page) == (True, for_staff)


def test_notice_about_a_pair_that_is_no_longer_known_still_reads(
    ben: Membership, north: Program, now: datetime, sign_in: SignIn
) -> None:
    enqueue("relationships.closed", subject_id=north.pk, recipient=ben.user, program=north, now=now)
    drain(now)

    assert "Your match has ended. Its page says whom you can ask." in get(sign_in(ben), NOTICES)


def test_home_names_nobody_where_several_notices_stand_in_one_line(
    *, pair: Relationship, alice: Membership, mona: Membership, north: Program, now: datetime, sign_in: SignIn
) -> None:
    bea = factories.make_mentee(north, "bea@example.org", now=now)
    second = services.propose(mentor=mona, mentee=bea, by=alice, now=now)
    for member in (mona, bea):
        services.accept(relationship=second, by=member, now=now)
    Message.objects.exclude(kind="relationships.started").delete()
    drain(now)

    page = get(sign_in(mona), reverse("home"))

    assert "You both said yes. You can now see how to reach each other." in page
    assert [f"You and {name} both" in page for name in ("Ben", "Bea")] == [False, False]


def test_notices_about_pairs_cost_the_same_for_three_as_for_thirty(
    *, alice: Membership, north: Program, now: datetime, sign_in: SignIn, django_assert_num_queries: Callable[..., Any]
) -> None:
    client = sign_in(alice)
    client.get(NOTICES)
    for count, prefix in ((3, "a"), (27, "b")):
        for number in range(count):
            mentor = factories.make_mentor(north, f"{prefix}m{number}@example.org", now=now)
            mentee = factories.make_mentee(north, f"{prefix}n{number}@example.org", now=now)
            pair = services.propose(mentor=mentor, mentee=mentee, by=alice, now=now)
            services.decline(relationship=pair, by=mentee, now=now)
        drain(now)
        with django_assert_num_queries(5):
            page = get(client, NOTICES)

    assert (page.count("The proposal of "), Notice.objects.filter(recipient=alice.user).count()) == (30, 30)
