"""How the tests of the pages of a round ask and read."""

import re
from datetime import datetime
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from accounts.models import Membership
from matching.models import Round, RoundLine
from matching.rounds import services
from matching.scoring.factors import FACTORS
from matching.tests.scene import WORDS, Scene
from matching.weights.services import as_counted
from relationships import services as relationships
from relationships.models import Relationship

ROUND_QUERIES = 13
PAIR_QUERIES = 16
SENT_QUERIES = 10
LIST_QUERIES = 5
WAITING = reverse("matching:waiting")
ROUNDS = reverse("matching:rounds")
START = reverse("matching:start_round")


def url(name: str, matching_round: Round, *args: Any) -> str:
    return reverse(f"matching:{name}", args=[matching_round.pk, *args])


def words(response: Any, status: int = 200) -> str:
    """What a person reads, with single spaces."""
    assert response.status_code == status
    return " ".join(strip_tags(re.sub(r"<svg.*?</svg>", "", response.content.decode(), flags=re.DOTALL)).split())


def part(client: Client, address: str, data: dict[str, str] | None = None) -> Any:
    """As htmx asks: GET, or POST with `data`."""
    headers = {"HX-Request": "true"}
    return client.get(address, headers=headers) if data is None else client.post(address, data, headers=headers)


def because(mentor: Membership, reason: str = "asked_for_it", text: str = WORDS) -> dict[str, str]:
    return {"mentor": str(mentor.pk), "reason": reason, "words": text}


def weights(**changed: int) -> dict[str, str]:
    return {factor: str(changed.get(factor, 10)) for factor in FACTORS} | {"protects_weakest": "on"}


def put_the_sum_first(started: Round, scene: Scene) -> None:
    """Now any pair may be the weakest, so another choice has a cost."""
    weights_now = as_counted(started.weights)
    services.reweigh(matching_round=started, weights=weights_now, protects_weakest=False, by=scene.alice, now=scene.now)


def declined(mentee: Membership, mentor: Membership, scene: Scene) -> Relationship:
    pair = relationships.propose(mentor=mentor, mentee=mentee, by=scene.alice, now=scene.now)
    relationships.decline(relationship=pair, by=mentee, now=scene.now)
    return pair


def accept_all(lines: list[RoundLine], now: datetime) -> None:
    for line in lines:
        assert line.relationship is not None
        pair = Relationship.objects.get(pk=line.relationship.pk)
        relationships.accept(relationship=pair, by=pair.mentor, now=now)
        relationships.accept(relationship=pair, by=pair.mentee, now=now)
