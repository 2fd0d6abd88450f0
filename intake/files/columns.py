"""The columns of the people file, in the order of an export."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from core.widgets import Words
from people import cells
from people.cells import Cell
from people.fields import ProfileField, fields_of
from people.models import PROFILE_OF

KINDS = (Role.MENTOR, Role.MENTEE)
EMAIL = "email"


@dataclass(frozen=True)
class Column:
    """`empty` is the value of an empty cell. Where `empty_keeps`, an empty cell says nothing and leaves what is known."""

    name: str
    cell: Cell
    label: Words
    """What the column holds, in words."""
    is_required: bool = False
    empty: Any = None
    empty_keeps: bool = False
    is_firm: bool = False
    """Whether nobody is taken without what stands in it: what is not known then is who it is, or what must not be."""

    def text_of(self, value: Any) -> str:
        """The cell for `value`."""
        return "" if value == self.empty or value is None else self.cell.show(value)


USER_COLUMNS = (
    Column("first_name", cells.name(80), _("First name"), is_required=True, is_firm=True),
    Column("last_name", cells.name(80), _("Last name"), empty=""),
    Column("timezone", cells.ZONE, _("Time zone"), empty_keeps=True),
    Column("language", cells.one_of(settings.LANGUAGES), _("Language"), empty_keeps=True),
)
_EMAIL = Column(EMAIL, cells.EMAIL, _("E-mail address"), is_required=True, is_firm=True)
_AVAILABILITY = Column("availability", cells.WINDOWS, _("Weekly times to meet"), empty=())
_NEVER_PAIR = Column("never_pair", cells.EMAILS, _("E-mail addresses of people not to be paired with"), empty=(), is_firm=True)
_CONSENT = (
    Column("consent_given_on", cells.DAY, _("Consent given on"), empty_keeps=True),
    Column("consent_expires_on", cells.DAY, _("Consent ends on"), empty_keeps=True, is_firm=True),
)
_TRAINING = (
    Column("training_hours", cells.tenths(9999), _("Training hours"), empty=Decimal(0)),
    Column("agreement_signed_on", cells.DAY, _("Agreement signed on")),
    Column("screening_valid_until", cells.DAY, _("Screening valid until")),
)


@cache
def _of_profile(asked: ProfileField) -> Column:
    return Column(
        asked.column,
        asked.cell,
        asked.label,
        empty=asked.empty,
        empty_keeps=asked.empty_keeps,
        is_firm=asked.is_must,
    )


def columns_for(kind: str) -> tuple[Column, ...]:
    """The columns of one kind of person, in the order of an export."""
    profile = map(_of_profile, fields_of(PROFILE_OF[kind]))
    training = _TRAINING if kind == Role.MENTOR else ()
    return (_EMAIL, *USER_COLUMNS, _AVAILABILITY, *profile, _NEVER_PAIR, *_CONSENT, *training)
