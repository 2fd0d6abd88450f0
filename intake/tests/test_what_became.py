"""What a change of a person did to their matches, said to whoever made it, and what it will touch, said before.

Ben is matched with Mona, whom Sam supervises; Alice coordinates, Ada administers.
"""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership, Program
from accounts.services import set_active
from conftest import SignIn
from demo import factories
from people.models import MentorProfile, NeverPair
from privacy.consents import revoke_consent
from relationships.enums import CloseReason, State
from relationships.models import Relationship
from relationships.services import accept, change_state, propose

ON_HOLD = "Contact with Mona is on hold. Please decide on the page of the match how it goes on."


@pytest.fixture
def pair(alice: Membership, mona: Membership, ben: Membership, now: datetime) -> Relationship:
    proposed = propose(mentor=mona, mentee=ben, by=alice, now=now)
    accept(relationship=proposed, by=mona, now=now)
    return accept(relationship=proposed, by=ben, now=now)


def said(client: Client, name: str, *args: object, **typed: str) -> str:
    """The page after the press of a button."""
    return words(client.post(reverse(f"intake:{name}", args=args), typed, follow=True).content.decode())


def page(client: Client, person: Membership, name: str = "person") -> str:
    return words(client.get(reverse(f"intake:{name}", args=[person.pk])).content.decode())


def words(html: str) -> str:
    return " ".join(html.partition("<main")[2].partition("</main>")[0].split())


# To a coordinator ----------------------------------------------------------------------------------------------------


def test_naming_a_never_pair_says_what_became_of_the_match_that_runs_and_not_that_they_will_not_be_paired(
    pair: Relationship, alice: Membership, mona: Membership, ben: Membership, sign_in: SignIn
) -> None:
    after = said(sign_in(alice), "never_pair_add", ben.pk, email=mona.user.email)

    assert "Noted: these two must not be paired." in after
    assert ON_HOLD in after
    assert "will not be paired" not in after


