"""The pages about people, one's own details, and the program's settings."""

import re
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.enums import Role
from accounts.models import Membership, Program
from accounts.services import set_active
from conftest import SignIn
from core.errors import DomainError
from demo import factories
from intake.files.export import export_people
from intake.files.format import read_people
from intake.files.plan import RowOutcome, plan_import
from notifications.models import Delivery
from people.availability import Window
from people.forms import profile_form
from people.models import Invitation, MenteeProfile, MentorProfile, NeverPair
from people.selectors import windows_of
from people.services.invitations import invite
from people.services.profiles import save_profile
from privacy.models import Action, AuditEntry
from relationships import services as pairs

pytestmark = pytest.mark.django_db


def page_of(person: Membership) -> str:
    return reverse("intake:person", args=[person.pk])


def people(client: Client, **query: str) -> list[str]:
    response = client.get(reverse("intake:people"), query)
    return [person.user.email.partition("@")[0] for person in response.context["page"]]


def entries(action: Action) -> list[tuple[object, object, str]]:
    return [(entry.actor_id, entry.person_id, entry.reason) for entry in AuditEntry.objects.filter(action=action)]


def own_answers(**changed: object) -> dict[str, object]:
    return {"first_name": "Ben", "last_name": "", "timezone": "America/New_York", "language": "en"} | changed


# The list ---------------------------------------------------------------------------------------------------------


def test_people_lists_the_own_program_by_name(
    alice: Membership, mona: Membership, ben: Membership, maya: Membership, sign_in: SignIn
) -> None:
    assert people(sign_in(alice)) == ["alice", "ben", "mona", "sam"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"role": "mentee"}, ["ben"]),
        ({"q": "MON"}, ["mona"]),
        ({"q": "ben@example.org"}, ["ben"]),
        ({"q": "nobody"}, []),
        ({"ready": "ready"}, ["mona"]),
        ({"ready": "not_ready"}, ["nils"]),
        ({"role": "nonsense", "page": "x"}, ["alice", "ben", "mona", "nils", "sam"]),
    ],
)
def test_people_are_narrowed_by_what_is_chosen(
    alice: Membership, mona: Membership, ben: Membership, sign_in: SignIn, *, query: dict[str, str], found: list[str]
) -> None:
    nils = factories.make_member(alice.program, Role.MENTOR, "nils@example.org")
    MentorProfile.objects.create(membership=nils)

    assert people(sign_in(alice), **query) == found


