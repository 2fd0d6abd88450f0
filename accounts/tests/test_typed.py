"""What a person typed comes back with its page where it could not be taken: for them alone, for a day, without scripts."""

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.middleware import SEEN_AT, SIGNED_IN_AT
from accounts.models import Membership, Program
from checkins.models import CheckIn
from conftest import SignIn
from core import typed
from demo import factories
from people.services.invitations import invite

CHECK_IN = reverse("checkins:new")
WORDS = 'It was a long day. <b>Ünïcode</b> & "quotes"\r\n\r\nand a second line'
FROM_HERE = {"Origin": "http://testserver", "Referer": f"http://testserver{CHECK_IN}"}

pytestmark = pytest.mark.django_db


def inputs_of(html: str, name: str) -> list[dict[str, str]]:
    """The attributes of each input of this name."""
    tags = re.findall(r"<input\b[^>]*>", html)
    found = [dict(re.findall(r'([a-z_-]+)(?:="([^"]*)")?', tag.removeprefix("<input"))) for tag in tags]
    return [one for one in found if one.get("name") == name]


def has_note(html: str) -> bool:
    """Whether the page says that this was typed before; what its script may say stands in a template."""
    return "Here is what you typed before." in re.sub(r"<template.*?</template>", "", html, flags=re.DOTALL)


def text_of(html: str, name: str = "note") -> str:
    found = re.search(rf'<textarea name="{name}"[^>]*>\n?(.*?)</textarea>', html, re.DOTALL)
    return unescape(found[1]) if found else "no such textarea"


def chosen_of(html: str, name: str) -> list[str]:
    return [one["value"] for one in inputs_of(html, name) if "checked" in one]


def answers_from(client: Client, **more: str) -> dict[str, Any]:
    """The check-in as a person fills it in on its page."""
    html = client.get(CHECK_IN).content.decode()
    hidden = {name: inputs_of(html, name)[0]["value"] for name in ("submission_key", "typed_by", "acting_as")}
    return {**hidden, "note": WORDS, "mood": "2", "hard": ["sleep", "work"], "urges": "7", **more}


def end(client: Client, key: str = SEEN_AT, ago: timedelta = timedelta(minutes=11)) -> None:
    session = client.session
    session["shared_device"] = True
    session[key] = (timezone.now() - ago).isoformat()
    session.save()


def sign_in_again(client: Client, person: Membership) -> None:
    client.force_login(person.user)


def test_check_in_sent_after_the_session_ended_comes_back_filled(ben: Membership, sign_in: SignIn) -> None:
    client = sign_in(ben)
    answers = answers_from(client)
    end(client)

    sent = client.post(CHECK_IN, answers, headers=FROM_HERE)
    said = [str(message) for message in client.get(sent.headers["Location"]).context["messages"]]
    sign_in_again(client, ben)
    html = client.get(CHECK_IN).content.decode()

    assert sent.headers["Location"] == f"/account/login/?next={CHECK_IN}"
    assert said == [
        "You were signed out to keep your account safe. Sign in again to go on.",
        "What you typed is kept for a day. Sign in, and it is back in its place.",
    ]
    assert (text_of(html), chosen_of(html, "mood"), chosen_of(html, "urges")) == (WORDS, ["2"], ["7"])
    assert sorted(chosen_of(html, "hard")) == ["sleep", "work"]
    assert inputs_of(html, "submission_key")[0]["value"] == answers["submission_key"]
    assert has_note(html)
    assert not CheckIn.objects.exists()


def test_what_came_back_goes_once_it_is_taken(ben: Membership, sign_in: SignIn) -> None:
    client = sign_in(ben)
    answers = answers_from(client)
    end(client)
    client.post(CHECK_IN, answers, headers=FROM_HERE)
    sign_in_again(client, ben)

    refused = client.post(CHECK_IN, {**answers, "mood": "9"}, headers=FROM_HERE)
    still = client.get(CHECK_IN).content.decode()
    taken = client.post(CHECK_IN, answers, headers=FROM_HERE)
    after = client.get(CHECK_IN).content.decode()

    assert (refused.status_code, has_note(still)) == (422, True)
    assert (taken.status_code, has_note(after), text_of(after)) == (302, False, "")
    assert CheckIn.objects.get().note == WORDS.replace("\r\n", "\n")


def test_what_came_back_goes_when_the_person_wants_an_empty_form(ben: Membership, sign_in: SignIn) -> None:
    client = sign_in(ben)
    answers = answers_from(client)
    end(client)
    client.post(CHECK_IN, answers, headers=FROM_HERE)
    sign_in_again(client, ben)

    answer = client.post(reverse("core:forget_typed"), answers, headers=FROM_HERE)

    assert answer.headers["Location"] == CHECK_IN
    assert text_of(client.get(CHECK_IN).content.decode()) == ""


