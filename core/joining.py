"""Names in a row, as a sentence joins them: "Anna, Ben and Carla"; and as a list names some of many."""

import re
from collections.abc import Iterable, Sequence

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

_SOUND_OF_I = re.compile(r"h?[iíïî](?![aeo])|y(?![aeiouáéíóú])", re.IGNORECASE)
"""How a name begins before which Spanish says "e" for "and": Ingrid, Hilda, Yvonne; not Hierro, Ian, Yolanda."""


def joined(names: Iterable[str]) -> str:
    """In the language of whoever reads, whose word for "and" may depend on the last name; empty for nobody."""
    people = [str(name) for name in names]
    and_before_i = pgettext("before the sound of i", "and")
    word = and_before_i if people and _SOUND_OF_I.match(people[-1].strip()) else _("and")
    return get_text_list(people, word)


def shortened(names: Sequence[str], most: int = 10) -> str:
    """The first of them, at most so many, and a mark where there are more."""
    return ", ".join([*names[:most], *["…"] * (len(names) > most)])