def test_people_take_the_same_queries_for_few_and_many(
    alice: Membership, now: datetime, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(alice)
    client.get(reverse("intake:people"))
    for count in (3, 30):
        for number in range(count):
            factories.make_mentee(alice.program, f"p{count}-{number}@example.org", now=now)
        with django_assert_num_queries(9):
            client.get(reverse("intake:people"))


@pytest.mark.parametrize(("who", "status"), [("ada", 200), ("sam", 403), ("mona", 403), ("ben", 403)])
def test_people_are_for_coordinators_and_admins(
    request: pytest.FixtureRequest, sign_in: SignIn, *, who: str, status: int
) -> None:
    assert sign_in(request.getfixturevalue(who)).get(reverse("intake:people")).status_code == status


def test_people_signed_out_ask_to_sign_in(ben: Membership) -> None:
    for url in (reverse("intake:people"), page_of(ben), reverse("people:me"), reverse("accounts:program")):
        assert Client().get(url).status_code == 302


# One person -------------------------------------------------------------------------------------------------------


def test_person_page_shows_intake_and_the_person_can_see_who_opened_it(
    alice: Membership, mona: Membership, sign_in: SignIn
) -> None:
    response = sign_in(alice).get(page_of(mona))

    assert ("Languages", "English") in response.context["about"]
    assert response.context["availability"][0] == "Monday: 5 p.m. to 8 p.m."
    assert response.context["consent"] is not None
    assert [template for template, _context in response.context["panels"]] == ["intake/panels/readiness.html"]
    assert entries(Action.OPENED) == [(alice.user_id, mona.user_id, "intake")]


def test_person_page_shows_an_admin_no_intake(ada: Membership, ben: Membership, sign_in: SignIn) -> None:
    response = sign_in(ada).get(page_of(ben))

    assert response.status_code == 200
    assert "about" not in response.context
    assert entries(Action.OPENED) == []


def test_person_page_of_another_program_is_not_found(otto: Membership, ben: Membership, sign_in: SignIn) -> None:
    assert sign_in(otto).get(page_of(ben)).status_code == 404
    assert sign_in(otto).get(reverse("intake:person_edit", args=[ben.pk])).status_code == 404
    assert sign_in(otto).post(reverse("intake:never_pair_add", args=[ben.pk])).status_code == 404
    assert entries(Action.OPENED) == []


def test_person_page_never_shows_why_two_are_kept_apart(
    alice: Membership, mona: Membership, ben: Membership, sign_in: SignIn
) -> None:
    NeverPair.objects.create(program=ben.program, person=ben, other=mona, reason="She was my landlady.")
    client = sign_in(alice)

    for person, name in ((ben, "Mona"), (mona, "asked not to be paired")):
        page = client.get(page_of(person)).content.decode()
        assert ("landlady" in page, name in page) == (False, True)


def test_coordinator_changes_intake(alice: Membership, ben: Membership, sign_in: SignIn) -> None:
    url = reverse("intake:person_edit", args=[ben.pk])
    answers = {
        "waiting_since": "2026-03-01",
        "birth_date": "1990-01-31",
        "languages": ["es", "en"],
        "places": "Library; Park",
        "availability": "tue 8:00-9:00\r\nsun 10:00-12:00",
        "contact": "Text 555-0100",
        "preferred_age_min": "30",
    }

    response = sign_in(alice).post(url, answers)

    assert response.headers["Location"] == page_of(ben)
    profile = MenteeProfile.objects.get(membership=ben)
    assert (profile.waiting_since, profile.languages, profile.places, profile.contact, profile.preferred_age_min) == (
        date(2026, 3, 1),
        ["en", "es"],
        ["Library", "Park"],
        "Text 555-0100",
        30,
    )
    assert windows_of(ben) == [Window(1, 480, 540), Window(6, 600, 720)]
    assert entries(Action.CHANGED) == [(alice.user_id, ben.user_id, "profile")]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("availability", "some evening"),
        ("birth_date", "0001-01-01"),
        ("birth_date", "tomorrow"),
        ("languages", "klingon"),
        ("places", "x" * 61),
        ("contact", "x" * 201),
        ("preferred_age_min", "-3"),
        ("preferred_age_min", "17"),
        ("preferred_age_max", "121"),
    ],
)
def test_bad_intake_is_refused_beside_its_field_and_kept_as_typed(
    alice: Membership, ben: Membership, sign_in: SignIn, *, field: str, value: str
) -> None:
    response = sign_in(alice).post(reverse("intake:person_edit", args=[ben.pk]), {field: value, "goals": ["work"]})

    form = response.context["form"]
    assert list(form.errors) == [field]
    assert (form[field].value() in (value, [value]), form["goals"].value()) == (True, ["work"])
    assert windows_of(ben) != []


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("capacity", {"capacity": "51"}),
        ("capacity", {"capacity": ""}),
        ("birth_date", {"birth_date": "2026-03-03"}),
        ("recovery_since", {"recovery_since": "2026-03-03"}),
        ("recovery_since", {"birth_date": "1990-01-01", "recovery_since": "1990-01-01"}),
        ("preferred_age_max", {"preferred_age_min": "50", "preferred_age_max": "49"}),
    ],
)
def test_edit_form_refuses_what_the_import_refuses(mona: Membership, *, field: str, changed: dict[str, str]) -> None:
    form = profile_form(Role.MENTOR, is_own=False)(
        {"capacity": "2"} | changed, instance=mona.mentor_profile, windows=[], today=date(2026, 3, 2)
    )

    assert list(form.errors) == [field]


