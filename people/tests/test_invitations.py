"""Invitations: who may send them, how the mail goes out, and joining."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.enums import Role
from accounts.middleware import SESSION_KEY
from accounts.models import Membership, Program, User
from conftest import SignIn
from core.deployment import FILES
from core.errors import DomainError
from demo import factories
from notifications.models import CancelReason, Delivery
from notifications.outbox import DrainResult, drain
from people.models import Invitation
from people.notices import link_of
from people.services import invitations

PASSWORD = "a-long-quiet-river"
WORDS_THAT_TELL = ("mentor", "mentee", "recover", "program", "sober", "drink", "alcohol", "north")
pytestmark = pytest.mark.django_db


USED = "You sent this form before. Send it once more to add what is here now."


def make(by: Membership, now: datetime, *, email: str = "nora@example.org", role: str = Role.MENTOR) -> Invitation:
    return invitations.invite(
        program=by.program, email=email, first_name="Nora", role=role, by=by, now=now, submission_key=uuid4()
    )


def answers(**changed: str) -> dict[str, str]:
    chosen = {"first_name": "Nora", "last_name": "", "password": PASSWORD, "timezone": "America/Chicago", "language": "en"}
    return chosen | changed


def join_url(invitation: Invitation) -> str:
    return reverse("people:join", args=[invitation.token])


@pytest.mark.parametrize(
    ("inviter", "role", "is_allowed"),
    [
        ("alice", Role.MENTOR, True),
        ("alice", Role.MENTEE, True),
        ("alice", Role.COORDINATOR, False),
        ("alice", Role.ADMIN, False),
        ("ada", Role.ADMIN, True),
        ("ada", Role.SUPERVISOR, True),
        ("sam", Role.MENTOR, False),
        ("mona", Role.MENTEE, False),
    ],
)
def test_invite_is_allowed_by_role(
    request: pytest.FixtureRequest, now: datetime, *, inviter: str, role: Role, is_allowed: bool
) -> None:
    by = request.getfixturevalue(inviter)

    if is_allowed:
        assert make(by, now, role=role).role == role
    else:
        with pytest.raises(DomainError) as refused:
            make(by, now, role=role)
        assert refused.value.code == "role_not_allowed"


def test_invite_keeps_only_a_hash_once_the_mail_has_gone(alice: Membership, now: datetime) -> None:
    token = make(alice, now).token

    assert drain(now) == DrainResult(sent=1)

    kept = Invitation.objects.get()
    assert (kept.token, len(kept.token_hash)) == ("", 64)
    assert invitations.find_open(token, now) == kept
    assert token not in str(Invitation.objects.values().get())


def test_invitation_mail_holds_the_link_and_tells_nothing(alice: Membership, now: datetime) -> None:
    link = link_of(make(alice, now))

    drain(now)

    (message,) = mail.outbox
    assert message.to == ["nora@example.org"]
    assert message.subject == "An invitation to Handrail"
    assert link in message.body
    everything = f"{message.subject} {message.from_email} {message.body} {message.extra_headers}".lower()
    assert [word for word in WORDS_THAT_TELL if word in everything.replace(link.lower(), "")] == []


def test_invitation_mail_is_in_the_language_chosen_for_the_person(alice: Membership, now: datetime, sign_in: SignIn) -> None:
    client, page = sign_in(alice), reverse("people:invitations")
    for language in ("en", "es"):
        person = {"email": f"{language}@example.org", "role": "mentee", "submission_key": str(uuid4())}
        client.post(page, person | {"language": language})

    drain(timezone.now())

    assert {message.to[0]: message.subject for message in mail.outbox} == {
        "en@example.org": "An invitation to Handrail",
        "es@example.org": "Una invitación a Handrail",
    }
    spanish = next(message.body for message in mail.outbox if message.to == ["es@example.org"])
    assert "Open this page" not in spanish


@pytest.mark.parametrize("language", ["en", "es"])
def test_invitation_form_begins_with_the_inviters_own_language(alice: Membership, sign_in: SignIn, language: str) -> None:
    User.objects.filter(pk=alice.user_id).update(language=language)

    page = sign_in(alice).get(reverse("people:invitations"))

    assert page.context["form"]["language"].value() == language
    assert f'<option value="{language}" selected>' in page.content.decode()


def test_invitation_in_a_language_that_does_not_exist_is_refused(alice: Membership, sign_in: SignIn) -> None:
    data = {"email": "nora@example.org", "role": "mentee", "submission_key": str(uuid4()), "language": "tlh"}

    response = sign_in(alice).post(reverse("people:invitations"), data)

    assert (list(response.context["form"].errors), Invitation.objects.count()) == (["language"], 0)


def test_mail_names_the_last_day_where_the_program_is(alice: Membership) -> None:
    evening = datetime(2026, 3, 3, 3, 30, tzinfo=UTC)  # Monday, March 2, 22:30 in New York
    make(alice, evening)

    drain(evening)

    assert "The link works once, until Mar 16, 2026." in mail.outbox[0].body


@pytest.mark.parametrize("way", ["everybody", "person"])
def test_imported_person_is_invited_in_their_own_language(
    alice: Membership, ben: Membership, now: datetime, sign_in: SignIn, *, way: str
) -> None:
    ben.user.language = "es"
    factories.not_joined(ben)
    client = sign_in(alice)
    if way == "everybody":
        client.post(reverse("people:invite_everybody"))
    else:
        form = client.get(reverse("intake:person", args=[ben.pk])).context["invite_form"]
        client.post(reverse("people:invitations"), {field.html_name: field.value() for field in form})

    assert Invitation.objects.get(email=ben.user.email).language == "es"


def test_mail_that_cannot_be_addressed_holds_up_nobody_elses(alice: Membership, now: datetime) -> None:
    """A domain whose label is too long once it is written in ASCII breaks in the mail library, not at the server."""
    unsendable = make(alice, now, email="nora@" + "\u00e4" * 60 + ".org")
    make(alice, now + timedelta(seconds=1), email="vera@example.org")

    assert drain(now + timedelta(minutes=1)) == DrainResult(sent=1, failed=1)

    failed = unsendable.message.deliveries.get()
    assert (failed.attempts, failed.sent_at, failed.lease_token) == (1, None, None)
    assert [message.to for message in mail.outbox] == [["vera@example.org"]]


def test_mail_that_was_given_up_keeps_its_link_and_is_said_on_the_page(
    alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    made = make(alice, now)
    made.message.deliveries.update(dead_at=now, next_try_at=None)

    page = sign_in(alice).get(reverse("people:invitations"))

    assert [status for _invitation, status in page.context["rows"]] == ["unsent"]
    assert "The e-mail could not be delivered" in page.content.decode()
    assert invitations.find_open(Invitation.objects.get().token, now) == made


def test_mail_of_an_invitation_is_not_among_the_messages_to_people(
    alice: Membership, ada: Membership, now: datetime, sign_in: SignIn
) -> None:
    """Who may look after undelivered messages may not see every invitation: a coordinator sees none of staff."""
    made = make(ada, now, email="boss@example.org", role=Role.ADMIN)
    made.message.deliveries.update(dead_at=now, next_try_at=None)

    assert "Everything has arrived" in sign_in(alice).get(reverse("notifications:undelivered")).content.decode()


def test_link_that_has_expired_is_not_mailed_any_more_and_is_forgotten(alice: Membership, now: datetime) -> None:
    made = make(alice, now)
    late = now + invitations.VALID_FOR

    assert drain(late) == DrainResult()
    assert invitations.forget_expired(late) == 1

    made = Invitation.objects.select_related("message").get()
    assert (made.token, made.message.cancel_reason, mail.outbox) == ("", CancelReason.NOT_NEEDED, [])


def test_mail_that_is_in_somebodys_hands_when_the_link_changes_says_nothing(alice: Membership, now: datetime) -> None:
    old = make(alice, now).message
    invitations.send_again(invitation=Invitation.objects.get(), by=alice, now=now)
    Delivery.objects.filter(message=old).update(next_try_at=now)
    link = link_of(Invitation.objects.get())

    assert drain(now) == DrainResult(sent=1)

    assert [link in str(one.body) for one in mail.outbox] == [True]


def test_joining_before_the_mail_has_left_cancels_it(alice: Membership, now: datetime) -> None:
    made = make(alice, now)
    Client().post(join_url(made), answers())

    assert Delivery.objects.pending().count() == 0
    assert (drain(now), mail.outbox) == (DrainResult(), [])


def test_each_link_has_a_message_of_its_own(alice: Membership, now: datetime) -> None:
    invitation = make(alice, now)
    first = invitation.message_id

    later = invitations.send_again(invitation=invitation, by=alice, now=now)
    drain(now)

    assert first != later.message_id
    assert [one.extra_headers["Message-ID"] for one in mail.outbox] == [f"<{later.message_id}@127.0.0.1>"]


def test_send_again_makes_the_old_link_useless(alice: Membership, now: datetime) -> None:
    invitation = make(alice, now)
    old = invitation.token

    new = invitations.send_again(invitation=invitation, by=alice, now=now + timedelta(days=20))

    assert invitations.find_open(old, now) is None
    assert invitations.find_open(new.token, now + timedelta(days=33)) == new
    assert invitations.find_open(new.token, now + timedelta(days=34)) is None


def test_withdrawn_invitation_is_not_sent_and_not_sent_again(alice: Membership, now: datetime) -> None:
    invitation = make(alice, now)

    invitations.withdraw(invitation=invitation, by=alice, now=now)

    assert drain(now) == DrainResult()
    with pytest.raises(DomainError) as refused:
        invitations.send_again(invitation=invitation, by=alice, now=now)
    assert refused.value.code == "closed"


def test_invite_somebody_who_has_joined_or_is_invited_is_refused(alice: Membership, mona: Membership, now: datetime) -> None:
    mona.user.set_password(PASSWORD)
    mona.user.save()
    make(alice, now)

    codes = []
    for email in ("mona@example.org", "nora@example.org"):
        with pytest.raises(DomainError) as refused:
            make(alice, now, email=email)
        codes.append(refused.value.code)

    assert codes == ["already_member", "already_invited"]


def test_invitation_form_posted_twice_makes_one_invitation(alice: Membership, sign_in: SignIn) -> None:
    client = sign_in(alice)
    data = {
        "email": "Nora@Example.org",
        "first_name": "Nora",
        "role": "mentee",
        "language": "en",
        "submission_key": str(uuid4()),
    }

    first = client.post(reverse("people:invitations"), data)
    second = client.post(reverse("people:invitations"), data)

    assert (first.status_code, second.status_code) == (200, 200)
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role, invitation.invited_by) == ("nora@example.org", "mentee", alice)


@pytest.mark.parametrize("leaves", [True, False])
def test_link_is_shown_on_the_page_only_where_no_mail_takes_it_to_the_mailbox(
    alice: Membership, sign_in: SignIn, settings: Settings, *, leaves: bool
) -> None:
    """Else a coordinator could try it, and learn from the answer whether the address has an account elsewhere."""
    if not leaves:
        settings.EMAIL_BACKEND = FILES
    client, page = sign_in(alice), reverse("people:invitations")
    said = {"email": "nora@example.org", "role": "mentee", "language": "en", "submission_key": str(uuid4())}

    made = client.post(page, said)
    first = Invitation.objects.get()
    again = client.post(reverse("people:invitation_send_again", args=[first.pk]))
    second = Invitation.objects.get()
    shown = [client.get(page), client.get(reverse("home"))]

    pages = [one.content.decode() for one in (made, again, *shown)]
    assert [first.token in pages[0], second.token in pages[1]] == [not leaves] * 2
    assert ["goes to this mailbox alone" in one for one in pages[:2]] == [leaves] * 2
    assert [one for one in pages[2:] if first.token in one or second.token in one or "/join/" in one] == []


def test_invitation_form_posted_twice_at_once_gives_one_invitation_twice(
    alice: Membership, now: datetime, transactional_db: None
) -> None:
    key, gate = uuid4(), Barrier(4)

    def send(_number: int) -> Invitation:
        gate.wait()
        try:
            return invitations.invite(
                program=alice.program,
                email="nora@example.org",
                first_name="",
                role="mentor",
                by=alice,
                now=now,
                submission_key=key,
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        made = set(threads.map(send, range(4)))

    assert made == {Invitation.objects.get()}


def test_invitation_form_used_again_in_another_program_is_refused_in_words(
    alice: Membership, otto: Membership, sign_in: SignIn
) -> None:
    data = {"email": "nora@example.org", "role": "mentee", "language": "en", "submission_key": str(uuid4())}
    sign_in(otto).post(reverse("people:invitations"), data)

    response = sign_in(alice).post(reverse("people:invitations"), data)

    assert response.context["form"].non_field_errors() == [USED]


@pytest.mark.parametrize("changed", [{"email": "dora@example.org"}, {"first_name": "Dora"}, {"role": "mentor"}])
def test_invitation_form_sent_again_for_somebody_else_is_refused_and_then_invites_them(
    alice: Membership, sign_in: SignIn, changed: dict[str, str]
) -> None:
    data = {"email": "nora@example.org", "role": "mentee", "language": "en", "submission_key": str(uuid4())}
    client, page = sign_in(alice), reverse("people:invitations")
    client.post(page, data)

    refused = client.post(page, data | changed)
    key = refused.context["form"]["submission_key"].value()

    assert (refused.status_code, refused.context["form"].non_field_errors()) == (422, [USED])
    assert [refused.context["form"][name].value() for name in changed] == list(changed.values())
    anew = client.post(page, data | {"email": "dora@example.org", "submission_key": key})
    assert anew.context["made"].email == "dora@example.org"


def test_invitation_list_shows_the_own_program_and_own_roles_only(
    alice: Membership, otto: Membership, ada: Membership, now: datetime, sign_in: SignIn
) -> None:
    make(otto, now, email="south@example.org")
    make(ada, now, email="boss@example.org", role=Role.ADMIN)
    make(alice, now)

    rows = sign_in(alice).get(reverse("people:invitations")).context["rows"]

    assert [(invitation.email, status) for invitation, status in rows] == [("nora@example.org", "pending")]


@pytest.mark.parametrize("name", ["invitation_send_again", "invitation_withdraw"])
def test_invitation_of_another_program_is_not_found(
    alice: Membership, otto: Membership, now: datetime, sign_in: SignIn, *, name: str
) -> None:
    url = reverse(f"people:{name}", args=[make(otto, now).pk])

    assert sign_in(alice).post(url).status_code == 404
    assert sign_in(otto).get(url).status_code == 405
    assert sign_in(otto).post(url).status_code in (200, 302)


@pytest.mark.parametrize(("who", "status"), [("mona", 403), ("ben", 403), ("sam", 403), ("ada", 200)])
def test_invitation_page_is_for_coordinators_and_admins(
    request: pytest.FixtureRequest, sign_in: SignIn, *, who: str, status: int
) -> None:
    assert sign_in(request.getfixturevalue(who)).get(reverse("people:invitations")).status_code == status


def test_invitation_page_signed_out_asks_to_sign_in(db: None) -> None:
    assert Client().get(reverse("people:invitations")).status_code == 302


def test_invitation_list_takes_the_same_queries_for_few_and_many(
    alice: Membership, now: datetime, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(alice)
    client.get(reverse("people:invitations"))
    for count in (3, 30):
        for number in range(count):
            make(alice, now, email=f"p{count}-{number}@example.org")
        with django_assert_num_queries(5):
            client.get(reverse("people:invitations"))


def test_join_new_person_chooses_a_password_and_is_signed_in(alice: Membership, now: datetime) -> None:
    invitation = make(alice, now)
    client = Client()
    assert client.get(join_url(invitation)).status_code == 200

    response = client.post(join_url(invitation), answers())

    assert response.headers["Location"] == reverse("home")
    user = User.objects.get(email="nora@example.org")
    membership = user.memberships.get()
    assert (user.first_name, user.timezone, user.check_password(PASSWORD)) == ("Nora", "America/Chicago", True)
    assert (membership.role, membership.program, membership.mentor_profile.capacity) == (Role.MENTOR, alice.program, 3)
    assert client.session[SESSION_KEY] == str(membership.pk)
    assert client.get(reverse("home")).status_code == 200


def test_join_page_names_no_program(alice: Membership, now: datetime) -> None:
    Program.objects.update(name="Harbor House")

    page = Client().get(join_url(make(alice, now))).content.decode()

    assert "Harbor House" not in page
    assert "entor" not in page


def test_join_imported_person_sets_the_password_of_that_person(alice: Membership, ben: Membership, now: datetime) -> None:
    factories.not_joined(ben)
    invitation = make(alice, now, email="ben@example.org", role=Role.MENTEE)

    Client().post(join_url(invitation), answers(first_name="Benjamin"))

    ben.user.refresh_from_db()
    assert (ben.user.first_name, ben.user.check_password(PASSWORD)) == ("Benjamin", True)
    assert (ben.user.has_joined, EmailAddress.objects.get(user=ben.user).email) == (True, "ben@example.org")
    assert list(ben.user.memberships.all()) == [ben]


def test_join_imported_person_finds_what_was_imported(alice: Membership, ben: Membership, now: datetime) -> None:
    ben.user.last_name, ben.user.timezone, ben.user.language = "Brook", "America/Denver", "es"
    factories.not_joined(ben)
    invitation = make(alice, now, email="ben@example.org", role=Role.MENTEE)
    client = Client()

    form = client.get(join_url(invitation)).context["form"]
    shown = {name: form[name].value() for name in form.fields if name != "password"}
    client.post(join_url(invitation), shown | {"password": PASSWORD})

    known = {"first_name": "Ben", "last_name": "Brook", "timezone": "America/Denver", "language": "es"}
    assert shown == known
    assert User.objects.filter(pk=ben.user_id, **known).exists()


def test_join_new_person_starts_from_the_invitation_and_the_program(alice: Membership, now: datetime) -> None:
    Program.objects.update(timezone="America/Denver")

    form = Client().get(join_url(make(alice, now))).context["form"]

    assert [form[name].value() for name in ("first_name", "last_name", "timezone")] == ["Nora", None, "America/Denver"]


def test_join_used_expired_withdrawn_and_unknown_links_look_the_same(alice: Membership, now: datetime) -> None:
    used, expired, withdrawn = (make(alice, now, email=f"{name}@example.org") for name in ("a", "b", "c"))
    Client().post(join_url(used), answers())
    Invitation.objects.filter(pk=expired.pk).update(expires_at=now)
    invitations.withdraw(invitation=withdrawn, by=alice, now=now)

    pages = [Client().get(join_url(one)) for one in (used, expired, withdrawn)]
    pages.append(Client().get(reverse("people:join", args=["nonsense"])))

    assert [page.status_code for page in pages] == [404] * 4
    assert {next(template.name for template in page.templates) for page in pages} == {"people/join_closed.html"}


def test_join_twice_with_one_link_makes_one_member(alice: Membership, now: datetime) -> None:
    invitation = make(alice, now)

    answers_given = [Client().post(join_url(invitation), answers()).status_code for _time in range(2)]

    assert answers_given == [302, 404]
    assert Membership.objects.filter(user__email="nora@example.org").count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"password": "short"}, "password"),
        ({"password": "nora@example.org"}, "password"),
        ({"password": "83920471650284"}, "password"),
        ({"first_name": ""}, "first_name"),
        ({"first_name": "a\0b"}, "first_name"),
        ({"timezone": "Moon/Base"}, "timezone"),
        ({"language": "xx"}, "language"),
    ],
)
def test_join_with_a_bad_answer_says_so_and_keeps_the_link_open(
    alice: Membership, now: datetime, *, changed: dict[str, str], field: str
) -> None:
    invitation = make(alice, now)

    response = Client().post(join_url(invitation), answers(**changed))

    assert response.status_code in (422, 400)
    assert response.status_code == 400 or list(response.context["form"].errors) == [field]
    assert Invitation.objects.get().accepted_at is None


def test_join_existing_person_signs_in_and_accepts(maya: Membership, alice: Membership, now: datetime) -> None:
    maya.user.set_password(PASSWORD)
    maya.user.save()
    invitation = make(alice, now, email="maya@example.org", role=Role.MENTEE)
    client = Client()
    stranger = client.post(join_url(invitation), answers())
    assert next(template.name for template in stranger.templates) == "people/join_sign_in.html"
    client.force_login(maya.user)

    response = client.post(join_url(invitation))

    assert response.headers["Location"] == reverse("home")
    assert maya.user.memberships.filter(program=alice.program, role=Role.MENTEE).count() == 1
    maya.user.refresh_from_db()
    assert maya.user.check_password(PASSWORD)


def test_join_signed_in_as_somebody_else_changes_nothing(alice: Membership, ben: Membership, now: datetime) -> None:
    invitation = make(alice, now)
    client = Client()
    client.force_login(ben.user)

    response = client.post(join_url(invitation), answers())

    assert next(template.name for template in response.templates) == "people/join_sign_in.html"
    assert Invitation.objects.get().accepted_at is None


def test_join_link_does_not_open_another_programs_imported_person(maya: Membership, alice: Membership, now: datetime) -> None:
    """Maya was imported in South and has not joined: a coordinator of North must not become her by copying a link."""
    factories.not_joined(maya)
    invitation = make(alice, now, email="maya@example.org", role=Role.MENTEE)

    response = Client().post(join_url(invitation), answers())

    assert response.headers["Location"] == reverse("home")
    assert list(User.objects.get(email="maya@example.org").memberships.values_list("program", flat=True)) == [alice.program_id]
    maya.user.refresh_from_db()
    assert (maya.user.has_joined, maya.user.has_usable_password()) == (False, False)


def test_create_program_invites_its_admin(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_program", name="River City", slug="river-city", admin_email="Boss@Example.org")

    link = capsys.readouterr().out.splitlines()[-1]
    invitation = Invitation.objects.get()
    assert (invitation.role, invitation.email, invitation.program.slug) == (Role.ADMIN, "boss@example.org", "river-city")
    assert invitations.find_open(link.rstrip("/").rpartition("/")[2], timezone.now()) == invitation


@pytest.mark.parametrize(
    ("slug", "zone", "email"),
    [
        ("north", "America/Chicago", "a@example.org"),
        ("new", "Moon/Base", "a@example.org"),
        ("new", "America/Chicago", "nobody"),
    ],
)
def test_create_program_with_a_bad_value_creates_nothing(north: Program, *, slug: str, zone: str, email: str) -> None:
    with pytest.raises(CommandError):
        call_command("create_program", name="X", slug=slug, admin_email=email, timezone=zone)

    assert list(Program.objects.all()) == [north]


def test_suspended_person_cannot_be_invited_back(alice: Membership, north: Program, now: datetime) -> None:
    gone = factories.make_member(north, Role.MENTOR, "gone@example.org")
    Membership.objects.filter(pk=gone.pk).update(is_active=False)

    with pytest.raises(DomainError) as refused:
        make(alice, now, email="gone@example.org")

    assert refused.value.code == "already_member"


def test_two_invitations_of_one_person_used_at_once_make_one_user_and_one_asks_to_sign_in(
    alice: Membership, now: datetime, transactional_db: None
) -> None:
    both = [make(alice, now, role=role) for role in (Role.MENTOR, Role.MENTEE)]
    gate = Barrier(2)

    def join(invitation: Invitation) -> int:
        gate.wait()
        try:
            return Client().post(join_url(invitation), answers()).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        statuses = sorted(threads.map(join, both))

    assert statuses == [200, 302]
    assert User.objects.filter(email="nora@example.org").count() == 1
    assert [one.accepted_at is None for one in Invitation.objects.order_by("accepted_at")].count(True) == 1


def test_join_link_sets_no_password_of_staff(north: Program, alice: Membership, now: datetime) -> None:
    """A coordinator may invite a mentor and copy the link; it must not open somebody's staff role."""
    sten = factories.make_member(north, Role.SUPERVISOR, "sten@example.org")
    invitation = make(alice, now, email="sten@example.org")

    response = Client().post(join_url(invitation), answers())

    assert next(template.name for template in response.templates) == "people/join_sign_in.html"
    sten.user.refresh_from_db()
    assert not sten.user.has_usable_password()


def test_joined_person_finds_their_session_and_their_address(alice: Membership, now: datetime) -> None:
    client = Client()
    client.post(join_url(make(alice, now)), answers())

    page = client.get(reverse("usersessions_list"))

    assert len(page.context["sessions"]) == 1
    address = EmailAddress.objects.get(user__email="nora@example.org")
    assert (address.email, address.verified, address.primary) == ("nora@example.org", True, True)