def test_wish_for_an_empty_form_throws_nothing_away_once_the_session_has_ended(ben: Membership, sign_in: SignIn) -> None:
    """The page's own script drops its draft where the site took it or says it is gone: `taken`."""
    client = sign_in(ben)
    answers = answers_from(client, draft="ab12.cd34")

    ended = Client().post(reverse("core:forget_typed"), answers, headers=FROM_HERE)
    done = client.post(reverse("core:forget_typed"), answers, headers=FROM_HERE)

    assert ended.headers["Location"] == f"{reverse('account_login')}?next={CHECK_IN}"
    assert ("taken" in ended.cookies, done.cookies["taken"].value) == (False, "ab12.cd34")


@pytest.mark.parametrize(
    ("support", "said"),
    [("now", True), ("today", True), ("this_week", False), ("", False)],
)
@pytest.mark.parametrize("has_token", [True, False], ids=["session gone", "all cookies gone"])
def test_page_to_sign_in_says_that_a_call_was_not_sent(
    ben: Membership, sign_in: SignIn, *, has_token: bool, support: str, said: bool
) -> None:
    answers = answers_from(sign_in(ben), support=support)
    client = Client(enforce_csrf_checks=not has_token)

    sent = client.post(CHECK_IN, answers, headers=FROM_HERE)
    page = client.get(sent.headers["Location"])
    told = [str(message) for message in page.context["messages"]]

    assert sent.headers["Location"] == f"{reverse('account_login')}?next={CHECK_IN}"
    assert told[-1] == "What you typed is kept for a day. Sign in, and it is back in its place."
    call = 'Your call was not sent. Nobody has been told. <a href="/support/">Get support now</a>'
    assert told[:-1] == ([call] if said else [])
    assert call in page.content.decode() or not said


def test_form_of_another_site_says_nothing_of_a_call(ben: Membership, sign_in: SignIn) -> None:
    answers, client = answers_from(sign_in(ben), support="now"), Client()

    sent = client.post(CHECK_IN, answers, headers={"Origin": "https://elsewhere.example"})

    assert "Your call" not in client.get(sent.headers["Location"]).content.decode()


@pytest.mark.parametrize(
    ("page", "answers", "said"),
    [
        ("tell_supervisor", {"kind": "worry"}, True),
        ("tell_supervisor", {"kind": "talk", "words": "About the week"}, True),
        ("log_session", {"held_on": "2026-03-02", "worry": "on"}, True),
        ("log_session", {"held_on": "2026-03-02", "talk": "on"}, True),
        ("log_session", {"held_on": "2026-03-02", "note": "All is well"}, False),
    ],
)
def test_page_to_sign_in_says_that_the_supervisor_was_not_told(
    ben: Membership, page: str, answers: dict[str, str], *, said: bool
) -> None:
    client, address = Client(), reverse(f"relationships:{page}", args=[ben.pk])

    sent = client.post(address, {"typed_by": "x", **answers}, headers=FROM_HERE)
    html = client.get(sent.headers["Location"]).content.decode()

    assert ("It was not sent yet, and nobody has been told. Sign in and send it." in html) is said


def test_what_was_typed_is_for_nobody_else(ben: Membership, north: Program, sign_in: SignIn, now: datetime) -> None:
    other = factories.make_mentee(north, "nora@example.org", now=now)
    client = sign_in(ben)
    answers = answers_from(client)
    end(client)
    client.post(CHECK_IN, answers, headers=FROM_HERE)
    sign_in_again(client, other)

    html = client.get(CHECK_IN).content.decode()

    assert (text_of(html), has_note(html)) == ("", False)


def test_page_of_somebody_who_signed_in_before_keeps_nothing_for_the_next(
    ben: Membership, north: Program, sign_in: SignIn, now: datetime
) -> None:
    """A tab that Ben left open is sent while another person is signed in: not taken, and not shown to them."""
    other = factories.make_mentee(north, "nora@example.org", now=now)
    answers = answers_from(sign_in(ben))
    client = Client(enforce_csrf_checks=True)
    client.force_login(other.user)

    refused = client.post(CHECK_IN, answers, headers=FROM_HERE)

    assert refused.status_code == 403
    assert text_of(client.get(CHECK_IN).content.decode()) == ""


