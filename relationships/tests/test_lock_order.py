"""Everybody holds rows in one order: users, memberships, profiles, pairs in the order of their ids, flags. In two orders, two
transactions would wait for each other, and the database would break one of them.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from uuid import UUID

import pytest
from django.db import transaction

from accounts.enums import Role
from accounts.models import Membership, Program, User
from accounts.services import set_active
from demo import factories
from intake.files.apply import import_people
from intake.files.format import read_people
from notifications.models import Notice
from people.models import MenteeProfile, MentorProfile
from people.services.profiles import save_myself, save_profile
from relationships import services
from relationships.enums import State
from relationships.models import HoldChange, Relationship, Transition
from relationships.services.rules import tell_coordinators
from relationships.services.steps import hold_mentors, hold_people, lock_pair
from relationships.tests.at_once import all_at_once, until_they_wait, waits_without_holding, within_two_seconds
from supervision.models import Flag

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
FIRST, LAST = UUID(int=1), UUID(int=2)
MORE_THAN_A_BATCH = 501


def test_a_pair_somebody_holds_can_still_be_pointed_at(pair: Relationship, mona: Membership, now: datetime) -> None:
    """Else a scan that opens a flag, holding a session, and a mentee who confirms it, holding the pair, block each other."""

    point_at_it = partial(Transition.objects.create, relationship=pair, from_state="", to_state=State.ACTIVE, by=mona, at=now)

    with transaction.atomic():
        lock_pair(pair)
        outcome = all_at_once([within_two_seconds(point_at_it)])

    assert outcome == {"done": 1}


def test_propose_while_another_mentor_is_imported_waits_for_nobody(
    north: Program, alice: Membership, mona: Membership, ben: Membership, now: datetime
) -> None:
    """Else the import, holding the program, and a proposal, holding a mentor in the file, block each other."""
    factories.make_mentor(north, "rosa@example.org", now=now)
    file = read_people(Role.MENTOR, b"email,first_name,capacity\nrosa@example.org,Rosa,5\n")

    with transaction.atomic():
        import_people(program=north, files=[file], by=alice, now=now)
        outcome = all_at_once([within_two_seconds(partial(services.propose, mentor=mona, mentee=ben, by=alice, now=now))])

    assert outcome == {"done": 1}


def test_mentor_whose_profile_somebody_saves_can_still_be_pointed_at(mona: Membership, now: datetime) -> None:
    """Else a proposal, holding the profile, and whoever saves it block each other."""
    with transaction.atomic():
        save_profile(person=mona, profile=mona.mentor_profile, changed=["capacity"], windows=[], by=mona, now=now)
        outcome = all_at_once([within_two_seconds(partial(factories.give_evenings, mona))])

    assert outcome == {"done": 1}


def test_import_waits_for_the_first_mentor_before_it_holds_the_next(north: Program, alice: Membership, now: datetime) -> None:
    """Else it and a round that is sent, which holds mentors in this order too, block each other."""
    mentors = [factories.make_mentor(north, f"mentor{number}@example.org", now=now) for number in range(2)]
    first, last = sorted(mentors, key=lambda mentor: mentor.pk)
    MentorProfile.objects.filter(membership=first).update(gender="woman")  # the first now stands last in the table
    rows = "".join(f"{mentor.user.email},M,5\n" for mentor in (last, first))
    file = read_people(Role.MENTOR, f"email,first_name,capacity\n{rows}".encode())
    bring_in = partial(import_people, program=north, files=[file], by=alice, now=now)

    assert waits_without_holding(held=lambda: hold_mentors([first]), waits=bring_in, asked=lambda: hold_mentors([last]))


def test_two_passes_that_find_one_hold_at_once_tell_it_once(pair: Relationship, alice: Membership, now: datetime) -> None:
    User.objects.filter(pk=pair.mentor.user_id).update(is_active=False)  # by a hand in the database: no service tells of it

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            lock_pair(pair)
            passes = pool.submit(all_at_once, [partial(services.check_standing, now)] * 2)
            until_they_wait(2)
        assert passes.result() == {"done": 2}

    assert HoldChange.objects.filter(relationship=pair).count() == 1
    assert Notice.objects.filter(message__kind="relationships.on_hold", recipient=alice.user).count() == 1


def test_admins_are_told_of_two_pairs_at_once_and_neither_waits_for_the_other(
    *, pair: Relationship, north: Program, alice: Membership, ada: Membership, mona: Membership, now: datetime
) -> None:
    """A mentor with a match and a proposal leaves while her match goes on hold for another reason, and no coordinator is there.

    What the admins hear is about the program, not about a pair: whoever says it keeps everybody else who says it waiting.
    """
    cleo = factories.make_mentee(north, "cleo@example.org", now=now)
    services.propose(mentor=mona, mentee=cleo, by=alice, now=now)
    set_active(person=alice, is_active=False, by=ada, now=now)
    User.objects.filter(pk=pair.mentee.user_id).update(is_active=False)  # by a hand in the database

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            lock_pair(pair)
            suspended = pool.submit(all_at_once, [partial(set_active, person=mona, is_active=False, by=ada, now=now)])
            until_they_wait()  # by then the proposal is withdrawn
            tell_coordinators(Relationship.objects.filter(pk=pair.pk), now)  # as the scan does, a batch of pairs at a time
        assert suspended.result() == {"done": 1}


def paired(mentee: Membership, mentor: Membership, pk: UUID, now: datetime) -> Relationship:
    return Relationship.objects.create(
        pk=pk,
        program=mentee.program,
        mentor=mentor,
        mentee=mentee,
        state=State.ACTIVE,
        proposed_at=now,
        proposal_expires_at=now,
        started_at=now,
    )


def in_the_order_of(ids: Sequence[UUID]) -> list[UUID]:
    """Of a set that is made of them, as a loop over it meets them."""
    return list({pk for pk in ids})  # noqa: C416  made one by one, as there


def test_import_of_many_people_holds_their_pairs_in_the_order_of_the_scan(
    north: Program, alice: Membership, mona: Membership, now: datetime
) -> None:
    """The hourly scan holds a batch of pairs in the order of their ids; told of in batches of people, they would be held in
    the order of the file."""
    addresses = [f"n{number}@example.org" for number in range(MORE_THAN_A_BATCH)]
    names = "".join(f"{address},Nora\n" for address in addresses)
    import_people(program=north, files=[read_people("mentee", f"email,first_name\n{names}".encode())], by=alice, now=now)
    members = {member.user.email: member for member in north.memberships.select_related("user").filter(role=Role.MENTEE)}
    met = in_the_order_of([members[address].user_id for address in addresses])
    by_user = {member.user_id: member for member in members.values()}
    late, early = paired(by_user[met[0]], mona, LAST, now), paired(by_user[met[-1]], mona, FIRST, now)
    changed = read_people("mentee", f"email,first_name\n{names.replace('Nora', 'Dora')}".encode())

    assert waits_without_holding(
        held=partial(lock_pair, early),
        waits=partial(import_people, program=north, files=[changed], by=alice, now=now),
        asked=partial(lock_pair, late),
    )


def test_person_of_two_programs_who_moves_holds_the_pairs_of_both_in_the_order_of_the_scan(
    *, north: Program, south: Program, mona: Membership, mateo: Membership, ben: Membership, now: datetime
) -> None:
    there = factories.make_member(south, Role.MENTEE, "", user=ben.user)
    MenteeProfile.objects.create(membership=there)
    of = {north.pk: (ben, mona), south.pk: (there, mateo)}
    one, other = (of[pk] for pk in in_the_order_of([north.pk, south.pk]))
    late, early = paired(*one, LAST, now), paired(*other, FIRST, now)

    assert waits_without_holding(
        held=partial(lock_pair, early),
        waits=partial(save_myself, user=ben.user, by=ben, now=now),
        asked=partial(lock_pair, late),
    )


def test_own_answers_saved_with_the_own_zone_hold_the_profile_before_the_proposal(
    proposal: Relationship, ben: Membership, now: datetime
) -> None:
    """As whoever says yes to it does."""
    profile = ben.mentee_profile
    profile.interests = ["music"]

    assert waits_without_holding(
        held=partial(hold_people, proposal),
        waits=partial(save_myself, user=ben.user, by=ben, now=now, profile=profile, changed=["interests"]),
        asked=partial(lock_pair, proposal),
    )


def test_suspension_holds_the_pairs_before_the_flags(
    *, pair: Relationship, alice: Membership, mona: Membership, north: Program, now: datetime
) -> None:
    """As whoever takes the consent of the other one back does."""
    call = Flag.objects.create(
        program=north, relationship=pair, about=pair.mentee, kind="support", step=1, opened_at=now, raised_at=now
    )

    assert waits_without_holding(
        held=partial(lock_pair, pair),
        waits=partial(set_active, person=mona, is_active=False, by=alice, now=now),
        asked=lambda: list(Flag.objects.select_for_update(no_key=True).filter(pk=call.pk)),
    )
