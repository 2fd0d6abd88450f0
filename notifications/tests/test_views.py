import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.enums import Role
from accounts.models import Membership, Program
from conftest import SignIn
from demo.factories import make_member
from notifications.models import Delivery, Message, Notice
from notifications.tests.conftest import EnqueueTo

NOTICES = reverse("notifications:notices")
UNDELIVERED = reverse("notifications:undelivered")


@pytest.fixture
def notice(ben: Membership, enqueue_to: EnqueueTo, now: datetime) -> Notice:
    enqueue_to(ben)
    return Notice.objects.get()


@pytest.fixture
def dead(ben: Membership, enqueue_to: EnqueueTo, now: datetime) -> Delivery:
    delivery = enqueue_to(ben)
    Delivery.objects.update(dead_at=now, next_try_at=None, attempts=2, last_error="Refused")
    return delivery


def test_notices_own_ones_are_listed_with_their_words(ben: Membership, notice: Notice, sign_in: SignIn) -> None:
    page = sign_in(ben).get(NOTICES).content.decode()

    assert page.count("Something for a test.") == 1
    assert page.count("Mark all as read") == 1


def test_notices_of_somebody_else_are_not_listed(mona: Membership, notice: Notice, sign_in: SignIn) -> None:
    assert "Something for a test." not in sign_in(mona).get(NOTICES).content.decode()


def test_notices_kind_that_no_app_declares_still_reads(ben: Membership, notice: Notice, sign_in: SignIn) -> None:
    Message.objects.update(kind="gone.kind")
    client = sign_in(ben)

    assert "There is something new for you." in client.get(NOTICES).content.decode()
    assert client.post(reverse("notifications:open", args=[notice.pk])).headers["Location"] == f"/?notice={notice.pk}"


