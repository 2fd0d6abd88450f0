"""The table of flag kinds, and what follows from it everywhere else."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.core.checks import run_checks

from accounts.enums import Role
from accounts.models import Membership, Program
from accounts.staff import Staff
from demo import factories
from notifications.kinds import all_kinds
from relationships.models import Relationship
from supervision.checks import problems_of
from supervision.escalation import FlagSpec
from supervision.kinds import FLAG_KINDS, FlagKind
from supervision.models import Flag

TABLE = {kind.value: spec for kind, spec in FLAG_KINDS.items()}
SAFETY, GAP = FLAG_KINDS[FlagKind.SAFETY], FLAG_KINDS[FlagKind.SESSION_GAP]


def test_flag_kinds_as_they_are_pass_the_check() -> None:
    assert [problem for problem in run_checks() if problem.id == "handrail.E007"] == []


@pytest.mark.parametrize(
    ("kinds", "specs", "message"),
    [
        ([*FlagKind.values, "fit"], TABLE, "The kind of flag 'fit' has no FlagSpec."),
        (FlagKind.values, {**TABLE, "fit": replace(GAP, rank=9)}, "The FlagSpec of 'fit' stands for no kind of flag."),
        (["a", "b"], {"a": GAP, "b": GAP}, "2 kinds of flags have the rank 5."),
    ],
    ids=["no_spec", "no_kind", "one_rank"],
)
def test_flag_kind_without_its_own_spec_is_reported(kinds: list[str], specs: dict[str, FlagSpec], message: str) -> None:
    found = problems_of(kinds, specs)

    assert [(problem.id, problem.msg) for problem in found] == [("handrail.E007", message)]


def test_every_message_of_a_flag_is_a_kind_of_notice() -> None:
    declared = {kind.name for kind in all_kinds()}

    assert {message for spec in FLAG_KINDS.values() for message in spec.messages()} - declared == set()


def test_flags_stand_in_the_order_of_their_ranks_and_an_unknown_kind_last(
    north: Program, ben: Membership, now: datetime
) -> None:
    for kind in ("from_the_future", "mentor_asks", "session_gap", "support", "worry", "safety"):
        Flag.objects.create(program=north, about=ben, kind=kind, opened_at=now, raised_at=now)

    ordered = Flag.objects.most_pressing_first().values_list("kind", flat=True)

    assert list(ordered) == ["safety", "worry", "support", "mentor_asks", "session_gap", "from_the_future"]


def test_flags_of_one_kind_stand_by_step_and_then_by_age(north: Program, ben: Membership, now: datetime) -> None:
    for step, days in ((1, 9), (2, 1), (2, 3)):
        opened = now - timedelta(days=days)
        Flag.objects.create(program=north, about=ben, kind="support", step=step, opened_at=opened, raised_at=now, closed_at=now)

    ordered = Flag.objects.most_pressing_first().values_list("step", "opened_at")

    assert list(ordered) == [(2, now - timedelta(days=3)), (2, now - timedelta(days=1)), (1, now - timedelta(days=9))]


def heard(messages: Mapping[Membership, str]) -> dict[str, str]:
    return {member.user.first_name: kind.removeprefix("supervision.") for member, kind in messages.items()}


def test_escalate_gives_each_the_worst_step_that_concerns_them(pair: Relationship, sam: Membership, alice: Membership) -> None:
    staff = Staff.of([pair.program_id])

    passed = [heard(GAP.escalate(first, last, staff, pair.program_id, pair)) for first, last in ((1, 3), (2, 4))]

    assert passed == [
        {"Mona": "gap_mentor", "Sam": "gap_supervisor", "Alice": "gap_coordinator"},
        {"Sam": "gap_care", "Alice": "gap_care"},
    ]


def test_escalate_tells_an_admin_what_to_do_for_the_program(pair: Relationship, ada: Membership) -> None:
    Membership.objects.filter(role__in=(Role.SUPERVISOR, Role.COORDINATOR)).update(is_active=False)
    staff = Staff.of([pair.program_id])

    passed = [heard(SAFETY.escalate(step, step, staff, pair.program_id, pair)) for step in (1, 2)]

    assert passed == [{"Ada": "nobody_in_charge"}, {"Ada": "unanswered"}]


def test_repeat_reaches_everybody_who_has_heard_with_the_first_message(pair: Relationship, north: Program) -> None:
    factories.make_member(north, Role.SUPERVISOR, "sue@example.org")
    spec, staff = FLAG_KINDS[FlagKind.SUPPORT], Staff.of([north.pk])

    passed = [heard(spec.repeat(step, staff, north.pk, pair)) for step in (1, 2)]

    assert passed == [{"Sam": "support"}, {"Sam": "support", "Sue": "support", "Alice": "support"}]


def test_repeat_tells_an_admin_again_why_they_were_called(pair: Relationship, ada: Membership) -> None:
    staff = Staff.of([pair.program_id])

    assert heard(SAFETY.repeat(2, staff, pair.program_id, pair))["Ada"] == "unanswered"

    Membership.objects.filter(role__in=(Role.SUPERVISOR, Role.COORDINATOR)).update(is_active=False)
    alone = Staff.of([pair.program_id])
    assert heard(SAFETY.repeat(2, alone, pair.program_id, pair)) == {"Ada": "nobody_in_charge"}
