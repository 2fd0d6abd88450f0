"""Staff look up a number of the mentor for a call only where the mentor may know of it: the mentor's record tells of no other.

Ben asks for support; Mona mentors him, Sam supervises her.
"""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import Membership
from conftest import SignIn
from privacy.models import AuditEntry
from relationships.models import Relationship
from relationships.tests.losses import Lose
from supervision.models import Flag
from supervision.services import take_up_requests
from supervision.tests.conftest import MakePair
from supervision.tests.test_who_hears import MENTOR_HEARS, STAFF_ALONE_HEAR

NUMBERS = {"ben": "555-0100", "mona": "555-0101"}
ON_HOLD = "Contact is on hold: do not call Mona about it."
ENDED = "This match has ended: do not call Mona about it."
NOT_HERE = "Mona does not take part now: do not call Mona about it."
NOT_TOLD = "Mona was not told of this call: do not call Mona about it."
SAID = {
    "closed": ENDED,
    "mentee_revoked": ON_HOLD,
    "mentor_revoked": ON_HOLD,
    "mentees_consent_ran_out": ON_HOLD,
    "mentors_consent_ran_out": ON_HOLD,
    "mentee_named_mentor": ON_HOLD,
    "mentor_named_mentee": ON_HOLD,
    "mentor_suspended": NOT_HERE,
    "mentors_account_closed": NOT_HERE,
}


@pytest.fixture
def pair(make_pair: MakePair, alice: Membership, mona: Membership, ben: Membership, now: datetime) -> Relationship:
    for profile, name in ((ben.mentee_profile, "ben"), (mona.mentor_profile, "mona")):
        profile.contact = NUMBERS[name]
        profile.save()
    return make_pair(mona, ben, by=alice, at=now - timedelta(days=1))


def asks(sign_in: SignIn, ben: Membership, now: datetime) -> str:
    """Ben asks for support now; the page of the flag as it is from then on is at this address."""
    sign_in(ben).post(reverse("checkins:new"), {"submission_key": str(uuid4()), "support": "now"})
    take_up_requests(now)
    return Flag.objects.get().get_absolute_url()


def opened_about(person: Membership) -> int:
    return AuditEntry.objects.filter(person_id=person.user_id, reason="call").count()


@pytest.mark.parametrize(
    ("befell", "was_told"),
    [*((befell, True) for befell in SAID), *((befell, False) for befell in SAID if befell != "closed")],
)
def test_flag_says_not_to_call_the_mentor_who_may_not_know_and_nothing_is_written_into_their_record(
    *,
    befell: str,
    was_told: bool,
    pair: Relationship,
    ben: Membership,
    mona: Membership,
    sam: Membership,
    alice: Membership,
    now: datetime,
    sign_in: SignIn,
) -> None:
    """Whether the mentor was told of the call before, or it came afterwards. A call after the end is of no match."""
    address = asks(sign_in, ben, now) if was_told else ""
    STAFF_ALONE_HEAR[befell](pair, now)
    address = address or asks(sign_in, ben, now)

    for member in (sam, alice):
        page = " ".join(sign_in(member).get(address).content.decode().split())

        assert (NUMBERS["ben"] in page, NUMBERS["mona"] in page) == (True, False)
        assert [words for words in {*SAID.values(), NOT_TOLD} if words in page] == [SAID[befell]]
        assert "if nobody answers, call Mona" not in page
        assert "has not said yet that they have been in touch" not in page
    assert (opened_about(ben), opened_about(mona)) == (2, 0)


@pytest.mark.parametrize("befell", ["paused", "closing"])
def test_flag_of_a_call_that_only_staff_heard_says_so_and_shows_no_number_of_the_mentor(
    *, befell: str, pair: Relationship, ben: Membership, mona: Membership, sam: Membership, now: datetime, sign_in: SignIn
) -> None:
    STAFF_ALONE_HEAR[befell](pair, now)

    page = " ".join(sign_in(sam).get(asks(sign_in, ben, now)).content.decode().split())

    assert (NUMBERS["ben"] in page, NUMBERS["mona"] in page, NOT_TOLD in page) == (True, False, True)
    assert opened_about(mona) == 0


