"""A link to a staff role opens only for who has the mailbox: a code goes there and is typed on the page."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import STAFF_ROLES, Role
from accounts.models import Membership, User
from conftest import SignIn
from core.deployment import FILES
from demo import factories
from notifications.outbox import drain
from people.models import Invitation
from people.services import invitations, mailbox

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-quiet-river"
ANSWERS = {"first_name": "Cora", "last_name": "", "password": PASSWORD, "timezone": "America/Chicago", "language": "en"}
ASKS = "people/join_code.html"


def make(by: Membership, now: datetime, role: Role = Role.COORDINATOR, language: str = "en") -> Invitation:
    return invitations.invite(
        program=by.program,
        email="cora@example.org",
        first_name="Cora",
        role=role,
        by=by,
        now=now,
        submission_key=uuid4(),
        language=language,
    )


def url_of(invitation: Invitation) -> str:
    return reverse("people:join", args=[invitation.token])


def page_of(response: Any) -> str:
    return str(next(template.name for template in response.templates))


def code_from_mail() -> str:
    """What the newest mail with a code says, on a line of its own; it went to the invited address."""
    drain(timezone.now())
    newest = [one for one in mail.outbox if "code" in one.subject or "código" in one.subject][-1]
    found = re.search(r"^\d{4}-\d{4}$", str(newest.body), re.MULTILINE)
    assert found
    assert newest.to == ["cora@example.org"]
    return found[0].replace("-", "")


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**8:08}"


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_link_to_a_staff_role_without_the_mailbox_opens_nothing(ada: Membership, now: datetime, role: Role) -> None:
    invitation, client = make(ada, now, role), Client()

    assert page_of(client.get(url_of(invitation))) == ASKS
    client.post(url_of(invitation), ANSWERS)
    client.post(url_of(invitation), {"code": "123456"})
    client.post(url_of(invitation), ANSWERS)

    assert Invitation.objects.get().accepted_at is None
    assert not User.objects.filter(email="cora@example.org").exists()


def test_code_from_the_mail_opens_the_link(ada: Membership, now: datetime) -> None:
    invitation, client = make(ada, now), Client()
    client.post(url_of(invitation))
    code = code_from_mail()

    opened = client.post(url_of(invitation), {"code": f"{code[:4]} {code[4:]}"}, follow=True)
    joined = client.post(url_of(invitation), ANSWERS)

    assert (page_of(opened), joined.headers["Location"]) == ("people/join.html", reverse("home"))
    assert User.objects.get(email="cora@example.org").memberships.get().role == Role.COORDINATOR


def test_code_opens_the_link_only_where_it_was_typed(ada: Membership, now: datetime) -> None:
    invitation, client = make(ada, now), Client()
    client.post(url_of(invitation))
    code = code_from_mail()
    client.post(url_of(invitation), {"code": code})

    elsewhere = Client()

    assert page_of(elsewhere.get(url_of(invitation))) == ASKS
    assert elsewhere.post(url_of(invitation), {"code": code}).status_code == 422


def test_signed_in_person_proves_the_mailbox_too(ada: Membership, now: datetime, sign_in: SignIn) -> None:
    """Their own address may never have been proven: the site may have sent no mail when they joined."""
    there = factories.make_member(factories.make_program("south"), Role.MENTEE, "cora@example.org")
    invitation, client = make(ada, now), sign_in(there)
    assert page_of(client.post(url_of(invitation), follow=True)) == ASKS
    assert there.user.memberships.count() == 1

    accepts = client.post(url_of(invitation), {"code": code_from_mail()}, follow=True)
    client.post(url_of(invitation))

    assert page_of(accepts) == "people/join_accept.html"
    assert there.user.memberships.count() == 2


def test_opening_the_page_sends_nothing(ada: Membership, now: datetime) -> None:
    """A mail program may look at the links in a mail."""
    invitation = make(ada, now)
    drain(timezone.now())

    Client().get(url_of(invitation))
    drain(timezone.now())

    assert len(mail.outbox) == 1


def test_code_asked_for_again_is_the_same_while_it_works_and_another_afterwards(ada: Membership, now: datetime) -> None:
    """So nobody who holds the link makes useless what the invited person has before them."""
    invitation, codes = make(ada, now), []
    for minutes in (0, 10, 24, 40):
        with time_machine.travel(now + timedelta(minutes=minutes)):
            Client(REMOTE_ADDR=f"203.0.113.{minutes}").post(url_of(invitation))
            codes.append(code_from_mail())

    assert codes[0] == codes[1] == codes[2] != codes[3]


def test_code_asked_for_twice_in_the_same_moment_is_one(ada: Membership, now: datetime) -> None:
    """Else the second page, which knew of no code yet, makes the first code a wrong one."""
    make(ada, now)
    pages = [Invitation.objects.get(), Invitation.objects.get()]

    for network, invitation in enumerate(pages):
        mailbox.send_code(invitation=invitation, network=f"192.0.2.{network}", now=now)

    assert len({invitation.code for invitation in pages}) == 1


def test_code_that_was_used_is_not_sent_again(ada: Membership, now: datetime) -> None:
    invitation, client = make(ada, now), Client()
    client.post(url_of(invitation))
    used = code_from_mail()
    client.post(url_of(invitation), {"code": used})

    Client().post(url_of(invitation))

    assert code_from_mail() != used


def test_code_that_was_not_sent_before_the_next_one_is_not_mailed(ada: Membership, now: datetime) -> None:
    invitation, client = make(ada, now), Client()
    for _time in range(3):
        client.post(url_of(invitation))

    drain(timezone.now())

    assert [one.subject for one in mail.outbox] == ["Your code for Handrail", "An invitation to Handrail"]


def test_code_is_too_old_after_a_quarter_of_an_hour(ada: Membership, now: datetime) -> None:
    invitation, client = make(ada, now), Client()
    client.post(url_of(invitation))
    code = code_from_mail()

    with time_machine.travel(now + timedelta(minutes=16)):
        response = client.post(url_of(invitation), {"code": code})

    assert (response.status_code, "too old" in response.content.decode()) == (422, True)


def guess(invitation: Invitation, code: str, *, times: int, at: str) -> str:
    """Type wrong codes in one network; returns the page of the last one."""
    for _try in range(times):
        page = Client(REMOTE_ADDR=at).post(url_of(invitation), {"code": wrong(code)})
    return page.content.decode()


def ask(invitation: Invitation, *, times: int, at: str) -> str:
    """Ask for the code in one network and let the mail go; returns the page after the last time."""
    client = Client(REMOTE_ADDR=at)
    for time in range(times):
        page = client.post(url_of(invitation), {"csrfmiddlewaretoken": f"of page {time}"}, follow=True)
        drain(timezone.now())
    return page.content.decode()


def test_whoever_holds_the_link_alone_keeps_the_invited_person_from_nothing(ada: Membership, now: datetime) -> None:
    """However often they ask and guess from where they are."""
    invitation = make(ada, now)
    ask(invitation, times=mailbox.SENDS.times + 1, at="198.51.100.7")
    guess(invitation, code_from_mail(), times=mailbox.TRIES.times + 1, at="198.51.100.7")

    person = Client(REMOTE_ADDR="203.0.113.5")
    asked = person.post(url_of(invitation), follow=True).content.decode()

    assert "several times" not in asked
    assert person.post(url_of(invitation), {"code": code_from_mail()}).status_code == 302


def test_guessing_a_code_is_stopped_in_its_network_for_a_while(ada: Membership, now: datetime) -> None:
    invitation = make(ada, now)
    ask(invitation, times=1, at="198.51.100.7")
    code = code_from_mail()

    assert "use another network" in guess(invitation, code, times=6, at="198.51.100.7")
    assert Client(REMOTE_ADDR="198.51.100.7").post(url_of(invitation), {"code": code}).status_code == 422
    with time_machine.travel(now + timedelta(minutes=14)):
        Client(REMOTE_ADDR="198.51.100.8").post(url_of(invitation))
    with time_machine.travel(now + timedelta(minutes=16)):
        assert Client(REMOTE_ADDR="198.51.100.7").post(url_of(invitation), {"code": code}).status_code == 302


def test_guessing_from_everywhere_ends_for_that_link_and_a_new_link_begins_anew(ada: Membership, now: datetime) -> None:
    invitation = make(ada, now)
    ask(invitation, times=1, at="203.0.113.5")
    code = code_from_mail()
    for network in range(mailbox.TRIES.times // mailbox.TRIES_HERE.times):
        guess(invitation, code, times=mailbox.TRIES_HERE.times, at=f"198.51.100.{network}")

    refused = Client(REMOTE_ADDR="203.0.113.5").post(url_of(invitation), {"code": code})
    again = invitations.send_again(invitation=invitation, by=ada, now=now)
    Client().post(url_of(again))
    opened = Client().post(url_of(again), {"code": code_from_mail()})

    assert (refused.status_code, opened.status_code) == (422, 302)
    assert "Ask the person who invited you to send the invitation again." in refused.content.decode()


def test_code_is_sent_a_few_times_an_hour(ada: Membership, now: datetime) -> None:
    invitation = make(ada, now)

    page = ask(invitation, times=7, at="198.51.100.7")
    for network in range(10):
        ask(invitation, times=2, at=f"203.0.113.{network}")

    assert "Type the one from the newest mail, or wait an hour" in page
    assert len([one for one in mail.outbox if "code" in one.subject]) == mailbox.SENDS.times


def test_mail_with_the_code_is_in_the_language_of_the_invitation_and_tells_nothing(ada: Membership, now: datetime) -> None:
    invitation = make(ada, now, language="es")
    Client().post(url_of(invitation))
    code_from_mail()

    said = " ".join(f"{one.subject} {one.body}" for one in mail.outbox if "/join/" not in one.body).lower()
    assert "hola, cora" in said
    assert [word for word in ("mentor", "recover", "program", "alcohol", "north", "http") if word in said] == []


@pytest.mark.parametrize("role", [Role.MENTOR, Role.MENTEE])
def test_link_of_mentors_and_mentees_is_proof_enough_of_their_mailbox(ada: Membership, now: datetime, role: Role) -> None:
    assert page_of(Client().get(url_of(make(ada, now, role)))) == "people/join.html"


def test_site_that_sends_no_mail_asks_for_no_code(ada: Membership, now: datetime, settings: Any) -> None:
    settings.EMAIL_BACKEND = FILES

    assert page_of(Client().get(url_of(make(ada, now)))) == "people/join.html"


def test_page_after_a_staff_invitation_says_that_a_code_will_be_asked(ada: Membership, sign_in: SignIn) -> None:
    words = "Whoever opens it is asked for a code, which goes to this address."
    client, said = sign_in(ada), {"email": "cora@example.org", "language": "en"}

    pages = [
        client.post(reverse("people:invitations"), said | {"role": role, "submission_key": str(uuid4())}).content.decode()
        for role in (Role.ADMIN, Role.MENTOR)
    ]

    assert [words in page for page in pages] == [True, False]
