"""What a person typed in a form that could not be taken: their session had ended, the page was open too long, or what it was
about changed meanwhile.

It waits in the session of the browser that sent it, sealed for the person who typed it, for a day; then the page comes back
filled, or the page in its place shows the words. No view knows of it. See docs/adr/0017-nothing-typed-is-lost.md.
"""

import json
import re
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.crypto import salted_hmac
from django.utils.html import format_html
from django.utils.translation import gettext as _

from core import encryption
from core.http import ACTING_AS, ClockRequest
from core.limits import Limit, network_of
from core.policy import policy_at
from core.refill import OF_EACH_PAGE, words_of

OWNER = "typed_by"
"""The hidden input that says whose page a form stood on."""
DRAFT = "draft"
"""The hidden input with the id of what the page's own script keeps of the form."""
KEPT_FOR = timedelta(hours=24)
MOST_PAGES = 3
LARGEST = 50_000
"""Characters of one form; a people file is larger, and is not typed."""
FROM_STRANGERS = Limit("typed.put_aside", times=30, within=timedelta(hours=1))
"""For one network. Each form of somebody who is signed out begins a session, which would let anybody fill the database."""
_SESSION_KEY = "put_aside"
_NEVER = re.compile(r"password|code$|csrfmiddlewaretoken|typed_by|draft$")
"""Names of inputs that are never kept. What signs a person in has forms of its own, of which nothing is kept."""


@dataclass(frozen=True)
class Kept:
    """What was sent to `action` from the form on `page`, both paths of this site."""

    page: str
    action: str
    body: str

    @property
    def values(self) -> QueryDict:
        return QueryDict(self.body)


def owner_mark(user: Any) -> str:
    """Who a page is for, in a way that says nothing; empty for a stranger."""
    return salted_hmac("core.typed", str(user.pk)).hexdigest()[:24] if user.is_authenticated else ""


def put_aside(request: ClockRequest) -> str:
    """Refuse what was posted, and keep it for whoever sent it from their own page. Returns the page to come back to."""
    request.is_refused = True
    _say_unsent(request)
    page = page_of(request)
    if values := _typed(request):
        _keep(request, page, values)
    return page


def go_along(request: ClockRequest, page: str) -> None:
    """The answer leads on to `page`, and so goes what was written: in the form that was refused, or what waits for the page
    that was asked for, which is gone."""
    if request.is_put_aside or urlsplit(page).netloc or not (_is_ours(page) and _can_be_read(page)):
        return
    if request.method == "POST":
        if words_of(values := _typed(request)):
            _keep(request, page, values)
        return
    owner = owner_mark(request.user)
    here = {sealed: kept for sealed, kept in _opened(request).items() if urlsplit(kept.page).path == request.path}
    if here:
        moved = {sealed: _sealed(replace(kept, page=page), owner) for sealed, kept in here.items()}
        request.session[_SESSION_KEY] = [(at, moved.get(sealed, sealed)) for at, sealed in _waiting(request)]


def to_give_back(request: ClockRequest) -> QueryDict:
    """What was typed in this post, for the page that refuses it; nothing of what somebody else typed."""
    return _typed(request) if request.POST.get(OWNER) == owner_mark(request.user) else QueryDict()


def to_sign_in(request: ClockRequest) -> HttpResponse:
    """Put aside what was typed, and lead the whole page to where one signs in, and from there back."""
    answer = redirect_to_login(put_aside(request))
    if request.is_put_aside:
        messages.info(request, _("What you typed is kept for a day. Sign in, and it is back in its place."))
    if not request.headers.get("HX-Request"):
        return answer
    return HttpResponse(headers={"HX-Redirect": answer.headers["Location"]})


def kept_for(request: ClockRequest) -> list[Kept]:
    """What the person who asks for this page last typed in each form that leads here, while it waits."""
    mine = {kept.action: kept for kept in _opened(request).values() if urlsplit(kept.page).path == request.path}
    return list(mine.values())


def forget(request: ClockRequest, path: str) -> None:
    """What was sent to `path`, or typed on it, was taken or is not wanted any more."""
    gone = [sealed for sealed, kept in _opened(request).items() if path in (kept.action, urlsplit(kept.page).path)]
    if gone:
        request.session[_SESSION_KEY] = [(at, sealed) for at, sealed in _waiting(request) if sealed not in gone]


