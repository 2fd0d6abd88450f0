"""What the tests of pages share."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from relationships import services
from relationships.models import MentoringSession, Relationship

WORDS = {"note": "We walked by the river.", "next_step": "Call the clinic."}


def url(name: str, *args: object) -> str:
    return reverse(f"relationships:{name}", args=args)


def get(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def main(client: Client, address: str) -> str:
    """What stands between the frame of the page, on one line."""
    return " ".join(get(client, address).partition("<main")[2].partition("</main>")[0].split())


def log(pair: Relationship, now: datetime, **details: Any) -> MentoringSession:
    fields = {"submission_key": uuid4(), "held_on": pair.mentor.user.today(now), "outcome": "met", **details}
    return services.log_session(relationship=pair, by=pair.mentor, now=now, **fields)
