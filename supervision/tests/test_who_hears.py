"""A page names as hearing only people who hear. Ben asks for support; Mona mentors him, Sam supervises her."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import Membership
from conftest import SignIn
from notifications.models import Message
from relationships.enums import State
from relationships.models import Relationship
from relationships.tests.losses import LOSSES, Lose
from supervision.models import Flag
from supervision.services import take_up_requests
from supervision.tests.conftest import MakePair

NEW = reverse("checkins:new")


@pytest.fixture
def pair(make_pair: MakePair, alice: Membership, mona: Membership, ben: Membership, now: datetime) -> Relationship:
    return make_pair(mona, ben, by=alice, at=now - timedelta(days=1))


def _in(state: State) -> Lose:
    def lose(pair: Relationship, _now: datetime) -> None:
        Relationship.objects.filter(pk=pair.pk).update(state=state)

    return lose


MENTOR_HEARS = {state.value: _in(state) for state in (State.ACCEPTED, State.INTRODUCED, State.ACTIVE)}
STAFF_ALONE_HEAR = {
    **{state.value: _in(state) for state in (State.PROPOSED, State.PAUSED, State.CLOSING, State.CLOSED)},
    **{name: lose for name, (lose, _ground) in LOSSES.items() if not name.startswith(("mentee_suspended", "mentees_account"))},
}
"""By name, what befell the pair. A mentee who is not active does not get as far as asking."""
BEFALLS: list[tuple[Callable[[Relationship, datetime], None], bool]] = [
    *((befall, True) for befall in MENTOR_HEARS.values()),
    *((befall, False) for befall in STAFF_ALONE_HEAR.values()),
]


def told(now: datetime) -> set[str]:
    """Those who were told that Ben asked, once supervision has taken it up."""
    take_up_requests(now)
    asked = Message.objects.filter(kind__regex=r"^(checkins\.support|supervision\.)", cancelled_at=None)
    return set(asked.values_list("recipient__first_name", flat=True))


@pytest.mark.parametrize(("befall", "mentor_hears"), BEFALLS, ids=[*MENTOR_HEARS, *STAFF_ALONE_HEAR])
@pytest.mark.parametrize("support", ["now", "today"])
def test_pages_name_the_mentor_as_hearing_exactly_where_the_mentor_is_told(
    *,
    befall: Lose,
    mentor_hears: bool,
    support: str,
    pair: Relationship,
    ben: Membership,
    now: datetime,
    sign_in: SignIn,
) -> None:
    befall(pair, now)
    client = sign_in(ben)

    before = client.get(NEW).content.decode()
    after = client.post(NEW, {"submission_key": str(uuid4()), "support": support}, follow=True).content.decode()

    heard = told(now)
    assert ("we will tell Mona and the program" in before, "Mona" in heard) == (mentor_hears, mentor_hears)
    named = {"now": "We are telling Mona and the program", "today": "Mona (Mentor) has not opened it yet."}
    staff = {"now": "We are telling the program", "today": "We are passing it on to the program"}
    assert (named[support] in after, "Mona (Mentor)" in after and support == "now") == (mentor_hears, False)
    assert staff[support] in after or mentor_hears
    assert heard - {"Mona"}


def test_call_of_a_mentee_whose_mentor_was_suspended_reaches_her_supervisor_and_the_coordinators(
    pair: Relationship, ben: Membership, ada: Membership, now: datetime, sign_in: SignIn
) -> None:
    LOSSES["mentor_suspended"][0](pair, now)

    sign_in(ben).post(NEW, {"submission_key": str(uuid4()), "support": "now"})

    assert told(now) == {"Sam", "Alice"}


def test_pages_say_who_was_told_though_the_mentor_left_since(
    pair: Relationship, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    client = sign_in(ben)
    client.post(NEW, {"submission_key": str(uuid4()), "support": "today"})
    LOSSES["mentor_suspended"][0](pair, now)

    page = client.get(reverse("checkins:done")).content.decode()

    assert "Mona (Mentor) has not opened it yet." in page


def test_form_opened_before_the_mentor_left_names_nobody_who_was_not_told(
    pair: Relationship, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    client = sign_in(ben)
    opened = client.get(NEW).context["form"]
    LOSSES["mentor_suspended"][0](pair, now)

    sent = {"submission_key": str(uuid4()), "support": "now", "shared_in": str(opened["shared_in"].value())}
    page = client.post(NEW, sent, follow=True).content.decode()

    assert "We are telling the program" in page
    assert "Mona" not in page
    assert "Mona" not in told(now)


@pytest.mark.parametrize(
    ("befall", "sends_to_mona"),
    [(MENTOR_HEARS["active"], True), (STAFF_ALONE_HEAR["paused"], False), (STAFF_ALONE_HEAR["mentor_suspended"], False)],
    ids=["active", "paused", "suspended"],
)
def test_staff_are_sent_to_the_mentor_only_where_she_was_told(
    *, befall: Lose, sends_to_mona: bool, pair: Relationship, ben: Membership, sam: Membership, now: datetime, sign_in: SignIn
) -> None:
    befall(pair, now)
    sign_in(ben).post(NEW, {"submission_key": str(uuid4()), "support": "today"})
    take_up_requests(now)

    page = sign_in(sam).get(Flag.objects.get().get_absolute_url()).content.decode()

    assert ("Ask Mona whether the two have been in touch." in page) is sends_to_mona
    assert ("Mona has not said yet that they have been in touch." in " ".join(page.split())) is sends_to_mona
    assert "call or text Ben yourself today." in page


def test_staff_are_not_sent_to_a_mentor_who_left_after_she_was_told(
    pair: Relationship, ben: Membership, sam: Membership, now: datetime, sign_in: SignIn
) -> None:
    sign_in(ben).post(NEW, {"submission_key": str(uuid4()), "support": "today"})
    take_up_requests(now)
    LOSSES["mentor_suspended"][0](pair, now)

    page = sign_in(sam).get(Flag.objects.get().get_absolute_url()).content.decode()

    assert "Ask Mona whether the two have been in touch." not in page
