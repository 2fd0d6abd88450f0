"""Phone numbers in what people write, as links that call."""

import re

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_NUMBER = re.compile(r"(?<![\w+])\+?\(?\d[\d ().-]{5,}\d(?!\w)")
SHORTEST, LONGEST = 7, 15
"""Digits of a number that a person can call; E.164 allows no more."""


@register.filter
def with_calls(text: str) -> SafeString:
    """The text with its line ends kept, and each phone number in it one tap from a call."""
    found, end = "", 0
    for match in _NUMBER.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if SHORTEST <= len(digits) <= LONGEST:
            plus = "+" if match[0].startswith("+") else ""
            found += conditional_escape(text[end : match.start()])
            found += format_html('<a href="tel:{}{}">{}</a>', plus, digits, match[0])
            end = match.end()
    found += conditional_escape(text[end:])
    return mark_safe(found.replace("\r\n", "\n").replace("\n", "<br>"))  # noqa: S308  every part is escaped above