@pytest.mark.any_hour
def test_person_edited_to_every_bound_is_exported_and_imported_as_the_same(
    alice: Membership, mona: Membership, now: datetime, sign_in: SignIn
) -> None:
    answers = {
        "birth_date": "1900-01-01",
        "recovery_since": mona.program.today(now) - timedelta(days=1),
        "contact": f"'={'x' * 195}, \"",
        "places": "; ".join(f"{n} {'x' * 57}" for n in range(20)),
        "capacity": "50",
        "preferred_age_min": "18",
        "preferred_age_max": "120",
        "availability": "mon 0:00-24:00",
    }
    training = {
        "hours": "9999",
        "agreement_signed_on": mona.program.today(now) - timedelta(days=1),
        "screening_valid_until": "2199-12-31",
    }
    client = sign_in(alice)

    assert client.post(reverse("intake:person_edit", args=[mona.pk]), answers).status_code == 302
    assert client.post(reverse("training:record", args=[mona.pk]), training).status_code == 302

    text = export_people(program=mona.program, kind=Role.MENTOR, by=alice, now=now)
    plan = plan_import(mona.program, [read_people(Role.MENTOR, text.encode())], now=now)
    assert [one.outcome for one in plan.people] == [RowOutcome.SAME]


@pytest.mark.any_hour
def test_agreement_signed_in_the_future_is_refused(alice: Membership, mona: Membership, now: datetime, sign_in: SignIn) -> None:
    tomorrow = mona.program.today(now) + timedelta(days=1)

    response = sign_in(alice).post(
        reverse("training:record", args=[mona.pk]), {"hours": "8", "agreement_signed_on": tomorrow.isoformat()}
    )

    assert list(response.context["form"].errors) == ["agreement_signed_on"]


def test_saved_intake_leaves_what_changed_meanwhile(alice: Membership, ben: Membership, now: datetime) -> None:
    """A mentor is found, which ends the waiting, while somebody writes in the form."""
    profile = MenteeProfile.objects.get(membership=ben)
    MenteeProfile.objects.filter(membership=ben).update(waiting_since=None)
    profile.contact = "Call"

    save_profile(person=ben, profile=profile, changed=["contact"], windows=[], by=alice, now=now)

    kept = MenteeProfile.objects.get(membership=ben)
    assert (kept.contact, kept.waiting_since, len(windows_of(ben))) == ("Call", None, 5)


def test_intake_form_has_headings_and_shows_times_as_people_write_them(
    alice: Membership, mona: Membership, sign_in: SignIn
) -> None:
    response = sign_in(alice).get(reverse("intake:person_edit", args=[mona.pk]))

    page = response.content.decode()
    assert re.findall(r"<legend>(.+?)</legend>", page) == ["About", "Meeting", "Matching", "Preferences"]
    assert response.context["form"]["availability"].value().splitlines()[0] == "Monday 5 p.m. to 8 p.m."
    shown = [field.name for _title, fields in response.context["form"].sections for field in fields]
    assert sorted(shown) == sorted(response.context["form"].fields)


@pytest.mark.parametrize("kind", [Role.MENTOR, Role.MENTEE])
def test_saving_the_form_untouched_changes_nothing(
    mona: Membership, ben: Membership, alice: Membership, sign_in: SignIn, *, kind: Role
) -> None:
    who = mona if kind == Role.MENTOR else ben
    url = reverse("intake:person_edit", args=[who.pk])
    client = sign_in(alice)
    form = client.get(url).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}

    client.post(url, data | {"availability": data["availability"].replace("\n", "\r\n")})

    assert entries(Action.CHANGED) == []
    assert len(windows_of(who)) == 5


def test_intake_of_staff_is_not_found(alice: Membership, sam: Membership, sign_in: SignIn) -> None:
    assert sign_in(alice).get(reverse("intake:person_edit", args=[sam.pk])).status_code == 404


def test_edit_form_shows_what_is_known_and_changes_nothing_when_saved(mona: Membership) -> None:
    form_class = profile_form(Role.MENTOR, is_own=False)
    shown = form_class(instance=mona.mentor_profile, windows=windows_of(mona), today=date(2026, 3, 2))
    data = {name: shown[name].value() for name in shown.fields if shown[name].value() is not None}

    assert not form_class(data, instance=mona.mentor_profile, windows=windows_of(mona), today=date(2026, 3, 2)).errors


