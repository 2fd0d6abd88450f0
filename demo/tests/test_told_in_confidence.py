"""What a mentor tells their supervisor alone leaves no trace in anything that anybody else can open.

Two programs are played alike, hour by hour, but that in one of them the mentor told the supervisor something, who looked at
it and closed it. Every page, file, notice and mail of everybody else is then compared, word by word.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from difflib import unified_diff
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership
from checkins.services import submit_checkin
from conftest import NOON, SignIn
from core.scans import all_scans, run_scan
from demo import factories
from demo.tests.browser.addresses import pages_of
from notifications.models import Notice
from privacy.models import AuditEntry
from relationships import services
from relationships.models import Relationship
from supervision.models import Flag

Page = tuple[str, int, str]
OUTSIDERS = ("ben", "bea", "alice", "ada", "max", "sue", "bo")
"""The two mentees it may be about, staff who are not that mentor's supervisor, and another pair."""

BY_CHANCE = "/account/2fa/"
"""Pages that draw a new secret each time they are opened."""


@dataclass
class World:
    """One program and its people by first name; each lives through the same hours."""

    clock: time_machine.Traveller
    sign_in: SignIn
    people: dict[str, Membership] = field(default_factory=dict)
    pairs: dict[str, Relationship] = field(default_factory=dict)

    def later(self, **passed: float) -> datetime:
        self.clock.shift(timedelta(**passed))
        return timezone.now()

    def client(self, name: str) -> Client:
        return self.sign_in(self.people[name])

    def scan(self) -> None:
        now = self.later(minutes=1)
        for one in all_scans():
            run_scan(one.name, now)

    def begin(self) -> None:
        """Mona mentors Ben and Bea, and is Sam's; Max mentors Bo, and is Sue's. Nora waits."""
        program = factories.make_program("north")
        staff = {"alice": Role.COORDINATOR, "ada": Role.ADMIN, "sam": Role.SUPERVISOR, "sue": Role.SUPERVISOR}
        for name, role in staff.items():
            self.people[name] = factories.make_member(program, role, f"{name}@example.org")
            self.later(seconds=1)
        for name, supervisor in (("mona", "sam"), ("max", "sue")):
            now = self.later(seconds=1)
            its = self.people[supervisor]
            self.people[name] = factories.make_mentor(program, f"{name}@example.org", now=now, supervisor=its)
        for name in ("ben", "bea", "bo", "nora"):
            self.people[name] = factories.make_mentee(program, f"{name}@example.org", now=self.later(seconds=1))
        for mentee, mentor in (("ben", "mona"), ("bea", "mona"), ("bo", "max")):
            two = self.people[mentor], self.people[mentee]
            pair = services.propose(mentor=two[0], mentee=two[1], by=self.people["alice"], now=self.later(seconds=1))
            for person in two:
                pair = services.accept(relationship=pair, by=person, now=self.later(seconds=1))
            self.pairs[mentee] = pair

    def log(self, mentee: str, **more: str) -> int:
        """Mona's session log, as her browser posts it."""
        mona, now = self.people["mona"], self.later(minutes=1)
        typed = {"submission_key": str(uuid4()), "outcome": "met", "held_on": mona.user.today(now).isoformat(), **more}
        address = reverse("relationships:log_session", args=[self.pairs[mentee].pk])
        return self.client("mona").post(address, typed).status_code

    def tell(self, mentee: str, **words: str) -> int:
        address = reverse("relationships:tell_supervisor", args=[self.pairs[mentee].pk])
        return self.client("mona").post(address, {"submission_key": str(uuid4()), **words}).status_code

    def look_and_close(self) -> None:
        """Sam follows the notices, reads each flag, looks the mentor's number up, and closes what is about Ben."""
        client = self.client("sam")
        for notice in Notice.objects.visible_to(self.people["sam"]):
            client.post(reverse("notifications:open", args=[notice.pk]), follow=True)
        client.get(reverse("supervision:flags"))
        for flag in Flag.objects.filter(kind__in=("worry", "mentor_asks")):
            client.get(flag.get_absolute_url())
            if flag.relationship == self.pairs["ben"]:
                client.post(flag.get_absolute_url(), {"what_was_done": "Talked with Mona."})
                client.get(flag.get_absolute_url())

    def read_that_it_was_looked_at(self) -> None:
        """Mona hears that Sam looked at it, and follows the notice."""
        client = self.client("mona")
        for notice in Notice.objects.visible_to(self.people["mona"]).unread():
            client.post(reverse("notifications:open", args=[notice.pk]), follow=True)
        client.get(reverse("relationships:tell_supervisor", args=[self.pairs["ben"].pk]))


