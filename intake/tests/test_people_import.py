"""What people files do to a program."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from accounts.enums import Role
from accounts.models import Membership, Program, User
from conftest import NOON
from demo import factories
from intake.files.apply import import_people
from intake.files.columns import columns_for
from intake.files.export import export_people
from intake.files.format import PeopleFile, read_people
from intake.files.plan import ImportPlan, RowOutcome, plan_import
from intake.tests.test_people_format import people_tables
from people.models import MenteeProfile, MentorProfile, NeverPair
from privacy.models import Action, AuditEntry, Consent
from training.models import TrainingRecord

MENTORS = """email,first_name,last_name,timezone,languages,availability,capacity,supervisor,training_hours,never_pair,contact
vera@example.org,Vera,Lund,America/Chicago,en; es,mon 17:00-20:00,2,sam@example.org,8,lou@example.org,"+1 555 0100"
"""
MENTEES = """email,first_name,gender,waiting_since,consent_given_on,consent_expires_on
lou@example.org,Lou,man,2026-02-01,2026-01-15,2027-01-15
"""
pytestmark = pytest.mark.django_db


def files(mentors: str = "", mentees: str = "") -> list[PeopleFile]:
    pairs = ((Role.MENTOR, mentors), (Role.MENTEE, mentees))
    return [read_people(kind, text.encode()) for kind, text in pairs if text]


def plan_of(program: Program, said: list[PeopleFile]) -> ImportPlan:
    return plan_import(program, said, now=NOON)


def outcomes(plan: ImportPlan) -> list[tuple[str, RowOutcome, tuple[str, ...]]]:
    return [(one.email, one.outcome, one.fields) for one in plan.people]


def reasons(plan: ImportPlan) -> list[tuple[int, str, str]]:
    return [(p.row, p.column, p.reason) for one in plan.people for p in one.problems]


def exported(program: Program, now: datetime) -> list[str]:
    return [export_people(program=program, kind=kind, by=None, now=now) for kind in (Role.MENTOR, Role.MENTEE)]


def test_import_new_people_keeps_everything_the_files_say(alice: Membership, sam: Membership, noon: datetime) -> None:
    plan = import_people(program=alice.program, files=files(MENTORS, MENTEES), by=alice, now=noon)

    assert (plan.count(RowOutcome.ADD), len(plan.people)) == (2, 2)
    vera = MentorProfile.objects.get(membership__user__email="vera@example.org")
    lou = MenteeProfile.objects.get(membership__user__email="lou@example.org")
    user = vera.membership.user
    assert (user.first_name, user.last_name, user.timezone, user.has_usable_password()) == (
        "Vera",
        "Lund",
        "America/Chicago",
        False,
    )
    assert (vera.languages, vera.capacity, vera.supervisor, vera.contact) == (["en", "es"], 2, sam, "+1 555 0100")
    assert list(vera.membership.availability.values_list("weekday", "start_minute", "end_minute")) == [(0, 1020, 1200)]
    assert TrainingRecord.objects.get(mentor=vera).hours == 8
    assert list(NeverPair.objects.values_list("person", "other")) == [(vera.membership_id, lou.membership_id)]
    assert (lou.gender, lou.waiting_since) == ("man", date(2026, 2, 1))
    consent = Consent.objects.get(person_id=lou.membership.user_id, program_id=alice.program_id)
    assert (consent.given_on, consent.expires_on) == (date(2026, 1, 15), date(2027, 1, 15))


def test_import_writes_an_audit_entry_about_each_person(alice: Membership, sam: Membership, noon: datetime) -> None:
    import_people(program=alice.program, files=files(MENTORS, MENTEES), by=alice, now=noon)

    entries = AuditEntry.objects.filter(action=Action.IMPORTED)
    assert {entry.person_id for entry in entries} == set(
        User.everybody.filter(email__in=["vera@example.org", "lou@example.org"]).values_list("id", flat=True)
    )
    assert {entry.actor_id for entry in entries} == {alice.user_id}


def test_new_mentor_without_capacity_and_zone_gets_the_programs(north: Program, noon: datetime) -> None:
    north.mentor_capacity, north.timezone = 5, "America/Denver"
    north.save()

    import_people(program=north, files=files("email,first_name,capacity\nv@example.org,Vera,\n"), by=None, now=noon)

    profile = MentorProfile.objects.select_related("membership__user").get()
    assert (profile.capacity, profile.membership.user.timezone) == (5, "America/Denver")


def test_second_import_of_the_same_files_changes_nothing(alice: Membership, sam: Membership, noon: datetime) -> None:
    import_people(program=alice.program, files=files(MENTORS, MENTEES), by=alice, now=noon)

    plan = import_people(program=alice.program, files=files(MENTORS, MENTEES), by=alice, now=noon)

    assert outcomes(plan) == [("vera@example.org", RowOutcome.SAME, ()), ("lou@example.org", RowOutcome.SAME, ())]
    assert User.everybody.filter(email__in=["vera@example.org", "lou@example.org"]).count() == 2


def test_changed_cells_are_named_and_the_rest_stays(mona: Membership, noon: datetime) -> None:
    factories.not_joined(mona)
    text = "email,first_name,capacity,contact,training_hours,availability\nmona@example.org,Ramona,1,Call me,9,sun 9:00-10:00\n"

    plan = import_people(program=mona.program, files=files(text), by=None, now=noon)

    changed = ("first_name", "availability", "contact", "capacity", "training_hours")
    assert outcomes(plan) == [("mona@example.org", RowOutcome.CHANGE, changed)]
    profile = MentorProfile.objects.select_related("membership__user", "training").get(membership=mona)
    assert (profile.membership.user.first_name, profile.capacity, profile.contact) == ("Ramona", 1, "Call me")
    assert (profile.languages, profile.supervisor_id is None) == (["en"], False)
    assert (profile.training.hours, profile.training.agreement_signed_on is None) == (Decimal(9), False)
    assert list(mona.availability.values_list("weekday", flat=True)) == [6]


def test_change_of_somebody_whose_contact_is_known_leaves_the_contact(
    alice: Membership, sam: Membership, noon: datetime
) -> None:
    import_people(program=alice.program, files=files(MENTORS, MENTEES), by=alice, now=noon)

    text = "email,first_name,capacity\nvera@example.org,Vera,1\n"
    plan = import_people(program=alice.program, files=files(text), by=alice, now=noon)

    assert outcomes(plan) == [("vera@example.org", RowOutcome.CHANGE, ("capacity",))]
    vera = MentorProfile.objects.get(membership__user__email="vera@example.org")
    assert (vera.capacity, vera.contact) == (1, "+1 555 0100")


def test_missing_columns_leave_what_is_known(mona: Membership, noon: datetime) -> None:
    plan = plan_of(mona.program, files("email,first_name\nmona@example.org,Mona\n"))

    assert outcomes(plan) == [("mona@example.org", RowOutcome.SAME, ())]


def test_order_of_kept_codes_is_no_change(mona: Membership) -> None:
    MentorProfile.objects.filter(membership=mona).update(languages=["es", "en"])

    plan = plan_of(mona.program, files("email,first_name,languages\nmona@example.org,Mona,en; es\n"))

    assert outcomes(plan) == [("mona@example.org", RowOutcome.SAME, ())]


def test_bad_row_is_left_out_and_the_others_go_in(alice: Membership, sam: Membership, noon: datetime) -> None:
    plan = import_people(program=alice.program, files=files(MENTORS, MENTEES + "nobody,X,,,,\n"), by=alice, now=noon)

    assert plan.count(RowOutcome.BAD) == 1
    assert User.everybody.filter(email="vera@example.org").exists()
    assert not User.everybody.filter(first_name="X").exists()


def test_cell_that_cannot_be_read_is_left_out_and_the_person_goes_in(alice: Membership, noon: datetime) -> None:
    text = "email,first_name,birth_date,gender,languages\na@b.org,Ana,1972,q,en\n"

    (ana,) = import_people(program=alice.program, files=files(text), by=alice, now=noon).people

    assert (ana.outcome, [problem.column for problem in ana.problems]) == (RowOutcome.ADD, ["birth_date", "gender"])
    profile = MentorProfile.objects.get(membership__user__email="a@b.org")
    assert (profile.birth_date, profile.gender, profile.languages) == (None, "", ["en"])


def test_cell_that_cannot_be_read_leaves_what_is_known(mona: Membership, noon: datetime) -> None:
    before = MentorProfile.objects.get(membership=mona).birth_date
    text = "email,first_name,birth_date\nmona@example.org,Mona,long ago\n"

    (planned,) = import_people(program=mona.program, files=files(text), by=None, now=noon).people

    assert before is not None
    assert (planned.outcome, planned.cleared) == (RowOutcome.SAME, ())
    assert MentorProfile.objects.get(membership=mona).birth_date == before


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("required_genders", "older"),
        ("capacity", "a few"),
        ("taking_mentees", "not really"),
        ("never_pair", "her brother"),
        ("consent_expires_on", "soon"),
    ],
)
def test_nobody_goes_in_without_what_must_not_be(alice: Membership, noon: datetime, *, column: str, cell: str) -> None:
    text = f"email,first_name,{column}\na@b.org,Ana,{cell}\n"

    (ana,) = import_people(program=alice.program, files=files(text), by=alice, now=noon).people

    assert ana.outcome == RowOutcome.BAD
    assert not User.everybody.filter(email="a@b.org").exists()


def test_row_that_names_somebody_who_is_left_out_is_left_out_too(alice: Membership, noon: datetime) -> None:
    head = "email,first_name,never_pair,birth_date\n"
    rows = "a@b.org,A,b@b.org,\nb@b.org,B,c@b.org,\nc@b.org,C,,2100-01-01\nd@b.org,D,mona@b.org,\nmona@b.org,Mona,,\n"

    plan = import_people(program=alice.program, files=files(head + rows), by=alice, now=noon)

    assert [one.email for one in plan.people if one.outcome == RowOutcome.BAD] == ["a@b.org", "b@b.org", "c@b.org"]
    assert reasons(plan)[:2] == [
        (2, "never_pair", "Nobody with the address b@b.org is a mentor or mentee here or in these files."),
        (3, "never_pair", "Nobody with the address c@b.org is a mentor or mentee here or in these files."),
    ]
    assert NeverPair.objects.get().other.user.email == "mona@b.org"


def test_second_row_of_an_address_leaves_the_first_as_it_is(alice: Membership, noon: datetime) -> None:
    text = "email,first_name,never_pair\na@b.org,A,\na@b.org,Again,\nb@b.org,B,a@b.org\n"

    plan = import_people(program=alice.program, files=files(text), by=alice, now=noon)

    assert [one.outcome for one in plan.people] == [RowOutcome.ADD, RowOutcome.BAD, RowOutcome.ADD]


def test_addresses_that_lead_nowhere_are_bad(alice: Membership) -> None:
    text = "email,first_name,supervisor,never_pair\nv@example.org,Vera,alice@example.org,x@example.org;v@example.org\n"

    assert reasons(plan_of(alice.program, files(text))) == [
        (2, "supervisor", "Nobody with the address alice@example.org is a supervisor here."),
        (2, "never_pair", "A person cannot be on their own list."),
        (2, "never_pair", "Nobody with the address x@example.org is a mentor or mentee here or in these files."),
    ]


def test_addresses_of_another_program_lead_nowhere(alice: Membership, maya: Membership, sofia: Membership) -> None:
    text = "email,first_name,supervisor,never_pair\nv@example.org,Vera,sofia@example.org,maya@example.org\n"

    assert [column for _row, column, _reason in reasons(plan_of(alice.program, files(text)))] == [
        "supervisor",
        "never_pair",
    ]


def test_values_that_contradict_each_other_are_bad(north: Program) -> None:
    head = "email,first_name,preferred_age_min,preferred_age_max,consent_given_on,consent_expires_on"
    text = f"{head}\na@example.org,A,50,40,2026-02-01,2026-01-01\nb@example.org,B,,,,2026-01-01\n"

    assert [(row, column) for row, column, _reason in reasons(plan_of(north, files(mentees=text)))] == [
        (2, "preferred_age_max"),
        (2, "consent_expires_on"),
        (3, "consent_given_on"),
    ]


def test_days_that_cannot_be_are_bad(north: Program) -> None:
    head = "email,first_name,birth_date,recovery_since,agreement_signed_on,screening_valid_until"
    text = f"{head}\na@example.org,A,2026-03-03,,2026-03-03,2030-01-01\nb@example.org,B,1990-05-01,1990-05-01,2026-03-02,\n"

    future = "This day lies in the future."
    assert reasons(plan_of(north, files(text))) == [
        (2, "birth_date", future),
        (2, "agreement_signed_on", future),
        (3, "recovery_since", "This day is not after the date of birth."),
    ]


def test_row_that_contradicts_what_is_known_is_bad(mona: Membership) -> None:
    MentorProfile.objects.filter(membership=mona).update(birth_date=date(1990, 5, 1), preferred_age_max=40)
    text = "email,first_name,recovery_since,preferred_age_min\nmona@example.org,Mona,1989-01-01,41\n"

    assert [column for _row, column, _reason in reasons(plan_of(mona.program, files(text)))] == [
        "preferred_age_max",
        "recovery_since",
    ]


def test_one_person_in_both_files_with_two_names_is_bad(north: Program) -> None:
    mentors, mentees = "email,first_name\na@example.org,Ana\n", "email,first_name\na@example.org,Anna\n"

    plan = plan_of(north, files(mentors, mentees))

    assert reasons(plan) == [(2, "first_name", "The same address has another value in the other file.")]


def test_one_person_in_both_files_is_one_user_in_two_roles(north: Program, noon: datetime) -> None:
    text = "email,first_name\na@example.org,Ana\n"

    import_people(program=north, files=files(text, text), by=None, now=noon)

    assert sorted(User.everybody.get(email="a@example.org").memberships.values_list("role", flat=True)) == ["mentee", "mentor"]


def test_person_of_another_program_is_pending_under_the_name_in_the_file(
    maya: Membership, north: Program, noon: datetime
) -> None:
    text = "email,first_name,timezone\nmaya@example.org,Somebody,Asia/Tokyo\n"

    plan = import_people(program=north, files=files(mentees=text), by=None, now=noon)

    assert [one.outcome for one in plan.people] == [RowOutcome.ADD]
    pending = User.everybody.get(pending_in=north)
    assert (pending.first_name, pending.timezone, pending.memberships.get().role) == ("Somebody", "Asia/Tokyo", Role.MENTEE)
    maya.user.refresh_from_db()
    assert (maya.user.first_name, maya.user.timezone, maya.user.memberships.count()) == ("Maya", "America/New_York", 1)


def test_person_who_has_joined_keeps_the_name_they_chose(ben: Membership, noon: datetime) -> None:
    text = "email,first_name,timezone,gender\nben@example.org,Somebody,Asia/Tokyo,man\n"

    plan = import_people(program=ben.program, files=files(mentees=text), by=None, now=noon)

    assert outcomes(plan) == [("ben@example.org", RowOutcome.CHANGE, ("gender",))]
    ben.user.refresh_from_db()
    assert (ben.user.first_name, ben.user.timezone) == ("Ben", "America/New_York")


def test_empty_end_of_a_consent_leaves_the_end_that_is_known(ben: Membership, noon: datetime) -> None:
    """An older consent named again, without an end, must not begin to last for ever."""
    Consent.objects.all().delete()
    for year in (2024, 2025):
        consent = factories.give_consent(ben, date(year, 1, 1))
        Consent.objects.filter(pk=consent.pk).update(expires_on=date(year, 12, 31))
    text = "email,first_name,consent_given_on,consent_expires_on\nben@example.org,Ben,2024-01-01,\n"

    import_people(program=ben.program, files=files(mentees=text), by=None, now=noon)

    ends = Consent.objects.order_by("given_on").values_list("expires_on", flat=True)
    assert list(ends) == [date(2024, 12, 31), date(2025, 12, 31)]


def test_import_never_gives_back_a_consent_that_was_revoked(ben: Membership, noon: datetime) -> None:
    Consent.objects.filter(person_id=ben.user_id).update(revoked_at=noon)
    given = Consent.objects.get(person_id=ben.user_id).given_on

    text = f"email,first_name,consent_given_on\nben@example.org,Ben,{given}\n"
    import_people(program=ben.program, files=files(mentees=text), by=None, now=noon)

    assert Consent.objects.get(person_id=ben.user_id).revoked_at == noon


def test_never_pair_kept_by_the_file_keeps_its_reason(mona: Membership, ben: Membership, noon: datetime) -> None:
    NeverPair.objects.create(program=mona.program, person=mona, other=ben, reason="They were neighbors.")
    text = "email,first_name,never_pair\nmona@example.org,Mona,ben@example.org;zed@example.org\n"

    import_people(program=mona.program, files=files(text, "email,first_name\nzed@example.org,Zed\n"), by=None, now=noon)

    assert NeverPair.objects.get(other=ben).reason == "They were neighbors."
    assert NeverPair.objects.count() == 2


def test_export_then_import_reports_everybody_the_same(mona: Membership, ben: Membership, now: datetime) -> None:
    NeverPair.objects.create(program=mona.program, person=ben, other=mona)
    mona.mentor_profile.contact = "=1+1"
    mona.mentor_profile.save()

    mentors, mentees = exported(mona.program, now)

    assert "'=1+1" in mentors
    assert {outcome for _email, outcome, _fields in outcomes(plan_import(mona.program, files(mentors, mentees), now=now))} == {
        RowOutcome.SAME
    }


def test_export_of_one_program_imported_into_another_is_exported_the_same(
    mona: Membership, ben: Membership, south: Program, now: datetime
) -> None:
    first = exported(mona.program, now)
    text = [part.replace("sam@example.org", "") for part in first]

    import_people(program=south, files=files(*text), by=None, now=now)

    assert exported(south, now) == text


def test_export_leaves_out_other_programs_and_people_who_left(
    mona: Membership, mateo: Membership, ben: Membership, noon: datetime
) -> None:
    Membership.objects.filter(pk=ben.pk).update(is_active=False)

    mentors, mentees = exported(mona.program, noon)

    assert [row.email for row in read_people(Role.MENTOR, mentors.encode()).rows] == ["mona@example.org"]
    assert read_people(Role.MENTEE, mentees.encode()).rows == ()


def test_export_writes_an_audit_entry_about_each_person(alice: Membership, mona: Membership, noon: datetime) -> None:
    export_people(program=alice.program, kind=Role.MENTOR, by=alice, now=noon)

    entry = AuditEntry.objects.get(action=Action.EXPORTED)
    assert (entry.actor_id, entry.person_id, entry.at) == (alice.user_id, mona.user_id, noon)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much]
)
@given(data=st.data())
def test_whatever_was_imported_comes_out_and_goes_in_again_unchanged(db: None, data: st.DataObject) -> None:
    program = factories.make_program(f"p{Program.objects.count()}-{User.objects.count()}")
    kind = data.draw(st.sampled_from([Role.MENTOR, Role.MENTEE]))
    file = read_people(kind, data.draw(people_tables(kind)).encode())
    assume(not plan_of(program, [file]).count(RowOutcome.BAD))

    import_people(program=program, files=[file], by=None, now=NOON)
    out = export_people(program=program, kind=kind, by=None, now=NOON)

    assert {one.outcome for one in plan_of(program, [read_people(kind, out.encode())]).people} <= {RowOutcome.SAME}


def many(count: int) -> list[PeopleFile]:
    head = "email,first_name,availability,languages,contact,never_pair,consent_given_on,training_hours,supervisor"
    row = "m{0}@example.org,M{0},mon 17:00-20:00,en,Call,m0@example.org,2026-01-01,6,sam@example.org"
    rows = [row.format(number) if number else row.format(0).replace(",m0@example.org", ",") for number in range(count)]
    return files("\n".join([head, *rows]) + "\n")


def queries(program: Program, count: int, now: datetime) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        import_people(program=program, files=many(count), by=None, now=now)
    return len(captured)


def test_number_of_queries_does_not_follow_the_number_of_rows(sam: Membership, noon: datetime) -> None:
    few = queries(sam.program, 3, noon)
    Membership.objects.filter(role=Role.MENTOR).delete()
    User.everybody.exclude(pk=sam.user_id).delete()

    assert (few, queries(sam.program, 30, noon)) == (20, 20)


def test_five_thousand_people_are_imported(sam: Membership, noon: datetime) -> None:
    """As many as a file may hold: no query names more values than either database takes."""
    import_people(program=sam.program, files=many(5_000), by=None, now=noon)

    assert Membership.objects.filter(role=Role.MENTOR).count() == 5_000


def test_import_joins_nothing_to_the_people_it_adds(sam: Membership, noon: datetime) -> None:
    """Their rows are in no statistics yet: PostgreSQL took such a join for one row by one row, and read 12 million."""
    with CaptureQueriesContext(connection) as captured:
        import_people(program=sam.program, files=many(3), by=None, now=noon)

    sent = [one["sql"] for one in captured.captured_queries]
    added = next(number for number, sql in enumerate(sent) if sql.startswith('INSERT INTO "accounts_membership"'))
    assert [sql for sql in sent[added:] if sql.startswith("SELECT") and "JOIN" in sql] == []


def test_every_column_is_documented_for_coordinators() -> None:
    guide = (Path(django_settings.BASE_DIR) / "docs" / "import.md").read_text()

    names = {column.name for kind in (Role.MENTOR, Role.MENTEE) for column in columns_for(kind)}
    assert {name for name in names if f"| `{name}` |" not in guide} == set()