def test_notices_more_rows_cost_no_more_queries(
    ben: Membership, enqueue_to: EnqueueTo, now: datetime, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(ben)
    client.get(NOTICES)
    for count in (3, 27):
        for _ in range(count):
            enqueue_to(ben)
        with django_assert_num_queries(4):
            client.get(NOTICES)


def test_notices_signed_out_asks_to_sign_in(client: Client, db: None) -> None:
    assert client.get(NOTICES).status_code == 302


def test_notices_posted_to_is_refused(ben: Membership, sign_in: SignIn) -> None:
    assert sign_in(ben).post(NOTICES).status_code == 405


def test_home_card_says_notices_of_one_kind_once_with_their_number(
    ben: Membership, enqueue_to: EnqueueTo, now: datetime, sign_in: SignIn
) -> None:
    for kind, count in (("test.any", 4), ("test.other", 1)):
        for _ in range(count):
            enqueue_to(ben, kind=kind)

    card = dict(sign_in(ben).get(reverse("home")).context["cards"])["notifications/home/new_for_you.html"]

    counts = {line.notice.message.kind: line.count for line in card["lines"]}
    assert (counts, card["has_more"]) == ({"test.any": 4, "test.other": 1}, False)


def test_home_card_shows_three_kinds_and_leads_to_the_rest(
    ben: Membership, enqueue_to: EnqueueTo, now: datetime, sign_in: SignIn
) -> None:
    for number, kind in enumerate(("test.any", "test.other", "test.urgent", "test.quiet")):
        enqueue_to(ben, kind=kind, at=now - timedelta(minutes=number))

    response = sign_in(ben).get(reverse("home"))

    card = dict(response.context["cards"])["notifications/home/new_for_you.html"]
    assert (len(card["lines"]), card["has_more"]) == (3, True)
    assert "See all messages" in response.content.decode()


def test_home_of_a_mentee_starts_with_the_check_in(ben: Membership, notice: Notice, sign_in: SignIn) -> None:
    templates = [template for template, _context in sign_in(ben).get(reverse("home")).context["cards"]]

    assert templates.index("checkins/home/check_in.html") == 0
    assert templates.index("notifications/home/new_for_you.html") > 0


def test_notice_for_another_role_of_the_same_person_leads_there_by_one_switch(
    mona: Membership, sign_in: SignIn, enqueue_to: EnqueueTo, now: datetime
) -> None:
    as_coordinator = make_member(mona.program, Role.COORDINATOR, "", user=mona.user)
    client = sign_in(as_coordinator)
    Authenticator.objects.get_or_create(user=mona.user, type=Authenticator.Type.TOTP, defaults={"data": {}})
    for page, status in ((reverse("checkins:read", args=[uuid4()]), 403), (reverse("intake:person", args=[uuid4()]), 404)):
        refused = client.get(page)
        assert refused.status_code == status
        assert f'value="{page}"' in refused.content.decode()
        assert (f'value="{mona.pk}"' in refused.content.decode(), status) == (True, status)

    response = client.post(reverse("accounts:act_as"), {"membership": str(mona.pk), "next": "/elsewhere/?page=2"})

    assert response.headers["Location"] == "/elsewhere/?page=2"


def test_open_notice_leads_to_its_page_and_counts_as_read(ben: Membership, notice: Notice, sign_in: SignIn) -> None:
    answer = sign_in(ben).post(reverse("notifications:open", args=[notice.pk]))

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/elsewhere/?notice={notice.pk}")
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_open_notice_by_a_link_leads_to_its_page_which_says_that_it_was_seen(
    ben: Membership, notice: Notice, sign_in: SignIn
) -> None:
    address, client = reverse("notifications:open", args=[notice.pk]), sign_in(ben)

    answer = client.get(address)
    pages = [client.get(f"{page}?notice={notice.pk}").content.decode() for page in ("/", "/nowhere/", "/people/")]

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/elsewhere/?notice={notice.pk}")
    assert [page.count(f'action="{address}" data-when-seen') for page in pages] == [1, 0, 0]
    notice.refresh_from_db()
    assert notice.read_at is None


def test_link_in_a_mail_for_another_role_asks_with_one_button_and_changes_nothing_by_itself(
    mona: Membership, south: Program, enqueue_to: EnqueueTo, sign_in: SignIn
) -> None:
    elsewhere = make_member(south, Role.MENTOR, "", user=mona.user)
    supervisor = make_member(south, Role.SUPERVISOR, "", user=mona.user)
    client, notice = sign_in(supervisor), enqueue_to(supervisor, kind="test.flags").message.notice
    for acting in (mona, elsewhere):
        client.post(reverse("accounts:act_as"), {"membership": str(acting.pk)})
        link = reverse("notifications:open", args=[notice.pk])

        asked = client.get(link)
        still = client.get(reverse("home")).context["membership"]
        pressed = {"membership": str(supervisor.pk), "next": link}
        page = client.post(reverse("accounts:act_as"), pressed, follow=True)

        assert (asked.status_code, still) == (200, acting)
        assert "Go on as: Supervisor, South" in " ".join(asked.content.decode().split())
        main = asked.content.decode().partition("<main")[2]
        assert [f'name="{name}" value="{value}"' in main for name, value in pressed.items()] == [True, True]
        assert (page.status_code, page.request["PATH_INFO"]) == (200, reverse("supervision:flags"))
        assert page.context["membership"] == supervisor


def test_link_in_a_mail_leads_there_through_sign_in(ben: Membership, notice: Notice, client: Client) -> None:
    ben.user.set_password("a-long-quiet-river")
    ben.user.save()
    link = reverse("notifications:open", args=[notice.pk])

    asked = client.get(link)
    arrived = client.post(asked.headers["Location"], {"login": "ben@example.org", "password": "a-long-quiet-river"})

    assert asked.headers["Location"] == f"{reverse('account_login')}?next={link}"
    assert arrived.headers["Location"] == link
    assert client.get(link).headers["Location"] == f"/elsewhere/?notice={notice.pk}"


@pytest.mark.parametrize("notice_id", ["", "nonsense", "/../x", "%00"])
def test_page_with_a_strange_notice_in_its_address_opens(ben: Membership, sign_in: SignIn, notice_id: str) -> None:
    page = sign_in(ben).get("/", {"notice": notice_id})

    assert (page.status_code, "data-when-seen" in page.content.decode()) == (200, False)


@pytest.mark.parametrize("outsider", ["mona", "alice", "maya"])
def test_open_notice_of_somebody_else_is_not_found(
    outsider: str, notice: Notice, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    client = sign_in(request.getfixturevalue(outsider))

    for pk in (notice.pk, uuid4()):
        address = reverse("notifications:open", args=[pk])
        assert [ask(address).status_code for ask in (client.get, client.post)] == [404, 404]
    notice.refresh_from_db()
    assert notice.read_at is None


def test_read_all_marks_own_notices_only(
    ben: Membership, mona: Membership, enqueue_to: EnqueueTo, now: datetime, sign_in: SignIn
) -> None:
    enqueue_to(ben)
    enqueue_to(mona)

    sign_in(ben).post(reverse("notifications:read_all"))

    assert list(Notice.objects.unread().values_list("recipient_id", flat=True)) == [mona.user_id]


def test_home_card_shows_unread_notices_until_they_are_read(ben: Membership, notice: Notice, sign_in: SignIn) -> None:
    client = sign_in(ben)

    assert client.get("/").content.decode().count("New for you") == 1
    client.post(reverse("notifications:read_all"))
    assert client.get("/").content.decode().count("New for you") == 0


def test_undelivered_coordinator_sees_to_whom_and_why_but_not_what(alice: Membership, dead: Delivery, sign_in: SignIn) -> None:
    page = sign_in(alice).get(UNDELIVERED).content.decode()

    assert page.count("ben@example.org") == 1
    assert "The mail server says this address does not exist." in page
    assert "Something for a test." not in page


def test_undelivered_late_message_is_shown(
    ben: Membership, enqueue_to: EnqueueTo, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    enqueue_to(ben, at=now - timedelta(minutes=20))
    enqueue_to(ben, at=now)

    page = " ".join(sign_in(alice).get(UNDELIVERED).content.decode().split())

    assert page.count("It has not been tried yet.") == 1
    assert re.search(r"next try <[^>]+>\w{3}, \w{3} \d", page)


@pytest.mark.parametrize(("role", "status"), [("ada", 200), ("alice", 200), ("sam", 403), ("mona", 403), ("ben", 403)])
def test_undelivered_opens_for_those_who_look_after_delivery(
    role: str, status: int, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    assert sign_in(request.getfixturevalue(role)).get(UNDELIVERED).status_code == status


def test_undelivered_of_another_program_is_hidden(otto: Membership, dead: Delivery, sign_in: SignIn) -> None:
    client = sign_in(otto)

    assert "ben@example.org" not in client.get(UNDELIVERED).content.decode()
    assert client.post(reverse("notifications:try_again", args=[dead.pk])).status_code == 404


def test_undelivered_more_rows_cost_no_more_queries(
    ben: Membership, enqueue_to: EnqueueTo, now: datetime, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(make_member(ben.program, Role.ADMIN, "extra@example.org"))
    client.get(UNDELIVERED)
    for count in (3, 27):
        for _ in range(count):
            enqueue_to(ben, at=now - timedelta(hours=1))
        given_up = list(Delivery.objects.values_list("pk", flat=True)[: count // 2])
        Delivery.objects.filter(pk__in=given_up).update(dead_at=now, next_try_at=None)
        with django_assert_num_queries(5):
            client.get(UNDELIVERED)


def test_try_again_dead_message_is_owed_again(alice: Membership, dead: Delivery, sign_in: SignIn) -> None:
    client = sign_in(alice)
    address = reverse("notifications:try_again", args=[dead.pk])

    first = client.post(address, follow=True).content.decode()
    second = client.post(address, follow=True).content.decode()

    assert "The message will be tried again within a minute." in first
    assert "it was already tried again" in second
    dead.refresh_from_db()
    assert (dead.dead_at, dead.attempts) == (None, 0)
    assert client.get(address).status_code == 405