def test_never_pair_is_added_once_and_removed(alice: Membership, mona: Membership, ben: Membership, sign_in: SignIn) -> None:
    client, add = sign_in(alice), reverse("intake:never_pair_add", args=[ben.pk])

    for _time in range(2):
        client.post(add, {"email": "Mona@example.org", "reason": "Private."})
    rule = NeverPair.objects.get()
    client.post(reverse("intake:never_pair_drop", args=[ben.pk, rule.pk]))

    assert (rule.person, rule.other, rule.reason) == (ben, mona, "Private.")
    assert not NeverPair.objects.exists()


def test_never_pair_rule_of_somebody_else_is_not_found(
    alice: Membership, mona: Membership, ben: Membership, sign_in: SignIn
) -> None:
    rule = NeverPair.objects.create(program=ben.program, person=ben, other=mona)

    assert sign_in(alice).post(reverse("intake:never_pair_drop", args=[mona.pk, rule.pk])).status_code == 404


@pytest.mark.parametrize("email", ["maya@example.org", "alice@example.org", "ben@example.org", "nonsense"])
def test_never_pair_with_an_address_that_leads_nowhere_is_refused(
    alice: Membership, ben: Membership, maya: Membership, sign_in: SignIn, *, email: str
) -> None:
    response = sign_in(alice).post(reverse("intake:never_pair_add", args=[ben.pk]), {"email": email})

    assert list(response.context["never_pair_form"].errors) == ["email"]
    assert not NeverPair.objects.exists()


def test_admin_suspends_and_brings_back(ada: Membership, ben: Membership, sign_in: SignIn) -> None:
    admin, suspended = sign_in(ada), sign_in(ben)

    states = []
    for active in ("no", "no", "yes"):
        admin.post(reverse("intake:set_active", args=[ben.pk]), {"active": active})
        states.append(suspended.get(reverse("home")).context["membership"] is not None)

    assert states == [False, False, True]
    assert [reason for _by, _who, reason in entries(Action.CHANGED)] == ["suspended", "reactivated"]


def test_admin_cannot_suspend_themselves(ada: Membership, now: datetime) -> None:
    with pytest.raises(DomainError) as refused:
        set_active(person=ada, is_active=False, by=ada, now=now)

    assert refused.value.code == "yourself"


def test_coordinator_cannot_suspend(alice: Membership, ben: Membership, sign_in: SignIn) -> None:
    assert sign_in(alice).post(reverse("intake:set_active", args=[ben.pk]), {"active": "no"}).status_code == 403


def test_imported_person_is_invited_from_their_page(alice: Membership, ben: Membership, sign_in: SignIn) -> None:
    factories.not_joined(ben)
    client = sign_in(alice)
    form = client.get(page_of(ben)).context["invite_form"]

    client.post(reverse("people:invitations"), {field.html_name: field.value() for field in form})

    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.first_name, invitation.role) == ("ben@example.org", "Ben", Role.MENTEE)


def test_who_has_joined_or_is_suspended_or_staff_is_not_invited_from_their_page(
    alice: Membership, ben: Membership, mona: Membership, sam: Membership, sign_in: SignIn
) -> None:
    factories.not_joined(mona)
    Membership.objects.filter(pk=mona.pk).update(is_active=False)
    client = sign_in(alice)

    assert [client.get(page_of(person)).context["invite_form"] for person in (ben, mona, sam)] == [None] * 3


def test_people_are_narrowed_by_status(ada: Membership, ben: Membership, mona: Membership, sign_in: SignIn) -> None:
    factories.not_joined(ben, mona)
    Membership.objects.filter(pk=mona.pk).update(is_active=False)

    client = sign_in(ada)

    assert people(client, status="suspended") == ["mona"]
    assert people(client, status="not_joined") == ["ben"]
    assert people(client, status="nonsense") == ["ada", "ben", "mona", "sam"]


FIRST_STEPS = [(Role.COORDINATOR, "to_invite"), (Role.SUPERVISOR, "here")]


