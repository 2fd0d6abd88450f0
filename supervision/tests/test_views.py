import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership, Program
from checkins.models import SupportRequest
from checkins.services import say_in_touch, submit_checkin
from conftest import SignIn
from core.dates import Style, written
from core.typed import owner_mark
from demo import factories
from notifications.kinds import kind_of
from notifications.models import Delivery, Message
from privacy.models import Action, AuditEntry, Consent
from relationships.models import Relationship
from supervision.models import Flag, FlagEvent
from supervision.services import follow_session_gaps, raise_unanswered, resolve_flag, take_up_requests
from supervision.tests.conftest import MakeMany, MakePair, log_met


@pytest.fixture
def pair(make_pair: MakePair, alice: Membership, mona: Membership, ben: Membership, now: datetime) -> Relationship:
    """Mona and Ben, who said yes 15 days ago and have not met."""
    return make_pair(mona, ben, by=alice, at=now - timedelta(days=15))


@pytest.fixture
def flag(pair: Relationship, now: datetime) -> Flag:
    """A session gap at step 2."""
    follow_session_gaps(now)
    return Flag.objects.get()


@pytest.fixture
def call(ben: Membership, now: datetime) -> Flag:
    """Ben asked for support now, and has no mentor."""
    SupportRequest.objects.create(mentee=ben, urgency="now", asked_at=now)
    take_up_requests(now)
    return Flag.objects.get()


def url(name: str, *args: object) -> str:
    return reverse(f"supervision:{name}", args=args)


