"""What would still keep the people of an import from being matched, once it is done. Reads only.

Training lives to the right of this app, so it says what a mentor needs: `register_needs`, from `AppConfig.ready()`.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import Role
from accounts.intake import missing_from, pairs_of, program_day
from accounts.models import MenteeProfile, MentorProfile, Program, User
from accounts.people_facts import in_batches
from accounts.people_format import KINDS
from accounts.people_import import Outcome, Plan, Planned
from core.widgets import Words
from privacy.models import Consent

Needs = Callable[[Program, Mapping[str, Any], datetime], Sequence[Words]]
"""What a mentor lacks of whom this is known, by column."""
_needs: list[Needs] = []


@dataclass(frozen=True)
class Missing:
    """`short` of all `people` of one kind lack something. `reasons` are what and how many lack it, the most frequent first."""

    kind: str
    short: int
    people: int
    reasons: tuple[tuple[str, int], ...]

    @property
    def heading(self) -> str:
        if self.kind == Role.MENTOR:
            words = ngettext(
                "%(short)d of %(people)d mentor cannot be matched yet",
                "%(short)d of %(people)d mentors cannot be matched yet",
                self.people,
            )
        else:
            words = ngettext(
                "%(short)d of %(people)d mentee cannot be matched yet",
                "%(short)d of %(people)d mentees cannot be matched yet",
                self.people,
            )
        return words % {"short": self.short, "people": self.people}


def register_needs(needs: Needs) -> None:
    _needs.append(needs)


def missing_after(program: Program, plan: Plan, *, now: datetime) -> list[Missing]:
    """One for each kind of whom somebody lacks something. Mentees once paired are past it; bad rows count for nobody."""
    consenting = _consenting(program, plan, program_day(program, now))
    paired = pairs_of(program)
    found = []
    for kind in KINDS:
        people = [one for one in plan.people if one.kind == kind and one.outcome != Outcome.BAD]
        lacks = [
            _lacks(program, one, now, has_consent=one.email in consenting)
            for one in people
            if one.membership is None or one.membership.pk not in paired
        ]
        reasons = Counter(reason for lacking in lacks for reason in lacking)
        if reasons:
            found.append(Missing(kind, sum(map(bool, lacks)), len(people), tuple(reasons.most_common())))
    return found


def _lacks(program: Program, planned: Planned, now: datetime, *, has_consent: bool) -> list[str]:
    known = planned.known
    model = MentorProfile if planned.kind == Role.MENTOR else MenteeProfile
    profile = model(birth_date=known.get("birth_date"), languages=known.get("languages") or [])
    lacking = missing_from(profile, has_consent=has_consent, has_times=bool(known.get("availability")))
    if planned.kind == Role.MENTOR:
        lacking += [str(words) for needs in _needs for words in needs(program, known, now)]
    elif not known.get("waiting_since"):
        lacking.append(_("not on the waiting list yet"))
    return lacking


def _consenting(program: Program, plan: Plan, on: date) -> set[str]:
    """The addresses of everybody whose consent will be in force on that day. One that was revoked stays revoked."""
    ends: dict[tuple[str, date], date | None] = {}
    revoked: set[tuple[str, date]] = set()
    for batch in in_batches({planned.email for planned in plan.people}):
        users = User.objects.filter(email__in=batch).values("pk")
        email = Subquery(User.objects.filter(pk=OuterRef("person_id")).values("email"))
        consents = Consent.objects.filter(program_id=program.pk, person_id__in=users).annotate(email=email)
        for address, given_on, expires_on, revoked_at in consents.values_list("email", "given_on", "expires_on", "revoked_at"):
            ends[address, given_on] = expires_on
            if revoked_at:
                revoked.add((address, given_on))
    for planned in plan.people:
        said = planned.row.values if planned.row else {}
        if given := said.get("consent_given_on"):
            key = (planned.email, given)
            ends[key] = said["consent_expires_on"] if "consent_expires_on" in said else ends.get(key)
    return {address for (address, given), end in ends.items() if (address, given) not in revoked and given <= on <= (end or on)}
