"""A call for support as the people see it: the mentee who asked, and those who look after the pair."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership, Program
from accounts.services import set_active
from checkins.models import CheckIn, SupportRequest
from checkins.services import say_in_touch, submit_checkin
from conftest import SignIn
from core.dates import Style, written
from demo import factories
from notifications.models import CancelReason, Message
from privacy.models import AuditEntry
from relationships.models import Relationship
from relationships.services import accept, change_state, propose
from relationships.tests.losses import LOSSES
from supervision.models import Flag
from supervision.services import raise_unanswered, resolve_flag, take_up_requests
from supervision.tests.conftest import MakePair

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def pair(make_pair: MakePair, alice: Membership, mona: Membership, ben: Membership, now: datetime) -> Relationship:
    return make_pair(mona, ben, by=alice, at=now - 3 * DAY)


def ask(mentee: Membership, at: datetime, support: str = "today", **more: Any) -> CheckIn:
    return submit_checkin(mentee=mentee, now=at, submission_key=uuid4(), support=support, **more)


def read(sign_in: SignIn, member: Membership, address: str) -> str:
    """The text of a page's main part, with single spaces."""
    page = re.sub(r"</?time[^>]*>", "", sign_in(member).get(address).content.decode())
    return " ".join(re.sub(r"<[^>]+>", " ", page.split("<main", 1)[1].split("</main", 1)[0]).split())


def day(at: datetime) -> str:
    with timezone.override("America/New_York"):
        return written(at, Style.MOMENT)


# The mentee who asked -------------------------------------------------------------------------------------------------

BOTH_PAGES = pytest.mark.parametrize("address", ["/", "/check-in/done/"], ids=["home", "done"])


