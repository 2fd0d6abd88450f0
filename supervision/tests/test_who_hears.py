"""A page names as hearing only people who hear. Ben asks for support; Mona mentors him, Sam supervises her."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.enums import STAFF_ROLES, Role
from accounts.models import Membership
from checkins.models import SupportRequest
from conftest import SignIn
from demo import factories
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
    ben.mentee_profile.contact = "555-0100"
    ben.mentee_profile.save()
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
    assert ("we tell Mona and the program" in before, "Mona" in heard) == (mentor_hears, mentor_hears)
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


def test_pages_say_who_was_told_and_that_a_mentor_who_left_since_does_not_see_it(
    pair: Relationship, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    client = sign_in(ben)
    client.post(NEW, {"submission_key": str(uuid4()), "support": "today"})
    LOSSES["mentor_suspended"][0](pair, now)

    page = client.get(reverse("checkins:done")).content.decode()

    assert "Mona (Mentor) does not see this any more." in page


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


# Where there are few staff, or none --------------------------------------------------------------------------------------

STAFFS = [(), (Role.ADMIN,), (Role.COORDINATOR,), (Role.SUPERVISOR,), (Role.ADMIN, Role.COORDINATOR, Role.SUPERVISOR)]
STAFF_HEAR = {(): False, (Role.ADMIN,): False}
"""An admin hears that somebody needs a supervisor, and not who; so no page says that staff are told."""


def leave_only(staff: tuple[Role, ...], pair: Relationship) -> None:
    """Of the staff of the program, those with these roles; the others' accounts are closed."""
    factories.make_member(pair.program, Role.ADMIN, "ada@example.org")
    gone = Membership.objects.filter(program=pair.program, role__in=STAFF_ROLES).exclude(role__in=staff)
    for member in gone:
        member.user.is_active = False
        member.user.save()


def text_of(page: str) -> str:
    return " ".join(page.partition("<main")[2].replace("&#x27;", "'").split())


@pytest.mark.parametrize("staff", STAFFS, ids=["none", "admin", "coordinator", "supervisor", "all"])
@pytest.mark.parametrize("support", ["now", "today"])
@pytest.mark.parametrize("paired", [True, False])
def test_pages_name_staff_as_hearing_exactly_where_staff_are_told(
    *, staff: tuple[Role, ...], support: str, paired: bool, pair: Relationship, ben: Membership, mona: Membership,
    now: datetime, sign_in: SignIn,
) -> None:  # fmt: skip
    if not paired:
        Relationship.objects.update(state=State.CLOSED)
    leave_only(staff, pair)
    client, staff_hear = sign_in(ben), STAFF_HEAR.get(staff, True)
    says_before = {
        (True, True): "Now or Today: we tell Mona and the program's staff that you asked",
        (False, True): "Now or Today: we tell the program's staff that you asked",
        (
            True,
            False,
        ): "Now or Today: we tell Mona that you asked, and how to reach you. Nobody on the staff can be told right now.",
        (False, False): "Now or Today: nobody here can be told. Please call one of the lines under “Get support now”.",
    }
    says_after = {
        (True, True): "We are telling Mona and the program's staff that you asked for support now.",
        (False, True): "We are telling the program's staff that you asked for support now.",
        (True, False): "We are telling Mona that you asked for support now. Nobody on the staff can be told.",
        (False, False): "Nobody here can be told right now.",
    }

    before = text_of(client.get(NEW).content.decode())
    after = text_of(client.post(NEW, {"submission_key": str(uuid4()), "support": support}, follow=True).content.decode())
    waiting = text_of(client.get("/").content.decode())
    heard = told(now)
    taken_up = text_of(client.get("/").content.decode())

    assert says_before[paired, staff_hear] in before
    assert says_after[paired, staff_hear] in after or support == "today"
    assert (bool(heard - {"Mona", "Ada"}), "Mona" in heard) == (staff_hear, paired)
    assert ("passing it on to the program's staff" in waiting) is staff_hear
    nobody = "Nobody on the staff could be told." if paired else "Nobody here could be told. Please do not wait for us."
    assert [nobody in page for page in (waiting, taken_up)] == [not staff_hear] * 2
    assert "Get support now" in taken_up


@pytest.mark.parametrize("staff", STAFFS, ids=["none", "admin", "coordinator", "supervisor", "all"])
def test_page_of_the_mentor_names_the_staff_who_were_told_and_whom_to_tell(
    *, staff: tuple[Role, ...], pair: Relationship, ben: Membership, mona: Membership, now: datetime, sign_in: SignIn
) -> None:
    leave_only(staff, pair)
    sign_in(ben).post(NEW, {"submission_key": str(uuid4()), "support": "now"})
    client = sign_in(mona)
    address = reverse("checkins:support_request", args=[SupportRequest.objects.get().pk])

    at_first = text_of(client.get(address).content.decode())
    heard = told(now) - {"Mona", "Ada"}
    page = text_of(client.get(address).content.decode())
    thanks = text_of(
        client.post(reverse("checkins:in_touch", args=[SupportRequest.objects.get().pk]), follow=True).content.decode()
    )

    named = {name for name in ("Sam", "Alice", "Ada") if f"{name} (" in page}
    assert named == heard
    assert ("the program's staff are told too." in at_first) is bool(heard)
    assert ("Nobody on the staff could be told." in at_first, "Nobody on the staff could be told." in page) == (not heard,) * 2
    assert ("tell your supervisor, Sam, now" in page) is (Role.SUPERVISOR in staff)
    assert ("tell the program's staff now" in page) is (staff == (Role.COORDINATOR,))
    assert ("If you cannot, tell Ben so, and pass on one of the crisis lines below." in page) is (not heard)
    assert ("The program's staff can see that you have been in touch." in thanks) is bool(heard)
