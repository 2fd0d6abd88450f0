from io import StringIO

import pytest
from django.core.management import call_command

from accounts.models import Membership


def programs() -> str:
    out = StringIO()
    call_command("programs", stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_programs_of_an_empty_installation_says_how_to_begin() -> None:
    printed = programs()

    assert printed.startswith("There is no program yet, so nobody can sign in.")
    assert "manage.py create_program --name" in printed


def test_programs_lists_each_with_its_short_name(alice: Membership, mona: Membership, otto: Membership) -> None:
    Membership.objects.filter(pk=mona.pk).update(is_active=False)

    assert programs() == (
        f"north: {alice.program.name}, 2 active memberships\nsouth: {otto.program.name}, 1 active memberships\n"
    )
