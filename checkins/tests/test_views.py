import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Membership
from checkins.models import CheckIn, SupportRequest
from checkins.tests.conftest import CheckInAs, pair_up, start_clock
from conftest import SignIn
from demo.factories import make_mentor
from notifications.models import Message
from privacy.models import Action, AuditEntry
from relationships.enums import State
from relationships.models import Relationship

NEW = reverse("checkins:new")
DONE = reverse("checkins:done")
HISTORY = reverse("checkins:history")


def answers(**given: object) -> dict[str, object]:
    return {"submission_key": str(uuid4()), **given}


@pytest.fixture
def pair(mona: Membership, ben: Membership, now: datetime) -> Relationship:
    """Views read the clock themselves, so this pair lives in the real time."""
    return pair_up(mona, ben, now)


def shared_page(pair: Relationship) -> str:
    return reverse("checkins:shared", args=[pair.pk])


def read_page(checkin: CheckIn) -> str:
    return reverse("checkins:read", args=[checkin.pk])


# Checking in ---------------------------------------------------------------------------------------------------------


def test_new_mentee_answers_and_is_thanked(ben: Membership, sign_in: SignIn) -> None:
    client = sign_in(ben)
    assert client.get(NEW).status_code == 200

    page = client.post(NEW, answers(mood="4", urges="3", hard=["sleep"], note="A walk helped."), follow=True)

    checkin = CheckIn.objects.get()
    assert (checkin.mentee, checkin.mood, checkin.urges, checkin.hard, checkin.note) == (ben, 4, 3, ["sleep"], "A walk helped.")
    assert page.redirect_chain == [(DONE, 302)]
    assert "You have checked in once" in page.content.decode()


def test_new_form_sent_twice_is_one_row_and_the_same_answer(ben: Membership, sign_in: SignIn) -> None:
    client, form = sign_in(ben), answers(mood="4", support="today")

    pages = [client.post(NEW, form, follow=True) for _ in range(2)]

    assert (CheckIn.objects.count(), SupportRequest.objects.count()) == (1, 1)
    assert [page.redirect_chain for page in pages] == [[(DONE, 302)]] * 2


def test_new_bad_answer_keeps_everything_typed(ben: Membership, pair: Relationship, sign_in: SignIn) -> None:
    form = answers(mood="4", urges="99", note="Keep this sentence.", is_shared="on")

    page = sign_in(ben).post(NEW, form)

    text = page.content.decode()
    assert page.status_code == 422
    assert text.count("Choose one of the answers shown, or skip this question.") == 2  # in the summary, and at the question
    assert "Keep this sentence." in text
    assert str(form["submission_key"]) in text
    assert CheckIn.objects.count() == 0


def test_new_form_opened_with_an_earlier_mentor_shares_nothing_with_the_next(
    ben: Membership, mona: Membership, now: datetime, pair: Relationship, sign_in: SignIn
) -> None:
    client = sign_in(ben)
    opened = client.get(NEW).context["form"]
    form = answers(note="For Mona only.", is_shared="on", shared_in=opened["shared_in"].value())
    Relationship.objects.update(state=State.CLOSED)
    nils = make_mentor(ben.program, "nils@example.org", now=now)
    pair_up(nils, ben, now)

    page = client.post(NEW, form)

    assert CheckIn.objects.count() == 0
    assert list(page.context["form"].errors) == ["is_shared"]
    again = {name: page.context["form"][name].value() for name in ("shared_in", "is_shared", "note")}
    client.post(NEW, form | again | {"is_shared": ""})
    assert [(checkin.note, checkin.shared_with) for checkin in CheckIn.objects.all()] == [("For Mona only.", None)]


def test_new_form_shares_in_the_pair_it_was_opened_in(ben: Membership, pair: Relationship, sign_in: SignIn) -> None:
    client = sign_in(ben)
    opened = client.get(NEW).context["form"]

    client.post(NEW, answers(is_shared="on", shared_in=opened["shared_in"].value()))

    assert CheckIn.objects.get().shared_with == pair


def test_new_form_sent_again_with_other_words_keeps_both(ben: Membership, sign_in: SignIn) -> None:
    client, form = sign_in(ben), answers(note="Hard day.")
    client.post(NEW, form)

    client.post(NEW, form | {"note": "Hard day. And I slept badly."})

    assert {one.note for one in CheckIn.objects.all()} == {"Hard day.", "Hard day. And I slept badly."}


def test_new_support_now_leads_to_the_crisis_page_at_once(ben: Membership, sign_in: SignIn) -> None:
    page = sign_in(ben).post(NEW, answers(support="now"), follow=True)

    assert page.redirect_chain == [(reverse("core:support"), 302)]
    assert "Your check-in is saved" in page.content.decode()
    assert SupportRequest.objects.get().urgency == "now"


