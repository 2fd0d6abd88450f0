"""Spanish of the United States and Latin America.

Pages ask for dates by their English format, such as `date:"l, F j"`. Django looks every format up here by its own name first,
so the name of a format below is what a page asks for, and its value is how Spanish says it.
"""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
TIME_FORMAT = "P"
ASKED_FOR = {
    "F j": r"j \d\e F",
    "F j, P": r"j \d\e F, P",
    "F j, Y": r"j \d\e F \d\e Y",
    "l, F j": r"l j \d\e F",
    "l, F j, P": r"l j \d\e F, P",
    "l, F j, Y": r"l j \d\e F \d\e Y",
    "l, F j, Y, P": r"l j \d\e F \d\e Y, P",
    "P": "P",
}
globals().update(ASKED_FOR)
