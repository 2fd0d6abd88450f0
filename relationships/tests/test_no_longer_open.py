"""A proposal that ends before both answered: whoever was asked hears so, in the same words whatever the reason was."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import Membership
from accounts.services import set_active
from conftest import SignIn
from notifications.models import CancelReason, Delivery, Message, Notice
from notifications.outbox import drain
from notifications.services import try_again
from privacy.consents import revoke_consent
from privacy.models import Consent
from relationships import services
from relationships.enums import NEVER_BEGAN, State
from relationships.models import Relationship
from relationships.notices import NOT_GOING_AHEAD, PROPOSED
from relationships.tests.pages import get, url

End = Callable[[Relationship, datetime], object]


def _withdrawn(pair: Relationship, now: datetime) -> object:
    assert pair.proposed_by is not None
    return services.change_state(relationship=pair, to=State.WITHDRAWN, by=pair.proposed_by, now=now)


def _ruled_out(pair: Relationship, now: datetime) -> object:
    return revoke_consent(person=pair.mentor, by=pair.mentor, now=now)


def _declined(pair: Relationship, now: datetime) -> object:
    return services.decline(relationship=pair, by=pair.mentor, now=now)


def _expired(pair: Relationship, now: datetime) -> object:
    Relationship.objects.filter(pk=pair.pk).update(proposal_expires_at=now)
    return services.expire_proposals(now)


ENDS: Mapping[str, End] = {"withdrawn": _withdrawn, "ruled_out": _ruled_out, "declined": _declined, "expired": _expired}
ON_THE_PAGE = "This match is no longer open. That happens, and says nothing about either of you. Your coordinator knows."
THE_NOTICE = "The match with Mona is no longer open. That happens, and says nothing about either of you."
NOBODY = "Your program has no coordinator right now."


def words_of(page: str) -> str:
    """What stands on the page, without its tags."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", main.partition(">")[2]).split())


LEAK = re.compile(r"declin|withdr|expir|answer was|said no|time to answer|rule|consent", re.IGNORECASE)


def asked_anew(pair: Relationship, now: datetime) -> Relationship:
    """The proposal as it was before it ended."""
    Message.objects.filter(kind=NOT_GOING_AHEAD).delete()
    Consent.objects.update(revoked_at=None)
    open_again = {"state": State.PROPOSED, "ended_at": None, "proposal_expires_at": now + timedelta(days=7)}
    Relationship.objects.filter(pk=pair.pk).update(**open_again, mentor_accepted_at=None, mentee_accepted_at=None)
    return Relationship.objects.with_people().get(pk=pair.pk)


@pytest.mark.parametrize("has_answered", [False, True], ids=["silent", "said_yes"])
def test_person_who_was_asked_reads_the_same_words_whatever_ended_the_proposal(
    *, has_answered: bool, proposal: Relationship, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    client = sign_in(ben)
    places = (reverse("home"), reverse("notifications:notices"), url("detail", proposal.pk))
    read = []
    for end in ENDS.values():
        pair = asked_anew(proposal, now)
        if has_answered:
            services.accept(relationship=pair, by=ben, now=now)
        end(pair, now + timedelta(hours=1))
        assert Relationship.objects.get(pk=pair.pk).state in NEVER_BEGAN
        home, notices, page = (words_of(get(client, place)) for place in places)
        lines = {line.sentence for line in client.get(reverse("privacy:access_log")).context["lines"]}
        assert (THE_NOTICE in home, THE_NOTICE in notices, ON_THE_PAGE in page) == (True, True, True)
        assert [said for said in (notices, page, *lines) if LEAK.search(said)] == []
        read.append((home, notices, page, lines))

    assert read[1:] == read[:1] * 3


@pytest.mark.parametrize("end", ENDS)
def test_person_who_was_asked_reads_of_a_coordinator_who_knows_only_where_one_is_active(
    *, end: str, proposal: Relationship, alice: Membership, ada: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    client = sign_in(ben)
    set_active(person=alice, is_active=False, by=ada, now=now)
    ENDS[end](proposal, now)

    home, notices, page = (
        words_of(get(client, place))
        for place in (reverse("home"), reverse("notifications:notices"), url("detail", proposal.pk))
    )
    answered = client.post(url("answer", proposal.pk), {"answer": "yes"}, follow=True).content.decode()

    assert [words for words in (home, notices, page, answered) if "oordinator knows" in words] == []
    assert [NOBODY in words for words in (home, page, words_of(answered))] == [True] * 3


def test_mentor_reads_no_state_of_a_proposal_that_ended(
    proposal: Relationship, mona: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    services.decline(relationship=proposal, by=ben, now=now)

    page = words_of(get(sign_in(mona), url("detail", proposal.pk)))

    assert (ON_THE_PAGE in page, "Declined" in page) == (True, False)


def test_whoever_said_no_hears_nothing_of_it(proposal: Relationship, mona: Membership, ben: Membership, now: datetime) -> None:
    services.decline(relationship=proposal, by=ben, now=now)

    told = Message.objects.filter(kind=NOT_GOING_AHEAD).values_list("recipient", flat=True)
    assert list(told) == [mona.user_id]


@pytest.mark.parametrize("end", ENDS)
def test_old_notice_and_the_link_of_its_mail_say_that_it_is_over(
    *, end: str, proposal: Relationship, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    drain(now)
    assert len(mail.outbox) == 2

    ENDS[end](proposal, now)
    client = sign_in(ben)
    notice = Notice.objects.get(message__kind=PROPOSED, recipient=ben.user)
    arrived = client.get(reverse("notifications:open", args=[notice.pk]), follow=True)

    assert (arrived.status_code, ON_THE_PAGE in arrived.content.decode()) == (200, True)
    listed = words_of(get(client, reverse("notifications:notices")))
    assert "There is a match with Mona for you to look at." in listed
    assert listed.count("No longer open. Nothing is left to do here.") == 1
    assert notice.read_at is not None
    assert "There is a match with Mona" not in get(client, reverse("home"))


@pytest.mark.parametrize("end", ENDS)
def test_mail_of_a_proposal_that_ended_does_not_leave(
    *, end: str, proposal: Relationship, alice: Membership, now: datetime
) -> None:
    given_up = Delivery.objects.filter(message__kind=PROPOSED).order_by("pk")[0]
    Delivery.objects.filter(pk=given_up.pk).update(dead_at=now, next_try_at=None)

    ENDS[end](proposal, now)
    try_again(delivery=Delivery.objects.get(pk=given_up.pk), by=alice, now=now)
    drain(now)

    assert not Delivery.objects.filter(message__kind=PROPOSED, sent_at__isnull=False).exists()
    reasons = Message.objects.filter(kind=PROPOSED).values_list("cancel_reason", flat=True)
    assert list(reasons) == [CancelReason.NOT_NEEDED] * 2
    assert Delivery.objects.filter(message__kind=NOT_GOING_AHEAD, sent_at__isnull=False).exists()