def test_what_was_typed_is_sealed_and_forgotten_after_a_day(ben: Membership, sign_in: SignIn) -> None:
    client = sign_in(ben)
    answers = answers_from(client)
    end(client)
    client.post(CHECK_IN, answers, headers=FROM_HERE)
    sign_in_again(client, ben)

    kept = str(Session.objects.get().get_decoded())

    assert ("long" in kept, "check-in" in kept) == (False, False)
    with time_machine.travel(timezone.now() + typed.KEPT_FOR - timedelta(minutes=1)):
        assert text_of(client.get(CHECK_IN).content.decode()) == WORDS
    with time_machine.travel(timezone.now() + typed.KEPT_FOR):
        assert text_of(client.get(CHECK_IN).content.decode()) == ""


@pytest.mark.parametrize("leaving", ["accounts:exit", "account_logout"])
def test_what_was_typed_goes_with_exit_and_with_signing_out(ben: Membership, sign_in: SignIn, leaving: str) -> None:
    client = sign_in(ben)
    answers = answers_from(client)
    end(client)
    client.post(CHECK_IN, answers, headers=FROM_HERE)
    sign_in_again(client, ben)

    client.post(reverse(leaving))
    sign_in_again(client, ben)

    assert text_of(client.get(CHECK_IN).content.decode()) == ""


def test_words_too_old_are_gone_from_the_session_whoever_asks(ben: Membership, sign_in: SignIn) -> None:
    answers = answers_from(sign_in(ben))
    client = Client()
    client.post(CHECK_IN, answers, headers=FROM_HERE)
    held = list(client.session["put_aside"])

    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        client.get(reverse("account_login"))

    assert (len(held), client.session["put_aside"]) == (1, [])


def test_refusal_that_kept_nothing_does_not_say_it_was_taken(ben: Membership, sign_in: SignIn) -> None:
    answers = answers_from(sign_in(ben), note="x" * (typed.LARGEST + 1), draft="abc123")

    sent = Client().post(CHECK_IN, answers, headers=FROM_HERE)

    assert sent.headers["Location"] == f"/account/login/?next={CHECK_IN}"
    assert "taken" not in sent.cookies


def test_button_pressed_after_the_session_ended_is_nothing_typed_and_pushes_no_words_out(
    ben: Membership, sign_in: SignIn
) -> None:
    client = sign_in(ben)
    answers, page = answers_from(client), reverse("notifications:notices")
    button = {name: inputs_of(client.get(CHECK_IN).content.decode(), name)[0]["value"] for name in ("typed_by", "acting_as")}
    client.logout()
    client.post(CHECK_IN, answers, headers=FROM_HERE)
    list(client.get(reverse("account_login")).context["messages"])

    for _press in range(typed.MOST_PAGES):
        sent = client.post(
            reverse("notifications:read_all"), button, headers={**FROM_HERE, "Referer": f"http://testserver{page}"}
        )

    assert "kept for a day" not in client.get(sent.headers["Location"]).content.decode()
    sign_in_again(client, ben)
    assert not has_note(client.get(page).content.decode())
    assert text_of(client.get(CHECK_IN).content.decode()) == WORDS


def test_page_that_was_open_too_long_comes_back_filled(ben: Membership, sign_in: SignIn) -> None:
    answers = answers_from(sign_in(ben))
    client = Client(enforce_csrf_checks=True)
    client.force_login(ben.user)

    sent = client.post(CHECK_IN, answers, headers=FROM_HERE)

    assert (sent.status_code, sent.headers["Location"]) == (302, CHECK_IN)
    assert text_of(client.get(CHECK_IN).content.decode()) == WORDS


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_form_of_another_site_puts_nothing_into_a_session(ben: Membership, sign_in: SignIn, headers: dict[str, str]) -> None:
    client = Client()

    answer = client.post(CHECK_IN, {"note": WORDS, "typed_by": typed.owner_mark(ben.user)}, headers=headers)

    assert answer.headers["Location"] == f"/account/login/?next={CHECK_IN}"
    assert settings.SESSION_COOKIE_NAME not in answer.cookies


def test_way_back_leads_to_no_path_that_a_browser_takes_for_another_host() -> None:
    answer = Client().post(reverse("core:forget_typed"), headers={"Referer": "http://testserver//evil.example/"})

    assert answer.headers["Location"] == "/"


def test_session_that_is_gone_altogether_still_brings_the_words_back(ben: Membership, sign_in: SignIn) -> None:
    """The cookie of a session that was ended elsewhere, or none at all: the page says whose it was."""
    answers = answers_from(sign_in(ben))
    client = Client()

    client.post(CHECK_IN, answers, headers=FROM_HERE)
    client.force_login(ben.user)

    assert text_of(client.get(CHECK_IN).content.decode()) == WORDS


