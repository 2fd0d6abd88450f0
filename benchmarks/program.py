"""An invented program for `benchmarks/workbench.py`, and what a coordinator does in it."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import cycle
from random import Random
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.middleware import SESSION_KEY
from accounts.models import Membership
from demo import factories
from matching.enums import OverrideReason
from matching.models import Round
from matching.rounds import services
from people.enums import Experience, Goal, Interest, MeetingMode, Pathway, SupportStyle

PLACES = ["Library", "Park", "Church hall", "Coffee shop", "Community center", "Gym"]


def _answers(rng: Random) -> dict[str, Any]:
    def some(options: Any, most: int) -> list[str]:
        return sorted(rng.sample([*options.values], rng.randint(1, most)))

    return {
        "goals": some(Goal, 3),
        "pathways": some(Pathway, 1),
        "experiences": some(Experience, 3),
        "meeting_modes": some(MeetingMode, 2),
        "support_styles": some(SupportStyle, 2),
        "interests": some(Interest, 4),
        "dislikes": some(Interest, 2),
        "places": rng.sample(PLACES, 2),
    }


def fill(mentees: int, mentors: int, rng: Random, now: datetime) -> Membership:
    """Everybody is ready; returns a coordinator."""
    made = factories.make_program("benchmark")
    for number in range(mentors):
        factories.make_mentor(made, f"mentor{number}@example.org", now=now, capacity=rng.randint(1, 4), **_answers(rng))
    for number in range(mentees):
        since = now.date() - timedelta(days=rng.randint(0, 120))
        factories.make_mentee(made, f"mentee{number}@example.org", now=now, waiting_since=since, **_answers(rng))
    return factories.make_member(made, Role.COORDINATOR, "coordinator@example.org")


def steps(by: Membership) -> Iterator[tuple[str, Callable[[], object]]]:
    """What is measured. Each can run again and again."""
    client = _signed_in(by)
    open_round = services.start_round(by=by, now=timezone.now())
    yield "Work the round out", lambda: services.solve_again(matching_round=open_round, by=by, now=timezone.now())
    yield "Show the workbench", lambda: _get(client, open_round.get_absolute_url())
    lines = cycle(open_round.lines.filter(mentor__isnull=False).values_list("mentee_id", "mentor_id")[:50])
    yield "Lock a pair and show the set", lambda: _lock(client, open_round, *next(lines))
    yield "Weigh anew and show the set", lambda: _reweigh(client, open_round)


def _signed_in(by: Membership) -> Client:
    Authenticator.objects.create(user=by.user, type=Authenticator.Type.TOTP, data={})
    client = Client(headers={"HX-Request": "true", "host": "localhost"})
    client.force_login(by.user)
    session = client.session
    session[SESSION_KEY] = str(by.pk)
    session.save()
    return client


def _get(client: Client, url: str) -> None:
    assert client.get(url).status_code == 200


def _lock(client: Client, open_round: Round, mentee_id: UUID, mentor_id: UUID) -> None:
    url = reverse("matching:keep_together", args=[open_round.pk, mentee_id])
    assert client.post(url, {"mentor": mentor_id, "reason": OverrideReason.ASKED_FOR_IT}).status_code == 200


def _reweigh(client: Client, open_round: Round) -> None:
    url = reverse("matching:round_weights", args=[open_round.pk])
    assert client.post(url, {**open_round.weights, "protects_weakest": "on"}).status_code == 200
