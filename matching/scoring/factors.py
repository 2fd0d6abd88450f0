"""The factors of a match: one record each, from which scores, sentences, forms, files and colors follow.

To add one, add its record here (docs/adding.md). Rows keep factors by `name`, so a name is never used
again for something else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matching.scoring.people import PersonFacts
from matching.scoring.questions import AgeWish, CommonTime, FreePlaces, GenderWish, InCommon, Question
from matching.scoring.tables import Rule
from people.enums import Experience, Goal, Interest, MeetingMode, Pathway, SupportStyle

STILL_DECIDING = Pathway.UNDECIDED.value
"""A pathway that is no pathway yet: not known, so not scored."""

Weights = Mapping[str, float]
"""By the name of each factor. Only their sizes beside each other matter."""


@dataclass(frozen=True, kw_only=True)
class FactorPart:
    """One thing that a factor looks at. It carries `share` of the factor's weight; `label` reads as in "Not known: goals"."""

    name: str
    label: Promise
    share: float = 1.0
    question: Question


@dataclass(frozen=True, kw_only=True)
class Factor:
    """`meaning` says in a line what it looks at; `color` is the number of its color in the bars (`--part-…` in tokens.css)."""

    name: str
    label: Promise | str
    meaning: Promise | str
    default_weight: int
    color: int
    parts: Sequence[FactorPart]


def _pathways(who: PersonFacts) -> Sequence[str]:
    return tuple(path for path in who.pathways if path != STILL_DECIDING) if STILL_DECIDING in who.pathways else who.pathways


