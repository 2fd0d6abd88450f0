"""The names of the columns of a people file, and what is wrong with them, in words."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_NAMED = 10
"""How many unknown names a sentence lists."""
_LONGEST = 80
_ALIKE = 0.8
"""How alike two names are, from 0 to 1, to be taken for the same."""


def trouble_with(names: Sequence[str], known: Mapping[str, str], required: Sequence[str], elsewhere: Collection[str]) -> str:
    """Everything wrong with the names of the columns and what to do about it, or "".

    `known` is column → what it holds, in words; `elsewhere` are the columns of the other kind of file.
    """
    unknown = list(dict.fromkeys(name for name in names if name not in known))
    doubled = sorted(name for name, times in Counter(names).items() if times > 1 and name in known)
    missing = [name for name in required if name not in names]
    sentences = []
    if unknown:
        listed = [name or _("(no name)") for name in unknown[:_NAMED]] + ["…"] * (len(unknown) > _NAMED)
        sentences.append(
            ngettext("This column is not known: %(names)s.", "These columns are not known: %(names)s.", len(unknown))
            % {"names": ", ".join(listed)}
        )
        if renamed := _renamed(unknown[:_NAMED], {name: words for name, words in known.items() if name not in names}):
            sentences.append(_("Rename where it fits: %(names)s.") % {"names": ", ".join(renamed)})
    if doubled:
        sentences.append(_("These columns stand more than once: %(names)s.") % {"names": ", ".join(doubled)})
    if missing:
        sentences.append(
            ngettext("This column is missing: %(names)s.", "These columns are missing: %(names)s.", len(missing))
            % {"names": ", ".join(missing)}
        )
    if unknown and sum(name in elsewhere for name in names) > sum(name in known for name in names):
        sentences.append(_("Did you swap the two files?"))
    return " ".join(sentences)


def _renamed(unknown: Sequence[str], free: Mapping[str, str]) -> list[str]:
    """“name → column” for each name that is nearly that of one of the `free` columns, or says in words what it holds."""
    columns = {_letters(words): name for name, words in free.items()} | {_letters(name): name for name in free}
    found = []
    for name in unknown:
        near = get_close_matches(_letters(name), columns, n=1, cutoff=_ALIKE) if len(name) <= _LONGEST else []
        found += [f"{name} → {columns[match]}" for match in near]
    return found


def _letters(name: str) -> str:
    """A name without what people write differently: capitals, spaces, dashes, underscores."""
    return "".join(letter for letter in name.lower() if letter.isalnum())
