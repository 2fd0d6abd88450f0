"""A round that was sent, as it was, and what became of each pair since."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, ngettext

from matching.enums import OverrideKind
from matching.explain.breakdown import bar_of, color_keys, score_of
from matching.models import Override, Round, RoundLine
from matching.scoring.factors import Factor
from relationships.enums import ONGOING
from relationships.models import Relationship
from relationships.selectors import pair_lines


@dataclass(frozen=True, slots=True)
class PairOutcome:
    """One pair of the round, and its relationship now. `elsewhere` is the mentor the mentee has instead."""

    line: RoundLine
    pair: Relationship | None
    is_on_hold: bool
    bar: SafeString
    lock: Override | None
    elsewhere: str

    @property
    def score(self) -> float:
        return score_of(self.line.parts)

    @property
    def is_accepted(self) -> bool:
        return self.pair is not None and self.pair.started_at is not None


ANSWERS: Mapping[str, Promise] = {
    "accepted": gettext_lazy("%(count)d accepted"),
    "declined": gettext_lazy("%(count)d declined"),
    "withdrawn": gettext_lazy("%(count)d withdrawn"),
    "expired": gettext_lazy("%(count)d expired"),
    "proposed": gettext_lazy("%(count)d not answered yet"),
}
"""What can become of a proposal, in the order in which it is said."""
TONES = {"accepted": 1, "declined": 4, "withdrawn": 3, "expired": 6, "proposed": 2}


@dataclass(frozen=True, slots=True)
class Share:
    """How many proposals had one answer, in words, and their piece of a bar that is as wide as there are proposals."""

    words: str
    start: int
    width: int
    tone: int


@dataclass(frozen=True, slots=True)
class RoundOutcome:
    """The pairs of a round; those that could not be sent; the mentees left over; and every override."""

    pairs: list[PairOutcome]
    lost: list[RoundLine]
    left: list[RoundLine]
    overrides: list[Override]

    @property
    def color_keys(self) -> list[Factor]:
        """Of the factors there were, which may be others than today."""
        return color_keys(part["factor"] for row in self.pairs for part in row.line.parts)

    @property
    def shares(self) -> list[Share]:
        counts = Counter(map(_answer, self.pairs))
        shares, start = [], 0
        for answer, words in ANSWERS.items():
            if counts[answer]:
                shares.append(Share(str(words) % {"count": counts[answer]}, start, counts[answer], TONES[answer]))
                start += counts[answer]
        return shares

    @property
    def in_words(self) -> str:
        """`24 proposed: 18 accepted, 3 declined, 1 expired, 2 not answered yet`"""
        text = ngettext("%(count)d proposed", "%(count)d proposed", len(self.pairs)) % {"count": len(self.pairs)}
        parts = ", ".join(share.words for share in self.shares)
        return f"{text}: {parts}" if parts else text

    @property
    def chosen_in_words(self) -> str:
        """`Of 5 pairs that a coordinator locked 4 accepted, of 19 others 14`; empty where none was, or none has answered."""
        chosen = [row.is_accepted for row in self.pairs if row.lock]
        proposed = [row.is_accepted for row in self.pairs if not row.lock]
        if not chosen or all(_answer(row) in ("", "proposed") for row in self.pairs):
            return ""
        parts = [
            ngettext(
                "Of %(count)d pair that a coordinator locked %(accepted)d accepted",
                "Of %(count)d pairs that a coordinator locked %(accepted)d accepted",
                len(chosen),
            )
            % {"count": len(chosen), "accepted": sum(chosen)}
        ]
        if proposed:
            parts.append(
                ngettext("of %(count)d other %(accepted)d", "of %(count)d others %(accepted)d", len(proposed))
                % {"count": len(proposed), "accepted": sum(proposed)}
            )
        return ", ".join(parts) + "."


def outcomes_of(matching_round: Round, now: datetime) -> RoundOutcome:
    """In six queries."""
    people = matching_round.lines.select_related("mentee__user", "mentor__user").defer("others")
    lines = list(people)
    pairs = {pair.pk: pair for pair in Relationship.objects.filter(pk__in=_sent(lines)).with_people()}
    held = {shown.pair.pk for shown in pair_lines(pairs.values(), now) if shown.is_on_hold}
    overrides = list(matching_round.overrides.select_related("mentee__user", "mentor__user", "by__user", "undone_by__user"))
    locks = {
        (one.mentee_id, one.mentor_id): one for one in overrides if one.kind == OverrideKind.LOCK and one.undone_at is None
    }
    elsewhere = _elsewhere(lines)
    return RoundOutcome(
        pairs=[
            PairOutcome(
                line=line,
                pair=pairs.get(line.relationship_id) if line.relationship_id else None,
                is_on_hold=line.relationship_id in held,
                bar=bar_of(line.parts),
                lock=locks.get((line.mentee_id, line.mentor_id)),
                elsewhere=elsewhere.get(line.mentee_id, ""),
            )
            for line in lines
            if line.mentor_id and not line.lost
        ],
        lost=[line for line in lines if line.lost],
        left=[line for line in lines if not line.mentor_id],
        overrides=overrides,
    )


def _sent(lines: Iterable[RoundLine]) -> list[UUID]:
    return [line.relationship_id for line in lines if line.relationship_id]


def _elsewhere(lines: list[RoundLine]) -> dict[UUID, str]:
    """The mentors these mentees have outside this round."""
    others = Relationship.objects.filter(state__in=ONGOING, mentee__in=[line.mentee_id for line in lines])
    pairs = others.exclude(pk__in=_sent(lines)).select_related("mentor__user")
    return {pair.mentee_id: pair.mentor.user.full_name for pair in pairs}


def _answer(row: PairOutcome) -> str:
    """One of the words that `RoundOutcome.in_words` counts."""
    if row.pair is None:
        return ""
    return "accepted" if row.is_accepted else row.pair.state
