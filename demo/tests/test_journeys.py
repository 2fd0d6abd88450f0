"""docs/journeys.md, held against what really runs: four journeys are taken, and what they enter is noted.

A journey that enters another file, or no longer enters one, fails here and prints how its part of the page reads now.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import CodeType, FrameType
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Membership
from conftest import SignIn
from core.tests.test_imports import RANK
from matching.models import Round
from matching.waiting.services import propose_match
from relationships.models import Relationship
from relationships.services import accept
from supervision.models import Flag
from supervision.services import follow_session_gaps

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ROOT = Path(settings.BASE_DIR)
PAGE = (ROOT / "docs/journeys.md").read_text()
FRAME = {"core", "accounts", "privacy"}
"""What every request and every change passes through."""


@dataclass
class Journey:
    """What was entered, in the order in which it was: files of the journey's `own` rooms, and the doors of others."""

    own: tuple[str, ...]
    files: dict[str, list[str]] = field(default_factory=dict)
    doors: dict[str, str] = field(default_factory=dict)

    def enter(self, file: str, function: str) -> None:
        room = _room_of(file)
        if room.split("/", 1)[0] in FRAME:
            return
        if room in self.own:
            self.files.setdefault(file, []).append(function)
        else:
            self.doors.setdefault(room, function)

    def as_page(self) -> str:
        """How docs/journeys.md says it."""
        files = [f"- `{file}`: {', '.join(f'`{name}`' for name in names)}" for file, names in self.files.items()]
        doors = ", ".join(f"`{room}/` (`{function}`)" for room, function in self.doors.items())
        return "\n".join([*files, "", f"Doors: {doors}."])


def _room_of(file: str) -> str:
    """An app, or a package of matching or of the people files; a module beside those packages belongs to the app."""
    *folders, _name = file.split("/")
    if folders[0] == "matching":
        return "/".join(folders[:2])
    return "/".join(folders) if "facts" in folders else folders[0]


@contextmanager
def taken(*own: str) -> Iterator[Journey]:
    journey, seen = Journey(own), set[CodeType]()

    def note(frame: FrameType, event: str, arg: Any) -> None:
        code = frame.f_code
        if event != "call" or code in seen or code.co_qualname.startswith("<") or "<locals>" in code.co_qualname:
            return
        seen.add(code)
        path = Path(code.co_filename)
        if path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in RANK and "tests" not in path.parts:
            journey.enter(str(path.relative_to(ROOT)), code.co_qualname)

    sys.setprofile(note)
    try:
        yield journey
    finally:
        sys.setprofile(None)


def check(title: str, journey: Journey) -> None:
    """The page lists just the files and doors that were entered, names only functions that ran, and counts them."""
    said = re.search(rf"^## {title}: (\d+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    now = f"## {title}: {len(journey.files) + len(journey.doors)}\n\n{journey.as_page()}\n"
    assert said is not None, now
    files = dict(re.findall(r"^- `([^`]+\.py)`: (.+)$", said[2], re.MULTILINE))
    doors = re.findall(r"`([^`]+)/` \(", said[2])
    named = {file: set(re.findall(r"`([^`]+)`", names)) for file, names in files.items()}
    assert list(files) == list(journey.files), now
    assert doors == list(journey.doors), now
    assert {
        file: names - set(journey.files[file]) for file, names in named.items() if names - set(journey.files[file])
    } == {}, now
    assert int(said[1]) == len(files) + len(doors), now


@pytest.fixture
def pair(ben: Membership, mona: Membership, alice: Membership, now: datetime) -> Relationship:
    made = propose_match(mentor=mona, mentee=ben, by=alice, now=now)
    for one in (mona, ben):
        accept(relationship=made, by=one, now=now)
    return made


def test_check_in(pair: Relationship, ben: Membership, sign_in: SignIn) -> None:
    client = sign_in(ben)
    client.get(reverse("home"))
    with taken("checkins") as journey:
        client.post(reverse("checkins:new"), {"submission_key": str(uuid4()), "mood": "3", "support": "today"})

    check("A check-in that asks for support", journey)


def test_workbench_to_the_mentors_answer(ben: Membership, mona: Membership, alice: Membership, sign_in: SignIn) -> None:
    client, mentor = sign_in(alice), sign_in(mona)
    client.get(reverse("home"))
    with taken("matching", "matching/rounds", "relationships") as journey:
        page = client.post(reverse("matching:start_round")).headers["Location"]
        client.get(page)
        started = Round.objects.get()
        seen = {"seen": started.solved_at.isoformat() if started.solved_at else "", "is_confirmed": "on"}
        client.post(reverse("matching:send_round", args=[started.pk]), seen)
        proposed = Relationship.objects.get()
        mentor.get(proposed.get_absolute_url())
        mentor.post(reverse("relationships:answer", args=[proposed.pk]), {"answer": "yes"})

    assert Relationship.objects.get().mentor_accepted_at is not None
    check("From the workbench to the mentor's answer", journey)


def test_row_to_a_profile(alice: Membership, sign_in: SignIn) -> None:
    client = sign_in(alice)
    client.get(reverse("home"))
    file = SimpleUploadedFile("mentees.csv", b"email,first_name,birth_date,languages\nnora@example.org,Nora,1990-01-01,en\n")
    with taken("intake") as journey:
        preview = client.post(reverse("intake:import"), {"mentees": file}).headers["Location"]
        client.get(preview)
        client.post(f"{preview}confirm/")

    assert Membership.objects.filter(user__email="nora@example.org").exists()
    check("From a CSV row to a profile", journey)


def test_gap_to_the_supervisors_page(pair: Relationship, sam: Membership, sign_in: SignIn, now: datetime) -> None:
    client = sign_in(sam)
    client.get(reverse("home"))
    with taken("supervision") as journey:
        follow_session_gaps(now + timedelta(days=15))
        flag = Flag.objects.get()
        client.get(flag.get_absolute_url())

    check("From a gap to the supervisor's page", journey)
