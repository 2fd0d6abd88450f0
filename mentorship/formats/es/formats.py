"""Spanish of the United States and Latin America.

Pages write dates in the styles of `core.dates`, such as "M j". Django looks every style up here by its own name first, so the
name of a style below is what a page asks for, and its value is how Spanish says it.
"""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
TIME_FORMAT = "P"
ASKED_FOR = {
    "M j": "j b",
    "M j, Y": "j b Y",
    "D, M j": "D j b",
    "D, M j, g:i A": "D j b, g:i a",
    "M j, Y, g:i A": "j b Y, g:i a",
    "g:i A": "g:i a",
    "l, F j, Y": r"l j \d\e F \d\e Y",
    "l, F j, Y, g:i A": r"l j \d\e F \d\e Y, g:i a",
}
globals().update(ASKED_FOR)
