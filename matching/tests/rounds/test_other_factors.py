"""Rounds and weights of a version with other factors: a later one drops a factor and adds another, and everything stays
readable.
"""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.models import Program
from matching.models import Round
from matching.rounds import services
from matching.scoring.factors import FACTORS, Factor, FactorPart, default_weights
from matching.scoring.questions import InCommon
from matching.scoring.tables import Rule
from matching.tests.rounds.pages import url, words
from matching.tests.scene import Scene
from matching.weights.services import set_weights, weights_of
from people.enums import Language

LATER = Factor(
    name="tongues",
    label=gettext_lazy("Languages"),
    meaning=gettext_lazy("Languages"),
    default_weight=7,
    color=7,
    parts=[
        FactorPart(
            name="tongues",
            label=gettext_lazy("Languages"),
            question=InCommon(
                rule=Rule.UP_TO,
                title=gettext_lazy("Languages"),
                answer=lambda who: who.languages,
                options=Language,
                both=gettext_lazy("You both speak: %(items)s"),
                nothing=gettext_lazy("They are the same person"),
            ),
        )
    ],
)


def change(factors: dict[str, Factor]) -> None:
    """In a later version spare capacity counts no more, and languages do."""
    del factors["capacity"]
    factors[LATER.name] = LATER


@pytest.fixture
def kept(started: Round, scene: Scene) -> list[str]:
    """What the round's row of Ben says before the change: every factor with its points."""
    line = started.lines.get(mentee=scene.ben)
    assert [part["factor"] for part in line.parts] == list(FACTORS)
    return [f"{100 * part['points']:.1f}" for part in line.parts if part["points"]]


def test_sent_round_of_other_factors_reads_as_it_was(
    coordinator: Client, started: Round, scene: Scene, kept: list[str], factors: dict[str, Factor]
) -> None:
    panel = url("round_pair", started, scene.ben.pk)
    services.send_round(matching_round=started, seen=started.solved_at, by=scene.alice, now=scene.now)
    score = words(coordinator.get(panel)).partition(" of 100")[0].rpartition(" ")[2]
    change(factors)
    page = words(coordinator.get(started.get_absolute_url()))
    assert f"Mona {score}" in page
    assert "Capacity (no longer counted)" in page
    assert "Languages" not in page
    found = words(coordinator.get(panel))
    assert f"{score} of 100" in found
    assert f"Capacity (no longer counted) {kept[-1]} of" in found
    assert coordinator.get(reverse("matching:rounds")).status_code == 200


def test_open_round_of_other_factors_can_be_read_weighed_and_worked_out_again(
    coordinator: Client, started: Round, scene: Scene, kept: list[str], factors: dict[str, Factor]
) -> None:
    change(factors)
    panel = url("round_pair", started, scene.ben.pk)
    assert "Ben with Mona" in words(coordinator.get(started.get_absolute_url()))
    assert f"Capacity (no longer counted) {kept[-1]} of" in words(coordinator.get(panel))
    form = coordinator.get(url("round_weights", started)).content.decode()
    assert 'name="tongues" value="7"' in form
    assert 'name="capacity"' not in form
    assert coordinator.get(url("send_round", started)).status_code == 200
    services.solve_again(matching_round=started, by=scene.alice, now=scene.now)
    assert [part["factor"] for part in started.lines.get(mentee=scene.ben).parts] == list(FACTORS)
    assert "no longer counted" not in words(coordinator.get(panel))


def test_weights_of_other_factors_keep_their_history(
    coordinator: Client, north: Program, scene: Scene, factors: dict[str, Factor]
) -> None:
    first = {**default_weights(), "capacity": 30}
    set_weights(program=north, weights=first, by=scene.alice, now=scene.now)
    set_weights(program=north, weights={**first, "capacity": 40, "places": 9}, by=scene.alice, now=scene.now)
    change(factors)
    page = words(coordinator.get(reverse("matching:weights")))
    assert "Places both can meet from 5 to 9" in page
    assert "Capacity (no longer counted) from 30 to 40" in page
    assert weights_of(north) == {**default_weights(), "places": 9}
    set_weights(program=north, weights={**default_weights(), "tongues": 8}, by=scene.alice, now=scene.now)
    assert "Languages from 7 to 8" in words(coordinator.get(reverse("matching:weights")))
