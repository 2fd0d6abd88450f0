"""The import and export pages."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.enums import Role
from accounts.models import Membership, User
from conftest import SignIn
from demo import factories
from intake.files import pending as pending_imports
from intake.files.columns import KINDS, columns_for
from intake.files.plan import ImportPlan, RowOutcome
from intake.files.tables import MAX_BYTES
from intake.models import PendingImport
from notifications.models import Message
from notifications.outbox import drain
from people.models import AvailabilityWindow, Invitation, MentorProfile
from privacy.models import Action, AuditEntry

MENTORS = "email,first_name,capacity\nvera@example.org,Vera,2\nmona@example.org,Mona,1\n"
pytestmark = pytest.mark.django_db


def upload(client: Client, **texts: str | bytes) -> Any:
    files = {
        kind: SimpleUploadedFile(f"{kind}.csv", text.encode() if isinstance(text, str) else text)
        for kind, text in texts.items()
    }
    return client.post(reverse("intake:import"), files)


def confirm_url(preview_url: str) -> str:
    return f"{preview_url}confirm/"


def test_upload_shows_each_row_and_saves_nothing(alice: Membership, mona: Membership, sign_in: SignIn) -> None:
    client = sign_in(alice)

    page = client.get(upload(client, mentors=MENTORS).headers["Location"])

    rows = [(one.number, one.email, one.outcome, one.fields) for one in page.context["page"]]
    assert rows == [
        (3, "mona@example.org", RowOutcome.CHANGE, ("capacity",)),
        (2, "vera@example.org", RowOutcome.ADD, ("first_name", "capacity")),
    ]
    assert not User.everybody.filter(email="vera@example.org").exists()


def test_confirm_imports_once_however_often_it_is_posted(alice: Membership, mona: Membership, sign_in: SignIn) -> None:
    client = sign_in(alice)
    preview = upload(client, mentors=MENTORS, mentees="email,first_name\nlou@example.org,Lou\n").headers["Location"]

    answers = [client.post(confirm_url(preview)) for _time in range(2)]

    assert [answer.headers["Location"] for answer in answers] == [reverse("intake:people"), reverse("intake:import")]
    assert Membership.objects.filter(user__email__in=["vera@example.org", "lou@example.org"]).count() == 2
    assert AuditEntry.objects.filter(action=Action.IMPORTED).count() == 3
    assert not PendingImport.objects.exists()


def test_confirm_writes_to_nobody_and_invites_nobody(alice: Membership, mona: Membership, sign_in: SignIn) -> None:
    client = sign_in(alice)
    preview = upload(client, mentors=MENTORS, mentees="email,first_name\nlou@example.org,Lou\n").headers["Location"]

    client.post(confirm_url(preview))
    drain(timezone.now())

    assert User.everybody.filter(email__in=["vera@example.org", "lou@example.org"]).count() == 2
    assert (Message.objects.count(), Invitation.objects.count(), mail.outbox) == (0, 0, [])


def test_confirm_changes_somebody_whose_contact_is_known(alice: Membership, mona: Membership, sign_in: SignIn) -> None:
    mona.mentor_profile.contact = "Text 555-0101"
    mona.mentor_profile.save()
    client = sign_in(alice)
    preview = upload(client, mentors="email,first_name,capacity\nmona@example.org,Mona,2\n").headers["Location"]

    response = client.post(confirm_url(preview))

    assert response.headers["Location"] == reverse("intake:people")
    profile = MentorProfile.objects.get(membership=mona)
    assert (profile.capacity, profile.contact) == (2, "Text 555-0101")


def test_confirm_by_several_at_once_imports_once(
    alice: Membership, mona: Membership, now: datetime, transactional_db: None
) -> None:
    """Mona is known, Vera is new, and so is Maya here, who belongs to another program too."""
    south = factories.make_program("south")
    maya = factories.make_mentee(south, "maya@example.org", now=now)
    text = f"{MENTORS}maya@example.org,Another Name,1\n"
    pending = pending_imports.keep(owner=alice, texts={Role.MENTOR: text}, now=now)
    gate = Barrier(4)

    def confirm(_number: int) -> ImportPlan | None:
        gate.wait()
        try:
            return pending_imports.confirm(pending.pk, by=alice, now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        plans = list(threads.map(confirm, range(4)))

    assert [plan is None for plan in plans].count(True) == 3
    assert AuditEntry.objects.filter(action=Action.IMPORTED).count() == 3
    assert Membership.objects.filter(program=alice.program, role=Role.MENTOR).count() == 3
    assert not EmailAddress.objects.filter(email="vera@example.org").exists()  # nobody signs in who has not accepted
    assert EmailAddress.objects.filter(email="maya@example.org").count() == 1
    maya.user.refresh_from_db()
    assert (maya.user.first_name, maya.user.memberships.count()) == ("Maya", 1)


def test_two_uploads_of_the_same_people_confirmed_at_once_add_them_once(
    alice: Membership, now: datetime, transactional_db: None
) -> None:
    text = "email,first_name,availability\n" + "".join(f"p{n}@example.org,P,mon 17:00-20:00\n" for n in range(20))
    uploads = [pending_imports.keep(owner=alice, texts={Role.MENTEE: text}, now=now) for _ in range(3)]
    gate = Barrier(3)

    def confirm(pending: PendingImport) -> int:
        gate.wait()
        try:
            plan = pending_imports.confirm(pending.pk, by=alice, now=now)
            return plan.count(RowOutcome.ADD) if plan else -1
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as threads:
        added = sorted(threads.map(confirm, uploads))

    assert added == [0, 0, 20]
    assert (User.everybody.filter(email__startswith="p").count(), AvailabilityWindow.objects.count()) == (20, 20)


def test_rows_that_need_fixing_are_left_out_and_go_on_waiting(alice: Membership, sign_in: SignIn) -> None:
    client = sign_in(alice)
    preview = upload(client, mentors="email,first_name\nx,Y\nvera@example.org,Vera\n").headers["Location"]

    page = client.get(preview).content.decode()
    confirmed = client.post(confirm_url(preview))
    again = client.post(confirm_url(preview))

    assert "“x” is not an e-mail address." in page
    assert User.everybody.filter(email="vera@example.org").exists()
    assert (confirmed.headers["Location"], again.headers["Location"]) == (preview, preview)
    left = client.get(preview)
    assert [(one.number, one.outcome) for one in left.context["page"]] == [(2, RowOutcome.BAD)]
    assert confirm_url(preview) not in left.content.decode()


def test_rows_that_are_left_come_as_a_file_to_fix_and_upload(alice: Membership, sign_in: SignIn) -> None:
    client = sign_in(alice)
    text = "Mentors 2026\nemail,first_name,contact,birth_date\nvera@example.org,Vera,,\nx@example.org,=Xu,'=1,soon\n"
    preview = upload(client, mentors=text).headers["Location"]

    file = client.get(reverse("intake:import_left", args=[preview.split("/")[-2], "mentors"])).content.decode("utf-8-sig")

    assert file.splitlines()[0] == "email,first_name,contact,birth_date,to_fix"
    assert "vera" not in file
    assert "birth_date: “soon” is not a date." in file
    mended = upload(client, mentors=file.replace("soon", "1990-03-08", 1)).headers["Location"]
    (planned,) = client.get(mended).context["page"]
    assert (planned.outcome, planned.row.values["first_name"], planned.row.values["contact"]) == (RowOutcome.ADD, "=Xu", "=1")


def test_file_to_fix_is_only_of_what_waits(alice: Membership, otto: Membership, sign_in: SignIn) -> None:
    preview = upload(sign_in(alice), mentors="email,first_name\nx,Y\n").headers["Location"]
    pending = preview.split("/")[-2]

    assert sign_in(alice).get(reverse("intake:import_left", args=[pending, "mentees"])).status_code == 404
    abel = factories.make_member(alice.program, Role.COORDINATOR, "abel@example.org")
    for other in (abel, otto):
        assert sign_in(other).get(reverse("intake:import_left", args=[pending, "mentors"])).status_code == 404


def test_confirm_looks_at_the_program_as_it_is_now(alice: Membership, sam: Membership, sign_in: SignIn) -> None:
    client = sign_in(alice)
    text = "email,first_name,supervisor\nvera@example.org,Vera,sam@example.org\n"
    preview = upload(client, mentors=text).headers["Location"]
    sam.delete()

    response = client.post(confirm_url(preview))

    assert response.headers["Location"] == preview
    assert client.get(preview).context["bad"] == 1


def test_waiting_upload_is_sealed_in_the_database(alice: Membership, sign_in: SignIn) -> None:
    upload(sign_in(alice), mentors=MENTORS)

    with connection.cursor() as cursor:
        cursor.execute("SELECT mentors FROM intake_pendingimport")
        assert "vera" not in cursor.fetchone()[0]


def test_upload_of_somebody_else_is_gone(alice: Membership, otto: Membership, sign_in: SignIn) -> None:
    preview = upload(sign_in(alice), mentors=MENTORS).headers["Location"]
    abel = factories.make_member(alice.program, Role.COORDINATOR, "abel@example.org")

    for other in (abel, otto):
        client = sign_in(other)
        assert client.get(preview).headers["Location"] == reverse("intake:import")
        assert client.post(confirm_url(preview)).headers["Location"] == reverse("intake:import")
    assert not User.everybody.filter(email="vera@example.org").exists()


def test_upload_older_than_a_day_is_gone_and_dropped(alice: Membership, sign_in: SignIn) -> None:
    client = sign_in(alice)
    preview = upload(client, mentors=MENTORS).headers["Location"]
    PendingImport.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert client.get(preview).status_code == 302
    assert pending_imports.drop_expired(timezone.now()) == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"email|first_name\n", "The columns must be separated by commas, semicolons or tabs."),
        (b"\xff\xfe\x00", "The file is saved as UTF-16. Save it as “CSV UTF-8” and try again."),
        (b"email,first_name\na\0,b\n", "The file holds characters that are not text."),
    ],
)
def test_unreadable_upload_is_refused_beside_its_field(
    alice: Membership, sign_in: SignIn, *, data: bytes, sentence: str
) -> None:
    response = upload(sign_in(alice), mentees=data)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["mentees"]
    assert sentence in response.content.decode()
    assert not PendingImport.objects.exists()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"%PDF-1.7\n\xe2\xe3", "This is not a spreadsheet."),
        (b"PK\x03\x04\x14\x00\x06\x00", "The file cannot be opened."),
        (b"email,first_name\n", "This file has no people in it."),
        (b"email,first_name\n,\n\n", "This file has no people in it."),
    ],
)
def test_upload_that_holds_no_people_is_refused(alice: Membership, sign_in: SignIn, *, data: bytes, sentence: str) -> None:
    response = upload(sign_in(alice), mentors=data)

    assert response.context["form"].errors["mentors"][0].startswith(f"mentors.csv: {sentence}")
    assert not PendingImport.objects.exists()


def test_file_beside_one_that_is_refused_is_kept_and_imported_with_the_mended_one(alice: Membership, sign_in: SignIn) -> None:
    client, mended = sign_in(alice), b"email,first_name\nlou@example.org,Lou\n"
    refused = upload(client, mentors=MENTORS, mentees=b"email|first_name\n")
    page = refused.content.decode()
    kept = refused.context["form"]["kept"].value()

    file = SimpleUploadedFile("mentees.csv", mended)
    preview = client.post(reverse("intake:import"), {"kept": kept, "mentees": file})["Location"]

    assert refused.status_code == 422
    assert "mentees.csv: The columns must be separated by commas" in page
    assert page.count("Your file is kept.") == 1
    waiting = PendingImport.objects.get(pk=preview.rstrip("/").rpartition("/")[2])
    assert "Vera" in waiting.mentors
    assert "Lou" in waiting.mentees


def test_file_kept_for_somebody_else_is_not_taken(alice: Membership, otto: Membership, sign_in: SignIn) -> None:
    kept = upload(sign_in(alice), mentors=MENTORS, mentees=b"email|first_name\n").context["form"]["kept"].value()

    response = sign_in(otto).post(reverse("intake:import"), {"kept": kept})

    assert response.context["form"].non_field_errors() == ["Choose at least one file."]


def test_import_page_lists_the_columns_with_their_codes(alice: Membership, sign_in: SignIn) -> None:
    response = sign_in(alice).get(reverse("intake:import"))

    names = {column.name for _heading, listed in response.context["columns"] for column in listed}
    assert names == {column.name for kind in KINDS for column in columns_for(kind)}
    assert all(column.label for _heading, listed in response.context["columns"] for column in listed)
    page = response.content.decode()
    assert "<code>gender</code>: Gender" in page
    assert "(woman, man, non_binary)" in page
    assert "<h2>Export</h2>" in page


def test_preview_names_people_and_says_what_is_cleared(alice: Membership, mona: Membership, sign_in: SignIn) -> None:
    mona.mentor_profile.places = ["Library"]
    mona.mentor_profile.save()
    factories.not_joined(mona)
    client = sign_in(alice)
    text = "email,first_name,last_name,capacity,places\nmona@example.org,Mona,Lund,2,\nx,Yara,Berg,,\n"

    page = client.get(upload(client, mentors=text).headers["Location"])

    yara, lund = page.context["page"]
    assert (yara.name, yara.email, yara.cleared) == ("Yara Berg", "x", ())
    assert (lund.name, lund.email, lund.cleared) == ("Mona Lund", "mona@example.org", ("places",))
    assert lund.told == [("last_name", "Lund"), ("capacity", "2")]
    assert re.search(r"cleared:\s+<code>places</code>", page.content.decode())


def test_preview_says_how_the_cells_of_somebody_new_are_read(alice: Membership, sign_in: SignIn) -> None:
    client = sign_in(alice)
    text = "Email,First Name,DOB,Availability,Shoe\nvera@example.org,Vera,3/14/1988,Tue 6-8pm,42\n"

    page = client.get(upload(client, mentors=text).headers["Location"])

    (vera,) = page.context["page"]
    assert vera.told == [("availability", "tue 18:00-20:00"), ("birth_date", "1988-03-14")]
    assert "1988-03-14" in page.content.decode()
    assert "Columns of the mentors that are left out: shoe." in page.content.decode()


def test_preview_of_somebody_new_clears_nothing(alice: Membership, sign_in: SignIn) -> None:
    client = sign_in(alice)

    page = client.get(upload(client, mentors="email,first_name,places\nvera@example.org,Vera,\n").headers["Location"])

    assert "cleared:" not in page.content.decode()


def test_upload_over_the_limit_is_413_and_named_with_the_limit(alice: Membership, sign_in: SignIn) -> None:
    response = upload(sign_in(alice), mentees=b"x" * (MAX_BYTES + 1))

    assert response.status_code == 413
    assert "mentees.csv is larger than 1.0\xa0MB." in response.content.decode()


def test_upload_without_a_file_says_so(alice: Membership, sign_in: SignIn) -> None:
    response = sign_in(alice).post(reverse("intake:import"), {})

    assert response.context["form"].non_field_errors() == ["Choose at least one file."]


@pytest.mark.parametrize("who", ["ada", "sam", "mona", "ben"])
def test_import_page_is_for_coordinators(request: pytest.FixtureRequest, sign_in: SignIn, *, who: str) -> None:
    """Its preview says what is known of people, which admins do not see."""
    assert sign_in(request.getfixturevalue(who)).get(reverse("intake:import")).status_code == 403


def test_export_gives_the_file_and_people_can_see_that_it_was_made(
    alice: Membership, mona: Membership, mateo: Membership, sign_in: SignIn
) -> None:
    response = sign_in(alice).get(reverse("intake:export", args=["mentors"]))

    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="mentors.csv"'
    text = response.content.decode()
    assert ("mona@example.org" in text, "mateo@example.org" in text) == (True, False)
    assert list(AuditEntry.objects.filter(action=Action.EXPORTED).values_list("person_id", flat=True)) == [mona.user_id]


def test_export_of_an_unknown_kind_is_not_found(alice: Membership, sign_in: SignIn) -> None:
    assert sign_in(alice).get(reverse("intake:export", args=["everybody"])).status_code == 404


@pytest.mark.parametrize("who", ["ada", "sam", "mona", "ben"])
def test_export_is_for_coordinators(request: pytest.FixtureRequest, sign_in: SignIn, *, who: str) -> None:
    url = reverse("intake:export", args=["mentees"])

    assert sign_in(request.getfixturevalue(who)).get(url).status_code == 403


def test_import_and_export_signed_out_ask_to_sign_in(db: None) -> None:
    assert Client().get(reverse("intake:import")).status_code == 302
    assert Client().get(reverse("intake:export", args=["mentors"])).status_code == 302


def test_preview_takes_the_same_queries_for_few_rows_and_many(
    alice: Membership, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(alice)
    for count in (3, 30):
        rows = "".join(f"p{number}@example.org,P\n" for number in range(count))
        preview = upload(client, mentors=f"email,first_name\n{rows}").headers["Location"]
        with django_assert_num_queries(9):
            client.get(preview)


def test_import_of_two_roles_of_one_person_is_shown_by_file(alice: Membership, sign_in: SignIn) -> None:
    client = sign_in(alice)
    text = "email,first_name\nlou@example.org,Lou\n"

    page = client.get(upload(client, mentors=text, mentees=text).headers["Location"])

    assert [(one.kind, one.outcome) for one in page.context["page"]] == [
        (Role.MENTOR, RowOutcome.ADD),
        (Role.MENTEE, RowOutcome.ADD),
    ]
    assert page.content.decode().count("In both files: one person with two roles.") == 2
