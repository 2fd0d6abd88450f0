"""The demo program could have happened: what the services would refuse is not in it, and what it promises is."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from accounts.enums import Role
from accounts.middleware import SESSION_KEY
from accounts.models import Membership, Program, User
from checkins.models import CheckIn, SupportRequest
from conftest import SignIn
from core.models import BrokenRow
from core.scans import all_scans
from demo import people, story
from demo.program import SLUG, Stage, create_demo_data
from demo.tests.browser.addresses import pages_of, public_pages
from intake.notices import CONSENT_TAKEN_BACK
from notifications.models import Delivery, Message, Notice
from notifications.services import enqueue
from people.fields import fields_of
from people.models import PROFILE_OF
from relationships.enums import HOLDS_PLACE, RUNNING, Outcome, State
from relationships.lifecycle import MOVES
from relationships.models import MentoringSession, Relationship, SupervisorRequest, Transition
from supervision.models import Flag, FlagEvent

NOW = datetime(2026, 3, 9, 12, 30, tzinfo=UTC)
"""A Monday at half past eight in New York, the day after the clocks went forward."""


pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("the demo program is loaded once")]


@pytest.fixture
def _django_db_helper() -> None:
    """Takes the place of pytest-django's: `full` undoes what a test changed."""


@pytest.fixture(scope="module")
def _full(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), override_settings(DEMO_MODE=True), transaction.atomic():
        create_demo_data(stage=Stage.FULL, now=NOW)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def full(_full: None) -> Iterator[Program]:
    """Half a year, loaded once for this module; what a test changes is undone after it."""
    with transaction.atomic():
        yield Program.objects.get(slug=SLUG)
        transaction.set_rollback(True)


def mentee(place: int) -> Membership:
    return Membership.objects.get(role=Role.MENTEE, user__first_name=people.MENTEES[place].first_name)


def pair_of(place: int) -> Relationship:
    return Relationship.objects.ongoing().get(mentee=mentee(place))


# The stages ----------------------------------------------------------------------------------------------------------


def test_full_people_are_as_many_as_promised(full: Program) -> None:
    roles = Counter(Membership.objects.filter(program=full).values_list("role", flat=True))
    ready = [m.mentor_profile for m in Membership.objects.filter(role=Role.MENTOR)]

    assert roles == {"mentee": 48, "mentor": 16, "coordinator": 3, "supervisor": 3, "admin": 1}
    assert sum(profile.training.agreement_signed_on is None for profile in ready) == 2


def test_full_pairs_stand_where_promised(full: Program) -> None:
    running = Relationship.objects.running()

    assert Counter(Relationship.objects.values_list("state", flat=True)) == {
        State.ACTIVE: 25,
        State.ACCEPTED: 1,
        State.PAUSED: 2,
        State.CLOSING: 2,
        State.CLOSED: 10,
        State.PROPOSED: 2,
        State.DECLINED: 1,
        State.EXPIRED: 1,
    }
    assert running.filter(started_at__gt=NOW - timedelta(days=30)).count() == 8
    assert running.values("mentor").union(Relationship.objects.ongoing().values("mentor")).count() == 13


def test_full_every_answer_of_a_profile_is_given_by_somebody(full: Program) -> None:
    asked_of = [(model, asked.name) for model in PROFILE_OF.values() for asked in fields_of(model)]
    profiles = {model: list(model._default_manager.all()) for model in PROFILE_OF.values()}

    given = {name for model, name in asked_of if any(getattr(profile, name) for profile in profiles[model])}

    assert given == {name for _model, name in asked_of}


def test_full_six_wait_and_three_are_in_intake(full: Program) -> None:
    paired = Relationship.objects.ongoing().values("mentee")
    alone = Membership.objects.filter(role=Role.MENTEE).exclude(pk__in=paired)
    former = Relationship.objects.filter(state=State.CLOSED).values("mentee")

    assert alone.filter(mentee_profile__waiting_since__isnull=False).count() == 6
    assert alone.filter(mentee_profile__waiting_since=None).exclude(pk__in=former).count() == 3
    assert alone.filter(pk__in=former).count() == 9


# It could have happened ----------------------------------------------------------------------------------------------


def test_full_transitions_are_allowed_ones_in_order_of_time(full: Program) -> None:
    allowed = {(source, move.target) for move in MOVES for source in move.sources} | {("", State.PROPOSED)}
    chains: dict[object, list[Transition]] = {}
    for step in Transition.objects.order_by("at"):
        chains.setdefault(step.relationship_id, []).append(step)

    assert {(step.from_state, step.to_state) for chain in chains.values() for step in chain} <= allowed
    assert all(before.to_state == after.from_state for chain in chains.values() for before, after in pairwise(chain))
    assert {key: chain[-1].to_state for key, chain in chains.items()} == dict(Relationship.objects.values_list("pk", "state"))
    assert max(step.at for chain in chains.values() for step in chain) <= NOW