@BOTH_PAGES
def test_mentee_reads_at_once_that_the_mentor_was_told_and_is_not_asked_to_check_in_any_time(
    address: str, pair: Relationship, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    ask(ben, now)

    page = read(sign_in, ben, address)

    assert f"You asked for support {day(now)}" in page
    assert "Mona (Mentor) has not opened it yet." in page
    assert "We are passing it on to the program's staff." in page
    assert "Supervisor" not in page
    assert "any time" not in page.lower()


@BOTH_PAGES
def test_mentee_reads_who_was_told_who_opened_it_and_who_answered_until_it_is_closed(
    *, address: str, pair: Relationship, ben: Membership, mona: Membership, sam: Membership, now: datetime, sign_in: SignIn
) -> None:
    asked_at = now - 10 * MINUTE
    ask(ben, asked_at, "now")
    take_up_requests(asked_at)
    told = read(sign_in, ben, address)
    for name in ("Mona (Mentor)", "Sam (Supervisor)", "Alice (Coordinator)"):
        assert f"{name} has not opened it yet." in told
    assert "passing it on" not in told

    sign_in(sam).get(Flag.objects.get().get_absolute_url())
    say_in_touch(request=SupportRequest.objects.get(), by=mona, now=now - MINUTE)
    answered = read(sign_in, ben, address)
    assert re.search(r"[AP]M: Sam \(Supervisor\) opened it\.", answered)
    assert "Alice (Coordinator) has not opened it yet." in answered
    assert f"{day(now - MINUTE)}: Mona says that you two were in touch." in answered

    resolve_flag(flag=Flag.objects.get(), what_was_done="Rang Ben.", by=sam, now=now)
    closed = read(sign_in, ben, address)
    assert f"{day(now)}: Sam (Supervisor) wrote down that it was taken care of." in closed
    assert "Rang Ben." not in closed
    assert "has not opened it yet" not in closed


def test_mentee_reads_in_one_line_whether_anybody_opened_the_call(
    pair: Relationship, ben: Membership, sam: Membership, now: datetime, sign_in: SignIn
) -> None:
    ask(ben, now)
    take_up_requests(now)
    before = read(sign_in, ben, "/")
    sign_in(sam).get(Flag.objects.get().get_absolute_url())
    after = read(sign_in, ben, "/")

    assert ("Nobody has opened it yet." in before, "Opened by" in before) == (True, False)
    assert ("Nobody has opened it yet." in after, "Opened by Sam (Supervisor)." in after) == (False, True)


def test_call_names_as_opening_it_whom_the_record_names_also_before_they_are_told(
    *, pair: Relationship, ben: Membership, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    ask(ben, now - 25 * HOUR)
    take_up_requests(now - 25 * HOUR)
    sign_in(alice).get(Flag.objects.get().get_absolute_url())

    before, record = read(sign_in, ben, "/"), read(sign_in, ben, reverse("privacy:access_log"))
    raise_unanswered(now)
    after = read(sign_in, ben, "/")

    assert "Alice (Coordinator) looked up how to reach you" in record
    assert "Opened by Alice (Coordinator). " in before
    assert "Who was told (2) Mona (Mentor) has not opened it yet. Sam (Supervisor) has not opened it yet." in before
    assert f"{day(now)}: Alice (Coordinator) opened it." in before
    assert "Opened by Alice (Coordinator). Messages" in after
    assert "Who was told (3)" in after
    assert after.count("Alice (Coordinator) opened it.") == 1


def test_who_was_told_counts_those_who_see_it_still(
    *, pair: Relationship, ben: Membership, mona: Membership, ada: Membership, now: datetime, sign_in: SignIn
) -> None:
    ask(ben, now)
    take_up_requests(now)
    assert "Who was told (2)" in read(sign_in, ben, "/")

    set_active(person=mona, is_active=False, by=ada, now=now)

    page = read(sign_in, ben, "/")
    assert "Mona (Mentor) does not see this any more." in page
    assert f"Who was told ({page.count('has not opened it yet')})" in page


def test_call_opened_only_by_somebody_who_is_gone_is_said_to_be_opened_by_nobody_who_sees_it(
    *, pair: Relationship, ben: Membership, mona: Membership, ada: Membership, now: datetime, sign_in: SignIn
) -> None:
    ask(ben, now - HOUR)
    sign_in(mona).get(reverse("checkins:support_request", args=[SupportRequest.objects.get().pk]))
    assert "Opened by Mona (Mentor)." in read(sign_in, ben, "/")

    set_active(person=mona, is_active=False, by=ada, now=now)

    page = read(sign_in, ben, "/")
    assert ("Opened by" in page, "Nobody has opened it yet." in page) == (False, False)
    assert "Mona (Mentor) does not see this any more." in page


def test_of_two_open_calls_the_urgent_one_leads_and_the_newer_one_is_folded_below(
    pair: Relationship, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    ask(ben, now - 2 * HOUR, "now")
    take_up_requests(now - 2 * HOUR)
    ask(ben, now - HOUR)
    take_up_requests(now - HOUR)

    page = read(sign_in, ben, "/")

    assert f"You asked for support right away {day(now - 2 * HOUR)} Nobody has opened it yet." in page
    assert "Who was told (3) Mona (Mentor) has not opened it yet." in page
    assert f"You also asked on {day(now - HOUR)} Nobody has opened it yet." in page
    assert page.index("right away") < page.index("You also asked on")


def test_answered_call_leads_over_an_older_one_that_was_less_urgent(
    pair: Relationship, ben: Membership, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    ask(ben, now - 2 * HOUR)
    take_up_requests(now - 2 * HOUR)
    ask(ben, now - HOUR, "now")
    take_up_requests(now - HOUR)
    resolve_flag(flag=Flag.objects.get(kind="safety"), what_was_done="Rang Ben.", by=alice, now=now - MINUTE)

    home, own = read(sign_in, ben, "/"), read(sign_in, ben, reverse("checkins:history"))

    answer = f"{day(now - MINUTE)}: Alice (Coordinator) wrote down that it was taken care of."
    assert f"You asked for support right away {day(now - HOUR)} {answer}" in home
    assert "Nobody has opened it yet." not in home
    older = f"You also asked on {day(now - 2 * HOUR)} This one is still open. Staff have answered the one you sent after it."
    assert older in home
    assert "How are you now?" in home
    assert answer in own


def test_answer_to_a_call_that_was_less_urgent_or_came_before_is_folded_below_the_one_that_waits(
    pair: Relationship, ben: Membership, sam: Membership, now: datetime, sign_in: SignIn
) -> None:
    ask(ben, now - 3 * HOUR, "now")
    take_up_requests(now - 3 * HOUR)
    ask(ben, now - 2 * HOUR)
    take_up_requests(now - 2 * HOUR)
    resolve_flag(flag=Flag.objects.get(kind="support"), what_was_done="Rang Ben.", by=sam, now=now - HOUR)

    page = read(sign_in, ben, "/")

    assert f"You asked for support right away {day(now - 3 * HOUR)} Nobody has opened it yet." in page
    answer = f"{day(now - HOUR)}: Sam (Supervisor) wrote down that it was taken care of."
    assert f"You also asked on {day(now - 2 * HOUR)} {answer}" in page
    assert "This one is still open." not in page


def test_closed_call_leaves_the_home_page_after_three_days_and_check_in_any_time_comes_back(
    pair: Relationship, ben: Membership, sam: Membership, now: datetime, sign_in: SignIn
) -> None:
    ask(ben, now - 5 * DAY)
    take_up_requests(now - 5 * DAY)
    resolve_flag(flag=Flag.objects.get(), what_was_done="Rang.", by=sam, now=now - 3 * DAY - MINUTE)

    page = read(sign_in, ben, "/")

    assert "You asked for support" not in page
    assert "Check in any time" in page


def test_call_that_nobody_could_be_told_of_says_so_and_names_no_admin(
    ben: Membership, ada: Membership, now: datetime, sign_in: SignIn
) -> None:
    ask(ben, now)
    take_up_requests(now)

    page = read(sign_in, ben, "/")

    assert "Nobody here could be told. Please do not wait for us." in page
    assert "Ada" not in page


def test_mentor_whose_message_was_called_off_is_not_said_to_be_told(
    pair: Relationship, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    ask(ben, now)
    Message.objects.update(cancelled_at=now, cancel_reason=CancelReason.ACCOUNT_CLOSED)

    assert "Mona (Mentor)" not in read(sign_in, ben, "/")


def test_second_call_is_not_said_to_be_opened_by_whoever_opened_the_first(
    pair: Relationship, ben: Membership, sam: Membership, now: datetime, sign_in: SignIn
) -> None:
    ask(ben, now - DAY)
    take_up_requests(now - DAY)
    sign_in(sam).get(Flag.objects.get().get_absolute_url())
    ask(ben, now + MINUTE)
    take_up_requests(now + MINUTE)

    page = read(sign_in, ben, "/check-in/done/")

    assert "Sam (Supervisor) has not opened it yet." in page


def test_call_that_waited_names_the_others_who_were_told_then(
    pair: Relationship, ben: Membership, north: Program, now: datetime, sign_in: SignIn
) -> None:
    factories.make_member(north, Role.SUPERVISOR, "sue@example.org")
    ask(ben, now - 2 * DAY)
    take_up_requests(now - 2 * DAY)
    assert "Sue" not in read(sign_in, ben, "/")

    raise_unanswered(now)

    assert "Sue (Supervisor) has not opened it yet." in read(sign_in, ben, "/")


def test_mentor_who_opened_the_shared_check_in_has_seen_the_call_once_the_page_was_seen_by_a_person(
    *, pair: Relationship, ben: Membership, mona: Membership, now: datetime, sign_in: SignIn
) -> None:
    checkin = ask(ben, now, "now", shared_with=pair)
    client, request = sign_in(mona), SupportRequest.objects.get()
    heard = reverse("checkins:heard", args=[request.pk])

    page = client.get(reverse("checkins:read", args=[checkin.pk])).content.decode()
    before = read(sign_in, ben, "/check-in/done/")
    answers = [client.post(heard).status_code for _time in range(2)]
    after = read(sign_in, ben, "/check-in/done/")

    assert re.search(rf'action="{heard}"\s+data-when-seen', page)
    assert f'href="{reverse("checkins:support_request", args=[request.pk])}"' in page
    assert "Mona (Mentor) has not opened it yet." in before
    assert answers == [204, 204]
    assert f"{day(now)}: Mona (Mentor) opened it." in after
    assert AuditEntry.objects.filter(reason="support_request", object_id=request.pk).count() == 1
    assert Message.objects.get(kind="checkins.support_now").cancelled_at is not None


def test_shared_check_in_that_asked_for_nobody_today_has_no_call_to_see(
    pair: Relationship, ben: Membership, mona: Membership, now: datetime, sign_in: SignIn
) -> None:
    checkin = ask(ben, now, "this_week", shared_with=pair)

    page = sign_in(mona).get(reverse("checkins:read", args=[checkin.pk])).content.decode()

    assert "data-when-seen" not in page.partition("<main")[2]


def test_mentor_who_said_that_they_were_in_touch_is_not_said_to_have_opened_nothing(
    pair: Relationship, ben: Membership, mona: Membership, now: datetime, sign_in: SignIn
) -> None:
    ask(ben, now)
    say_in_touch(request=SupportRequest.objects.get(), by=mona, now=now)

    page = read(sign_in, ben, "/")

    assert "Mona says that you two were in touch." in page
    assert "Mona (Mentor) has not opened it yet." not in page
    assert "Mona (Mentor)" in page


@pytest.mark.parametrize("name", ["mona", "sam", "alice"])
def test_call_that_was_taken_up_late_carries_one_time_on_every_page(
    *, name: str, pair: Relationship, ben: Membership, now: datetime, request: pytest.FixtureRequest, sign_in: SignIn
) -> None:
    asked_at, taken_up_at = now - 5 * HOUR, now - HOUR
    ask(ben, asked_at, "now")
    take_up_requests(taken_up_at)
    member = request.getfixturevalue(name)
    flag = Flag.objects.get().get_absolute_url()
    pages = [reverse("relationships:list"), pair.get_absolute_url(), *([] if name == "mona" else ["/flags/", flag])]

    for address in pages:
        page = read(sign_in, member, address)
        assert day(asked_at) in page
        assert day(taken_up_at) not in page


# Who sees which part of a check-in -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("support", "shares", "said"),
    [
        ("fine", False, "Only you see this."),
        ("fine", True, "You shared all of it with Mona."),
        ("this_week", False, "Only you see this. Nobody was told that you would like support this week."),
        ("this_week", True, "You shared all of it with Mona."),
        (
            "today",
            False,
            "We told Mona (Mentor) and Sam (Supervisor) that you asked for support. Only you see your other answers.",
        ),
        (
            "now",
            True,
            "We told Mona (Mentor), Alice (Coordinator) and Sam (Supervisor) that you asked for support."
            " You shared all of it with Mona.",
        ),
    ],
)
def test_mentee_reads_who_sees_which_part_from_what_was_done(
    *, support: str, shares: bool, said: str, pair: Relationship, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    ask(ben, now, support, mood=2, shared_with=pair if shares else None)
    take_up_requests(now)

    for address in (reverse("checkins:history"), reverse("checkins:done")):
        page = read(sign_in, ben, address)
        assert said in page
        assert ("Only you see this" in page) == ("Only you see this" in said)


def test_call_that_is_not_passed_on_yet_says_so(ben: Membership, now: datetime, sign_in: SignIn) -> None:
    ask(ben, now)

    page = read(sign_in, ben, reverse("checkins:history"))
    assert "You asked for support, and nobody here could be told. Only you see your other answers." in page
    assert "Nobody here could be told. Please do not wait for us." in read(sign_in, ben, "/")


def test_call_that_staff_are_being_told_of_says_so(ben: Membership, alice: Membership, now: datetime, sign_in: SignIn) -> None:
    ask(ben, now)

    page = read(sign_in, ben, reverse("checkins:history"))

    assert "You asked for support. The program&#x27;s staff are being told. Only you see your other answers." in page


def test_mentor_of_a_paused_match_is_told_of_a_call_exactly_where_the_check_in_is_shared(
    *, pair: Relationship, ben: Membership, mona: Membership, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    sentence = "If the mentee asks for support meanwhile, staff are told; the mentor only if the mentee shares that check-in."
    assert sentence in read(sign_in, alice, reverse("relationships:change_state", args=[pair.pk, "pause"]))
    change_state(relationship=pair, to="paused", by=alice, now=now)
    before = read(sign_in, ben, reverse("checkins:new"))
    assert "Mona is not told while your match is paused or coming to its end, unless you share this check-in below." in before

    ask(ben, now)
    assert "Mona (Mentor)" not in read(sign_in, ben, "/check-in/done/")
    shared = ask(ben, now + MINUTE, "now", shared_with=pair)

    assert "Mona (Mentor) has not opened it yet." in read(sign_in, ben, "/check-in/done/")
    assert "Ben asked for support: what you can do" in read(sign_in, mona, reverse("checkins:read", args=[shared.pk]))
    assert Message.objects.filter(kind__startswith="checkins.support", recipient=mona.user).count() == 1


def test_page_that_closes_a_match_says_that_a_call_is_still_open(
    pair: Relationship, ben: Membership, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    address = reverse("relationships:change_state", args=[pair.pk, "end-for-safety"])
    assert "asked for support" not in read(sign_in, alice, address)
    ask(ben, now)
    take_up_requests(now)

    page = read(sign_in, alice, address)

    assert f"Ben asked for support on {day(now)}, and that is still open. It stays with the staff." in page


def test_form_says_before_that_support_this_week_is_heard_only_where_it_is_shared(
    pair: Relationship, ben: Membership, sign_in: SignIn
) -> None:
    page = read(sign_in, ben, reverse("checkins:new"))

    assert "This week: nobody is told. Mona sees it only if you share this check-in below." in page


def test_form_says_to_a_mentee_without_a_mentor_that_nobody_hears_of_this_week(ben: Membership, sign_in: SignIn) -> None:
    assert "This week: nobody is told." in read(sign_in, ben, reverse("checkins:new"))


def test_history_costs_the_same_for_one_call_as_for_ten(
    *, pair: Relationship, ben: Membership, now: datetime, sign_in: SignIn, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    client, counts = sign_in(ben), []
    client.get(reverse("checkins:history"))
    for count in (1, 9):
        for number in range(count):
            ask(ben, now - (10 * count + number) * MINUTE, "now")
        take_up_requests(now)
        with django_assert_max_num_queries(20) as captured:
            client.get(reverse("checkins:history"))
        counts.append(len(captured))

    assert counts[0] == counts[1]


# Those who look after the pair ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["mona", "sam", "alice"])
@pytest.mark.parametrize(
    ("support", "words"), [("now", "Ben asked for support right away"), ("today", "Ben asked for support")]
)
def test_open_call_stands_on_the_list_and_on_the_page_of_the_match_until_it_is_closed(
    *,
    name: str,
    support: str,
    words: str,
    pair: Relationship,
    sam: Membership,
    now: datetime,
    request: pytest.FixtureRequest,
    sign_in: SignIn,
) -> None:
    ask(pair.mentee, now - MINUTE, support)
    take_up_requests(now - MINUTE)
    member = request.getfixturevalue(name)
    pages = [reverse("relationships:list"), pair.get_absolute_url()]
    flag = Flag.objects.get()
    asked = SupportRequest.objects.get()
    leads_to = reverse("checkins:support_request", args=[asked.pk]) if name == "mona" else flag.get_absolute_url()

    for address in pages:
        assert f"{words}: {day(now - MINUTE)}" in read(sign_in, member, address)
        shown = sign_in(member).get(address).content.decode()
        assert re.search(rf'href="{leads_to}">\s*<span>[^<]+<time[^>]*>[^<]+</time>\s*</span>\s*</a>', shown)  # one piece
        assert sign_in(member).get(leads_to).status_code == 200

    resolve_flag(flag=flag, what_was_done="Rang.", by=sam, now=now)

    for address in pages:
        assert "asked for support" not in read(sign_in, member, address)


def test_mentor_sees_a_call_on_the_match_before_staff_have_taken_it_up(
    pair: Relationship, mona: Membership, now: datetime, sign_in: SignIn
) -> None:
    ask(pair.mentee, now, "now")

    assert "Ben asked for support right away" in read(sign_in, mona, pair.get_absolute_url())


def test_open_call_of_a_match_on_hold_stands_on_the_card_that_says_so(
    pair: Relationship, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    ask(pair.mentee, now, "now")
    take_up_requests(now)
    LOSSES["mentee_revoked"][0](pair, now)

    card = read(sign_in, alice, "/").split("These matches go on only when you have decided.")[1]

    assert f"Mona and Ben Ben asked for support right away: {day(now)}" in card


def test_open_call_is_not_on_the_match_of_somebody_else(
    *, pair: Relationship, make_pair: MakePair, mona: Membership, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    bea = factories.make_mentee(alice.program, "bea@example.org", now=now)
    other = make_pair(mona, bea, by=alice, at=now - DAY)
    ask(pair.mentee, now, "now")
    take_up_requests(now)

    for member in (mona, alice):
        assert "asked for support" not in read(sign_in, member, other.get_absolute_url())
    assert read(sign_in, mona, reverse("relationships:list")).count("asked for support") == 1


def test_page_that_withdraws_a_proposal_says_who_has_already_said_yes(
    mona: Membership, ben: Membership, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    proposal = propose(mentor=mona, mentee=ben, by=alice, now=now)
    address = reverse("relationships:change_state", args=[proposal.pk, "withdraw"])
    assert "said yes" not in read(sign_in, alice, address)
    accept(relationship=proposal, by=mona, now=now)

    page = read(sign_in, alice, address)

    assert "Mona has already said yes." in page
    assert "Ben has already said yes." not in page


def test_notice_of_a_call_is_over_when_staff_close_it_and_not_when_the_mentor_was_in_touch(
    pair: Relationship, ben: Membership, mona: Membership, sam: Membership, now: datetime
) -> None:
    ask(ben, now)
    take_up_requests(now)
    told = Message.objects.filter(kind="checkins.support_today", recipient=mona.user)

    say_in_touch(request=SupportRequest.objects.get(), by=mona, now=now + MINUTE)
    assert told.get().over_at is None

    resolve_flag(flag=Flag.objects.get(), what_was_done="Rang.", by=sam, now=now + HOUR)
    assert told.get().over_at == now + HOUR


def test_notice_of_an_earlier_state_of_a_match_is_over_with_the_next_and_that_it_goes_on_with_a_hold(
    pair: Relationship, mona: Membership, alice: Membership, ada: Membership, now: datetime
) -> None:
    change_state(relationship=pair, to="paused", by=alice, now=now)
    change_state(relationship=pair, to="active", by=alice, now=now)
    heard = Message.objects.filter(recipient=mona.user)
    assert heard.get(kind="relationships.paused").over_at == now
    assert heard.get(kind="relationships.resumed").over_at is None

    set_active(person=pair.mentee, is_active=False, by=ada, now=now + HOUR)

    assert heard.get(kind="relationships.resumed").over_at == now + HOUR