def test_new_says_who_sees_what(ben: Membership, pair: Relationship, sign_in: SignIn) -> None:
    with_mentor = sign_in(ben).get(NEW).content.decode()
    Relationship.objects.update(state=State.CLOSED)
    without = sign_in(ben).get(NEW).content.decode()

    assert "Share this check-in with Mona" in with_mentor
    assert "Who sees this: only you. If you share this check-in, Mona sees it too. Staff do not." in with_mentor
    assert "Who sees this: only you." in without
    assert "Share this check-in" not in without


@pytest.mark.parametrize("person", ["mona", "alice", "sam", "ada"])
def test_pages_of_mentees_are_closed_to_other_roles(person: str, sign_in: SignIn, request: pytest.FixtureRequest) -> None:
    client = sign_in(request.getfixturevalue(person))

    assert [client.get(page).status_code for page in (NEW, DONE, HISTORY)] == [403] * 3


@pytest.mark.parametrize("page", [NEW, DONE, HISTORY])
def test_pages_signed_out_ask_to_sign_in(page: str, client: Client, db: None) -> None:
    assert client.get(page).status_code == 302


@pytest.mark.parametrize("page", [DONE, HISTORY])
def test_pages_that_only_show_refuse_a_post(page: str, ben: Membership, sign_in: SignIn) -> None:
    assert sign_in(ben).post(page).status_code == 405


# Thanks, and the past ------------------------------------------------------------------------------------------------


def test_done_after_a_yes_thanks_and_offers_company(
    ben: Membership, pair: Relationship, sign_in: SignIn, check_in_as: CheckInAs
) -> None:
    check_in_as(ben, drinking="yes")

    page = sign_in(ben).get(DONE).content.decode()

    assert "Thank you for telling us" in page
    assert "Talk to Mona" in page
    assert reverse("relationships:detail", args=[pair.pk]) in page


def test_done_says_when_we_remind(ben: Membership, now: datetime, sign_in: SignIn, check_in_as: CheckInAs) -> None:
    start_clock(ben, now)
    check_in_as(ben)

    page = sign_in(ben).get(DONE).content.decode()

    assert "We will remind you on" in page
    assert "opens on" not in page


def test_new_a_second_time_on_one_day_says_so(ben: Membership, now: datetime, sign_in: SignIn, check_in_as: CheckInAs) -> None:
    said = "You already checked in today; you can add another."
    check_in_as(ben, at=now - timedelta(days=1))
    assert said not in sign_in(ben).get(NEW).content.decode()

    check_in_as(ben)

    assert said in sign_in(ben).get(NEW).content.decode()


def test_done_after_a_no_does_not_speak_of_it(ben: Membership, sign_in: SignIn, check_in_as: CheckInAs) -> None:
    check_in_as(ben, drinking="no")

    assert "Thank you for telling us" not in sign_in(ben).get(DONE).content.decode()


def test_done_before_any_checkin_leads_to_the_form(ben: Membership, sign_in: SignIn) -> None:
    assert sign_in(ben).get(DONE).headers["Location"] == NEW


def test_history_shows_own_checkins_only(ben: Membership, maya: Membership, sign_in: SignIn, check_in_as: CheckInAs) -> None:
    check_in_as(ben, note="Mine alone.", hard=["sleep", "work"])
    check_in_as(ben)
    check_in_as(maya, note="From the south.")

    page = sign_in(ben).get(HISTORY).content.decode()

    assert page.count("Mine alone.") == 1
    assert page.count("Sleep, Work") == 1
    assert page.count("Said hello, without answering a question.") == 1
    assert "From the south." not in page


def test_history_empty_says_what_to_do_next(ben: Membership, sign_in: SignIn) -> None:
    assert "Nothing here yet" in sign_in(ben).get(HISTORY).content.decode()


def test_history_page_that_is_not_there_shows_the_nearest(ben: Membership, sign_in: SignIn, check_in_as: CheckInAs) -> None:
    check_in_as(ben, note="The only one.")
    client = sign_in(ben)

    assert [client.get(HISTORY, {"page": page}).content.decode().count("The only one.") for page in ("99", "x", "-1")] == [
        1
    ] * 3