def get(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_home_of_the_supervisor_shows_the_flag_until_it_is_resolved(
    flag: Flag, sam: Membership, mona: Membership, sign_in: SignIn
) -> None:
    client = sign_in(sam)
    page = get(client, reverse("home"))
    assert url("flag", flag.pk) in page
    assert "Step 2 of 4" in page
    assert "Mona, mentor (on its way)" in " ".join(page.split())

    response = client.post(url("flag", flag.pk), {"what_was_done": "Called Mona; they meet on Friday."})

    assert (response.status_code, response["Location"]) == (302, url("flags"))
    page = get(client, reverse("home"))
    assert url("flag", flag.pk) not in page
    assert "No open flags." in page
    closed = get(client, url("flags") + "?show=closed")
    assert url("flag", flag.pk) in closed


@pytest.mark.parametrize("words", ["", "   ", "x" * 2001])
def test_flag_without_usable_words_stays_open_and_says_why(words: str, flag: Flag, sam: Membership, sign_in: SignIn) -> None:
    response = sign_in(sam).post(url("flag", flag.pk), {"what_was_done": words})

    assert response.status_code == 422
    assert Flag.objects.open().get() == flag


def test_flag_closed_meanwhile_says_so_and_loses_neither_words(
    flag: Flag, sam: Membership, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    resolve_flag(flag=flag, what_was_done="First.", by=alice, now=now)

    form = {"what_was_done": "Second.", "written_in": "what_was_done What was done?", "typed_by": owner_mark(sam.user)}
    response = sign_in(sam).post(url("flag", flag.pk), form, headers={"Origin": "http://testserver"})

    page = response.content.decode()
    assert response.status_code == 422
    assert ("This flag is already closed." in page, "Second.</textarea>" in page) == (True, True)
    assert 'name="what_was_done"' not in page
    assert Flag.objects.get().what_was_done == "First."


def test_closed_flag_shows_a_supervisor_what_was_done_and_leaves_a_record(
    flag: Flag, sam: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    resolve_flag(flag=flag, what_was_done="Called both.", by=sam, now=now)

    page = get(sign_in(sam), url("flag", flag.pk))

    assert "Called both." in page
    assert "m.." not in page
    assert "Closed by Sam," in page
    opened = AuditEntry.objects.filter(action=Action.OPENED).values_list("actor_id", "person_id", "object_id")
    assert list(opened) == [(sam.user_id, ben.user_id, flag.pk)]


def test_closed_flag_hides_a_supervisors_words_from_the_coordinator(
    flag: Flag, sam: Membership, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    resolve_flag(flag=flag, what_was_done="Called both.", by=sam, now=now)

    page = get(sign_in(alice), url("flag", flag.pk))

    assert "Called both." not in page
    assert "What was done is for supervisors to read." in page
    assert not AuditEntry.objects.filter(action=Action.OPENED).exists()


def test_form_that_closes_a_flag_names_supervisors_as_readers_only_where_there_is_one(
    flag: Flag, sam: Membership, alice: Membership, sign_in: SignIn
) -> None:
    client = sign_in(alice)
    both = ("Supervisors read this.", "Your program has no supervisor right now: one who comes later can read this.")
    page = get(client, url("flag", flag.pk))
    assert [words in page for words in both] == [True, False]

    Membership.objects.filter(pk=sam.pk).update(is_active=False)

    page = get(client, url("flag", flag.pk))
    assert [words in page for words in both] == [False, True]


def test_flag_that_closed_by_itself_says_why(
    flag: Flag, pair: Relationship, sam: Membership, now: datetime, sign_in: SignIn
) -> None:
    log_met(pair, pair.program.today(now) - timedelta(days=1), now)
    follow_session_gaps(now)

    assert "Closed by itself: a session was logged." in get(sign_in(sam), url("flag", flag.pk))


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("name", "status"), [("otto", 404), ("sofia", 404), ("mona", 403), ("ben", 403), ("ada", 403)])
def test_flag_is_closed_to_everybody_else(
    *, method: str, name: str, status: int, flag: Flag, request: pytest.FixtureRequest, sign_in: SignIn
) -> None:
    response = getattr(sign_in(request.getfixturevalue(name)), method)(url("flag", flag.pk))

    assert response.status_code == status


@pytest.mark.parametrize("name", ["flags", "flag", "event"])
def test_page_asks_strangers_to_sign_in_and_refuses_other_methods(
    name: str, flag: Flag, sam: Membership, sign_in: SignIn
) -> None:
    address = url(name, *([] if name == "flags" else [uuid4()]))

    assert Client().get(address)["Location"].startswith(reverse("account_login"))
    assert sign_in(sam).delete(address).status_code == 405


def test_flag_of_a_colleagues_mentor_is_404_and_not_listed(flag: Flag, north: Program, sign_in: SignIn) -> None:
    sue = factories.make_member(north, Role.SUPERVISOR, "sue@example.org")
    client = sign_in(sue)

    assert client.get(url("flag", flag.pk)).status_code == 404
    assert url("flag", flag.pk) not in get(client, url("flags"))
    assert "No open flags" in get(client, url("flags"))


def test_flags_of_one_pair_are_listed_alone(flag: Flag, pair: Relationship, sam: Membership, sign_in: SignIn) -> None:
    client = sign_in(sam)

    assert url("flag", flag.pk) in get(client, url("flags") + f"?pair={pair.pk}")
    assert url("flag", flag.pk) not in get(client, url("flags") + f"?pair={uuid4()}")
    assert url("flag", flag.pk) in get(client, url("flags") + "?pair=nonsense")


def test_call_of_somebody_without_a_mentor_is_seen_by_supervisor_and_coordinator(
    call: Flag, sam: Membership, alice: Membership, otto: Membership, sign_in: SignIn
) -> None:
    for member in (sam, alice):
        page = get(sign_in(member), reverse("home"))
        assert url("flag", call.pk) in page
        assert "Act now" in page
        get(sign_in(member), url("flag", call.pk))
    assert sign_in(otto).get(url("flag", call.pk)).status_code == 404


@pytest.mark.parametrize(("days", "shown"), [(8, False), (14, False), (21, True), (28, True)])
def test_home_of_the_coordinator_shows_gaps_from_the_third_step(
    *,
    days: int,
    shown: bool,
    make_pair: MakePair,
    alice: Membership,
    mona: Membership,
    ben: Membership,
    now: datetime,
    sign_in: SignIn,
) -> None:
    Consent.objects.update(given_on=now.date() - timedelta(days=60))
    make_pair(mona, ben, by=alice, at=now - timedelta(days=days))
    follow_session_gaps(now)

    assert (url("flag", Flag.objects.get().pk) in get(sign_in(alice), reverse("home"))) is shown


def test_home_of_the_coordinator_shows_every_flag_where_nobody_supervises(
    flag: Flag, alice: Membership, sam: Membership, sign_in: SignIn
) -> None:
    Membership.objects.filter(pk=sam.pk).update(is_active=False)

    assert url("flag", flag.pk) in get(sign_in(alice), reverse("home"))


def test_messages_lead_staff_to_the_flag_and_the_mentor_to_the_log(
    flag: Flag, pair: Relationship, sam: Membership, mona: Membership, sign_in: SignIn
) -> None:
    def lead(member: Membership) -> str:
        message = Message.objects.get(kind__startswith="supervision.", recipient=member.user)
        return sign_in(member).get(kind_of(message).url(message))["Location"]

    assert lead(sam) == url("flag", flag.pk)
    assert lead(mona) == reverse("relationships:log_session", args=[pair.pk])


@pytest.mark.parametrize("name", ["mateo", "sofia", "otto"])
def test_event_of_somebody_elses_flag_is_404(name: str, flag: Flag, request: pytest.FixtureRequest, sign_in: SignIn) -> None:
    event = FlagEvent.objects.get()

    assert sign_in(request.getfixturevalue(name)).get(url("event", event.pk)).status_code == 404


def words(page: str) -> str:
    """The text of a page's main part, with single spaces."""
    main = re.sub(r"</?time[^>]*>", "", page.split("<main", 1)[1].split("</main", 1)[0])
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_home_of_the_supervisor_leads_with_flags_said_in_words(
    flag: Flag, sam: Membership, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    Delivery.objects.filter(message__recipient=sam.user).update(sent_at=now)
    today = sam.user.today(now)

    page = words(get(sign_in(sam), reverse("home")))

    assert page.index("Flags Session gap: Mona and Ben") < page.index("My pairs")
    assert "15 days without a session. They agreed to meet every 7 days." in page
    assert f"Told: Mona, mentor (on its way) · Sam, supervisor on {written(today, Style.DAY)}" in page
    assert f"Goes to Alice on {written(today + timedelta(days=6), Style.WEEKDAY)}." in page


def test_flag_says_to_each_when_it_comes_to_them(
    *, flag: Flag, sam: Membership, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    today = sam.user.today(now)
    day = written(today + timedelta(days=6), Style.WEEKDAY)
    assert f"Comes to you on {day}." in words(get(sign_in(alice), url("flag", flag.pk)))

    follow_session_gaps(now + timedelta(days=6))

    day = written(today + timedelta(days=13), Style.WEEKDAY)
    for member in (sam, alice):
        assert f"Comes to you on {day} for a care talk." in words(get(sign_in(member), url("flag", flag.pk)))


def test_flag_says_who_could_not_be_told(flag: Flag, sam: Membership, now: datetime, sign_in: SignIn) -> None:
    Delivery.objects.filter(message__recipient=sam.user).update(dead_at=now)

    assert "Sam, supervisor (the mail did not go out)" in words(get(sign_in(sam), url("flag", flag.pk)))


def test_home_of_the_supervisor_says_plainly_when_more_were_held_than_expected(
    pair: Relationship, sam: Membership, now: datetime, sign_in: SignIn
) -> None:
    for days in (1, 2, 3):
        log_met(pair, pair.program.today(now) - timedelta(days=days), now)

    assert "3 sessions, 2 expected" in words(get(sign_in(sam), reverse("home")))


@pytest.mark.any_hour
def test_home_of_the_supervisor_sums_up_each_pair_in_plain_numbers(
    pair: Relationship, sam: Membership, now: datetime, sign_in: SignIn
) -> None:
    log_met(pair, pair.program.today(now) - timedelta(days=2), now)

    page = " ".join(get(sign_in(sam), reverse("home")).split())

    assert "Mona and Ben" in page
    assert "1 of 2 sessions" in page


@pytest.mark.parametrize("address", ["/flags/", "/flags/?show=closed", "/"])
def test_page_costs_the_same_for_two_flags_as_for_eleven(
    *,
    address: str,
    many: MakeMany,
    sam: Membership,
    now: datetime,
    sign_in: SignIn,
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    client = sign_in(sam)
    client.get(address)
    counts = []
    for count, prefix in ((2, "a"), (9, "b")):
        many(count, prefix=prefix, at=now - timedelta(days=15))
        follow_session_gaps(now)
        if "closed" in address:
            for flag in Flag.objects.open():
                resolve_flag(flag=flag, what_was_done="Called.", by=sam, now=now)
        with django_assert_max_num_queries(20) as captured:
            client.get(address)
        counts.append(len(captured))

    if address == "/":  # other apps put their cards there too
        assert counts[0] == counts[1] <= HOME_AT_MOST
    else:
        assert counts == [FLAGS_QUERIES] * 2


FLAGS_QUERIES = 9
HOME_AT_MOST = 16


@pytest.fixture
def support(pair: Relationship, ben: Membership, mona: Membership, now: datetime) -> Flag:
    """Ben asked for support today, three days ago; both have said how to reach them."""
    for profile, contact in ((ben.mentee_profile, "Text 555-0100"), (mona.mentor_profile, "555-0101")):
        profile.contact = contact
        profile.save()
    submit_checkin(mentee=ben, now=now - timedelta(days=3), submission_key=uuid4(), support="today")
    take_up_requests(now - timedelta(days=3))
    return Flag.objects.get()


def test_open_call_says_whom_to_reach_and_what_to_do_first_and_leaves_a_record_for_both(
    support: Flag, sam: Membership, ben: Membership, mona: Membership, sign_in: SignIn
) -> None:
    page = get(sign_in(sam), url("flag", support.pk))

    assert 'Text <a href="tel:5550100">555-0100</a>' in page
    assert '<a href="tel:5550101">555-0101</a>' in page
    assert "Ask Mona whether the two have been in touch." in words(page)
    assert "Mona has not said yet that they have been in touch." in words(page)
    assert page.count(reverse("core:support")) == 2  # in the strip of every page, and here
    opened = AuditEntry.objects.filter(action=Action.OPENED).values_list("actor_id", "person_id", "object_id", "reason")
    assert set(opened) == {(sam.user_id, person.user_id, support.pk, "call") for person in (ben, mona)}


@pytest.mark.parametrize("name", ["sam", "alice"])
def test_staff_read_that_somebody_asked_and_none_of_the_other_answers(
    *, name: str, pair: Relationship, ben: Membership, now: datetime, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    answers: dict[str, Any] = {"support": "now", "note": "Only mine.", "urges": 9, "drinking": "yes", "hard": ["sleep"]}
    submit_checkin(mentee=ben, now=now - timedelta(hours=2), submission_key=uuid4(), shared_with=pair, **answers)
    take_up_requests(now - timedelta(hours=2))
    raise_unanswered(now)
    flag = Flag.objects.get()
    addresses = ("/", url("flags"), url("flag", flag.pk), reverse("relationships:detail", args=[pair.pk]))
    client = sign_in(request.getfixturevalue(name))

    answered = [client.get(address) for address in (*addresses, reverse("intake:person", args=[ben.pk]))]

    pages = [words(one.content.decode()) for one in answered if one.status_code == 200]
    said = [word for page in pages for word in ("Only mine.", "Sleep", "9 of 10", "drank") if word in page]
    assert said == []
    assert any("asked for support" in page for page in pages)


def test_closing_a_call_shows_nobody_and_leaves_no_second_record(support: Flag, sam: Membership, sign_in: SignIn) -> None:
    response = sign_in(sam).post(url("flag", support.pk), {"what_was_done": "Called."})

    assert response.status_code == 302
    assert not AuditEntry.objects.filter(reason="call").exists()


def test_open_call_says_when_the_mentor_was_in_touch(
    support: Flag, sam: Membership, mona: Membership, now: datetime, sign_in: SignIn
) -> None:
    say_in_touch(request=SupportRequest.objects.get(), by=mona, now=now)

    assert "Mona said that they have been in touch." in words(get(sign_in(sam), url("flag", support.pk)))


def test_closed_call_and_session_gap_show_nobodys_contact(
    support: Flag, sam: Membership, now: datetime, sign_in: SignIn
) -> None:
    resolve_flag(flag=support, what_was_done="Called.", by=sam, now=now)
    follow_session_gaps(now)
    client = sign_in(sam)

    for flag in Flag.objects.all():
        assert "555-01" not in get(client, url("flag", flag.pk))
    assert not AuditEntry.objects.filter(reason="call").exists()


def test_open_call_says_since_when_and_each_cause_with_its_day(
    pair: Relationship, ben: Membership, sam: Membership, now: datetime, sign_in: SignIn
) -> None:
    opened = now - timedelta(days=3)
    SupportRequest.objects.create(mentee=ben, urgency="now", asked_at=opened)
    take_up_requests(opened)
    raise_unanswered(now)
    with timezone.override(sam.user.timezone):
        day = written(opened, Style.MOMENT)

    for address in (reverse("home"), url("flags"), url("flag", Flag.objects.get().pk)):
        page = words(get(sign_in(sam), address))
        assert f"Open since {day}" in page
        assert f"{day}: Asked for support right away." in page


def test_open_call_says_since_when_and_that_the_mentor_was_told(
    support: Flag, sam: Membership, now: datetime, sign_in: SignIn
) -> None:
    with timezone.override(sam.user.timezone):
        day = written(now - timedelta(days=3), Style.DAY)

    page = words(get(sign_in(sam), url("flags")))

    assert f"Since {day}" in page
    assert "Told: Mona, mentor (on its way) · Sam, supervisor (on its way)" in page


def test_raised_call_shows_another_supervisor_the_people_without_links_to_the_pair(
    support: Flag, north: Program, now: datetime, sign_in: SignIn
) -> None:
    sue = factories.make_member(north, Role.SUPERVISOR, "sue@example.org")
    raise_unanswered(now)

    page = get(sign_in(sue), url("flag", support.pk))

    assert "555-0100" in page
    assert reverse("relationships:detail", args=[support.relationship_id]) not in page


def test_nav_of_the_coordinator_leads_to_the_flags(alice: Membership, sign_in: SignIn) -> None:
    page = get(sign_in(alice), reverse("home"))

    assert f'<a href="{url("flags")}">' in page
