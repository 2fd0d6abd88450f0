"""What the tests of rounds share."""

from datetime import datetime

import pytest

from accounts.models import Membership, Program
from matching.tests.scene import Scene


@pytest.fixture
def scene(north: Program, alice: Membership, now: datetime) -> Scene:
    return Scene.of(north, alice, now)
