"""Loading the demo program: each stage, at any hour, twice, and where it is refused."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Membership, Program
from core.errors import DomainError
from demo.program import DEMO_PASSWORD, SIGN_INS, Stage, create_demo_data
from demo.tests.test_program import NOW
from notifications.models import Message
from people.models import MenteeProfile
from relationships.enums import State
from relationships.models import Relationship
from supervision.models import Flag

pytestmark = pytest.mark.django_db


def test_waiting_everybody_waits_and_nobody_is_paired(settings: Settings) -> None:
    settings.DEMO_MODE = True

    create_demo_data(stage=Stage.WAITING, now=NOW)

    assert Membership.objects.filter(mentee_profile__waiting_since__isnull=False).count() == 45
    assert (Relationship.objects.count(), Message.objects.count()) == (0, 0)


@pytest.mark.any_hour
def test_waiting_people_have_waited_since_days_of_the_program(settings: Settings, now: datetime) -> None:
    settings.DEMO_MODE = True

    program = create_demo_data(stage=Stage.WAITING, now=now).program

    since = MenteeProfile.objects.exclude(waiting_since=None).values_list("waiting_since", flat=True)
    days = {(program.today(now) - day).days for day in since if day}
    assert (min(days), max(days)) == (38, 47)


def test_active_thirty_pairs_run_for_three_weeks_at_most_without_flags(settings: Settings) -> None:
    settings.DEMO_MODE = True

    create_demo_data(stage=Stage.ACTIVE, now=NOW)

    assert Counter(Relationship.objects.values_list("state", flat=True)) == {State.ACTIVE: 30, State.PROPOSED: 2}
    assert not Relationship.objects.running().filter(started_at__lt=NOW - timedelta(days=21)).exists()
    assert Flag.objects.count() == 0


@pytest.mark.once
@pytest.mark.parametrize("now", [datetime(2026, 3, 8, 4, 59, tzinfo=UTC), datetime(2028, 2, 29, 23, 59, tzinfo=UTC)])
def test_full_loads_at_any_hour_of_any_day(settings: Settings, now: datetime) -> None:
    settings.DEMO_MODE = True

    create_demo_data(stage=Stage.FULL, now=now)

    assert Counter(Flag.objects.open().values_list("kind", flat=True)) == {"session_gap": 3, "support": 1}


def test_load_outside_demo_mode_is_refused_and_leaves_nothing(settings: Settings) -> None:
    settings.DEMO_MODE = False

    with pytest.raises(DomainError) as refusal:
        create_demo_data(stage=Stage.FULL, now=NOW)
    with pytest.raises(CommandError, match="Set DEMO_MODE=1 on an installation without real people"):
        call_command("create_demo_data")

    assert refusal.value.code == "not_in_demo_mode"
    assert Program.objects.count() == 0


def test_command_prints_every_sign_in_and_each_can_sign_in(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    settings.DEMO_MODE = True

    call_command("create_demo_data", "--stage", "waiting")
    printed = capsys.readouterr().out

    assert DEMO_PASSWORD in printed
    for sign_in in SIGN_INS:
        assert sign_in.email in printed
        client = Client()
        response = client.post(reverse("account_login"), {"login": sign_in.email, "password": DEMO_PASSWORD})
        assert response.status_code == 302
        assert client.get(reverse("home")).status_code == 200