def page_of(request: HttpRequest) -> str:
    """The page to come back to: this one, or for a form the page it stands on."""
    is_read = request.method in ("GET", "HEAD")
    is_part = "HX-Request" in request.headers
    if is_read and not is_part:
        return request.get_full_path()
    around = urlsplit(request.headers.get("HX-Current-URL" if is_part else "Referer", ""))
    is_here = around.netloc == request.get_host() and not around.path.startswith("//")  # which a browser takes for a host
    pages = [around._replace(scheme="", netloc="", fragment="").geturl()] if is_here else []
    if is_part and not is_read:
        pages.insert(0, request.path)  # a form that came into a larger page has one of its own
    return next((page for page in [*pages, request.path] if _can_be_read(page)), "/")


def _typed(request: ClockRequest) -> QueryDict:
    """What was typed in this post, without what is never kept; nothing where it came from no page of whoever sends it, where
    only a button was pressed, or where it is too large for something typed."""
    owner = request.POST.get(OWNER)
    if request.method != "POST" or owner is None or not (_is_from_here(request) and _is_ours(request.path)):
        return QueryDict()
    if request.user.is_authenticated and owner != owner_mark(request.user):
        return QueryDict()
    values = request.POST.copy()
    for name in [name for name in values if _NEVER.search(name)]:
        del values[name]
    is_button = values.keys() <= OF_EACH_PAGE | {ACTING_AS}
    return QueryDict() if is_button or len(values.urlencode()) > LARGEST else values


def _keep(request: ClockRequest, page: str, values: QueryDict) -> None:
    """Until the person comes to `page`; nothing of strangers who send too much."""
    if not request.user.is_authenticated and not FROM_STRANGERS.take(network_of(request), now=request.now):
        return
    sealed = _sealed(Kept(page, request.path, values.urlencode()), request.POST[OWNER])
    request.session[_SESSION_KEY] = [*_waiting(request), (request.now.isoformat(), sealed)][-MOST_PAGES:]
    request.is_put_aside = True


def _sealed(kept: Kept, owner: str) -> str:
    return encryption.seal(json.dumps(asdict(kept)), _bound_to(owner))


def _opened(request: ClockRequest) -> dict[str, Kept]:
    """What waits here for the person who asks, in the order in which it came, by the text it is sealed in."""
    opened = {}
    for _at, sealed in _waiting(request):
        try:
            opened[sealed] = Kept(**json.loads(encryption.open_sealed(sealed, _bound_to(owner_mark(request.user)))))
        except encryption.CannotOpen:  # of another person
            continue
    return opened


def _waiting(request: ClockRequest) -> list[tuple[str, str]]:
    """When each was put aside, in ISO format, and the sealed text, whoever it is for. What is too old is gone from here on."""
    held = request.session.get(_SESSION_KEY, [])
    young = [(at, sealed) for at, sealed in held if request.now - datetime.fromisoformat(at) < KEPT_FOR]
    if len(young) < len(held):
        request.session[_SESSION_KEY] = young
    return young


def _bound_to(owner: str) -> str:
    return f"core.typed:{owner}"


def _is_from_here(request: HttpRequest) -> bool:
    """Another site must not put words into this browser's session, nor a new session in the place of the one it has."""
    sent_by = request.headers.get("Origin") or request.headers.get("Referer", "")
    return urlsplit(sent_by).netloc == request.get_host()


def _is_ours(page: str) -> bool:
    """The pages for signing in are allauth's, without a namespace. What throws words away is no page for any."""
    try:
        found = resolve(urlsplit(page).path)
    except Resolver404:
        return False
    return found.view_name != "core:forget_typed" and (bool(found.namespace) or found.url_name == "home")


def _can_be_read(page: str) -> bool:
    policy = policy_at(urlsplit(page).path)
    return policy is not None and "GET" in policy.methods


def _say_unsent(request: ClockRequest) -> None:
    """What it means that this was not sent, where somebody may count on it; with the lines that answer at any hour."""
    policy = policy_at(request.path)
    if request.method == "POST" and policy and _is_from_here(request) and (meaning := policy.unsent(request.POST)):
        link = format_html('<a href="{}">{}</a>', reverse("core:support"), _("Get support now"))
        messages.warning(request, format_html("{} {}", meaning, link))