def play(world: World, *, confides: bool) -> None:
    """A week. What happens only where Mona `confides` takes no time of its own."""
    world.begin()
    world.scan()
    world.later(days=5)
    now = timezone.now()
    submit_checkin(mentee=world.people["bo"], now=now, submission_key=uuid4(), support="today", shared_with=world.pairs["bo"])
    assert world.log("ben", **({"worry": "on", "talk": "on"} if confides else {})) == 302
    assert world.log("ben", **({"worry": "on"} if confides else {})) == 422
    if confides:
        assert world.tell("ben", words="He did not open the door.") == 302
        assert world.tell("bea") == 302
    world.scan()
    if confides:
        world.look_and_close()
    world.scan()
    if confides:
        world.read_that_it_was_looked_at()
    world.later(hours=25)
    world.scan()


def seen_by(world: World, name: str) -> list[Page]:
    """Every page, file and mail that this person can open, without what differs by chance: ids, keys and tokens."""
    me, client = world.people[name], world.client(name)
    addresses = [address for address in pages_of(me) if not address.startswith(BY_CHANCE)] + ["/readyz", "/healthz"]
    if me.role == Role.COORDINATOR:
        addresses += [reverse("intake:export", args=[kind]) for kind in ("mentors", "mentees")]
        addresses += [reverse("intake:person", args=[person.pk]) for person in world.people.values()]
        addresses += [f"{reverse('supervision:flags')}?show=closed"]
    addresses += [reverse("notifications:open", args=[one.pk]) for one in Notice.objects.visible_to(me)]
    seen: list[Page] = []
    for address in addresses:
        page = client.get(address)
        seen.append((plain(address), page.status_code, plain(page.content.decode() + page.get("Location", ""))))
    mails = [(f"mail: {one.subject}", 0, plain(str(one.body))) for one in mail.outbox if one.to == [me.user.email]]
    return sorted(seen + mails)


def lines_of(pages: list[Page]) -> list[str]:
    """One by one, so that a failure shows the very line. What was written down in one moment stands in any order."""
    lines = []
    for address, status, text in pages:
        found = [f"{address} {status}: {line.strip()}" for line in text.splitlines()]
        lines += sorted(found) if address == reverse("privacy:access_log") else found
    return lines


def plain(text: str) -> str:
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<id>", text)
    text = re.sub(r'(name="(?:typed_by|as_read)" value=")[0-9a-f]{24}', r"\1<mark>", text)  # both are made from ids
    return re.sub(r"\b[A-Za-z0-9]{64}\b", "<token>", text)


@pytest.fixture
def both(db: None, sign_in: SignIn) -> Callable[[Callable[[World], object]], list[object]]:
    """What `read(world)` gives where Mona kept to herself, and where she told her supervisor."""

    def played(read: Callable[[World], object]) -> list[object]:
        found = []
        for confides in (False, True):
            mail.outbox.clear()
            cache.clear()
            with time_machine.travel(NOON, tick=False) as clock, transaction.atomic():
                world = World(clock, sign_in)
                play(world, confides=confides)
                found.append(read(world))
                transaction.set_rollback(True)
        return found

    return played


Both = Callable[[Callable[[World], object]], list[object]]


def test_what_a_mentor_told_the_supervisor_shows_nowhere_else(both: Both) -> None:
    without, told = both(lambda world: {name: seen_by(world, name) for name in OUTSIDERS})

    assert isinstance(without, dict)
    assert isinstance(told, dict)
    for name in OUTSIDERS:
        assert len(without[name]) > 10
        assert list(unified_diff(lines_of(without[name]), lines_of(told[name]), n=0, lineterm="")) == []


def test_what_a_mentor_told_the_supervisor_reaches_the_supervisor_and_stands_in_the_mentors_record(both: Both) -> None:
    """The worlds above do differ: for the two whom it concerns."""

    def read(world: World) -> list[bool]:
        home = plain(world.client("sam").get(reverse("home")).content.decode())
        mona = world.client("mona")
        record = mona.get(reverse("privacy:access_log")).content.decode()
        told = mona.get(reverse("relationships:tell_supervisor", args=[world.pairs["ben"].pk])).content.decode()
        return [
            "A mentor is worried: Mona and Bea" in " ".join(home.split()),
            "Sam (Supervisor) opened what you told your supervisor." in record,
            "Sam has looked at it." in " ".join(told.split()),
            "What you sent has been looked at." in mona.get(reverse("notifications:notices")).content.decode(),
        ]

    assert both(read) == [[False] * 4, [True] * 4]


def test_nothing_is_written_down_about_the_mentee_when_the_mentor_confides(both: Both) -> None:
    """Also nothing that no page shows yet: the entries about Ben and Bea are the same, one by one."""

    def written(world: World) -> list[tuple[object, ...]]:
        about = [world.people[name].user_id for name in ("ben", "bea")]
        entries = AuditEntry.objects.filter(person_id__in=about).order_by("at", "reason", "object_type")
        return list(entries.values_list("at", "action", "actor_role", "object_type", "reason"))

    without, told = both(written)

    assert told == without
    assert without != []
