"""What somebody agreed to as a mentor says nothing of them as a mentee. Mona mentors; then she is a mentee too."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership
from conftest import SignIn
from demo import factories
from intake.files.export import export_people
from intake.selectors import waiting_for_intake
from people.models import MenteeProfile
from privacy.consents import give_consent, has_consent, revoke_consent
from relationships.enums import Ground, State
from relationships.grounds import missing_of
from relationships.models import Relationship
from relationships.services import accept, propose

MINE = reverse("intake:my_consent")


@pytest.fixture
def mona_too(mona: Membership) -> Membership:
    """As a mentee, just joined, of whom only what she said in her other role is known."""
    too = factories.make_member(mona.program, Role.MENTEE, "", user=mona.user)
    MenteeProfile.objects.create(membership=too)
    return too


def test_who_agreed_as_a_mentor_is_asked_as_a_mentee(
    mona: Membership, mona_too: Membership, alice: Membership, sign_in: SignIn, now: datetime
) -> None:
    missing = dict(waiting_for_intake(alice.program, now))[mona_too]
    page = sign_in(mona_too).get(MINE).content.decode()
    home = " ".join(sign_in(mona_too).get(reverse("home")).content.decode().split())
    of_staff = sign_in(alice).get(reverse("intake:person", args=[mona_too.pk]))

    assert "consent" in missing
    assert ("You have not agreed to anything yet" in page, "You agreed" in page, "Your mentor, and" in page) == (
        True,
        False,
        False,
    )
    assert ">Done</span>" not in home
    assert of_staff.context["consent"] is None
    assert "The people you mentor" in sign_in(mona).get(MINE).content.decode()


def test_who_takes_it_back_in_one_role_keeps_the_other(
    mona: Membership, mona_too: Membership, alice: Membership, sign_in: SignIn, now: datetime
) -> None:
    given = give_consent(person=mona_too, on=mona.program.today(now), by=alice, now=now)
    address = reverse("intake:take_back_consent", args=[given.pk])
    assert sign_in(mona).get(address).status_code == 404

    sign_in(mona_too).post(address)

    assert [has_consent(member, mona.program.today(now)) for member in (mona, mona_too)] == [True, False]


def test_match_stands_on_what_each_agreed_to_in_their_own_role(
    mona: Membership, ben: Membership, alice: Membership, now: datetime
) -> None:
    """Mona's consent as a mentee carries no match in which she mentors."""
    pair = propose(mentor=mona, mentee=ben, by=alice, now=now)
    for member in (mona, ben):
        accept(relationship=pair, by=member, now=now)
    too = factories.make_member(mona.program, Role.MENTEE, "", user=mona.user)
    today = mona.program.today(now)
    factories.give_consent(too, today)
    assert list(Relationship.objects.in_contact(today)) == [pair]

    revoke_consent(person=mona, by=alice, now=now)

    held = Relationship.objects.with_people().get(pk=pair.pk)
    assert (held.state, missing_of(held, now)) == (State.ACCEPTED, (Ground.MENTOR_CONSENT,))
    assert list(Relationship.objects.in_contact(today)) == []
    assert has_consent(too, today)


def test_file_of_each_role_holds_the_consent_of_that_role(
    mona: Membership, mona_too: Membership, alice: Membership, now: datetime
) -> None:
    factories.give_consent(mona_too, date(2026, 1, 31))
    mentors, mentees = (
        export_people(program=mona.program, kind=kind, by=alice, now=now) for kind in (Role.MENTOR, Role.MENTEE)
    )

    assert ("2026-01-31" in mentors, "2026-01-31" in mentees) == (False, True)
    given = mona.program.today(now) - timedelta(days=100)
    assert (str(given) in mentors, str(given) in mentees) == (True, False)
