"""Nothing that staff can open tells whether an address has an account elsewhere, until the person accepts.

The same story is played in several worlds: in one nobody knows the addresses, in the others they have accounts.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import EarlierId, Membership, Program, User
from conftest import SignIn
from demo import factories
from intake.files.apply import import_people
from intake.files.format import read_people
from notifications.models import Message, Notice
from notifications.outbox import drain
from notifications.services import enqueue
from people.models import Invitation
from people.notices import link_of
from people.services import joining
from people.services.invitations import invite
from privacy.models import AuditEntry, Consent

MENTORS = "email,first_name,last_name,availability\nvera@example.org,Vera,Lund,mon 17:00-20:00\n"
MENTEES = "email,first_name,consent_given_on\nlou@example.org,Lou,2026-01-15\n"
KNOWN = ("vera@example.org", "lou@example.org", "nils@example.org")
OWN: dict[str, Any] = {"first_name": "Private", "last_name": "Secretname", "timezone": "Asia/Tokyo", "language": "es"}
SEEN = [  # what differs between any two runs
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "ID"),
    (re.compile(r'name="csrfmiddlewaretoken" value="\w+"'), "CSRF"),
    (re.compile(r'nonce="[^"]+"'), "NONCE"),
    (re.compile(r"/join/[\w-]{43}/"), "/join/TOKEN/"),
    (re.compile(r"%2Fjoin%2F[\w-]{43}%2F|join%2F[\w-]{43}"), "TOKEN"),
    (re.compile(r"^\d{4}-\d{4}$", re.MULTILINE), "CODE"),
]
pytestmark = pytest.mark.django_db
World = Callable[[Program], None]


def nobody_known(south: Program) -> None:
    """The addresses are new to the site."""


def known_in_another_program(south: Program) -> None:
    for email, role in zip(KNOWN, (Role.SUPERVISOR, Role.MENTEE, Role.MENTOR), strict=True):
        factories.make_member(south, role, email, password="a-long-quiet-river", **OWN)


def known_in_no_program(south: Program) -> None:
    for email in KNOWN:
        factories.make_user(email, password="a-long-quiet-river", **OWN)


def pending_in_another_program(south: Program) -> None:
    for email in KNOWN:
        factories.not_joined(factories.make_member(south, Role.MENTEE, email, **OWN))


def _without_secrets(text: str) -> str:
    for pattern, stands in SEEN:
        text = pattern.sub(stands, text)
    return text


class Story:
    """What staff do with the addresses; `pages` are what they were shown, with the number of queries each page took.

    A second passes from page to page, however fast the machine is.
    """

    def __init__(self, clock: time_machine.Traveller, coordinator: Client, admin: Client) -> None:
        self.clock = clock
        self.staff = {"coordinator": coordinator, "admin": admin, "stranger": Client()}
        self.pages: dict[str, tuple[int, int, str]] = {}

    def see(self, title: str, url: str, data: Mapping[str, Any] | None = None, *, who: str = "coordinator") -> str:
        self.clock.shift(1)
        client = self.staff[who]
        with CaptureQueriesContext(connection) as queries:
            response = client.get(url) if data is None else client.post(url, data)
        text = _without_secrets(response.content.decode() + response.headers.get("Location", ""))
        self.pages[f"{title}, {who}"] = (response.status_code, len(queries), text)
        return str(response.headers.get("Location", ""))

    def play(self, program: Program) -> None:
        mentors, mentees = (SimpleUploadedFile("a.csv", text.encode()) for text in (MENTORS, MENTEES))
        preview = self.see("upload", reverse("intake:import"), {"mentors": mentors, "mentees": mentees})
        self.see("preview", preview)
        self.see("confirm", preview + "confirm/", {})
        self._look(program)
        for number, email in enumerate((*KNOWN, KNOWN[2])):
            self._invite(str(number), email, "mentor", who="coordinator")
        self._invite("staff", KNOWN[2], "supervisor", who="admin")
        self.see("everybody", reverse("people:invite_everybody"))
        self.see("everybody, done", reverse("people:invite_everybody"), {})
        self._look_at_links(program)

    def _invite(self, title: str, email: str, role: str, *, who: str) -> None:
        said = {"email": email, "first_name": "Given", "role": role, "language": "en", "submission_key": str(uuid4())}
        self.see(f"invite {title}", reverse("people:invitations"), said, who=who)

    def _look(self, program: Program) -> None:
        for who in ("coordinator", "admin"):
            for query in ("", "?q=vera", "?q=Secretname", "?status=not_joined", "?role=mentor&ready=not_ready"):
                self.see(f"people {query}", reverse("intake:people") + query, who=who)
            for person in program.memberships.filter(user__email__in=KNOWN).order_by("role"):
                self.see(f"person {person.role}", reverse("intake:person", args=[person.pk]), who=who)
            self.see("home", reverse("home"), who=who)
            self.see("undelivered", reverse("notifications:undelivered"), who=who)
        for person in program.memberships.filter(user__email__in=KNOWN).order_by("role"):
            self.see(f"edit {person.role}", reverse("intake:person_edit", args=[person.pk]))
            self.see(f"export {person.role}", reverse("intake:export", args=[f"{person.role}s"]))
        mentors = SimpleUploadedFile("a.csv", MENTORS.encode())
        self.see("again", self.see("upload again", reverse("intake:import"), {"mentors": mentors}))

    def _look_at_links(self, program: Program) -> None:
        for invitation in program.invitations.order_by("created_at", "email", "role"):
            about = f"{invitation.email} {invitation.role}"
            for who in ("stranger", "coordinator", "admin"):
                self.see(f"link {about}", reverse("people:join", args=[invitation.token]), who=who)
                self.see(f"link posted {about}", reverse("people:join", args=[invitation.token]), {}, who=who)
                self.see(f"link then {about}", reverse("people:join", args=[invitation.token]), who=who)
            drain(timezone.now())
            self.see(f"again {about}", reverse("people:invitation_send_again", args=[invitation.pk]), {})
        for who in ("coordinator", "admin"):
            self.see("invitations", reverse("people:invitations"), who=who)
            self.see("home, then", reverse("home"), who=who)


@pytest.mark.parametrize("world", [known_in_another_program, known_in_no_program, pending_in_another_program])
def test_everything_staff_see_is_the_same_whether_the_address_has_an_account_or_not(
    alice: Membership, ada: Membership, now: datetime, sign_in: SignIn, world: World
) -> None:
    told = []
    for begin in (nobody_known, world):
        with time_machine.travel(now, tick=False) as clock, transaction.atomic():
            begin(factories.make_program("south"))
            story = Story(clock, sign_in(alice), sign_in(ada))
            mail.outbox.clear()
            story.play(alice.program)
            drain(timezone.now())
            mails = [_without_secrets(f"{one.to} {one.subject} {one.body}") for one in mail.outbox]
            told.append((story.pages, sorted(mails)))
            transaction.set_rollback(True)

    (first, first_mails), (second, second_mails) = told
    assert len(first) > 50
    for title, page in first.items():
        assert second[title] == page, title
    assert second_mails == first_mails


def imported(alice: Membership, now: datetime) -> Membership:
    """Lou, as North's coordinator brought him in."""
    import_people(program=alice.program, files=[read_people(Role.MENTEE, MENTEES.encode())], by=alice, now=now)
    return Membership.objects.get(program=alice.program, user__email="lou@example.org")