def admin_card(client: Client) -> object:
    return dict(client.get(reverse("home")).context["cards"]).get("people/home/access.html")


@pytest.mark.usefixtures("sam")
def test_home_of_an_admin_says_who_comes_in(
    ada: Membership, alice: Membership, otto: Membership, now: datetime, sign_in: SignIn
) -> None:
    client = sign_in(ada)
    assert admin_card(client) is None
    assert "Nothing needs you right now" in client.get(reverse("home")).content.decode()

    for by, email in ((ada, "a@example.org"), (ada, "b@example.org"), (otto, "south@example.org")):
        invite(program=by.program, email=email, first_name="", role="mentor", by=by, now=now, submission_key=uuid4())
    Delivery.objects.filter(message=Invitation.objects.get(email="a@example.org").message).update(dead_at=now)
    Membership.objects.filter(pk__in=[alice.pk, otto.pk]).update(is_active=False)

    assert admin_card(client) == {"invited": 2, "unsent": 1, "suspended": 1, "first_steps": FIRST_STEPS, "no_mail": False}
    assert "2 open invitations" in client.get(reverse("home")).content.decode()


# Oneself, and the program -----------------------------------------------------------------------------------------


def test_mentee_changes_own_details(ben: Membership, sign_in: SignIn) -> None:
    answers = own_answers(first_name="Benny", timezone="America/Denver", contact="Call", goals=["work"], availability="")

    response = sign_in(ben).post(reverse("people:me"), answers)

    assert response.headers["Location"] == reverse("people:me")
    ben.user.refresh_from_db()
    profile = MenteeProfile.objects.get(membership=ben)
    assert (ben.user.first_name, ben.user.timezone, profile.contact, profile.goals) == (
        "Benny",
        "America/Denver",
        "Call",
        ["work"],
    )
    assert (windows_of(ben), profile.waiting_since is None, profile.birth_date is None) == ([], False, False)


def test_mentor_cannot_change_what_readiness_reads(mona: Membership, sign_in: SignIn) -> None:
    before = mona.mentor_profile.recovery_since

    sign_in(mona).post(reverse("people:me"), own_answers(recovery_since="1990-01-01", capacity="50"))

    profile = MentorProfile.objects.get(membership=mona)
    assert (profile.recovery_since, profile.capacity) == (before, 3)


def test_own_details_with_a_bad_answer_save_nothing(ben: Membership, sign_in: SignIn) -> None:
    response = sign_in(ben).post(reverse("people:me"), own_answers(first_name="Benny", availability="never"))

    assert list(response.context["form"].errors) == ["availability"]
    ben.user.refresh_from_db()
    assert ben.user.first_name == "Ben"


def test_own_details_show_the_errors_of_both_halves_at_once(ben: Membership, sign_in: SignIn) -> None:
    response = sign_in(ben).post(reverse("people:me"), own_answers(first_name="", availability="never"))

    assert list(response.context["user_form"].errors) == ["first_name"]
    assert list(response.context["form"].errors) == ["availability"]


@pytest.mark.parametrize("zone", ["Moon/Base", "../../etc/passwd", "utc", ""])
def test_own_time_zone_that_does_not_exist_is_refused(ben: Membership, sign_in: SignIn, *, zone: str) -> None:
    response = sign_in(ben).post(reverse("people:me"), own_answers(timezone=zone))

    assert list(response.context["user_form"].errors) == ["timezone"]
    ben.user.refresh_from_db()
    assert ben.user.timezone == "America/New_York"


def test_staff_change_own_name_and_zone(alice: Membership, sign_in: SignIn) -> None:
    sign_in(alice).post(reverse("people:me"), own_answers(first_name="Ally"))

    alice.user.refresh_from_db()
    assert alice.user.first_name == "Ally"


def program_answers(**changed: object) -> dict[str, object]:
    numbers = {
        "mentor_recovery_months": 18,
        "training_hours": 8,
        "mentor_capacity": 2,
        "proposal_days": 5,
        "session_cadence_days": 14,
        "checkin_cadence_days": 7,
        "quiet_from_hour": 22,
        "quiet_until_hour": 8,
    }
    return {"name": "North", "timezone": "America/Chicago", "country": "US", **numbers, **changed}