_RECORDS = (
    Factor(
        name="availability",
        label=_("Times and ways to meet"),
        meaning=_("Hours a week that both are free, and ways to meet that suit both."),
        default_weight=20,
        color=1,
        parts=(
            FactorPart(name="time", label=_("times"), share=0.75, question=CommonTime()),
            FactorPart(
                name="modes",
                label=_("ways to meet"),
                share=0.25,
                question=InCommon(
                    title=_("Ways to meet"),
                    answer=lambda who: who.modes,
                    options=MeetingMode,
                    both=_("Both can meet by: %(items)s"),
                    nothing=_("No way to meet that both chose"),
                    shared=_("Ways you can both meet: %(items)s"),
                ),
            ),
        ),
    ),
    Factor(
        name="pathway_goals",
        label=_("Pathway and goals"),
        meaning=_("The mentee’s pathway and goals that are the mentor’s too."),
        default_weight=20,
        color=2,
        parts=(
            FactorPart(
                name="pathways",
                label=_("pathway"),
                share=0.5,
                question=InCommon(
                    title=_("Pathway"),
                    answer=_pathways,
                    options=Pathway,
                    both=_("Same pathway: %(items)s"),
                    nothing=_("Different pathways"),
                ),
            ),
            FactorPart(
                name="goals",
                label=_("goals"),
                share=0.5,
                question=InCommon(
                    title=_("Goals"),
                    answer=lambda who: who.goals,
                    options=Goal,
                    both=_("Goals in common: %(items)s (%(count)d of %(mentee)s’s %(all)d)"),
                    nothing=_("No goals in common"),
                    shared=_("What you both work on: %(items)s"),
                ),
            ),
        ),
    ),
    Factor(
        name="experience",
        label=_("Lived experience"),
        meaning=_("What both have lived through and chose to use. What is rarer counts more."),
        default_weight=20,
        color=3,
        parts=(
            FactorPart(
                name="experiences",
                label=_("lived experience"),
                question=InCommon(
                    title=_("Lived experience"),
                    answer=lambda who: who.experiences,
                    options=Experience,
                    both=_("Both have lived through: %(items)s"),
                    nothing=_("They have lived through different things"),
                    shared=_("Experience you share: %(items)s"),
                    rarer_counts_more=True,
                ),
            ),
        ),
    ),
    Factor(
        name="preferences",
        label=_("Stated preferences"),
        meaning=_("Gender and age, where one of them said what they would rather have."),
        default_weight=15,
        color=4,
        parts=(
            FactorPart(name="mentee_genders", label=_("the mentor’s gender"), share=1 / 3, question=GenderWish(by_mentee=True)),
            FactorPart(name="mentee_ages", label=_("the mentor’s age"), share=1 / 3, question=AgeWish(by_mentee=True)),
            FactorPart(
                name="mentor_genders", label=_("the mentee’s gender"), share=1 / 6, question=GenderWish(by_mentee=False)
            ),
            FactorPart(name="mentor_ages", label=_("the mentee’s age"), share=1 / 6, question=AgeWish(by_mentee=False)),
        ),
    ),
    Factor(
        name="support_style",
        label=_("Support style"),
        meaning=_("The kind of support the mentee looks for and the mentor gives."),
        default_weight=10,
        color=5,
        parts=(
            FactorPart(
                name="styles",
                label=_("support style"),
                question=InCommon(
                    title=_("Support style"),
                    answer=lambda who: who.styles,
                    options=SupportStyle,
                    both=_("%(mentor)s’s style is what %(mentee)s looks for: %(items)s"),
                    nothing=_("A different style from what %(mentee)s looks for"),
                ),
            ),
        ),
    ),
    Factor(
        name="interests",
        label=_("Interests and dislikes"),
        meaning=_("What both like, and what neither likes."),
        default_weight=5,
        color=6,
        parts=(
            FactorPart(
                name="interests",
                label=_("interests"),
                share=0.5,
                question=InCommon(
                    title=_("Interests"),
                    answer=lambda who: who.interests,
                    options=Interest,
                    both=_("Both like: %(items)s"),
                    nothing=_("They like different things"),
                    shared=_("You both like: %(items)s"),
                ),
            ),
            FactorPart(
                name="dislikes",
                label=_("dislikes"),
                share=0.5,
                question=InCommon(
                    title=_("Dislikes"),
                    answer=lambda who: who.dislikes,
                    options=Interest,
                    both=_("Neither likes: %(items)s"),
                    nothing=_("They dislike different things"),
                    shared=_("Neither of you likes: %(items)s"),
                ),
            ),
        ),
    ),
    Factor(
        name="places",
        label=_("Places both can meet"),
        meaning=_("A place to meet that both can get to."),
        default_weight=5,
        color=7,
        parts=(
            FactorPart(
                name="places",
                label=_("places to meet"),
                question=InCommon(
                    rule=Rule.UP_TO,
                    title=_("Places to meet"),
                    answer=lambda who: who.places,
                    options=None,
                    both=_("Both can meet at: %(items)s"),
                    nothing=_("No place that both can reach"),
                    shared=_("Places you can both get to: %(items)s"),
                ),
            ),
        ),
    ),
    Factor(
        name="capacity",
        label=_("Spare capacity"),
        meaning=_("The share of the mentor’s places that is free now."),
        default_weight=5,
        color=8,
        parts=(FactorPart(name="capacity", label=_("free places"), question=FreePlaces()),),
    ),
)
FACTORS: dict[str, Factor] = {record.name: record for record in _RECORDS}
"""By name, in the order in which pages show them."""


def default_weights() -> Weights:
    """Where a program begins."""
    return {name: factor.default_weight for name, factor in FACTORS.items()}


def factor_named(name: str) -> Factor:
    """The record of a name that a row keeps; a plain one for a factor that was dropped since, so that the row can be read."""
    if name in FACTORS:
        return FACTORS[name]
    label = gettext("%(factor)s (no longer counted)") % {"factor": name.replace("_", " ").capitalize()}
    return Factor(name=name, label=label, meaning="", default_weight=0, color=0, parts=())


def in_order(names: set[str]) -> list[str]:
    """These factors as pages show them; those that were dropped come last."""
    return [*(name for name in FACTORS if name in names), *sorted(names - FACTORS.keys())]
