"""The bytes that spreadsheets write for letters, and letters that were read from the bytes of others on the way."""

import re
import unicodedata
from collections.abc import Sequence

from django.utils.translation import gettext as _

from core import canonical
from core.joining import shortened

GUESSES = {"cp1252": "Windows-1252", "mac_roman": "Mac Roman"}
"""What a file may be that is no UTF-8, by the name of its codec; the first where nothing tells; the last reads any."""
_IN_WORDS = re.compile(r"(?<=[A-Za-z])[áàâäãåçéèêëíìîïñóòôöõøúùûüýÿßœæ’]|(?<![A-Za-z])[ÁÀÂÄÅÇÉÈÊËÍÎÑÓÔÖØÚÜ](?=[a-z])")
_BESIDE_A_LETTER = re.compile(r"(?<=[A-Za-z])[^\x00-\x7f]|[^\x00-\x7f](?=[a-z])")
_LOOKED_AT = 2_000
"""How many bytes are looked at to tell UTF-16."""
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class EncodingError(ValueError):
    """Bytes that are no text; its text says what to do."""


def as_bytes(text: str) -> bytes:
    """A file that spreadsheets open with its letters whole: without the mark, Excel takes UTF-8 for Windows-1252."""
    return text.encode("utf-8-sig")


def as_text(data: bytes) -> tuple[str, str]:
    """The text of a file, and as which its letters were read when that is a guess, or "".

    What is no UTF-8 may be the plain “CSV” of Excel: Windows-1252, or on older Macs Mac Roman.
    """
    if data.startswith(UTF_16_MARKS):
        return _utf_16(data, "utf-16"), ""
    if without_mark := _utf_16_without_mark(data):
        return _utf_16(data, without_mark), ""
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        codec = max(GUESSES, key=lambda codec: _likely(data, codec))
        return data.decode(codec), GUESSES[codec]


def _utf_16(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        raise EncodingError(_("The file is saved as UTF-16. Save it as “CSV UTF-8” and try again.")) from None


def _utf_16_without_mark(data: bytes) -> str:
    """The encoding in which every second byte of plain letters is zero, or ""."""
    first = data[:_LOOKED_AT]
    even, odd = first[::2].count(0), first[1::2].count(0)
    if max(even, odd) * 4 < len(first) or min(even, odd):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _likely(data: bytes, codec: str) -> int:
    """How likely the letters beyond ASCII are what `codec` makes of them: small ones in a word are, and capitals before one."""
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return -len(data)
    return 2 * len(_IN_WORDS.findall(text)) - len(_BESIDE_A_LETTER.findall(text))


def look_at(names: Sequence[str], read_as: str) -> str:
    """What to look at after letters were guessed at."""
    said = _("The file is not saved as UTF-8 and was read as %(encoding)s. Check these names: %(names)s.")
    return said % {"encoding": read_as, "names": shortened(names)}


_FOLLOWING = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xC0))
"""How the second and later bytes of a letter in UTF-8 look when they are read as Windows-1252."""
_SPOILED = re.compile(
    f"[ÂÃÄÅ][{_FOLLOWING}?]"  # é became Ã©, and Á at times Ã?
    f"|â€|ðŸ"  # a curly apostrophe, and emoji
    f"|(?:[ÎÏÐÑ×ØÙ][{_FOLLOWING}]){{2}}"  # Greek, Cyrillic, Hebrew, Arabic
    "|(?<=[a-zß-ÿ])Ã|\ufffd"  # à with its second half, a space, cut off; a letter that is lost
)


def trouble_with_letters(text: str) -> str:
    """What to do about a cell whose letters became others when a program read or saved the file wrongly, or ""."""
    if len(text) <= canonical.LONGEST:
        text = unicodedata.normalize("NFC", text)  # as names are kept
    if not _SPOILED.search(text):
        return ""
    try:
        whole = b"".join(map(_byte_of, text)).decode()
    except UnicodeError:
        return _("The letters of “%(text)s” were spoiled when the file was saved. Write it anew, and save as “CSV UTF-8”.") % {
            "text": text
        }
    said = _("“%(text)s” seems to be “%(whole)s”, spoiled when the file was saved. Write it anew, and save as “CSV UTF-8”.")
    return said % {"text": text, "whole": whole}


def _byte_of(letter: str) -> bytes:
    """The byte that is read as `letter`; Windows leaves five bytes without one, and programs keep them as they are."""
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")
