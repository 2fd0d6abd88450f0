"""Whatever changes between reading a form and sending it, the answer shows the words that were written.

Each form with a field for words stands in `FORMS`, with what may change meanwhile; a new one fails until it does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.enums import Role
from accounts.models import Membership
from checkins.models import SupportRequest
from conftest import SignIn
from core.policy import policy_of
from core.refill import NOT_TYPED, WRITTEN_IN, _Form, _Reader
from core.routes import walk
from core.scans import run_scan
from core.tests.test_imports import RANK
from core.typed import KEPT_FOR
from demo import factories
from matching.models import Round, RoundLine
from matching.rounds import services as rounds
from people.models import Invitation
from people.services.invitations import invite, withdraw
from privacy.consents import revoke_consent
from relationships import services
from relationships.enums import CloseReason, Outcome, State
from relationships.models import Relationship
from supervision.models import Flag
from supervision.services import resolve_flag

pytestmark = pytest.mark.django_db

SITE = "http://testserver"
ADDRESS = "somebody.new@example.org"
WITHOUT_WORDS = {
    "accounts:act_as",
    "accounts:exit",
    "accounts:stay",
    "checkins:heard",
    "checkins:in_touch",
    "core:forget_typed",
    "intake:consent_give",
    "intake:consent_revoke",
    "intake:import",
    "intake:import_confirm",
    "intake:leave_unmatched",
    "intake:never_pair_drop",
    "intake:set_active",
    "intake:start_waiting",
    "intake:take_back_consent",
    "matching:call_off",
    "matching:propose",
    "matching:reopen",
    "matching:round_weights",
    "matching:send_round",
    "matching:set_aside",
    "matching:solve_again",
    "matching:start_round",
    "matching:take_back",
    "matching:weights",
    "notifications:open",
    "notifications:read_all",
    "notifications:try_again",
    "people:invitation_send_again",
    "people:invitation_withdraw",
    "people:invite_everybody",
    "relationships:answer",
    "relationships:cadence",
    "relationships:change_state",
    "relationships:confirm_session",
    "relationships:take_back_session",
    "training:record",
}
"""What takes a post and no words: buttons, choices, numbers, days and files. The browser looks too (`demo/tests/browser/`)."""


@dataclass
class World:
    """The cast, a pair that has met, and one thing of each kind that a form can be about."""

    alice: Membership
    sam: Membership
    ada: Membership
    mona: Membership
    ben: Membership
    pair: Relationship
    flag: Flag
    invitation: Invitation
    now: datetime

    @cached_property
    def line(self) -> RoundLine:
        """Somebody who waits, and the mentor who is proposed for them."""
        waits = factories.make_mentee(self.alice.program, "nora@example.org", now=self.now)
        lines = rounds.start_round(by=self.alice, now=self.now).lines
        found: RoundLine = lines.select_related("round", "mentee", "mentor").get(mentee=waits)
        return found

    @property
    def round(self) -> Round:
        return self.line.round


@pytest.fixture
def world(*, alice: Membership, sam: Membership, ada: Membership, mona: Membership, ben: Membership, now: datetime) -> World:
    then = now - timedelta(days=2)
    pair = services.propose(mentor=mona, mentee=ben, by=alice, now=then)
    services.accept(relationship=pair, by=mona, now=then)
    services.accept(relationship=pair, by=ben, now=then)
    SupportRequest.objects.create(mentee=ben, shared_with=pair, urgency="today", asked_at=now)
    run_scan("supervision.requests", now)
    invitation = invited(alice, "new@example.org", now, key=alice.pk)
    return World(alice, sam, ada, mona, ben, Relationship.objects.get(), Flag.objects.get(), invitation, now)


def invited(by: Membership, email: str, now: datetime, *, key: UUID) -> Invitation:
    said: dict[str, Any] = {"first_name": "", "role": Role.MENTEE, "submission_key": key}
    return invite(program=by.program, email=email, by=by, now=now, **said)


@dataclass(frozen=True)
class Form:
    """Who sends it (nobody: a stranger), the page it stands on, and where it goes, where that is elsewhere."""

    sender: Callable[[World], Membership | None]
    page: Callable[[World], str]
    action: Callable[[World], str] | None = None


def _override(route: str) -> Form:
    return Form(lambda w: w.alice, lambda w: f"{reverse(route, args=[w.round.pk, w.line.mentee_id])}?mentor={w.line.mentor_id}")


FORMS = {
    "accounts:program": Form(lambda w: w.ada, lambda _w: reverse("accounts:program")),
    "checkins:new": Form(lambda w: w.ben, lambda _w: reverse("checkins:new")),
    "intake:never_pair_add": Form(
        lambda w: w.alice,
        lambda w: reverse("intake:person", args=[w.ben.pk]),
        lambda w: reverse("intake:never_pair_add", args=[w.ben.pk]),
    ),
    "intake:person_edit": Form(lambda w: w.alice, lambda w: reverse("intake:person_edit", args=[w.ben.pk])),
    "matching:keep_apart": _override("matching:keep_apart"),
    "matching:keep_together": _override("matching:keep_together"),
    "people:invitations": Form(lambda w: w.alice, lambda _w: reverse("people:invitations")),
    "people:join": Form(lambda _w: None, lambda w: reverse("people:join", args=[w.invitation.token])),
    "people:me": Form(lambda w: w.mona, lambda _w: reverse("people:me")),
    "relationships:log_session": Form(lambda w: w.mona, lambda w: reverse("relationships:log_session", args=[w.pair.pk])),
    "relationships:tell_supervisor": Form(
        lambda w: w.mona, lambda w: reverse("relationships:tell_supervisor", args=[w.pair.pk])
    ),
    "supervision:flag": Form(lambda w: w.sam, lambda w: reverse("supervision:flag", args=[w.flag.pk])),
}

Change = Callable[[World], object]


def _change_profile(w: World) -> None:
    """By the mentee, while the coordinator writes, or the other way round."""
    w.ben.mentee_profile.contact = w.mona.mentor_profile.contact = "By post."
    w.ben.mentee_profile.save()
    w.mona.mentor_profile.save()


def _close_flag(w: World) -> None:
    resolve_flag(flag=w.flag, what_was_done="I called.", by=w.alice, now=w.now)


def _hand_on(w: World) -> None:
    other = factories.make_member(w.alice.program, Role.SUPERVISOR, "sven@example.org")
    w.mona.mentor_profile.supervisor = other
    w.mona.mentor_profile.save()


def _end(w: World) -> None:
    services.change_state(relationship=w.pair, to=State.CLOSED, by=w.alice, now=w.now, reason=CloseReason.SAFETY)


def _put_on_hold(w: World) -> None:
    revoke_consent(person=w.ben, by=w.alice, now=w.now)


def _log_the_day(w: World) -> None:
    today = w.mona.user.today(w.now)
    services.log_session(
        relationship=w.pair, by=w.mona, now=w.now, submission_key=w.mona.pk, held_on=today, outcome=Outcome.MET
    )


def _take_mentor_away(w: World) -> None:
    assert w.line.mentor
    Membership.objects.filter(pk=w.line.mentor.pk).update(is_active=False)


ROUND_CHANGES: dict[str, Change] = {
    "set aside": lambda w: rounds.set_aside(matching_round=w.round, by=w.alice, now=w.now),
    "the mentee is no longer in it": lambda w: w.line.delete(),
    "the mentor is suspended": _take_mentor_away,
}
CHANGES: dict[str, dict[str, Change]] = {
    "intake:person_edit": {"changed by another": _change_profile},
    "matching:keep_apart": ROUND_CHANGES,
    "matching:keep_together": ROUND_CHANGES,
    "people:invitations": {"invited": lambda w: invited(w.alice, ADDRESS, w.now, key=w.ben.pk)},
    "people:me": {"changed by another": _change_profile},
    "people:join": {"withdrawn": lambda w: withdraw(invitation=w.invitation, by=w.alice, now=w.now)},
    "relationships:log_session": {"ended": _end, "put on hold": _put_on_hold, "logged": _log_the_day},
    "supervision:flag": {"closed by another": _close_flag, "handed on": _hand_on},
}
"""What may happen to the thing itself; that the sender is suspended, or signed out, happens to every form."""
STORIES = [(route, change) for route in FORMS for change in CHANGES.get(route, {})]
OF_MEMBERS = sorted(FORMS.keys() - {"people:join"})


def forms_for(html: str, page: str, action: str) -> list[_Form]:
    return [form for form in _Reader(html).forms if form.is_posted_to(action, page)]


def written(html: str, page: str, action: str) -> dict[str, list[str]]:
    """The form as a person sends it who writes into every field for words and leaves the rest as it is."""
    form = max(forms_for(html, page, action), key=lambda one: len(one.controls))
    marked = {control.value.partition(" ")[0] for control in form.controls if control.name == WRITTEN_IN}
    sent: dict[str, list[str]] = {}
    for control in form.controls:
        if control.name in marked and control.kind not in NOT_TYPED:
            sent[control.name] = [ADDRESS if control.kind == "email" else f"Words in {control.name}: “a” & <b>"]
        elif control.kind in ("checkbox", "radio", "option"):
            is_chosen = "checked" in control.attributes or "selected" in control.attributes
            if is_chosen or (control.kind == "radio" and control.name not in sent):
                sent[control.name] = [control.value]
        elif control.kind not in NOT_TYPED - {"hidden"}:
            sent.setdefault(control.name, []).append(control.text_in(html))
    return sent


@dataclass
class Sent:
    """A form that was read, and is about to be sent."""

    client: Client
    page: str
    action: str
    data: dict[str, list[str]]

    @property
    def words(self) -> set[str]:
        return {text for texts in self.data.values() for text in texts if text.startswith("Words in") or text == ADDRESS}

    def post(self, **headers: str) -> Any:
        around = {"Origin": SITE, "Referer": SITE + self.page, **headers}
        return self.client.post(self.action, self.data, headers=around, follow="HX-Request" not in headers)

    def lost_in(self, answer: Any) -> set[str]:
        html = unescape(answer.content.decode())
        return {words for words in self.words if words not in html}


def read(route: str, world: World, sign_in: SignIn) -> Sent:
    form = FORMS[route]
    sender, page = form.sender(world), form.page(world)
    client = sign_in(sender) if sender else Client()
    path = page.partition("?")[0]
    action = form.action(world) if form.action else path
    return Sent(client, page, action, written(client.get(page).content.decode(), path, action))


def suspend(route: str, world: World) -> None:
    sender = FORMS[route].sender(world)
    assert sender
    Membership.objects.filter(pk=sender.pk).update(is_active=False)


def test_every_form_of_ours_is_listed() -> None:
    ours = [route for route in walk(get_resolver().url_patterns) if route.view.__module__.partition(".")[0] in RANK]
    posted = {route.name for route in ours if (policy := policy_of(route.view)) and "POST" in policy.methods}

    assert {name for name in posted if ":" in name} == FORMS.keys() | WITHOUT_WORDS
    assert CHANGES.keys() <= FORMS.keys()


def test_every_view_that_refuses_and_leads_elsewhere_says_so() -> None:
    """`messages.error` by itself would let a post count as taken."""
    sources = [path for room in RANK for path in Path(settings.BASE_DIR, room).rglob("*.py") if "tests" not in path.parts]
    loud = [str(path.relative_to(settings.BASE_DIR)) for path in sources if "messages.error(" in path.read_text()]

    assert loud == ["core/refusals.py"]


@pytest.mark.parametrize("route", FORMS)
def test_form_says_which_of_its_fields_are_for_words(route: str, world: World, sign_in: SignIn) -> None:
    sent = read(route, world, sign_in)

    assert sent.words


@pytest.mark.parametrize(("route", "change"), STORIES)
def test_words_come_back_when_the_thing_changed_meanwhile(route: str, change: str, world: World, sign_in: SignIn) -> None:
    sent = read(route, world, sign_in)
    CHANGES[route][change](world)

    answer = sent.post()

    assert sent.lost_in(answer) == set()


@pytest.mark.parametrize("route", OF_MEMBERS)
def test_words_come_back_when_their_writer_was_suspended_meanwhile(route: str, world: World, sign_in: SignIn) -> None:
    sent = read(route, world, sign_in)
    suspend(route, world)

    answer = sent.post()

    assert sent.lost_in(answer) == set()
    assert "What you wrote was not saved." in answer.content.decode()


@pytest.mark.parametrize("route", OF_MEMBERS)
def test_words_come_back_after_signing_in_again(route: str, world: World, sign_in: SignIn) -> None:
    sent = read(route, world, sign_in)
    sender = FORMS[route].sender(world)
    assert sender
    sent.client.logout()

    sent.post()
    sent.client.force_login(sender.user)
    answer = sent.client.get(sent.page)

    assert (answer.status_code, sent.lost_in(answer)) == (200, set())


@pytest.mark.parametrize(
    ("route", "change"),
    [
        ("matching:keep_apart", "set aside"),
        ("matching:keep_apart", "the mentor is suspended"),
        ("supervision:flag", "handed on"),
    ],
)
def test_words_come_back_when_both_the_session_ended_and_the_thing_changed(
    route: str, change: str, world: World, sign_in: SignIn
) -> None:
    """The page they were written on is gone: it leads elsewhere, or is not found. They stand there, until they are read."""
    sent = read(route, world, sign_in)
    sender = FORMS[route].sender(world)
    assert sender
    sent.client.logout()
    CHANGES[route][change](world)

    sent.post()
    sent.client.force_login(sender.user)
    answer = sent.client.get(sent.page, follow=True)
    again = sent.client.get(answer.request["PATH_INFO"])
    here = {"Referer": SITE + answer.request["PATH_INFO"]}
    sent.client.post(reverse("core:forget_typed"), headers=here)
    after = sent.client.get(answer.request["PATH_INFO"])

    assert (sent.lost_in(answer), sent.lost_in(again), sent.lost_in(after)) == (set(), set(), sent.words)
    assert "I no longer need it" in answer.content.decode()


def test_words_written_in_a_part_of_a_page_come_back_on_the_page_it_leads_to(world: World, sign_in: SignIn) -> None:
    sent = read("matching:keep_apart", world, sign_in)
    rounds.set_aside(matching_round=world.round, by=world.alice, now=world.now)

    answer = sent.post(**{"HX-Request": "true", "HX-Current-URL": SITE + world.round.get_absolute_url()})
    page = sent.client.get(answer.headers["HX-Redirect"])

    assert sent.lost_in(page) == set()
    assert "This round is no longer open." in page.content.decode()


def test_words_of_a_refused_form_are_for_nobody_else_and_gone_after_a_day(world: World, sign_in: SignIn) -> None:
    sent = read("matching:keep_apart", world, sign_in)
    rounds.set_aside(matching_round=world.round, by=world.alice, now=world.now)
    sent.post()
    page = world.round.get_absolute_url()
    other = factories.make_member(world.alice.program, Role.COORDINATOR, "olga@example.org")

    with time_machine.travel(world.now + KEPT_FOR):
        sent.client.force_login(world.alice.user)
        late = sent.client.get(page)
    sent.client.force_login(other.user)

    assert sent.lost_in(late) == sent.words
    assert sent.lost_in(sent.client.get(page)) == sent.words


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_post_of_another_site_is_not_shown_in_the_answer(headers: dict[str, str], world: World, sign_in: SignIn) -> None:
    sent = read("supervision:flag", world, sign_in)
    _hand_on(world)

    answer = sent.post(**headers)

    assert (answer.status_code, sent.lost_in(answer)) == (404, sent.words)


def test_stranger_makes_no_answer_larger_than_what_they_sent() -> None:
    """One field that is named a thousand times, from a page that nobody drew."""
    sent = {"typed_by": "", "note": "x" * 30_000, WRITTEN_IN: ["note Note"] * 1000}

    answers = [
        Client(enforce_csrf_checks=True).post(reverse("checkins:new"), {**sent, **more}, headers={"Origin": SITE})
        for more in ({}, {"note": "x" * 3_000})
    ]

    assert max(len(answer.content) for answer in answers) < 50_000


def test_answer_about_a_closed_flag_shows_the_words_without_a_form_that_could_send_them(world: World, sign_in: SignIn) -> None:
    sent = read("supervision:flag", world, sign_in)
    _close_flag(world)

    answer = sent.post()

    html = answer.content.decode()
    assert (answer.status_code, sent.lost_in(answer)) == (422, set())
    assert "What you wrote was not saved." in html
    assert "This flag is already closed. How it was closed stands on its page." in html
    assert ("How it was closed" in html, 'name="what_was_done"' in html) == (True, False)


@pytest.mark.parametrize("route", ["people:invitations", "relationships:log_session"])
def test_form_sent_again_in_other_words_comes_back_and_can_be_sent_once_more(route: str, world: World, sign_in: SignIn) -> None:
    """On a slow line a person writes on, and presses again. The first answer never shows."""
    sent = read(route, world, sign_in)
    sent.post()
    name = next(iter(name for name, texts in sent.data.items() if texts[0].startswith("Words in")))
    sent.data[name] = ["Words in another way"]

    answer = sent.post()
    again = written(answer.content.decode(), sent.action, sent.action)

    assert (answer.status_code, sent.lost_in(answer)) == (422, set())
    assert again["submission_key"] != sent.data["submission_key"]


@pytest.mark.parametrize("route", ["intake:person_edit", "people:me"])
def test_profile_changed_by_another_meanwhile_is_not_changed_back(route: str, world: World, sign_in: SignIn) -> None:
    sent = read(route, world, sign_in)
    _change_profile(world)

    answer = sent.post()

    world.ben.mentee_profile.refresh_from_db()
    world.mona.mentor_profile.refresh_from_db()
    assert answer.status_code == 422
    assert (world.ben.mentee_profile.contact, world.mona.mentor_profile.contact) == ("By post.", "By post.")
    assert "This was changed while you were writing." in answer.content.decode()


def test_words_kept_for_a_profile_that_was_changed_meanwhile_stand_beside_it(world: World, sign_in: SignIn) -> None:
    sent = read("intake:person_edit", world, sign_in)
    sent.client.logout()
    _change_profile(world)

    sent.post()
    sent.client.force_login(world.alice.user)
    answer = sent.client.get(sent.page)

    assert sent.lost_in(answer) == set()
    [form] = forms_for(answer.content.decode(), sent.page, sent.action)
    assert [one.text_in("") for one in form.controls if one.name == "contact"] == ["By post."]
