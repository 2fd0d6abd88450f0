"""What an import says will still be missing."""

from datetime import date, datetime
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.enums import Role
from accounts.models import Membership, Program
from conftest import SignIn
from intake.files.apply import import_people
from intake.files.format import PeopleFile, read_people
from intake.files.missing import missing_after
from intake.files.plan import plan_import
from intake.selectors import missing_of
from intake.tests.test_import_pages import upload
from people.models import MenteeProfile
from privacy.models import Consent
from relationships.services import propose
from training.readiness import readiness

INTAKE = "birth_date,languages,availability,consent_given_on"
READY = "1980-01-01,en,mon 17:00-20:00,2026-01-15"
TRAINED = "recovery_since,training_hours,agreement_signed_on,screening_valid_until"
pytestmark = pytest.mark.django_db


def files(mentors: str = "", mentees: str = "") -> list[PeopleFile]:
    pairs = ((Role.MENTOR, mentors), (Role.MENTEE, mentees))
    return [read_people(kind, text.encode()) for kind, text in pairs if text]


def missing(program: Program, said: list[PeopleFile], now: datetime) -> list[tuple[str, tuple[tuple[str, int], ...]]]:
    return [(one.heading, one.reasons) for one in missing_after(program, plan_import(program, said, now=now), now=now)]


def test_people_of_whom_all_is_said_lack_nothing(north: Program, noon: datetime) -> None:
    said = files(
        f"email,first_name,{INTAKE},{TRAINED}\nvera@example.org,Vera,{READY},2020-01-01,6,2026-01-01,2027-01-01\n",
        f"email,first_name,{INTAKE},waiting_since\nlou@example.org,Lou,{READY},2026-02-01\n",
    )

    assert missing(north, said, noon) == []


def test_what_is_missing_is_counted_for_each_kind_the_most_frequent_first(north: Program, noon: datetime) -> None:
    said = files(
        f"email,first_name,{INTAKE},{TRAINED}\n"
        f"vera@example.org,Vera,{READY},,6,2026-01-01,2027-01-01\n"
        f"max@example.org,Max,{READY},,5,2026-01-01,2027-01-01\n"
        f"ida@example.org,Ida,{READY},2020-01-01,6,2026-01-01,2027-01-01\n",
        "email,first_name\nlou@example.org,Lou\n",
    )

    assert missing(north, said, noon) == [
        (
            "2 of 3 mentors cannot be matched yet",
            (("The date recovery began is not known", 2), ("Less than 6 hours of training", 1)),
        ),
        (
            "1 of 1 mentee cannot be matched yet",
            (
                ("consent", 1),
                ("date of birth", 1),
                ("languages", 1),
                ("weekly times to meet", 1),
                ("not on the waiting list yet", 1),
            ),
        ),
    ]


@pytest.mark.parametrize("cells", [",,,", "2020-01-01,5.5,,2026-01-01", "2026-01-01,7,2026-01-01,2027-01-01"])
def test_what_is_foretold_of_a_mentor_is_what_is_missing_afterwards(north: Program, noon: datetime, cells: str) -> None:
    said = files(f"email,first_name,{TRAINED}\nvera@example.org,Vera,{cells}\n")
    foretold = missing(north, said, noon)

    import_people(program=north, files=said, by=None, now=noon)

    vera = Membership.objects.get(user__email="vera@example.org")
    lacks = [*missing_of(vera, noon), *map(str, readiness(vera.mentor_profile, noon).missing)]
    assert foretold == [("1 of 1 mentor cannot be matched yet", tuple((words, 1) for words in lacks))]


def test_what_is_known_already_is_not_missing(mona: Membership, now: datetime) -> None:
    assert missing_of(mona, now) == []

    said = files("email,first_name,capacity,languages\nmona@example.org,Mona,1,\n")

    assert missing(mona.program, said, now) == [("1 of 1 mentor cannot be matched yet", (("languages", 1),))]


@pytest.mark.parametrize(
    ("end", "is_revoked", "given", "until"),
    [
        (None, False, "", ""),
        (None, True, "2026-01-01", ""),
        (None, True, "2026-01-02", ""),
        (date(2026, 2, 1), False, "2026-01-01", ""),
        (date(2026, 2, 1), False, "2026-01-01", "2027-01-01"),
        (None, False, "2026-01-01", "2026-02-01"),
        (None, False, "2027-01-01", ""),
    ],
)
@pytest.mark.parametrize("says_until", [True, False])
def test_consent_is_foretold_as_it_will_be(
    ben: Membership, noon: datetime, *, end: date | None, is_revoked: bool, given: str, until: str, says_until: bool
) -> None:
    """Beside one of January 1 that ends or was revoked."""
    Consent.objects.filter(person_id=ben.user_id).update(
        given_on=date(2026, 1, 1), expires_on=end, revoked_at=noon if is_revoked else None
    )
    columns, cells = ("consent_given_on,consent_expires_on", f"{given},{until}") if says_until else ("consent_given_on", given)
    said = files(mentees=f"email,first_name,{columns}\nben@example.org,Ben,{cells}\n")
    foretold = [words for _heading, reasons in missing(ben.program, said, noon) for words, _count in reasons]

    import_people(program=ben.program, files=said, by=None, now=noon)

    assert ("consent" in foretold) == ("consent" in missing_of(ben, noon))


def test_mentee_who_has_a_proposal_lacks_nothing(alice: Membership, mona: Membership, ben: Membership, now: datetime) -> None:
    said = files(mentees="email,first_name,last_name\nben@example.org,Ben,Berg\n")
    MenteeProfile.objects.filter(membership=ben).update(waiting_since=None)
    assert missing(ben.program, said, now) == [("1 of 1 mentee cannot be matched yet", (("not on the waiting list yet", 1),))]

    propose(mentor=mona, mentee=ben, by=alice, now=now)

    assert missing(ben.program, said, now) == []


def test_preview_says_what_is_missing_of_those_who_go_in(alice: Membership, sign_in: SignIn) -> None:
    client = sign_in(alice)
    texts = {"": "email,first_name\nvera@example.org,Vera\n", "bad": "email,first_name\nvera@example.org,Vera\nx,Yara\n"}

    pages = {name: client.get(upload(client, mentors=text).headers["Location"]) for name, text in texts.items()}

    assert "<p>1 of 1 mentor cannot be matched yet:</p>" in pages[""].content.decode()
    assert "<li>The date recovery began is not known: 1</li>" in pages[""].content.decode()
    assert "<li>Consent: 1</li>" in pages[""].content.decode()
    assert "<p>1 of 1 mentor cannot be matched yet:</p>" in pages["bad"].content.decode()


def test_command_ends_with_what_is_missing(north: Program, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mentors.csv").write_text(
        f"email,first_name,{INTAKE},{TRAINED}\nvera@example.org,Vera,{READY},,6,2026-01-01,2199-01-01\n"
    )
    (tmp_path / "mentees.csv").write_text(f"email,first_name,{INTAKE}\nlou@example.org,Lou,{READY}\n")

    call_command("import_people", tmp_path / "mentors.csv", tmp_path / "mentees.csv", program="north", check=True)

    assert capsys.readouterr().out.splitlines()[-2:] == [
        "1 of 1 mentor cannot be matched yet: The date recovery began is not known (1)",
        "1 of 1 mentee cannot be matched yet: not on the waiting list yet (1)",
    ]
