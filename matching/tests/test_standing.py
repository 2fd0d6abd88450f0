"""The rules at the moment a pair comes to be, and what becomes of what stands when a rule's ground is taken away."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Program
from accounts.services import save_program, set_active
from conftest import SignIn
from core.errors import DomainError
from demo import factories
from intake.files.apply import import_people
from intake.files.format import read_people
from matching.waiting.services import propose_match
from notifications.models import Message, Notice
from people.models import MentorProfile
from people.services.profiles import name_never_pair, save_profile
from privacy.consents import revoke_consent
from privacy.models import AuditEntry, Consent
from relationships import services
from relationships.enums import CloseReason, State
from relationships.grounds import in_contact, in_the_way
from relationships.history import history_of
from relationships.models import Relationship
from relationships.selectors import pairs_that_no_longer_fit
from relationships.services import check_standing
from relationships.services.rules import SAID_AT_ONCE
from training.models import TrainingRecord
from training.services import record_training

Change = Callable[[Relationship, datetime], None]


@pytest.fixture
def proposal(alice: Membership, mona: Membership, ben: Membership, now: datetime) -> Relationship:
    return propose_match(mentor=mona, mentee=ben, by=alice, now=now)


def save(side: str, **answers: Any) -> Change:
    def change(pair: Relationship, now: datetime) -> None:
        person = getattr(pair, side)
        profile = getattr(person, f"{side}_profile")
        for name, value in answers.items():
            setattr(profile, name, value)
        save_profile(person=person, profile=profile, changed=list(answers), windows=[], by=person, now=now)

    return change


def revoke(pair: Relationship, now: datetime) -> None:
    revoke_consent(person=pair.mentee, by=pair.mentee, now=now)


def name(pair: Relationship, now: datetime) -> None:
    name_never_pair(person=pair.mentee, email=pair.mentor.user.email, reason="", by=pair.mentee, now=now)


def suspend(side: str) -> Change:
    def change(pair: Relationship, now: datetime) -> None:
        assert pair.proposed_by is not None
        set_active(person=getattr(pair, side), is_active=False, by=pair.proposed_by, now=now)

    return change


def lose_readiness(pair: Relationship, now: datetime) -> None:
    record_training(mentor=pair.mentor.mentor_profile, by=pair.mentor, now=now, hours=0)


def import_file(pair: Relationship, now: datetime) -> None:
    text = f"email,first_name,taking_mentees\n{pair.mentor.user.email},Mona,no\n"
    import_people(program=pair.program, files=[read_people("mentor", text.encode())], by=pair.proposed_by, now=now)


def import_never_pair(pair: Relationship, now: datetime) -> None:
    text = f"email,first_name,never_pair\n{pair.mentor.user.email},Mona,{pair.mentee.user.email}\n"
    import_people(program=pair.program, files=[read_people("mentor", text.encode())], by=pair.proposed_by, now=now)


def raise_training_hours(pair: Relationship, now: datetime) -> None:
    pair.program.training_hours = 60
    assert pair.proposed_by is not None
    save_program(program=pair.program, by=pair.proposed_by, now=now)


CHANGES: Mapping[str, Change] = {
    "consent_revoked": revoke,
    "never_pair_named": name,
    "mentor_suspended": suspend("mentor"),
    "mentee_suspended": suspend("mentee"),
    "mentees_must_have": save("mentee", required_genders=["woman"]),
    "mentors_must_have": save("mentor", required_genders=["man"]),
    "language": save("mentor", languages=["es"]),
    "birth_date": save("mentee", birth_date=date(2015, 1, 1)),
    "times": save("mentee", availability=[]),
    "fewer_places": save("mentor", capacity=0),
    "not_taking_mentees": save("mentor", is_taking_mentees=False),
    "training": lose_readiness,
    "program_asks_more": raise_training_hours,
    "import": import_file,
    "import_never_pair": import_never_pair,
}
HARD = ("consent_revoked", "never_pair_named", "mentor_suspended", "mentee_suspended", "import_never_pair")
"""Those that take a ground of a pair that runs."""


@pytest.mark.parametrize("change", CHANGES)
def test_proposal_that_a_change_rules_out_is_withdrawn_at_once_and_the_right_people_hear(
    *, change: str, proposal: Relationship, mona: Membership, ben: Membership, alice: Membership, now: datetime
) -> None:
    services.accept(relationship=proposal, by=mona, now=now)

    CHANGES[change](Relationship.objects.with_people().get(), now)

    pair = Relationship.objects.get()
    heard = sorted(Notice.objects.values_list("message__kind", "recipient__first_name").filter(created_at=now))
    assert pair.state == State.WITHDRAWN
    assert [line for line in heard if line[0] != "relationships.proposed"] == [
        ("relationships.not_allowed", "Alice"),
        ("relationships.not_going_ahead", "Ben"),
        ("relationships.not_going_ahead", "Mona"),
    ]
    assert "Withdrawn because the rules no longer allow it" in [line.what for line in history_of(pair, names_grounds=True)]
    entries = AuditEntry.objects.filter(object_id=pair.pk, reason="withdrawn:rules")
    assert {(entry.actor_id, entry.person_id) for entry in entries} == {(None, mona.user_id), (None, ben.user_id)}


@pytest.mark.parametrize("change", CHANGES)
def test_pair_that_runs_goes_on_hold_or_is_shown_to_the_coordinator_for_a_decision(
    *, change: str, proposal: Relationship, mona: Membership, ben: Membership, now: datetime
) -> None:
    for person in (mona, ben):
        services.accept(relationship=proposal, by=person, now=now)

    CHANGES[change](Relationship.objects.with_people().get(), now)

    pair = Relationship.objects.with_people().get()
    kinds = {"relationships.on_hold": "hold", "relationships.no_longer_fits": "fit"}
    heard = Message.objects.filter(kind__in=kinds).values_list("kind", "recipient__first_name")
    told = [(kinds[kind], who) for kind, who in heard]
    goes_on = change in ("fewer_places", "not_taking_mentees", "import")
    assert pair.state == State.ACCEPTED
    assert in_contact(pair, now) == (change not in HARD)
    assert told == ([] if goes_on else [("hold" if change in HARD else "fit", "Alice")])


def test_change_of_the_program_that_many_matches_no_longer_fit_says_so_in_ten_messages_and_lists_them_all(
    north: Program, alice: Membership, now: datetime
) -> None:
    for number in range(SAID_AT_ONCE + 2):
        two = (
            factories.make_mentor(north, f"m{number}@example.org", now=now),
            factories.make_mentee(north, f"n{number}@example.org", now=now),
        )
        asked = services.propose(mentor=two[0], mentee=two[1], by=alice, now=now)
        for person in two:
            services.accept(relationship=asked, by=person, now=now)

    raise_training_hours(Relationship.objects.with_people()[0], now)

    assert Message.objects.filter(kind="relationships.no_longer_fits").count() == SAID_AT_ONCE
    assert len(pairs_that_no_longer_fit(alice, now)) == SAID_AT_ONCE + 2


def test_person_who_moves_and_gives_the_new_times_with_the_new_zone_keeps_the_proposal(
    proposal: Relationship, ben: Membership, sign_in: SignIn
) -> None:
    """Ben's evenings in New York are mornings in Tokyo; his evenings in Tokyo are Mona's nights."""
    client, page = sign_in(ben), reverse("people:me")
    shown = client.get(page).context
    answers = {"first_name": "Ben", "last_name": "", "language": "en", "languages": ["en"], "birth_date": "1991-01-01"}
    moved = {"timezone": "Asia/Tokyo", "availability": "tue 7:00-10:00", "as_read": shown["form"].as_read}

    assert client.post(page, answers | moved).status_code == 302

    ben.user.refresh_from_db()
    assert (ben.user.timezone, ben.availability.count()) == ("Asia/Tokyo", 1)
    assert Relationship.objects.get().state == State.PROPOSED


def _quietly(change: str, pair: Relationship, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The change as something else made it that no service knows of: nothing follows from it at once."""
    with monkeypatch.context() as patch:
        patch.setattr("privacy.signals.person_changed.send", lambda *_args, **_named: [])
        CHANGES[change](pair, now)


