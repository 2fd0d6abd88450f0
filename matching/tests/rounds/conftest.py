"""What the tests of the pages of a round share."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Membership
from conftest import SignIn
from matching.models import Round
from matching.tests.scene import Scene


@pytest.fixture
def coordinator(alice: Membership, sign_in: SignIn) -> Client:
    return sign_in(alice)


@pytest.fixture
def started(scene: Scene) -> Round:
    return scene.start()


@pytest.fixture
def at_work(started: Round, scene: Scene) -> Round:
    Round.objects.filter(pk=started.pk).update(
        solve_wanted_at=scene.now, claimed_until=scene.now + timedelta(minutes=3), progress=45
    )
    return started
