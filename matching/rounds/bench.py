"""What the pages of a round show: its rows, light enough for hundreds, and the numbers above them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from math import fsum
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership
from core import canonical
from core.joining import joined
from matching.enums import RoundState
from matching.explain.breakdown import bar_of, score_of
from matching.models import Round, RoundLine
from matching.weights.services import as_counted, weights_of
from relationships.enums import HOLDS_PLACE, State
from relationships.models import Relationship
from relationships.selectors import waiting_mentees

Pairs = Mapping[UUID, UUID | None]
"""The mentor, or None, of each mentee of a round."""
NOBODY = UUID(int=0)
"""Stands for a person in an address that is made once and used for each."""
ABSENT_NAMED = 10
_COLUMNS = (
    "mentee_id",
    "mentor_id",
    "days",
    "parts",
    "is_locked",
    "mentee__user__first_name",
    "mentee__user__last_name",
    "mentee__user__pending_in",
    "mentor__user__first_name",
    "mentor__user__last_name",
    "mentor__user__pending_in",
)


@dataclass(frozen=True, slots=True)
class Absent:
    """A person who has not joined yet and so cannot answer."""

    id: UUID
    first_name: str
    full_name: str


@dataclass(frozen=True, slots=True)
class Row:
    """One person in the list. `mentor` is empty, and `score` None, for a mentee left over; `why` says why then.

    `earlier` says what these two had to do with each other before.
    """

    mentee_id: UUID
    mentor_id: UUID | None
    url: str
    mentee: str
    mentor: str
    days: int
    score: float | None
    bar: SafeString
    absent: tuple[Absent, ...]
    is_locked: bool
    is_changed: bool
    earlier: str = ""
    why: str = ""

    @property
    def waited(self) -> str:
        return ngettext("%(days)s day", "%(days)s days", self.days) % {"days": self.days}


@dataclass(frozen=True)
class Bench:
    """A round as it was last worked out: the pairs and the people left over, longest wait first."""

    round: Round
    pairs: list[Row]
    left: list[Row]

    @property
    def waiting(self) -> int:
        return len(self.pairs) + len(self.left)

    @cached_property
    def mean(self) -> float | None:
        scores = [row.score for row in self.pairs if row.score is not None]
        return fsum(scores) / len(scores) if scores else None

    @cached_property
    def weakest(self) -> Row | None:
        """The lowest score; of equal ones the longest wait."""
        return min(self.pairs, key=lambda row: row.score or 0, default=None)

    @property
    def absent(self) -> list[str]:
        """Everybody in a pair who has not joined, each once, by name."""
        people = {one.id: one.full_name for row in self.pairs for one in row.absent}
        return sorted(people.values())

    @property
    def absent_in_words(self) -> str:
        """The first of them by name, and how many more there are."""
        names, more = self.absent[:ABSENT_NAMED], len(self.absent) - ABSENT_NAMED
        if more > 0:
            names.append(ngettext("%(count)d other", "%(count)d others", more) % {"count": more})
        return joined(names)


def bench_of(matching_round: Round, changed: Collection[UUID] = ()) -> Bench:
    """In three queries; `changed` are the mentees to mark."""
    left_over = matching_round.lines.filter(mentor=None).only("round", "mentee", "left_over")
    why = {line.mentee_id: line.left_over for line in left_over}
    earlier = earlier_in(matching_round)
    address = reverse("matching:round_pair", args=[matching_round.pk, NOBODY])
    pairs: list[Row] = []
    left: list[Row] = []
    for values in matching_round.lines.values_list(*_COLUMNS):
        row = _row(address.replace(str(NOBODY), str(values[0])), values, changed, earlier, why)
        (pairs if row.mentor else left).append(row)
    return Bench(matching_round, pairs, left)


def _row(
    url: str,
    values: tuple[Any, ...],
    changed: Collection[UUID],
    earlier: Mapping[tuple[UUID, UUID], str],
    why: Mapping[UUID, str],
) -> Row:
    mentee_id, mentor_id, days, parts, is_locked, *names = values
    people = [(mentee_id, *names[:3]), (mentor_id, *names[3:])] if mentor_id else [(mentee_id, *names[:3])]
    full = [f"{first} {last}".strip() for _id, first, last, _pending_in in people]
    return Row(
        mentee_id=mentee_id,
        mentor_id=mentor_id,
        url=url,
        mentee=full[0],
        mentor=full[1] if mentor_id else "",
        days=days,
        score=score_of(parts) if mentor_id else None,
        bar=bar_of(parts),
        absent=tuple(
            Absent(pk, first, name) for (pk, first, _last, pending_in), name in zip(people, full, strict=True) if pending_in
        ),
        is_locked=is_locked,
        is_changed=mentee_id in changed,
        earlier=earlier.get((mentee_id, mentor_id), ""),
        why=why.get(mentee_id, ""),
    )


# What is no longer as it was ------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Changes:
    """What is no longer as it was when the round was worked out, as names in order.

    `gone` cannot be paired any more, `new` can be since, and `full` are mentors who can take fewer people now than the round
    gives them.
    """

    gone: list[str]
    new: list[str]
    full: list[str]

    def __bool__(self) -> bool:
        return bool(self.gone or self.new or self.full)


def changed_since(matching_round: Round, now: datetime) -> Changes:
    """In four queries."""
    lines = matching_round.lines.values_list("mentee_id", "mentee__user__first_name", "mentee__user__last_name")
    people = waiting_mentees(matching_round.program, now).values_list("pk", "user__first_name", "user__last_name")
    proposed, waiting = ({pk: f"{first} {last}".strip() for pk, first, last in rows} for rows in (lines, people))
    return Changes(
        gone=sorted((name for pk, name in proposed.items() if pk not in waiting), key=canonical.name_key),
        new=sorted((name for pk, name in waiting.items() if pk not in proposed), key=canonical.name_key),
        full=_full(matching_round),
    )


def _full(matching_round: Round) -> list[str]:
    given = matching_round.lines.filter(mentor__isnull=False).values_list(
        "mentor_id",
        "mentor__user__first_name",
        "mentor__user__last_name",
        "mentor__mentor_profile__capacity",
        "mentor__mentor_profile__is_taking_mentees",
        "mentor__is_active",
        "mentor__user__is_active",
    )
    taken = Counter(
        Relationship.objects.holding_a_place().filter(program=matching_round.program_id).values_list("mentor_id", flat=True)
    )
    return sorted(
        f"{first} {last}".strip()
        for (pk, first, last, capacity, *takes_people), count in Counter(given).items()
        if not all(takes_people) or capacity - taken[pk] < count
    )


def ended_of(mentees: Collection[UUID] | QuerySet[RoundLine, Any]) -> Iterable[Relationship]:
    """Every pair and proposal of these mentees that ended, the latest last. In one query."""
    pairs = Relationship.objects.exclude(state__in=HOLDS_PLACE).filter(mentee__in=mentees)
    return pairs.with_people().order_by("proposed_at", "id")


def earlier_in(matching_round: Round) -> dict[tuple[UUID, UUID], str]:
    """What to say of each mentee and mentor who had something to do with each other before. In one query."""
    ended = ended_of(matching_round.lines.order_by().values("mentee"))
    return {(pair.mentee_id, pair.mentor_id): earlier_words(pair) for pair in ended}


def earlier_words(ended: Relationship) -> str:
    """A mark beside two people who could be proposed again."""
    if ended.state == State.CLOSED:
        return _("Were a pair before")
    if ended.state == State.DECLINED:
        return _("Declined before")
    return _("Proposed before")


# What a change did to the set -----------------------------------------------------------------------------------------
def has_own_weights(matching_round: Round) -> bool:
    """Whether they are other ones than those of the program."""
    return as_counted(matching_round.weights) != weights_of(matching_round.program)


def pairs_now(matching_round: Round) -> Pairs:
    return dict(matching_round.lines.values_list("mentee_id", "mentor_id"))


def changed_between(before: Pairs, after: Pairs) -> set[UUID]:
    """The mentees whose mentor is another one now, or none, or for the first time one."""
    return {mentee for mentee, mentor in after.items() if before.get(mentee) != mentor}


# The list of rounds ---------------------------------------------------------------------------------------------------
def rounds_of(member: Membership) -> QuerySet[Round]:
    """Every round this coordinator may see, the open one first, with how many pairs it proposed, sent and were accepted."""
    paired = Q(lines__mentor__isnull=False)
    sent = Q(lines__relationship__isnull=False)
    accepted = Q(lines__relationship__started_at__isnull=False)
    rounds = Round.objects.visible_to(member).select_related("started_by__user", "sent_by__user")
    return rounds.annotate(
        people=Count("lines"),
        paired=Count("lines", filter=paired),
        asked=Count("lines", filter=sent),
        accepted=Count("lines", filter=accepted),
    ).order_by("-started_at", "-id")


def open_round_of(member: Membership) -> Round | None:
    return Round.objects.visible_to(member).filter(state=RoundState.OPEN).first()