def test_history_more_rows_cost_no_more_queries(
    ben: Membership, sign_in: SignIn, check_in_as: CheckInAs, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(ben)
    client.get(HISTORY)
    for count in (3, 27):
        for _ in range(count):
            check_in_as(ben, note="x")
        with django_assert_num_queries(7):
            client.get(HISTORY)


# What a mentor may read ----------------------------------------------------------------------------------------------


def test_shared_mentor_finds_what_was_shared_and_reading_is_recorded(
    mona: Membership, ben: Membership, pair: Relationship, sign_in: SignIn, check_in_as: CheckInAs
) -> None:
    open_one = check_in_as(ben, note="Read me.", shared_with=pair)
    own_one = check_in_as(ben, note="Not for Mona.")
    client = sign_in(mona)

    listed = client.get(shared_page(pair)).content.decode()
    assert (listed.count(read_page(open_one)), listed.count(read_page(own_one))) == (1, 0)
    assert AuditEntry.objects.filter(action=Action.OPENED).count() == 0
    assert "Read me." in client.get(read_page(open_one)).content.decode()
    assert client.get(read_page(own_one)).status_code == 404

    entries = AuditEntry.objects.filter(action=Action.OPENED)
    assert list(entries.values_list("actor_id", "person_id", "object_type", "object_id")) == [
        (mona.user_id, ben.user_id, "checkins.checkin", open_one.pk)
    ]


def test_shared_checkin_is_new_until_it_is_opened(
    mona: Membership, ben: Membership, pair: Relationship, sign_in: SignIn, check_in_as: CheckInAs
) -> None:
    checkin, client = check_in_as(ben, shared_with=pair), sign_in(mona)
    assert client.get(shared_page(pair)).content.decode().count('<span class="badge badge-warm">New</span>') == 1
    assert "Ben shared a check-in" in client.get("/").content.decode()

    client.get(read_page(checkin))

    assert client.get(shared_page(pair)).content.decode().count('<span class="badge badge-warm">New</span>') == 0
    assert "Ben shared a check-in" not in client.get("/").content.decode()


@pytest.mark.parametrize("state", [State.PROPOSED, State.CLOSED])
def test_shared_pair_that_is_no_pair_is_not_found(
    state: State, pair: Relationship, sign_in: SignIn, check_in_as: CheckInAs
) -> None:
    checkin = check_in_as(pair.mentee, shared_with=pair)
    Relationship.objects.update(state=state)
    client = sign_in(pair.mentor)

    assert [client.get(page).status_code for page in (shared_page(pair), read_page(checkin))] == [404, 404]
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize("person", ["mateo", "alice", "sam", "ada", "ben"])
def test_shared_is_closed_to_everybody_else(
    person: str, pair: Relationship, sign_in: SignIn, check_in_as: CheckInAs, request: pytest.FixtureRequest
) -> None:
    status = 404 if person == "mateo" else 403  # another mentor learns nothing; other roles have no such page
    checkin = check_in_as(pair.mentee, shared_with=pair, support="now")
    asked = reverse("checkins:support_request", args=[SupportRequest.objects.get().pk])
    client = sign_in(request.getfixturevalue(person))

    assert [client.get(page).status_code for page in (shared_page(pair), read_page(checkin), asked)] == [status] * 3
    assert AuditEntry.objects.count() == 0


def test_shared_more_rows_cost_no_more_queries(
    pair: Relationship, sign_in: SignIn, check_in_as: CheckInAs, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(pair.mentor)
    client.get(shared_page(pair))
    for count in (3, 27):
        for _ in range(count):
            check_in_as(pair.mentee, shared_with=pair)
        with django_assert_num_queries(6):
            client.get(shared_page(pair))


def test_support_request_mentor_learns_that_and_how_to_reach_not_what_else_was_said(
    mona: Membership, ben: Membership, pair: Relationship, sign_in: SignIn, check_in_as: CheckInAs
) -> None:
    profile = ben.mentee_profile
    profile.contact = "Text me after five"
    profile.save()
    check_in_as(ben, support="today", note="Only mine.", urges=9)
    asked = SupportRequest.objects.get()
    client = sign_in(mona)
    assert "Ben asked for support" in client.get("/").content.decode()

    page = client.get(reverse("checkins:support_request", args=[asked.pk])).content.decode()

    assert "Ben asked for support" in page
    assert "Text me after five" in page
    assert "Only mine." not in page
    assert list(AuditEntry.objects.values_list("object_id", "person_id")) == [(asked.pk, ben.user_id)]


def test_support_request_owes_the_mentor_its_mail_until_the_page_was_seen_by_a_person(
    mona: Membership, ben: Membership, pair: Relationship, sign_in: SignIn, check_in_as: CheckInAs
) -> None:
    check_in_as(ben, support="now")
    asked, client = SupportRequest.objects.get(), sign_in(mona)
    heard = reverse("checkins:heard", args=[asked.pk])

    page = client.get(reverse("checkins:support_request", args=[asked.pk])).content.decode()
    owed = Message.objects.get().cancelled_at is None
    answers = [client.get(heard).status_code, client.post(heard).status_code, client.post(heard).status_code]

    assert re.search(rf'action="{heard}"\s+data-when-seen', page)
    assert (owed, answers) == (True, [405, 204, 204])
    assert Message.objects.get().cancelled_at is not None


def test_notice_of_a_call_does_not_say_that_nothing_is_left_to_do_while_staff_have_not_closed_it(
    mona: Membership, ben: Membership, pair: Relationship, sign_in: SignIn, check_in_as: CheckInAs
) -> None:
    check_in_as(ben, support="now")
    asked, client = SupportRequest.objects.get(), sign_in(mona)

    said = []
    for name in ("heard", "in_touch"):
        client.post(reverse(f"checkins:{name}", args=[asked.pk]))
        said.append("Nothing is left to do here." in client.get(reverse("notifications:notices")).content.decode())

    assert said == [False, False]


@pytest.mark.parametrize(("person", "status"), [("mateo", 404), ("sam", 403), ("ben", 403)])
def test_heard_is_the_mentors_own_to_say(
    *,
    person: str,
    status: int,
    pair: Relationship,
    sign_in: SignIn,
    check_in_as: CheckInAs,
    request: pytest.FixtureRequest,
) -> None:
    check_in_as(pair.mentee, support="today")
    address = reverse("checkins:heard", args=[SupportRequest.objects.get().pk])

    assert sign_in(request.getfixturevalue(person)).post(address).status_code == status
    assert Message.objects.get().cancelled_at is None


def test_support_request_stays_on_the_mentors_home_until_they_have_been_in_touch(
    mona: Membership, ben: Membership, pair: Relationship, sign_in: SignIn, check_in_as: CheckInAs
) -> None:
    check_in_as(ben, support="today")
    asked, client = SupportRequest.objects.get(), sign_in(mona)
    page = reverse("checkins:support_request", args=[asked.pk])
    assert "tell your supervisor, Sam, now" in client.get(page).content.decode()
    assert "Ben asked for support" in client.get("/").content.decode()

    answers_given = [client.post(reverse("checkins:in_touch", args=[asked.pk])) for _ in range(2)]

    assert [(answer.status_code, answer.headers["Location"]) for answer in answers_given] == [(302, "/")] * 2
    first = SupportRequest.objects.get().in_touch_at
    assert first is not None
    assert "Ben asked for support" not in client.get("/").content.decode()
    assert "You said that you have been in touch" in client.get(page).content.decode()
    assert AuditEntry.objects.filter(action=Action.CHANGED, reason="in_touch", person_id=ben.user_id).count() == 1


@pytest.mark.parametrize(("days", "shown"), [(6, True), (8, False)])
def test_support_request_leaves_the_mentors_home_after_a_week(
    *, days: int, shown: bool, pair: Relationship, now: datetime, sign_in: SignIn, check_in_as: CheckInAs
) -> None:
    check_in_as(pair.mentee, at=now - timedelta(days=days), support="today")

    assert ("Ben asked for support" in sign_in(pair.mentor).get("/").content.decode()) is shown


@pytest.mark.parametrize(("person", "status"), [("mateo", 404), ("sam", 403), ("ben", 403)])
def test_in_touch_is_the_mentors_own_to_say(
    *,
    person: str,
    status: int,
    pair: Relationship,
    sign_in: SignIn,
    check_in_as: CheckInAs,
    request: pytest.FixtureRequest,
) -> None:
    check_in_as(pair.mentee, support="today")
    address = reverse("checkins:in_touch", args=[SupportRequest.objects.get().pk])

    assert sign_in(request.getfixturevalue(person)).post(address).status_code == status
    assert sign_in(pair.mentor).get(address).status_code == 405
    assert Client().post(address).status_code == 302
    assert SupportRequest.objects.get().in_touch_at is None


# Home ----------------------------------------------------------------------------------------------------------------


def test_home_card_of_a_mentee_says_when_last_and_next(
    ben: Membership, now: datetime, sign_in: SignIn, check_in_as: CheckInAs
) -> None:
    client = sign_in(ben)
    assert "Your first check-in takes less than a minute." in client.get("/").content.decode()
    start_clock(ben, now)
    check_in_as(ben)

    page = client.get("/").content.decode()

    assert "You last checked in on" in page
    assert "We will remind you on" in page
    assert len(re.findall(rf'class="btn btn-primary btn-lg"\s+href="{NEW}"', page)) == 1


def test_home_card_of_a_mentee_whose_checkin_is_due_asks(ben: Membership, now: datetime, sign_in: SignIn) -> None:
    start_clock(ben, now - timedelta(days=3))

    assert "How are you today?" in sign_in(ben).get("/").content.decode()
