"""The columns of the people file, in the order of an export."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from core.widgets import Words
from people import cells
from people.enums import Experience, Gender, Goal, Interest, Language, MeetingMode, Pathway, SupportStyle

KINDS = (Role.MENTOR, Role.MENTEE)
EMAIL = "email"
ONLY_MENTOR = frozenset({Role.MENTOR})
ONLY_MENTEE = frozenset({Role.MENTEE})


@dataclass(frozen=True)
class Column:
    """`parse` turns a non-empty cell into a value or raises `CellError`; `show` turns the value back into the same cell.

    `empty` is the value of an empty cell. Where `empty_keeps`, an empty cell says nothing and leaves what is known.
    """

    name: str
    parse: Callable[[str], Any]
    show: Callable[[Any], str] = str
    kinds: frozenset[str] = frozenset(KINDS)
    is_required: bool = False
    empty: Any = None
    empty_keeps: bool = False
    label: Words = ""
    """What the column holds, in words."""
    codes: tuple[str, ...] = ()
    """The words a cell may hold, where only these are known."""

    def text_of(self, value: Any) -> str:
        """The cell for `value`."""
        return "" if value == self.empty or value is None else self.show(value)


CODES = tuple(code for code, _name in settings.LANGUAGES)
USER_COLUMNS = (
    Column("first_name", cells.short_text(80), is_required=True, label=_("First name")),
    Column("last_name", cells.short_text(80), empty="", label=_("Last name")),
    Column("timezone", cells.zone, empty_keeps=True, label=_("Time zone")),
    Column("language", cells.one_of(CODES), codes=CODES, empty_keeps=True, label=_("Language")),
)


def _list(name: str, options: type[TextChoices], label: Words) -> Column:
    codes = tuple(options.values)
    return Column(name, cells.some_of(options), cells.show_list, empty=[], label=label, codes=codes)


PROFILE_COLUMNS = (
    Column("birth_date", cells.day, cells.show_day, label=_("date of birth")),
    Column("gender", cells.one_of(Gender), empty="", codes=tuple(Gender.values), label=_("gender")),
    _list("languages", Language, _("languages")),
    _list("pathways", Pathway, _("pathways")),
    _list("goals", Goal, _("goals")),
    _list("experiences", Experience, _("lived experience to use in matching")),
    _list("meeting_modes", MeetingMode, _("ways to meet")),
    _list("support_styles", SupportStyle, _("support style")),
    _list("interests", Interest, _("interests")),
    _list("dislikes", Interest, _("dislikes")),
    Column("places", cells.names(limit=20, each=60), cells.show_list, empty=[], label=_("places to meet")),
    _list("preferred_genders", Gender, _("would rather be matched with")),
    _list("required_genders", Gender, _("must be matched with")),
    Column("preferred_age_min", cells.whole(18, 120), label=_("preferred age from")),
    Column("preferred_age_max", cells.whole(18, 120), label=_("preferred age to")),
    Column("contact", cells.short_text(200), empty="", label=_("how to be reached")),
    Column("recovery_since", cells.day, cells.show_day, kinds=ONLY_MENTOR, label=_("in recovery since")),
    Column("capacity", cells.whole(0, 50), kinds=ONLY_MENTOR, empty_keeps=True, label=_("mentees per mentor")),
    Column(
        "taking_mentees",
        cells.yes_or_no,
        cells.show_yes,
        kinds=ONLY_MENTOR,
        empty_keeps=True,
        codes=(cells.YES, cells.NO),
        label=_("taking new mentees"),
    ),
    Column("supervisor", cells.email, kinds=ONLY_MENTOR, empty="", label=_("supervisor")),
    Column("waiting_since", cells.day, cells.show_day, kinds=ONLY_MENTEE, label=_("waiting since")),
)
AVAILABILITY = Column("availability", cells.windows, cells.show_availability, empty=(), label=_("Weekly times to meet"))
NEVER_PAIR = Column(
    "never_pair", cells.emails, cells.show_list, empty=(), label=_("E-mail addresses of people not to be paired with")
)
CONSENT_COLUMNS = (
    Column("consent_given_on", cells.day, cells.show_day, empty_keeps=True, label=_("Consent given on")),
    Column("consent_expires_on", cells.day, cells.show_day, empty_keeps=True, label=_("Consent ends on")),
)

TRAINING_COLUMNS = (
    Column(
        "training_hours", cells.tenths(9999), cells.show_tenths, kinds=ONLY_MENTOR, empty=Decimal(0), label=_("Training hours")
    ),
    Column("agreement_signed_on", cells.day, cells.show_day, kinds=ONLY_MENTOR, label=_("Agreement signed on")),
    Column("screening_valid_until", cells.day, cells.show_day, kinds=ONLY_MENTOR, label=_("Screening valid until")),
)

_COLUMNS = (
    Column(EMAIL, cells.email, is_required=True, label=_("E-mail address")),
    *USER_COLUMNS,
    AVAILABILITY,
    *PROFILE_COLUMNS,
    NEVER_PAIR,
    *CONSENT_COLUMNS,
    *TRAINING_COLUMNS,
)


def columns_for(kind: str) -> tuple[Column, ...]:
    """The columns of one kind of person, in the order of an export."""
    return tuple(column for column in _COLUMNS if kind in column.kinds)