def test_full_no_mentor_ever_had_more_than_three(full: Program) -> None:
    """Walks each mentor's transitions in time and counts the places taken."""
    taken: Counter[object] = Counter()
    most: Counter[object] = Counter()
    for step in Transition.objects.select_related("relationship").order_by("at"):
        mentor = step.relationship.mentor_id
        taken[mentor] += (step.to_state in HOLDS_PLACE) - (step.from_state in HOLDS_PLACE)
        most[mentor] = max(most[mentor], taken[mentor])

    assert max(most.values()) == 3


def test_full_every_mentee_has_one_open_pair_at_most(full: Program) -> None:
    holding = Counter(Relationship.objects.holding_a_place().values_list("mentee", flat=True))

    assert (len(holding), max(holding.values())) == (32, 1)


def test_full_everything_lies_in_the_past(full: Program) -> None:
    assert not MentoringSession.objects.filter(logged_at__gt=NOW).exists()
    assert not CheckIn.objects.filter(submitted_at__gt=NOW).exists()
    assert not Delivery.objects.filter(sent_at__gt=NOW).exists()


# What it promises ----------------------------------------------------------------------------------------------------


def test_full_open_flags_are_three_gaps_and_one_wish_for_support(full: Program) -> None:
    opened = Flag.objects.open()
    first_supervisor = Membership.objects.get(user__email="supervisor@example.org")

    assert sorted((flag.kind, flag.step) for flag in opened) == [
        ("session_gap", 1),
        ("session_gap", 2),
        ("session_gap", 3),
        ("support", 1),
    ]
    assert Flag.objects.visible_to(first_supervisor).open().count() == 4


def test_full_call_for_support_and_worry_are_heard_within_seconds(full: Program) -> None:
    """As on a site that runs, so that every page says the same time of it."""
    asked = {one.pk: one.asked_at for one in [*SupportRequest.objects.all(), *SupervisorRequest.objects.all()]}
    heard = dict(FlagEvent.objects.exclude(source_id=None).values_list("source_id", "at"))

    assert (len(asked), set(heard)) == (2, set(asked))
    assert {heard[pk] - at for pk, at in asked.items()} == {timedelta(seconds=10)}


def test_full_one_worry_of_a_mentor_was_resolved_by_the_supervisor(full: Program) -> None:
    flag = Flag.objects.get(kind="worry")

    assert flag.closed_at is not None
    assert flag.closed_by == Membership.objects.get(user__email="supervisor@example.org")
    assert flag.what_was_done.startswith("Rang both")


def test_full_tick_right_after_opens_nothing_more(full: Program) -> None:
    open_before = set(Flag.objects.open().values_list("pk", "step"))
    sent_before = Delivery.objects.filter(sent_at__isnull=False).count()

    for scan in all_scans():
        scan.run(NOW + timedelta(minutes=1))

    assert set(Flag.objects.open().values_list("pk", "step")) == open_before
    assert Delivery.objects.filter(sent_at__isnull=False).count() - sent_before <= 10


def test_full_adherence_is_sixty_twenty_five_fifteen(full: Program) -> None:
    """Of the pairs that run for two months or more, the share of weekly sessions held falls in the planned band."""
    today = NOW.astimezone(ZoneInfo(full.timezone)).date()
    for place in range(len(people.SETTLED)):
        pair = pair_of(place)
        assert pair.started_at is not None
        assert pair.last_session_on is not None
        weeks = (pair.last_session_on - pair.started_at.date()).days // 7 + 1
        low, high = story.adherence_of(place).value
        assert low <= pair.sessions.held().count() / weeks <= high, (place, weeks)
        assert (today - pair.last_session_on).days == story.GAPS.get(place, (today - pair.last_session_on).days)

    plan = Counter(story.adherence_of(place) for place in range(26))
    assert [plan[band] for band in story.Adherence] == [16, 6, 4]


@pytest.mark.parametrize("place", sorted(story.RETURNED_TO_DRINKING))
def test_full_return_to_drinking_leaves_the_pair_steady(full: Program, place: int) -> None:
    pair = pair_of(place)

    assert CheckIn.objects.filter(mentee=mentee(place), drinking="yes").count() == 1
    assert story.adherence_of(place) == story.Adherence.HIGH
    assert not Flag.objects.open().filter(relationship=pair).exists()


def test_full_mentee_sign_in_has_mentor_history_and_a_checkin_due(full: Program) -> None:
    jonah = Membership.objects.get(user__email="mentee@example.org")
    due_at = jonah.checkin_schedule.due_at

    assert pair_of(0).mentor.user.email == "mentor@example.org"
    assert due_at is not None
    assert due_at < NOW
    assert pair_of(0).sessions.filter(outcome=Outcome.MET).count() > 5


