"""A form that is refused comes back with what was typed and status 422, wherever it stands."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.enums import Role
from accounts.models import Membership
from checkins.models import SupportRequest
from conftest import SignIn
from core.policy import policy_of
from core.routes import walk
from core.scans import run_scan
from core.tests.test_imports import RANK
from demo import factories
from matching.rounds.services import start_round
from people.services.invitations import invite
from relationships import services
from relationships.enums import State
from supervision.models import Flag

ASKS_NOTHING = {
    "account_logout",
    "intake:take_back_consent",
    "matching:send_round",
    "notifications:open",
    "people:invite_everybody",
}
"""Pages that only say what one button will do, and an address that leads on either way."""
OF_ALLAUTH = {
    "account_change_password",
    "account_confirm_email",
    "account_login",
    "account_request_login_code",
    "account_reset_password",
    "account_reset_password_from_key",
    "mfa_activate_totp",
    "mfa_login_webauthn",
}
"""Its forms, which it answers with 200 when it refuses them, on pages that are ours in where they lead."""
ON_A_LARGER_PAGE = {"intake:consent_give", "intake:never_pair_add"}
"""Forms that have no address of their own to be read at."""


def _form_pages() -> set[str]:
    """Every page of ours that is both read and sent."""
    ours = [route for route in walk(get_resolver().url_patterns) if route.view.__module__.partition(".")[0] in RANK]
    return {route.name for route in ours if (policy := policy_of(route.view)) and {"GET", "POST"} <= policy.methods}


@pytest.fixture
def sent_to(
    alice: Membership, ada: Membership, mona: Membership, ben: Membership, now: datetime
) -> dict[str, tuple[Membership | None, str]]:
    """Each form's route, who sends it, and its address."""
    then = now - timedelta(days=2)
    SupportRequest.objects.create(mentee=ben, urgency="now", asked_at=now)
    run_scan("supervision.requests", now)
    waits = factories.make_mentee(alice.program, "nora@example.org", now=now)
    pair = services.propose(mentor=mona, mentee=ben, by=alice, now=then)
    services.accept(relationship=pair, by=mona, now=then)
    services.accept(relationship=pair, by=ben, now=then)
    services.change_state(relationship=pair, to=State.INTRODUCED, by=alice, now=then)
    services.change_state(relationship=pair, to=State.CLOSING, by=alice, now=then)
    started = start_round(by=alice, now=now)
    invitation = invite(
        program=alice.program,
        email="new@example.org",
        first_name="",
        role=Role.MENTEE,
        by=alice,
        now=now,
        submission_key=alice.pk,
    )
    forms: dict[str, tuple[Membership | None, list[object]]] = {
        "accounts:program": (ada, []),
        "checkins:new": (ben, []),
        "intake:consent_give": (alice, [ben.pk]),
        "intake:import": (alice, []),
        "intake:never_pair_add": (alice, [ben.pk]),
        "intake:person_edit": (alice, [ben.pk]),
        "matching:keep_apart": (alice, [started.pk, waits.pk]),
        "matching:keep_together": (alice, [started.pk, waits.pk]),
        "matching:round_weights": (alice, [started.pk]),
        "matching:weights": (alice, []),
        "people:invitations": (alice, []),
        "people:join": (None, [invitation.token]),
        "people:me": (mona, []),
        "relationships:cadence": (mona, [pair.pk]),
        "relationships:change_state": (alice, [pair.pk, "close"]),
        "relationships:log_session": (mona, [pair.pk]),
        "relationships:tell_supervisor": (mona, [pair.pk]),
        "supervision:flag": (alice, [Flag.objects.get().pk]),
        "training:record": (alice, [mona.pk]),
    }
    return {name: (sender, reverse(name, args=args)) for name, (sender, args) in forms.items()}


def test_every_form_is_sent_below(sent_to: dict[str, tuple[Membership | None, str]]) -> None:
    assert set(sent_to) - ON_A_LARGER_PAGE == _form_pages() - ASKS_NOTHING - OF_ALLAUTH


def test_refused_form_answers_422(sent_to: dict[str, tuple[Membership | None, str]], mona: Membership, sign_in: SignIn) -> None:
    wrong = {
        "birth_date": "yesterday",
        "mentor": str(mona.pk),
        "availability": "never",
        "save": "1",
        "email": "nobody",
        "cadence_days": "x",
    }

    answers = {}
    for name, (sender, address) in sent_to.items():
        client = sign_in(sender) if sender else Client()
        answers[name] = client.post(address, wrong).status_code

    assert answers == dict.fromkeys(sent_to, 422)


def test_form_that_was_only_read_answers_200(
    sent_to: dict[str, tuple[Membership | None, str]], mona: Membership, sign_in: SignIn
) -> None:
    answers = {}
    for name, (sender, address) in sent_to.items():
        if name not in ON_A_LARGER_PAGE:
            client = sign_in(sender) if sender else Client()
            answers[name] = client.get(address, {"mentor": str(mona.pk)}).status_code

    assert answers == dict.fromkeys(answers, 200)