@pytest.mark.parametrize("second", [False, True], ids=["first_yes", "second_yes"])
@pytest.mark.parametrize("change", CHANGES)
def test_yes_to_what_the_rules_no_longer_allow_pairs_nobody(
    *,
    change: str,
    second: bool,
    proposal: Relationship,
    mona: Membership,
    ben: Membership,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if second:
        services.accept(relationship=proposal, by=mona, now=now)
    _quietly(change, Relationship.objects.with_people().get(), now, monkeypatch)

    pair = services.accept(relationship=proposal, by=ben, now=now)

    assert (pair.state, pair.started_at, pair.mentee_accepted_at) == (State.WITHDRAWN, None, now)
    assert not in_contact(pair, now)
    assert Message.objects.filter(kind="relationships.not_allowed", recipient__first_name="Alice").count() == 1


@pytest.mark.parametrize("change", [one for one in CHANGES if one not in ("import", "fewer_places")])
@pytest.mark.parametrize("way", ["reopen", "resume"])
def test_coordinator_cannot_bring_together_again_whom_the_rules_keep_apart(
    *, way: str, change: str, proposal: Relationship, mona: Membership, ben: Membership, alice: Membership, now: datetime
) -> None:
    for person in (mona, ben):
        services.accept(relationship=proposal, by=person, now=now)
    steps = (State.PAUSED,) if way == "resume" else (State.CLOSING, State.CLOSED)
    for state in steps:
        reason = CloseReason.COMPLETED if state == State.CLOSED else ""
        services.change_state(relationship=proposal, to=state, by=alice, now=now, reason=reason)
    CHANGES[change](Relationship.objects.with_people().get(), now)
    pair = Relationship.objects.with_people().get()

    if way == "resume" and change == "not_taking_mentees":  # the mentor has the place already
        assert services.change_state(relationship=pair, to=State.ACTIVE, by=alice, now=now).state == State.ACTIVE
        return
    with pytest.raises(DomainError) as refused:
        services.change_state(relationship=pair, to=State.ACTIVE, by=alice, now=now)

    assert refused.value.code in ("not_eligible", "on_hold", "wrong_people")
    assert Relationship.objects.get().state == steps[-1]


def test_match_that_ended_for_safety_is_never_reopened(
    *, proposal: Relationship, mona: Membership, ben: Membership, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    for person in (mona, ben):
        services.accept(relationship=proposal, by=person, now=now)
    services.change_state(relationship=proposal, to=State.CLOSED, by=alice, now=now, reason=CloseReason.SAFETY)
    address = reverse("relationships:change_state", args=[proposal.pk, "reopen"])

    pair_page = sign_in(alice).get(reverse("relationships:detail", args=[proposal.pk])).content.decode()
    page = sign_in(alice).get(address).content.decode()
    sign_in(alice).post(address)

    assert address not in pair_page
    assert "These two must not be paired" in page
    assert "submit" not in page.partition("<main")[2].partition("</main>")[0]
    assert Relationship.objects.get().state == State.CLOSED


def test_fewer_places_end_the_newest_proposals_first(
    north: Program, mona: Membership, alice: Membership, now: datetime
) -> None:
    asked = []
    for number in range(3):
        mentee = factories.make_mentee(north, f"n{number}@example.org", now=now)
        asked.append(propose_match(mentor=mona, mentee=mentee, by=alice, now=now + timedelta(minutes=number)))

    save("mentor", capacity=2)(asked[0], now)

    states = [Relationship.objects.get(pk=pair.pk).state for pair in asked]
    assert states == [State.PROPOSED, State.PROPOSED, State.WITHDRAWN]
    assert in_the_way(list(Relationship.objects.with_people().filter(state=State.PROPOSED)), now) == {
        asked[0].pk: [],
        asked[1].pk: [],
    }


@pytest.mark.parametrize("ground", ["consent", "screening"])
def test_scan_withdraws_what_time_took_the_ground_from(*, ground: str, proposal: Relationship, now: datetime) -> None:
    then = now + timedelta(days=2)
    if ground == "consent":
        Consent.objects.update(expires_on=now.date() + timedelta(days=1))
    else:
        TrainingRecord.objects.update(screening_valid_until=now.date() + timedelta(days=1))
    assert check_standing(now) == 0

    assert (check_standing(then), check_standing(then)) == (1, 0)

    assert Relationship.objects.get().state == State.WITHDRAWN


def test_scan_tells_the_coordinator_once_of_a_pair_whose_consent_ran_out(
    proposal: Relationship, mona: Membership, ben: Membership, now: datetime
) -> None:
    for person in (mona, ben):
        services.accept(relationship=proposal, by=person, now=now)
    Consent.objects.filter(person_id=ben.user_id).update(expires_on=now.date() + timedelta(days=1))

    counts = [check_standing(now + timedelta(days=days)) for days in (1, 2, 3)]

    assert counts == [0, 1, 0]
    assert Message.objects.filter(kind="relationships.on_hold").count() == 1


def test_import_of_three_hundred_costs_no_more_for_their_proposals_than_for_three(
    north: Program, alice: Membership, now: datetime, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    def imported(count: int, prefix: str) -> int:
        people = [factories.make_mentor(north, f"{prefix}{n}@example.org", now=now) for n in range(count)]
        for n, mentor in enumerate(people):
            mentee = factories.make_mentee(north, f"{prefix}m{n}@example.org", now=now)
            services.propose(mentor=mentor, mentee=mentee, by=alice, now=now)
        rows = "".join(f"{mentor.user.email},{mentor.user.first_name},video\n" for mentor in people)
        file = read_people("mentor", f"email,first_name,meeting_modes\n{rows}".encode())
        with django_assert_max_num_queries(200) as captured:
            import_people(program=north, files=[file], by=alice, now=now)
        return len(captured)

    few, many = imported(3, "a"), imported(60, "b")

    assert many <= few + 5
    assert Relationship.objects.proposed().count() == 63


# A no that was said ---------------------------------------------------------------------------------------------------


@pytest.fixture
def declined(proposal: Relationship, mona: Membership, now: datetime) -> Relationship:
    return services.decline(relationship=proposal, by=mona, now=now)


def test_two_of_whom_one_said_no_are_no_candidates_until_a_coordinator_asks_again(
    *, declined: Relationship, mona: Membership, ben: Membership, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    client = sign_in(alice)
    page = client.get(reverse("matching:candidates", args=[ben.pk])).content.decode()
    assert "One of the two said no to this match before" in page
    assert "Propose Mona" not in page
    with pytest.raises(DomainError, match="One of the two said no to this match before"):
        propose_match(mentor=mona, mentee=ben, by=alice, now=now)

    sent = {"mentee": ben.pk, "mentor": mona.pk, "asks_again": "on"}
    assert "One of the two said no to this match before." in client.post(reverse("matching:propose"), sent).content.decode()
    client.post(reverse("matching:propose"), {**sent, "is_confirmed": "on"})

    again = Relationship.objects.proposed().get()
    assert in_the_way([Relationship.objects.with_people().get(pk=again.pk)], now)[again.pk] == []
    for person in (mona, ben):
        services.accept(relationship=again, by=person, now=now)
    assert Relationship.objects.get(pk=again.pk).state == State.ACCEPTED


@pytest.mark.parametrize("state", [State.EXPIRED, State.WITHDRAWN])
def test_only_a_no_rules_two_people_out(
    *, state: State, declined: Relationship, mona: Membership, ben: Membership, alice: Membership, now: datetime
) -> None:
    Relationship.objects.update(state=state)

    assert propose_match(mentor=mona, mentee=ben, by=alice, now=now).state == State.PROPOSED


# What the pages say ---------------------------------------------------------------------------------------------------


def main_of(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().partition("<main")[2].partition("</main>")[0].split())


@pytest.mark.parametrize(
    ("is_running", "words"),
    [
        (False, "There is a proposal with Mona. It will be withdrawn."),
        (True, "There is a match with Mona. Contact will be on hold until you decide how it goes on."),
    ],
)
def test_page_of_a_person_says_beforehand_what_revoking_touches_and_afterwards_what_it_did(
    *,
    is_running: bool,
    words: str,
    proposal: Relationship,
    mona: Membership,
    ben: Membership,
    alice: Membership,
    now: datetime,
    sign_in: SignIn,
) -> None:
    if is_running:
        for person in (mona, ben):
            services.accept(relationship=proposal, by=person, now=now)
    client = sign_in(alice)
    assert words in main_of(client, reverse("intake:person", args=[ben.pk]))

    said = client.post(reverse("intake:consent_revoke", args=[ben.pk]), follow=True).content.decode()

    assert ("Contact with Mona is on hold." if is_running else "The proposal with Mona is withdrawn.") in said


def test_edit_page_and_never_pair_form_say_beforehand_what_they_touch(
    proposal: Relationship, ben: Membership, alice: Membership, sign_in: SignIn
) -> None:
    client = sign_in(alice)

    assert "If what you save rules it out, it is withdrawn." in main_of(client, reverse("intake:person_edit", args=[ben.pk]))
    assert "If you name Mona, it is withdrawn." in main_of(client, reverse("intake:person", args=[ben.pk]))


def test_admin_who_suspends_reads_how_many_and_no_names(
    proposal: Relationship, ben: Membership, ada: Membership, sign_in: SignIn
) -> None:
    client = sign_in(ada)
    address = reverse("intake:person", args=[ben.pk])
    page = main_of(client, address)

    said = client.post(reverse("intake:set_active", args=[ben.pk]), {"active": "no"}, follow=True).content.decode()

    assert "1 open proposal will be withdrawn." in page
    assert "1 open proposal is withdrawn." in said
    assert "Mona" not in page + said


def test_import_says_beforehand_who_has_a_proposal_and_afterwards_how_many_ended(
    proposal: Relationship, mona: Membership, alice: Membership, sign_in: SignIn
) -> None:
    client = sign_in(alice)
    file = SimpleUploadedFile("mentors.csv", f"email,first_name,taking_mentees\n{mona.user.email},Mona,no\n".encode())
    preview = client.post(reverse("intake:import"), {"mentors": file})["Location"]
    assert "Mona and Ben" in main_of(client, preview)

    said = client.post(f"{preview}confirm/", follow=True).content.decode()

    assert "1 open proposal no longer holds and is withdrawn." in said


def test_page_of_a_withdrawn_proposal_says_to_the_coordinator_alone_what_stands_in_the_way(
    *, proposal: Relationship, mona: Membership, ben: Membership, alice: Membership, now: datetime, sign_in: SignIn
) -> None:
    save("mentee", required_genders=["woman"])(proposal, now)
    address = reverse("relationships:detail", args=[proposal.pk])

    pages = {person.user.first_name: main_of(sign_in(person), address) for person in (alice, mona, ben)}

    assert ["must be matched with" in page for page in pages.values()] == [True, False, False]
    assert MentorProfile.objects.get().gender == ""


def test_person_who_says_yes_too_late_reads_a_sentence_for_them_without_the_reason(
    *,
    proposal: Relationship,
    mona: Membership,
    ben: Membership,
    now: datetime,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _quietly("consent_revoked", Relationship.objects.with_people().get(), now, monkeypatch)

    said = sign_in(mona).post(reverse("relationships:answer", args=[proposal.pk]), {"answer": "yes"}, follow=True)

    page = said.content.decode().partition('<ul class="messages">')[2].partition("</ul>")[0]
    assert "This match is no longer open. That happens, and says nothing about either of you." in page
    assert "consent" not in page.lower()
