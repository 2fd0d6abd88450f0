import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
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


@pytest.mark.once
def test_create_program_without_tables_says_how_to_make_them(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "create_program", "--name", "X", "--slug", "x", "--admin-email", "boss@example.org"],
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path)},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == (
        "CommandError: There are no tables yet. Run `manage.py migrate` first, or `DEMO_MODE=0 make run`."
    )
    assert "Traceback" not in done.stderr
