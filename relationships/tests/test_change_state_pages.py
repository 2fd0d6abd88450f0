"""What staff do with a pair, as a browser does it: open the page, post the form to the address it names."""

import re

import pytest

from accounts.models import Membership
from conftest import SignIn
from relationships.enums import State
from relationships.models import Relationship


@pytest.mark.parametrize(("action", "state"), [("introduce", State.INTRODUCED), ("pause", State.PAUSED)])
def test_form_of_an_action_posts_back_to_its_own_page(
    pair: Relationship, alice: Membership, sign_in: SignIn, action: str, state: State
) -> None:
    client = sign_in(alice)
    page = f"/pairs/{pair.pk}/change/{action}/"

    html = client.get(page).content.decode().partition("<main")[2]
    (form,) = re.findall(r'<form class="form"[^>]*>', html)
    named = re.search(r'action="([^"]*)"', form)
    client.post(named[1] if named else page)

    pair.refresh_from_db()
    assert pair.state == state