def test_full_mentor_sign_in_has_two_mentees_a_shared_checkin_and_a_proposal(full: Program) -> None:
    teresa = Membership.objects.get(user__email="mentor@example.org")

    assert Relationship.objects.visible_to(teresa).filter(state__in=RUNNING).count() == 2
    assert Relationship.objects.visible_to(teresa).proposed().filter(mentor_accepted_at=None).count() == 1
    assert CheckIn.objects.visible_to(teresa, NOW).filter(submitted_at__gt=NOW - timedelta(days=2)).count() == 1


# Reading -------------------------------------------------------------------------------------------------------------
WRITTEN_BY_READING = {
    "core.trycount",
    "privacy.auditentry",
    "privacy.unsealedentry",
    "sessions.session",
    "usersessions.usersession",
}
"""Who opened what, when each session was last seen, how many links a network guessed: these are there to be written."""


def rows() -> dict[str, list[tuple[object, ...]]]:
    """Everything in every table, but for what reading writes."""
    return {
        model._meta.label_lower: list(model._base_manager.order_by("pk").values_list())
        for model in apps.get_models()
        if model._meta.label_lower not in WRITTEN_BY_READING
    }


def addresses_of(member: Membership) -> list[str]:
    """Every page, and what the links in messages lead to."""
    notices = [reverse("notifications:open", args=[notice.pk]) for notice in Notice.objects.visible_to(member)]
    is_staff = member.role in (Role.COORDINATOR, Role.SUPERVISOR)
    events = FlagEvent.objects.filter(flag__in=Flag.objects.visible_to(member)) if is_staff else []
    leads = [reverse("supervision:event", args=[event.pk]) for event in events]
    files = (
        [reverse("intake:export", args=[kind]) for kind in ("mentors", "mentees")] if member.role == Role.COORDINATOR else []
    )
    return [*pages_of(member), *notices, *leads, *files]


@pytest.mark.parametrize("role", [*Role, None])
def test_reading_every_page_changes_nothing(role: Role | None, full: Program, sign_in: SignIn) -> None:
    """So a machine that opens the links of a mail, or fetches pages ahead of time, leaves everything as it is."""
    if role is None:
        client, addresses = Client(), list(public_pages())
    else:
        member = Membership.objects.get(user__email=f"{role}@example.org", program=full)
        client, addresses = sign_in(member), addresses_of(member)
    before = rows()

    for address in addresses:
        client.get(address)
        client.get(address, headers={"HX-Request": "true"})

    after = rows()
    assert {table for table in before if before[table] != after[table]} == set()
    assert len(addresses) > 10


def test_reading_every_page_leaves_a_person_in_the_role_they_act_in(full: Program, sign_in: SignIn) -> None:
    mine = {one.role: one for one in Membership.objects.filter(user__email="both@example.org", program=full)}
    acting = mine[Role.SUPERVISOR]
    enqueue(CONSENT_TAKEN_BACK, subject_id=mentee(0).pk, recipient=acting.user, program=full, now=NOW)
    client, addresses = sign_in(acting), {address for one in mine.values() for address in addresses_of(one)}

    asked = [address for address in addresses if "accounts/act_as.html" in {one.name for one in client.get(address).templates}]

    of_coordinators = Notice.objects.get(message__kind=CONSENT_TAKEN_BACK, recipient=acting.user)
    assert asked == [reverse("notifications:open", args=[of_coordinators.pk])]
    assert client.session[SESSION_KEY] == str(acting.pk)


# Time zones ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def unknown_zones(full: Program) -> None:
    """A zone may be renamed by an update of the machine; the rows keep the old name."""
    User.objects.update(timezone="Old/Name")
    Program.objects.update(timezone="Old/Name")


@pytest.mark.usefixtures("unknown_zones")
@pytest.mark.parametrize("role", Role)
def test_zones_that_this_machine_does_not_know_break_no_page(role: Role, full: Program, sign_in: SignIn) -> None:
    member = Membership.objects.get(user__email=f"{role}@example.org", program=full)
    client = sign_in(member)

    answers = {address: client.get(address).status_code for address in pages_of(member)}

    assert len(answers) > 10
    assert {address: status for address, status in answers.items() if status not in (200, 302)} == {}


@pytest.mark.usefixtures("unknown_zones")
def test_zones_that_this_machine_does_not_know_break_no_scan() -> None:
    for days in (1, 8, 30):
        for scan in all_scans():
            scan.run(NOW + timedelta(days=days))

    assert not BrokenRow.objects.exists()
    assert Message.objects.filter(kind="checkins.reminder", created_at__gt=NOW).count() > 30
    assert Message.objects.filter(kind="supervision.gap_mentor", created_at__gt=NOW).count() > 10


# Loading -------------------------------------------------------------------------------------------------------------


def test_full_second_load_changes_nothing(full: Program) -> None:
    before = (Membership.objects.count(), Relationship.objects.count(), Message.objects.count())

    loaded = create_demo_data(stage=Stage.WAITING, now=NOW)

    assert (loaded.program, loaded.is_new) == (full, False)
    assert (Membership.objects.count(), Relationship.objects.count(), Message.objects.count()) == before
