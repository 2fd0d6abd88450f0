"""Kinds of cells in a people file: each reads a text and writes the same text back."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.timezones import zone_names
from core import canonical
from core.forms import EARLIEST, LATEST
from core.widgets import Words
from people.availability import Window, show_windows
from people.said.synonyms import SYNONYMS
from people.said.times import read_windows
from people.said.words import by_word, key


class CellError(ValueError):
    """A cell that cannot be read; its text is a sentence for the person who filled it in."""


@dataclass(frozen=True)
class Cell:
    """`parse` turns a text that is not empty into a value or raises `CellError`; `show` turns the value back into it.

    `codes` are the words it may hold, where only these are known.
    """

    parse: Callable[[str], Any]
    show: Callable[[Any], str] = str
    codes: tuple[str, ...] = ()


SEPARATOR = ";"
_BETWEEN = re.compile(r"[,/&+\n]|\s+(?:and|y)\s+")
"""What may stand between the words of a list beside that."""
_YES, _NO = "yes", "no"
_SAYS_YES, _SAYS_NO = {"yes", "y", "true", "1", "x", "si", "s"}, {"no", "n", "false", "0"}


def short_text(limit: int) -> Cell:
    def parse(text: str) -> str:
        if len(text) > limit:
            raise CellError(_("At most %(limit)d characters.") % {"limit": limit})
        return text

    return Cell(parse)


def name(limit: int) -> Cell:
    """What somebody is called, in its one written form."""
    within = short_text(limit)
    return Cell(lambda text: within.parse(canonical.one_line(text)))


def one_of(choices: Sequence[tuple[str, Words]]) -> Cell:
    """One code, given as such or in words."""
    codes = tuple(code for code, _words in choices)
    known = cache(lambda: _by_word(choices))

    def parse(text: str) -> str:
        code = known().get(key(text))
        if code is None:
            raise CellError(_unknown(text, codes))
        return code

    return Cell(parse, codes=codes)


def some_of(choices: Sequence[tuple[str, Words]]) -> Cell:
    """A list of codes, in the order of the choices."""
    codes = tuple(code for code, _words in choices)
    known = cache(lambda: _by_word(choices))

    def parse(text: str) -> list[str]:
        given = set()
        for part in _parts(text):
            for word in [part] if key(part) in known() else filter(key, _BETWEEN.split(part)):
                if key(word) not in known():
                    raise CellError(_unknown(word.strip(), codes))
                given.add(known()[key(word)])
        return [code for code in codes if code in given]

    return Cell(parse, _show_list, codes)


def _by_word(choices: Sequence[tuple[str, Words]]) -> dict[str, str]:
    """What a choice may be called → its code: that itself, its words in every language of the site, and what people write."""
    codes = [code for code, _words in choices]
    said = next((words for options, words in SYNONYMS.items() if options.values == codes), {})
    found = {key(word): code for code in codes for word in (*said.get(code, ()), code)}
    return found | by_word(choices)


def names(limit: int, each: int) -> Cell:
    """A list of at most `limit` free words of at most `each` characters, in the order given."""

    def parse(text: str) -> list[str]:
        found = list(dict.fromkeys(map(canonical.one_line, _parts(text))))
        if len(found) > limit:
            raise CellError(_("At most %(limit)d entries.") % {"limit": limit})
        if any(len(name) > each for name in found):
            raise CellError(_("Each entry has at most %(limit)d characters.") % {"limit": each})
        return found

    return Cell(parse, _show_list)


def whole(low: int, high: int) -> Cell:
    def parse(text: str) -> int:
        found = int(text) if re.fullmatch(r"[0-9]{1,6}", text) else None
        if found is None or not low <= found <= high:
            raise CellError(_("Write a whole number from %(low)d to %(high)d.") % {"low": low, "high": high})
        return found

    return Cell(parse)


def tenths(high: int) -> Cell:
    """A number with at most one digit after the point, or the comma; hours may be called so."""

    def parse(text: str) -> Decimal:
        try:
            said = re.fullmatch(r"([0-9]{1,6}(?:[.,][0-9])?)\s*(?:h|hrs?|hours?|horas?)?\.?", text.lower())
            found = Decimal(said[1].replace(",", ".")) if said else None
        except InvalidOperation:
            found = None
        if found is None or found > high:
            raise CellError(_("Write a number from 0 to %(high)d, such as 6 or 6.5.") % {"high": high})
        return found.quantize(Decimal("0.1"))

    return Cell(parse, lambda value: f"{value.normalize():f}")


def _email(text: str) -> str:
    """An address, in its one written form."""
    address = canonical.address(text)
    try:
        validate_email(address)
    except ValidationError:
        raise CellError(_("“%(text)s” is not an e-mail address.") % {"text": text}) from None
    if len(address) > 254:
        raise CellError(_("An e-mail address has at most 254 characters."))
    return address


def _emails(text: str) -> tuple[str, ...]:
    """Several addresses, in alphabetical order."""
    return tuple(sorted({_email(part) for part in _parts(text)}))


def _day(text: str) -> date:
    """A date such as 2026-03-02, as early or late as a form takes it."""
    try:
        found = date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        found = None
    if found is None:
        raise CellError(_("“%(text)s” is not a date. Write the year, month and day, such as 2026-03-02.") % {"text": text})
    if not EARLIEST <= found <= LATEST:
        raise CellError(_("The year must lie between %(first)d and %(last)d.") % {"first": EARLIEST.year, "last": LATEST.year})
    return found


def _yes_or_no(text: str) -> bool:
    said = key(text)
    if said not in _SAYS_YES | _SAYS_NO:
        raise CellError(_("Write yes or no."))
    return said in _SAYS_YES


def _zone(text: str) -> str:
    if text not in zone_names():
        raise CellError(_("“%(text)s” is not a time zone. Write one such as America/New_York.") % {"text": text})
    return text


def _windows(text: str) -> tuple[Window, ...]:
    """Weekly times such as `mon 17:00-20:00; sat 09:00-12:00`."""
    try:
        return read_windows(text)
    except ValueError as error:
        raise CellError(str(error)) from None


def _parts(text: str) -> list[str]:
    """The entries of a list, without empty ones."""
    return [part.strip() for part in text.split(SEPARATOR) if canonical.one_line(part)]


def _show_list(values: Sequence[str]) -> str:
    return f"{SEPARATOR} ".join(values)


def _unknown(text: str, allowed: Sequence[str]) -> str:
    return _("“%(text)s” is not known here. Use: %(codes)s.") % {"text": text, "codes": ", ".join(allowed)}


EMAIL = Cell(_email)
EMAILS = Cell(_emails, _show_list)
DAY = Cell(_day, date.isoformat)
YES_OR_NO = Cell(_yes_or_no, lambda value: _YES if value else _NO, (_YES, _NO))
ZONE = Cell(_zone)
WINDOWS = Cell(_windows, show_windows)
