"""Posted twice is done once, for pages whose secret works once: a link, a code, a key's answer.

On a slow line people press twice. The second post finds the secret used up, and its answer is the one that the browser shows.
So the same post from the same browser gets the answer of the first, with the session that the first one opened. Which browser
it is, its cookies say; what was posted is the same to the byte. Another browser that holds the secret gets nothing.
"""

import time
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import get_user
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.crypto import salted_hmac

SECONDS = 300
"""How long an answer is given again."""
LONGEST = 30
"""Seconds after which a post that has not been answered is taken for dead."""
PAUSE = 0.1
"""Seconds between two looks whether the first post has been answered."""
_USED_HERE = "used_here"
_LATEST = 10
"""Of the links used in one session; older ones are forgotten."""

View = Callable[..., HttpResponse]


class Answer(NamedTuple):
    """Where a post led, and the session that it left."""

    location: str
    session: str


def answered_once(view: View) -> View:
    """A view that gives the same post from the same browser its first answer again, if that led on to another page.

    Of two at once the second waits. A post that was refused, or broke, is simply worked on again.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = _key(request)
        if key is None:
            return view(request, *args, **kwargs)
        while not cache.add(key, None, LONGEST):
            if first := cache.get(key):
                return _again(request, Answer(*first)) or view(request, *args, **kwargs)
            time.sleep(PAUSE)
        try:
            response = view(request, *args, **kwargs)
            _keep(key, request, response)
        except BaseException:
            cache.delete(key)
            raise
        return response

    answer.answers_once = True  # type: ignore[attr-defined]
    return answer


def note_used(request: HttpRequest, secret: str) -> None:
    """The browser has used this link, and may open it again."""
    request.session[_USED_HERE] = [_digest(secret), *request.session.get(_USED_HERE, [])][:_LATEST]


def was_used_here(request: HttpRequest, secret: str) -> bool:
    return _digest(secret) in request.session.get(_USED_HERE, [])


def _key(request: HttpRequest) -> str | None:
    """Of this very post; None for one that need not, or cannot, be known again. The form's own mark is in the body."""
    browser = request.COOKIES.get(settings.CSRF_COOKIE_NAME)
    if request.method != "POST" or not browser:
        return None
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    said = "\n".join([request.path, browser, session, sha256(request.body).hexdigest()])
    return f"once.{salted_hmac('core.once', said, algorithm='sha256').hexdigest()}"


def _keep(key: str, request: HttpRequest, response: HttpResponse) -> None:
    """A stranger who used no secret up changed no session, and leaves nothing behind."""
    if isinstance(response, HttpResponseRedirect) and (request.session.modified or request.user.is_authenticated):
        if request.session.modified:
            request.session.save()  # before whoever waits looks for it
        cache.set(key, tuple(Answer(response.url, str(request.session.session_key))), SECONDS)
    else:
        cache.delete(key)


def _again(request: HttpRequest, first: Answer) -> HttpResponse | None:
    """The first answer, unless the session that it opened has ended meanwhile."""
    if first.session != request.session.session_key:
        session = type(request.session)(first.session)
        if not session.exists(first.session):
            return None
        session.modified = True
        request.session = session
        request.user = get_user(request)
    return HttpResponseRedirect(first.location)


def _digest(secret: str) -> str:
    return salted_hmac("core.once.used", secret, algorithm="sha256").hexdigest()[:32]
