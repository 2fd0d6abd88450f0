"""*Who opened my data* gives away of no hold, and of no proposal that ended, which ground was missing."""

from collections import Counter
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from conftest import SignIn
from people.models import NeverPair
from privacy.models import AuditEntry
from relationships.enums import State
from relationships.grounds import is_on_hold
from relationships.models import Relationship
from relationships.tests.losses import LOSSES, lose

OPENED = {
    "en": "Alice (Coordinator) opened your place in the program.",
    "es": "Alice (Coordinación) abrió tu lugar en el programa.",
}
ENDED = {
    "en": "A match that was proposed for you ended before it began.",
    "es": "Una mentoría que se te propuso terminó antes de empezar.",
}
OWN = {"changed your consent.", "changed your place in the program."}


def record_of(client: Client) -> Counter[str]:
    return Counter(line.sentence for line in client.get(reverse("privacy:access_log")).context["lines"])


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("side", ["mentee", "mentor"])
@pytest.mark.parametrize("state", [State.PROPOSED, State.ACCEPTED])
def test_record_of_neither_tells_that_staff_keep_the_two_apart_or_let_them_be_again(
    *, language: str, side: str, state: State, pair: Relationship, alice: Membership, sign_in: SignIn, now: datetime
) -> None:
    """Whichever page the rule is made on. What is written of the two is what is written of anybody whose page is opened."""
    two = {"mentee": pair.mentee, "mentor": pair.mentor}
    Relationship.objects.filter(pk=pair.pk).update(state=state)
    for member in two.values():
        member.user.language = language
        member.user.save()
    named = two.pop(side)
    (other,) = two.values()
    clients = {member: sign_in(member) for member in (named, other)}
    before = {member: record_of(client) for member, client in clients.items()}
    staff = sign_in(alice)

    staff.post(reverse("intake:never_pair_add", args=[named.pk]), {"email": other.user.email, "reason": "Hush."})
    rule = NeverPair.objects.get()
    assert is_on_hold(Relationship.objects.with_people().get(pk=pair.pk), now) == (state == State.ACCEPTED)
    staff.post(reverse("intake:never_pair_drop", args=[named.pk, rule.pk]))

    new = {member: record_of(client) - before[member] for member, client in clients.items()}
    assert new[other] == Counter([ENDED[language]] * (state == State.PROPOSED))
    assert new[named] == new[other] + Counter([OPENED[language]] * 2)
    kept = AuditEntry.objects.filter(reason__startswith="never_pair").values_list("reason", "person_id", "actor_id")
    assert set(kept) == {(code, named.user_id, alice.user_id) for code in ("never_pair", "never_pair_dropped")}


@pytest.mark.parametrize("loss", LOSSES)
def test_record_of_each_says_at_a_hold_at_most_what_happened_to_their_own_consent_or_place(
    *, loss: str, pair: Relationship, sign_in: SignIn, now: datetime
) -> None:
    clients = {side: sign_in(getattr(pair, side)) for side in ("mentee", "mentor")}
    before = {side: record_of(client) for side, client in clients.items()}
    lost_by = next(side for side in clients if loss.startswith(side))

    lose(loss, pair, now)

    for side, client in clients.items():
        user = getattr(pair, side).user
        if not type(user).objects.get(pk=user.pk).is_active:
            continue
        assert {line.partition(") ")[2] for line in record_of(client) - before[side]} <= (OWN if side == lost_by else set())
