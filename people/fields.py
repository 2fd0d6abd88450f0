"""A profile field, described once: where it stands in `people.models`, together with its column.

    styles = asked(ChoiceListField(_("support style"), options=SupportStyle), Section.MATCHING)

Everything else follows from that line: its place in the form, its column in the people file, what the page of a person says,
what intake still misses. Nothing else names a field, unless it means that very answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Any, TypeVar

from django.core.validators import BaseValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.dates import Style, written
from core.fields import ChoiceListField, EncryptedListField, EncryptedTextField
from core.widgets import Words
from people import cells
from people.cells import Cell
from people.rules import whole_years

AnyField = TypeVar("AnyField", bound="models.Field[Any, Any]")
MOST_ENTRIES, LONGEST_ENTRY = 20, 60
"""Of a list in a person's own words."""


class Section(models.TextChoices):
    """The parts of the form, in their order."""

    ABOUT = "about", gettext_lazy("About")
    MEETING = "meeting", gettext_lazy("Meeting")
    MATCHING = "matching", gettext_lazy("Matching")
    PREFERENCES = "preferences", gettext_lazy("Preferences")


@dataclass(frozen=True, eq=False, kw_only=True)
class ProfileField:
    """What is to be known of one answer beside how it is stored."""

    field: "models.Field[Any, Any]"
    section: Section
    by_staff: bool
    """Only staff change it; the person reads it."""
    is_needed: bool
    """The person is not matched before it is known."""
    is_past: bool
    """A day that lies behind the person."""
    is_must: bool
    """Nobody is matched against it, so nobody is taken from a file where it cannot be read."""
    renamed: str
    empty_keeps: bool
    """An empty cell of the people file leaves what is known; else it clears it."""
    says: Callable[[Any, date], str] | None

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def column(self) -> str:
        """Its name in the people file."""
        return self.renamed or self.name

    @property
    def label(self) -> Words:
        return self.field.verbose_name

    @property
    def is_private(self) -> bool:
        """Kept encrypted, and not read where it is not shown."""
        return isinstance(self.field, EncryptedTextField)

    @property
    def is_person(self) -> bool:
        """A supervisor of the program; the people file names them by their address."""
        return isinstance(self.field, models.ForeignKey)

    @property
    def empty(self) -> Any:
        """What an empty cell of the people file means."""
        return None if self.empty_keeps else self.field.get_default()

    @cached_property
    def cell(self) -> Cell:
        """How the people file writes it."""
        return _cell_of(self.field)

    def in_words(self, value: Any, today: date) -> str:
        """A value that is known, for people to read."""
        if self.says:
            return self.says(value, today)
        if isinstance(self.field, ChoiceListField | EncryptedListField):
            return ", ".join(self.field.labels(value))
        if self.is_person:
            return str(value.user.full_name)
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if isinstance(value, date):
            return written(value, Style.DATED)
        return str(dict(self.field.flatchoices).get(value, value))


_ASKED: dict[int, ProfileField] = {}
"""By the creation counter of the model field, which Django keeps when a child inherits a copy."""


def asked(
    field: AnyField,
    section: Section,
    *,
    by_staff: bool = False,
    is_needed: bool = False,
    is_past: bool = False,
    is_must: bool = False,
    column: str = "",
    empty_keeps: bool = False,
    says: Callable[[Any, date], str] | None = None,
) -> AnyField:
    """`field`, described. `says` puts a value into words where the kind of field does not tell how."""
    _ASKED[field.creation_counter] = ProfileField(
        field=field,
        section=section,
        by_staff=by_staff,
        is_needed=is_needed,
        is_past=is_past,
        is_must=is_must,
        renamed=column,
        empty_keeps=empty_keeps,
        says=says,
    )
    return field


@cache
def fields_of(model: type[models.Model]) -> tuple[ProfileField, ...]:
    """What a profile asks, in the order of its form: by section, and within one first what only staff change."""
    found = [_ASKED[field.creation_counter] for field in model._meta.concrete_fields if field.creation_counter in _ASKED]
    sections = list(Section)
    return tuple(sorted(found, key=lambda asked: (sections.index(asked.section), not asked.by_staff)))


def with_age(born: date, today: date) -> str:
    """A date of birth."""
    return _("%(day)s (%(age)d years)") % {"day": written(born, Style.DATED), "age": whole_years(born, today)}


def _cell_of(field: "models.Field[Any, Any]") -> Cell:  # noqa: PLR0911  one line a kind
    """Raises `TypeError` for a kind of field that no cell is known for."""
    if isinstance(field, ChoiceListField) and field.options:
        return cells.some_of(field.options.choices)
    if isinstance(field, EncryptedListField):
        return cells.names(MOST_ENTRIES, each=LONGEST_ENTRY)
    if isinstance(field, EncryptedTextField) and field.max_length:
        return cells.short_text(field.max_length)
    if isinstance(field, models.ForeignKey):
        return cells.EMAIL
    if isinstance(field, models.BooleanField):
        return cells.YES_OR_NO
    if isinstance(field, models.DateField):
        return cells.DAY
    if isinstance(field, models.PositiveSmallIntegerField):
        return cells.whole(_limit(field, MinValueValidator, max), _limit(field, MaxValueValidator, min))
    if field.choices:
        return cells.one_of([(str(code), words) for code, words in field.flatchoices])
    raise TypeError(f"{field} has no cell in the people file: see people.fields.")


def _limit(field: "models.Field[Any, Any]", kind: type[BaseValidator], tightest: Callable[[list[int]], int]) -> int:
    return tightest([validator.limit_value for validator in field.validators if isinstance(validator, kind)])
