"""A list in a person's own words is sealed as one text, and opened when it is read."""

import pytest
from django.core.exceptions import FieldError
from django.db import connection

from accounts.models import Membership
from core.fields import EncryptedListField
from core.rotation import encrypted_fields
from people.models import MenteeProfile

pytestmark = pytest.mark.django_db


def stored() -> str:
    """What the database holds of the only mentee."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT places FROM people_menteeprofile")
        ((text,),) = cursor.fetchall()
        return str(text)


def test_places_come_back_as_written_and_are_not_in_the_database(ben: Membership) -> None:
    ben.mentee_profile.places = ["Library", "Café by the \u2192 bridge", "Library"]
    ben.mentee_profile.save()

    profile = MenteeProfile.objects.get(membership=ben)

    assert profile.places == ["Library", "Café by the \u2192 bridge"]
    assert [word for word in ("Library", "bridge") if word in stored()] == []


def test_empty_list_stays_empty(ben: Membership) -> None:
    profile = MenteeProfile.objects.get(membership=ben)

    assert (profile.places, stored()) == ([], "")


def test_list_of_another_row_does_not_open(ben: Membership, mona: Membership) -> None:
    ben.mentee_profile.places = ["Library"]
    ben.mentee_profile.save()

    mona.mentor_profile.places = MenteeProfile.objects.values_list("places", flat=True).get(membership=ben)

    with pytest.raises(FieldError):
        type(mona.mentor_profile).objects.bulk_create([mona.mentor_profile])


@pytest.mark.parametrize("lookup", ["places__contains", "places__icontains", "places"])
def test_sealed_list_is_never_searched(ben: Membership, lookup: str) -> None:
    with pytest.raises(FieldError):
        MenteeProfile.objects.filter(**{lookup: ["Library"]}).exists()


def test_lists_are_among_what_a_new_key_writes_anew() -> None:
    assert {one.model.__name__ for one in encrypted_fields() if isinstance(one, EncryptedListField)} == {
        "MenteeProfile",
        "MentorProfile",
    }
