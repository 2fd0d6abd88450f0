"""The one written form of names and e-mail addresses: two texts that a person cannot tell apart are one text.

The fields of `core.fields` and `core.forms` put every text into it, whatever way it comes in and whenever it is looked for.
"""

import re
import unicodedata

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""What Unicode calls `Default_Ignorable_Code_Point` (DerivedCoreProperties.txt), and the marks of annotations beside it."""
_GAP = re.compile("[\\s\x00-\x1f\x7f-\x9f\u2800]+")
"""Space of any kind, line breaks, control characters, and the empty cell of Braille."""
_PLAIN = str.maketrans(
    {"æ": "ae", "ð": "d", "ø": "o", "þ": "th", "đ": "d", "ħ": "h", "ı": "i", "ł": "l", "œ": "oe", "ŧ": "t"}
    | dict.fromkeys("‘’ʼ`", "'")
    | dict.fromkeys("‐‑‒–—", "-")
)
"""Letters that Unicode does not take apart, and the marks that a keyboard has only in one form."""
_VIRAMA = 9
"""The combining class of the sign that, before a joiner, decides how an Indic syllable is written."""
LONGEST = 1000
"""Characters. Whatever is longer is no name and no address, and comes back as it was, for the limit of its field to refuse:
to normalise it, or to encode it as a domain, takes a time that grows with its square, and everybody else waits meanwhile."""


def one_line(text: str) -> str:
    """A name: what is seen of it, on one line, composed (NFC). Nothing is left of a text of invisible characters."""
    if len(text) > LONGEST:
        return text
    seen = _INVISIBLE.sub(lambda found: found[0] if _shapes(text, found.start()) else "", text)
    return unicodedata.normalize("NFC", _GAP.sub(" ", seen)).strip()


def folded(text: str) -> str:
    """What is sought in names: without case, accents or the forms of letters, so that "alvaro" finds Álvaro."""
    if len(text) > LONGEST:
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return plain.casefold().translate(_PLAIN)


def name_key(name: str) -> str:
    """By which names stand in order: as they are sought, and names that are sought alike as they are written.

    So Ñ follows N, Å follows A, and a list is the same on every database and in every language of the pages.
    """
    return f"{folded(name)}\x1f{name}"


def address(text: str) -> str:
    """An e-mail address: lower case, full-width letters made plain (NFKC), the domain as mail servers ask for it.

    Whether it is an address at all is left to the caller. The domain follows IDNA 2003, as Django does when it sends.
    """
    if len(text) > LONGEST:
        return text
    local, at, domain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).strip().lower().rpartition("@")
    try:
        domain = domain.encode("idna").decode()
    except UnicodeError:
        return f"{local}{at}{domain}"
    return f"{local}{at}{domain.lower()}"


def _shapes(text: str, at: int) -> bool:
    """Whether a joiner stands where it decides how a letter is written, as in Persian or Sinhala (RFC 5892, A.1 and A.2)."""
    before, here, after = text[at - 1 : at], text[at], text[at + 1 : at + 2]
    if here not in "\u200c\u200d" or not before:
        return False
    if unicodedata.combining(before) == _VIRAMA:
        return True
    return here == "\u200c" and bool(after) and {unicodedata.bidirectional(one) for one in (before, after)} == {"AL"}
