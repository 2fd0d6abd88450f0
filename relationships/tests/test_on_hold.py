"""A pair of which a ground is missing: nobody reaches the other, the two read no reason, and the staff decide."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import Membership, Program
from checkins.models import CheckIn, SupportRequest
from checkins.services import submit_checkin
from conftest import SignIn
from core.errors import DomainError
from demo import factories
from notifications.models import Message
from people.models import MenteeProfile, MentorProfile, NeverPair
from privacy.models import Consent
from relationships import services
from relationships.enums import CloseReason, Ground, State
from relationships.grounds import missing_of
from relationships.models import MentoringSession, Relationship, SupervisorRequest
from relationships.tests.losses import LOSSES
from relationships.tests.pages import WORDS, get, log, url
from supervision.models import Flag
from supervision.services import follow_session_gaps

PHONES = {"mona": "555 0101", "ben": "555 0102"}
BOTH = {"mentor": "mona", "mentee": "ben"}


@pytest.fixture
def phones(mona: Membership, ben: Membership) -> None:
    for profile in (MentorProfile.objects.get(membership=mona), MenteeProfile.objects.get(membership=ben)):
        profile.contact = PHONES[profile.membership.user.first_name.lower()]
        profile.save()


def fresh(pair: Relationship) -> Relationship:
    return Relationship.objects.with_people().get(pk=pair.pk)


def pages_of_the_two(pair: Relationship, session: MentoringSession, call: SupportRequest) -> dict[str, list[str]]:
    """Every page on which one of the two could meet the other."""
    checkin = call.checkin
    assert checkin is not None
    own = [reverse("home"), url("detail", pair.pk), url("session", pair.pk, session.pk), reverse("notifications:notices")]
    mentors = [
        url("list"),
        url("log_session", pair.pk),
        reverse("checkins:shared", args=[pair.pk]),
        reverse("checkins:read", args=[checkin.pk]),
        reverse("checkins:support_request", args=[call.pk]),
    ]
    return {"mona": own + mentors, "ben": [*own, reverse("checkins:new"), reverse("checkins:done")]}


@pytest.mark.parametrize("loss", LOSSES)
def test_lost_ground_is_named_of_the_pair_and_leaves_it_out_of_those_in_contact(
    *, loss: str, pair: Relationship, north: Program, now: datetime
) -> None:
    lose, ground = LOSSES[loss]
    today = north.today(now)
    assert missing_of(fresh(pair), now) == ()
    assert list(Relationship.objects.in_contact(today)) == [pair]

    lose(pair, now)

    assert missing_of(fresh(pair), now) == (ground,)
    assert (list(Relationship.objects.in_contact(today)), list(Relationship.objects.on_hold(today))) == ([], [pair])


def test_ground_of_another_program_or_another_two_holds_nothing(
    *, pair: Relationship, south: Program, maya: Membership, mateo: Membership, north: Program, now: datetime
) -> None:
    """Ben and Mona, who are in South too, are named there; and in North another two are."""
    there = [factories.make_member(south, m.role, "", user=m.user) for m in (pair.mentor, pair.mentee)]  # type: ignore[arg-type]
    NeverPair.objects.create(program=south, person=there[0], other=there[1])
    other = factories.make_mentee(north, "cara@example.org", now=now)
    NeverPair.objects.create(program=north, person=other, other=pair.mentor)
    Consent.objects.filter(person_id=other.user_id).delete()

    assert missing_of(fresh(pair), now) == ()
    assert list(Relationship.objects.in_contact(north.today(now))) == [pair]


@pytest.mark.parametrize("state", State)
def test_only_an_ongoing_pair_is_on_hold(*, state: State, pair: Relationship, north: Program, now: datetime) -> None:
    Relationship.objects.update(state=state)
    LOSSES["mentee_revoked"][0](pair, now)

    is_held = Relationship.objects.on_hold(north.today(now)).exists()

    assert is_held == (state in ("accepted", "introduced", "active", "paused", "closing"))
    assert missing_of(fresh(pair), now) == (Ground.MENTEE_CONSENT,)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("name", ["mona", "ben"])
def test_neither_of_the_two_sees_contact_words_or_the_reason_while_on_hold(
    *,
    loss: str,
    name: str,
    pair: Relationship,
    phones: None,
    mona: Membership,
    ben: Membership,
    now: datetime,
    sign_in: SignIn,
) -> None:
    session = log(pair, now, **WORDS)
    submit_checkin(mentee=ben, now=now, submission_key=uuid4(), note="I slept.", shared_with=pair, support="now")
    call = SupportRequest.objects.get()
    me = {"mona": mona, "ben": ben}[name]
    other = "ben" if name == "mona" else "mona"
    client = sign_in(me)
    assert PHONES[other] in get(client, url("detail", pair.pk))

    LOSSES[loss][0](pair, now)

    for address in pages_of_the_two(pair, session, call)[name]:
        page = client.get(address).content.decode()
        assert PHONES[other] not in page, address
        assert "Hush." not in page, address
        assert "consent" not in page.lower().partition("<main")[2], address
        assert "never" not in page.lower().partition("<main")[2], address
        if name == "mona":
            assert "I slept." not in page, address
        else:
            assert WORDS["note"] not in page, address


@pytest.mark.parametrize("name", ["mona", "ben"])
def test_page_of_each_says_that_contact_is_on_hold_and_that_the_coordinator_decides(
    *, name: str, pair: Relationship, now: datetime, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    LOSSES["mentee_named_mentor"][0](pair, now)
    client = sign_in(request.getfixturevalue(name))
    other = "Ben" if name == "mona" else "Mona"

    words = f"Contact with {other} is on hold for now. Your coordinator knows, and decides how it goes on."
    assert words in " ".join(get(client, url("detail", pair.pk)).split())
    if name == "ben":
        assert words in " ".join(get(client, reverse("home")).split())


@pytest.mark.parametrize("name", ["mona", "ben"])
def test_page_of_each_names_no_coordinator_where_the_program_has_none(
    *, name: str, pair: Relationship, alice: Membership, now: datetime, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    LOSSES["mentee_named_mentor"][0](pair, now)
    Membership.objects.filter(pk=alice.pk).update(is_active=False)
    client = sign_in(request.getfixturevalue(name))

    pages = [get(client, url("detail", pair.pk))]
    for state in (State.CLOSED, State.DECLINED, State.EXPIRED, State.WITHDRAWN):
        Relationship.objects.update(state=state)
        pages.append(get(client, url("detail", pair.pk)))

    assert [page.count("Your program has no coordinator") for page in pages] == [1] * 5
    assert [page for page in pages if "our coordinator knows" in page or "Your coordinator is there" in page] == []


@pytest.mark.parametrize("loss", LOSSES)
def test_coordinator_reads_which_ground_is_missing_at_home_and_on_the_page_of_the_match(
    *, loss: str, pair: Relationship, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    lose, ground = LOSSES[loss]
    words = str(ground.label) % {"mentor": "Mona", "mentee": "Ben"}
    client = sign_in(alice)
    pages = (reverse("home"), url("detail", pair.pk))
    assert all(words not in get(client, page) for page in pages)

    lose(pair, now)

    assert all(words in get(client, page) for page in pages)
    assert "Hush." not in get(client, url("detail", pair.pk))


def test_notice_that_says_how_to_reach_each_other_asks_for_no_attention_any_more_while_on_hold(
    *, pair: Relationship, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    client, words = sign_in(ben), "You can now see how to reach each other."
    assert words in get(client, reverse("home"))

    LOSSES["mentor_revoked"][0](pair, now)

    assert words not in get(client, reverse("home"))


def test_supervisor_reads_that_contact_is_on_hold_and_not_why(
    *, pair: Relationship, sam: Membership, now: datetime, sign_in: SignIn
) -> None:
    LOSSES["mentee_named_mentor"][0](pair, now)
    client = sign_in(sam)

    for address in (reverse("home"), url("detail", pair.pk), url("list")):
        page = get(client, address)
        assert "On hold" in page or "on hold" in page
        assert "must not be paired" not in page


def test_contact_opens_again_by_itself_when_the_ground_is_back(
    *, pair: Relationship, phones: None, north: Program, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    LOSSES["mentee_revoked"][0](pair, now)
    client = sign_in(ben)
    assert PHONES["mona"] not in get(client, url("detail", pair.pk))

    factories.give_consent(ben, north.today(now))

    assert PHONES["mona"] in get(client, url("detail", pair.pk))


def test_proposal_shows_nothing_of_what_the_two_share_and_asks_no_answer_when_a_ground_is_missing(
    *, proposal: Relationship, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    client = sign_in(ben)
    assert "You both speak" in get(client, url("detail", proposal.pk))

    LOSSES["mentors_consent_ran_out"][0](proposal, now)

    page = get(client, url("detail", proposal.pk))
    assert "You both speak" not in page
    assert "Yes to Mona" not in page
    assert "This match is no longer open. That happens, and says nothing about either of you." in page
    assert "Yes to Mona" not in get(client, reverse("home"))


PASSED_ON: list[dict[str, Any]] = [
    {"note": "Call me."},
    {"next_step": "Call me."},
    {"next_on": date(2026, 3, 9)},
    {"outcome": "moved", "held_on": date(2026, 3, 9)},
]


@pytest.mark.parametrize("words", PASSED_ON, ids=lambda words: next(iter(words)))
def test_mentor_can_pass_nothing_on_in_a_log_while_on_hold_and_loses_nothing_typed(
    *, words: dict[str, Any], pair: Relationship, mona: Membership, now: datetime, sign_in: SignIn
) -> None:
    LOSSES["mentee_revoked"][0](pair, now)
    typed = {"submission_key": uuid4(), "outcome": "met", "held_on": date(2026, 3, 2), **words}

    response = sign_in(mona).post(url("log_session", pair.pk), typed)

    assert response.status_code == 422
    page = response.content.decode()
    assert "Contact is on hold, so nothing is passed on to your mentee." in page
    assert ("Call me." in page) == ("Call me." in words.values())
    assert not MentoringSession.objects.exists()


def test_mentor_can_log_what_took_place_and_ask_for_the_supervisor_while_on_hold(
    *, pair: Relationship, mona: Membership, now: datetime
) -> None:
    LOSSES["mentee_revoked"][0](pair, now)

    session = log(pair, now, minutes=30)
    asked = services.ask_supervisor(relationship=pair, kind="worry", by=mona, now=now, submission_key=uuid4())

    assert list(MentoringSession.objects.standing()) == [session]
    assert list(SupervisorRequest.objects.to_take_up()) == [asked]


def test_nobody_changes_the_rhythm_while_on_hold(*, pair: Relationship, mona: Membership, now: datetime) -> None:
    LOSSES["mentee_revoked"][0](pair, now)

    with pytest.raises(DomainError) as refused:
        services.set_cadence(relationship=pair, cadence_days=3, by=mona, now=now)

    assert refused.value.code == "on_hold"


@pytest.mark.parametrize("to", [State.INTRODUCED, State.CLOSING])
def test_coordinator_brings_nobody_together_while_on_hold(
    *, to: State, pair: Relationship, alice: Membership, now: datetime
) -> None:
    LOSSES["mentee_named_mentor"][0](pair, now)

    with pytest.raises(DomainError) as refused:
        services.change_state(relationship=pair, to=to, by=alice, now=now)

    assert refused.value.code == "on_hold"


def test_coordinator_ends_a_match_on_hold_without_a_last_session(
    *, pair: Relationship, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    client = sign_in(alice)
    close = url("change_state", pair.pk, "close")
    assert close not in get(client, url("detail", pair.pk))
    LOSSES["mentee_named_mentor"][0](pair, now)
    assert close in get(client, url("detail", pair.pk))

    client.post(close, {"reason": CloseReason.REMATCH})

    pair.refresh_from_db()
    assert (pair.state, pair.close_reason) == (State.CLOSED, CloseReason.REMATCH)


def test_call_for_support_on_hold_tells_the_mentor_nothing_and_the_form_says_so(
    *, pair: Relationship, mona: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    LOSSES["mentor_revoked"][0](pair, now)
    page = get(sign_in(ben), reverse("checkins:new"))

    submit_checkin(mentee=ben, now=now, submission_key=uuid4(), support="now")

    assert "Mona" not in page.partition("<main")[2]
    assert SupportRequest.objects.count() == 1
    assert not Message.objects.filter(recipient=mona.user, kind__startswith="checkins.support").exists()


def test_check_in_shared_on_a_page_from_before_the_hold_is_kept_to_oneself_and_says_so(
    *, pair: Relationship, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    client = sign_in(ben)
    typed = {"submission_key": str(uuid4()), "note": "I slept.", "is_shared": "on", "shared_in": str(pair.pk)}
    LOSSES["mentor_revoked"][0](pair, now)

    response = client.post(reverse("checkins:new"), typed, follow=True)

    assert "Your check-in is saved, and only you see it" in response.content.decode()
    assert CheckIn.objects.get().shared_with is None


def test_session_gap_of_a_pair_on_hold_asks_nobody_to_meet(*, running: Relationship, mona: Membership, now: datetime) -> None:
    LOSSES["mentee_revoked"][0](running, now)
    then = now + timedelta(days=30)

    follow_session_gaps(then)

    assert not Flag.objects.exists()
    assert not Message.objects.filter(kind__startswith="supervision.gap").exists()


def test_home_of_a_coordinator_costs_the_same_for_three_matches_on_hold_as_for_nine(
    *,
    north: Program,
    alice: Membership,
    now: datetime,
    sign_in: SignIn,
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    client = sign_in(alice)
    counts = []
    for count, prefix in ((3, "a"), (6, "b")):
        for number in range(count):
            mentor = factories.make_mentor(north, f"{prefix}m{number}@example.org", now=now)
            mentee = factories.make_mentee(north, f"{prefix}n{number}@example.org", now=now)
            pair = services.propose(mentor=mentor, mentee=mentee, by=alice, now=now)
            services.accept(relationship=pair, by=mentor, now=now)
            services.accept(relationship=pair, by=mentee, now=now)
            LOSSES["mentee_revoked"][0](pair, now)
        client.get(reverse("home"))
        with django_assert_max_num_queries(40) as captured:
            client.get(reverse("home"))
        counts.append(len(captured))

    assert counts[0] == counts[1]
