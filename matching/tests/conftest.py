"""What the tests of matching share."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from accounts.models import Membership, Program
from matching.scoring.factors import FACTORS, Factor
from matching.tests.scene import Scene


@pytest.fixture
def scene(north: Program, alice: Membership, now: datetime) -> Scene:
    return Scene.of(north, alice, now)


@pytest.fixture
def factors() -> Iterator[dict[str, Factor]]:
    """The table of factors, to change; it is put back afterwards, in its order."""
    before = dict(FACTORS)
    yield FACTORS
    FACTORS.clear()
    FACTORS.update(before)
