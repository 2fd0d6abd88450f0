"""What would still keep the people of an import from being matched, once it is done. Reads only."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import Role
from accounts.models import Program
from intake.files.columns import KINDS
from intake.files.facts.base import in_batches
from intake.files.facts.training import needs
from intake.files.plan import ImportPlan, Planned, RowOutcome
from intake.selectors import missing_from
from privacy.models import Consent
from relationships.selectors import pairs_of_mentees


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


def missing_after(program: Program, plan: ImportPlan, *, now: datetime) -> list[Missing]:
    """One for each kind in which a person lacks something. Mentees once paired are past it; bad rows do not count."""
    consenting = _consenting(program, plan, program.today(now))
    paired = pairs_of_mentees(program)
    found = []
    for kind in KINDS:
        people = [one for one in plan.people if one.kind == kind and one.outcome != RowOutcome.BAD]
        lacks = [
            _lacks(program, one, now, has_consent=(one.email, one.kind) in consenting)
            for one in people
            if one.membership is None or one.membership.pk not in paired
        ]
        reasons = Counter(reason for lacking in lacks for reason in lacking)
        if reasons:
            found.append(Missing(kind, sum(map(bool, lacks)), len(people), tuple(reasons.most_common())))
    return found


def _lacks(program: Program, planned: Planned, now: datetime, *, has_consent: bool) -> list[str]:
    known = planned.known
    lacking = missing_from(
        planned.kind,
        lambda asked: known.get(asked.column),
        has_consent=has_consent,
        has_times=bool(known.get("availability")),
    )
    if planned.kind == Role.MENTOR:
        lacking += map(str, needs(program, known, now))
    elif not known.get("waiting_since"):
        lacking.append(_("not on the waiting list yet"))
    return lacking


def _consenting(program: Program, plan: ImportPlan, on: date) -> set[tuple[str, str]]:
    """The (address, kind) of everybody whose consent will be in force on that day. One that was revoked stays revoked."""
    ends: dict[tuple[str, str, date], date | None] = {}
    revoked: set[tuple[str, str, date]] = set()
    for batch in in_batches({planned.email for planned in plan.people}):
        members = program.memberships.filter(user__email__in=batch)
        address_of = dict(members.values_list("user_id", "user__email"))
        consents = Consent.objects.filter(program_id=program.pk, person_id__in=list(address_of))
        for person, kind, given_on, expires_on, revoked_at in consents.values_list(
            "person_id", "role", "given_on", "expires_on", "revoked_at"
        ):
            key = (address_of[person], kind, given_on)
            ends[key] = expires_on
            if revoked_at:
                revoked.add(key)
    for planned in plan.people:
        said = planned.row.values if planned.row else {}
        if given := said.get("consent_given_on"):
            key = (planned.email, planned.kind, given)
            ends[key] = said["consent_expires_on"] if "consent_expires_on" in said else ends.get(key)
    return {key[:2] for key, end in ends.items() if key not in revoked and key[2] <= on <= (end or on)}
