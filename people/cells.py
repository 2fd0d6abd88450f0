"""Kinds of answers: each reads a text and writes the same text back."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import TextChoices
from django.utils.translation import gettext as _

from accounts.timezones import zone_names
from core.forms import EARLIEST, LATEST
from people.availability import Window, read_windows, show_windows


class CellError(ValueError):
    """A cell that cannot be read; its text is a sentence for the person who filled it in."""


SEPARATOR = ";"


YES, NO = "yes", "no"


def email(text: str) -> str:
    """An address, in lower case."""
    address = text.lower()
    try:
        validate_email(address)
    except ValidationError:
        raise CellError(_("“%(text)s” is not an e-mail address.") % {"text": text}) from None
    if len(address) > 254:
        raise CellError(_("An e-mail address has at most 254 characters."))
    return address


def emails(text: str) -> tuple[str, ...]:
    """Several addresses, in alphabetical order."""
    return tuple(sorted({email(part) for part in parts(text)}))


def short_text(limit: int) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if len(text) > limit:
            raise CellError(_("At most %(limit)d characters.") % {"limit": limit})
        return text

    return parse


def one_of(options: type[TextChoices] | Sequence[str]) -> Callable[[str], str]:
    allowed = _codes(options)

    def parse(text: str) -> str:
        code = text.lower()
        if code not in allowed:
            raise CellError(_unknown(text, allowed))
        return code

    return parse


def some_of(options: type[TextChoices]) -> Callable[[str], list[str]]:
    """A list of codes, in the order of the options."""
    allowed = _codes(options)

    def parse(text: str) -> list[str]:
        given = {part.lower() for part in parts(text)}
        for code in sorted(given - set(allowed)):
            raise CellError(_unknown(code, allowed))
        return [code for code in allowed if code in given]

    return parse


def names(limit: int, each: int) -> Callable[[str], list[str]]:
    """A list of at most `limit` free words of at most `each` characters, in the order given."""

    def parse(text: str) -> list[str]:
        found = list(dict.fromkeys(parts(text)))
        if len(found) > limit:
            raise CellError(_("At most %(limit)d entries.") % {"limit": limit})
        if any(len(name) > each for name in found):
            raise CellError(_("Each entry has at most %(limit)d characters.") % {"limit": each})
        return found

    return parse


def day(text: str) -> date:
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


def whole(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        found = int(text) if re.fullmatch(r"[0-9]{1,6}", text) else None
        if found is None or not low <= found <= high:
            raise CellError(_("Write a whole number from %(low)d to %(high)d.") % {"low": low, "high": high})
        return found

    return parse


def tenths(high: int) -> Callable[[str], Decimal]:
    """A number with at most one digit after the point."""

    def parse(text: str) -> Decimal:
        try:
            found = Decimal(text) if re.fullmatch(r"[0-9]{1,6}(\.[0-9])?", text) else None
        except InvalidOperation:
            found = None
        if found is None or found > high:
            raise CellError(_("Write a number from 0 to %(high)d, such as 6 or 6.5.") % {"high": high})
        return found.quantize(Decimal("0.1"))

    return parse


def yes_or_no(text: str) -> bool:
    if text.lower() not in (YES, NO):
        raise CellError(_("Write yes or no."))
    return text.lower() == YES


def zone(text: str) -> str:
    if text not in zone_names():
        raise CellError(_("“%(text)s” is not a time zone. Write one such as America/New_York.") % {"text": text})
    return text


def windows(text: str) -> tuple[Window, ...]:
    """Weekly times such as `mon 17:00-20:00; sat 09:00-12:00`."""
    try:
        return read_windows(text)
    except ValueError as error:
        raise CellError(str(error)) from None


def parts(text: str) -> list[str]:
    """The entries of a list, without empty ones."""
    return [part.strip() for part in text.split(SEPARATOR) if part.strip()]


def show_list(values: Sequence[str]) -> str:
    return f"{SEPARATOR} ".join(values)


def show_yes(value: bool) -> str:
    return YES if value else NO


def show_day(value: date) -> str:
    return value.isoformat()


def show_tenths(value: Decimal) -> str:
    return f"{value.normalize():f}"


show_availability: Callable[[Any], str] = show_windows


def _codes(options: type[TextChoices] | Sequence[str]) -> tuple[str, ...]:
    return tuple(options.values) if isinstance(options, type) else tuple(options)


def _unknown(text: str, allowed: Sequence[str]) -> str:
    return _("“%(text)s” is not known here. Use: %(codes)s.") % {"text": text, "codes": ", ".join(allowed)}