def test_admin_changes_settings(ada: Membership, sign_in: SignIn) -> None:
    sign_in(ada).post(reverse("accounts:program"), program_answers())

    program = Program.objects.get()
    assert (program.mentor_recovery_months, program.timezone, program.country) == (18, "America/Chicago", "US")
    assert entries(Action.CHANGED) == [(ada.user_id, None, "settings")]


def test_changed_days_between_sessions_leave_what_two_people_agreed(
    *, ada: Membership, alice: Membership, mona: Membership, ben: Membership, now: datetime, sign_in: SignIn
) -> None:
    pair = pairs.propose(mentor=mona, mentee=ben, by=alice, now=now)

    page = sign_in(ada).get(reverse("accounts:program")).content.decode()
    sign_in(ada).post(reverse("accounts:program"), program_answers())

    pair.refresh_from_db()
    assert (pair.cadence_days, Program.objects.get().session_cadence_days) == (7, 14)
    assert "For pairs proposed from now on." in page
    assert "For everybody, from their next check-in on." in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mentor_recovery_months", 5),
        ("mentor_recovery_months", 25),
        ("training_hours", 1),
        ("mentor_capacity", 0),
        ("quiet_from_hour", 24),
        ("session_cadence_days", 61),
        ("country", "USA"),
        ("country", "us"),
        ("quiet_until_hour", 22),
        ("timezone", "Moon/Base"),
    ],
)
def test_settings_out_of_range_are_refused(ada: Membership, sign_in: SignIn, *, field: str, value: object) -> None:
    response = sign_in(ada).post(reverse("accounts:program"), program_answers(**{field: value}))

    assert list(response.context["form"].errors) == [field]
    assert Program.objects.get().proposal_days == 7


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("mentor_recovery_months", 60, "From 6 to 24."),
        ("mentor_recovery_months", 1, "From 6 to 24."),
        ("quiet_from_hour", 24, "From 0 to 23."),
        ("quiet_from_hour", -1, "From 0 to 23."),
    ],
)
def test_settings_say_their_limits_before_and_when_they_refuse(
    ada: Membership, sign_in: SignIn, *, field: str, value: int, says: str
) -> None:
    client = sign_in(ada)

    shown = client.get(reverse("accounts:program")).context["form"][field].help_text
    refused = client.post(reverse("accounts:program"), program_answers(**{field: value}))

    assert shown.startswith(says)
    assert refused.context["form"].errors[field] == [says]


@pytest.mark.parametrize(("known", "other"), [("US", "ZZ"), ("IS", "IS")])
def test_settings_offer_known_countries_and_another(ada: Membership, sign_in: SignIn, *, known: str, other: str) -> None:
    Program.objects.update(country=known)
    client = sign_in(ada)

    field = client.get(reverse("accounts:program")).context["form"]["country"]
    client.post(reverse("accounts:program"), program_answers(country=other))

    assert field.value() == known
    assert ("CA", "Canada") in field.field.choices
    assert field.field.choices[-1] == (other, "Another country")
    assert Program.objects.get().country == other


@pytest.mark.parametrize("who", ["alice", "sam", "mona", "ben"])
def test_settings_are_for_admins(request: pytest.FixtureRequest, sign_in: SignIn, *, who: str) -> None:
    assert sign_in(request.getfixturevalue(who)).get(reverse("accounts:program")).status_code == 403


def test_every_page_opens(alice: Membership, ada: Membership, mona: Membership, ben: Membership, sign_in: SignIn) -> None:
    coordinator = [reverse(name) for name in ("intake:people", "intake:import", "people:invitations", "people:me")]
    coordinator += [page_of(person) for person in (alice, ada, mona, ben)]
    coordinator += [reverse("intake:person_edit", args=[person.pk]) for person in (mona, ben)]
    assert {url: sign_in(alice).get(url).status_code for url in coordinator} == dict.fromkeys(coordinator, 200)
    assert sign_in(ada).get(reverse("accounts:program")).status_code == 200
    assert sign_in(mona).get(reverse("people:me")).status_code == 200