def test_forms_of_strangers_are_put_aside_only_so_often(ben: Membership, sign_in: SignIn) -> None:
    answers = answers_from(sign_in(ben))
    before = Session.objects.count()

    for _time in range(typed.FROM_STRANGERS.times + 5):
        Client().post(CHECK_IN, answers, headers=FROM_HERE)

    assert Session.objects.count() - before == typed.FROM_STRANGERS.times


def test_session_that_lasted_its_hours_brings_the_words_back(alice: Membership, ben: Membership, sign_in: SignIn) -> None:
    edit = reverse("intake:person_edit", args=[ben.pk])
    client = sign_in(alice)
    html = client.get(edit).content.decode()
    answers = {"typed_by": inputs_of(html, "typed_by")[0]["value"], "contact": "Text me", "is_open_to_remote": "on"}
    session = client.session
    session[SIGNED_IN_AT] = (timezone.now() - timedelta(hours=9)).isoformat()
    session.save()

    client.post(edit, answers, headers={"Origin": "http://testserver", "Referer": f"http://testserver{edit}"})
    sign_in_again(client, alice)

    assert has_note(client.get(edit).content.decode())


def test_staff_sent_to_set_up_a_second_factor_find_their_words_afterwards(alice: Membership, ben: Membership) -> None:
    edit = reverse("intake:person_edit", args=[ben.pk])
    client = Client()
    client.force_login(alice.user)
    data = {"typed_by": typed.owner_mark(alice.user), "contact": "Text me"}

    sent = client.post(edit, data, headers={"Origin": "http://testserver", "Referer": f"http://testserver{edit}"})
    Authenticator.objects.create(user=alice.user, type=Authenticator.Type.TOTP, data={})

    assert sent.headers["Location"].startswith(reverse("mfa_activate_totp"))
    assert sent.headers["Location"].endswith(edit.replace("/", "%2F"))
    assert has_note(client.get(edit).content.decode())


def test_passwords_are_never_kept_and_what_signs_in_has_nothing_kept(ben: Membership) -> None:
    client = Client(enforce_csrf_checks=True)
    login = reverse("account_login")
    data = {"typed_by": "", "login": "ben@example.org", "password": "a-long-quiet-river"}

    answer = client.post(login, data, headers={"Origin": "http://testserver"})

    assert answer.status_code == 403
    assert not Session.objects.exists()


def test_part_of_a_page_leads_the_whole_page_to_sign_in(alice: Membership, sign_in: SignIn) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/people/?q=x#row"}

    answer = Client().get(reverse("intake:people"), headers=headers)

    assert answer.headers["HX-Redirect"] == "/account/login/?next=/people/%3Fq%3Dx"


def test_join_form_that_was_open_too_long_comes_back_without_the_password(alice: Membership, now: datetime) -> None:
    invitation = invite(
        program=alice.program,
        email="new@example.org",
        first_name="",
        role=Role.MENTEE,
        by=alice,
        now=now,
        submission_key=alice.pk,
    )
    client, join = Client(enforce_csrf_checks=True), reverse("people:join", args=[invitation.token])
    data = {"typed_by": "", "first_name": "Nora", "password": "a-long-quiet-river"}

    answer = client.post(join, data, headers={"Origin": "http://testserver"})
    html = client.get(join).content.decode()

    assert (answer.status_code, answer.headers["Location"]) == (302, join)
    assert [one.get("value") for one in inputs_of(html, "first_name")] == ["Nora"]
    assert "a-long-quiet-river" not in html


@pytest.mark.parametrize(
    ("idle", "lasted", "seconds"), [(0, 1, 900), (5, 10, 900), (0, 475, 300)], ids=["at once", "idle till now", "long in"]
)
def test_page_of_staff_says_when_its_session_ends(
    alice: Membership, sign_in: SignIn, idle: int, lasted: int, seconds: int
) -> None:
    client = sign_in(alice)
    session = client.session
    session[SEEN_AT] = (timezone.now() - timedelta(minutes=idle)).isoformat()
    session[SIGNED_IN_AT] = (timezone.now() - timedelta(minutes=lasted)).isoformat()
    session.save()

    answer = client.post(reverse("accounts:stay")).json()
    html = client.get("/notices/").content.decode()

    said = re.findall(r'data-seconds="(\d+)"', html)
    assert [answer["seconds"], *map(int, said)] == pytest.approx([seconds, seconds], abs=2)


def test_page_whose_session_nothing_ends_does_not_ask(ben: Membership, sign_in: SignIn) -> None:
    assert "data-seconds" not in sign_in(ben).get("/").content.decode()
