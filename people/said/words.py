"""Words as they are compared, whoever writes them, and what things are called in each language of the site."""

from collections.abc import Iterable
from typing import TypeVar

from django.conf import settings
from django.utils import translation

from core import canonical
from core.widgets import Words

Thing = TypeVar("Thing")


def key(word: str) -> str:
    """A word without what people write differently: capitals, accents, spaces, dashes, points."""
    return "".join(letter for letter in canonical.folded(word) if letter.isalnum())


def by_word(named: Iterable[tuple[Thing, Words]]) -> dict[str, Thing]:
    """What each thing is called in every language of the site, as its `key` → the thing."""
    things = list(named)
    found: dict[str, Thing] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {key(str(words)): thing for thing, words in things}
    return found
