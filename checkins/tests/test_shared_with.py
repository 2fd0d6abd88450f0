"""What is shared is shared with one match. Ben's mentor is Mona, then Nils, then Mona again."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership, Program
from checkins.enums import Support
from checkins.models import CheckIn, SupportRequest
from checkins.services import submit_checkin
from checkins.tests.conftest import CheckInAs, pair_up
from conftest import SignIn
from core.errors import DomainError
from demo import factories
from people.models import MenteeProfile, MentorProfile
from relationships.enums import CloseReason, State
from relationships.models import Relationship
from relationships.services import accept, change_state, propose

HOUR = timedelta(hours=1)


@pytest.fixture
def nils(north: Program, sam: Membership, now: datetime) -> Membership:
    return factories.make_mentor(north, "nils@example.org", now=now, supervisor=sam)


def begin(mentor: Membership, mentee: Membership, by: Membership, at: datetime) -> Relationship:
    pair = propose(mentor=mentor, mentee=mentee, by=by, now=at - HOUR / 4)
    accept(relationship=pair, by=mentor, now=at)
    return accept(relationship=pair, by=mentee, now=at)


def end(pair: Relationship, by: Membership, at: datetime) -> None:
    change_state(relationship=pair, to=State.CLOSING, by=by, now=at - HOUR / 4)
    change_state(relationship=pair, to=State.CLOSED, by=by, now=at, reason=CloseReason.COMPLETED)


def share(pair: Relationship, note: str, at: datetime) -> tuple[str, str]:
    """A check-in that is shared in this pair and calls for support: the addresses of both for the mentor."""
    checkin = submit_checkin(
        mentee=pair.mentee, now=at, submission_key=uuid4(), note=note, support=Support.NOW, shared_with=pair
    )
    call = SupportRequest.objects.get(checkin=checkin)
    return reverse("checkins:read", args=[checkin.pk]), reverse("checkins:support_request", args=[call.pk])


Addresses = tuple[str, str]


@pytest.fixture
def story(mona: Membership, nils: Membership, ben: Membership, alice: Membership, now: datetime) -> tuple[Addresses, Addresses]:
    """Ben shared with Mona, then with Nils; both matches have ended: the addresses of what was shared with each."""
    first = begin(mona, ben, alice, now - 9 * HOUR)
    with_mona = share(first, "For Mona alone.", now - 8 * HOUR)
    end(first, alice, now - 7 * HOUR)
    second = begin(nils, ben, alice, now - 6 * HOUR)
    with_nils = share(second, "For Nils alone.", now - 5 * HOUR)
    end(second, alice, now - 4 * HOUR)
    return with_mona, with_nils


def test_reopened_match_shows_what_was_shared_in_it_and_nothing_shared_with_another(
    *, story: tuple[Addresses, Addresses], mona: Membership, nils: Membership, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    with_mona, with_nils = story
    first = Relationship.objects.get(mentor=mona)
    change_state(relationship=first, to=State.ACTIVE, by=alice, now=now)
    client = sign_in(mona)

    home = client.get("/").content.decode()
    listed = client.get(reverse("checkins:shared", args=[first.pk])).content.decode()

    assert [(address in home, address in listed) for address in (*with_mona, *with_nils)] == [
        (True, True),
        (True, False),
        (False, False),
        (False, False),
    ]
    assert [client.get(address).status_code for address in (*with_mona, *with_nils)] == [200, 200, 404, 404]
    assert [sign_in(nils).get(address).status_code for address in (*with_mona, *with_nils)] == [404] * 4


def test_new_match_of_the_same_two_opens_nothing_of_their_earlier_one(
    *, story: tuple[Addresses, Addresses], mona: Membership, ben: Membership, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    with_mona, with_nils = story
    third = begin(mona, ben, alice, now - HOUR)
    anew = share(third, "For Mona, once more.", now - HOUR / 2)
    client = sign_in(mona)

    statuses = [client.get(address).status_code for address in (*with_mona, *with_nils, *anew)]

    assert statuses == [404, 404, 404, 404, 200, 200]


def test_shared_in_one_program_opens_nothing_to_the_same_mentor_in_another(
    *, mona: Membership, ben: Membership, alice: Membership, otto: Membership, now: datetime, sign_in: SignIn
) -> None:
    south = otto.program
    mona_south = factories.make_member(south, Role.MENTOR, "", user=mona.user)
    MentorProfile.objects.create(membership=mona_south)
    ben_south = factories.make_member(south, Role.MENTEE, "", user=ben.user)
    MenteeProfile.objects.create(membership=ben_south)
    for member in (mona_south, ben_south):
        factories.give_consent(member, south.today(now - 2 * HOUR))
    in_north = share(begin(mona, ben, alice, now - 2 * HOUR), "In North.", now - HOUR)
    in_south = share(pair_up(mona_south, ben_south, now), "In South.", now - HOUR)

    as_north = [sign_in(mona).get(address).status_code for address in (*in_north, *in_south)]
    as_south = [sign_in(mona_south).get(address).status_code for address in (*in_north, *in_south)]

    assert (as_north, as_south) == ([200, 200, 404, 404], [404, 404, 200, 200])


def test_mentee_reads_with_whom_each_check_in_was_shared(
    story: tuple[Addresses, Addresses], ben: Membership, sign_in: SignIn, check_in_as: CheckInAs
) -> None:
    check_in_as(ben, note="For nobody.")

    page = sign_in(ben).get(reverse("checkins:history")).content.decode()

    said = ("You shared all of it with Mona", "You shared all of it with Nils", "Only you see this")
    assert [page.count(words) for words in said] == [1, 1, 1]


def test_submit_checkin_shared_in_somebody_elses_pair_is_refused(
    mona: Membership, ben: Membership, alice: Membership, north: Program, now: datetime
) -> None:
    pair = begin(mona, ben, alice, now)
    dora = factories.make_mentee(north, "dora@example.org", now=now)

    with pytest.raises(DomainError) as refusal:
        submit_checkin(mentee=dora, now=now, submission_key=uuid4(), shared_with=pair)

    assert (refusal.value.code, CheckIn.objects.count()) == ("not_your_pair", 0)


@pytest.mark.django_db(transaction=True)
def test_migration_gives_what_was_shared_to_the_match_of_that_moment(
    story: tuple[Addresses, Addresses], mona: Membership, nils: Membership, alice: Membership, now: datetime
) -> None:
    """Mona's match stands reopened: its dates alone would claim what was shared with Nils, or between the two."""
    first, second = Relationship.objects.get(mentor=mona), Relationship.objects.get(mentor=nils)
    change_state(relationship=first, to=State.ACTIVE, by=alice, now=now)
    between = {"shared_with": first, "support": Support.NOW, "now": now - 3.5 * HOUR}
    submit_checkin(mentee=first.mentee, submission_key=uuid4(), **between)  # type: ignore[arg-type]
    submit_checkin(mentee=first.mentee, submission_key=uuid4(), now=now - 3 * HOUR)
    MigrationExecutor(connection).migrate([("checkins", "0001_initial")])
    MigrationExecutor(connection).migrate(MigrationExecutor(connection).loader.graph.leaf_nodes("checkins"))

    checkins = CheckIn.objects.order_by("submitted_at").values_list("shared_with", flat=True)
    calls = SupportRequest.objects.order_by("asked_at").values_list("shared_with", flat=True)

    assert (list(checkins), list(calls)) == ([first.pk, second.pk, None, None], [first.pk, second.pk, None])
