"""One person in a round: who is proposed and why, what another choice would cost, and who cannot be chosen at all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import fsum
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership
from matching.access import open_intake
from matching.availability import WeekClock
from matching.candidates import Candidate, Excluded, candidates
from matching.enums import OverrideKind
from matching.explanation import Told, tell
from matching.factors import Factor
from matching.fit import FactorRow, Fit, factor_rows
from matching.intake import intake_lines
from matching.models import Override, Round, RoundLine
from matching.scoring import Contribution
from matching.weights import from_json

MOVES_SHOWN = 3
NO_POINTS = 0.05
"""Less than this is shown as 0.0: no difference."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A mentor who could be chosen instead. `cost` says what that would do to the set; empty where it was not worked out."""

    member: Membership
    score: float
    known: float
    cost: str
    is_kept_apart: bool


@dataclass(frozen=True, slots=True)
class PairPage:
    """`fit` is the score as the round worked it out; None for somebody left over. `why_gone` says why it cannot be any more.

    `intake`, `others` and `excluded` are only read for a round in work: a closed one is shown as it was.
    """

    line: RoundLine
    lock: Override | None
    apart: list[Override]
    fit: Fit | None
    why_gone: list[str]
    earlier: Any
    intake: list[tuple[str, list[str]]]
    choices: list[Choice]
    others: list[Choice]
    excluded: list[Excluded]

    @property
    def mentee(self) -> Membership:
        return self.line.mentee


def line_of(matching_round: Round, mentee_id: UUID) -> RoundLine:
    """Raises `Http404` for somebody who is not in the round."""
    people = matching_round.lines.select_related("mentee__user", "mentee__program", "mentee__mentee_profile", "mentor__user")
    found = people.filter(mentee_id=mentee_id).first()
    if found is None:
        raise Http404
    return found


def pair_page(matching_round: Round, mentee_id: UUID, *, by: Membership, now: datetime) -> PairPage:
    """For a round in work this opens the mentee's intake, which the person can see."""
    line = line_of(matching_round, mentee_id)
    standing = list(
        matching_round.overrides.standing()
        .filter(mentee_id=mentee_id)
        .select_related("mentor__user", "by__user", "instead_of__user")
    )
    lock = next((one for one in standing if one.kind == OverrideKind.LOCK), None)
    apart = [one for one in standing if one.kind == OverrideKind.FORBID]
    if not matching_round.is_open:
        fit = fit_from(line) if line.mentor_id else None
        return PairPage(line, lock, apart, fit, [], None, [], [], [], [])
    found = candidates(open_intake(by, mentee_id, now=now), now, weights=from_json(matching_round.weights))
    able = {candidate.member.pk: candidate for candidate in found.able}
    proposed = able.pop(line.mentor_id, None) if line.mentor_id else None
    told = tell(found.mentee, proposed.facts, WeekClock(now)) if proposed else []
    choices = _choices(line, able, {one.mentor_id for one in apart})
    shown = {choice.member.pk for choice in choices}
    return PairPage(
        line=line,
        lock=lock,
        apart=apart,
        fit=fit_from(line, told, proposed) if line.mentor_id else None,
        why_gone=next((row.reasons for row in found.excluded if row.member.pk == line.mentor_id), []),
        earlier=proposed.earlier if proposed else None,
        intake=intake_lines(found.mentee),
        choices=choices,
        others=[_other(one, apart) for pk, one in able.items() if pk not in shown],
        excluded=[row for row in found.excluded if row.member.pk != line.mentor_id],
    )


def fit_from(line: RoundLine, told: Sequence[Told] = (), proposed: Candidate | None = None) -> Fit:
    """The score of a line as it was worked out; the reasons are those of today, where the pair can still be."""
    rows = rows_of(line.parts, told)
    reasons = proposed.fit if proposed else None
    return Fit(
        score=round(fsum(row.points for row in rows), 1),
        known=round(line.known or 0),
        factors=rows,
        speaks_for=reasons.speaks_for if reasons else [],
        speaks_against=reasons.speaks_against if reasons else [],
        unknown=reasons.unknown if reasons else [],
    )


def rows_of(parts: Iterable[Sequence[Any]], told: Sequence[Told] = ()) -> list[FactorRow]:
    """The parts that a line keeps, as bars and numbers."""
    return factor_rows([Contribution(factor, *part) for factor, part in zip(Factor, parts, strict=True)], list(told))


def _other(candidate: Candidate, apart: Sequence[Override]) -> Choice:
    kept_apart = any(one.mentor_id == candidate.member.pk for one in apart)
    return Choice(candidate.member, candidate.fit.score, candidate.fit.known, "", kept_apart)


def _choices(line: RoundLine, able: Mapping[UUID, Candidate], apart: set[UUID]) -> list[Choice]:
    """The second choices that the round worked out, as far as they can still be made."""
    people = _names({UUID(one) for other in line.others for move in other["moves"] for one in move if one})
    choices = []
    for other in line.others:
        candidate = able.get(UUID(other["mentor"]))
        if candidate is not None:
            words = cost_words(candidate.member.user.first_name, other["cost"], other["moves"], people)
            kept_apart = candidate.member.pk in apart
            choices.append(Choice(candidate.member, other["score"], other["known"], words, kept_apart))
    return choices


def _names(ids: set[UUID]) -> dict[str, str]:
    if not ids:
        return {}
    return {str(pk): name for pk, name in Membership.objects.filter(pk__in=ids).values_list("pk", "user__first_name")}


def cost_words(mentor: str, cost: float, moves: Sequence[Sequence[str | None]], people: Mapping[str, str]) -> str:
    """`Choosing Rosa would lower the whole set by 2.1 points; Ben would go to Mona.`"""
    if cost >= NO_POINTS:
        words = _("Choosing %(mentor)s would lower the whole set by %(points).1f points")
    elif cost <= -NO_POINTS:
        words = _("Choosing %(mentor)s would raise the whole set by %(points).1f points")
    else:
        words = _("Choosing %(mentor)s would cost the whole set nothing")
    told = [str(words) % {"mentor": mentor, "points": abs(cost)}, *_move_words(moves, people)]
    return "; ".join(told) + "."


def _move_words(moves: Sequence[Sequence[str | None]], people: Mapping[str, str]) -> list[str]:
    told = []
    for mentee, to in moves[:MOVES_SHOWN]:
        name = people.get(str(mentee), _("somebody"))
        if to is None:
            told.append(_("%(name)s would be left over") % {"name": name})
        else:
            told.append(_("%(name)s would go to %(mentor)s instead") % {"name": name, "mentor": people.get(to, _("somebody"))})
    more = len(moves) - MOVES_SHOWN
    if more > 0:
        told.append(
            ngettext("%(count)d more person would change", "%(count)d more people would change", more) % {"count": more}
        )
    return told
