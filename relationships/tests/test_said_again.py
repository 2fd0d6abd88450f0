"""What was said of a match is over when it is no longer so, and is said again when it is so again."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from accounts.models import Membership
from conftest import SignIn
from notifications.models import Message
from privacy.consents import give_consent, revoke_consent
from relationships import services
from relationships.enums import CloseReason, State
from relationships.models import Relationship
from relationships.notices import INTRODUCE, RESUMED, STARTED
from relationships.tests.pages import get, log

SECOND = timedelta(seconds=1)


def open_now(*kinds: str) -> list[tuple[str, str]]:
    """What of these kinds stands, and who was told."""
    said = Message.objects.filter(kind__in=kinds, over_at=None)
    return sorted(
        (kind.removeprefix("relationships."), name) for kind, name in said.values_list("kind", "recipient__first_name")
    )


def hold(pair: Relationship, at: datetime) -> None:
    revoke_consent(person=pair.mentor, by=pair.mentor, now=at)


def open_again(pair: Relationship, at: datetime) -> None:
    give_consent(person=pair.mentor, on=pair.program.today(at), by=pair.mentor, now=at)


@pytest.mark.parametrize("times", [1, 2], ids=["first_hold", "second_hold"])
def test_match_that_began_is_announced_again_after_a_hold(
    *, times: int, pair: Relationship, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    for time in range(times):
        hold(pair, now + 2 * time * SECOND)
        assert open_now(STARTED, INTRODUCE) == []
        open_again(pair, now + (2 * time + 1) * SECOND)

    assert open_now(STARTED, INTRODUCE) == [("introduce", "Alice"), ("started", "Ben"), ("started", "Mona")]
    assert "both said yes. Introduce them within a week." in get(sign_in(alice), reverse("home"))


def test_match_that_was_resumed_is_announced_again_after_a_hold(pair: Relationship, alice: Membership, now: datetime) -> None:
    for state in (State.PAUSED, State.ACTIVE):
        services.change_state(relationship=pair, to=state, by=alice, now=now)

    hold(pair, now + SECOND)
    assert open_now(RESUMED) == []
    open_again(pair, now + 2 * SECOND)

    assert open_now(RESUMED, STARTED) == [("resumed", "Ben"), ("resumed", "Mona")]


def test_what_is_no_longer_so_after_a_hold_is_not_said_again(pair: Relationship, alice: Membership, now: datetime) -> None:
    hold(pair, now)
    services.change_state(relationship=pair, to=State.PAUSED, by=alice, now=now + SECOND)

    open_again(pair, now + 2 * SECOND)

    assert open_now(STARTED, INTRODUCE, RESUMED) == []


def _introduced(pair: Relationship, alice: Membership, now: datetime) -> object:
    return services.change_state(relationship=pair, to=State.INTRODUCED, by=alice, now=now)


def _met(pair: Relationship, _alice: Membership, now: datetime) -> object:
    return log(pair, now)


def _ended(pair: Relationship, alice: Membership, now: datetime) -> object:
    return services.change_state(relationship=pair, to=State.CLOSED, by=alice, now=now, reason=CloseReason.SAFETY)


@pytest.mark.parametrize("happens", [_introduced, _met, _ended])
def test_introduction_is_asked_for_no_more_once_the_match_went_on(
    happens: Callable[[Relationship, Membership, datetime], object], pair: Relationship, alice: Membership, now: datetime
) -> None:
    assert open_now(INTRODUCE) == [("introduce", "Alice")]

    happens(pair, alice, now)

    assert open_now(INTRODUCE) == []


@pytest.mark.parametrize("is_on_hold", [False, True])
def test_introduction_is_asked_for_again_when_the_first_session_is_taken_back(
    *, is_on_hold: bool, pair: Relationship, now: datetime
) -> None:
    session = log(pair, now)
    if is_on_hold:
        hold(pair, now + SECOND)

    services.take_back_session(session=session, by=pair.mentor, now=now + 2 * SECOND)

    assert open_now(INTRODUCE) == ([] if is_on_hold else [("introduce", "Alice")])
