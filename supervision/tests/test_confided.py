"""What a mentor told the supervisor alone: who is called, who sees it, and in whose record it stands."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership, Program
from accounts.staff import Staff
from conftest import SignIn
from demo import factories
from notifications.models import Message
from people.models import MentorProfile
from privacy.models import AuditEntry
from relationships.models import Relationship
from relationships.selectors.confiding import Confidants
from relationships.tests.losses import LOSSES
from supervision.models import Flag
from supervision.recipients import own_supervisors
from supervision.services import raise_unanswered, resolve_flag, take_up_confided
from supervision.tests.conftest import START, confide

NEXT_DAY = START + timedelta(hours=24)


@pytest.fixture
def sue(north: Program) -> Membership:
    """A supervisor who is in charge of nobody here."""
    return factories.make_member(north, Role.SUPERVISOR, "sue@example.org")


@pytest.fixture
def worry(pair: Relationship, sue: Membership) -> Flag:
    profile = pair.mentor.mentor_profile
    profile.contact = "555-0101"
    profile.save()
    confide(pair, words="He did not open the door.")
    take_up_confided(START)
    return Flag.objects.get()


def told() -> Counter[tuple[str, str]]:
    rows = Message.objects.filter(kind__startswith="supervision.").values_list("kind", "recipient__first_name")
    return Counter((kind.removeprefix("supervision."), name) for kind, name in rows)


def shown(client: object, flag: Flag) -> str:
    page: str = client.get(flag.get_absolute_url()).content.decode()  # type: ignore[attr-defined]
    return page


def test_worry_calls_the_mentors_own_supervisor_and_a_day_later_the_same_person(worry: Flag, ada: Membership) -> None:
    assert told() == {("worry", "Sam"): 1}

    assert raise_unanswered(NEXT_DAY) == 1

    assert told() == {("worry", "Sam"): 1, ("worry_waits", "Sam"): 1}


def test_worry_of_a_mentor_without_a_supervisor_calls_those_of_the_program(pair: Relationship, sue: Membership) -> None:
    MentorProfile.objects.update(supervisor=None)
    confide(pair)

    take_up_confided(START)

    assert told() == {("worry", "Sam"): 1, ("worry", "Sue"): 1}


def test_worry_in_a_program_without_supervisors_tells_an_admin_that_one_is_needed_and_no_coordinator(
    pair: Relationship, ada: Membership, alice: Membership, sam: Membership, sign_in: SignIn
) -> None:
    Membership.objects.filter(pk=sam.pk).update(is_active=False)
    confide(pair)
    take_up_confided(START)
    raise_unanswered(NEXT_DAY)

    assert told() == {("nobody_in_charge", "Ada"): 2}
    page = sign_in(ada).get(reverse("notifications:notices")).content.decode()
    assert "Someone needs a supervisor, and your program has none." in page
    assert [word for word in ("Mona", "Ben", "worried") if word in page] == []
    assert not Flag.objects.visible_to(alice).exists()


@pytest.mark.parametrize("own", [True, False])
def test_staff_who_are_called_are_those_whom_the_mentors_page_names(*, own: bool, pair: Relationship, sue: Membership) -> None:
    if not own:
        MentorProfile.objects.update(supervisor=None)
    pair = Relationship.objects.with_people().get()

    called = own_supervisors(Staff.of([pair.program_id]), pair.program_id, pair)
    assert Confidants.of(pair).names == tuple(member.user.first_name for member in called)


@pytest.mark.parametrize("kind", ["worry", "talk"])
@pytest.mark.parametrize(("name", "status"), [("alice", 404), ("sue", 404), ("ada", 403), ("ben", 403), ("mona", 403)])
def test_confided_flag_is_closed_to_everybody_but_the_supervisor_in_charge(
    *, kind: str, name: str, status: int, pair: Relationship, sue: Membership, ada: Membership,
    request: pytest.FixtureRequest, sign_in: SignIn,
) -> None:  # fmt: skip
    confide(pair, kind=kind)
    take_up_confided(START)
    raise_unanswered(NEXT_DAY)
    flag = Flag.objects.get()
    client = sign_in(request.getfixturevalue(name))

    assert client.get(flag.get_absolute_url()).status_code == status
    assert not Flag.objects.visible_to(request.getfixturevalue(name)).exists()


def test_worry_shows_its_words_and_sends_the_supervisor_to_the_mentor_first(
    worry: Flag, sam: Membership, sign_in: SignIn
) -> None:
    page = " ".join(shown(sign_in(sam), worry).split())

    assert page.count("He did not open the door.") == 1
    assert "Talk with Mona first" in page
    assert 'href="tel:5550101"' in page
    assert "Mona can see that you opened this page. Ben cannot." in page
    assert "Do not say to Ben or to other staff that it came from Mona." in page
    assert "Call Ben" not in page


@pytest.mark.parametrize("kind", ["worry", "talk"])
@pytest.mark.parametrize("loss", ["mentor_suspended", "mentors_account_closed"])
def test_what_a_mentor_confided_sends_nobody_to_a_mentor_who_takes_no_part_now(
    *, kind: str, loss: str, pair: Relationship, mona: Membership, sam: Membership, sign_in: SignIn
) -> None:
    mona.mentor_profile.contact = "555-0101"
    mona.mentor_profile.save()
    confide(pair, kind=kind)
    take_up_confided(START)
    LOSSES[loss][0](pair, START)

    page = " ".join(shown(sign_in(sam), Flag.objects.get()).split())

    assert "Mona does not take part now: do not call Mona about it." in page
    assert "Ben cannot see that you opened this page. Mona can, once Mona takes part again." in page
    assert "Nobody else learns of it. If Mona takes part again, Mona sees that you looked at it." in page
    assert ("Think about how to find out that Ben is safe" in page) == (kind == "worry")
    untrue = ("Talk with Mona first", "Mona can see that you opened", "Mona sees that you looked at it, and when", "5550101")
    assert [words for words in untrue if words in page] == []


def test_worry_is_written_into_the_mentors_record_and_never_into_the_mentees(
    worry: Flag, sam: Membership, ben: Membership, mona: Membership, sign_in: SignIn
) -> None:
    before = list(AuditEntry.objects.filter(person_id=ben.user_id).values_list("pk"))
    raise_unanswered(NEXT_DAY)
    shown(sign_in(sam), worry)
    resolve_flag(flag=worry, what_was_done="Talked with Mona.", by=sam, now=NEXT_DAY)
    shown(sign_in(sam), worry)

    assert list(AuditEntry.objects.filter(person_id=ben.user_id).values_list("pk")) == before
    assert not AuditEntry.objects.filter(person_id=ben.user_id, object_id=worry.pk).exists()
    page = sign_in(mona).get(reverse("privacy:access_log")).content.decode()
    assert "Sam (Supervisor) opened what you told your supervisor." in page
    assert "The program itself told your supervisor that you are worried." in page


def test_worry_about_one_mentee_is_one_flag_until_it_is_closed(pair: Relationship, sam: Membership) -> None:
    for hours in (0, 1):
        confide(pair, START + timedelta(hours=hours))
        take_up_confided(START + timedelta(hours=hours))
    assert list(Flag.objects.values_list("kind", "step")) == [("worry", 1)]
    assert told() == {("worry", "Sam"): 2}

    resolve_flag(flag=Flag.objects.get(), what_was_done="Talked.", by=sam, now=NEXT_DAY)
    confide(pair, NEXT_DAY)
    take_up_confided(NEXT_DAY)

    assert Flag.objects.open().count() == 1


def test_history_says_what_was_told_again_and_when_and_the_words_stand_once(
    worry: Flag, sam: Membership, sign_in: SignIn
) -> None:
    told_at, taken_up_at = START + timedelta(hours=3), START + timedelta(hours=4)
    confide(Relationship.objects.get(), told_at, words="Now he answers. He sounds worse.")
    take_up_confided(taken_up_at)

    page = " ".join(shown(sign_in(sam), worry).split())

    history = " ".join(re.sub(r"<[^>]+>", " ", page[page.index("History</h2>") :].partition("</section>")[0]).split())
    worried = "The mentor is worried about someone&#x27;s safety."
    assert history.partition(" ")[2] == (f"Mar 2, 2026, 12:00 PM Opened {worried} Mar 2, 2026, 3:00 PM Once more {worried}")
    assert [page.count(words) for words in ("He did not open the door.", "Now he answers. He sounds worse.")] == [1, 1]


def test_page_says_who_reads_what_was_done(worry: Flag, sam: Membership, sign_in: SignIn) -> None:
    page = " ".join(shown(sign_in(sam), worry).split())

    assert "Only who supervises Mona reads this. Mona sees that you looked at it" in page
    assert "the person it concerns" not in page
