"""What people are told stays true on another day: no notice says *today* of the day on which it was written."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.translation import override

from accounts.models import Membership
from checkins.models import SupportRequest
from checkins.services import submit_checkin
from conftest import SignIn
from notifications.kinds import all_kinds
from supervision.kinds import FlagReason
from supervision.models import Flag
from supervision.services import take_up_requests
from supervision.tests.conftest import MakePair
from supervision.tests.test_calls import read

OF_ITS_DAY = re.compile(
    r"\b(today|tonight|tomorrow|yesterday|this (?:morning|evening|week)|right now|\w+ ago"
    r"|hoy|ayer|anoche|esta semana|ahora mismo)\b",
    re.IGNORECASE,
)


def sentences() -> list[str]:
    kinds = [(kind.text, kind.named.text if kind.named else "") for kind in all_kinds()]
    return [str(text) for two in kinds for text in two] + [str(label) for label in FlagReason.labels]


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_notice_and_no_line_of_history_says_a_day_that_passes(language: str) -> None:
    with override(language):
        said = sentences()

    assert len(said) > 60
    assert [sentence for sentence in said if OF_ITS_DAY.search(sentence)] == []


@pytest.mark.parametrize("words", ["Asked for support today.", "Pidió apoyo para hoy.", "Two hours ago.", "Right now"])
def test_planted_day_is_found(words: str) -> None:
    assert OF_ITS_DAY.search(words)


@pytest.mark.parametrize("support", ["today", "now"])
def test_call_for_support_read_two_days_later_says_no_today(
    *,
    support: str,
    make_pair: MakePair,
    mona: Membership,
    ben: Membership,
    sam: Membership,
    alice: Membership,
    now: datetime,
    sign_in: SignIn,
) -> None:
    asked_at = now - timedelta(days=2)
    make_pair(mona, ben, by=alice, at=asked_at)
    submit_checkin(mentee=ben, now=asked_at, submission_key=uuid4(), support=support)
    take_up_requests(asked_at)
    call = SupportRequest.objects.get()

    notices = [read(sign_in, one, reverse("notifications:notices")) for one in (mona, sam)]
    pages = [
        read(sign_in, mona, reverse("checkins:support_request", args=[call.pk])).partition("What you can do")[0],
        read(sign_in, sam, Flag.objects.get().get_absolute_url()).partition("History")[2],
    ]

    assert [OF_ITS_DAY.findall(page) for page in [*notices, *pages]] == [[]] * 4
    assert "Someone you mentor asked for support" in notices[0]