@pytest.mark.parametrize("befall", MENTOR_HEARS.values(), ids=[*MENTOR_HEARS])
def test_flag_of_a_call_that_the_mentor_heard_shows_the_number_and_the_mentor_reads_of_it(
    *, befall: Lose, pair: Relationship, ben: Membership, mona: Membership, sam: Membership, now: datetime, sign_in: SignIn
) -> None:
    befall(pair, now)

    page = " ".join(sign_in(sam).get(asks(sign_in, ben, now)).content.decode().split())

    assert (NUMBERS["mona"] in page, "do not call" in page, "if nobody answers, call Mona" in page) == (True, False, True)
    assert opened_about(mona) == 1


def test_call_that_the_mentor_of_another_match_heard_opens_nothing_of_this_one(
    *,
    pair: Relationship,
    ben: Membership,
    mona: Membership,
    sam: Membership,
    make_pair: MakePair,
    now: datetime,
    sign_in: SignIn,
) -> None:
    """The flag stays with the match in which the first call came; that one is paused, so its mentor was told of none."""
    STAFF_ALONE_HEAR["paused"](pair, now)
    address = asks(sign_in, ben, now)
    call = ben.support_requests.get()
    other = Relationship.objects.get(pk=pair.pk)
    other.pk, other._state.adding, other.state = uuid4(), True, "closed"
    other.save()
    call.shared_with = other
    call.save()

    page = sign_in(sam).get(address).content.decode()

    assert (NUMBERS["mona"] in page, opened_about(mona)) == (False, 0)


@pytest.mark.parametrize(
    ("support", "paired", "first"),
    [
        ("now", True, "Write to Ben now, and ask Mona, who may know how to reach Ben."),
        ("now", False, "Write to Ben now; if no answer comes, write again soon."),
        ("today", True, "If nobody has been in touch with Ben, write to Ben yourself today."),
        ("today", False, "If nobody has been in touch with Ben, write to Ben yourself today."),
    ],
)
def test_staff_get_the_address_of_a_mentee_who_has_not_said_how_to_be_reached_and_call_nobody(
    *,
    support: str,
    paired: bool,
    first: str,
    ben: Membership,
    sam: Membership,
    now: datetime,
    request: pytest.FixtureRequest,
    sign_in: SignIn,
) -> None:
    """As the form says beforehand, with a link to where a number can be said."""
    if paired:
        request.getfixturevalue("pair")
        ben.mentee_profile.contact = ""
        ben.mentee_profile.save()
    client = sign_in(ben)
    form = " ".join(client.get(reverse("checkins:new")).content.decode().split())
    client.post(reverse("checkins:new"), {"submission_key": str(uuid4()), "support": support})
    take_up_requests(now)

    page = " ".join(sign_in(sam).get(Flag.objects.get().get_absolute_url()).content.decode().split())

    told = "we tell Mona and the program&#x27;s staff" if paired else "we tell the program&#x27;s staff"
    assert f"Now or Today: {told} that you asked. " in form.replace("program's", "program&#x27;s")
    assert "can write to your e-mail address." in form
    assert f'<a href="{reverse("people:me")}#id_contact">Add a phone number</a>' in form
    assert 'id="id_contact"' in client.get(reverse("people:me")).content.decode()
    assert "how to reach you." not in form
    assert first in page
    assert f'<a href="mailto:{ben.user.email}">' in page
    assert ("Call Ben" in page, "text Ben" in page) == (False, False)
    assert f"{'Ben and Mona' if paired else 'Ben'} can see that you opened this page." in page


def test_form_asks_for_no_number_where_one_is_known(pair: Relationship, ben: Membership, sign_in: SignIn) -> None:
    form = sign_in(ben).get(reverse("checkins:new")).content.decode()

    assert ("and how to reach you." in form, "Add a phone number" in form) == (True, False)
