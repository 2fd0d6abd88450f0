"""What training adds to the pages about people and to a mentor's home page."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.http import MemberRequest
from accounts.models import Membership, Program
from accounts.panels import PeopleFilter
from accounts.querysets import MembershipQuerySet
from accounts.timezones import zone_of
from training.forms import TrainingForm
from training.readiness import is_ready, readiness


def panel(request: MemberRequest, person: Membership) -> Mapping[str, Any] | None:
    """A mentor's readiness, and the form that records training."""
    if person.role != Role.MENTOR:
        return None
    mentor = person.mentor_profile
    form = TrainingForm(instance=getattr(mentor, "training", None), today=_today(person.program, request.now))
    return {"readiness": readiness(mentor, request.now), "form": form, "person": person}


def card(request: MemberRequest) -> Mapping[str, Any] | None:
    """What stands between a mentor and a match; nothing for one who is ready."""
    mentor = getattr(request.membership, "mentor_profile", None)
    if mentor is None:
        return None
    missing = readiness(mentor, request.now).missing
    return {"missing": missing} if missing else None


def _today(program: Program, now: datetime) -> date:
    return now.astimezone(zone_of(program.timezone)).date()


def _narrow(people: MembershipQuerySet, value: str, program: Program, now: datetime) -> MembershipQuerySet:
    mentors = people.with_role(Role.MENTOR)
    ready = is_ready(program, _today(program, now))
    return mentors.filter(ready) if value == "ready" else mentors.exclude(pk__in=mentors.filter(ready).values("pk"))


READINESS_FILTER = PeopleFilter(
    name="ready",
    label=_("Readiness of mentors"),
    choices=[("ready", _("Ready")), ("not_ready", _("Something is missing"))],
    narrow=_narrow,
    badge_value="not_ready",
    badge_words=_("Not ready to mentor"),
)
