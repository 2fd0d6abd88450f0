"""One mentee in a round: the mentor proposed and why, what another choice would cost, and who cannot be chosen at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

import numpy as np
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership
from matching.access import get_line_for, open_intake
from matching.enums import OverrideKind
from matching.explain.breakdown import Breakdown, breakdown, breakdown_of
from matching.explain.intake import intake_lines
from matching.models import Override, Round, RoundLine
from matching.pool import Pool, Two, evaluate
from matching.rounds.bench import earlier_words, ended_of
from matching.rounds.services.solving import OTHERS_SHOWN, locked_in
from matching.scoring.people import MenteeFacts
from matching.scoring.scores import Contribution
from matching.waiting.candidates import Ineligible
from matching.weights.services import as_counted
from relationships.models import Relationship
from relationships.selectors import mentees_in_line

MOVES_SHOWN = 3
NO_POINTS = 0.05
"""Less than this is shown as 0.0: no difference."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A mentor who could be chosen instead. `cost` says what that would do to the set; empty where it was not worked out.

    `earlier` says what the two had to do with each other before.
    """

    member: Membership
    score: float
    cost: str
    is_kept_apart: bool
    earlier: str = ""


@dataclass(frozen=True, slots=True)
class InList:
    """One line of the round, as far as the page about another needs it."""

    mentee_id: UUID
    name: str
    score: float | None


@dataclass(frozen=True, slots=True)
class PairPage:
    """`breakdown` is the score as the round worked it out; None for a mentee left over.

    `has_left` is true of a mentee who does not wait any more; `why_gone` says why the two can be no pair any more.
    What follows `breakdown` is only read for a round in work: a closed one is shown as it was. `why_no_cost` is about `others`.
    """

    line: RoundLine
    listed: list[InList]
    lock: Override | None
    apart: list[Override]
    breakdown: Breakdown | None
    has_left: bool = False
    why_gone: list[str] = field(default_factory=list)
    earlier: Relationship | None = None
    intake: list[tuple[str, list[str]]] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    others: list[Choice] = field(default_factory=list)
    why_no_cost: str = ""
    ineligible: list[Ineligible] = field(default_factory=list)

    @property
    def mentee(self) -> Membership:
        return self.line.mentee

    @property
    def before(self) -> InList | None:
        """The mentee before this one in the list."""
        return self.listed[self.place - 1] if self.place else None

    @property
    def after(self) -> InList | None:
        return self.listed[self.place + 1] if self.place + 1 < len(self.listed) else None

    @property
    def place(self) -> int:
        return next(place for place, one in enumerate(self.listed) if one.mentee_id == self.line.mentee_id)


def _list_of(matching_round: Round) -> list[InList]:
    """In the order of the list: pairs first, then people left over."""
    people = matching_round.lines.annotate(is_left=Q(mentor=None)).order_by("is_left", "-days", "mentee_id")
    columns = people.values_list("mentee_id", "score", "mentee__user__first_name", "mentee__user__last_name")
    return [InList(pk, f"{first} {last}".strip(), score) for pk, score, first, last in columns]


def pair_page(matching_round: Round, mentee_id: UUID, *, by: Membership, now: datetime) -> PairPage:
    """For a mentee who waits, in a round in work, this opens their intake, which they can see. Raises `Http404` as above."""
    waiting = mentees_in_line(matching_round.program).filter(pk=OuterRef("mentee"))
    line = get_line_for(matching_round, mentee_id, waits=Exists(waiting))
    about = matching_round.overrides.standing().filter(mentee_id=mentee_id)
    standing = list(about.select_related("mentor__user", "by__user", "instead_of__user"))
    page = PairPage(
        line=line,
        listed=_list_of(matching_round),
        lock=next((one for one in standing if one.kind == OverrideKind.LOCK), None),
        apart=[one for one in standing if one.kind == OverrideKind.FORBID],
        breakdown=_breakdown(line, None) if line.mentor_id else None,
        has_left=matching_round.is_open and not line.waits,
    )
    if not matching_round.is_open or page.has_left:
        return page
    options = _Options.of(matching_round, open_intake(by, mentee_id, now=now), locked_in(standing), now)
    proposed = options.able.pop(line.mentor_id, None) if line.mentor_id else None
    apart = {one.mentor_id for one in page.apart}
    earlier = {pair.mentor_id: pair for pair in ended_of([mentee_id])}
    marks = {pk: earlier_words(pair) for pk, pair in earlier.items()}
    choices = _choices(page, options, apart, marks)
    shown = {choice.member.pk for choice in choices}
    others = [
        Choice(able.member, able.score, "", pk in apart, marks.get(pk, ""))
        for pk, able in options.able.items()
        if pk not in shown
    ]
    return replace(
        page,
        breakdown=_breakdown(line, breakdown_of(options.pool, 0, proposed.column) if proposed else None)
        if line.mentor_id
        else None,
        why_gone=[] if proposed else _why_gone(line, options),
        earlier=earlier.get(line.mentor_id) if proposed else None,
        intake=intake_lines(options.mentee),
        choices=choices,
        others=others,
        why_no_cost="" if all(choice.is_kept_apart for choice in others) else _why_no_cost(matching_round, line),
        ineligible=[row for pk, row in options.ineligible.items() if pk != line.mentor_id],
    )


@dataclass(frozen=True, slots=True)
class _Able:
    """A mentor who may take the mentee: their column, and the score of the two, of 100."""

    member: Membership
    column: int
    score: float


@dataclass(frozen=True, slots=True)
class _Options:
    """One mentee beside every mentor, by the weights of the round: the best score first, and by name the others, with why.

    Reasons are put into words for the pair that is looked at only: for every mentor it would take too long.
    """

    pool: Pool
    able: dict[UUID, _Able]
    ineligible: dict[UUID, Ineligible]

    @classmethod
    def of(cls, matching_round: Round, mentee: Membership, locked: set[Two], now: datetime) -> "_Options":
        weights = as_counted(matching_round.weights)
        pool = evaluate(mentee.program, [mentee], now=now, weights=weights, overridden=locked)
        options = cls(pool, {}, {})
        points = 100 * pool.scores.matrix[0]
        for column in np.argsort(-points, kind="stable").tolist():
            member, barriers = pool.mentor(column), pool.barriers(0, column)
            if barriers.clear:
                options.able[member.pk] = _Able(member, column, float(points[column]))
            else:
                options.ineligible[member.pk] = Ineligible.of(member, options.mentee, pool.people.mentors[column], barriers)
        return options

    @property
    def mentee(self) -> MenteeFacts:
        return self.pool.people.mentees[0]


def _why_gone(line: RoundLine, options: _Options) -> list[str]:
    """Why the proposed mentor may not take this mentee; no reason where no mentor is proposed."""
    if line.mentor is None:
        return []
    found = options.ineligible.get(line.mentor.pk)
    if found is None:
        return [_("%(name)s is not an active mentor now") % {"name": line.mentor.user.full_name}]
    return found.reasons


def _breakdown(line: RoundLine, today: Breakdown | None) -> Breakdown:
    """The score of a line as it was worked out, with the reasons of today where the pair can still be."""
    then = breakdown([Contribution(**part) for part in line.parts], line.known or 0)
    if today is None:
        return then
    texts = {row.factor.name: row.texts for row in today.rows}
    rows = [replace(row, texts=texts.get(row.factor.name, ())) for row in then.rows]
    return replace(today, score=then.score, known=then.known, rows=rows)


def _choices(page: PairPage, options: _Options, apart: set[UUID], marks: Mapping[UUID, str]) -> list[Choice]:
    """The second choices that the round worked out, as far as they can still be made."""
    names = {str(one.mentee_id): one.name for one in page.listed}
    names |= {str(member.pk): member.user.full_name for member in options.pool.members.values()}
    scores = [one.score for one in page.listed if one.score is not None]
    weakest = min(scores) if len(scores) > 1 else 0.0  # a single pair is the weakest of nothing
    choices = []
    for other in page.line.others:
        able = options.able.get(UUID(other["mentor"]))
        if able is not None:
            effect = cost_words(able.member.user.full_name, other["cost"], is_weakest=other["score"] < weakest)
            words = "; ".join([effect, *move_words(other["moves"], names)]) + "."
            choices.append(Choice(able.member, other["score"], words, able.member.pk in apart, marks.get(able.member.pk, "")))
    return choices


def _why_no_cost(matching_round: Round, line: RoundLine) -> str:
    """Of a mentor who could be chosen, but is none of the second choices that the round worked out."""
    if line.is_locked:
        return _("While this pair is locked no cost is worked out for another choice.")
    if len(line.others) == OTHERS_SHOWN:
        return _("The cost is shown for the %(count)d cheapest choices only.") % {"count": OTHERS_SHOWN}
    if matching_round.protects_weakest:
        return _(
            "No cost is shown: this would leave somebody else without a mentor, or push another pair below the weakest one."
        )
    return _("No cost is shown: this would leave somebody else without a mentor.")


def cost_words(mentor: str, cost: float, *, is_weakest: bool) -> str:
    """`Choosing Rosa would lower the whole set by 2.1 points`

    The sum can rise, for the set was made to raise its weakest pair first: then the choice would be the weakest.
    """
    if cost >= NO_POINTS:
        words = _("Choosing %(mentor)s would lower the whole set by %(points).1f points")
    elif cost <= -NO_POINTS:
        words = _("Choosing %(mentor)s would raise the whole set by %(points).1f points")
    else:
        words = _("Choosing %(mentor)s would cost the whole set nothing")
    effect = words % {"mentor": mentor, "points": abs(cost)}
    return _("%(effect)s, and this would be its weakest pair") % {"effect": effect} if is_weakest else effect


def move_words(moves: Sequence[Sequence[str | None]], people: Mapping[str, str]) -> list[str]:
    sentences = []
    for mentee, to in moves[:MOVES_SHOWN]:
        name = people.get(str(mentee), _("somebody"))
        if to is None:
            sentences.append(_("%(name)s would be left over") % {"name": name})
        else:
            sentences.append(
                _("%(name)s would go to %(mentor)s instead") % {"name": name, "mentor": people.get(to, _("somebody"))}
            )
    more = len(moves) - MOVES_SHOWN
    if more > 0:
        sentences.append(
            ngettext("%(count)d more person would change", "%(count)d more people would change", more) % {"count": more}
        )
    return sentences
