"""Rows from before worries had flags of their own: a call for support and a mentor's worry stand on one flag.

Whoever may not know of the worry reads the same pages as if there had been the call alone.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from difflib import unified_diff
from uuid import uuid4

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership, Program
from checkins.services import submit_checkin
from conftest import NOON, SignIn
from demo import factories
from demo.tests.test_told_in_confidence import lines_of, plain
from notifications.models import Message
from relationships.models import Relationship, SupervisorRequest
from supervision.models import Flag, FlagEvent, FlagNotified
from supervision.services import resolve_flag
from supervision.tests.conftest import START

WORRY_AT, CALL_AT, WAITED_AT = START, START + timedelta(hours=2), START + timedelta(hours=4)
WORDS = "He did not open the door."


@pytest.fixture
def sue(north: Program) -> Membership:
    """A supervisor who is in charge of nobody here, and sees a call that nobody answered."""
    return factories.make_member(north, Role.SUPERVISOR, "sue@example.org")


def tell(event: FlagEvent, *people: Membership) -> None:
    for member in people:
        FlagNotified.objects.create(event=event, member=member, role=member.role, at=event.at, message_id=uuid4())


def old_flag(pair: Relationship, told: list[Membership], *, worry: str) -> Flag:
    """A flag of Ben's call, as it was written then. The `worry` came "last", "first", "long" before, or not at all."""
    checkin = submit_checkin(mentee=pair.mentee, now=CALL_AT, submission_key=uuid4(), support="now", shared_with=pair)
    call = checkin.support_request
    call.taken_up_at = CALL_AT
    call.save()
    opened = WORRY_AT if worry in ("first", "long") else CALL_AT
    flag = Flag.objects.create(
        program=pair.program, relationship=pair, about=pair.mentee, kind="safety", step=2, opened_at=opened, raised_at=WAITED_AT
    )
    lines = [("asked_now", CALL_AT, call.pk), ("unanswered", WAITED_AT, None)]
    if worry:
        asked = SupervisorRequest.objects.create(
            relationship=pair, kind="worry", words=WORDS, asked_at=WORRY_AT, taken_up_at=WORRY_AT, submission_key=uuid4()
        )
        at = WAITED_AT + timedelta(hours=1) if worry == "last" else WORRY_AT
        waited = [("unanswered", WORRY_AT + timedelta(hours=1), None)] if worry == "long" else []
        lines = sorted([*lines, *waited, ("mentor_worried", at, asked.pk)], key=lambda line: line[1])
    for number, (reason, at, source) in enumerate(lines):
        change = "raised" if number else "opened"
        event = FlagEvent.objects.create(flag=flag, change=change, step=flag.step, at=at, reason=reason, source_id=source)
        tell(event, *(told if reason != "unanswered" else told[:1]))
    return flag


Read = Callable[[str, Membership], list[tuple[str, int, str]]]


@pytest.fixture
def read(
    *, pair: Relationship, alice: Membership, sam: Membership, sue: Membership, ben: Membership, sign_in: SignIn
) -> Iterator[Read]:
    def pages(worry: str, member: Membership) -> list[tuple[str, int, str]]:
        found = []
        with time_machine.travel(NOON, tick=False), transaction.atomic():
            flag = old_flag(pair, [sam, alice], worry=worry)
            addresses = [
                "/",
                "/flags/",
                "/flags/?show=closed",
                pair.get_absolute_url(),
                flag.get_absolute_url(),
                *map(reverse, ("relationships:list", "privacy:access_log", "checkins:done", "checkins:history")),
            ]
            for state in ("open", "closed"):
                if state == "closed":
                    Flag.objects.update(closed_at=WAITED_AT + timedelta(days=1), closed_by=sam)
                client = sign_in(member)
                for address in addresses:
                    page = client.get(address)
                    found.append((f"{state} {plain(address)}", page.status_code, plain(page.content.decode())))
            transaction.set_rollback(True)
        return found

    yield pages
    assert not Flag.objects.exists()


@pytest.mark.parametrize(("name", "opens"), [("alice", 7), ("sue", 6), ("ben", 5)])
def test_old_worry_on_the_flag_of_a_call_shows_to_nobody_else(
    *, name: str, opens: int, read: Read, request: pytest.FixtureRequest
) -> None:
    member = request.getfixturevalue(name)

    without = read("", member)

    assert [page[1] for page in without].count(200) == 2 * opens
    for worry in ("first", "long", "last"):
        told = read(worry, member)
        assert "\n".join(unified_diff(lines_of(without), lines_of(told), worry, n=0, lineterm="")) == ""


@pytest.mark.parametrize("worry", ["first", "long", "last"])
def test_old_worry_on_the_flag_of_a_call_is_read_by_the_supervisor_in_charge_and_leaves_a_record_with_the_mentor(
    *, worry: str, pair: Relationship, sam: Membership, mona: Membership, alice: Membership, sign_in: SignIn
) -> None:
    flag = old_flag(pair, [sam, alice], worry=worry)

    page = " ".join(sign_in(sam).get(flag.get_absolute_url()).content.decode().split())

    assert WORDS in page
    assert len(re.findall(r"The mentor is worried about someone.{1,6}s safety\.", page)) == 2
    record = sign_in(mona).get(reverse("privacy:access_log")).content.decode()
    assert "Sam (Supervisor) opened what you told your supervisor." in record


def test_mentee_is_not_told_of_staff_who_heard_of_an_old_worry_alone(
    *, pair: Relationship, sam: Membership, sue: Membership, ben: Membership, sign_in: SignIn
) -> None:
    flag = old_flag(pair, [sam], worry="last")
    tell(flag.events.get(reason="mentor_worried"), sue)

    page = sign_in(ben).get("/check-in/done/").content.decode()

    assert "Sam (Supervisor)" in page
    assert "Sue" not in page


def test_mentor_does_not_read_that_who_closed_the_call_had_looked_at_an_old_worry(
    pair: Relationship, sam: Membership, alice: Membership, mona: Membership, sign_in: SignIn
) -> None:
    flag = old_flag(pair, [sam, alice], worry="first")
    resolve_flag(flag=flag, what_was_done="I called.", by=alice, now=WAITED_AT + timedelta(days=1))

    page = sign_in(mona).get(reverse("relationships:tell_supervisor", args=[pair.pk])).content.decode()

    assert WORDS in page
    assert "has looked at it" not in page


def test_notice_of_an_old_worry_leads_staff_to_the_flag_and_shows_nothing_of_it(
    *, pair: Relationship, sam: Membership, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    flag = old_flag(pair, [sam, alice], worry="last")

    page = sign_in(alice).get(reverse("supervision:event", args=[flag.events.get(reason="mentor_worried").pk]), follow=True)

    assert page.redirect_chain == [(flag.get_absolute_url(), 302)]
    assert "worried" not in page.content.decode()
    assert not Message.objects.filter(kind__startswith="supervision.").exists()
