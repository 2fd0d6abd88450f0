"""The names of the columns of a people file: which column each one means, and what is wrong with them, in words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import Role
from core.joining import shortened
from core.widgets import Words
from intake.files.columns import KINDS, columns_for
from people.said.synonyms import HEADINGS
from people.said.words import by_word, key

_NAMED = 10
"""How many unknown names a sentence lists."""
_LONGEST = 80
_ALIKE = 0.8
"""How alike two names are, from 0 to 1, to be taken for the same."""


def headings(kind: str) -> Mapping[str, str]:
    """What people call the columns of such a file → the column: its name, its words in each language, and what people write.

    Each as its `people.said.words.key`.
    """
    return _headings(tuple((column.name, column.label) for column in columns_for(kind)))


@cache
def _headings(columns: tuple[tuple[str, Words], ...]) -> Mapping[str, str]:
    called = {key(word): name for name, _label in columns for word in (*HEADINGS.get(name, ()), name)}
    return called | by_word(columns)


def trouble_with(kind: str, names: Sequence[str]) -> str:
    """Why these names cannot be those of such a file, and what to do about it, or "". Names that mean no column are none."""
    known = headings(kind)
    columns = Counter(known[key(name)] for name in names if key(name) in known)
    unknown = unknown_in(kind, names)
    missing = [column.name for column in columns_for(kind) if column.is_required and column.name not in columns]
    is_swapped = bool(unknown) and any(_meant(other, names) > _meant(kind, names) for other in KINDS if other != kind)
    sentences = []
    if unknown and (missing or is_swapped):
        sentences.append(
            ngettext("This column is not known: %(names)s.", "These columns are not known: %(names)s.", len(unknown))
            % {"names": _listed(unknown)}
        )
        if renamed := _renamed(unknown[:_NAMED], {word: column for word, column in known.items() if column not in columns}):
            sentences.append(_("Rename where it fits: %(names)s.") % {"names": ", ".join(renamed)})
    if doubled := sorted(column for column, times in columns.items() if times > 1):
        sentences.append(_("These columns stand more than once: %(names)s.") % {"names": ", ".join(doubled)})
    if missing:
        sentences.append(
            ngettext("This column is missing: %(names)s.", "These columns are missing: %(names)s.", len(missing))
            % {"names": ", ".join(missing)}
        )
    if is_swapped:
        sentences.append(_("Did you swap the two files?"))
    return " ".join(sentences)


def unknown_in(kind: str, names: Sequence[str]) -> list[str]:
    """The names that mean no column, each once."""
    return list(dict.fromkeys(name for name in names if key(name) not in headings(kind)))


def left_out_of(kind: str, names: Sequence[str]) -> str:
    """What is said of columns that mean nothing here."""
    if kind == Role.MENTOR:
        return _("Columns of the mentors that are left out: %(names)s.") % {"names": _listed(names)}
    return _("Columns of the mentees that are left out: %(names)s.") % {"names": _listed(names)}


def _listed(names: Sequence[str]) -> str:
    return shortened([name or _("(no name)") for name in names], _NAMED)


def _meant(kind: str, names: Sequence[str]) -> int:
    return sum(key(name) in headings(kind) for name in names)


def _renamed(unknown: Sequence[str], free: Mapping[str, str]) -> list[str]:
    """“name → column” for each name that is nearly one of those in `free`."""
    found = []
    for name in unknown:
        near = get_close_matches(key(name), free, n=1, cutoff=_ALIKE) if len(name) <= _LONGEST else []
        found += [f"{name} → {free[match]}" for match in near]
    return found