def invited(alice: Membership, now: datetime) -> Invitation:
    return invite(
        program=alice.program,
        email="lou@example.org",
        first_name="",
        role=Role.MENTEE,
        by=alice,
        now=now,
        submission_key=uuid4(),
    )


def test_person_who_accepts_with_an_account_is_one_person_from_then_on(
    alice: Membership, south: Program, now: datetime, sign_in: SignIn
) -> None:
    account = factories.make_member(south, Role.MENTEE, "lou@example.org", **OWN).user
    pending = imported(alice, now)
    before = pending.user_id
    enqueue("relationships.proposed", subject_id=uuid4(), recipient=pending.user, program=alice.program, now=now)
    sign_in(alice).get(reverse("intake:person", args=[pending.pk]))

    joined = joining.join_known(invitation=invited(alice, now), user=account, now=now)

    assert (joined.pk, joined.user, joined.user.full_name) == (pending.pk, account, "Private Secretname")
    assert not User.everybody.filter(pk=before).exists()
    assert {row.recipient_id for row in (Message.objects.get(recipient__isnull=False), Notice.objects.get())} == {account.pk}
    assert Consent.objects.get(program_id=alice.program_id).person_id == account.pk
    assert (EarlierId.objects.get().pk, account.known_ids()) == (before, [account.pk, before])
    assert AuditEntry.objects.filter(person_id=before).count() >= 2


def test_person_who_accepted_reads_who_opened_their_data_before(
    alice: Membership, south: Program, now: datetime, sign_in: SignIn
) -> None:
    account = factories.make_member(south, Role.MENTEE, "lou@example.org").user
    pending = imported(alice, now)
    sign_in(alice).get(reverse("intake:person", args=[pending.pk]))

    joined = joining.join_known(invitation=invited(alice, now), user=account, now=now)

    page = sign_in(joined).get(reverse("privacy:access_log"))
    assert [line.sentence for line in page.context["lines"]] == [
        "Alice (Coordinator) opened your place in the program.",
        "Alice (Coordinator) read your place in the program in from a file.",
    ]


def test_program_that_a_person_did_not_accept_stays_out_of_their_account(
    alice: Membership, south: Program, now: datetime, sign_in: SignIn
) -> None:
    there = factories.make_member(south, Role.MENTEE, "lou@example.org")
    imported(alice, now)
    link = link_of(invited(alice, now))

    client = sign_in(there)
    assert client.get(reverse("home")).context["request"].memberships == [there]
    assert "Accept" in client.get(link).content.decode()
    assert there.user.memberships.count() == 1


def test_pending_person_cannot_sign_in_or_reset_a_password(alice: Membership, now: datetime) -> None:
    imported(alice, now)
    client = Client()

    client.post(reverse("account_reset_password"), {"email": "lou@example.org"})

    assert [one for one in mail.outbox if "password/reset/key" in one.body] == []
    assert not User.objects.filter(email="lou@example.org").exists()


def test_account_that_belongs_to_the_program_already_is_not_mixed_with_somebody_pending(
    alice: Membership, mona: Membership, now: datetime
) -> None:
    """Mona took the address after a mentee had been brought in under it: as two people they may be a pair."""
    pending = imported(alice, now)
    User.objects.filter(pk=mona.user_id).update(email="lou@example.org")
    mona.user.refresh_from_db()

    joined = joining.join_known(invitation=invited(alice, now), user=mona.user, now=now)

    assert (joined.role, joined.pk != pending.pk) == (Role.MENTEE, True)
    pending.refresh_from_db()
    assert not pending.user.has_joined
