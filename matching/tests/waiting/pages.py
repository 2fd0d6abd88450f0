"""How the tests of the pages of people who wait ask and read."""

from django.test import Client
from django.urls import reverse

from accounts.models import Membership

WAITING = reverse("matching:waiting")
PROPOSE = reverse("matching:propose")


def page_for(mentee: Membership) -> str:
    return reverse("matching:candidates", args=[mentee.pk])


def text(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def ids(mentor: Membership, mentee: Membership, **more: str) -> dict[str, str]:
    return {"mentor": str(mentor.pk), "mentee": str(mentee.pk), **more}
