"""Each kind of message, after what it was about has ended or is gone: its link leads to a page that says something true."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership, Program
from checkins.enums import SUPPORT_KINDS
from checkins.models import SupportRequest
from conftest import SignIn
from core.models import BrokenRow
from demo import factories
from notifications.isolation import ROW_BROKE
from notifications.kinds import all_kinds
from notifications.models import Notice
from notifications.services import enqueue
from people.models import MentorProfile
from privacy.consents import give_consent, revoke_consent
from relationships import services
from relationships.enums import CloseReason, State
from relationships.models import Relationship
from supervision.kinds import FlagChange, FlagKind
from supervision.models import Flag, FlagEvent
from supervision.notices import CALL_CLOSED, CONFIDED_BROKE, CONFIDED_CLOSED

GONE = "This message is no longer open"
KINDS = [kind.name for kind in all_kinds() if kind.letters is None and not kind.name.startswith("test.")]
READERS: Mapping[str, tuple[str, ...]] = {
    "relationships.proposed": ("ben", "mona"),
    "relationships.started": ("ben", "mona"),
    "relationships.not_going_ahead": ("ben", "mona"),
    "relationships.contact_held": ("ben", "mona"),
    "relationships.contact_open": ("ben", "mona"),
    "relationships.cadence": ("ben", "mona"),
    "relationships.paused": ("ben", "mona"),
    "relationships.resumed": ("ben", "mona"),
    "relationships.closing": ("ben", "mona"),
    "relationships.closed": ("ben", "mona"),
    "supervision.gap_mentor": ("mona",),
    CALL_CLOSED: ("mona",),
    CONFIDED_CLOSED: ("mona",),
    CONFIDED_BROKE: ("sam",),
    "supervision.nobody_in_charge": ("ada",),
    "supervision.unanswered": ("ada",),
    "supervision.worry": ("sam",),
    "supervision.worry_waits": ("sam",),
    "supervision.mentor_asks": ("sam",),
    ROW_BROKE: ("alice", "ada"),
    **dict.fromkeys(SUPPORT_KINDS.values(), ("mona",)),
}
"""Who is told; the other kinds of pairs are for coordinators, of flags for staff, of check-ins for the mentee."""


def readers_of(kind: str) -> tuple[str, ...]:
    for_all_of_a_room = {
        "relationships": ("alice",),
        "supervision": ("sam", "alice"),
        "checkins": ("ben",),
        "intake": ("alice",),
    }
    return READERS.get(kind) or for_all_of_a_room[kind.partition(".")[0]]


@pytest.fixture
def subjects(alice: Membership, mona: Membership, ben: Membership, north: Program, now: datetime) -> Mapping[str, UUID]:
    """What messages were about, by room; all of it has ended since, and Mona has another supervisor."""
    pair = services.propose(mentor=mona, mentee=ben, by=alice, now=now)
    for member in (mona, ben):
        services.accept(relationship=pair, by=member, now=now)
    asked = SupportRequest.objects.create(mentee=ben, urgency="now", asked_at=now, shared_with=pair)
    flag = Flag.objects.create(
        program=north, relationship=pair, about=ben, kind=FlagKind.SESSION_GAP, opened_at=now, raised_at=now, closed_at=now
    )
    event = FlagEvent.objects.create(flag=flag, change=FlagChange.OPENED, step=1, at=now)
    broken = BrokenRow.objects.create(
        scan="a.scan", row_id=pair.pk, program_id=north.pk, person_id=ben.pk, error="E", since=now, mended_at=now
    )
    for to, reason in ((State.CLOSING, ""), (State.CLOSED, CloseReason.COMPLETED)):
        services.change_state(relationship=pair, to=to, by=alice, now=now, reason=reason)
    other = factories.make_member(north, Role.SUPERVISOR, "sue@example.org")
    MentorProfile.objects.filter(membership=mona).update(supervisor=other)
    return {
        "relationships": pair.pk,
        "supervision": event.pk,
        "checkins": asked.pk,
        "intake": ben.pk,
        "notifications": broken.pk,
    }


@pytest.mark.parametrize("is_gone", [False, True], ids=["ended", "gone"])
def test_link_of_every_kind_leads_to_a_page_or_a_sentence_when_it_is_over(
    *, is_gone: bool, subjects: Mapping[str, UUID], north: Program, now: datetime, sign_in: SignIn,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    readers = {name: request.getfixturevalue(name) for kind in KINDS for name in readers_of(kind)}
    clients = {name: sign_in(reader) for name, reader in readers.items()}
    astray = []
    for kind, name in ((each, reader) for each in KINDS for reader in readers_of(each)):
        subject = uuid4() if is_gone else subjects[kind.partition(".")[0]]
        enqueue(kind, subject_id=subject, recipient=readers[name].user, program=north, now=now)
        about = {"message__kind": kind, "message__subject_id": subject, "message__over_at": None}
        link = reverse("notifications:open", args=[Notice.objects.get(recipient=readers[name].user, **about).pk])
        for answer in (clients[name].get(link, follow=True), clients[name].post(link, follow=True)):
            if answer.status_code != 200 and GONE not in answer.content.decode():
                astray.append((kind, name, answer.status_code))

    assert astray == []


def test_link_of_a_message_of_somebody_else_says_no_more_than_of_one_that_never_was(
    ben: Membership, mona: Membership, north: Program, now: datetime, sign_in: SignIn
) -> None:
    enqueue("checkins.reminder", subject_id=uuid4(), recipient=ben.user, program=north, now=now)
    client = sign_in(mona)
    pages = [
        client.get(reverse("notifications:open", args=[pk])) for pk in (Notice.objects.get(recipient=ben.user).pk, uuid4())
    ]

    assert [(page.status_code, GONE in page.content.decode()) for page in pages] == [(404, True)] * 2


def test_hold_that_was_settled_keeps_its_notice_which_says_so(
    *, subjects: Mapping[str, UUID], alice: Membership, mona: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    Relationship.objects.update(state=State.ACTIVE)
    revoke_consent(person=ben, by=alice, now=now)
    notice = Notice.objects.get(message__kind="relationships.on_hold")
    give_consent(person=ben, by=alice, now=now, on=ben.program.today(now))
    client = sign_in(alice)

    arrived = client.get(reverse("notifications:open", args=[notice.pk]), follow=True)

    assert arrived.status_code == 200
    listed = client.get(reverse("notifications:notices")).content.decode()
    assert "is on hold. Please decide how it goes on." in listed
    assert "No longer open. Nothing is left to do here." in listed