def test_second_ground_is_said_to_keep_the_match_on_hold_and_so_is_what_still_stands_when_one_is_back(
    *, pair: Relationship, alice: Membership, mona: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    client = sign_in(alice)
    revoke_consent(person=ben, by=alice, now=now)

    named = said(client, "never_pair_add", ben.pk, email=mona.user.email)
    given = said(client, "consent_give", ben.pk, given_on="2026-03-02")

    both = "Contact with Mona stays on hold: Ben’s consent is not in force; These two must not be paired."
    assert (both in named, ON_HOLD in named) == (True, False)
    assert "Contact with Mona stays on hold: These two must not be paired." in given


def test_taking_a_never_pair_out_says_before_and_after_that_contact_opens_again(
    pair: Relationship, alice: Membership, mona: Membership, ben: Membership, sign_in: SignIn
) -> None:
    client = sign_in(alice)
    said(client, "never_pair_add", ben.pk, email=mona.user.email)
    assert "Contact with Mona opens again at once, if nothing else is missing." in page(client, ben)

    after = said(client, "never_pair_drop", ben.pk, NeverPair.objects.get().pk)

    assert "Contact with Mona is open again." in after


def test_recording_a_consent_says_before_and_after_that_contact_opens_again(
    pair: Relationship, alice: Membership, ben: Membership, sign_in: SignIn
) -> None:
    client, opens = sign_in(alice), "Contact with Mona opens again at once, if nothing else is missing."
    assert opens not in page(client, ben)
    said(client, "consent_revoke", ben.pk)
    assert opens in page(client, ben)

    assert "Contact with Mona is open again." in said(client, "consent_give", ben.pk, given_on="2026-03-02")


@pytest.mark.parametrize(("places", "is_said"), [("1", False), ("0", True)])
def test_fewer_places_than_matches_are_said_before_and_after_and_stand_on_the_mentors_page(
    *, places: str, is_said: bool, pair: Relationship, alice: Membership, mona: Membership, now: datetime, sign_in: SignIn
) -> None:
    client, address = sign_in(alice), reverse("intake:person_edit", args=[mona.pk])
    assert "With fewer places than matches every match goes on" in page(client, mona, "person_edit")
    form = client.get(address).context["form"]
    typed = {name: value for name, value in form.initial.items() if value is not None} | {"capacity": places}

    after = words(client.post(address, typed, follow=True).content.decode())

    sentence = "Mona has more matches (1) than places (0). They go on; nobody new is proposed until there is a free place."
    assert MentorProfile.objects.get(membership=mona).capacity == int(places)
    assert (sentence in after, sentence in page(client, mona)) == (is_said, is_said)


# To an admin ---------------------------------------------------------------------------------------------------------


def test_admin_reads_before_and_after_how_many_matches_a_suspension_holds_and_that_a_coordinator_is_told(
    pair: Relationship, alice: Membership, ada: Membership, ben: Membership, sign_in: SignIn
) -> None:
    client = sign_in(ada)
    before = page(client, ben)

    after = said(client, "set_active", ben.pk, active="no")
    back = said(client, "set_active", ben.pk, active="yes")

    assert "In 1 match contact will be on hold. A coordinator is told." in before
    assert "In 1 match contact is on hold. A coordinator is told." in after
    assert "Ben is suspended in this role." in after
    assert "In 1 match contact opens again, if nothing else is missing." in after
    assert "In 1 match contact is open again." in back
    assert "Mona" not in before + after + back


def test_admin_of_a_program_without_a_coordinator_reads_that_nobody_can_decide(
    *, pair: Relationship, alice: Membership, ada: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    client = sign_in(ada)
    set_active(person=alice, is_active=False, by=ada, now=now)
    nobody = "No coordinator is active to decide how it goes on: invite one, or bring one back."

    before, after = page(client, ben), said(client, "set_active", ben.pk, active="no")

    assert f"In 1 match contact will be on hold. {nobody}" in before
    assert f"In 1 match contact is on hold. {nobody}" in after


def test_suspending_a_membership_counts_the_matches_of_that_role_alone(
    *, pair: Relationship, north: Program, ada: Membership, mona: Membership, sign_in: SignIn
) -> None:
    also_supervises = factories.make_member(north, Role.SUPERVISOR, "", user=mona.user)

    assert "In 1 match contact will be on hold." in page(sign_in(ada), mona)
    assert "contact will be on hold" not in page(sign_in(ada), also_supervises)


def test_admin_reads_before_suspending_a_supervisor_whom_it_leaves_without_one(
    *, pair: Relationship, north: Program, ada: Membership, sam: Membership, alice: Membership, sign_in: SignIn
) -> None:
    client = sign_in(ada)
    alone = (
        "1 mentor with a match will have no supervisor of their own, and stands on the coordinators’ home page until they"
        " choose another."
    )
    last = "No other supervisor is active."
    assert (alone in page(client, sam), last in page(client, sam)) == (True, True)

    una = factories.make_member(north, Role.SUPERVISOR, "una@example.org")

    assert (alone in page(client, sam), last in page(client, sam)) == (True, False)
    assert (alone in page(client, una), last in page(client, una)) == (False, False)
    assert alone not in page(sign_in(alice), sam)


def test_admin_reads_before_suspending_the_last_coordinator_that_nobody_decides_then(
    *, north: Program, ada: Membership, alice: Membership, sign_in: SignIn
) -> None:
    client, last = sign_in(ada), "No other coordinator is active."
    assert last in page(client, alice)

    factories.make_member(north, Role.COORDINATOR, "carl@example.org")

    assert last not in page(client, alice)


def waiting(client: Client) -> tuple[int, int] | None:
    """How many matches on hold, and how many people to hand on, an admin's home counts."""
    card = dict(client.get(reverse("home")).context["cards"]).get("intake/home/no_coordinator.html")
    return (card["on_hold"], card["alone"]) if card else None


def test_home_of_an_admin_counts_what_waits_for_a_coordinator_where_none_is_active(
    *, pair: Relationship, alice: Membership, ada: Membership, sam: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    client = sign_in(ada)
    revoke_consent(person=ben, by=alice, now=now)
    assert waiting(client) is None
    set_active(person=alice, is_active=False, by=ada, now=now)
    home = words(client.get(reverse("home")).content.decode())
    assert "1 match is on hold until a coordinator decides." in home
    assert [name for name in ("Mona", "Ben") if name in home] == []
    assert waiting(client) == (1, 0)

    set_active(person=sam, is_active=False, by=ada, now=now)
    assert waiting(client) == (1, 1)
    change_state(relationship=pair, to=State.CLOSED, by=sam, now=now, reason=CloseReason.SAFETY)
    assert waiting(client) == (0, 1)

    set_active(person=alice, is_active=True, by=ada, now=now)
    assert waiting(client) is None
