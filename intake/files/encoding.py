"""The bytes that spreadsheets write for letters, and letters that were read from the bytes of others on the way."""

import re
import unicodedata
from collections.abc import Sequence

from django.utils.translation import gettext as _

from core import canonical

_NAMED = 10
"""How many names a sentence lists."""
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class EncodingError(ValueError):
    """Bytes that are no text; its text says what to do."""


def as_bytes(text: str) -> bytes:
    """A file that spreadsheets open with its letters whole: without the mark, Excel takes UTF-8 for Windows-1252."""
    return text.encode("utf-8-sig")


def as_text(data: bytes) -> tuple[str, bool]:
    """The text of a file, and whether its letters were guessed at: what is no UTF-8 may be Excel's plain “CSV”."""
    if data.startswith(UTF_16_MARKS):
        return _decoded(data, "utf-16", _("The file is saved as UTF-16. Save it as “CSV UTF-8” and try again.")), False
    try:
        return data.decode("utf-8-sig"), False
    except UnicodeDecodeError:
        return _decoded(data, "cp1252", _("The file is not saved as UTF-8. Save it as “CSV UTF-8” and try again.")), True


def _decoded(data: bytes, encoding: str, sentence: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise EncodingError(sentence) from None


def look_at(names: Sequence[str]) -> str:
    """What to look at after letters were guessed at."""
    named = ", ".join([*names[:_NAMED], *["…"] * (len(names) > _NAMED)])
    return _("The file is not saved as UTF-8 and was read as Windows-1252. Check these names: %(names)s.") % {"names": named}


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
