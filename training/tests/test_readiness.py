"""When a mentor is ready, what is missing, and who records it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.enums import Role
from accounts.models import Membership
from conftest import SignIn
from demo import factories
from people.models import MentorProfile
from privacy.models import Action, AuditEntry
from training.models import TrainingRecord
from training.readiness import mentors_ready, months_before, months_between, readiness
from training.services import record_training

NOW = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


def missing(mona: Membership, now: datetime = NOW) -> list[str]:
    mentor = MentorProfile.objects.select_related("membership__program", "training").get(membership=mona)
    found = [str(words) for words in readiness(mentor, now).missing]
    listed = mentors_ready(Membership.objects.filter(pk=mona.pk), mona.program, NOW).exists()
    assert listed is not bool(found) or now != NOW
    return found


@pytest.fixture
def mentor(mona: Membership) -> MentorProfile:
    """Mona, ready on March 2, 2026 whatever the clock says."""
    MentorProfile.objects.filter(membership=mona).update(recovery_since=date(2025, 3, 2))
    TrainingRecord.objects.update(agreement_signed_on=date(2026, 1, 1), screening_valid_until=TODAY)
    return MentorProfile.objects.get(membership=mona)


def test_mentor_with_everything_is_ready(mentor: MentorProfile, mona: Membership) -> None:
    assert missing(mona) == []


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (None, ["The date recovery began is not known"]),
        (date(2025, 3, 3), ["Less than 12 months in recovery"]),
        (date(2025, 3, 2), []),
    ],
)
def test_recovery_is_counted_in_whole_months(
    mentor: MentorProfile, mona: Membership, since: date | None, words: list[str]
) -> None:
    MentorProfile.objects.filter(pk=mentor.pk).update(recovery_since=since)

    assert missing(mona) == words


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"hours": Decimal("5.9")}, ["Less than 6 hours of training"]),
        ({"agreement_signed_on": None}, ["The mentor agreement is not signed"]),
        ({"screening_valid_until": None}, ["Screening is not recorded"]),
        ({"screening_valid_until": TODAY - timedelta(days=1)}, ["Screening is out of date"]),
    ],
)
def test_each_missing_thing_is_named(
    mentor: MentorProfile, mona: Membership, changed: dict[str, object], words: list[str]
) -> None:
    TrainingRecord.objects.update(**changed)

    assert missing(mona) == words


def test_mentor_without_any_record_misses_all_of_it(mentor: MentorProfile, mona: Membership) -> None:
    TrainingRecord.objects.all().delete()

    assert missing(mona) == [
        "Less than 6 hours of training",
        "The mentor agreement is not signed",
        "Screening is not recorded",
    ]


def test_the_programs_numbers_decide(mentor: MentorProfile, mona: Membership) -> None:
    mona.program.mentor_recovery_months, mona.program.training_hours = 24, 20
    mona.program.save()

    assert missing(mona) == ["Less than 24 months in recovery", "Less than 20 hours of training"]


def test_screening_ends_with_the_programs_own_day(mentor: MentorProfile, mona: Membership) -> None:
    last_minute = datetime(2026, 3, 3, 4, 59, tzinfo=UTC)

    assert missing(mona, last_minute) == []
    assert missing(mona, last_minute + timedelta(minutes=1)) == ["Screening is out of date"]


@given(DAYS, DAYS, st.integers(6, 24))
def test_filter_and_count_of_months_agree(earlier: date, later: date, months: int) -> None:
    assert (months_between(earlier, later) >= months) is (earlier <= months_before(later, months))


def test_coordinator_records_training(alice: Membership, mona: Membership, sign_in: SignIn) -> None:
    TrainingRecord.objects.all().delete()
    url = reverse("training:record", args=[mona.pk])
    answers = {"hours": "7.5", "agreement_signed_on": "2026-02-01", "screening_valid_until": "2027-02-01"}

    response = sign_in(alice).post(url, answers)

    assert response.headers["Location"] == reverse("intake:person", args=[mona.pk])
    record = TrainingRecord.objects.get()
    assert (record.mentor.membership, record.hours) == (mona, Decimal("7.5"))
    entry = AuditEntry.objects.get(action=Action.CHANGED)
    assert (entry.actor_id, entry.person_id, entry.reason) == (alice.user_id, mona.user_id, "training")


@pytest.mark.django_db(transaction=True)
def test_first_record_of_a_mentor_by_several_at_once_is_one(alice: Membership, mona: Membership, now: datetime) -> None:
    TrainingRecord.objects.all().delete()
    gate = Barrier(4)

    def record(hours: int) -> None:
        gate.wait()
        try:
            record_training(mentor=mona.mentor_profile, by=alice, now=now, hours=Decimal(hours))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(record, range(6, 10))) == [None] * 4

    assert TrainingRecord.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("hours", "-1"), ("hours", "1e9"), ("hours", "many"), ("agreement_signed_on", "9999-12-31")],
)
def test_bad_training_is_refused_beside_its_field(
    alice: Membership, mona: Membership, sign_in: SignIn, *, field: str, value: str
) -> None:
    response = sign_in(alice).post(reverse("training:record", args=[mona.pk]), {"hours": "6", field: value})

    assert list(response.context["form"].errors) == [field]


def test_training_of_others_and_of_mentees_is_not_found(
    alice: Membership, otto: Membership, mona: Membership, ben: Membership, sign_in: SignIn
) -> None:
    assert sign_in(otto).get(reverse("training:record", args=[mona.pk])).status_code == 404
    assert sign_in(alice).get(reverse("training:record", args=[ben.pk])).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("ada", 403), ("sam", 403), ("mona", 403), ("ben", 403)])
def test_training_is_recorded_by_coordinators(
    request: pytest.FixtureRequest, mona: Membership, sign_in: SignIn, *, who: str, status: int
) -> None:
    assert sign_in(request.getfixturevalue(who)).get(reverse("training:record", args=[mona.pk])).status_code == status


def test_training_signed_out_asks_to_sign_in(mona: Membership) -> None:
    assert Client().get(reverse("training:record", args=[mona.pk])).status_code == 302


MISSING = [
    "The date recovery began is not known",
    "Less than 6 hours of training",
    "The mentor agreement is not signed",
    "Screening is not recorded",
]


def test_home_of_a_mentor_lists_what_is_missing(alice: Membership, sign_in: SignIn) -> None:
    nils = factories.make_member(alice.program, Role.MENTOR, "nils@example.org")
    MentorProfile.objects.create(membership=nils)

    page = sign_in(nils).get(reverse("home")).content.decode()

    assert [words for words in MISSING if f"<li>{words}</li>" in page] == MISSING


def test_home_of_a_ready_mentor_lists_nothing(mona: Membership, sign_in: SignIn) -> None:
    assert "training/home/missing.html" not in dict(sign_in(mona).get(reverse("home")).context["cards"])
