"""What two people who are paired stand on: the consent of both in their roles, nobody named in a never-pair, both active.

This is read from the rows whenever it is asked for, so nobody has to remember it. Whatever makes a pair asks for all the rules
of matching beside (`in_the_way`). A pair that is ongoing while a ground is missing is *on hold*: neither sees how to reach the
other, nor what the other wrote, and a coordinator decides. The two people never read which ground it is.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from core.errors import DomainError
from people.models import NeverPair
from privacy.consents import consenting
from relationships.enums import ONGOING, Ground
from relationships.models import Relationship

Missing = tuple[Ground, ...]
Rules = Callable[[Sequence[Relationship], datetime], Mapping[UUID, Sequence[str]]]
"""Pairs and proposals to what stands in the way of each, for a coordinator; a fixed number of queries for each program."""

_rules: list[Rules] = []


def register_rules(rules: Rules) -> None:
    """`matching` knows who may be paired; it registers here from its `ready()`. It is asked of pairs whose grounds stand."""
    if rules not in _rules:
        _rules.append(rules)


def missing_grounds(pairs: Collection[Relationship], now: datetime) -> dict[UUID, Missing]:
    """By pair, in whatever state; empty where nothing is missing. Two queries for any number of pairs `with_people()`."""
    people = {member.user_id for pair in pairs for member in (pair.mentor, pair.mentee)}
    consents = consenting(people, {pair.program_id: pair.program.today(now) for pair in pairs})
    named = NeverPair.objects.filter(person__user_id__in=people, other__user_id__in=people)
    apart = {
        (program_id, frozenset(two))
        for program_id, *two in named.values_list("program_id", "person__user_id", "other__user_id")
    }
    return {pair.pk: tuple(_missing(pair, consents, apart)) for pair in pairs}


def _missing(
    pair: Relationship, consents: set[tuple[UUID, UUID, str]], apart: set[tuple[UUID, frozenset[UUID]]]
) -> list[Ground]:
    mentor, mentee, program = pair.mentor, pair.mentee, pair.program_id
    stands = {
        Ground.MENTEE_CONSENT: (program, mentee.user_id, mentee.role) in consents,
        Ground.MENTOR_CONSENT: (program, mentor.user_id, mentor.role) in consents,
        Ground.NEVER_PAIR: (program, frozenset((mentor.user_id, mentee.user_id))) not in apart,
        Ground.MENTEE_ACTIVE: _is_active(mentee),
        Ground.MENTOR_ACTIVE: _is_active(mentor),
    }
    return [ground for ground, is_there in stands.items() if not is_there]


def _is_active(member: Membership) -> bool:
    return member.is_active and member.user.is_active


def missing_of(pair: Relationship, now: datetime) -> Missing:
    """Of one pair `with_people()`."""
    return missing_grounds([pair], now)[pair.pk]


def is_on_hold(pair: Relationship, now: datetime) -> bool:
    return pair.state in ONGOING and bool(missing_of(pair, now))


def in_contact(pair: Relationship, now: datetime) -> bool:
    """Whether the two are a pair now and may reach each other."""
    return pair.state in ONGOING and not missing_of(pair, now)


def in_words(pair: Relationship, missing: Missing) -> list[str]:
    """What is missing, for a coordinator; never for the two people."""
    return [str(ground.label) % _names(pair) for ground in missing]


def remedies(pair: Relationship, missing: Missing) -> list[tuple[str, str]]:
    """What is missing, each with what helps, for a coordinator; never for the two people."""
    return [(str(ground.label) % _names(pair), str(ground.remedy) % _names(pair)) for ground in missing]


def _names(pair: Relationship) -> dict[str, str]:
    return {"mentor": pair.mentor.user.first_name, "mentee": pair.mentee.user.first_name}


def in_the_way(pairs: Collection[Relationship], now: datetime) -> dict[UUID, list[str]]:
    """By pair, what does not let it be as the rules stand now, for a coordinator; empty where nothing does.

    A pair that holds a place needs no other one, and one that has begun needs no mentor who takes new mentees.
    """
    missing = missing_grounds(pairs, now)
    words = {pair.pk: in_words(pair, missing[pair.pk]) for pair in pairs}
    return words | against_rules([pair for pair in pairs if not missing[pair.pk]], now)


def against_rules(standing: Sequence[Relationship], now: datetime) -> dict[UUID, list[str]]:
    """By pair, which rules do not let it be, for a coordinator; of pairs whose grounds stand."""
    words: dict[UUID, list[str]] = {pair.pk: [] for pair in standing}
    for rules in _rules:
        for pk, found in rules(standing, now).items():
            words[pk] += found
    return words


def require_allowed(pair: Relationship, now: datetime) -> None:
    """Refuse (`not_eligible`) to bring two people together whom the rules keep apart; for a coordinator, who reads why."""
    if reasons := in_the_way([pair], now)[pair.pk]:
        raise DomainError(_("This match cannot go on: %(reasons)s.") % {"reasons": "; ".join(reasons)}, code="not_eligible")


def require_contact(pair: Relationship, now: datetime) -> None:
    """Refuse (`on_hold`) what would pass from one of the two to the other while a ground is missing."""
    if is_on_hold(pair, now):
        raise DomainError(_("Contact is on hold in this match. A coordinator decides how it goes on."), code="on_hold")
