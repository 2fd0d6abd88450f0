"""Addresses whose last part opens something by itself. It stays out of logs, and works although a mail program mangled it.

Which addresses those are is written down here and not read from the routes, because a log line must not import a page.
`core/tests/test_links.py` holds the table against every route.
"""

import html
import re
from urllib.parse import unquote

SECRET = ("/account/confirm-email/", "/account/password/reset/key/", "/join/")
HIDDEN = "[hidden]"
_PREFIX = "|".join(map(re.escape, SECRET))
_SECRET_PART = re.compile(rf"({_PREFIX}).+", re.IGNORECASE | re.DOTALL)
_AS_SENT = re.compile(rf"(?:{_PREFIX})(?:[-:\w]+/)?", re.ASCII)
_MANGLED = re.compile(rf"(?P<prefix>{_PREFIX})(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_WRAP = re.compile(r"=?\s+")
"""Where a line was broken, in quoted-printable after an equals sign."""
_TOKEN = re.compile(r"[-:\w]+", re.ASCII)
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_DECODINGS = 5
"""How often a link may have been percent-encoded, as in a `next=` within a `next=`."""


def mask(text: str) -> str:
    """`text` without whatever follows the start of such an address, wherever that stands and however often it was encoded."""
    plain = text
    for _time in range(_DECODINGS):
        if _SECRET_PART.search(plain):
            return _SECRET_PART.sub(rf"\1{HIDDEN}", plain if plain is text else _BREAKS.sub(" ", plain))
        if (decoded := unquote(plain)) == plain:
            return text
        plain = decoded
    return HIDDEN


def mended(path: str) -> str | None:
    """The address that was meant by one with a `>`, a quote, a space or a line break in it; None where nothing is wrong."""
    mangled = None if _AS_SENT.fullmatch(path) else _MANGLED.match(path)
    if mangled is None:
        return None
    token = _TOKEN.search(_WRAP.sub("", html.unescape(unquote(mangled["rest"]))))
    return f"{mangled['prefix'].lower()}{token[0]}/" if token else None
